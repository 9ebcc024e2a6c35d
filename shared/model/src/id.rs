//! Identifiers: a prefix that says what the thing is, `_`, and 24 letters or digits drawn by chance.
//!
//! One registry makes every kind, so two kinds can't share a prefix and no kind parses as another.

use std::fmt;
use std::hash::Hash;
use std::str::FromStr;

use serde::Serialize;
use serde::de::{DeserializeOwned, Deserializer, Error as _};
use thiserror::Error;

/// How many letters and digits follow the prefix.
pub const LENGTH: usize = 24;

const ALPHABET: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/// What every kind of identifier can do.
pub trait Id:
    Copy + Ord + Hash + fmt::Display + fmt::Debug + FromStr<Err = IdError> + Serialize + DeserializeOwned + Send + Sync + 'static
{
    /// What stands before the `_`.
    const PREFIX: &'static str;
    /// What the thing is called in a sentence: "payment", "payment intent".
    const NOUN: &'static str;

    /// Draws a new identifier from a source of random bytes. See [`crate::id`]. A byte below 62 is that letter of the alphabet, which is sorted:
    /// identifiers whose bytes begin by counting up sort as they count.
    fn mint(next: &mut dyn FnMut() -> u8) -> Self;
}

/// What is wrong with a text that should be an identifier. `expected` is the prefix, `noun` the kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum IdError {
    #[error("a {noun} id begins with `{expected}_`")]
    Prefix { noun: &'static str, expected: &'static str },
    #[error("a {noun} id has {LENGTH} letters or digits after `{expected}_`, this has {found}")]
    Length { noun: &'static str, expected: &'static str, found: usize },
    #[error("a {noun} id has only letters and digits after `{expected}_`; character {at} is neither")]
    Character {
        noun: &'static str,
        expected: &'static str,
        /// Counted from 1, after the prefix.
        at: usize,
    },
}

fn parse(noun: &'static str, expected: &'static str, text: &str) -> Result<[u8; LENGTH], IdError> {
    let rest = text.strip_prefix(expected).and_then(|rest| rest.strip_prefix('_')).ok_or(IdError::Prefix { noun, expected })?;
    if !rest.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
        let at = rest.chars().take_while(char::is_ascii_alphanumeric).count();
        return Err(IdError::Character { noun, expected, at: at + 1 });
    }
    <[u8; LENGTH]>::try_from(rest.as_bytes()).map_err(|_| IdError::Length { noun, expected, found: rest.len() })
}

/// Every letter is equally likely: 248 is the largest multiple of 62 in a byte, what lies above is drawn again.
fn draw(next: &mut dyn FnMut() -> u8) -> [u8; LENGTH] {
    let mut body = [0; LENGTH];
    for place in &mut body {
        let byte = loop {
            let byte = next();
            if byte < 248 {
                break byte;
            }
        };
        *place = ALPHABET[usize::from(byte % 62)];
    }
    body
}

/// At once: an id is written a dozen times for every request.
fn write(f: &mut fmt::Formatter<'_>, prefix: &str, body: &[u8; LENGTH]) -> fmt::Result {
    const PREFIX_MAX: usize = 8;
    let mut text = [b'_'; PREFIX_MAX + 1 + LENGTH];
    let (end, whole) = (prefix.len(), prefix.len() + 1 + LENGTH);
    text[..end].copy_from_slice(prefix.as_bytes());
    text[end + 1..whole].copy_from_slice(body);
    f.write_str(std::str::from_utf8(&text[..whole]).map_err(|_| fmt::Error)?)
}

/// Reads a text of any serialisation format, borrowed or owned.
struct Text;

impl serde::de::Visitor<'_> for Text {
    type Value = String;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an id")
    }

    fn visit_str<E>(self, text: &str) -> Result<String, E> {
        Ok(text.to_owned())
    }
}

fn read<'de, D: Deserializer<'de>, T: FromStr<Err = IdError>>(from: D) -> Result<T, D::Error> {
    from.deserialize_str(Text)?.parse().map_err(D::Error::custom)
}

macro_rules! ids {
    ($($name:ident $prefix:literal $noun:literal;)*) => {
        $(
            #[doc = concat!("Identifier of one ", $noun, ": `", $prefix, "_…`.")]
            #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
            pub struct $name([u8; LENGTH]);

            impl $name {
                pub const PREFIX: &'static str = $prefix;
                pub const NOUN: &'static str = $noun;

                /// Draws a new identifier; every one is equally likely when the bytes are.
                pub fn mint(next: &mut dyn FnMut() -> u8) -> Self {
                    Self(draw(next))
                }
            }

            impl Id for $name {
                const PREFIX: &'static str = $prefix;
                const NOUN: &'static str = $noun;

                fn mint(next: &mut dyn FnMut() -> u8) -> Self {
                    Self(draw(next))
                }
            }

            impl fmt::Display for $name {
                fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                    write(f, $prefix, &self.0)
                }
            }

            impl fmt::Debug for $name {
                fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                    write(f, $prefix, &self.0)
                }
            }

            impl FromStr for $name {
                type Err = IdError;

                fn from_str(text: &str) -> Result<Self, IdError> {
                    parse($noun, $prefix, text).map(Self)
                }
            }

            impl Serialize for $name {
                fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
                    to.collect_str(self)
                }
            }

            impl<'de> serde::Deserialize<'de> for $name {
                fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
                    read(from)
                }
            }
        )*

        /// Prefix and noun of every kind, alphabetical by kind.
        pub const KINDS: &[(&str, &str)] = &[$(($prefix, $noun)),*];

        #[cfg(test)]
        mod round_trips {
            pub(super) const READ: &[fn(&str)] = &[$(super::tests::read_or_refused::<super::$name>),*];

            $(
                #[test]
                #[expect(non_snake_case, reason = "one test a kind, named after it")]
                fn $name() {
                    super::tests::round_trip::<super::$name>();
                }
            )*
        }
    };
}

