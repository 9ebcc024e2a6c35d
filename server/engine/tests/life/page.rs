//! The payer's page: one order is paid once, whatever tabs, cards and late answers do.

use acquirer::{Acquirer, Memory};
use engine::{Device, PageRef, Step};
use futures::future::join_all;
use model::lifecycle::{AuthStatus, IntentStatus, Shown, State};
use secrecy::ExposeSecret;

use crate::world::{answer_bank, form, form_for, in_each, is, page, payment, reference};

#[tokio::test]
async fn a_payer_pays_and_the_page_says_so_from_then_on() {
    in_each(async |world| {
        let intent = world.intent(|_| {}).await;
        assert!(matches!(world.engine.page(&page(intent.id), None).await.unwrap().step, Step::Form { tries_left: 4, .. }));
        assert_eq!(world.pay_on_page(intent.id, "4242424242424242").await.step, Step::Done);
        assert_eq!(world.pay_on_page(intent.id, "5555555555554444").await.step, Step::Done);
        let after = world.read_intent(&intent).await;
        assert_eq!((after.status, after.shown, after.last4.as_deref()), (IntentStatus::Captured, Shown::Paid, Some("4242")));
        assert_eq!(world.payments(&intent).await.len(), 1);
    })
    .await;
}

#[tokio::test]
async fn a_double_click_and_many_tabs_pay_once() {
    in_each(async |world| {
        let intent = world.intent(|_| {}).await;
        let at = page(intent.id);
        let numbers =
            ["4242424242424242", "5555555555554444", "4000000760000002", "4242424242424242", "4000001240000000", "5105105105105100"];
        let pages = join_all(numbers.map(|number| world.engine.pay(&at, form(number), Device::default(), None))).await;
        for page in pages {
            assert!(matches!(page.unwrap().step, Step::Done | Step::Checking));
        }
        assert_eq!(world.engine.page(&at, None).await.unwrap().step, Step::Done);
        let payments = world.payments(&intent).await;
        assert_eq!(payments.iter().filter(|payment| payment.state.holds_money()).count(), 1);
        world.advance(86_400).await;
        assert_eq!(world.balance("acquirer_receivable").await, 12_990);
    })
    .await;
}

#[tokio::test]
async fn refused_then_paid() {
    in_each(async |world| {
        let intent = world.intent(|_| {}).await;
        let refused = world.pay_on_page(intent.id, "4000000000009995").await;
        assert_eq!(refused.step, Step::Form { refused: Some("51".to_owned()), failed_auth: false, tries_left: 3 });
        assert_eq!(world.read_intent(&intent).await.status, IntentStatus::RequirePaymentMethod);
        world.clock.forward(1);
        assert_eq!(world.pay_on_page(intent.id, "4242424242424242").await.step, Step::Done);
        let states: Vec<State> = world.payments(&intent).await.iter().map(|payment| payment.state).collect();
        assert_eq!(states, [State::Refused, State::Authorised]);
    })
    .await;
}

#[tokio::test]
async fn four_refusals_use_up_an_order() {
    in_each(async |world| {
        let intent = world.intent(|_| {}).await;
        for _ in 0..3 {
            assert!(matches!(world.pay_on_page(intent.id, "4000000000000002").await.step, Step::Form { .. }));
        }
        assert_eq!(world.pay_on_page(intent.id, "4000000000000002").await.step, Step::Unpaid);
        assert_eq!(world.pay_on_page(intent.id, "4242424242424242").await.step, Step::Unpaid);
        assert_eq!(world.read_intent(&intent).await.status, IntentStatus::Unpaid);
    })
    .await;
}

#[tokio::test]
async fn a_challenge_succeeds_fails_or_is_abandoned() {
    in_each(async |world| {
        let yes = world.intent(|_| {}).await;
        let step = world.pay_on_page(yes.id, "4000000000003220").await.step;
        assert_eq!(world.read_intent(&yes).await.shown, Shown::Authenticating);
        answer_bank(world, &reference(&step), true).await;
        assert_eq!(world.engine.bank_return(&reference(&step), None).await.unwrap(), engine::Back::Page(page(yes.id)));
        assert_eq!(world.engine.page(&page(yes.id), None).await.unwrap().step, Step::Done);
        assert_eq!(world.engine.returned(&page(yes.id), None).await.unwrap().step, Step::Done);

        let no = world.intent(|_| {}).await;
        let step = world.pay_on_page(no.id, "4000000000003220").await.step;
        answer_bank(world, &reference(&step), false).await;
        let after = world.engine.returned(&page(no.id), None).await.unwrap();
        assert_eq!(after.step, Step::Form { refused: None, failed_auth: true, tries_left: 3 });
        let tried = &world.payments(&no).await[0];
        assert_eq!((tried.state, tried.auth, tried.authorisation), (State::Refused, Some(AuthStatus::Declined), None));

        let gone = world.intent(|_| {}).await;
        let step = world.pay_on_page(gone.id, "4000000000003220").await.step;
        assert_eq!(world.engine.returned(&page(gone.id), None).await.unwrap().step, step);
        world.advance(6 * 3600 + 60).await;
        assert!(matches!(world.engine.page(&page(gone.id), None).await.unwrap().step, Step::Form { tries_left: 4, .. }));
    })
    .await;
}

