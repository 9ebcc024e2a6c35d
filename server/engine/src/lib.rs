//! The use cases. Everything that changes money or state goes through here, from API, pages and worker alike: load, decide, persist with
//! ledger lines and events, once. The acquirer is called between commits, never inside one.

mod accounts;
mod amend;
mod attempt;
mod audit;
mod beside;
mod by;
mod caller;
mod cards;
mod changes;
mod check;
mod clock;
mod customers;
mod decide;
mod deciding;
mod disputes;
mod dossier;
mod effect;
mod events;
mod fault;
mod file;
mod find;
mod flow;
mod forms;
mod grant;
mod home;
mod idempotency;
mod import;
mod intents;
mod joining;
mod keys;
mod links;
mod lists;
mod masking;
mod memory;
mod myself;
mod notes;
mod operate;
mod passwords;
mod payer;
mod payments;
mod payments_list;
mod pins;
mod refunds;
mod requests;
pub mod rules;
mod sandbox;
mod settle;
mod shops;
mod team;
mod types;
mod users;
mod views;
mod work;

use std::future::Future;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use acquirer::{Acquirer, BankClock, Memory, Simulator};
use futures::FutureExt;
use futures::future::BoxFuture;
use model::error::{Code, Refused};
use model::id::AccountId;
use model::locale::Locale;
use model::rights::Environment;
use model::time::Timestamp;
use store::rows::{Account, Scope};
use store::{Command, Store};
use tokio_util::task::TaskTracker;
use vault::{CvcMemory, Vault};

pub use audit::AuditPage;
pub use by_public::rows;
pub use caller::{Actor, Caller, Keyed};
pub use changes::{Heard, Listening};
pub use clock::{Clock, Draw, SystemClock, SystemDraw, zone};
pub use effect::Effect;
pub use fault::{Fault, Seam};
pub use find::Located;
pub use home::{Figures, Home, HomeAsked, PERIOD_MAX, RefundsOf, Stretch, Tally};
pub use idempotency::{Begun, KEY_LENGTH};
pub use import::{
    Asked as ImportAsked, CardRecord, Counts as ImportCounts, CustomerRecord, DisputeRecord, FileRow, ImportReport, IntentRecord,
    PaymentRecord, PayoutRecord, Progress as ImportProgress, Record, RefundRecord, RowKind, Rows as ImportRows, Said as ImportSaid,
    Unreadable, Wrong,
};
pub use joining::{InvitationState, Joining, Offer};
pub use keys::{Grace, KeyKind, Keys, MadeKey, NewKey, key_prefix, key_works};
pub use links::{LINK, LinkDraft, LinkFile};
pub use myself::Seated;
pub use notes::{NOTE_MAX, NoteProblem, note_again, note_text};
pub use passwords::PASSWORD_LENGTH;
pub use payer::Back;
pub use payments_list::{Batch, CHOSEN_MAX, Choices, EXPORT_BATCH, Exported, Maker, cursor};
pub use pins::{PIN_TITLE_MAX, PINS_MAX, Pin, PinChange};
pub use requests::Answered;
pub use sandbox::Advance;
pub use shops::{ShopDraft, ShopFile};
pub use store::Cursor;
pub use store::audit::AuditFilter;
pub use store::payments_list::{Count, Not, Order, Page as Rows, PageAt, PaymentsFilter, PaymentsTally, Sum};
pub use store::stats::Need;
pub use store::totals::Total;
pub use team::{Colleague, INVITATION_MS, Invited, Team};
pub use types::*;
pub use users::{Session, SignedIn, Visitor};
pub use views::{VIEW_NAME_MAX, View, ViewChange};
pub use work::Ran;

use by::{Merchant, Start};
use clock::{Place, Turn};

mod by_public {
    pub use store::rows;
}

/// How long an acquirer may take to answer, in milliseconds.
pub const ACQUIRER_DEADLINE_MS: i64 = 20_000;

/// What an engine is made of. Time, randomness and faults are handed in.
pub struct Parts {
    pub store: Store,
    pub vault: Vault,
    /// Who moves money in production; none: every method is refused there.
    pub production: Option<Arc<dyn Acquirer>>,
    pub clock: Arc<dyn Clock>,
    pub draw: Arc<dyn Draw>,
    pub fault: Fault,
    /// Scheme and host of the pages, without a trailing slash.
    pub public_url: String,
}

/// The one door to everything that changes. Cheap to clone.
#[derive(Clone)]
pub struct Engine(Arc<Inner>);

pub(crate) struct Inner {
    pub(crate) store: Store,
    pub(crate) vault: Vault,
    pub(crate) cvcs: CvcMemory,
    simulator: Arc<dyn Acquirer>,
    memory: Arc<dyn Memory>,
    production: Option<Arc<dyn Acquirer>>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) draw: Arc<dyn Draw>,
    pub(crate) fault: Fault,
    pub(crate) public_url: String,
    pub(crate) passwords: passwords::Passwords,
    streams: changes::Streams,
    pub(crate) running: Arc<idempotency::Running>,
    /// Commands that have begun.
    turns: AtomicU64,
    tasks: TaskTracker,
}

impl Engine {
    pub fn new(parts: Parts) -> Self {
        let memory: Arc<dyn Memory> = Arc::new(memory::StoredMemory::new(parts.store.clone(), parts.clock.clone()));
        Self(Arc::new(Inner {
            simulator: Arc::new(Simulator::new(memory.clone())),
            memory,
            production: parts.production,
            cvcs: CvcMemory::default(),
            store: parts.store,
            vault: parts.vault,
            clock: parts.clock,
            draw: parts.draw,
            fault: parts.fault,
            public_url: parts.public_url,
            passwords: passwords::Passwords::default(),
            streams: changes::Streams::default(),
            running: Arc::default(),
            turns: AtomicU64::default(),
            tasks: TaskTracker::new(),
        }))
    }

