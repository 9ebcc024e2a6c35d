//! A merchant's program: it asks, and reads what is answered.

use std::sync::Arc;
use std::time::Duration;

use futures::future::try_join_all;
use serde_json::{Value, json};
use tokio::time::sleep;

use super::own::Own;
use super::rule::{Otherwise, Seen, must};
use crate::http::{Answer, Base, Client, Request};

/// Any card of a known brand is accepted.
pub const GOOD: &str = "4242424242424242";
/// Captured at once, so that it can be refunded at once.
pub const CAPTURED: &str = "4000000000000077";
pub const REFUSED: &str = "4000000000000002";
/// The bank's answer is lost; it had authorised.
pub const LOST: &str = "4000000000008401";

/// How often is asked again after 'not now', and how long is waited before, in milliseconds.
const TRIES: usize = 200;
const PAUSE_MS: u64 = 50;

/// A request as often as it is needed.
#[derive(Debug, Clone)]
pub struct Ask {
    method: &'static str,
    path: String,
    body: String,
    idempotency: Option<String>,
    /// Another secret key than the shop's.
    by: Option<String>,
}

impl Ask {
    /// A body as text, for what JSON values can't hold.
    pub fn raw(method: &'static str, path: impl Into<String>, body: impl Into<String>) -> Self {
        Self { method, path: path.into(), body: body.into(), idempotency: None, by: None }
    }

    pub fn post(path: impl Into<String>, body: &Value) -> Self {
        Self::raw("POST", path, body.to_string())
    }

    pub fn patch(path: impl Into<String>, body: &Value) -> Self {
        Self::raw("PATCH", path, body.to_string())
    }

    pub fn get(path: impl Into<String>) -> Self {
        Self::raw("GET", path, "")
    }

    pub fn delete(path: impl Into<String>) -> Self {
        Self::raw("DELETE", path, "")
    }

    /// With this `Idempotency-Key`.
    #[must_use]
    pub fn keyed(mut self, key: &str) -> Self {
        self.idempotency = Some(key.to_owned());
        self
    }

    #[must_use]
    pub fn by(mut self, secret: &str) -> Self {
        self.by = Some(secret.to_owned());
        self
    }
}

/// An answer, read.
#[derive(Debug, Clone)]
pub struct Reply {
    pub status: u16,
    /// `Idempotent-Replayed: true`.
    pub replayed: bool,
    /// `Retry-After`.
    pub later: bool,
    pub text: String,
    pub body: Value,
}

impl Reply {
    fn of(answer: &Answer) -> Self {
        Self {
            status: answer.status(),
            replayed: answer.head.header("idempotent-replayed") == Some("true"),
            later: answer.head.header("retry-after").is_some(),
            text: answer.text(),
            body: answer.json(),
        }
    }

    /// The body of a success.
    ///
    /// # Errors
    /// Any other answer.
    pub fn ok(self) -> Result<Value, Otherwise> {
        must!(self.status == 200, "200 expected, {} answered: {}", self.status, self.text);
        Ok(self.body)
    }

    /// # Errors
    /// Any other status.
    pub fn is(&self, status: u16) -> Seen {
        must!(self.status == status, "{status} expected, {} answered: {}", self.status, self.text);
        Ok(())
    }

    /// # Errors
    /// Any status but these.
    pub fn is_one_of(&self, statuses: &[u16]) -> Seen {
        must!(statuses.contains(&self.status), "one of {statuses:?} expected, {} answered: {}", self.status, self.text);
        Ok(())
    }

    /// # Errors
    /// Any answer but a 422 that names `amount`.
    pub fn names_amount(&self) -> Seen {
        self.is(422)?;
        let problems = self.body["detail"].as_array().map(Vec::as_slice).unwrap_or_default();
        let named = problems.iter().any(|problem| problem["loc"].as_array().is_some_and(|way| way.contains(&json!("amount"))));
        must!(named, "the 422 does not name amount: {}", self.text);
        Ok(())
    }
}

/// The text of a field; empty where there is none.
pub fn text(of: &Value, field: &str) -> String {
    of[field].as_str().unwrap_or_default().to_owned()
}

/// An address, a key, and what else is known of the server behind it.
#[derive(Clone)]
pub struct Shop(Arc<Parts>);

pub struct Parts {
    pub base: Base,
    /// A sandbox secret key.
    pub key: String,
    /// A sandbox secret key of another account.
    pub other: Option<String>,
    /// Begins every reference, so that a run does not meet the ones before it.
    pub run: String,
    /// The server, where it is ours to restart.
    pub own: Option<Own>,
}

impl Shop {
    pub fn new(parts: Parts) -> Self {
        Self(Arc::new(parts))
    }

    /// # Errors
    /// Not run, where the server is not ours.
    pub fn own(&self) -> Result<&Own, Otherwise> {
        self.0.own.as_ref().ok_or_else(|| Otherwise::NotRun("only on a server of our own: without URL".to_owned()))
    }

    /// # Errors
    /// Not run, where no other account's key is known.
    pub fn other(&self) -> Result<&str, Otherwise> {
        self.0.other.as_deref().ok_or_else(|| Otherwise::NotRun("needs a secret key of another account: OTHER_KEY".to_owned()))
    }

    /// A reference nobody used before: at most 36 characters.
    pub fn reference(&self, of: &str) -> String {
        format!("{}-{of}", self.0.run)
    }

