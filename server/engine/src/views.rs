//! Named views of the Payments list: everybody keeps their own and may share them; whoever manages settings tidies the shared ones.

use futures::FutureExt;
use model::error::{Code, Refused};
use model::id::{UserId, ViewId};
use model::rights::Right;
use store::Tx;
use store::rows::SavedView;

use crate::caller::{Actor, Caller};
use crate::dossier::parse_id;
use crate::{Engine, audit};

/// Characters.
pub const VIEW_NAME_MAX: usize = 40;
/// Bytes.
const QUERY_MAX: usize = 2_000;
/// How many views one person keeps.
const VIEWS_MAX: i64 = 50;
/// The list whose columns are kept.
const LIST: &str = "payments";

/// A view as somebody sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct View {
    pub id: ViewId,
    pub name: String,
    /// The list's address without its path.
    pub query: String,
    pub shared: bool,
    pub mine: bool,
    /// Whether the reader may rename, change and delete it.
    pub changes: bool,
}

/// What is given stays, what is none is left as it was.
#[derive(Debug, Clone, Default)]
pub struct ViewChange {
    pub name: Option<String>,
    pub query: Option<String>,
    pub shared: Option<bool>,
}

fn person(caller: &Caller) -> Result<UserId, Refused> {
    caller.needs(Right::PaymentRead)?;
    match caller.actor() {
        Actor::User(user) => Ok(user),
        _ => Err(Refused::new(Code::Forbidden, "Views are kept by people")),
    }
}

fn named(name: &str) -> Result<String, Refused> {
    let name = name.split_whitespace().collect::<Vec<_>>().join(" ");
    if name.is_empty() {
        return Err(Refused::missing("name"));
    }
    if name.chars().count() > VIEW_NAME_MAX {
        return Err(Refused::invalid("name", format!("A view's name has at most {VIEW_NAME_MAX} characters")));
    }
    if name.chars().any(char::is_control) {
        return Err(Refused::invalid("name", "A name is plain text"));
    }
    Ok(name)
}

fn query(query: &str) -> Result<String, Refused> {
    let plain = query.len() <= QUERY_MAX && query.bytes().all(|byte| byte.is_ascii_graphic());
    if plain { Ok(query.to_owned()) } else { Err(Refused::invalid("query", "This is no list's address")) }
}

fn may_change(caller: &Caller, user: UserId, view: &SavedView) -> bool {
    view.user_id == user || (view.shared && caller.rights().contains(Right::SettingsManage))
}

/// # Errors
/// 404 for what the person does not see, 403 for what they only see.
async fn changeable(tx: &mut Tx, caller: &Caller, user: UserId, id: ViewId) -> store::Result<SavedView> {
    let view = store::views::view(tx, caller.scope().account, id).await?.filter(|view| view.shared || view.user_id == user);
    let view = view.ok_or_else(|| Refused::not_found::<ViewId>(&id.to_string()))?;
    if !may_change(caller, user, &view) {
        return Err(Refused::new(Code::Forbidden, "Somebody else's shared view is changed by whoever manages settings").into());
    }
    Ok(view)
}

impl Engine {
    /// The person's own views and the shared ones, by name.
    ///
    /// # Errors
    /// 403 for programs.
    pub async fn views(&self, caller: &Caller) -> Result<Vec<View>, Refused> {
        let user = person(caller)?;
        let mut reader = self.0.store.read().await?;
        let views = store::views::views(&mut reader, caller.scope.account, user).await?;
        let seen = |view: SavedView| View {
            changes: may_change(caller, user, &view),
            mine: view.user_id == user,
            id: view.id,
            name: view.name,
            query: view.query,
            shared: view.shared,
        };
        Ok(views.into_iter().map(seen).collect())
    }

