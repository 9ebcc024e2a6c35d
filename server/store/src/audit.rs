//! The audit log: appended to, read by pages, never changed.

use model::id::AccountId;
use model::time::Timestamp;

use crate::conn::Conn;
use crate::error::{Error, Result};
use crate::list::Cursor;
use crate::payments_list::PageAt;
use crate::row::Value;
use crate::rows::AuditEntry;
use crate::select::Sql;
use crate::table::Table;

/// What to look for. Everything given holds.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AuditFilter {
    /// As stored: `user_…`, `key_…`, `operator`.
    pub actor: Option<String>,
    pub action: Option<String>,
    /// At or after.
    pub from: Option<Timestamp>,
    /// Before.
    pub to: Option<Timestamp>,
}

#[derive(Debug, Clone)]
pub struct AuditPage {
    /// Newest first.
    pub rows: Vec<AuditEntry>,
    /// For [`PageAt::After`]: older rows.
    pub next: Option<Cursor>,
    /// For [`PageAt::Before`]: newer rows.
    pub previous: Option<Cursor>,
}

/// One page, newest first.
///
/// # Errors
/// [`Error::Cursor`] when it is another list's, else as the database has them.
pub async fn page(c: &mut Conn, account: AccountId, filter: &AuditFilter, at: &PageAt, limit: i64) -> Result<AuditPage> {
    let (cursor, backwards) = match at {
        PageAt::First => (None, false),
        PageAt::After(cursor) => (Some(cursor), false),
        PageAt::Before(cursor) => (Some(cursor), true),
    };
    let mut sql = Sql::new(&AuditEntry::statements().select);
    sql.push(" WHERE account = ").bind(account);
    if let Some(actor) = &filter.actor {
        sql.push(" AND actor = ").bind(actor.as_str());
    }
    if let Some(action) = &filter.action {
        sql.push(" AND action = ").bind(action.as_str());
    }
    if let Some(from) = filter.from {
        sql.push(" AND at >= ").bind(from);
    }
    if let Some(to) = filter.to {
        sql.push(" AND at < ").bind(to);
    }
    if let Some(cursor) = cursor {
        let Value::Int(Some(when)) = cursor.value() else { return Err(Error::Cursor) };
        sql.push(if backwards { " AND (at, id) > (" } else { " AND (at, id) < (" });
        sql.bind(when).push(", ").bind(cursor.id()).push(")");
    }
    sql.push(if backwards { " ORDER BY at ASC, id ASC LIMIT " } else { " ORDER BY at DESC, id DESC LIMIT " }).bind(limit + 1);
    let (text, values) = sql.finish();
    let mut rows: Vec<AuditEntry> = c.all(&text, values).await?;
    let most = usize::try_from(limit).unwrap_or_default();
    let more = rows.len() > most;
    rows.truncate(most);
    if backwards {
        rows.reverse();
    }
    let first = rows.first().map(|row| Cursor::new(row.at, row.id));
    let last = rows.last().map(|row| Cursor::new(row.at, row.id));
    let (previous, next) = match at {
        PageAt::First => (None, last.filter(|_| more)),
        PageAt::After(_) => (first, last.filter(|_| more)),
        PageAt::Before(_) => (first.filter(|_| more), last),
    };
    Ok(AuditPage { rows, next, previous })
}

/// Everybody who did something, as stored.
///
/// # Errors
/// As the database has them.
pub async fn actors(c: &mut Conn, account: AccountId) -> Result<Vec<String>> {
    each(
        c,
        account,
        "WITH RECURSIVE each_one (word) AS (SELECT MIN(actor) FROM audit_log WHERE account = $1 UNION ALL \
         SELECT (SELECT MIN(actor) FROM audit_log WHERE account = $2 AND actor > each_one.word) FROM each_one WHERE each_one.word IS NOT NULL) \
         SELECT word FROM each_one WHERE word IS NOT NULL",
    )
    .await
}

/// Every kind of thing that was done.
///
/// # Errors
/// As the database has them.
pub async fn actions(c: &mut Conn, account: AccountId) -> Result<Vec<String>> {
    each(
        c,
        account,
        "WITH RECURSIVE each_one (word) AS (SELECT MIN(action) FROM audit_log WHERE account = $1 UNION ALL \
         SELECT (SELECT MIN(action) FROM audit_log WHERE account = $2 AND action > each_one.word) FROM each_one WHERE each_one.word IS NOT NULL) \
         SELECT word FROM each_one WHERE word IS NOT NULL",
    )
    .await
}

/// The different values of an indexed column, each found by one step of the index: the log may be long, the values are few.
async fn each(c: &mut Conn, account: AccountId, sql: &str) -> Result<Vec<String>> {
    let rows = c.rows(sql, vec![account.into(), account.into()]).await?;
    rows.iter().map(|row| row.try_get(0)).collect()
}
