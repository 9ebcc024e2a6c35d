//! The rows: every struct here is one table, every field one column.

mod account;
mod desk;
mod desk_payment;
mod imported;
mod payment;
mod record;
mod view;

pub use account::{Account, ApiKey, Member, Session, Shop, User};
pub use desk::{AuditEntry, Invitation};
pub use desk_payment::{ApiRequest, Note};
pub use imported::{ImportedRow, Payout};
pub use payment::{Card, Customer, Dispute, Operation, Payment, PaymentIntent, Refund};
pub use record::{Event, IdempotencyKey, Job, Posting};
pub use view::SavedView;

use model::id::AccountId;
use model::rights::Environment;
use serde::{Deserialize, Serialize};

/// Whose rows: every query of business data is bound to one account and one environment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Scope {
    pub account: AccountId,
    pub environment: Environment,
}
