use std::collections::BTreeSet;

use futures::future::join_all;
use model::money::Currency;
use model::time::MINUTE;
use store::ledger::Balance;
use store::rows::{Account, Event, IdempotencyKey, Job, Payment, Posting, Session, User};
use store::users::SignInLimits;
use store::{Error, KeyBegun, Store};

use crate::both::{insert, insert_all, on_both};
use crate::samples::{Numbers, at, id, job, row, scope};

fn posting(number: u64, account: &str, currency: Currency, amount: i64) -> Posting {
    Posting { event: id(1), ledger_account: account.to_owned(), currency, amount, ..row(number, false) }
}

async fn post(store: &Store, postings: Vec<Posting>) -> store::Result<()> {
    store
        .tx(move |tx| {
            let postings = postings.clone();
            Box::pin(async move { store::ledger::post(tx, &postings).await })
        })
        .await
}

#[tokio::test]
async fn the_ledger_takes_only_what_sums_to_zero() {
    on_both(async |store| {
        let crooked = [
            vec![posting(1, "pending", Currency::Eur, 5), posting(2, "fees", Currency::Eur, -4)],
            vec![posting(1, "pending", Currency::Eur, 5), posting(2, "pending", Currency::Usd, -5)],
            vec![posting(1, "pending", Currency::Eur, 5), Posting { event: id(2), ..posting(2, "fees", Currency::Eur, -5) }],
        ];
        for postings in crooked {
            assert!(matches!(post(&store, postings).await, Err(Error::Inconsistent(_))));
        }
        assert_eq!(store::ledger::balances(&mut store.read().await.unwrap(), scope()).await.unwrap(), []);

        let mut numbers = Numbers(2);
        let entries = (0..30_u64).map(|number| {
            let amount = i64::try_from(numbers.below(1_000)).unwrap();
            let event = id(number);
            let pending = Posting { event, ..posting(number * 2, "pending", Currency::Eur, -amount) };
            (amount, vec![pending, Posting { event, ..posting(number * 2 + 1, "receivable", Currency::Eur, amount) }])
        });
        let (amounts, entries): (Vec<_>, Vec<_>) = entries.unzip();
        for outcome in join_all(entries.into_iter().map(|entry| post(&store, entry))).await {
            outcome.unwrap();
        }
        let sum: i64 = amounts.iter().sum();
        let balance = |account: &str, amount| Balance { currency: Currency::Eur, ledger_account: account.to_owned(), amount };
        let balances = store::ledger::balances(&mut store.read().await.unwrap(), scope()).await.unwrap();
        assert_eq!(balances, [balance("pending", -sum), balance("receivable", sum)]);
    })
    .await;
}

async fn claim(store: &Store, now: i64, limit: i64, worker: &'static str) -> Vec<Job> {
    store.tx(move |tx| Box::pin(store::jobs::claim(tx, at(now), limit, worker, at(now + 1_000)))).await.unwrap()
}

async fn finish(store: &Store, job: Job) -> bool {
    store
        .tx(move |tx| {
            let job = job.clone();
            Box::pin(async move { store::jobs::finish(tx, &job).await })
        })
        .await
        .unwrap()
}

async fn schedule(store: &Store, job: Job) {
    store
        .tx(move |tx| {
            let job = job.clone();
            Box::pin(async move { store::jobs::schedule(tx, &[job]).await })
        })
        .await
        .unwrap();
}

async fn next(store: &Store) -> Option<i64> {
    store::jobs::next_run_at(&mut store.read().await.unwrap()).await.unwrap().map(model::time::Timestamp::as_millis)
}

#[tokio::test]
async fn two_workers_never_have_one_job() {
    on_both(async |store| {
        insert_all(&store, (0..120).map(|number| job(number, 10)).collect()).await;
        let worker = async |name: &'static str| {
            let mut mine = Vec::new();
            loop {
                let jobs = claim(&store, 100, 7, name).await;
                if jobs.is_empty() {
                    return mine;
                }
                mine.extend(jobs.into_iter().map(|job| job.object));
            }
        };
        let claimed = join_all([worker("a"), worker("b"), worker("c")]).await.concat();
        assert_eq!(claimed.len(), 120);
        assert_eq!(claimed.iter().collect::<BTreeSet<_>>().len(), 120);
    })
    .await;
}

