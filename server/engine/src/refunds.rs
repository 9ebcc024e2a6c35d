//! Refunds: an amount is given back once. Before the capture is remitted a full refund is a cancellation.

use futures::FutureExt;
use model::error::{Code, Refused};
use model::id::{OperationId, PaymentId, PaymentIntentId, RefundId};
use model::lifecycle::{OperationKind, OperationState, RefundStatus, State};
use model::rights::Right;
use serde_json::json;
use store::rows::{Operation, Refund};
use store::{Tx, find};

use crate::by::By;
use crate::caller::Caller;
use crate::dossier::{Dossier, Tracked, in_progress, parse_id, refundable};
use crate::intents::DUPLICATE_REFUND;
use crate::lists::{Filter, refund_filter};
use crate::rules::ledger;
use crate::types::{ListQuery, Listed, RefundDraft};
use crate::{Engine, check, operate};

impl Engine {
    /// Gives back all that is left, or `amount` of it.
    ///
    /// # Errors
    /// 404; 409 for more than is left, or while the capture is under way; 422 by field.
    pub async fn refund(&self, caller: &Caller, draft: RefundDraft) -> Result<Refund, Refused> {
        caller.needs(Right::RefundCreate)?;
        let start = self.start(caller).await?;
        let engine = self.clone();
        self.task(async move {
            let (begun, unique_id) = (start.clone(), draft.unique_id.clone());
            let command = store::command(move |tx: &mut Tx| {
                let (start, draft) = (begun.clone(), draft.clone());
                async move {
                    let mut by = start.by();
                    unique(tx, &by, draft.unique_id.as_ref()).await?;
                    let mut dossier = Dossier::of_payment(tx, start.caller.scope, draft.payment).await?;
                    let (id, next) = decide(&mut dossier, &mut by, &draft)?;
                    if let Some(refund) = dossier.refunds.iter().map(|refund| &refund.now).find(|refund| refund.id == id) {
                        let detail =
                            json!({"amount": refund.amount, "currency": refund.currency, "payment": refund.payment, "refund": refund.id});
                        by.note("refund.created", refund.payment, Some(detail));
                    }
                    dossier.save(tx, &mut by).await?;
                    Ok((id, next))
                }
                .boxed()
            });
            let (id, next) = match engine.commit(command).await {
                Ok(written) => written,
                Err(refused) => return Err(engine.told_of_first::<Refund>(&start.caller, unique_id.as_ref(), refused).await),
            };
            if let Some(operation) = next {
                engine.drive(&start, operation).await?;
                engine.cancelled_or_told(&start.caller, operation).await?;
            }
            engine.read_refund(&start.caller, id).await
        })
        .await
    }

    /// By the payment's id as sent.
    ///
    /// # Errors
    /// As [`Engine::refund`].
    pub async fn refund_by(
        &self,
        caller: &Caller,
        payment: &str,
        amount: Option<i64>,
        reason: Option<String>,
        unique_id: Option<String>,
    ) -> Result<Refund, Refused> {
        caller.needs(Right::RefundCreate)?;
        let payment: PaymentId = parse_id(payment)?;
        self.refund(caller, RefundDraft { payment, amount, reason, unique_id }).await
    }

    /// Refunds the payment of an intent.
    ///
    /// # Errors
    /// As [`Engine::refund`]; 409 where nothing was paid.
    pub async fn refund_intent(&self, caller: &Caller, intent: &str, amount: Option<i64>) -> Result<Refund, Refused> {
        caller.needs(Right::RefundCreate)?;
        let id: PaymentIntentId = parse_id(intent)?;
        let intent = self.intent(caller, &id.to_string()).await?;
        let Some(payment) = intent.payment.filter(|_| intent.holder.is_some()) else {
            let text = format!("The payment intent is {}: there is nothing to refund", intent.status);
            return Err(Refused::new(Code::OperationNotAllowed, text));
        };
        self.refund(caller, RefundDraft { payment, amount, reason: None, unique_id: None }).await
    }

    async fn cancelled_or_told(&self, caller: &Caller, operation: OperationId) -> Result<(), Refused> {
        let mut reader = self.0.store.read().await?;
        let operation = store::get::<Operation>(&mut reader, caller.scope, operation).await?;
        match operation.map(|operation| operation.state) {
            Some(OperationState::Refused | OperationState::Error) => {
                Err(Refused::new(Code::AcquirerRefused, "The acquirer refused to cancel this payment"))
            }
            _ => Ok(()),
        }
    }

