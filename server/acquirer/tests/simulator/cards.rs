//! What each test card does.

use crate::common::{START, call, card, challenge, done, later, simulator};
use acquirer::{
    Acquirer, Answer, Authentication, Authorised, CardNetwork, Found, Funding, Outcome, Purpose, Refusal, Simulator, describe, disputes,
};
use model::time::{DAY, MINUTE, SECOND};

/// Number, country where the number says one, network.
const SUCCEEDING: [(&str, Option<&str>, CardNetwork); 34] = [
    ("4242424242424242", None, CardNetwork::Visa),
    ("4444333322221111", None, CardNetwork::Visa),
    ("4000000760000002", Some("BR"), CardNetwork::Visa),
    ("4000001240000000", Some("CA"), CardNetwork::Visa),
    ("4000004840000008", Some("MX"), CardNetwork::Visa),
    ("4000000400000008", Some("AT"), CardNetwork::Visa),
    ("4000000560000004", Some("BE"), CardNetwork::Visa),
    ("4000002080000001", Some("DK"), CardNetwork::Visa),
    ("4000002460000001", Some("FI"), CardNetwork::Visa),
    ("4000002500000003", Some("FR"), CardNetwork::National),
    ("4000002760000016", Some("DE"), CardNetwork::Visa),
    ("4000003720000005", Some("IE"), CardNetwork::Visa),
    ("4000003800000008", Some("IT"), CardNetwork::Visa),
    ("4000005280000002", Some("NL"), CardNetwork::Visa),
    ("4000005780000007", Some("NO"), CardNetwork::Visa),
    ("4000006200000007", Some("PT"), CardNetwork::Visa),
    ("4000006430000009", Some("RU"), CardNetwork::Visa),
    ("4000007240000007", Some("ES"), CardNetwork::Visa),
    ("4000007520000008", Some("SE"), CardNetwork::Visa),
    ("4000007560000009", Some("CH"), CardNetwork::Visa),
    ("4000008260000000", Some("GB"), CardNetwork::Visa),
    ("4000000360000006", Some("AU"), CardNetwork::Visa),
    ("4000001560000002", Some("CN"), CardNetwork::Visa),
    ("4000003440000004", Some("HK"), CardNetwork::Visa),
    ("4000003920000003", Some("JP"), CardNetwork::Visa),
    ("4000005540000008", Some("NZ"), CardNetwork::Visa),
    ("4000007020000003", Some("SG"), CardNetwork::Visa),
    ("5555555555554444", None, CardNetwork::Mastercard),
    ("5200828282828210", None, CardNetwork::Mastercard),
    ("5105105105105100", None, CardNetwork::Mastercard),
    ("3530111333300000", None, CardNetwork::Unknown),
    ("4000000000003055", None, CardNetwork::Visa),
    // In no table, but valid numbers of known brands.
    ("4970100000000055", None, CardNetwork::Visa),
    ("378282246310005", None, CardNetwork::Unknown),
];

async fn debit(simulator: &Simulator, number: &str) -> Answer<Authorised> {
    simulator.authorise(call("oprn_1", 2000, START), card(number), true, Purpose::Debit).await
}

fn issuer(response: &str) -> Refusal {
    Refusal { response: response.into(), author: Some("issuer".into()) }
}

#[tokio::test]
async fn ordinary_cards_are_authenticated_authorised_captured_and_described() {
    for (number, country, network) in SUCCEEDING {
        let (simulator, _) = simulator();
        let authentication = done(simulator.authenticate(call("oprn_0", 2000, START), card(number), challenge()).await);
        assert!(matches!(authentication, Authentication::Success(_)), "{number}");
        let granted = done(debit(&simulator, number).await);
        assert_eq!(granted.response, "00", "{number}");
        assert_eq!(granted.authorisation.len(), 6, "{number}");
        assert_eq!(granted.authorised_until, later(7 * DAY), "{number}");
        assert!(!granted.captured && !granted.held && !granted.will_dispute, "{number}");
        done(simulator.capture(call("oprn_2", 2000, later(DAY)), "oprn_1").await);
        done(simulator.refund(call("oprn_3", 500, later(DAY)), "oprn_1").await);

        let facts = describe(number);
        assert_eq!((facts.country, facts.network), (country, network), "{number}");
        assert!(facts.brand.is_some(), "{number}");
    }
}

