//! What is due when, read off the rows themselves: saving a row compares what it scheduled before with what it schedules now.

use model::lifecycle::{AuthStatus, OperationState, OrderCycle, RefundStatus, State};
use model::time::Timestamp;
use model::words;
use store::rows::{Operation, Payment, PaymentIntent, Refund};

use super::calendar::{self, CONFIRMATION_MS};
use crate::clock::Place;

words! {
    /// The kinds of background work.
    pub enum Work {
        Settle = "settle", Remit = "remit", Confirm = "confirm", Lapse = "lapse", Authorise = "authorise", Review = "review", Abandon = "abandon",
        Dispute = "dispute", Available = "available", SendRefund = "send_refund", ConfirmRefund = "confirm_refund", Expire = "expire",
    }
}

/// One thing to do with one object, in business time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Due {
    pub work: Work,
    pub at: Timestamp,
}

fn due(work: Work, at: Option<Timestamp>) -> Option<Due> {
    at.map(|at| Due { work, at })
}

pub(crate) fn of_payment(payment: &Payment, place: &Place) -> Vec<Due> {
    if crate::import::is_past(payment) {
        return Vec::new();
    }
    let free = payment.open_operation.is_none();
    let remitted = payment.remitted_at;
    let mut list = Vec::new();
    match payment.state {
        // a call under way is answered first: its answer is about this attempt, not about the next one in its place
        State::Begun if free && payment.auth.is_some_and(AuthStatus::is_open) => list.extend(due(Work::Abandon, payment.auth_until)),
        State::UnderVerification => list.extend(due(Work::Review, payment.held_until)),
        State::AuthorisedToValidate if free => list.extend(due(Work::Lapse, payment.authorised_until)),
        State::Authorised if free && remitted.is_none() => list.extend(due(Work::Remit, payment.capture_date)),
        State::Authorised if free => list.extend(due(Work::Confirm, remitted.map(|at| at.plus_millis(CONFIRMATION_MS)))),
        State::WaitingAuthorisation | State::WaitingAuthorisationToValidate if free => {
            let morning = payment.capture_date.map(|at| calendar::authorisation_of(at, place));
            list.extend(due(Work::Authorise, payment.retry_at.or(morning)));
        }
        State::Captured => {
            list.extend(due(Work::Dispute, payment.dispute_at));
            if !payment.available {
                list.extend(due(Work::Available, payment.available_at));
            }
        }
        _ => {}
    }
    list
}

/// When the acquirer is asked what became of a call, by how often it was: 5 s, 30 s, 2 min, 10 min, 30 min, then hourly.
pub fn ask_at(created: Timestamp, asked: i64) -> Timestamp {
    let minutes = 60;
    let seconds = match asked {
        0 => 5,
        1 => 30,
        2 => 2 * minutes,
        3 => 10 * minutes,
        4 => 30 * minutes,
        more => (more - 4).saturating_mul(60 * minutes).saturating_add(30 * minutes),
    };
    created.plus_seconds(seconds)
}

pub(crate) fn of_operation(operation: &Operation) -> Vec<Due> {
    let open = operation.state == OperationState::Open;
    due(Work::Settle, open.then(|| ask_at(operation.created, operation.asked))).into_iter().collect()
}

pub(crate) fn of_refund(refund: &Refund, place: &Place) -> Vec<Due> {
    let one = match refund.status {
        _ if refund.created_by == crate::import::ORIGIN => None,
        RefundStatus::ToRefund => due(Work::SendRefund, Some(calendar::next_cut_off(refund.created, place))),
        RefundStatus::RefundSent if refund.open_operation.is_none() => {
            due(Work::ConfirmRefund, refund.date_refund.map(|at| at.plus_millis(CONFIRMATION_MS)))
        }
        _ => None,
    };
    one.into_iter().collect()
}

pub(crate) fn of_intent(intent: &PaymentIntent) -> Vec<Due> {
    let open = intent.order_cycle == OrderCycle::Open && !crate::import::is_history(intent);
    due(Work::Expire, open.then_some(intent.expires_at)).into_iter().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lost_answer_is_asked_for_ever_more_rarely() {
        let start = Timestamp::from_millis(0);
        let seconds: Vec<i64> = (0..8).map(|asked| ask_at(start, asked).as_unix_seconds()).collect();
        assert_eq!(seconds, [5, 30, 120, 600, 1_800, 5_400, 9_000, 12_600]);
    }
}
