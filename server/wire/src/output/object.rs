//! Customers, cards, refunds, disputes.

use engine::rows::{Card, Customer, Dispute, Refund};
use model::lifecycle::RefundStatus;
use serde::Serialize;
use utoipa::ToSchema;

use super::words;
use crate::View;

#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct CustomerOut {
    #[schema(pattern = "^cust_[a-zA-Z0-9]{24}$")]
    pub id: String,
    /// Seconds since 1970.
    pub created: i64,
    pub deleted: bool,
    pub name: Option<String>,
    pub email: Option<String>,
    pub mobile: Option<String>,
    #[schema(format = "date")]
    pub date_birth: Option<String>,
    pub legal_id: Option<String>,
    pub country: Option<String>,
    pub external_id: Option<String>,
    pub billing_address: Option<String>,
    pub shipping_address: Option<String>,
}

pub fn customer(row: &Customer) -> CustomerOut {
    CustomerOut {
        id: row.id.to_string(),
        created: View::seconds(row.created),
        deleted: row.deleted.is_some(),
        name: row.name.clone(),
        email: row.email.clone(),
        mobile: row.mobile.clone(),
        date_birth: row.date_birth.map(|date| date.to_string()),
        legal_id: row.legal_id.clone(),
        country: row.country.clone(),
        external_id: row.external_id.clone(),
        billing_address: None,
        shipping_address: None,
    }
}

/// Never the number nor the security code.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct CardOut {
    #[schema(pattern = "^card_[a-zA-Z0-9]{24}$")]
    pub id: String,
    pub brand: String,
    pub last4: String,
    pub exp_month: i64,
    pub exp_year: i64,
    /// Seconds since 1970.
    pub created: i64,
    pub deleted: bool,
    /// The issuer's, two letters.
    pub country: Option<String>,
    pub customer: Option<String>,
    pub external_id: Option<String>,
    /// `credit`, `debit`, `prepaid`, `universal`, `charge`, `deferred` or `unknown`.
    pub funding: Option<String>,
    pub name: Option<String>,
    /// `personal`, `corporate` or `unknown`; v1 writes `personnal`.
    pub nature: Option<String>,
    /// `national`, `visa`, `mastercard` or `unknown`.
    pub network: Option<String>,
    pub preferred_network: Option<String>,
    pub zip_code: Option<String>,
}

pub fn card(view: &View, row: &Card) -> CardOut {
    // Stancer's first version spells it so, and its clients' tests expect it.
    let nature = row.nature.as_deref().map(|nature| if view.is_v1() && nature == "personal" { "personnal" } else { nature });
    CardOut {
        id: row.id.to_string(),
        brand: row.brand.clone(),
        last4: row.last4.clone(),
        exp_month: row.exp_month,
        exp_year: row.exp_year,
        created: View::seconds(row.created),
        deleted: row.deleted.is_some(),
        country: row.country.clone(),
        customer: row.customer.map(|id| id.to_string()),
        external_id: row.external_id.clone(),
        funding: row.funding.clone(),
        name: row.name.clone(),
        nature: nature.map(str::to_owned),
        network: row.network.clone(),
        preferred_network: row.preferred_network.clone(),
        zip_code: row.zip_code.clone(),
    }
}

#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct RefundOut {
    #[schema(pattern = "^refd_[a-zA-Z0-9]{24}$")]
    pub id: String,
    /// Minor units.
    pub amount: i64,
    #[schema(schema_with = words::currency)]
    pub currency: String,
    pub payment: String,
    /// Seconds since 1970.
    pub created: i64,
    #[schema(schema_with = words::refund_status)]
    pub status: String,
    /// When it was sent to the bank: seconds since 1970.
    pub date_refund: Option<i64>,
    pub date_bank: Option<i64>,
    pub payment_intent: Option<String>,
    pub payout: Option<String>,
    pub lifecycle: RefundLifecycleOut,
}

#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct RefundLifecycleOut {
    pub reason: Option<String>,
    pub unique_id: Option<String>,
    pub version: i64,
}

pub fn refund(view: &View, row: &Refund) -> RefundOut {
    let status = match row.status {
        RefundStatus::AwaitingApproval if view.closed_enums => RefundStatus::ToRefund,
        RefundStatus::Failed if view.closed_enums => RefundStatus::NotHonored,
        status => status,
    };
    RefundOut {
        id: row.id.to_string(),
        amount: row.amount,
        currency: row.currency.code().to_owned(),
        payment: row.payment.to_string(),
        created: View::seconds(row.created),
        status: status.as_str().to_owned(),
        date_refund: row.date_refund.map(View::seconds),
        date_bank: row.date_bank.map(View::seconds),
        payment_intent: Some(row.intent.to_string()),
        payout: row.payout.map(|id| id.to_string()),
        lifecycle: RefundLifecycleOut { reason: row.reason.clone(), unique_id: row.unique_id.clone(), version: row.version },
    }
}

#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct DisputeOut {
    #[schema(pattern = "^dspt_[a-zA-Z0-9]{24}$")]
    pub id: String,
    /// Minor units.
    pub amount: i64,
    #[schema(schema_with = words::currency)]
    pub currency: String,
    pub fee: i64,
    pub payment: String,
    /// The scheme's reason code.
    pub response: String,
    /// Seconds since 1970.
    pub created: i64,
    #[serde(rename = "type")]
    pub kind: String,
    #[schema(schema_with = words::dispute_status)]
    pub status: String,
    pub date_bank: Option<i64>,
    pub order_id: Option<String>,
    pub payment_intent: Option<String>,
    pub payout: Option<String>,
}

pub fn dispute(row: &Dispute) -> DisputeOut {
    DisputeOut {
        id: row.id.to_string(),
        amount: row.amount,
        currency: row.currency.code().to_owned(),
        fee: row.fee,
        payment: row.payment.to_string(),
        response: row.response.clone(),
        created: View::seconds(row.created),
        kind: row.kind.clone(),
        status: row.status.as_str().to_owned(),
        date_bank: row.date_bank.map(View::seconds),
        order_id: None,
        payment_intent: Some(row.intent.to_string()),
        payout: row.payout.map(|id| id.to_string()),
    }
}
