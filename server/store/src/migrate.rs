//! The schema's steps, embedded; all that are pending go in one transaction.

use std::path::{Path, PathBuf};

use sha2::{Digest as _, Sha256};

use crate::conn::{Conn, Dialect, Tx};
use crate::error::{Error, Result};
use crate::row::Value;
use crate::sqlite::Sqlite;

struct Migration {
    version: i64,
    name: &'static str,
    sql: &'static str,
    /// The oldest schema whose release still works on the database after this one: additive changes leave it as it is.
    oldest: i64,
    /// Where it stands alone, of how one database keeps what both have: nothing is done on the other.
    only: Option<Dialect>,
}

/// Never change one that was released: a database remembers what it was made of.
const MIGRATIONS: &[Migration] = &[
    Migration { version: 1, name: "0001_init.sql", sql: include_str!("../migrations/0001_init.sql"), oldest: 1, only: None },
    Migration { version: 2, name: "0002_desk.sql", sql: include_str!("../migrations/0002_desk.sql"), oldest: 1, only: None },
    Migration { version: 3, name: "0003_found.sql", sql: include_str!("../migrations/0003_found.sql"), oldest: 1, only: None },
    Migration { version: 4, name: "0004_lean.sql", sql: include_str!("../migrations/0004_lean.sql"), oldest: 1, only: None },
    Migration { version: 5, name: "0005_sums.sql", sql: include_str!("../migrations/0005_sums.sql"), oldest: 1, only: None },
    Migration {
        version: 6,
        name: "0006_terms.sql",
        sql: include_str!("../migrations/0006_terms.sql"),
        oldest: 1,
        only: Some(Dialect::Sqlite),
    },
];

/// How many copies of a SQLite file from before a migration are kept.
const COPIES: usize = 2;

impl Migration {
    fn checksum(&self) -> String {
        hex::encode(Sha256::digest(self.sql.as_bytes()))
    }

    /// PostgreSQL sorts by its own language rules unless told otherwise; keysets and prefixes need bytes. SQLite keeps a table in the order of its key
    /// only where it is told to.
    fn text(&self, dialect: Dialect) -> String {
        match dialect {
            _ if self.only.is_some_and(|only| only != dialect) => String::new(),
            Dialect::Sqlite => self.sql.to_owned(),
            Dialect::Postgres => self.sql.replace(" TEXT", " TEXT COLLATE \"C\"").replace(" WITHOUT ROWID", ""),
        }
    }
}

/// `up_to`: the schema to stop at; none: all there are.
pub(crate) async fn sqlite(path: &Path, up_to: Option<usize>) -> Result<()> {
    let mut tx = Tx::own(Sqlite::writer(path)?);
    make_tables(&mut tx).await?;
    let applied = applied(&mut tx).await?;
    let pending = pending(known(up_to), &applied)?;
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

pub(crate) async fn postgres(mut tx: Tx, up_to: Option<usize>) -> Result<()> {
    // Two servers that start together take turns; the number is ours alone.
    tx.execute("SELECT pg_advisory_xact_lock(7305520831)", vec![]).await?;
    make_tables(&mut tx).await?;
    let applied = applied(&mut tx).await?;
    apply(&mut tx, pending(known(up_to), &applied)?).await?;
    tx.commit().await
}

fn known(up_to: Option<usize>) -> &'static [Migration] {
    &MIGRATIONS[..up_to.unwrap_or(MIGRATIONS.len()).min(MIGRATIONS.len())]
}

const TABLE: &str = "CREATE TABLE IF NOT EXISTS migrations (version BIGINT NOT NULL, name TEXT NOT NULL, checksum TEXT NOT NULL, \
     CONSTRAINT migrations__version PRIMARY KEY (version))";

/// Apart from `migrations`, which the first release made: what an older release asks that finds a schema it does not know.
const REACH: &str = "CREATE TABLE IF NOT EXISTS migration_reach (version BIGINT NOT NULL, oldest BIGINT NOT NULL, \
     CONSTRAINT migration_reach__version PRIMARY KEY (version))";

