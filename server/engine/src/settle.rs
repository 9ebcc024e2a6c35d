//! What an answer means: pure decisions over an order, the same whether the answer came at once or hours later.

use acquirer::{Authentication, Authorised, Refusal};
use model::id::{OperationId, PaymentId};
use model::lifecycle::intent::TRIES;
use model::lifecycle::transaction::may_authorise;
use model::lifecycle::{AuthStatus, OperationKind, OperationState, Purpose, RefundStatus, State, ThreeDs, Trigger};
use model::response::{Class, response};
use store::rows::Payment;

use crate::by::By;
use crate::dossier::{Dossier, Tracked};
use crate::flow::Heard;
use crate::rules::{calendar, ledger};

type Next = store::Result<Option<OperationId>>;

/// A deferred authorisation that failed technically is tried again after this long, in milliseconds, until the capture's cut-off.
const RETRY_MS: i64 = 60 * 60 * 1000;
/// 3-D Secure can be answered for 6 hours.
pub(crate) const AUTHENTICATION_MS: i64 = Authentication::LIFE_MS;

/// Applies the answer to `id`. The call to make next, where the answer leads to one.
pub(crate) fn settle(dossier: &mut Dossier, by: &mut By, id: OperationId, heard: &Heard) -> Next {
    let operation = &mut dossier.operation(id)?.now;
    if operation.state != OperationState::Open {
        return Ok(None);
    }
    let (kind, payment) = (operation.kind, operation.payment);
    operation.state = match heard {
        Heard::Unknown => OperationState::Open,
        Heard::Refused(_) => OperationState::Refused,
        Heard::Error(_) | Heard::Lost => OperationState::Error,
        Heard::Authenticated(_) | Heard::Authorised(_) | Heard::Done => OperationState::Done,
    };
    if let Heard::Refused(refusal) = heard {
        operation.response = Some(refusal.response.clone());
    }
    if operation.state != OperationState::Open {
        operation.answered = Some(by.now);
        let held = &mut dossier.payment(payment)?.now;
        if held.open_operation == Some(id) {
            held.open_operation = None;
        }
    }
    match kind {
        OperationKind::Authenticate => authenticated(dossier, by, id, payment, heard),
        OperationKind::Authorise | OperationKind::Verify => authorised(dossier, by, id, payment, heard),
        OperationKind::Capture => captured(dossier, by, payment, heard),
        OperationKind::Lower => lowered(dossier, by, id, payment, heard),
        OperationKind::Void => voided(dossier, by, id, payment, heard),
        OperationKind::Refund => refunded(dossier, by, id, heard),
    }
}

/// Begins the call that may charge, or the verification of a payment that is authorised the day before its capture.
pub(crate) fn open_authorise(dossier: &mut Dossier, by: &mut By, id: PaymentId) -> store::Result<OperationId> {
    let payment = dossier.payment(id)?.now.clone();
    let deferred = is_deferred(&payment, by);
    let kind = if deferred { OperationKind::Verify } else { OperationKind::Authorise };
    let amount = if deferred { 0 } else { payment.amount };
    dossier.intent.now.fixed = dossier.intent.now.fixed.or(Some(by.now));
    Ok(dossier.open(by, id, kind, amount)?.id)
}

/// Wanted so late that an authorisation given now would have lapsed.
fn is_deferred(payment: &Payment, by: &By) -> bool {
    let validity = payment.authorised_until.map_or_else(|| calendar::validity_ms(""), |until| until.since(by.now));
    payment.purpose == Purpose::Debit
        && payment.state == State::Begun
        && payment.capture_date.is_some_and(|date| date > by.now.plus_millis(validity))
}

pub(crate) fn open_authenticate(dossier: &mut Dossier, by: &mut By, id: PaymentId) -> store::Result<OperationId> {
    let until = by.now.plus_millis(AUTHENTICATION_MS);
    dossier.intent.now.fixed = dossier.intent.now.fixed.or(Some(by.now));
    let amount = dossier.payment(id)?.now.amount;
    let operation = dossier.open(by, id, OperationKind::Authenticate, amount)?.id;
    let payment = &mut dossier.payment(id)?.now;
    payment.auth = Some(AuthStatus::Requested);
    payment.auth_operation = Some(operation);
    payment.auth_until = Some(until);
    Ok(operation)
}

