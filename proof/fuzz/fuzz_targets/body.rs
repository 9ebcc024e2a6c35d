//! Every body of the API, of both versions.
#![no_main]

use engine::ApiVersion;
use libfuzzer_sys::fuzz_target;
use serde_json::Value;
use wire::{Problem, Reader, detail, input};

fn told<T>(read: Result<T, Vec<Problem>>) {
    if let Err(problems) = read {
        assert!(!problems.is_empty());
        let detail = detail(&problems);
        assert!(detail["detail"].as_array().is_some_and(|all| all.iter().all(|problem| problem["loc"][0] == "body")));
    }
}

fuzz_target!(|bytes: &[u8]| {
    told(input::captured_amount(bytes));
    let Ok(body) = serde_json::from_slice::<Value>(bytes) else { return };
    let body = || Some(body.clone());
    for version in [ApiVersion::V1, ApiVersion::V2] {
        told(Reader::read(body(), |reader| input::payment_draft(reader, version)));
        told(Reader::read(body(), |reader| input::payment_change(reader, version)));
    }
    told(Reader::read(body(), input::intent_draft));
    told(Reader::read(body(), input::intent_change));
    told(Reader::read(body(), input::card_draft));
    told(Reader::read(body(), input::card_change));
    told(Reader::read(body(), input::customer_draft));
    told(Reader::read(body(), input::customer_change));
    told(Reader::read(body(), input::refund_draft));
    told(Reader::read(body(), input::refund_of_payment));
    told(Reader::read(body(), input::refund_of_intent));
    told(Reader::read(body(), input::advance));
});
