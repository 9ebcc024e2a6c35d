//! What is a person's own: where they are signed in, their password, their name and language. Times here are real time.

use futures::FutureExt;
use model::error::{Code, Refused};
use model::locale::Locale;
use model::time::Timestamp;
use secrecy::SecretString;
use serde_json::json;
use store::Tx;
use store::rows::User;

use crate::audit::{self, OPERATOR, Outside};
use crate::caller::Caller;
use crate::clock::Ids;
use crate::passwords::check_password;
use crate::users::ended;
use crate::{Engine, check};

/// So much of a session's hash names it among its person's.
const HANDLE: usize = 16;

/// A browser somebody is signed in with.
#[derive(Debug, Clone)]
pub struct Seated {
    /// Names the session; opens nothing.
    pub handle: String,
    /// The one that asks.
    pub here: bool,
    /// The account it works in, by name.
    pub account: String,
    pub ip: Option<String>,
    pub user_agent: Option<String>,
    pub created: Timestamp,
    pub last_seen: Timestamp,
}

impl Engine {
    /// Where the caller is signed in: this session first, then last used first.
    ///
    /// # Errors
    /// 403 for programs.
    pub async fn my_sessions(&self, caller: &Caller) -> Result<Vec<Seated>, Refused> {
        let (me, seat) = caller.person()?;
        let now = self.0.clock.now();
        let mut reader = self.0.store.read().await?;
        let accounts = store::team::accounts_of(&mut reader, me).await?;
        let sessions = store::users::sessions_of(&mut reader, me).await?;
        let mut seated: Vec<Seated> = sessions
            .into_iter()
            .filter(|session| !ended(session, now))
            .map(|session| Seated {
                here: session.token_hash == seat.token_hash,
                handle: session.token_hash.chars().take(HANDLE).collect(),
                account: accounts.iter().find(|(id, _)| *id == session.account).map(|(_, name)| name.clone()).unwrap_or_default(),
                ip: session.ip,
                user_agent: session.user_agent,
                created: session.created,
                last_seen: session.last_seen,
            })
            .collect();
        seated.sort_by_key(|session| !session.here);
        Ok(seated)
    }

    /// Signs the caller out of another browser.
    ///
    /// # Errors
    /// 403 for programs; 404 for a session that isn't theirs or is over.
    pub async fn end_session(&self, caller: &Caller, handle: &str) -> Result<(), Refused> {
        let (me, _) = caller.person()?;
        let handle = Some(handle).filter(|handle| handle.len() == HANDLE).unwrap_or_default().to_owned();
        let start = self.start(caller).await?;
        let command = store::command(move |tx: &mut Tx| {
            let (start, handle) = (start.clone(), handle.clone());
            async move {
                let mut by = start.by();
                let session = store::team::session_by_handle(tx, me, &handle).await?;
                let session = session.ok_or_else(|| Refused::new(Code::NotFound, "This session is over"))?;
                store::users::delete_session(tx, &session.token_hash).await?;
                let detail = json!({"ip": session.ip, "user_agent": session.user_agent});
                audit::note(tx, &mut by, "session.ended", Some(me.to_string()), Some(detail)).await
            }
            .boxed()
        });
        self.commit(command).await
    }

    /// Signs the caller out everywhere but here. How many sessions ended.
    ///
    /// # Errors
    /// 403 for programs.
    pub async fn end_other_sessions(&self, caller: &Caller) -> Result<u64, Refused> {
        let (me, seat) = caller.person()?;
        let start = self.start(caller).await?;
        let command = store::command(move |tx: &mut Tx| {
            let (start, seat) = (start.clone(), seat.clone());
            async move {
                let mut by = start.by();
                let ended = store::team::end_other_sessions(tx, me, &seat.token_hash).await?;
                if ended > 0 {
                    let detail = Some(json!({"sessions": ended}));
                    audit::note(tx, &mut by, "session.others_ended", Some(me.to_string()), detail).await?;
                }
                Ok(ended)
            }
            .boxed()
        });
        self.commit(command).await
    }

