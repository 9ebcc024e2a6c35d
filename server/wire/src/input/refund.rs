//! Refunds, by their own address or below their payment's.

use model::money::MAX_AMOUNT;
use serde::Serialize;
use utoipa::ToSchema;

use crate::Reader;

#[derive(Debug, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RefundCreate {
    #[schema(pattern = "^paym_[a-zA-Z0-9]{24}$")]
    pub payment: String,
    /// Minor units. Left out: all that is left.
    #[schema(minimum = 1, maximum = 4_294_967_295_i64)]
    pub amount: Option<i64>,
    #[schema(min_length = 1, max_length = 255)]
    pub reason: Option<String>,
    #[schema(min_length = 1, max_length = 36)]
    pub unique_id: Option<String>,
}

#[derive(Debug, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RefundOfPayment {
    /// Minor units. Left out: all that is left.
    #[schema(minimum = 1, maximum = 4_294_967_295_i64)]
    pub amount: Option<i64>,
    #[schema(min_length = 1, max_length = 255)]
    pub reason: Option<String>,
    #[schema(min_length = 1, max_length = 36)]
    pub unique_id: Option<String>,
}

#[derive(Debug, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RefundOfIntent {
    /// Minor units. Left out: all that is left.
    #[schema(minimum = 1, maximum = 4_294_967_295_i64)]
    pub amount: Option<i64>,
}

/// What to give back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refunding {
    pub amount: Option<i64>,
    pub reason: Option<String>,
    pub unique_id: Option<String>,
}

pub fn refund_of_payment(r: &mut Reader<'_>) -> Option<Refunding> {
    Some(Refunding { amount: r.integer("amount", 1, MAX_AMOUNT), reason: r.text("reason", 1, 255), unique_id: r.text("unique_id", 1, 36) })
}

pub fn refund_of_intent(r: &mut Reader<'_>) -> Option<RefundOfIntent> {
    Some(RefundOfIntent { amount: r.integer("amount", 1, MAX_AMOUNT) })
}

/// The payment's id as sent: one that can't exist is answered as one that doesn't.
pub fn refund_draft(r: &mut Reader<'_>) -> Option<(String, Refunding)> {
    let payment = r.required("payment", |r| r.text("payment", 1, 64));
    let refunding = refund_of_payment(r)?;
    Some((payment?, refunding))
}
