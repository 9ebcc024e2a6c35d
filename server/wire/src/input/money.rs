//! What payments and intents share.

use model::lifecycle::{Method, Purpose};
use model::money::MAX_AMOUNT;
use model::time::Date;
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;
use validation::url;

use crate::Reader;
use crate::problem::{Problem, Step};

pub(super) fn amount(r: &mut Reader<'_>) -> Option<i64> {
    r.integer("amount", 0, MAX_AMOUNT)
}

pub(super) fn description(r: &mut Reader<'_>) -> Option<String> {
    r.text("description", 3, 64)
}

pub(super) fn return_url(r: &mut Reader<'_>) -> Option<String> {
    r.checked("return_url", url::MAX_LENGTH, |text| url::check(text).map(|_| text.to_owned()))
}

pub(super) fn date_settlement(r: &mut Reader<'_>) -> Option<Date> {
    r.date("date_settlement")
}

/// The methods, one at least.
pub(super) fn methods_allowed(r: &mut Reader<'_>) -> Option<Vec<Method>> {
    let methods = r.words("methods_allowed")?;
    if methods.is_empty() {
        r.problem("methods_allowed", "too_short", "List should have at least 1 item");
    }
    Some(methods)
}

/// What it is for. An amount of zero can only verify.
pub(super) fn purpose(r: &mut Reader<'_>, amount: Option<i64>) -> Purpose {
    let asked = r.word("operation");
    asked.unwrap_or(if amount == Some(0) { Purpose::Verification } else { Purpose::Debit })
}

/// `capture: false` is Stancer's word for what Guichet's `manual_validation: true` says.
pub(super) fn manual_validation(r: &mut Reader<'_>) -> Option<bool> {
    let capture = r.flag("capture");
    let manual = r.flag("manual_validation");
    match (capture, manual) {
        (None, None) => None,
        (capture, manual) => Some(capture == Some(false) || manual == Some(true)),
    }
}

/// Direct debits are not offered yet.
pub(super) fn sepa(r: &mut Reader<'_>) {
    if r.take("sepa").is_some() {
        r.problem("sepa", "no_method", "SEPA direct debits are not available yet");
    }
}

#[derive(Debug, Serialize, ToSchema)]
pub struct CaptureIn {
    /// Minor units; less than what was authorised gives the rest back. Left out: all of it.
    #[schema(minimum = 1, maximum = 4_294_967_295_i64)]
    pub amount: Option<i64>,
}

/// The amount to capture. Official clients post all sorts of JSON here, so only an object's `amount` is looked at. What can't be read captures
/// nothing: a part that was asked for must not become the whole.
///
/// # Errors
/// An `amount` that is none, and a body that is no JSON.
pub fn captured_amount(body: &[u8]) -> Result<Option<i64>, Vec<Problem>> {
    if body.is_empty() {
        return Ok(None);
    }
    let fields = match serde_json::from_slice(body) {
        Ok(Value::Object(fields)) => fields,
        Ok(_) => return Ok(None),
        Err(error) => return Err(vec![Problem::of_body("json_invalid", format!("JSON decode error: {error}"))]),
    };
    let Some(value) = fields.get("amount").filter(|value| !value.is_null()) else { return Ok(None) };
    let amount = value.as_i64().filter(|amount| (1..=MAX_AMOUNT).contains(amount));
    let loc: [Step; 2] = ["body".into(), "amount".into()];
    let problem = || vec![Problem::new(loc, "int_type", format!("Input should be a whole number from 1 to {MAX_AMOUNT}"))];
    amount.map(Some).ok_or_else(problem)
}
