//! Payments made directly by API: each has an intent of its own, and goes the same way as a payer's attempt.

use std::collections::BTreeMap;

use futures::FutureExt;
use model::error::{Code, Refused};
use model::id::{CardId, CustomerId, OperationId, PaymentId};
use model::lifecycle::{AuthStatus, Method, State, ThreeDs, Trigger};
use model::rights::Right;
use store::row::Value;
use store::rows::{Card, Customer, Dispute, Operation, Payment, Refund, Scope};
use store::{Op, Tx};
use vault::Cvc;

use crate::by::{By, Start};
use crate::caller::Caller;
use crate::customers::patch;
use crate::dossier::{Dossier, Tracked, parse_id};
use crate::intents::{check_intent, joined, new_intent, origin, show_card, show_customer, unique_in_intents, unique_in_payments};
use crate::lists::{Filter, payment_filter};
use crate::rules::calendar;
use crate::settle::{open_authenticate, open_authorise};
use crate::types::{
    ApiVersion, Asked, CardDraft, CustomerDraft, FullPayment, IntentDraft, ListQuery, Listed, Named, PaymentChange, PaymentDraft,
};
use crate::{Engine, check};

/// The card an attempt is made with: stored, or typed for it and checked.
#[derive(Clone)]
pub(crate) enum Means {
    None,
    Stored(CardId),
    Typed { row: Box<Card>, cvc: Option<Cvc> },
}

impl Engine {
    /// Checks a typed card once, before any try of the command.
    pub(crate) fn means(
        &self,
        start: &Start,
        card: Option<Named<CardId, CardDraft>>,
        customer: Option<CustomerId>,
    ) -> Result<Means, Refused> {
        match card {
            None => Ok(Means::None),
            Some(Named::Id(id)) => Ok(Means::Stored(id)),
            Some(Named::New(mut draft)) => {
                draft.customer = draft.customer.or(customer);
                // drawn from a seed of its own: the command's ids stay the command's
                let mut by = Start { seed: self.seed(), ..start.clone() }.by();
                let checked = self.check_card(&mut by, &draft).map_err(|refused| refused.within("card"))?;
                Ok(Means::Typed { row: Box::new(checked.row), cvc: checked.cvc })
            }
        }
    }

    /// Makes a payment. With a card it is authenticated or authorised at once; without, it waits for a method.
    ///
    /// # Errors
    /// 422 by field, 404 for a customer or card, 409 for a taken `unique_id`.
    pub async fn create_payment(&self, caller: &Caller, draft: PaymentDraft) -> Result<FullPayment, Refused> {
        caller.needs(Right::PaymentCreate)?;
        self.acquirer(caller.scope)?;
        let start = self.start(caller).await?;
        let engine = self.clone();
        self.task(async move {
            check_intent(&intent_of(&draft), &start.by())?;
            check::url("return_url", draft.auth.as_ref().and_then(|auth| auth.return_url.as_ref()))
                .map_err(|refused| refused.within("auth"))?;
            let means = engine.means(&start, draft.card.clone(), None)?;
            let (for_command, for_cvc) = (engine.clone(), means.clone());
            let (begun, unique_id) = (start.clone(), draft.unique_id.clone());
            let command = store::command(move |tx: &mut Tx| {
                let (engine, start, draft, means) = (for_command.clone(), begun.clone(), draft.clone(), means.clone());
                async move {
                    let mut by = start.by();
                    engine.write_payment(tx, &mut by, &draft, means).await
                }
                .boxed()
            });
            let (id, next) = match engine.commit(command).await {
                Ok(written) => written,
                Err(refused) => return Err(engine.told_of_first::<Payment>(&start.caller, unique_id.as_ref(), refused).await),
            };
            if let (Means::Typed { cvc: Some(cvc), .. }, Some(_)) = (for_cvc, next) {
                engine.keep_code(id, cvc, start.real);
            }
            if let Some(operation) = next {
                engine.drive(&start, operation).await?;
            }
            engine.read_payment(start.caller.scope, id).await
        })
        .await
    }

