//! `Idempotency-Key`: the same request under the same key is answered once.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use futures::FutureExt;
use model::error::{Code, Refused};
use model::time::Timestamp;
use serde_json::Value as Json;
use store::idempotency::KeyBegun;
use store::rows::{IdempotencyKey, Scope};
use store::{Dialect, Tx};
use vault::CardNumber;

use crate::Engine;
use crate::caller::{Caller, Keyed};

/// Keys are kept for 24 hours and have at most this many characters.
pub const KEY_LENGTH: usize = 255;

/// What a key was found to be.
#[derive(Debug, Clone)]
pub enum Begun {
    /// Nobody has had it: carry the request out as this caller, and keep its answer.
    New(Caller),
    /// Answered before: the same again.
    Replay { status: u16, body: String },
    /// The process ended between the change and its answer: answer with the object as it is now, and keep that as this caller.
    Continue { object: String, caller: Caller },
}

/// The requests under a key that run in this process.
#[derive(Debug, Default)]
pub(crate) struct Running(Mutex<BTreeSet<Name>>);

/// Account and environment, method, path, key.
type Name = (Scope, String, String, String);

impl Running {
    fn names(&self) -> MutexGuard<'_, BTreeSet<Name>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A request under a key while it runs: no other in this process has that key.
#[derive(Debug)]
pub(crate) struct Run {
    name: Name,
    fingerprint: String,
    /// The key's row is this request's: its last try wrote it, or who did is gone.
    registered: AtomicBool,
    running: Arc<Running>,
}

impl Run {
    /// None while another one runs.
    fn begin(running: &Arc<Running>, scope: Scope, keyed: &Keyed) -> Option<Arc<Self>> {
        let name = (scope, keyed.method.clone(), keyed.path.clone(), keyed.key.clone());
        let first = running.names().insert(name.clone());
        let run = || Self { name, fingerprint: keyed.fingerprint.clone(), registered: AtomicBool::new(false), running: running.clone() };
        first.then(|| Arc::new(run()))
    }

    /// What an earlier try wrote was rolled back.
    pub(crate) fn tries(&self) {
        self.registered.store(false, Ordering::SeqCst);
    }

    pub(crate) fn has_registered(&self) {
        self.registered.store(true, Ordering::SeqCst);
    }

    pub(crate) fn row(&self, created: Timestamp) -> IdempotencyKey {
        let (scope, method, path, key) = self.name.clone();
        IdempotencyKey {
            account: scope.account,
            environment: scope.environment,
            method,
            path,
            idempotency_key: key,
            fingerprint: self.fingerprint.clone(),
            created,
            status: None,
            body: None,
            object: None,
        }
    }
}

impl Drop for Run {
    fn drop(&mut self) {
        self.running.names().remove(&self.name);
    }
}

/// 409 until the answer of whoever has the key is there.
pub(crate) fn another_runs() -> Refused {
    Refused::of(Code::IdempotencyInProgress).retry_after(1)
}

impl Engine {
    /// Recognises a request: a keyed hash of method, path and body, with card data reduced to its fingerprint first, for a plain hash of
    /// a card number can be guessed.
    pub fn fingerprint(&self, method: &str, path: &str, body: &Json) -> String {
        let mut body = body.clone();
        self.without_card_data(&mut body);
        let text = format!("{method}\n{path}\n{body}");
        hex::encode(self.0.vault.mac("idempotency", text.as_bytes()))
    }

    fn without_card_data(&self, body: &mut Json) {
        match body {
            Json::Object(map) => {
                map.remove("cvc");
                if let Some(number) = map.get_mut("number") {
                    let print = number
                        .as_str()
                        .and_then(|text| CardNumber::parse(text).ok())
                        .map(|number| self.0.vault.fingerprint("idempotency", &number));
                    *number = Json::String(print.unwrap_or_default());
                }
                map.values_mut().for_each(|value| self.without_card_data(value));
            }
            Json::Array(list) => list.iter_mut().for_each(|value| self.without_card_data(value)),
            _ => {}
        }
    }

    /// Looks a key up before the request is carried out.
    ///
    /// # Errors
    /// 409 for a key that another request used, or that still runs.
    pub async fn begin_keyed(&self, caller: &Caller, keyed: &Keyed) -> Result<Begun, Refused> {
        let run = Run::begin(&self.0.running, caller.scope, keyed).ok_or_else(another_runs)?;
        let row = run.row(self.0.clock.now());
        let mut caller = caller.clone();
        caller.keyed = Some(run.clone());
        let mut reader = self.0.store.read().await?;
        let Some(known) = store::idempotency::known(&mut reader, &row).await? else { return Ok(Begun::New(caller)) };
        drop(reader);
        if row.created.since(known.created) >= store::idempotency::LIFE && known.status.is_some() {
            return Ok(Begun::New(caller));
        }
        if known.fingerprint != keyed.fingerprint {
            return Err(Refused::of(Code::IdempotencyMismatch));
        }
        match (known.status.map(u16::try_from), known.body, known.object) {
            (Some(Ok(status)), Some(body), _) => Ok(Begun::Replay { status, body }),
            (None, _, Some(object)) if self.was_cut_off(known.created, row.created) => {
                run.has_registered();
                Ok(Begun::Continue { object, caller })
            }
            _ => Err(another_runs()),
        }
    }

    /// Keeps the answer for whoever asks again. `caller`: as [`Engine::begin_keyed`] gave it.
    ///
    /// # Errors
    /// 409 where another request under the key came first: its answer is the one to give. Where the database fails.
    pub async fn finish_keyed(&self, caller: &Caller, status: u16, body: &str) -> Result<(), Refused> {
        let Some(run) = &caller.keyed else { return Ok(()) };
        let row = IdempotencyKey { status: Some(i64::from(status)), body: Some(body.to_owned()), ..run.row(self.0.clock.now()) };
        if run.registered.load(Ordering::SeqCst) {
            let finish = store::command(move |tx: &mut Tx| {
                let row = row.clone();
                async move { store::idempotency::finish(tx, &row).await }.boxed()
            });
            return self.commit_alone(finish).await.map(drop);
        }
        // it changed nothing: nothing has registered its key yet
        let command = store::command(move |tx: &mut Tx| {
            let row = row.clone();
            async move { store::idempotency::begin(tx, &row).await }.boxed()
        });
        match self.commit(command).await? {
            KeyBegun::New => Ok(()),
            KeyBegun::Known(_) => Err(another_runs()),
        }
    }

    /// Whether a request that began then, has no answer `now` and does not run in this process has none to come, in real time. One process alone
    /// works on a SQLite file.
    fn was_cut_off(&self, began: Timestamp, now: Timestamp) -> bool {
        self.0.store.dialect() == Dialect::Sqlite || now.since(began) > RUNNING_MS
    }
}

/// A request of another process runs at most this long, in milliseconds: the acquirer's deadline several times over. A key without answer after that
/// was cut off by a crash.
const RUNNING_MS: i64 = 90_000;
