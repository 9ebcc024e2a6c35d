//! Refunds: an amount is given back once.

use engine::RefundDraft;
use futures::future::join_all;
use model::error::Code;
use model::lifecycle::{RefundStatus, Shown, State};

use crate::world::{in_each, is};

fn of(payment: model::id::PaymentId, amount: Option<i64>) -> RefundDraft {
    RefundDraft { payment, amount, reason: None, unique_id: None }
}

#[tokio::test]
async fn a_full_refund_before_the_capture_cancels_and_a_part_must_wait() {
    in_each(async |world| {
        let full = world.pay_by_api("4242424242424242", |_| {}).await;
        let part = world.engine.refund(&world.caller, of(full.payment.id, Some(400))).await.unwrap_err();
        assert_eq!(part.code, Code::PartialRefundTooEarly);
        assert_eq!(part.message, "Payment cannot be partially refunded before it has been captured");
        let refund = world.engine.refund(&world.caller, of(full.payment.id, None)).await.unwrap();
        assert_eq!((refund.status, refund.amount), (RefundStatus::PaymentCanceled, 1_000));
        is(&world.read(&full).await, State::Cancelled);
        world.advance(86_400).await;
        assert_eq!(world.balance("acquirer_receivable").await, 0);
    })
    .await;
}

#[tokio::test]
async fn nothing_is_refunded_while_the_capture_is_under_way() {
    in_each(async |world| {
        let full = world.pay_by_api("4242424242424242", |_| {}).await;
        world.advance_to("2026-11-19T21:30:00Z").await;
        let refused = world.engine.refund(&world.caller, of(full.payment.id, None)).await.unwrap_err();
        assert_eq!(refused.code, Code::OperationNotAllowed);
    })
    .await;
}

#[tokio::test]
async fn a_refund_is_sent_at_the_cut_off_and_confirmed_after() {
    in_each(async |world| {
        let full = world.pay_by_api("4000000000000077", |_| {}).await;
        let refund = world.engine.refund(&world.caller, of(full.payment.id, Some(250))).await.unwrap();
        assert_eq!(refund.status, RefundStatus::ToRefund);
        assert_eq!(world.balance("refunds_payable").await, -250);
        let id = refund.id.to_string();
        world.advance_to("2026-11-19T21:00:01Z").await;
        assert_eq!(world.engine.refund_of(&world.caller, &id).await.unwrap().status, RefundStatus::RefundSent);
        world.advance_to("2026-11-19T22:00:01Z").await;
        assert_eq!(world.engine.refund_of(&world.caller, &id).await.unwrap().status, RefundStatus::Refunded);
        assert_eq!((world.balance("refunds_payable").await, world.balance("acquirer_receivable").await), (0, 750));
        let rest = world.engine.refund(&world.caller, of(full.payment.id, None)).await.unwrap();
        assert_eq!(rest.amount, 750);
        let none = world.engine.refund(&world.caller, of(full.payment.id, None)).await.unwrap_err();
        assert_eq!(none.code, Code::RefundTooHigh);
        let file = world.engine.payment_file(&world.caller, &full.payment.id.to_string()).await.unwrap();
        assert_eq!(file.intent.shown, Shown::Refunded);
    })
    .await;
}

#[tokio::test]
async fn many_refunds_at_once_never_give_back_more_than_was_taken() {
    in_each(async |world| {
        let full = world.pay_by_api("4000000000000077", |_| {}).await;
        let tries = (0..8).map(|_| world.engine.refund(&world.caller, of(full.payment.id, Some(600))));
        let answers = join_all(tries).await;
        assert_eq!(answers.iter().filter(|answer| answer.is_ok()).count(), 1);
        for refused in answers.into_iter().filter_map(Result::err) {
            assert!(matches!(refused.code, Code::RefundTooHigh | Code::Conflict), "{refused:?}");
        }
        assert_eq!(world.read(&full).await.refunded_amount, 600);
    })
    .await;
}

#[tokio::test]
async fn amounts_that_cannot_be_refunded_are_named() {
    in_each(async |world| {
        let full = world.pay_by_api("4000000000000077", |_| {}).await;
        for amount in [0, -1, i64::MIN] {
            let refused = world.engine.refund(&world.caller, of(full.payment.id, Some(amount))).await.unwrap_err();
            assert_eq!((refused.code, refused.field.as_deref()), (Code::OutOfRange, Some("amount")));
        }
        for amount in [1_001, i64::MAX] {
            let refused = world.engine.refund(&world.caller, of(full.payment.id, Some(amount))).await.unwrap_err();
            assert_eq!((refused.code, refused.field.as_deref()), (Code::RefundTooHigh, Some("amount")));
        }
        assert_eq!(world.read(&full).await.refunded_amount, 0);
    })
    .await;
}

#[tokio::test]
async fn many_captures_and_cancels_at_once_end_in_one_state() {
    in_each(async |world| {
        let full = world.pay_by_api("4242424242424242", |draft| draft.manual_validation = true).await;
        let id = full.payment.id;
        let captures = join_all((0..4).map(|_| world.engine.capture(&world.caller, id, None)));
        let cancels = join_all((0..4).map(|_| world.engine.cancel(&world.caller, id)));
        let (taken, cancelled) = tokio::join!(captures, cancels);
        let done = cancelled.iter().filter(|answer| answer.is_ok()).count();
        assert!(done <= 1, "cancelled {done} times");
        assert!(taken.iter().any(Result::is_ok) || done == 1);
        let state = world.read(&full).await.state;
        assert!(matches!(state, State::Authorised | State::Cancelled), "{state}");
        world.advance(86_400).await;
    })
    .await;
}

#[tokio::test]
async fn a_unique_id_is_used_once() {
    in_each(async |world| {
        let first = world.pay_by_api("4242424242424242", |draft| draft.unique_id = Some("one".to_owned())).await;
        let mut again = crate::world::payment(5);
        again.unique_id = Some("one".to_owned());
        let refused = world.engine.create_payment(&world.caller, again).await.unwrap_err();
        assert_eq!((refused.code, refused.existing), (Code::DuplicateUniqueId, Some(first.payment.id.to_string())));
        let both = join_all((0..6).map(|_| {
            let mut draft = crate::world::payment(5);
            draft.unique_id = Some("race".to_owned());
            world.engine.create_payment(&world.caller, draft)
        }))
        .await;
        assert_eq!(both.iter().filter(|answer| answer.is_ok()).count(), 1);
        for refused in both.into_iter().filter_map(Result::err) {
            assert_eq!(refused.code, Code::DuplicateUniqueId);
            assert!(refused.existing.is_some(), "{refused:?}");
        }
    })
    .await;
}