    async fn write_payment(
        &self,
        tx: &mut Tx,
        by: &mut By,
        draft: &PaymentDraft,
        means: Means,
    ) -> store::Result<(PaymentId, Option<OperationId>)> {
        unique_in_payments(tx, by, draft.unique_id.as_ref()).await?;
        unique_in_intents(tx, by, draft.unique_id.as_ref()).await?;
        let mut intent = new_intent(by, &intent_of(draft), true);
        let customer = self.named_customer(tx, by, draft.customer.as_ref()).await?;
        if let Some(customer) = &customer {
            show_customer(&mut intent, customer);
        }
        let card = write_means(tx, by, means).await?;
        if card.is_some() && draft.auth.is_none() {
            intent.threeds = ThreeDs::None;
        }
        // its own unique_id stands on the payment alone
        intent.unique_id = None;
        let mut dossier = Dossier::new(intent);
        let payment = new_payment(by, &dossier, draft, card.is_none());
        let id = payment.id;
        dossier.payments.push(Tracked::new(payment, "payment.created"));
        let next = match &card {
            None => {
                if draft.auth.is_some() {
                    dossier.payment(id)?.now.auth = Some(AuthStatus::Requested);
                }
                None
            }
            Some(card) => {
                use_card(&mut dossier, by, id, card)?;
                Some(begin(&mut dossier, by, id)?)
            }
        };
        dossier.save(tx, by).await?;
        Ok((id, next))
    }

    async fn named_customer(
        &self,
        tx: &mut Tx,
        by: &mut By,
        customer: Option<&Named<CustomerId, CustomerDraft>>,
    ) -> store::Result<Option<Customer>> {
        match customer {
            None => Ok(None),
            Some(Named::Id(id)) => Ok(Some(check::known_customer(tx, by.caller.scope, *id).await?)),
            Some(Named::New(draft)) => {
                let made = self.new_customer(tx, by, draft, ApiVersion::V2).await;
                made.map(Some).map_err(|error| within(error, "customer"))
            }
        }
    }

    /// `PATCH /payments/{id}`: changes what may still change, and authorises where a card or a status asks for it.
    ///
    /// # Errors
    /// 404; 409 for what can no longer change; 422 by field.
    pub async fn update_payment(&self, caller: &Caller, id: &str, change: PaymentChange) -> Result<FullPayment, Refused> {
        caller.needs(Right::PaymentCreate)?;
        let id: PaymentId = parse_id(id)?;
        let start = self.start(caller).await?;
        let engine = self.clone();
        self.task(async move {
            let means = engine.means(&start, change.card.clone(), None)?;
            let (for_command, for_cvc) = (engine.clone(), means.clone());
            let begun = start.clone();
            let asked = change.status;
            let command = store::command(move |tx: &mut Tx| {
                let (engine, start, change, means) = (for_command.clone(), begun.clone(), change.clone(), means.clone());
                async move {
                    let mut by = start.by();
                    let mut dossier = Dossier::of_payment(tx, start.caller.scope, id).await?;
                    let customer = engine.named_customer(tx, &mut by, change.customer.as_ref()).await?;
                    let card = write_means(tx, &mut by, means).await?;
                    let next = apply(&mut dossier, &mut by, id, &change, customer.as_ref(), card.as_ref())?;
                    dossier.save(tx, &mut by).await?;
                    Ok(next)
                }
                .boxed()
            });
            let next = engine.commit(command).await?;
            if let Means::Typed { cvc: Some(cvc), .. } = for_cvc {
                engine.keep_code(id, cvc, start.real);
            }
            if let Some(operation) = next {
                engine.drive(&start, operation).await?;
            }
            let full = engine.read_payment(start.caller.scope, id).await?;
            let to_capture = asked == Some(Asked::Capture) && full.payment.state == State::AuthorisedToValidate;
            if to_capture { engine.capture(&start.caller, id, None).await } else { Ok(full) }
        })
        .await
    }

