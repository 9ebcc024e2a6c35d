//! Home's figures are the sums of the lists behind them, to the cent, whatever the days' lengths.

use engine::{HomeAsked, PageAt, PaymentsFilter, RefundDraft, Tally};
use futures::FutureExt;
use model::id::PaymentIntentId;
use model::lifecycle::Shown;
use model::money::Currency;
use model::time::{DAY, Date, Timestamp};
use store::Tx;
use store::rows::PaymentIntent;

use crate::world::{World, in_each, payment};

/// The same numbers in every run.
struct Chance(u64);

impl Chance {
    fn below(&mut self, end: i64) -> i64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        i64::try_from(self.0 >> 33).unwrap().rem_euclid(end)
    }

    fn of<T: Copy>(&mut self, all: &[T]) -> T {
        all[usize::try_from(self.below(i64::try_from(all.len()).unwrap())).unwrap()]
    }
}

/// Rows of the list as the engine would write them, over some hundred days: many around midnight, in Paris and in London.
async fn fill(world: &World) {
    let pattern = world.intent(|_| {}).await;
    let mut chance = Chance(7);
    let rows: Vec<PaymentIntent> = (0..900)
        .map(|_| {
            let day = pattern.created.as_millis().div_euclid(DAY) - chance.below(200);
            let near_midnight = DAY - 7_200_000 + chance.below(4 * 3_600_000);
            let at = if chance.below(2) == 0 { near_midnight } else { chance.below(DAY) };
            let mut row = pattern.clone();
            row.id = PaymentIntentId::mint(&mut || u8::try_from(chance.below(256)).unwrap());
            row.created = Timestamp::from_millis((day * DAY + at).min(pattern.created.as_millis()));
            row.shown = chance.of(Shown::ALL);
            row.shown_at = Some(row.created.plus_millis(chance.below(30 * DAY)));
            row.amount = 1 + chance.below(90_000);
            row.amount_due = row.amount;
            row.currency = chance.of(&[Currency::Eur, Currency::Eur, Currency::Usd]);
            row.unique_id = None;
            row
        })
        .collect();
    let write = store::command(move |tx: &mut Tx| {
        let rows = rows.clone();
        async move {
            for row in &rows {
                store::insert(tx, row).await?;
                store::intent_changed(tx, None, row).await?;
            }
            Ok(())
        }
        .boxed()
    });
    world.store.write(write).await.unwrap();
}

/// What the list says for these labels on these days.
async fn listed(world: &World, labels: &[Shown], (from, to): (Date, Date), currency: Currency) -> Tally {
    let zone = world.engine.zone_of(&world.account.account, world.caller.scope().environment);
    let filter = PaymentsFilter {
        from: Some(zone.start_of_day(from)),
        to: Some(zone.start_of_day(to.plus_days(1))),
        shown: labels.to_vec(),
        currency: Some(currency),
        ..PaymentsFilter::default()
    };
    let count = world.engine.payments_count(&world.caller, &filter).await.unwrap();
    let mut walked = Tally::default();
    let mut at = PageAt::First;
    loop {
        let page = world.engine.payments_page(&world.caller, &filter, &at, 100).await.unwrap();
        for row in &page.rows {
            walked.count += 1;
            walked.amount += row.amount;
        }
        match page.next {
            Some(next) => at = PageAt::After(next.parse().unwrap()),
            None => break,
        }
    }
    let sum = count.sums.iter().find(|sum| sum.currency == currency);
    let told = sum.map_or(Tally::default(), |sum| Tally { count: sum.count, amount: sum.amount });
    assert_eq!(told, walked, "the list's own sum");
    walked
}

