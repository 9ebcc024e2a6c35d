//! Named views of lists, and what a person's lists look like unless their address says otherwise.

use model::id::{AccountId, UserId, ViewId};

use crate::conn::{Conn, Tx};
use crate::error::Result;
use crate::rows::SavedView;
use crate::table::Table as _;

/// What the person sees: their own and the shared ones, by name.
///
/// # Errors
/// As the database has them.
pub async fn views(c: &mut Conn, account: AccountId, user: UserId) -> Result<Vec<SavedView>> {
    let sql = format!("{} WHERE account = $1 AND (user_id = $2 OR shared = 1) ORDER BY name, created, id", SavedView::statements().select);
    c.all(&sql, vec![account.into(), user.into()]).await
}

/// # Errors
/// As the database has them.
pub async fn view(c: &mut Conn, account: AccountId, id: ViewId) -> Result<Option<SavedView>> {
    let sql = format!("{} WHERE account = $1 AND id = $2", SavedView::statements().select);
    c.one(&sql, vec![account.into(), id.into()]).await
}

/// How many views the person has made.
///
/// # Errors
/// As the database has them.
pub async fn count_of(c: &mut Conn, account: AccountId, user: UserId) -> Result<i64> {
    let sql = "SELECT COUNT(*) FROM views WHERE account = $1 AND user_id = $2";
    Ok(c.number(sql, vec![account.into(), user.into()]).await?.unwrap_or_default())
}

/// # Errors
/// As the database has them.
pub async fn delete(tx: &mut Tx, view: &SavedView) -> Result<()> {
    tx.execute("DELETE FROM views WHERE account = $1 AND id = $2", vec![view.account.into(), view.id.into()]).await?;
    Ok(())
}

/// What the person chose for a list, if anything: `created,reference,…`.
///
/// # Errors
/// As the database has them.
pub async fn list_default(c: &mut Conn, account: AccountId, user: UserId, list: &str) -> Result<Option<String>> {
    let sql = "SELECT columns FROM list_defaults WHERE account = $1 AND user_id = $2 AND list = $3";
    match c.row(sql, vec![account.into(), user.into(), list.into()]).await? {
        Some(row) => Ok(Some(row.try_get(0)?)),
        None => Ok(None),
    }
}

/// # Errors
/// As the database has them.
pub async fn set_list_default(tx: &mut Tx, account: AccountId, user: UserId, list: &str, columns: &str) -> Result<()> {
    let sql = "INSERT INTO list_defaults (account, user_id, list, columns) VALUES ($1, $2, $3, $4) \
               ON CONFLICT (account, user_id, list) DO UPDATE SET columns = excluded.columns";
    tx.execute(sql, vec![account.into(), user.into(), list.into(), columns.into()]).await?;
    Ok(())
}
