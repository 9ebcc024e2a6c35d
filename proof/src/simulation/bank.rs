//! A bank that keeps its books in order and its callers waiting: it answers late, twice, wrongly or never.
//!
//! What it does with the money is the simulator's; only the way to it and back is bad. It outlives the process that calls it.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use acquirer::{
    Acquirer, Answer, Authentication, Authorised, Call, Challenge, Found, InMemory, Instrument, Memory, Outcome, Purpose, Refusal,
    Simulator,
};
use futures::FutureExt;
use futures::future::BoxFuture;
use model::id::OperationId;
use model::lifecycle::OperationKind;
use model::time::Timestamp;
use serde_json::Value;

use super::board::{Board, Place};
use super::dice::Dice;
use super::people::Done;
use crate::Problem;
use crate::invariants::{Holding, Holdings};

/// What a call's way is like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Way {
    Prompt,
    /// The network brings it twice.
    Twice,
    /// Done; the answer takes its time.
    Late,
    /// Done; the answer is lost, and the caller waits.
    Silent,
    /// Done; the line breaks, and the caller knows that it does not know.
    Broken,
    /// Never arrives.
    Lost,
    /// Arrives when nobody waits for it any more, or never.
    Delayed,
    /// Refused without a look at the account.
    Refused,
}

type Go<T> = Arc<dyn Fn() -> BoxFuture<'static, Answer<T>> + Send + Sync>;

struct Books {
    dice: Dice,
    board: Option<Board<Done>>,
    honest: bool,
    refusals: BTreeMap<String, Refusal>,
    on_the_way: Vec<(String, BoxFuture<'static, ()>)>,
    sent: BTreeMap<String, u32>,
    /// What each call asked for.
    asked: BTreeMap<String, OperationKind>,
    /// Each text that was read, with what it says.
    read: BTreeMap<OperationId, (String, Option<Holding>)>,
}

struct Inner {
    simulator: Simulator,
    memory: Arc<InMemory>,
    books: Mutex<Books>,
}

/// The acquirer of production. Clones are the same bank.
#[derive(Clone)]
pub struct Bank(Arc<Inner>);

impl Bank {
    pub fn new(seed: u64) -> Self {
        let memory = Arc::new(InMemory::default());
        let books = Books {
            dice: Dice::new(seed ^ 0xba_4c),
            board: None,
            honest: false,
            refusals: BTreeMap::new(),
            on_the_way: Vec::new(),
            sent: BTreeMap::new(),
            asked: BTreeMap::new(),
            read: BTreeMap::new(),
        };
        Self(Arc::new(Inner { simulator: Simulator::new(memory.clone()), memory, books: Mutex::new(books) }))
    }

    fn lock(&self) -> MutexGuard<'_, Books> {
        self.0.books.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A new process calls from now on.
    pub fn serve(&self, board: Board<Done>) {
        self.lock().board = Some(board);
    }

    /// From now on every answer comes at once.
    pub fn be_honest(&self) {
        self.lock().honest = true;
    }

    pub fn memory(&self) -> Arc<dyn Memory> {
        self.0.memory.clone()
    }

    /// Calls that have left and not arrived.
    pub fn on_the_way(&self) -> usize {
        self.lock().on_the_way.len()
    }

    /// One of those arrives after all.
    pub async fn arrive(&self, which: usize) -> String {
        let (reference, call) = self.lock().on_the_way.remove(which);
        call.await;
        reference
    }

    /// Its memory, a line each.
    pub fn remembers(&self) -> Vec<String> {
        self.0.memory.dump().into_iter().map(|(reference, record)| reference + &record).collect()
    }

    /// What it holds, by its own memory.
    pub fn holdings(&self) -> Holdings {
        let mut books = self.lock();
        let mut held = Holdings::new();
        for (reference, text) in self.0.memory.dump() {
            let Ok(id) = reference.parse::<OperationId>() else { continue };
            let known = books.read.get(&id).filter(|(known, _)| *known == text).map(|(_, holding)| *holding);
            let holding = known.unwrap_or_else(|| Holding::of_record(&text));
            if known.is_none() {
                books.read.insert(id, (text, holding));
            }
            held.extend(holding.map(|holding| (id, holding)));
        }
        held
    }

