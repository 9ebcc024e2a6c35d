//! Who waits where. Whoever comes to a seam stops there until the driver lets it go on: between two choices of the driver one of them runs,
//! so that what happens follows from the choices alone. Where several may go at once, each stops again before it reads or draws anything.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use engine::{Fault, Seam};
use futures::FutureExt;
use tokio::sync::{Notify, oneshot};
use tokio::task;
use tokio::time::Instant;

/// How long the engine waits for the bank.
const PATIENCE: Duration = Duration::from_millis(engine::ACQUIRER_DEADLINE_MS.unsigned_abs());

/// Somebody who does one thing: a payer who pays, a merchant who asks, a worker who looks for work.
pub type Actor = u32;

/// Where somebody waits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    Seam(Seam),
    /// The bank has done what it was asked; its answer is on the way.
    Answer,
    /// No answer ever comes.
    Silence,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Seam(seam) => seam.as_str(),
            Self::Answer => "answer",
            Self::Silence => "silence",
        })
    }
}

struct Waiting {
    actor: Actor,
    place: Place,
    since: Instant,
    go: oneshot::Sender<()>,
}

impl Waiting {
    /// Whoever waited for the bank too long is about to go on by itself, even if it has not been woken yet.
    fn stays(&self) -> bool {
        let patient = matches!(self.place, Place::Seam(_)) || self.since.elapsed() < PATIENCE;
        patient && !self.go.is_closed()
    }
}

struct State<Done> {
    live: BTreeSet<Actor>,
    waiting: Vec<Waiting>,
    /// A use case runs in a task of its own.
    tasks: BTreeMap<task::Id, Actor>,
    ended: Vec<(Actor, Done)>,
}

impl<Done> State<Done> {
    fn is_waiting(&self, actor: Actor) -> bool {
        self.waiting.iter().any(|waiting| waiting.actor == actor && waiting.stays())
    }

    /// Who this task is: one that was not here before belongs to whoever runs. None: nobody that the driver started.
    fn whose(&mut self) -> Option<Actor> {
        let id = task::try_id()?;
        if let Some(known) = self.tasks.get(&id) {
            return Some(*known);
        }
        let mut running = self.live.iter().copied().filter(|actor| !self.is_waiting(*actor));
        let actor = running.next()?;
        assert_eq!(running.next(), None, "runs beside #{actor}, and what happens is no longer the driver's choice");
        self.tasks.insert(id, actor);
        Some(actor)
    }
}

struct Inner<Done> {
    state: Mutex<State<Done>>,
    moved: Notify,
}

/// Of one process: it dies with it.
pub struct Board<Done>(Arc<Inner<Done>>);

impl<Done> Clone for Board<Done> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

impl<Done: Send + 'static> Board<Done> {
    pub fn new() -> Self {
        let state = State { live: BTreeSet::new(), waiting: Vec::new(), tasks: BTreeMap::new(), ended: Vec::new() };
        Self(Arc::new(Inner { state: Mutex::new(state), moved: Notify::new() }))
    }

    fn lock(&self) -> MutexGuard<'_, State<Done>> {
        self.0.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The engine's seams: each stops whoever comes to it.
    pub fn fault(&self) -> Fault {
        let board = self.clone();
        Fault::with(move |seam| {
            let board = board.clone();
            async move { board.wait(Place::Seam(seam)).await }.boxed()
        })
    }

    /// Stops here until let go. Nobody lets go in a process that has died.
    pub async fn wait(&self, place: Place) {
        let (go, gone) = oneshot::channel();
        {
            let mut state = self.lock();
            let Some(actor) = state.whose() else { return };
            state.waiting.push(Waiting { actor, place, since: Instant::now(), go });
        }
        self.0.moved.notify_one();
        if gone.await.is_err() {
            std::future::pending::<()>().await;
        }
    }

    pub fn begin(&self, actor: Actor) {
        self.lock().live.insert(actor);
    }

    pub fn end(&self, actor: Actor, done: Done) {
        {
            let mut state = self.lock();
            state.live.remove(&actor);
            state.ended.push((actor, done));
        }
        self.0.moved.notify_one();
    }

    /// Those that have ended since, in their order.
    pub fn ended(&self) -> Vec<(Actor, Done)> {
        let mut ended = std::mem::take(&mut self.lock().ended);
        ended.sort_by_key(|(actor, _)| *actor);
        ended
    }

    pub fn living(&self) -> usize {
        self.lock().live.len()
    }

    /// Where everybody waits, in their order.
    pub fn waiting(&self) -> Vec<(Actor, Place)> {
        let mut state = self.lock();
        state.waiting.retain(|waiting| !waiting.go.is_closed());
        let mut list: Vec<(Actor, Place)> = state.waiting.iter().map(|waiting| (waiting.actor, waiting.place)).collect();
        list.sort_by_key(|(actor, _)| *actor);
        list
    }

    pub fn let_go(&self, actor: Actor) {
        let mut state = self.lock();
        if let Some(at) = state.waiting.iter().position(|waiting| waiting.actor == actor && !waiting.go.is_closed()) {
            // whoever is not there any more needs no word
            let _ = state.waiting.remove(at).go.send(());
        }
    }

    /// Ends when everybody waits or has ended.
    pub async fn quiet(&self) {
        loop {
            {
                let state = self.lock();
                if state.live.iter().all(|actor| state.is_waiting(*actor)) {
                    return;
                }
            }
            self.0.moved.notified().await;
        }
    }
}
