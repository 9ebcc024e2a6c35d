//! API keys: who a key speaks for; made, shown once, named, rolled, revoked. Times here are real time.
//!
//! A key is a program of a shop, not a person. Who holds `key.manage` may let a program act for a shop, also where the program then does what the
//! person may not (a developer's integration refunds, the developer does not): granting rights to people is another thing, and there nobody gives
//! what they don't hold. What a team decides (people, settings, keys, queries) no key may, so a key never makes a key. Who made it is kept.

use std::str::FromStr;

use futures::FutureExt;
use model::error::{Code, Refused};
use model::id::{ApiKeyId, ShopId, UserId};
use model::rights::{Environment, Right, Rights};
use model::time::Timestamp;
use model::words;
use secrecy::{ExposeSecret, SecretString};
use serde_json::json;
use store::rows::{ApiKey, Scope, Shop};
use store::{Conn, Tx};

use crate::by::By;
use crate::caller::{Actor, Caller};
use crate::clock::Ids;
use crate::dossier::parse_id;
use crate::forms::check_token;
use crate::{Engine, audit, check};

/// A key's last use is written at most this often, in milliseconds.
const TOUCH_MS: i64 = 60_000;
/// A form that is posted twice gets the same answer for so long, in milliseconds: a double click or a reload makes no second key. Then a key is
/// never shown again.
const SHOWN_MS: i64 = 10 * 60_000;

words! {
    /// What a key may be used for: programs keep a secret one to themselves, a public one stands in pages and addresses.
    pub enum KeyKind { Secret = "secret", Public = "public" }
}

words! {
    /// How long a rolled key goes on working beside the new one.
    pub enum Grace { Now = "now", Hour = "1h", Day = "24h", Week = "7d" }
}

impl Grace {
    /// Milliseconds.
    pub const fn millis(self) -> i64 {
        const HOUR: i64 = 3_600_000;
        match self {
            Self::Now => 0,
            Self::Hour => HOUR,
            Self::Day => 24 * HOUR,
            Self::Week => 7 * 24 * HOUR,
        }
    }
}

/// A key to make.
#[derive(Debug, Clone)]
pub struct NewKey {
    /// 1 to 64 characters.
    pub name: String,
    pub shop: String,
    pub kind: KeyKind,
    /// By [`Engine::form_token`]: the same one makes the same key.
    pub token: String,
}

/// A key that was just made. Nobody can read `text` again.
#[derive(Debug, Clone)]
pub struct MadeKey {
    pub key: ApiKey,
    /// `stest_…`, `ptest_…`, `sprod_…`, `pprod_…`.
    pub text: SecretString,
}

/// The keys of one environment, for their page.
#[derive(Debug, Clone)]
pub struct Keys {
    /// Newest first.
    pub keys: Vec<ApiKey>,
    /// Oldest first.
    pub shops: Vec<Shop>,
    /// Who made them.
    pub names: Vec<(UserId, String)>,
    pub now: Timestamp,
}

/// Secret keys act for the shop's programs: everything a program does, nothing a team decides.
fn key_rights() -> Rights {
    let not_theirs = [Right::TeamManage, Right::SettingsManage, Right::KeyManage, Right::SqlRead];
    not_theirs.into_iter().fold(Rights::all(), Rights::without)
}

/// 24 of `[A-Za-z0-9]` after the prefix that names environment and kind.
pub(crate) fn key_text(prefix: &str, ids: &mut Ids) -> String {
    let id = ids.mint::<ApiKeyId>().to_string();
    let random = id.split_once('_').map_or("", |(_, random)| random);
    format!("{prefix}_{random}")
}

/// What every key of a kind and environment begins with.
pub const fn key_prefix(environment: Environment, kind: KeyKind) -> &'static str {
    match (environment, kind) {
        (Environment::Sandbox, KeyKind::Secret) => "stest",
        (Environment::Sandbox, KeyKind::Public) => "ptest",
        (Environment::Production, KeyKind::Secret) => "sprod",
        (Environment::Production, KeyKind::Public) => "pprod",
    }
}

