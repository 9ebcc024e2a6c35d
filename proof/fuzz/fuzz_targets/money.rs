//! Amounts as people type them, in both languages' ways.
#![no_main]

use libfuzzer_sys::fuzz_target;
use model::locale::Locale;
use model::money::{Currency, Money};

fuzz_target!(|text: &str| {
    for locale in [Locale::En, Locale::Fr] {
        for currency in Currency::ALL {
            if let Ok(read) = Money::parse_major(text, currency, locale) {
                // what is shown of it is read as the same
                assert_eq!(Money::parse_major(&read.display_number(locale), currency, locale), Ok(read));
            }
        }
    }
    let _ = Currency::from_code(text);
});
