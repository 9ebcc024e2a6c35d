//! The one writer of a SQLite file: commands that wait are committed together.

use std::panic::AssertUnwindSafe;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::thread;

use futures::FutureExt as _;
use futures::future::BoxFuture;
use tokio::runtime::Handle;
use tokio::sync::{Mutex, mpsc, oneshot, watch};

use crate::changes::Changes;
use crate::conn::{Dialect, Tx};
use crate::error::{Error, Result};
use crate::sqlite::Sqlite;

/// How many commands one commit takes.
const GROUP: usize = 64;
/// How many wait at most; the next one is told that the database is busy.
const QUEUE: usize = 4096;
/// How often a command is run that finds its row changed.
const TRIES: u32 = 3;

/// What is written in one transaction. It may run several times, so ids and times are drawn before.
pub trait Command: Send + Sync + 'static {
    type Out: Send + 'static;
    fn run<'t>(&'t self, tx: &'t mut Tx) -> BoxFuture<'t, Result<Self::Out>>;
}

impl<F, Out> Command for F
where
    F: for<'t> Fn(&'t mut Tx) -> BoxFuture<'t, Result<Out>> + Send + Sync + 'static,
    Out: Send + 'static,
{
    type Out = Out;
    fn run<'t>(&'t self, tx: &'t mut Tx) -> BoxFuture<'t, Result<Out>> {
        self(tx)
    }
}

/// Says to the compiler that a closure is a command: `command(move |tx| Box::pin(async move { … }))`.
pub fn command<F, Out>(run: F) -> F
where
    F: for<'t> Fn(&'t mut Tx) -> BoxFuture<'t, Result<Out>> + Send + Sync + 'static,
{
    run
}

/// A command in the queue, its type forgotten.
trait Waiting: Send {
    fn run<'t>(&'t mut self, tx: &'t mut Tx) -> BoxFuture<'t, Result<()>>;
    fn answer(self: Box<Self>, committed: Result<()>);
}

struct Queued<C: Command> {
    command: C,
    out: Option<C::Out>,
    answer: oneshot::Sender<Result<C::Out>>,
}

impl<C: Command> Waiting for Queued<C> {
    fn run<'t>(&'t mut self, tx: &'t mut Tx) -> BoxFuture<'t, Result<()>> {
        Box::pin(async move {
            // A panic rolls back this command only and must not end the writer.
            let ran = AssertUnwindSafe(self.command.run(tx)).catch_unwind().await;
            self.out = Some(ran.unwrap_or_else(|_| Err(Error::Inconsistent("the command panicked".to_owned())))?);
            Ok(())
        })
    }

    fn answer(self: Box<Self>, committed: Result<()>) {
        let missing = || Error::Inconsistent("a command without an outcome".to_owned());
        let Queued { command, out, answer: to } = *self;
        // whoever is answered finds nothing of the command running
        drop(command);
        let answer = committed.and_then(|()| out.ok_or_else(missing));
        // Nobody listens any more: what is committed stays committed.
        let _ = to.send(answer);
    }
}

pub(crate) struct Writer {
    queue: Mutex<Option<mpsc::Sender<Box<dyn Waiting>>>>,
    ended: Mutex<Option<oneshot::Receiver<()>>>,
}

impl Writer {
    /// On a thread of its own, where a statement takes a call and a commit may wait for the disk.
    pub fn start(path: &Path, committed: watch::Sender<u64>, changes: Arc<Changes>) -> Result<Self> {
        let tx = Tx::own(Sqlite::writer(path)?);
        let (queue, waiting) = mpsc::channel(QUEUE);
        let task = Task { path: path.to_owned(), tx: Some(tx), waiting, committed, changes };
        let (end, ended) = oneshot::channel();
        let runtime = Handle::current();
        let work = move || {
            runtime.block_on(task.work());
            // Nobody may wait for the end.
            let _ = end.send(());
        };
        thread::Builder::new().name("writer".to_owned()).spawn(work).map_err(|error| Error::Unavailable(error.to_string()))?;
        Ok(Self { queue: Mutex::new(Some(queue)), ended: Mutex::new(Some(ended)) })
    }

    pub async fn run<C: Command>(&self, command: C) -> Result<C::Out> {
        let (answer, answered) = oneshot::channel();
        {
            let queue = self.queue.lock().await;
            let queue = queue.as_ref().ok_or_else(ended)?;
            queue.try_send(Box::new(Queued { command, out: None, answer })).map_err(|error| match error {
                mpsc::error::TrySendError::Full(_) => Error::Busy,
                mpsc::error::TrySendError::Closed(_) => ended(),
            })?;
        }
        answered.await.map_err(|_| ended())?
    }

