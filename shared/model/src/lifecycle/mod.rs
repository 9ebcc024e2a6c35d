//! The life of a payment as data: statuses, the one table of transitions, and the rules of the order they belong to.
//!
//! The engine applies this table, the dashboard asks it which buttons to show, the documentation is printed from it.

pub mod intent;
mod order_type;
pub mod shown;
pub mod transaction;

pub use intent::{IntentStatus, OrderCycle, OrderStatus};
pub use order_type::OrderType;
pub use shown::Shown;
pub use transaction::{Action, Facts, NotAllowed, State, Trigger};

use crate::words;

words! {
    /// What a transaction is for. A verification (amount 0) and a pre-authorisation are never captured.
    pub enum Purpose { Debit = "debit", Verification = "verification", PreAuthorisation = "pre_authorisation" }
}

words! {
    /// How a payer pays.
    pub enum Method { Card = "card", Sepa = "sepa" }
}

words! {
    /// Whether strong authentication is asked for.
    pub enum ThreeDs { Required = "required", None = "none" }
}

words! {
    /// Where 3-D Secure stands, as the API shows it in `auth.status`.
    pub enum AuthStatus {
        Requested = "requested", Available = "available", Unavailable = "unavailable", Attempted = "attempted", Success = "success",
        Declined = "declined", Failed = "failed", Expired = "expired", Bypassed = "bypassed",
    }
}

impl AuthStatus {
    /// The payer still has something to do at the bank.
    pub const fn is_open(self) -> bool {
        matches!(self, Self::Requested | Self::Available | Self::Attempted)
    }

    /// Authentication that satisfies `threeds: required`.
    pub const fn authenticates(self) -> bool {
        matches!(self, Self::Success | Self::Bypassed)
    }
}

words! {
    /// Calls to an acquirer, each recorded before it is made.
    pub enum OperationKind {
        Authenticate = "authenticate", Authorise = "authorise", Verify = "verify", Capture = "capture", Lower = "lower", Void = "void", Refund = "refund",
    }
}

words! {
    /// A call's outcome. `Open` covers both 'not answered yet' and 'answer lost'.
    pub enum OperationState { Open = "open", Done = "done", Refused = "refused", Error = "error", Abandoned = "abandoned" }
}

words! {
    pub enum RefundStatus {
        AwaitingApproval = "awaiting_approval", ToRefund = "to_refund", RefundSent = "refund_sent", Refunded = "refunded",
        PaymentCanceled = "payment_canceled", NotHonored = "not_honored", Failed = "failed",
    }
}

impl RefundStatus {
    /// Whether its amount is, or will be, given back from what was captured.
    pub const fn counts(self) -> bool {
        matches!(self, Self::AwaitingApproval | Self::ToRefund | Self::RefundSent | Self::Refunded)
    }

    /// The statuses this one may move to.
    pub const fn next(self) -> &'static [Self] {
        match self {
            Self::AwaitingApproval => &[Self::ToRefund, Self::Failed, Self::NotHonored],
            Self::ToRefund => &[Self::RefundSent, Self::NotHonored],
            Self::RefundSent => &[Self::Refunded, Self::Failed, Self::NotHonored],
            Self::Refunded => &[Self::Failed],
            Self::PaymentCanceled | Self::NotHonored | Self::Failed => &[],
        }
    }
}

words! {
    /// Where a payout to the merchant's bank stands.
    pub enum PayoutStatus {
        Pending = "pending", ToPay = "to_pay", Early = "early", Sent = "sent", Paid = "paid", Failed = "failed", Error = "error",
    }
}

words! {
    pub enum DisputeStatus {
        Open = "open", EvidencePending = "evidence_pending", EvidenceSent = "evidence_sent", EvidenceVerification = "evidence_verification",
        Accepted = "accepted", Won = "won", Lost = "lost", OutOfTime = "out_of_time", NotContestable = "not_contestable",
    }
}
