//! What meets something in flight, comes late, or comes in an order nobody wished for.

use std::future::{pending, ready};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use acquirer::{Acquirer, Answer, Authentication, Authorised, Call, Challenge, Found, InMemory, Instrument, Refusal, Simulator};
use engine::{Begun, Device, Engine, IntentChange, PageRef, PaymentChange, PaymentDraft, RefundDraft, Seam, Step};
use futures::FutureExt;
use futures::future::BoxFuture;
use model::error::Code;
use model::lifecycle::{Action, IntentStatus, OperationKind, OperationState, Purpose, RefundStatus, Shown, State, ThreeDs};
use model::money::Currency;
use model::time::{Date, Timestamp};
use store::rows::{Card, Operation, Payment, Refund, Scope};
use store::{Scoped, Store};
use tokio::sync::Notify;

use crate::world::{Gate, World, answer_bank, card, form, form_for, in_each, is, page, payment, reference};

fn date(text: &str) -> Date {
    text.parse().unwrap()
}

fn whole(payment: model::id::PaymentId) -> RefundDraft {
    RefundDraft { payment, amount: None, reason: None, unique_id: None }
}

async fn rows<R: Scoped>(store: &Store, scope: Scope) -> Vec<R> {
    let query = store::ListQuery { filters: vec![], order_by: "created", descending: false, start: 0, limit: 1_000, after: None };
    let mut reader = store.read().await.unwrap();
    store::list::<R>(&mut reader, scope, &query).await.unwrap().rows
}

async fn nothing_open(world: &World) {
    let operations: Vec<Operation> = rows(&world.store, world.caller.scope()).await;
    let open: Vec<_> = operations.iter().filter(|operation| operation.state == OperationState::Open).collect();
    assert!(open.is_empty(), "{open:?}");
}

#[tokio::test]
async fn what_is_cancelled_while_it_is_sent_is_given_back_even_if_it_was_captured_at_once() {
    in_each(async |world| {
        for (number, end) in [("4242424242424242", State::Cancelled), ("4000000000000077", State::Captured)] {
            let intent = world.intent(|draft| draft.threeds = ThreeDs::None).await;
            let (fault, gate) = Gate::at(Seam::AfterAcquirer);
            world.reborn(fault);
            let engine = world.engine.clone();
            let at = page(intent.id);
            let pay = tokio::spawn(async move { engine.pay(&at, form(number), Device::default(), None).await });
            gate.reached().await;
            let asked = world.engine.cancel_intent(&world.caller, &intent.id.to_string()).await.unwrap();
            assert_eq!(asked.status, IntentStatus::Processing, "nothing is promised before the bank has answered");
            gate.open();
            pay.await.unwrap().unwrap();
            let paid = world.payments(&intent).await.remove(0);
            is(&paid, end);
            assert_eq!(paid.refunded_amount, paid.captured_amount);
            nothing_open(world).await;
            world.advance(3 * 86_400).await;
            assert_eq!(world.balance("acquirer_receivable").await, 0);
            for refund in rows::<Refund>(&world.store, world.caller.scope()).await {
                assert_eq!((refund.status, refund.amount), (RefundStatus::Refunded, 12_990));
            }
        }
    })
    .await;
}

#[tokio::test]
async fn an_order_is_not_cancelled_while_its_capture_or_lowering_is_being_sent() {
    in_each(async |world| {
        let intent = world.intent(|draft| (draft.threeds, draft.manual_validation) = (ThreeDs::None, true)).await;
        world.pay_on_page(intent.id, "4242424242424242").await;
        let id = intent.id.to_string();
        let (fault, gate) = Gate::at(Seam::BeforeAcquirer);
        world.reborn(fault);
        let (engine, caller, of) = (world.engine.clone(), world.caller.clone(), id.clone());
        let lower = tokio::spawn(async move { engine.capture_intent(&caller, &of, Some(5_000)).await });
        gate.reached().await;
        let refused = world.engine.cancel_intent(&world.caller, &id).await.unwrap_err();
        assert_eq!((refused.code, refused.retry_after.is_some()), (Code::OperationInProgress, true));
        gate.open();
        assert_eq!(lower.await.unwrap().unwrap().status, IntentStatus::Captured);

        let (fault, gate) = Gate::at(Seam::BeforeAcquirer);
        world.reborn(fault);
        world.clock.forward(11 * 3_600);
        let engine = world.engine.clone();
        let remit = tokio::spawn(async move { engine.run_due(16).await });
        gate.reached().await;
        let refused = world.engine.cancel_intent(&world.caller, &id).await.unwrap_err();
        assert_eq!((refused.code, refused.retry_after.is_some()), (Code::OperationInProgress, true));
        gate.open();
        remit.await.unwrap().unwrap();
        world.advance(7_200).await;
        assert_eq!(world.payments(&intent).await[0].captured_amount, 5_000);
    })
    .await;
}

#[tokio::test]
async fn a_deferred_payment_that_the_acquirer_captures_at_once_is_captured() {
    in_each(async |world| {
        let settle = |manual: bool| {
            move |draft: &mut PaymentDraft| (draft.date_settlement, draft.manual_validation) = (Some(date("2026-12-18")), manual)
        };
        let far = world.pay_by_api("4000000000000077", settle(false)).await;
        let unsure = world.pay_by_api("4000000000000077", settle(true)).await;
        is(&far.payment, State::WaitingAuthorisation);
        is(&unsure.payment, State::WaitingAuthorisationToValidate);
        world.advance_to("2026-12-17T12:00:00Z").await;
        for payment in [&far, &unsure] {
            let after = world.read(payment).await;
            is(&after, State::Captured);
            assert_eq!(after.captured_amount, 1_000);
        }
        nothing_open(world).await;
    })
    .await;
}

