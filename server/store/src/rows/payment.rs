//! What a payment is made of.

use model::id::{AccountId, CardId, CustomerId, DisputeId, OperationId, PaymentId, PaymentIntentId, PayoutId, RefundId, ShopId};
use model::lifecycle::{
    AuthStatus, DisputeStatus, IntentStatus, Method, OperationKind, OperationState, OrderCycle, OrderStatus, OrderType, Purpose,
    RefundStatus, Shown, State, ThreeDs,
};
use model::money::Currency;
use model::rights::Environment;
use model::time::{Date, Timestamp};
use serde_json::Value as Json;

use crate::row;

/// What an order is in the events of a release that knew no types.
const fn untyped() -> OrderType {
    OrderType::Payment
}

row! {
    pub struct Customer in "customers" {
        id: CustomerId,
        account: AccountId,
        environment: Environment,
        version: i64,
        created: Timestamp,
        name: Option<String>,
        email: Option<String>,
        mobile: Option<String>,
        date_birth: Option<Date>,
        legal_id: Option<String>,
        country: Option<String>,
        external_id: Option<String>,
        /// Recognises the same customer data (v1 refuses it twice).
        fingerprint: String,
        deleted: Option<Timestamp>,
    }
}

row! {
    pub struct Card in "cards" {
        id: CardId,
        account: AccountId,
        environment: Environment,
        version: i64,
        created: Timestamp,
        customer: Option<CustomerId>,
        brand: String,
        last4: String,
        exp_month: i64,
        exp_year: i64,
        name: Option<String>,
        zip_code: Option<String>,
        external_id: Option<String>,
        country: Option<String>,
        funding: Option<String>,
        nature: Option<String>,
        network: Option<String>,
        preferred_network: Option<String>,
        /// Whether it may be used again; a card typed for one payment may not.
        tokenize: bool,
        /// Keyed hash of the number, by the vault.
        fingerprint: String,
        /// The number as the vault sealed it; none when erased, or imported without number.
        #[serde(skip_serializing, default)]
        sealed: Option<String>,
        deleted: Option<Timestamp>,
    }
}

row! {
    /// What the merchant wants to be paid: the order, and the row of the Payments list.
    pub struct PaymentIntent in "payment_intents" {
        id: PaymentIntentId,
        account: AccountId,
        environment: Environment,
        version: i64,
        created: Timestamp,
        shop: ShopId,
        /// `key_…`, `user_…` or `demo`.
        created_by: String,
        /// What it came in by: `api`, `dashboard`, `link`, `import`.
        origin: String,
        /// The list's `type`.
        #[serde(default = "untyped")]
        kind: OrderType,
        /// Made for a payment that was created directly; not listed by the API.
        implicit: bool,
        purpose: Purpose,
        /// Minor units; what was asked for at first.
        amount: i64,
        currency: Currency,
        /// `amount` less what lowering and partial captures took away.
        amount_due: i64,
        manual_validation: bool,
        threeds: ThreeDs,
        description: Option<String>,
        order_id: Option<String>,
        unique_id: Option<String>,
        customer: Option<CustomerId>,
        card: Option<CardId>,
        /// Comma-separated methods.
        methods_allowed: String,
        metadata: Option<Json>,
        return_url: Option<String>,
        /// Day on which the merchant wants the capture.
        date_settlement: Option<Date>,
        expires_at: Timestamp,
        status: IntentStatus,
        order_status: OrderStatus,
        order_cycle: OrderCycle,
        /// The one label of its row in lists.
        shown: Shown,
        /// What the label speaks of: validate until, capture date, captured at, answer by.
        shown_at: Option<Timestamp>,
        /// The deciding payment.
        payment: Option<PaymentId>,
        /// The attempt that holds the amount: authenticating, sent, authorised or captured.
        holder: Option<PaymentId>,
        tries: i64,
        /// Sums over its payments, minor units.
        authorised: i64,
        captured: i64,
        refunded: i64,
        /// What the list and search show of payer and means.
        payer_name: Option<String>,
        payer_email: Option<String>,
        method: Option<Method>,
        brand: Option<String>,
        last4: Option<String>,
        /// Of the card: ISO 3166-1, two letters.
        country: Option<String>,
        response: Option<String>,
        /// Closed to new attempts by the merchant's cancel.
        cancelled: Option<Timestamp>,
        /// First attempt sent or authentication begun: amount and currency are fixed.
        fixed: Option<Timestamp>,
    }
}

