//! Passwords: hashed slowly on purpose, one at a time, and proven without telling whether somebody is known.

use std::sync::{Arc, mpsc};

use argon2::password_hash::phc::PasswordHash;
use argon2::{Argon2, PasswordHasher, PasswordVerifier};
use futures::FutureExt;
use model::error::{Code, Refused};
use secrecy::{ExposeSecret, SecretString};
use store::Tx;
use store::rows::User;
use store::users::SignInLimits;
use tokio::sync::{Semaphore, oneshot};

use crate::Engine;
use crate::audit::{Outside, VISITOR};
use crate::clock::Ids;

/// At least this many characters, at most the other.
pub const PASSWORD_LENGTH: usize = 12;
const PASSWORD_MAX: usize = 256;
/// 10 failures in 15 minutes lock that e-mail and address for 15.
const LIMITS: SignInLimits = SignInLimits { failures: 10, window: 15 * 60 * 1000, lock: 15 * 60 * 1000 };
/// Hashing is slow and takes 19 MB on purpose: one at a time, so many waiting, then 429.
const WAITING: usize = 50;

type Job = Box<dyn FnOnce() + Send>;

/// A thread that does one after the other, until nobody can give it more: each takes the memory of the one before.
fn hashing() -> mpsc::Sender<Job> {
    let (give, jobs) = mpsc::channel::<Job>();
    std::thread::spawn(move || jobs.into_iter().for_each(|job| job()));
    give
}

/// Password hashing, one at a time.
pub(crate) struct Passwords {
    hashing: mpsc::Sender<Job>,
    waiting: Arc<Semaphore>,
    /// What an unknown e-mail's password is compared with, so that it takes as long.
    nobody: std::sync::OnceLock<String>,
}

impl Default for Passwords {
    fn default() -> Self {
        Self { hashing: hashing(), waiting: Arc::new(Semaphore::new(1 + WAITING)), nobody: std::sync::OnceLock::new() }
    }
}

/// # Errors
/// 422: 12 to 256 characters, and not the e-mail address.
pub(crate) fn check_password(password: &SecretString, email: &str) -> Result<(), Refused> {
    let password = password.expose_secret();
    if !(PASSWORD_LENGTH..=PASSWORD_MAX).contains(&password.chars().count()) {
        return Err(Refused::invalid("password", format!("A password has at least {PASSWORD_LENGTH} characters")));
    }
    if password.trim().to_lowercase() == email.trim().to_lowercase() {
        return Err(Refused::new(Code::AlreadyExists, "The password is not the e-mail address").field("password"));
    }
    Ok(())
}

impl Passwords {
    async fn work<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Result<T, Refused> {
        let busy = || Refused::of(Code::TooManyRequests).retry_after(5);
        let _place = self.waiting.clone().try_acquire_owned().map_err(|_| busy())?;
        let (tell, told) = oneshot::channel();
        let job: Job = Box::new(move || {
            // Nobody waits for whoever hung up.
            if !tell.is_closed() {
                drop(tell.send(work()));
            }
        });
        self.hashing.send(job).map_err(|_| Refused::of(Code::Internal))?;
        told.await.map_err(|_| Refused::of(Code::Internal))
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
        // Made for whoever comes first, or the first unknown e-mail would take twice as long.
        let nobody = self.nobody().await?;
        let hash = hash.unwrap_or(nobody);
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
    /// The person whose e-mail (in lower case) and password these are. Failures count and lock, wherever a password is asked for.
    ///
    /// # Errors
    /// 401 with the same words for an unknown e-mail and a wrong password; 429 with `retry_after` while locked.
    pub(crate) async fn proven(&self, email: &str, password: SecretString, address: &str) -> Result<User, Refused> {
        if email.len() > 254 || email.contains('\0') {
            return Err(wrong());
        }
        let now = self.0.clock.now();
        let mut reader = self.0.store.read().await?;
        if let Some(until) = store::users::sign_in_locked_until(&mut reader, email, address, now).await? {
            return Err(locked_until(until.since(now)));
        }
        let user = store::users::user_by_email(&mut reader, email).await?;
        drop(reader);
        let right = self.0.passwords.verify(password, user.as_ref().map(|user| user.password_hash.clone())).await?;
        match user.filter(|_| right) {
            Some(user) => Ok(user),
            None => Err(self.failed(email.to_owned(), address.to_owned()).await?),
        }
    }

    /// Counts the failure; a lock is noted in every account that the e-mail opens.
    async fn failed(&self, email: String, address: String) -> Result<Refused, Refused> {
        let (now, seed) = (self.0.clock.now(), self.seed());
        let command = store::command(move |tx: &mut Tx| {
            let (email, address) = (email.clone(), address.clone());
            async move {
                let locked = store::users::sign_in_failed(tx, &email, &address, now, LIMITS).await?;
                if let (Some(_), Some(user)) = (locked, store::users::user_by_email(tx, &email).await?) {
                    let mut ids = Ids::new(seed);
                    for member in store::accounts::members_of_user(tx, user.id).await? {
                        let ip = Some(address.clone()).filter(|address| !address.is_empty());
                        let at = Outside { account: member.account, at: now, actor: VISITOR.to_owned(), ip };
                        at.note(tx, &mut ids, "session.locked_out", Some(user.id.to_string()), None).await?;
                    }
                }
                Ok(locked)
            }
            .boxed()
        });
        let locked = self.commit(command).await?;
        Ok(locked.map_or_else(wrong, |until| locked_until(until.since(now))))
    }
}

pub(crate) fn wrong() -> Refused {
    Refused::new(Code::Unauthorized, "E-mail or password is wrong")
}

fn locked_until(ms: i64) -> Refused {
    let seconds = u32::try_from(ms / 1000 + 1).unwrap_or(900);
    Refused::new(Code::TooManyRequests, "Too many failed sign-ins. Try again later").retry_after(seconds)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn somebody_and_nobody_cost_the_same_work() {
        let passwords = Passwords::default();
        let secret = || SecretString::from("a long enough password");
        let hash = passwords.hash(secret(), [1; 32]).await.unwrap();
        assert!(passwords.verify(secret(), Some(hash.clone())).await.unwrap());
        // Nobody has any password, not even the one that theirs is compared with.
        for password in ["a long enough password", "nobody at all has this password"] {
            assert!(!passwords.verify(SecretString::from(password), None).await.unwrap());
        }
        let cost = |hash: &str| hash.rsplit_once('$').unwrap().0.rsplit_once('$').unwrap().0.to_owned();
        let nobody = passwords.nobody().await.unwrap();
        assert!(cost(&nobody).starts_with("$argon2id$v=19$m=") && cost(&nobody) == cost(&hash), "{nobody} {hash}");
    }

    #[test]
    fn a_password_is_long_enough_and_not_the_address() {
        let check = |text: &str| check_password(&SecretString::from(text), "Camille@example.com").map_err(|refused| refused.code);
        assert_eq!(check("elevenchars"), Err(Code::Invalid));
        assert_eq!(check("twelve chars"), Ok(()));
        assert_eq!(check("éèàùâêîôûëïü"), Ok(()));
        assert_eq!(check("camille@EXAMPLE.com "), Err(Code::AlreadyExists));
        assert_eq!(check(&"x".repeat(257)), Err(Code::Invalid));
    }
}
