//! One transaction: its states and the one table of what may happen to it. Statuses are Scellius' `detailedStatus`.

use core::fmt;

use super::{AuthStatus, OperationState, Purpose};
use crate::words;

words! {
    /// The one stored truth about a transaction. `Begun` and `Ended` are the two that are no transaction yet or ever.
    pub enum State {
        Begun = "BEGUN", Ended = "ABANDONED", WaitingForPayment = "WAITING_FOR_PAYMENT", UnderVerification = "UNDER_VERIFICATION",
        WaitingAuthorisation = "WAITING_AUTHORISATION", WaitingAuthorisationToValidate = "WAITING_AUTHORISATION_TO_VALIDATE",
        AuthorisedToValidate = "AUTHORISED_TO_VALIDATE", Authorised = "AUTHORISED", Captured = "CAPTURED", Accepted = "ACCEPTED",
        PreAuthorised = "PRE_AUTHORISED", Refused = "REFUSED", Error = "ERROR", CaptureFailed = "CAPTURE_FAILED", Cancelled = "CANCELLED",
        Expired = "EXPIRED",
    }
}

words! {
    /// The simplified status of the platform.
    pub enum Status { Paid = "PAID", Running = "RUNNING", Unpaid = "UNPAID", Abandoned = "ABANDONED" }
}

impl State {
    /// None while an attempt is only begun.
    pub const fn status(self) -> Option<Status> {
        Some(match self {
            Self::Begun => return None,
            Self::Ended => Status::Abandoned,
            Self::WaitingForPayment
            | Self::UnderVerification
            | Self::WaitingAuthorisation
            | Self::WaitingAuthorisationToValidate
            | Self::AuthorisedToValidate => Status::Running,
            Self::Authorised | Self::Captured | Self::Accepted | Self::PreAuthorised => Status::Paid,
            Self::Refused | Self::Error | Self::CaptureFailed | Self::Cancelled | Self::Expired => Status::Unpaid,
        })
    }

    /// The platform's `detailedStatus`; none for an attempt that is no transaction.
    pub const fn detailed(self) -> Option<&'static str> {
        match self {
            Self::Begun | Self::Ended => None,
            other => Some(other.as_str()),
        }
    }

    /// Nothing but a dispute, a refund or a correction can follow.
    pub const fn is_final(self) -> bool {
        !matches!(
            self,
            Self::Begun
                | Self::WaitingForPayment
                | Self::UnderVerification
                | Self::WaitingAuthorisation
                | Self::WaitingAuthorisationToValidate
                | Self::AuthorisedToValidate
                | Self::Authorised
        )
    }

    /// Money is taken, promised or may be on its way.
    pub const fn holds_money(self) -> bool {
        matches!(self.status(), Some(Status::Paid | Status::Running))
    }

    /// The API's lower-case `payment.status`.
    pub const fn api_status(self, remitted: bool, disputed: bool) -> Option<&'static str> {
        Some(match self {
            Self::Begun
            | Self::Ended
            | Self::WaitingForPayment
            | Self::UnderVerification
            | Self::WaitingAuthorisation
            | Self::WaitingAuthorisationToValidate => return None,
            Self::AuthorisedToValidate | Self::Accepted | Self::PreAuthorised => "authorized",
            Self::Authorised if remitted => "capture_sent",
            Self::Authorised => "to_capture",
            Self::Captured if disputed => "disputed",
            Self::Captured => "captured",
            Self::Refused => "refused",
            Self::Error | Self::CaptureFailed => "failed",
            Self::Cancelled => "canceled",
            Self::Expired => "expired",
        })
    }
}