fn authenticated(dossier: &mut Dossier, by: &mut By, id: OperationId, payment: PaymentId, heard: &Heard) -> Next {
    let outcome = match heard {
        Heard::Authenticated(Authentication::Challenge { url }) => {
            dossier.operation(id)?.now.response = Some(url.clone());
            let held = dossier.payment(payment)?;
            held.now.auth = Some(AuthStatus::Available);
            held.note("payment.authentication_asked", None);
            return Ok(None);
        }
        Heard::Authenticated(outcome) => outcome.clone(),
        Heard::Refused(_) => Authentication::Failed,
        Heard::Error(_) | Heard::Unknown | Heard::Lost | Heard::Authorised(_) | Heard::Done => Authentication::Unavailable,
    };
    if matches!(heard, Heard::Unknown) {
        // nothing was charged by asking: no need to find out what became of it
        let operation = &mut dossier.operation(id)?.now;
        operation.state = OperationState::Abandoned;
        operation.answered = Some(by.now);
        dossier.payment(payment)?.now.open_operation = None;
    }
    after_authentication(dossier, by, payment, &outcome)
}

/// Goes on after 3-D Secure, also when the payer comes back from the bank.
pub(crate) fn after_authentication(dossier: &mut Dossier, by: &mut By, id: PaymentId, outcome: &Authentication) -> Next {
    let status = match outcome {
        Authentication::Success(_) | Authentication::Attempted(_) => AuthStatus::Success,
        Authentication::Challenge { .. } => AuthStatus::Available,
        Authentication::Declined => AuthStatus::Declined,
        Authentication::Failed => AuthStatus::Failed,
        Authentication::Unavailable => AuthStatus::Unavailable,
        Authentication::Expired => AuthStatus::Expired,
    };
    let required = dossier.intent.now.threeds == ThreeDs::Required || dossier.payment(id)?.now.response.as_deref() == Some("A1");
    let payment = dossier.payment(id)?;
    if payment.now.state != State::Begun {
        // superseded meanwhile: it can never authorise
        return Ok(None);
    }
    payment.now.auth = Some(status);
    if status == AuthStatus::Expired {
        abandon(dossier, id)?;
        return Ok(None);
    }
    payment.note(&format!("payment.authentication_{status}"), None);
    if payment.now.cancel_requested {
        payment.now.ended_because = Some("cancelled".to_owned());
        dossier.move_on(id, Trigger::Ended, Some("cancelled".to_owned()))?;
        return Ok(None);
    }
    if may_authorise(required, Some(status)) {
        return open_authorise(dossier, by, id).map(Some);
    }
    refuse(dossier, by, id, None, &Refusal { response: String::new(), author: None })?;
    Ok(None)
}

/// The payer never came back from the bank. A payment that was created without a method stays a place for another attempt.
pub(crate) fn abandon(dossier: &mut Dossier, id: PaymentId) -> store::Result<()> {
    let payment = dossier.payment(id)?;
    payment.now.auth = Some(AuthStatus::Expired);
    if payment.now.placeholder {
        empty(&mut payment.now);
        payment.note("payment.authentication_expired", None);
        return Ok(());
    }
    payment.now.ended_because = Some("abandoned".to_owned());
    dossier.move_on(id, Trigger::Ended, Some("authentication expired".to_owned()))
}

