//! Payment intents: customers and cards by id only.

use engine::{IntentChange, IntentDraft};
use model::lifecycle::ThreeDs;
use model::money::Currency;
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use super::customer::addresses;
use super::money::{amount, date_settlement, description, manual_validation, methods_allowed, purpose, return_url, sepa};
use crate::Reader;
use crate::output::words;

#[derive(Debug, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PaymentIntentCreate {
    /// Minor units. 0 only verifies and saves a card.
    #[schema(minimum = 0, maximum = 4_294_967_295_i64, example = 12_990)]
    pub amount: i64,
    #[schema(schema_with = words::currency)]
    pub currency: Option<String>,
    #[schema(min_length = 3, max_length = 64)]
    pub description: Option<String>,
    #[schema(pattern = "^cust_[a-zA-Z0-9]{24}$")]
    pub customer: Option<String>,
    #[schema(pattern = "^card_[a-zA-Z0-9]{24}$")]
    pub card: Option<String>,
    #[schema(schema_with = words::unavailable)]
    pub sepa: Option<String>,
    /// Your order; not unique.
    #[schema(min_length = 1, max_length = 36)]
    pub order_id: Option<String>,
    /// Your own id, unique: the same again is a 409 with the existing object's id.
    #[schema(min_length = 1, max_length = 36)]
    pub unique_id: Option<String>,
    #[schema(schema_with = words::methods)]
    pub methods_allowed: Option<Vec<String>>,
    /// Any JSON, given back as it is.
    pub metadata: Option<Value>,
    /// Where the payer goes afterwards; https.
    #[schema(format = "uri", max_length = 65_536)]
    pub return_url: Option<String>,
    #[schema(schema_with = words::three_ds)]
    pub threeds: Option<String>,
    /// Day of the capture.
    #[schema(format = "date")]
    pub date_settlement: Option<String>,
    /// False: authorised only, captured when you ask.
    #[schema(default = true)]
    pub capture: Option<bool>,
    #[schema(schema_with = words::operation)]
    pub operation: Option<String>,
    /// The same as `capture: false`.
    #[schema(default = false)]
    pub manual_validation: Option<bool>,
    /// Until when it may be paid. Three months if left out.
    #[schema(schema_with = words::moment)]
    pub expires_at: Option<Value>,
    #[schema(schema_with = words::unavailable)]
    pub billing_address: Option<String>,
    #[schema(schema_with = words::unavailable)]
    pub shipping_address: Option<String>,
}

#[derive(Debug, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PaymentIntentUpdate {
    #[schema(minimum = 0, maximum = 4_294_967_295_i64)]
    pub amount: Option<i64>,
    #[schema(schema_with = words::currency)]
    pub currency: Option<String>,
    #[schema(min_length = 3, max_length = 64)]
    pub description: Option<String>,
    #[schema(pattern = "^cust_[a-zA-Z0-9]{24}$")]
    pub customer: Option<String>,
    #[schema(pattern = "^card_[a-zA-Z0-9]{24}$")]
    pub card: Option<String>,
    #[schema(schema_with = words::unavailable)]
    pub sepa: Option<String>,
    #[schema(min_length = 1, max_length = 36)]
    pub order_id: Option<String>,
    #[schema(schema_with = words::methods)]
    pub methods_allowed: Option<Vec<String>>,
    pub metadata: Option<Value>,
    #[schema(format = "uri", max_length = 65_536)]
    pub return_url: Option<String>,
    #[schema(schema_with = words::three_ds)]
    pub threeds: Option<String>,
    #[schema(format = "date")]
    pub date_settlement: Option<String>,
    pub capture: Option<bool>,
    pub manual_validation: Option<bool>,
    #[schema(schema_with = words::moment)]
    pub expires_at: Option<Value>,
    #[schema(schema_with = words::unavailable)]
    pub billing_address: Option<String>,
    #[schema(schema_with = words::unavailable)]
    pub shipping_address: Option<String>,
}

pub fn intent_draft(r: &mut Reader<'_>) -> Option<IntentDraft> {
    sepa(r);
    addresses(r);
    let amount = r.required("amount", amount);
    Some(IntentDraft {
        currency: r.currency("currency").unwrap_or(Currency::Eur),
        purpose: purpose(r, amount),
        description: description(r),
        customer: r.id("customer"),
        card: r.id("card"),
        order_id: r.text("order_id", 1, 36),
        unique_id: r.text("unique_id", 1, 36),
        methods_allowed: methods_allowed(r).unwrap_or_default(),
        metadata: r.json("metadata"),
        return_url: return_url(r),
        threeds: r.word("threeds").unwrap_or(ThreeDs::Required),
        date_settlement: date_settlement(r),
        manual_validation: manual_validation(r).unwrap_or(false),
        expires_at: r.time("expires_at"),
        amount: amount.unwrap_or_default(),
    })
}

pub fn intent_change(r: &mut Reader<'_>) -> Option<IntentChange> {
    sepa(r);
    addresses(r);
    Some(IntentChange {
        amount: amount(r),
        currency: r.currency("currency"),
        description: r.patch("description", description),
        customer: r.patch("customer", |r| r.id("customer")),
        card: r.patch("card", |r| r.id("card")),
        order_id: r.patch("order_id", |r| r.text("order_id", 1, 36)),
        methods_allowed: methods_allowed(r),
        metadata: r.patch("metadata", |r| r.json("metadata")),
        return_url: r.patch("return_url", return_url),
        threeds: r.word("threeds"),
        date_settlement: r.patch("date_settlement", date_settlement),
        manual_validation: manual_validation(r),
        expires_at: r.time("expires_at"),
    })
}
