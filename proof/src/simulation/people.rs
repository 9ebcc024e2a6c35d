//! What payers, merchants and workers may think of doing next.

use std::sync::Arc;

use engine::{
    Advance, Caller, CardDraft, CardForm, CustomerDraft, Device, Engine, IntentChange, IntentDraft, LinkDraft, Named, PageRef,
    PaymentChange,
};
use engine::{PaymentDraft, RefundDraft};
use futures::FutureExt;
use futures::future::BoxFuture;
use model::error::Refused;
use model::id::PaymentIntentId;
use model::lifecycle::{Action, AuthStatus, Facts, Purpose, ThreeDs};
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

const PLAIN: &str = "4242424242424242";

/// Sandbox cards; what each does is written in the documentation. The one whose answer takes real seconds is not among them.
const CARDS: [&str; 15] = [
    PLAIN,
    "5555555555554444",
    "4000000000000077",
    "4000000000000259",
    "4000000000000002",
    "4000000000009995",
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

/// A card's number: often one that nothing is the matter with, or whose payment is held, captured at once, disputed, challenged or can't be captured.
fn card_number(dice: &mut Dice) -> &'static str {
    match dice.below(11) {
        0..3 => PLAIN,
        3 => "4000000000008807",
        4..6 => dice.among(["4000000000000077", "4000000000000259"]),
        6 => "4000000000003220",
        7 => "4000000000008104",
        _ => dice.among(CARDS),
    }
}