    /// # Errors
    /// 404.
    pub async fn payment(&self, caller: &Caller, id: &str) -> Result<FullPayment, Refused> {
        caller.needs(Right::PaymentRead)?;
        let parsed: PaymentId = parse_id(id)?;
        let full = self.read_payment(caller.scope, parsed).await?;
        if full.payment.state == State::Ended { Err(Refused::not_found::<PaymentId>(id)) } else { Ok(full) }
    }

    pub(crate) async fn read_payment(&self, scope: Scope, id: PaymentId) -> Result<FullPayment, Refused> {
        let mut reader = self.0.store.read().await?;
        let payment = store::get::<Payment>(&mut reader, scope, id).await?;
        drop(reader);
        let payment = payment.ok_or_else(|| Refused::not_found::<PaymentId>(&id.to_string()))?;
        let mut full = self.full(scope, vec![payment]).await?;
        full.pop().ok_or_else(|| Refused::of(Code::Internal))
    }

    /// What rendering shows with payments, read once for all of them.
    pub(crate) async fn full(&self, scope: Scope, payments: Vec<Payment>) -> Result<Vec<FullPayment>, Refused> {
        let mut reader = self.0.store.read().await?;
        let mut cards: BTreeMap<CardId, Option<Card>> = BTreeMap::new();
        let mut customers: BTreeMap<CustomerId, Option<Customer>> = BTreeMap::new();
        let mut list = Vec::with_capacity(payments.len());
        for payment in payments {
            if let Some(id) = payment.card.filter(|id| !cards.contains_key(id)) {
                cards.insert(id, store::get(&mut reader, scope, id).await?);
            }
            if let Some(id) = payment.customer.filter(|id| !customers.contains_key(id)) {
                customers.insert(id, store::get(&mut reader, scope, id).await?);
            }
            let mut auth_redirect = None;
            if let (Some(AuthStatus::Available | AuthStatus::Attempted), Some(id)) = (payment.auth, payment.auth_operation) {
                auth_redirect = store::get::<Operation>(&mut reader, scope, id).await?.and_then(|operation| operation.response);
            }
            let card = payment.card.and_then(|id| cards.get(&id).cloned().flatten());
            let customer = payment.customer.and_then(|id| customers.get(&id).cloned().flatten());
            list.push(FullPayment { payment, card, customer, auth_redirect });
        }
        Ok(list)
    }

    /// # Errors
    /// 422 for a filter or a page that can't be.
    pub async fn payments(&self, caller: &Caller, query: ListQuery) -> Result<Listed<FullPayment>, Refused> {
        caller.needs(Right::PaymentRead)?;
        let filter = Filter { live_only: false, columns: payment_filter };
        let transactions = vec![("state", Op::Ne, Value::Text(Some(State::Ended.as_str().to_owned())))];
        let page = self.list_where::<Payment>(caller, &query, &filter, transactions).await?;
        let items = self.full(caller.scope, page.items).await?;
        Ok(Listed { items, count: page.count, has_more: page.has_more, cursor: page.cursor })
    }

    /// Newest first.
    ///
    /// # Errors
    /// 404.
    pub async fn payment_refunds(&self, caller: &Caller, id: &str) -> Result<Vec<Refund>, Refused> {
        let full = self.payment(caller, id).await?;
        let mut reader = self.0.store.read().await?;
        let mut list = store::all_where(&mut reader, caller.scope, "payment", full.payment.id).await?;
        list.reverse();
        Ok(list)
    }

