//! `Idempotency-Key`: the same request under the same key is answered once.

use futures::FutureExt;
use model::error::{Code, Refused};
use model::time::Timestamp;
use serde_json::Value as Json;
use store::idempotency::KeyBegun;
use store::rows::IdempotencyKey;
use store::{Dialect, Tx};
use vault::CardNumber;

use crate::Engine;
use crate::caller::{Caller, Keyed};

/// Keys are kept for 24 hours and have at most this many characters.
pub const KEY_LENGTH: usize = 255;

/// What a key was found to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Begun {
    New,
    /// Answered before: the same again.
    Replay {
        status: u16,
        body: String,
    },
    /// The process ended between the change and its answer: answer with the object as it is now.
    Continue {
        object: String,
    },
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
        let row = self.key_row(caller, keyed);
        let mut reader = self.0.store.read().await?;
        let Some(known) = store::idempotency::known(&mut reader, &row).await? else { return Ok(Begun::New) };
        drop(reader);
        if row.created.since(known.created) >= store::idempotency::LIFE && known.status.is_some() {
            return Ok(Begun::New);
        }
        if known.fingerprint != keyed.fingerprint {
            return Err(Refused::of(Code::IdempotencyMismatch));
        }
        match (known.status.map(u16::try_from), known.body, known.object) {
            (Some(Ok(status)), Some(body), _) => Ok(Begun::Replay { status, body }),
            (None, _, Some(object)) if self.was_cut_off(known.created, row.created) => Ok(Begun::Continue { object }),
            _ => Err(Refused::of(Code::IdempotencyInProgress).retry_after(1)),
        }
    }

    /// Keeps the answer for whoever asks again.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn finish_keyed(&self, caller: &Caller, keyed: &Keyed, status: u16, body: &str) -> Result<(), Refused> {
        let mut row = self.key_row(caller, keyed);
        row.status = Some(i64::from(status));
        row.body = Some(body.to_owned());
        let begun = row.clone();
        let finish = store::command(move |tx: &mut Tx| {
            let row = begun.clone();
            async move { store::idempotency::finish_begun(tx, &row).await }.boxed()
        });
        if self.commit_alone(finish).await? {
            return Ok(());
        }
        let command = store::command(move |tx: &mut Tx| {
            let mut row = row.clone();
            async move {
                // a refusal changed nothing, so nothing has registered its key yet
                if let KeyBegun::Known(known) = store::idempotency::begin(tx, &row).await? {
                    // another request came first: its answer is not ours
                    if known.fingerprint != row.fingerprint {
                        return Ok(());
                    }
                    row.object = known.object;
                }
                store::idempotency::finish(tx, &row).await
            }
            .boxed()
        });
        self.commit(command).await
    }

    /// Whether a request that began then and has no answer `now` has none to come, in real time. One process alone works on a SQLite file:
    /// what began before it ended with the one before.
    fn was_cut_off(&self, began: Timestamp, now: Timestamp) -> bool {
        let alone = self.0.store.dialect() == Dialect::Sqlite;
        now.since(began) > RUNNING_MS || (alone && began < self.0.begun)
    }

    fn key_row(&self, caller: &Caller, keyed: &Keyed) -> IdempotencyKey {
        IdempotencyKey {
            account: caller.scope.account,
            environment: caller.scope.environment,
            method: keyed.method.clone(),
            path: keyed.path.clone(),
            idempotency_key: keyed.key.clone(),
            fingerprint: keyed.fingerprint.clone(),
            created: self.0.clock.now(),
            status: None,
            body: None,
            object: None,
        }
    }
}

/// A request runs at most this long, in milliseconds: the acquirer's deadline several times over. A key without answer after that was cut off by a crash.
const RUNNING_MS: i64 = 90_000;