    /// What the simulated bank's pages remember by.
    pub fn bank_memory(&self) -> Arc<dyn Memory> {
        self.0.memory.clone()
    }

    /// The simulated bank's clock: each account's own.
    pub fn bank_clock(&self) -> Arc<dyn BankClock> {
        Arc::new(self.clone())
    }

    pub fn public_url(&self) -> &str {
        &self.0.public_url
    }

    /// Says when something was committed here: pages and the worker read again.
    pub fn changes(&self) -> tokio::sync::watch::Receiver<u64> {
        self.0.store.committed()
    }

    /// Ends when every command that has begun has ended. New ones still run: stop listening first.
    pub async fn settle_down(&self) {
        self.0.tasks.close();
        self.0.tasks.wait().await;
    }

    /// Runs a command in a task of its own: a client that hangs up cancels nothing. Boxed, as [`Engine::commit`].
    pub(crate) fn task<T: Send + 'static>(
        &self,
        work: impl Future<Output = Result<T, Refused>> + Send + 'static,
    ) -> BoxFuture<'_, Result<T, Refused>> {
        async move { self.apart(work).await? }.boxed()
    }

    /// Runs to its end in a task of its own, whether or not anybody still waits for it; a graceful stop does.
    ///
    /// # Errors
    /// Where it panicked: 500.
    pub async fn apart<T: Send + 'static>(&self, work: impl Future<Output = T> + Send + 'static) -> Result<T, Refused> {
        self.0.tasks.spawn(work).await.map_err(|error| {
            tracing::error!(%error, "a command ended abnormally");
            Refused::of(Code::Internal)
        })
    }

    /// Boxed: the callers' futures stay small, and the compiler need not look through every closure again.
    pub(crate) fn commit<C: Command>(&self, command: C) -> BoxFuture<'_, Result<C::Out, Refused>> {
        self.between_seams(self.0.store.write(command))
    }

    /// [`Engine::commit`] of what one statement changes.
    pub(crate) fn commit_alone<C: Command>(&self, command: C) -> BoxFuture<'_, Result<C::Out, Refused>> {
        self.between_seams(self.0.store.write_alone(command))
    }

    fn between_seams<'e, T: Send>(
        &'e self,
        write: impl Future<Output = store::Result<T>> + Send + 'e,
    ) -> BoxFuture<'e, Result<T, Refused>> {
        async move {
            self.0.fault.at(Seam::BeforeWrite).await;
            let out = write.await;
            self.0.fault.at(if out.is_ok() { Seam::AfterCommit } else { Seam::AfterRollback }).await;
            Ok(out?)
        }
        .boxed()
    }

    pub(crate) fn seed(&self) -> [u8; 32] {
        let mut seed = [0; 32];
        self.0.draw.fill(&mut seed);
        seed
    }

    pub(crate) fn turn(&self, real: Timestamp) -> Turn {
        Turn { real, after: self.0.turns.fetch_add(1, Ordering::Relaxed) }
    }

    /// What a command of `caller` begins with.
    pub(crate) async fn start(&self, caller: &Caller) -> Result<Start, Refused> {
        let account = self.account(caller.scope.account).await?;
        Ok(self.start_in(caller, &account))
    }

    pub(crate) fn start_in(&self, caller: &Caller, account: &Account) -> Start {
        let real = self.0.clock.now();
        let offset = offset(account, caller.scope.environment);
        Start {
            caller: caller.clone(),
            now: real.plus_millis(offset),
            real,
            offset,
            place: Place::of(&account.time_zone),
            seed: self.seed(),
            turn: self.turn(real),
            merchant: Arc::new(Merchant { name: account.name.clone(), locale: Locale::from_code(&account.locale).unwrap_or(Locale::En) }),
        }
    }

    pub(crate) async fn account(&self, id: AccountId) -> Result<Account, Refused> {
        let mut reader = self.0.store.read().await?;
        let account = store::accounts::account(&mut reader, id).await?;
        account.ok_or_else(|| Refused::not_found::<AccountId>(&id.to_string()))
    }

    /// What time it is for an account's objects.
    pub fn now_for(&self, account: &Account, environment: Environment) -> Timestamp {
        self.0.clock.now().plus_millis(offset(account, environment))
    }

    /// # Errors
    /// 422 where nobody moves money.
    pub(crate) fn acquirer(&self, scope: Scope) -> Result<Arc<dyn Acquirer>, Refused> {
        match scope.environment {
            Environment::Sandbox => Ok(self.0.simulator.clone()),
            Environment::Production => self
                .0
                .production
                .clone()
                .ok_or_else(|| Refused::new(Code::NoMethod, "No acquirer is configured in production for this method")),
        }
    }
}

impl BankClock for Engine {
    fn now<'a>(&'a self, account: &'a str) -> BoxFuture<'a, Timestamp> {
        async move {
            let Ok(id) = account.parse() else { return self.0.clock.now() };
            match self.account(id).await {
                Ok(account) => self.now_for(&account, Environment::Sandbox),
                Err(_) => self.0.clock.now(),
            }
        }
        .boxed()
    }
}

fn offset(account: &Account, environment: Environment) -> i64 {
    match environment {
        Environment::Sandbox => account.clock_offset,
        Environment::Production => 0,
    }
}