#[tokio::test]
async fn a_job_comes_back_when_its_worker_died_or_it_was_planned_again() {
    on_both(async |store| {
        assert_eq!(next(&store).await, None);
        schedule(&store, job(1, 10)).await;
        schedule(&store, job(1, 20)).await;
        schedule(&store, job(2, 500)).await;
        assert_eq!(next(&store).await, Some(20));
        assert_eq!(claim(&store, 19, 10, "a").await, []);
        let first = claim(&store, 20, 10, "a").await;
        assert_eq!((first.len(), first[0].attempts, first[0].due), (1, 1, at(20)));
        assert_eq!(claim(&store, 21, 10, "b").await, []);
        assert_eq!(next(&store).await, Some(500));
        assert!(finish(&store, claim(&store, 501, 10, "b").await.remove(0)).await);
        assert_eq!(next(&store).await, Some(1_020), "the first worker may have died");

        let again = claim(&store, 1_020, 10, "b").await.remove(0);
        assert_eq!(again.attempts, 2);
        assert!(!finish(&store, first[0].clone()).await, "the lease is another's");
        schedule(&store, job(1, 3_000)).await;
        assert!(!finish(&store, again).await, "it was planned again while it ran");
        assert_eq!(next(&store).await, Some(3_000));

        let last = claim(&store, 3_000, 1, "c").await.remove(0);
        let postponed = store.tx(move |tx| {
            let job = last.clone();
            Box::pin(async move { store::jobs::postpone(tx, &job, at(3_000), at(4_000), Some("no answer")).await })
        });
        assert!(postponed.await.unwrap());
        let held = claim(&store, 4_000, 1, "c").await.remove(0);
        assert_eq!(store.tx(|tx| Box::pin(store::jobs::give_back_all(tx, at(4_001)))).await.unwrap(), 1);
        assert!(!finish(&store, held).await, "it was given back");
        assert_eq!(store.tx(|tx| Box::pin(store::jobs::give_back_all(tx, at(4_002)))).await.unwrap(), 0);
        assert_eq!(next(&store).await, Some(4_001));
        let job = claim(&store, 4_001, 1, "d").await.remove(0);
        assert_eq!((job.last_error.as_deref(), job.due), (Some("no answer"), at(3_000)));
        let gone = store.tx(move |tx| {
            let job = job.clone();
            Box::pin(async move { store::jobs::cancel(tx, scope(), &[(&job.kind, &job.object), (&job.kind, "another")]).await })
        });
        assert_eq!(gone.await.unwrap(), 1);
        assert_eq!(next(&store).await, None);
    })
    .await;
}

#[tokio::test]
async fn the_sandbox_clock_moves_what_is_due() {
    on_both(async |store| {
        for (number, due) in [(1, 5_000), (2, 1_000), (3, 9_000)] {
            schedule(&store, job(number, due)).await;
        }
        let moved = store.tx(|tx| Box::pin(store::jobs::reschedule(tx, scope(), 4_500, at(0)))).await.unwrap();
        assert_eq!(moved, 3);
        let due = store::jobs::due_until(&mut store.read().await.unwrap(), scope(), at(5_000), 10).await.unwrap();
        assert_eq!(due.iter().map(|job| job.due.as_millis()).collect::<Vec<_>>(), [1_000, 5_000]);
        assert_eq!(next(&store).await, Some(-3_500));
        let take = async |worker: &'static str| {
            let job = due[0].clone();
            store
                .tx(move |tx| {
                    let job = job.clone();
                    Box::pin(async move { store::jobs::claim_one(tx, &job, at(1), worker, at(100)).await })
                })
                .await
                .unwrap()
        };
        let taken = take("clock").await.unwrap();
        assert_eq!(take("worker").await, None);
        assert!(finish(&store, taken).await);
        assert_eq!(take("clock").await, None);
    })
    .await;
}

