//! What must not be kept of requests: card numbers, security codes, secrets, IBANs. It masks too much rather than too little: what is masked
//! here is only looked at.

use serde_json::{Map, Value};
use validation::{card, iban};

/// Stands for one masked digit.
const DOT: char = '•';
/// Stands for a whole masked value.
const HIDDEN: &str = "••••";
/// Digits of card numbers (ISO/IEC 7812).
const DIGITS: std::ops::RangeInclusive<usize> = 12..=19;
/// More characters than this between two digits, and they belong to different numbers.
const GAP: usize = 3;

/// Fields whose value is never kept, whatever it is. Letters only, lower case: `security_code` and `securityCode` are one.
const NEVER: [&str; 15] = [
    "cvc",
    "cvv",
    "cvn",
    "cid",
    "csc",
    "securitycode",
    "cryptogram",
    "pin",
    "password",
    "secret",
    "token",
    "authorization",
    "apikey",
    "privatekey",
    "track",
];
/// Fields of which the last four characters may be kept.
const LAST4: [&str; 5] = ["number", "pan", "cardnumber", "iban", "accountnumber"];
/// What secrets begin with.
const SECRETS: [&str; 3] = ["stest_", "sprod_", "whsec_"];

/// The value without what must not be kept.
pub(crate) fn mask(value: Value) -> Value {
    match value {
        Value::Object(fields) => Value::Object(fields.into_iter().map(field).collect::<Map<_, _>>()),
        Value::Array(items) => Value::Array(items.into_iter().map(mask).collect()),
        Value::String(text) => Value::String(mask_text(&text)),
        Value::Number(number) => {
            let text = number.to_string();
            let masked = mask_text(&text);
            if masked == text { Value::Number(number) } else { Value::String(masked) }
        }
        other => other,
    }
}

fn field((name, value): (String, Value)) -> (String, Value) {
    let plain: String = name.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).collect();
    let value = match value {
        Value::Null => Value::Null,
        value if NEVER.iter().any(|never| plain.trim_end_matches(|c: char| c.is_ascii_digit()) == *never) => hidden(&value),
        value if LAST4.contains(&plain.as_str()) => last4(&value),
        value => mask(value),
    };
    (mask_text(&name), value)
}

/// Truth values say nothing: `"token": true`.
fn hidden(value: &Value) -> Value {
    if value.is_boolean() { value.clone() } else { Value::from(HIDDEN) }
}

fn last4(value: &Value) -> Value {
    let text = match value {
        Value::String(text) => text.clone(),
        Value::Number(number) => number.to_string(),
        _ => String::new(),
    };
    let plain: Vec<char> = text.chars().filter(char::is_ascii_alphanumeric).collect();
    // Less than a card number, or more than an IBAN: four of its characters may be most of it.
    if !(12..=34).contains(&plain.len()) {
        return Value::from(HIDDEN);
    }
    Value::from(format!("{HIDDEN} {}", plain[plain.len() - 4..].iter().collect::<String>()))
}

/// The text with secrets, IBANs and whatever may hold a card number masked.
pub(crate) fn mask_text(text: &str) -> String {
    let mut chars: Vec<char> = without_secrets(text).chars().collect();
    mask_ibans(&mut chars);
    for run in runs(&chars, GAP) {
        let digits: String = run.iter().map(|at| ascii(chars[*at])).collect();
        if holds_card_number(&digits) {
            for at in run {
                chars[at] = DOT;
            }
        }
    }
    chars.into_iter().collect()
}

/// Whether somebody typed a card number into a text: groups of digits, parted by a space, a dash or a dot, that make a known card's number.
pub(crate) fn types_card_number(text: &str) -> bool {
    has_number(text, |number| card::brand(number).is_some())
}

/// As [`types_card_number`], of as many digits as most cards of the brand have: what programs send is full of other numbers, and the bar codes
/// of goods, 13 digits, would often pass for an old Visa card.
pub(crate) fn sends_card_number(text: &str) -> bool {
    has_number(text, |number| card::brand(number).is_some_and(|brand| brand.usual_length() == number.len()))
}

