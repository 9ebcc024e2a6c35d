//! The file, read from its beginning without being held: one element of one list at a time.

use std::collections::BTreeMap;
use std::fmt;
use std::io::Read;

use engine::RowKind;
use serde::de::{DeserializeSeed, Deserializer, Error as _, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::Value;

/// Where and why a file can't be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BadFile {
    /// Counted from 1; 0 where it is not known.
    pub line: usize,
    pub column: usize,
    pub reason: String,
}

impl fmt::Display for BadFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.line == 0 { f.write_str(&self.reason) } else { write!(f, "line {}, column {}: {}", self.line, self.column, self.reason) }
    }
}

impl From<serde_json::Error> for BadFile {
    fn from(error: serde_json::Error) -> Self {
        let text = error.to_string();
        let reason = text.rsplit_once(" at line ").map_or(text.as_str(), |(reason, _)| reason).to_owned();
        Self { line: error.line(), column: error.column(), reason }
    }
}

/// What a file holds.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Survey {
    pub rows: BTreeMap<RowKind, u64>,
    /// Lists, with their lengths, and other things that have no place here.
    pub others: BTreeMap<String, u64>,
}

/// What a list of the file is called.
const fn plural(kind: RowKind) -> &'static str {
    match kind {
        RowKind::Customer => "customers",
        RowKind::Card => "cards",
        RowKind::PaymentIntent => "payment_intents",
        RowKind::Payment => "payments",
        RowKind::Refund => "refunds",
        RowKind::Dispute => "disputes",
        RowKind::Payout => "payouts",
    }
}

/// What the API's own lists say beside their objects.
const ENVELOPE: [&str; 2] = ["range", "live_mode"];

fn kind_of(name: &str) -> Option<RowKind> {
    RowKind::ALL.iter().copied().find(|kind| plural(*kind) == name)
}

/// Reads the file to its end and counts. What it has read, [`each_row`] reads: a file that breaks off in the middle is refused before any row of it.
///
/// # Errors
/// Where it is no JSON, or not one object of lists.
pub fn survey(file: impl Read) -> Result<Survey, BadFile> {
    let mut survey = Survey::default();
    read(file, Top { wanted: None, survey: &mut survey, each: &mut |_, _| true })?;
    Ok(survey)
}

/// Gives every element of one list, with its place; stops where `each` says no.
///
/// # Errors
/// Where the file can't be read on.
pub fn each_row(file: impl Read, kind: RowKind, each: &mut dyn FnMut(u64, Value) -> bool) -> Result<(), BadFile> {
    let mut stopped = false;
    let mut until = |place: u64, value: Value| {
        stopped = !each(place, value);
        !stopped
    };
    let done = read(file, Top { wanted: Some(kind), survey: &mut Survey::default(), each: &mut until });
    if stopped { Ok(()) } else { done }
}

/// Where an element stands in the file: `payments[3]`, counted from 0.
pub fn place_of(kind: RowKind, place: u64) -> String {
    format!("{}[{place}]", plural(kind))
}

fn read(file: impl Read, top: Top<'_>) -> Result<(), BadFile> {
    let mut reader = serde_json::Deserializer::from_reader(file);
    top.deserialize(&mut reader)?;
    reader.end()?;
    Ok(())
}

struct Top<'a> {
    /// None: only counts.
    wanted: Option<RowKind>,
    survey: &'a mut Survey,
    each: &'a mut dyn FnMut(u64, Value) -> bool,
}

impl<'de> DeserializeSeed<'de> for Top<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<(), D::Error> {
        from.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Top<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("one JSON object of lists: {\"customers\": […], \"payments\": […], …}")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        while let Some(name) = map.next_key::<String>()? {
            match (kind_of(&name), self.wanted) {
                (Some(kind), None) => {
                    let count = map.next_value_seed(Counted { name: &name })?;
                    *self.survey.rows.entry(kind).or_default() += count;
                }
                (Some(kind), Some(wanted)) if kind == wanted => map.next_value_seed(Listed { each: &mut *self.each })?,
                (None, None) if !ENVELOPE.contains(&name.as_str()) => {
                    let length = map.next_value::<Length>()?.0;
                    let shown: String = name.chars().filter(|c| !validation::text::is_forbidden(*c)).take(64).collect();
                    *self.survey.others.entry(shown).or_default() += length;
                }
                _ => {
                    map.next_value::<IgnoredAny>()?;
                }
            }
        }
        Ok(())
    }
}

/// The elements of a wanted list.
struct Listed<'a> {
    each: &'a mut dyn FnMut(u64, Value) -> bool,
}

impl<'de> DeserializeSeed<'de> for Listed<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<(), D::Error> {
        from.deserialize_seq(self)
    }
}