/// The last four characters, to recognise it.
pub(crate) fn hint_of(text: &str) -> String {
    text.chars().skip(text.len().saturating_sub(4)).collect()
}

/// Whether requests with the key are answered: not revoked, and the time it was left after it was rolled is not over.
pub fn key_works(key: &ApiKey, now: Timestamp) -> bool {
    key.revoked.is_none() && key.expires.is_none_or(|at| now < at)
}

fn ended() -> Refused {
    Refused::new(Code::OperationNotAllowed, "This key has ended or was rolled already")
}

impl Engine {
    /// Who a secret key speaks for.
    ///
    /// # Errors
    /// 401.
    pub async fn caller_for_key(&self, key: &str, request_id: Option<String>) -> Result<Caller, Refused> {
        let unknown = || Refused::of(Code::Unauthorized);
        if !(key.starts_with("stest_") || key.starts_with("sprod_")) {
            return Err(unknown());
        }
        let mut reader = self.0.store.read().await?;
        let found = self.working_key(&mut reader, key, KeyKind::Secret).await?;
        drop(reader);
        let found = found.ok_or_else(unknown)?;
        self.touch_key(&found);
        let scope = Scope { account: found.account, environment: found.environment };
        Ok(Caller { actor: Actor::Key(found.id), scope, rights: key_rights(), shop: found.shop, request_id, keyed: None, seat: None })
    }

    /// The key with this text, if requests with it are answered now.
    pub(crate) async fn working_key(&self, reader: &mut Conn, text: &str, kind: KeyKind) -> Result<Option<ApiKey>, Refused> {
        let found = store::accounts::key_by_hash(reader, &self.0.vault.token_hash(text)).await?;
        let now = self.0.clock.now();
        Ok(found.filter(|found| found.kind == kind.as_str() && key_works(found, now)))
    }

    fn touch_key(&self, key: &ApiKey) {
        let now = self.0.clock.now();
        if key.last_used.is_some_and(|at| now.since(at) < TOUCH_MS) {
            return;
        }
        let (engine, id) = (self.clone(), key.id);
        // nobody waits for it, and it may be lost
        drop(tokio::spawn(async move {
            let touch = store::command(move |tx: &mut Tx| async move { store::accounts::touch_key(tx, id, now).await }.boxed());
            engine.0.store.write(touch).await
        }));
    }

    /// The keys of the caller's environment.
    ///
    /// # Errors
    /// 403.
    pub async fn api_keys(&self, caller: &Caller) -> Result<Keys, Refused> {
        caller.needs(Right::KeyManage)?;
        let scope = caller.scope;
        let mut reader = self.0.store.read().await?;
        let mut keys = store::accounts::keys(&mut reader, scope.account, scope.environment).await?;
        keys.reverse();
        let shops = store::accounts::shops(&mut reader, scope.account).await?;
        let mut makers: Vec<UserId> = keys.iter().filter_map(|key| key.created_by).collect();
        makers.sort();
        makers.dedup();
        let mut names = Vec::with_capacity(makers.len());
        for maker in makers {
            names.extend(store::users::user(&mut reader, maker).await?.map(|user| (maker, user.name)));
        }
        Ok(Keys { keys, shops, names, now: self.0.clock.now() })
    }