    /// Whether it is really the caller: their password, once more.
    ///
    /// # Errors
    /// 422 on `current`; 429 while their e-mail is locked.
    pub(crate) async fn confirm(&self, caller: &Caller, password: SecretString) -> Result<User, Refused> {
        let (me, seat) = caller.person()?;
        let mut reader = self.0.store.read().await?;
        let user = store::users::user(&mut reader, me).await?.ok_or_else(|| Refused::of(Code::Unauthorized))?;
        drop(reader);
        self.proven(&user.email, password, seat.ip.as_deref().unwrap_or_default()).await.map_err(|refused| match refused.code {
            Code::Unauthorized => Refused::invalid("current", "This is not your password"),
            _ => refused,
        })
    }

    /// Another password for the caller. Ends all their sessions but this one.
    ///
    /// # Errors
    /// 403 for programs; 422 on `current` and `password`; 429 while their e-mail is locked.
    pub async fn change_password(&self, caller: &Caller, current: SecretString, password: SecretString) -> Result<(), Refused> {
        let user = self.confirm(caller, current).await?;
        check_password(&password, &user.email)?;
        let (_, seat) = caller.person()?;
        let password_hash = self.0.passwords.hash(password, self.seed()).await?;
        let start = self.start(caller).await?;
        let command = store::command(move |tx: &mut Tx| {
            let (start, seat, before, password_hash) = (start.clone(), seat.clone(), user.clone(), password_hash.clone());
            async move {
                let mut by = start.by();
                let after = User { password_hash, version: before.version + 1, ..before.clone() };
                store::update(tx, &before, &after).await?;
                store::team::end_other_sessions(tx, before.id, &seat.token_hash).await?;
                store::users::forget_sign_in_failures(tx, &before.email, seat.ip.as_deref().unwrap_or_default()).await?;
                audit::note(tx, &mut by, "user.password_changed", Some(before.id.to_string()), None).await
            }
            .boxed()
        });
        self.commit(command).await
    }

    /// The caller's name and language.
    ///
    /// # Errors
    /// 403 for programs; 422 by field.
    pub async fn change_profile(&self, caller: &Caller, name: &str, locale: &str) -> Result<(), Refused> {
        let (me, _) = caller.person()?;
        let name = name.trim().to_owned();
        check::text("name", Some(&name), 1, 64)?;
        let locale = Locale::from_code(locale).ok_or_else(|| Refused::invalid("locale", "The language is en or fr"))?;
        let start = self.start(caller).await?;
        let command = store::command(move |tx: &mut Tx| {
            let (start, name) = (start.clone(), name.clone());
            async move {
                let mut by = start.by();
                let before = store::users::user(tx, me).await?.ok_or_else(|| Refused::of(Code::Unauthorized))?;
                let after = User { name, locale: locale.code().to_owned(), version: before.version + 1, ..before.clone() };
                if (&after.name, &after.locale) != (&before.name, &before.locale) {
                    store::update(tx, &before, &after).await?;
                    let detail = Some(json!({"name": after.name, "locale": after.locale}));
                    audit::note(tx, &mut by, "user.updated", Some(me.to_string()), detail).await?;
                }
                Ok(())
            }
            .boxed()
        });
        self.commit(command).await
    }

    /// The way back in for somebody whose password is lost, for whoever runs the installation: sets it and ends all sessions of theirs.
    ///
    /// # Errors
    /// 404 on `email`; 422 on `password`.
    pub async fn reset_password(&self, email: &str, password: SecretString) -> Result<(), Refused> {
        let email = email.trim().to_lowercase();
        check_password(&password, &email)?;
        let password_hash = self.0.passwords.hash(password, self.seed()).await?;
        let (now, seed) = (self.0.clock.now(), self.seed());
        let command = store::command(move |tx: &mut Tx| {
            let (email, password_hash) = (email.clone(), password_hash.clone());
            async move {
                let found = store::users::user_by_email(tx, &email).await?;
                let before = found.ok_or_else(|| Refused::new(Code::NotFound, "Nobody signs in with this e-mail").field("email"))?;
                let after = User { password_hash, version: before.version + 1, ..before.clone() };
                store::update(tx, &before, &after).await?;
                store::users::delete_sessions_of(tx, before.id).await?;
                store::users::forgive(tx, &email).await?;
                let mut ids = Ids::new(seed);
                for member in store::accounts::members_of_user(tx, before.id).await? {
                    let said = Outside { account: member.account, at: now, actor: OPERATOR.to_owned(), ip: None };
                    said.note(tx, &mut ids, "user.password_reset", Some(before.id.to_string()), None).await?;
                }
                Ok(())
            }
            .boxed()
        });
        self.commit(command).await
    }
}
