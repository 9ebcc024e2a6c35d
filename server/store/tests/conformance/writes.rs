use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use futures::future::join_all;
use model::error::{Code, Refused};
use sqlx::{AnyConnection, Connection as _, Executor as _};
use store::rows::{Customer, Payment};
use store::{DatabaseUrl, Error, Options, Store};

use crate::both::{insert, on_both};
use crate::samples::{id, row, scope};

async fn stored(store: &Store, number: u64) -> Option<Customer> {
    let customer: Customer = row(number, false);
    store::get(&mut store.read().await.unwrap(), scope(), customer.id).await.unwrap()
}

#[tokio::test]
async fn of_many_changes_to_one_version_one_wins() {
    on_both(async |store| {
        let before: Payment = row(1, true);
        insert(&store, before.clone()).await.unwrap();
        let change = |amount: i64| {
            let (before, after) = (before.clone(), Payment { version: 2, amount, card: None, ..before.clone() });
            store.tx(move |tx| {
                let (before, after) = (before.clone(), after.clone());
                Box::pin(async move { store::update(tx, &before, &after).await.map(|()| after.amount) })
            })
        };
        let outcomes = join_all((0..24).map(change)).await;
        let won: Vec<i64> = outcomes.iter().filter_map(|outcome| outcome.as_ref().ok().copied()).collect();
        assert_eq!(won.len(), 1);
        assert_eq!(outcomes.iter().filter(|outcome| matches!(outcome, Err(Error::Stale))).count(), 23);
        let after: Payment = store::get(&mut store.read().await.unwrap(), scope(), before.id).await.unwrap().unwrap();
        assert_eq!(after, Payment { version: 2, amount: won[0], card: None, ..before });
    })
    .await;
}

#[tokio::test]
async fn a_change_must_be_the_next_of_the_same_row() {
    on_both(async |store| {
        let before: Payment = row(1, true);
        insert(&store, before.clone()).await.unwrap();
        for after in [Payment { version: 3, ..before.clone() }, before.clone(), Payment { version: 2, id: id(2), ..before.clone() }] {
            let before = before.clone();
            let changed = store.tx(move |tx| {
                let (before, after) = (before.clone(), after.clone());
                Box::pin(async move { store::update(tx, &before, &after).await })
            });
            assert!(matches!(changed.await, Err(Error::Inconsistent(_))));
        }
    })
    .await;
}

#[tokio::test]
async fn a_transaction_that_is_given_up_leaves_nothing_to_the_next() {
    let database = store_testing::postgres().await.unwrap();
    let store = Store::open(Options { url: database.url.clone(), pool: 1 }).await.unwrap();
    store.migrate().await.unwrap();
    let endless = store.tx(|tx| {
        Box::pin(async move {
            store::insert::<Customer>(tx, &row(1, false)).await?;
            std::future::pending::<store::Result<()>>().await
        })
    });
    assert!(tokio::time::timeout(Duration::from_millis(500), endless).await.is_err());
    insert::<Customer>(&store, row(2, false)).await.unwrap();
    assert_eq!((stored(&store, 1).await, stored(&store, 2).await), (None, Some(row(2, false))));
    store.close().await;
}

#[tokio::test]
async fn a_connection_that_was_closed_meanwhile_is_missed_by_nobody() {
    let database = store_testing::postgres().await.unwrap();
    let store = Store::open(Options { url: database.url.clone(), pool: 2 }).await.unwrap();
    store.migrate().await.unwrap();
    let DatabaseUrl::Postgres(url) = &database.url else { panic!("not PostgreSQL") };
    let mut other = AnyConnection::connect(url).await.unwrap();
    // what a process that begins says to the others is said: nobody else meets a closed connection before us
    tokio::time::sleep(Duration::from_millis(1_200)).await;
    let all_others =
        "SELECT COUNT(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()";
    for number in 0..3 {
        other.execute(all_others).await.unwrap();
        // longer than a connection rests without being asked whether it is still there
        tokio::time::sleep(Duration::from_millis(600)).await;
        insert::<Customer>(&store, row(number, false)).await.unwrap();
    }
    store.close().await;
}

#[tokio::test]
async fn a_command_that_fails_leaves_nothing_and_harms_no_other() {
    on_both(async |store| {
        let write = |number: u64| {
            store.tx(move |tx| {
                Box::pin(async move {
                    store::insert::<Customer>(tx, &row(number, false)).await?;
                    match number % 5 {
                        1 => Err(Refused::of(Code::AmountFixed).into()),
                        2 => store::insert::<Customer>(tx, &row(number, false)).await,
                        _ => Ok(()),
                    }
                })
            })
        };
        let outcomes = join_all((0..40).map(write)).await;
        for (number, outcome) in (0..).zip(outcomes) {
            match number % 5 {
                1 => assert!(matches!(outcome, Err(Error::Refused(refused)) if refused.code == Code::AmountFixed)),
                2 => assert!(matches!(outcome, Err(Error::Unique { what }) if what == "customers.id")),
                _ => outcome.unwrap(),
            }
            assert_eq!(stored(&store, number).await.is_some(), !matches!(number % 5, 1 | 2), "{number}");
        }
    })
    .await;
}