#[tokio::test]
async fn a_held_payment_goes_on_as_what_it_was() {
    in_each(async |world| {
        let reserved = world.pay_by_api("4000000000008807", |draft| draft.purpose = Purpose::PreAuthorisation).await;
        is(&world.engine.release(&world.caller, reserved.payment.id).await.unwrap().payment, State::PreAuthorised);
        let far = world.pay_by_api("4000000000008807", |draft| draft.date_settlement = Some(date("2026-12-18"))).await;
        is(&far.payment, State::UnderVerification);
        is(&world.engine.release(&world.caller, far.payment.id).await.unwrap().payment, State::WaitingAuthorisation);
        world.advance_to("2026-12-17T12:00:00Z").await;
        is(&world.read(&far).await, State::UnderVerification);
        world.advance_to("2026-12-19T12:00:00Z").await;
        let released = world.engine.release(&world.caller, far.payment.id).await.unwrap().payment;
        is(&released, State::Authorised);
        assert_eq!(released.capture_date.unwrap().to_rfc3339(), "2026-12-19T21:00:00Z");
        world.advance_to("2026-12-19T23:00:00Z").await;
        is(&world.read(&far).await, State::Captured);
    })
    .await;
}

#[tokio::test]
async fn a_held_payment_is_decided_once_and_in_time() {
    in_each(async |world| {
        let held = world.pay_by_api("4000000000008807", |_| {}).await.payment.id;
        let (fault, gate) = Gate::at(Seam::BeforeAcquirer);
        world.reborn(fault);
        let (engine, caller) = (world.engine.clone(), world.caller.clone());
        let refuse = tokio::spawn(async move { engine.refuse_held(&caller, held).await });
        gate.reached().await;
        let refused = world.engine.release(&world.caller, held).await.unwrap_err();
        assert_eq!((refused.code, refused.retry_after.is_some()), (Code::OperationInProgress, true));
        gate.open();
        is(&refuse.await.unwrap().unwrap().payment, State::Refused);

        let late = world.pay_by_api("4000000000008807", |_| {}).await.payment.id;
        world.clock.forward(3 * 86_400);
        assert_eq!(world.engine.release(&world.caller, late).await.unwrap_err().code, Code::OperationNotAllowed);
    })
    .await;
}

#[tokio::test]
async fn a_capture_is_postponed_past_its_authorisation_only_while_the_card_can_be_charged_again() {
    in_each(async |world| {
        let intent = world.intent(|draft| draft.threeds = ThreeDs::None).await;
        world.pay_on_page(intent.id, "4242424242424242").await;
        let typed = world.payments(&intent).await.remove(0);
        let refused = world.engine.postpone(&world.caller, typed.id, date("2026-12-20")).await.unwrap_err();
        assert_eq!((refused.code, refused.field.as_deref()), (Code::OperationNotAllowed, Some("date_settlement")));
        let same = world.payments(&intent).await.remove(0);
        assert_eq!((same.state, same.capture_date, same.authorised_amount), (State::Authorised, typed.capture_date, 12_990));
        world.engine.postpone(&world.caller, typed.id, date("2026-11-24")).await.unwrap();

        let expiring = world
            .pay_by_api("4242424242424242", |draft| {
                let card = engine::CardDraft { exp_month: 12, exp_year: 2026, ..card("4242424242424242") };
                draft.card = Some(engine::Named::New(card));
            })
            .await;
        let refused = world.engine.postpone(&world.caller, expiring.payment.id, date("2027-01-10")).await.unwrap_err();
        assert_eq!(refused.field.as_deref(), Some("date_settlement"));
        is(
            &world.engine.postpone(&world.caller, expiring.payment.id, date("2026-12-28")).await.unwrap().payment,
            State::WaitingAuthorisation,
        );
        world.advance_to("2026-12-29T00:00:00Z").await;
        is(&world.read(&expiring).await, State::Captured);
    })
    .await;
}

#[tokio::test]
async fn a_deferred_payment_whose_card_was_deleted_is_refused() {
    in_each(async |world| {
        let far = world.pay_by_api("4242424242424242", |draft| draft.date_settlement = Some(date("2026-12-18"))).await;
        world.engine.delete_card(&world.caller, &far.payment.card.unwrap().to_string()).await.unwrap();
        world.advance_to("2026-12-17T12:00:00Z").await;
        is(&world.read(&far).await, State::Refused);
        nothing_open(world).await;
    })
    .await;
}

#[tokio::test]
async fn an_authentication_that_comes_back_after_the_deadline_charges_nothing() {
    in_each(async |world| {
        let deadline = Timestamp::parse_rfc3339("2026-11-19T12:00:00Z").unwrap();
        let intent = world.intent(|draft| draft.expires_at = Some(deadline)).await;
        let step = world.pay_on_page(intent.id, "4000000000003220").await.step;
        answer_bank(world, &reference(&step), true).await;
        world.clock.forward(3_600);
        world.engine.bank_return(&reference(&step), None).await.unwrap();
        assert_eq!(world.engine.page(&page(intent.id), None).await.unwrap().step, Step::Expired);
        assert!(world.payments(&intent).await.is_empty());
        world.advance(60).await;
        assert_eq!(world.read_intent(&intent).await.status, IntentStatus::Canceled);
    })
    .await;
}

#[tokio::test]
async fn an_error_leaves_the_place_of_a_payment_free_like_a_refusal() {
    in_each(async |world| {
        let empty = world.engine.create_payment(&world.caller, payment(2_000)).await.unwrap();
        let at = PageRef::KeyedPayment { key: world.account.sandbox_public.clone(), id: empty.payment.id };
        let after = world.engine.pay(&at, form_for(2_000, "4000000000008203"), Device::default(), None).await.unwrap();
        assert!(matches!(after.step, Step::Form { tries_left: 3, .. }), "{:?}", after.step);
        is(&world.read(&empty).await, State::Begun);
        assert_eq!(world.engine.pay(&at, form_for(2_000, "4242424242424242"), Device::default(), None).await.unwrap().step, Step::Done);
        is(&world.read(&empty).await, State::Authorised);
    })
    .await;
}

