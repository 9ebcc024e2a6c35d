//! People: passwords, sign-in, sessions. Times here are real time.

use std::sync::Arc;

use argon2::password_hash::phc::PasswordHash;
use argon2::{Argon2, PasswordHasher, PasswordVerifier};
use futures::FutureExt;
use model::error::{Code, Refused};
use model::rights::{Environment, Role};
use model::time::Zone;
use secrecy::{ExposeSecret, SecretString};
use store::Tx;
use store::rows::{self, Account, Scope, Shop, User};
use store::users::SignInLimits;
use tokio::sync::Semaphore;

use crate::Engine;
use crate::caller::{Actor, Caller};
use crate::clock;

/// At least this many characters.
pub const PASSWORD_LENGTH: usize = 12;
/// A session ends after this long without use, and after this long whatever happens, in milliseconds.
pub const SESSION_IDLE_MS: i64 = 12 * 60 * 60 * 1000;
pub const SESSION_LIFE_MS: i64 = 30 * 24 * 60 * 60 * 1000;
/// A session's use is written at most this often, in milliseconds.
const TOUCH_MS: i64 = 60_000;
/// 10 failures in 15 minutes lock that e-mail and address for 15.
const LIMITS: SignInLimits = SignInLimits { failures: 10, window: 15 * 60 * 1000, lock: 15 * 60 * 1000 };
/// Hashing is slow and takes memory on purpose: so many at once, so many waiting, then 429.
const HASHES: usize = 2;
const WAITING: usize = 50;

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
    pub shops: Vec<Shop>,
    pub role: Role,
    pub environment: Environment,
    pub zone: Zone,
}

/// Password hashing, a few at a time.
pub(crate) struct Passwords {
    running: Arc<Semaphore>,
    waiting: Arc<Semaphore>,
    /// What an unknown e-mail's password is compared with, so that it takes as long.
    nobody: std::sync::OnceLock<String>,
}

impl Default for Passwords {
    fn default() -> Self {
        Self {
            running: Arc::new(Semaphore::new(HASHES)),
            waiting: Arc::new(Semaphore::new(HASHES + WAITING)),
            nobody: std::sync::OnceLock::new(),
        }
    }
}

/// # Errors
/// 422: at least 12 characters.
pub(crate) fn check_password(password: &SecretString) -> Result<(), Refused> {
    let length = password.expose_secret().chars().count();
    if (PASSWORD_LENGTH..=256).contains(&length) {
        Ok(())
    } else {
        Err(Refused::invalid("password", format!("A password has at least {PASSWORD_LENGTH} characters")))
    }
}

impl Passwords {
    async fn work<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Result<T, Refused> {
        let busy = || Refused::of(Code::TooManyRequests).retry_after(5);
        let _place = self.waiting.clone().try_acquire_owned().map_err(|_| busy())?;
        let _turn = self.running.clone().acquire_owned().await.map_err(|_| busy())?;
        tokio::task::spawn_blocking(work).await.map_err(|_| Refused::of(Code::Internal))
    }

    pub(crate) async fn hash(&self, password: SecretString, seed: [u8; 32]) -> Result<String, Refused> {
        let hashed = self
            .work(move || {
                Argon2::default().hash_password_with_salt(password.expose_secret().as_bytes(), &seed[..16]).map(|hash| hash.to_string())
            })
            .await?;
        hashed.map_err(|error| {
            tracing::error!(%error, "a password can't be hashed");
            Refused::of(Code::Internal)
        })
    }

    /// Takes as long for nobody as for somebody.
    async fn verify(&self, password: SecretString, hash: Option<String>) -> Result<bool, Refused> {
        let known = hash.is_some();
        let hash = match hash {
            Some(hash) => hash,
            None => self.nobody().await?,
        };
        let right = self
            .work(move || {
                let parsed = PasswordHash::new(&hash);
                parsed.is_ok_and(|parsed| Argon2::default().verify_password(password.expose_secret().as_bytes(), &parsed).is_ok())
            })
            .await?;
        Ok(right && known)
    }

    async fn nobody(&self) -> Result<String, Refused> {
        if let Some(hash) = self.nobody.get() {
            return Ok(hash.clone());
        }
        let hash = self.hash(SecretString::from("nobody at all has this password"), [7; 32]).await?;
        Ok(self.nobody.get_or_init(|| hash).clone())
    }
}

