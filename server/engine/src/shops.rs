//! Shops and applications of an account: payments and keys name the one they belong to.

use futures::FutureExt;
use model::error::{Code, Refused};
use model::id::{AccountId, ShopId};
use model::rights::Right;
use model::time::Timestamp;
use serde_json::json;
use store::rows::Shop;
use store::{Conn, Tx};

use crate::by::By;
use crate::caller::Caller;
use crate::dossier::parse_id;
use crate::keys::key_works;
use crate::{Engine, audit, check};

/// What a shop is called and where it is.
#[derive(Debug, Clone)]
pub struct ShopDraft {
    /// 1 to 64 characters, no other shop's of the account.
    pub name: String,
    pub url: Option<String>,
}

/// A shop with what depends on it.
#[derive(Debug, Clone)]
pub struct ShopFile {
    pub shop: Shop,
    /// Keys of the caller's environment that work.
    pub keys: usize,
    /// The latest use of any of them, in real time.
    pub last_used: Option<Timestamp>,
}

impl ShopDraft {
    fn checked(self) -> Result<Self, Refused> {
        let trimmed = |text: String| text.trim().to_owned();
        let draft = Self { name: trimmed(self.name), url: self.url.map(trimmed).filter(|url| !url.is_empty()) };
        check::text("name", Some(&draft.name), 1, 64)?;
        check::url("url", draft.url.as_ref())?;
        Ok(draft)
    }
}

impl Engine {
    /// The account's shops, oldest first.
    ///
    /// # Errors
    /// 403.
    pub async fn shops(&self, caller: &Caller) -> Result<Vec<Shop>, Refused> {
        caller.needs(Right::PaymentRead)?;
        let mut reader = self.0.store.read().await?;
        Ok(store::accounts::shops(&mut reader, caller.scope.account).await?)
    }

    /// The shops with their keys, and the real time at which they were read.
    ///
    /// # Errors
    /// 403.
    pub async fn shop_files(&self, caller: &Caller) -> Result<(Vec<ShopFile>, Timestamp), Refused> {
        caller.needs(Right::SettingsManage)?;
        let scope = caller.scope;
        let now = self.0.clock.now();
        let mut reader = self.0.store.read().await?;
        let shops = store::accounts::shops(&mut reader, scope.account).await?;
        let keys = store::accounts::keys(&mut reader, scope.account, scope.environment).await?;
        let file = |shop: Shop| {
            let of_shop = || keys.iter().filter(|key| key.shop == shop.id);
            let working = of_shop().filter(|key| key_works(key, now)).count();
            let last_used = of_shop().filter_map(|key| key.last_used).max();
            ShopFile { keys: working, last_used, shop }
        };
        Ok((shops.into_iter().map(file).collect(), now))
    }

    /// `token` by [`Engine::form_token`]: the same one makes the same shop.
    ///
    /// # Errors
    /// 403; 422 by field; 409 for a name that another shop has.
    pub async fn create_shop(&self, caller: &Caller, draft: ShopDraft, token: &str) -> Result<Shop, Refused> {
        caller.needs(Right::SettingsManage)?;
        let draft = draft.checked()?;
        let id = self.posted_id(caller, "shop", token)?;
        self.write_shop(caller, id, draft, true).await
    }

    /// # Errors
    /// 403; 404; 422 by field; 409 for a name that another shop has.
    pub async fn update_shop(&self, caller: &Caller, id: &str, draft: ShopDraft) -> Result<Shop, Refused> {
        caller.needs(Right::SettingsManage)?;
        let draft = draft.checked()?;
        self.write_shop(caller, parse_id(id)?, draft, false).await
    }

    async fn write_shop(&self, caller: &Caller, id: ShopId, draft: ShopDraft, new: bool) -> Result<Shop, Refused> {
        let start = self.start(caller).await?;
        let engine = self.clone();
        self.task(async move {
            let command = store::command(move |tx: &mut Tx| {
                let (start, draft) = (start.clone(), draft.clone());
                async move {
                    let mut by = start.by();
                    let account = by.caller.scope.account;
                    let ShopDraft { name, url } = draft;
                    let before = store::accounts::shop(tx, account, id).await?;
                    let after = match (&before, new) {
                        // posted twice
                        (Some(made), true) => return Ok(made.clone()),
                        (Some(known), false) => Shop { name, url, ..known.clone() },
                        (None, true) => Shop { id, account, version: 1, created: by.real, name, url },
                        (None, false) => return Err(Refused::not_found::<ShopId>(&id.to_string()).into()),
                    };
                    if before.as_ref() == Some(&after) {
                        return Ok(after);
                    }
                    one_of_its_name(tx, account, &after).await?;
                    save(tx, &mut by, before, after).await
                }
                .boxed()
            });
            engine.commit(command).await
        })
        .await
    }
}

async fn save(tx: &mut Tx, by: &mut By, before: Option<Shop>, mut after: Shop) -> store::Result<Shop> {
    let detail = json!({ "name": after.name, "url": after.url, "before": before.as_ref().map(|shop| &shop.name) });
    let action = if let Some(before) = &before {
        after.version += 1;
        store::update(tx, before, &after).await?;
        "shop.updated"
    } else {
        store::insert(tx, &after).await?;
        "shop.created"
    };
    audit::note(tx, by, action, Some(after.id.to_string()), Some(detail)).await?;
    Ok(after)
}

/// Two shops of one name could not be told apart in a list.
async fn one_of_its_name(conn: &mut Conn, account: AccountId, shop: &Shop) -> store::Result<()> {
    let name = shop.name.to_lowercase();
    let others = store::accounts::shops(conn, account).await?;
    if others.iter().any(|other| other.id != shop.id && other.name.to_lowercase() == name) {
        return Err(Refused::new(Code::AlreadyExists, "Another shop has this name").field("name").into());
    }
    Ok(())
}
