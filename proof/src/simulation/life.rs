//! One process, from its start to its death: the driver chooses who goes on, one choice a step, and looks at everything after each.

use std::panic::AssertUnwindSafe;
use std::sync::mpsc;
use std::time::Duration;

use engine::{Clock as _, Engine, Fault, Seam};
use futures::FutureExt as _;
use model::error::{Code, Refused};
use model::rights::Environment;
use store::rows::{Card, Payment, PaymentIntent};
use store::{DatabaseUrl, Scoped};
use tokio::task::JoinHandle;

use super::board::{Actor, Board, Place};
use super::people::{Act, Done, Scene, act};
use super::world::{Trace, World};
use crate::Problem;
use crate::invariants::Look;

/// At most so many do something at once.
const CROWD: usize = 5;
/// One in so many steps is the process's last.
const DEATH: usize = 60;
/// After so long without a step something is stuck: real time.
const STUCK: Duration = Duration::from_mins(2);
/// Looks for work until there must be none left.
const ROUNDS: usize = 20_000;

/// How a life ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    Died,
    /// All steps are done.
    Over,
}

struct Life<'w> {
    world: &'w mut World,
    engine: Engine,
    board: Board<Done>,
    look: Look,
}

/// Keeps tokio's paused clock from running on by itself while the database works, which it takes for idleness, and ends when nothing moves
/// any more. It ends with its sender, too.
pub fn stand_still(trace: Trace) -> (mpsc::Sender<()>, JoinHandle<()>) {
    let (alive, ended) = mpsc::channel();
    let stuck = tokio::task::spawn_blocking(move || {
        let mut said = None;
        while ended.recv_timeout(STUCK) == Err(mpsc::RecvTimeoutError::Timeout) {
            let lines = Some(trace.lines().len());
            if lines == said {
                return;
            }
            said = lines;
        }
    });
    (alive, stuck)
}

/// Lives until `steps` are done or death comes first.
///
/// # Errors
/// What did not hold.
pub async fn live(world: &mut World, steps: u64) -> Result<End, Problem> {
    let store = world.database.open().await?;
    let board = Board::new();
    world.bank.serve(board.clone());
    let engine = world.engine(&store, board.fault()).await?;
    let look = Look::over(&store, &world.database.url).await?;
    let mut life = Life { world, engine, board, look };
    loop {
        if life.world.step >= steps {
            life.look_at_all().await?;
            return Ok(End::Over);
        }
        life.world.step += 1;
        if life.world.dice.one_in(DEATH) {
            let waiting = life.board.waiting();
            life.world.say(&format!("the process dies; {}", places(&waiting)));
            life.world.requests.died();
            return Ok(End::Died);
        }
        life.choose().await?;
        life.board.quiet().await;
        life.hear()?;
        life.look_at_changes().await?;
    }
}

fn places(waiting: &[(Actor, Place)]) -> String {
    let list: Vec<String> = waiting.iter().map(|(actor, place)| format!("#{actor} at {place}")).collect();
    if list.is_empty() { "nobody was there".to_owned() } else { list.join(", ") }
}

