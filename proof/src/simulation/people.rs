//! What payers, merchants and workers may think of doing next.

use std::sync::Arc;

use engine::{
    Advance, Caller, CardDraft, CardForm, CustomerDraft, Device, Engine, IntentChange, IntentDraft, Named, PageRef, PaymentChange,
};
use engine::{PaymentDraft, RefundDraft};
use futures::FutureExt;
use futures::future::BoxFuture;
use model::error::Refused;
use model::id::PaymentIntentId;
use model::lifecycle::{AuthStatus, Purpose, ThreeDs};
use model::money::{Currency, Money};
use model::rights::Environment;
use model::time::{Date, Timestamp};
use secrecy::SecretString;
use store::rows::{Card, Payment, PaymentIntent};

use super::bank;
use super::dice::Dice;
use super::requests::{self, Request, Requests, What};
use crate::invariants::Told;

/// What came of something that somebody did.
#[derive(Debug, Default)]
pub struct Done {
    pub told: Vec<Told>,
    pub refused: Option<Refused>,
    /// Whose answer it is.
    pub request: Option<u64>,
    /// What the request made.
    pub made: Option<String>,
}

impl Done {
    pub fn refused(refused: Refused) -> Self {
        Self { refused: Some(refused), ..Self::default() }
    }
}

/// Something to do, with a word on what it is.
pub struct Act {
    pub label: String,
    pub work: BoxFuture<'static, Done>,
    /// A request to be remembered before it is sent.
    pub request: Option<Request>,
}

/// What the people of one environment see who choose.
pub struct Scene {
    pub engine: Engine,
    pub caller: Caller,
    pub memory: Arc<dyn acquirer::Memory>,
    /// Business time there.
    pub now: Timestamp,
    pub real: Timestamp,
    pub intents: Vec<PaymentIntent>,
    pub payments: Vec<Payment>,
    pub cards: Vec<Card>,
}

/// Sandbox cards; what each does is written in the documentation. The one whose answer takes real seconds is not among them.
const CARDS: [&str; 17] = [
    "4242424242424242",
    "5555555555554444",
    "4242424242424242",
    "4000000000000077",
    "4000000000000259",
    "4000000000000002",
    "4000000000009995",
    "4000000000003220",
    "4000000000003220",
    "4000000000008104",
    "4000000000008203",
    "4000000000008401",
    "4000000000008500",
    "4000000000008609",
    "4000000000008708",
    "4000000000008807",
    "4000000000008906",
];

/// One thing that somebody does now.
pub fn act(scene: &Scene, requests: &Requests, dice: &mut Dice) -> Act {
    let chosen = match dice.below(20) {
        0..3 => None,
        3..5 => again(scene, requests, dice),
        5..9 => payer(scene, dice),
        9..15 => merchant(scene, requests, dice),
        15 => Some(cards(scene, dice)),
        16 => clock(scene, dice),
        _ => Some(worker(scene, dice)),
    };
    chosen.unwrap_or_else(|| order(scene, requests, dice))
}

fn act_of(label: String, work: impl Future<Output = Result<Vec<Told>, Refused>> + Send + 'static) -> Act {
    let work = work.map(|done| match done {
        Ok(told) => Done { told, ..Done::default() },
        Err(refused) => Done::refused(refused),
    });
    Act { label, work: work.boxed(), request: None }
}

fn request(scene: &Scene, label: String, request: Request) -> Act {
    let work = requests::send(scene.engine.clone(), request.clone()).boxed();
    Act { label: format!("{label} as request {}", request.number), work, request: Some(request) }
}

/// Whoever was not answered asks again.
fn again(scene: &Scene, requests: &Requests, dice: &mut Dice) -> Option<Act> {
    let waiting = requests.unanswered(scene.real);
    let chosen = dice.of(&waiting)?.clone();
    Some(request(scene, "asks again".to_owned(), chosen))
}

/// A day from now on; one too late, none too early.
fn day(scene: &Scene, dice: &mut Dice) -> Date {
    let days = dice.among([1, 3, 6, 8, 20, 400]);
    Date::from_epoch_days(scene.now.as_unix_seconds().div_euclid(86_400) + days)
}

