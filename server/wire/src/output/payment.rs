//! Payments.

use engine::FullPayment;
use engine::rows::Payment;
use model::lifecycle::AuthStatus;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::object::{CardOut, CustomerOut, RefundOut, card, customer};
use super::words;
use crate::View;

/// An object whole, or only its id where more isn't known.
#[derive(Debug, Clone, Serialize)]
#[serde(untagged)]
pub enum Linked<T> {
    Whole(Box<T>),
    Id(String),
}

#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct PaymentOut {
    #[schema(pattern = "^paym_[a-zA-Z0-9]{24}$")]
    pub id: String,
    /// Minor units; what was captured, when that is less than what was asked for.
    pub amount: i64,
    #[schema(schema_with = words::currency)]
    pub currency: String,
    /// Seconds since 1970.
    pub created: i64,
    /// What it came in by.
    #[schema(max_length = 8)]
    pub origin: String,
    /// Null until it is processed.
    #[schema(schema_with = words::payment_status)]
    pub status: Option<String>,
    pub auth: Option<AuthOut>,
    /// False: captured only when asked for.
    pub capture: bool,
    #[schema(schema_with = words::method)]
    pub method: Option<String>,
    #[schema(value_type = Option<CardOut>)]
    pub card: Option<Linked<CardOut>>,
    #[schema(value_type = Option<Object>)]
    pub sepa: Option<()>,
    #[schema(value_type = Option<CustomerOut>)]
    pub customer: Option<Linked<CustomerOut>>,
    /// When it was captured: seconds since 1970.
    pub date_paym: Option<i64>,
    /// When its money is available: seconds since 1970.
    pub date_bank: Option<i64>,
    #[schema(format = "date")]
    pub date_settlement: Option<String>,
    pub description: Option<String>,
    pub device: Option<DeviceOut>,
    /// Minor units.
    pub fee: Option<i64>,
    pub methods_allowed: Option<Vec<String>>,
    pub order_id: Option<String>,
    pub unique_id: Option<String>,
    pub payment_intent: Option<String>,
    pub payout: Option<String>,
    /// The bank's answer: 00 is approval.
    pub response: Option<String>,
    pub response_author: Option<String>,
    pub return_url: Option<String>,
    pub billing_address: Option<String>,
    pub shipping_address: Option<String>,
    /// v1: its refunds, where one payment is read.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(ignore)]
    pub refunds: Vec<RefundOut>,
    pub lifecycle: LifecycleOut,
}

/// 3-D Secure.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct AuthOut {
    #[schema(schema_with = words::auth_status)]
    pub status: String,
    /// Where the payer authenticates, while that is open.
    pub redirect_url: Option<String>,
    pub return_url: Option<String>,
    pub device: Option<DeviceOut>,
    pub uuid: Option<String>,
    pub message: Option<String>,
}

#[derive(Debug, Clone, Default, Serialize, Deserialize, ToSchema)]
#[serde(default)]
pub struct DeviceOut {
    pub ip: Option<String>,
    pub port: Option<i64>,
    pub user_agent: Option<String>,
    pub http_accept: Option<String>,
    pub languages: Option<String>,
    pub city: Option<String>,
    pub country: Option<String>,
    pub zip_code: Option<String>,
}

/// What Guichet knows beyond Stancer's statuses.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct LifecycleOut {
    /// PAID, RUNNING, UNPAID or ABANDONED; null while an attempt is only begun.
    pub status: Option<String>,
    /// `AUTHORISED_TO_VALIDATE` and the like.
    pub detailed_status: Option<String>,
    #[serde(rename = "final")]
    pub is_final: bool,
    pub means: Option<String>,
    /// Seconds since 1970.
    pub authorised_until: Option<i64>,
    /// Seconds since 1970.
    pub capture_date: Option<i64>,
    /// Grows with every change.
    pub version: i64,
}

pub fn payment(view: &View, full: &FullPayment) -> PaymentOut {
    let row = &full.payment;
    let whole_card = full.card.as_ref().map(|row| Linked::Whole(Box::new(card(view, row))));
    let whole_customer = full.customer.as_ref().map(|row| Linked::Whole(Box::new(customer(row))));
    PaymentOut {
        id: row.id.to_string(),
        amount: row.amount,
        currency: row.currency.code().to_owned(),
        created: View::seconds(row.created),
        origin: origin(&row.origin).to_owned(),
        status: row.state.api_status(row.remitted_at.is_some(), row.disputed_amount > 0).map(str::to_owned),
        auth: auth(view, row, full.auth_redirect.as_deref()),
        capture: !row.manual_validation,
        method: row.method.map(|method| method.as_str().to_owned()),
        card: whole_card.or_else(|| row.card.map(|id| Linked::Id(id.to_string()))),
        sepa: None,
        customer: whole_customer.or_else(|| row.customer.map(|id| Linked::Id(id.to_string()))),
        date_paym: row.captured_at.map(View::seconds),
        date_bank: row.available_at.map(View::seconds),
        date_settlement: row.date_settlement.map(|date| date.to_string()),
        description: row.description.clone(),
        device: device(row),
        // what was imported may know its fee and not its day
        fee: (row.captured_at.is_some() || row.fee > 0).then_some(row.fee),
        methods_allowed: row.methods_allowed.as_deref().map(methods),
        order_id: row.order_id.clone(),
        unique_id: row.unique_id.clone(),
        payment_intent: Some(row.intent.to_string()),
        payout: row.payout.map(|id| id.to_string()),
        response: row.response.clone(),
        response_author: row.response_author.clone(),
        return_url: row.return_url.clone(),
        billing_address: None,
        shipping_address: None,
        refunds: Vec::new(),
        lifecycle: lifecycle(row),
    }
}

fn auth(view: &View, row: &Payment, redirect: Option<&str>) -> Option<AuthOut> {
    let status = match row.auth? {
        AuthStatus::Bypassed if view.closed_enums => AuthStatus::Unavailable,
        status => status,
    };
    Some(AuthOut {
        status: status.as_str().to_owned(),
        redirect_url: redirect.map(|path| view.absolute(path)),
        return_url: row.auth_return_url.clone(),
        device: None,
        uuid: None,
        message: None,
    })
}

fn device(row: &Payment) -> Option<DeviceOut> {
    row.device.as_ref().and_then(|device| serde_json::from_value(device.clone()).ok())
}

fn lifecycle(row: &Payment) -> LifecycleOut {
    LifecycleOut {
        status: row.state.status().map(|status| status.as_str().to_owned()),
        detailed_status: row.state.detailed().map(str::to_owned),
        is_final: row.state.is_final(),
        means: row.method.map(|method| method.as_str().to_owned()),
        authorised_until: row.authorised_until.map(View::seconds),
        capture_date: row.capture_date.map(View::seconds),
        version: row.version,
    }
}

/// At most eight characters, by the API.
pub(super) fn origin(stored: &str) -> &str {
    match stored {
        "dashboard" => "manual",
        other => other.get(..8).unwrap_or(other),
    }
}

pub(super) fn methods(stored: &str) -> Vec<String> {
    stored.split(',').filter(|method| !method.is_empty()).map(str::to_owned).collect()
}