impl Life<'_> {
    /// One step.
    async fn choose(&mut self) -> Result<(), Problem> {
        let waiting = self.board.waiting();
        let free: Vec<Actor> = waiting.iter().filter(|(_, place)| *place != Place::Silence).map(|(actor, _)| *actor).collect();
        let full = self.board.living() >= CROWD;
        match self.world.dice.below(100) {
            0..8 => self.time_passes().await,
            8..13 if self.world.bank.on_the_way() > 0 => {
                let which = self.world.dice.below(self.world.bank.on_the_way());
                let reference = self.world.bank.arrive(which).await;
                self.world.say(&format!("{reference} arrives at the bank after all"));
            }
            13..60 if !free.is_empty() => self.let_go(&waiting, &free).await,
            _ if full && free.is_empty() => self.time_passes().await,
            _ if full => self.let_go(&waiting, &free).await,
            _ => self.begin().await?,
        }
        Ok(())
    }

    async fn let_go(&mut self, waiting: &[(Actor, Place)], free: &[Actor]) {
        let writers: Vec<Actor> =
            waiting.iter().filter(|(_, place)| *place == Place::Seam(Seam::BeforeWrite)).map(|(actor, _)| *actor).collect();
        if writers.len() > 1 && self.world.dice.one_in(3) {
            let list: Vec<String> = writers.iter().map(|actor| format!("#{actor}")).collect();
            self.world.say(&format!("{} write at once", list.join(", ")));
            // SQLite's one writer commits them together, in this order. PostgreSQL would choose itself which of them waits for which.
            let together = matches!(self.world.database.url, DatabaseUrl::Sqlite(_));
            for actor in writers {
                self.board.let_go(actor);
                if !together {
                    self.board.quiet().await;
                }
            }
        } else if let Some(actor) = self.world.dice.of(free).copied() {
            let place = waiting.iter().find(|(one, _)| *one == actor).map_or(Place::Silence, |(_, place)| *place);
            self.world.say(&format!("#{actor} goes on from {place}"));
            self.board.let_go(actor);
        }
    }

    /// Clocks jump, and whoever waits for an answer gives up on it in time.
    async fn time_passes(&mut self) {
        if self.world.dice.one_in(12) {
            self.world.say("the clock is set back by 2 s");
            self.world.clock.move_by(-2_000);
            return;
        }
        let seconds = self.world.dice.among([1, 6, 21, 45, 100, 700, 3_000, 20_000, 86_400, 3 * 86_400]);
        self.world.say(&format!("{seconds} s pass"));
        self.world.clock.move_by(seconds * 1_000);
        tokio::time::advance(Duration::from_secs(seconds.unsigned_abs())).await;
    }

    async fn begin(&mut self) -> Result<(), Problem> {
        let at = usize::from(self.world.dice.one_in(4));
        let caller = self.world.callers[at].clone();
        let scene = self.scene(&caller).await?;
        let Act { label, work, request } = act(&scene, &self.world.requests, &mut self.world.dice);
        drop(scene);
        if let Some(request) = request {
            if request.number == self.world.requests.next() {
                self.world.requests.add(request);
            } else {
                self.world.requests.again(request.number);
            }
        }
        let actor = self.world.next_actor();
        let place = if at == 0 { "production" } else { "sandbox" };
        self.world.say(&format!("#{actor} {label} ({place})"));
        self.board.begin(actor);
        let board = self.board.clone();
        tokio::spawn(async move {
            let done = AssertUnwindSafe(work).catch_unwind().await.unwrap_or_else(|_| Done::refused(Refused::of(Code::Internal)));
            board.end(actor, done);
        });
        Ok(())
    }

    async fn scene(&self, caller: &engine::Caller) -> Result<Scene, Problem> {
        let sandbox = caller.scope().environment == Environment::Sandbox;
        let (now, memory) = if sandbox {
            (self.engine.clock(caller).await.map_err(|refused| refused.to_string())?.now, self.engine.bank_memory())
        } else {
            (self.world.clock.now(), self.world.bank.memory())
        };
        Ok(Scene {
            engine: self.engine.clone(),
            caller: caller.clone(),
            memory,
            now,
            real: self.world.clock.now(),
            intents: self.latest::<PaymentIntent>(caller, 6).await?,
            payments: self.latest::<Payment>(caller, 24).await?,
            cards: self.latest::<Card>(caller, 24).await?.into_iter().filter(|card| card.tokenize && card.deleted.is_none()).collect(),
        })
    }

    async fn latest<R: Scoped>(&self, caller: &engine::Caller, limit: i64) -> Result<Vec<R>, Problem> {
        let query = store::ListQuery { filters: vec![], order_by: "created", descending: true, start: 0, limit, after: None };
        let mut reader = self.look.reader().await?;
        store::list::<R>(&mut reader, caller.scope(), &query).await.map(|page| page.rows).map_err(|error| error.to_string())
    }

    /// What those who have ended were answered.
    fn hear(&mut self) -> Result<(), Problem> {
        for (actor, done) in self.board.ended() {
            let said = match &done.refused {
                Some(refused) => format!("{}: {refused}", refused.code.as_str()),
                None => "done".to_owned(),
            };
            self.world.say(&format!("#{actor} is told: {said}"));
            if let Some(refused) = done.refused.as_ref().filter(|refused| matches!(refused.code, Code::Internal | Code::Unavailable)) {
                return Err(format!("#{actor} is told {}: {refused}", refused.code.as_str()));
            }
            if let Some(number) = done.request {
                self.world.requests.answered(number, &done)?;
            }
            self.world.told.extend(done.told);
        }
        Ok(())
    }

    async fn look_at_changes(&mut self) -> Result<(), Problem> {
        let scopes: Vec<_> = self.world.callers.iter().map(engine::Caller::scope).collect();
        for scope in scopes {
            let held = (scope.environment == Environment::Production).then(|| self.world.bank.holdings());
            self.world.checked += self.look.changed(scope, held.as_ref()).await?;
        }
        self.world.bank.was_called_once()
    }

    async fn look_at_all(&mut self) -> Result<(), Problem> {
        look_at_all(self.world, &mut self.look).await.map(drop)
    }
}

