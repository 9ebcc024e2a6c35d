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
    let mut sql = Sql::new(&R::statements().select);
    sql.push(" WHERE account = ").bind(scope.account).push(" AND environment = ").bind(scope.environment);
    sql.push(" AND ").push(column).push(" IN (").binds(values).push(") ORDER BY ").push(R::ORDER);
    let (text, values) = sql.finish();
    c.all(&text, values).await
}