ids! {
    AccountId "acct" "account";
    AddressId "addr" "address";
    ApiKeyId "key" "API key";
    AuditEntryId "audit" "audit log entry";
    CardId "card" "card";
    CustomerId "cust" "customer";
    DisputeId "dspt" "dispute";
    EventId "evt" "event";
    InvitationId "invt" "invitation";
    MandateId "mndt" "mandate";
    NoteId "note" "note";
    OperationId "oprn" "operation";
    PaymentId "paym" "payment";
    PaymentIntentId "pi" "payment intent";
    PayoutId "pout" "payout";
    RefundId "refd" "refund";
    SepaId "sepa" "sepa";
    SessionId "sess" "session";
    ShopId "shop" "shop";
    UserId "user" "user";
    ViewId "view" "view";
}

/// The kind a text claims to be by its prefix: `paym_…` is a "payment". A search jumps by it; the rest is not checked.
pub fn noun_of(text: &str) -> Option<&'static str> {
    let (given, _) = text.split_once('_')?;
    KINDS.iter().find(|(prefix, _)| *prefix == given).map(|(_, noun)| *noun)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;

    pub(super) fn round_trip<T: Id>() {
        let mut byte = 0_u8;
        let id = T::mint(&mut || {
            byte = byte.wrapping_add(37);
            byte
        });
        let text = id.to_string();
        assert_eq!(text.len(), T::PREFIX.len() + 1 + LENGTH);
        assert_eq!(text, format!("{id:?}"));
        assert_eq!(text.parse::<T>(), Ok(id));
        assert_eq!(noun_of(&text), Some(T::NOUN));
        let json = serde_json::to_string(&id).unwrap();
        assert_eq!(json, format!("\"{text}\""));
        assert_eq!(serde_json::from_str::<T>(&json).unwrap(), id);
        assert_eq!(serde_json::from_value::<T>(serde_json::Value::String(text)).unwrap(), id);
    }

    /// Whatever text: an id that says itself, or none.
    pub(super) fn read_or_refused<T: Id>(text: &str) {
        if let Ok(id) = text.parse::<T>() {
            assert_eq!(id.to_string(), text);
            assert_eq!(noun_of(text), Some(T::NOUN));
            assert!(text.strip_prefix(T::PREFIX).and_then(|rest| rest.strip_prefix('_')).is_some());
        }
    }

    #[test]
    fn prefixes_are_distinct() {
        let prefixes: BTreeSet<_> = KINDS.iter().map(|(prefix, _)| prefix).collect();
        assert_eq!(prefixes.len(), KINDS.len());
    }

    #[test]
    fn errors_name_what_is_wrong() {
        let wrong = |text: &str| text.parse::<PaymentId>().unwrap_err().to_string();
        assert_eq!(wrong("card_AAAAAAAAAAAAAAAAAAAAAAAA"), "a payment id begins with `paym_`");
        assert_eq!(wrong("paymAAAAAAAAAAAAAAAAAAAAAAAA"), "a payment id begins with `paym_`");
        assert_eq!(wrong("paym_AAA"), "a payment id has 24 letters or digits after `paym_`, this has 3");
        assert_eq!(
            wrong("paym_AAAAAAAAAAAAAAAAAAAAAAA-"),
            "a payment id has only letters and digits after `paym_`; character 24 is neither"
        );
        assert!(serde_json::from_str::<PaymentId>("\"paym_\"").is_err());
        assert!(serde_json::from_str::<PaymentId>("12").is_err());
    }

    #[test]
    fn minting_rejects_bytes_that_would_favour_some_letters() {
        let mut bytes = [255, 248, 247].into_iter().chain(std::iter::repeat(0));
        let id = PaymentId::mint(&mut || bytes.next().unwrap());
        assert_eq!(id.to_string(), "paym_z00000000000000000000000");
    }

    #[test]
    fn what_counts_up_sorts_as_it_counts() {
        let counted = |at: u8| PaymentId::mint(&mut || at);
        let ids: Vec<PaymentId> = (0..62).map(counted).collect();
        assert!(ids.is_sorted() && ids.iter().map(ToString::to_string).is_sorted());
    }

    proptest! {
        #[test]
        fn any_body_round_trips(body in "[A-Za-z0-9]{24}") {
            let text = format!("pi_{body}");
            prop_assert_eq!(text.parse::<PaymentIntentId>().unwrap().to_string(), text);
        }

        #[test]
        fn any_text_is_the_id_of_its_own_kind_or_of_none(kind in prop::sample::select(KINDS), body in prop_oneof![4 => "[A-Za-z0-9]{24}", 1 => "\\PC{0,30}", 1 => "[A-Za-z0-9é_\0]{22,25}"], whole in any::<String>()) {
            for text in [format!("{}_{body}", kind.0), format!("{}{body}", kind.0), format!("{}_{body} ", kind.0.to_uppercase()), whole] {
                for read in round_trips::READ {
                    read(&text);
                }
            }
        }
    }
}
