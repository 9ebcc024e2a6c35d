//! What an import asks before it writes. Ids are looked for in every account: an id belongs to one object of one account.

use crate::conn::Conn;
use crate::error::Result;
use crate::row::Row;
use crate::rows::{ImportedRow, Scope};
use crate::table::Table;

/// What was imported under this id, whosever it is.
///
/// # Errors
/// As the database has them.
pub async fn imported(c: &mut Conn, id: &str) -> Result<Option<ImportedRow>> {
    let sql = format!("{} WHERE id = $1", ImportedRow::statements().select);
    c.one(&sql, vec![id.into()]).await
}

/// Whether a table holds this id, in whatever account.
///
/// # Errors
/// As the database has them.
pub async fn is_taken<R: Row>(c: &mut Conn, id: &str) -> Result<bool> {
    Ok(c.row(&format!("SELECT 1 FROM {} WHERE id = $1 LIMIT 1", R::TABLE), vec![id.into()]).await?.is_some())
}

/// How many rows of a kind were imported into a scope.
///
/// # Errors
/// As the database has them.
pub async fn count(c: &mut Conn, scope: Scope, kind: &str) -> Result<i64> {
    let sql = "SELECT COUNT(*) FROM imported_rows WHERE account = $1 AND environment = $2 AND kind = $3";
    Ok(c.number(sql, vec![scope.account.into(), scope.environment.into(), kind.into()]).await?.unwrap_or_default())
}

/// The row as it was handed in, masked.
///
/// # Errors
/// As the database has them.
pub async fn source(c: &mut Conn, scope: Scope, id: &str) -> Result<Option<serde_json::Value>> {
    let found = imported(c, id).await?;
    Ok(found.filter(|row| (row.account, row.environment) == (scope.account, scope.environment)).map(|row| row.source))
}