#[tokio::test]
async fn a_payment_paid_days_after_it_was_made_is_captured_at_the_next_cut_off() {
    in_each(async |world| {
        let empty = world.engine.create_payment(&world.caller, payment(2_000)).await.unwrap();
        let at = PageRef::KeyedPayment { key: world.account.sandbox_public.clone(), id: empty.payment.id };
        world.advance(3 * 86_400).await;
        world.engine.pay(&at, form_for(2_000, "4242424242424242"), Device::default(), None).await.unwrap();
        assert_eq!(world.read(&empty).await.capture_date.unwrap().to_rfc3339(), "2026-11-22T21:00:00Z");
        world.advance(60).await;
        let refund = world.engine.refund(&world.caller, whole(empty.payment.id)).await.unwrap();
        assert_eq!(refund.status, RefundStatus::PaymentCanceled);
    })
    .await;
}

#[tokio::test]
async fn what_a_payer_is_shown_is_what_is_charged() {
    in_each(async |world| {
        let empty = world.engine.create_payment(&world.caller, payment(2_000)).await.unwrap();
        let order = empty.payment.intent.to_string();
        let change = IntentChange { amount: Some(1_500), ..Default::default() };
        assert_eq!(world.engine.update_intent(&world.caller, &order, change).await.unwrap().amount_due, 1_500);
        let at = PageRef::KeyedPayment { key: world.account.sandbox_public.clone(), id: empty.payment.id };
        world.engine.pay(&at, form_for(1_500, "4242424242424242"), Device::default(), None).await.unwrap();
        let paid = world.read(&empty).await;
        assert_eq!((paid.amount, paid.authorised_amount), (1_500, 1_500));
    })
    .await;
}

#[tokio::test]
async fn an_amount_that_changed_while_the_page_was_open_is_not_charged() {
    in_each(async |world| {
        let in_dollars = IntentChange { currency: Some(Currency::Usd), ..Default::default() };
        let to_more = IntentChange { amount: Some(10_000), ..Default::default() };
        let old = || form_for(1_000, "4242424242424242");
        for change in [in_dollars, to_more] {
            let intent = world.intent(|draft| draft.amount = 1_000).await;
            let empty = world.engine.create_payment(&world.caller, payment(1_000)).await.unwrap();
            let by_payment = PageRef::KeyedPayment { key: world.account.sandbox_public.clone(), id: empty.payment.id };
            for (at, order) in [(page(intent.id), intent.id), (by_payment, empty.payment.intent)] {
                let tried = rows::<Operation>(&world.store, world.caller.scope()).await.len();
                world.engine.update_intent(&world.caller, &order.to_string(), change.clone()).await.unwrap();
                // once more than there are tries: none is used up
                for _ in 0..5 {
                    let refused = world.engine.pay(&at, old(), Device::default(), None).await.unwrap_err();
                    assert_eq!((refused.code, refused.field.as_deref()), (Code::Conflict, Some("amount")));
                }
                assert_eq!(rows::<Operation>(&world.store, world.caller.scope()).await.len(), tried, "nothing was sent");
                let shown = world.engine.page(&at, None).await.unwrap();
                assert_eq!(shown.step, Step::Form { refused: None, failed_auth: false, tries_left: 4 });
                let agreed = engine::CardForm { shown: shown.due(), ..old() };
                let paid = world.engine.pay(&at, agreed, Device::default(), None).await.unwrap();
                assert_eq!(paid.step, Step::Done);
                let paid = paid.payment.unwrap();
                assert_eq!((paid.authorised_amount, paid.currency), (shown.due().minor(), shown.due().currency()));
                // what is paid is shown to a page that is still open, whatever it says
                assert_eq!(world.engine.pay(&at, old(), Device::default(), None).await.unwrap().step, Step::Done);
            }
            assert_eq!(world.payments(&intent).await.len(), 1);
        }
    })
    .await;
}

#[tokio::test]
async fn an_amount_that_changes_while_the_payer_presses_the_button_is_not_charged() {
    in_each(async |world| {
        let intent = world.intent(|_| {}).await;
        let (fault, gate) = Gate::at(Seam::BeforeWrite);
        world.reborn(fault);
        let (engine, at) = (world.engine.clone(), page(intent.id));
        let pay = tokio::spawn(async move { engine.pay(&at, form("4242424242424242"), Device::default(), None).await });
        gate.reached().await;
        // by another process
        world.reborn(engine::Fault::none());
        let change = IntentChange { amount: Some(100_000), ..Default::default() };
        world.engine.update_intent(&world.caller, &intent.id.to_string(), change).await.unwrap();
        gate.open();
        assert_eq!(pay.await.unwrap().unwrap_err().code, Code::Conflict);
        assert!(world.payments(&intent).await.is_empty());
        assert!(rows::<Card>(&world.store, world.caller.scope()).await.is_empty(), "the card that was typed is not kept");
        assert_eq!(world.pay_on_page(intent.id, "4242424242424242").await.step, Step::Done);
        assert_eq!(world.payments(&intent).await[0].authorised_amount, 100_000);
    })
    .await;
}

#[tokio::test]
async fn a_capture_by_status_under_a_key_is_one_change() {
    in_each(async |world| {
        let full = world.pay_by_api("4242424242424242", |draft| draft.authorise_only = true).await;
        is(&full.payment, State::AuthorisedToValidate);
        let path = format!("/v2/payments/{}", full.payment.id);
        let body = serde_json::json!({"status": "capture"});
        let fingerprint = world.engine.fingerprint("PATCH", &path, &body);
        let keyed = engine::Keyed { method: "PATCH".to_owned(), path, key: "capture-1".to_owned(), fingerprint };
        let change = PaymentChange { status: Some(engine::Asked::Capture), ..Default::default() };
        let Begun::New(caller) = world.engine.begin_keyed(&world.caller, &keyed).await.unwrap() else { panic!("it is new") };
        let captured = world.engine.update_payment(&caller, &full.payment.id.to_string(), change).await.unwrap();
        is(&captured.payment, State::Authorised);
    })
    .await;
}

