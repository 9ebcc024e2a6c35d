//! Which payment decides how an order is shown, and the time that its label speaks of.

use model::lifecycle::{Shown, State};
use model::time::Timestamp;
use store::rows::Payment;

use crate::clock::Place;
use crate::rules::calendar;

/// The higher, the more it decides.
pub(crate) const fn rank(payment: &Payment) -> u8 {
    match payment.state {
        State::Captured => 9,
        State::Authorised => 8,
        State::AuthorisedToValidate => 7,
        State::Accepted | State::PreAuthorised => 6,
        State::WaitingAuthorisation | State::WaitingAuthorisationToValidate => 5,
        State::WaitingForPayment => 4,
        State::UnderVerification => 3,
        _ => 2,
    }
}

/// The time that goes with the label.
pub(crate) fn shown_at(label: Shown, payment: &Payment, place: &Place) -> Option<Timestamp> {
    match label {
        // after the last remittance that its authorisation reaches, validating is refused
        Shown::ToValidate if payment.state == State::AuthorisedToValidate => {
            payment.authorised_until.map(|until| calendar::last_cut_off_before(until, place))
        }
        Shown::ToValidate | Shown::Scheduled => payment.capture_date,
        Shown::Paid => payment.captured_at,
        Shown::FraudAlert => payment.held_until,
        _ => None,
    }
}