fn order(scene: &Scene, requests: &Requests, dice: &mut Dice) -> Act {
    let number = requests.next();
    let (date, manual) = (if dice.one_in(3) { Some(day(scene, dice)) } else { None }, dice.one_in(3));
    let keyed = dice.one_in(2);
    let unique_id = (!keyed).then(|| requests::name(number));
    let currency = if dice.one_in(4) { Currency::Usd } else { Currency::Eur };
    let stored = if dice.one_in(5) { dice.of(&scene.cards).map(|card| card.id) } else { None };
    let amount = dice.amount();
    let caller = scene.caller.clone();
    if dice.one_in(2) {
        let mut draft = intent(amount, currency, requests::name(number));
        (draft.unique_id, draft.date_settlement, draft.manual_validation, draft.card) = (unique_id, date, manual, stored);
        draft.threeds = if dice.one_in(2) { ThreeDs::None } else { ThreeDs::Required };
        draft.expires_at = dice.one_in(4).then(|| scene.now.plus_seconds(3_600));
        let label = format!("merchant wants {amount} {}", currency.code());
        return request(scene, label, Request { number, what: What::Intent(Box::new(draft)), keyed, caller, sent: scene.real });
    }
    let mut draft = payment(amount, currency, requests::name(number));
    (draft.unique_id, draft.date_settlement, draft.manual_validation) = (unique_id, date, manual);
    if dice.one_in(6) {
        draft.purpose = Purpose::PreAuthorisation;
    }
    let mut with = "no card";
    if let Some(card) = stored {
        (draft.card, with) = (Some(Named::Id(card)), "a stored card");
    } else if !dice.one_in(3) {
        with = dice.among(CARDS);
        draft.card = Some(Named::New(card(with)));
        draft.auth = dice.one_in(4).then(engine::AuthDraft::default);
    }
    let label = format!("merchant charges {amount} {} with {with}", currency.code());
    request(scene, label, Request { number, what: What::Payment(Box::new(draft)), keyed, caller, sent: scene.real })
}

fn payer(scene: &Scene, dice: &mut Dice) -> Option<Act> {
    let challenged: Vec<&Payment> = scene.payments.iter().filter(|payment| payment.auth == Some(AuthStatus::Available)).collect();
    let engine = scene.engine.clone();
    if let (Some(challenged), true) = (dice.of(&challenged), dice.one_in(2)) {
        let reference = challenged.auth_operation?.to_string();
        let (memory, approve, back) = (scene.memory.clone(), !dice.one_in(4), !dice.one_in(4));
        let label = format!("payer of {} is at the bank, approves: {approve}, returns: {back}", challenged.id);
        return Some(act_of(label, async move {
            bank::answer(memory.as_ref(), &reference, approve).await.map_err(|_| Refused::of(model::error::Code::Internal))?;
            if back {
                engine.bank_return(&reference, None).await?;
            }
            Ok(Vec::new())
        }));
    }
    let intent = dice.of(&scene.intents)?;
    let at = page(scene, intent.id);
    // as it stood when this payer looked: the merchant may have changed it since
    let shown = Money::new(intent.amount_due, intent.currency);
    let number = dice.among(CARDS);
    let label = format!("payer pays {at:?} with {number}");
    if dice.one_in(6) {
        return Some(act_of(format!("payer looks again at {at:?}"), async move { engine.returned(&at, None).await.map(|_| Vec::new()) }));
    }
    Some(act_of(label, async move {
        let page = engine.pay(&at, form(number, shown), Device::default(), None).await?;
        Ok(page.payment.iter().map(Told::row).chain([Told::row(&page.intent)]).collect())
    }))
}

fn page(scene: &Scene, id: PaymentIntentId) -> PageRef {
    PageRef::Intent { id, test: scene.caller.scope().environment == Environment::Sandbox }
}

fn merchant(scene: &Scene, requests: &Requests, dice: &mut Dice) -> Option<Act> {
    let live: Vec<&Payment> = scene.payments.iter().filter(|payment| payment.state.holds_money() || dice.one_in(12)).collect();
    let chosen = *dice.of(&live)?;
    let (id, order) = (chosen.id, chosen.intent.to_string());
    let (engine, caller) = (scene.engine.clone(), scene.caller.clone());
    let amount = dice.amount().min(chosen.amount + 1);
    let part = dice.one_in(2).then_some(amount);
    let day = day(scene, dice);
    Some(match dice.below(17) {
        0 => act_of(format!("merchant validates {id}"), async move { Ok(vec![Told::row(&engine.validate(&caller, id).await?.payment)]) }),
        1 => act_of(format!("merchant captures {part:?} of {id}"), async move {
            Ok(vec![Told::row(&engine.capture(&caller, id, part).await?.payment)])
        }),
        2 => act_of(format!("merchant lowers {id} to {amount}"), async move {
            Ok(vec![Told::row(&engine.lower(&caller, id, amount).await?.payment)])
        }),
        3 => act_of(format!("merchant postpones {id} to {day}"), async move {
            Ok(vec![Told::row(&engine.postpone(&caller, id, day).await?.payment)])
        }),
        4 => act_of(format!("merchant cancels {id}"), async move { Ok(vec![Told::row(&engine.cancel(&caller, id).await?.payment)]) }),
        5 => act_of(format!("merchant releases {id}"), async move { Ok(vec![Told::row(&engine.release(&caller, id).await?.payment)]) }),
        6 => act_of(format!("merchant refuses {id}"), async move { Ok(vec![Told::row(&engine.refuse_held(&caller, id).await?.payment)]) }),
        7 => act_of(format!("merchant cancels {order}"), async move {
            let intent = engine.cancel_intent(&caller, &order).await?;
            Ok(vec![Told::row(&intent)])
        }),
        8 => {
            let change = IntentChange { amount: part, description: Some(Some("Another teapot".to_owned())), ..IntentChange::default() };
            act_of(format!("merchant changes {order} to {part:?}"), async move {
                let intent = engine.update_intent(&caller, &order, change).await?;
                Ok(vec![Told::row(&intent)])
            })
        }
        9 => act_of(format!("merchant captures {part:?} of {order}"), async move {
            let intent = engine.capture_intent(&caller, &order, part).await?;
            Ok(vec![Told::row(&intent)])
        }),
        10 => {
            let number = dice.among(CARDS);
            let change = PaymentChange { card: Some(Named::New(card(number))), authorise_with_card: true, ..PaymentChange::default() };
            let empty: Vec<&Payment> = scene.payments.iter().filter(|payment| payment.placeholder && payment.card.is_none()).collect();
            let id = dice.of(&empty)?.id.to_string();
            act_of(format!("merchant gives {id} the card {number}"), async move {
                Ok(vec![Told::row(&engine.update_payment(&caller, &id, change).await?.payment)])
            })
        }
        _ => {
            let number = requests.next();
            let keyed = dice.one_in(2);
            let unique_id = (!keyed).then(|| requests::name(number));
            let draft = RefundDraft { payment: id, amount: part, reason: Some(requests::name(number)), unique_id };
            request(
                scene,
                format!("merchant refunds {part:?} of {id}"),
                Request { number, what: What::Refund(draft), keyed, caller, sent: scene.real },
            )
        }
    })
}

