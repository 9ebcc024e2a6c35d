//! Every test card does what it says.

use model::lifecycle::{IntentStatus, Shown, State, ThreeDs};

use crate::world::{in_each, is};

#[tokio::test]
async fn every_card_without_authentication_ends_as_documented() {
    in_each(async |world| {
        for (number, state, response) in [
            ("4242424242424242", State::Authorised, Some("00")),
            ("5555555555554444", State::Authorised, Some("00")),
            ("4000002500000003", State::Authorised, Some("00")),
            ("4000000000000077", State::Captured, Some("00")),
            ("4000000000000002", State::Refused, Some("05")),
            ("4000000000009995", State::Refused, Some("51")),
            ("4000000000008203", State::Error, None),
            ("4000000000008401", State::UnderVerification, None),
            ("4000000000008500", State::UnderVerification, None),
            ("4000000000008609", State::UnderVerification, None),
            ("4000000000008807", State::UnderVerification, Some("00")),
        ] {
            let full = world.pay_by_api(number, |_| {}).await;
            is(&full.payment, state);
            assert_eq!(full.payment.response.as_deref(), response, "{number}");
        }
    })
    .await;
}

#[tokio::test]
async fn a_lost_answer_is_found_by_asking() {
    in_each(async |world| {
        let granted = world.pay_by_api("4000000000008401", |_| {}).await;
        let refused = world.pay_by_api("4000000000008500", |_| {}).await;
        let late = world.pay_by_api("4000000000008609", |_| {}).await;
        world.advance(40).await;
        is(&world.read(&granted).await, State::Authorised);
        is(&world.read(&refused).await, State::Refused);
        is(&world.read(&late).await, State::UnderVerification);
        world.advance(20 * 60).await;
        is(&world.read(&late).await, State::Authorised);
    })
    .await;
}

#[tokio::test]
async fn a_soft_decline_leads_to_authentication_and_one_more_authorisation() {
    in_each(async |world| {
        let full = world.pay_by_api("4000000000008708", |_| {}).await;
        is(&full.payment, State::Authorised);
        assert_eq!(full.payment.auth, Some(model::lifecycle::AuthStatus::Success));
    })
    .await;
}

#[tokio::test]
async fn a_held_payment_is_released_refused_or_refused_by_time() {
    in_each(async |world| {
        let release = world.pay_by_api("4000000000008807", |_| {}).await;
        let refuse = world.pay_by_api("4000000000008807", |_| {}).await;
        let forget = world.pay_by_api("4000000000008807", |_| {}).await;
        let rights = world.engine.release(&world.caller, release.payment.id).await.unwrap();
        is(&rights.payment, State::Authorised);
        is(&world.engine.refuse_held(&world.caller, refuse.payment.id).await.unwrap().payment, State::Refused);
        world.advance(4 * 86_400).await;
        is(&world.read(&forget).await, State::Refused);
    })
    .await;
}

#[tokio::test]
async fn a_disputed_card_is_contested_a_day_after_capture() {
    in_each(async |world| {
        let intent = world.intent(|draft| draft.threeds = ThreeDs::None).await;
        world.pay_on_page(intent.id, "4000000000000259").await;
        world.advance_to("2026-11-19T22:30:00Z").await;
        assert_eq!(world.read_intent(&intent).await.shown, Shown::Paid);
        assert_eq!(world.balance("disputed").await, 0);
        world.advance(86_400).await;
        let after = world.read_intent(&intent).await;
        assert_eq!(after.shown, Shown::Disputed);
        assert_eq!(after.status, IntentStatus::Captured);
        assert_eq!(world.balance("disputed").await, -12_990);
        let payment = world.payments(&intent).await.remove(0);
        assert_eq!(payment.state.api_status(true, payment.disputed_amount > 0), Some("disputed"));
    })
    .await;
}

#[tokio::test]
async fn a_capture_that_fails_says_so() {
    in_each(async |world| {
        let full = world.pay_by_api("4000000000008104", |_| {}).await;
        is(&full.payment, State::Authorised);
        world.advance(86_400).await;
        is(&world.read(&full).await, State::CaptureFailed);
        assert_eq!(world.balance("pending").await, 0);
    })
    .await;
}

#[tokio::test]
async fn an_answer_that_takes_too_long_is_settled_later() {
    // the simulator really waits, as long as the engine does: 20 seconds
    let database = store_testing::sqlite().unwrap();
    let world = crate::world::World::on(database.open().await.unwrap()).await;
    let full = world.pay_by_api("4000000000008302", |_| {}).await;
    is(&full.payment, State::UnderVerification);
    world.advance(120).await;
    is(&world.read(&full).await, State::Authorised);
    world.check().await;
}
