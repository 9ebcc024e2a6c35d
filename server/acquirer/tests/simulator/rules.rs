//! What holds for every card: one answer a reference, and the bank's own book-keeping.

use std::sync::Arc;

use crate::common::{START, call, card, challenge, done, later, simulator};
use acquirer::{Acquirer, Answer, Authentication, Challenge, Found, InMemory, Memory, MemoryError, Outcome, Purpose, Simulator};
use futures::future::{BoxFuture, FutureExt, join_all, ready};
use model::money::{Currency, Money};
use model::time::DAY;

const GOOD: &str = "4242424242424242";

async fn authorised(simulator: &Simulator, reference: &str, purpose: Purpose) {
    done(simulator.authorise(call(reference, 2000, START), card(GOOD), true, purpose).await);
}

fn refused<T>(answer: &Answer<T>, response: &str) -> bool {
    matches!(answer, Answer::Refused(refusal) if refusal.response == response)
}

#[tokio::test]
async fn a_repeated_reference_gets_the_first_answer_also_after_a_restart() {
    let (before, memory) = simulator();
    let first = before.authorise(call("oprn_1", 2000, START), card(GOOD), true, Purpose::Debit).await;
    let refusal = before.authorise(call("oprn_2", 2000, START), card("4000000000009995"), true, Purpose::Debit).await;
    let after = Simulator::new(memory);
    // Even when the repeat says something else.
    let again = after.authorise(call("oprn_1", 9999, later(DAY)), card("4000000000000002"), false, Purpose::Debit).await;
    assert_eq!(again, first);
    assert_eq!(after.authorise(call("oprn_2", 2000, START), card(GOOD), true, Purpose::Debit).await, refusal);
    assert_eq!(after.find("oprn_1", later(DAY)).await, Found::Done(Outcome::Authorised(done(first))));
}

#[tokio::test]
async fn answers_follow_from_the_reference_alone() {
    let one = done(simulator().0.authorise(call("oprn_1", 2000, START), card(GOOD), true, Purpose::Debit).await);
    let same = done(simulator().0.authorise(call("oprn_1", 2000, START), card(GOOD), true, Purpose::Debit).await);
    let other = done(simulator().0.authorise(call("oprn_2", 2000, START), card(GOOD), true, Purpose::Debit).await);
    assert_eq!(one, same);
    assert_ne!(one.authorisation, other.authorisation);
    assert_ne!(one.network_reference, other.network_reference);
}

#[tokio::test]
async fn a_repeated_capture_or_refund_moves_money_once() {
    let (simulator, _) = simulator();
    authorised(&simulator, "oprn_1", Purpose::Debit).await;
    for _ in 0..3 {
        done(simulator.capture(call("oprn_2", 1500, START), "oprn_1").await);
        done(simulator.refund(call("oprn_3", 1000, START), "oprn_1").await);
    }
    assert!(refused(&simulator.capture(call("oprn_4", 500, START), "oprn_1").await, "12"), "captured once");
    assert!(refused(&simulator.refund(call("oprn_5", 501, START), "oprn_1").await, "13"), "500 is left");
    done(simulator.refund(call("oprn_6", 500, START), "oprn_1").await);
    assert_eq!(simulator.find("oprn_2", START).await, Found::Done(Outcome::Captured));
    assert_eq!(simulator.find("oprn_3", START).await, Found::Done(Outcome::Refunded));
    assert!(matches!(simulator.find("oprn_5", START).await, Found::Refused(_)));
}

#[tokio::test]
async fn amounts_stay_within_what_was_authorised() {
    let (simulator, _) = simulator();
    authorised(&simulator, "oprn_1", Purpose::Debit).await;
    for (reference, amount) in [("oprn_2", 2001), ("oprn_3", 0), ("oprn_4", -5)] {
        assert!(refused(&simulator.capture(call(reference, amount, START), "oprn_1").await, "13"), "{amount}");
    }
    let dollars = acquirer::Call { amount: Money::new(2000, Currency::Usd), ..call("oprn_5", 0, START) };
    assert!(refused(&simulator.capture(dollars, "oprn_1").await, "13"));
    done(simulator.lower(call("oprn_6", 1200, START), "oprn_1").await);
    assert!(refused(&simulator.lower(call("oprn_7", 1300, START), "oprn_1").await, "13"));
    assert!(refused(&simulator.capture(call("oprn_8", 1201, START), "oprn_1").await, "13"));
    done(simulator.capture(call("oprn_9", 1200, START), "oprn_1").await);
    assert!(refused(&simulator.void(call("oprn_10", 1200, START), "oprn_1").await, "12"), "captured money is refunded, not voided");
}

