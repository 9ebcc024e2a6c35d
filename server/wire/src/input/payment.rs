//! Payments: cards and customers by id, or whole within.

use std::net::IpAddr;

use engine::{ApiVersion, Asked, AuthDraft, CardDraft, CustomerDraft, Device, Named, PaymentChange, PaymentDraft};
use model::id::{CardId, CustomerId};
use model::money::Currency;
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use super::card::{CardIn, card_draft};
use super::customer::{CustomerIn, addresses, customer_draft};
use super::money::{amount, date_settlement, description, manual_validation, methods_allowed, purpose, return_url, sepa};
use crate::Reader;
use crate::output::words;

#[derive(Debug, Serialize, ToSchema)]
#[serde(untagged)]
pub enum CardOrId {
    Card(Box<CardIn>),
    Id(String),
}

#[derive(Debug, Serialize, ToSchema)]
#[serde(untagged)]
pub enum CustomerOrId {
    Customer(Box<CustomerIn>),
    Id(String),
}

#[derive(Debug, Serialize, ToSchema)]
#[serde(untagged)]
pub enum AuthOrTrue {
    Auth(Box<AuthIn>),
    Wanted(bool),
}

/// Asks for 3-D Secure.
#[derive(Debug, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AuthIn {
    /// Where the payer comes back to from the bank; https.
    #[schema(format = "uri", max_length = 65_536)]
    pub return_url: Option<String>,
    pub device: Option<DeviceIn>,
    #[schema(schema_with = words::auth_asked)]
    pub status: Option<String>,
}

/// The payer's browser.
#[derive(Debug, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DeviceIn {
    pub ip: Option<String>,
    #[schema(schema_with = words::port)]
    pub port: Option<i64>,
    #[schema(max_length = 256)]
    pub user_agent: Option<String>,
    #[schema(max_length = 256)]
    pub http_accept: Option<String>,
    #[schema(max_length = 128)]
    pub languages: Option<String>,
    #[schema(max_length = 64)]
    pub city: Option<String>,
    #[schema(max_length = 64)]
    pub country: Option<String>,
    #[schema(max_length = 16)]
    pub zip_code: Option<String>,
}

#[derive(Debug, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PaymentIn {
    /// Minor units.
    #[schema(minimum = 0, maximum = 4_294_967_295_i64, example = 12_990)]
    pub amount: i64,
    #[schema(schema_with = words::currency)]
    pub currency: Option<String>,
    pub auth: Option<AuthOrTrue>,
    pub card: Option<CardOrId>,
    #[schema(schema_with = words::unavailable)]
    pub sepa: Option<Value>,
    #[schema(schema_with = words::unavailable)]
    pub wallet: Option<Value>,
    #[schema(schema_with = words::methods)]
    pub methods_allowed: Option<Vec<String>>,
    pub customer: Option<CustomerOrId>,
    #[schema(min_length = 3, max_length = 64)]
    pub description: Option<String>,
    pub device: Option<DeviceIn>,
    #[schema(schema_with = words::order_of_payment)]
    pub order_id: Option<String>,
    /// Your own id, unique: the same again is a 409 with the existing object's id.
    #[schema(min_length = 1, max_length = 36)]
    pub unique_id: Option<String>,
    #[schema(format = "date")]
    pub date_settlement: Option<String>,
    #[schema(format = "uri", max_length = 65_536)]
    pub return_url: Option<String>,
    /// False: authorised only, captured when you ask.
    #[schema(default = true)]
    pub capture: Option<bool>,
    #[schema(schema_with = words::asked)]
    pub status: Option<String>,
    #[schema(schema_with = words::operation)]
    pub operation: Option<String>,
    /// The same as `capture: false`.
    #[schema(default = false)]
    pub manual_validation: Option<bool>,
    #[schema(schema_with = words::unavailable)]
    pub billing_address: Option<String>,
    #[schema(schema_with = words::unavailable)]
    pub shipping_address: Option<String>,
}

#[derive(Debug, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PaymentUpdate {
    #[schema(minimum = 0, maximum = 4_294_967_295_i64)]
    pub amount: Option<i64>,
    #[schema(schema_with = words::currency)]
    pub currency: Option<String>,
    pub auth: Option<AuthOrTrue>,
    pub card: Option<CardOrId>,
    #[schema(schema_with = words::unavailable)]
    pub sepa: Option<Value>,
    #[schema(schema_with = words::unavailable)]
    pub wallet: Option<Value>,
    #[schema(schema_with = words::methods)]
    pub methods_allowed: Option<Vec<String>>,
    pub customer: Option<CustomerOrId>,
    #[schema(min_length = 3, max_length = 64)]
    pub description: Option<String>,
    pub device: Option<DeviceIn>,
    #[schema(min_length = 1, max_length = 36)]
    pub order_id: Option<String>,
    #[schema(format = "date")]
    pub date_settlement: Option<String>,
    #[schema(format = "uri", max_length = 65_536)]
    pub return_url: Option<String>,
    pub capture: Option<bool>,
    #[schema(schema_with = words::asked)]
    pub status: Option<String>,
    pub manual_validation: Option<bool>,
    #[schema(schema_with = words::unavailable)]
    pub billing_address: Option<String>,
    #[schema(schema_with = words::unavailable)]
    pub shipping_address: Option<String>,
}

