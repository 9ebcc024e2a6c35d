//! What a granted authorisation leads to: the state it was asked for, a review, or its reversal.

use acquirer::Authorised;
use model::id::{OperationId, PaymentId};
use model::lifecycle::{OperationKind, Purpose, State, Trigger};

use crate::by::By;
use crate::dossier::Dossier;
use crate::refunds;
use crate::rules::calendar;
use crate::settle::capture_now;

type Next = store::Result<Option<OperationId>>;

const UNWANTED: &str = "it was no longer wanted";

/// Applies the grant `id` to its payment. The call to make next, where nobody wants the money any more.
pub(crate) fn grant(dossier: &mut Dossier, by: &mut By, id: OperationId, payment: PaymentId, done: &Authorised) -> Next {
    let kind = dossier.operation(id)?.now.kind;
    let cancelled = dossier.intent.now.cancelled.is_some();
    let held = &mut dossier.payment(payment)?.now;
    let unwanted = held.state == State::Ended || held.cancel_requested || cancelled;
    held.authorisation = Some(id);
    held.authorisation_code = Some(done.authorisation.clone());
    held.authorised_at = Some(by.now);
    held.network_reference = Some(done.network_reference.clone());
    held.response = Some(done.response.clone());
    held.dispute_at = done.will_dispute.then_some(by.now);
    if kind == OperationKind::Authorise {
        held.authorised_until = Some(done.authorised_until);
        held.authorised_amount = held.amount;
    }
    if done.captured && held.purpose == Purpose::Debit && held.state != State::Ended {
        take(dossier, by, payment)?;
        return if unwanted { refunds::give_back(dossier, by, payment, UNWANTED) } else { Ok(None) };
    }
    if unwanted {
        return reverse(dossier, by, payment, kind);
    }
    if done.held {
        return hold(dossier, by, payment).map(|()| None);
    }
    ripen(dossier, by, payment).map(|()| None)
}

/// Moves a granted payment to what it was asked for; a capture whose day has gone by meanwhile is made at the next cut-off.
pub(crate) fn ripen(dossier: &mut Dossier, by: &By, id: PaymentId) -> store::Result<()> {
    let payment = &mut dossier.payment(id)?.now;
    let verified_only = payment.authorised_until.is_none();
    let trigger = match (payment.purpose, verified_only, payment.manual_validation) {
        (Purpose::Verification, ..) => Trigger::Accepted,
        (Purpose::PreAuthorisation, ..) => Trigger::PreAuthorised,
        (Purpose::Debit, true, false) => Trigger::Deferred,
        (Purpose::Debit, true, true) => Trigger::DeferredToValidate,
        (Purpose::Debit, false, false) => Trigger::Authorised,
        (Purpose::Debit, false, true) => Trigger::AuthorisedToValidate,
    };
    // what was validated while it waited for its authorisation is validated still
    let trigger = if payment.state == State::WaitingAuthorisation { Trigger::Authorised } else { trigger };
    if trigger == Trigger::Authorised && payment.capture_date.is_some_and(|at| at <= by.now) {
        payment.capture_date = Some(calendar::cut_off_of(payment.date_settlement, by.now, &by.place));
    }
    let code = payment.authorisation_code.clone();
    dossier.move_on(id, trigger, code)
}

/// Kept for review, whatever it waited for.
fn hold(dossier: &mut Dossier, by: &By, id: PaymentId) -> store::Result<()> {
    const WHY: &str = "suspected fraud";
    match dossier.payment(id)?.now.state {
        State::Begun => dossier.move_on(id, Trigger::Held, Some(WHY.to_owned()))?,
        State::UnderVerification => dossier.payment(id)?.note("payment.held", Some(WHY.to_owned())),
        _ => dossier.move_on(id, Trigger::OutcomeUnknown, Some(WHY.to_owned()))?,
    }
    dossier.payment(id)?.now.held_until = Some(by.now.plus_millis(calendar::REVIEW_MS));
    Ok(())
}

/// The acquirer has the money already. What waited for its day goes the table's way there.
fn take(dossier: &mut Dossier, by: &By, id: PaymentId) -> store::Result<()> {
    match dossier.payment(id)?.now.state {
        State::WaitingAuthorisation => dossier.move_on(id, Trigger::Authorised, None)?,
        State::WaitingAuthorisationToValidate => {
            dossier.move_on(id, Trigger::AuthorisedToValidate, None)?;
            dossier.move_on(id, Trigger::Validated, None)?;
        }
        _ => return capture_now(dossier, by, id, Trigger::CapturedAtOnce),
    }
    dossier.move_on(id, Trigger::Remitted, None)?;
    dossier.payment(id)?.now.remitted_at = Some(by.now);
    capture_now(dossier, by, id, Trigger::Captured)
}

/// Gives back at once what was authorised for an attempt that nobody wants any more. Should that fail, it lapses: it is never captured, and
/// what waited for its authorisation waits no more, or it would be authorised again.
fn reverse(dossier: &mut Dossier, by: &mut By, id: PaymentId, kind: OperationKind) -> Next {
    let payment = dossier.payment(id)?;
    payment.note("payment.reversing", Some(UNWANTED.to_owned()));
    let sent = matches!(
        payment.now.state,
        State::Begun | State::UnderVerification | State::WaitingAuthorisation | State::WaitingAuthorisationToValidate
    );
    if payment.now.purpose == Purpose::Debit && sent {
        payment.now.manual_validation = true;
        ripen(dossier, by, id)?;
        if kind == OperationKind::Verify {
            dossier.move_on(id, Trigger::Cancelled, None)?;
            return Ok(None);
        }
    }
    let amount = dossier.payment(id)?.now.authorised_amount;
    let void = dossier.open(by, id, OperationKind::Void, amount)?;
    void.follow = Some("cancel".to_owned());
    Ok(Some(void.id))
}
