//! What the desk keeps beside one payment: what people wrote about it, and the API requests behind it.

use model::id::{AccountId, NoteId, PaymentIntentId, UserId};
use model::rights::Environment;
use model::time::Timestamp;

use crate::row;

row! {
    /// What somebody of the team wrote about an order. Times are business time, as those of the timeline it stands in.
    pub struct Note in "notes" {
        id: NoteId,
        account: AccountId,
        environment: Environment,
        version: i64,
        created: Timestamp,
        intent: PaymentIntentId,
        author: UserId,
        /// Plain text.
        body: String,
        edited: Option<Timestamp>,
    }
}

row! {
    /// One answered API request that asked to change something, card data masked before it came here.
    pub struct ApiRequest in "api_requests" {
        /// The `Request-Id` of its answer.
        id: String,
        account: AccountId,
        environment: Environment,
        /// Real time.
        at: Timestamp,
        /// `key_…`.
        actor: String,
        method: String,
        path: String,
        /// HTTP.
        status: i64,
        /// Milliseconds.
        duration: i64,
        /// The API's code of a refusal.
        error: Option<String>,
        /// The order it is about, where it is about one.
        intent: Option<PaymentIntentId>,
        /// What it names and what its answer names, comma-separated ids.
        objects: String,
        idempotency_key: Option<String>,
        /// Masked JSON, cut to 8 KB each.
        request: Option<String>,
        answer: Option<String>,
    }
}
