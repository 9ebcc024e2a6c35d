//! Rows of several tables in one question: as they stood at one moment, and asked for once.

use std::sync::OnceLock;

use model::id::{CardId, OperationId, PaymentId};

use crate::conn::Conn;
use crate::error::{Error, Result};
use crate::row::{Row, Value};
use crate::rows::{Card, Customer, Operation, Payment, PaymentIntent, Scope};

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

/// A call to the acquirer with the order it belongs to.
pub struct Called {
    pub operation: Operation,
    pub intent: PaymentIntent,
    /// All of the order's, oldest first.
    pub payments: Vec<Payment>,
    /// Of these payments' cards, those that the merchant keeps.
    pub kept: Vec<CardId>,
}

/// The call, its order and the payments of that.
///
/// # Errors
/// As the database has them.
pub async fn called(c: &mut Conn, scope: Scope, id: OperationId) -> Result<Option<Called>> {
    static SQL: OnceLock<String> = OnceLock::new();
    let sql = SQL.get_or_init(|| {
        format!(
            "SELECT {}, {}, {}, CASE WHEN cards.tokenize = 1 THEN cards.id END FROM operations \
             JOIN payments AS called ON called.account = $1 AND called.environment = $2 AND called.id = operations.payment \
             JOIN payment_intents ON payment_intents.account = $1 AND payment_intents.environment = $2 AND payment_intents.id = called.intent \
             JOIN payments ON payments.account = $1 AND payments.environment = $2 AND payments.intent = payment_intents.id \
             LEFT JOIN cards ON cards.account = $1 AND cards.environment = $2 AND cards.id = payments.card \
             WHERE operations.account = $1 AND operations.environment = $2 AND operations.id = $3 ORDER BY payments.created, payments.id",
            columns::<Operation>(),
            columns::<PaymentIntent>(),
            columns::<Payment>(),
        )
    });
    let mut found: Option<Called> = None;
    for row in c.rows(sql, vec![scope.account.into(), scope.environment.into(), id.into()]).await? {
        let mut operation = row.0;
        let mut intent = operation.split_off(Operation::COLUMNS.len());
        let mut payment = intent.split_off(PaymentIntent::COLUMNS.len());
        let card = payment.split_off(Payment::COLUMNS.len());
        let payment = Payment::from_values(payment).map_err(Error::Inconsistent)?;
        let called = match &mut found {
            Some(called) => called,
            None => found.insert(Called {
                operation: Operation::from_values(operation).map_err(Error::Inconsistent)?,
                intent: PaymentIntent::from_values(intent).map_err(Error::Inconsistent)?,
                payments: Vec::new(),
                kept: Vec::new(),
            }),
        };
        called.kept.extend(payment.card.filter(|_| matches!(card.first(), Some(Value::Text(Some(_))))));
        called.payments.push(payment);
    }
    Ok(found)
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