    pub(crate) async fn read_refund(&self, caller: &Caller, id: RefundId) -> Result<Refund, Refused> {
        let mut reader = self.0.store.read().await?;
        let refund = store::get::<Refund>(&mut reader, caller.scope, id).await?;
        refund.ok_or_else(|| Refused::not_found::<RefundId>(&id.to_string()))
    }

    /// # Errors
    /// 404.
    pub async fn refund_of(&self, caller: &Caller, id: &str) -> Result<Refund, Refused> {
        caller.needs(Right::PaymentRead)?;
        let parsed: RefundId = parse_id(id)?;
        self.read_refund(caller, parsed).await
    }

    /// # Errors
    /// 422 for a filter or a page that can't be.
    pub async fn refunds(&self, caller: &Caller, query: ListQuery) -> Result<Listed<Refund>, Refused> {
        caller.needs(Right::PaymentRead)?;
        let filter = Filter { live_only: false, columns: refund_filter };
        self.list(caller, &query, &filter).await
    }
}

pub(crate) async fn unique(tx: &mut Tx, by: &By, unique_id: Option<&String>) -> store::Result<()> {
    check::text("unique_id", unique_id, 1, 36)?;
    let Some(unique_id) = unique_id else { return Ok(()) };
    match find::<Refund>(tx, by.caller.scope, "unique_id", unique_id.as_str()).await? {
        Some(same) => Err(Refused::new(Code::DuplicateUniqueId, DUPLICATE_REFUND).existing(same.id).into()),
        None => Ok(()),
    }
}

fn decide(dossier: &mut Dossier, by: &mut By, draft: &RefundDraft) -> store::Result<(RefundId, Option<OperationId>)> {
    check::text("reason", draft.reason.as_ref(), 1, 255)?;
    if draft.amount.is_some_and(|amount| amount <= 0) {
        return Err(Refused::new(Code::OutOfRange, "The amount to refund is more than 0, in minor units").field("amount").into());
    }
    let payment = dossier.payment(draft.payment)?.now.clone();
    if payment.open_operation.is_some() {
        return Err(in_progress().into());
    }
    match payment.state {
        State::Captured => refund_captured(dossier, by, draft).map(|id| (id, None)),
        State::Authorised | State::AuthorisedToValidate | State::WaitingAuthorisation | State::WaitingAuthorisationToValidate
            if payment.remitted_at.is_none() =>
        {
            if draft.amount.is_some_and(|amount| amount < payment.amount) {
                let text = "Payment cannot be partially refunded before it has been captured";
                return Err(Refused::new(Code::PartialRefundTooEarly, text).into());
            }
            cancel_instead(dossier, by, draft)
        }
        State::Authorised => {
            let text = "The payment's capture is under way: it can be refunded once it is captured";
            Err(Refused::new(Code::OperationNotAllowed, text).into())
        }
        _ => Err(operate::permit(dossier, draft.payment, model::lifecycle::Action::Refund).err().unwrap_or_else(|| in_progress().into())),
    }
}

fn new_refund(dossier: &mut Dossier, by: &mut By, draft: &RefundDraft, amount: i64, status: RefundStatus) -> store::Result<Refund> {
    let payment = &dossier.payment(draft.payment)?.now;
    Ok(Refund {
        id: by.mint(),
        account: payment.account,
        environment: payment.environment,
        version: 1,
        created: by.now,
        payment: payment.id,
        intent: payment.intent,
        amount,
        currency: payment.currency,
        status,
        reason: draft.reason.clone(),
        unique_id: draft.unique_id.clone(),
        created_by: by.caller.actor.to_string(),
        date_refund: None,
        date_bank: None,
        payout: None,
        open_operation: None,
    })
}

fn refund_captured(dossier: &mut Dossier, by: &mut By, draft: &RefundDraft) -> store::Result<RefundId> {
    let left = refundable(&dossier.payment(draft.payment)?.now);
    let amount = draft.amount.unwrap_or(left);
    if left <= 0 {
        return Err(Refused::new(Code::RefundTooHigh, "The payment has been refunded already: nothing is left").into());
    }
    if amount > left {
        let text = format!("At most {left} can still be refunded, in minor units");
        return Err(Refused::new(Code::RefundTooHigh, text).field("amount").into());
    }
    let refund = new_refund(dossier, by, draft, amount, RefundStatus::ToRefund)?;
    let id = refund.id;
    let mut tracked = Tracked::silent(refund);
    tracked.post("refund.created", draft.reason.clone(), ledger::refund_made(amount));
    dossier.refunds.push(tracked);
    let payment = dossier.payment(draft.payment)?;
    payment.now.refunded_amount += amount;
    payment.note("payment.refund_asked", Some(id.to_string()));
    Ok(id)
}

