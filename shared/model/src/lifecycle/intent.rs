//! The order a payment belongs to: what its transactions add up to, and whether another attempt may begin.

use super::transaction::{State, Status};
use super::{AuthStatus, Purpose};
use crate::words;

words! {
    /// The API's `payment_intent.status`.
    pub enum IntentStatus {
        RequirePaymentMethod = "require_payment_method", RequireAuthentication = "require_authentication",
        RequireAuthorization = "require_authorization", Authorized = "authorized", Processing = "processing", Captured = "captured",
        Canceled = "canceled", Unpaid = "unpaid",
    }
}

words! {
    /// The platform's `orderStatus`.
    pub enum OrderStatus { Paid = "PAID", PartiallyPaid = "PARTIALLY_PAID", Running = "RUNNING", Unpaid = "UNPAID", Abandoned = "ABANDONED", None = "NONE" }
}

words! {
    /// The platform's `orderCycle`: open while the payer may act or an amount is expected.
    pub enum OrderCycle { Open = "OPEN", Closed = "CLOSED" }
}

/// Attempts a payer has on one order.
pub const TRIES: i64 = 4;

/// What the order looks at in one of its transactions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Part {
    pub state: State,
    /// Minor units, what it is worth now.
    pub amount: i64,
    pub auth: Option<AuthStatus>,
    /// Sent to the acquirer, answer outstanding.
    pub sending: bool,
    /// Came back after booking (a direct debit returned): it counts no longer.
    pub returned: bool,
}

impl Part {
    /// Counts against the order's amount.
    pub const fn reserves(&self) -> bool {
        !self.returned && (self.state.holds_money() || self.sending)
    }
}

/// What the order's rules look at.
#[expect(clippy::struct_excessive_bools, reason = "independent facts, read by name")]
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Order {
    pub purpose: Purpose,
    /// Minor units still wanted in all: the amount less what was lowered.
    pub due: i64,
    pub cancelled: bool,
    /// Its deadline has passed.
    pub over: bool,
    /// Made for a payment created directly: nothing but that payment's own attempt belongs here.
    pub closed: bool,
    pub tries: i64,
    /// A method is chosen and 3-D Secure is required and not done.
    pub to_authenticate: bool,
    pub parts: Vec<Part>,
}

/// Everything derived from an order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct View {
    pub status: IntentStatus,
    pub order_status: OrderStatus,
    pub cycle: OrderCycle,
}

impl Order {
    fn sum(&self, counts: impl Fn(&Part) -> bool) -> i64 {
        self.parts.iter().filter(|part| !part.returned && counts(part)).map(|part| part.amount).sum()
    }

    fn any(&self, counts: impl Fn(&Part) -> bool) -> bool {
        self.parts.iter().any(counts)
    }

    /// What is taken, promised or under way, minor units.
    pub fn reserved(&self) -> i64 {
        self.sum(Part::reserves)
    }

    /// The source's table, first row that holds.
    pub fn status(&self) -> IntentStatus {
        let in_state = |states: &'static [State]| move |part: &Part| states.contains(&part.state);
        let holds = |part: &Part| part.reserves();
        let captured = self.sum(in_state(&[State::Authorised, State::Captured]));
        let authorised = captured + self.sum(in_state(&[State::AuthorisedToValidate]));
        let saved = self.any(in_state(&[State::Accepted, State::PreAuthorised]));
        if (self.cancelled || self.over) && !self.any(holds) {
            IntentStatus::Canceled
        } else if self.any(|part| part.returned) || (self.used_up() && !self.any(holds) && !self.authenticating()) {
            IntentStatus::Unpaid
        } else if self.due > 0 && captured >= self.due {
            IntentStatus::Captured
        } else if (self.due > 0 && authorised >= self.due) || saved {
            IntentStatus::Authorized
        } else if self.any(|part| part.sending) || self.any(in_state(&[State::UnderVerification, State::WaitingForPayment])) {
            IntentStatus::Processing
        } else if self.any(in_state(&[State::WaitingAuthorisation, State::WaitingAuthorisationToValidate])) {
            IntentStatus::RequireAuthorization
        } else if self.to_authenticate || self.authenticating() {
            IntentStatus::RequireAuthentication
        } else {
            IntentStatus::RequirePaymentMethod
        }
    }

    fn used_up(&self) -> bool {
        self.tries >= TRIES || (self.closed && !self.parts.is_empty())
    }

    fn authenticating(&self) -> bool {
        self.any(|part| part.state == State::Begun && part.auth.is_some_and(AuthStatus::is_open))
    }

    /// The platform's consolidation of its transactions.
    pub fn order_status(&self) -> OrderStatus {
        let paid = self.sum(|part| part.state.status() == Some(Status::Paid));
        let saved = self.any(|part| matches!(part.state, State::Accepted | State::PreAuthorised));
        if (self.due > 0 && paid >= self.due) || saved {
            OrderStatus::Paid
        } else if paid > 0 {
            OrderStatus::PartiallyPaid
        } else if self.any(|part| part.sending || part.state.status() == Some(Status::Running)) {
            OrderStatus::Running
        } else if self.any(|part| part.state.status() == Some(Status::Unpaid)) {
            OrderStatus::Unpaid
        } else if self.cancelled || self.over {
            OrderStatus::Abandoned
        } else {
            OrderStatus::None
        }
    }

    /// Open while the payer may still act or an amount is still expected.
    pub fn cycle(&self) -> OrderCycle {
        let expecting = self.any(|part| part.reserves() && !matches!(part.state.status(), Some(Status::Paid)));
        if self.may_begin() || expecting || self.authenticating() { OrderCycle::Open } else { OrderCycle::Closed }
    }

    /// Whether another attempt may begin: one order is paid once.
    pub fn may_begin(&self) -> bool {
        !self.cancelled && !self.over && !self.used_up() && !self.any(|part| part.returned) && !self.any(Part::reserves)
    }

    pub fn view(&self) -> View {
        View { status: self.status(), order_status: self.order_status(), cycle: self.cycle() }
    }
}