impl Engine {
    /// Opens a session.
    ///
    /// # Errors
    /// 401 with the same words for an unknown e-mail and a wrong password; 429 with `retry_after` while locked.
    pub async fn sign_in(&self, email: &str, password: SecretString, from: Visitor) -> Result<SignedIn, Refused> {
        let email = email.trim().to_lowercase();
        if email.len() > 254 || email.contains('\0') {
            return Err(wrong());
        }
        let address = from.ip.clone().unwrap_or_default();
        let now = self.0.clock.now();
        let mut reader = self.0.store.read().await?;
        let locked = store::users::sign_in_locked_until(&mut reader, &email, &address, now).await?;
        if let Some(until) = locked {
            return Err(locked_until(until.since(now)));
        }
        let user = store::users::user_by_email(&mut reader, &email).await?;
        drop(reader);
        let right = self.0.passwords.verify(password, user.as_ref().map(|user| user.password_hash.clone())).await?;
        let Some(user) = user.filter(|_| right) else { return Err(self.failed(email, address).await?) };
        self.open_session(user, email, address, from).await
    }

    async fn failed(&self, email: String, address: String) -> Result<Refused, Refused> {
        let now = self.0.clock.now();
        let command = store::command(move |tx: &mut Tx| {
            let (email, address) = (email.clone(), address.clone());
            async move { store::users::sign_in_failed(tx, &email, &address, now, LIMITS).await }.boxed()
        });
        let locked = self.commit(command).await?;
        Ok(locked.map_or_else(wrong, |until| locked_until(until.since(now))))
    }

    async fn open_session(&self, user: User, email: String, address: String, from: Visitor) -> Result<SignedIn, Refused> {
        let mut reader = self.0.store.read().await?;
        let member = store::accounts::members_of_user(&mut reader, user.id).await?.into_iter().next();
        drop(reader);
        let member = member.ok_or_else(wrong)?;
        let token = hex::encode(self.seed());
        let now = self.0.clock.now();
        let session = rows::Session {
            token_hash: self.0.vault.token_hash(&token),
            user_id: user.id,
            account: member.account,
            environment: Environment::Sandbox,
            created: now,
            last_seen: now,
            ip: from.ip,
            user_agent: from.user_agent.map(|agent| agent.chars().filter(|c| !c.is_control()).take(256).collect()),
        };
        let command = store::command(move |tx: &mut Tx| {
            let (session, email, address) = (session.clone(), email.clone(), address.clone());
            async move {
                store::users::forget_sign_in_failures(tx, &email, &address).await?;
                store::insert(tx, &session).await
            }
            .boxed()
        });
        self.commit(command).await?;
        Ok(SignedIn { token: SecretString::from(token), user })
    }

    /// Who a session's cookie speaks for.
    ///
    /// # Errors
    /// 401 for a session that is none or has ended.
    pub async fn session(&self, token: &str, request_id: Option<String>) -> Result<Session, Refused> {
        let ended = || Refused::of(Code::Unauthorized);
        let now = self.0.clock.now();
        let hash = self.0.vault.token_hash(token);
        let mut reader = self.0.store.read().await?;
        let session = store::users::session(&mut reader, &hash).await?.ok_or_else(ended)?;
        if now.since(session.last_seen) >= SESSION_IDLE_MS || now.since(session.created) >= SESSION_LIFE_MS {
            return Err(ended());
        }
        let member = store::accounts::member(&mut reader, session.account, session.user_id).await?.ok_or_else(ended)?;
        let user = store::users::user(&mut reader, session.user_id).await?.ok_or_else(ended)?;
        let account = store::accounts::account(&mut reader, session.account).await?.ok_or_else(ended)?;
        let shops = store::accounts::shops(&mut reader, session.account).await?;
        drop(reader);
        if now.since(session.last_seen) > TOUCH_MS {
            let touch = store::command(move |tx: &mut Tx| {
                let hash = hash.clone();
                async move { store::users::touch_session(tx, &hash, now).await }.boxed()
            });
            self.0.store.write(touch).await?;
        }
        let scope = Scope { account: account.id, environment: session.environment };
        let shop = shops.first().map(|shop| shop.id).ok_or_else(ended)?;
        let caller = Caller { actor: Actor::User(user.id), scope, rights: member.role.rights(), shop, request_id, keyed: None };
        let zone = self.zone_of(&account, session.environment);
        Ok(Session { caller, user, account, shops, role: member.role, environment: session.environment, zone })
    }

    /// The account's time zone, as pages need it.
    pub fn zone_of(&self, account: &Account, environment: Environment) -> Zone {
        clock::zone(&account.time_zone, self.now_for(account, environment))
    }

    /// # Errors
    /// Where the database fails.
    pub async fn sign_out(&self, token: &str) -> Result<(), Refused> {
        let hash = self.0.vault.token_hash(token);
        let command = store::command(move |tx: &mut Tx| {
            let hash = hash.clone();
            async move { store::users::delete_session(tx, &hash).await }.boxed()
        });
        self.commit(command).await.map(drop)
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
}

fn wrong() -> Refused {
    Refused::new(Code::Unauthorized, "E-mail or password is wrong")
}

fn locked_until(ms: i64) -> Refused {
    let seconds = u32::try_from(ms / 1000 + 1).unwrap_or(900);
    Refused::new(Code::TooManyRequests, "Too many failed sign-ins. Try again later").retry_after(seconds)
}
