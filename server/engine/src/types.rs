//! What callers hand in and get back. Fields are the API's; amounts are minor units.

use model::id::{CardId, CustomerId, NoteId, PaymentId, PaymentIntentId, RefundId};
use model::lifecycle::{Action, Method, Purpose, ThreeDs};
use model::money::{Currency, Money};
use model::time::{Date, Timestamp};
use secrecy::SecretString;
use serde::{Deserialize, Serialize};
use store::rows::{Account, ApiRequest, Card, Customer, Dispute, Event, Note, Payment, PaymentIntent, Posting, Refund, Shop};

/// A field of a change: absent leaves it, `Some(None)` empties it.
pub type Patch<T> = Option<Option<T>>;

/// v1 refuses what v2 takes: the same customer or card twice.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ApiVersion {
    V1,
    V2,
}

#[derive(Debug, Clone, Default)]
pub struct CustomerDraft {
    pub name: Option<String>,
    pub email: Option<String>,
    pub mobile: Option<String>,
    pub date_birth: Option<Date>,
    pub legal_id: Option<String>,
    pub country: Option<String>,
    pub external_id: Option<String>,
}

#[derive(Debug, Clone, Default)]
pub struct CustomerChange {
    pub name: Patch<String>,
    pub email: Patch<String>,
    pub mobile: Patch<String>,
    pub date_birth: Patch<Date>,
    pub legal_id: Patch<String>,
    pub country: Patch<String>,
    pub external_id: Patch<String>,
}

/// A card as typed or sent. The number is validated, sealed and forgotten by the engine.
#[derive(Debug, Clone)]
pub struct CardDraft {
    pub number: SecretString,
    pub exp_month: i64,
    /// Four digits.
    pub exp_year: i64,
    pub cvc: Option<SecretString>,
    pub name: Option<String>,
    pub external_id: Option<String>,
    pub zip_code: Option<String>,
    pub customer: Option<CustomerId>,
    pub tokenize: bool,
    pub preferred_network: Option<String>,
}

#[derive(Debug, Clone, Default)]
pub struct CardChange {
    pub exp_month: Option<i64>,
    pub exp_year: Option<i64>,
    pub external_id: Patch<String>,
    pub zip_code: Patch<String>,
    pub name: Patch<String>,
    pub customer: Patch<CustomerId>,
}

/// An object named by id, or made on the way.
#[derive(Debug, Clone)]
pub enum Named<I, D> {
    Id(I),
    New(D),
}

#[derive(Debug, Clone)]
pub struct IntentDraft {
    pub amount: i64,
    pub currency: Currency,
    pub purpose: Purpose,
    pub description: Option<String>,
    pub customer: Option<CustomerId>,
    pub card: Option<CardId>,
    pub order_id: Option<String>,
    pub unique_id: Option<String>,
    /// Empty: every method there is.
    pub methods_allowed: Vec<Method>,
    pub metadata: Option<serde_json::Value>,
    pub return_url: Option<String>,
    pub threeds: ThreeDs,
    pub date_settlement: Option<Date>,
    /// `capture: false` or `manual_validation: true`.
    pub manual_validation: bool,
    pub expires_at: Option<Timestamp>,
}

#[derive(Debug, Clone, Default)]
pub struct IntentChange {
    pub amount: Option<i64>,
    pub currency: Option<Currency>,
    pub description: Patch<String>,
    pub customer: Patch<CustomerId>,
    pub card: Patch<CardId>,
    pub order_id: Patch<String>,
    pub methods_allowed: Option<Vec<Method>>,
    pub metadata: Patch<serde_json::Value>,
    pub return_url: Patch<String>,
    pub threeds: Option<ThreeDs>,
    pub date_settlement: Patch<Date>,
    pub manual_validation: Option<bool>,
    pub expires_at: Option<Timestamp>,
}

/// Asks for 3-D Secure on a payment made by API.
#[derive(Debug, Clone, Default)]
pub struct AuthDraft {
    pub return_url: Option<String>,
}

/// The payer's browser, as the API's `device`.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Device {
    pub ip: Option<String>,
    pub port: Option<i64>,
    pub user_agent: Option<String>,
    pub http_accept: Option<String>,
    pub languages: Option<String>,
    pub city: Option<String>,
    pub country: Option<String>,
    pub zip_code: Option<String>,
}