words! {
    /// What may happen to a transaction: the words of the table below, and of the events.
    pub enum Trigger {
        Authorised = "authorised", AuthorisedToValidate = "authorised_to_validate", CapturedAtOnce = "captured_at_once",
        Deferred = "deferred", DeferredToValidate = "deferred_to_validate", Accepted = "accepted", PreAuthorised = "pre_authorised",
        FundsAwaited = "funds_awaited", OutcomeUnknown = "outcome_unknown", Held = "held", Refused = "refused", Errored = "error", Ended = "ended",
        CancelAsked = "cancel_asked", Released = "released", ReviewRefused = "review_refused", Validated = "validated", Cancelled = "cancelled",
        Lapsed = "expired", Retried = "authorisation_postponed", HandedToBank = "handed_to_bank", Booked = "booked", PartReceived = "part_received",
        Remitted = "remitted", Captured = "captured", CaptureFailed = "capture_failed", Adjusted = "adjusted",
    }
}

/// What besides the state decides whether a line of the table holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum When {
    Always,
    /// Not yet handed to the bank.
    NotRemitted,
    Remitted,
    /// Held by us for review: the bank was not asked.
    HeldByUs,
    /// The bank was asked.
    NotHeld,
}

/// One line of the table. `to: None` stays.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Transition {
    pub from: State,
    pub when: When,
    pub on: Trigger,
    pub to: Option<State>,
}

const fn line(from: State, when: When, on: Trigger, to: Option<State>) -> Transition {
    Transition { from, when, on, to }
}

macro_rules! table {
    ($($from:ident / $when:ident : $($on:ident -> $to:ident),+ ;)+) => {
        &[$($(line(State::$from, When::$when, Trigger::$on, table!(@to $from $to))),+),+]
    };
    (@to $from:ident Same) => { None };
    (@to $from:ident $to:ident) => { Some(State::$to) };
}

/// Everything that may happen. What is not here is refused.
///
/// An answer settles an attempt the same way whether it came at once or late, so `Begun` and `UnderVerification` share their answers.
pub const TRANSITIONS: &[Transition] = table! {
    Begun / Always: Authorised -> Authorised, AuthorisedToValidate -> AuthorisedToValidate, CapturedAtOnce -> Captured, Deferred -> WaitingAuthorisation,
        DeferredToValidate -> WaitingAuthorisationToValidate, Accepted -> Accepted, PreAuthorised -> PreAuthorised,
        FundsAwaited -> WaitingForPayment, OutcomeUnknown -> UnderVerification, Held -> UnderVerification, Refused -> Refused, Errored -> Error,
        Ended -> Ended;
    UnderVerification / NotHeld: Authorised -> Authorised, AuthorisedToValidate -> AuthorisedToValidate, CapturedAtOnce -> Captured,
        Deferred -> WaitingAuthorisation, DeferredToValidate -> WaitingAuthorisationToValidate, Accepted -> Accepted,
        PreAuthorised -> PreAuthorised, FundsAwaited -> WaitingForPayment, Refused -> Refused, Errored -> Error, Cancelled -> Cancelled;
    UnderVerification / Always: CancelAsked -> Same;
    UnderVerification / HeldByUs: Released -> Same, ReviewRefused -> Refused, Cancelled -> Cancelled;
    WaitingForPayment / NotRemitted: Cancelled -> Cancelled, Lapsed -> Expired, HandedToBank -> Same;
    WaitingForPayment / Always: Booked -> Captured, Refused -> Refused, PartReceived -> Same;
    WaitingAuthorisation / Always: Authorised -> Authorised, OutcomeUnknown -> UnderVerification, Retried -> Same, Refused -> Refused, Cancelled -> Cancelled,
        Adjusted -> Same;
    WaitingAuthorisationToValidate / Always: Validated -> WaitingAuthorisation, AuthorisedToValidate -> AuthorisedToValidate,
        OutcomeUnknown -> UnderVerification, Retried -> Same, Refused -> Refused, Cancelled -> Cancelled, Adjusted -> Same;
    AuthorisedToValidate / Always: Validated -> Authorised, Cancelled -> Cancelled, Lapsed -> Expired, Adjusted -> Same,
        Deferred -> WaitingAuthorisation, DeferredToValidate -> WaitingAuthorisationToValidate;
    Authorised / NotRemitted: Remitted -> Same, Cancelled -> Cancelled, Lapsed -> Expired, Adjusted -> Same, Deferred -> WaitingAuthorisation,
        DeferredToValidate -> WaitingAuthorisationToValidate;
    Authorised / Remitted: Captured -> Captured, CaptureFailed -> CaptureFailed;
};

