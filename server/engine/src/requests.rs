//! The log of API requests that asked to change something: what was sent and answered, card data masked. Reading leaves no trace here.
//!
//! It is kept beside the payments and not with them: the API hands over what it has answered, in batches and later, so a process that is
//! killed loses the last of it.

use std::str::FromStr;

use futures::FutureExt;
use model::error::Refused;
use model::id::{CardId, CustomerId, DisputeId, PaymentId, PaymentIntentId, RefundId};
use model::time::{DAY, Timestamp};
use serde_json::Value;
use store::rows::{ApiRequest, Dispute, Payment, PaymentIntent, Refund};
use store::{Reader, Scope, Tx};

use crate::caller::{Actor, Caller};
use crate::{Engine, masking};

/// How long requests are kept, in milliseconds.
pub const REQUESTS_KEPT_MS: i64 = 30 * DAY;
/// Bytes of a body that are kept.
const BODY_KEPT: usize = 8_192;
/// Ids that a request names, at most.
const OBJECTS: usize = 8;
/// Characters of a path or of a key.
const TEXT_KEPT: usize = 255;
/// Requests removed at once.
const PRUNED: i64 = 100_000;

/// One answered request as the API saw it.
#[derive(Debug, Clone)]
pub struct Answered {
    pub caller: Caller,
    pub method: String,
    pub path: String,
    /// HTTP.
    pub status: u16,
    /// Real time, by [`Engine::real_now`].
    pub begun: Timestamp,
    pub ended: Timestamp,
    pub idempotency_key: Option<String>,
    /// None: too large to be kept.
    pub request: Option<Vec<u8>>,
    pub answer: Option<Vec<u8>>,
}

impl Engine {
    /// What time it is, whatever a sandbox's clock says.
    pub fn real_now(&self) -> Timestamp {
        self.0.clock.now()
    }

    /// Keeps what was answered, in one commit.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn keep_requests(&self, answered: Vec<Answered>) -> Result<(), Refused> {
        let mut rows = Vec::with_capacity(answered.len());
        let mut reader = self.0.store.read().await?;
        for one in answered {
            let Some((mut row, ids)) = row(&one) else { continue };
            if row.intent.is_none() {
                row.intent = order_of(&mut reader, one.caller.scope, &ids).await?;
            }
            rows.push(row);
        }
        drop(reader);
        if rows.is_empty() {
            return Ok(());
        }
        let command = store::command(move |tx: &mut Tx| {
            let rows = rows.clone();
            async move { store::requests::keep(tx, &rows).await }.boxed()
        });
        let engine = self.clone();
        self.task(async move { engine.commit(command).await }).await
    }

    pub(crate) async fn forget_requests(&self) -> Result<(), Refused> {
        let before = self.real_now().minus(REQUESTS_KEPT_MS);
        let command = store::command(move |tx: &mut Tx| async move { store::requests::prune(tx, before, PRUNED).await }.boxed());
        self.commit(command).await.map(drop)
    }
}

/// The row, with its order where our own answer names it, and the ids to find that by where not: the likeliest first.
fn row(one: &Answered) -> Option<(ApiRequest, Vec<String>)> {
    let Actor::Key(key) = one.caller.actor() else { return None };
    let request = read(one.request.as_deref());
    let answer = read(one.answer.as_deref());
    let ids = ids(&one.path, &request, &answer);
    let intent = answer.get("payment_intent").and_then(Value::as_str).filter(|_| one.status < 300).and_then(|id| id.parse().ok());
    let error = ["/error/code", "/detail/0/type"].iter().find_map(|at| answer.pointer(at)?.as_str());
    let row = ApiRequest {
        id: one.caller.request_id()?.to_owned(),
        account: one.caller.scope.account,
        environment: one.caller.scope.environment,
        at: one.begun,
        actor: key.to_string(),
        method: one.method.clone(),
        path: cut(&masking::mask_text(&one.path), TEXT_KEPT),
        status: i64::from(one.status),
        duration: one.ended.since(one.begun).max(0),
        error: error.map(masking::mask_text).map(|code| cut(&code, TEXT_KEPT)),
        intent,
        objects: ids.join(","),
        idempotency_key: one.idempotency_key.as_deref().map(|key| cut(&masking::mask_text(key), TEXT_KEPT)),
        request: kept(request),
        answer: kept(answer),
    };
    Some((row, ids))
}

