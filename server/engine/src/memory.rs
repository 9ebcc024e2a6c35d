//! The simulator's memory, in the database: the same answer after a restart as before.

use std::sync::Arc;

use acquirer::{Memory, MemoryError};
use futures::FutureExt;
use futures::future::BoxFuture;
use store::{Store, Tx};

use crate::clock::Clock;

pub(crate) struct StoredMemory {
    store: Store,
    clock: Arc<dyn Clock>,
}

impl StoredMemory {
    pub(crate) fn new(store: Store, clock: Arc<dyn Clock>) -> Self {
        Self { store, clock }
    }
}

fn failed(error: store::Error) -> MemoryError {
    MemoryError(error.to_string())
}

impl Memory for StoredMemory {
    fn get<'a>(&'a self, reference: &'a str) -> BoxFuture<'a, Result<Option<String>, MemoryError>> {
        async move {
            let mut reader = self.store.read().await.map_err(failed)?;
            store::acquirer_records::get(&mut reader, reference).await.map_err(failed)
        }
        .boxed()
    }

    fn put_if_absent<'a>(&'a self, reference: &'a str, record: &'a str) -> BoxFuture<'a, Result<String, MemoryError>> {
        let (reference, record, now) = (reference.to_owned(), record.to_owned(), self.clock.now());
        async move {
            let put = store::command(move |tx: &mut Tx| {
                let (reference, record) = (reference.clone(), record.clone());
                async move { store::acquirer_records::put_if_absent(tx, &reference, &record, now).await }.boxed()
            });
            self.store.write_alone(put).await.map_err(failed)
        }
        .boxed()
    }

    fn replace<'a>(&'a self, reference: &'a str, old: &'a str, new: &'a str) -> BoxFuture<'a, Result<bool, MemoryError>> {
        let (reference, old, new) = (reference.to_owned(), old.to_owned(), new.to_owned());
        async move {
            let replace = store::command(move |tx: &mut Tx| {
                let (reference, old, new) = (reference.clone(), old.clone(), new.clone());
                async move { store::acquirer_records::replace(tx, &reference, &old, &new).await }.boxed()
            });
            self.store.write_alone(replace).await.map_err(failed)
        }
        .boxed()
    }
}
