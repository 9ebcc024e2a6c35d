//! The parameters of lists.

use engine::{ApiVersion, Direction, EventsQuery, ListQuery};
use model::list::{LIMIT_DEFAULT, LIMIT_MAX, START_MAX};
use model::time::Timestamp;

use crate::problem::Problem;
use crate::reader::{EPOCH_MAX, measured};

/// What one list can be filtered and sorted by.
#[derive(Debug, Clone, Copy)]
pub struct Filters {
    /// By equality: the API's name, fewest and most characters.
    pub equal: &'static [(&'static str, usize, usize)],
    /// `created`, and what else this list can be sorted by.
    pub fields: &'static [&'static str],
}

pub const CUSTOMERS: Filters = Filters {
    equal: &[("external_id", 1, 36), ("email", 1, 64), ("name", 1, 64), ("country", 2, 2), ("legal_id", 1, 16)],
    fields: &["created"],
};
pub const CARDS: Filters = Filters { equal: &[("customer", 1, 64), ("external_id", 1, 36)], fields: &["created"] };
pub const INTENTS: Filters = Filters {
    equal: &[("order_id", 1, 36), ("unique_id", 1, 36), ("card", 1, 64), ("sepa", 1, 64), ("customer", 1, 64)],
    fields: &["created", "due"],
};
pub const PAYMENTS: Filters = Filters {
    equal: &[
        ("order_id", 1, 36),
        ("unique_id", 1, 36),
        ("card", 1, 64),
        ("sepa", 1, 64),
        ("payout", 1, 64),
        ("customer", 1, 64),
        ("payment_intent", 1, 64),
    ],
    fields: &["created", "paid"],
};
pub const REFUNDS: Filters =
    Filters { equal: &[("payment", 1, 64), ("payment_intent", 1, 64), ("unique_id", 1, 36)], fields: &["created"] };
pub const DISPUTES: Filters = Filters { equal: &[("payment", 1, 64)], fields: &["created"] };
/// Lists within an object: a page, no filter.
pub const PLAIN: Filters = Filters { equal: &[], fields: &["created"] };

/// A list's query, and the filters that v1 repeats in its answer.
#[derive(Debug, Clone)]
pub struct Asked {
    pub query: ListQuery,
    pub echo: Vec<(&'static str, String)>,
}

/// Parameters that mean nothing here are ignored; of one given twice the last counts.
///
/// # Errors
/// Every parameter that isn't what it should be.
pub fn list(pairs: &[(String, String)], filters: Filters, version: ApiVersion) -> Result<Asked, Vec<Problem>> {
    let mut reading = Reading { pairs, problems: Vec::new() };
    let equal: Vec<(&'static str, String)> =
        filters.equal.iter().filter_map(|(name, min, max)| Some((*name, reading.text(name, *min, *max)?))).collect();
    let created_from = reading.time("created");
    let paid_from = if filters.fields.contains(&"paid") { reading.time("paid") } else { None };
    let mut echo: Vec<_> = equal.iter().filter(|(name, _)| matches!(*name, "order_id" | "unique_id")).cloned().collect();
    echo.extend(created_from.map(|at| ("created", at.as_unix_seconds().to_string())));
    let query = ListQuery {
        start: reading.number("start", 0, START_MAX).unwrap_or(0),
        limit: reading.number("limit", 1, LIMIT_MAX).unwrap_or(LIMIT_DEFAULT),
        direction: reading.direction(version),
        field: reading.one_of("field", filters.fields).unwrap_or_else(|| "created".to_owned()),
        after: reading.text("cursor", 1, 400),
        equal: equal.into_iter().map(|(name, value)| (name.to_owned(), value)).collect(),
        created_from,
        paid_from,
    };
    reading.done(Asked { query, echo })
}

/// # Errors
/// Every parameter that isn't what it should be.
pub fn events(pairs: &[(String, String)]) -> Result<EventsQuery, Vec<Problem>> {
    let mut reading = Reading { pairs, problems: Vec::new() };
    let query = EventsQuery {
        object: reading.text("object", 1, 64),
        kind: reading.text("type", 1, 64),
        start: reading.number("start", 0, START_MAX).unwrap_or(0),
        limit: reading.number("limit", 1, LIMIT_MAX).unwrap_or(LIMIT_DEFAULT),
        after: reading.text("cursor", 1, 400),
    };
    reading.done(query)
}

struct Reading<'a> {
    pairs: &'a [(String, String)],
    problems: Vec<Problem>,
}

impl Reading<'_> {
    fn value(&self, name: &str) -> Option<String> {
        self.pairs.iter().rev().find(|(given, _)| given == name).map(|(_, value)| value.clone())
    }

    fn problem(&mut self, name: &'static str, kind: &'static str, msg: impl Into<String>) {
        self.problems.push(Problem::of_query(name, kind, msg));
    }

    fn text(&mut self, name: &'static str, min: usize, max: usize) -> Option<String> {
        let value = self.value(name)?;
        match measured(&value, min, max) {
            Ok(()) => Some(value),
            Err((kind, msg)) => {
                self.problem(name, kind, msg);
                None
            }
        }
    }

    fn number(&mut self, name: &'static str, min: i64, max: i64) -> Option<i64> {
        let value = self.value(name)?;
        let digits = value.strip_prefix('-').unwrap_or(&value);
        if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
            self.problem(name, "int_parsing", "Input should be a valid integer");
            return None;
        }
        match value.parse::<i64>() {
            Ok(number) if (min..=max).contains(&number) => Some(number),
            Ok(number) if number > max && name == "start" => {
                self.problem(name, "less_than_equal", format!("start reaches {max}; walk further with cursor"));
                None
            }
            _ => {
                self.problem(name, "out_of_range", format!("Input should be from {min} to {max}"));
                None
            }
        }
    }

    /// Seconds since 1970, or RFC 3339, or a day.
    fn time(&mut self, name: &'static str) -> Option<Timestamp> {
        let value = self.value(name)?;
        let seconds = value.parse::<i64>().ok().filter(|seconds| (0..=EPOCH_MAX).contains(seconds));
        // A `+` that wasn't escaped arrives as a space.
        let written = || Timestamp::parse_rfc3339(&value).or_else(|_| Timestamp::parse_rfc3339(&value.replacen(' ', "+", 1))).ok();
        let day = || Timestamp::parse_rfc3339(&format!("{value}T00:00:00Z")).ok();
        let time = seconds.map(Timestamp::from_unix_seconds).or_else(written).or_else(day);
        if time.is_none() {
            self.problem(name, "datetime_parsing", "Input should be a time: seconds since 1970, or YYYY-MM-DDTHH:MM:SSZ");
        }
        time
    }

    fn one_of(&mut self, name: &'static str, words: &[&str]) -> Option<String> {
        let value = self.value(name)?;
        if words.contains(&value.as_str()) {
            return Some(value);
        }
        self.problem(name, "enum", format!("Input should be one of {}", words.join(", ")));
        None
    }

    /// Newest first in v2, oldest first in v1.
    fn direction(&mut self, version: ApiVersion) -> Direction {
        match self.one_of("order", &["asc", "desc"]).as_deref() {
            Some("asc") => Direction::Ascending,
            None if version == ApiVersion::V1 => Direction::Ascending,
            _ => Direction::Descending,
        }
    }

    fn done<T>(self, value: T) -> Result<T, Vec<Problem>> {
        if self.problems.is_empty() { Ok(value) } else { Err(self.problems) }
    }
}