#[tokio::test]
async fn changing_a_text_charges_no_card() {
    in_each(async |world| {
        let stored = world.engine.create_card(&world.caller, card("4000000000009995"), engine::ApiVersion::V2).await.unwrap();
        let intent = world.intent(|draft| (draft.threeds, draft.card) = (ThreeDs::None, Some(stored.id))).await;
        assert_eq!(world.payments(&intent).await.len(), 1);
        let change = IntentChange { description: Some(Some("Another teapot".to_owned())), ..Default::default() };
        world.engine.update_intent(&world.caller, &intent.id.to_string(), change).await.unwrap();
        assert_eq!(world.payments(&intent).await.len(), 1);
        let good = world.engine.create_card(&world.caller, card("4242424242424242"), engine::ApiVersion::V2).await.unwrap();
        let change = IntentChange { card: Some(Some(good.id)), ..Default::default() };
        let paid = world.engine.update_intent(&world.caller, &intent.id.to_string(), change).await.unwrap();
        assert_eq!(paid.status, IntentStatus::Captured);
    })
    .await;
}

#[tokio::test]
async fn a_typed_number_is_forgotten_when_its_place_is_taken_by_nothing_or_another() {
    in_each(async |world| {
        let empty = world.engine.create_payment(&world.caller, payment(2_000)).await.unwrap();
        let at = PageRef::KeyedPayment { key: world.account.sandbox_public.clone(), id: empty.payment.id };
        world.engine.pay(&at, form_for(2_000, "4000000000003220"), Device::default(), None).await.unwrap();
        world.engine.pay(&at, form_for(2_000, "4000000000003220"), Device::default(), None).await.unwrap();
        let kept = |cards: &[Card]| cards.iter().filter(|card| card.sealed.is_some()).count();
        assert_eq!(kept(&rows::<Card>(&world.store, world.caller.scope()).await), 1);
        world.advance(6 * 3_600 + 60).await;
        assert_eq!(kept(&rows::<Card>(&world.store, world.caller.scope()).await), 0);
    })
    .await;
}

#[tokio::test]
async fn a_dispute_stops_the_refund_that_was_not_sent() {
    in_each(async |world| {
        let full = world.pay_by_api("4000000000000259", |_| {}).await;
        world.advance_to("2026-11-20T21:30:00Z").await;
        let refund = world.engine.refund(&world.caller, RefundDraft { amount: Some(300), ..whole(full.payment.id) }).await.unwrap();
        assert_eq!(refund.status, RefundStatus::ToRefund);
        world.advance_to("2026-11-22T12:00:00Z").await;
        let after = world.engine.refund_of(&world.caller, &refund.id.to_string()).await.unwrap();
        assert_eq!(after.status, RefundStatus::NotHonored);
        let payment = world.read(&full).await;
        assert_eq!((payment.refunded_amount, payment.disputed_amount), (0, 1_000));
        assert_eq!((world.balance("refunds_payable").await, world.balance("disputed").await), (0, -1_000));
        assert_eq!(world.engine.refund(&world.caller, whole(full.payment.id)).await.unwrap_err().code, Code::RefundTooHigh);
    })
    .await;
}

#[tokio::test]
async fn a_dispute_after_a_refund_is_recorded_whole_and_flagged() {
    for (part, left) in [(1_000, 0), (300, 700)] {
        in_each(async |world| {
            let full = world.pay_by_api("4000000000000259", |_| {}).await;
            world.advance_to("2026-11-20T12:00:00Z").await;
            let refund = world.engine.refund(&world.caller, RefundDraft { amount: Some(part), ..whole(full.payment.id) }).await.unwrap();
            let refundable = async |world: &World| {
                let file = world.engine.payment_file(&world.caller, &full.payment.id.to_string()).await.unwrap();
                (file.attempts[0].refundable, file)
            };
            assert_eq!(refundable(world).await.0, left);
            world.advance_to("2026-11-22T12:00:00Z").await;
            assert_eq!(world.engine.refund_of(&world.caller, &refund.id.to_string()).await.unwrap().status, RefundStatus::Refunded);
            let payment = world.read(&full).await;
            assert_eq!((payment.refunded_amount, payment.disputed_amount), (part, 1_000));
            assert_eq!(world.balance("disputed").await, -1_000);
            let (left, file) = refundable(world).await;
            assert_eq!((left, file.intent.shown), (0, Shown::Disputed));
            let opened = file.events.iter().find(|event| event.kind == "dispute.opened").unwrap();
            assert_eq!(opened.cause.as_deref(), Some("after_refund"));
            assert_eq!(world.engine.refund(&world.caller, whole(full.payment.id)).await.unwrap_err().code, Code::RefundTooHigh);
        })
        .await;
    }
}

#[tokio::test]
async fn what_has_lapsed_is_expired_by_reading_and_is_never_sent() {
    in_each(async |world| {
        let sent = world.pay_by_api("4242424242424242", |_| {}).await;
        let intent = world.intent(|draft| (draft.threeds, draft.manual_validation) = (ThreeDs::None, true)).await;
        world.pay_on_page(intent.id, "4242424242424242").await;
        // nobody worked for a week
        world.clock.forward(8 * 86_400);
        is(&world.payments(&intent).await[0], State::Expired);
        assert_eq!(world.read_intent(&intent).await.status, IntentStatus::Canceled);
        for _ in 0..3 {
            world.engine.run_due(64).await.unwrap();
        }
        is(&world.read(&sent).await, State::Expired);
        is(&world.payments(&intent).await[0], State::Expired);
        let order = world.read_intent(&intent).await;
        assert_eq!((order.status, order.shown), (IntentStatus::Canceled, Shown::Expired));
        nothing_open(world).await;
    })
    .await;
}

