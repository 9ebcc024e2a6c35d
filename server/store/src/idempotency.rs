//! What was answered under an `Idempotency-Key`. Times are real time.

use model::time::{HOUR, Timestamp};

use crate::conn::{Conn, Tx};
use crate::error::{Error, Result};
use crate::row::{Row as _, Value};
use crate::rows::IdempotencyKey;
use crate::table::Table;

/// How long an answer is kept, in milliseconds; longer while an acquirer still owes its own.
pub const LIFE: i64 = 24 * HOUR;

/// Whether a request under a key is the first.
#[derive(Debug, Clone, PartialEq)]
pub enum KeyBegun {
    /// The key is this request's now.
    New,
    /// A request had it before: compare its fingerprint, give its answer or go on with its object.
    Known(Box<IdempotencyKey>),
}

/// Something `k` made still waits for an acquirer's answer.
const WAITS: &str = "(EXISTS (SELECT 1 FROM payments p WHERE p.account = k.account AND p.environment = k.environment \
                     AND (p.id = k.object OR p.intent = k.object) AND p.open_operation IS NOT NULL) \
                     OR EXISTS (SELECT 1 FROM refunds r WHERE r.id = k.object AND r.account = k.account AND r.open_operation IS NOT NULL))";

fn key(row: &IdempotencyKey) -> Vec<Value> {
    vec![
        row.account.into(),
        row.environment.into(),
        row.method.as_str().into(),
        row.path.as_str().into(),
        row.idempotency_key.as_str().into(),
    ]
}

const BY_KEY: &str = " WHERE account = $1 AND environment = $2 AND method = $3 AND path = $4 AND idempotency_key = $5";

/// Registers the request, answered or not, unless its key is taken by one less than [`LIFE`] before it.
///
/// # Errors
/// As the database has them.
pub async fn begin(tx: &mut Tx, row: &IdempotencyKey) -> Result<KeyBegun> {
    let insert = format!("{} ON CONFLICT DO NOTHING", IdempotencyKey::statements().insert);
    if tx.execute(&insert, row.values()).await? == 1 {
        return Ok(KeyBegun::New);
    }
    let before = load(tx, row).await?.ok_or(Error::Stale)?;
    let over = row.created.since(before.created) >= LIFE;
    if !over || waits(tx, row).await? {
        return Ok(KeyBegun::Known(Box::new(before)));
    }
    tx.execute(&format!("DELETE FROM idempotency_keys{BY_KEY}"), key(row)).await?;
    tx.execute(&IdempotencyKey::statements().insert, row.values()).await?;
    Ok(KeyBegun::New)
}

async fn load(c: &mut Conn, row: &IdempotencyKey) -> Result<Option<IdempotencyKey>> {
    let sql = format!("{}{BY_KEY}", IdempotencyKey::statements().select);
    c.one(&sql, key(row)).await
}

async fn waits(c: &mut Conn, row: &IdempotencyKey) -> Result<bool> {
    let sql = format!("SELECT 1 FROM idempotency_keys k{BY_KEY} AND {WAITS}");
    Ok(c.row(&sql, key(row)).await?.is_some())
}

/// The request registered under the same key as `row`, if any.
///
/// # Errors
/// As the database has them.
pub async fn known(c: &mut Conn, row: &IdempotencyKey) -> Result<Option<IdempotencyKey>> {
    load(c, row).await
}

/// Keeps the answer of the request that registered its key with what it changed; the object stays. False where that row waits for no answer, or for
/// another request's.
///
/// # Errors
/// As the database has them.
pub async fn finish(tx: &mut Tx, row: &IdempotencyKey) -> Result<bool> {
    let mut values = key(row);
    values.extend([Value::Int(row.status), Value::Text(row.body.clone()), row.fingerprint.as_str().into(), row.created.minus(LIFE).into()]);
    let sql =
        format!("UPDATE idempotency_keys SET status = $6, body = $7{BY_KEY} AND fingerprint = $8 AND status IS NULL AND created > $9");
    Ok(tx.execute(&sql, values).await? == 1)
}

/// Removes up to `limit` answers older than [`LIFE`], except those an acquirer call is still open for.
///
/// # Errors
/// As the database has them.
pub async fn prune(tx: &mut Tx, now: Timestamp, limit: i64) -> Result<u64> {
    let sql = format!(
        "DELETE FROM idempotency_keys WHERE (account, environment, method, path, idempotency_key) IN \
         (SELECT k.account, k.environment, k.method, k.path, k.idempotency_key FROM idempotency_keys k WHERE k.created < $1 AND NOT {WAITS} \
          ORDER BY k.created LIMIT $2)"
    );
    tx.execute(&sql, vec![now.minus(LIFE).into(), limit.into()]).await
}