async fn look_at_all(world: &World, look: &mut Look) -> Result<(), Problem> {
    for caller in &world.callers {
        let scope = caller.scope();
        let told: Vec<_> = world.told.iter().filter(|told| told.scope == Some(scope)).cloned().collect();
        let held = (scope.environment == Environment::Production).then(|| world.bank.holdings());
        let books = look.everything(scope, held.as_ref(), &told).await?;
        super::requests::Requests::made_once(&books)?;
    }
    world.bank.was_called_once()
}

/// The last process: nobody does anything new, the bank answers, and everything comes to its end.
///
/// # Errors
/// What did not hold, or does not end.
pub async fn come_to_an_end(world: &mut World) -> Result<(), Problem> {
    world.say("everything comes to its end");
    world.bank.be_honest();
    let store = world.database.open().await?;
    let board = Board::new();
    world.bank.serve(board);
    let engine = world.engine(&store, Fault::none()).await?;
    while world.bank.on_the_way() > 0 {
        world.bank.arrive(0).await;
    }
    // whoever was cut off asks until there is an answer
    world.clock.move_by(200_000);
    for request in world.requests.unanswered(world.clock.now()) {
        world.requests.again(request.number);
        let done = super::requests::send(engine.clone(), request.clone()).await;
        world.say(&format!("request {} is told: {:?}", request.number, done.refused.as_ref().map(|refused| refused.code)));
        world.requests.answered(request.number, &done)?;
        world.told.extend(done.told);
    }
    work_until_done(world, &engine).await?;
    let mut look = Look::over(&store, &world.database.url).await?;
    look_at_all(world, &mut look).await?;
    for caller in &world.callers {
        let scope = caller.scope();
        let held = (scope.environment == Environment::Production).then(|| world.bank.holdings());
        let books = look.everything(scope, held.as_ref(), &[]).await?;
        look.settled(&books, held.as_ref()).await?;
    }
    store.close().await;
    Ok(())
}

async fn work_until_done(world: &World, engine: &Engine) -> Result<(), Problem> {
    for _ in 0..ROUNDS {
        let ran = engine.run_due(64).await.map_err(|refused| refused.to_string())?;
        let now = world.clock.now();
        match ran.next {
            None => return Ok(()),
            Some(next) if next > now => world.clock.move_by(next.since(now)),
            Some(_) => {}
        }
    }
    Err("there is work to do for ever".to_owned())
}
