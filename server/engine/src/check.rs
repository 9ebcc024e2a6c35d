//! Fields of drafts, checked at the engine's border with the shared rules: API, pages and import get the same refusals.

use model::error::{Code, Refused};
use model::id::{CardId, CustomerId};
use model::lifecycle::{Method, Purpose};
use model::money::MAX_AMOUNT;
use model::time::{Date, Timestamp};
use store::rows::{Card, Customer, Scope};

use crate::by::By;
use crate::masking;
use crate::rules::calendar::CAPTURE_MONTHS;

pub(crate) type Checked<T = ()> = Result<T, Refused>;

/// One line of text of `min` to `max` characters.
pub(crate) fn text(field: &str, value: Option<&String>, min: usize, max: usize) -> Checked {
    let Some(value) = value else { return Ok(()) };
    match validation::text::check(value, min, max) {
        Ok(_) => no_card_number(field, value),
        Err(problem) => Err(Refused::invalid(field, format!("{problem} It takes {min} to {max} characters."))),
    }
}

/// Card numbers are kept by the vault and nobody else (PCI DSS 3.5): one in any other field is refused before anything is written.
fn no_card_number(field: &str, text: &str) -> Checked {
    if masking::sends_card_number(text) {
        return Err(Refused::invalid(field, "This looks like a card number, which is sent as the number of a card and nowhere else"));
    }
    Ok(())
}

pub(crate) fn amount(field: &str, value: i64, purpose: Purpose) -> Checked {
    let least = i64::from(purpose == Purpose::Debit || purpose == Purpose::PreAuthorisation);
    if purpose == Purpose::Verification && value != 0 {
        return Err(Refused::invalid(field, "A verification has the amount 0"));
    }
    if (least..=MAX_AMOUNT).contains(&value) {
        Ok(())
    } else {
        Err(Refused::invalid(field, format!("The amount is in minor units, from {least} to {MAX_AMOUNT}")).of_code(Code::OutOfRange))
    }
}

/// Sets the code of a refusal that names its field.
trait OfCode {
    fn of_code(self, code: Code) -> Self;
}

impl OfCode for Refused {
    fn of_code(mut self, code: Code) -> Self {
        self.code = code;
        self
    }
}

pub(crate) fn email(field: &str, value: Option<&String>) -> Checked {
    checked(field, value, |value| validation::email::check(value).map(drop))
}

pub(crate) fn phone(field: &str, value: Option<&String>) -> Checked {
    checked(field, value, |value| validation::phone::check(value).map(drop))
}

pub(crate) fn country(field: &str, value: Option<&String>) -> Checked {
    checked(field, value, |value| validation::country::check(value).map(drop))
}

pub(crate) fn url(field: &str, value: Option<&String>) -> Checked {
    checked(field, value, |value| validation::url::check(value).map(drop))
}

fn checked<E: std::fmt::Display>(field: &str, value: Option<&String>, check: impl Fn(&str) -> Result<(), E>) -> Checked {
    match value.map(|value| check(value)) {
        Some(Err(problem)) => Err(Refused::invalid(field, problem.to_string())),
        _ => Ok(()),
    }
}

/// A day to capture on: not in the past, at most 12 months away.
pub(crate) fn settlement(field: &str, value: Option<Date>, by: &By) -> Checked {
    let Some(date) = value else { return Ok(()) };
    let today = by.place.date(by.now);
    if date < today || date > today.plus_months(CAPTURE_MONTHS) {
        return Err(Refused::invalid(field, format!("The capture date is from {today} to {}", today.plus_months(CAPTURE_MONTHS))));
    }
    Ok(())
}

pub(crate) fn deadline(field: &str, value: Option<Timestamp>, by: &By) -> Checked {
    match value {
        Some(at) if at <= by.now => Err(Refused::invalid(field, "The deadline is in the past")),
        _ => Ok(()),
    }
}

/// SEPA payments are not offered yet; a list without a method that is leaves no way to pay.
pub(crate) fn methods(field: &str, methods: &[Method]) -> Checked {
    if methods.is_empty() || methods.contains(&Method::Card) {
        Ok(())
    } else {
        Err(Refused::new(Code::NoMethod, "None of these methods can be offered here").field(field))
    }
}

pub(crate) fn metadata(value: Option<&serde_json::Value>) -> Checked {
    let Some(value) = value else { return Ok(()) };
    let text = value.to_string();
    if text.len() > 16_384 {
        return Err(Refused::invalid("metadata", "The metadata takes at most 16384 bytes"));
    }
    if text.contains("\\u0000") {
        return Err(Refused::invalid("metadata", "U+0000 can't be stored"));
    }
    no_card_number_in(value)
}

fn no_card_number_in(metadata: &serde_json::Value) -> Checked {
    use serde_json::Value;
    match metadata {
        Value::Object(fields) => fields.iter().try_for_each(|(name, value)| {
            no_card_number("metadata", name)?;
            no_card_number_in(value)
        }),
        Value::Array(items) => items.iter().try_for_each(no_card_number_in),
        Value::String(text) => no_card_number("metadata", text),
        Value::Number(number) => no_card_number("metadata", &number.to_string()),
        Value::Bool(_) | Value::Null => Ok(()),
    }
}

/// A card of this scope that can be charged.
pub(crate) async fn usable_card(conn: &mut store::Conn, scope: Scope, id: CardId) -> store::Result<Card> {
    let card = store::get::<Card>(conn, scope, id).await?.filter(|card| card.deleted.is_none());
    let card = card.ok_or_else(|| Refused::not_found::<CardId>(&id.to_string()).field("card"))?;
    if card.sealed.is_none() {
        return Err(Refused::invalid("card", "The card has no number any more and can't be charged").into());
    }
    Ok(card)
}

pub(crate) async fn known_customer(conn: &mut store::Conn, scope: Scope, id: CustomerId) -> store::Result<Customer> {
    let customer = store::get::<Customer>(conn, scope, id).await?.filter(|customer| customer.deleted.is_none());
    customer.ok_or_else(|| Refused::not_found::<CustomerId>(&id.to_string()).field("customer").into())
}
