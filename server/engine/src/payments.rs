//! Payments made directly by API: each has an intent of its own, and goes the same way as a payer's attempt.

use std::collections::BTreeMap;

use futures::FutureExt;
use model::error::Refused;
use model::id::{CardId, CustomerId, PaymentId};
use model::lifecycle::{AuthStatus, State, ThreeDs};
use model::rights::Right;
use serde_json::json;
use store::row::Value;
use store::rows::{Card, Customer, Dispute, Operation, Payment, Refund, Scope};
use store::{Conn, Op, Tx};

use crate::attempt::{Means, attempt, begin, use_card, write_means};
use crate::by::By;
use crate::caller::Caller;
use crate::dossier::{Dossier, Tracked, parse_id};
use crate::flow::Ask;
use crate::intents::{check_intent, joined, new_intent, show_customer, unique_in_intents, unique_in_payments};
use crate::lists::{Filter, payment_filter};
use crate::types::{ApiVersion, CustomerDraft, FullPayment, IntentDraft, ListQuery, Listed, Named, PaymentDraft};
use crate::{Engine, check};

impl Engine {
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
            if let (Means::Typed { cvc: Some(cvc), .. }, Some(_)) = (for_cvc, &next) {
                engine.keep_code(id, cvc, start.real);
            }
            if let Some(call) = next {
                engine.drive_on(&start, call).await?;
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
    ) -> store::Result<(PaymentId, Option<Box<Ask>>)> {
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
        if by.caller.is_person() {
            by.note("payment.created", id, Some(json!({"amount": draft.amount, "currency": draft.currency})));
        }
        let mut saved = dossier.save(tx, by).await?;
        let next = match next {
            Some(operation) => {
                Some(Box::new(Ask { operation: saved.operation(operation)?.now.clone(), payment: saved.payment(id)?.now.clone(), card }))
            }
            None => None,
        };
        Ok((id, next))
    }

    pub(crate) async fn named_customer(
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
        let found = store::payment_with(&mut reader, scope, id).await?;
        let (mut payment, card, customer) = found.ok_or_else(|| Refused::not_found::<PaymentId>(&id.to_string()))?;
        let auth_redirect = auth_redirect(&mut reader, scope, &payment).await?;
        drop(reader);
        self.lapsed_as_of_now(scope, std::slice::from_mut(&mut payment)).await?;
        Ok(FullPayment { payment, card, customer, auth_redirect })
    }

    /// Lateness is decided by comparing times when a thing is read, too.
    async fn lapsed_as_of_now(&self, scope: Scope, payments: &mut [Payment]) -> Result<(), Refused> {
        let waits = |payment: &Payment| {
            payment.state == State::AuthorisedToValidate && payment.open_operation.is_none() && !crate::import::is_past(payment)
        };
        if !payments.iter().any(waits) {
            return Ok(());
        }
        let account = self.account(scope.account).await?;
        let now = self.now_for(&account, scope.environment);
        for payment in payments.iter_mut().filter(|payment| waits(payment)) {
            if payment.authorised_until.is_some_and(|until| now >= until) {
                payment.state = State::Expired;
            }
        }
        Ok(())
    }

    /// What rendering shows with payments, read once for all of them.
    pub(crate) async fn full(&self, scope: Scope, mut payments: Vec<Payment>) -> Result<Vec<FullPayment>, Refused> {
        self.lapsed_as_of_now(scope, &mut payments).await?;
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
            let auth_redirect = auth_redirect(&mut reader, scope, &payment).await?;
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

/// Where the payer's bank waits for them.
async fn auth_redirect(c: &mut Conn, scope: Scope, payment: &Payment) -> store::Result<Option<String>> {
    match (payment.auth, payment.auth_operation) {
        (Some(AuthStatus::Available | AuthStatus::Attempted), Some(id)) => {
            Ok(store::get::<Operation>(c, scope, id).await?.and_then(|operation| operation.response))
        }
        _ => Ok(None),
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
        metadata: draft.metadata.clone(),
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
