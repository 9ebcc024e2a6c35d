//! Payment intents: what a merchant wants to be paid.

use futures::FutureExt;
use model::error::{Code, Refused};
use model::id::{PaymentId, PaymentIntentId};
use model::lifecycle::transaction::Action;
use model::lifecycle::{IntentStatus, Method, OrderCycle, OrderStatus, OrderType, Shown, State, ThreeDs};
use model::money::Currency;
use model::rights::{Environment, Right};
use model::time::Timestamp;
use serde_json::json;
use store::rows::{Card, Customer, Dispute, Payment, PaymentIntent, Refund};
use store::{Tx, find};

use crate::by::By;
use crate::caller::{Actor, Caller};
use crate::customers::patch;
use crate::decide::Of;
use crate::dossier::{Dossier, facts, in_progress, not_allowed, parse_id, part};
use crate::import::is_history;
use crate::lists::{Filter, intent_filter};
use crate::rules::calendar;
use crate::types::{FullPayment, IntentChange, IntentDraft, ListQuery, Listed};
use crate::{Engine, check};

/// An intent without a deadline lives 3 months.
pub const INTENT_LIFE_MONTHS: i32 = 3;

pub(crate) fn check_intent(draft: &IntentDraft, by: &By) -> Result<(), Refused> {
    check::amount("amount", draft.amount, draft.purpose)?;
    check::text("description", draft.description.as_ref(), 3, 64)?;
    check::text("order_id", draft.order_id.as_ref(), 1, 36)?;
    check::text("unique_id", draft.unique_id.as_ref(), 1, 36)?;
    check::url("return_url", draft.return_url.as_ref())?;
    check::methods("methods_allowed", &draft.methods_allowed)?;
    check::settlement("date_settlement", draft.date_settlement, by)?;
    check::deadline("expires_at", draft.expires_at, by)?;
    check::metadata(draft.metadata.as_ref())
}

/// `card,sepa`, as the column keeps it; empty means all there are.
pub(crate) fn joined(methods: &[Method]) -> String {
    let all = if methods.is_empty() { Method::ALL } else { methods };
    all.iter().map(|method| method.as_str()).collect::<Vec<_>>().join(",")
}

/// What it came in by.
pub(crate) fn origin(by: &By) -> &'static str {
    match by.caller.actor {
        Actor::User(_) => "dashboard",
        Actor::Import => crate::import::ORIGIN,
        Actor::Key(_) | Actor::Payer | Actor::Worker | Actor::Demo => "api",
    }
}

pub(crate) fn new_intent(by: &mut By, draft: &IntentDraft, implicit: bool) -> PaymentIntent {
    let scope = by.caller.scope;
    PaymentIntent {
        id: by.mint(),
        account: scope.account,
        environment: scope.environment,
        version: 1,
        created: by.now,
        shop: by.caller.shop,
        created_by: by.caller.actor.to_string(),
        origin: origin(by).to_owned(),
        kind: OrderType::of(draft.purpose, origin(by), draft.date_settlement.is_some()),
        implicit,
        purpose: draft.purpose,
        amount: draft.amount,
        currency: draft.currency,
        amount_due: draft.amount,
        manual_validation: draft.manual_validation,
        threeds: draft.threeds,
        description: draft.description.clone(),
        order_id: draft.order_id.clone(),
        unique_id: draft.unique_id.clone(),
        customer: draft.customer,
        card: draft.card,
        methods_allowed: joined(&draft.methods_allowed),
        metadata: draft.metadata.clone(),
        return_url: draft.return_url.clone(),
        date_settlement: draft.date_settlement,
        expires_at: draft.expires_at.unwrap_or_else(|| months_later(by, INTENT_LIFE_MONTHS)),
        status: IntentStatus::RequirePaymentMethod,
        order_status: OrderStatus::None,
        order_cycle: OrderCycle::Open,
        shown: Shown::Awaiting,
        shown_at: None,
        payment: None,
        holder: None,
        tries: 0,
        authorised: 0,
        captured: 0,
        refunded: 0,
        payer_name: None,
        payer_email: None,
        method: None,
        brand: None,
        last4: None,
        country: None,
        response: None,
        cancelled: None,
        fixed: None,
    }
}

fn months_later(by: &By, months: i32) -> Timestamp {
    let today = by.place.date(by.now);
    let days = today.plus_months(months).days_since(today);
    by.now.plus_seconds(days * 86_400)
}