/// Gives back at once what was captured though nobody wanted it any more. The call to make.
pub(crate) fn give_back(dossier: &mut Dossier, by: &mut By, payment: PaymentId, why: &str) -> store::Result<Option<OperationId>> {
    let draft = RefundDraft { payment, amount: None, reason: Some(why.to_owned()), unique_id: None };
    let id = refund_captured(dossier, by, &draft)?;
    send(dossier, by, id)
}

/// A dispute takes the money itself: what was to be refunded and is not sent yet stays.
pub(crate) fn not_honoured(dossier: &mut Dossier, payment: PaymentId) -> store::Result<()> {
    let unsent = |refund: &Refund| matches!(refund.status, RefundStatus::AwaitingApproval | RefundStatus::ToRefund);
    let mut freed = 0;
    for refund in dossier.refunds.iter_mut().filter(|refund| refund.now.payment == payment && unsent(&refund.now)) {
        refund.now.status = RefundStatus::NotHonored;
        refund.post("refund.not_honored", Some("disputed".to_owned()), ledger::refund_failed(refund.now.amount));
        freed += refund.now.amount;
    }
    dossier.payment(payment)?.now.refunded_amount -= freed;
    Ok(())
}

fn cancel_instead(dossier: &mut Dossier, by: &mut By, draft: &RefundDraft) -> store::Result<(RefundId, Option<OperationId>)> {
    let amount = dossier.payment(draft.payment)?.now.amount;
    if draft.amount.is_some_and(|asked| asked > amount) {
        return Err(Refused::new(Code::RefundTooHigh, format!("At most {amount} can be refunded, in minor units")).field("amount").into());
    }
    let refund = new_refund(dossier, by, draft, amount, RefundStatus::PaymentCanceled)?;
    let id = refund.id;
    dossier.intent.now.cancelled = dossier.intent.now.cancelled.or(Some(by.now));
    let next = operate::cancel_one(dossier, by, draft.payment, "cancel")?;
    let mut tracked = Tracked::silent(refund);
    match next {
        None => {
            tracked.now.date_refund = Some(by.now);
            tracked.note("refund.payment_canceled", draft.reason.clone());
        }
        Some(operation) => {
            tracked.now.status = RefundStatus::ToRefund;
            tracked.now.open_operation = Some(operation);
            tracked.note("refund.created", draft.reason.clone());
            dossier.operation(operation)?.now.refund = Some(id);
        }
    }
    dossier.refunds.push(tracked);
    Ok((id, next))
}

/// Sends a refund to the acquirer: recorded as sent before it is.
pub(crate) fn send(dossier: &mut Dossier, by: &mut By, id: RefundId) -> store::Result<Option<OperationId>> {
    let Some(index) = dossier.refunds.iter().position(|refund| refund.now.id == id) else { return Ok(None) };
    let refund = &dossier.refunds[index].now;
    if refund.status != RefundStatus::ToRefund || refund.open_operation.is_some() {
        return Ok(None);
    }
    let (payment, amount) = (refund.payment, refund.amount);
    // refused while another call on this payment has no answer: the job comes again
    let operation = dossier.open(by, payment, OperationKind::Refund, amount)?;
    operation.refund = Some(id);
    let operation = operation.id;
    let refund = &mut dossier.refunds[index];
    refund.now.status = RefundStatus::RefundSent;
    refund.now.date_refund = Some(by.now);
    refund.now.open_operation = Some(operation);
    refund.note("refund.sent", None);
    Ok(Some(operation))
}

/// The remittance went through.
pub(crate) fn confirm(dossier: &mut Dossier, by: &By, id: RefundId) {
    for refund in dossier.refunds.iter_mut().filter(|refund| refund.now.id == id) {
        if refund.now.status == RefundStatus::RefundSent && refund.now.open_operation.is_none() {
            refund.now.status = RefundStatus::Refunded;
            refund.now.date_bank = Some(by.now);
            refund.post("refund.refunded", None, ledger::refund_confirmed(refund.now.amount));
        }
    }
}
