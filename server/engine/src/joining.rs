//! Whoever opens an invitation's address: what it offers, and joining by it. The address is all that is known of them.

use futures::FutureExt;
use model::error::{Code, Refused};
use model::rights::Role;
use model::time::Timestamp;
use secrecy::SecretString;
use serde_json::json;
use store::Tx;
use store::rows::{Account, Invitation, Member, Session, User};

use crate::audit::Outside;
use crate::clock::Ids;
use crate::passwords::check_password;
use crate::users::{SignedIn, Visitor, open};
use crate::{Engine, check};

/// How an invitation stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum InvitationState {
    Open,
    Used,
    Withdrawn,
    Expired,
}

/// What the invitation's page says. It is told to whoever has the address, so nothing more stands here than they need: whoever invites has it,
/// too, and is not to learn by it whose e-mail signs in here already.
#[derive(Debug, Clone)]
pub struct Offer {
    pub state: InvitationState,
    pub account: Account,
    /// Who invites, by name.
    pub inviter: String,
    pub email: String,
    pub role: Role,
}

/// How somebody joins. Who signs in with the e-mail already proves it by their password and keeps their name and language; for anybody else it is the
/// password they choose.
#[derive(Debug, Clone)]
pub struct Joining {
    pub name: String,
    pub password: SecretString,
    pub locale: String,
}

fn state_of(invitation: &Invitation, now: Timestamp) -> InvitationState {
    if invitation.accepted.is_some() {
        InvitationState::Used
    } else if invitation.withdrawn.is_some() {
        InvitationState::Withdrawn
    } else if now >= invitation.expires {
        InvitationState::Expired
    } else {
        InvitationState::Open
    }
}

fn gone() -> Refused {
    Refused::new(Code::Gone, "This invitation can no longer be used")
}

impl Engine {
    /// What an invitation's address offers.
    ///
    /// # Errors
    /// 404 for an address that is none.
    pub async fn offer(&self, token: &str) -> Result<Offer, Refused> {
        let unknown = || Refused::of(Code::NotFound);
        let hash = self.0.vault.token_hash(token);
        let mut reader = self.0.store.read().await?;
        let invitation = store::team::invitation_by_hash(&mut reader, &hash).await?.ok_or_else(unknown)?;
        let account = store::accounts::account(&mut reader, invitation.account).await?.ok_or_else(unknown)?;
        let inviter = store::users::user(&mut reader, invitation.invited_by).await?;
        Ok(Offer {
            state: state_of(&invitation, self.0.clock.now()),
            account,
            inviter: inviter.map(|user| user.name).unwrap_or_default(),
            email: invitation.email,
            role: invitation.role,
        })
    }

    /// Joins, once, and opens a session in that account.
    ///
    /// # Errors
    /// 404; 410 for an invitation that is used, withdrawn or expired; 422 by field; 401 for a wrong password of who is known already, 429
    /// while that e-mail is locked.
    pub async fn join(&self, token: &str, joining: Joining, from: Visitor) -> Result<SignedIn, Refused> {
        let offer = self.offer(token).await?;
        if offer.state != InvitationState::Open {
            return Err(gone());
        }
        let Joining { name, password, locale } = joining;
        // Checked of everybody, before anything is looked up: what is wrong with the form tells nobody who is known.
        let name = name.trim().to_owned();
        check::text("name", Some(&name), 1, 64)?;
        check_password(&password, &offer.email)?;
        let mut reader = self.0.store.read().await?;
        let known = store::users::user_by_email(&mut reader, &offer.email).await?.is_some();
        drop(reader);
        let user = if known {
            self.proven(&offer.email, password, from.ip.as_deref().unwrap_or_default()).await?
        } else {
            let password_hash = self.0.passwords.hash(password, self.seed()).await?;
            let id = Ids::new(self.seed()).mint();
            User { id, version: 1, created: self.0.clock.now(), email: offer.email.clone(), name, password_hash, locale }
        };
        let (cookie, session) = self.new_session(&user, offer.account.id, from);
        let (hash, seed) = (self.0.vault.token_hash(token), self.seed());
        let (joined, opened, new) = (user.clone(), session, !known);
        let command = store::command(move |tx: &mut Tx| {
            let (hash, user, session) = (hash.clone(), joined.clone(), opened.clone());
            async move { write(tx, &hash, &user, new, &session, seed).await }.boxed()
        });
        self.commit(command).await?;
        Ok(SignedIn { token: cookie, user })
    }
}

async fn write(tx: &mut Tx, hash: &str, user: &User, new: bool, session: &Session, seed: [u8; 32]) -> store::Result<()> {
    let (account, now) = (session.account, session.created);
    store::team::lock_team(tx, account).await?;
    let before = store::team::invitation_by_hash(tx, hash).await?;
    let before = before.filter(|one| state_of(one, now) == InvitationState::Open && one.account == account).ok_or_else(gone)?;
    if new {
        store::insert(tx, user).await?;
    }
    if store::accounts::member(tx, account, user.id).await?.is_none() {
        let role = before.role;
        let member = Member { account, user_id: user.id, role, version: 1, created: now, last_seen: Some(now) };
        store::insert(tx, &member).await?;
    }
    let after = Invitation { version: before.version + 1, accepted: Some(now), accepted_by: Some(user.id), ..before.clone() };
    store::update(tx, &before, &after).await?;
    let said = Outside { account, at: now, actor: user.id.to_string(), ip: session.ip.clone() };
    let detail = json!({"email": before.email, "role": before.role, "invitation": before.id});
    let mut ids = Ids::new(seed);
    said.note(tx, &mut ids, "member.joined", Some(user.id.to_string()), Some(detail)).await?;
    // Other ids than those drawn for the line above.
    let mut other = seed;
    other[0] ^= 0xff;
    open(tx, session, other).await
}
