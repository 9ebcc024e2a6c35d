//! Walks nobody planned: payers, merchants and the clock do what they like, several at once now and then, and what must hold holds.
//! The choices follow from a seed; a failure names it.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use engine::{Advance, Device, Fault, IntentChange, Named, RefundDraft};
use futures::FutureExt;
use futures::future::{BoxFuture, join_all, select};
use model::error::{Code, Refused};
use model::lifecycle::{AuthStatus, Purpose, State, ThreeDs};
use model::money::{Currency, Money};
use model::time::Date;
use store::Store;
use store::rows::{Payment, PaymentIntent};
use tokio::sync::Notify;

use crate::invariants::{agrees_with_the_bank, all};
use crate::world::{World, answer_bank, card, form, intent, page, payment};

/// All but the one whose answer takes real seconds.
const CARDS: [&str; 18] = [
    "4242424242424242",
    "5555555555554444",
    "4242424242424242",
    "4000000000000077",
    "4000000000000259",
    "4000000000000002",
    "4000000000009995",
    "4000000000003220",
    "4000000000003220",
    "4000008400001629",
    "4000000000008104",
    "4000000000008203",
    "4000000000008401",
    "4000000000008500",
    "4000000000008609",
    "4000000000008708",
    "4000000000008807",
    "4000000000008906",
];

/// Numbers that follow from a seed (splitmix64).
struct Dice(u64);

impl Dice {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn below(&mut self, bound: usize) -> usize {
        usize::try_from(self.next() % u64::try_from(bound).unwrap()).unwrap()
    }

    fn amount(&mut self) -> i64 {
        1 + i64::try_from(self.next() % 5_000).unwrap()
    }

    fn one_in(&mut self, of: usize) -> bool {
        self.below(of) == 0
    }

    fn of<'t, T>(&mut self, list: &'t [T]) -> Option<&'t T> {
        (!list.is_empty()).then(|| self.below(list.len())).map(|at| &list[at])
    }
}

/// What the people see who choose.
struct Seen {
    intents: Vec<PaymentIntent>,
    payments: Vec<Payment>,
}

type Act<'a> = BoxFuture<'a, Result<(), Refused>>;

/// A day from now on; some too late, none too early.
async fn day(world: &World, dice: &mut Dice) -> Date {
    let now = world.engine.clock(&world.caller).await.unwrap().now;
    let days = [1, 3, 6, 8, 20, 400][dice.below(6)];
    Date::from_epoch_days(now.as_unix_seconds().div_euclid(86_400) + days)
}

async fn new_order<'a>(world: &'a World, dice: &mut Dice) -> Act<'a> {
    let date = if dice.one_in(3) { Some(day(world, dice).await) } else { None };
    let manual = dice.one_in(3);
    if dice.one_in(2) {
        let mut draft = intent(dice.amount());
        (draft.date_settlement, draft.manual_validation) = (date, manual);
        draft.threeds = if dice.one_in(2) { ThreeDs::None } else { ThreeDs::Required };
        draft.currency = if dice.one_in(4) { Currency::Usd } else { Currency::Eur };
        if dice.one_in(4) {
            draft.expires_at = Some(world.engine.clock(&world.caller).await.unwrap().now.plus_seconds(3_600));
        }
        return async move { world.engine.create_intent(&world.caller, draft).await.map(drop) }.boxed();
    }
    let mut draft = payment(dice.amount());
    (draft.date_settlement, draft.manual_validation) = (date, manual);
    if dice.one_in(6) {
        draft.purpose = Purpose::PreAuthorisation;
    }
    if !dice.one_in(3) {
        draft.card = Some(Named::New(card(CARDS[dice.below(CARDS.len())])));
        draft.auth = dice.one_in(4).then(engine::AuthDraft::default);
    }
    async move { world.engine.create_payment(&world.caller, draft).await.map(drop) }.boxed()
}

fn payer<'a>(world: &'a World, books: &Seen, dice: &mut Dice) -> Option<Act<'a>> {
    let waiting = |state: &AuthStatus| matches!(state, AuthStatus::Available);
    let challenged: Vec<_> = books.payments.iter().filter(|payment| payment.auth.as_ref().is_some_and(waiting)).collect();
    if let (Some(challenged), true) = (dice.of(&challenged), dice.one_in(2)) {
        let reference = challenged.auth_operation?.to_string();
        let (approve, back) = (!dice.one_in(4), !dice.one_in(4));
        let open = challenged.state == State::Begun;
        return Some(
            async move {
                if open {
                    answer_bank(world, &reference, approve).await;
                }
                if back { world.engine.bank_return(&reference, None).await.map(drop) } else { Ok(()) }
            }
            .boxed(),
        );
    }
    let from = books.intents.len().saturating_sub(6);
    let intent = dice.of(&books.intents[from..])?;
    let at = page(intent.id);
    let shown = Money::new(intent.amount_due, intent.currency);
    let form = engine::CardForm { shown, ..form(CARDS[dice.below(CARDS.len())]) };
    Some(async move { world.engine.pay(&at, form, Device::default(), None).await.map(drop) }.boxed())
}

