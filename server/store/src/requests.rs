//! The log of API requests.

use model::id::PaymentIntentId;
use model::time::Timestamp;

use crate::conn::{Conn, Tx};
use crate::error::Result;
use crate::rows::{ApiRequest, Scope};
use crate::several::insert_unless;
use crate::table::Table;

/// Keeps requests; one that is kept already stays as it is.
///
/// # Errors
/// As the database has them.
pub async fn keep(tx: &mut Tx, rows: &[ApiRequest]) -> Result<()> {
    insert_unless(tx, rows, " ON CONFLICT DO NOTHING").await
}

/// The latest requests about an order, newest first.
///
/// # Errors
/// As the database has them.
pub async fn of_intent(c: &mut Conn, scope: Scope, intent: PaymentIntentId, limit: i64) -> Result<Vec<ApiRequest>> {
    let sql = format!(
        "{} WHERE account = $1 AND environment = $2 AND intent = $3 ORDER BY at DESC, id DESC LIMIT $4",
        ApiRequest::statements().select
    );
    c.all(&sql, vec![scope.account.into(), scope.environment.into(), intent.into(), limit.into()]).await
}

/// Removes up to `limit` requests made before `before`, oldest first; how many.
///
/// # Errors
/// As the database has them.
pub async fn prune(tx: &mut Tx, before: Timestamp, limit: i64) -> Result<u64> {
    let sql = "DELETE FROM api_requests WHERE (account, environment, id) IN \
               (SELECT account, environment, id FROM api_requests WHERE at < $1 ORDER BY at LIMIT $2)";
    tx.execute(sql, vec![before.into(), limit.into()]).await
}