fn authorised(dossier: &mut Dossier, by: &mut By, id: OperationId, payment: PaymentId, heard: &Heard) -> Next {
    let state = dossier.payment(payment)?.now.state;
    match heard {
        Heard::Authorised(done) => grant(dossier, by, id, payment, done),
        Heard::Refused(refusal) => {
            let class = response(&refusal.response).class;
            let authenticated = dossier.payment(payment)?.now.auth.is_some();
            match (state, class) {
                (State::Begun, Class::NeedsAuthentication) if !authenticated => {
                    dossier.payment(payment)?.now.response = Some(refusal.response.clone());
                    open_authenticate(dossier, by, payment).map(Some)
                }
                (State::WaitingAuthorisation | State::WaitingAuthorisationToValidate, Class::Technical) => {
                    retry(dossier, by, payment, refusal)?;
                    Ok(None)
                }
                _ => {
                    refuse(dossier, by, payment, Some(id), refusal)?;
                    Ok(None)
                }
            }
        }
        Heard::Lost => authorised(dossier, by, id, payment, &Heard::Error("the acquirer never received it".to_owned())),
        Heard::Error(message) => {
            let waiting = matches!(state, State::WaitingAuthorisation | State::WaitingAuthorisationToValidate);
            if waiting {
                retry(dossier, by, payment, &Refusal { response: "96".to_owned(), author: None })?;
            } else if state != State::Ended {
                dossier.move_on(payment, Trigger::Errored, Some(message.clone()))?;
            }
            Ok(None)
        }
        Heard::Unknown => {
            if state != State::UnderVerification && state != State::Ended {
                dossier.move_on(payment, Trigger::OutcomeUnknown, None)?;
            }
            Ok(None)
        }
        Heard::Authenticated(_) | Heard::Done => Err(store::Error::Inconsistent(format!("{id} was answered as something else"))),
    }
}

fn grant(dossier: &mut Dossier, by: &mut By, id: OperationId, payment: PaymentId, done: &Authorised) -> Next {
    let kind = dossier.operation(id)?.now.kind;
    let cancelled = dossier.intent.now.cancelled.is_some();
    let tracked = dossier.payment(payment)?;
    let held = &mut tracked.now;
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
    if unwanted {
        return reverse(dossier, by, payment, "it was no longer wanted");
    }
    if done.held {
        held.held_until = Some(by.now.plus_millis(calendar::REVIEW_MS));
        dossier.move_on(payment, Trigger::Held, Some("suspected fraud".to_owned()))?;
        return Ok(None);
    }
    if done.captured && held.purpose == Purpose::Debit {
        return capture_now(dossier, by, payment, Trigger::CapturedAtOnce).map(|()| None);
    }
    let trigger = match (held.purpose, kind, held.manual_validation) {
        (Purpose::Verification, ..) => Trigger::Accepted,
        (Purpose::PreAuthorisation, ..) => Trigger::PreAuthorised,
        (Purpose::Debit, OperationKind::Verify, false) => Trigger::Deferred,
        (Purpose::Debit, OperationKind::Verify, true) => Trigger::DeferredToValidate,
        (Purpose::Debit, _, false) => Trigger::Authorised,
        (Purpose::Debit, _, true) => Trigger::AuthorisedToValidate,
    };
    // what was validated while it waited for its authorisation is validated still
    let trigger = if held.state == State::WaitingAuthorisation { Trigger::Authorised } else { trigger };
    let code = held.authorisation_code.clone();
    dossier.move_on(payment, trigger, code)?;
    Ok(None)
}

/// Gives back at once what was authorised for an attempt that nobody wants any more.
fn reverse(dossier: &mut Dossier, by: &mut By, payment: PaymentId, why: &str) -> Next {
    dossier.payment(payment)?.note("payment.reversing", Some(why.to_owned()));
    let amount = dossier.payment(payment)?.now.authorised_amount;
    let void = dossier.open(by, payment, OperationKind::Void, amount)?;
    void.follow = Some("cancel".to_owned());
    Ok(Some(void.id))
}

/// Takes the money into the books.
pub(crate) fn capture_now(dossier: &mut Dossier, by: &By, id: PaymentId, trigger: Trigger) -> store::Result<()> {
    let payment = &mut dossier.payment(id)?.now;
    payment.captured_amount = payment.amount;
    payment.fee = ledger::fee_on(payment.amount);
    payment.captured_at = Some(by.now);
    let day = calendar::bank_days_after(by.place.date(by.now), calendar::AVAILABLE_BANK_DAYS);
    payment.available_at = Some(by.place.at(day, calendar::AUTHORISATION_HOUR));
    payment.dispute_at = payment.dispute_at.map(|_| by.now.plus_seconds(86_400));
    let lines = ledger::captured(payment.captured_amount, payment.fee);
    dossier.move_posting(id, trigger, None, lines)
}

