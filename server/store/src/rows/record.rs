//! What is kept beside the objects: events, ledger postings, idempotency keys, jobs.

use model::id::{AccountId, EventId, PaymentId, PaymentIntentId, RefundId};
use model::money::Currency;
use model::rights::Environment;
use model::time::Timestamp;
use serde_json::Value as Json;

use crate::row;

row! {
    /// One recorded change of one object. `state` is the object's row after it, without secrets.
    pub struct Event in "events" {
        id: EventId,
        account: AccountId,
        environment: Environment,
        object: String,
        /// The order whose timeline it stands in.
        intent: Option<PaymentIntentId>,
        version: i64,
        kind: String,
        at: Timestamp,
        /// `key_…`, `user_…`, `payer`, `worker`, `import`, `demo`.
        actor: String,
        cause: Option<String>,
        request_id: Option<String>,
        state: Json,
    }
}

row! {
    /// One line of the ledger: debits positive, credits negative, minor units. The lines of one event sum to zero.
    pub struct Posting in "postings" {
        id: String,
        account: AccountId,
        environment: Environment,
        event: EventId,
        at: Timestamp,
        ledger_account: String,
        currency: Currency,
        amount: i64,
        payment: Option<PaymentId>,
        refund: Option<RefundId>,
    }
}

row! {
    /// What was answered to a request made under an `Idempotency-Key`. Times are real time.
    pub struct IdempotencyKey in "idempotency_keys" {
        account: AccountId,
        environment: Environment,
        method: String,
        path: String,
        idempotency_key: String,
        /// Keyed hash of the request, card data reduced to its fingerprint first.
        fingerprint: String,
        created: Timestamp,
        /// HTTP status; none while the request runs.
        status: Option<i64>,
        body: Option<String>,
        /// What the request made or changed: after a crash the same key goes on with it.
        object: Option<String>,
    }
}

row! {
    /// Work due at a time. One a kind and object.
    pub struct Job in "jobs" {
        account: AccountId,
        environment: Environment,
        kind: String,
        object: String,
        /// Business time: the sandbox clock's in the sandbox.
        due: Timestamp,
        /// Real time.
        run_at: Timestamp,
        attempts: i64,
        /// Real time until which a worker has it.
        leased_until: Timestamp,
        lease: Option<String>,
        last_error: Option<String>,
    }
}
