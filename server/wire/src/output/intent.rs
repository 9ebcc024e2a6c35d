//! Payment intents.

use engine::rows::PaymentIntent;
use model::lifecycle::{IntentStatus, Method, OrderStatus};
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use super::payment::{methods, origin};
use super::words;
use crate::View;

#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct PaymentIntentOut {
    #[schema(pattern = "^pi_[a-zA-Z0-9]{24}$")]
    pub id: String,
    /// Minor units.
    pub amount: i64,
    #[schema(schema_with = words::currency)]
    pub currency: String,
    #[schema(schema_with = words::intent_status)]
    pub status: String,
    /// The page where the payer pays.
    #[schema(format = "uri")]
    pub url: String,
    #[schema(schema_with = words::three_ds)]
    pub threeds: String,
    /// Seconds since 1970.
    pub created_at: i64,
    #[schema(max_length = 8)]
    pub origin: String,
    pub capture: bool,
    pub card: Option<String>,
    pub sepa: Option<String>,
    pub customer: Option<String>,
    /// The payment that decides its status.
    pub payment: Option<String>,
    #[schema(format = "date")]
    pub date_settlement: Option<String>,
    pub description: Option<String>,
    pub metadata: Option<Value>,
    pub methods_allowed: Vec<String>,
    pub order_id: Option<String>,
    pub unique_id: Option<String>,
    pub return_url: Option<String>,
    pub billing_address: Option<String>,
    pub shipping_address: Option<String>,
    pub order: OrderOut,
}

/// What its payments add up to.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct OrderOut {
    /// PAID, `PARTIALLY_PAID`, RUNNING, UNPAID or ABANDONED; null before the first attempt.
    pub status: Option<String>,
    #[schema(schema_with = words::order_cycle)]
    pub cycle: String,
    /// Minor units still wanted in all: the amount less what was lowered.
    pub amount_due: i64,
    /// Minor units that are authorised for automatic capture, or captured.
    pub amount_paid: i64,
}

pub fn intent(view: &View, row: &PaymentIntent) -> PaymentIntentOut {
    let status = match row.status {
        IntentStatus::Processing | IntentStatus::RequireAuthorization if view.closed_enums => IntentStatus::RequireAuthentication,
        status => status,
    };
    let test = if row.environment.is_sandbox() { "test_" } else { "" };
    PaymentIntentOut {
        id: row.id.to_string(),
        amount: row.amount,
        currency: row.currency.code().to_owned(),
        status: status.as_str().to_owned(),
        url: view.absolute(&format!("/{test}{}", row.id)),
        threeds: row.threeds.as_str().to_owned(),
        created_at: View::seconds(row.created),
        origin: origin(&row.origin).to_owned(),
        capture: !row.manual_validation,
        card: row.card.map(|id| id.to_string()),
        sepa: None,
        customer: row.customer.map(|id| id.to_string()),
        payment: row.payment.map(|id| id.to_string()),
        date_settlement: row.date_settlement.map(|date| date.to_string()),
        description: row.description.clone(),
        metadata: row.metadata.clone(),
        methods_allowed: allowed(&row.methods_allowed),
        order_id: row.order_id.clone(),
        unique_id: row.unique_id.clone(),
        return_url: row.return_url.clone(),
        billing_address: None,
        shipping_address: None,
        order: order(row),
    }
}

fn allowed(stored: &str) -> Vec<String> {
    let named = methods(stored);
    if named.is_empty() { Method::ALL.iter().map(|method| method.as_str().to_owned()).collect() } else { named }
}

fn order(row: &PaymentIntent) -> OrderOut {
    let paid = matches!(row.order_status, OrderStatus::Paid | OrderStatus::PartiallyPaid);
    OrderOut {
        status: (row.order_status != OrderStatus::None).then(|| row.order_status.as_str().to_owned()),
        cycle: row.order_cycle.as_str().to_owned(),
        amount_due: row.amount_due,
        // what was authorised above what is still due is given back, not paid
        amount_paid: if paid && row.captured == 0 { row.authorised.min(row.amount_due) } else { row.captured },
    }
}
