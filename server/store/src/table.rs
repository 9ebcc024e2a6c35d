//! What every table can do: insert, compare-and-set, read by id or by one column.

use std::fmt::Display;
use std::fmt::Write as _;
use std::sync::OnceLock;

use crate::conn::{Conn, Tx};
use crate::error::{Error, Result};
use crate::row::{Row, Value};
use crate::rows::{
    Account, ApiKey, ApiRequest, AuditEntry, Card, Customer, Dispute, Event, IdempotencyKey, ImportedRow, Invitation, Job, Member, Note,
    Operation, Payment, PaymentIntent, Payout, Posting, Refund, SavedView, Scope, Session, Shop, User,
};

/// The texts that stay the same for every row of a table.
pub struct Statements {
    pub(crate) columns: String,
    pub(crate) insert: String,
    /// `SELECT columns FROM table`
    pub(crate) select: String,
    pub(crate) get: String,
}

impl Statements {
    fn of<R: Row>() -> Self {
        let columns = R::COLUMNS.join(", ");
        let places: Vec<_> = (1..=R::COLUMNS.len()).map(|at| format!("${at}")).collect();
        let select = format!("SELECT {columns} FROM {}", R::TABLE);
        Self {
            insert: format!("INSERT INTO {} ({columns}) VALUES ({})", R::TABLE, places.join(", ")),
            get: format!("{select} WHERE id = $1 AND account = $2 AND environment = $3"),
            select,
            columns,
        }
    }
}

/// A row whose statements are kept.
pub trait Table: Row {
    fn statements() -> &'static Statements;
}

/// A row that is changed by compare-and-set on its version.
pub trait Versioned: Table {
    /// The columns that name it; they and `created` never change.
    const KEY: &'static [&'static str];
    fn version(&self) -> i64;
    fn set_version(&mut self, version: i64);
}

/// A row of business data: it has an id, and belongs to one account and environment.
pub trait Scoped: Versioned {
    /// The order in which [`all_where`] gives them: oldest first.
    const ORDER: &'static str;
    fn scope(&self) -> Scope;
    fn id(&self) -> String;
}

macro_rules! tables {
    ($($row:ty),+ $(,)?) => {$(
        impl Table for $row {
            fn statements() -> &'static Statements {
                static STATEMENTS: OnceLock<Statements> = OnceLock::new();
                STATEMENTS.get_or_init(Statements::of::<Self>)
            }
        }
    )+};
}

macro_rules! versioned {
    ($($row:ty: $($key:literal)+;)+) => {$(
        impl Versioned for $row {
            const KEY: &'static [&'static str] = &[$($key),+];
            fn version(&self) -> i64 {
                self.version
            }
            fn set_version(&mut self, version: i64) {
                self.version = version;
            }
        }
    )+};
}

macro_rules! scoped {
    ($order:literal: $($row:ty),+ $(,)?) => {$(
        impl Scoped for $row {
            const ORDER: &'static str = $order;
            fn scope(&self) -> Scope {
                Scope { account: self.account, environment: self.environment }
            }
            fn id(&self) -> String {
                self.id.to_string()
            }
        }
    )+};
}

tables!(
    Account,
    ApiKey,
    ApiRequest,
    AuditEntry,
    Card,
    Customer,
    Dispute,
    Event,
    IdempotencyKey,
    ImportedRow,
    Invitation,
    Job,
    Member,
    Note,
    Operation,
    Payment,
    PaymentIntent,
    Payout,
    Posting,
    Refund,
    SavedView,
    Session,
    Shop,
    User,
);
scoped!("created, id": ApiKey, Card, Customer, Dispute, Note, Operation, Payment, PaymentIntent, Payout, Refund);
scoped!("at, version, id": Event);
versioned! {
    SavedView: "id" "account";
    Account: "id";
    User: "id";
    Shop: "id" "account";
    Invitation: "id" "account";
    Member: "account" "user_id";
    ApiKey: "id" "account" "environment";
    Card: "id" "account" "environment";
    Customer: "id" "account" "environment";
    Dispute: "id" "account" "environment";
    Event: "id" "account" "environment";
    Note: "id" "account" "environment";
    Operation: "id" "account" "environment";
    Payment: "id" "account" "environment";
    PaymentIntent: "id" "account" "environment";
    Payout: "id" "account" "environment";
    Refund: "id" "account" "environment";
}

