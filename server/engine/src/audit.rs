//! The audit log: who did what at the desk, written in the commit that does it and never changed.
//!
//! Events tell what became of an object, whoever caused it; the audit log tells what people did. Of programs it tells what moves money or
//! deletes: what a shop makes all day by its key is in the events, and costs no second line.

use model::error::{Code, Refused};
use model::id::{AccountId, ApiKeyId, UserId};
use model::rights::{Environment, Right};
use model::time::Timestamp;
use serde_json::Value as Json;
use store::audit::AuditFilter;
use store::payments_list::PageAt;
use store::rows::AuditEntry;
use store::{Reader, Tx};

use crate::Engine;
use crate::by::By;
use crate::caller::{Actor, Caller};
use crate::clock::Ids;

/// Who acts where nobody is signed in: whoever runs the installation, at its command line.
pub(crate) const OPERATOR: &str = "operator";
/// Somebody before the door.
pub(crate) const VISITOR: &str = "visitor";

/// Actions on what an account has once, for both environments.
const OF_THE_ACCOUNT: [&str; 6] = ["account.", "invitation.", "member.", "session.", "shop.", "user."];

/// Notes what the caller does to `object`. `detail` never holds a secret. Nothing is noted of payers and workers: events tell of them.
pub(crate) async fn note(tx: &mut Tx, by: &mut By, action: &str, object: Option<String>, detail: Option<Json>) -> store::Result<()> {
    if matches!(by.caller.actor, Actor::Payer | Actor::Worker) {
        return Ok(());
    }
    let of_account = OF_THE_ACCOUNT.iter().any(|prefix| action.starts_with(prefix));
    let entry = AuditEntry {
        id: by.mint(),
        account: by.caller.scope.account,
        environment: (!of_account).then_some(by.caller.scope.environment),
        at: by.real,
        actor: by.caller.actor.to_string(),
        action: action.to_owned(),
        object,
        detail,
        ip: by.caller.seat.as_ref().and_then(|seat| seat.ip.clone()),
        request_id: by.caller.request_id.clone(),
    };
    store::insert(tx, &entry).await
}

/// As [`note`], of people alone: for what programs do all day.
pub(crate) async fn note_of_person(
    tx: &mut Tx,
    by: &mut By,
    action: &str,
    object: Option<String>,
    detail: Option<Json>,
) -> store::Result<()> {
    if matches!(by.caller.actor, Actor::User(_)) { note(tx, by, action, object, detail).await } else { Ok(()) }
}

/// A change by its event's name: of programs what deletes, of people everything.
pub(crate) async fn note_change(tx: &mut Tx, by: &mut By, kind: &str, object: impl ToString) -> store::Result<()> {
    let object = Some(object.to_string());
    if kind.ends_with(".deleted") { note(tx, by, kind, object, None).await } else { note_of_person(tx, by, kind, object, None).await }
}

/// What happens to an account where there is no caller yet: at the door, and at the command line.
#[derive(Debug, Clone)]
pub(crate) struct Outside {
    pub(crate) account: AccountId,
    pub(crate) at: Timestamp,
    pub(crate) actor: String,
    pub(crate) ip: Option<String>,
}

impl Outside {
    pub(crate) async fn note(
        &self,
        tx: &mut Tx,
        ids: &mut Ids,
        action: &str,
        object: Option<String>,
        detail: Option<Json>,
    ) -> store::Result<()> {
        let entry = AuditEntry {
            id: ids.mint(),
            account: self.account,
            environment: None,
            at: self.at,
            actor: self.actor.clone(),
            action: action.to_owned(),
            object,
            detail,
            ip: self.ip.clone(),
            request_id: None,
        };
        store::insert(tx, &entry).await
    }
}

/// A page of the audit log.
#[derive(Debug, Clone)]
pub struct AuditPage {
    /// Newest first.
    pub rows: Vec<AuditEntry>,
    pub next: Option<String>,
    pub previous: Option<String>,
    /// Everybody who did something, as stored.
    pub actors: Vec<String>,
    /// Every kind of thing that was done.
    pub actions: Vec<String>,
    /// Actors and people acted upon, by name: as stored → name to show.
    pub names: Vec<(String, String)>,
}

impl Engine {
    /// The account's audit log, both environments, newest first.
    ///
    /// # Errors
    /// 403; 422 for a cursor that is none.
    pub async fn audit_log(&self, caller: &Caller, filter: &AuditFilter, at: &PageAt, limit: i64) -> Result<AuditPage, Refused> {
        if !caller.rights.contains(Right::SettingsManage) {
            caller.needs(Right::TeamManage)?;
        }
        let account = caller.scope.account;
        let mut reader = self.0.store.read().await?;
        let page = store::audit::page(&mut reader, account, filter, at, limit).await.map_err(|error| match error {
            store::Error::Cursor => Refused::new(Code::Invalid, "This is no place in this list").field("after"),
            error => error.into(),
        })?;
        let actors = store::audit::actors(&mut reader, account).await?;
        let actions = store::audit::actions(&mut reader, account).await?;
        let spoken_of = page.rows.iter().filter_map(|row| row.object.clone());
        let names = names(&mut reader, account, actors.iter().cloned().chain(spoken_of).collect()).await?;
        Ok(AuditPage {
            rows: page.rows,
            next: page.next.map(|cursor| cursor.to_string()),
            previous: page.previous.map(|cursor| cursor.to_string()),
            actors,
            actions,
            names,
        })
    }
}

/// People and keys by name.
async fn names(reader: &mut Reader, account: AccountId, mut ids: Vec<String>) -> Result<Vec<(String, String)>, Refused> {
    ids.sort();
    ids.dedup();
    let mut keys = Vec::new();
    for environment in Environment::ALL {
        keys.extend(store::accounts::keys(reader, account, *environment).await?);
    }
    let mut names = Vec::new();
    for text in ids {
        if let Ok(id) = text.parse::<UserId>() {
            if let Some(user) = store::users::user(reader, id).await? {
                names.push((text, user.name));
            }
        } else if let Ok(id) = text.parse::<ApiKeyId>()
            && let Some(key) = keys.iter().find(|key| key.id == id)
        {
            names.push((text, key.name.clone()));
        }
    }
    Ok(names)
}
