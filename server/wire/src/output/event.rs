//! Events: what changed, when, by whom, and the object as it was after it.

use engine::FullPayment;
use engine::rows::{Card, Customer, Dispute, Event, Payment, PaymentIntent, Refund};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use utoipa::ToSchema;

use super::{card, customer, dispute, intent, payment, refund};
use crate::View;

#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct EventOut {
    #[schema(pattern = "^evt_[a-zA-Z0-9]{24}$")]
    pub id: String,
    #[serde(rename = "type")]
    pub kind: String,
    /// Seconds since 1970, by the sandbox clock in the sandbox.
    pub created: i64,
    /// The id of what changed.
    pub object: String,
    /// The object's version after the change: orders its events.
    pub version: i64,
    /// Who did it: a key, a user, `payer` or `worker`.
    pub actor: String,
    pub cause: Option<String>,
    pub request_id: Option<String>,
    pub payment_intent: Option<String>,
    /// The object after the change, as its own address shows it; cards and customers of payments by id.
    pub data: Option<Value>,
}

pub fn event(view: &View, row: &Event) -> EventOut {
    EventOut {
        id: row.id.to_string(),
        kind: row.kind.clone(),
        created: View::seconds(row.at),
        object: row.object.clone(),
        version: row.version,
        actor: row.actor.clone(),
        cause: row.cause.clone(),
        request_id: row.request_id.clone(),
        payment_intent: row.intent.map(|id| id.to_string()),
        data: data(view, row),
    }
}

fn data(view: &View, row: &Event) -> Option<Value> {
    let (prefix, _) = row.object.split_once('_')?;
    match prefix {
        "pi" => shown(row, |row: &PaymentIntent| view.body(&intent(view, row))),
        "paym" => shown(row, |row: &Payment| {
            let full = FullPayment { payment: row.clone(), card: None, customer: None, auth_redirect: None };
            view.body(&payment(view, &full))
        }),
        "refd" => shown(row, |row: &Refund| view.body(&refund(view, row))),
        "dspt" => shown(row, |row: &Dispute| view.body(&dispute(row))),
        "card" => shown(row, |row: &Card| view.body(&card(view, row))),
        "cust" => shown(row, |row: &Customer| view.body(&customer(row))),
        _ => None,
    }
}

fn shown<R: DeserializeOwned>(row: &Event, render: impl FnOnce(&R) -> Value) -> Option<Value> {
    serde_json::from_value(row.state.clone()).ok().map(|row| render(&row))
}