/// Writes a new row.
///
/// # Errors
/// [`Error::Unique`] when one of its keys is taken.
pub async fn insert<R: Table>(c: &mut Conn, row: &R) -> Result<()> {
    let values = row.values();
    let touched = crate::changes::touched(R::TABLE, R::COLUMNS, &values);
    c.execute(&R::statements().insert, values).await?;
    c.touched.extend(touched);
    Ok(())
}

/// Replaces `before` by `after`, whose version is one more. Only the columns that differ are written.
///
/// # Errors
/// [`Error::Stale`] when the row is no longer at `before`'s version; [`Error::Inconsistent`] when the two are not one row's.
pub async fn update<R: Versioned>(tx: &mut Tx, before: &R, after: &R) -> Result<()> {
    if after.version() != before.version() + 1 {
        return Err(Error::Inconsistent(format!("{}: version {} after {}", R::TABLE, after.version(), before.version())));
    }
    let mut sql = format!("UPDATE {} SET ", R::TABLE);
    let mut values = Vec::new();
    let mut key = Vec::new();
    for ((column, old), new) in R::COLUMNS.iter().zip(before.values()).zip(after.values()) {
        if R::KEY.contains(column) {
            if old != new {
                return Err(Error::Inconsistent(format!("{}.{column} never changes", R::TABLE)));
            }
            key.push((*column, old));
        } else if old != new {
            let comma = if values.is_empty() { "" } else { ", " };
            place(&mut sql, &mut values, comma, column, new);
        }
    }
    key.push(("version", Value::from(before.version())));
    for (at, (column, value)) in key.into_iter().enumerate() {
        place(&mut sql, &mut values, if at == 0 { " WHERE " } else { " AND " }, column, value);
    }
    match tx.execute(&sql, values).await? {
        1 => Ok(()),
        _ => Err(Error::Stale),
    }
}

fn place(sql: &mut String, values: &mut Vec<Value>, before: &str, column: &str, value: Value) {
    values.push(value);
    // Writing to a String can't fail.
    let _ = write!(sql, "{before}{column} = ${}", values.len());
}

/// The row with this id, if it is in the scope.
///
/// # Errors
/// As the database has them.
pub async fn get<R: Scoped>(c: &mut Conn, scope: Scope, id: impl Display + Send) -> Result<Option<R>> {
    let values = vec![Value::from(id.to_string()), Value::from(scope.account), Value::from(scope.environment)];
    c.one(&R::statements().get, values).await
}

/// The oldest row of the scope with this value in this column: for columns that are unique in a scope.
///
/// # Errors
/// As the database has them.
pub async fn find<R: Scoped>(c: &mut Conn, scope: Scope, column: &'static str, value: impl Into<Value> + Send) -> Result<Option<R>> {
    let sql = where_column::<R>(column)? + " LIMIT 1";
    c.one(&sql, of(scope, value.into())).await
}

/// Every row of the scope with this value in this column, oldest first. For small sets: an order's attempts, a payment's
/// refunds.
///
/// # Errors
/// As the database has them.
pub async fn all_where<R: Scoped>(c: &mut Conn, scope: Scope, column: &'static str, value: impl Into<Value> + Send) -> Result<Vec<R>> {
    c.all(&where_column::<R>(column)?, of(scope, value.into())).await
}

fn where_column<R: Scoped>(column: &'static str) -> Result<String> {
    if !R::COLUMNS.contains(&column) {
        return Err(Error::Inconsistent(format!("{} has no column {column}", R::TABLE)));
    }
    Ok(format!("{} WHERE account = $1 AND environment = $2 AND {column} = $3 ORDER BY {}", R::statements().select, R::ORDER))
}

fn of(scope: Scope, value: Value) -> Vec<Value> {
    vec![Value::from(scope.account), Value::from(scope.environment), value]
}
