//! What an answer means: pure decisions over an order, the same whether the answer came at once or hours later.

use acquirer::{Authentication, Refusal};
use model::id::{OperationId, PaymentId};
use model::lifecycle::intent::TRIES;
use model::lifecycle::transaction::may_authorise;
use model::lifecycle::{AuthStatus, OperationKind, OperationState, Purpose, RefundStatus, State, Trigger};
use model::response::{Class, response};
use model::time::Date;
use store::rows::Payment;

use crate::by::By;
use crate::dossier::{Dossier, Tracked};
use crate::flow::Heard;
use crate::grant::{grant, ripen};
use crate::rules::{calendar, ledger};
use crate::work::follow_of;

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
        operation.response = code_of(refusal);
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
    let brand = dossier.intent.now.brand.clone().unwrap_or_default();
    let deferred = is_deferred(&payment, &brand, by);
    let kind = if deferred { OperationKind::Verify } else { OperationKind::Authorise };
    let amount = if deferred { 0 } else { payment.amount };
    dossier.intent.now.fixed = dossier.intent.now.fixed.or(Some(by.now));
    Ok(dossier.open(by, id, kind, amount)?.id)
}

/// Wanted so late that an authorisation given now would have lapsed.
fn is_deferred(payment: &Payment, brand: &str, by: &By) -> bool {
    let until = by.now.plus_millis(calendar::validity_ms(brand));
    payment.purpose == Purpose::Debit && payment.state == State::Begun && payment.capture_date.is_some_and(|date| date >= until)
}

/// The code of a refusal; none where nobody said one.
fn code_of(refusal: &Refusal) -> Option<String> {
    (!refusal.response.is_empty()).then(|| refusal.response.clone())
}

/// Why an attempt that has charged nothing may not go on, if so: lateness is decided by comparing times when it is acted on.
fn unwanted(dossier: &Dossier, payment: &Payment, by: &By) -> Option<&'static str> {
    if payment.cancel_requested || dossier.intent.now.cancelled.is_some() {
        return Some("cancelled");
    }
    (by.now >= dossier.intent.now.expires_at).then_some("expired")
}

