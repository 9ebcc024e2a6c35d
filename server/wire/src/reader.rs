//! Reads a JSON object field by field: what is asked for is taken out, what is left over at the end is unknown and refused.

use std::fmt::Display;
use std::str::FromStr;

use engine::Patch;
use model::id::Id;
use model::money::Currency;
use model::time::{Date, Timestamp};
use model::words::UnknownWord;
use serde_json::{Map, Value};
use validation::text::is_forbidden;

use crate::problem::{Problem, Step};

/// One object of a request, with the way to it and the problems found so far in the whole request.
#[derive(Debug)]
pub struct Reader<'p> {
    fields: Map<String, Value>,
    at: Vec<Step>,
    problems: &'p mut Vec<Problem>,
}

impl Reader<'_> {
    /// Reads a body. A body that is absent is an empty object.
    ///
    /// # Errors
    /// Every problem of the body, unknown fields included.
    pub fn read<T>(body: Option<Value>, parse: impl FnOnce(&mut Reader<'_>) -> Option<T>) -> Result<T, Vec<Problem>> {
        let mut problems = Vec::new();
        let value = object(body.unwrap_or_else(|| Value::Object(Map::new())), vec!["body".into()], &mut problems, parse);
        match value {
            Some(value) if problems.is_empty() => Ok(value),
            _ if problems.is_empty() => Err(vec![Problem::of_body("value_error", "The body is not valid")]),
            _ => Err(problems),
        }
    }

    fn loc(&self, key: &'static str) -> Vec<Step> {
        let mut loc = self.at.clone();
        loc.push(key.into());
        loc
    }

    pub fn problem(&mut self, key: &'static str, kind: &'static str, msg: impl Into<String>) {
        let loc = self.loc(key);
        self.problems.push(Problem::new(loc, kind, msg));
    }

    /// Whether the field is there with a value.
    pub fn has(&self, key: &str) -> bool {
        self.fields.get(key).is_some_and(|value| !value.is_null())
    }

    pub fn is_object(&self, key: &str) -> bool {
        self.fields.get(key).is_some_and(Value::is_object)
    }

    /// The field's value; `null` is none.
    pub fn take(&mut self, key: &'static str) -> Option<Value> {
        self.fields.remove(key).filter(|value| !value.is_null())
    }

    /// A field that must be there.
    pub fn required<T>(&mut self, key: &'static str, read: impl FnOnce(&mut Self) -> Option<T>) -> Option<T> {
        if self.has(key) {
            return read(self);
        }
        self.fields.remove(key);
        self.problem(key, "missing", "Field required");
        None
    }

    /// A field of a change: absent leaves it, `null` empties it.
    pub fn patch<T>(&mut self, key: &'static str, read: impl FnOnce(&mut Self) -> Option<T>) -> Patch<T> {
        if self.fields.get(key).is_some_and(Value::is_null) {
            self.fields.remove(key);
            return Some(None);
        }
        read(self).map(Some)
    }

    fn string(&mut self, key: &'static str) -> Option<String> {
        let Value::String(text) = self.take(key)? else {
            self.problem(key, "string_type", "Input should be a valid string");
            return None;
        };
        Some(text)
    }

    /// A text of `min` to `max` characters, without control characters, as sent.
    pub fn text(&mut self, key: &'static str, min: usize, max: usize) -> Option<String> {
        let text = self.string(key)?;
        match measured(&text, min, max) {
            Ok(()) => Some(text),
            Err((kind, msg)) => {
                self.problem(key, kind, msg);
                None
            }
        }
    }

    /// A text that `check` accepts, in the spelling it gives.
    pub fn checked<T, E: Display>(&mut self, key: &'static str, max: usize, check: impl FnOnce(&str) -> Result<T, E>) -> Option<T> {
        let text = self.text(key, 0, max)?;
        match check(&text) {
            Ok(value) => Some(value),
            Err(error) => {
                self.problem(key, "value_error", error.to_string());
                None
            }
        }
    }

    /// A whole number within limits. Fractions, numbers in quotes and truth values are none.
    pub fn integer(&mut self, key: &'static str, min: i64, max: i64) -> Option<i64> {
        let value = self.take(key)?;
        if !value.is_number() {
            self.problem(key, "int_type", "Input should be a valid integer");
            return None;
        }
        match value.as_i64() {
            Some(number) if number < min => {
                self.problem(key, "greater_than_equal", format!("Input should be greater than or equal to {min}"));
                None
            }
            Some(number) if number <= max => Some(number),
            None if !value.is_u64() => {
                self.problem(key, "int_type", format!("Input should be a whole number from {min} to {max}"));
                None
            }
            _ => {
                self.problem(key, "less_than_equal", format!("Input should be less than or equal to {max}"));
                None
            }
        }
    }

    pub fn flag(&mut self, key: &'static str) -> Option<bool> {
        let flag = self.take(key)?.as_bool();
        if flag.is_none() {
            self.problem(key, "bool_type", "Input should be a valid boolean");
        }
        flag
    }

    /// The field when it is a truth value; anything else stays.
    pub fn flag_if(&mut self, key: &'static str) -> Option<bool> {
        let flag = self.fields.get(key).and_then(Value::as_bool)?;
        self.fields.remove(key);
        Some(flag)
    }

    pub fn is_text(&self, key: &str) -> bool {
        self.fields.get(key).is_some_and(Value::is_string)
    }

    /// One word of a closed list.
    pub fn word<T: FromStr<Err = UnknownWord>>(&mut self, key: &'static str) -> Option<T> {
        let text = self.string(key)?;
        match text.parse() {
            Ok(word) => Some(word),
            Err(UnknownWord { expected }) => {
                self.problem(key, "enum", format!("Input should be one of {}", expected.join(", ")));
                None
            }
        }
    }

    pub fn currency(&mut self, key: &'static str) -> Option<Currency> {
        let text = self.string(key)?;
        let currency = Currency::from_code(&text);
        if currency.is_none() {
            let known: Vec<&str> = Currency::ALL.iter().map(|currency| currency.code()).collect();
            self.problem(key, "enum", format!("Input should be one of {}", known.join(", ")));
        }
        currency
    }

    pub fn id<I: Id>(&mut self, key: &'static str) -> Option<I> {
        let text = self.string(key)?;
        let id = text.parse().ok();
        if id.is_none() {
            self.problem(key, "string_pattern_mismatch", format!("String should match pattern '^{}_[a-zA-Z0-9]{{24}}$'", I::PREFIX));
        }
        id
    }

    pub fn date(&mut self, key: &'static str) -> Option<Date> {
        let text = self.string(key)?;
        match text.parse() {
            Ok(date) => Some(date),
            Err(error) => {
                self.problem(key, "date_from_datetime_parsing", format!("Input should be a valid date: {error}"));
                None
            }
        }
    }

    /// Seconds since 1970, or RFC 3339.
    pub fn time(&mut self, key: &'static str) -> Option<Timestamp> {
        let value = self.take(key)?;
        let time = match &value {
            Value::Number(number) => number.as_i64().filter(|seconds| (0..=EPOCH_MAX).contains(seconds)).map(Timestamp::from_unix_seconds),
            Value::String(text) => Timestamp::parse_rfc3339(text).ok(),
            _ => None,
        };
        if time.is_none() {
            self.problem(key, "datetime_parsing", "Input should be a time: seconds since 1970, or YYYY-MM-DDTHH:MM:SSZ");
        }
        time
    }

    /// A list of different words.
    pub fn words<T: FromStr<Err = UnknownWord> + PartialEq>(&mut self, key: &'static str) -> Option<Vec<T>> {
        let Value::Array(items) = self.take(key)? else {
            self.problem(key, "list_type", "Input should be a valid list");
            return None;
        };
        let mut words = Vec::new();
        for (place, item) in items.iter().enumerate() {
            let found = item.as_str().map(str::parse::<T>);
            let msg = match found {
                Some(Ok(word)) if words.contains(&word) => "Items should be unique".to_owned(),
                Some(Ok(word)) => {
                    words.push(word);
                    continue;
                }
                Some(Err(UnknownWord { expected })) => format!("Input should be one of {}", expected.join(", ")),
                None => "Input should be a valid string".to_owned(),
            };
            let mut loc = self.loc(key);
            loc.push(Step::Place(place));
            self.problems.push(Problem::new(loc, "enum", msg));
        }
        Some(words)
    }

    /// Any JSON value without U+0000, which not every database keeps.
    pub fn json(&mut self, key: &'static str) -> Option<Value> {
        let value = self.take(key)?;
        if has_nul(&value) {
            self.problem(key, "string_control", "Texts should not contain the character U+0000");
            return None;
        }
        Some(value)
    }

    /// An object within this one.
    pub fn nested<T>(&mut self, key: &'static str, parse: impl FnOnce(&mut Reader<'_>) -> Option<T>) -> Option<T> {
        let value = self.take(key)?;
        let at = self.loc(key);
        object(value, at, self.problems, parse)
    }
}

