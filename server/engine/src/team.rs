//! The people of an account: who may do what, who is asked in, who leaves.
//!
//! Nobody grants or takes what they don't hold. An account has exactly one owner, who alone hands that over. Whoever's role changes, or who
//! goes, is signed out at once; what they had invited goes with them.

use futures::FutureExt;
use model::error::{Code, Refused};
use model::id::{AccountId, InvitationId, UserId};
use model::rights::{Right, Rights, Role};
use model::time::Timestamp;
use secrecy::{ExposeSecret, SecretString};
use serde_json::json;
use store::Tx;
use store::rows::{Invitation, Member};

use crate::by::By;
use crate::caller::Caller;
use crate::dossier::parse_id;
use crate::{Engine, audit, check};

/// An invitation can be used for so long, in milliseconds.
pub const INVITATION_MS: i64 = 7 * 24 * 60 * 60 * 1000;
/// Before a token in an address, so that logs know what to leave out.
const TOKEN_PREFIX: &str = "join_";

/// Who works in an account.
#[derive(Debug, Clone)]
pub struct Team {
    /// Longest first.
    pub members: Vec<Colleague>,
    /// Nobody used them yet; newest first. Empty for those who may not invite.
    pub invitations: Vec<Invitation>,
    pub now: Timestamp,
}

#[derive(Debug, Clone)]
pub struct Colleague {
    pub id: UserId,
    pub name: String,
    pub email: String,
    pub role: Role,
    pub since: Timestamp,
    /// None for those who may not manage the team.
    pub last_seen: Option<Timestamp>,
    /// It is the caller.
    pub me: bool,
    /// The caller may give them another role or take them out.
    pub changeable: bool,
}

/// An invitation with its address, which is never told again.
#[derive(Debug, Clone)]
pub struct Invited {
    pub invitation: Invitation,
    /// To copy and hand over: whoever opens it can join.
    pub url: SecretString,
}

/// Whether somebody with these rights may give or take the role.
fn may_grant(rights: Rights, role: Role) -> bool {
    role != Role::Owner && rights.covers(role.rights())
}

impl Engine {
    /// Everybody may know who their colleagues are.
    ///
    /// # Errors
    /// 403.
    pub async fn team(&self, caller: &Caller) -> Result<Team, Refused> {
        caller.needs(Right::PaymentRead)?;
        let manages = caller.rights.contains(Right::TeamManage);
        let account = caller.scope.account;
        let me = caller.person().ok().map(|(user, _)| user);
        let mut reader = self.0.store.read().await?;
        let people = store::team::people(&mut reader, account).await?;
        let invitations = if manages { store::team::open_invitations(&mut reader, account).await? } else { Vec::new() };
        let members = people.into_iter().map(|(member, user)| Colleague {
            id: user.id,
            name: user.name,
            email: user.email,
            role: member.role,
            since: member.created,
            last_seen: member.last_seen.filter(|_| manages),
            me: Some(user.id) == me,
            changeable: manages && Some(user.id) != me && may_grant(caller.rights, member.role),
        });
        Ok(Team { members: members.collect(), invitations, now: self.0.clock.now() })
    }

    /// Asks somebody in. Nothing is sent: whoever invites hands the address over.
    ///
    /// # Errors
    /// 403 for a role with rights that the caller lacks; 409 on `email` for a colleague, or who is invited already; 422.
    pub async fn invite(&self, caller: &Caller, email: &str, role: Role) -> Result<Invited, Refused> {
        caller.needs(Right::TeamManage)?;
        let (user, _) = caller.person()?;
        if !may_grant(caller.rights, role) {
            return Err(Refused::new(Code::Forbidden, "Nobody can grant what they don't hold").field("role"));
        }
        let email = email.trim().to_lowercase();
        check::email("email", Some(&email))?;
        let start = self.start(caller).await?;
        let (token, token_hash) = self.draw_token();
        let command = store::command(move |tx: &mut Tx| {
            let (start, email, token_hash) = (start.clone(), email.clone(), token_hash.clone());
            async move {
                let mut by = start.by();
                let account = start.caller.scope.account;
                store::team::lock_team(tx, account).await?;
                if let Some(known) = store::users::user_by_email(tx, &email).await?
                    && store::accounts::member(tx, account, known.id).await?.is_some()
                {
                    return Err(Refused::new(Code::AlreadyExists, "This person is in the team already").field("email").into());
                }
                let open = store::team::open_invitations(tx, account).await?;
                if open.iter().any(|one| one.email == email) {
                    let text = "This person is invited already: renew or withdraw that invitation";
                    return Err(Refused::new(Code::Conflict, text).field("email").into());
                }
                let invitation = Invitation {
                    id: by.mint(),
                    account,
                    version: 1,
                    created: by.real,
                    email,
                    role,
                    token_hash,
                    invited_by: user,
                    expires: by.real.plus_millis(INVITATION_MS),
                    accepted: None,
                    accepted_by: None,
                    withdrawn: None,
                };
                store::insert(tx, &invitation).await?;
                tell(tx, &mut by, "invitation.created", &invitation).await?;
                Ok(invitation)
            }
            .boxed()
        });
        let invitation = self.commit(command).await?;
        Ok(Invited { invitation, url: self.invitation_url(&token) })
    }