/// Ends an attempt that has charged nothing.
pub(crate) fn end(dossier: &mut Dossier, id: PaymentId, why: &str) -> store::Result<()> {
    dossier.payment(id)?.now.ended_because = Some(why.to_owned());
    dossier.move_on(id, Trigger::Ended, Some(why.to_owned()))
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
            let held = held.now.clone();
            if let Some(why) = unwanted(dossier, &held, by).filter(|_| held.state == State::Begun) {
                end(dossier, payment, why)?;
            }
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
    let payment = dossier.payment(id)?;
    if payment.now.state != State::Begun {
        // superseded meanwhile: it can never authorise
        return Ok(None);
    }
    payment.now.auth = Some(status);
    if status == AuthStatus::Expired || payment.now.auth_until.is_some_and(|until| by.now >= until) {
        abandon(dossier, id)?;
        return Ok(None);
    }
    payment.note(&format!("payment.authentication_{status}"), None);
    let held = payment.now.clone();
    if let Some(why) = unwanted(dossier, &held, by) {
        end(dossier, id, why)?;
        return Ok(None);
    }
    // it was asked for: without it nothing is sent
    if may_authorise(true, Some(status)) {
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
    end(dossier, id, "abandoned")
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
            } else {
                fail(
                    dossier,
                    by,
                    payment,
                    Some(id),
                    &Failure { trigger: Trigger::Errored, code: None, author: None, cause: Some(message.clone()) },
                )?;
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
    if payment.cancel_requested {
        return dossier.move_on(id, Trigger::Cancelled, Some(refusal.response.clone()));
    }
    let next = by.now.plus_millis(RETRY_MS);
    if payment.capture_date.is_none_or(|cut_off| next >= cut_off) {
        payment.response = Some(refusal.response.clone());
        return dossier.move_on(id, Trigger::Refused, Some(refusal.response.clone()));
    }
    payment.retry_at = Some(next);
    dossier.move_on(id, Trigger::Retried, Some(refusal.response.clone()))
}

fn refuse(dossier: &mut Dossier, by: &mut By, id: PaymentId, operation: Option<OperationId>, refusal: &Refusal) -> store::Result<()> {
    let code = code_of(refusal);
    let failure = Failure { trigger: Trigger::Refused, code: code.clone(), author: refusal.author.clone(), cause: code };
    fail(dossier, by, id, operation, &failure)
}

/// How a try came to nothing.
struct Failure {
    trigger: Trigger,
    code: Option<String>,
    author: Option<String>,
    cause: Option<String>,
}

/// Ends a try without money. A payment that was created without a method stays a place for the next one: the try becomes a payment of its own.
fn fail(dossier: &mut Dossier, by: &mut By, id: PaymentId, operation: Option<OperationId>, failure: &Failure) -> store::Result<()> {
    let used = dossier.order(by.now).tries + 1;
    let held = dossier.payment(id)?.now.clone();
    if held.state == State::Ended {
        return Ok(());
    }
    let last = used >= TRIES || unwanted(dossier, &held, by).is_some();
    let payment = dossier.payment(id)?;
    payment.now.response.clone_from(&failure.code);
    payment.now.response_author.clone_from(&failure.author);
    if !payment.now.placeholder || last {
        return dossier.move_on(id, failure.trigger, failure.cause.clone());
    }
    let tried = set_apart(&mut payment.now, by);
    let new = tried.id;
    dossier.payments.push(Tracked::new(tried, "payment.created"));
    dossier.move_on(new, failure.trigger, failure.cause.clone())?;
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
    place.retry_at = None;
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
    let (to, follow) = (dossier.operation(id)?.now.amount, follow_of(&dossier.operation(id)?.now));
    match heard {
        Heard::Done => {
            lower_to(dossier, payment, to)?;
            if follow.as_deref() == Some("capture") {
                capture_soon(dossier, by, payment)?;
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

/// The merchant wants it captured now: at the next cut-off.
pub(crate) fn capture_soon(dossier: &mut Dossier, by: &By, id: PaymentId) -> store::Result<()> {
    let payment = dossier.payment(id)?;
    payment.now.date_settlement = None;
    if payment.now.state == State::AuthorisedToValidate {
        return validate(dossier, by, id);
    }
    payment.now.capture_date = Some(calendar::next_cut_off(by.now, &by.place));
    payment.note("payment.capture_asked", None);
    Ok(())
}

fn voided(dossier: &mut Dossier, by: &mut By, id: OperationId, payment: PaymentId, heard: &Heard) -> Next {
    let follow = follow_of(&dossier.operation(id)?.now);
    let state = dossier.payment(payment)?.now.state;
    let postponed = follow.as_deref().and_then(|follow| follow.strip_prefix(POSTPONED)).and_then(|date| date.parse().ok());
    match (heard, follow.as_deref()) {
        (Heard::Done, _) if postponed.is_some() => defer(dossier, by, payment, postponed)?,
        (Heard::Done, _) if matches!(state, State::Ended | State::Begun) => {
            dossier.payment(payment)?.now.authorised_amount = 0;
            dossier.payment(payment)?.note("payment.reversed", None);
            if state == State::Begun {
                dossier.payment(payment)?.now.ended_because = Some("cancelled".to_owned());
                dossier.move_on(payment, Trigger::Ended, None)?;
            }
        }
        (Heard::Done, _) if state == State::Expired => dossier.payment(payment)?.note("payment.reversed", None),
        (Heard::Done, follow) => {
            given_back(dossier, payment, follow)?;
            close_refund_as_cancel(dossier, by);
        }
        // whoever wanted it gone still does
        (Heard::Lost, _) => {
            let amount = dossier.payment(payment)?.now.authorised_amount;
            let again = dossier.open(by, payment, OperationKind::Void, amount)?;
            again.follow = follow;
            let again = again.id;
            for refund in &mut dossier.refunds {
                refund.now.open_operation = Some(again);
                dossier.operations.iter_mut().filter(|it| it.now.id == again).for_each(|it| it.now.refund = Some(refund.now.id));
            }
            return Ok(Some(again));
        }
        (Heard::Refused(_) | Heard::Error(_), _) => stays(dossier, by, payment, state)?,
        _ => {}
    }
    Ok(None)
}

/// The acquirer holds nothing of it: it ends as whoever wanted it gone calls that.
pub(crate) fn given_back(dossier: &mut Dossier, id: PaymentId, follow: Option<&str>) -> store::Result<()> {
    let trigger = if follow == Some("review") { Trigger::ReviewRefused } else { Trigger::Cancelled };
    dossier.move_on(id, trigger, None)?;
    dossier.payment(id)?.now.held_until = None;
    Ok(())
}

/// What `follow` begins with where a void makes way for a later capture; the date follows.
pub(crate) const POSTPONED: &str = "defer ";

/// The authorisation is given back; another one is asked for the day before the new date.
fn defer(dossier: &mut Dossier, by: &By, id: PaymentId, date: Option<Date>) -> store::Result<()> {
    let held = &mut dossier.payment(id)?.now;
    let trigger = if held.manual_validation { Trigger::DeferredToValidate } else { Trigger::Deferred };
    (held.authorised_amount, held.authorised_until, held.authorisation, held.retry_at) = (0, None, None, None);
    held.date_settlement = date;
    held.capture_date = Some(calendar::cut_off_of(date, by.now, &by.place));
    dossier.move_on(id, trigger, date.map(|date| date.to_string()))
}

/// The acquirer would not give it back: the payment stands as it did, and so does the refund that was to be a cancellation.
fn stays(dossier: &mut Dossier, by: &By, id: PaymentId, state: State) -> store::Result<()> {
    dossier.payment(id)?.note("payment.cancellation_refused", None);
    for refund in &mut dossier.refunds {
        refund.now.status = RefundStatus::Failed;
        refund.now.open_operation = None;
        refund.note("refund.failed", None);
    }
    let held = &mut dossier.payment(id)?.now;
    match held.held_until {
        None if matches!(state, State::Begun | State::UnderVerification) => ripen(dossier, by, id),
        // nobody decided in time: it is given back later, or lapses
        Some(until) if by.now >= until && held.authorised_until.is_some_and(|until| by.now < until) => {
            held.held_until = Some(by.now.plus_millis(RETRY_MS));
            Ok(())
        }
        Some(until) if by.now >= until => {
            dossier.move_on(id, Trigger::ReviewRefused, None)?;
            dossier.payment(id)?.now.held_until = None;
            Ok(())
        }
        _ => Ok(()),
    }
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
