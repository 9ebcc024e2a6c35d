//! What the shops, their payers and their team do, each by the door that is theirs.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::body::Body;
use axum::http::{Request, header};
use engine::{Caller, CardForm, Clock, CustomerDraft, Device, Engine, IntentDraft, LinkDraft, PageRef, RefundDraft, Step};
use model::error::{Code, Refused};
use model::id::{CustomerId, PaymentId, PaymentIntentId, ShopId};
use model::lifecycle::ThreeDs;
use model::time::{DAY, Date, SECOND};
use secrecy::SecretString;
use tower::ServiceExt;

use super::clock::SetClock;
use super::order::{Later, Order, Paid};
use super::payers::PAYERS;
use super::people::Team;
use super::wares::Place;

const BROWSERS: [&str; 4] = [
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1",
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36",
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Safari/605.1.15",
    "Mozilla/5.0 (X11; Linux x86_64; rv:144.0) Gecko/20100101 Firefox/144.0",
];

/// The card whose bank asks its holder.
const CHALLENGED: &str = "4000000000003220";

/// People need a moment to find another card, and to answer their bank, in milliseconds.
const ANOTHER_CARD: i64 = 40 * SECOND;
const BANK: i64 = 25 * SECOND;

/// One engine with a clock of its own: what happens at different times can be done side by side.
#[derive(Clone)]
pub struct Hand {
    pub engine: Engine,
    pub clock: Arc<SetClock>,
}

/// Who calls: each shop's program, and the people.
pub struct Callers {
    pub programs: [Caller; 3],
    pub shops: [ShopId; 3],
    pub team: Team,
}

impl Callers {
    pub fn program(&self, place: Place) -> &Caller {
        &self.programs[place as usize]
    }
}

/// Customers by index of `PAYERS`.
pub type Known = BTreeMap<usize, CustomerId>;

impl Hand {
    /// # Errors
    /// What the engine refuses.
    pub async fn meet(&self, callers: &Callers, order: &Order) -> Result<CustomerId, Refused> {
        self.clock.set(order.at.minus(ANOTHER_CARD));
        let payer = &PAYERS[order.payer];
        let draft = CustomerDraft {
            name: Some(payer.name.to_owned()),
            email: Some(payer.email.to_owned()),
            country: Some(payer.country.to_owned()),
            ..CustomerDraft::default()
        };
        let made = self.engine.create_customer(callers.program(order.place), draft, engine::ApiVersion::V2).await?;
        Ok(made.id)
    }

    /// # Errors
    /// What the engine refuses.
    pub async fn order(&self, callers: &Callers, known: &Known, order: &Order, reference: String) -> Result<PaymentIntentId, Refused> {
        self.clock.set(order.at);
        let intent = match order.by {
            Some(who) => self.link(callers.team.caller(who), callers.shops[order.place as usize], order, reference).await?,
            None => self.ask(callers.program(order.place), known, order, reference).await?,
        };
        let page = PageRef::Intent { id: intent, test: true };
        self.clock.forward(order.pause);
        match order.paid {
            Paid::Not => {}
            Paid::Own => {
                self.pay(&page, PAYERS[order.payer].card, order).await?;
            }
            Paid::By(numbers) => {
                for number in numbers {
                    self.pay(&page, number, order).await?;
                    self.clock.forward(ANOTHER_CARD);
                }
            }
            Paid::AtBank(said) => self.pay_at_bank(&page, said, order).await?,
        }
        Ok(intent)
    }

    async fn ask(&self, program: &Caller, known: &Known, order: &Order, reference: String) -> Result<PaymentIntentId, Refused> {
        let today = Date::from_epoch_days(order.at.as_millis().div_euclid(DAY));
        let draft = IntentDraft {
            amount: order.amount,
            currency: order.currency,
            purpose: order.purpose,
            description: Some(order.what.to_owned()),
            customer: known.get(&order.payer).copied().filter(|_| !order.guest),
            card: None,
            order_id: Some(reference),
            unique_id: None,
            methods_allowed: Vec::new(),
            metadata: None,
            return_url: None,
            threeds: ThreeDs::Required,
            date_settlement: order.capture_in.map(|days| today.plus_days(days)),
            manual_validation: order.manual,
            expires_at: order.deadline_in.map(|seconds| order.at.plus_seconds(seconds)),
        };
        Ok(self.engine.create_intent(program, draft).await?.id)
    }