#[tokio::test]
async fn what_one_worker_found_and_another_wrote_off_meanwhile_is_one_or_the_other_and_never_both() {
    in_each(async |world| {
        for granted_first in [false, true] {
            let intent = world.intent(|draft| draft.threeds = ThreeDs::None).await;
            let (fault, sending) = Gate::at(Seam::BeforeAcquirer);
            world.reborn(fault);
            let (engine, at) = (world.engine.clone(), page(intent.id));
            let pay = tokio::spawn(async move { engine.pay(&at, form("4000000000008401"), Device::default(), None).await });
            sending.reached().await;
            // so late that the acquirer is told to let come to nothing what it has never seen
            world.clock.forward(31 * 60);
            let (fault, [absent, written_off]) = Gate::each([Seam::AfterAcquirer, Seam::AfterCommit]);
            world.reborn(fault);
            let engine = world.engine.clone();
            let one = tokio::spawn(async move { engine.run_due(16).await });
            absent.reached().await;
            // it arrives after all, its answer is lost, and another worker finds it
            sending.open();
            pay.await.unwrap().unwrap();
            world.clock.forward(121);
            let (fault, granted) = Gate::at(Seam::AfterAcquirer);
            world.reborn(fault);
            let engine = world.engine.clone();
            let other = tokio::spawn(async move { engine.run_due(16).await });
            granted.reached().await;
            if granted_first {
                granted.open();
                other.await.unwrap().unwrap();
                absent.open();
                written_off.open();
                one.await.unwrap().unwrap();
            } else {
                absent.open();
                written_off.reached().await;
                granted.open();
                other.await.unwrap().unwrap();
                is(&world.payments(&intent).await[0], State::UnderVerification);
                written_off.open();
                one.await.unwrap().unwrap();
            }
            nothing_open(world).await;
            is(&world.payments(&intent).await[0], if granted_first { State::Authorised } else { State::Error });
            world.reborn(engine::Fault::none());
            world.advance(3 * 86_400).await;
            is(&world.payments(&intent).await[0], if granted_first { State::Captured } else { State::Error });
        }
    })
    .await;
}

/// Gives nothing back. `silent`: loses the answer to every authorisation, and never says what became of a call.
pub struct Stubborn {
    simulator: Simulator,
    silent: bool,
    asked: Notify,
    given_up: AtomicBool,
    /// Gives back what it is asked for from now on.
    relents: AtomicBool,
}

impl Stubborn {
    pub fn new(silent: bool) -> Arc<Self> {
        let simulator = Simulator::new(Arc::new(InMemory::default()));
        Arc::new(Self { simulator, silent, asked: Notify::new(), given_up: AtomicBool::new(false), relents: AtomicBool::new(false) })
    }
}

/// Says that nobody waits any more.
struct Waits<'s>(&'s Stubborn);

impl Drop for Waits<'_> {
    fn drop(&mut self) {
        self.0.given_up.store(true, Ordering::SeqCst);
    }
}

impl Acquirer for Stubborn {
    fn authenticate(&self, call: Call, instrument: Instrument, challenge: Challenge) -> BoxFuture<'_, Answer<Authentication>> {
        self.simulator.authenticate(call, instrument, challenge)
    }

    fn authentication_result<'a>(&'a self, reference: &'a str, now: Timestamp) -> BoxFuture<'a, Option<Authentication>> {
        self.simulator.authentication_result(reference, now)
    }

    fn authorise(
        &self,
        call: Call,
        card: Instrument,
        authenticated: bool,
        purpose: acquirer::Purpose,
    ) -> BoxFuture<'_, Answer<Authorised>> {
        if self.silent { ready(Answer::Unknown).boxed() } else { self.simulator.authorise(call, card, authenticated, purpose) }
    }

    fn capture<'a>(&'a self, call: Call, of: &'a str) -> BoxFuture<'a, Answer<()>> {
        self.simulator.capture(call, of)
    }

    fn lower<'a>(&'a self, call: Call, of: &'a str) -> BoxFuture<'a, Answer<()>> {
        self.simulator.lower(call, of)
    }

    fn void<'a>(&'a self, call: Call, of: &'a str) -> BoxFuture<'a, Answer<()>> {
        if self.relents.load(Ordering::SeqCst) {
            return self.simulator.void(call, of);
        }
        ready(Answer::Refused(Refusal { response: "12".to_owned(), author: None })).boxed()
    }

    fn refund<'a>(&'a self, call: Call, of: &'a str) -> BoxFuture<'a, Answer<()>> {
        self.simulator.refund(call, of)
    }

    fn find<'a>(&'a self, reference: &'a str, now: Timestamp) -> BoxFuture<'a, Found> {
        async move {
            let _waits = Waits(self);
            self.asked.notify_one();
            if self.silent { pending().await } else { self.simulator.find(reference, now).await }
        }
        .boxed()
    }
}

pub fn charge() -> PaymentDraft {
    PaymentDraft { card: Some(engine::Named::New(card("4242424242424242"))), ..payment(1_000) }
}

#[tokio::test]
async fn an_acquirer_that_has_fallen_silent_does_not_hold_the_worker() {
    in_each(async |world| {
        let silent = Stubborn::new(true);
        let (engine, caller) = world.in_production(silent.clone()).await;
        is(&engine.create_payment(&caller, charge()).await.unwrap().payment, State::UnderVerification);
        world.clock.forward(600);
        let worker = engine.clone();
        let work = tokio::spawn(async move { worker.run_due(16).await });
        silent.asked.notified().await;
        tokio::time::pause();
        tokio::time::advance(Duration::from_millis(engine::ACQUIRER_DEADLINE_MS.unsigned_abs() + 1_000)).await;
        // whoever was woken by the time that passed comes before whoever yields
        tokio::task::yield_now().await;
        tokio::time::resume();
        assert!(silent.given_up.load(Ordering::SeqCst));
        work.await.unwrap().unwrap();
        let asked: Vec<Operation> = rows(&world.store, caller.scope()).await;
        assert_eq!(asked[0].state, OperationState::Open);
        assert!(asked[0].asked > 0, "it is asked again later");
    })
    .await;
}

