//! Who is told that something of an account changed: whoever listens in this process, right after the commit, and other processes on the same
//! PostgreSQL by a version a row of its own holds, written beside the payments' transactions and not in them, so that none waits for it.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Mutex, MutexGuard, PoisonError, Weak};
use std::time::Duration;

use model::id::AccountId;
use model::rights::Environment;
use tokio::sync::watch;

use crate::conn::{Conn, Dialect};
use crate::error::{Error, Result};
use crate::row::{Cells, Value};
use crate::rows::Scope;
use crate::select::Sql;
use crate::store::Shared;

/// The tables whose new rows say that something changed: every change of an object is an event, everything else done at the desk is audited.
const TELLING: [&str; 2] = ["events", "audit_log"];
/// How often this process says what it changed; every second time it looks what others did.
const TICK: Duration = Duration::from_millis(500);
/// For so many looks an account is followed after the last one who asked for it.
const INTEREST: u32 = 60;
/// Accounts a statement asks for.
const ASKED: usize = 500;
/// What every process that begins changes: one that died may have told nobody of its last changes.
const EVERYBODY: &str = "";

/// Whose rows changed; without an environment both.
pub(crate) type Touched = (AccountId, Option<Environment>);

/// What a new row of `table` touches.
pub(crate) fn touched(table: &str, columns: &[&str], values: &[Value]) -> Option<Touched> {
    if !TELLING.contains(&table) {
        return None;
    }
    let text = |name: &str| match columns.iter().position(|column| *column == name).and_then(|at| values.get(at)) {
        Some(Value::Text(text)) => text.as_deref(),
        _ => None,
    };
    Some((text("account")?.parse().ok()?, text("environment").and_then(|environment| environment.parse().ok())))
}

/// What is known of each account and environment that somebody asked for or changed here.
#[derive(Default)]
pub(crate) struct Changes {
    heard: Mutex<BTreeMap<Scope, Heard>>,
    /// What others have not been told yet.
    untold: Mutex<BTreeSet<Scope>>,
}

#[derive(Default)]
struct Heard {
    count: watch::Sender<u64>,
    /// The version last read, where several processes change it.
    version: Option<i64>,
    /// Looks since somebody asked.
    idle: u32,
}

impl Heard {
    fn is_followed(&self) -> bool {
        self.count.receiver_count() > 0 || self.idle < INTEREST
    }