    /// Another address for an invitation that nobody used: the one before no longer opens it. Seven days from now.
    ///
    /// # Errors
    /// 403 for a role with rights that the caller lacks; 404 for what is used or withdrawn.
    pub async fn renew_invitation(&self, caller: &Caller, id: &str) -> Result<Invited, Refused> {
        let (user, _) = caller.person()?;
        let (token, token_hash) = self.draw_token();
        let change = move |invitation: &mut Invitation, by: &By| {
            invitation.token_hash.clone_from(&token_hash);
            invitation.invited_by = user;
            invitation.expires = by.real.plus_millis(INVITATION_MS);
        };
        let invitation = self.change_invitation(caller, id, "invitation.renewed", change).await?;
        Ok(Invited { invitation, url: self.invitation_url(&token) })
    }

    /// Its address opens nothing from now on.
    ///
    /// # Errors
    /// 403 for a role with rights that the caller lacks; 404 for what is used or withdrawn.
    pub async fn withdraw_invitation(&self, caller: &Caller, id: &str) -> Result<Invitation, Refused> {
        caller.person()?;
        let change = |invitation: &mut Invitation, by: &By| invitation.withdrawn = Some(by.real);
        self.change_invitation(caller, id, "invitation.withdrawn", change).await
    }

    async fn change_invitation(
        &self,
        caller: &Caller,
        id: &str,
        action: &'static str,
        change: impl Fn(&mut Invitation, &By) + Clone + Send + Sync + 'static,
    ) -> Result<Invitation, Refused> {
        caller.needs(Right::TeamManage)?;
        let id: InvitationId = parse_id(id)?;
        let start = self.start(caller).await?;
        let command = store::command(move |tx: &mut Tx| {
            let (start, change) = (start.clone(), change.clone());
            async move {
                let mut by = start.by();
                let account = start.caller.scope.account;
                store::team::lock_team(tx, account).await?;
                let found = store::team::invitation(tx, account, id).await?;
                let open = found.filter(|one| one.accepted.is_none() && one.withdrawn.is_none());
                let before = open.ok_or_else(|| Refused::not_found::<InvitationId>(&id.to_string()))?;
                if !may_grant(start.caller.rights, before.role) {
                    return Err(Refused::new(Code::Forbidden, "Nobody can grant what they don't hold").field("role").into());
                }
                let mut after = Invitation { version: before.version + 1, ..before.clone() };
                change(&mut after, &by);
                store::update(tx, &before, &after).await?;
                tell(tx, &mut by, action, &after).await?;
                Ok(after)
            }
            .boxed()
        });
        self.commit(command).await
    }

    /// Gives a colleague another role, and signs them out.
    ///
    /// # Errors
    /// 403 for one's own role, the owner's, and for rights that the caller lacks; 404.
    pub async fn change_role(&self, caller: &Caller, user: &str, role: Role) -> Result<(), Refused> {
        self.change_member(caller, user, Some(role)).await
    }

    /// Takes a colleague out of the account, and signs them out.
    ///
    /// # Errors
    /// 403 for oneself, the owner, and for rights that the caller lacks; 404.
    pub async fn remove_member(&self, caller: &Caller, user: &str) -> Result<(), Refused> {
        self.change_member(caller, user, None).await
    }

    /// `to`: none takes them out.
    async fn change_member(&self, caller: &Caller, user: &str, to: Option<Role>) -> Result<(), Refused> {
        caller.needs(Right::TeamManage)?;
        let (me, _) = caller.person()?;
        let user: UserId = parse_id(user)?;
        if to.is_some_and(|role| !may_grant(caller.rights, role)) {
            return Err(Refused::new(Code::Forbidden, "Nobody can grant what they don't hold").field("role"));
        }
        if user == me {
            return Err(Refused::new(Code::Forbidden, "Nobody changes their own place in the team"));
        }
        let start = self.start(caller).await?;
        let command = store::command(move |tx: &mut Tx| {
            let start = start.clone();
            async move {
                let mut by = start.by();
                let before = colleague(tx, start.caller.scope.account, user).await?;
                if !may_grant(start.caller.rights, before.role) {
                    return Err(Refused::new(Code::Forbidden, "Only people whose rights are yours too can be changed").into());
                }
                let detail = json!({"from": before.role, "to": to});
                if Some(before.role) != to {
                    set_role(tx, &by, &before, to).await?;
                    let action = if to.is_some() { "member.role_changed" } else { "member.removed" };
                    audit::note(tx, &mut by, action, Some(user.to_string()), Some(detail)).await?;
                }
                Ok(())
            }
            .boxed()
        });
        self.commit(command).await
    }

