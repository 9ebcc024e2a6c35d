//! The database as the rest of the server holds it.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use tokio::sync::watch;

use crate::changes::{Changes, exchange};
use crate::conn::{Dialect, Reader, Tx};
use crate::error::{Error, Result};
use crate::lent::Lender;
use crate::migrate;
use crate::postgres::Postgres;
use crate::rows::Scope;
use crate::sqlite::Sqlite;
use crate::url::DatabaseUrl;
use crate::writer::{Command, Writer};

/// How many connections read a SQLite file beside the one that writes.
const SQLITE_READERS: usize = 4;
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
    connections: Connections,
    committed: watch::Sender<u64>,
    pub(crate) changes: Arc<Changes>,
}

/// What PostgreSQL makes one transaction of.
#[derive(Clone, Copy)]
enum Extent {
    Whole,
    Statement,
}

enum Connections {
    Sqlite { path: PathBuf, writer: Writer, readers: Arc<Lender<Sqlite>> },
    Postgres(Arc<Lender<Postgres>>),
}

impl Shared {
    pub(crate) async fn reader(&self) -> Result<Reader> {
        match &self.connections {
            Connections::Sqlite { readers, .. } => Ok(Reader::sqlite(readers.lend().await?)),
            Connections::Postgres(connections) => Ok(Reader::postgres(connections.lend().await?)),
        }
    }
}

impl Store {
    /// Opens the database, making the SQLite file if there is none. Call [`Store::migrate`] before using it.
    ///
    /// # Errors
    /// [`Error::Unavailable`] when it can't be reached.
    pub async fn open(options: Options) -> Result<Self> {
        let (committed, _) = watch::channel(0);
        let changes = Arc::new(Changes::default());
        let connections = match options.url {
            DatabaseUrl::Sqlite(path) => {
                // The writer first: it makes the file and sets it to WAL.
                let writer = Writer::start(&path, committed.clone(), changes.clone())?;
                let readers = Lender::open(path.clone(), SQLITE_READERS).await?;
                Connections::Sqlite { path, writer, readers }
            }
            DatabaseUrl::Postgres(url) => Connections::Postgres(Lender::open(url, options.pool as usize).await?),
        };
        Ok(Self(Arc::new(Shared { connections, committed, changes })))
    }

    pub fn dialect(&self) -> Dialect {
        match self.0.connections {
            Connections::Sqlite { .. } => Dialect::Sqlite,
            Connections::Postgres(_) => Dialect::Postgres,
        }
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
        match &self.0.connections {
            Connections::Sqlite { path, .. } => migrate::sqlite(path, schema).await,
            Connections::Postgres(connections) => migrate::postgres(Tx::begin(connections.lend().await?).await?, schema).await,
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
        match &self.0.connections {
            Connections::Sqlite { writer, .. } => writer.run(command).await,
            Connections::Postgres(connections) => self.transact(connections, &command, Extent::Whole).await,
        }
    }

    /// [`Store::write`] of a command that changes something by one statement alone: of that PostgreSQL makes a transaction by itself, without
    /// being told where it begins and ends.
    ///
    /// # Errors
    /// As [`Store::write`].
    pub async fn write_alone<C: Command>(&self, command: C) -> Result<C::Out> {
        match &self.0.connections {
            Connections::Sqlite { writer, .. } => writer.run(command).await,
            Connections::Postgres(connections) => self.transact(connections, &command, Extent::Statement).await,
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

    async fn transact<C: Command>(&self, connections: &Arc<Lender<Postgres>>, command: &C, extent: Extent) -> Result<C::Out> {
        static TURN: AtomicU32 = AtomicU32::new(0);
        let mut tried = 0;
        loop {
            tried += 1;
            match self.once(connections, command, extent).await {
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

    async fn once<C: Command>(&self, connections: &Arc<Lender<Postgres>>, command: &C, extent: Extent) -> Result<C::Out> {
        let lent = connections.lend().await?;
        let mut tx = match extent {
            Extent::Whole => Tx::begin(lent).await?,
            Extent::Statement => Tx::each(lent),
        };
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
        if let Connections::Sqlite { writer, .. } = &self.0.connections {
            writer.close().await;
        }
        self.0.changes.end(&self.0).await;
        match &self.0.connections {
            Connections::Sqlite { readers, .. } => readers.close().await,
            Connections::Postgres(connections) => connections.close().await,
        }
    }
}
