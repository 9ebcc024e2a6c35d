//! What the search bar looks up beside payments.

use crate::conn::Conn;
use crate::error::Result;
use crate::rows::{Customer, Scope};
use crate::table::Table as _;

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
