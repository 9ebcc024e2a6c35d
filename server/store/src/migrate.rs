//! The schema's steps, embedded; all that are pending go in one transaction.

use std::path::{Path, PathBuf};

use sha2::{Digest as _, Sha256};
use sqlx::Row as _;

use crate::conn::{Conn, Dialect, Tx};
use crate::error::{Error, Result};
use crate::row::Value;
use crate::store::sqlite_writer;

struct Migration {
    version: i64,
    name: &'static str,
    sql: &'static str,
}

/// Never change one that was released: a database remembers what it was made of.
const MIGRATIONS: &[Migration] = &[
    Migration { version: 1, name: "0001_init.sql", sql: include_str!("../migrations/0001_init.sql") },
    Migration { version: 2, name: "0002_desk.sql", sql: include_str!("../migrations/0002_desk.sql") },
];

/// How many copies of a SQLite file from before a migration are kept.
const COPIES: usize = 2;

impl Migration {
    fn checksum(&self) -> String {
        hex::encode(Sha256::digest(self.sql.as_bytes()))
    }

    /// PostgreSQL sorts by its own language rules unless told otherwise; keysets and prefixes need bytes.
    fn text(&self, dialect: Dialect) -> String {
        match dialect {
            Dialect::Sqlite => self.sql.to_owned(),
            Dialect::Postgres => self.sql.replace(" TEXT", " TEXT COLLATE \"C\""),
        }
    }
}

pub(crate) async fn sqlite(path: &Path) -> Result<()> {
    let mut tx = Tx::own(sqlite_writer(path).await?);
    tx.execute(TABLE, vec![]).await?;
    let applied = applied(&mut tx).await?;
    let pending = pending(MIGRATIONS, &applied)?;
    if pending.is_empty() {
        return Ok(());
    }
    if !applied.is_empty() {
        copy(&mut tx, path, applied.len()).await?;
    }
    tx.execute("BEGIN IMMEDIATE", vec![]).await?;
    // A failure drops the connection, and the transaction with it.
    apply(&mut tx, pending).await?;
    tx.execute("COMMIT", vec![]).await?;
    Ok(())
}

pub(crate) async fn postgres(mut tx: Tx) -> Result<()> {
    // Two servers that start together take turns; the number is ours alone.
    tx.execute("SELECT pg_advisory_xact_lock(7305520831)", vec![]).await?;
    tx.execute(TABLE, vec![]).await?;
    let applied = applied(&mut tx).await?;
    apply(&mut tx, pending(MIGRATIONS, &applied)?).await?;
    tx.commit().await
}

const TABLE: &str = "CREATE TABLE IF NOT EXISTS migrations (version BIGINT NOT NULL, name TEXT NOT NULL, checksum TEXT NOT NULL, \
     CONSTRAINT migrations__version PRIMARY KEY (version))";

async fn applied(c: &mut Conn) -> Result<Vec<(i64, String)>> {
    let rows = c.rows("SELECT version, checksum FROM migrations ORDER BY version", vec![]).await?;
    rows.iter().map(|row| Ok((row.try_get(0)?, row.try_get(1)?))).collect()
}

/// What is left to do, once what was done is found to be the beginning of what we know.
fn pending<'m>(known: &'m [Migration], applied: &[(i64, String)]) -> Result<&'m [Migration]> {
    for (at, (version, checksum)) in applied.iter().enumerate() {
        match known.get(at) {
            Some(migration) if migration.version == *version && migration.checksum() == *checksum => {}
            Some(migration) if migration.version == *version => {
                return Err(Error::Schema(format!(
                    "the database was made by another {} than this release has; nothing was changed",
                    migration.name
                )));
            }
            _ => {
                return Err(Error::Schema(format!(
                    "the database has schema {version}, made by a newer release; this one knows {} and changes nothing",
                    known.len()
                )));
            }
        }
    }
    Ok(&known[applied.len()..])
}

async fn apply(c: &mut Conn, pending: &[Migration]) -> Result<()> {
    for migration in pending {
        c.script(&migration.text(c.dialect())).await?;
        let values = vec![Value::from(migration.version), Value::from(migration.name), Value::from(migration.checksum())];
        c.execute("INSERT INTO migrations (version, name, checksum) VALUES ($1, $2, $3)", values).await?;
        tracing::info!(migration = migration.name, "schema changed");
    }
    Ok(())
}

/// Puts a copy beside the file, named after the schema it has, and removes the oldest beyond two.
async fn copy(c: &mut Conn, path: &Path, schema: usize) -> Result<()> {
    let failed = |error: std::io::Error| Error::Unavailable(format!("copy before migrating: {error}"));
    let target = beside(path, &format!("schema-{schema:04}"));
    if target.exists() {
        std::fs::remove_file(&target).map_err(failed)?;
    }
    c.execute("VACUUM INTO $1", vec![Value::from(target.to_string_lossy().into_owned())]).await?;
    let mut copies: Vec<PathBuf> =
        (0..schema).map(|older| beside(path, &format!("schema-{older:04}"))).filter(|copy| copy.exists()).collect();
    while copies.len() >= COPIES {
        std::fs::remove_file(copies.remove(0)).map_err(failed)?;
    }
    Ok(())
}

fn beside(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".");
    name.push(suffix);
    PathBuf::from(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    const TWO: &[Migration] = &[Migration { version: 1, name: "a", sql: "A" }, Migration { version: 2, name: "b", sql: "B" }];

    #[test]
    fn what_is_pending_follows_what_was_applied() {
        let first = (1, TWO[0].checksum());
        assert_eq!(pending(TWO, &[]).unwrap().len(), 2);
        assert_eq!(pending(TWO, std::slice::from_ref(&first)).unwrap()[0].version, 2);
        let other = pending(TWO, &[(1, "other".to_owned())]).err().unwrap();
        assert!(other.to_string().contains("another a"));
        let newer = pending(&TWO[..1], &[first, (2, TWO[1].checksum())]).err().unwrap();
        assert!(newer.to_string().contains("newer release"));
    }

    #[test]
    fn every_text_column_sorts_by_bytes_on_postgresql() {
        let text = MIGRATIONS[0].text(Dialect::Postgres);
        assert_eq!(text.matches(" TEXT").count(), text.matches(" TEXT COLLATE \"C\"").count());
        for kind in ["BOOLEAN", "TIMESTAMP", "INTEGER", "UUID", "JSONB"] {
            assert!(!text.contains(kind), "{kind} is not portable");
        }
    }
}
