//! What may go wrong, said alike for both engines.

use model::error::{Code, Refused};
use sqlx::error::{DatabaseError, ErrorKind};

pub type Result<T, E = Error> = std::result::Result<T, E>;

#[derive(Debug, Clone, thiserror::Error)]
pub enum Error {
    /// Somebody else changed the row first, or two transactions stood in each other's way. A command that gets it is run again.
    #[error("the row changed in the meantime")]
    Stale,
    /// A unique key is taken. `what` is `table.column`, several columns parted by commas, account and environment left out.
    #[error("{what} is taken")]
    Unique { what: String },
    /// The command itself said no; nothing it wrote stays.
    #[error(transparent)]
    Refused(Box<Refused>),
    /// No room on the disk, or it may only be read.
    #[error("the database can't write: {0}")]
    Full(String),
    /// The database can't be reached or broke off. Whether a commit under way took place is not known.
    #[error("the database is not available: {0}")]
    Unavailable(String),
    /// What is stored, or was about to be, contradicts the rules: a bug or a damaged database.
    #[error("inconsistent data: {0}")]
    Inconsistent(String),
    /// Too much work is waiting; the same again later may pass.
    #[error("the database is busy")]
    Busy,
    /// A text with U+0000, which PostgreSQL can't hold.
    #[error("a text contains U+0000, which can't be stored")]
    Unstorable,
    /// `start` beyond [`model::list::START_MAX`]: walk with the cursor.
    #[error("start reaches {}", model::list::START_MAX)]
    StartTooFar,
    /// Not a cursor this list gave.
    #[error("not a cursor of this list")]
    Cursor,
    /// The schema is not what this release works with.
    #[error("{0}")]
    Schema(String),
    /// Another process has the data folder.
    #[error("{0}")]
    Locked(String),
}

impl From<Box<Refused>> for Error {
    fn from(refused: Box<Refused>) -> Self {
        Self::Refused(refused)
    }
}

impl From<Refused> for Error {
    fn from(refused: Refused) -> Self {
        Self::Refused(Box::new(refused))
    }
}

/// What whoever asked is told. Causes that are ours are logged here, once, and not shown.
impl From<Error> for Refused {
    fn from(error: Error) -> Self {
        match error {
            Error::Refused(refused) => return *refused,
            Error::Unique { what } if what.ends_with(".unique_id") => return Self::of(Code::DuplicateUniqueId).field("unique_id"),
            Error::Unique { .. } => return Self::of(Code::AlreadyExists),
            // others came first, again and again: it may well do in a moment, and nothing was decided
            Error::Stale => return Self::of(Code::Conflict).retry_after(1),
            Error::StartTooFar => return Self::new(Code::OutOfRange, error.to_string()).field("start"),
            Error::Cursor => return Self::invalid("cursor", error.to_string()),
            Error::Unstorable => return Self::new(Code::Invalid, error.to_string()),
            _ => {}
        }
        tracing::error!(%error, "the store failed");
        match error {
            Error::Busy | Error::Full(_) | Error::Unavailable(_) => Self::of(Code::Unavailable).retry_after(1),
            _ => Self::of(Code::Internal),
        }
    }
}

impl From<sqlx::Error> for Error {
    fn from(error: sqlx::Error) -> Self {
        match &error {
            sqlx::Error::Database(database) => postgres(database.as_ref()),
            sqlx::Error::Io(_) | sqlx::Error::Tls(_) | sqlx::Error::Protocol(_) | sqlx::Error::Configuration(_) => {
                Self::Unavailable(error.to_string())
            }
            _ => Self::Inconsistent(error.to_string()),
        }
    }
}

impl From<rusqlite::Error> for Error {
    fn from(error: rusqlite::Error) -> Self {
        match error {
            rusqlite::Error::SqliteFailure(code, message) => sqlite(code.extended_code, message.unwrap_or_else(|| code.to_string())),
            other => Self::Inconsistent(other.to_string()),
        }
    }
}

/// By SQLSTATE: <https://www.postgresql.org/docs/current/errcodes-appendix.html>.
fn postgres(error: &dyn DatabaseError) -> Error {
    if error.kind() == ErrorKind::UniqueViolation {
        return Error::Unique { what: named(error.constraint().unwrap_or_default()) };
    }
    let message = error.message().to_owned();
    match error.code().unwrap_or_default().as_ref() {
        "40001" | "40P01" => Error::Stale,
        "53100" | "25006" => Error::Full(message),
        "53200" | "53300" | "53400" | "55P03" | "57014" => Error::Busy,
        "22021" => Error::Unstorable,
        code if code.starts_with("08")
            || code.starts_with("57P")
            || code.starts_with("58")
            || code.starts_with("28")
            || code == "3D000" =>
        {
            Error::Unavailable(message)
        }
        _ => Error::Inconsistent(message),
    }
}

/// By result code, of which the low byte is the primary one: <https://www.sqlite.org/rescode.html>.
fn sqlite(code: i32, message: String) -> Error {
    const BUSY: i32 = 5;
    const LOCKED: i32 = 6;
    const READ_ONLY: i32 = 8;
    const IO: i32 = 10;
    const FULL: i32 = 13;
    const CANT_OPEN: i32 = 14;
    const PRIMARY_KEY: i32 = 1555;
    const UNIQUE: i32 = 2067;
    match code & 0xff {
        _ if code == PRIMARY_KEY || code == UNIQUE => Error::Unique { what: listed(&message) },
        BUSY | LOCKED => Error::Busy,
        READ_ONLY | FULL => Error::Full(message),
        IO | CANT_OPEN => Error::Unavailable(message),
        _ => Error::Inconsistent(message),
    }
}

/// PostgreSQL names the key, which the schema names `table__column__column`.
fn named(key: &str) -> String {
    let mut parts = key.split("__");
    let table = parts.next().unwrap_or_default();
    format!("{table}.{}", parts.collect::<Vec<_>>().join(","))
}

/// SQLite lists `table.column, table.column`.
fn listed(message: &str) -> String {
    let listed = message.rsplit("failed: ").next().unwrap_or_default();
    let mut table = "";
    let mut columns = Vec::new();
    for (of, column) in listed.split(", ").filter_map(|name| name.split_once('.')) {
        table = of;
        if !matches!(column, "account" | "environment") {
            columns.push(column);
        }
    }
    format!("{table}.{}", columns.join(","))
}