words! {
    /// What a merchant may ask for.
    pub enum Action {
        Validate = "validate", Capture = "capture", Lower = "lower", Postpone = "postpone", Cancel = "cancel", Refund = "refund", Release = "release",
        RefuseHeld = "refuse",
    }
}

/// All that the table looks at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Facts {
    pub state: State,
    pub purpose: Purpose,
    pub remitted: bool,
    pub held: bool,
    /// A call to the acquirer has no answer yet.
    pub busy: bool,
    /// What may still be given back, minor units.
    pub refundable: i64,
}

impl Facts {
    /// Where `trigger` leads.
    ///
    /// # Errors
    /// What the table does not hold, with what it does allow.
    pub fn on(&self, trigger: Trigger) -> Result<State, NotAllowed> {
        TRANSITIONS
            .iter()
            .find(|line| line.from == self.state && line.on == trigger && self.meets(line.when))
            .map(|line| line.to.unwrap_or(self.state))
            .ok_or_else(|| NotAllowed { state: self.state, remitted: self.remitted, allowed: self.actions() })
    }

    const fn meets(&self, when: When) -> bool {
        match when {
            When::Always => true,
            When::NotRemitted => !self.remitted,
            When::Remitted => self.remitted,
            When::HeldByUs => self.held,
            When::NotHeld => !self.held,
        }
    }

    /// What the merchant may ask for now: the dashboard's buttons, and the `allowed` of a refusal.
    pub fn actions(&self) -> Vec<Action> {
        if self.busy {
            return Vec::new();
        }
        Action::ALL.iter().copied().filter(|action| self.allows(*action)).collect()
    }

    pub fn allows(&self, action: Action) -> bool {
        let on = |trigger| self.on_quietly(trigger);
        !self.busy
            && match action {
                Action::Validate => on(Trigger::Validated),
                Action::Capture => matches!(self.state, State::AuthorisedToValidate) || (self.state == State::Authorised && !self.remitted),
                Action::Lower | Action::Postpone => on(Trigger::Adjusted),
                Action::Cancel => on(Trigger::Cancelled) || (on(Trigger::CancelAsked) && !self.held),
                Action::Refund => self.state == State::Captured && self.refundable > 0,
                Action::Release | Action::RefuseHeld => on(Trigger::Released),
            }
    }

    fn on_quietly(&self, trigger: Trigger) -> bool {
        TRANSITIONS.iter().any(|line| line.from == self.state && line.on == trigger && self.meets(line.when))
    }
}

/// The table has no such line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NotAllowed {
    pub state: State,
    pub remitted: bool,
    pub allowed: Vec<Action>,
}

impl fmt::Display for NotAllowed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "The payment is {}", self.state.detailed().unwrap_or("not a transaction"))?;
        if self.remitted && self.state == State::Authorised {
            f.write_str(" and its capture is under way")?;
        }
        if self.allowed.is_empty() {
            return f.write_str(": nothing can be done to it now");
        }
        let allowed: Vec<&str> = self.allowed.iter().map(|action| action.as_str()).collect();
        write!(f, ": it allows {}", allowed.join(", "))
    }
}

impl core::error::Error for NotAllowed {}

/// What authentication allows, by the answer of the payer's bank (EMV 3-D Secure transaction status).
pub const fn may_authorise(required: bool, auth: Option<AuthStatus>) -> bool {
    match auth {
        Some(status) => status.authenticates() || (!required && !status.is_open()),
        None => !required,
    }
}

/// Whether a call may still change what it was made for.
pub const fn is_settled(state: OperationState) -> bool {
    !matches!(state, OperationState::Open)
}