#[tokio::test]
async fn every_figure_is_the_sum_of_the_list_behind_it() {
    for database in store_testing::databases().await.unwrap() {
        println!("on {}", database.name);
        let store = database.open().await.unwrap();
        let world = World::on(store.clone()).await;
        fill(&world).await;
        let today: Date = "2026-11-19".parse().unwrap();
        // A week, the day the clocks went back, three months around it, and more than fit by days.
        let clocks: Date = "2026-10-25".parse().unwrap();
        for (from, to) in [(today.plus_days(-6), today), (clocks, clocks), (today.plus_days(-89), today), (today.plus_days(-180), today)] {
            for currency in [Currency::Eur, Currency::Usd] {
                let home = world.engine.home(&world.caller, HomeAsked { from, to, currency: Some(currency) }).await.unwrap();
                assert_eq!((home.from, home.to, home.currency), (from, to, currency));
                assert_eq!(home.currencies, [Currency::Eur, Currency::Usd]);
                for (figures, days) in [(home.figures, (from, to)), (home.today_figures, (today, today))] {
                    assert_eq!(figures.paid, listed(&world, Shown::PAID, days, currency).await);
                    assert_eq!(figures.accepted, listed(&world, Shown::ACCEPTED, days, currency).await);
                    assert_eq!(figures.declined, listed(&world, Shown::DECLINED, days, currency).await);
                    assert_eq!(figures.disputed, listed(&world, &[Shown::Disputed], days, currency).await);
                }
                let mut whole = Tally::default();
                for stretch in &home.stretches {
                    whole.count += stretch.now.paid.count;
                    whole.amount += stretch.now.paid.amount;
                }
                assert_eq!(whole, home.figures.paid, "the chart's points are the figure");
                for stretch in home.stretches.iter().step_by(11) {
                    assert_eq!(stretch.now.paid, listed(&world, Shown::PAID, (stretch.from, stretch.to), currency).await);
                }
                if to < today {
                    let days = (home.before_from, from.plus_days(-1));
                    assert_eq!(home.before.paid, listed(&world, Shown::PAID, days, currency).await);
                }
            }
        }
        let asked = HomeAsked { from: today, to: today, currency: None };
        let home = world.engine.home(&world.caller, asked).await.unwrap();
        assert!(!home.needs.is_empty() && !home.empty);
        for need in &home.needs {
            let since = if need.shown == Shown::CaptureFailed { today.plus_months(-3) } else { today.plus_days(-400) };
            let list = listed(&world, &[need.shown], (since, today), need.sum.currency).await;
            assert_eq!((need.sum.count, need.sum.amount), (list.count, list.amount), "{}", need.shown);
            assert!(need.nearest.is_none_or(|nearest| nearest >= home.now));
        }
        world.engine.settle_down().await;
        store.close().await;
    }
}

#[tokio::test]
async fn refunds_count_on_the_day_they_are_asked_for() {
    in_each(async |world: &mut World| {
        let today: Date = "2026-11-19".parse().unwrap();
        let asked = |day: Date| HomeAsked { from: day, to: day, currency: None };
        assert!(world.engine.home(&world.caller, asked(today)).await.unwrap().empty);
        let paid =
            world.pay_by_api("4000000000000077", |draft| *draft = engine::PaymentDraft { card: draft.card.take(), ..payment(9_000) }).await;
        world.advance(DAY / 1000 + 3_600).await;
        for amount in [1_500, 2_500] {
            let draft = RefundDraft { payment: paid.payment.id, amount: Some(amount), reason: None, unique_id: None };
            world.engine.refund(&world.caller, draft).await.unwrap();
        }
        let home = world.engine.home(&world.caller, asked(today.plus_days(1))).await.unwrap();
        assert_eq!(home.figures.refunded, Tally { count: 2, amount: 4_000 });
        assert_eq!(home.figures.paid, Tally::default());
        assert_eq!(home.before.paid, Tally { count: 1, amount: 9_000 }, "yesterday at noon, up to one o’clock as today");
        let days = (today.plus_days(1), today.plus_days(1));
        let first = world.engine.refunds_of(&world.caller, days, None, None, 1).await.unwrap();
        let second = world.engine.refunds_of(&world.caller, days, Some(Currency::Eur), first.next.as_deref(), 1).await.unwrap();
        assert_eq!((first.all, second.all, second.next), (home.figures.refunded, first.all, None));
        let listed: i64 = first.refunds.iter().chain(&second.refunds).map(|(refund, _)| refund.amount).sum();
        assert_eq!(listed, first.all.amount);
        assert!(world.engine.refunds_of(&world.caller, days, None, Some("zz"), 1).await.is_err());
    })
    .await;
}
