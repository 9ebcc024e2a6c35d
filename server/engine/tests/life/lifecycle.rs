//! Capture, validation, deferral, expiry, cancellation: by the table, at their times.

use model::error::Code;
use model::lifecycle::{IntentStatus, OrderCycle, OrderStatus, Purpose, Shown, State, ThreeDs};
use model::time::{Date, Timestamp};

use crate::world::{in_each, is};

fn date(text: &str) -> Date {
    text.parse().unwrap()
}

#[tokio::test]
async fn a_payment_is_captured_at_the_cut_off_and_becomes_available_two_bank_days_later() {
    in_each(async |world| {
        let full = world.pay_by_api("4242424242424242", |_| {}).await;
        assert_eq!(full.payment.capture_date.unwrap().to_rfc3339(), "2026-11-19T21:00:00Z");
        world.advance_to("2026-11-19T20:59:59Z").await;
        assert!(world.read(&full).await.remitted_at.is_none());
        world.advance_to("2026-11-19T21:00:00Z").await;
        let sent = world.read(&full).await;
        assert_eq!(sent.state.api_status(sent.remitted_at.is_some(), false), Some("capture_sent"));
        world.advance_to("2026-11-19T22:00:00Z").await;
        let captured = world.read(&full).await;
        is(&captured, State::Captured);
        assert_eq!((captured.captured_amount, captured.fee), (1_000, 14));
        assert_eq!(world.balance("pending").await, -986);
        assert_eq!(captured.captured_at.unwrap().to_rfc3339(), "2026-11-19T22:00:00Z");
        world.advance_to("2026-11-24T00:00:00Z").await;
        assert_eq!((world.balance("pending").await, world.balance("available").await), (0, -986));
    })
    .await;
}

#[tokio::test]
async fn what_must_be_validated_waits_and_lapses() {
    in_each(async |world| {
        let kept = world.pay_by_api("4242424242424242", |draft| draft.manual_validation = true).await;
        let lapses = world.pay_by_api("4242424242424242", |draft| draft.manual_validation = true).await;
        is(&kept.payment, State::AuthorisedToValidate);
        world.advance(86_400 * 2).await;
        let validated = world.engine.validate(&world.caller, kept.payment.id).await.unwrap().payment;
        is(&validated, State::Authorised);
        assert_eq!(validated.capture_date.unwrap().to_rfc3339(), "2026-11-21T21:00:00Z");
        let again = world.engine.validate(&world.caller, kept.payment.id).await.unwrap_err();
        assert_eq!(again.code, Code::OperationNotAllowed);
        assert!(again.allowed.contains(&"cancel".to_owned()), "{again:?}");
        world.advance(86_400 * 6).await;
        is(&world.read(&kept).await, State::Captured);
        is(&world.read(&lapses).await, State::Expired);
    })
    .await;
}

#[tokio::test]
async fn a_part_is_captured_and_the_rest_is_never_asked_for() {
    in_each(async |world| {
        let intent = world.intent(|draft| draft.manual_validation = true).await;
        world.pay_on_page(intent.id, "4242424242424242").await;
        let before = world.read_intent(&intent).await;
        assert_eq!((before.status, before.shown), (IntentStatus::Authorized, Shown::ToValidate));
        let after = world.engine.capture_intent(&world.caller, &intent.id.to_string(), Some(9_990)).await.unwrap();
        assert_eq!((after.status, after.amount, after.amount_due), (IntentStatus::Captured, 12_990, 9_990));
        assert_eq!((after.order_status, after.order_cycle), (OrderStatus::Paid, OrderCycle::Closed));
        let payment = world.payments(&intent).await.remove(0);
        assert_eq!((payment.amount, payment.authorised_amount), (9_990, 12_990));
        world.advance(86_400).await;
        assert_eq!(world.payments(&intent).await[0].captured_amount, 9_990);
    })
    .await;
}

