//! People: sign-in and sessions. Times here are real time.

use std::sync::Arc;

use futures::FutureExt;
use model::error::{Code, Refused};
use model::id::AccountId;
use model::rights::{Environment, Role};
use model::time::{Timestamp, Zone};
use secrecy::SecretString;
use store::Tx;
use store::rows::{self, Account, Scope, Shop, User};

use crate::Engine;
use crate::audit::Outside;
use crate::caller::{Actor, Caller, Seat};
use crate::clock::{self, Ids};
use crate::passwords::wrong;

/// A session ends after this long without use, and after this long whatever happens, in milliseconds.
pub const SESSION_IDLE_MS: i64 = 12 * 60 * 60 * 1000;
pub const SESSION_LIFE_MS: i64 = 30 * 24 * 60 * 60 * 1000;
/// A session's use is written at most this often, in milliseconds.
const TOUCH_MS: i64 = 60_000;

/// Where a sign-in comes from.
#[derive(Debug, Clone, Default)]
pub struct Visitor {
    pub ip: Option<String>,
    pub user_agent: Option<String>,
}

/// A session that was opened.
#[derive(Debug, Clone)]
pub struct SignedIn {
    /// The cookie's value.
    pub token: SecretString,
    pub user: User,
}

/// A session in use.
#[derive(Debug, Clone)]
pub struct Session {
    pub caller: Caller,
    pub user: User,
    pub account: Account,
    /// Every account the person works in, by name.
    pub accounts: Vec<(AccountId, String)>,
    pub shops: Vec<Shop>,
    pub role: Role,
    pub environment: Environment,
    pub zone: Zone,
}

/// Whether a session is over at that time.
pub(crate) fn ended(session: &rows::Session, now: Timestamp) -> bool {
    now.since(session.last_seen) >= SESSION_IDLE_MS || now.since(session.created) >= SESSION_LIFE_MS
}

impl Engine {
    /// Opens a session.
    ///
    /// # Errors
    /// 401 with the same words for an unknown e-mail and a wrong password; 429 with `retry_after` while locked.
    pub async fn sign_in(&self, email: &str, password: SecretString, from: Visitor) -> Result<SignedIn, Refused> {
        let email = email.trim().to_lowercase();
        let address = from.ip.clone().unwrap_or_default();
        let user = self.proven(&email, password, &address).await?;
        let mut reader = self.0.store.read().await?;
        let member = store::accounts::members_of_user(&mut reader, user.id).await?.into_iter().next();
        drop(reader);
        let member = member.ok_or_else(wrong)?;
        let (token, session) = self.new_session(&user, member.account, from);
        let seed = self.seed();
        let command = store::command(move |tx: &mut Tx| {
            let (session, email, address) = (session.clone(), email.clone(), address.clone());
            async move {
                store::users::forget_sign_in_failures(tx, &email, &address).await?;
                open(tx, &session, seed).await
            }
            .boxed()
        });
        self.commit(command).await?;
        Ok(SignedIn { token, user })
    }

    /// Drawn, not yet written: the cookie's value and the session behind it.
    pub(crate) fn new_session(&self, user: &User, account: AccountId, from: Visitor) -> (SecretString, rows::Session) {
        let token = hex::encode(self.seed());
        let now = self.0.clock.now();
        let session = rows::Session {
            token_hash: self.0.vault.token_hash(&token),
            user_id: user.id,
            account,
            environment: Environment::Sandbox,
            created: now,
            last_seen: now,
            ip: from.ip,
            user_agent: from.user_agent.map(|agent| agent.chars().filter(|c| !c.is_control()).take(256).collect()),
        };
        (SecretString::from(token), session)
    }

