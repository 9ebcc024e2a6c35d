//! What a merchant does to a payment: validate, capture, lower, postpone, cancel, and decide on a held one.

use model::error::{Code, Refused};
use model::id::{OperationId, PaymentId};
use model::lifecycle::transaction::{Action, Trigger};
use model::lifecycle::{Facts, OperationKind, OperationState, State};
use model::rights::Right;
use model::time::Date;
use serde_json::json;
use store::rows::Operation;

use crate::by::By;
use crate::caller::Caller;
use crate::decide::Of;
use crate::dossier::{Dossier, facts, in_progress, not_allowed, parse_id, refundable};
use crate::grant::ripen;
use crate::rules::calendar;
use crate::types::FullPayment;
use crate::{Engine, attempt, check, settle};

/// A decision on one payment: the call it takes, if any.
type Decide = fn(&mut Dossier, &mut By, PaymentId, &Wanted) -> store::Result<Option<OperationId>>;

/// What a decision is told.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Wanted {
    amount: Option<i64>,
    date: Option<Date>,
}

impl Engine {
    /// Confirms an authorised payment: it is captured at its date, or at the next cut-off.
    ///
    /// # Errors
    /// 404; 409 with what is allowed instead.
    pub async fn validate(&self, caller: &Caller, id: PaymentId) -> Result<FullPayment, Refused> {
        self.operate(caller, id, Right::PaymentCapture, Wanted::default(), decide_validate, "payment.validated").await
    }

    /// Captures all, or `amount` of it and gives the rest back: at the next cut-off.
    ///
    /// # Errors
    /// 404; 409 with what is allowed instead; 422 for an amount above what is authorised.
    pub async fn capture(&self, caller: &Caller, id: PaymentId, amount: Option<i64>) -> Result<FullPayment, Refused> {
        self.operate(caller, id, Right::PaymentCapture, Wanted { amount, date: None }, decide_capture, "payment.captured").await
    }

    /// # Errors
    /// As [`Engine::capture`].
    pub async fn capture_payment_by(&self, caller: &Caller, id: &str, amount: Option<i64>) -> Result<FullPayment, Refused> {
        self.capture(caller, parse_id(id)?, amount).await
    }

    /// Lowers what will be captured, and what is due with it.
    ///
    /// # Errors
    /// 404; 409 with what is allowed instead; 422 for an amount that is not lower.
    pub async fn lower(&self, caller: &Caller, id: PaymentId, amount: i64) -> Result<FullPayment, Refused> {
        self.operate(caller, id, Right::PaymentCapture, Wanted { amount: Some(amount), date: None }, decide_lower, "payment.lowered").await
    }

    /// Moves the capture to another day.
    ///
    /// # Errors
    /// 404; 409 with what is allowed instead; 422 for a day that can't be.
    pub async fn postpone(&self, caller: &Caller, id: PaymentId, date: Date) -> Result<FullPayment, Refused> {
        self.operate(caller, id, Right::PaymentCapture, Wanted { amount: None, date: Some(date) }, decide_postpone, "payment.postponed")
            .await
    }

    /// Cancels before capture; the order is closed with it.
    ///
    /// # Errors
    /// 404; 409 with what is allowed instead.
    pub async fn cancel(&self, caller: &Caller, id: PaymentId) -> Result<FullPayment, Refused> {
        self.operate(caller, id, Right::PaymentCancel, Wanted::default(), decide_cancel, "payment.cancelled").await
    }

    /// Lets a held payment go on.
    ///
    /// # Errors
    /// 404; 409 where it is not held.
    pub async fn release(&self, caller: &Caller, id: PaymentId) -> Result<FullPayment, Refused> {
        self.operate(caller, id, Right::RiskReview, Wanted::default(), decide_release, "payment.released").await
    }

    /// Refuses a held payment.
    ///
    /// # Errors
    /// 404; 409 where it is not held.
    pub async fn refuse_held(&self, caller: &Caller, id: PaymentId) -> Result<FullPayment, Refused> {
        self.operate(caller, id, Right::RiskReview, Wanted::default(), decide_refuse_held, "payment.refused").await
    }

