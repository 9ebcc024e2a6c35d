//! Connections that are lent, each to one borrower at a time.
//!
//! Unlike sqlx's own pool this one asks nothing of a connection that comes back: that was one more round trip for each read. One that was given up
//! in the middle of a statement, or failed by itself, does not come back.

use std::future::Future;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::{Instant, timeout};

use crate::error::{Error, Result};

/// How long a borrower waits for one.
const PATIENCE: Duration = Duration::from_secs(10);
/// One that nobody needed for so long is closed.
const IDLE: Duration = Duration::from_mins(10);

/// What can be lent.
pub(crate) trait Lendable: Sized + Send + 'static {
    /// What it takes to open one.
    type Address: Send + Sync + 'static;
    fn open(address: &Self::Address) -> impl Future<Output = Result<Self>> + Send;
    /// Whether it is still there after it rested for so long.
    fn rested(&mut self, long: Duration) -> impl Future<Output = bool> + Send;
    /// Whether nothing is under way on it, so that somebody else may have it.
    fn is_free(&self) -> bool;
    fn close(self) -> impl Future<Output = ()> + Send;
}

pub(crate) struct Lender<C: Lendable> {
    address: C::Address,
    /// The last one that came back is the first to go again.
    resting: Mutex<Vec<(C, Instant)>>,
    permits: Arc<Semaphore>,
}

/// A connection that goes back when dropped.
pub(crate) struct Lent<C: Lendable> {
    /// Some until it is dropped.
    connection: Option<C>,
    from: Arc<Lender<C>>,
    _permit: OwnedSemaphorePermit,
}

impl<C: Lendable> Lender<C> {
    /// Opens the first of at most so many.
    ///
    /// # Errors
    /// [`Error::Busy`] when it can't be reached in time, [`Error::Unavailable`] when it never will.
    pub async fn open(address: C::Address, most: usize) -> Result<Arc<Self>> {
        let lender = Arc::new(Self { address, resting: Mutex::default(), permits: Arc::new(Semaphore::new(most)) });
        drop(lender.lend().await?);
        Ok(lender)
    }

    /// # Errors
    /// [`Error::Busy`] when none gets free, or can be opened, in time.
    pub async fn lend(self: &Arc<Self>) -> Result<Lent<C>> {
        timeout(PATIENCE, self.next()).await.map_err(|_| Error::Busy)?
    }

    async fn next(self: &Arc<Self>) -> Result<Lent<C>> {
        let permit = self.permits.clone().acquire_owned().await.map_err(|_| closed())?;
        let connection = match self.rested().await {
            Some(connection) => connection,
            None => C::open(&self.address).await?,
        };
        Ok(Lent { connection: Some(connection), from: self.clone(), _permit: permit })
    }

    async fn rested(&self) -> Option<C> {
        loop {
            let (idle, next) = {
                let mut resting = self.resting();
                let idle = resting.first().is_some_and(|(_, since)| since.elapsed() > IDLE).then(|| resting.remove(0));
                (idle, resting.pop())
            };
            if let Some((idle, _)) = idle {
                idle.close().await;
            }
            let (mut connection, since) = next?;
            if connection.rested(since.elapsed()).await {
                return Some(connection);
            }
        }
    }

    /// Lends none any more, and closes those that rest.
    pub async fn close(&self) {
        self.permits.close();
        let resting = std::mem::take(&mut *self.resting());
        for (connection, _) in resting {
            connection.close().await;
        }
    }

    fn resting(&self) -> MutexGuard<'_, Vec<(C, Instant)>> {
        self.resting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<C: Lendable> Lent<C> {
    /// # Errors
    /// Never while it is not dropped.
    pub fn connection(&mut self) -> Result<&mut C> {
        self.connection.as_mut().ok_or_else(closed)
    }
}

impl<C: Lendable> Drop for Lent<C> {
    fn drop(&mut self) {
        if let Some(connection) = self.connection.take().filter(|one| one.is_free() && !self.from.permits.is_closed()) {
            self.from.resting().push((connection, Instant::now()));
        }
    }
}

fn closed() -> Error {
    Error::Unavailable("the database is closed".to_owned())
}