    /// Goes of one's own will.
    ///
    /// # Errors
    /// 403 for the owner, who hands over first.
    pub async fn leave(&self, caller: &Caller) -> Result<(), Refused> {
        let (me, _) = caller.person()?;
        let start = self.start(caller).await?;
        let command = store::command(move |tx: &mut Tx| {
            let start = start.clone();
            async move {
                let mut by = start.by();
                let before = colleague(tx, start.caller.scope.account, me).await?;
                if before.role == Role::Owner {
                    return Err(Refused::new(Code::Forbidden, "The owner hands the account over before leaving").into());
                }
                set_role(tx, &by, &before, None).await?;
                audit::note(tx, &mut by, "member.left", Some(me.to_string()), Some(json!({"from": before.role}))).await
            }
            .boxed()
        });
        self.commit(command).await
    }

    /// Makes a colleague the owner, confirmed by the owner's password; the owner becomes an admin. Both are signed out.
    ///
    /// # Errors
    /// 403 for all but the owner; 404; 422 on `password`; 429 while the e-mail is locked.
    pub async fn hand_over(&self, caller: &Caller, user: &str, password: SecretString) -> Result<(), Refused> {
        let (me, _) = caller.person()?;
        let mut reader = self.0.store.read().await?;
        let owner = store::accounts::member(&mut reader, caller.scope.account, me).await?;
        drop(reader);
        if owner.is_none_or(|owner| owner.role != Role::Owner) {
            return Err(only_owner());
        }
        let user: UserId = parse_id(user)?;
        self.confirm(caller, password).await?;
        let start = self.start(caller).await?;
        let command = store::command(move |tx: &mut Tx| {
            let start = start.clone();
            async move {
                let mut by = start.by();
                let account = start.caller.scope.account;
                let heir = colleague(tx, account, user).await?;
                let owner = colleague(tx, account, me).await?;
                if owner.role != Role::Owner {
                    return Err(only_owner().into());
                }
                if user == me {
                    return Err(Refused::new(Code::Conflict, "The account is yours already").field("user").into());
                }
                set_role(tx, &by, &heir, Some(Role::Owner)).await?;
                set_role(tx, &by, &owner, Some(Role::Admin)).await?;
                let detail = json!({"from": heir.role, "to": Role::Owner});
                audit::note(tx, &mut by, "member.made_owner", Some(user.to_string()), Some(detail)).await
            }
            .boxed()
        });
        self.commit(command).await
    }

    fn draw_token(&self) -> (SecretString, String) {
        let token = format!("{TOKEN_PREFIX}{}", hex::encode(self.seed()));
        let hash = self.0.vault.token_hash(&token);
        (SecretString::from(token), hash)
    }

    fn invitation_url(&self, token: &SecretString) -> SecretString {
        SecretString::from(format!("{}/dashboard/invitation/{}", self.0.public_url, token.expose_secret()))
    }
}

fn only_owner() -> Refused {
    Refused::new(Code::Forbidden, "Only the owner hands the account over")
}

async fn colleague(tx: &mut Tx, account: AccountId, user: UserId) -> store::Result<Member> {
    store::team::lock_team(tx, account).await?;
    let member = store::accounts::member(tx, account, user).await?;
    Ok(member.ok_or_else(|| Refused::not_found::<UserId>(&user.to_string()))?)
}

/// Writes the role or takes the person out, ends their sessions here, and withdraws what they may no longer have offered.
async fn set_role(tx: &mut Tx, by: &By, before: &Member, to: Option<Role>) -> store::Result<()> {
    let (account, user) = (before.account, before.user_id);
    match to {
        Some(role) => store::update(tx, before, &Member { role, version: before.version + 1, ..before.clone() }).await?,
        None => {
            store::team::remove_member(tx, account, user).await?;
        }
    }
    store::team::end_sessions_in(tx, account, user).await?;
    let rights = to.map_or_else(Rights::none, Role::rights);
    let kept = |one: &Invitation| rights.contains(Right::TeamManage) && may_grant(rights, one.role);
    for before in store::team::open_invitations(tx, account).await?.into_iter().filter(|one| one.invited_by == user && !kept(one)) {
        let after = Invitation { version: before.version + 1, withdrawn: Some(by.real), ..before.clone() };
        store::update(tx, &before, &after).await?;
    }
    Ok(())
}

async fn tell(tx: &mut Tx, by: &mut By, action: &str, invitation: &Invitation) -> store::Result<()> {
    let detail = json!({"email": invitation.email, "role": invitation.role});
    audit::note(tx, by, action, Some(invitation.id.to_string()), Some(detail)).await
}
