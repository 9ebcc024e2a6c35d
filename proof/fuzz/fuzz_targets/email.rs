//! E-mail addresses as typed or sent.
#![no_main]

use libfuzzer_sys::fuzz_target;
use validation::email;

fuzz_target!(|text: &str| {
    if let Ok(read) = email::check(text) {
        assert_eq!(email::check(&read), Ok(read.clone()));
        assert!(!read.chars().any(|c| c.is_whitespace() || c.is_control()));
    }
});