#[tokio::test]
async fn what_the_acquirer_would_not_give_back_of_a_cancelled_order_is_never_captured() {
    in_each(async |world| {
        let (engine, caller) = world.in_production(Stubborn::new(false)).await;
        let made = engine.create_payment(&caller, charge()).await.unwrap().payment;
        is(&made, State::Authorised);
        assert_eq!(engine.cancel(&caller, made.id).await.unwrap_err().code, Code::AcquirerRefused);
        // long past its capture's day
        for _ in 0..30 {
            world.clock.forward(8 * 3_600);
            engine.run_due(16).await.unwrap();
        }
        let after = engine.payment(&caller, &made.id.to_string()).await.unwrap().payment;
        is(&after, State::Expired);
        assert_eq!(after.captured_amount, 0);
    })
    .await;
}

#[tokio::test]
async fn the_payer_of_a_cancelled_order_is_told_so_also_where_the_acquirer_would_not_give_it_back() {
    in_each(async |world| {
        let (engine, caller) = world.in_production(Stubborn::new(false)).await;
        for manual in [false, true] {
            let draft = PaymentDraft { manual_validation: manual, ..charge() };
            let made = engine.create_payment(&caller, draft).await.unwrap().payment;
            let at = PageRef::Intent { id: made.intent, test: false };
            assert_eq!(engine.page(&at, None).await.unwrap().step, Step::Done);
            assert_eq!(engine.cancel(&caller, made.id).await.unwrap_err().code, Code::AcquirerRefused);
            let told = engine.page(&at, None).await.unwrap();
            assert_eq!((told.step, told.payment.map(|payment| payment.state)), (Step::Cancelled, Some(made.state)));
        }
    })
    .await;
}

#[tokio::test]
async fn a_payment_that_was_held_and_only_verified_ends_without_the_acquirer_when_nobody_decides() {
    in_each(async |world| {
        let (engine, caller) = world.in_production(Stubborn::new(false)).await;
        let far = || PaymentDraft {
            card: Some(engine::Named::New(card("4000000000008807"))),
            date_settlement: Some(date("2026-12-18")),
            ..payment(1_000)
        };
        let [undecided, refused, cancelled] = {
            let made = async || engine.create_payment(&caller, far()).await.unwrap().payment;
            [made().await, made().await, made().await]
        };
        let read = async |id: model::id::PaymentId| engine.payment(&caller, &id.to_string()).await.unwrap().payment;
        is(&undecided, State::UnderVerification);
        // nothing is held on the card: nothing needs the acquirer's leave
        is(&engine.refuse_held(&caller, refused.id).await.unwrap().payment, State::Refused);
        is(&engine.cancel(&caller, cancelled.id).await.unwrap().payment, State::Cancelled);
        world.clock.forward(3 * 86_400 + 60);
        engine.run_due(16).await.unwrap();
        let after = read(undecided.id).await;
        is(&after, State::Refused);
        assert_eq!(after.held_until, None);
        let asked: Vec<Operation> = rows(&world.store, caller.scope()).await;
        assert!(asked.iter().all(|operation| operation.kind != OperationKind::Void));
    })
    .await;
}

#[tokio::test]
async fn a_cancellation_that_the_acquirer_refused_can_be_tried_again_by_the_order() {
    in_each(async |world| {
        let bank = Stubborn::new(false);
        let (engine, caller) = world.in_production(bank.clone()).await;
        let made = engine.create_payment(&caller, charge()).await.unwrap().payment;
        let order = made.intent.to_string();
        let first = engine.cancel_intent(&caller, &order).await.unwrap();
        assert_eq!((first.cancelled.is_some(), first.holder), (true, Some(made.id)), "it is closed, and nothing was given back");
        world.clock.forward(60);
        bank.relents.store(true, Ordering::SeqCst);
        let second = engine.cancel_intent(&caller, &order).await.unwrap();
        assert_eq!((second.status, second.cancelled, second.holder), (IntentStatus::Canceled, first.cancelled, None));
        is(&engine.payment(&caller, &made.id.to_string()).await.unwrap().payment, State::Cancelled);
        let file = engine.payment_file(&caller, &made.id.to_string()).await.unwrap();
        let canceled = |event: &&store::rows::Event| event.kind == "payment_intent.canceled" && event.state["holder"].as_str().is_some();
        assert_eq!(file.events.iter().filter(canceled).count(), 1, "it was closed once");
        let third = engine.cancel_intent(&caller, &order).await.unwrap_err();
        assert_eq!(third.code, Code::OperationNotAllowed, "nothing is left to give back");
    })
    .await;
}

#[tokio::test]
async fn what_is_cancelled_while_it_is_authorised_the_day_before_is_authorised_no_second_time() {
    in_each(async |world| {
        for manual in [false, true] {
            let (fault, gate) = Gate::at(Seam::AfterAcquirer);
            let bank = Stubborn::new(false);
            let (engine, caller) = world.in_production(bank.clone()).await;
            let settle = Some(Date::from_epoch_days(engine.real_now().as_millis() / 86_400_000 + 29));
            let far = PaymentDraft { date_settlement: settle, manual_validation: manual, ..charge() };
            let made = engine.create_payment(&caller, far).await.unwrap().payment;
            is(&made, if manual { State::WaitingAuthorisationToValidate } else { State::WaitingAuthorisation });
            world.clock.forward(28 * 86_400);
            let (engine, caller) = world.in_production_with(bank, fault).await;
            let worker = engine.clone();
            let authorise = tokio::spawn(async move { worker.run_due(16).await });
            gate.reached().await;
            engine.cancel_intent(&caller, &made.intent.to_string()).await.unwrap();
            gate.open();
            authorise.await.unwrap().unwrap();
            let read = async || engine.payment(&caller, &made.id.to_string()).await.unwrap().payment;
            let held = read().await;
            is(&held, if manual { State::AuthorisedToValidate } else { State::Authorised });
            for _ in 0..30 {
                world.clock.forward(8 * 3_600);
                engine.run_due(16).await.unwrap();
            }
            let after = read().await;
            is(&after, State::Expired);
            assert_eq!(after.captured_amount, 0);
            let sent: Vec<Operation> = rows(&world.store, caller.scope()).await;
            let sent = sent.iter().filter(|operation| operation.payment == made.id && operation.kind == OperationKind::Authorise);
            assert_eq!(sent.count(), 1, "one hold on the card, and no more");
        }
    })
    .await;
}

