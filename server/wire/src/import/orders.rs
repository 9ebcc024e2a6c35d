//! Payment intents and payments of a file.

use engine::{IntentRecord, PaymentRecord, Record, Wrong};
use model::lifecycle::{AuthStatus, Method, Purpose, State, ThreeDs};
use serde_json::{Map, Value, json};

use super::fields::{Fields, Read, required};
use super::objects::Understood;
use crate::output::words::PAYMENT_STATUSES;

const SKIPPED: &[&str] = &["live_mode", "object", "origin", "billing_address", "shipping_address", "sepa", "refunds", "disputes"];

fn none() -> Fields {
    Fields(Map::new())
}

pub(super) fn intent(f: &mut Fields) -> Understood {
    f.skip(SKIPPED);
    f.skip(&["url", "payment", "payments"]);
    let amount = required("amount", f.amount("amount")?)?;
    let mut order = f.object("order")?.unwrap_or_else(none);
    let amount_due = order.amount("amount_due").map_err(|wrong| Wrong::new("order.amount_due", wrong.reason))?.unwrap_or(amount);
    if amount_due > amount {
        return Err(Wrong::new("order.amount_due", "is more than the amount"));
    }
    let (created_at, created) = (f.time("created_at")?, f.time("created")?);
    let record = IntentRecord {
        id: f.id()?,
        created: required("created_at", created_at.or(created))?,
        amount,
        amount_due,
        currency: required("currency", f.currency("currency")?)?,
        status: required("status", f.word("status")?)?,
        threeds: f.word("threeds")?.unwrap_or(ThreeDs::Required),
        manual_validation: !f.flag("capture")?.unwrap_or(true),
        customer: f.linked("customer")?,
        card: f.linked("card")?,
        description: f.text("description", 64)?,
        order_id: f.text("order_id", 36)?,
        unique_id: f.text("unique_id", 36)?,
        methods_allowed: f.words("methods_allowed")?.unwrap_or_default(),
        metadata: f.metadata("metadata")?,
        return_url: f.text("return_url", 65_536)?,
        date_settlement: f.date("date_settlement")?,
    };
    Ok((Record::Intent(record), None))
}

pub(super) fn payment(f: &mut Fields) -> Understood {
    let last4 = sepa_last4(f);
    f.skip(SKIPPED);
    f.skip(&["wallet", "operation"]);
    let amount = required("amount", f.amount("amount")?)?;
    let mut lifecycle = f.object("lifecycle")?.unwrap_or_else(none);
    let status = f.text("status", 32)?;
    let state = state_of(amount, status.as_deref(), lifecycle.text("detailed_status", 64)?.as_deref())?;
    let (auth, auth_return_url) = auth(f)?;
    let mut metadata = f.metadata("metadata")?;
    // the official schema takes an object here too
    if f.0.get("order_id").is_some_and(Value::is_object) {
        let given = f.metadata("order_id")?;
        metadata = metadata.or_else(|| given.map(|given| json!({ "order_id": given })));
    }
    let card = f.linked("card")?;
    let implied = if card.is_some() { Some(Method::Card) } else { last4.is_some().then_some(Method::Sepa) };
    let record = PaymentRecord {
        id: f.id()?,
        created: required("created", f.time("created")?)?,
        intent: f.linked("payment_intent")?,
        amount,
        currency: required("currency", f.currency("currency")?)?,
        purpose: purpose(amount, state),
        state,
        remitted: status.as_deref() == Some("capture_sent"),
        disputed: status.as_deref() == Some("disputed"),
        method: f.word("method")?.or(implied),
        card,
        last4,
        customer: f.linked("customer")?,
        auth,
        auth_return_url,
        captured_at: f.time("date_paym")?,
        date_bank: f.time("date_bank")?,
        date_settlement: f.date("date_settlement")?,
        capture_date: lifecycle.time("capture_date")?,
        authorised_until: lifecycle.time("authorised_until")?,
        manual_validation: !f.flag("capture")?.unwrap_or(true),
        fee: f.amount("fee")?.unwrap_or(0),
        description: f.text("description", 64)?,
        device: device(f)?,
        methods_allowed: f.words("methods_allowed")?,
        metadata,
        order_id: f.text("order_id", 36)?,
        unique_id: f.text("unique_id", 36)?,
        payout: f.linked("payout")?,
        response: f.text("response", 16)?,
        response_author: f.text("response_author", 64)?,
        return_url: f.text("return_url", 65_536)?,
    };
    Ok((Record::Payment(record), None))
}