/// One thing that somebody does now.
pub fn act(scene: &Scene, requests: &Requests, dice: &mut Dice) -> Act {
    let chosen = match dice.below(20) {
        0..3 => None,
        3 => again(scene, requests, dice),
        4..7 => payer(scene, dice),
        7..15 => merchant(scene, requests, dice),
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
    let days = dice.among([1, 3, 6, 8, 9, 20, 400]);
    Date::from_epoch_days(scene.now.as_unix_seconds().div_euclid(86_400) + days)
}

/// What an order is for, its amount, and the word for asking for it: most are to be captured, some only reserve or look at the card.
fn purpose(dice: &mut Dice, debit: &'static str) -> (Purpose, i64, &'static str) {
    match dice.below(16) {
        0 => (Purpose::Verification, 0, "verifies"),
        1 => (Purpose::PreAuthorisation, dice.amount(), "reserves"),
        _ => (Purpose::Debit, dice.amount(), debit),
    }
}

fn order(scene: &Scene, requests: &Requests, dice: &mut Dice) -> Act {
    let number = requests.next();
    let (date, manual) = (if dice.one_in(3) { Some(day(scene, dice)) } else { None }, dice.one_in(2));
    let keyed = dice.one_in(2);
    let unique_id = (!keyed).then(|| requests::name(number));
    let currency = if dice.one_in(4) { Currency::Usd } else { Currency::Eur };
    let stored = if dice.one_in(5) { dice.of(&scene.cards).map(|card| card.id) } else { None };
    let caller = scene.caller.clone();
    let expires_at = dice.one_in(4).then(|| scene.now.plus_seconds(3_600));
    if dice.one_in(6) {
        let amount = dice.amount();
        let draft = LinkDraft { manual_validation: manual, expires_at, ..link(amount, currency, number) };
        let label = format!("merchant links {amount} {}", currency.code());
        // the form's token makes it one however often it is posted
        return request(scene, label, Request { number, what: What::Link(draft), keyed: false, caller, sent: scene.real });
    }
    if dice.one_in(3) {
        let (purpose, amount, verb) = purpose(dice, "wants");
        let mut draft = intent(amount, currency, requests::name(number));
        (draft.unique_id, draft.date_settlement, draft.manual_validation, draft.card) = (unique_id, date, manual, stored);
        draft.threeds = if dice.one_in(2) { ThreeDs::None } else { ThreeDs::Required };
        (draft.purpose, draft.expires_at) = (purpose, expires_at);
        let label = format!("merchant {verb} {amount} {}", currency.code());
        return request(scene, label, Request { number, what: What::Intent(Box::new(draft)), keyed, caller, sent: scene.real });
    }
    let (purpose, amount, verb) = purpose(dice, "charges");
    let mut draft = payment(amount, currency, requests::name(number));
    (draft.unique_id, draft.date_settlement, draft.manual_validation) = (unique_id, date, manual);
    (draft.purpose, draft.authorise_only) = (purpose, dice.one_in(5));
    let mut with = "no card";
    if let Some(card) = stored {
        (draft.card, with) = (Some(Named::Id(card)), "a stored card");
    } else if !dice.one_in(5) {
        with = card_number(dice);
        draft.card = Some(Named::New(card(with)));
        draft.auth = dice.one_in(4).then(engine::AuthDraft::default);
    }
    let label = format!("merchant {verb} {amount} {} with {with}", currency.code());
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
    let number = card_number(dice);
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

/// What a merchant may do to one payment or its order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Deed {
    To(Action),
    CancelOrder,
    ChangeOrder,
    CaptureOrder,
    RefundOrder,
    GiveCard,
}

/// What can seldom be done is thought of more often.
const DEEDS: [Deed; 23] = [
    Deed::To(Action::Validate),
    Deed::To(Action::Validate),
    Deed::To(Action::Validate),
    Deed::To(Action::Capture),
    Deed::To(Action::Lower),
    Deed::To(Action::Postpone),
    Deed::To(Action::Cancel),
    Deed::To(Action::Release),
    Deed::To(Action::Release),
    Deed::To(Action::RefuseHeld),
    Deed::To(Action::RefuseHeld),
    Deed::To(Action::Refund),
    Deed::To(Action::Refund),
    Deed::To(Action::Refund),
    Deed::To(Action::Refund),
    Deed::To(Action::Refund),
    Deed::CancelOrder,
    Deed::ChangeOrder,
    Deed::CaptureOrder,
    Deed::RefundOrder,
    Deed::RefundOrder,
    Deed::RefundOrder,
    Deed::GiveCard,
];

impl Deed {
    /// Whether the table has a line for it, as things stand when the merchant looks.
    fn fits(self, payment: &Payment) -> bool {
        let facts = facts(payment);
        match self {
            Self::To(action) => facts.allows(action),
            Self::CancelOrder => facts.allows(Action::Cancel),
            Self::CaptureOrder => facts.allows(Action::Capture),
            Self::RefundOrder => facts.allows(Action::Refund),
            Self::ChangeOrder | Self::GiveCard => payment.placeholder && payment.card.is_none(),
        }
    }
}

/// As the dashboard asks the table which buttons to show.
fn facts(payment: &Payment) -> Facts {
    Facts {
        state: payment.state,
        purpose: payment.purpose,
        remitted: payment.remitted_at.is_some(),
        held: payment.held_until.is_some(),
        busy: payment.open_operation.is_some(),
        refundable: payment.captured_amount - payment.refunded_amount - payment.disputed_amount,
    }
}

/// Mostly what a payment allows; else anything, to be refused.
fn deed<'s>(scene: &'s Scene, dice: &mut Dice) -> Option<(Deed, &'s Payment)> {
    if !dice.one_in(4) {
        let possible: Vec<Deed> = DEEDS.into_iter().filter(|deed| scene.payments.iter().any(|payment| deed.fits(payment))).collect();
        let deed = *dice.of(&possible)?;
        let fitting: Vec<&Payment> = scene.payments.iter().filter(|payment| deed.fits(payment)).collect();
        return dice.of(&fitting).map(|payment| (deed, *payment));
    }
    let live: Vec<&Payment> = scene.payments.iter().filter(|payment| payment.state.holds_money() || dice.one_in(12)).collect();
    Some((dice.among(DEEDS), *dice.of(&live)?))
}