async fn begin(store: &Store, row: IdempotencyKey) -> KeyBegun {
    store
        .tx(move |tx| {
            let row = row.clone();
            Box::pin(async move { store::idempotency::begin(tx, &row).await })
        })
        .await
        .unwrap()
}

#[tokio::test]
async fn one_request_has_a_key_for_a_day() {
    on_both(async |store| {
        let payment = Payment { id: id(5), ..row(5, true) };
        insert(&store, payment.clone()).await.unwrap();
        let first = IdempotencyKey { created: at(1_000), object: Some(payment.id.to_string()), ..row(1, false) };
        let second = IdempotencyKey { fingerprint: "another".to_owned(), created: at(2_000), ..first.clone() };
        assert_eq!(begin(&store, first.clone()).await, KeyBegun::New);
        assert_eq!(begin(&store, second.clone()).await, KeyBegun::Known(Box::new(first.clone())));
        let answered = IdempotencyKey { status: Some(201), body: Some("{}".to_owned()), ..first.clone() };
        let finish = async |row: IdempotencyKey| {
            store
                .tx(move |tx| {
                    let row = row.clone();
                    Box::pin(async move { store::idempotency::finish(tx, &row).await })
                })
                .await
                .unwrap()
        };
        // What registered it names no object any more, and another's, an answered or an old one is not answered so.
        let unnamed = IdempotencyKey { object: None, ..answered.clone() };
        assert!(!finish(IdempotencyKey { fingerprint: "another".to_owned(), ..unnamed.clone() }).await);
        assert!(!finish(IdempotencyKey { created: at(1_000).plus_millis(store::idempotency::LIFE), ..unnamed.clone() }).await);
        assert!(finish(unnamed.clone()).await);
        assert!(!finish(unnamed).await);
        assert_eq!(begin(&store, second).await, KeyBegun::Known(Box::new(answered.clone())));

        // The payment still waits for its acquirer: its request is not forgotten, however old.
        let later = at(1_000).plus_millis(store::idempotency::LIFE);
        let prune = async || store.tx(move |tx| Box::pin(store::idempotency::prune(tx, later.plus_millis(1), 10))).await.unwrap();
        let third = IdempotencyKey { created: later, ..first };
        assert_eq!(begin(&store, third.clone()).await, KeyBegun::Known(Box::new(answered)));
        assert_eq!(prune().await, 0);
        let settled = Payment { open_operation: None, version: 2, ..payment.clone() };
        store
            .tx(move |tx| {
                let (before, after) = (payment.clone(), settled.clone());
                Box::pin(async move { store::update(tx, &before, &after).await })
            })
            .await
            .unwrap();
        assert_eq!(begin(&store, third).await, KeyBegun::New);
        assert_eq!(prune().await, 0, "the new one is young");
        let much_later = later.plus_millis(store::idempotency::LIFE + 1);
        assert_eq!(store.tx(move |tx| Box::pin(store::idempotency::prune(tx, much_later, 10))).await.unwrap(), 1);
    })
    .await;
}

#[tokio::test]
async fn failed_sign_ins_lock_out_for_a_while() {
    on_both(async |store| {
        let limits = SignInLimits { failures: 3, window: 15 * MINUTE, lock: 15 * MINUTE };
        let fail = async |now: i64| {
            store.tx(move |tx| Box::pin(store::users::sign_in_failed(tx, "a@b.fr", "::1", at(now), limits))).await.unwrap()
        };
        let locked =
            async |now: i64| store::users::sign_in_locked_until(&mut store.read().await.unwrap(), "a@b.fr", "::1", at(now)).await.unwrap();
        assert_eq!(fail(0).await, None);
        assert_eq!(fail(1).await, None);
        // The window begins anew.
        assert_eq!(fail(15 * MINUTE).await, None);
        assert_eq!(fail(15 * MINUTE + 1).await, None);
        let until = at(30 * MINUTE + 2);
        assert_eq!(fail(15 * MINUTE + 2).await, Some(until));
        assert_eq!(locked(15 * MINUTE + 3).await, Some(until));
        assert_eq!(locked(30 * MINUTE + 2).await, None);
        assert_eq!(store::users::sign_in_locked_until(&mut store.read().await.unwrap(), "a@b.fr", "::2", at(0)).await.unwrap(), None);
        store.tx(|tx| Box::pin(store::users::forget_sign_in_failures(tx, "a@b.fr", "::1"))).await.unwrap();
        assert_eq!(locked(15 * MINUTE + 3).await, None);
        fail(0).await;
        let pruned = store.tx(|tx| Box::pin(store::users::prune_sign_in_failures(tx, at(1), at(1)))).await.unwrap();
        assert_eq!(pruned, 1);
    })
    .await;
}

