//! Pages that people keep at hand: a short list each, written as a whole.

use model::id::UserId;

use crate::conn::{Conn, Tx};
use crate::error::Result;
use crate::rows::Scope;

/// A page of the dashboard by its address, and what it is called.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pin {
    pub href: String,
    pub title: String,
}

/// In the person's order.
///
/// # Errors
/// As the database has them.
pub async fn pins(c: &mut Conn, scope: Scope, user: UserId) -> Result<Vec<Pin>> {
    let sql = "SELECT href, title FROM pins WHERE account = $1 AND environment = $2 AND user_id = $3 ORDER BY place";
    let rows = c.rows(sql, vec![scope.account.into(), scope.environment.into(), user.into()]).await?;
    rows.iter().map(|row| Ok(Pin { href: row.try_get(0)?, title: row.try_get(1)? })).collect()
}

/// These, in this order, in the place of those there were.
///
/// # Errors
/// As the database has them.
pub async fn set(tx: &mut Tx, scope: Scope, user: UserId, pins: &[Pin]) -> Result<()> {
    let owner = || vec![scope.account.into(), scope.environment.into(), user.into()];
    tx.execute("DELETE FROM pins WHERE account = $1 AND environment = $2 AND user_id = $3", owner()).await?;
    for (place, pin) in (0_i64..).zip(pins) {
        let mut values = owner();
        values.extend([place.into(), pin.href.as_str().into(), pin.title.as_str().into()]);
        let sql = "INSERT INTO pins (account, environment, user_id, place, href, title) VALUES ($1, $2, $3, $4, $5, $6)";
        tx.execute(sql, values).await?;
    }
    Ok(())
}