fn merchant(scene: &Scene, requests: &Requests, dice: &mut Dice) -> Option<Act> {
    let (deed, chosen) = deed(scene, dice)?;
    let (id, order) = (chosen.id, chosen.intent.to_string());
    let (engine, caller) = (scene.engine.clone(), scene.caller.clone());
    // now and then more than there is
    let amount = if dice.one_in(4) { dice.amount().min(chosen.amount + 1) } else { dice.up_to(chosen.amount) };
    let part = dice.one_in(2).then_some(amount);
    let day = day(scene, dice);
    Some(match deed {
        Deed::To(Action::Validate) => {
            act_of(format!("merchant validates {id}"), async move { Ok(vec![Told::row(&engine.validate(&caller, id).await?.payment)]) })
        }
        Deed::To(Action::Capture) => act_of(format!("merchant captures {part:?} of {id}"), async move {
            Ok(vec![Told::row(&engine.capture(&caller, id, part).await?.payment)])
        }),
        Deed::To(Action::Lower) => act_of(format!("merchant lowers {id} to {amount}"), async move {
            Ok(vec![Told::row(&engine.lower(&caller, id, amount).await?.payment)])
        }),
        Deed::To(Action::Postpone) => act_of(format!("merchant postpones {id} to {day}"), async move {
            Ok(vec![Told::row(&engine.postpone(&caller, id, day).await?.payment)])
        }),
        Deed::To(Action::Cancel) => {
            act_of(format!("merchant cancels {id}"), async move { Ok(vec![Told::row(&engine.cancel(&caller, id).await?.payment)]) })
        }
        Deed::To(Action::Release) => {
            act_of(format!("merchant releases {id}"), async move { Ok(vec![Told::row(&engine.release(&caller, id).await?.payment)]) })
        }
        Deed::To(Action::RefuseHeld) => {
            act_of(format!("merchant refuses {id}"), async move { Ok(vec![Told::row(&engine.refuse_held(&caller, id).await?.payment)]) })
        }
        Deed::To(Action::Refund) => {
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
        Deed::CancelOrder => act_of(format!("merchant closes {order}"), async move {
            let intent = engine.cancel_intent(&caller, &order).await?;
            Ok(vec![Told::row(&intent)])
        }),
        Deed::ChangeOrder => {
            // also one that nobody has tried to pay
            let order = if dice.one_in(2) { dice.of(&scene.intents)?.id.to_string() } else { order };
            let change = IntentChange { amount: part, description: Some(Some("Another teapot".to_owned())), ..IntentChange::default() };
            act_of(format!("merchant changes {order} to {part:?}"), async move {
                let intent = engine.update_intent(&caller, &order, change).await?;
                Ok(vec![Told::row(&intent)])
            })
        }
        Deed::CaptureOrder => act_of(format!("merchant collects {part:?} of {order}"), async move {
            let intent = engine.capture_intent(&caller, &order, part).await?;
            Ok(vec![Told::row(&intent)])
        }),
        Deed::RefundOrder => act_of(format!("merchant returns {part:?} of {order}"), async move {
            let refund = engine.refund_intent(&caller, &order, part).await?;
            Ok(vec![Told::row(&refund)])
        }),
        Deed::GiveCard => {
            let number = card_number(dice);
            let change = PaymentChange { card: Some(Named::New(card(number))), authorise_with_card: true, ..PaymentChange::default() };
            let id = id.to_string();
            act_of(format!("merchant gives {id} the card {number}"), async move {
                Ok(vec![Told::row(&engine.update_payment(&caller, &id, change).await?.payment)])
            })
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
            act_of(format!("merchant knows {external}"), async move {
                Ok(vec![Told::row(&engine.create_customer(&caller, draft, engine::ApiVersion::V2).await?)])
            })
        }
        _ => {
            let number = card_number(dice);
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
    if dice.one_in(8) {
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

fn link(amount: i64, currency: Currency, number: u64) -> LinkDraft {
    LinkDraft {
        amount,
        currency,
        token: format!("{number:032}"),
        order_id: Some(requests::name(number)),
        description: Some("Hand-thrown teapot".to_owned()),
        customer_name: Some("Camille Durand".to_owned()),
        customer_email: Some("camille@example.com".to_owned()),
        shop: None,
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