    /// # Errors
    /// 404.
    pub async fn payment_disputes(&self, caller: &Caller, id: &str) -> Result<Vec<Dispute>, Refused> {
        let full = self.payment(caller, id).await?;
        let mut reader = self.0.store.read().await?;
        let mut list = store::all_where(&mut reader, caller.scope, "payment", full.payment.id).await?;
        list.reverse();
        Ok(list)
    }
}

fn within(error: store::Error, parent: &str) -> store::Error {
    match error {
        store::Error::Refused(refused) if refused.field.is_some() => store::Error::Refused(Box::new(refused.within(parent))),
        other => other,
    }
}

fn intent_of(draft: &PaymentDraft) -> IntentDraft {
    IntentDraft {
        amount: draft.amount,
        currency: draft.currency,
        purpose: draft.purpose,
        description: draft.description.clone(),
        customer: None,
        card: None,
        order_id: draft.order_id.clone(),
        unique_id: draft.unique_id.clone(),
        methods_allowed: draft.methods_allowed.clone(),
        metadata: None,
        return_url: draft.return_url.clone(),
        threeds: ThreeDs::Required,
        date_settlement: draft.date_settlement,
        manual_validation: draft.manual_validation || draft.authorise_only,
        expires_at: None,
    }
}

fn new_payment(by: &mut By, dossier: &Dossier, draft: &PaymentDraft, placeholder: bool) -> Payment {
    let intent = &dossier.intent.now;
    let mut payment = attempt(by, dossier);
    payment.placeholder = placeholder;
    payment.customer = intent.customer;
    payment.unique_id.clone_from(&draft.unique_id);
    payment.methods_allowed = Some(joined(&draft.methods_allowed));
    payment.auth_return_url = draft.auth.as_ref().and_then(|auth| auth.return_url.clone());
    payment.device = draft.device.as_ref().and_then(|device| serde_json::to_value(device).ok());
    payment
}

/// A new attempt at an order's whole amount.
pub(crate) fn attempt(by: &mut By, dossier: &Dossier) -> Payment {
    let intent = &dossier.intent.now;
    Payment {
        id: by.mint(),
        account: intent.account,
        environment: intent.environment,
        version: 1,
        created: by.now,
        intent: intent.id,
        shop: intent.shop,
        created_by: by.caller.actor.to_string(),
        origin: origin(by).to_owned(),
        placeholder: false,
        purpose: intent.purpose,
        method: None,
        card: None,
        customer: intent.customer,
        amount: intent.amount_due,
        currency: intent.currency,
        authorised_amount: 0,
        captured_amount: 0,
        refunded_amount: 0,
        disputed_amount: 0,
        fee: 0,
        state: State::Begun,
        ended_because: None,
        held_until: None,
        cancel_requested: false,
        open_operation: None,
        auth: None,
        auth_operation: None,
        auth_until: None,
        auth_return_url: None,
        authorisation: None,
        authorisation_code: None,
        authorised_at: None,
        authorised_until: None,
        network_reference: None,
        response: None,
        response_author: None,
        manual_validation: intent.manual_validation,
        date_settlement: intent.date_settlement,
        capture_date: Some(calendar::cut_off_of(intent.date_settlement, by.now, &by.place)),
        retry_at: None,
        remitted_at: None,
        captured_at: None,
        dispute_at: None,
        available_at: None,
        available: false,
        description: intent.description.clone(),
        order_id: intent.order_id.clone(),
        unique_id: None,
        methods_allowed: Some(intent.methods_allowed.clone()),
        return_url: intent.return_url.clone(),
        device: None,
    }
}

/// Writes a typed card, or finds the stored one.
async fn write_means(tx: &mut Tx, by: &mut By, means: Means) -> store::Result<Option<Card>> {
    match means {
        Means::None => Ok(None),
        Means::Stored(id) => Ok(Some(check::usable_card(tx, by.caller.scope, id).await?)),
        Means::Typed { row, .. } => {
            crate::cards::insert_card(tx, by, &row, ApiVersion::V2).await?;
            Ok(Some(*row))
        }
    }
}