async fn make_tables(c: &mut Conn) -> Result<()> {
    c.execute(TABLE, vec![]).await?;
    c.execute(REACH, vec![]).await?;
    Ok(())
}

/// A step that was taken.
#[derive(Debug, Clone)]
struct Applied {
    version: i64,
    checksum: String,
    /// None: whoever took it did not say; nobody but they can work on it.
    oldest: Option<i64>,
}

async fn applied(c: &mut Conn) -> Result<Vec<Applied>> {
    let sql = "SELECT migrations.version, migrations.checksum, migration_reach.oldest FROM migrations \
               LEFT JOIN migration_reach ON migration_reach.version = migrations.version ORDER BY migrations.version";
    let rows = c.rows(sql, vec![]).await?;
    rows.iter().map(|row| Ok(Applied { version: row.try_get(0)?, checksum: row.try_get(1)?, oldest: row.try_get(2)? })).collect()
}

/// What is left to do, once what was done is found to be the beginning of what we know, or a newer release's that lets us work.
fn pending<'m>(known: &'m [Migration], applied: &[Applied]) -> Result<&'m [Migration]> {
    for (migration, step) in known.iter().zip(applied) {
        if migration.version != step.version || migration.checksum() != step.checksum {
            return Err(Error::Schema(format!(
                "the database was made by another {} than this release has; nothing was changed",
                migration.name
            )));
        }
    }
    let ours = known.last().map_or(0, |migration| migration.version);
    let newer = applied.get(known.len()..).unwrap_or_default();
    if let Some(closed) = newer.iter().find(|step| step.oldest.is_none_or(|oldest| oldest > ours)) {
        return Err(Error::Schema(format!(
            "the database has schema {}, made by a newer release; this one knows {ours} and can't work on it; nothing was changed",
            closed.version
        )));
    }
    if let Some(newest) = newer.last() {
        tracing::info!(schema = newest.version, known = ours, "the database is a newer release's, which lets this one work on it");
    }
    Ok(known.get(applied.len()..).unwrap_or_default())
}

