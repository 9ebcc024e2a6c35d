//! A client that hangs up cancels nothing; a process that dies at any seam loses nothing acknowledged and doubles nothing.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use engine::{Advance, Device, Fault, Seam, Step};
use futures::FutureExt;
use model::lifecycle::State;

use crate::world::{form, in_each, page};

/// Stops for good at the `nth` seam: what a process does that dies there.
fn dies_at(nth: usize) -> (Fault, Arc<AtomicUsize>) {
    let seen = Arc::new(AtomicUsize::new(0));
    let count = seen.clone();
    let fault = Fault::with(move |_: Seam| {
        let at = count.fetch_add(1, Ordering::SeqCst);
        async move {
            if at >= nth {
                std::future::pending::<()>().await;
            }
        }
        .boxed()
    });
    (fault, seen)
}

#[tokio::test]
async fn a_client_that_hangs_up_cancels_nothing() {
    in_each(async |world| {
        let intent = world.intent(|_| {}).await;
        let at = page(intent.id);
        let pay = world.engine.pay(&at, form("4242424242424242"), Device::default(), None);
        // one poll is enough to begin; then the connection is gone
        assert!(tokio::time::timeout(Duration::from_micros(1), pay).await.is_err());
        for _ in 0..200 {
            if world.engine.page(&page(intent.id), None).await.unwrap().step == Step::Done {
                break;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        let step = world.engine.page(&page(intent.id), None).await.unwrap().step;
        assert!(matches!(step, Step::Done | Step::Form { .. }), "{step:?}");
        world.pay_on_page(intent.id, "4242424242424242").await;
        assert_eq!(world.payments(&intent).await.iter().filter(|payment| payment.state.holds_money()).count(), 1);
    })
    .await;
}

#[tokio::test]
async fn death_at_any_seam_of_a_payment_is_recovered() {
    in_each(async |world| {
        for nth in 0..8 {
            world.reborn(Fault::none());
            let intent = world.intent(|_| {}).await;
            let (fault, seen) = dies_at(nth);
            world.reborn(fault);
            let at = page(intent.id);
            let pay = world.engine.pay(&at, form("4242424242424242"), Device::default(), None);
            let died = tokio::time::timeout(Duration::from_millis(400), pay).await.is_err();
            assert_eq!(died, seen.load(Ordering::SeqCst) > nth, "seam {nth}");
            // a new process takes over; the payer tries again at once, then everything is settled
            world.reborn(Fault::none());
            world.pay_on_page(intent.id, "5555555555554444").await;
            world.advance(3_600).await;
            world.pay_on_page(intent.id, "5555555555554444").await;
            world.advance(3_600).await;
            let payments = world.payments(&intent).await;
            let holding: Vec<_> = payments.iter().filter(|payment| payment.state.holds_money()).collect();
            assert_eq!(holding.len(), 1, "seam {nth}: {:?}", payments.iter().map(|payment| payment.state).collect::<Vec<_>>());
            assert_eq!(holding[0].state, State::Authorised, "seam {nth}");
            world.check().await;
        }
    })
    .await;
}

#[tokio::test]
async fn death_at_any_seam_of_a_refund_and_a_capture_is_recovered() {
    in_each(async |world| {
        for nth in 0..6 {
            world.reborn(Fault::none());
            let captured = world.pay_by_api("4000000000000077", |_| {}).await;
            let authorised = world.pay_by_api("4242424242424242", |_| {}).await;
            let refund = engine::RefundDraft { payment: captured.payment.id, amount: Some(600), reason: None, unique_id: None };
            let (fault, _) = dies_at(nth);
            world.reborn(fault);
            let lost = tokio::time::timeout(Duration::from_millis(200), world.engine.refund(&world.caller, refund.clone())).await;
            let (fault, _) = dies_at(nth);
            world.reborn(fault);
            world.clock.forward(12 * 3_600);
            drop(tokio::time::timeout(Duration::from_millis(400), world.engine.run_due(64)).await);
            world.reborn(Fault::none());
            // the leases of the dead end, then another worker goes on
            world.clock.forward(300);
            world.advance(5 * 86_400).await;
            let after = world.read(&captured).await;
            let acknowledged = matches!(lost, Ok(Ok(_)));
            assert!(after.refunded_amount == 600 || (!acknowledged && after.refunded_amount == 0), "seam {nth}: {}", after.refunded_amount);
            assert_eq!(world.read(&authorised).await.state, State::Captured, "seam {nth}");
            world.check().await;
        }
    })
    .await;
}

#[tokio::test]
async fn death_while_the_clock_is_moved_loses_no_work() {
    in_each(async |world| {
        for nth in 0..6 {
            world.reborn(Fault::none());
            let authorised = world.pay_by_api("4242424242424242", |_| {}).await;
            let (fault, seen) = dies_at(nth);
            world.reborn(fault);
            let died = async {
                while seen.load(Ordering::SeqCst) <= nth {
                    tokio::time::sleep(Duration::from_millis(5)).await;
                }
            };
            tokio::select! {
                biased;
                _ = world.engine.advance(&world.caller, Advance::By(2 * 86_400)) => panic!("seam {nth}"),
                () = died => {}
            }
            world.reborn(Fault::none());
            // the lease of the dead ends before the clock gets there again
            world.clock.forward(300);
            world.engine.run_due(64).await.unwrap();
            world.advance(5 * 86_400).await;
            assert_eq!(world.read(&authorised).await.state, State::Captured, "seam {nth}");
            world.check().await;
        }
    })
    .await;
}
