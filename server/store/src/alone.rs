//! One at a time, where no unique key can say that a thing is there already.

use crate::conn::{Dialect, Tx};
use crate::error::Result;
use crate::row::Value;
use crate::rows::Scope;

/// Waits until no other transaction has this name in the scope, and has it until this one ends: who looks for a row first and adds it then
/// finds what the other added. SQLite has one writer: there is nobody to wait for.
///
/// # Errors
/// As the database has them.
pub async fn alone(tx: &mut Tx, scope: Scope, name: &str) -> Result<()> {
    if tx.dialect() == Dialect::Postgres {
        let name = format!("{} {} {name}", scope.account, scope.environment);
        tx.row("SELECT CAST(pg_advisory_xact_lock(hashtextextended($1, 0)) AS TEXT)", vec![Value::from(name)]).await?;
    }
    Ok(())
}