async fn merchant<'a>(world: &'a World, books: &Seen, dice: &mut Dice) -> Option<Act<'a>> {
    let live: Vec<_> = books.payments.iter().filter(|payment| payment.state.holds_money()).collect();
    let chosen = dice.of(&live)?;
    let (id, order, stored) = (chosen.id, chosen.intent.to_string(), chosen.card);
    let (engine, caller) = (&world.engine, &world.caller);
    let amount = dice.amount();
    let part = dice.one_in(2).then_some(amount);
    let day = day(world, dice).await;
    Some(match dice.below(12) {
        0 => async move { engine.validate(caller, id).await.map(drop) }.boxed(),
        1 => async move { engine.capture(caller, id, part).await.map(drop) }.boxed(),
        2 => async move { engine.lower(caller, id, amount).await.map(drop) }.boxed(),
        3 => async move { engine.postpone(caller, id, day).await.map(drop) }.boxed(),
        4 => async move { engine.cancel(caller, id).await.map(drop) }.boxed(),
        5 => async move { engine.release(caller, id).await.map(drop) }.boxed(),
        6 => async move { engine.refuse_held(caller, id).await.map(drop) }.boxed(),
        7 => async move { engine.cancel_intent(caller, &order).await.map(drop) }.boxed(),
        8 => {
            let change = IntentChange { amount: part, description: Some(Some("Another teapot".to_owned())), ..Default::default() };
            async move { engine.update_intent(caller, &order, change).await.map(drop) }.boxed()
        }
        9 if dice.one_in(3) => async move { engine.delete_card(caller, &stored.unwrap().to_string()).await.map(drop) }.boxed(),
        _ => {
            let draft = RefundDraft { payment: id, amount: part, reason: None, unique_id: None };
            async move { engine.refund(caller, draft).await.map(drop) }.boxed()
        }
    })
}

fn time<'a>(world: &'a World, dice: &mut Dice) -> Act<'a> {
    let seconds = [10, 45, 600, 3_000, 20_000, 86_400, 3 * 86_400][dice.below(7)];
    if dice.one_in(3) {
        // nobody works meanwhile; then a worker comes
        world.clock.forward(seconds);
        return async move { world.engine.run_due(64).await.map(drop) }.boxed();
    }
    async move { world.engine.advance(&world.caller, Advance::By(seconds)).await.map(drop) }.boxed()
}

async fn act<'a>(world: &'a World, books: &Seen, dice: &mut Dice) -> Act<'a> {
    let chosen = match dice.below(10) {
        0 | 1 => Some(new_order(world, dice).await),
        2..5 => payer(world, books, dice),
        5..8 => merchant(world, books, dice).await,
        _ => Some(time(world, dice)),
    };
    match chosen {
        Some(act) => act,
        None => new_order(world, dice).await,
    }
}

/// From the `nth` seam on nothing goes on.
fn dies_at(nth: usize) -> (Fault, Arc<Notify>) {
    let (seen, died) = (Arc::new(AtomicUsize::new(0)), Arc::new(Notify::new()));
    let says = died.clone();
    let fault = Fault::with(move |_| {
        let ends = seen.fetch_add(1, Ordering::SeqCst) >= nth;
        let says = says.clone();
        async move {
            if ends {
                says.notify_one();
                std::future::pending::<()>().await;
            }
        }
        .boxed()
    });
    (fault, died)
}

/// One walk. A process dies now and then, at a seam of its own choosing.
async fn walk(store: Store, seed: u64, steps: usize) {
    let mut world = World::on(store).await;
    let scope = world.caller.scope();
    let mut dice = Dice(seed);
    for step in 0..steps {
        let mut reader = world.store.read().await.unwrap();
        let books = Seen { intents: all(&mut reader, scope, "created").await, payments: all(&mut reader, scope, "created").await };
        drop(reader);
        if dice.one_in(15) {
            let (fault, died) = dies_at(dice.below(6));
            world.reborn(fault);
            let doomed = act(&world, &books, &mut dice).await;
            drop(select(doomed, Box::pin(died.notified())).await);
            world.reborn(Fault::none());
        } else {
            let mut acts = vec![act(&world, &books, &mut dice).await];
            if dice.one_in(4) {
                acts.push(act(&world, &books, &mut dice).await);
                acts.push(act(&world, &books, &mut dice).await);
            }
            for refused in join_all(acts).await.into_iter().filter_map(Result::err) {
                assert_ne!(refused.code, Code::Internal, "{refused:?}");
            }
        }
        // the events keep what each step did: looking now and then sees it all
        if step % 6 == 5 {
            world.check().await;
        }
    }
    // everything comes to its end: refunds, captures, deadlines
    for _ in 0..3 {
        world.clock.forward(300);
        world.advance(200 * 86_400).await;
    }
    world.check().await;
    agrees_with_the_bank(&world.store, scope).await;
    world.store.close().await;
}

#[tokio::test]
async fn whatever_people_do_what_must_hold_holds() {
    for seed in 0..16 {
        println!("seed {seed} on SQLite");
        let database = store_testing::sqlite().unwrap();
        walk(database.open().await.unwrap(), seed, 60).await;
    }
}

#[tokio::test]
async fn whatever_people_do_what_must_hold_holds_on_postgresql() {
    for seed in 100..103 {
        println!("seed {seed} on PostgreSQL");
        let database = store_testing::postgres().await.unwrap();
        walk(database.open().await.unwrap(), seed, 60).await;
    }
}