/// Shows the customer on the order's row.
pub(crate) fn show_customer(intent: &mut PaymentIntent, customer: &Customer) {
    intent.customer = Some(customer.id);
    intent.payer_name = customer.name.clone().or_else(|| intent.payer_name.take());
    intent.payer_email = customer.email.clone().or_else(|| intent.payer_email.take());
}

/// Shows the card on the order's row.
pub(crate) fn show_card(intent: &mut PaymentIntent, card: &Card) {
    intent.method = Some(Method::Card);
    intent.brand = Some(card.brand.clone());
    intent.last4 = Some(card.last4.clone());
    intent.country.clone_from(&card.country);
    if intent.payer_name.is_none() {
        intent.payer_name.clone_from(&card.name);
    }
}

const DUPLICATE_PAYMENT: &str = "Payment already exists, duplicate unique_id";
pub(crate) const DUPLICATE_REFUND: &str = "Refund already exists, duplicate unique_id";

fn duplicate(id: impl std::fmt::Display) -> Refused {
    Refused::new(Code::DuplicateUniqueId, DUPLICATE_PAYMENT).existing(id)
}

/// # Errors
/// 409 with the id of what has this `unique_id` already.
pub(crate) async fn unique_in_intents(tx: &mut Tx, by: &By, unique_id: Option<&String>) -> store::Result<()> {
    let Some(unique_id) = unique_id else { return Ok(()) };
    match find::<PaymentIntent>(tx, by.caller.scope, "unique_id", unique_id.as_str()).await? {
        Some(same) => Err(duplicate(same.id).into()),
        None => Ok(()),
    }
}

pub(crate) async fn unique_in_payments(tx: &mut Tx, by: &By, unique_id: Option<&String>) -> store::Result<()> {
    let Some(unique_id) = unique_id else { return Ok(()) };
    match find::<Payment>(tx, by.caller.scope, "unique_id", unique_id.as_str()).await? {
        Some(same) => Err(duplicate(same.id).into()),
        None => Ok(()),
    }
}

impl Engine {
    /// Two requests at once: the one that came second is told of the first.
    pub(crate) async fn told_of_first<R: store::Scoped>(&self, caller: &Caller, unique_id: Option<&String>, refused: Refused) -> Refused {
        if let (Code::DuplicateUniqueId, None, Some(unique_id)) = (refused.code, &refused.existing, unique_id)
            && let Ok(mut reader) = self.0.store.read().await
            && let Ok(Some(first)) = find::<R>(&mut reader, caller.scope, "unique_id", unique_id.as_str()).await
        {
            let text = if R::TABLE == "refunds" { DUPLICATE_REFUND } else { DUPLICATE_PAYMENT };
            return Refused::new(Code::DuplicateUniqueId, text).existing(first.id());
        }
        refused
    }

    /// Makes an intent; with a card and `threeds: none` it is paid at once.
    ///
    /// # Errors
    /// 422 by field, 404 for a customer or card, 409 for a taken `unique_id`.
    pub async fn create_intent(&self, caller: &Caller, draft: IntentDraft) -> Result<PaymentIntent, Refused> {
        caller.needs(Right::PaymentCreate)?;
        self.acquirer(caller.scope)?;
        let start = self.start(caller).await?;
        let engine = self.clone();
        self.task(async move {
            check_intent(&draft, &start.by())?;
            let (for_command, unique_id) = (start.clone(), draft.unique_id.clone());
            let command = store::command(move |tx: &mut Tx| {
                let (start, draft) = (for_command.clone(), draft.clone());
                async move {
                    let mut by = start.by();
                    unique_in_intents(tx, &by, draft.unique_id.as_ref()).await?;
                    let mut intent = new_intent(&mut by, &draft, false);
                    if let Some(customer) = draft.customer {
                        show_customer(&mut intent, &check::known_customer(tx, start.caller.scope, customer).await?);
                    }
                    if let Some(card) = draft.card {
                        show_card(&mut intent, &check::usable_card(tx, start.caller.scope, card).await?);
                    }
                    let dossier = Dossier::new(intent);
                    note_intent(&mut by, "payment_intent.created", &dossier.intent.now);
                    Ok(dossier.save(tx, &mut by).await?.intent.now)
                }
                .boxed()
            });
            let intent = match engine.commit(command).await {
                Ok(intent) => intent,
                Err(refused) => return Err(engine.told_of_first::<PaymentIntent>(&start.caller, unique_id.as_ref(), refused).await),
            };
            engine.pay_with_stored_card(&start, &intent).await
        })
        .await
    }