fn has_number(text: &str, is_card: impl Fn(&str) -> bool) -> bool {
    let chars: Vec<char> = text.chars().collect();
    runs(&chars, 1).into_iter().any(|run| {
        let begins = |at: usize| at == 0 || run[at] != run[at - 1] + 1;
        let ends = |at: usize| at == run.len() || run[at] != run[at - 1] + 1;
        let digits: String = run.iter().map(|at| ascii(chars[*at])).collect();
        (0..run.len()).filter(|from| begins(*from)).any(|from| {
            DIGITS.map(|length| from + length).filter(|to| *to <= run.len() && ends(*to)).any(|to| {
                let number = &digits[from..to];
                card::luhn(number) && is_card(number)
            })
        })
    })
}

/// Whether any part of so many digits could be a card's number: neighbours may have got into one run with it.
fn holds_card_number(digits: &str) -> bool {
    (0..digits.len()).any(|from| DIGITS.filter_map(|length| digits.get(from..from + length)).any(card::luhn))
}

const FULLWIDTH: std::ops::RangeInclusive<char> = '０'..='９';

fn is_digit(c: char) -> bool {
    c.is_ascii_digit() || FULLWIDTH.contains(&c)
}

fn ascii(c: char) -> char {
    if FULLWIDTH.contains(&c) { u32::from(c).checked_sub(0xFF10 - 0x30).and_then(char::from_u32).unwrap_or(c) } else { c }
}

/// Where the digits of each number stand: at most `gap` characters between two, none of them a letter.
fn runs(chars: &[char], gap: usize) -> Vec<Vec<usize>> {
    let mut runs: Vec<Vec<usize>> = Vec::new();
    let mut broken = true;
    for (at, c) in chars.iter().enumerate() {
        if is_digit(*c) {
            match runs.last_mut() {
                Some(run) if !broken && run.last().is_some_and(|last| at - last <= gap + 1) => run.push(at),
                _ => runs.push(vec![at]),
            }
            broken = false;
        } else if c.is_alphanumeric() {
            broken = true;
        }
    }
    runs
}

fn without_secrets(text: &str) -> String {
    let mut text = text.to_owned();
    for prefix in SECRETS {
        let mut out = String::with_capacity(text.len());
        let mut rest = text.as_str();
        while let Some((before, after)) = rest.split_once(prefix) {
            out.push_str(before);
            out.push_str(prefix);
            out.push_str(HIDDEN);
            rest = after.trim_start_matches(|c: char| c.is_ascii_alphanumeric() || c == '_');
        }
        out.push_str(rest);
        text = out;
    }
    text
}

fn mask_ibans(chars: &mut [char]) {
    let mut at = 0;
    while at + 4 <= chars.len() {
        let begins = at == 0 || !chars[at - 1].is_alphanumeric();
        let found = if begins { iban_at(chars, at) } else { None };
        match found {
            Some(places) => {
                at = places.last().map_or(at + 1, |last| last + 1);
                for place in &places[..places.len() - 4] {
                    chars[*place] = DOT;
                }
            }
            None => at += 1,
        }
    }
}

