//! The floor of a benched payment: the rows a server wrote, written again to an empty database by one loop with two commits a payment, in the
//! same tables with the same indexes. No HTTP, no rules, no reading.
//!
//! On SQLite one connection writes as many payments into each commit as the server had connections; on PostgreSQL as many connections write
//! a transaction at a time.

use std::collections::HashMap;
use std::fmt::Write as _;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;

use model::time::DAY;
use sqlx::Row as _;
use store::row::Value;
use store::rows::{ApiRequest, Event, IdempotencyKey, Job, Operation, Payment, PaymentIntent, Posting};
use store::{DatabaseUrl, Options, Store};

use super::Engine;
use super::data::{Statement, all, connect, failed, insert, inserting, query, run, script, slot, update};
use super::load::{Load, micros};
use super::world::{World, database};
use crate::Problem;

/// What one payment's two commits write.
#[derive(Debug, Clone, Default)]
pub struct Written {
    first: Vec<Statement>,
    second: Vec<Statement>,
}

const SCOPED: [&str; 3] = ["id", "account", "environment"];
const TERMS: &str = "INSERT INTO search_terms (account, environment, term, created, object) VALUES ";
const TOTAL: &str = "INSERT INTO totals (account, environment, day, currency, shown, slot, count, amount) VALUES ($1, $2, $3, $4, $5, $6, $7, $8) \
                     ON CONFLICT (account, environment, day, currency, shown, slot) \
                     DO UPDATE SET count = totals.count + excluded.count, amount = totals.amount + excluded.amount";
const BALANCE: &str = "INSERT INTO balances (account, environment, currency, ledger_account, slot, amount) VALUES ($1, $2, $3, $4, $5, $6) \
                       ON CONFLICT (account, environment, currency, ledger_account, slot) DO UPDATE SET amount = balances.amount + excluded.amount";

/// Everything a load of payments left in the database, by payment and commit.
///
/// # Errors
/// The database's own; rows that are not what a payment leaves.
pub async fn written(world: &World) -> Result<Vec<Written>, Problem> {
    let mut c = connect(world.url()).await?;
    let mut states: HashMap<String, serde_json::Value> = HashMap::new();
    let mut by_intent: HashMap<String, Written> = HashMap::new();
    let mut events: Vec<Event> = all(&mut c).await?;
    events.sort_by_key(|event| (event.at, event.version, event.id));
    for event in &events {
        if event.version == 1 {
            states.insert(event.object.clone(), event.state.clone());
        }
    }
    let mut payments: HashMap<String, (Payment, String)> = HashMap::new();
    for payment in all::<Payment>(&mut c).await? {
        payments.insert(payment.id.to_string(), (payment.clone(), payment.intent.to_string()));
    }
    for (at, intent) in all::<PaymentIntent>(&mut c).await?.into_iter().enumerate() {
        let written = by_intent.entry(intent.id.to_string()).or_default();
        put_intent(written, &intent, &states, slot(world.engine, at))?;
    }
    for (payment, intent) in payments.values() {
        let Some(written) = by_intent.get_mut(intent) else { continue };
        let first: Payment = first(&states, &payment.id.to_string())?;
        written.first.push(insert(&first));
        written.second.push(update(&first, payment, &SCOPED));
    }
    let of_payment = |id: &str| payments.get(id).map(|(_, intent)| intent.clone());
    let mut operations = HashMap::new();
    for operation in all::<Operation>(&mut c).await? {
        let Some(intent) = of_payment(&operation.payment.to_string()) else { continue };
        operations.insert(operation.id.to_string(), intent.clone());
        let Some(written) = by_intent.get_mut(&intent) else { continue };
        let open = Operation {
            version: 1,
            state: model::lifecycle::OperationState::Open,
            answered: None,
            response: None,
            asked: 0,
            ..operation.clone()
        };
        written.first.push(insert(&open));
        written.second.push(update(&open, &operation, &SCOPED));
    }
    for event in &events {
        let Some(written) = event.intent.and_then(|intent| by_intent.get_mut(&intent.to_string())) else { continue };
        if event.version == 1 { &mut written.first } else { &mut written.second }.push(insert(event));
    }
    put_records(&mut c, &mut by_intent, &operations, &of_payment, world.engine).await?;
    let mut payments: Vec<Written> = by_intent.into_values().collect();
    for payment in &mut payments {
        // As the server does: last what others wait for.
        payment.first.sort_by_key(adds_to_a_sum);
        payment.second.sort_by_key(adds_to_a_sum);
    }
    Ok(payments)
}

