//! People who sign in: their sessions, and the failures that lock an address out. Times here are real time.

use model::id::UserId;
use model::rights::Environment;
use model::time::Timestamp;

use crate::conn::{Conn, Tx};
use crate::error::Result;
use crate::rows::{Session, User};
use crate::table::Table;

/// # Errors
/// As the database has them.
pub async fn user(c: &mut Conn, id: UserId) -> Result<Option<User>> {
    let sql = format!("{} WHERE id = $1", User::statements().select);
    c.one(&sql, vec![id.into()]).await
}

/// The e-mail address in lower case.
///
/// # Errors
/// As the database has them.
pub async fn user_by_email(c: &mut Conn, email: &str) -> Result<Option<User>> {
    let sql = format!("{} WHERE email = $1", User::statements().select);
    c.one(&sql, vec![email.into()]).await
}

/// # Errors
/// As the database has them.
pub async fn session(c: &mut Conn, token_hash: &str) -> Result<Option<Session>> {
    let sql = format!("{} WHERE token_hash = $1", Session::statements().select);
    c.one(&sql, vec![token_hash.into()]).await
}

/// Last used first.
///
/// # Errors
/// As the database has them.
pub async fn sessions_of(c: &mut Conn, user: UserId) -> Result<Vec<Session>> {
    let sql = format!("{} WHERE user_id = $1 ORDER BY last_seen DESC, token_hash", Session::statements().select);
    c.all(&sql, vec![user.into()]).await
}

/// Moves the idle time-out. Whether there was such a session.
///
/// # Errors
/// As the database has them.
pub async fn touch_session(tx: &mut Tx, token_hash: &str, now: Timestamp) -> Result<bool> {
    Ok(tx.execute("UPDATE sessions SET last_seen = $1 WHERE token_hash = $2", vec![now.into(), token_hash.into()]).await? == 1)
}

/// Moves the session to the sandbox or to production. Whether there was such a session.
///
/// # Errors
/// As the database has them.
pub async fn choose_environment(tx: &mut Tx, token_hash: &str, environment: Environment) -> Result<bool> {
    let sql = "UPDATE sessions SET environment = $1 WHERE token_hash = $2";
    Ok(tx.execute(sql, vec![environment.into(), token_hash.into()]).await? == 1)
}

/// Signs out. Whether there was such a session.
///
/// # Errors
/// As the database has them.
pub async fn delete_session(tx: &mut Tx, token_hash: &str) -> Result<bool> {
    Ok(tx.execute("DELETE FROM sessions WHERE token_hash = $1", vec![token_hash.into()]).await? == 1)
}

/// Signs the person out everywhere: a changed password or role. How many sessions ended.
///
/// # Errors
/// As the database has them.
pub async fn delete_sessions_of(tx: &mut Tx, user: UserId) -> Result<u64> {
    tx.execute("DELETE FROM sessions WHERE user_id = $1", vec![user.into()]).await
}

/// Removes what was not seen since `idle`, or began before `begun`.
///
/// # Errors
/// As the database has them.
pub async fn prune_sessions(tx: &mut Tx, idle: Timestamp, begun: Timestamp) -> Result<u64> {
    tx.execute("DELETE FROM sessions WHERE last_seen < $1 OR created < $2", vec![idle.into(), begun.into()]).await
}

/// When failed sign-ins lock an e-mail and address: this many within `window` milliseconds, for `lock` milliseconds.
#[derive(Debug, Clone, Copy)]
pub struct SignInLimits {
    pub failures: i64,
    pub window: i64,
    pub lock: i64,
}

/// Until when this e-mail may not sign in from this address; none when it may.
///
/// # Errors
/// As the database has them.
pub async fn sign_in_locked_until(c: &mut Conn, email: &str, address: &str, now: Timestamp) -> Result<Option<Timestamp>> {
    let sql = "SELECT locked_until FROM sign_in_failures WHERE email = $1 AND address = $2";
    let until = c.number(sql, vec![email.into(), address.into()]).await?.map(Timestamp::from_millis);
    Ok(until.filter(|until| *until > now))
}

/// Counts a failure and locks when it was one too many; until when, if so.
///
/// # Errors
/// As the database has them.
pub async fn sign_in_failed(tx: &mut Tx, email: &str, address: &str, now: Timestamp, limits: SignInLimits) -> Result<Option<Timestamp>> {
    let counted = tx
        .row(
            "INSERT INTO sign_in_failures (email, address, failures, since, locked_until) VALUES ($1, $2, 1, $3, 0) \
             ON CONFLICT (email, address) DO UPDATE SET \
             failures = CASE WHEN sign_in_failures.since <= $4 THEN 1 ELSE sign_in_failures.failures + 1 END, \
             since = CASE WHEN sign_in_failures.since <= $4 THEN excluded.since ELSE sign_in_failures.since END \
             RETURNING failures",
            vec![email.into(), address.into(), now.into(), now.minus(limits.window).into()],
        )
        .await?;
    let failures: i64 = counted.map(|row| row.try_get(0)).transpose()?.unwrap_or_default();
    if failures < limits.failures {
        return Ok(None);
    }
    let until = now.plus_millis(limits.lock);
    // Counting begins anew after the lock.
    let sql = "UPDATE sign_in_failures SET failures = 0, locked_until = $1 WHERE email = $2 AND address = $3";
    tx.execute(sql, vec![until.into(), email.into(), address.into()]).await?;
    Ok(Some(until))
}

/// A sign-in that worked forgives the failures before.
///
/// # Errors
/// As the database has them.
pub async fn forget_sign_in_failures(tx: &mut Tx, email: &str, address: &str) -> Result<()> {
    tx.execute("DELETE FROM sign_in_failures WHERE email = $1 AND address = $2", vec![email.into(), address.into()]).await?;
    Ok(())
}

/// Forgets the failures and locks of an e-mail at every address.
///
/// # Errors
/// As the database has them.
pub async fn forgive(tx: &mut Tx, email: &str) -> Result<()> {
    tx.execute("DELETE FROM sign_in_failures WHERE email = $1", vec![email.into()]).await?;
    Ok(())
}

/// Removes counts begun before, whose lock is over by now.
///
/// # Errors
/// As the database has them.
pub async fn prune_sign_in_failures(tx: &mut Tx, begun: Timestamp, now: Timestamp) -> Result<u64> {
    tx.execute("DELETE FROM sign_in_failures WHERE since < $1 AND locked_until < $2", vec![begun.into(), now.into()]).await
}
