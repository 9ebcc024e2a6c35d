//! Accounts, as they begin: with their owner, a shop and its keys.

use futures::FutureExt;
use model::error::{Code, Refused};
use model::rights::{Environment, Role};
use model::time::Timestamp;
use secrecy::{ExposeSecret, SecretString};
use store::Tx;
use store::rows::{Account, ApiKey, Member, Shop, User};

use crate::Engine;
use crate::caller::Caller;
use crate::clock::Ids;
use crate::keys::{KeyKind, hint_of, key_prefix, key_text};
use crate::types::{CreatedAccount, NewAccount};
use crate::{check, passwords};

impl Engine {
    /// # Errors
    /// Where the database fails.
    pub async fn is_empty(&self) -> Result<bool, Refused> {
        let mut reader = self.0.store.read().await?;
        Ok(!store::accounts::any_account(&mut reader).await?)
    }

    /// The caller's account.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn account_of(&self, caller: &Caller) -> Result<Account, Refused> {
        self.account(caller.scope.account).await
    }

    /// Makes an account with its owner, one shop and four keys, which are shown once.
    ///
    /// # Errors
    /// 422 by field; 409 for an e-mail that signs in already.
    pub async fn create_account(&self, new: NewAccount) -> Result<CreatedAccount, Refused> {
        check::text("name", Some(&new.name), 1, 64)?;
        check::text("user_name", Some(&new.user_name), 1, 64)?;
        check::email("email", Some(&new.email))?;
        passwords::check_password(&new.password, &new.email)?;
        if jiff::tz::TimeZone::get(&new.time_zone).is_err() {
            return Err(Refused::invalid("time_zone", "This is no time zone, such as Europe/Paris"));
        }
        let password_hash = self.0.passwords.hash(new.password.clone(), self.seed()).await?;
        let (now, seed) = (self.0.clock.now(), self.seed());
        let engine = self.clone();
        let command = store::command(move |tx: &mut Tx| {
            let (engine, new, password_hash) = (engine.clone(), new.clone(), password_hash.clone());
            async move { engine.write_account(tx, &new, password_hash, now, &mut Ids::new(seed)).await }.boxed()
        });
        self.commit(command).await
    }

    async fn write_account(
        &self,
        tx: &mut Tx,
        new: &NewAccount,
        password_hash: String,
        now: Timestamp,
        ids: &mut Ids,
    ) -> store::Result<CreatedAccount> {
        let email = new.email.trim().to_lowercase();
        if store::users::user_by_email(tx, &email).await?.is_some() {
            return Err(Refused::new(Code::AlreadyExists, "Somebody signs in with this e-mail already").field("email").into());
        }
        let account = Account {
            id: ids.mint(),
            version: 1,
            created: now,
            name: new.name.clone(),
            time_zone: new.time_zone.clone(),
            currency: new.currency,
            locale: new.locale.clone(),
            brand_color: "#2746d8".to_owned(),
            support_email: Some(email.clone()),
            clock_offset: 0,
        };
        let shop = Shop { id: ids.mint(), account: account.id, version: 1, created: now, name: new.name.clone(), url: None };
        let user = User {
            id: ids.mint(),
            version: 1,
            created: now,
            email,
            name: new.user_name.clone(),
            password_hash,
            locale: new.locale.clone(),
        };
        let member = Member { account: account.id, user_id: user.id, role: Role::Owner, version: 1, created: now, last_seen: None };
        store::insert(tx, &account).await?;
        store::insert(tx, &shop).await?;
        store::insert(tx, &user).await?;
        store::insert(tx, &member).await?;
        let mut texts = Vec::new();
        for (environment, kind) in [
            (Environment::Sandbox, KeyKind::Secret),
            (Environment::Sandbox, KeyKind::Public),
            (Environment::Production, KeyKind::Secret),
            (Environment::Production, KeyKind::Public),
        ] {
            let text = key_text(key_prefix(environment, kind), ids);
            let key = ApiKey {
                id: ids.mint(),
                account: account.id,
                environment,
                version: 1,
                created: now,
                shop: shop.id,
                kind: kind.as_str().to_owned(),
                name: shop.name.clone(),
                hash: self.0.vault.token_hash(&text),
                hint: hint_of(&text),
                created_by: Some(user.id),
                last_used: None,
                revoked: None,
                expires: None,
                successor: None,
            };
            store::insert(tx, &key).await?;
            texts.push(text);
        }
        let [sandbox_secret, sandbox_public, production_secret, production_public] =
            <[String; 4]>::try_from(texts).map_err(|_| store::Error::Inconsistent("four keys".to_owned()))?;
        Ok(CreatedAccount {
            account,
            shop,
            sandbox_secret: SecretString::from(sandbox_secret),
            sandbox_public,
            production_secret: SecretString::from(production_secret),
            production_public,
        })
    }

    /// Where a payment made directly is paid, as the client libraries build it.
    pub fn keyed_url(&self, public_key: &str, id: &str) -> String {
        format!("{}/{public_key}/{id}", self.0.public_url)
    }

    /// What the vault keeps of a secret: what a test looks for.
    pub fn hash_of(&self, secret: &SecretString) -> String {
        self.0.vault.token_hash(secret.expose_secret())
    }
}
