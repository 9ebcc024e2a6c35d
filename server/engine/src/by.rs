//! What one command works with: who asks, what time it is for them, and ids drawn beforehand.

use std::sync::Arc;

use model::id::Id;
use model::locale::Locale;
use model::time::Timestamp;
use store::rows::IdempotencyKey;
use store::{KeyBegun, Tx};

use crate::caller::Caller;
use crate::clock::{Ids, Place, Turn};
use crate::idempotency::another_runs;

/// Cloned for each try of a command, so that every try makes the same ids at the same time.
#[derive(Debug, Clone)]
pub(crate) struct Start {
    pub(crate) caller: Caller,
    pub(crate) now: Timestamp,
    pub(crate) real: Timestamp,
    pub(crate) offset: i64,
    pub(crate) place: Place,
    pub(crate) seed: [u8; 32],
    pub(crate) turn: Turn,
    /// Who is paid, as the payer's bank shows it.
    pub(crate) merchant: Arc<Merchant>,
}

#[derive(Debug)]
pub(crate) struct Merchant {
    pub(crate) name: String,
    pub(crate) locale: Locale,
}

impl Start {
    /// What one try works with.
    pub(crate) fn by(&self) -> By {
        if let Some(run) = &self.caller.keyed {
            run.tries();
        }
        By {
            caller: self.caller.clone(),
            now: self.now,
            real: self.real,
            offset: self.offset,
            place: self.place.clone(),
            ids: Ids::new(self.seed),
            turn: self.turn,
            ordered: 0,
            notes: Vec::new(),
        }
    }
}

pub(crate) struct By {
    pub(crate) caller: Caller,
    /// Business time: the sandbox clock's in the sandbox.
    pub(crate) now: Timestamp,
    pub(crate) real: Timestamp,
    /// Milliseconds that business time is ahead of real time.
    pub(crate) offset: i64,
    pub(crate) place: Place,
    ids: Ids,
    turn: Turn,
    /// How many ids were minted in order.
    ordered: u64,
    /// For the audit log: what a decision on an order does, written when the order is saved.
    pub(crate) notes: Vec<Note>,
}

/// A line for the audit log.
#[derive(Debug, Clone)]
pub(crate) struct Note {
    pub(crate) action: &'static str,
    pub(crate) object: String,
    pub(crate) detail: Option<serde_json::Value>,
}

impl By {
    /// Written with what is being decided, as [`crate::audit::note`] does.
    pub(crate) fn note(&mut self, action: &'static str, object: impl ToString, detail: Option<serde_json::Value>) {
        self.notes.push(Note { action, object: object.to_string(), detail });
    }

    pub(crate) fn mint<I: Id>(&mut self) -> I {
        self.ids.mint()
    }

    /// For what is read in the order in which it happened and has its time in common with others: sorts after those of earlier commands, and after
    /// this command's own before it.
    pub(crate) fn mint_ordered<I: Id>(&mut self) -> I {
        self.ordered += 1;
        self.ids.mint_at(self.turn.place(self.ordered))
    }

    /// Registers the request's `Idempotency-Key` in the commit of its change.
    ///
    /// # Errors
    /// 409 where another request under the key came first.
    pub(crate) async fn keep_key(&self, tx: &mut Tx, object: &str) -> store::Result<()> {
        let Some(run) = &self.caller.keyed else { return Ok(()) };
        let row = IdempotencyKey { object: Some(object.to_owned()), ..run.row(self.real) };
        match store::idempotency::begin(tx, &row).await? {
            KeyBegun::New => {
                run.has_registered();
                Ok(())
            }
            KeyBegun::Known(_) => Err(another_runs().into()),
        }
    }
}