impl<'de> Visitor<'de> for Listed<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<(), A::Error> {
        let mut place = 0;
        while let Some(value) = list.next_element::<Value>()? {
            if !(self.each)(place, value) {
                return Err(A::Error::custom("nobody reads on"));
            }
            place += 1;
        }
        Ok(())
    }
}

/// The length of a list that must be one.
struct Counted<'n> {
    name: &'n str,
}

impl<'de> DeserializeSeed<'de> for Counted<'_> {
    type Value = u64;

    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<u64, D::Error> {
        from.deserialize_seq(self)
    }
}

impl<'de> Visitor<'de> for Counted<'_> {
    type Value = u64;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "a list of {}", self.name)
    }

    /// Each element is read as [`each_row`] will: what ignores it lets bytes pass that are no text, and numbers that are too large.
    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<u64, A::Error> {
        let mut length = 0;
        while list.next_element::<Value>()?.is_some() {
            length += 1;
        }
        Ok(length)
    }
}

fn length<'de, A: SeqAccess<'de>>(mut list: A) -> Result<u64, A::Error> {
    let mut length = 0;
    while list.next_element::<IgnoredAny>()?.is_some() {
        length += 1;
    }
    Ok(length)
}

/// How many elements a list has; anything else is one.
struct Length(u64);

impl<'de> serde::Deserialize<'de> for Length {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct Any;
        impl<'de> Visitor<'de> for Any {
            type Value = Length;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("anything")
            }

            fn visit_seq<A: SeqAccess<'de>>(self, list: A) -> Result<Length, A::Error> {
                length(list).map(Length)
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Length, A::Error> {
                while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
                Ok(Length(1))
            }

            fn visit_bool<E>(self, _: bool) -> Result<Length, E> {
                Ok(Length(1))
            }

            fn visit_i64<E>(self, _: i64) -> Result<Length, E> {
                Ok(Length(1))
            }

            fn visit_u64<E>(self, _: u64) -> Result<Length, E> {
                Ok(Length(1))
            }

            fn visit_f64<E>(self, _: f64) -> Result<Length, E> {
                Ok(Length(1))
            }

            fn visit_str<E>(self, _: &str) -> Result<Length, E> {
                Ok(Length(1))
            }

            fn visit_unit<E>(self) -> Result<Length, E> {
                Ok(Length(1))
            }
        }
        from.deserialize_any(Any)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bad(text: &str) -> String {
        survey(text.as_bytes()).unwrap_err().to_string()
    }

    #[test]
    fn lists_are_counted_and_the_rest_is_named() {
        let file = r#"{"range": {"limit": 10}, "payments": [{}, 1], "sepa": [{}, {}, {}], "note": "hi", "n": 1.5, "o": {"a": [1]}, "customers": [], "payments": [{}]}"#;
        let found = survey(file.as_bytes()).unwrap();
        assert_eq!(found.rows, BTreeMap::from([(RowKind::Customer, 0), (RowKind::Payment, 3)]));
        assert_eq!(
            found.others,
            BTreeMap::from([("sepa", 3), ("note", 1), ("n", 1), ("o", 1)].map(|(name, count)| (name.to_owned(), count)))
        );
        let mut places = Vec::new();
        each_row(file.as_bytes(), RowKind::Payment, &mut |place, value| {
            places.push((place, value.is_object()));
            places.len() < 2
        })
        .unwrap();
        assert_eq!(places, [(0, true), (1, false)]);
    }

    #[test]
    fn a_bad_file_says_where() {
        assert_eq!(bad("{\n \"payments\": [1,]}"), "line 2, column 17: trailing comma");
        assert!(bad("").contains("EOF"), "{}", bad(""));
        assert!(bad("{\"payments\": null}").contains("a list of payments"), "{}", bad("{\"payments\": null}"));
        assert!(bad("12").contains("one JSON object of lists"), "{}", bad("12"));
        let deep = format!("{{\"payments\": [{}]}}", "[".repeat(1_000));
        assert!(bad(&deep).contains("line 1"), "{}", bad(&deep));
    }

    #[test]
    fn a_row_that_can_not_be_read_is_found_before_any_is_taken() {
        let text = survey(b"{\"payments\": [{\"id\": \"a\"},\n {\"card\": {\"na\x9fme\": 1}}]}".as_slice()).unwrap_err();
        assert_eq!((text.line, text.reason.as_str()), (2, "invalid unicode code point"));
        assert!(bad("{\"payments\": [{\"amount\": 1e999}]}").contains("number out of range"));
        let deep = format!("{{\"refunds\": [{}{}]}}", "[".repeat(200), "]".repeat(200));
        assert!(bad(&deep).contains("recursion limit"), "{}", bad(&deep));
    }
}
