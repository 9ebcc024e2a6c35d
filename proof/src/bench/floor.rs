//! The floor of a benched payment: the rows a server wrote, written again to an empty database by one loop with two commits a payment, in the
//! same tables with the same indexes, by the same statements. No HTTP, no rules, no reading.
//!
//! On SQLite one connection writes as many payments into each commit as the server had connections; on PostgreSQL as many connections write
//! a transaction at a time.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;

use store::{DatabaseUrl, Options, Store};

use super::Engine;
use super::data::{connect, run, script};
use super::load::{Load, micros};
use super::world::database;
use super::written::Written;
use crate::Problem;

/// Writes them to an empty database of the same kind; how long that took.
///
/// # Errors
/// The database's own.
pub async fn write(engine: Engine, mut payments: Vec<Written>, connections: usize) -> Result<Load, Problem> {
    let folder = tempfile::Builder::new().prefix("guichet-floor-").tempdir().map_err(|error| error.to_string())?;
    let database = database(engine).await?;
    let url = database.as_ref().map_or_else(|| DatabaseUrl::Sqlite(folder.path().join("floor.db")), |database| database.url.clone());
    let store = Store::open(Options { url: url.clone(), pool: 2 }).await.map_err(|error| error.to_string())?;
    store.migrate().await.map_err(|error| error.to_string())?;
    store.close().await;
    let (done, took) = match engine {
        Engine::Sqlite => (payments.len(), by_groups(&url, &payments, connections).await?),
        Engine::Postgres => {
            let timed = payments.split_off(payments.len() / 10);
            side_by_side(&url, payments, connections).await?;
            settle(&url).await?;
            (timed.len(), side_by_side(&url, timed, connections).await?)
        }
    };
    let done = done as u64;
    Ok(Load { done, micros: took, ..Load::default() })
}

/// PostgreSQL chooses its ways without having looked at a young table; within a minute it looks by itself. Here it is asked to.
///
/// # Errors
/// The database's own.
pub async fn settle(url: &DatabaseUrl) -> Result<(), Problem> {
    script(&mut connect(url).await?, "ANALYZE").await
}

/// Everybody's first commit together, then everybody's second.
async fn by_groups(url: &DatabaseUrl, payments: &[Written], group: usize) -> Result<u64, Problem> {
    let mut c = connect(url).await?;
    let begun = Instant::now();
    for group in payments.chunks(group) {
        for second in [false, true] {
            script(&mut c, "BEGIN IMMEDIATE").await?;
            for statement in group.iter().flat_map(|payment| if second { &payment.second } else { &payment.first }) {
                run(&mut c, statement).await?;
            }
            script(&mut c, "COMMIT").await?;
        }
    }
    Ok(micros(begun.elapsed()))
}

async fn side_by_side(url: &DatabaseUrl, payments: Vec<Written>, connections: usize) -> Result<u64, Problem> {
    let mut open = Vec::with_capacity(connections);
    for _ in 0..connections {
        open.push(connect(url).await?);
    }
    let (payments, next) = (Arc::new(payments), Arc::new(AtomicUsize::new(0)));
    let begun = Instant::now();
    let tasks: Vec<_> = open
        .into_iter()
        .map(|mut c| {
            let (payments, next) = (payments.clone(), next.clone());
            tokio::spawn(async move {
                while let Some(payment) = payments.get(next.fetch_add(1, Ordering::Relaxed)) {
                    for statements in [&payment.first, &payment.second] {
                        script(&mut c, "BEGIN").await?;
                        for statement in statements {
                            run(&mut c, statement).await?;
                        }
                        script(&mut c, "COMMIT").await?;
                    }
                }
                Ok::<_, Problem>(())
            })
        })
        .collect();
    for task in tasks {
        task.await.map_err(|error| error.to_string())??;
    }
    Ok(micros(begun.elapsed()))
}
