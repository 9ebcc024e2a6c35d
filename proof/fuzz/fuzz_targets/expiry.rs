//! Expiry dates as typed.
#![no_main]

use libfuzzer_sys::fuzz_target;
use validation::expiry::{Expiry, format_typed, parse};

fuzz_target!(|text: &str| {
    let (shown, caret) = format_typed(text, text.len() / 2);
    assert!(caret <= shown.encode_utf16().count());
    let now = Expiry { year: 2026, month: 11 };
    if let Ok(read) = parse(text, now) {
        assert!(read >= now);
        assert_eq!(parse(&format!("{:02}/{}", read.month, read.year), now), Ok(read));
    }
});
