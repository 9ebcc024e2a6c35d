//! A connection to PostgreSQL.

use std::io::ErrorKind;
use std::str::FromStr as _;
use std::time::Duration;

use sqlx::postgres::{PgArguments, PgConnectOptions, PgConnection, PgRow, PgValueFormat, PgValueRef};
use sqlx::{Arguments as _, AssertSqlSafe, Connection as _, Executor as _, Row as _, TypeInfo as _, ValueRef as _};

use crate::error::{Error, Result};
use crate::lent::Lendable;
use crate::row::{Cells, Value};

/// One that rested for longer is asked first whether it is still there: the database may have been away meanwhile.
const RESTED: Duration = Duration::from_millis(500);
/// Between two tries to reach a database that is not there yet.
const PAUSE: Duration = Duration::from_millis(50);

pub(crate) struct Postgres {
    connection: PgConnection,
    /// A statement was asked and not answered, or could not be.
    asked: bool,
    in_transaction: bool,
}

impl Lendable for Postgres {
    type Address = String;

    async fn open(url: &String) -> Result<Self> {
        let options = PgConnectOptions::from_str(url)?;
        loop {
            match PgConnection::connect_with(&options).await {
                Ok(mut connection) => {
                    // Compiling a query costs more than any of ours takes.
                    connection.execute("SET jit = off").await?;
                    return Ok(Self { connection, asked: false, in_transaction: false });
                }
                // it may be starting, or full for a moment: whoever waits for a connection waits for that
                Err(error) if passes(&error) => tokio::time::sleep(PAUSE).await,
                Err(error) => return Err(error.into()),
            }
        }
    }

    async fn rested(&mut self, long: Duration) -> bool {
        long < RESTED || self.connection.ping().await.is_ok()
    }

    fn is_free(&self) -> bool {
        !self.asked && !self.in_transaction
    }

    async fn close(self) {
        if let Err(error) = self.connection.close().await {
            tracing::debug!(%error, "closing a connection");
        }
    }
}

fn passes(error: &sqlx::Error) -> bool {
    match error {
        sqlx::Error::Io(error) => {
            matches!(error.kind(), ErrorKind::ConnectionRefused | ErrorKind::ConnectionAborted | ErrorKind::ConnectionReset)
        }
        // too many connections, and not up yet
        sqlx::Error::Database(error) => error.code().is_some_and(|code| code == "53300" || code == "57P03"),
        _ => false,
    }
}

impl Postgres {
    pub async fn execute(&mut self, sql: &str, values: Vec<Value>) -> Result<u64> {
        let query = sqlx::query_with(AssertSqlSafe(sql.to_owned()), bound(values)?);
        self.asked = true;
        let done = query.execute(&mut self.connection).await;
        self.answered(done).map(|done| done.rows_affected())
    }

    pub async fn rows(&mut self, sql: &str, values: Vec<Value>) -> Result<Vec<Cells>> {
        let query = sqlx::query_with(AssertSqlSafe(sql.to_owned()), bound(values)?);
        self.asked = true;
        let rows = query.fetch_all(&mut self.connection).await;
        self.answered(rows)?.iter().map(cells).collect()
    }

    /// Several statements without values.
    pub async fn script(&mut self, sql: &str) -> Result<()> {
        self.asked = true;
        let done = sqlx::raw_sql(AssertSqlSafe(sql.to_owned())).execute(&mut self.connection).await;
        self.answered(done).map(drop)
    }

    /// From here to its end nobody else gets the connection: where it is dropped before, the transaction ends with it.
    pub async fn begin(&mut self) -> Result<()> {
        self.in_transaction = true;
        self.script("BEGIN").await
    }

    /// Of a transaction that began.
    pub async fn end(&mut self, how: &str) -> Result<()> {
        if self.in_transaction {
            self.script(how).await?;
            self.in_transaction = false;
        }
        Ok(())
    }

    fn answered<T>(&mut self, answer: Result<T, sqlx::Error>) -> Result<T> {
        let answer = answer.map_err(Error::from);
        self.asked = matches!(answer, Err(Error::Unavailable(_)));
        answer
    }
}

fn bound(values: Vec<Value>) -> Result<PgArguments> {
    let mut arguments = PgArguments::default();
    for value in values {
        match value {
            Value::Text(text) => arguments.add(text),
            Value::Int(number) => arguments.add(number),
        }
        .map_err(sqlx::Error::Encode)?;
    }
    Ok(arguments)
}

fn cells(row: &PgRow) -> Result<Cells> {
    (0..row.len()).map(|at| value(&row.try_get_raw(at)?)).collect::<Result<_>>().map(Cells)
}

fn value(value: &PgValueRef<'_>) -> Result<Value> {
    if value.is_null() {
        return Ok(Value::Text(None));
    }
    let unreadable = |why: String| Error::Inconsistent(format!("a value of PostgreSQL: {why}"));
    let bytes = value.as_bytes().map_err(|error| unreadable(error.to_string()))?;
    let kind = value.type_info();
    match (kind.name(), value.format(), bytes) {
        ("INT8", PgValueFormat::Binary, bytes) => {
            let bytes = bytes.try_into().map_err(|_| unreadable("not 8 bytes".to_owned()))?;
            Ok(Value::Int(Some(i64::from_be_bytes(bytes))))
        }
        ("INT4", PgValueFormat::Binary, bytes) => {
            let bytes = bytes.try_into().map_err(|_| unreadable("not 4 bytes".to_owned()))?;
            Ok(Value::Int(Some(i32::from_be_bytes(bytes).into())))
        }
        ("TEXT", _, bytes) => {
            let text = std::str::from_utf8(bytes).map_err(|error| unreadable(error.to_string()))?;
            Ok(Value::Text(Some(text.to_owned())))
        }
        (other, ..) => Err(unreadable(format!("{other} is neither text nor a whole number"))),
    }
}
