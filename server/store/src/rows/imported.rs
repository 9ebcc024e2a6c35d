//! What was brought here from elsewhere.

use model::id::{AccountId, PayoutId};
use model::lifecycle::PayoutStatus;
use model::money::Currency;
use model::rights::Environment;
use model::time::{Date, Timestamp};
use serde_json::Value as Json;

use crate::row;

row! {
    /// One row of a merchant's file that went in: whatever of it has no column of its own stays here.
    pub struct ImportedRow in "imported_rows" {
        /// The object's own id.
        id: String,
        account: AccountId,
        environment: Environment,
        /// `customer`, `card`, `payment_intent`, `payment`, `refund`, `dispute`, `payout`.
        kind: String,
        /// Real time.
        at: Timestamp,
        /// Keyed hash of what was understood of the row: the same again changes nothing.
        digest: String,
        /// The row as it was handed in, without card numbers and security codes.
        source: Json,
    }
}

row! {
    /// Money that went to the merchant's bank. Amounts are minor units.
    pub struct Payout in "payouts" {
        id: PayoutId,
        account: AccountId,
        environment: Environment,
        version: i64,
        created: Timestamp,
        /// `import` until payouts are made here.
        origin: String,
        amount: i64,
        currency: Currency,
        status: PayoutStatus,
        reference: Option<String>,
        /// What it is made of.
        payments: i64,
        refunds: i64,
        disputes: i64,
        fees: i64,
        fees_vat: i64,
        date: Option<Date>,
        date_bank: Option<Timestamp>,
    }
}
