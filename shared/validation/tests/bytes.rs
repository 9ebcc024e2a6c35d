//! Whatever bytes arrive where people type: no check panics, what one accepts it accepts again in the spelling it gave, and what is shown
//! while it is being typed stays what was typed.

use proptest::prelude::*;
use proptest::sample::{Index, select};
use validation::{bic, card, country, cvc, email, expiry, iban, name, order, phone, text, url};

const SAMPLES: &[&str] = &[
    "4242 4242 4242 4242",
    "3782-822463-10005",
    "12/34",
    "1 / 2040",
    "123",
    "FR76 3000 6000 0112 3456 7890 189",
    "DE89370400440532013000",
    "jane.doe+shop@example.co.uk",
    "+33 6 39 98 01 02",
    "Élodie d’Aubigné-Öztürk",
    "https://shop.example:8443/back?order=1#paid",
    "BNPAFRPP757",
    "2026-1187/A",
    "FR",
];

fn letter() -> impl Strategy<Value = char> {
    prop_oneof![4 => prop::char::range('0', '9'), 2 => prop::char::range('A', 'z'), 2 => select(vec![' ', '-', '/', '.', '@', '+', ':']), 1 => any::<char>()]
}

/// Something valid with letters replaced, put in or left out; sometimes any bytes at all.
fn near() -> impl Strategy<Value = String> {
    let change = (any::<Index>(), prop::option::of(letter()), any::<bool>());
    let changed = (select(SAMPLES), prop::collection::vec(change, 0..4)).prop_map(|(sample, changes)| {
        let mut letters: Vec<char> = sample.chars().collect();
        for (at, letter, insert) in changes {
            let at = at.index(letters.len() + 1);
            match letter {
                Some(letter) if insert || at == letters.len() => letters.insert(at, letter),
                Some(letter) => letters[at] = letter,
                None if at < letters.len() => drop(letters.remove(at)),
                None => {}
            }
        }
        letters.into_iter().collect()
    });
    let bytes = any::<Vec<u8>>().prop_map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
    prop_oneof![6 => changed, 1 => bytes, 1 => "[0-9 /]{0,40}"]
}

fn digits(text: &str) -> String {
    text.chars().filter(char::is_ascii_digit).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn accepted_cards_are_cards(text in near()) {
        if let Ok(brand) = card::check(&text) {
            let number = card::digits_only(&text);
            prop_assert!((12..=19).contains(&number.len()) && number.bytes().all(|byte| byte.is_ascii_digit()), "{}", number);
            prop_assert!(card::luhn(&number));
            prop_assert_eq!(card::check(&number), Ok(brand));
            prop_assert_eq!(digits(&card::format(&number)), number);
        }
    }

    #[test]
    fn accepted_codes_are_three_or_four_digits(text in near()) {
        if cvc::check(&text, None).is_ok() {
            let code = text.trim();
            prop_assert!((3..=4).contains(&code.len()) && code.bytes().all(|byte| byte.is_ascii_digit()), "{}", code);
        }
    }

    #[test]
    fn accepted_expiries_are_read_again(text in near(), month in 1_u8..=12, year in 2020_u16..2040) {
        let now = expiry::Expiry { year, month };
        if let Ok(read) = expiry::parse(&text, now) {
            prop_assert!(read >= now && (1..=12).contains(&read.month));
            prop_assert_eq!(expiry::parse(&format!("{:02}/{}", read.month, read.year), now), Ok(read));
        }
    }

    #[test]
    fn accepted_spellings_are_accepted_again(text in near()) {
        if let Ok(iban) = iban::check(&text) {
            prop_assert_eq!(iban::check(&iban), Ok(iban.clone()));
            prop_assert_eq!(iban::normalise(&iban::format(&iban)), iban);
        }
        if let Ok(mail) = email::check(&text) {
            prop_assert_eq!(email::check(&mail), Ok(mail.clone()));
            prop_assert!(!mail.chars().any(char::is_whitespace) && !mail.chars().any(char::is_control), "{:?}", mail);
        }
        if let Ok(number) = phone::check(&text) {
            prop_assert_eq!(phone::check(&number), Ok(number.clone()));
        }
        if let Ok(code) = bic::check(&text) {
            prop_assert_eq!(bic::check(&code), Ok(code.clone()));
        }
        if let Ok(code) = country::check(&text) {
            prop_assert_eq!(country::check(code), Ok(code));
        }
        if let Ok(reference) = order::check(&text) {
            prop_assert_eq!(order::check(reference), Ok(reference));
        }
        if let Ok(name) = name::check(&text) {
            prop_assert_eq!(name::check(name), Ok(name));
        }
    }

    #[test]
    fn accepted_texts_and_addresses_hold_nothing_invisible(text in near(), min in 0_usize..4, max in 4_usize..80) {
        for accepted in [url::check(&text).ok(), text::check(&text, min, max).ok()].into_iter().flatten() {
            prop_assert!(!accepted.chars().any(text::is_forbidden), "{:?}", accepted);
        }
        // with lines: what else is forbidden still is
        if let Ok(accepted) = text::check_lines(&text, min, max) {
            prop_assert!(!accepted.contains('\0'));
        }
    }

    #[test]
    fn typing_keeps_the_digits_and_the_caret_inside(text in near(), caret in 0_usize..60) {
        for (shown, at) in [card::format_typed(&text, caret), expiry::format_typed(&text, caret), iban::format_typed(&text, caret)] {
            prop_assert!(at <= shown.encode_utf16().count(), "{:?} {}", shown, at);
        }
    }
}
