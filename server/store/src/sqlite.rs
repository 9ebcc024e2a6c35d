//! A connection to a SQLite file. It answers where it is asked: what takes long is asked for on a thread that may wait.

use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::types::{ToSqlOutput, ValueRef};
use rusqlite::{CachedStatement, Connection, OpenFlags, ToSql};

use crate::error::{Error, Result};
use crate::lent::Lendable;
use crate::row::{Cells, Value};

/// Statements that stay prepared on each connection.
const PREPARED: usize = 128;

pub(crate) struct Sqlite(Connection);

/// What is lent only reads.
impl Lendable for Sqlite {
    type Address = PathBuf;

    async fn open(path: &PathBuf) -> Result<Self> {
        let reader = Self::at(path, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
        reader.script("PRAGMA cache_size = -1024; PRAGMA mmap_size = 0; PRAGMA query_only = ON")?;
        Ok(reader)
    }

    /// A file does not go away.
    async fn rested(&mut self, _: Duration) -> bool {
        true
    }

    fn is_free(&self) -> bool {
        self.0.is_autocommit()
    }

    async fn close(self) {}
}

impl Sqlite {
    /// One that may write, with what durability asks for; it makes the file where there is none. What a savepoint keeps to roll back stays in
    /// memory: a file for every command costs more than the command.
    ///
    /// # Errors
    /// [`Error::Unavailable`] where the file can't be opened.
    pub fn writer(path: &Path) -> Result<Self> {
        Self::writes(path, OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE)
    }

    /// The same to a file that was there before: one that was taken away is missed, and not made anew and empty.
    ///
    /// # Errors
    /// As [`Sqlite::writer`].
    pub fn writer_again(path: &Path) -> Result<Self> {
        Self::writes(path, OpenFlags::SQLITE_OPEN_READ_WRITE)
    }

    fn writes(path: &Path, flags: OpenFlags) -> Result<Self> {
        let writer = Self::at(path, flags)?;
        writer.script(
            "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; PRAGMA cache_size = -4096; PRAGMA mmap_size = 0; \
             PRAGMA temp_store = MEMORY",
        )?;
        Ok(writer)
    }

    fn at(path: &Path, flags: OpenFlags) -> Result<Self> {
        // A path is a path, whatever characters are in it, and one thread at a time has a connection.
        let connection = Connection::open_with_flags(path, flags | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
        connection.busy_timeout(Duration::from_secs(5))?;
        connection.set_prepared_statement_cache_capacity(PREPARED);
        Ok(Self(connection))
    }

    pub fn execute(&self, sql: &str, values: &[Value]) -> Result<u64> {
        let rows = self.bound(sql, values)?.raw_execute()?;
        Ok(u64::try_from(rows).unwrap_or(u64::MAX))
    }

    /// At most so many rows.
    pub fn rows(&self, sql: &str, values: &[Value], most: usize) -> Result<Vec<Cells>> {
        let mut statement = self.bound(sql, values)?;
        let columns = statement.column_count();
        let mut rows = statement.raw_query();
        let mut found = Vec::new();
        while found.len() < most
            && let Some(row) = rows.next()?
        {
            let mut cells = Vec::with_capacity(columns);
            for at in 0..columns {
                cells.push(value(row.get_ref(at)?)?);
            }
            found.push(Cells(cells));
        }
        Ok(found)
    }

    /// Several statements without values.
    pub fn script(&self, sql: &str) -> Result<()> {
        Ok(self.0.execute_batch(sql)?)
    }

    /// To SQLite `$2` is a name like any other, which it counts as it meets them.
    fn bound(&self, sql: &str, values: &[Value]) -> Result<CachedStatement<'_>> {
        let mut statement = self.0.prepare_cached(sql)?;
        for place in 1..=statement.parameter_count() {
            let number = statement.parameter_name(place).and_then(|name| name.strip_prefix('$')?.parse::<usize>().ok());
            let value = number.and_then(|number| values.get(number.checked_sub(1)?));
            let value = value.ok_or_else(|| Error::Inconsistent(format!("nothing to put in place {place} of {sql}")))?;
            statement.raw_bind_parameter(place, value)?;
        }
        Ok(statement)
    }
}

impl ToSql for Value {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(match self {
            Self::Text(Some(text)) => ValueRef::Text(text.as_bytes()),
            Self::Int(Some(number)) => ValueRef::Integer(*number),
            Self::Text(None) | Self::Int(None) => ValueRef::Null,
        }))
    }
}

fn value(value: ValueRef<'_>) -> Result<Value> {
    match value {
        ValueRef::Null => Ok(Value::Text(None)),
        ValueRef::Integer(number) => Ok(Value::Int(Some(number))),
        ValueRef::Text(bytes) => match std::str::from_utf8(bytes) {
            Ok(text) => Ok(Value::Text(Some(text.to_owned()))),
            Err(error) => Err(Error::Inconsistent(error.to_string())),
        },
        ValueRef::Real(_) | ValueRef::Blob(_) => Err(Error::Inconsistent("a column that is neither text nor a whole number".to_owned())),
    }
}