    async fn operate(
        &self,
        caller: &Caller,
        id: PaymentId,
        right: Right,
        wanted: Wanted,
        decide: Decide,
        action: &'static str,
    ) -> Result<FullPayment, Refused> {
        caller.needs(right)?;
        let start = self.start(caller).await?;
        let engine = self.clone();
        self.task(async move {
            let decision = move |dossier: &mut Dossier, by: &mut By| {
                let next = decide(dossier, by, id, &wanted)?;
                let payment = &dossier.payment(id)?.now;
                let amount = wanted.amount.unwrap_or(payment.amount);
                by.note(action, id, Some(json!({"amount": amount, "currency": payment.currency, "date": wanted.date})));
                Ok(next)
            };
            if let Some(operation) = engine.decide_and_drive(&start, Of::PaymentAndCard(id), decision).await? {
                engine.heard_no(&start.caller, operation).await?;
            }
            engine.read_payment(start.caller.scope, id).await
        })
        .await
    }

    /// Whoever asked for what the acquirer refused is told so.
    async fn heard_no(&self, caller: &Caller, operation: OperationId) -> Result<(), Refused> {
        let mut reader = self.0.store.read().await?;
        let operation = store::get::<Operation>(&mut reader, caller.scope, operation).await?;
        match operation {
            Some(operation) if matches!(operation.state, OperationState::Refused | OperationState::Error) => {
                let said = operation.response.map(|code| format!(" (response {code})")).unwrap_or_default();
                Err(Refused::new(Code::AcquirerRefused, format!("The acquirer refused to {} this payment{said}", operation.kind)))
            }
            _ => Ok(()),
        }
    }
}

/// # Errors
/// 409 with what is allowed instead, or that a call is under way.
pub(crate) fn permit(dossier: &mut Dossier, id: PaymentId, action: Action) -> store::Result<()> {
    let cancelled = dossier.intent.now.cancelled.is_some();
    let payment = &dossier.payment(id)?.now;
    let facts = facts(payment, refundable(payment));
    if facts.busy {
        return Err(in_progress().into());
    }
    let allowed = offered(&facts, cancelled);
    if allowed.contains(&action) {
        return Ok(());
    }
    if cancelled && facts.allows(action) {
        const TEXT: &str = "The order was canceled: its payment is given back or lapses, and is never captured";
        return Err(Refused::new(Code::OperationNotAllowed, TEXT).allowed(allowed.iter().map(|action| action.as_str())).into());
    }
    Err(not_allowed(&model::lifecycle::NotAllowed { state: facts.state, remitted: facts.remitted, allowed }).into())
}

/// What the table allows, without what would go on with the payment of a cancelled order: should the acquirer not give it back, it lapses, and the
/// merchant must not be told that it will be captured.
pub(crate) fn offered(facts: &Facts, cancelled: bool) -> Vec<Action> {
    let goes_on =
        |action: &Action| matches!(action, Action::Validate | Action::Capture | Action::Lower | Action::Postpone | Action::Release);
    facts.actions().into_iter().filter(|action| !(cancelled && goes_on(action))).collect()
}

/// An authorisation is captured by the last cut-off before it lapses, or not at all.
fn in_time(dossier: &mut Dossier, by: &By, id: PaymentId, date: Option<Date>) -> store::Result<()> {
    let payment = &dossier.payment(id)?.now;
    let cut_off = calendar::cut_off_of(date, by.now, &by.place);
    if payment.state == State::AuthorisedToValidate && payment.authorised_until.is_some_and(|until| cut_off >= until) {
        return Err(Refused::new(Code::AuthorisationLapses, "The authorisation lapses before the next capture").into());
    }
    Ok(())
}

fn decide_validate(dossier: &mut Dossier, by: &mut By, id: PaymentId, _: &Wanted) -> store::Result<Option<OperationId>> {
    permit(dossier, id, Action::Validate)?;
    let date = dossier.payment(id)?.now.date_settlement;
    in_time(dossier, by, id, date)?;
    settle::validate(dossier, by, id)?;
    Ok(None)
}

pub(crate) fn decide_capture(dossier: &mut Dossier, by: &mut By, id: PaymentId, wanted: &Wanted) -> store::Result<Option<OperationId>> {
    permit(dossier, id, Action::Capture)?;
    in_time(dossier, by, id, None)?;
    let from = dossier.payment(id)?.now.amount;
    let to = wanted.amount.unwrap_or(from);
    if !(1..=from).contains(&to) {
        return Err(Refused::new(Code::OutOfRange, format!("The amount is from 1 to the authorised {from}")).field("amount").into());
    }
    if to < from {
        // nothing is captured, and no date moved, before the acquirer has lowered it
        let operation = dossier.open(by, id, OperationKind::Lower, to)?;
        operation.follow = Some("capture".to_owned());
        return Ok(Some(operation.id));
    }
    settle::capture_soon(dossier, by, id)?;
    Ok(None)
}

