//! What outlives a process: the database, time, chance, the bank, and what people remember.

use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use engine::{Caller, Clock, Engine, Fault, NewAccount, Parts};
use model::money::Currency;
use model::time::Timestamp;
use secrecy::{ExposeSecret as _, SecretString};
use sha2::{Digest, Sha256};
use store::Store;
use store_testing::Database;
use vault::{Vault, VaultKeys};

use super::bank::Bank;
use super::board::Actor;
use super::dice::{Dice, Seeded};
use super::requests::Requests;
use crate::Problem;
use crate::invariants::Told;

/// A Thursday noon in Paris.
const START: &str = "2026-11-19T11:00:00Z";

/// A clock that stands still until it is moved, now and then a little back.
pub struct Hands(AtomicI64);

impl Clock for Hands {
    fn now(&self) -> Timestamp {
        Timestamp::from_millis(self.0.load(Ordering::SeqCst))
    }
}

impl Hands {
    pub fn move_by(&self, millis: i64) {
        self.0.fetch_add(millis, Ordering::SeqCst);
    }
}

/// What happened, step by step.
#[derive(Clone, Default)]
pub struct Trace(Arc<Mutex<Vec<String>>>);

impl Trace {
    fn lock(&self) -> MutexGuard<'_, Vec<String>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub fn say(&self, line: String) {
        self.lock().push(line);
    }

    pub fn lines(&self) -> Vec<String> {
        self.lock().clone()
    }
}

/// SHA-256 over lines, in hexadecimal.
pub fn hash<'a>(lines: impl Iterator<Item = &'a String>) -> String {
    use std::fmt::Write as _;
    let mut sum = Sha256::new();
    for line in lines {
        sum.update(line.as_bytes());
        sum.update([0]);
    }
    sum.finalize().iter().fold(String::new(), |mut text, byte| {
        // writing to a String can't fail
        let _ = write!(text, "{byte:02x}");
        text
    })
}

pub struct World {
    pub dice: Dice,
    pub database: Database,
    pub clock: Arc<Hands>,
    draw: Arc<Seeded>,
    pub bank: Bank,
    /// Of production and of the sandbox; none before the first process has made the account.
    pub callers: Vec<Caller>,
    pub told: Vec<Told>,
    pub requests: Requests,
    pub trace: Trace,
    pub step: u64,
    pub checked: usize,
    actors: Actor,
}

impl World {
    /// # Errors
    /// Where the system's time zone data or this room is broken.
    pub fn new(seed: u64, database: Database, trace: Trace) -> Result<Self, Problem> {
        let start = Timestamp::parse_rfc3339(START).map_err(|error| error.to_string())?;
        Ok(Self {
            dice: Dice::new(seed),
            database,
            clock: Arc::new(Hands(AtomicI64::new(start.as_millis()))),
            draw: Arc::new(Seeded::new(seed)),
            bank: Bank::new(seed),
            callers: Vec::new(),
            told: Vec::new(),
            requests: Requests::default(),
            trace,
            step: 0,
            checked: 0,
            actors: 0,
        })
    }

    pub fn next_actor(&mut self) -> Actor {
        self.actors += 1;
        self.actors
    }

    pub fn say(&self, what: &str) {
        self.trace.say(format!("{:>5} {what}", self.step));
    }

    /// A process that has just begun.
    ///
    /// # Errors
    /// When the engine can't be made.
    pub async fn engine(&mut self, store: &Store, fault: Fault) -> Result<Engine, Problem> {
        let keys = VaultKeys::parse(&SecretString::from("11".repeat(32))).map_err(|error| error.to_string())?;
        let engine = Engine::new(Parts {
            store: store.clone(),
            vault: Vault::open_with(keys).map_err(|error| error.to_string())?,
            production: Some(Arc::new(self.bank.clone())),
            clock: self.clock.clone(),
            draw: self.draw.clone(),
            fault,
            public_url: "https://pay.example".to_owned(),
        });
        if self.callers.is_empty() {
            let account = engine.create_account(account()).await.map_err(|refused| refused.to_string())?;
            for key in [&account.production_secret, &account.sandbox_secret] {
                let caller = engine.caller_for_key(key.expose_secret(), None).await.map_err(|refused| refused.to_string())?;
                self.callers.push(caller);
            }
        }
        Ok(engine)
    }
}

fn account() -> NewAccount {
    NewAccount {
        name: "Maison Test".to_owned(),
        email: "owner@example.com".to_owned(),
        password: SecretString::from("correct horse battery"),
        user_name: "Somebody".to_owned(),
        time_zone: "Europe/Paris".to_owned(),
        currency: Currency::Eur,
        locale: "en".to_owned(),
    }
}
