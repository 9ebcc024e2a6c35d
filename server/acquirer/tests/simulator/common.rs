//! What both suites play with.

use std::sync::Arc;

use acquirer::{Answer, Call, Challenge, InMemory, Instrument, Simulator};
use model::locale::Locale;
use model::money::{Currency, Money};
use model::time::Timestamp;

/// 15 May 2026, 10:00 UTC.
pub const START: Timestamp = Timestamp::from_millis(1_778_839_200_000);

pub fn later(millis: i64) -> Timestamp {
    START.plus_millis(millis)
}

pub fn euros(minor: i64) -> Money {
    Money::new(minor, Currency::Eur)
}

pub fn call(reference: &str, amount: i64, now: Timestamp) -> Call {
    Call { reference: reference.into(), amount: euros(amount), now, deadline_ms: 20_000 }
}

pub fn card(number: &str) -> Instrument {
    Instrument { number: number.into(), exp_month: 12, exp_year: 2030, cvc: Some("737".into()), holder: None }
}

pub fn challenge() -> Challenge {
    Challenge {
        account: "acct_1".into(),
        merchant: "Café <Léon> & \"Fils\"".into(),
        return_url: "/pi_1/return?a=1&b='2'".into(),
        locale: Locale::En,
    }
}

pub fn simulator() -> (Simulator, Arc<InMemory>) {
    let memory = Arc::new(InMemory::default());
    (Simulator::new(memory.clone()), memory)
}

#[track_caller]
pub fn done<T: std::fmt::Debug>(answer: Answer<T>) -> T {
    match answer {
        Answer::Done(done) => done,
        other => panic!("not done: {other:?}"),
    }
}
