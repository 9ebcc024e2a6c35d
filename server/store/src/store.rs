//! The database as the rest of the server holds it.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use sqlx::any::AnyPoolOptions;
use sqlx::{AnyConnection, AnyPool, Connection as _, Executor as _};
use tokio::sync::watch;

use crate::changes::{Changes, exchange};
use crate::conn::{Dialect, Reader, Tx};
use crate::error::{Error, Result};
use crate::migrate;
use crate::rows::Scope;
use crate::url::DatabaseUrl;
use crate::writer::{Command, Writer};

/// How many connections read a SQLite file beside the one that writes.
const SQLITE_READERS: u32 = 4;
/// How long a caller waits for a connection of the pool.
const ACQUIRE: Duration = Duration::from_secs(10);
/// A connection to PostgreSQL that rested for longer is asked first whether it is still there: the database may have been away meanwhile.
const RESTED: Duration = Duration::from_millis(500);
/// How often a PostgreSQL transaction is tried that another one stood in the way of: of many that change one order at once, each wins once.
const TRIES: u32 = 16;
/// The longest pause between two tries, in milliseconds.
const PAUSE_MAX_MS: u32 = 40;

/// How to reach the database.
#[derive(Debug, Clone)]
pub struct Options {
    pub url: DatabaseUrl,
    /// Connections to PostgreSQL; SQLite has its own number.
    pub pool: u32,
}

/// The open database. Clones share it.
#[derive(Clone)]
pub struct Store(Arc<Shared>);

pub(crate) struct Shared {
    url: DatabaseUrl,
    pool: AnyPool,
    writer: Option<Writer>,
    committed: watch::Sender<u64>,
    pub(crate) changes: Arc<Changes>,
}

impl Shared {
    fn dialect(&self) -> Dialect {
        match self.url {
            DatabaseUrl::Sqlite(_) => Dialect::Sqlite,
            DatabaseUrl::Postgres(_) => Dialect::Postgres,
        }
    }

    pub(crate) async fn reader(&self) -> Result<Reader> {
        Ok(Reader::new(self.pool.acquire().await?, self.dialect()))
    }
}

impl Store {
    /// Opens the database, making the SQLite file if there is none. Call [`Store::migrate`] before using it.
    ///
    /// # Errors
    /// [`Error::Unavailable`] when it can't be reached.
    pub async fn open(options: Options) -> Result<Self> {
        sqlx::any::install_default_drivers();
        let (committed, _) = watch::channel(0);
        let changes = Arc::new(Changes::default());
        let (pool, writer) = match &options.url {
            DatabaseUrl::Sqlite(path) => {
                // The writer first: it makes the file and sets it to WAL.
                let writer = Writer::start(path, committed.clone(), changes.clone()).await?;
                (sqlite_readers(path).await?, Some(writer))
            }
            DatabaseUrl::Postgres(url) => (postgres(url, options.pool).await?, None),
        };
        Ok(Self(Arc::new(Shared { url: options.url, pool, writer, committed, changes })))
    }

    pub fn dialect(&self) -> Dialect {
        self.0.dialect()
    }

    /// Brings the schema up to this release, all that is pending in one transaction.
    ///
    /// # Errors
    /// [`Error::Schema`] when the database was made by a newer release or by files other than these; it is left as it was.
    pub async fn migrate(&self) -> Result<()> {
        self.migrate_to(None).await?;
        if self.dialect() == Dialect::Postgres {
            // From here on the table by which processes tell each other is there.
            tokio::spawn(exchange(Arc::downgrade(&self.0)));
        }
        Ok(())
    }

    /// [`Store::migrate`] as far as a schema: what a release that knew no more would have made.
    ///
    /// # Errors
    /// As [`Store::migrate`].
    pub async fn migrate_to(&self, schema: Option<usize>) -> Result<()> {
        match &self.0.url {
            DatabaseUrl::Sqlite(path) => migrate::sqlite(path, schema).await,
            DatabaseUrl::Postgres(_) => migrate::postgres(Tx::pooled(self.0.pool.begin().await?), schema).await,
        }
    }

    /// A connection to read on.
    ///
    /// # Errors
    /// [`Error::Busy`] when none gets free in time.
    pub async fn read(&self) -> Result<Reader> {
        self.0.reader().await
    }

    /// Runs the command in a transaction and answers once it is committed.
    ///
    /// # Errors
    /// The command's own, after which nothing it wrote stays; [`Error::Stale`] once running it again did not help;
    /// [`Error::Busy`] when too many wait; [`Error::Full`] or [`Error::Unavailable`] when the database failed.
    pub async fn write<C: Command>(&self, command: C) -> Result<C::Out> {
        match &self.0.writer {
            Some(writer) => writer.run(command).await,
            None => self.transact(&command).await,
        }
    }