    fn ring(&self) {
        self.count.send_modify(|count| *count += 1);
    }
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Changes {
    /// Counts this account's changes from here on.
    pub fn listen(&self, scope: Scope) -> watch::Receiver<u64> {
        let mut heard = locked(&self.heard);
        let heard = heard.entry(scope).or_default();
        heard.idle = 0;
        heard.count.subscribe()
    }

    /// What [`Changes::listen`] would begin with.
    pub fn count(&self, scope: Scope) -> u64 {
        let mut heard = locked(&self.heard);
        let heard = heard.entry(scope).or_default();
        heard.idle = 0;
        *heard.count.borrow()
    }

    /// Tells whoever listens here, after the commit.
    pub fn tell(&self, touched: &[Touched], dialect: Dialect) {
        let scopes: BTreeSet<Scope> = touched
            .iter()
            .flat_map(|(account, environment)| {
                let all = [Environment::Sandbox, Environment::Production].into_iter();
                all.filter(|one| environment.is_none_or(|only| only == *one)).map(|environment| Scope { account: *account, environment })
            })
            .collect();
        if scopes.is_empty() {
            return;
        }
        {
            let mut heard = locked(&self.heard);
            for scope in &scopes {
                heard.entry(*scope).or_insert_with(|| Heard { idle: INTEREST, ..Heard::default() }).ring();
            }
        }
        // One process alone has a SQLite file: there is nobody else to tell.
        if dialect == Dialect::Postgres {
            locked(&self.untold).extend(scopes);
        }
    }

    /// Moves the versions of what was changed here.
    async fn say(&self, c: &mut Conn) -> Result<()> {
        let untold = std::mem::take(&mut *locked(&self.untold));
        for (at, scope) in untold.iter().enumerate() {
            match moved(c, &scope.account.to_string(), scope.environment.as_str()).await {
                Ok(version) => {
                    // Its own step is no news; anybody else's is found on looking.
                    if let Some(heard) = locked(&self.heard).get_mut(scope)
                        && heard.version == Some(version - 1)
                    {
                        heard.version = Some(version);
                    }
                }
                Err(error) => {
                    locked(&self.untold).extend(untold.iter().skip(at).copied());
                    return Err(error);
                }
            }
        }
        Ok(())
    }

    /// Reads the versions of what somebody follows. One that moved, or is seen for the first time, is told.
    async fn look(&self, c: &mut Conn, beginnings: &mut Option<i64>) -> Result<()> {
        let followed = self.followed();
        let mut accounts: Vec<String> = followed.iter().map(|scope| scope.account.to_string()).collect();
        accounts.dedup();
        let mut versions = BTreeMap::new();
        for some in accounts.chunks(ASKED) {
            let mut sql = Sql::new("SELECT account, environment, version FROM account_changes WHERE account IN (");
            sql.binds(some.iter().map(String::as_str).chain([EVERYBODY]).map(Value::from)).push(")");
            let (text, values) = sql.finish();
            versions.extend(c.rows(&text, values).await?.iter().map(version).collect::<Result<Vec<_>>>()?);
        }
        let begun = versions.get(&(EVERYBODY.to_owned(), EVERYBODY.to_owned())).copied();
        let all = begun.is_some() && *beginnings != begun;
        if begun.is_some() {
            *beginnings = begun;
        }
        let mut heard = locked(&self.heard);
        for scope in followed {
            let key = (scope.account.to_string(), scope.environment.as_str().to_owned());
            let version = versions.get(&key).copied().unwrap_or_default();
            if let Some(heard) = heard.get_mut(&scope)
                && (heard.version.replace(version) != Some(version) || all)
            {
                heard.ring();
            }
        }
        Ok(())
    }

    /// Forgets the versions of what nobody follows any more.
    fn followed(&self) -> Vec<Scope> {
        let mut heard = locked(&self.heard);
        let mut followed = Vec::new();
        for (scope, heard) in heard.iter_mut() {
            heard.idle = if heard.count.receiver_count() > 0 { 0 } else { heard.idle.saturating_add(1) };
            if heard.is_followed() {
                followed.push(*scope);
            } else {
                heard.version = None;
            }
        }
        followed
    }

    /// The last word of a process that ends.
    pub async fn end(&self, shared: &Shared) {
        if locked(&self.untold).is_empty() {
            return;
        }
        let said = async { self.say(&mut *shared.reader().await?).await };
        if let Err(error) = said.await {
            tracing::debug!(%error, "other processes were not told of the last changes");
        }
    }
}

/// A version, one further.
async fn moved(c: &mut Conn, account: &str, environment: &str) -> Result<i64> {
    let sql = "INSERT INTO account_changes (account, environment, version) VALUES ($1, $2, 1) \
               ON CONFLICT (account, environment) DO UPDATE SET version = account_changes.version + 1 RETURNING version";
    let version = c.number(sql, vec![account.into(), environment.into()]).await?;
    version.ok_or_else(|| Error::Inconsistent("a version without a number".to_owned()))
}

fn version(row: &Cells) -> Result<((String, String), i64)> {
    Ok(((row.try_get(0)?, row.try_get(1)?), row.try_get(2)?))
}

/// Exchanges changes with the other processes as long as the store is open.
pub(crate) async fn exchange(shared: Weak<Shared>) {
    let mut beginnings = None;
    let mut failed = false;
    for turn in 0_u64.. {
        tokio::time::sleep(TICK).await;
        let Some(shared) = shared.upgrade() else { return };
        let told = once(&shared, turn, &mut beginnings).await;
        if let (Err(error), false) = (&told, failed) {
            tracing::warn!(%error, "changes can't be exchanged with other processes; trying again");
        }
        failed = told.is_err();
    }
}

async fn once(shared: &Shared, turn: u64, beginnings: &mut Option<i64>) -> Result<()> {
    let changes = &shared.changes;
    let looks = turn.is_multiple_of(2) && locked(&changes.heard).values().any(Heard::is_followed);
    if beginnings.is_some() && !looks && locked(&changes.untold).is_empty() {
        return Ok(());
    }
    let mut reader = shared.reader().await?;
    if beginnings.is_none() {
        *beginnings = Some(moved(&mut reader, EVERYBODY, EVERYBODY).await?);
    }
    changes.say(&mut reader).await?;
    if looks {
        changes.look(&mut reader, beginnings).await?;
    }
    Ok(())
}
