//! IBANs and BICs as typed or sent.
#![no_main]

use libfuzzer_sys::fuzz_target;
use validation::{bic, iban};

fuzz_target!(|text: &str| {
    let (shown, caret) = iban::format_typed(text, text.len() / 2);
    assert!(caret <= shown.encode_utf16().count());
    if let Ok(read) = iban::check(text) {
        assert_eq!(iban::check(&read), Ok(read.clone()));
        assert_eq!(iban::normalise(&iban::format(&read)), read);
    }
    if let Ok(read) = bic::check(text) {
        assert_eq!(bic::check(&read), Ok(read.clone()));
    }
});