    async fn link(&self, person: &Caller, shop: ShopId, order: &Order, reference: String) -> Result<PaymentIntentId, Refused> {
        let payer = &PAYERS[order.payer];
        let draft = LinkDraft {
            amount: order.amount,
            currency: order.currency,
            order_id: Some(reference),
            description: Some(order.what.to_owned()),
            customer_name: Some(payer.name.to_owned()),
            customer_email: Some(payer.email.to_owned()),
            shop: Some(shop.to_string()),
            manual_validation: order.manual,
            expires_at: order.deadline_in.map(|seconds| order.at.plus_seconds(seconds)),
            token: self.engine.form_token(),
        };
        Ok(self.engine.create_link(person, draft).await?.id)
    }

    async fn pay(&self, page: &PageRef, number: &str, order: &Order) -> Result<Step, Refused> {
        let year = Date::from_epoch_days(self.clock.now().as_millis().div_euclid(DAY)).year;
        let payer = &PAYERS[order.payer];
        let form = CardForm {
            shown: self.engine.page(page, None).await?.due(),
            number: SecretString::from(number),
            exp_month: 1 + i64::try_from(order.payer % 12).unwrap_or(0),
            exp_year: i64::from(year) + 2,
            cvc: SecretString::from(if number.len() == 15 { "1234" } else { "123" }),
            name: Some(payer.name.to_owned()),
        };
        let device = Device {
            ip: Some(format!("203.0.113.{}", 10 + order.payer)),
            user_agent: BROWSERS.get(order.payer % BROWSERS.len()).map(ToString::to_string),
            languages: Some(payer.languages().to_owned()),
            ..Device::default()
        };
        Ok(self.engine.pay(page, form, device, None).await?.step)
    }

    async fn pay_at_bank(&self, page: &PageRef, said: Option<bool>, order: &Order) -> Result<(), Refused> {
        let step = self.pay(page, CHALLENGED, order).await?;
        let (Step::Challenge { url }, Some(yes)) = (step, said) else { return Ok(()) };
        self.clock.forward(BANK);
        let choice = if yes { "choice=approve" } else { "choice=decline" };
        let post = Request::post(url).header(header::CONTENT_TYPE, "application/x-www-form-urlencoded").body(Body::from(choice));
        let post = post.map_err(|_| Refused::of(Code::Internal))?;
        let bank = acquirer::bank_router(self.engine.bank_memory(), self.engine.bank_clock());
        // What it said, the engine asks it itself.
        let Ok(_) = bank.oneshot(post).await;
        self.engine.returned(page, None).await.map(drop)
    }

    /// What one of the team does with an order, now.
    ///
    /// # Errors
    /// What the engine refuses.
    pub async fn later(&self, callers: &Callers, intent: PaymentIntentId, later: Later) -> Result<(), Refused> {
        let (engine, id) = (&self.engine, intent.to_string());
        match later {
            Later::Refund(who, amount, reason) => {
                let (person, payment) = (callers.team.caller(who), self.holder(callers, &id).await?);
                let draft = RefundDraft { payment, amount, reason: Some(reason.to_owned()), unique_id: None };
                engine.refund(person, draft).await.map(drop)
            }
            Later::Capture(who, amount) => engine.capture_intent(callers.team.caller(who), &id, amount).await.map(drop),
            Later::Lower(who, amount) => engine.lower(callers.team.caller(who), self.holder(callers, &id).await?, amount).await.map(drop),
            Later::Postpone(who, days) => {
                let date = Date::from_epoch_days(self.clock.now().as_millis().div_euclid(DAY) + days);
                engine.postpone(callers.team.caller(who), self.holder(callers, &id).await?, date).await.map(drop)
            }
            Later::Cancel(who) => engine.cancel_intent(callers.team.caller(who), &id).await.map(drop),
            Later::Release(who) => engine.release(callers.team.caller(who), self.holder(callers, &id).await?).await.map(drop),
            Later::RefuseHeld(who) => engine.refuse_held(callers.team.caller(who), self.holder(callers, &id).await?).await.map(drop),
        }
    }

    /// The attempt that has the order's money.
    async fn holder(&self, callers: &Callers, id: &str) -> Result<PaymentId, Refused> {
        let intent = self.engine.intent(callers.program(Place::Online), id).await?;
        intent.holder.or(intent.payment).ok_or_else(|| Refused::of(Code::OperationNotAllowed))
    }
}