#[tokio::test]
async fn a_superseded_attempt_never_authorises_even_if_the_bank_says_yes() {
    in_each(async |world| {
        let intent = world.intent(|_| {}).await;
        let step = world.pay_on_page(intent.id, "4000000000003220").await.step;
        assert_eq!(world.pay_on_page(intent.id, "4242424242424242").await.step, Step::Done);
        answer_bank(world, &reference(&step), true).await;
        world.engine.bank_return(&reference(&step), None).await.unwrap();
        let held: Vec<_> = world.payments(&intent).await.into_iter().filter(|payment| payment.state.holds_money()).collect();
        assert_eq!(held.len(), 1);
        is(&held[0], State::Authorised);
    })
    .await;
}

#[tokio::test]
async fn an_unknown_outcome_is_checked_and_never_failed() {
    in_each(async |world| {
        let intent = world.intent(|_| {}).await;
        assert_eq!(world.pay_on_page(intent.id, "4000000000008500").await.step, Step::Checking);
        assert_eq!(world.pay_on_page(intent.id, "4242424242424242").await.step, Step::Checking);
        world.advance(60).await;
        let after = world.engine.page(&page(intent.id), None).await.unwrap().step;
        assert!(matches!(after, Step::Form { refused: Some(_), .. }), "{after:?}");
        assert_eq!(world.pay_on_page(intent.id, "4242424242424242").await.step, Step::Done);
    })
    .await;
}

#[tokio::test]
async fn a_payment_without_method_waits_for_the_attempt_that_succeeds() {
    in_each(async |world| {
        let empty = world.engine.create_payment(&world.caller, payment(2_000)).await.unwrap();
        assert_eq!(empty.payment.state.api_status(false, false), None);
        let at = PageRef::KeyedPayment { key: world.account.sandbox_public.clone(), id: empty.payment.id };
        let refused = world.engine.pay(&at, form_for(2_000, "4000000000000002"), Device::default(), None).await.unwrap();
        assert!(matches!(refused.step, Step::Form { refused: Some(_), tries_left: 3, .. }), "{:?}", refused.step);
        is(&world.read(&empty).await, State::Begun);
        assert_eq!(world.engine.pay(&at, form_for(2_000, "4242424242424242"), Device::default(), None).await.unwrap().step, Step::Done);
        is(&world.read(&empty).await, State::Authorised);
        let listed = world.engine.payments(&world.caller, crate::world::query()).await.unwrap();
        assert_eq!(listed.items.len(), 2);
    })
    .await;
}

#[tokio::test]
async fn a_payment_without_method_takes_the_last_refusal() {
    in_each(async |world| {
        let empty = world.engine.create_payment(&world.caller, payment(2_000)).await.unwrap();
        let at = PageRef::KeyedPayment { key: world.account.sandbox_public.clone(), id: empty.payment.id };
        for _ in 0..4 {
            world.engine.pay(&at, form_for(2_000, "4000000000000002"), Device::default(), None).await.unwrap();
        }
        is(&world.read(&empty).await, State::Refused);
        assert_eq!(world.engine.page(&at, None).await.unwrap().step, Step::Unpaid);
    })
    .await;
}

#[tokio::test]
async fn bad_fields_are_named_and_change_nothing() {
    in_each(async |world| {
        let intent = world.intent(|_| {}).await;
        let try_form = async |change: fn(&mut engine::CardForm)| {
            let mut form = form("4242424242424242");
            change(&mut form);
            world.engine.pay(&page(intent.id), form, Device::default(), None).await.unwrap_err().field
        };
        assert_eq!(try_form(|form| form.number = "4242424242424241".into()).await.as_deref(), Some("number"));
        assert_eq!(try_form(|form| form.number = "".into()).await.as_deref(), Some("number"));
        assert_eq!(try_form(|form| form.exp_month = 13).await.as_deref(), Some("exp_month"));
        assert_eq!(try_form(|form| form.exp_year = 2020).await.as_deref(), Some("exp_year"));
        assert_eq!(try_form(|form| form.cvc = "12".into()).await.as_deref(), Some("cvc"));
        assert!(world.payments(&intent).await.is_empty());
    })
    .await;
}

#[tokio::test]
async fn addresses_that_are_nobodys_are_not_found() {
    in_each(async |world| {
        let intent = world.intent(|_| {}).await;
        let wrong = [
            PageRef::Intent { id: intent.id, test: false },
            PageRef::KeyedIntent { key: "ptest_aaaaaaaaaaaaaaaaaaaaaaaa".to_owned(), id: intent.id },
            PageRef::KeyedIntent { key: world.account.production_public.clone(), id: intent.id },
            PageRef::KeyedIntent { key: world.account.sandbox_secret.expose_secret().to_owned(), id: intent.id },
        ];
        for at in wrong {
            assert_eq!(world.engine.page(&at, None).await.unwrap_err().code, model::error::Code::NotFound);
        }
    })
    .await;
}

#[tokio::test]
async fn the_bank_remembers_under_the_same_reference() {
    in_each(async |world| {
        let intent = world.intent(|_| {}).await;
        let step = world.pay_on_page(intent.id, "4000000000003220").await.step;
        let memory: std::sync::Arc<dyn Memory> = world.engine.bank_memory();
        assert!(memory.get(&reference(&step)).await.unwrap().is_some());
        let simulator = acquirer::Simulator::new(memory);
        let now = world.engine.clock(&world.caller).await.unwrap().now;
        assert!(simulator.authentication_result(&reference(&step), now).await.is_none());
    })
    .await;
}
