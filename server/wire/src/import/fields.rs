//! One row's fields, taken out one by one with the first thing that is wrong; what is left over was not understood.

use std::fmt::Display;
use std::str::FromStr;

use engine::Wrong;
use model::id::Id;
use model::money::{Currency, MAX_AMOUNT};
use model::time::{Date, Timestamp};
use model::words::UnknownWord;
use serde_json::{Map, Value};

use crate::reader::{has_nul, measured};

/// The years that dates are believed in, in seconds since 1970: 2000 to 2100.
const YEARS: std::ops::Range<i64> = 946_684_800..4_102_444_800;
/// The metadata's size at most, in bytes.
const METADATA: usize = 16_384;

pub(super) type Read<T> = Result<T, Wrong>;

pub(super) struct Fields(pub(super) Map<String, Value>);

fn wrong<T>(key: &str, reason: impl Display) -> Read<T> {
    Err(Wrong::new(key, reason.to_string()))
}

/// A field that must be there.
pub(super) fn required<T>(key: &str, value: Option<T>) -> Read<T> {
    value.ok_or_else(|| Wrong::new(key, "is missing"))
}

impl Fields {
    /// The field's value; null and the empty text are none.
    pub(super) fn take(&mut self, key: &str) -> Option<Value> {
        self.0.remove(key).filter(|value| !value.is_null() && value.as_str() != Some(""))
    }

    /// Understood, and not needed.
    pub(super) fn skip(&mut self, keys: &[&str]) {
        for key in keys {
            self.0.remove(*key);
        }
    }

    /// The names of what is left.
    pub(super) fn left(self) -> impl Iterator<Item = String> {
        self.0.into_iter().map(|(name, _)| name)
    }

    /// An object within the row.
    pub(super) fn object(&mut self, key: &str) -> Read<Option<Self>> {
        match self.take(key) {
            None => Ok(None),
            Some(Value::Object(fields)) => Ok(Some(Self(fields))),
            Some(_) => wrong(key, "is no JSON object"),
        }
    }

    /// A text of at most `max` characters.
    pub(super) fn text(&mut self, key: &str, max: usize) -> Read<Option<String>> {
        let text = match self.take(key) {
            None => return Ok(None),
            Some(Value::String(text)) => text,
            Some(_) => return wrong(key, "is no text"),
        };
        match measured(&text, 0, max) {
            Ok(()) => Ok(Some(text)),
            Err(("string_too_long", _)) => wrong(key, format!("has more than {max} characters")),
            Err(_) => wrong(key, "holds control characters"),
        }
    }

    /// A person's or company's name: a card number in it would be kept in clear.
    pub(super) fn name(&mut self, key: &str) -> Read<Option<String>> {
        let name = self.text(key, 64)?;
        if let Some(Err(problem @ validation::name::NameError::CardNumber)) = name.as_deref().map(validation::name::check) {
            return wrong(key, problem);
        }
        Ok(name)
    }

    pub(super) fn country(&mut self, key: &str) -> Read<Option<String>> {
        let Some(code) = self.text(key, 64)? else { return Ok(None) };
        let code = code.to_uppercase();
        if code.len() == 2 && code.bytes().all(|byte| byte.is_ascii_uppercase()) {
            return Ok(Some(code));
        }
        wrong(key, "is no country of two letters")
    }

    pub(super) fn flag(&mut self, key: &str) -> Read<Option<bool>> {
        match self.take(key) {
            None => Ok(None),
            Some(Value::Bool(flag)) => Ok(Some(flag)),
            Some(_) => wrong(key, "is neither true nor false"),
        }
    }

    /// A whole number, in quotes or not.
    pub(super) fn integer(&mut self, key: &str, min: i64, max: i64) -> Read<Option<i64>> {
        let Some(value) = self.take(key) else { return Ok(None) };
        match whole(&value).filter(|number| (min..=max).contains(number)) {
            Some(number) => Ok(Some(number)),
            None => wrong(key, format!("is no whole number from {min} to {max}")),
        }
    }

    /// Minor units.
    pub(super) fn amount(&mut self, key: &str) -> Read<Option<i64>> {
        match self.0.get(key) {
            Some(Value::String(_)) => wrong(key, "is a text: an amount is a whole number of minor units"),
            _ => self.integer(key, 0, MAX_AMOUNT),
        }
    }

