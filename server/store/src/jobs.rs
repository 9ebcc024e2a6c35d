//! Work due at a time, claimed by workers with leases.

use model::time::Timestamp;

use crate::conn::{Conn, Dialect, Tx};
use crate::error::Result;
use crate::row::Value;
use crate::rows::{Job, Scope};
use crate::select::Sql;
use crate::several::insert_unless;
use crate::table::Table;

/// The columns that name a job.
fn key(scope: Scope, kind: &str, object: &str) -> Vec<Value> {
    vec![scope.account.into(), scope.environment.into(), kind.into(), object.into()]
}

fn scope_of(job: &Job) -> Scope {
    Scope { account: job.account, environment: job.environment }
}

const ANEW: &str = " ON CONFLICT (account, environment, kind, object) DO UPDATE SET due = excluded.due, run_at = excluded.run_at, \
                    attempts = excluded.attempts, leased_until = excluded.leased_until, lease = excluded.lease, last_error = excluded.last_error";

/// Plans jobs, each of its own kind and object, or plans them anew: a worker that has one now will find, on finishing, that it was planned
/// again.
///
/// # Errors
/// As the database has them.
pub async fn schedule(tx: &mut Tx, jobs: &[Job]) -> Result<()> {
    insert_unless(tx, jobs, ANEW).await
}

/// Takes back what was planned of these kinds and objects; how many there were.
///
/// # Errors
/// As the database has them.
pub async fn cancel(tx: &mut Tx, scope: Scope, gone: &[(&str, &str)]) -> Result<u64> {
    if gone.is_empty() {
        return Ok(0);
    }
    let mut sql = Sql::new("DELETE FROM jobs WHERE ");
    for (at, (kind, object)) in gone.iter().enumerate() {
        sql.push(if at == 0 { "(account = " } else { " OR (account = " }).bind(scope.account).push(" AND environment = ");
        sql.bind(scope.environment).push(" AND kind = ").bind(*kind).push(" AND object = ").bind(*object).push(")");
    }
    let (text, values) = sql.finish();
    tx.execute(&text, values).await
}

/// Takes what may run at `now` (real time), longest waiting first, under the lease until `until`. A job whose worker died
/// comes back by itself, since a claimed one may run again once its lease is over.
///
/// # Errors
/// As the database has them.
pub async fn claim(tx: &mut Tx, now: Timestamp, limit: i64, lease: &str, until: Timestamp) -> Result<Vec<Job>> {
    // On PostgreSQL two workers at once pass over each other's rows; on SQLite there is one writer.
    let skip = match tx.dialect() {
        Dialect::Sqlite => "",
        Dialect::Postgres => " FOR UPDATE SKIP LOCKED",
    };
    let sql = format!(
        "WITH picked AS MATERIALIZED (SELECT account, environment, kind, object FROM jobs WHERE run_at <= $1 AND leased_until <= $1 \
         ORDER BY run_at, kind, object LIMIT $2{skip}) \
         UPDATE jobs SET run_at = $3, leased_until = $3, lease = $4, attempts = attempts + 1 \
         WHERE (account, environment, kind, object) IN (SELECT account, environment, kind, object FROM picked) RETURNING {}",
        columns()
    );
    let mut jobs: Vec<Job> = tx.all(&sql, vec![now.into(), limit.into(), until.into(), lease.into()]).await?;
    jobs.sort_by(|a, b| (a.due, &a.kind, &a.object).cmp(&(b.due, &b.kind, &b.object)));
    Ok(jobs)
}

/// Takes this one job, due or not, unless a lease on it still runs at `now` or it is gone: the sandbox clock's way.
///
/// # Errors
/// As the database has them.
pub async fn claim_one(tx: &mut Tx, job: &Job, now: Timestamp, lease: &str, until: Timestamp) -> Result<Option<Job>> {
    let mut values = key(scope_of(job), &job.kind, &job.object);
    values.extend([job.due.into(), now.into(), until.into(), lease.into()]);
    let sql = format!(
        "UPDATE jobs SET run_at = $7, leased_until = $7, lease = $8, attempts = attempts + 1 \
         WHERE account = $1 AND environment = $2 AND kind = $3 AND object = $4 AND due = $5 AND leased_until <= $6 RETURNING {}",
        columns()
    );
    tx.one(&sql, values).await
}

fn columns() -> String {
    <Job as crate::row::Row>::COLUMNS.join(", ")
}

/// Removes a claimed job that is done. False: the lease was lost, or the job was planned again meanwhile.
///
/// # Errors
/// As the database has them.
pub async fn finish(tx: &mut Tx, job: &Job) -> Result<bool> {
    let mut values = key(scope_of(job), &job.kind, &job.object);
    values.push(Value::Text(job.lease.clone()));
    let sql = "DELETE FROM jobs WHERE account = $1 AND environment = $2 AND kind = $3 AND object = $4 AND lease = $5";
    Ok(tx.execute(sql, values).await? == 1)
}

/// Gives a claimed job back, to run at another time. False as in [`finish`].
///
/// # Errors
/// As the database has them.
pub async fn postpone(tx: &mut Tx, job: &Job, due: Timestamp, run_at: Timestamp, error: Option<&str>) -> Result<bool> {
    let mut values = key(scope_of(job), &job.kind, &job.object);
    values.extend([Value::Text(job.lease.clone()), due.into(), run_at.into(), Value::Text(error.map(str::to_owned))]);
    let sql = "UPDATE jobs SET due = $6, run_at = $7, last_error = $8, lease = NULL, leased_until = 0 \
               WHERE account = $1 AND environment = $2 AND kind = $3 AND object = $4 AND lease = $5";
    Ok(tx.execute(sql, values).await? == 1)
}

/// Gives back every claimed job at `now`, whoever has it; how many. For a process that is alone with the database: whoever claimed them is dead.
///
/// # Errors
/// As the database has them.
pub async fn give_back_all(tx: &mut Tx, now: Timestamp) -> Result<u64> {
    let sql = "UPDATE jobs SET run_at = $1, lease = NULL, leased_until = 0 WHERE lease IS NOT NULL";
    tx.execute(sql, vec![now.into()]).await
}

/// The real time at which the next job may run, claimed ones at the end of their lease.
///
/// # Errors
/// As the database has them.
pub async fn next_run_at(c: &mut Conn) -> Result<Option<Timestamp>> {
    Ok(c.number("SELECT MIN(run_at) FROM jobs", vec![]).await?.map(Timestamp::from_millis))
}

/// The scope's jobs due at `due` (business time) or before, in that order.
///
/// # Errors
/// As the database has them.
pub async fn due_until(c: &mut Conn, scope: Scope, due: Timestamp, limit: i64) -> Result<Vec<Job>> {
    let sql =
        format!("{} WHERE account = $1 AND environment = $2 AND due <= $3 ORDER BY due, kind, object LIMIT $4", Job::statements().select);
    c.all(&sql, vec![scope.account.into(), scope.environment.into(), due.into(), limit.into()]).await
}

/// The scope's clock is now `offset` milliseconds ahead of real time: every job not being worked on at `now` moves with it.
///
/// # Errors
/// As the database has them.
pub async fn reschedule(tx: &mut Tx, scope: Scope, offset: i64, now: Timestamp) -> Result<u64> {
    let sql = "UPDATE jobs SET run_at = due - $1 WHERE account = $2 AND environment = $3 AND leased_until <= $4";
    tx.execute(sql, vec![offset.into(), scope.account.into(), scope.environment.into(), now.into()]).await
}
