//! What queries run on.

use std::ops::{Deref, DerefMut};

use crate::changes::Touched;
use crate::error::{Error, Result};
use crate::lent::Lent;
use crate::postgres::Postgres;
use crate::row::{Cells, Row, Value};
use crate::sqlite::Sqlite;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dialect {
    Sqlite,
    Postgres,
}

enum Inner {
    /// The SQLite writer's own, on the writer's thread.
    Writer(Sqlite),
    /// None while a thread that may wait has it.
    Reader(Option<Lent<Sqlite>>),
    Postgres(Lent<Postgres>),
}

/// A connection, within a transaction or not.
pub struct Conn {
    inner: Inner,
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
    pub(crate) fn sqlite(lent: Lent<Sqlite>) -> Self {
        Self(Conn::on(Inner::Reader(Some(lent))))
    }

    pub(crate) fn postgres(lent: Lent<Postgres>) -> Self {
        Self(Conn::on(Inner::Postgres(lent)))
    }
}

impl Tx {
    /// The SQLite writer's connection; the writer says BEGIN and COMMIT itself.
    pub(crate) fn own(connection: Sqlite) -> Self {
        Self(Conn::on(Inner::Writer(connection)))
    }

    /// A transaction of its own.
    pub(crate) async fn begin(mut lent: Lent<Postgres>) -> Result<Self> {
        lent.connection()?.begin().await?;
        Ok(Self(Conn::on(Inner::Postgres(lent))))
    }

    /// Each statement in a transaction of its own.
    pub(crate) fn each(lent: Lent<Postgres>) -> Self {
        Self(Conn::on(Inner::Postgres(lent)))
    }

    pub(crate) async fn commit(self) -> Result<()> {
        self.end("COMMIT").await
    }

    pub(crate) async fn rollback(self) -> Result<()> {
        self.end("ROLLBACK").await
    }

    async fn end(self, how: &str) -> Result<()> {
        match self.0.inner {
            Inner::Postgres(mut lent) => lent.connection()?.end(how).await,
            Inner::Writer(_) | Inner::Reader(_) => Err(Error::Inconsistent("not a transaction of its own".to_owned())),
        }
    }
}

impl Conn {
    fn on(inner: Inner) -> Self {
        Self { inner, touched: Vec::new() }
    }

    pub fn dialect(&self) -> Dialect {
        match self.inner {
            Inner::Writer(_) | Inner::Reader(_) => Dialect::Sqlite,
            Inner::Postgres(_) => Dialect::Postgres,
        }
    }

    /// Which of the rows that add up to one sum this writer adds to: on PostgreSQL they would wait for each other on one.
    pub(crate) fn slot(&self, by: &str) -> i64 {
        match self.dialect() {
            Dialect::Sqlite => 0,
            Dialect::Postgres => i64::from(by.bytes().fold(0_u8, |sum, byte| sum.wrapping_mul(31).wrapping_add(byte)) & 0x0f),
        }
    }

    /// Runs a statement whose text has no user's words in it; how many rows it touched.
    pub(crate) async fn execute(&mut self, sql: &str, values: Vec<Value>) -> Result<u64> {
        storable(&values)?;
        match &mut self.inner {
            Inner::Writer(sqlite) => sqlite.execute(sql, &values),
            Inner::Reader(lent) => present(lent)?.connection()?.execute(sql, &values),
            Inner::Postgres(lent) => lent.connection()?.execute(sql, values).await,
        }
    }

    pub(crate) async fn rows(&mut self, sql: &str, values: Vec<Value>) -> Result<Vec<Cells>> {
        storable(&values)?;
        match &mut self.inner {
            Inner::Writer(sqlite) => sqlite.rows(sql, &values, usize::MAX),
            Inner::Reader(slot) => {
                let mut lent = slot.take().ok_or_else(lost)?;
                let sql = sql.to_owned();
                // It comes back also where nobody waits for it any more.
                let asked = tokio::task::spawn_blocking(move || {
                    let rows = lent.connection().and_then(|sqlite| sqlite.rows(&sql, &values, usize::MAX));
                    (lent, rows)
                });
                let (lent, rows) = asked.await.map_err(|_| lost())?;
                *slot = Some(lent);
                rows
            }
            Inner::Postgres(lent) => lent.connection()?.rows(sql, values).await,
        }
    }

    /// The row that a key finds, the first where there are more. SQLite answers where it is asked, for that takes less than going elsewhere: ask
    /// [`Conn::rows`] for what may take long.
    pub(crate) async fn row(&mut self, sql: &str, values: Vec<Value>) -> Result<Option<Cells>> {
        storable(&values)?;
        let mut rows = match &mut self.inner {
            Inner::Writer(sqlite) => sqlite.rows(sql, &values, 1)?,
            Inner::Reader(lent) => present(lent)?.connection()?.rows(sql, &values, 1)?,
            Inner::Postgres(lent) => lent.connection()?.rows(sql, values).await?,
        };
        Ok(if rows.is_empty() { None } else { Some(rows.swap_remove(0)) })
    }

    /// One number, as of COUNT, MIN or SUM.
    pub(crate) async fn number(&mut self, sql: &str, values: Vec<Value>) -> Result<Option<i64>> {
        match self.rows(sql, values).await?.first() {
            Some(row) => row.try_get(0),
            None => Ok(None),
        }
    }

    pub(crate) async fn all<R: Row>(&mut self, sql: &str, values: Vec<Value>) -> Result<Vec<R>> {
        self.rows(sql, values).await?.into_iter().map(decode).collect()
    }

    /// As [`Conn::row`].
    pub(crate) async fn one<R: Row>(&mut self, sql: &str, values: Vec<Value>) -> Result<Option<R>> {
        self.row(sql, values).await?.map(decode).transpose()
    }

    /// Several statements without values, as a migration has them.
    pub(crate) async fn script(&mut self, sql: &str) -> Result<()> {
        match &mut self.inner {
            Inner::Writer(sqlite) => sqlite.script(sql),
            Inner::Reader(lent) => present(lent)?.connection()?.script(sql),
            Inner::Postgres(lent) => lent.connection()?.script(sql).await,
        }
    }
}

fn present(lent: &mut Option<Lent<Sqlite>>) -> Result<&mut Lent<Sqlite>> {
    lent.as_mut().ok_or_else(lost)
}

fn lost() -> Error {
    Error::Unavailable("a query ended abnormally".to_owned())
}

/// PostgreSQL has no place for U+0000, and what one database can't keep the other doesn't either.
fn storable(values: &[Value]) -> Result<()> {
    let nul = |value: &Value| matches!(value, Value::Text(Some(text)) if text.contains('\0'));
    if values.iter().any(nul) { Err(Error::Unstorable) } else { Ok(()) }
}

fn decode<R: Row>(row: Cells) -> Result<R> {
    R::from_values(row.0).map_err(Error::Inconsistent)
}
