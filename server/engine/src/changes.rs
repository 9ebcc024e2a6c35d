//! Live: one stream a visible window says that something of the account changed, and the page reads again. It says no more than that. Times here are
//! real time.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::Duration;

use model::error::{Code, Refused};
use store::rows::Scope;
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

use crate::Engine;
use crate::users::{SESSION_IDLE_MS, SESSION_LIFE_MS};

/// Open streams a session; one more closes the oldest.
const STREAMS: usize = 2;
/// After a change the next is told this much later at the earliest, and later while they keep coming.
const PAUSE: Duration = Duration::from_millis(400);
const PAUSE_MAX: Duration = Duration::from_secs(2);
/// A quiet stream looks this often whether its session still stands.
const CHECK: Duration = Duration::from_secs(30);

/// What a stream says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Heard {
    /// Something changed; what has been seen with it.
    Changed(String),
    /// The session has as many streams without this one: come back when somebody looks.
    Enough,
    /// The session ended, or moved to the other environment: what the page shows is not its any more.
    Over,
}

/// The streams that are open in this process.
#[derive(Default)]
pub(crate) struct Streams {
    /// By session, the oldest first.
    open: Mutex<BTreeMap<String, VecDeque<(u64, CancellationToken)>>>,
    /// Names this process: what another one counted says nothing here.
    name: OnceLock<String>,
    ending: CancellationToken,
}

impl Streams {
    fn enter(&self, session: &str) -> (u64, CancellationToken) {
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        let of_session = open.entry(session.to_owned()).or_default();
        while of_session.len() >= STREAMS {
            if let Some((_, replaced)) = of_session.pop_front() {
                replaced.cancel();
            }
        }
        let number = of_session.back().map_or(0, |(number, _)| number + 1);
        let place = (number, CancellationToken::new());
        of_session.push_back(place.clone());
        place
    }

    fn leave(&self, session: &str, number: u64) {
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(of_session) = open.get_mut(session) {
            of_session.retain(|(other, _)| *other != number);
            if of_session.is_empty() {
                open.remove(session);
            }
        }
    }
}

/// An open stream of one session.
pub struct Listening {
    engine: Engine,
    session: String,
    scope: Scope,
    number: u64,
    replaced: CancellationToken,
    counted: watch::Receiver<u64>,
    /// Something changed between what the page has seen and now.
    late: bool,
    pause: Duration,
    done: bool,
}

impl Engine {
    /// How far the caller's account has been seen: a page takes it before it reads, and a stream begins after it.
    pub fn seen(&self, scope: Scope) -> String {
        self.seen_at(self.0.store.changes_of(scope))
    }

    fn seen_at(&self, count: u64) -> String {
        let name = self.0.streams.name.get_or_init(|| hex::encode(self.seed().get(..6).unwrap_or_default()));
        format!("{name}.{count}")
    }

    /// Opens a stream for the session of a cookie. Listening is no use of a session: it ends as if nobody listened.
    ///
    /// # Errors
    /// 401 for a session that is none or has ended.
    pub async fn listen(&self, token: &str, seen: Option<&str>) -> Result<Listening, Refused> {
        let session = self.0.vault.token_hash(token);
        let scope = self.session_scope(&session).await?.ok_or_else(|| Refused::of(Code::Unauthorized))?;
        let counted = self.0.store.listen(scope);
        let late = seen != Some(self.seen_at(*counted.borrow()).as_str());
        let (number, replaced) = self.0.streams.enter(&session);
        let engine = self.clone();
        Ok(Listening { engine, session, scope, number, replaced, counted, late, pause: Duration::ZERO, done: false })
    }

    /// Ends every stream, so that nothing waits for them when the process ends.
    pub fn hang_up(&self) {
        self.0.streams.ending.cancel();
    }

    /// Where a session stands; none once it has ended.
    async fn session_scope(&self, token_hash: &str) -> Result<Option<Scope>, Refused> {
        let now = self.0.clock.now();
        let mut reader = self.0.store.read().await?;
        let Some(session) = store::users::session(&mut reader, token_hash).await? else { return Ok(None) };
        if now.since(session.last_seen) >= SESSION_IDLE_MS || now.since(session.created) >= SESSION_LIFE_MS {
            return Ok(None);
        }
        let member = store::accounts::member(&mut reader, session.account, session.user_id).await?;
        Ok(member.map(|_| Scope { account: session.account, environment: session.environment }))
    }
}

impl Listening {
    /// The next thing to say, once there is one; none when the stream ends without a word, to be taken up elsewhere.
    pub async fn next(&mut self) -> Option<Heard> {
        let streams = Arc::clone(&self.engine.0);
        let ending = &streams.streams.ending;
        if self.done || ending.is_cancelled() {
            return None;
        }
        let replaced = self.replaced.clone();
        let heard = tokio::select! {
            biased;
            () = ending.cancelled() => None,
            () = replaced.cancelled() => Some(Heard::Enough),
            heard = self.wait() => heard,
        };
        self.done = !matches!(heard, Some(Heard::Changed(_)));
        heard
    }

    async fn wait(&mut self) -> Option<Heard> {
        if std::mem::take(&mut self.late) {
            let count = *self.counted.borrow_and_update();
            return self.changed(count).await;
        }
        tokio::time::sleep(self.pause).await;
        // One that changes without end is read ever more rarely.
        let goes_on = self.counted.has_changed().unwrap_or(false);
        self.pause = if goes_on { (self.pause * 2).clamp(PAUSE, PAUSE_MAX) } else { PAUSE };
        loop {
            match tokio::time::timeout(CHECK, self.counted.changed()).await {
                Ok(Ok(())) => {
                    let count = *self.counted.borrow_and_update();
                    return self.changed(count).await;
                }
                Ok(Err(_)) => return None,
                Err(_) if self.stands().await => {}
                Err(_) => return Some(Heard::Over),
            }
        }
    }

    async fn changed(&mut self, count: u64) -> Option<Heard> {
        Some(if self.stands().await { Heard::Changed(self.engine.seen_at(count)) } else { Heard::Over })
    }

    /// A database that fails for a moment ends nothing.
    async fn stands(&self) -> bool {
        match self.engine.session_scope(&self.session).await {
            Ok(scope) => scope == Some(self.scope),
            Err(_) => true,
        }
    }
}

impl Drop for Listening {
    fn drop(&mut self) {
        self.engine.0.streams.leave(&self.session, self.number);
    }
}