/// Chooses the card of an attempt.
pub(crate) fn use_card(dossier: &mut Dossier, by: &By, id: PaymentId, card: &Card) -> store::Result<()> {
    let months = (card.exp_year, card.exp_month);
    let payment = &mut dossier.payment(id)?.now;
    payment.card = Some(card.id);
    payment.method = Some(Method::Card);
    payment.customer = payment.customer.or(card.customer);
    if let Some(at) = payment.capture_date {
        let day = by.place.date(at);
        if (i64::from(day.year), i64::from(day.month)) > months {
            return Err(Refused::invalid("date_settlement", "The card expires before the capture date").into());
        }
    }
    show_card(&mut dossier.intent.now, card);
    Ok(())
}

/// Sends an attempt on its way: to authentication where that is asked for, else to its authorisation. What it replaces ends here for good.
///
/// # Errors
/// 409 where the order can't take another attempt.
pub(crate) fn begin(dossier: &mut Dossier, by: &mut By, id: PaymentId) -> store::Result<OperationId> {
    supersede(dossier, id)?;
    if !dossier.order(by.now).may_begin() && !is_first(dossier, id) {
        return Err(unpayable(dossier, by).into());
    }
    let required = dossier.intent.now.threeds == ThreeDs::Required;
    if required { open_authenticate(dossier, by, id) } else { open_authorise(dossier, by, id) }
}

/// A directly made payment's own attempt: its order is closed to every other.
fn is_first(dossier: &Dossier, id: PaymentId) -> bool {
    let intent = &dossier.intent.now;
    intent.implicit && intent.cancelled.is_none() && dossier.payments.iter().all(|payment| payment.now.id == id)
}

/// Ends what is still choosing or authenticating: it can never authorise, even if its authentication comes back.
fn supersede(dossier: &mut Dossier, by_this: PaymentId) -> store::Result<()> {
    let choosing = |payment: &&Tracked<Payment>| {
        payment.now.id != by_this && payment.now.state == State::Begun && payment.now.open_operation.is_none() && !payment.now.placeholder
    };
    let ids: Vec<PaymentId> = dossier.payments.iter().filter(choosing).map(|payment| payment.now.id).collect();
    for id in ids {
        dossier.payment(id)?.now.ended_because = Some("superseded".to_owned());
        dossier.move_on(id, Trigger::Ended, Some("superseded".to_owned()))?;
    }
    Ok(())
}

/// Why an order takes no attempt, for whoever asked by API.
pub(crate) fn unpayable(dossier: &Dossier, by: &By) -> Refused {
    let order = dossier.order(by.now);
    let status = order.status();
    if dossier.payments.iter().any(|payment| payment.now.open_operation.is_some()) {
        return crate::dossier::in_progress();
    }
    Refused::new(Code::AlreadyPaid, format!("The payment intent is {status}: it takes no further payment"))
}

/// An attempt with a stored card on an intent.
pub(crate) fn begin_on_intent(dossier: &mut Dossier, by: &mut By, card: &Card) -> store::Result<OperationId> {
    let payment = attempt(by, dossier);
    let id = payment.id;
    dossier.payments.push(Tracked::new(payment, "payment.created"));
    use_card(dossier, by, id, card)?;
    begin(dossier, by, id)
}