/// Customers and their cards.
fn cards(scene: &Scene, dice: &mut Dice) -> Act {
    let (engine, caller) = (scene.engine.clone(), scene.caller.clone());
    let external = format!("customer {}", dice.below(8));
    match (dice.below(5), dice.of(&scene.cards)) {
        (0, Some(card)) => {
            let id = card.id.to_string();
            act_of(format!("merchant deletes {id}"), async move { Ok(vec![Told::row(&engine.delete_card(&caller, &id).await?)]) })
        }
        (1..3, _) => {
            let draft =
                CustomerDraft { name: Some("Camille Durand".to_owned()), external_id: Some(external.clone()), ..CustomerDraft::default() };
            act_of(format!("merchant keeps {external}"), async move {
                Ok(vec![Told::row(&engine.create_customer(&caller, draft, engine::ApiVersion::V2).await?)])
            })
        }
        _ => {
            let number = dice.among(CARDS);
            act_of(format!("merchant keeps the card {number}"), async move {
                Ok(vec![Told::row(&engine.create_card(&caller, card(number), engine::ApiVersion::V2).await?)])
            })
        }
    }
}

/// The sandbox's own clock is moved; everything on the way happens.
fn clock(scene: &Scene, dice: &mut Dice) -> Option<Act> {
    if scene.caller.scope().environment != Environment::Sandbox {
        return None;
    }
    let seconds = dice.among([10, 600, 20_000, 86_400, 3 * 86_400]);
    let (engine, caller) = (scene.engine.clone(), scene.caller.clone());
    let work = async move { engine.advance(&caller, Advance::By(seconds)).await.map(|_| Vec::new()) };
    Some(act_of(format!("merchant moves the sandbox by {seconds} s"), work))
}

fn worker(scene: &Scene, dice: &mut Dice) -> Act {
    let engine = scene.engine.clone();
    if dice.one_in(20) {
        return act_of("worker tidies".to_owned(), async move { engine.tidy().await.map(|()| Vec::new()) });
    }
    let most = dice.among([1, 4, 64]);
    let work = async move { engine.run_due(most).await.map(|_| Vec::new()) };
    act_of(format!("worker does what is due, {most} at most"), work)
}

fn card(number: &str) -> CardDraft {
    CardDraft {
        number: SecretString::from(number),
        exp_month: 12,
        exp_year: 2030,
        cvc: Some(SecretString::from("123")),
        name: Some("Camille Durand".to_owned()),
        external_id: None,
        zip_code: None,
        customer: None,
        tokenize: true,
        preferred_network: None,
    }
}

fn form(number: &str, shown: Money) -> CardForm {
    CardForm {
        shown,
        number: SecretString::from(number),
        exp_month: 12,
        exp_year: 2030,
        cvc: SecretString::from("123"),
        name: Some("Camille Durand".to_owned()),
    }
}

fn intent(amount: i64, currency: Currency, name: String) -> IntentDraft {
    IntentDraft {
        amount,
        currency,
        purpose: Purpose::Debit,
        description: Some("Hand-thrown teapot".to_owned()),
        customer: None,
        card: None,
        order_id: Some(name),
        unique_id: None,
        methods_allowed: vec![],
        metadata: None,
        return_url: None,
        threeds: ThreeDs::Required,
        date_settlement: None,
        manual_validation: false,
        expires_at: None,
    }
}

fn payment(amount: i64, currency: Currency, name: String) -> PaymentDraft {
    PaymentDraft {
        amount,
        currency,
        purpose: Purpose::Debit,
        auth: None,
        card: None,
        customer: None,
        description: None,
        device: None,
        methods_allowed: vec![],
        metadata: None,
        order_id: Some(name),
        unique_id: None,
        date_settlement: None,
        return_url: None,
        manual_validation: false,
        authorise_only: false,
    }
}