#[tokio::test]
async fn what_was_cancelled_and_waits_still_is_not_authorised() {
    in_each(async |world| {
        let (engine, caller) = world.in_production(Stubborn::new(false)).await;
        let far = PaymentDraft { date_settlement: Some(date("2026-12-18")), ..charge() };
        let made = engine.create_payment(&caller, far).await.unwrap().payment;
        let before = made.clone();
        // as an earlier release left it where the bank gave nothing back
        let left = store::command(move |tx: &mut store::Tx| {
            let before = before.clone();
            async move {
                let after = Payment { cancel_requested: true, version: before.version + 1, ..before.clone() };
                store::update(tx, &before, &after).await
            }
            .boxed()
        });
        world.store.write(left).await.unwrap();
        world.clock.forward(28 * 86_400);
        engine.run_due(16).await.unwrap();
        let after = engine.payment(&caller, &made.id.to_string()).await.unwrap().payment;
        is(&after, State::Cancelled);
        assert_eq!((after.authorised_amount, after.authorised_until), (0, None));
    })
    .await;
}

#[tokio::test]
async fn nothing_is_promised_of_a_cancelled_order_that_the_acquirer_would_not_give_back() {
    in_each(async |world| {
        let (engine, caller) = world.in_production(Stubborn::new(false)).await;
        for (manual, number) in [(false, "4242424242424242"), (true, "4242424242424242"), (false, "4000000000008807")] {
            let draft = PaymentDraft { card: Some(engine::Named::New(card(number))), manual_validation: manual, ..charge() };
            let made = engine.create_payment(&caller, draft).await.unwrap().payment;
            let held = made.state == State::UnderVerification;
            let (id, e) = (made.id, &engine);
            assert_eq!(e.cancel(&caller, id).await.unwrap_err().code, Code::AcquirerRefused);
            let offered: &[Action] = if held { &[Action::Cancel, Action::RefuseHeld] } else { &[Action::Cancel] };
            let capture = PaymentChange { status: Some(engine::Asked::Capture), ..Default::default() };
            let mut asked = vec![
                e.validate(&caller, id).await,
                e.capture(&caller, id, None).await,
                e.capture(&caller, id, Some(400)).await,
                e.lower(&caller, id, 400).await,
                e.postpone(&caller, id, date("2026-11-23")).await,
                e.release(&caller, id).await,
            ];
            if !held {
                asked.push(e.update_payment(&caller, &id.to_string(), capture).await);
            }
            for refused in asked {
                let refused = refused.unwrap_err();
                let allowed: Vec<String> = offered.iter().map(ToString::to_string).collect();
                assert_eq!((refused.code, &refused.allowed), (Code::OperationNotAllowed, &allowed), "{refused}");
            }
            assert_eq!(e.capture_intent(&caller, &made.intent.to_string(), None).await.unwrap_err().code, Code::OperationNotAllowed);
            let file = e.payment_file(&caller, &id.to_string()).await.unwrap();
            let attempt = &file.attempts[0];
            assert_eq!((attempt.actions.as_slice(), attempt.validate_until, attempt.expected_fee), (offered, None, None));
            is(&attempt.full.payment, made.state);
            assert_eq!(e.cancel(&caller, id).await.unwrap_err().code, Code::AcquirerRefused, "it is asked again");
        }
    })
    .await;
}

/// A worker takes up a call that has begun and never left, tells the acquirer to let it come to nothing, and dies before it hears that this is done.
/// `late`: the call arrives after that.
async fn dies_writing_off(world: &mut World, late: bool) {
    dies_writing_off_what(world, late, |engine| async move { engine.run_due(16).await.map(drop) }.boxed()).await;
}

/// As [`dies_writing_off`], of what is sent so.
async fn dies_writing_off_what(
    world: &mut World,
    late: bool,
    send: impl FnOnce(Engine) -> BoxFuture<'static, Result<(), model::error::Refused>>,
) {
    let (fault, leaving) = Gate::at(Seam::BeforeAcquirer);
    world.reborn(fault);
    let sends = tokio::spawn(send(world.engine.clone()));
    leaving.reached().await;
    world.clock.forward(31 * 60);
    let (fault, [found, written_off]) = Gate::each([Seam::AfterAcquirer; 2]);
    world.reborn(fault);
    let engine = world.engine.clone();
    let dies = tokio::spawn(async move { engine.run_due(16).await });
    found.reached().await;
    found.open();
    written_off.reached().await;
    dies.abort();
    if late {
        leaving.open();
        sends.await.unwrap().unwrap();
    } else {
        sends.abort();
    }
    world.reborn(engine::Fault::none());
    world.clock.forward(3_600);
    world.engine.run_due(16).await.unwrap();
    nothing_open(world).await;
}

