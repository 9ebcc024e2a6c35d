//! The parameters of the API's lists.
#![no_main]

use engine::ApiVersion;
use libfuzzer_sys::fuzz_target;
use wire::query;

fuzz_target!(|text: &str| {
    let pair = |line: &str| line.split_once('=').map(|(name, value)| (name.to_owned(), value.to_owned()));
    let pairs: Vec<(String, String)> = text.split('&').filter_map(pair).collect();
    for filters in [query::CUSTOMERS, query::CARDS, query::INTENTS, query::PAYMENTS, query::REFUNDS, query::DISPUTES, query::PLAIN] {
        for version in [ApiVersion::V1, ApiVersion::V2] {
            match query::list(&pairs, filters, version) {
                Ok(asked) => assert!((0..=10_000).contains(&asked.query.start) && (1..=100).contains(&asked.query.limit)),
                Err(problems) => assert!(!problems.is_empty()),
            }
        }
    }
    let _ = query::events(&pairs);
});