#[tokio::test]
async fn amounts_only_go_down() {
    in_each(async |world| {
        let full = world.pay_by_api("4242424242424242", |_| {}).await;
        for amount in [1_000, 1_001, 0, -5, i64::MAX] {
            let refused = world.engine.lower(&world.caller, full.payment.id, amount).await.unwrap_err();
            assert_eq!((refused.code, refused.field.as_deref()), (Code::OutOfRange, Some("amount")));
        }
        let lowered = world.engine.lower(&world.caller, full.payment.id, 400).await.unwrap().payment;
        assert_eq!((lowered.amount, lowered.authorised_amount, lowered.state), (400, 1_000, State::Authorised));
        let too_much = world.engine.capture(&world.caller, full.payment.id, Some(401)).await.unwrap_err();
        assert_eq!(too_much.field.as_deref(), Some("amount"));
        world.advance(86_400).await;
        assert_eq!(world.read(&full).await.captured_amount, 400);
    })
    .await;
}

#[tokio::test]
async fn a_late_capture_is_authorised_the_day_before() {
    in_each(async |world| {
        let settle = |day: &str| {
            let day = date(day);
            move |draft: &mut engine::PaymentDraft| draft.date_settlement = Some(day)
        };
        let near = world.pay_by_api("4242424242424242", settle("2026-11-24")).await;
        is(&near.payment, State::Authorised);
        let far = world.pay_by_api("4242424242424242", settle("2026-12-18")).await;
        is(&far.payment, State::WaitingAuthorisation);
        assert_eq!(far.payment.authorised_amount, 0);
        let refused = world.pay_by_api("4000000000008906", settle("2026-12-18")).await;
        is(&refused.payment, State::WaitingAuthorisation);
        world.advance_to("2026-12-17T04:59:00Z").await;
        is(&world.read(&far).await, State::WaitingAuthorisation);
        world.advance_to("2026-12-17T05:01:00Z").await;
        is(&world.read(&far).await, State::Authorised);
        is(&world.read(&refused).await, State::Refused);
        world.advance_to("2026-12-18T22:01:00Z").await;
        is(&world.read(&far).await, State::Captured);
    })
    .await;
}

#[tokio::test]
async fn a_late_capture_under_manual_validation_waits_for_both() {
    in_each(async |world| {
        let far = world
            .pay_by_api("4242424242424242", |draft| {
                draft.date_settlement = Some(date("2026-12-18"));
                draft.manual_validation = true;
            })
            .await;
        is(&far.payment, State::WaitingAuthorisationToValidate);
        let validated = world.engine.validate(&world.caller, far.payment.id).await.unwrap().payment;
        is(&validated, State::WaitingAuthorisation);
        world.advance_to("2026-12-17T12:00:00Z").await;
        is(&world.read(&far).await, State::Authorised);
    })
    .await;
}

#[tokio::test]
async fn a_postponed_capture_keeps_its_authorisation_or_gets_a_new_one() {
    in_each(async |world| {
        let full = world.pay_by_api("4242424242424242", |_| {}).await;
        let inside = world.engine.postpone(&world.caller, full.payment.id, date("2026-11-23")).await.unwrap().payment;
        is(&inside, State::Authorised);
        let past = world.engine.postpone(&world.caller, full.payment.id, date("2026-12-20")).await.unwrap().payment;
        is(&past, State::WaitingAuthorisation);
        assert_eq!(past.authorised_amount, 0);
        for bad in ["2026-11-18", "2028-01-01"] {
            let refused = world.engine.postpone(&world.caller, full.payment.id, date(bad)).await.unwrap_err();
            assert_eq!(refused.field.as_deref(), Some("date_settlement"), "{bad}");
        }
        world.advance_to("2026-12-20T23:00:00Z").await;
        is(&world.read(&full).await, State::Captured);
    })
    .await;
}

