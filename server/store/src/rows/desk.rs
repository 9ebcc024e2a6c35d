//! What the merchant's desk keeps beside the payments.

use model::id::{AccountId, AuditEntryId, InvitationId, UserId};
use model::rights::{Environment, Role};
use model::time::Timestamp;
use serde_json::Value as Json;

use crate::row;

row! {
    /// Who did what. Times are real time.
    pub struct AuditEntry in "audit_log" {
        id: AuditEntryId,
        account: AccountId,
        /// None for what belongs to the account itself.
        environment: Option<Environment>,
        at: Timestamp,
        /// `user_…`, `key_…`, `import`, `demo`.
        actor: String,
        /// `member.invited`, `key.rolled`, `payment.refunded`, …
        action: String,
        /// The id of what it was done to.
        object: Option<String>,
        /// What else is worth knowing, never a secret.
        detail: Option<Json>,
        ip: Option<String>,
        request_id: Option<String>,
    }
}

row! {
    /// Somebody asked into an account. Times are real time.
    pub struct Invitation in "invitations" {
        id: InvitationId,
        account: AccountId,
        version: i64,
        created: Timestamp,
        /// Lower case; nobody else can use it.
        email: String,
        role: Role,
        #[serde(skip_serializing, default)]
        token_hash: String,
        invited_by: UserId,
        /// Not from then on.
        expires: Timestamp,
        accepted: Option<Timestamp>,
        accepted_by: Option<UserId>,
        withdrawn: Option<Timestamp>,
    }
}
