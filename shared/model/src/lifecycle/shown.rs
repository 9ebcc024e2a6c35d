//! The one label state of an order's row: badge, filter value, tab and CSV all say this word.

use super::AuthStatus;
use super::intent::{IntentStatus, Order, OrderStatus, Part};
use super::transaction::State;
use crate::words;

words! {
    pub enum Shown {
        Awaiting = "awaiting", Authenticating = "authenticating", Checking = "checking", FraudAlert = "fraud_alert", Waiting = "waiting",
        Scheduled = "scheduled", ToValidate = "to_validate", PartlyPaid = "partly_paid", Paid = "paid", Verified = "verified",
        PreAuthorised = "pre_authorised", Disputed = "disputed", Refunded = "refunded", Refused = "refused", Error = "error",
        CaptureFailed = "capture_failed", Cancelled = "cancelled", Expired = "expired", Abandoned = "abandoned",
    }
}

words! {
    /// The five hues of the design: paid, running, act, failed, ended.
    pub enum Hue { Paid = "paid", Running = "running", Act = "act", Failed = "failed", Ended = "ended" }
}

impl Shown {
    /// Orders whose money came in: what the volume adds up, whatever was given back or contested since.
    pub const PAID: &'static [Self] = &[Self::Paid, Self::Refunded, Self::Disputed];
    /// Orders that the payer's bank said yes to, as far as their label still tells.
    pub const ACCEPTED: &'static [Self] = &[
        Self::Paid,
        Self::PartlyPaid,
        Self::Refunded,
        Self::Disputed,
        Self::ToValidate,
        Self::Verified,
        Self::PreAuthorised,
        Self::CaptureFailed,
    ];
    /// Orders whose last try was turned down.
    pub const DECLINED: &'static [Self] = &[Self::Refused, Self::Error];

    pub const fn hue(self) -> Hue {
        match self {
            Self::Paid | Self::Verified | Self::PreAuthorised => Hue::Paid,
            Self::Awaiting | Self::Authenticating | Self::Checking | Self::Waiting | Self::Scheduled => Hue::Running,
            Self::FraudAlert | Self::ToValidate | Self::PartlyPaid => Hue::Act,
            Self::Disputed | Self::Refused | Self::Error | Self::CaptureFailed => Hue::Failed,
            Self::Cancelled | Self::Expired | Self::Abandoned | Self::Refunded => Hue::Ended,
        }
    }
}

/// What `shown` looks at besides the order's own rules.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Seen {
    /// The deciding transaction.
    pub part: Option<Part>,
    pub held: bool,
    pub disputed: bool,
    /// Everything captured has been given back.
    pub refunded: bool,
}

/// The label of an order, decided by its deciding transaction first.
pub fn shown(order: &Order, seen: Seen) -> Shown {
    if seen.disputed {
        return Shown::Disputed;
    }
    let Some(part) = seen.part else { return undecided(order) };
    match part.state {
        State::Begun if part.sending => Shown::Checking,
        State::Begun if !(order.over || order.cancelled) && part.auth.is_some_and(AuthStatus::is_open) => Shown::Authenticating,
        State::Begun | State::Ended => undecided(order),
        State::UnderVerification if seen.held => Shown::FraudAlert,
        State::UnderVerification => Shown::Checking,
        State::WaitingForPayment => Shown::Waiting,
        State::WaitingAuthorisation => Shown::Scheduled,
        State::AuthorisedToValidate | State::WaitingAuthorisationToValidate => Shown::ToValidate,
        State::Authorised | State::Captured if seen.refunded => Shown::Refunded,
        State::Authorised | State::Captured if order.order_status() == OrderStatus::PartiallyPaid => Shown::PartlyPaid,
        State::Authorised | State::Captured => Shown::Paid,
        State::Accepted => Shown::Verified,
        State::PreAuthorised => Shown::PreAuthorised,
        State::Refused => Shown::Refused,
        State::Error => Shown::Error,
        State::CaptureFailed => Shown::CaptureFailed,
        State::Cancelled => Shown::Cancelled,
        State::Expired => Shown::Expired,
    }
}

fn undecided(order: &Order) -> Shown {
    match order.status() {
        IntentStatus::Canceled if order.cancelled => Shown::Cancelled,
        IntentStatus::Canceled if order.parts.is_empty() => Shown::Expired,
        IntentStatus::Canceled => Shown::Abandoned,
        _ => Shown::Awaiting,
    }
}