/// A body as JSON. Of what is none, nothing is kept: nobody knows where its secrets are.
fn read(body: Option<&[u8]>) -> Value {
    match body {
        None => Value::from("(too large to keep)"),
        Some([]) => Value::Null,
        Some(bytes) => serde_json::from_slice(bytes).unwrap_or_else(|_| Value::from(format!("(not JSON, {} bytes)", bytes.len()))),
    }
}

fn kept(body: Value) -> Option<String> {
    if body.is_null() {
        return None;
    }
    // PostgreSQL's texts hold no zero byte, not even written as JSON writes it by whoever reads it back.
    Some(cut(&masking::mask(body).to_string().replace('\0', ""), BODY_KEPT))
}

fn cut(text: &str, most: usize) -> String {
    let text = text.replace('\0', "");
    if text.len() <= most {
        return text;
    }
    let end = (0..=most).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
    format!("{}…", &text[..end])
}

/// The ids that say what a request is about: in its path, its answer and its body.
fn ids(path: &str, request: &Value, answer: &Value) -> Vec<String> {
    let named = |value: &Value, names: &[&str]| -> Vec<String> {
        let id = |name: &&str| match value.get(*name)? {
            Value::String(id) => Some(id.clone()),
            Value::Object(object) => object.get("id")?.as_str().map(str::to_owned),
            _ => None,
        };
        names.iter().filter_map(id).collect()
    };
    let mut found: Vec<String> = path.split('/').map(str::to_owned).collect();
    found.extend(named(answer, &["payment_intent", "payment", "id"]));
    found.extend(named(request, &["payment_intent", "payment", "customer", "card"]));
    let mut ids: Vec<String> = Vec::new();
    for id in found {
        if is_id(&id) && !ids.contains(&id) && ids.len() < OBJECTS {
            ids.push(id);
        }
    }
    ids
}

fn is_id(text: &str) -> bool {
    PaymentIntentId::from_str(text).is_ok()
        || PaymentId::from_str(text).is_ok()
        || RefundId::from_str(text).is_ok()
        || DisputeId::from_str(text).is_ok()
        || CardId::from_str(text).is_ok()
        || CustomerId::from_str(text).is_ok()
}

/// The order that the first of these ids belongs to, in this scope: another account's ids name nothing.
async fn order_of(reader: &mut Reader, scope: Scope, ids: &[String]) -> store::Result<Option<PaymentIntentId>> {
    for id in ids {
        let order = if let Ok(id) = PaymentIntentId::from_str(id) {
            store::get::<PaymentIntent>(reader, scope, id).await?.map(|intent| intent.id)
        } else if let Ok(id) = PaymentId::from_str(id) {
            store::get::<Payment>(reader, scope, id).await?.map(|payment| payment.intent)
        } else if let Ok(id) = RefundId::from_str(id) {
            store::get::<Refund>(reader, scope, id).await?.map(|refund| refund.intent)
        } else if let Ok(id) = DisputeId::from_str(id) {
            store::get::<Dispute>(reader, scope, id).await?.map(|dispute| dispute.intent)
        } else {
            None
        };
        if order.is_some() {
            return Ok(order);
        }
    }
    Ok(None)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_is_no_json_is_not_kept_and_what_is_long_is_cut() {
        assert_eq!(kept(read(Some(b"{\"number\": \"4242424242424242\", \"cvc\": \"123\",}"))).unwrap(), "\"(not JSON, 45 bytes)\"");
        assert_eq!(kept(read(Some(b""))), None);
        assert_eq!(kept(read(None)).unwrap(), "\"(too large to keep)\"");
        let long = kept(json!({ "description": "é".repeat(10_000) })).unwrap();
        assert!(long.len() <= BODY_KEPT + 3 && long.ends_with('…'));
    }

    #[test]
    fn a_request_is_about_what_its_path_names_before_what_its_body_names() {
        let id = |prefix: &str, letter: &str| format!("{prefix}_{}", letter.repeat(24));
        let (intent, payment, refund) = (id("pi", "a"), id("paym", "b"), id("refd", "c"));
        let answer = json!({ "id": refund, "payment": { "id": payment } });
        assert_eq!(ids(&format!("/v2/payment_intents/{intent}/refund"), &Value::Null, &answer), [intent, payment.clone(), refund]);
        assert_eq!(ids("/v2/refunds/", &json!({ "payment": payment, "id": "x" }), &json!({ "error": {} })), [payment]);
    }
}