#[tokio::test]
async fn maestro_is_authorised_for_thirty_days() {
    let (simulator, _) = simulator();
    assert_eq!(done(debit(&simulator, "6759649826438453").await).authorised_until, later(30 * DAY));
}

#[tokio::test]
async fn numbers_that_no_bank_issued_are_refused() {
    for number in ["4242424242424241", "9999999999999995", "1234", "", "é"] {
        let (simulator, _) = simulator();
        assert_eq!(debit(&simulator, number).await, Answer::Refused(issuer("14")), "{number}");
        let authentication = done(simulator.authenticate(call("oprn_0", 2000, START), card(number), challenge()).await);
        assert_eq!(authentication, Authentication::Failed, "{number}");
        assert_eq!(describe(number).funding, Funding::Unknown, "{number}");
    }
}

#[tokio::test]
async fn a_card_is_good_to_the_end_of_its_month() {
    // START is in May 2026.
    for (month, year, good) in [(5, 2026, true), (4, 2026, false), (12, 2025, false), (1, 2027, true)] {
        let (simulator, _) = simulator();
        let mut card = card("4242424242424242");
        (card.exp_month, card.exp_year) = (month, year);
        let answer = simulator.authorise(call("oprn_1", 2000, START), card, true, Purpose::Debit).await;
        assert_eq!(matches!(answer, Answer::Done(_)), good, "{month}/{year}: {answer:?}");
        assert!(good || answer == Answer::Refused(issuer("54")), "{month}/{year}");
    }
}

#[tokio::test]
async fn refusing_cards_authenticate_and_are_then_refused() {
    for (number, response) in
        [("4000000000000002", "05"), ("4000000000009995", "51"), ("4000008400001629", "05"), ("4000008260003178", "51")]
    {
        let (simulator, _) = simulator();
        let authentication = done(simulator.authenticate(call("oprn_0", 2000, START), card(number), challenge()).await);
        assert!(authentication.is_authenticated(), "{number}");
        assert_eq!(debit(&simulator, number).await, Answer::Refused(issuer(response)), "{number}");
        assert_eq!(simulator.find("oprn_1", START).await, Found::Refused(issuer(response)), "{number}");
    }
}

#[tokio::test]
async fn one_card_is_captured_at_once_and_refundable() {
    let (simulator, _) = simulator();
    assert!(done(debit(&simulator, "4000000000000077").await).captured);
    assert!(matches!(simulator.capture(call("oprn_2", 2000, START), "oprn_1").await, Answer::Refused(_)));
    done(simulator.refund(call("oprn_3", 2000, START), "oprn_1").await);
}

#[tokio::test]
async fn three_cards_are_disputed_later() {
    for number in ["4000000000000259", "4000000000001976", "4000000000005423"] {
        let (simulator, _) = simulator();
        assert!(disputes(number));
        assert!(done(debit(&simulator, number).await).will_dispute, "{number}");
        done(simulator.capture(call("oprn_2", 2000, START), "oprn_1").await);
    }
    assert!(!disputes("4242424242424242"));
}

#[tokio::test]
async fn one_card_fails_at_its_capture() {
    let (simulator, _) = simulator();
    done(debit(&simulator, "4000000000008104").await);
    let failed = simulator.capture(call("oprn_2", 2000, START), "oprn_1").await;
    assert!(matches!(failed, Answer::Refused(_)), "{failed:?}");
    assert!(matches!(simulator.find("oprn_2", START).await, Found::Refused(_)));
    assert!(matches!(simulator.refund(call("oprn_3", 1, START), "oprn_1").await, Answer::Refused(_)));
}

#[tokio::test]
async fn one_card_breaks_the_processor() {
    let (simulator, _) = simulator();
    assert!(matches!(debit(&simulator, "4000000000008203").await, Answer::Error { .. }));
    assert!(matches!(simulator.find("oprn_1", START).await, Found::Error { .. }));
}

