//! What a payment's page is told, and the server functions that tell it and act.

use leptos::prelude::*;
use model::{
    lifecycle::{Action, AuthStatus, Method, OrderCycle, OrderStatus, RefundStatus, State},
    time::{Date, Timestamp},
};
use serde::{Deserialize, Serialize};

use super::data::Row;
use crate::failure::Failure;

/// A payment's page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct File {
    pub order: Row,
    pub order_status: OrderStatus,
    pub order_cycle: OrderCycle,
    pub manual_validation: bool,
    pub expires_at: Timestamp,
    pub description: Option<String>,
    pub shop: Option<String>,
    /// What the ledger says, minor units: charged in fees, and come to the balance in all.
    pub fees: i64,
    pub net: i64,
    /// Newest first.
    pub tries: Vec<Try>,
    pub refunds: Vec<GivenBack>,
    /// Newest first.
    pub events: Vec<Moment>,
    pub now: Timestamp,
}

impl File {
    /// The attempt that decides how the order stands and that actions apply to.
    pub fn deciding(&self) -> Option<&Try> {
        self.tries.iter().find(|one| one.deciding).or_else(|| self.tries.first())
    }
}

/// One attempt to pay.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Try {
    pub id: String,
    pub version: i64,
    pub deciding: bool,
    pub created: Timestamp,
    pub state: State,
    pub remitted: bool,
    pub held: bool,
    pub method: Option<Method>,
    pub brand: Option<String>,
    pub last4: Option<String>,
    pub country: Option<String>,
    pub response: Option<String>,
    pub auth: Option<AuthStatus>,
    pub ended_because: Option<String>,
    pub authorised_until: Option<Timestamp>,
    pub capture_date: Option<Timestamp>,
    pub captured_at: Option<Timestamp>,
    pub amount: i64,
    pub authorised: i64,
    pub captured: i64,
    pub refunded: i64,
    pub disputed_amount: i64,
    /// Minor units that may still be given back.
    pub refundable: i64,
    /// What the lifecycle and the reader's rights allow now.
    pub actions: Vec<Action>,
    /// The day the capture is planned for, in the account's time zone.
    pub capture_day: Option<Date>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct GivenBack {
    pub id: String,
    pub created: Timestamp,
    pub amount: i64,
    pub status: RefundStatus,
    pub reason: Option<String>,
    pub by: Who,
}

/// Who did something.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Who {
    /// A program, by the name of its key.
    Key(String),
    /// A person of the team.
    User(String),
    Payer,
    /// Guichet itself, when something fell due.
    Worker,
    Demo,
}

/// Something that happened, with what its sentence speaks of.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Moment {
    pub at: Timestamp,
    /// `payment.authorised`.
    pub kind: String,
    pub who: Who,
    pub cause: Option<String>,
    pub facts: Facts,
}

/// What an object was like after an event, as far as sentences name it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Facts {
    pub amount: Option<i64>,
    pub captured: Option<i64>,
    pub response: Option<String>,
    pub authorisation: Option<String>,
    pub until: Option<Timestamp>,
    pub capture_date: Option<Timestamp>,
    pub auth: Option<AuthStatus>,
    pub card: Option<String>,
    pub reason: Option<String>,
    pub ended_because: Option<String>,
    pub manual_validation: bool,
    pub origin: Option<String>,
}

/// Everything about one order, by its id or that of one of its payments.
///
/// # Errors
/// No session, nothing under this id, or the engine's own.
#[server(prefix = "/_fn", endpoint = "payment")]
pub async fn payment(id: String) -> Result<File, Failure> {
    crate::server::payment::file(id).await
}

/// Does one of a payment's actions. `amount` and `date` are as typed; `version` is that of the payment the form was made
/// from, which makes a form that is posted twice act once.
///
/// # Errors
/// What was typed can't be read, or what the engine refuses.
#[server(prefix = "/_fn", endpoint = "payments/act")]
pub async fn act(
    order: String,
    payment: String,
    action: String,
    version: i64,
    #[server(default)] amount: String,
    #[server(default)] date: String,
    #[server(default)] reason: String,
) -> Result<(), Failure> {
    crate::server::payment::act(crate::server::payment::Act { order, payment, action, version, amount, date, reason }).await
}