#[tokio::test]
async fn a_voided_or_lapsed_authorisation_can_not_be_captured() {
    let (simulator, _) = simulator();
    authorised(&simulator, "oprn_1", Purpose::Debit).await;
    done(simulator.void(call("oprn_2", 2000, START), "oprn_1").await);
    assert_eq!(simulator.find("oprn_2", START).await, Found::Done(Outcome::Voided));
    assert!(refused(&simulator.capture(call("oprn_3", 2000, START), "oprn_1").await, "12"));

    authorised(&simulator, "oprn_4", Purpose::Debit).await;
    assert!(refused(&simulator.capture(call("oprn_5", 2000, later(7 * DAY)), "oprn_4").await, "12"));
    done(simulator.capture(call("oprn_6", 2000, later(7 * DAY - 1)), "oprn_4").await);
}

#[tokio::test]
async fn verifications_and_pre_authorisations_are_never_captured() {
    let (simulator, _) = simulator();
    for (reference, purpose) in [("oprn_v", Purpose::Verification), ("oprn_p", Purpose::PreAuthorisation)] {
        authorised(&simulator, reference, purpose).await;
        assert!(refused(&simulator.capture(call(&format!("{reference}1"), 2000, START), reference).await, "12"));
        done(simulator.void(call(&format!("{reference}2"), 2000, START), reference).await);
    }
}

#[tokio::test]
async fn what_was_voided_before_it_arrived_never_happens() {
    let (simulator, _) = simulator();
    done(simulator.void(call("oprn_2", 2000, START), "oprn_1").await);
    assert!(matches!(simulator.authorise(call("oprn_1", 2000, START), card(GOOD), true, Purpose::Debit).await, Answer::Refused(_)));
    assert!(matches!(simulator.find("oprn_1", START).await, Found::Refused(_)));
    assert_eq!(simulator.find("oprn_2", START).await, Found::Done(Outcome::Voided));
}

#[tokio::test]
async fn a_reference_is_for_one_kind_of_call() {
    let (simulator, _) = simulator();
    authorised(&simulator, "oprn_1", Purpose::Debit).await;
    assert!(matches!(simulator.capture(call("oprn_1", 2000, START), "oprn_1").await, Answer::Error { .. }));
    assert!(matches!(simulator.authenticate(call("oprn_1", 2000, START), card(GOOD), challenge()).await, Answer::Error { .. }));
    done(simulator.capture(call("oprn_2", 2000, START), "oprn_1").await);
    assert!(matches!(simulator.refund(call("oprn_2", 2000, START), "oprn_1").await, Answer::Error { .. }));
    assert_eq!(simulator.authentication_result("oprn_1", START).await, None);
}