async fn apply(c: &mut Conn, pending: &[Migration]) -> Result<()> {
    for migration in pending {
        c.script(&migration.text(c.dialect())).await?;
        let values = vec![Value::from(migration.version), Value::from(migration.name), Value::from(migration.checksum())];
        c.execute("INSERT INTO migrations (version, name, checksum) VALUES ($1, $2, $3)", values).await?;
        let reach = vec![Value::from(migration.version), Value::from(migration.oldest)];
        c.execute("INSERT INTO migration_reach (version, oldest) VALUES ($1, $2)", reach).await?;
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
    use std::collections::{BTreeMap, BTreeSet};

    use super::*;

    const TWO: &[Migration] = &[
        Migration { version: 1, name: "a", sql: "A", oldest: 1, only: None },
        Migration { version: 2, name: "b", sql: "B", oldest: 1, only: None },
    ];

    fn done(migration: &Migration, oldest: Option<i64>) -> Applied {
        Applied { version: migration.version, checksum: migration.checksum(), oldest }
    }

    #[test]
    fn what_is_pending_follows_what_was_applied() {
        let first = done(&TWO[0], Some(1));
        assert_eq!(pending(TWO, &[]).unwrap().len(), 2);
        assert_eq!(pending(TWO, std::slice::from_ref(&first)).unwrap()[0].version, 2);
        let other = Applied { checksum: "other".to_owned(), ..first };
        assert!(pending(TWO, &[other]).err().unwrap().to_string().contains("another a"));
    }

    #[test]
    fn a_release_works_on_the_next_ones_schema_where_that_lets_it() {
        let newer = |oldest| pending(&TWO[..1], &[done(&TWO[0], Some(1)), done(&TWO[1], oldest)]);
        assert!(newer(Some(1)).unwrap().is_empty());
        for closed in [Some(2), None] {
            let text = newer(closed).err().unwrap().to_string();
            assert!(text.contains("newer release") && text.contains("knows 1"), "{text}");
        }
    }

    #[test]
    fn what_lets_older_releases_work_only_adds() {
        let all: String = MIGRATIONS.iter().map(|migration| migration.sql).collect();
        for (at, migration) in MIGRATIONS.iter().enumerate() {
            assert_eq!(migration.version, i64::try_from(at + 1).unwrap());
            assert!((1..=migration.version).contains(&migration.oldest));
            if migration.oldest == migration.version {
                continue;
            }
            let (mut added, mut rebuilt) = (Vec::new(), Vec::new());
            let sql: String = migration.sql.lines().filter(|line| !line.starts_with("--")).flat_map(|line| [line, " "]).collect();
            for statement in sql.split(';').map(str::trim).filter(|statement| !statement.is_empty()) {
                let words: Vec<&str> = statement.split_whitespace().collect();
                let said = match words[..] {
                    ["CREATE", "TABLE" | "INDEX" | "UNIQUE", ..] | ["INSERT", "INTO", ..] => true,
                    ["ALTER", "TABLE", table, "ADD", "COLUMN", column, ..] => {
                        added.push((table, column));
                        !statement.contains("NOT NULL") || statement.contains("DEFAULT")
                    }
                    // made anew under its own name: that it is the same to who uses it is the next test's
                    ["ALTER", "TABLE", table, "RENAME", "TO", before] => {
                        rebuilt.push(before);
                        sql.contains(&format!("CREATE TABLE {table} ("))
                    }
                    ["DROP", "TABLE", before] => rebuilt.contains(&before),
                    // no query names an index, but what is written relies on a unique one
                    ["DROP", "INDEX", index] => all.contains(&format!("CREATE INDEX {index} ON ")),
                    // fills what it has added
                    ["UPDATE", table, "SET", column, ..] => added.contains(&(table, column)),
                    _ => false,
                };
                assert!(said, "{statement}");
            }
        }
    }

    /// By table: its columns, and the unique keys that conflicts are found by, their columns in the order of the alphabet.
    type ReliedOn = BTreeMap<String, (BTreeSet<String>, BTreeSet<String>)>;

    /// What a statement of an older release relies on.
    fn relied_on(connection: &rusqlite::Connection) -> ReliedOn {
        let ask = |sql: &str, of: &[&str]| -> BTreeSet<String> {
            let mut statement = connection.prepare(sql).unwrap();
            statement.query_map(rusqlite::params_from_iter(of), |row| row.get(0)).unwrap().map(Result::unwrap).collect()
        };
        let tables = ask("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'", &[]);
        let described = |table: String| {
            let columns = ask("SELECT name || ' ' || type || ' ' || \"notnull\" FROM pragma_table_info(?1)", &[&table]);
            let indexes = ask("SELECT name FROM pragma_index_list(?1) WHERE \"unique\" = 1", &[&table]);
            let keys = indexes
                .iter()
                .map(|index| ask("SELECT name FROM pragma_index_info(?1)", &[index]).into_iter().collect::<Vec<_>>().join(","));
            (table.clone(), (columns, keys.collect()))
        };
        tables.into_iter().map(described).collect()
    }

    #[test]
    fn a_table_keeps_the_columns_and_unique_keys_that_older_releases_rely_on() {
        let connection = rusqlite::Connection::open_in_memory().unwrap();
        let mut before = ReliedOn::new();
        for migration in MIGRATIONS {
            connection.execute_batch(migration.sql).unwrap();
            let after = relied_on(&connection);
            if migration.oldest < migration.version {
                for (table, (columns, keys)) in &before {
                    let (now, keys_now) = after.get(table).unwrap_or_else(|| panic!("{table} is gone"));
                    assert!(columns.is_subset(now) && keys.is_subset(keys_now), "{table} in {}", migration.name);
                }
            }
            before = after;
        }
        assert!(before.len() > 20, "{} tables", before.len());
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
