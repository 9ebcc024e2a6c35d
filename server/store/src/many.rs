//! Rows that belong to the rows of a page.

use crate::conn::Conn;
use crate::error::{Error, Result};
use crate::row::Value;
use crate::rows::Scope;
use crate::select::Sql;
use crate::table::Scoped;

/// The scope's rows that have one of these values in this column, oldest first. For a page's worth of values.
///
/// # Errors
/// As the database has them.
pub async fn many<R: Scoped>(c: &mut Conn, scope: Scope, column: &'static str, values: Vec<Value>) -> Result<Vec<R>> {
    if !R::COLUMNS.contains(&column) {
        return Err(Error::Inconsistent(format!("{} has no column {column}", R::TABLE)));
    }
    if values.is_empty() {
        return Ok(Vec::new());
    }
    // The inner part with its limit is looked up by the values alone: to SQLite, which knows no numbers of rows, the whole account in the order
    // asked for looks cheaper than a thousand ids.
    let most = i64::MAX;
    let mut sql = Sql::new("SELECT ");
    sql.push(&R::statements().columns).push(" FROM (SELECT * FROM ").push(R::TABLE).push(" WHERE ");
    if column != "id" {
        scoped(&mut sql, scope).push(" AND ");
    }
    sql.push(column).push(" IN (").binds(values).push(") LIMIT ").bind(most).push(") AS found WHERE ");
    scoped(&mut sql, scope).push(" ORDER BY ").push(R::ORDER);
    let (text, values) = sql.finish();
    c.all(&text, values).await
}

fn scoped(sql: &mut Sql, scope: Scope) -> &mut Sql {
    sql.push("account = ").bind(scope.account).push(" AND environment = ").bind(scope.environment)
}