    /// Charges the card an intent names, where no authentication is asked for.
    async fn pay_with_stored_card(&self, start: &crate::by::Start, intent: &PaymentIntent) -> Result<PaymentIntent, Refused> {
        let (Some(card), ThreeDs::None, IntentStatus::RequirePaymentMethod) = (intent.card, intent.threeds, intent.status) else {
            return Ok(intent.clone());
        };
        let start = self.later(start);
        let id = intent.id;
        let for_command = start.clone();
        let command = store::command(move |tx: &mut Tx| {
            let start = for_command.clone();
            async move {
                let mut by = start.by();
                let mut dossier = Dossier::load(tx, start.caller.scope, id).await?;
                let card = check::usable_card(tx, start.caller.scope, card).await?;
                let operation = crate::attempt::begin_on_intent(&mut dossier, &mut by, &card)?;
                dossier.save(tx, &mut by).await?;
                Ok(operation)
            }
            .boxed()
        });
        let operation = self.commit(command).await?;
        self.drive(&start, operation).await?;
        self.read_intent(&start.caller, id).await
    }

    async fn read_intent(&self, caller: &Caller, id: PaymentIntentId) -> Result<PaymentIntent, Refused> {
        let mut reader = self.0.store.read().await?;
        let intent = store::get::<PaymentIntent>(&mut reader, caller.scope, id).await?;
        intent.ok_or_else(|| Refused::not_found::<PaymentIntentId>(&id.to_string()))
    }

    /// # Errors
    /// 404.
    pub async fn intent(&self, caller: &Caller, id: &str) -> Result<PaymentIntent, Refused> {
        caller.needs(Right::PaymentRead)?;
        let intent = self.read_intent(caller, parse_id(id)?).await?;
        self.as_of_now(caller, intent).await
    }

    async fn authorised_until(&self, caller: &Caller, intent: &PaymentIntent) -> Result<Option<Timestamp>, Refused> {
        let Some(payment) = intent.payment else { return Ok(None) };
        let mut reader = self.0.store.read().await?;
        let payment = store::get::<Payment>(&mut reader, caller.scope, payment).await?;
        Ok(payment.and_then(|payment| payment.authorised_until))
    }

    /// Lateness is decided by comparing times when a thing is read, too.
    async fn as_of_now(&self, caller: &Caller, mut intent: PaymentIntent) -> Result<PaymentIntent, Refused> {
        if is_history(&intent) {
            return Ok(intent);
        }
        let waits = intent.order_cycle == OrderCycle::Open && intent.holder.is_none();
        let lapses = intent.status == IntentStatus::Authorized && intent.shown == Shown::ToValidate;
        if waits || lapses {
            let now = self.start(caller).await?.now;
            let until = if lapses { self.authorised_until(caller, &intent).await? } else { None };
            if (waits && now >= intent.expires_at) || until.is_some_and(|until| now >= until) {
                intent.status = IntentStatus::Canceled;
                intent.order_cycle = OrderCycle::Closed;
            }
        }
        Ok(intent)
    }

    /// # Errors
    /// 404; 409 for what can no longer change; 422 by field.
    pub async fn update_intent(&self, caller: &Caller, id: &str, change: IntentChange) -> Result<PaymentIntent, Refused> {
        caller.needs(Right::PaymentCreate)?;
        let id: PaymentIntentId = parse_id(id)?;
        let pays = change.card.is_some() || change.threeds.is_some();
        if pays {
            self.acquirer(caller.scope)?;
        }
        let start = self.start(caller).await?;
        let engine = self.clone();
        self.task(async move {
            let for_command = start.clone();
            let command = store::command(move |tx: &mut Tx| {
                let (start, change) = (for_command.clone(), change.clone());
                async move {
                    let mut by = start.by();
                    let mut dossier = Dossier::load(tx, start.caller.scope, id).await?;
                    apply(&mut dossier, &by, &change)?;
                    if let Some(Some(customer)) = change.customer {
                        show_customer(&mut dossier.intent.now, &check::known_customer(tx, start.caller.scope, customer).await?);
                    }
                    if let Some(Some(card)) = change.card {
                        let card = check::usable_card(tx, start.caller.scope, card).await?;
                        dossier.intent.now.card = Some(card.id);
                        show_card(&mut dossier.intent.now, &card);
                    }
                    note_intent(&mut by, "payment_intent.updated", &dossier.intent.now);
                    Ok(dossier.save(tx, &mut by).await?.intent.now)
                }
                .boxed()
            });
            let intent = engine.commit(command).await?;
            // a card is charged because it was named, or may be now: never because a text was changed
            if pays { engine.pay_with_stored_card(&start, &intent).await } else { Ok(intent) }
        })
        .await
    }

