//! The closed lists of words, as schemas.

use model::lifecycle::{AuthStatus, DisputeStatus, IntentStatus, Method, OrderCycle, Purpose, RefundStatus, ThreeDs};
use model::money::Currency;
use serde_json::Value;
use utoipa::openapi::schema::{ArrayBuilder, ObjectBuilder, SchemaType, Type};
use utoipa::openapi::{Array, Object};

fn list<'a>(words: impl IntoIterator<Item = &'a str>, nullable: bool) -> ObjectBuilder {
    let mut values: Vec<Value> = words.into_iter().map(Value::from).collect();
    let mut types = vec![Type::String];
    if nullable {
        values.push(Value::Null);
        types.push(Type::Null);
    }
    ObjectBuilder::new().schema_type(SchemaType::from_iter(types)).enum_values(Some(values))
}

pub fn currency() -> Object {
    list(Currency::ALL.iter().map(|currency| currency.code()), false).default(Some("eur".into())).build()
}

pub fn methods() -> Array {
    let item = list(Method::ALL.iter().map(|method| method.as_str()), false).build();
    ArrayBuilder::new().items(item).min_items(Some(1)).max_items(Some(2)).unique_items(true).build()
}

pub fn method() -> Object {
    list(Method::ALL.iter().map(|method| method.as_str()), true).build()
}

pub fn three_ds() -> Object {
    list(ThreeDs::ALL.iter().map(|mode| mode.as_str()), false).default(Some("required".into())).build()
}

pub fn operation() -> Object {
    list(Purpose::ALL.iter().map(|purpose| purpose.as_str()), false)
        .description(Some("What it is for. `debit`, unless the amount is 0: then `verification`."))
        .build()
}

/// What a payment may be asked to do by its `status`.
pub fn asked() -> Object {
    list(["authorize", "capture"], true).description(Some("`authorize` asks for the authorisation, `capture` for the capture.")).build()
}

/// The older word for asking for authentication.
pub fn auth_asked() -> Object {
    list(["request"], true).description(Some("v1: `request`.")).build()
}

/// Where a card with several networks may be sent.
pub const NETWORKS: &[&str] = &["national", "visa", "mastercard"];

pub fn network() -> Object {
    list(NETWORKS.iter().copied(), true).default(Some("national".into())).build()
}

/// Which end of a list comes first.
pub fn order() -> Object {
    list(["asc", "desc"], false).build()
}

pub fn intent_fields() -> Object {
    list(["created", "due"], false).default(Some("created".into())).build()
}

pub fn payment_fields() -> Object {
    list(["created", "paid"], false).default(Some("created".into())).build()
}

/// What older clients still send and Guichet can't take yet.
pub fn unavailable() -> Object {
    ObjectBuilder::new().schema_type(SchemaType::new(Type::Null)).description(Some("Not available yet: leave it out or null.")).build()
}

fn one_of(types: impl IntoIterator<Item = Type>, about: &str) -> ObjectBuilder {
    ObjectBuilder::new().schema_type(SchemaType::from_iter(types)).description(Some(about))
}

/// A time as the readers take it.
pub fn moment() -> Object {
    one_of([Type::Integer, Type::String, Type::Null], "Seconds since 1970, or RFC 3339.").build()
}

/// Your order; an older client's `DevicePhone` in its place is kept as metadata.
pub fn order_of_payment() -> Object {
    one_of([Type::String, Type::Object, Type::Null], "Your order; not unique. An object in its place is kept as metadata.")
        .min_length(Some(1))
        .max_length(Some(36))
        .build()
}

/// A browser's port.
pub fn port() -> Object {
    one_of([Type::Integer, Type::String, Type::Null], "As a number or in quotes.").minimum(Some(1)).maximum(Some(65_535)).build()
}

/// The statuses of a payment that the API answers; null until it is processed.
pub const PAYMENT_STATUSES: &[&str] =
    &["authorized", "to_capture", "capture_sent", "captured", "disputed", "expired", "refused", "failed", "canceled"];

pub fn payment_status() -> Object {
    list(PAYMENT_STATUSES.iter().copied(), true).build()
}

pub fn intent_status() -> Object {
    list(IntentStatus::ALL.iter().map(|status| status.as_str()), false).build()
}

pub fn refund_status() -> Object {
    list(RefundStatus::ALL.iter().map(|status| status.as_str()), false).build()
}

pub fn dispute_status() -> Object {
    list(DisputeStatus::ALL.iter().map(|status| status.as_str()), false).build()
}

pub fn auth_status() -> Object {
    list(AuthStatus::ALL.iter().map(|status| status.as_str()), false).build()
}

pub fn order_cycle() -> Object {
    list(OrderCycle::ALL.iter().map(|cycle| cycle.as_str()), false).build()
}