fn retry(dossier: &mut Dossier, by: &By, id: PaymentId, refusal: &Refusal) -> store::Result<()> {
    let payment = &mut dossier.payment(id)?.now;
    let next = by.now.plus_millis(RETRY_MS);
    if payment.capture_date.is_none_or(|cut_off| next >= cut_off) {
        payment.response = Some(refusal.response.clone());
        return dossier.move_on(id, Trigger::Refused, Some(refusal.response.clone()));
    }
    payment.retry_at = Some(next);
    dossier.move_on(id, Trigger::Retried, Some(refusal.response.clone()))
}

/// Refuses an attempt. A payment that was created without a method stays a place for the next one: the try becomes a payment of its own.
fn refuse(dossier: &mut Dossier, by: &mut By, id: PaymentId, operation: Option<OperationId>, refusal: &Refusal) -> store::Result<()> {
    let code = (!refusal.response.is_empty()).then(|| refusal.response.clone());
    let used = dossier.order(by.now).tries + 1;
    let payment = dossier.payment(id)?;
    if payment.now.state == State::Ended {
        return Ok(());
    }
    payment.now.response.clone_from(&code);
    payment.now.response_author.clone_from(&refusal.author);
    if !payment.now.placeholder || used >= TRIES {
        return dossier.move_on(id, Trigger::Refused, code);
    }
    let tried = set_apart(&mut payment.now, by);
    let new = tried.id;
    dossier.payments.push(Tracked::new(tried, "payment.created"));
    dossier.move_on(new, Trigger::Refused, code)?;
    if let Some(operation) = operation {
        dossier.operation(operation)?.now.payment = new;
    }
    Ok(())
}

/// Takes a try out of the place it stood in; the place is empty again.
fn set_apart(place: &mut Payment, by: &mut By) -> Payment {
    let mut tried = place.clone();
    tried.id = by.mint();
    tried.version = 1;
    tried.created = by.now;
    tried.placeholder = false;
    tried.unique_id = None;
    tried.state = State::Begun;
    tried.open_operation = None;
    empty(place);
    tried
}

/// Makes the place of an attempt empty again.
fn empty(place: &mut Payment) {
    place.state = State::Begun;
    (place.card, place.method, place.auth, place.auth_operation, place.auth_until) = (None, None, None, None, None);
    (place.authorisation, place.authorisation_code, place.authorised_at, place.authorised_until) = (None, None, None, None);
    (place.response, place.response_author, place.network_reference, place.open_operation) = (None, None, None, None);
}

fn captured(dossier: &mut Dossier, by: &mut By, payment: PaymentId, heard: &Heard) -> Next {
    match heard {
        // the lost call is void for good: the capture goes out again under a reference of its own
        Heard::Lost => {
            let amount = dossier.payment(payment)?.now.amount;
            return Ok(Some(dossier.open(by, payment, OperationKind::Capture, amount)?.id));
        }
        Heard::Refused(refusal) => dossier.move_on(payment, Trigger::CaptureFailed, Some(refusal.response.clone()))?,
        Heard::Error(message) => dossier.move_on(payment, Trigger::CaptureFailed, Some(message.clone()))?,
        _ => {}
    }
    Ok(None)
}

fn lowered(dossier: &mut Dossier, by: &mut By, id: OperationId, payment: PaymentId, heard: &Heard) -> Next {
    let (to, follow) = (dossier.operation(id)?.now.amount, dossier.operation(id)?.now.follow.clone());
    match heard {
        Heard::Done => {
            lower_to(dossier, payment, to)?;
            if follow.as_deref() == Some("validate") {
                validate(dossier, by, payment)?;
            }
        }
        Heard::Refused(_) | Heard::Error(_) | Heard::Lost => dossier.payment(payment)?.note("payment.lowering_refused", None),
        _ => {}
    }
    Ok(None)
}

/// Lowers a payment and, by as much, what is due: the payer is never asked for the rest.
pub(crate) fn lower_to(dossier: &mut Dossier, payment: PaymentId, to: i64) -> store::Result<()> {
    let from = dossier.payment(payment)?.now.amount;
    dossier.move_on(payment, Trigger::Adjusted, Some(format!("{from} → {to}")))?;
    dossier.payment(payment)?.now.amount = to;
    dossier.intent.now.amount_due -= from - to;
    Ok(())
}