#[derive(Debug, Clone)]
pub struct PaymentDraft {
    pub amount: i64,
    pub currency: Currency,
    pub purpose: Purpose,
    pub auth: Option<AuthDraft>,
    pub card: Option<Named<CardId, CardDraft>>,
    pub customer: Option<Named<CustomerId, CustomerDraft>>,
    pub description: Option<String>,
    pub device: Option<Device>,
    pub methods_allowed: Vec<Method>,
    pub metadata: Option<serde_json::Value>,
    pub order_id: Option<String>,
    pub unique_id: Option<String>,
    pub date_settlement: Option<Date>,
    pub return_url: Option<String>,
    pub manual_validation: bool,
    /// `status: authorize`: authorised only, captured when asked.
    pub authorise_only: bool,
}

/// `PATCH /payments/{id}`.
#[derive(Debug, Clone, Default)]
pub struct PaymentChange {
    pub amount: Option<i64>,
    pub currency: Option<Currency>,
    pub auth: Option<AuthDraft>,
    pub card: Option<Named<CardId, CardDraft>>,
    pub customer: Option<Named<CustomerId, CustomerDraft>>,
    pub description: Patch<String>,
    pub device: Option<Device>,
    pub order_id: Patch<String>,
    pub methods_allowed: Option<Vec<Method>>,
    pub date_settlement: Patch<Date>,
    pub return_url: Patch<String>,
    pub manual_validation: Option<bool>,
    pub status: Option<Asked>,
    /// v2 authorises as soon as a card is given; v1 waits for `status`.
    pub authorise_with_card: bool,
}

/// The two input-only statuses of a payment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Asked {
    Authorize,
    Capture,
}

/// A payment with what its rendering shows of others.
#[derive(Debug, Clone)]
pub struct FullPayment {
    pub payment: Payment,
    pub card: Option<Card>,
    pub customer: Option<Customer>,
    /// `/bank/…`, where the payer authenticates, while that is open.
    pub auth_redirect: Option<String>,
}

#[derive(Debug, Clone)]
pub struct FullIntent {
    pub intent: PaymentIntent,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    Ascending,
    Descending,
}

/// One page of a list. `start` and `limit` are checked here; `after` walks any size at constant cost.
#[derive(Debug, Clone)]
pub struct ListQuery {
    pub start: i64,
    pub limit: i64,
    pub direction: Direction,
    /// `created`, `due` or `paid`.
    pub field: String,
    pub after: Option<String>,
    /// Equality filters by the API's names: `order_id`, `unique_id`, `card`, `customer`, `email`, …; the values as sent.
    pub equal: Vec<(String, String)>,
    /// At or after.
    pub created_from: Option<Timestamp>,
    /// Captured at or after; payments only.
    pub paid_from: Option<Timestamp>,
}

#[derive(Debug, Clone)]
pub struct Listed<T> {
    pub items: Vec<T>,
    /// Exact to 10 000, then 10 000.
    pub count: i64,
    pub has_more: bool,
    /// Where the next page begins.
    pub cursor: Option<String>,
}

#[derive(Debug, Clone)]
pub struct RefundDraft {
    pub payment: PaymentId,
    /// None: all that is left.
    pub amount: Option<i64>,
    pub reason: Option<String>,
    pub unique_id: Option<String>,
}

/// A row of the Payments list.
#[derive(Debug, Clone)]
pub struct PaymentsPage {
    pub rows: Vec<PaymentIntent>,
    pub next: Option<String>,
    pub previous: Option<String>,
    /// Exact, or what was counted of `more`.
    pub count: i64,
    pub more: bool,
}

/// Everything known about one order, for its page.
#[derive(Debug, Clone)]
pub struct PaymentFile {
    pub account: Account,
    pub shop: Option<Shop>,
    pub intent: PaymentIntent,
    pub customer: Option<Customer>,
    /// Newest first; the deciding one is `intent.payment`.
    pub attempts: Vec<Attempt>,
    pub refunds: Vec<Refund>,
    pub disputes: Vec<Dispute>,
    /// Newest first.
    pub notes: Vec<Note>,
    /// Newest first; what was sent and answered is left out for those who may not see it.
    pub requests: Vec<ApiRequest>,
    /// Newest first.
    pub events: Vec<Event>,
    pub postings: Vec<Posting>,
    /// What `postings` come to.
    pub effect: crate::effect::Effect,
    /// Where the payer may still pay.
    pub pay_url: Option<String>,
    /// Whether the caller may close the order, nothing of which is under way.
    pub cancellable: bool,
    /// The name of the note that the caller may write next.
    pub next_note: Option<NoteId>,
    /// Who did what, for the timeline: actor as stored → name to show.
    pub names: Vec<(String, String)>,
    pub now: Timestamp,
}