    /// # Errors
    /// A call that was sent twice.
    pub fn was_called_once(&self) -> Result<(), Problem> {
        let books = self.lock();
        match books.sent.iter().find(|(_, times)| **times > 1) {
            Some((reference, times)) => Err(format!("{reference} was sent to the bank {times} times")),
            None => Ok(()),
        }
    }

    fn way(&self, reference: &str, may_refuse: bool) -> Way {
        let mut books = self.lock();
        // that a call is to come to nothing is said until the bank has heard it
        if !reference.ends_with("_void") {
            *books.sent.entry(reference.to_owned()).or_default() += 1;
        }
        if books.honest {
            return Way::Prompt;
        }
        match books.dice.below(100) {
            0..50 => Way::Prompt,
            50..55 => Way::Twice,
            55..74 => Way::Late,
            74..79 => Way::Silent,
            79..84 => Way::Broken,
            84..88 => Way::Lost,
            88..94 => Way::Delayed,
            _ if may_refuse => Way::Refused,
            _ => Way::Prompt,
        }
    }

    async fn wait(&self, place: Place) {
        let board = self.lock().board.clone();
        if let Some(board) = board {
            board.wait(place).await;
        }
    }

    async fn carry<T: Send + 'static>(
        &self,
        kind: OperationKind,
        reference: String,
        refusals: &'static [&'static str],
        go: Go<T>,
    ) -> Answer<T> {
        self.lock().asked.insert(reference.clone(), kind);
        let way = self.way(&reference, !refusals.is_empty());
        match way {
            Way::Prompt => go().await,
            Way::Twice => {
                go().await;
                go().await
            }
            Way::Late => {
                let answer = go().await;
                self.wait(Place::Answer).await;
                answer
            }
            Way::Broken => {
                go().await;
                Answer::Unknown
            }
            Way::Silent => {
                go().await;
                self.wait(Place::Silence).await;
                Answer::Unknown
            }
            Way::Lost | Way::Delayed => {
                if way == Way::Delayed {
                    self.lock().on_the_way.push((reference, async move { drop(go().await) }.boxed()));
                }
                self.wait(Place::Silence).await;
                Answer::Unknown
            }
            Way::Refused => {
                let mut books = self.lock();
                let response = books.dice.of(refusals).copied().unwrap_or_default().to_owned();
                let refusal = Refusal { response, author: Some("acquirer".to_owned()) };
                books.refusals.insert(reference, refusal.clone());
                Answer::Refused(refusal)
            }
        }
    }

    /// How well it looks, of 100.
    fn looks(&self) -> usize {
        let mut books = self.lock();
        if books.honest { 99 } else { books.dice.below(100) }
    }

    async fn looked_up(&self, reference: &str, now: Timestamp) -> Found {
        let looks = self.looks();
        if looks < 4 {
            self.wait(Place::Silence).await;
        }
        let refusal = self.lock().refusals.get(reference).cloned();
        let found = match refusal {
            Some(refusal) => Found::Refused(refusal),
            None => self.0.simulator.find(reference, now).await,
        };
        let asked = self.lock().asked.get(reference).copied();
        match (looks, asked) {
            (0..15, _) => Found::Pending,
            (15..20, _) => Found::Absent,
            // The answer to another question. Of the one that was asked it tells the truth: nobody could doubt that.
            (20..27, Some(OperationKind::Capture)) => Found::Done(Outcome::Authenticated(Authentication::Declined)),
            (20..24, Some(_)) | (24..27, Some(OperationKind::Void)) => Found::Done(Outcome::Captured),
            (24..27, Some(_)) => Found::Done(Outcome::Voided),
            _ => found,
        }
    }
}

/// What a bank says that doesn't want to; the empty one says nothing at all.
const NO_AUTHORISATION: &[&str] = &["91", "05", "96", ""];
const NO_CAPTURE: &[&str] = &["12", "91"];
const NO_CHANGE: &[&str] = &["12", ""];

