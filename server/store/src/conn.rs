//! What queries run on.

use std::ops::{Deref, DerefMut};

use sqlx::any::{AnyArguments, AnyRow};
use sqlx::pool::PoolConnection;
use sqlx::{Any, AnyConnection, Arguments as _, AssertSqlSafe, Row as _, Transaction};

use crate::changes::Touched;
use crate::error::{Error, Result};
use crate::row::{Kind, Row, Value};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dialect {
    Sqlite,
    Postgres,
}

enum Inner {
    Pooled(PoolConnection<Any>),
    Transaction(Transaction<'static, Any>),
    Own(AnyConnection),
}

/// A connection, within a transaction or not.
pub struct Conn {
    inner: Inner,
    dialect: Dialect,
    /// Whose rows changed: told once that is committed.
    pub(crate) touched: Vec<Touched>,
}

/// A connection in a transaction. After an error return it: on PostgreSQL nothing more can be done in this transaction.
pub struct Tx(Conn);

/// A connection to read on. Each statement sees what was committed when it began.
pub struct Reader(Conn);

impl Deref for Tx {
    type Target = Conn;
    fn deref(&self) -> &Conn {
        &self.0
    }
}

impl DerefMut for Tx {
    fn deref_mut(&mut self) -> &mut Conn {
        &mut self.0
    }
}

impl Deref for Reader {
    type Target = Conn;
    fn deref(&self) -> &Conn {
        &self.0
    }
}

impl DerefMut for Reader {
    fn deref_mut(&mut self) -> &mut Conn {
        &mut self.0
    }
}

impl Reader {
    pub(crate) fn new(connection: PoolConnection<Any>, dialect: Dialect) -> Self {
        Self(Conn { inner: Inner::Pooled(connection), dialect, touched: Vec::new() })
    }
}

impl Tx {
    /// The SQLite writer's connection; the writer says BEGIN and COMMIT itself.
    pub(crate) fn own(connection: AnyConnection) -> Self {
        Self(Conn { inner: Inner::Own(connection), dialect: Dialect::Sqlite, touched: Vec::new() })
    }

    pub(crate) fn pooled(transaction: Transaction<'static, Any>) -> Self {
        Self(Conn { inner: Inner::Transaction(transaction), dialect: Dialect::Postgres, touched: Vec::new() })
    }

    pub(crate) async fn commit(self) -> Result<()> {
        match self.0.inner {
            Inner::Transaction(transaction) => Ok(transaction.commit().await?),
            Inner::Own(_) | Inner::Pooled(_) => Err(Error::Inconsistent("not a transaction of its own".to_owned())),
        }
    }

    pub(crate) async fn rollback(self) -> Result<()> {
        match self.0.inner {
            Inner::Transaction(transaction) => Ok(transaction.rollback().await?),
            Inner::Own(_) | Inner::Pooled(_) => Err(Error::Inconsistent("not a transaction of its own".to_owned())),
        }
    }
}

impl Conn {
    pub fn dialect(&self) -> Dialect {
        self.dialect
    }

    fn connection(&mut self) -> &mut AnyConnection {
        match &mut self.inner {
            Inner::Pooled(connection) => connection,
            Inner::Transaction(transaction) => transaction,
            Inner::Own(connection) => connection,
        }
    }

    /// Which of the rows that add up to one sum this writer adds to: on PostgreSQL they would wait for each other on one.
    pub(crate) fn slot(&self, by: &str) -> i64 {
        match self.dialect {
            Dialect::Sqlite => 0,
            Dialect::Postgres => i64::from(by.bytes().fold(0_u8, |sum, byte| sum.wrapping_mul(31).wrapping_add(byte)) & 0x0f),
        }
    }

    /// Runs a statement whose text has no user's words in it; how many rows it touched.
    pub(crate) async fn execute(&mut self, sql: &str, values: Vec<Value>) -> Result<u64> {
        let query = sqlx::query_with(AssertSqlSafe(sql.to_owned()), bound(values)?);
        Ok(query.execute(self.connection()).await?.rows_affected())
    }

    pub(crate) async fn rows(&mut self, sql: &str, values: Vec<Value>) -> Result<Vec<AnyRow>> {
        let query = sqlx::query_with(AssertSqlSafe(sql.to_owned()), bound(values)?);
        Ok(query.fetch_all(self.connection()).await?)
    }

    /// The first row: give `LIMIT 1` unless a key makes it the only one.
    pub(crate) async fn row(&mut self, sql: &str, values: Vec<Value>) -> Result<Option<AnyRow>> {
        let query = sqlx::query_with(AssertSqlSafe(sql.to_owned()), bound(values)?);
        Ok(query.fetch_optional(self.connection()).await?)
    }

    /// One number, as of COUNT, MIN or SUM.
    pub(crate) async fn number(&mut self, sql: &str, values: Vec<Value>) -> Result<Option<i64>> {
        match self.row(sql, values).await? {
            Some(row) => Ok(row.try_get(0)?),
            None => Ok(None),
        }
    }

    pub(crate) async fn all<R: Row>(&mut self, sql: &str, values: Vec<Value>) -> Result<Vec<R>> {
        self.rows(sql, values).await?.iter().map(decode).collect()
    }

    pub(crate) async fn one<R: Row>(&mut self, sql: &str, values: Vec<Value>) -> Result<Option<R>> {
        self.row(sql, values).await?.as_ref().map(decode).transpose()
    }

    /// Several statements without values, as a migration has them.
    pub(crate) async fn script(&mut self, sql: &str) -> Result<()> {
        sqlx::raw_sql(AssertSqlSafe(sql.to_owned())).execute(self.connection()).await?;
        Ok(())
    }
}

fn bound(values: Vec<Value>) -> Result<AnyArguments> {
    let mut arguments = AnyArguments::default();
    for value in values {
        match value {
            Value::Text(text) => {
                if text.as_deref().is_some_and(|text| text.contains('\0')) {
                    return Err(Error::Unstorable);
                }
                arguments.add(text)
            }
            Value::Int(number) => arguments.add(number),
        }
        .map_err(sqlx::Error::Encode)?;
    }
    Ok(arguments)
}

fn decode<R: Row>(row: &AnyRow) -> Result<R> {
    let mut values = Vec::with_capacity(R::KINDS.len());
    for (at, kind) in R::KINDS.iter().enumerate() {
        values.push(match kind {
            Kind::Text => Value::Text(row.try_get(at)?),
            Kind::Int => Value::Int(row.try_get(at)?),
        });
    }
    R::from_values(values).map_err(Error::Inconsistent)
}