    pub async fn close(&self) {
        drop(self.queue.lock().await.take());
        if let Some(ended) = self.ended.lock().await.take()
            && ended.await.is_err()
        {
            tracing::error!("the writer ended badly");
        }
    }
}

fn ended() -> Error {
    Error::Unavailable("the database is closed".to_owned())
}

struct Task {
    path: PathBuf,
    /// None after a failure that the connection may not have survived; made anew for the next group.
    tx: Option<Tx>,
    waiting: mpsc::Receiver<Box<dyn Waiting>>,
    committed: watch::Sender<u64>,
    changes: Arc<Changes>,
}

impl Task {
    async fn work(mut self) {
        let mut group = Vec::with_capacity(GROUP);
        while self.waiting.recv_many(&mut group, GROUP).await > 0 {
            let mut outcomes = Vec::with_capacity(group.len());
            let committed = self.commit(&mut group, &mut outcomes).await;
            let wrote = committed.is_ok() && outcomes.iter().any(Result::is_ok);
            if wrote {
                self.committed.send_modify(|count| *count += 1);
            }
            // Where the group broke off, the rest has no outcome: the commit's error is theirs.
            let mut outcomes = outcomes.into_iter();
            for member in group.drain(..) {
                let outcome = outcomes.next().unwrap_or(Ok(()));
                member.answer(outcome.and_then(|()| committed.clone()));
            }
        }
    }

    /// Runs the group and commits it. An error is the whole group's: nothing of it is stored.
    async fn commit(&mut self, group: &mut [Box<dyn Waiting>], outcomes: &mut Vec<Result<()>>) -> Result<()> {
        let mut tx = match self.tx.take() {
            Some(tx) => tx,
            None => Tx::own(Sqlite::writer_again(&self.path)?),
        };
        tx.execute("BEGIN IMMEDIATE", vec![]).await?;
        for member in group {
            outcomes.push(savepoint(&mut tx, member.as_mut()).await?);
        }
        tx.execute("COMMIT", vec![]).await?;
        self.changes.tell(&std::mem::take(&mut tx.touched), Dialect::Sqlite);
        self.tx = Some(tx);
        Ok(())
    }
}

/// The inner result is the member's own; the outer says that the transaction is lost.
async fn savepoint(tx: &mut Tx, member: &mut dyn Waiting) -> Result<Result<()>> {
    let mut tried = 0;
    loop {
        tried += 1;
        tx.execute("SAVEPOINT member", vec![]).await?;
        let touched = tx.touched.len();
        let outcome = member.run(tx).await;
        if outcome.is_err() {
            tx.touched.truncate(touched);
        }
        if let Err(own) = &outcome
            && tx.execute("ROLLBACK TO member", vec![]).await.is_err()
        {
            // The failure, a full disk as it may be, ended the whole transaction.
            return Err(own.clone());
        }
        tx.execute("RELEASE member", vec![]).await?;
        if tried == TRIES || !matches!(outcome, Err(Error::Stale)) {
            return Ok(outcome);
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::{Error, Options, Store, Tx, command};

    async fn say(store: &Store, sql: &'static str) -> crate::Result<u64> {
        store.write(command(move |tx: &mut Tx| Box::pin(async move { tx.execute(sql, vec![]).await }))).await
    }

    #[tokio::test]
    async fn a_file_that_was_taken_away_is_missed_and_found_again() {
        let folder = tempfile::tempdir().unwrap();
        let (path, elsewhere) = (folder.path().join("guichet.db"), folder.path().join("elsewhere"));
        let store = Store::open(Options { url: crate::DatabaseUrl::Sqlite(path.clone()), pool: 1 }).await.unwrap();
        store.migrate().await.unwrap();
        // the writer loses its connection, and wants another one
        assert!(say(&store, "ROLLBACK").await.is_err());
        std::fs::rename(&path, &elsewhere).unwrap();
        assert!(matches!(say(&store, "DELETE FROM jobs").await, Err(Error::Unavailable(_))));
        assert!(!path.exists());
        std::fs::rename(&elsewhere, &path).unwrap();
        say(&store, "DELETE FROM jobs").await.unwrap();
        store.close().await;
    }
}
