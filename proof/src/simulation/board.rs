//! Who waits where. Whoever comes to a seam stops there until the driver lets it go on: between two choices of the driver one of them runs,
//! so that what happens follows from the choices alone.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use engine::{Fault, Seam};
use futures::FutureExt;
use tokio::sync::{Notify, oneshot};
use tokio::task;

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
    go: oneshot::Sender<()>,
}

struct State<Done> {
    live: BTreeSet<Actor>,
    waiting: Vec<Waiting>,
    /// A use case runs in a task of its own.
    tasks: BTreeMap<task::Id, Actor>,
    /// Who was last started or let go: a task that nobody knows yet is theirs.
    last: Actor,
    ended: Vec<(Actor, Done)>,
}

impl<Done> State<Done> {
    fn is_waiting(&self, actor: Actor) -> bool {
        self.waiting.iter().any(|waiting| waiting.actor == actor && !waiting.go.is_closed())
    }

    /// Who this task is. None: nobody that the driver started.
    fn whose(&mut self) -> Option<Actor> {
        let id = task::try_id()?;
        if let Some(known) = self.tasks.get(&id) {
            return Some(*known);
        }
        let running: Vec<Actor> = self.live.iter().copied().filter(|actor| !self.is_waiting(*actor)).collect();
        let actor = running.iter().copied().find(|actor| *actor == self.last).or_else(|| running.first().copied())?;
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
        let state = State { live: BTreeSet::new(), waiting: Vec::new(), tasks: BTreeMap::new(), last: 0, ended: Vec::new() };
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
            state.waiting.push(Waiting { actor, place, go });
        }
        self.0.moved.notify_one();
        if gone.await.is_err() {
            std::future::pending::<()>().await;
        }
    }

    pub fn begin(&self, actor: Actor) {
        let mut state = self.lock();
        state.live.insert(actor);
        state.last = actor;
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
        state.last = actor;
        if let Some(at) = state.waiting.iter().position(|waiting| waiting.actor == actor && !waiting.go.is_closed()) {
            // nobody there any more: its time ran out in this very moment
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