#[tokio::test]
async fn a_payer_is_only_sent_to_a_page() {
    for (address, good) in [
        ("/pi_1", true),
        ("https://shop.example/", true),
        ("http://127.0.0.1:3000/", true),
        ("//evil.example", false),
        ("javascript:alert(1)", false),
        ("", false),
    ] {
        let (simulator, _) = simulator();
        let challenge = Challenge { return_url: address.into(), ..challenge() };
        let answer = simulator.authenticate(call("oprn_1", 2000, START), card("4000000000003220"), challenge).await;
        assert_eq!(matches!(answer, Answer::Done(_)), good, "{address}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_racing_calls_each_reference_has_one_outcome_and_money_moves_once() {
    let (simulator, memory) = simulator();
    let simulator = Arc::new(simulator);
    authorised(&simulator, "oprn_1", Purpose::Debit).await;
    done(simulator.capture(call("oprn_2", 2000, START), "oprn_1").await);
    let refunds = (0..40).map(|n| {
        let simulator = simulator.clone();
        // Every reference is sent twice.
        tokio::spawn(async move { simulator.refund(call(&format!("oprn_r{}", n / 2), 300, START), "oprn_1").await })
    });
    let answers: Vec<_> = join_all(refunds).await.into_iter().map(Result::unwrap).collect();
    assert!(answers.chunks(2).all(|pair| pair[0] == pair[1]));
    assert_eq!(answers.iter().filter(|answer| matches!(answer, Answer::Done(()))).count(), 12, "6 × 300 of 2000");

    let puts = (0..40).map(|n| {
        let memory = memory.clone();
        tokio::spawn(async move { memory.put_if_absent("oprn_race", &n.to_string()).await })
    });
    let standing: Vec<_> = join_all(puts).await.into_iter().map(|put| put.unwrap().unwrap()).collect();
    assert!(standing.iter().all(|record| *record == standing[0]));
}

#[tokio::test]
async fn a_call_that_was_kept_but_not_carried_out_is_carried_out_when_asked_for() {
    let (simulator, memory) = simulator();
    authorised(&simulator, "oprn_1", Purpose::Debit).await;
    let before = memory.get("oprn_1").await.unwrap().unwrap();
    done(simulator.capture(call("oprn_2", 2000, START), "oprn_1").await);
    let after = memory.get("oprn_1").await.unwrap().unwrap();
    // As if the process had died between the two steps.
    assert!(memory.replace("oprn_1", &after, &before).await.unwrap());
    assert_eq!(simulator.find("oprn_2", START).await, Found::Done(Outcome::Captured));
    assert_eq!(memory.get("oprn_1").await.unwrap().unwrap(), after);
}

#[tokio::test]
async fn the_memory_holds_no_number_and_no_code() {
    let (simulator, memory) = simulator();
    for (at, number) in [GOOD, "4000000000003220", "4000000000009995"].into_iter().enumerate() {
        let _ = simulator.authenticate(call(&format!("oprn_{at}"), 2000, START), card(number), challenge()).await;
        let _ = simulator.authorise(call(&format!("oprn_1{at}"), 2000, START), card(number), true, Purpose::Debit).await;
    }
    let kept = memory.dump();
    assert_eq!(kept.len(), 6);
    for (_, record) in kept {
        // Times are the longest runs of digits there are: 13.
        let longest = record.split(|c: char| !c.is_ascii_digit()).map(str::len).max().unwrap();
        assert!(longest <= 13 && !record.contains("737"), "{record}");
    }
    assert!(!format!("{:?}", card(GOOD)).contains("4242"));
}

/// A memory whose every answer is lost.
struct Broken(InMemory);

fn lost<T: Send + 'static>() -> BoxFuture<'static, Result<T, MemoryError>> {
    ready(Err(MemoryError("gone".into()))).boxed()
}

impl Memory for Broken {
    fn get<'a>(&'a self, _: &'a str) -> BoxFuture<'a, Result<Option<String>, MemoryError>> {
        lost()
    }

    fn put_if_absent<'a>(&'a self, reference: &'a str, record: &'a str) -> BoxFuture<'a, Result<String, MemoryError>> {
        // Written, but nobody hears of it.
        async move { self.0.put_if_absent(reference, record).await.and_then(|_| Err(MemoryError("gone".into()))) }.boxed()
    }

    fn replace<'a>(&'a self, _: &'a str, _: &'a str, _: &'a str) -> BoxFuture<'a, Result<bool, MemoryError>> {
        lost()
    }
}

#[tokio::test]
async fn a_broken_memory_is_an_unknown_outcome_never_a_definite_one() {
    let simulator = Simulator::new(Arc::new(Broken(InMemory::default())));
    assert_eq!(simulator.authorise(call("oprn_1", 2000, START), card(GOOD), true, Purpose::Debit).await, Answer::Unknown);
    assert_eq!(simulator.authenticate(call("oprn_2", 2000, START), card(GOOD), challenge()).await, Answer::Unknown);
    assert_eq!(simulator.void(call("oprn_3", 2000, START), "oprn_1").await, Answer::Unknown);
    assert_eq!(simulator.find("oprn_1", START).await, Found::Pending);
    assert_eq!(simulator.authentication_result("oprn_2", START).await, None);
}

#[test]
fn only_yes_and_attempted_count_as_authenticated() {
    assert!(!Authentication::Declined.is_authenticated());
    assert!(!Authentication::Unavailable.is_authenticated());
    assert!(!Authentication::Challenge { url: String::new() }.is_authenticated());
}