#[tokio::test]
async fn a_capture_or_a_refund_that_never_arrived_is_sent_again_whoever_dies_finding_out() {
    in_each(async |world| {
        for late in [false, true] {
            let full = world.pay_by_api("4242424242424242", |_| {}).await;
            world.clock.forward(11 * 3_600);
            dies_writing_off(world, late).await;
            is(&world.read(&full).await, State::Authorised);
            world.advance(7_200).await;
            is(&world.read(&full).await, State::Captured);

            let refund = world.engine.refund(&world.caller, whole(full.payment.id)).await.unwrap();
            world.clock.forward(24 * 3_600);
            dies_writing_off(world, late).await;
            world.advance(86_400).await;
            let refunded = world.engine.refund_of(&world.caller, &refund.id.to_string()).await.unwrap();
            assert_eq!(refunded.status, RefundStatus::Refunded);
            assert_eq!(world.read(&full).await.refunded_amount, 1_000);
            let calls: Vec<Operation> = rows(&world.store, world.caller.scope()).await;
            let calls = calls.iter().filter(|call| call.payment == full.payment.id && call.state == OperationState::Done);
            assert_eq!(calls.count(), 3, "authorised, captured and refunded once each");
            // the next round is early enough for the day's cut-off
            world.advance(10 * 3_600).await;
        }
    })
    .await;
}

#[tokio::test]
async fn a_cancellation_that_never_arrived_is_sent_again_whoever_dies_finding_out() {
    in_each(async |world| {
        for late in [false, true] {
            let full = world.pay_by_api("4242424242424242", |_| {}).await;
            let (caller, id) = (world.caller.clone(), full.payment.id);
            let cancel = |engine: Engine| async move { engine.cancel(&caller, id).await.map(drop) }.boxed();
            dies_writing_off_what(world, late, cancel).await;
            let after = world.read(&full).await;
            is(&after, State::Cancelled);
            let file = world.engine.payment_file(&world.caller, &id.to_string()).await.unwrap();
            assert!(file.events.iter().all(|event| event.kind != "payment.cancellation_refused"), "nobody refused it");
        }
    })
    .await;
}

/// Comes to the day before the capture of what waits for its authorisation, which fails technically: it is to be tried again within the hour.
async fn fails_the_day_before(world: &mut World, day: &str) {
    world.advance_to(&format!("{day}T04:59:00Z")).await;
    let (fault, leaving) = Gate::at(Seam::BeforeAcquirer);
    world.reborn(fault);
    world.clock.forward(120);
    let engine = world.engine.clone();
    let dies = tokio::spawn(async move { engine.run_due(16).await });
    leaving.reached().await;
    dies.abort();
    world.reborn(engine::Fault::none());
    world.clock.forward(31 * 60);
    for _ in 0..3 {
        world.engine.run_due(16).await.unwrap();
    }
    nothing_open(world).await;
}

#[tokio::test]
async fn what_was_tried_again_once_and_postponed_is_authorised_the_day_before_its_new_day() {
    in_each(async |world| {
        let full = world.pay_by_api("4242424242424242", |draft| draft.date_settlement = Some(date("2026-12-18"))).await;
        fails_the_day_before(world, "2026-12-17").await;
        let waits = world.read(&full).await;
        is(&waits, State::WaitingAuthorisation);
        assert!(waits.retry_at.is_some());
        world.advance(3_600).await;
        is(&world.read(&full).await, State::Authorised);
        let later = world.engine.postpone(&world.caller, full.payment.id, date("2027-01-15")).await.unwrap().payment;
        is(&later, State::WaitingAuthorisation);
        world.advance_to("2027-01-14T04:59:00Z").await;
        is(&world.read(&full).await, State::WaitingAuthorisation);
        world.advance_to("2027-01-15T23:00:00Z").await;
        is(&world.read(&full).await, State::Captured);
    })
    .await;
}

#[tokio::test]
async fn the_next_try_in_a_place_is_authorised_on_its_own_day() {
    in_each(async |world| {
        let draft = PaymentDraft { date_settlement: Some(date("2026-12-18")), ..payment(2_000) };
        let place = world.engine.create_payment(&world.caller, draft).await.unwrap();
        let at = PageRef::KeyedPayment { key: world.account.sandbox_public.clone(), id: place.payment.id };
        world.engine.pay(&at, form_for(2_000, "4000000000008906"), Device::default(), None).await.unwrap();
        is(&world.read(&place).await, State::WaitingAuthorisation);
        fails_the_day_before(world, "2026-12-17").await;
        world.advance(3_600).await;
        is(&world.read(&place).await, State::Begun);
        let change = IntentChange { date_settlement: Some(Some(date("2027-01-15"))), ..Default::default() };
        world.engine.update_intent(&world.caller, &place.payment.intent.to_string(), change).await.unwrap();
        world.engine.pay(&at, form_for(2_000, "4242424242424242"), Device::default(), None).await.unwrap();
        world.advance_to("2027-01-14T04:59:00Z").await;
        is(&world.read(&place).await, State::WaitingAuthorisation);
        world.advance_to("2027-01-15T23:00:00Z").await;
        is(&world.read(&place).await, State::Captured);
    })
    .await;
}

#[tokio::test]
async fn a_worker_held_up_gives_back_what_it_took_and_has_not_begun() {
    in_each(async |world| {
        for held_up in [59, 61] {
            let payments = [world.pay_by_api("4242424242424242", |_| {}).await, world.pay_by_api("4242424242424242", |_| {}).await];
            let (fault, gate) = Gate::at(Seam::BeforeAcquirer);
            world.reborn(fault);
            world.clock.forward(24 * 3_600);
            // nothing but the two captures is due when the worker looks
            let engine = world.engine.clone();
            let work = tokio::spawn(async move { engine.run_due(16).await });
            gate.reached().await;
            world.clock.forward(held_up);
            gate.open();
            let ran = work.await.unwrap().unwrap();
            let sent = async |world: &World| {
                let both = [world.read(&payments[0]).await, world.read(&payments[1]).await];
                both.iter().filter(|payment| payment.remitted_at.is_some()).count()
            };
            let given_back = ran.next.is_some_and(|next| next <= world.engine.real_now());
            let expected = if held_up == 59 { (2, false) } else { (1, true) };
            assert_eq!((sent(world).await, given_back), expected, "{ran:?}");
            // another one needs not wait for the lease to end
            world.reborn(engine::Fault::none());
            world.engine.run_due(16).await.unwrap();
            assert_eq!(sent(world).await, 2);
            world.advance(4 * 86_400).await;
        }
    })
    .await;
}
