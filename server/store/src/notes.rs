//! Notes: written and edited by compare-and-set like every object, and erased for good.

use model::id::NoteId;

use crate::conn::Tx;
use crate::error::Result;
use crate::rows::Scope;

/// Erases a note; whether there was one.
///
/// # Errors
/// As the database has them.
pub async fn erase(tx: &mut Tx, scope: Scope, id: NoteId) -> Result<bool> {
    let sql = "DELETE FROM notes WHERE id = $1 AND account = $2 AND environment = $3";
    Ok(tx.execute(sql, vec![id.into(), scope.account.into(), scope.environment.into()]).await? > 0)
}