#[tokio::test(start_paused = true)]
async fn one_card_answers_after_thirty_seconds() {
    let (simulator, _) = simulator();
    let asked = tokio::time::Instant::now();
    assert_eq!(debit(&simulator, "4000000000008302").await, Answer::Unknown);
    assert_eq!(asked.elapsed().as_secs(), 20, "the caller waits no longer than it said");
    assert_eq!(simulator.find("oprn_1", later(29 * SECOND)).await, Found::Pending);
    assert!(matches!(simulator.find("oprn_1", later(30 * SECOND)).await, Found::Done(Outcome::Authorised(_))));

    let patient = acquirer::Call { deadline_ms: 60_000, ..call("oprn_9", 2000, START) };
    let asked = tokio::time::Instant::now();
    done(simulator.authorise(patient, card("4000000000008302"), true, Purpose::Debit).await);
    assert_eq!(asked.elapsed().as_secs(), 30);
}

#[tokio::test]
async fn lost_answers_are_found_under_the_reference() {
    let (simulator, _) = simulator();
    let lost = |number, reference| simulator.authorise(call(reference, 2000, START), card(number), true, Purpose::Debit);
    assert_eq!(lost("4000000000008401", "oprn_a").await, Answer::Unknown);
    assert_eq!(lost("4000000000008500", "oprn_r").await, Answer::Unknown);
    let found = simulator.find("oprn_a", START).await;
    assert!(matches!(&found, Found::Done(Outcome::Authorised(granted)) if granted.response == "00"), "{found:?}");
    assert_eq!(simulator.find("oprn_r", START).await, Found::Refused(issuer("05")));
    done(simulator.void(call("oprn_v", 2000, START), "oprn_a").await);
    assert_eq!(simulator.find("oprn_other", START).await, Found::Absent);
}

#[tokio::test]
async fn a_late_authorisation_is_found_when_its_time_has_come() {
    let (simulator, _) = simulator();
    assert_eq!(debit(&simulator, "4000000000008609").await, Answer::Unknown);
    assert_eq!(simulator.find("oprn_1", later(10 * MINUTE - 1)).await, Found::Pending);
    // Not decided yet: nothing can be done about it, and that is no 'done'.
    assert!(matches!(simulator.void(call("oprn_2", 2000, later(MINUTE)), "oprn_1").await, Answer::Refused(_)));
    let found = simulator.find("oprn_1", later(10 * MINUTE)).await;
    assert!(matches!(&found, Found::Done(Outcome::Authorised(_))), "{found:?}");
    done(simulator.void(call("oprn_3", 2000, later(10 * MINUTE)), "oprn_1").await);
}

#[tokio::test]
async fn one_card_needs_authentication() {
    let (simulator, _) = simulator();
    let ask = |reference, authenticated| {
        simulator.authorise(call(reference, 2000, START), card("4000000000008708"), authenticated, Purpose::Debit)
    };
    assert_eq!(ask("oprn_a", false).await, Answer::Refused(issuer("A1")));
    done(ask("oprn_b", true).await);
}

#[tokio::test]
async fn one_card_is_held_for_review() {
    let (simulator, _) = simulator();
    assert!(done(debit(&simulator, "4000000000008807").await).held);
}

#[tokio::test]
async fn one_card_is_verified_and_refused_the_day_before() {
    let (simulator, _) = simulator();
    let ask = |reference, purpose, now| simulator.authorise(call(reference, 2000, now), card("4000000000008906"), true, purpose);
    done(ask("oprn_a", Purpose::Verification, START).await);
    assert_eq!(ask("oprn_b", Purpose::Debit, later(29 * DAY)).await, Answer::Refused(issuer("51")));
}

#[tokio::test]
async fn one_card_is_always_challenged() {
    let (simulator, _) = simulator();
    let authentication = done(simulator.authenticate(call("oprn_0", 2000, START), card("4000000000003220"), challenge()).await);
    assert_eq!(authentication, Authentication::Challenge { url: "/bank/oprn_0".into() });
    assert_eq!(simulator.authentication_result("oprn_0", START).await, None);
    assert_eq!(simulator.authentication_result("oprn_0", later(Authentication::LIFE_MS - 1)).await, None);
    assert_eq!(simulator.authentication_result("oprn_0", later(Authentication::LIFE_MS)).await, Some(Authentication::Expired));
    done(debit(&simulator, "4000000000003220").await);
}
