//! What is looked up by something else than its own id.

use model::id::PaymentId;

use crate::conn::Conn;
use crate::error::Result;
use crate::rows::{Customer, PaymentIntent, Scope};
use crate::table::Table as _;

/// The order a payment belongs to.
///
/// # Errors
/// As the database has them.
pub async fn intent_of_payment(c: &mut Conn, scope: Scope, payment: PaymentId) -> Result<Option<PaymentIntent>> {
    let sql = format!(
        "{} WHERE account = $1 AND environment = $2 AND id = (SELECT intent FROM payments WHERE id = $3 AND account = $1 AND environment = $2)",
        PaymentIntent::statements().select
    );
    c.one(&sql, vec![scope.account.into(), scope.environment.into(), payment.into()]).await
}

/// Customers whose e-mail address begins so, the newest first.
///
/// # Errors
/// As the database has them.
pub async fn customers_by_email(c: &mut Conn, scope: Scope, beginning: &str, most: i64) -> Result<Vec<Customer>> {
    let sql = format!(
        "{} WHERE account = $1 AND environment = $2 AND email >= $3 AND email < $4 AND deleted IS NULL ORDER BY email, created DESC, id LIMIT $5",
        Customer::statements().select
    );
    let end = format!("{beginning}\u{10ffff}");
    c.all(&sql, vec![scope.account.into(), scope.environment.into(), beginning.into(), end.into(), most.into()]).await
}
