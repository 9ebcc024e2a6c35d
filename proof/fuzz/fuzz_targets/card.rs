//! Card numbers and security codes as typed or sent.
#![no_main]

use libfuzzer_sys::fuzz_target;
use validation::{card, cvc};

fuzz_target!(|text: &str| {
    let (shown, caret) = card::format_typed(text, text.len() / 2);
    assert!(caret <= shown.encode_utf16().count());
    if let Ok(brand) = card::check(text) {
        let number = card::digits_only(text);
        assert!((12..=19).contains(&number.len()) && number.bytes().all(|byte| byte.is_ascii_digit()) && card::luhn(&number));
        assert_eq!(card::check(&number), Ok(brand));
        assert_eq!(card::digits_only(&card::format(&number)), number);
    }
    if cvc::check(text, None).is_ok() {
        assert!((3..=4).contains(&text.trim().len()));
    }
});