    /// [`Store::write`] for a closure: `store.tx(move |tx| Box::pin(async move { … }))`. It may run several times.
    ///
    /// # Errors
    /// As [`Store::write`].
    pub async fn tx<F, Out>(&self, run: F) -> Result<Out>
    where
        F: for<'t> Fn(&'t mut Tx) -> futures::future::BoxFuture<'t, Result<Out>> + Send + Sync + 'static,
        Out: Send + 'static,
    {
        self.write(run).await
    }

    async fn transact<C: Command>(&self, command: &C) -> Result<C::Out> {
        static TURN: AtomicU32 = AtomicU32::new(0);
        let mut tried = 0;
        loop {
            tried += 1;
            match self.once(command).await {
                Err(Error::Stale) if tried < TRIES => {
                    // those that lost together don't come back together
                    let turn = TURN.fetch_add(1, Ordering::Relaxed) % 16;
                    tokio::time::sleep(Duration::from_millis(u64::from((tried * tried).min(PAUSE_MAX_MS) + turn))).await;
                }
                Ok(out) => {
                    self.0.committed.send_modify(|count| *count += 1);
                    return Ok(out);
                }
                Err(error) => return Err(error),
            }
        }
    }

    async fn once<C: Command>(&self, command: &C) -> Result<C::Out> {
        let mut tx = Tx::pooled(self.0.pool.begin().await?);
        match command.run(&mut tx).await {
            Ok(out) => {
                let touched = std::mem::take(&mut tx.touched);
                tx.commit().await?;
                self.0.changes.tell(&touched, Dialect::Postgres);
                Ok(out)
            }
            Err(error) => {
                if let Err(failed) = tx.rollback().await {
                    tracing::debug!(%failed, "rollback");
                }
                Err(error)
            }
        }
    }

    /// Changes after every commit of this process: wakes the worker and live pages. Other processes' commits don't show.
    pub fn committed(&self) -> watch::Receiver<u64> {
        self.0.committed.subscribe()
    }

    /// Counts the changes of one account from here on, this process's and the others'. Several changes may count as one.
    pub fn listen(&self, scope: Scope) -> watch::Receiver<u64> {
        self.0.changes.listen(scope)
    }

    /// What [`Store::listen`] would begin with.
    pub fn changes_of(&self, scope: Scope) -> u64 {
        self.0.changes.count(scope)
    }

    /// Ends the writer and closes every connection; what is queued is still written.
    pub async fn close(&self) {
        if let Some(writer) = &self.0.writer {
            writer.close().await;
        }
        self.0.changes.end(&self.0).await;
        self.0.pool.close().await;
    }
}

async fn sqlite_readers(path: &Path) -> Result<AnyPool> {
    let pool = AnyPoolOptions::new()
        .max_connections(SQLITE_READERS)
        .acquire_timeout(ACQUIRE)
        .test_before_acquire(false)
        .idle_timeout(None)
        .max_lifetime(None)
        .after_connect(|connection, _| {
            Box::pin(async move {
                connection
                    .execute("PRAGMA busy_timeout = 5000; PRAGMA cache_size = -2048; PRAGMA mmap_size = 0; PRAGMA query_only = ON")
                    .await?;
                Ok(())
            })
        });
    Ok(pool.connect(&sqlite_url(path, "rw")).await?)
}

async fn postgres(url: &str, connections: u32) -> Result<AnyPool> {
    let pool = AnyPoolOptions::new()
        .max_connections(connections)
        .acquire_timeout(ACQUIRE)
        .test_before_acquire(false)
        .before_acquire(|connection, resting| Box::pin(async move { Ok(resting.idle_for < RESTED || connection.ping().await.is_ok()) }))
        .after_connect(|connection, _| {
            // Compiling a query costs more than any of ours takes.
            Box::pin(async move {
                connection.execute("SET jit = off").await?;
                Ok(())
            })
        });
    Ok(pool.connect(url).await?)
}

/// A connection that may write, with what durability asks for; it makes the file where there is none. What a savepoint keeps to roll back stays in memory: a file for every command
/// costs more than the command.
pub(crate) async fn sqlite_writer(path: &Path) -> Result<AnyConnection> {
    sqlite_writes(path, "rwc").await
}

/// The same to a file that was there before: one that was taken away is missed, and not made anew and empty.
pub(crate) async fn sqlite_writer_again(path: &Path) -> Result<AnyConnection> {
    sqlite_writes(path, "rw").await
}

async fn sqlite_writes(path: &Path, mode: &str) -> Result<AnyConnection> {
    let mut connection = AnyConnection::connect(&sqlite_url(path, mode)).await?;
    connection
        .execute(
            "PRAGMA busy_timeout = 5000; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; \
             PRAGMA cache_size = -8192; PRAGMA mmap_size = 0; PRAGMA temp_store = MEMORY",
        )
        .await?;
    Ok(connection)
}

fn sqlite_url(path: &Path, mode: &str) -> String {
    use std::fmt::Write as _;
    let mut url = "sqlite://".to_owned();
    for byte in path.as_os_str().as_encoded_bytes() {
        if byte.is_ascii_alphanumeric() || b"/._-".contains(byte) {
            url.push(char::from(*byte));
        } else {
            // Writing to a String can't fail.
            let _ = write!(url, "%{byte:02X}");
        }
    }
    format!("{url}?mode={mode}")
}
