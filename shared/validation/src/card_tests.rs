use proptest::prelude::*;

use super::*;

/// The test cards of the sandbox that any client library may send.
const SUCCEEDING: [(&str, Brand); 11] = [
    ("4242424242424242", Brand::Visa),
    ("4444333322221111", Brand::Visa),
    ("4000002500000003", Brand::Visa),
    ("4000000000003220", Brand::Visa),
    ("5555555555554444", Brand::Mastercard),
    ("5200828282828210", Brand::Mastercard),
    ("2223003122003222", Brand::Mastercard),
    ("3530111333300000", Brand::Jcb),
    ("378282246310005", Brand::Amex),
    ("36000000000008", Brand::Diners),
    ("6011111111111117", Brand::Discover),
];

#[test]
fn known_cards_are_known() {
    for (number, brand) in SUCCEEDING {
        assert_eq!(check(number), Ok(brand), "{number}");
        assert_eq!(check(&format(number)), Ok(brand), "{number}");
    }
    assert_eq!(check("6212345678901265").map(Brand::code), Ok("unionpay"));
    assert_eq!(check("6759649826438453"), Ok(Brand::Maestro));
}

#[test]
fn what_is_wrong_is_said_precisely() {
    assert_eq!(check("  "), Err(CardError::Empty));
    assert_eq!(check("4242 4242 4242 424x"), Err(CardError::NotDigits));
    assert_eq!(check("٤٢٤٢"), Err(CardError::NotDigits));
    assert_eq!(check("4242"), Err(CardError::TooShort));
    assert_eq!(check("42424242424242"), Err(CardError::TooShort));
    assert_eq!(check("55555555555544440"), Err(CardError::TooLong));
    assert_eq!(check("42424242424242424242"), Err(CardError::TooLong));
    assert_eq!(check("9999999999999995"), Err(CardError::UnknownBrand));
    assert_eq!(check("9"), Err(CardError::UnknownBrand));
    assert_eq!(check("4242424242424241"), Err(CardError::Checksum));
    assert_eq!(CardError::Checksum.message("fr"), "Ce numéro de carte est erroné. Vérifiez les chiffres.");
}

#[test]
fn the_brand_shows_as_soon_as_it_is_certain() {
    assert_eq!(brand(""), None);
    assert_eq!(brand("4"), Some(Brand::Visa));
    assert_eq!(brand("5"), None);
    assert_eq!(brand("51"), Some(Brand::Mastercard));
    assert_eq!(brand("2"), None);
    assert_eq!(brand("222"), None);
    assert_eq!(brand("2221"), Some(Brand::Mastercard));
    assert_eq!(brand("34"), Some(Brand::Amex));
    assert_eq!(brand("35"), None);
    assert!(may_be_known("2"));
    assert!(!may_be_known("21"));
    assert!(!may_be_known("9"));
}

#[test]
fn ranges_do_not_overlap() {
    for (at, (low, high, _)) in RANGES.iter().enumerate() {
        assert!(low <= high);
        assert!(RANGES[at + 1..].iter().all(|(from, to, _)| to < low || high < from));
    }
}

#[test]
fn digits_are_grouped_as_on_the_card() {
    assert_eq!(format("4242424242424242"), "4242 4242 4242 4242");
    assert_eq!(format("4242424242424242424"), "4242 4242 4242 4242 424");
    assert_eq!(format("378282246310005"), "3782 822463 10005");
    assert_eq!(format("36000000000008"), "3600 000000 0008");
    assert_eq!(format("42424"), "4242 4");
    assert_eq!(format("4242"), "4242");
    assert_eq!(last4("4242424242421234"), "1234");
    assert_eq!(last4("12"), "12");
}

#[test]
fn the_caret_stays_behind_its_digit() {
    // A digit typed at the end crosses the gap.
    assert_eq!(format_typed("42424", 5), ("4242 4".into(), 6));
    // A digit typed in the middle.
    assert_eq!(format_typed("42942 4242", 3), ("4294 2424 2".into(), 3));
    // The gap was deleted: it comes back behind the caret, so the next deletion takes a digit.
    assert_eq!(format_typed("42424242", 4), ("4242 4242".into(), 4));
    // Pasted with other marks, and with characters of two UTF-16 units.
    assert_eq!(format_typed("4242-4242", 9), ("4242 4242".into(), 9));
    assert_eq!(format_typed("😀42424", 3), ("4242 4".into(), 1));
    assert_eq!(format_typed("", 7), (String::new(), 0));
    assert_eq!(format_typed("42424242424242424242424", 23).0.len(), 23);
}

fn valid_number() -> impl Strategy<Value = String> {
    "4[0-9]{14}".prop_map(|mut body| {
        let check = (0..10).find(|d| luhn(&format!("{body}{d}"))).unwrap();
        body.push_str(&check.to_string());
        body
    })
}

proptest! {
    #[test]
    fn one_wrong_digit_is_always_noticed(number in valid_number(), at in 1_usize..16, change in 1_u8..10) {
        prop_assert_eq!(check(&number), Ok(Brand::Visa));
        let mut bytes = number.into_bytes();
        bytes[at] = b'0' + (bytes[at] - b'0' + change) % 10;
        let wrong = String::from_utf8(bytes).unwrap();
        prop_assert_eq!(check(&wrong), Err(CardError::Checksum));
    }

    #[test]
    fn neighbours_swapped_are_noticed_save_09_and_90(number in valid_number(), at in 1_usize..15) {
        let mut bytes = number.into_bytes();
        let pair = (bytes[at], bytes[at + 1]);
        bytes.swap(at, at + 1);
        let unseen = pair.0 == pair.1 || matches!(pair, (b'0', b'9') | (b'9', b'0'));
        prop_assert_eq!(luhn(&String::from_utf8(bytes).unwrap()), unseen);
    }

    #[test]
    fn formatting_keeps_the_digits_and_is_idempotent(text in "[0-9 a-z-]{0,30}", caret in 0_usize..32) {
        let (once, at) = format_typed(&text, caret);
        let mut digits = digits_only(&text);
        digits.truncate(MAX_LENGTH);
        prop_assert_eq!(digits_only(&once), digits);
        prop_assert!(at <= once.len());
        prop_assert_eq!(format_typed(&once, at), (once, at));
    }

    #[test]
    fn the_caret_has_the_same_digits_before_it(digits in "[0-9]{0,19}", caret in 0_usize..20) {
        let caret = caret.min(digits.len());
        let (text, at) = format_typed(&digits, caret);
        prop_assert_eq!(digits_only(&text[..at]), &digits[..caret]);
    }

    #[test]
    fn no_text_panics(text in "\\PC{0,40}", caret in any::<usize>()) {
        let _ = check(&text);
        let _ = brand(&text);
        let _ = last4(&text);
        let _ = format(&text);
        let _ = format_typed(&text, caret);
    }
}