    /// # Errors
    /// 403 for programs; 422 by field; 409 beyond what one person keeps.
    pub async fn save_view(&self, caller: &Caller, name: &str, to: &str, shared: bool) -> Result<ViewId, Refused> {
        let user = person(caller)?;
        let (name, to) = (named(name)?, query(to)?);
        let start = self.start(caller).await?;
        let command = store::command(move |tx: &mut Tx| {
            let (start, name, to) = (start.clone(), name.clone(), to.clone());
            async move {
                let mut by = start.by();
                let account = by.caller.scope.account;
                if store::views::count_of(tx, account, user).await? >= VIEWS_MAX {
                    return Err(Refused::new(Code::Conflict, format!("One person keeps at most {VIEWS_MAX} views")).into());
                }
                let id: ViewId = by.mint();
                let view = SavedView { id, account, version: 1, created: by.real, user_id: user, name, shared, query: to };
                store::insert(tx, &view).await?;
                audit::note(tx, &mut by, "view.saved", Some(id.to_string()), Some(told(&view))).await?;
                Ok(id)
            }
            .boxed()
        });
        self.commit(command).await
    }

    /// # Errors
    /// 404; 403 for somebody else's; 422 by field.
    pub async fn change_view(&self, caller: &Caller, id: &str, change: ViewChange) -> Result<(), Refused> {
        let user = person(caller)?;
        let id: ViewId = parse_id(id)?;
        let name = change.name.as_deref().map(named).transpose()?;
        let to = change.query.as_deref().map(query).transpose()?;
        let start = self.start(caller).await?;
        let command = store::command(move |tx: &mut Tx| {
            let (start, name, to) = (start.clone(), name.clone(), to.clone());
            async move {
                let mut by = start.by();
                let before = changeable(tx, &by.caller, user, id).await?;
                let mut after = before.clone();
                after.version += 1;
                after.name = name.unwrap_or(after.name);
                after.query = to.unwrap_or(after.query);
                after.shared = change.shared.unwrap_or(after.shared);
                store::update(tx, &before, &after).await?;
                audit::note(tx, &mut by, "view.changed", Some(id.to_string()), Some(told(&after))).await
            }
            .boxed()
        });
        self.commit(command).await
    }

    /// # Errors
    /// 404; 403 for somebody else's.
    pub async fn delete_view(&self, caller: &Caller, id: &str) -> Result<(), Refused> {
        let user = person(caller)?;
        let id: ViewId = parse_id(id)?;
        let start = self.start(caller).await?;
        let command = store::command(move |tx: &mut Tx| {
            let start = start.clone();
            async move {
                let mut by = start.by();
                let view = changeable(tx, &by.caller, user, id).await?;
                store::views::delete(tx, &view).await?;
                audit::note(tx, &mut by, "view.deleted", Some(id.to_string()), Some(told(&view))).await
            }
            .boxed()
        });
        self.commit(command).await
    }

    /// The columns the person's list has unless its address says otherwise; none: as it comes.
    ///
    /// # Errors
    /// 403 for programs.
    pub async fn list_columns(&self, caller: &Caller) -> Result<Option<String>, Refused> {
        let user = person(caller)?;
        let mut reader = self.0.store.read().await?;
        let columns = store::views::list_default(&mut reader, caller.scope.account, user, LIST).await?;
        Ok(columns.filter(|columns| !columns.is_empty()))
    }

    /// Keeps them; empty: as they come.
    ///
    /// # Errors
    /// 403 for programs; 422 for what can't be columns.
    pub async fn keep_list_columns(&self, caller: &Caller, columns: &str) -> Result<(), Refused> {
        let user = person(caller)?;
        if columns.len() > 400 || !columns.bytes().all(|byte| byte.is_ascii_lowercase() || matches!(byte, b',' | b'_' | b'4')) {
            return Err(Refused::invalid("columns", "These are no columns"));
        }
        let (account, columns) = (caller.scope.account, columns.to_owned());
        let command = store::command(move |tx: &mut Tx| {
            let columns = columns.clone();
            async move { store::views::set_list_default(tx, account, user, LIST, &columns).await }.boxed()
        });
        self.commit(command).await
    }
}

fn told(view: &SavedView) -> serde_json::Value {
    serde_json::json!({ "name": view.name, "shared": view.shared })
}
