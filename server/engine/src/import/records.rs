//! Rows of a merchant's file, read and typed: what `wire` makes of either version's shapes. Amounts are minor units.

use model::id::{CardId, CustomerId, DisputeId, PaymentId, PaymentIntentId, PayoutId, RefundId};
use model::lifecycle::{AuthStatus, DisputeStatus, IntentStatus, Method, PayoutStatus, Purpose, RefundStatus, State, ThreeDs};
use model::money::Currency;
use model::time::{Date, Timestamp};
use model::words;
use secrecy::SecretString;
use serde::Serialize;
use serde_json::Value as Json;

words! {
    /// The kinds of rows, in the order in which they go in: each names only kinds before it.
    pub enum RowKind {
        Customer = "customer", Card = "card", PaymentIntent = "payment_intent", Payment = "payment", Refund = "refund", Dispute = "dispute",
        Payout = "payout",
    }
}

/// One row, with where it stands in the file. Not to be printed: it may hold a card number.
#[derive(Clone)]
pub struct FileRow {
    pub kind: RowKind,
    /// `payments[3].customer`, counted from 0.
    pub at: String,
    /// As given, cut to what can be shown; empty where there is none.
    pub id: String,
    /// Stands within another row: the same object at the top of the file, or an earlier copy of it, wins.
    pub nested: bool,
    pub read: Result<Box<Record>, Wrong>,
    /// Something worth knowing about how it was read.
    pub note: Option<Wrong>,
    /// As handed in: card numbers and security codes are masked before it is kept.
    pub source: Json,
}

/// Why a row was refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wrong {
    /// Empty: the row as a whole.
    pub field: String,
    pub reason: String,
}

impl Wrong {
    pub fn new(field: impl Into<String>, reason: impl Into<String>) -> Self {
        Self { field: field.into(), reason: reason.into() }
    }
}

#[derive(Debug, Clone, Serialize)]
#[serde(untagged)]
pub enum Record {
    Customer(CustomerRecord),
    Card(CardRecord),
    Intent(IntentRecord),
    Payment(PaymentRecord),
    Refund(RefundRecord),
    Dispute(DisputeRecord),
    Payout(PayoutRecord),
}

#[derive(Debug, Clone, Serialize)]
pub struct CustomerRecord {
    pub id: CustomerId,
    pub created: Timestamp,
    pub deleted: bool,
    pub name: Option<String>,
    pub email: Option<String>,
    pub mobile: Option<String>,
    pub date_birth: Option<Date>,
    pub legal_id: Option<String>,
    pub country: Option<String>,
    pub external_id: Option<String>,
}

#[derive(Debug, Clone, Serialize)]
pub struct CardRecord {
    pub id: CardId,
    pub created: Timestamp,
    pub deleted: bool,
    pub customer: Option<CustomerId>,
    /// None only beside a number that says them.
    pub brand: Option<String>,
    pub last4: Option<String>,
    pub exp_month: i64,
    pub exp_year: i64,
    pub name: Option<String>,
    pub zip_code: Option<String>,
    pub external_id: Option<String>,
    pub country: Option<String>,
    pub funding: Option<String>,
    pub nature: Option<String>,
    pub network: Option<String>,
    pub preferred_network: Option<String>,
    pub tokenize: bool,
    /// Without it the card is kept and can't be charged.
    #[serde(skip)]
    pub number: Option<SecretString>,
}

#[derive(Debug, Clone, Serialize)]
pub struct IntentRecord {
    pub id: PaymentIntentId,
    pub created: Timestamp,
    pub amount: i64,
    pub amount_due: i64,
    pub currency: Currency,
    pub status: IntentStatus,
    pub threeds: ThreeDs,
    pub manual_validation: bool,
    pub customer: Option<CustomerId>,
    pub card: Option<CardId>,
    pub description: Option<String>,
    pub order_id: Option<String>,
    pub unique_id: Option<String>,
    /// Empty: every method there is.
    pub methods_allowed: Vec<Method>,
    pub metadata: Option<Json>,
    pub return_url: Option<String>,
    pub date_settlement: Option<Date>,
}

#[derive(Debug, Clone, Serialize)]
pub struct PaymentRecord {
    pub id: PaymentId,
    pub created: Timestamp,
    pub intent: Option<PaymentIntentId>,
    pub amount: i64,
    pub currency: Currency,
    pub purpose: Purpose,
    pub state: State,
    /// `capture_sent`.
    pub remitted: bool,
    /// Its status says so; the disputes themselves are rows of their own.
    pub disputed: bool,
    pub method: Option<Method>,
    pub card: Option<CardId>,
    /// The last four of an account that was debited.
    pub last4: Option<String>,
    pub customer: Option<CustomerId>,
    pub auth: Option<AuthStatus>,
    pub auth_return_url: Option<String>,
    pub captured_at: Option<Timestamp>,
    pub date_bank: Option<Timestamp>,
    pub date_settlement: Option<Date>,
    pub capture_date: Option<Timestamp>,
    pub authorised_until: Option<Timestamp>,
    pub manual_validation: bool,
    pub fee: i64,
    pub description: Option<String>,
    pub device: Option<Json>,
    pub methods_allowed: Option<Vec<Method>>,
    pub metadata: Option<Json>,
    pub order_id: Option<String>,
    pub unique_id: Option<String>,
    pub payout: Option<PayoutId>,
    pub response: Option<String>,
    pub response_author: Option<String>,
    pub return_url: Option<String>,
}

#[derive(Debug, Clone, Serialize)]
pub struct RefundRecord {
    pub id: RefundId,
    pub created: Timestamp,
    pub payment: PaymentId,
    pub amount: i64,
    /// None: the payment's.
    pub currency: Option<Currency>,
    pub status: RefundStatus,
    pub reason: Option<String>,
    pub unique_id: Option<String>,
    pub date_refund: Option<Timestamp>,
    pub date_bank: Option<Timestamp>,
    pub payout: Option<PayoutId>,
}

#[derive(Debug, Clone, Serialize)]
pub struct DisputeRecord {
    pub id: DisputeId,
    pub created: Timestamp,
    pub payment: PaymentId,
    pub amount: i64,
    /// None: the payment's.
    pub currency: Option<Currency>,
    pub fee: i64,
    pub status: DisputeStatus,
    pub response: String,
    pub kind: String,
    pub date_bank: Option<Timestamp>,
    pub payout: Option<PayoutId>,
}

#[derive(Debug, Clone, Serialize)]
pub struct PayoutRecord {
    pub id: PayoutId,
    pub created: Timestamp,
    pub amount: i64,
    pub currency: Currency,
    pub status: PayoutStatus,
    pub reference: Option<String>,
    pub payments: i64,
    pub refunds: i64,
    pub disputes: i64,
    pub fees: i64,
    pub fees_vat: i64,
    pub date: Option<Date>,
    pub date_bank: Option<Timestamp>,
}