/// The end of the year 9999, in seconds since 1970.
pub(crate) const EPOCH_MAX: i64 = 253_402_300_799;

fn object<T>(value: Value, at: Vec<Step>, problems: &mut Vec<Problem>, parse: impl FnOnce(&mut Reader<'_>) -> Option<T>) -> Option<T> {
    let Value::Object(fields) = value else {
        problems.push(Problem::new(at, "dict_type", "Input should be a JSON object"));
        return None;
    };
    let mut reader = Reader { fields, at, problems };
    let value = parse(&mut reader);
    let Reader { fields, at, problems } = reader;
    for name in fields.into_iter().map(|(name, _)| name) {
        let mut loc = at.clone();
        loc.push(shortened(&name).into());
        problems.push(Problem::new(loc, "extra_forbidden", "Extra inputs are not permitted"));
    }
    value
}

/// An unknown field's name as an answer repeats it.
fn shortened(name: &str) -> String {
    name.chars().filter(|c| !is_forbidden(*c)).take(100).collect()
}

pub(crate) fn measured(text: &str, min: usize, max: usize) -> Result<(), (&'static str, String)> {
    let length = text.chars().count();
    if text.chars().any(is_forbidden) {
        Err(("string_control", "String should not contain control characters".to_owned()))
    } else if length < min {
        Err(("string_too_short", format!("String should have at least {min} characters")))
    } else if length > max {
        Err(("string_too_long", format!("String should have at most {max} characters")))
    } else {
        Ok(())
    }
}

pub(crate) fn has_nul(value: &Value) -> bool {
    match value {
        Value::String(text) => text.contains('\0'),
        Value::Array(items) => items.iter().any(has_nul),
        Value::Object(fields) => fields.iter().any(|(name, value)| name.contains('\0') || has_nul(value)),
        _ => false,
    }
}