/// Stands for a bug in a command.
fn number_of_rows(_: &store::Tx) -> usize {
    1
}

#[tokio::test]
async fn a_panic_ends_one_command_only() {
    on_both(async |store| {
        let panicking = store.clone();
        let task = tokio::spawn(async move {
            panicking
                .tx(|tx| {
                    Box::pin(async move {
                        store::insert::<Customer>(tx, &row(1, false)).await?;
                        assert!(number_of_rows(tx) > 1, "meant to fail");
                        Ok(())
                    })
                })
                .await
        });
        let outcome = task.await;
        assert!(!matches!(outcome, Ok(Ok(()))));
        assert_eq!(stored(&store, 1).await, None);
        insert::<Customer>(&store, row(1, false)).await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn a_command_that_finds_its_row_changed_is_run_again() {
    on_both(async |store| {
        let runs = Arc::new(AtomicU32::new(0));
        let counted = runs.clone();
        store
            .tx(move |tx| {
                let run = counted.fetch_add(1, Ordering::Relaxed);
                Box::pin(async move {
                    store::insert::<Customer>(tx, &row(1, false)).await?;
                    if run < 2 { Err(Error::Stale) } else { Ok(()) }
                })
            })
            .await
            .unwrap();
        assert_eq!(runs.load(Ordering::Relaxed), 3);
        assert!(stored(&store, 1).await.is_some());
    })
    .await;
}

/// Each pair of commands takes two rows in opposite order: PostgreSQL finds a deadlock and lets one of them try again.
#[tokio::test]
async fn commands_in_each_other_s_way_both_get_through() {
    on_both(async |store| {
        for number in 0..2 {
            insert::<Customer>(&store, Customer { version: 0, ..row(number, false) }).await.unwrap();
        }
        let write = |turn: u64| {
            store.tx(move |tx| {
                Box::pin(async move {
                    for number in [turn % 2, 1 - turn % 2] {
                        let key: Customer = row(number, false);
                        let before = store::get::<Customer>(tx, scope(), key.id).await?.unwrap();
                        let after = Customer { version: before.version + 1, name: Some(format!("turn {turn}")), ..before.clone() };
                        store::update(tx, &before, &after).await?;
                        tokio::task::yield_now().await;
                    }
                    Ok(())
                })
            })
        };
        for _ in 0..10 {
            for outcome in join_all((0..2).map(write)).await {
                outcome.unwrap();
            }
        }
        for number in 0..2 {
            assert_eq!(stored(&store, number).await.unwrap().version, 20);
        }
    })
    .await;
}

#[tokio::test]
async fn a_commit_is_announced_and_a_failure_is_not() {
    on_both(async |store| {
        let mut committed = store.committed();
        committed.mark_unchanged();
        let failed = store.tx(|_| Box::pin(async { Err::<(), _>(Refused::of(Code::Gone).into()) })).await;
        assert!(failed.is_err());
        assert!(!committed.has_changed().unwrap());
        insert::<Customer>(&store, row(1, false)).await.unwrap();
        assert!(committed.has_changed().unwrap());
    })
    .await;
}

#[tokio::test]
async fn what_was_answered_is_there_after_opening_again() {
    for database in store_testing::databases().await.unwrap() {
        let store = database.open().await.unwrap();
        insert::<Customer>(&store, row(1, true)).await.unwrap();
        store.close().await;
        assert!(matches!(insert::<Customer>(&store, row(2, true)).await, Err(Error::Unavailable(_))));
        let again = database.open().await.unwrap();
        assert!(stored(&again, 1).await.is_some());
        again.close().await;
    }
}

#[test]
fn a_data_folder_belongs_to_one() {
    let folder = tempfile::tempdir().unwrap();
    let held = store::lock(folder.path()).unwrap();
    let refused = store::lock(folder.path()).unwrap_err();
    assert!(matches!(&refused, Error::Locked(message) if message.contains("PostgreSQL")), "{refused}");
    drop(held);
    store::lock(folder.path()).unwrap();
}

#[tokio::test]
async fn a_folder_that_is_not_there_is_said() {
    let folder = tempfile::tempdir().unwrap();
    let url = DatabaseUrl::Sqlite(folder.path().join("none/guichet.db"));
    assert!(matches!(Store::open(Options { url, pool: 1 }).await, Err(Error::Unavailable(_))));
    let strange = folder.path().join("a b?#%é.db");
    let store = Store::open(Options { url: DatabaseUrl::Sqlite(strange.clone()), pool: 1 }).await.unwrap();
    store.migrate().await.unwrap();
    store.close().await;
    assert!(strange.exists());
}