/// The merchant's word: captured automatically from now on, at its date or the next cut-off.
pub(crate) fn validate(dossier: &mut Dossier, by: &By, id: PaymentId) -> store::Result<()> {
    dossier.move_on(id, Trigger::Validated, None)?;
    let payment = &mut dossier.payment(id)?.now;
    payment.manual_validation = false;
    if payment.state == State::Authorised {
        payment.capture_date = Some(calendar::cut_off_of(payment.date_settlement, by.now, &by.place));
    }
    Ok(())
}

fn voided(dossier: &mut Dossier, by: &mut By, id: OperationId, payment: PaymentId, heard: &Heard) -> Next {
    let follow = dossier.operation(id)?.now.follow.clone();
    let state = dossier.payment(payment)?.now.state;
    match (heard, follow.as_deref()) {
        (Heard::Done, Some("defer")) => {
            let held = &mut dossier.payment(payment)?.now;
            let trigger = if held.manual_validation { Trigger::DeferredToValidate } else { Trigger::Deferred };
            (held.authorised_amount, held.authorised_until, held.authorisation) = (0, None, None);
            dossier.move_on(payment, trigger, Some("capture postponed".to_owned()))?;
        }
        (Heard::Done, _) if matches!(state, State::Ended | State::Begun) => {
            dossier.payment(payment)?.now.authorised_amount = 0;
            dossier.payment(payment)?.note("payment.reversed", None);
            if state == State::Begun {
                dossier.payment(payment)?.now.ended_because = Some("cancelled".to_owned());
                dossier.move_on(payment, Trigger::Ended, None)?;
            }
        }
        (Heard::Done, _) if state == State::Expired => dossier.payment(payment)?.note("payment.reversed", None),
        (Heard::Done, Some("review")) => {
            dossier.move_on(payment, Trigger::ReviewRefused, None)?;
            dossier.payment(payment)?.now.held_until = None;
        }
        (Heard::Done, _) => {
            dossier.move_on(payment, Trigger::Cancelled, None)?;
            close_refund_as_cancel(dossier, by);
        }
        // whoever wanted it gone still does
        (Heard::Lost, _) => {
            let amount = dossier.payment(payment)?.now.authorised_amount;
            let again = dossier.open(by, payment, OperationKind::Void, amount)?;
            again.follow = follow;
            return Ok(Some(again.id));
        }
        (Heard::Refused(_) | Heard::Error(_), _) => dossier.payment(payment)?.note("payment.cancellation_refused", None),
        _ => {}
    }
    Ok(None)
}

/// A refund of what was not yet remitted was a cancellation all along.
fn close_refund_as_cancel(dossier: &mut Dossier, by: &By) {
    for refund in &mut dossier.refunds {
        refund.now.status = RefundStatus::PaymentCanceled;
        refund.now.date_refund = Some(by.now);
        refund.now.open_operation = None;
        refund.note("refund.payment_canceled", None);
    }
}

fn refunded(dossier: &mut Dossier, by: &mut By, id: OperationId, heard: &Heard) -> Next {
    let payment = dossier.operation(id)?.now.payment;
    let Some(index) = dossier.refunds.iter().position(|refund| refund.now.open_operation == Some(id)) else { return Ok(None) };
    match heard {
        Heard::Lost => {
            let (amount, refund) = (dossier.refunds[index].now.amount, dossier.refunds[index].now.id);
            let again = dossier.open(by, payment, OperationKind::Refund, amount)?;
            again.refund = Some(refund);
            let again = again.id;
            dossier.refunds[index].now.open_operation = Some(again);
            return Ok(Some(again));
        }
        Heard::Done => dossier.refunds[index].now.open_operation = None,
        Heard::Refused(refusal) => fail_refund(dossier, index, payment, &refusal.response)?,
        Heard::Error(message) => fail_refund(dossier, index, payment, message)?,
        _ => {}
    }
    Ok(None)
}

fn fail_refund(dossier: &mut Dossier, index: usize, payment: PaymentId, why: &str) -> store::Result<()> {
    let refund = &mut dossier.refunds[index];
    let amount = refund.now.amount;
    refund.now.status = RefundStatus::Failed;
    refund.now.open_operation = None;
    refund.post("refund.failed", Some(why.to_owned()), ledger::refund_failed(amount));
    let payment = dossier.payment(payment)?;
    payment.now.refunded_amount -= amount;
    payment.note("payment.refund_failed", None);
    Ok(())
}
