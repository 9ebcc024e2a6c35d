//! Rows made up by column: a new column needs no test changed, a wrong declaration in the schema is found.

use model::id::{AccountId, Id};
use model::lifecycle::{IntentStatus, OperationState, OrderCycle, OrderStatus, RefundStatus, Shown, State};
use model::money::Currency;
use model::rights::Environment;
use model::time::Timestamp;
use store::row::{Kind, Row, Value};
use store::rows::{Job, PaymentIntent, Scope};

/// The same id for the same number.
pub fn id<I: Id>(number: u64) -> I {
    let mut state = number.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ 0x5851_f42d_4c95_7f2d;
    I::mint(&mut || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        state.to_be_bytes()[0]
    })
}

pub fn scope() -> Scope {
    Scope { account: id::<AccountId>(1), environment: Environment::Sandbox }
}

pub fn at(millis: i64) -> Timestamp {
    Timestamp::from_millis(millis)
}

/// A row whose optional columns are all filled, or all empty.
pub fn row<R: Row>(number: u64, filled: bool) -> R {
    let values = R::COLUMNS.iter().zip(R::KINDS).zip(R::NULLABLE).map(|((column, kind), nullable)| match kind {
        Kind::Text if *nullable && !filled => Value::Text(None),
        Kind::Int if *nullable && !filled => Value::Int(None),
        Kind::Text => Value::from(text(R::TABLE, column, number)),
        Kind::Int => Value::from(number_in(column)),
    });
    R::from_values(values.collect()).unwrap()
}

fn text(table: &str, column: &str, number: u64) -> String {
    let fixed = match (table, column) {
        ("api_keys", "kind") => "secret",
        ("operations", "kind") => "capture",
        ("payment_intents", "kind") => "payment",
        ("idempotency_keys", "method") => "POST",
        ("payment_intents", "status") => IntentStatus::ALL[0].as_str(),
        ("refunds", "status") => RefundStatus::ToRefund.as_str(),
        ("disputes", "status") => "open",
        ("payouts", "status") => "paid",
        ("payments", "state") => State::Captured.as_str(),
        ("operations", "state") => OperationState::Open.as_str(),
        ("events", "state") | (_, "metadata" | "device" | "source") => r#"{"a":[1,"é"],"b":null}"#,
        (_, "environment") => "sandbox",
        (_, "currency") => Currency::Eur.code(),
        (_, "role") => "owner",
        (_, "purpose") => "debit",
        (_, "method") => "card",
        (_, "threeds") => "required",
        (_, "order_status") => OrderStatus::ALL[0].as_str(),
        (_, "order_cycle") => OrderCycle::ALL[0].as_str(),
        (_, "shown") => Shown::Paid.as_str(),
        (_, "auth") => "success",
        (_, "date_birth" | "date_settlement" | "date") => "2026-01-31",
        _ => "",
    };
    if fixed.is_empty() { identifier(table, column, number) } else { fixed.to_owned() }
}

fn identifier(table: &str, column: &str, number: u64) -> String {
    let table = if column == "id" { table } else { column };
    let prefix = match table {
        "accounts" | "account" => return id::<AccountId>(1).to_string(),
        "shops" | "shop" => "shop",
        "users" | "user_id" | "created_by" => "user",
        "api_keys" | "successor" => "key",
        "customers" | "customer" => "cust",
        "cards" | "card" => "card",
        "payment_intents" | "intent" => "pi",
        "payments" | "payment" | "holder" => "paym",
        "operations" | "open_operation" | "auth_operation" | "authorisation" | "about" => "oprn",
        "refunds" | "refund" => "refd",
        "disputes" => "dspt",
        "events" | "event" => "evt",
        "payouts" | "payout" => "pout",
        _ => return format!("{column} {number} 'é\u{1f4b6}\""),
    };
    format!("{prefix}_{number:024}")
}

fn number_in(column: &str) -> i64 {
    match column {
        "version" | "implicit" | "placeholder" | "tokenize" | "manual_validation" | "cancel_requested" | "available" => 1,
        "amount" => 5_000,
        "amount_due" => 4_000,
        "authorised" | "authorised_amount" => 3_000,
        "captured" | "captured_amount" => 2_000,
        "refunded" | "refunded_amount" | "disputed_amount" => 1_000,
        "exp_month" => 12,
        _ => 1_700_000_000_123,
    }
}

/// An intent of the scope without anything optional.
pub fn intent(number: u64, created: i64) -> PaymentIntent {
    PaymentIntent { created: at(created), ..row(number, false) }
}

pub fn job(number: u64, run_at: i64) -> Job {
    let bare: Job = row(number, false);
    Job { object: format!("object {number}"), due: at(run_at), run_at: at(run_at), attempts: 0, leased_until: at(0), ..bare }
}

/// Numbers that look random and are the same every time.
pub struct Numbers(pub u64);

impl Numbers {
    /// Below `end`.
    pub fn below(&mut self, end: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % end
    }
}