#[derive(Debug, Clone)]
pub struct Attempt {
    pub full: FullPayment,
    /// What the lifecycle and the caller's rights allow now.
    pub actions: Vec<Action>,
    /// Minor units that may still be given back.
    pub refundable: i64,
    /// What waits for validation is validated before this time: the last remittance that its authorisation reaches.
    pub validate_until: Option<Timestamp>,
    /// Minor units: what the capture will cost.
    pub expected_fee: Option<i64>,
}

/// How a payer's address names what is to be paid.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PageRef {
    /// `/pi_…` and `/test_pi_…`; the flag says that the address says sandbox.
    Intent { id: PaymentIntentId, test: bool },
    /// `/<public key>/pi_…`.
    KeyedIntent { key: String, id: PaymentIntentId },
    /// `/<public key>/paym_…`.
    KeyedPayment { key: String, id: PaymentId },
}

/// What the payer's page shows.
#[derive(Debug, Clone)]
pub struct Page {
    pub account: Account,
    pub intent: PaymentIntent,
    /// The attempt the step speaks of.
    pub payment: Option<Payment>,
    pub card: Option<Card>,
    pub step: Step,
    pub now: Timestamp,
}

impl Page {
    /// What paying now would charge.
    pub fn due(&self) -> Money {
        Money::new(self.intent.amount_due, self.intent.currency)
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// May pay. `refused`: the response code of the last try, when there was one; `failed_auth`: it was the authentication.
    Form {
        refused: Option<String>,
        failed_auth: bool,
        tries_left: i64,
    },
    /// Must go to the bank.
    Challenge {
        url: String,
    },
    /// Sent, outcome unknown: never 'failed'.
    Checking,
    /// Paid, authorised, or saved.
    Done,
    /// Past its deadline, nothing taken.
    Expired,
    Cancelled,
    /// Every try is used up.
    Unpaid,
}

/// A payer's card form, already parsed by the page: the engine validates it again.
#[derive(Debug, Clone)]
pub struct CardForm {
    /// What the payer was shown, and agrees to with this form: nothing else is charged.
    pub shown: Money,
    pub number: SecretString,
    pub exp_month: i64,
    pub exp_year: i64,
    pub cvc: SecretString,
    pub name: Option<String>,
}

#[derive(Debug, Clone, Copy)]
pub struct SandboxClock {
    pub now: Timestamp,
    /// Milliseconds ahead of real time.
    pub offset: i64,
}

#[derive(Debug, Clone, Copy)]
pub struct Advanced {
    pub now: Timestamp,
    /// Jobs that ran.
    pub ran: i64,
    /// Jobs still due: call again.
    pub remaining: i64,
}

/// The id of any object an event speaks of, as the API's `object` filter takes it.
#[derive(Debug, Clone, Default)]
pub struct EventsQuery {
    pub object: Option<String>,
    pub kind: Option<String>,
    pub start: i64,
    pub limit: i64,
    pub after: Option<String>,
}

/// A new account with its first user, shop and keys; the keys are shown once.
#[derive(Debug, Clone)]
pub struct NewAccount {
    pub name: String,
    pub email: String,
    pub password: SecretString,
    pub user_name: String,
    /// IANA name, `Europe/Paris`.
    pub time_zone: String,
    pub currency: Currency,
    pub locale: String,
}

#[derive(Debug, Clone)]
pub struct CreatedAccount {
    pub account: Account,
    pub shop: Shop,
    /// `stest_…`, `ptest_…`, `sprod_…`, `pprod_…`.
    pub sandbox_secret: SecretString,
    pub sandbox_public: String,
    pub production_secret: SecretString,
    pub production_public: String,
}

/// The id of a refund, where a call answers only that.
pub type RefundKey = RefundId;