/// The API's status, and where Guichet wrote it its own more precise one.
fn state_of(amount: i64, status: Option<&str>, detailed: Option<&str>) -> Read<State> {
    let by_status = match status {
        None => State::Begun,
        Some("authorized") if amount == 0 => State::Accepted,
        Some("authorized") => State::AuthorisedToValidate,
        Some("to_capture" | "capture_sent") => State::Authorised,
        Some("captured" | "disputed") => State::Captured,
        Some("refused") => State::Refused,
        Some("failed") => State::Error,
        Some("canceled") => State::Cancelled,
        Some("expired") => State::Expired,
        Some(_) => return Err(Wrong::new("status", format!("is none of {}, or null", PAYMENT_STATUSES.join(", ")))),
    };
    let Some(detailed) = detailed else { return Ok(by_status) };
    let state: State = detailed.parse().map_err(|_| Wrong::new("lifecycle.detailed_status", "is no status of a transaction"))?;
    let (remitted, disputed) = (status == Some("capture_sent"), status == Some("disputed"));
    if state.detailed().is_none() || state.api_status(remitted, disputed) != status {
        return Err(Wrong::new("lifecycle.detailed_status", format!("does not go with the status {}", status.unwrap_or("null"))));
    }
    Ok(state)
}

const fn purpose(amount: i64, state: State) -> Purpose {
    match state {
        State::PreAuthorised => Purpose::PreAuthorisation,
        State::Accepted => Purpose::Verification,
        _ if amount == 0 => Purpose::Verification,
        _ => Purpose::Debit,
    }
}

/// `true`, or `{"status": …, "return_url": …}`.
fn auth(f: &mut Fields) -> Read<(Option<AuthStatus>, Option<String>)> {
    if let Some(flag) = f.0.get("auth").and_then(Value::as_bool) {
        f.skip(&["auth"]);
        return Ok((flag.then_some(AuthStatus::Requested), None));
    }
    let Some(mut auth) = f.object("auth")? else { return Ok((None, None)) };
    let within = |wrong: Wrong| Wrong::new(format!("auth.{}", wrong.field), wrong.reason);
    if auth.0.get("status").and_then(Value::as_str) == Some("request") {
        auth.0.insert("status".to_owned(), json!("requested"));
    }
    Ok((auth.word("status").map_err(within)?, auth.text("return_url", 65_536).map_err(within)?))
}

fn sepa_last4(f: &Fields) -> Option<String> {
    let last4 = f.0.get("sepa")?.get("last4")?.as_str()?;
    (last4.len() == 4 && last4.bytes().all(|byte| byte.is_ascii_alphanumeric())).then(|| last4.to_owned())
}

/// The fields that the API answers; what else a device says stays in the row as it was handed in.
fn device(f: &mut Fields) -> Read<Option<Value>> {
    let Some(mut given) = f.object("device")? else { return Ok(None) };
    let within = |wrong: Wrong| Wrong::new(format!("device.{}", wrong.field), wrong.reason);
    let mut kept = Map::new();
    for key in ["ip", "user_agent", "http_accept", "languages", "city", "country", "zip_code"] {
        kept.insert(key.to_owned(), given.text(key, 512).map_err(within)?.into());
    }
    kept.insert("port".to_owned(), given.integer("port", 1, 65_535).map_err(within)?.into());
    Ok(Some(Value::Object(kept)))
}