fn device_fields(r: &mut Reader<'_>) -> Device {
    let ip = r.checked("ip", 45, |text| text.parse::<IpAddr>().map(|ip| ip.to_string()).map_err(|_| "Input should be an IP address"));
    Device {
        ip,
        port: port(r),
        user_agent: r.text("user_agent", 0, 256),
        http_accept: r.text("http_accept", 0, 256),
        languages: r.text("languages", 0, 128),
        city: r.text("city", 0, 64),
        country: r.text("country", 0, 64),
        zip_code: r.text("zip_code", 0, 16),
    }
}

fn device(r: &mut Reader<'_>) -> Option<Device> {
    r.nested("device", |r| Some(device_fields(r)))
}

/// The older document's example has it in quotes.
fn port(r: &mut Reader<'_>) -> Option<i64> {
    if r.is_text("port") {
        return r.checked("port", 5, |text| match text.parse::<u16>() {
            Ok(port @ 1..) => Ok(i64::from(port)),
            _ => Err("Input should be a whole number from 1 to 65535"),
        });
    }
    r.integer("port", 1, 65_535)
}

/// `true`, or an object; with the device that an object may hold.
fn auth(r: &mut Reader<'_>, version: ApiVersion) -> (Option<AuthDraft>, Option<Device>) {
    match r.flag_if("auth") {
        Some(true) => return (Some(AuthDraft::default()), None),
        Some(false) if version == ApiVersion::V2 => {
            r.problem("auth", "value_error", "Leave auth out to pay without authentication");
            return (None, None);
        }
        Some(false) => return (None, None),
        None => {}
    }
    let read = r.nested("auth", |r| {
        r.checked("status", 16, |text| if text == "request" { Ok(()) } else { Err("Input should be 'request'") });
        let draft = AuthDraft { return_url: return_url(r) };
        Some((draft, device(r)))
    });
    read.map_or((None, None), |(draft, device)| (Some(draft), device))
}

fn card(r: &mut Reader<'_>) -> Option<Named<CardId, CardDraft>> {
    if r.is_text("card") { r.id("card").map(Named::Id) } else { r.nested("card", card_draft).map(Named::New) }
}

fn customer(r: &mut Reader<'_>) -> Option<Named<CustomerId, CustomerDraft>> {
    if r.is_text("customer") { r.id("customer").map(Named::Id) } else { r.nested("customer", customer_draft).map(Named::New) }
}

fn asked(r: &mut Reader<'_>) -> Option<Asked> {
    r.checked("status", 16, |text| match text {
        "authorize" => Ok(Asked::Authorize),
        "capture" => Ok(Asked::Capture),
        _ => Err("Input should be 'authorize' or 'capture'"),
    })
}

/// What Guichet can't take yet.
fn unavailable(r: &mut Reader<'_>) {
    sepa(r);
    addresses(r);
    if r.take("wallet").is_some() {
        r.problem("wallet", "no_method", "Wallets are not available");
    }
}

/// An older client may send its `DevicePhone` as `order_id`: it is kept as metadata, and is no reference.
fn device_phone(r: &mut Reader<'_>) -> Option<Value> {
    let phone = r.is_object("order_id").then(|| r.json("order_id")).flatten();
    phone.map(|phone| serde_json::json!({ "device_phone": phone }))
}

pub fn payment_draft(r: &mut Reader<'_>, version: ApiVersion) -> Option<PaymentDraft> {
    unavailable(r);
    let amount = r.required("amount", amount);
    let (auth, browser) = auth(r, version);
    Some(PaymentDraft {
        currency: r.currency("currency").unwrap_or(Currency::Eur),
        purpose: purpose(r, amount),
        auth,
        card: card(r),
        customer: customer(r),
        description: description(r),
        device: device(r).or(browser),
        methods_allowed: methods_allowed(r).unwrap_or_default(),
        metadata: device_phone(r),
        order_id: r.text("order_id", 1, 36),
        unique_id: r.text("unique_id", 1, 36),
        date_settlement: date_settlement(r),
        return_url: return_url(r),
        manual_validation: manual_validation(r).unwrap_or(false),
        authorise_only: asked(r) == Some(Asked::Authorize),
        amount: amount.unwrap_or_default(),
    })
}

pub fn payment_change(r: &mut Reader<'_>, version: ApiVersion) -> Option<PaymentChange> {
    unavailable(r);
    let (auth, browser) = auth(r, version);
    Some(PaymentChange {
        amount: amount(r),
        currency: r.currency("currency"),
        auth,
        card: card(r),
        customer: customer(r),
        description: r.patch("description", description),
        device: device(r).or(browser),
        order_id: r.patch("order_id", |r| r.text("order_id", 1, 36)),
        methods_allowed: methods_allowed(r),
        date_settlement: r.patch("date_settlement", date_settlement),
        return_url: r.patch("return_url", return_url),
        manual_validation: manual_validation(r),
        status: asked(r),
        authorise_with_card: version == ApiVersion::V2,
    })
}