    /// Makes a key for one of the account's shops, in the caller's environment.
    ///
    /// # Errors
    /// 403; 422 by field; 404 for a shop.
    pub async fn create_key(&self, caller: &Caller, new: NewKey) -> Result<MadeKey, Refused> {
        caller.needs(Right::KeyManage)?;
        check::text("name", Some(&new.name), 1, 64)?;
        let shop = ShopId::from_str(&new.shop).map_err(|_| Refused::invalid("shop", "This is no shop"))?;
        let text = self.text_of(caller, new.kind, "create", &new.token)?;
        let key = Draft { shop, kind: new.kind.as_str().to_owned(), name: new.name.trim().to_owned() };
        let start = self.start(caller).await?;
        let (engine, made) = (self.clone(), text.clone());
        self.task(async move {
            let inner = engine.clone();
            let command = store::command(move |tx: &mut Tx| {
                let (engine, start, draft, text) = (inner.clone(), start.clone(), key.clone(), made.clone());
                async move {
                    let mut by = start.by();
                    if let Some(same) = engine.posted_before(tx, &by, &text).await? {
                        return Ok(same);
                    }
                    let shop = store::accounts::shop(tx, by.caller.scope.account, draft.shop).await?;
                    shop.ok_or_else(|| Refused::not_found::<ShopId>(&draft.shop.to_string()).field("shop"))?;
                    let key = engine.write_key(tx, &mut by, draft, &text).await?;
                    let detail = json!({ "name": key.name, "kind": key.kind, "shop": key.shop });
                    audit::note(tx, &mut by, "key.created", Some(key.id.to_string()), Some(detail)).await?;
                    Ok(key)
                }
                .boxed()
            });
            let key = engine.commit(command).await?;
            Ok(MadeKey { key, text })
        })
        .await
    }

    /// A new key in the place of one, which goes on working for `grace`.
    ///
    /// # Errors
    /// 403; 404; 409 for a key that has ended or was rolled.
    pub async fn roll_key(&self, caller: &Caller, id: &str, grace: Grace, token: &str) -> Result<MadeKey, Refused> {
        caller.needs(Right::KeyManage)?;
        let id: ApiKeyId = parse_id(id)?;
        let old = self.read_key(caller.scope, id).await?;
        let kind = old.kind.parse().map_err(|_| Refused::of(Code::Internal))?;
        let text = self.text_of(caller, kind, &id.to_string(), token)?;
        let start = self.start(caller).await?;
        let (engine, made) = (self.clone(), text.clone());
        self.task(async move {
            let inner = engine.clone();
            let command = store::command(move |tx: &mut Tx| {
                let (engine, start, text) = (inner.clone(), start.clone(), made.clone());
                async move { engine.roll(tx, &mut start.by(), id, grace, &text).await }.boxed()
            });
            let key = engine.commit(command).await?;
            Ok(MadeKey { key, text })
        })
        .await
    }

    async fn roll(&self, tx: &mut Tx, by: &mut By, id: ApiKeyId, grace: Grace, text: &SecretString) -> store::Result<ApiKey> {
        if let Some(same) = self.posted_before(tx, by, text).await? {
            return Ok(same);
        }
        let before = known(tx, by.caller.scope, id).await?;
        if !key_works(&before, by.real) || before.successor.is_some() {
            return Err(ended().into());
        }
        let draft = Draft { shop: before.shop, kind: before.kind.clone(), name: before.name.clone() };
        let key = self.write_key(tx, by, draft, text).await?;
        let mut after = before.clone();
        after.version += 1;
        after.successor = Some(key.id);
        let until = by.real.plus_millis(grace.millis());
        if grace == Grace::Now {
            after.revoked = Some(until);
        } else {
            after.expires = Some(until);
        }
        store::update(tx, &before, &after).await?;
        let detail = json!({ "name": key.name, "successor": key.id, "works": grace.as_str() });
        audit::note(tx, by, "key.rolled", Some(id.to_string()), Some(detail)).await?;
        Ok(key)
    }

    /// # Errors
    /// 403; 404; 422 for a name that can't be.
    pub async fn rename_key(&self, caller: &Caller, id: &str, name: &str) -> Result<ApiKey, Refused> {
        let name = name.trim().to_owned();
        check::text("name", Some(&name), 1, 64)?;
        self.change_key(caller, id, "key.renamed", move |key, _| key.name.clone_from(&name)).await
    }

