//! What a payment's page is told, and the server functions that tell it and act.

use leptos::prelude::*;
use model::{
    lifecycle::{Action, AuthStatus, DisputeStatus, Method, OrderCycle, OrderStatus, RefundStatus, State},
    time::{Date, Timestamp},
};

use super::data::Row;
use crate::{
    failure::Failure,
    told::{Reader, Told, shape, told},
};

/// What a form says that closes an order, beside the lifecycle's actions.
pub const CLOSE: &str = "close";

told! {
    /// A payment's page.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct File {
        pub order: Row,
        pub order_status: OrderStatus,
        pub order_cycle: OrderCycle,
        pub manual_validation: bool,
        pub expires_at: Timestamp,
        pub description: Option<String>,
        pub unique_id: Option<String>,
        pub return_url: Option<String>,
        /// As the shop's program gave it, names and values.
        pub metadata: Vec<(String, String)>,
        /// `api`, `dashboard`, `link`, `import`.
        pub origin: String,
        pub created_by: Who,
        pub shop: Option<String>,
        pub customer: Option<Customer>,
        pub money: Money,
        /// Where the payer may still pay.
        pub pay_url: Option<String>,
        /// Whether the reader may close the order, nothing of which is under way.
        pub cancellable: bool,
        /// The name of the note that the reader may write next.
        pub next_note: Option<String>,
        /// A note that was posted without script and could not be written.
        pub unwritten: Option<Unwritten>,
        /// Newest first, all of these.
        pub tries: Vec<Try>,
        pub refunds: Vec<GivenBack>,
        pub disputes: Vec<Contested>,
        pub notes: Vec<Note>,
        pub requests: Vec<ApiRequest>,
        pub events: Vec<Moment>,
        pub now: Timestamp,
    }

    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct Customer {
        pub id: String,
        pub mobile: Option<String>,
        pub external_id: Option<String>,
    }

    /// What the ledger says, minor units: positive came to the balance, negative left it. `net` is the sum of the others.
    #[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
    pub struct Money {
        pub captured: i64,
        pub fees: i64,
        pub vat: i64,
        pub refunds: i64,
        pub disputes: i64,
        pub net: i64,
        /// The part of `net` that is not available yet, and when it is.
        pub pending: i64,
        pub available_at: Option<Timestamp>,
        /// What the capture will cost, where it is still to come.
        pub expected_fee: Option<i64>,
    }

    /// A dispute.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct Contested {
        pub id: String,
        pub created: Timestamp,
        pub amount: i64,
        pub fee: i64,
        pub status: DisputeStatus,
        /// The scheme's reason code.
        pub code: String,
        pub answer_by: Timestamp,
    }

    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct Note {
        pub id: String,
        pub version: i64,
        pub at: Timestamp,
        pub author: String,
        pub body: String,
        pub edited: Option<Timestamp>,
        /// The reader's own: they may change it.
        pub own: bool,
    }

    /// What somebody wrote, and why it is no note.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct Unwritten {
        pub text: String,
        pub why: Failure,
    }

    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct ApiRequest {
        pub id: String,
        /// Real time.
        pub at: Timestamp,
        pub key: String,
        pub method: String,
        pub path: String,
        /// HTTP.
        pub status: i64,
        /// Milliseconds.
        pub duration: i64,
        pub error: Option<String>,
        pub idempotency_key: Option<String>,
        /// Masked, indented; none where there was none or the reader may not see it.
        pub sent: Option<String>,
        pub answered: Option<String>,
    }
}

impl File {
    /// The attempt that decides how the order stands and that actions apply to.
    pub fn deciding(&self) -> Option<&Try> {
        self.tries.iter().find(|one| one.deciding).or_else(|| self.tries.first())
    }
}

