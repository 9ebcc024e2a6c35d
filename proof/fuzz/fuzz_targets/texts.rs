//! Names, telephone numbers, countries, references, addresses of pages, and texts.
#![no_main]

use libfuzzer_sys::fuzz_target;
use validation::{country, name, order, phone, text, url};

fuzz_target!(|typed: &str| {
    if let Ok(read) = phone::check(typed) {
        assert_eq!(phone::check(&read), Ok(read.clone()));
    }
    if let Ok(read) = country::check(typed) {
        assert_eq!(country::check(read), Ok(read));
    }
    for read in
        [name::check(typed).ok(), order::check(typed).ok(), url::check(typed).ok(), text::check(typed, 0, 64).ok()].into_iter().flatten()
    {
        assert!(!read.chars().any(text::is_forbidden));
    }
    let _ = text::check_lines(typed, 0, 64);
});