#[tokio::test]
async fn sessions_are_touched_and_ended() {
    on_both(async |store| {
        insert::<Account>(&store, row(1, true)).await.unwrap();
        let user: User = row(1, true);
        insert(&store, user.clone()).await.unwrap();
        let session = |number: u64, seen: i64| Session { user_id: user.id, created: at(seen), last_seen: at(seen), ..row(number, false) };
        insert_all(&store, vec![session(1, 10), session(2, 20), session(3, 30)]).await;
        let hash = session(1, 10).token_hash;
        let touched = hash.clone();
        let touch = store.tx(move |tx| {
            let hash = touched.clone();
            Box::pin(async move { store::users::touch_session(tx, &hash, at(99)).await })
        });
        assert!(touch.await.unwrap());
        let seen = async || {
            let sessions = store::users::sessions_of(&mut store.read().await.unwrap(), user.id).await.unwrap();
            sessions.iter().map(|session| session.last_seen.as_millis()).collect::<Vec<_>>()
        };
        assert_eq!(seen().await, [99, 30, 20]);
        assert_eq!(store.tx(|tx| Box::pin(store::users::prune_sessions(tx, at(25), at(0)))).await.unwrap(), 1);
        let end = store.tx(move |tx| {
            let hash = hash.clone();
            Box::pin(async move { store::users::delete_session(tx, &hash).await })
        });
        assert!(end.await.unwrap());
        assert_eq!(seen().await, [30]);
        let id = user.id;
        assert_eq!(store.tx(move |tx| Box::pin(store::users::delete_sessions_of(tx, id))).await.unwrap(), 1);
        assert_eq!(seen().await, [0; 0]);
    })
    .await;
}

#[tokio::test]
async fn the_simulator_s_memory_is_compare_and_set() {
    on_both(async |store| {
        let put = async |record: &'static str| {
            store.tx(move |tx| Box::pin(store::acquirer_records::put_if_absent(tx, "r", record, at(1)))).await.unwrap()
        };
        let replace = async |old: &'static str, new: &'static str| {
            store.tx(move |tx| Box::pin(store::acquirer_records::replace(tx, "r", old, new))).await.unwrap()
        };
        assert!(!replace("one", "two").await);
        assert_eq!(put("one").await, "one");
        assert_eq!(put("two").await, "one");
        assert!(replace("one", "three").await);
        assert!(!replace("one", "four").await);
        let found = store::acquirer_records::get(&mut store.read().await.unwrap(), "r").await.unwrap();
        assert_eq!(found.as_deref(), Some("three"));
    })
    .await;
}

#[tokio::test]
async fn an_object_s_last_event_is_its_last_version() {
    on_both(async |store| {
        let event = |number: u64, version: i64, when: i64| Event {
            object: "paym_x".to_owned(),
            intent: Some(id(1)),
            version,
            at: at(when),
            ..row(number, false)
        };
        let events = vec![event(3, 1, 10), event(1, 2, 10), event(2, 3, 30)];
        let written = events.clone();
        store
            .tx(move |tx| {
                let events = written.clone();
                Box::pin(async move {
                    for event in events.iter().rev() {
                        store::events::insert(tx, event).await?;
                    }
                    Ok(())
                })
            })
            .await
            .unwrap();
        let mut c = store.read().await.unwrap();
        assert_eq!(store::events::events_of_object(&mut c, scope(), "paym_x").await.unwrap(), events);
        assert_eq!(store::events::events_of_intent(&mut c, scope(), id(1)).await.unwrap(), events);
        assert_eq!(store::events::event(&mut c, scope(), events[0].id).await.unwrap(), Some(events[0].clone()));
    })
    .await;
}