row! {
    /// One transaction: one attempt by one method.
    pub struct Payment in "payments" {
        id: PaymentId,
        account: AccountId,
        environment: Environment,
        version: i64,
        created: Timestamp,
        intent: PaymentIntentId,
        shop: ShopId,
        created_by: String,
        origin: String,
        /// Created directly without a method: waits for the attempt that succeeds.
        placeholder: bool,
        purpose: Purpose,
        method: Option<Method>,
        card: Option<CardId>,
        customer: Option<CustomerId>,
        /// Minor units; becomes what is captured when that is less.
        amount: i64,
        currency: Currency,
        authorised_amount: i64,
        captured_amount: i64,
        /// Σ of refunds that count.
        refunded_amount: i64,
        /// Σ of disputes not won.
        disputed_amount: i64,
        fee: i64,
        state: State,
        /// Why it ended without becoming a transaction: `superseded`, `abandoned`, `expired`, `cancelled`.
        ended_because: Option<String>,
        held_until: Option<Timestamp>,
        cancel_requested: bool,
        /// The acquirer call that has no answer yet.
        open_operation: Option<OperationId>,
        auth: Option<AuthStatus>,
        /// The authentication's reference at the acquirer.
        auth_operation: Option<OperationId>,
        auth_until: Option<Timestamp>,
        auth_return_url: Option<String>,
        /// The authorisation's reference at the acquirer.
        authorisation: Option<OperationId>,
        authorisation_code: Option<String>,
        authorised_at: Option<Timestamp>,
        authorised_until: Option<Timestamp>,
        network_reference: Option<String>,
        response: Option<String>,
        response_author: Option<String>,
        manual_validation: bool,
        date_settlement: Option<Date>,
        capture_date: Option<Timestamp>,
        /// When a deferred authorisation that failed technically is tried again.
        retry_at: Option<Timestamp>,
        remitted_at: Option<Timestamp>,
        captured_at: Option<Timestamp>,
        /// When a disputed test card's payer contests it.
        dispute_at: Option<Timestamp>,
        /// When the captured amount becomes available, and whether it has.
        available_at: Option<Timestamp>,
        available: bool,
        description: Option<String>,
        order_id: Option<String>,
        unique_id: Option<String>,
        methods_allowed: Option<String>,
        return_url: Option<String>,
        device: Option<Json>,
        payout: Option<PayoutId>,
    }
}

row! {
    /// One call to an acquirer, recorded before it is made; its id is the reference the acquirer knows it by.
    pub struct Operation in "operations" {
        id: OperationId,
        account: AccountId,
        environment: Environment,
        version: i64,
        created: Timestamp,
        payment: PaymentId,
        refund: Option<RefundId>,
        kind: OperationKind,
        amount: i64,
        /// The call it builds on: a capture's authorisation.
        about: Option<OperationId>,
        /// What its answer leads to besides itself: `validate` after a lowering, `cancel` or `defer` after a void.
        follow: Option<String>,
        state: OperationState,
        answered: Option<Timestamp>,
        response: Option<String>,
        /// Times the acquirer was asked what became of it.
        asked: i64,
    }
}

row! {
    pub struct Refund in "refunds" {
        id: RefundId,
        account: AccountId,
        environment: Environment,
        version: i64,
        created: Timestamp,
        payment: PaymentId,
        intent: PaymentIntentId,
        amount: i64,
        currency: Currency,
        status: RefundStatus,
        reason: Option<String>,
        unique_id: Option<String>,
        created_by: String,
        date_refund: Option<Timestamp>,
        date_bank: Option<Timestamp>,
        payout: Option<PayoutId>,
        open_operation: Option<OperationId>,
    }
}

row! {
    pub struct Dispute in "disputes" {
        id: DisputeId,
        account: AccountId,
        environment: Environment,
        version: i64,
        created: Timestamp,
        payment: PaymentId,
        intent: PaymentIntentId,
        amount: i64,
        currency: Currency,
        fee: i64,
        status: DisputeStatus,
        /// The scheme's reason code.
        response: String,
        kind: String,
        answer_by: Timestamp,
        date_bank: Option<Timestamp>,
        payout: Option<PayoutId>,
    }
}