    /// Cancels an intent: what is authorised for it is given back; captured money is refunded, not cancelled.
    ///
    /// # Errors
    /// 404; 409 where money was captured or its capture is under way.
    pub async fn cancel_intent(&self, caller: &Caller, id: &str) -> Result<PaymentIntent, Refused> {
        caller.needs(Right::PaymentCancel)?;
        let id: PaymentIntentId = parse_id(id)?;
        let start = self.start(caller).await?;
        let engine = self.clone();
        self.task(async move {
            let decision = |dossier: &mut Dossier, by: &mut By| {
                let next = cancel_all(dossier, by)?;
                let intent = &dossier.intent.now;
                by.note("payment_intent.canceled", intent.id, Some(json!({"amount": intent.amount, "currency": intent.currency})));
                Ok(next)
            };
            let next = engine.decide(&start, Of::Intent(id), decision).await?;
            for operation in next {
                engine.drive(&start, operation).await?;
            }
            engine.read_intent(&start.caller, id).await
        })
        .await
    }

    /// Validates what is authorised for an intent, all or part.
    ///
    /// # Errors
    /// 404; 409 where nothing waits for it.
    pub async fn capture_intent(&self, caller: &Caller, id: &str, amount: Option<i64>) -> Result<PaymentIntent, Refused> {
        caller.needs(Right::PaymentCapture)?;
        let intent = self.intent(caller, id).await?;
        let Some(payment) = intent.payment.filter(|_| intent.holder.is_some()) else {
            let text = format!("The payment intent is {}: there is nothing to capture", intent.status);
            return Err(Refused::new(Code::OperationNotAllowed, text));
        };
        self.capture(caller, payment, amount).await?;
        self.read_intent(caller, intent.id).await
    }

    /// # Errors
    /// 422 for a filter or a page that can't be.
    pub async fn intents(&self, caller: &Caller, query: ListQuery) -> Result<Listed<PaymentIntent>, Refused> {
        caller.needs(Right::PaymentRead)?;
        let explicit = vec![("implicit", store::Op::Eq, store::row::Value::Int(Some(0)))];
        let filter = Filter { live_only: false, columns: intent_filter };
        self.list_where(caller, &query, &filter, explicit).await
    }

    /// The attempts of an intent, oldest first; those that never became a transaction are not among them.
    ///
    /// # Errors
    /// 404.
    pub async fn intent_payments(&self, caller: &Caller, id: &str) -> Result<Vec<FullPayment>, Refused> {
        let intent = self.intent(caller, id).await?;
        let mut reader = self.0.store.read().await?;
        let payments = store::all_where::<Payment>(&mut reader, caller.scope, "intent", intent.id).await?;
        drop(reader);
        self.full(caller.scope, payments.into_iter().filter(|payment| payment.state != State::Ended).collect()).await
    }

    /// # Errors
    /// 404.
    pub async fn intent_refunds(&self, caller: &Caller, id: &str) -> Result<Vec<Refund>, Refused> {
        let intent = self.intent(caller, id).await?;
        let mut reader = self.0.store.read().await?;
        Ok(store::all_where(&mut reader, caller.scope, "intent", intent.id).await?)
    }

    /// # Errors
    /// 404.
    pub async fn intent_disputes(&self, caller: &Caller, id: &str) -> Result<Vec<Dispute>, Refused> {
        let intent = self.intent(caller, id).await?;
        let mut reader = self.0.store.read().await?;
        Ok(store::all_where(&mut reader, caller.scope, "intent", intent.id).await?)
    }

    /// The page where an intent is paid.
    pub fn intent_url(&self, intent: &PaymentIntent) -> String {
        let test = if intent.environment == Environment::Sandbox { "test_" } else { "" };
        format!("{}/{test}{}", self.0.public_url, intent.id)
    }
}

/// For the audit log: what a person makes or changes.
fn note_intent(by: &mut By, action: &'static str, intent: &PaymentIntent) {
    if by.caller.is_person() {
        by.note(action, intent.id, Some(json!({"amount": intent.amount, "currency": intent.currency})));
    }
}