told! {
    /// One attempt to pay.
    #[derive(Clone, Debug, PartialEq, Eq)]
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
        /// `credit`, `debit`, …
        pub funding: Option<String>,
        pub network: Option<String>,
        /// "12/2034".
        pub expiry: Option<String>,
        pub holder: Option<String>,
        /// Kept for other payments, not typed for this one only.
        pub stored: bool,
        pub response: Option<String>,
        pub why: Option<Why>,
        pub auth: Option<AuthStatus>,
        /// When the payer's bank answered.
        pub auth_at: Option<Timestamp>,
        pub authorisation: Option<String>,
        pub ended_because: Option<String>,
        pub authorised_until: Option<Timestamp>,
        /// Before the last remittance that the authorisation reaches.
        pub validate_until: Option<Timestamp>,
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

    /// Why an attempt came to nothing, in the reader's language.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct Why {
        /// "Insufficient funds (51)".
        pub words: String,
        /// What the payer was told.
        pub payer: Option<String>,
        /// What the merchant can do.
        pub advice: String,
    }

    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct GivenBack {
        pub id: String,
        pub created: Timestamp,
        pub amount: i64,
        pub status: RefundStatus,
        pub reason: Option<String>,
        pub by: Who,
    }
}

/// Who did something.
#[cfg_attr(not(target_arch = "wasm32"), derive(serde::Serialize))]
#[derive(Clone, Debug, PartialEq, Eq)]
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

impl Told for Who {
    const SHAPE: u32 = shape("key user payer worker demo", String::SHAPE);

    fn tell(&self, to: &mut String) {
        let (kind, name) = match self {
            Self::Key(name) => (0, name.clone()),
            Self::User(name) => (1, name.clone()),
            Self::Payer => (2, String::new()),
            Self::Worker => (3, String::new()),
            Self::Demo => (4, String::new()),
        };
        (kind, name).tell(to);
    }

    fn read(from: &mut Reader<'_>) -> Option<Self> {
        Some(match <(i32, String)>::read(from)? {
            (0, name) => Self::Key(name),
            (1, name) => Self::User(name),
            (2, _) => Self::Payer,
            (3, _) => Self::Worker,
            (4, _) => Self::Demo,
            _ => return None,
        })
    }
}

told! {
    /// Something that happened, with what its sentence speaks of.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct Moment {
        pub at: Timestamp,
        /// `payment.authorised`.
        pub kind: String,
        pub who: Who,
        pub cause: Option<String>,
        pub facts: Facts,
    }

    /// What an object was like after an event, as far as sentences name it.
    #[derive(Clone, Debug, Default, PartialEq, Eq)]
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
}

/// Everything about one order, by its id or that of one of its payments.
///
/// # Errors
/// No session, nothing under this id, or the engine's own.
#[server(prefix = "/_fn", endpoint = "payment", protocol = crate::ask::Ask)]
pub async fn payment(id: String) -> Result<File, Failure> {
    crate::server::payment::file(id).await
}

/// Does one of a payment's actions, or closes the order (`close`). `amount` and `date` are as typed; `version` is that of the payment the
/// form was made from, which makes a form that is posted twice act once.
///
/// # Errors
/// What was typed can't be read, or what the engine refuses.
#[server(prefix = "/_fn", endpoint = "payments/act", protocol = crate::ask::Ask)]
pub async fn act(
    order: String,
    #[server(default)] payment: String,
    action: String,
    #[server(default)] version: i64,
    #[server(default)] amount: String,
    #[server(default)] date: String,
    #[server(default)] reason: String,
) -> Result<(), Failure> {
    crate::server::payment::act(crate::server::payment::Act { order, payment, action, version, amount, date, reason }).await
}

/// Writes a note under the name that the page was given for it: posted twice it is written once.
///
/// # Errors
/// What can't be a note, or what the engine refuses.
#[server(prefix = "/_fn", endpoint = "payments/note", protocol = crate::ask::Ask)]
pub async fn write_note(order: String, note: String, #[server(default)] text: String) -> Result<(), Failure> {
    crate::server::payment::write_note(order, note, text).await
}

/// Changes a note of the reader's own, or with `erase` removes it.
///
/// # Errors
/// What can't be a note, or what the engine refuses.
#[server(prefix = "/_fn", endpoint = "payments/note/change", protocol = crate::ask::Ask)]
pub async fn change_note(
    order: String,
    note: String,
    version: i64,
    #[server(default)] text: String,
    #[server(default)] erase: String,
) -> Result<(), Failure> {
    crate::server::payment::change_note(order, note, version, text, !erase.is_empty()).await
}
