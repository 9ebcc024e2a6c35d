//! A payment with what is shown beside it, in one question.

use std::sync::OnceLock;

use model::id::PaymentId;

use crate::conn::Conn;
use crate::error::{Error, Result};
use crate::row::{Row, Value};
use crate::rows::{Card, Customer, Payment, Scope};

/// The payment, its card and its customer.
///
/// # Errors
/// As the database has them.
pub async fn payment_with(c: &mut Conn, scope: Scope, id: PaymentId) -> Result<Option<(Payment, Option<Card>, Option<Customer>)>> {
    static SQL: OnceLock<String> = OnceLock::new();
    let sql = SQL.get_or_init(|| {
        format!(
            "SELECT {}, {}, {} FROM payments \
             LEFT JOIN cards ON cards.id = payments.card AND cards.account = payments.account AND cards.environment = payments.environment \
             LEFT JOIN customers ON customers.id = payments.customer AND customers.account = payments.account \
             AND customers.environment = payments.environment \
             WHERE payments.id = $1 AND payments.account = $2 AND payments.environment = $3",
            columns::<Payment>(),
            columns::<Card>(),
            columns::<Customer>()
        )
    });
    let Some(row) = c.row(sql, vec![id.into(), scope.account.into(), scope.environment.into()]).await? else { return Ok(None) };
    let mut payment = row.0;
    let mut card = payment.split_off(Payment::COLUMNS.len());
    let customer = card.split_off(Card::COLUMNS.len());
    let payment = Payment::from_values(payment).map_err(Error::Inconsistent)?;
    Ok(Some((payment, beside(card)?, beside(customer)?)))
}

fn columns<R: Row>() -> String {
    R::COLUMNS.iter().map(|column| format!("{}.{column}", R::TABLE)).collect::<Vec<_>>().join(", ")
}

/// None where there is no such row: its id stands first, and is never NULL.
fn beside<R: Row>(values: Vec<Value>) -> Result<Option<R>> {
    match values.first() {
        None | Some(Value::Text(None) | Value::Int(None)) => Ok(None),
        Some(_) => R::from_values(values).map(Some).map_err(Error::Inconsistent),
    }
}