#[tokio::test]
async fn cancelling_gives_the_authorisation_back_and_closes_the_order() {
    in_each(async |world| {
        let intent = world.intent(|_| {}).await;
        world.pay_on_page(intent.id, "4242424242424242").await;
        let cancelled = world.engine.cancel_intent(&world.caller, &intent.id.to_string()).await.unwrap();
        assert_eq!(
            (cancelled.status, cancelled.shown, cancelled.order_cycle),
            (IntentStatus::Canceled, Shown::Cancelled, OrderCycle::Closed)
        );
        is(&world.payments(&intent).await[0], State::Cancelled);
        world.advance(86_400).await;
        assert_eq!(world.balance("acquirer_receivable").await, 0);
        let twice = world.engine.cancel_intent(&world.caller, &intent.id.to_string()).await.unwrap_err();
        assert_eq!(twice.code, Code::OperationNotAllowed);
    })
    .await;
}

#[tokio::test]
async fn a_cancel_while_the_outcome_is_unknown_is_kept_until_it_is_known() {
    in_each(async |world| {
        let full = world.pay_by_api("4000000000008401", |_| {}).await;
        let asked = world.engine.cancel(&world.caller, full.payment.id).await.unwrap().payment;
        is(&asked, State::UnderVerification);
        assert!(asked.cancel_requested);
        world.advance(600).await;
        is(&world.read(&full).await, State::Cancelled);
    })
    .await;
}

#[tokio::test]
async fn captured_money_is_not_cancelled() {
    in_each(async |world| {
        let full = world.pay_by_api("4000000000000077", |_| {}).await;
        let refused = world.engine.cancel(&world.caller, full.payment.id).await.unwrap_err();
        assert_eq!(refused.code, Code::OperationNotAllowed);
        assert_eq!(refused.allowed, ["refund"]);
    })
    .await;
}

#[tokio::test]
async fn verifications_and_pre_authorisations_are_never_captured() {
    in_each(async |world| {
        let saved = world
            .pay_by_api("4242424242424242", |draft| {
                draft.purpose = Purpose::Verification;
                draft.amount = 0;
            })
            .await;
        is(&saved.payment, State::Accepted);
        let held = world.pay_by_api("4242424242424242", |draft| draft.purpose = Purpose::PreAuthorisation).await;
        is(&held.payment, State::PreAuthorised);
        for id in [saved.payment.id, held.payment.id] {
            assert_eq!(world.engine.capture(&world.caller, id, None).await.unwrap_err().code, Code::OperationNotAllowed);
        }
        world.advance(86_400 * 10).await;
        assert_eq!(world.balance("acquirer_receivable").await, 0);
    })
    .await;
}

#[tokio::test]
async fn an_intent_past_its_deadline_is_canceled_by_reading_and_by_the_worker() {
    in_each(async |world| {
        let deadline = Timestamp::parse_rfc3339("2026-11-20T11:00:00Z").unwrap();
        let intent = world.intent(|draft| draft.expires_at = Some(deadline)).await;
        world.clock.forward(86_400);
        assert_eq!(world.read_intent(&intent).await.status, IntentStatus::Canceled);
        world.engine.run_due(16).await.unwrap();
        let after = world.read_intent(&intent).await;
        assert_eq!((after.status, after.shown), (IntentStatus::Canceled, Shown::Expired));
    })
    .await;
}

#[tokio::test]
async fn amount_and_currency_are_fixed_from_the_first_attempt_on() {
    in_each(async |world| {
        let intent = world.intent(|draft| draft.threeds = ThreeDs::None).await;
        let id = intent.id.to_string();
        let lower = engine::IntentChange { amount: Some(5_000), ..Default::default() };
        assert_eq!(world.engine.update_intent(&world.caller, &id, lower.clone()).await.unwrap().amount_due, 5_000);
        world.pay_on_page(intent.id, "4000000000000002").await;
        let more = engine::IntentChange { amount: Some(1), ..Default::default() };
        let refused = world.engine.update_intent(&world.caller, &id, more).await.unwrap_err();
        assert_eq!((refused.code, refused.field.as_deref()), (Code::AmountFixed, Some("amount")));
    })
    .await;
}