impl Acquirer for Bank {
    fn authenticate(&self, call: Call, instrument: Instrument, challenge: Challenge) -> BoxFuture<'_, Answer<Authentication>> {
        let (bank, reference) = (self.clone(), call.reference.clone());
        let go: Go<Authentication> = Arc::new(move || {
            let (bank, call, instrument, challenge) = (bank.clone(), call.clone(), instrument.clone(), challenge.clone());
            async move { bank.0.simulator.authenticate(call, instrument, challenge).await }.boxed()
        });
        self.carry(OperationKind::Authenticate, reference, &[], go).boxed()
    }

    fn authentication_result<'a>(&'a self, reference: &'a str, now: Timestamp) -> BoxFuture<'a, Option<Authentication>> {
        async move {
            let looks = self.looks();
            if looks < 3 {
                self.wait(Place::Silence).await;
            }
            if looks < 18 { None } else { self.0.simulator.authentication_result(reference, now).await }
        }
        .boxed()
    }

    fn authorise(&self, call: Call, instrument: Instrument, authenticated: bool, purpose: Purpose) -> BoxFuture<'_, Answer<Authorised>> {
        let (bank, reference) = (self.clone(), call.reference.clone());
        let go: Go<Authorised> = Arc::new(move || {
            let (bank, call, instrument) = (bank.clone(), call.clone(), instrument.clone());
            async move { bank.0.simulator.authorise(call, instrument, authenticated, purpose).await }.boxed()
        });
        self.carry(OperationKind::Authorise, reference, NO_AUTHORISATION, go).boxed()
    }

    fn capture<'a>(&'a self, call: Call, of: &'a str) -> BoxFuture<'a, Answer<()>> {
        let (bank, reference, of) = (self.clone(), call.reference.clone(), of.to_owned());
        let go: Go<()> = Arc::new(move || {
            let (bank, call, of) = (bank.clone(), call.clone(), of.clone());
            async move { bank.0.simulator.capture(call, &of).await }.boxed()
        });
        self.carry(OperationKind::Capture, reference, NO_CAPTURE, go).boxed()
    }

    fn lower<'a>(&'a self, call: Call, of: &'a str) -> BoxFuture<'a, Answer<()>> {
        let (bank, reference, of) = (self.clone(), call.reference.clone(), of.to_owned());
        let go: Go<()> = Arc::new(move || {
            let (bank, call, of) = (bank.clone(), call.clone(), of.clone());
            async move { bank.0.simulator.lower(call, &of).await }.boxed()
        });
        self.carry(OperationKind::Lower, reference, NO_CHANGE, go).boxed()
    }

    fn void<'a>(&'a self, call: Call, of: &'a str) -> BoxFuture<'a, Answer<()>> {
        let (bank, reference, of) = (self.clone(), call.reference.clone(), of.to_owned());
        let go: Go<()> = Arc::new(move || {
            let (bank, call, of) = (bank.clone(), call.clone(), of.clone());
            async move { bank.0.simulator.void(call, &of).await }.boxed()
        });
        self.carry(OperationKind::Void, reference, NO_CHANGE, go).boxed()
    }

    fn refund<'a>(&'a self, call: Call, of: &'a str) -> BoxFuture<'a, Answer<()>> {
        let (bank, reference, of) = (self.clone(), call.reference.clone(), of.to_owned());
        let go: Go<()> = Arc::new(move || {
            let (bank, call, of) = (bank.clone(), call.clone(), of.clone());
            async move { bank.0.simulator.refund(call, &of).await }.boxed()
        });
        self.carry(OperationKind::Refund, reference, NO_CHANGE, go).boxed()
    }

    fn find<'a>(&'a self, reference: &'a str, now: Timestamp) -> BoxFuture<'a, Found> {
        self.looked_up(reference, now).boxed()
    }
}

/// The payer's answer on the bank's page.
///
/// # Errors
/// When the bank can't remember.
pub async fn answer(memory: &dyn Memory, reference: &str, approve: bool) -> Result<(), Problem> {
    let read = |error: acquirer::MemoryError| error.to_string();
    let Some(text) = memory.get(reference).await.map_err(read)? else { return Ok(()) };
    let mut record: Value = serde_json::from_str(&text).map_err(|error| error.to_string())?;
    if record["result"].is_null() && record["record"] == "authentication" {
        record["result"] = if approve { record["success"].clone() } else { Value::from("declined") };
        memory.replace(reference, &text, &record.to_string()).await.map_err(read)?;
    }
    Ok(())
}
