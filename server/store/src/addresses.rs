//! What an address names without saying whose it is: a payer's page, a bank's reference. The ids can't be guessed; the row says its scope.

use model::id::{OperationId, PaymentIntentId};

use crate::Conn;
use crate::error::Result;
use crate::row::Value;
use crate::rows::{Operation, PaymentIntent};
use crate::table::Table;

/// # Errors
/// As the database has them.
pub async fn intent(c: &mut Conn, id: PaymentIntentId) -> Result<Option<PaymentIntent>> {
    by_id(c, id.to_string()).await
}

/// # Errors
/// As the database has them.
pub async fn operation(c: &mut Conn, id: OperationId) -> Result<Option<Operation>> {
    by_id(c, id.to_string()).await
}

async fn by_id<R: Table>(c: &mut Conn, id: String) -> Result<Option<R>> {
    let sql = format!("{} WHERE id = $1", R::statements().select);
    c.one(&sql, vec![Value::Text(Some(id))]).await
}