    /// Ends a key at once: whatever uses it is refused from now on. One that has ended stays as it is.
    ///
    /// # Errors
    /// 403; 404.
    pub async fn revoke_key(&self, caller: &Caller, id: &str) -> Result<ApiKey, Refused> {
        let end = |key: &mut ApiKey, now: Timestamp| {
            if key_works(key, now) {
                key.revoked = Some(now);
            }
        };
        self.change_key(caller, id, "key.revoked", end).await
    }

    async fn change_key(
        &self,
        caller: &Caller,
        id: &str,
        action: &'static str,
        change: impl Fn(&mut ApiKey, Timestamp) + Clone + Send + Sync + 'static,
    ) -> Result<ApiKey, Refused> {
        caller.needs(Right::KeyManage)?;
        let id: ApiKeyId = parse_id(id)?;
        let start = self.start(caller).await?;
        let engine = self.clone();
        self.task(async move {
            let command = store::command(move |tx: &mut Tx| {
                let (start, change) = (start.clone(), change.clone());
                async move {
                    let mut by = start.by();
                    let before = known(tx, by.caller.scope, id).await?;
                    let mut after = before.clone();
                    change(&mut after, by.real);
                    if after == before {
                        return Ok(after);
                    }
                    after.version += 1;
                    store::update(tx, &before, &after).await?;
                    let detail = json!({ "name": after.name, "before": before.name });
                    audit::note(tx, &mut by, action, Some(id.to_string()), Some(detail)).await?;
                    Ok(after)
                }
                .boxed()
            });
            engine.commit(command).await
        })
        .await
    }

    async fn read_key(&self, scope: Scope, id: ApiKeyId) -> Result<ApiKey, Refused> {
        let mut reader = self.0.store.read().await?;
        Ok(known(&mut reader, scope, id).await?)
    }

    /// The key that a form makes: of chance where the token is, and the same for the same person and form.
    fn text_of(&self, caller: &Caller, kind: KeyKind, what: &str, token: &str) -> Result<SecretString, Refused> {
        let seed = self.posted_seed(caller, &format!("key {what}"), check_token(token)?);
        Ok(SecretString::from(key_text(key_prefix(caller.scope.environment, kind), &mut Ids::new(seed))))
    }

    /// The key that this form has made already, while it may still be shown.
    async fn posted_before(&self, tx: &mut Tx, by: &By, text: &SecretString) -> store::Result<Option<ApiKey>> {
        let hash = self.0.vault.token_hash(text.expose_secret());
        match store::accounts::key_by_hash(tx, &hash).await? {
            Some(key) if key_works(&key, by.real) && by.real.since(key.created) < SHOWN_MS => Ok(Some(key)),
            Some(_) => Err(ended().into()),
            None => Ok(None),
        }
    }

    async fn write_key(&self, tx: &mut Tx, by: &mut By, draft: Draft, text: &SecretString) -> store::Result<ApiKey> {
        let scope = by.caller.scope;
        let key = ApiKey {
            id: by.mint(),
            account: scope.account,
            environment: scope.environment,
            version: 1,
            created: by.real,
            shop: draft.shop,
            kind: draft.kind,
            name: draft.name,
            hash: self.0.vault.token_hash(text.expose_secret()),
            hint: hint_of(text.expose_secret()),
            created_by: match by.caller.actor {
                Actor::User(user) => Some(user),
                _ => None,
            },
            last_used: None,
            revoked: None,
            expires: None,
            successor: None,
        };
        store::insert(tx, &key).await?;
        Ok(key)
    }
}

/// What a key is made of besides its text.
#[derive(Clone)]
struct Draft {
    shop: ShopId,
    kind: String,
    name: String,
}

async fn known(conn: &mut Conn, scope: Scope, id: ApiKeyId) -> store::Result<ApiKey> {
    let key = store::get::<ApiKey>(conn, scope, id).await?;
    key.ok_or_else(|| Refused::not_found::<ApiKeyId>(&id.to_string()).into())
}