    /// Who a session's cookie speaks for.
    ///
    /// # Errors
    /// 401 for a session that is none or has ended.
    pub async fn session(&self, token: &str, request_id: Option<String>) -> Result<Session, Refused> {
        let over = || Refused::of(Code::Unauthorized);
        let now = self.0.clock.now();
        let hash = self.0.vault.token_hash(token);
        let mut reader = self.0.store.read().await?;
        let session = store::users::session(&mut reader, &hash).await?.ok_or_else(over)?;
        if ended(&session, now) {
            return Err(over());
        }
        let member = store::accounts::member(&mut reader, session.account, session.user_id).await?.ok_or_else(over)?;
        let user = store::users::user(&mut reader, session.user_id).await?.ok_or_else(over)?;
        let account = store::accounts::account(&mut reader, session.account).await?.ok_or_else(over)?;
        let accounts = store::team::accounts_of(&mut reader, session.user_id).await?;
        let shops = store::accounts::shops(&mut reader, session.account).await?;
        drop(reader);
        if now.since(session.last_seen) > TOUCH_MS {
            let (hash, account, user) = (hash.clone(), account.id, user.id);
            let touch = store::command(move |tx: &mut Tx| {
                let hash = hash.clone();
                async move {
                    store::users::touch_session(tx, &hash, now).await?;
                    store::team::seen(tx, account, user, now).await
                }
                .boxed()
            });
            self.0.store.write(touch).await?;
        }
        let scope = Scope { account: account.id, environment: session.environment };
        let shop = shops.first().map(|shop| shop.id).ok_or_else(over)?;
        let seat = Some(Arc::new(Seat { token_hash: hash, ip: session.ip }));
        let caller = Caller { actor: Actor::User(user.id), scope, rights: member.role.rights(), shop, request_id, keyed: None, seat };
        let zone = self.zone_of(&account, session.environment);
        Ok(Session { caller, user, account, accounts, shops, role: member.role, environment: session.environment, zone })
    }

    /// The account's time zone, as pages need it.
    pub fn zone_of(&self, account: &Account, environment: Environment) -> Zone {
        clock::zone(&account.time_zone, self.now_for(account, environment))
    }

    /// # Errors
    /// Where the database fails.
    pub async fn sign_out(&self, token: &str) -> Result<(), Refused> {
        let hash = self.0.vault.token_hash(token);
        let (now, seed) = (self.0.clock.now(), self.seed());
        let command = store::command(move |tx: &mut Tx| {
            let hash = hash.clone();
            async move {
                let Some(session) = store::users::session(tx, &hash).await? else { return Ok(()) };
                store::users::delete_session(tx, &hash).await?;
                outside(&session, now).note(tx, &mut Ids::new(seed), "session.closed", None, None).await
            }
            .boxed()
        });
        self.commit(command).await
    }

    /// Sandbox or production, for this session.
    ///
    /// # Errors
    /// 401 for a session that is none.
    pub async fn choose_environment(&self, token: &str, environment: Environment) -> Result<(), Refused> {
        let hash = self.0.vault.token_hash(token);
        let command = store::command(move |tx: &mut Tx| {
            let hash = hash.clone();
            async move { store::users::choose_environment(tx, &hash, environment).await }.boxed()
        });
        if self.commit(command).await? { Ok(()) } else { Err(Refused::of(Code::Unauthorized)) }
    }

    /// Another account the person works in, for this session.
    ///
    /// # Errors
    /// 401 for a session that is none; 404 for an account that isn't theirs.
    pub async fn choose_account(&self, token: &str, account: &str) -> Result<(), Refused> {
        let hash = self.0.vault.token_hash(token);
        let unknown = || Refused::not_found::<AccountId>(account);
        let account: AccountId = account.parse().map_err(|_| unknown())?;
        let now = self.0.clock.now();
        let command = store::command(move |tx: &mut Tx| {
            let hash = hash.clone();
            async move {
                let session = store::users::session(tx, &hash).await?.filter(|session| !ended(session, now));
                let session = session.ok_or_else(|| Refused::of(Code::Unauthorized))?;
                if store::accounts::member(tx, account, session.user_id).await?.is_none() {
                    return Ok(false);
                }
                store::team::seen(tx, account, session.user_id, now).await?;
                store::team::choose_account(tx, &hash, account).await
            }
            .boxed()
        });
        if self.commit(command).await? { Ok(()) } else { Err(unknown()) }
    }
}

/// Writes a new session, with its line in the audit log.
pub(crate) async fn open(tx: &mut Tx, session: &rows::Session, seed: [u8; 32]) -> store::Result<()> {
    store::insert(tx, session).await?;
    store::team::seen(tx, session.account, session.user_id, session.created).await?;
    outside(session, session.created).note(tx, &mut Ids::new(seed), "session.opened", None, None).await
}

fn outside(session: &rows::Session, at: Timestamp) -> Outside {
    Outside { account: session.account, at, actor: session.user_id.to_string(), ip: session.ip.clone() }
}