    pub(super) fn currency(&mut self, key: &str) -> Read<Option<Currency>> {
        let Some(code) = self.text(key, 16)? else { return Ok(None) };
        let known = || Currency::ALL.iter().map(|currency| currency.code()).collect::<Vec<_>>().join(", ");
        Currency::from_code(&code).map(Some).ok_or_else(|| Wrong::new(key, format!("is none of {}", known())))
    }

    pub(super) fn word<T: FromStr<Err = UnknownWord>>(&mut self, key: &str) -> Read<Option<T>> {
        let Some(text) = self.text(key, 64)? else { return Ok(None) };
        text.parse().map(Some).map_err(|UnknownWord { expected }| Wrong::new(key, format!("is none of {}", expected.join(", "))))
    }

    pub(super) fn words<T: FromStr<Err = UnknownWord>>(&mut self, key: &str) -> Read<Option<Vec<T>>> {
        let Some(value) = self.take(key) else { return Ok(None) };
        let Value::Array(items) = value else { return wrong(key, "is no list") };
        let parsed = items.iter().map(|item| item.as_str().unwrap_or_default().parse());
        let words: Result<Vec<T>, UnknownWord> = parsed.collect();
        words.map(Some).map_err(|UnknownWord { expected }| Wrong::new(key, format!("holds another word than {}", expected.join(", "))))
    }

    /// The id of an object that is named or stands within; of a list, the first.
    pub(super) fn linked<I: Id>(&mut self, key: &str) -> Read<Option<I>> {
        let value = match self.take(key) {
            Some(Value::Array(items)) => items.into_iter().next(),
            other => other,
        };
        let value = match value {
            Some(Value::Object(mut fields)) => Some(fields.remove("id").unwrap_or_default()),
            other => other,
        };
        match value {
            None => Ok(None),
            Some(Value::String(text)) => parsed_id(key, &text).map(Some),
            Some(_) => wrong(key, format!("names no {}", I::NOUN)),
        }
    }

    /// The row's own id.
    pub(super) fn id<I: Id>(&mut self) -> Read<I> {
        match self.take("id") {
            Some(Value::String(text)) => parsed_id("id", &text),
            Some(_) => wrong("id", "is no text"),
            None => wrong("id", "is missing"),
        }
    }

    pub(super) fn date(&mut self, key: &str) -> Read<Option<Date>> {
        let Some(value) = self.take(key) else { return Ok(None) };
        if let Some(date) = value.as_str().and_then(|text| text.parse().ok()) {
            return Ok(Some(date));
        }
        let at = moment(&value).ok_or_else(|| Wrong::new(key, "is no date, as 2026-01-31"))?;
        Ok(Some(Date::from_epoch_days(at.as_unix_seconds().div_euclid(86_400))))
    }

    /// Seconds since 1970, in quotes or not; RFC 3339; or a day, which begins in UTC.
    pub(super) fn time(&mut self, key: &str) -> Read<Option<Timestamp>> {
        let Some(value) = self.take(key) else { return Ok(None) };
        let day = || {
            value.as_str().and_then(|text| text.parse::<Date>().ok()).map(|day| Timestamp::from_unix_seconds(day.to_epoch_days() * 86_400))
        };
        let at = moment(&value).or_else(day);
        match at {
            Some(at) if YEARS.contains(&at.as_unix_seconds()) => Ok(Some(at)),
            Some(_) => wrong(key, "is not between the years 2000 and 2100"),
            None => wrong(key, "is no time: seconds since 1970, or 2026-01-31T12:00:00Z"),
        }
    }

    pub(super) fn metadata(&mut self, key: &str) -> Read<Option<Value>> {
        let Some(value) = self.take(key) else { return Ok(None) };
        if has_nul(&value) {
            return wrong(key, "holds the character U+0000");
        }
        if value.to_string().len() > METADATA {
            return wrong(key, format!("takes more than {METADATA} bytes"));
        }
        Ok(Some(value))
    }
}

fn parsed_id<I: Id>(key: &str, text: &str) -> Read<I> {
    text.parse().map_err(|error: model::id::IdError| Wrong::new(key, error.to_string()))
}

fn whole(value: &Value) -> Option<i64> {
    value.as_i64().or_else(|| value.as_str().and_then(|text| text.parse().ok()))
}

fn moment(value: &Value) -> Option<Timestamp> {
    let seconds = whole(value).filter(|seconds| (-crate::reader::EPOCH_MAX..=crate::reader::EPOCH_MAX).contains(seconds));
    seconds.map(Timestamp::from_unix_seconds).or_else(|| value.as_str().and_then(|text| Timestamp::parse_rfc3339(text).ok()))
}
