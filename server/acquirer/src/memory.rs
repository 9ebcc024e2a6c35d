//! What the simulator remembers, so that it answers the same after a restart as before.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use futures::future::{BoxFuture, FutureExt, ready};

/// The memory could not be read or written. The message is for the log.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the simulator's memory: {0}")]
pub struct MemoryError(pub String);

/// One text a reference, durable: what [`put_if_absent`](Memory::put_if_absent) and [`replace`](Memory::replace) acknowledged is there after a crash. Texts hold
/// no card number and no security code.
pub trait Memory: Send + Sync + 'static {
    /// The text under a reference.
    fn get<'a>(&'a self, reference: &'a str) -> BoxFuture<'a, Result<Option<String>, MemoryError>>;

    /// Keeps the text if there is none under the reference, in one step. The text that stands afterwards: this one, or the earlier one.
    fn put_if_absent<'a>(&'a self, reference: &'a str, record: &'a str) -> BoxFuture<'a, Result<String, MemoryError>>;

    /// Replaces the text only if it is still `old`, in one step (`UPDATE … WHERE reference = $1 AND record = $2`). Whether it was.
    fn replace<'a>(&'a self, reference: &'a str, old: &'a str, new: &'a str) -> BoxFuture<'a, Result<bool, MemoryError>>;
}

/// A memory that ends with the process: for tests.
#[derive(Debug, Default)]
pub struct InMemory(Mutex<BTreeMap<String, String>>);

impl InMemory {
    /// Everything remembered, for tests that look for what must not be there.
    pub fn dump(&self) -> Vec<(String, String)> {
        self.lock().iter().map(|(reference, record)| (reference.clone(), record.clone())).collect()
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<String, String>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Memory for InMemory {
    fn get<'a>(&'a self, reference: &'a str) -> BoxFuture<'a, Result<Option<String>, MemoryError>> {
        ready(Ok(self.lock().get(reference).cloned())).boxed()
    }

    fn put_if_absent<'a>(&'a self, reference: &'a str, record: &'a str) -> BoxFuture<'a, Result<String, MemoryError>> {
        ready(Ok(self.lock().entry(reference.to_owned()).or_insert_with(|| record.to_owned()).clone())).boxed()
    }

    fn replace<'a>(&'a self, reference: &'a str, old: &'a str, new: &'a str) -> BoxFuture<'a, Result<bool, MemoryError>> {
        let mut records = self.lock();
        let replaced = match records.get_mut(reference) {
            Some(record) if record == old => {
                new.clone_into(record);
                true
            }
            _ => false,
        };
        ready(Ok(replaced)).boxed()
    }
}