/// Where the characters of the IBAN that begins here stand.
fn iban_at(chars: &[char], at: usize) -> Option<Vec<usize>> {
    let country: String = chars.get(at..at + 2)?.iter().collect::<String>().to_ascii_uppercase();
    let length = iban::length(&country)?;
    let mut places = Vec::with_capacity(length);
    for (place, c) in chars.iter().enumerate().skip(at) {
        if c.is_ascii_alphanumeric() {
            places.push(place);
        } else if places.last().is_none_or(|last| place - last > 1) || !matches!(c, ' ' | '-' | '.' | '\u{a0}' | '\u{202f}') {
            return None;
        }
        if places.len() == length {
            let text: String = places.iter().map(|place| chars[*place]).collect();
            return iban::check(&text).is_ok().then_some(places);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    #[test]
    fn what_must_not_be_kept_is_gone_and_the_rest_stands() {
        let body = json!({
            "amount": 8900, "currency": "eur", "order_id": "2026-1186", "capture": false,
            "card": {"number": "4242 4242 4242 4242", "exp_month": 12, "cvc": "123", "CVV2": 987, "tokenize": true, "securityCode": "321"},
            "sepa": {"iban": "FR14 2004 1010 0505 0001 3M02 606"},
            "description": "card 4242-4242-4242-4242 12/34 123, IBAN DE89 3704 0044 0532 0130 00, key stest_abcdefghij1234567890",
            "metadata": {"4242424242424242": 4_242_424_242_424_242_u64, "wide": "４２４２４２４２４２４２４２４２", "payment": "paym_SkUM7B0hSyLnw3WqbIyTm3iK"},
        });
        let masked = mask(body);
        let kept = json!({
            "amount": 8900, "currency": "eur", "order_id": "2026-1186", "capture": false,
            "card": {"number": "•••• 4242", "exp_month": 12, "cvc": "••••", "CVV2": "••••", "tokenize": true, "securityCode": "••••"},
            "sepa": {"iban": "•••• 2606"},
            "description": "card ••••-••••-••••-•••• ••/•• •••, IBAN •••• •••• •••• •••• ••30 00, key stest_••••",
            "metadata": {"••••••••••••••••": "••••••••••••••••", "wide": "••••••••••••••••", "payment": "paym_SkUM7B0hSyLnw3WqbIyTm3iK"},
        });
        assert_eq!(masked, kept);
    }

    #[test]
    fn a_note_holds_no_card_number_but_may_hold_other_numbers() {
        for text in [
            "4242424242424242",
            "card: 4242 4242 4242 4242 12/34",
            "Amex 3782-822463-10005.",
            "ring 06 12 34 56 78 about 5555.5555.5555.4444",
        ] {
            assert!(types_card_number(text), "{text}");
        }
        for text in ["parcel 1234567890123456", "2026-11-22 14:05:33.123", "+33 6 12 34 56 78", "€1,480.00 of 20.11.2026", "4242", ""] {
            assert!(!types_card_number(text), "{text}");
        }
    }

    #[test]
    fn what_programs_send_holds_no_card_number_but_may_hold_bar_codes() {
        for text in
            ["4242424242424242", "paid with 4242 4242 4242 4242", "3782-822463-10005", "n°5555555555554444;", "Visa4242424242424242"]
        {
            assert!(sends_card_number(text), "{text}");
        }
        // A bar code of thirteen digits and a telephone's number of fifteen, both with a check digit that fits.
        for text in ["4006381333900", "4006381333931", "490154203237518", "1732280399000", "order 20261122-0042"] {
            assert!(!sends_card_number(text), "{text}");
        }
    }

    fn survivors(value: &Value) -> bool {
        let left = |text: &str| {
            let chars: Vec<char> = text.chars().collect();
            runs(&chars, GAP).iter().any(|run| holds_card_number(&run.iter().map(|at| ascii(chars[*at])).collect::<String>()))
        };
        match value {
            Value::Object(fields) => fields.iter().any(|(name, value)| left(name) || survivors(value)),
            Value::Array(items) => items.iter().any(survivors),
            Value::String(text) => left(text),
            Value::Number(number) => left(&number.to_string()),
            _ => false,
        }
    }

    /// A number with its check digit.
    fn luhn_number() -> impl Strategy<Value = String> {
        proptest::collection::vec(0_u8..10, 11..=18).prop_map(|digits| {
            let body: String = digits.iter().map(|digit| char::from(b'0' + digit)).collect();
            (0..10).map(|check| format!("{body}{check}")).find(|number| card::luhn(number)).unwrap()
        })
    }

    fn parted() -> impl Strategy<Value = String> {
        (luhn_number(), proptest::sample::select(vec!["", " ", "-", ".", "\u{a0}", " - ", "/", ", "]), 1_usize..6).prop_map(
            |(number, gap, size)| {
                let chars: Vec<char> = number.chars().collect();
                chars.chunks(size).map(|group| group.iter().collect::<String>()).collect::<Vec<_>>().join(gap)
            },
        )
    }

    proptest! {
        #[test]
        fn no_card_number_survives(number in parted(), before in "\\PC{0,12}", after in "\\PC{0,12}", name in "[a-z_]{1,10}") {
            let text = format!("{before}{number}{after}");
            let body = json!({ name.clone(): text, "list": [text, {"deep": number}], number.clone(): 1 });
            let masked = mask(body);
            prop_assert!(!survivors(&masked), "{masked}");
            prop_assert!(!masked.to_string().contains(&number));
        }

        #[test]
        fn numbers_are_masked_as_texts_are(number in luhn_number()) {
            if let Ok(number) = number.parse::<u64>() && number >= 100_000_000_000 {
                let masked = mask(json!({"n": number, "m": [number]}));
                prop_assert!(!survivors(&masked));
            }
        }

        #[test]
        fn no_text_makes_it_panic(text in "\\PC{0,80}") {
            mask_text(&text);
            types_card_number(&text);
        }
    }
}