fn decide_lower(dossier: &mut Dossier, by: &mut By, id: PaymentId, wanted: &Wanted) -> store::Result<Option<OperationId>> {
    permit(dossier, id, Action::Lower)?;
    let payment = &dossier.payment(id)?.now;
    let (state, from) = (payment.state, payment.amount);
    let to = wanted.amount.unwrap_or(from);
    if !(1..from).contains(&to) {
        let text = format!("The amount is from 1 to {}: amounts only go down", from - 1);
        return Err(Refused::new(Code::OutOfRange, text).field("amount").into());
    }
    if matches!(state, State::WaitingAuthorisation | State::WaitingAuthorisationToValidate) {
        settle::lower_to(dossier, id, to)?;
        return Ok(None);
    }
    Ok(Some(dossier.open(by, id, OperationKind::Lower, to)?.id))
}

fn decide_postpone(dossier: &mut Dossier, by: &mut By, id: PaymentId, wanted: &Wanted) -> store::Result<Option<OperationId>> {
    permit(dossier, id, Action::Postpone)?;
    check::settlement("date_settlement", wanted.date, by)?;
    let date = calendar::cut_off_of(wanted.date, by.now, &by.place);
    let card = dossier.cards.first().map(|card| card.now.clone());
    let payment = &mut dossier.payment(id)?.now;
    if card.as_ref().is_some_and(|card| attempt::expires_before(card, date, &by.place)) {
        return Err(Refused::invalid("date_settlement", "The card expires before the capture date").into());
    }
    let past = payment.authorised_until.is_some_and(|until| date >= until);
    if past && !matches!(payment.state, State::WaitingAuthorisation | State::WaitingAuthorisationToValidate) {
        if card.is_none_or(|card| card.sealed.is_none()) {
            let text = "The authorisation lapses before that day, and the card's number was not kept to ask for another one";
            return Err(Refused::new(Code::OperationNotAllowed, text).field("date_settlement").into());
        }
        let amount = payment.authorised_amount;
        let void = dossier.open(by, id, OperationKind::Void, amount)?;
        void.follow = wanted.date.map(|date| format!("{}{date}", settle::POSTPONED));
        return Ok(Some(void.id));
    }
    (payment.date_settlement, payment.capture_date, payment.retry_at) = (wanted.date, Some(date), None);
    dossier.move_on(id, Trigger::Adjusted, wanted.date.map(|date| date.to_string()))?;
    Ok(None)
}

fn decide_cancel(dossier: &mut Dossier, by: &mut By, id: PaymentId, _: &Wanted) -> store::Result<Option<OperationId>> {
    permit(dossier, id, Action::Cancel)?;
    dossier.intent.now.cancelled = dossier.intent.now.cancelled.or(Some(by.now));
    cancel_one(dossier, by, id, "cancel")
}

fn decide_release(dossier: &mut Dossier, by: &mut By, id: PaymentId, _: &Wanted) -> store::Result<Option<OperationId>> {
    permit(dossier, id, Action::Release)?;
    if dossier.payment(id)?.now.held_until.is_some_and(|until| by.now >= until) {
        return Err(Refused::new(Code::OperationNotAllowed, "The time to decide on this payment is over").into());
    }
    dossier.move_on(id, Trigger::Released, None)?;
    dossier.payment(id)?.now.held_until = None;
    ripen(dossier, by, id)?;
    Ok(None)
}

fn decide_refuse_held(dossier: &mut Dossier, by: &mut By, id: PaymentId, _: &Wanted) -> store::Result<Option<OperationId>> {
    permit(dossier, id, Action::RefuseHeld)?;
    cancel_one(dossier, by, id, "review")
}

/// Ends one payment: at once where the acquirer holds nothing, else by the call that gives it back. An attempt whose outcome is unknown is
/// marked: it is reversed as soon as it is known.
pub(crate) fn cancel_one(dossier: &mut Dossier, by: &mut By, id: PaymentId, follow: &str) -> store::Result<Option<OperationId>> {
    let payment = &mut dossier.payment(id)?.now;
    if payment.open_operation.is_some() {
        payment.cancel_requested = true;
        dossier.payment(id)?.note("payment.cancel_asked", None);
        return Ok(None);
    }
    let amount = payment.authorised_amount;
    if amount == 0 {
        settle::given_back(dossier, id, Some(follow))?;
        return Ok(None);
    }
    let void = dossier.open(by, id, OperationKind::Void, amount)?;
    void.follow = Some(follow.to_owned());
    Ok(Some(void.id))
}
