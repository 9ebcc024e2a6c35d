//! Accounts, their shops and keys, and who works in them.

use model::id::{AccountId, ApiKeyId, ShopId, UserId};
use model::rights::Environment;
use model::time::Timestamp;

use crate::conn::{Conn, Tx};
use crate::error::Result;
use crate::row::Value;
use crate::rows::{Account, ApiKey, Member, Shop};
use crate::select::Sql;
use crate::table::Table;

/// Rows of a table by conditions on columns, all of which hold.
async fn matching<R: Table>(c: &mut Conn, conditions: &[(&'static str, Value)], order: &'static str) -> Result<Vec<R>> {
    let mut sql = where_all::<R>(conditions);
    sql.push(" ORDER BY ").push(order);
    let (text, values) = sql.finish();
    c.all(&text, values).await
}

/// The one row of a table that has these values.
async fn the<R: Table>(c: &mut Conn, conditions: &[(&'static str, Value)]) -> Result<Option<R>> {
    let (text, values) = where_all::<R>(conditions).finish();
    c.one(&text, values).await
}

fn where_all<R: Table>(conditions: &[(&'static str, Value)]) -> Sql {
    let mut sql = Sql::new(&R::statements().select);
    for (at, (column, value)) in conditions.iter().enumerate() {
        sql.push(if at == 0 { " WHERE " } else { " AND " }).push(column).push(" = ").bind(value.clone());
    }
    sql
}

/// # Errors
/// As the database has them.
pub async fn account(c: &mut Conn, id: AccountId) -> Result<Option<Account>> {
    the(c, &[("id", id.into())]).await
}

/// Every account of this installation, oldest first.
///
/// # Errors
/// As the database has them.
pub async fn accounts(c: &mut Conn) -> Result<Vec<Account>> {
    matching(c, &[], "created, id").await
}

/// Whether Guichet was set up: any account at all.
///
/// # Errors
/// As the database has them.
pub async fn any_account(c: &mut Conn) -> Result<bool> {
    Ok(c.row("SELECT 1 FROM accounts LIMIT 1", vec![]).await?.is_some())
}

/// # Errors
/// As the database has them.
pub async fn shop(c: &mut Conn, account: AccountId, id: ShopId) -> Result<Option<Shop>> {
    the(c, &[("id", id.into()), ("account", account.into())]).await
}

/// Oldest first.
///
/// # Errors
/// As the database has them.
pub async fn shops(c: &mut Conn, account: AccountId) -> Result<Vec<Shop>> {
    matching(c, &[("account", account.into())], "created, id").await
}

/// The key with this hash, revoked or not.
///
/// # Errors
/// As the database has them.
pub async fn key_by_hash(c: &mut Conn, hash: &str) -> Result<Option<ApiKey>> {
    the(c, &[("hash", hash.into())]).await
}

/// Oldest first.
///
/// # Errors
/// As the database has them.
pub async fn keys(c: &mut Conn, account: AccountId, environment: Environment) -> Result<Vec<ApiKey>> {
    matching(c, &[("account", account.into()), ("environment", environment.into())], "created, id").await
}

/// Remembers when the key was used last; its version stays, for this is no change anybody decided on.
///
/// # Errors
/// As the database has them.
pub async fn touch_key(tx: &mut Tx, id: ApiKeyId, now: Timestamp) -> Result<()> {
    tx.execute("UPDATE api_keys SET last_used = $1 WHERE id = $2", vec![now.into(), id.into()]).await?;
    Ok(())
}

/// The person's place in the account.
///
/// # Errors
/// As the database has them.
pub async fn member(c: &mut Conn, account: AccountId, user: UserId) -> Result<Option<Member>> {
    the(c, &[("account", account.into()), ("user_id", user.into())]).await
}

/// Who works in the account.
///
/// # Errors
/// As the database has them.
pub async fn members(c: &mut Conn, account: AccountId) -> Result<Vec<Member>> {
    matching(c, &[("account", account.into())], "created, user_id").await
}

/// The accounts the person works in, longest first.
///
/// # Errors
/// As the database has them.
pub async fn members_of_user(c: &mut Conn, user: UserId) -> Result<Vec<Member>> {
    matching(c, &[("user_id", user.into())], "created, account").await
}
