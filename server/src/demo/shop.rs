//! What a shop, its payers and its team do, each by the door that is theirs.

use std::sync::Arc;

use axum::body::Body;
use axum::http::{Request, header};
use engine::{Caller, CardForm, Clock, CustomerDraft, Device, Engine, IntentDraft, PageRef, Step};
use model::error::{Code, Refused};
use model::id::{CustomerId, PaymentIntentId};
use model::lifecycle::{Purpose, ThreeDs};
use model::money::Currency;
use model::time::{DAY, Date, SECOND, Timestamp};
use secrecy::SecretString;
use tower::ServiceExt;

use super::clock::MovedClock;

/// Jobs done at once while time passes.
const BATCH: i64 = 16;

const BROWSERS: [&str; 3] = [
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1",
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36",
    "Mozilla/5.0 (X11; Linux x86_64; rv:144.0) Gecko/20100101 Firefox/144.0",
];

/// What is ordered, and how it is to be paid.
#[derive(Debug, Clone, Copy)]
pub struct Order {
    pub customer: usize,
    pub what: &'static str,
    /// Minor units.
    pub amount: i64,
    pub currency: Currency,
    pub paid: Paid,
    /// Somebody looks at it before it is captured.
    pub manual: bool,
    /// Captured so many days later.
    pub capture_in: Option<i64>,
    /// To be paid within so many seconds.
    pub deadline_in: Option<i64>,
}

/// What the payer does.
#[derive(Debug, Clone, Copy)]
pub enum Paid {
    /// Nothing yet.
    Not,
    /// Tries these cards, one after the other.
    By(&'static [&'static str]),
    /// With the card whose bank asks: says so, or leaves the page where it is.
    AtBank(Option<bool>),
}

/// What the shop does with an order afterwards.
#[derive(Debug, Clone, Copy)]
pub enum Later {
    /// All, or a part in minor units.
    Refund(Option<i64>),
    Capture(Option<i64>),
    Cancel,
}

/// The card whose bank asks its holder.
const CHALLENGED: &str = "4000000000003220";

pub struct Shop {
    engine: Engine,
    clock: Arc<MovedClock>,
    /// The shop's program, with its key.
    program: Caller,
    /// Who signs in.
    person: Caller,
    customers: Vec<CustomerId>,
    orders: i64,
}

impl Shop {
    pub fn new(engine: Engine, clock: Arc<MovedClock>, program: Caller, person: Caller) -> Self {
        Self { engine, clock, program, person, customers: Vec::new(), orders: 0 }
    }

    /// Lets time pass: what falls due on the way is done at its time.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn until(&self, time: Timestamp) -> Result<(), Refused> {
        loop {
            let ran = self.engine.run_due(BATCH).await?;
            match ran.next {
                _ if ran.jobs > 0 => {}
                Some(next) if next > self.clock.now() && next <= time => self.clock.move_to(next),
                _ => break,
            }
        }
        self.clock.move_to(time);
        Ok(())
    }

    /// # Errors
    /// What the engine refuses.
    pub async fn knows(&mut self, name: &str, email: &str, country: &str) -> Result<(), Refused> {
        let draft = CustomerDraft {
            name: Some(name.to_owned()),
            email: Some(email.to_owned()),
            country: Some(country.to_owned()),
            ..CustomerDraft::default()
        };
        let customer = self.engine.create_customer(&self.program, draft, engine::ApiVersion::V2).await?;
        self.customers.push(customer.id);
        Ok(())
    }

    /// # Errors
    /// What the engine refuses.
    pub async fn order(&mut self, order: Order) -> Result<PaymentIntentId, Refused> {
        let now = self.clock.now();
        let today = Date::from_epoch_days(now.as_millis().div_euclid(DAY));
        self.orders += 1;
        let draft = IntentDraft {
            amount: order.amount,
            currency: order.currency,
            purpose: Purpose::Debit,
            description: Some(order.what.to_owned()),
            customer: self.customers.get(order.customer).copied(),
            card: None,
            order_id: Some(format!("{}-{}", today.year, 1_100 + self.orders)),
            unique_id: None,
            methods_allowed: Vec::new(),
            metadata: None,
            return_url: None,
            threeds: ThreeDs::Required,
            date_settlement: order.capture_in.map(|days| today.plus_days(days)),
            manual_validation: order.manual,
            expires_at: order.deadline_in.map(|seconds| now.plus_seconds(seconds)),
        };
        let intent = self.engine.create_intent(&self.program, draft).await?.id;
        let page = PageRef::Intent { id: intent, test: true };
        match order.paid {
            Paid::Not => {}
            Paid::By(numbers) => {
                for number in numbers {
                    // People need a moment to find another card.
                    self.clock.move_to(self.clock.now().plus_millis(40 * SECOND));
                    self.pay(&page, number, &order).await?;
                }
            }
            Paid::AtBank(said) => self.pay_at_bank(&page, said, &order).await?,
        }
        Ok(intent)
    }

    async fn pay(&self, page: &PageRef, number: &str, order: &Order) -> Result<Step, Refused> {
        let year = Date::from_epoch_days(self.clock.now().as_millis().div_euclid(DAY)).year;
        let form = CardForm {
            number: SecretString::from(number),
            exp_month: 12,
            exp_year: i64::from(year) + 3,
            cvc: SecretString::from("123"),
            name: None,
        };
        let device = Device {
            ip: Some(format!("203.0.113.{}", 10 + order.customer)),
            user_agent: BROWSERS.get(order.customer % BROWSERS.len()).map(ToString::to_string),
            ..Device::default()
        };
        Ok(self.engine.pay(page, form, device, None).await?.step)
    }

    async fn pay_at_bank(&self, page: &PageRef, said: Option<bool>, order: &Order) -> Result<(), Refused> {
        let step = self.pay(page, CHALLENGED, order).await?;
        let (Step::Challenge { url }, Some(yes)) = (step, said) else { return Ok(()) };
        self.clock.move_to(self.clock.now().plus_millis(25 * SECOND));
        let choice = if yes { "choice=approve" } else { "choice=decline" };
        let post = Request::post(url).header(header::CONTENT_TYPE, "application/x-www-form-urlencoded").body(Body::from(choice));
        let post = post.map_err(|_| Refused::of(Code::Internal))?;
        let bank = acquirer::bank_router(self.engine.bank_memory(), self.engine.bank_clock());
        // What it said, the engine asks it itself.
        let Ok(_) = bank.oneshot(post).await;
        self.engine.returned(page, None).await.map(drop)
    }

    /// # Errors
    /// What the engine refuses.
    pub async fn later(&self, intent: PaymentIntentId, later: Later) -> Result<(), Refused> {
        let id = intent.to_string();
        match later {
            Later::Refund(amount) => self.engine.refund_intent(&self.person, &id, amount).await.map(drop),
            Later::Capture(amount) => self.engine.capture_intent(&self.person, &id, amount).await.map(drop),
            Later::Cancel => self.engine.cancel_intent(&self.person, &id).await.map(drop),
        }
    }

    /// Where an order is paid.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn url(&self, intent: PaymentIntentId) -> Result<String, Refused> {
        let intent = self.engine.intent(&self.program, &intent.to_string()).await?;
        Ok(self.engine.intent_url(&intent))
    }
}
