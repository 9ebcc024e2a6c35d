//! Erasing card numbers: no change of the object, so it has neither version nor event.

use model::id::CardId;

use crate::Tx;
use crate::error::Result;
use crate::rows::Scope;

/// Forgets the number of a card that was typed for one payment; a saved card keeps it.
///
/// # Errors
/// As the database has them.
pub async fn erase_typed(tx: &mut Tx, scope: Scope, id: CardId) -> Result<()> {
    let sql = "UPDATE cards SET sealed = NULL WHERE account = $1 AND environment = $2 AND id = $3 AND tokenize = 0 AND sealed IS NOT NULL";
    tx.execute(sql, vec![scope.account.into(), scope.environment.into(), id.into()]).await?;
    Ok(())
}
