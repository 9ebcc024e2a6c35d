//! Rows as they stand in a database, and statements without anything between them and sqlx.

use sqlx::any::{AnyArguments, AnyRow};
use sqlx::{AnyConnection, Arguments as _, AssertSqlSafe, Connection as _, Row as _};
use store::DatabaseUrl;
use store::row::{Kind, Row, Value};

use super::Engine;
use crate::Problem;

/// What the floor's writer asks for: the same as the store's.
const WRITER: &str = "PRAGMA busy_timeout = 5000; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; \
                      PRAGMA cache_size = -4096; PRAGMA mmap_size = 0; PRAGMA temp_store = MEMORY";

/// A statement with its values.
#[derive(Debug, Clone)]
pub struct Statement {
    pub sql: String,
    pub values: Vec<Value>,
}

impl Statement {
    /// With more text at its end.
    #[must_use]
    pub fn then(mut self, text: &str) -> Self {
        self.sql.push_str(text);
        self
    }
}

pub fn failed(error: sqlx::Error) -> Problem {
    format!("the database: {error}")
}

/// # Errors
/// Where the database can't be reached.
pub async fn connect(url: &DatabaseUrl) -> Result<AnyConnection, Problem> {
    sqlx::any::install_default_drivers();
    match url {
        DatabaseUrl::Sqlite(path) => {
            let mut connection = AnyConnection::connect(&format!("sqlite://{}?mode=rw", path.display())).await.map_err(failed)?;
            script(&mut connection, WRITER).await?;
            Ok(connection)
        }
        DatabaseUrl::Postgres(url) => AnyConnection::connect(url).await.map_err(failed),
    }
}

/// Several statements without values.
///
/// # Errors
/// The database's own.
pub async fn script(connection: &mut AnyConnection, sql: &str) -> Result<(), Problem> {
    let done = sqlx::raw_sql(AssertSqlSafe(sql.to_owned())).execute(connection).await;
    done.map(drop).map_err(|error| format!("{error}\n{sql}"))
}

/// # Errors
/// The database's own.
pub async fn run(connection: &mut AnyConnection, statement: &Statement) -> Result<(), Problem> {
    let query = sqlx::query_with(AssertSqlSafe(statement.sql.clone()), bound(&statement.values)?);
    query.execute(connection).await.map(drop).map_err(|error| format!("{error}\n{}", statement.sql))
}

fn bound(values: &[Value]) -> Result<AnyArguments, Problem> {
    let mut arguments = AnyArguments::default();
    for value in values {
        let added = match value {
            Value::Text(text) => arguments.add(text.clone()),
            Value::Int(number) => arguments.add(*number),
        };
        added.map_err(|error| error.to_string())?;
    }
    Ok(arguments)
}

/// Every row of a table.
///
/// # Errors
/// The database's own, and what can't be a row.
pub async fn all<R: Row>(connection: &mut AnyConnection) -> Result<Vec<R>, Problem> {
    let rows = query(connection, &format!("SELECT {} FROM {}", R::COLUMNS.join(", "), R::TABLE)).await?;
    let mut found = Vec::with_capacity(rows.len());
    for row in rows {
        let mut values = Vec::with_capacity(R::KINDS.len());
        for (at, kind) in R::KINDS.iter().enumerate() {
            values.push(match kind {
                Kind::Text => Value::Text(row.try_get(at).map_err(failed)?),
                Kind::Int => Value::Int(row.try_get(at).map_err(failed)?),
            });
        }
        found.push(R::from_values(values)?);
    }
    Ok(found)
}

/// # Errors
/// The database's own.
pub async fn query(connection: &mut AnyConnection, sql: &str) -> Result<Vec<AnyRow>, Problem> {
    sqlx::query(AssertSqlSafe(sql.to_owned())).fetch_all(connection).await.map_err(|error| format!("{error}\n{sql}"))
}

/// One text.
///
/// # Errors
/// Where there is none.
pub async fn text(connection: &mut AnyConnection, sql: &str) -> Result<String, Problem> {
    let rows = query(connection, sql).await?;
    rows.first().ok_or_else(|| format!("nothing: {sql}"))?.try_get(0).map_err(failed)
}

/// `INSERT` of a row.
pub fn insert<R: Row>(row: &R) -> Statement {
    Statement { sql: inserting(R::TABLE, R::COLUMNS), values: row.values() }
}

pub fn inserting(table: &str, columns: &[&str]) -> String {
    let places: Vec<String> = (1..=columns.len()).map(|at| format!("${at}")).collect();
    format!("INSERT INTO {table} ({}) VALUES ({})", columns.join(", "), places.join(", "))
}

/// `INSERT` of rows, as many in a statement as the store puts there.
pub fn insert_all<R: Row>(rows: &[R]) -> impl Iterator<Item = Statement> {
    store::groups(rows).map(|some| several(R::TABLE, R::COLUMNS, some.iter().map(Row::values)))
}

/// One `INSERT` of all these rows.
pub fn several(table: &str, columns: &[&str], rows: impl Iterator<Item = Vec<Value>>) -> Statement {
    let mut sql = format!("INSERT INTO {table} ({}) VALUES ", columns.join(", "));
    let mut values = Vec::new();
    for row in rows {
        let places: Vec<String> = (values.len() + 1..=values.len() + row.len()).map(|at| format!("${at}")).collect();
        sql.push_str(if values.is_empty() { "(" } else { ", (" });
        sql.push_str(&places.join(", "));
        sql.push(')');
        values.extend(row);
    }
    Statement { sql, values }
}

/// `UPDATE` of the columns that differ, found by these.
pub fn update<R: Row>(before: &R, after: &R, key: &[&str]) -> Statement {
    let (mut set, mut found, mut values) = (Vec::new(), Vec::new(), Vec::new());
    for ((column, old), new) in R::COLUMNS.iter().zip(before.values()).zip(after.values()) {
        if old != new {
            values.push(new);
            set.push(format!("{column} = ${}", values.len()));
        }
    }
    for (column, value) in R::COLUMNS.iter().zip(after.values()).filter(|(column, _)| key.contains(column)) {
        values.push(value);
        found.push(format!("{column} = ${}", values.len()));
    }
    Statement { sql: format!("UPDATE {} SET {} WHERE {}", R::TABLE, set.join(", "), found.join(" AND ")), values }
}

/// The engine's name of the first number of a total's key: SQLite has one writer, PostgreSQL spreads.
pub const fn slot(engine: Engine, number: usize) -> i64 {
    match engine {
        Engine::Sqlite => 0,
        #[expect(clippy::cast_possible_wrap, reason = "below 16")]
        Engine::Postgres => (number & 15) as i64,
    }
}