fn adds_to_a_sum(statement: &Statement) -> bool {
    statement.sql == TOTAL || statement.sql == BALANCE
}

/// A row as its first commit left it.
fn first<R: serde::de::DeserializeOwned>(states: &HashMap<String, serde_json::Value>, id: &str) -> Result<R, Problem> {
    let state = states.get(id).ok_or_else(|| format!("{id} has no first event"))?;
    serde_json::from_value(state.clone()).map_err(|error| format!("{id}: {error}"))
}

fn put_intent(
    written: &mut Written,
    intent: &PaymentIntent,
    states: &HashMap<String, serde_json::Value>,
    slot: i64,
) -> Result<(), Problem> {
    let begun: PaymentIntent = first(states, &intent.id.to_string())?;
    let total = |of: &PaymentIntent, sign: i64| {
        let day = of.created.as_millis().div_euclid(DAY);
        let mut values: Vec<Value> = vec![of.account.into(), of.environment.into(), day.into(), of.currency.into(), of.shown.into()];
        values.extend([slot.into(), sign.into(), (sign * of.amount).into()]);
        Statement { sql: TOTAL.to_owned(), values }
    };
    written.first.push(insert(&begun));
    written.first.push(total(&begun, 1));
    let (mut sql, mut values) = (TERMS.to_owned(), Vec::new());
    for term in store::search::terms_of(intent) {
        let at = values.len();
        let comma = if at == 0 { "" } else { ", " };
        let _ = write!(sql, "{comma}(${}, ${}, ${}, ${}, ${})", at + 1, at + 2, at + 3, at + 4, at + 5);
        values.extend([intent.account.into(), intent.environment.into(), term.into(), intent.created.into(), Value::from(intent.id)]);
    }
    written.first.push(Statement { sql, values });
    written.second.push(update(&begun, intent, &SCOPED));
    if begun.shown != intent.shown {
        written.second.extend([total(&begun, -1), total(intent, 1)]);
    }
    Ok(())
}

/// What stands beside the objects.
async fn put_records(
    c: &mut sqlx::AnyConnection,
    by_intent: &mut HashMap<String, Written>,
    operations: &HashMap<String, String>,
    of_payment: &impl Fn(&str) -> Option<String>,
    engine: Engine,
) -> Result<(), Problem> {
    for job in all::<Job>(c).await? {
        if let Some(written) = by_intent.get_mut(&job.object) {
            written.first.push(insert(&job));
        } else if let Some(written) = of_payment(&job.object).and_then(|intent| by_intent.get_mut(&intent)) {
            written.second.push(insert(&job));
        }
    }
    for key in all::<IdempotencyKey>(c).await? {
        let object = key.object.clone().unwrap_or_default();
        let Some(written) = of_payment(&object).and_then(|intent| by_intent.get_mut(&intent)) else { continue };
        let begun = IdempotencyKey { status: None, body: None, ..key.clone() };
        written.first.push(insert(&begun));
        written.second.push(update(&begun, &key, &["account", "environment", "method", "path", "idempotency_key"]));
    }
    for request in all::<ApiRequest>(c).await? {
        let Some(written) = request.intent.and_then(|intent| by_intent.get_mut(&intent.to_string())) else { continue };
        written.second.push(insert(&request));
    }
    for (at, posting) in all::<Posting>(c).await?.iter().enumerate() {
        let intent = posting.payment.and_then(|payment| of_payment(&payment.to_string()));
        let Some(written) = intent.and_then(|intent| by_intent.get_mut(&intent)) else { continue };
        let mut values: Vec<Value> = vec![posting.account.into(), posting.environment.into(), posting.currency.into()];
        values.extend([posting.ledger_account.as_str().into(), slot(engine, at).into(), posting.amount.into()]);
        written.second.extend([insert(posting), Statement { sql: BALANCE.to_owned(), values }]);
    }
    for row in query(c, "SELECT reference, record, created FROM acquirer_records").await? {
        let (reference, record): (String, String) = (row.try_get(0).map_err(failed)?, row.try_get(1).map_err(failed)?);
        let created: i64 = row.try_get(2).map_err(failed)?;
        let Some(written) = operations.get(&reference).and_then(|intent| by_intent.get_mut(intent)) else { continue };
        let sql = inserting("acquirer_records", &["reference", "record", "created"]);
        written.second.push(Statement { sql, values: vec![reference.into(), record.into(), created.into()] });
    }
    Ok(())
}

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