fn apply(
    dossier: &mut Dossier,
    by: &mut By,
    id: PaymentId,
    change: &PaymentChange,
    customer: Option<&Customer>,
    card: Option<&Card>,
) -> store::Result<Option<OperationId>> {
    let sent = dossier.intent.now.fixed.is_some();
    let payment = dossier.payment(id)?.now.clone();
    let settles = change.amount.is_some_and(|amount| amount != payment.amount)
        || change.currency.is_some_and(|currency| currency != payment.currency)
        || card.is_some()
        || change.auth.is_some()
        || change.manual_validation.is_some()
        || change.date_settlement.is_some();
    if settles && (sent || payment.state != State::Begun) {
        let text = "The payment was sent already: its amount, currency, method, authentication and capture can't change";
        return Err(Refused::new(Code::AmountFixed, text).into());
    }
    change_terms(dossier, by, id, change)?;
    change_texts(dossier, id, change)?;
    if let Some(customer) = customer {
        show_customer(&mut dossier.intent.now, customer);
        dossier.payment(id)?.now.customer = Some(customer.id);
    }
    if let Some(card) = card {
        use_card(dossier, by, id, card)?;
    }
    if let Some(auth) = &change.auth {
        let payment = &mut dossier.payment(id)?.now;
        payment.auth = Some(AuthStatus::Requested);
        payment.auth_return_url.clone_from(&auth.return_url);
        dossier.intent.now.threeds = ThreeDs::Required;
    }
    let now = dossier.payment(id)?.now.clone();
    let with_card = card.is_some() && (change.authorise_with_card || now.auth.is_some());
    let asked = change.status.is_some() && now.state == State::Begun;
    if asked && now.card.is_none() {
        return Err(Refused::invalid("card", "A payment without a method can't be authorised").into());
    }
    if !(with_card || asked) || now.state != State::Begun {
        return Ok(None);
    }
    if change.status == Some(Asked::Authorize) {
        dossier.payment(id)?.now.manual_validation = true;
    }
    if now.auth.is_none() {
        dossier.intent.now.threeds = ThreeDs::None;
    }
    begin(dossier, by, id).map(Some)
}

fn change_terms(dossier: &mut Dossier, by: &By, id: PaymentId, change: &PaymentChange) -> store::Result<()> {
    let purpose = dossier.intent.now.purpose;
    if let Some(amount) = change.amount {
        check::amount("amount", amount, purpose)?;
        dossier.payment(id)?.now.amount = amount;
        (dossier.intent.now.amount, dossier.intent.now.amount_due) = (amount, amount);
    }
    if let Some(currency) = change.currency {
        dossier.payment(id)?.now.currency = currency;
        dossier.intent.now.currency = currency;
    }
    if let Some(manual) = change.manual_validation {
        dossier.payment(id)?.now.manual_validation = manual;
        dossier.intent.now.manual_validation = manual;
    }
    if let Some(date) = change.date_settlement {
        check::settlement("date_settlement", date, by)?;
        let payment = &mut dossier.payment(id)?.now;
        payment.date_settlement = date;
        payment.capture_date = Some(calendar::cut_off_of(date, by.now, &by.place));
        dossier.intent.now.date_settlement = date;
    }
    Ok(())
}

fn change_texts(dossier: &mut Dossier, id: PaymentId, change: &PaymentChange) -> store::Result<()> {
    check::text("description", change.description.as_ref().and_then(Option::as_ref), 3, 64)?;
    check::text("order_id", change.order_id.as_ref().and_then(Option::as_ref), 1, 36)?;
    check::url("return_url", change.return_url.as_ref().and_then(Option::as_ref))?;
    check::methods("methods_allowed", change.methods_allowed.as_deref().unwrap_or_default())?;
    let payment = &mut dossier.payment(id)?.now;
    patch(&mut payment.description, change.description.clone());
    patch(&mut payment.order_id, change.order_id.clone());
    patch(&mut payment.return_url, change.return_url.clone());
    if let Some(methods) = &change.methods_allowed {
        payment.methods_allowed = Some(joined(methods));
    }
    if let Some(device) = &change.device {
        payment.device = serde_json::to_value(device).ok();
    }
    let (description, order_id, return_url) = (payment.description.clone(), payment.order_id.clone(), payment.return_url.clone());
    let intent = &mut dossier.intent.now;
    if intent.implicit {
        (intent.description, intent.order_id, intent.return_url) = (description, order_id, return_url);
    }
    Ok(())
}