fn apply(dossier: &mut Dossier, by: &By, change: &IntentChange) -> Result<(), Refused> {
    let fixed = dossier.intent.now.fixed.is_some();
    let intent = &mut dossier.intent.now;
    if intent.cancelled.is_some() || by.now >= intent.expires_at {
        return Err(Refused::new(Code::OperationNotAllowed, "The payment intent is canceled: nothing can be changed"));
    }
    let amount = change.amount.unwrap_or(intent.amount);
    let currency: Currency = change.currency.unwrap_or(intent.currency);
    if fixed && (amount, currency) != (intent.amount, intent.currency) {
        return Err(Refused::of(Code::AmountFixed).field(if amount == intent.amount { "currency" } else { "amount" }));
    }
    check::amount("amount", amount, intent.purpose)?;
    if !fixed {
        (intent.amount, intent.amount_due, intent.currency) = (amount, amount, currency);
    }
    check::text("description", change.description.as_ref().and_then(Option::as_ref), 3, 64)?;
    check::text("order_id", change.order_id.as_ref().and_then(Option::as_ref), 1, 36)?;
    check::url("return_url", change.return_url.as_ref().and_then(Option::as_ref))?;
    check::methods("methods_allowed", change.methods_allowed.as_deref().unwrap_or_default())?;
    check::settlement("date_settlement", change.date_settlement.flatten(), by)?;
    check::deadline("expires_at", change.expires_at, by)?;
    check::metadata(change.metadata.as_ref().and_then(Option::as_ref))?;
    patch(&mut intent.description, change.description.clone());
    patch(&mut intent.order_id, change.order_id.clone());
    patch(&mut intent.return_url, change.return_url.clone());
    patch(&mut intent.metadata, change.metadata.clone());
    patch(&mut intent.date_settlement, change.date_settlement);
    if change.customer == Some(None) {
        intent.customer = None;
    }
    if change.card == Some(None) {
        intent.card = None;
    }
    if let Some(methods) = &change.methods_allowed {
        intent.methods_allowed = joined(methods);
    }
    intent.threeds = change.threeds.unwrap_or(intent.threeds);
    intent.manual_validation = change.manual_validation.unwrap_or(intent.manual_validation);
    intent.expires_at = change.expires_at.unwrap_or(intent.expires_at);
    let terms = intent.clone();
    for place in dossier.payments.iter_mut().filter(|payment| payment.now.placeholder && payment.now.state == State::Begun) {
        // the payer is charged what the page shows
        (place.now.amount, place.now.currency) = (terms.amount_due, terms.currency);
        place.now.manual_validation = terms.manual_validation;
        if place.now.date_settlement != terms.date_settlement {
            place.now.date_settlement = terms.date_settlement;
            place.now.capture_date = Some(calendar::cut_off_of(terms.date_settlement, by.now, &by.place));
        }
    }
    Ok(())
}

/// Closes an order to new attempts and gives back what it holds, again where the acquirer would not. The calls that this takes.
pub(crate) fn cancel_all(dossier: &mut Dossier, by: &mut By) -> store::Result<Vec<model::id::OperationId>> {
    let again = dossier.intent.now.cancelled.is_some();
    let ids: Vec<PaymentId> =
        dossier.payments.iter().filter(|payment| part(&payment.now).reserves()).map(|payment| payment.now.id).collect();
    if ids.is_empty() && (again || !dossier.is_open()) {
        let text = format!("The payment intent is {}: it can't be canceled", dossier.intent.now.status);
        return Err(Refused::new(Code::OperationNotAllowed, text).into());
    }
    let mut next = Vec::new();
    for id in ids {
        let payment = &dossier.payment(id)?.now;
        let facts = facts(payment, 0);
        let being_sent = matches!(
            payment.state,
            State::Begun | State::UnderVerification | State::WaitingAuthorisation | State::WaitingAuthorisationToValidate
        );
        if payment.open_operation.is_some() && (again || !being_sent || payment.held_until.is_some()) {
            return Err(in_progress().into());
        }
        if payment.open_operation.is_none() && !facts.allows(Action::Cancel) {
            return Err(not_allowed(&model::lifecycle::NotAllowed {
                state: facts.state,
                remitted: facts.remitted,
                allowed: facts.actions(),
            })
            .into());
        }
        next.extend(crate::operate::cancel_one(dossier, by, id, "cancel")?);
    }
    if !again {
        crate::work::end_choosing(dossier, "cancelled")?;
        dossier.intent.now.cancelled = Some(by.now);
        dossier.intent.note("payment_intent.canceled", None);
    }
    Ok(next)
}