    fn request(&self, ask: &Ask) -> Request {
        let mut request = Request::new(ask.method, &ask.path).key(ask.by.as_deref().unwrap_or(&self.0.key));
        if let Some(key) = &ask.idempotency {
            request = request.header("Idempotency-Key", key);
        }
        if ask.body.is_empty() { request } else { request.text("application/json", &ask.body) }
    }

    /// One answer. A key's limit of requests a second is waited for.
    ///
    /// # Errors
    /// Where no answer came.
    pub async fn ask(&self, ask: &Ask) -> Result<Reply, Otherwise> {
        let request = self.request(ask);
        for _ in 0..TRIES {
            let reply = Reply::of(&Client::new(self.0.base.clone()).send(&request).await?);
            must!(reply.status < 500, "{} {} answered {}: {}", ask.method, ask.path, reply.status, reply.text);
            if reply.status != 429 {
                return Ok(reply);
            }
            sleep(Duration::from_secs(1)).await;
        }
        Err(Otherwise::NotRun("the server only answers 429".to_owned()))
    }

    /// The definite answer: 'not now' (409 with `Retry-After`) is asked again.
    ///
    /// # Errors
    /// Where none comes.
    pub async fn settled(&self, ask: &Ask) -> Result<Reply, Otherwise> {
        for _ in 0..TRIES {
            let reply = self.ask(ask).await?;
            if !(reply.status == 409 && reply.later) {
                return Ok(reply);
            }
            sleep(Duration::from_millis(PAUSE_MS)).await;
        }
        Err(Otherwise::Broken(format!("{} {} is 'not now' for ever", ask.method, ask.path)))
    }

    /// All at the same time, each until its definite answer.
    ///
    /// # Errors
    /// Where one gets none.
    pub async fn at_once(&self, asks: impl IntoIterator<Item = Ask>) -> Result<Vec<Reply>, Otherwise> {
        let asked = asks.into_iter().map(|ask| async move { self.settled(&ask).await });
        try_join_all(asked).await
    }

    /// Sends, and breaks the connection before anything can be answered.
    ///
    /// # Errors
    /// Where it could not be sent.
    pub async fn leave(&self, ask: &Ask) -> Seen {
        Ok(Client::new(self.0.base.clone()).send_and_leave(&self.request(ask)).await?)
    }

    /// # Errors
    /// Any answer but 200.
    pub async fn made(&self, path: &str, body: &Value) -> Result<Value, Otherwise> {
        self.ask(&Ask::post(path, body)).await?.ok()
    }

    /// # Errors
    /// Any answer but 200.
    pub async fn read(&self, path: &str) -> Result<Value, Otherwise> {
        self.ask(&Ask::get(path)).await?.ok()
    }

    /// The id of a new payment with this card.
    ///
    /// # Errors
    /// Any other status than this.
    pub async fn paid(&self, number: &str, amount: i64, capture: bool, status: &str) -> Result<String, Otherwise> {
        let payment = self.made("/v2/payments/", &json!({ "amount": amount, "card": card(number), "capture": capture })).await?;
        must!(payment["status"] == status, "the payment should be {status}: {payment}");
        Ok(text(&payment, "id"))
    }

    /// # Errors
    /// Where it is not captured at once.
    pub async fn captured(&self, amount: i64) -> Result<String, Otherwise> {
        self.paid(CAPTURED, amount, true, "captured").await
    }

    /// # Errors
    /// Where it is not authorised.
    pub async fn authorised(&self, amount: i64) -> Result<String, Otherwise> {
        self.paid(GOOD, amount, false, "authorized").await
    }

    /// # Errors
    /// Any answer but 200.
    pub async fn payment(&self, id: &str) -> Result<Value, Otherwise> {
        self.read(&format!("/v2/payments/{id}")).await
    }

    /// # Errors
    /// Another status than this.
    pub async fn stands(&self, id: &str, status: &str) -> Result<Value, Otherwise> {
        let payment = self.payment(id).await?;
        must!(payment["status"] == status, "the payment should be {status}: {payment}");
        Ok(payment)
    }

    /// # Errors
    /// Where not exactly so many refunds give back exactly so much.
    pub async fn gave_back(&self, id: &str, refunds: usize, amount: i64) -> Seen {
        let listed = self.read(&format!("/v2/payments/{id}/refunds")).await?;
        let listed = listed.as_array().cloned().unwrap_or_default();
        let sum: i64 = listed.iter().filter_map(|refund| refund["amount"].as_i64()).sum();
        must!(listed.len() == refunds && sum == amount, "{refunds} refunds of {amount} in all expected: {listed:?}");
        Ok(())
    }

    /// How many payments carry this reference.
    ///
    /// # Errors
    /// Any answer but 200.
    pub async fn count_of(&self, order: &str) -> Result<i64, Otherwise> {
        let listed = self.read(&format!("/v2/payments/?order_id={order}")).await?;
        Ok(listed["range"]["count"].as_i64().unwrap_or(-1))
    }
}

pub fn card(number: &str) -> Value {
    json!({ "number": number, "exp_month": 12, "exp_year": 2040, "cvc": "123" })
}

/// How many of these succeeded; the others are 409.
///
/// # Errors
/// Any other answer.
pub fn successes(replies: &[Reply]) -> Result<usize, Otherwise> {
    replies.iter().try_for_each(|reply| reply.is_one_of(&[200, 409]))?;
    Ok(replies.iter().filter(|reply| reply.status == 200).count())
}
