//! The people of an account: inviting, joining, roles, leaving, sessions, passwords, and what the audit log says of it all.

use engine::{AuditFilter, Caller, InvitationState, Joining, PageAt, Visitor};
use model::error::{Code, Refused};
use model::rights::Role;
use secrecy::{ExposeSecret, SecretString};

use crate::world::{World, in_each, new_account};

fn from(ip: &str) -> Visitor {
    Visitor { ip: Some(ip.to_owned()), user_agent: Some("Browser/1.0".to_owned()) }
}

fn secret(text: &str) -> SecretString {
    SecretString::from(text)
}

/// The token at the end of an invitation's address.
fn token(url: &SecretString) -> String {
    url.expose_secret().rsplit('/').next().unwrap().to_owned()
}

const OWNERS: &str = "correct horse battery";
const OTHERS: &str = "another horse battery";

async fn signed_in(world: &World, email: &str, password: &str) -> Result<(String, Caller), Refused> {
    let signed = world.engine.sign_in(email, secret(password), from("1.1.1.1")).await?;
    let token = signed.token.expose_secret().to_owned();
    let caller = world.engine.session(&token, None).await?.caller;
    Ok((token, caller))
}

async fn owner(world: &World) -> Caller {
    signed_in(world, "owner@example.com", OWNERS).await.unwrap().1
}

/// Invites and joins: the new person's session.
pub async fn member(world: &World, by: &Caller, email: &str, role: Role) -> (String, Caller) {
    let invited = world.engine.invite(by, email, role).await.unwrap();
    let joining = Joining { name: email.to_owned(), password: secret(OTHERS), locale: "fr".to_owned() };
    let signed = world.engine.join(&token(&invited.url), joining, from("2.2.2.2")).await.unwrap();
    let token = signed.token.expose_secret().to_owned();
    let caller = world.engine.session(&token, None).await.unwrap().caller;
    (token, caller)
}

async fn id_of(world: &World, by: &Caller, email: &str) -> String {
    let team = world.engine.team(by).await.unwrap();
    team.members.iter().find(|member| member.email == email).unwrap().id.to_string()
}

async fn actions(world: &World, by: &Caller) -> Vec<(String, String)> {
    let page = world.engine.audit_log(by, &AuditFilter::default(), &PageAt::First, 100).await.unwrap();
    page.rows.into_iter().map(|row| (row.action, row.actor)).collect()
}

#[tokio::test]
async fn an_invitation_works_once_for_its_address_and_role() {
    in_each(async |world| {
        let e = &world.engine;
        let owner = owner(world).await;
        let invited = e.invite(&owner, " Julie@Example.com", Role::Support).await.unwrap();
        let token = token(&invited.url);
        assert!(invited.url.expose_secret().starts_with("https://pay.example/dashboard/invitation/join_"));
        let offer = e.offer(&token).await.unwrap();
        assert_eq!((offer.state, offer.email.as_str(), offer.role), (InvitationState::Open, "julie@example.com", Role::Support));
        assert_eq!(e.offer("join_nothing").await.unwrap_err().code, Code::NotFound);
        let again = e.invite(&owner, "julie@example.com", Role::Viewer).await.unwrap_err();
        assert_eq!((again.code, again.field.as_deref()), (Code::Conflict, Some("email")));

        let joining = |name: &str, password: &str| Joining { name: name.to_owned(), password: secret(password), locale: "fr".to_owned() };
        for (name, password, field) in [("", OTHERS, "name"), ("Julie", "short", "password"), ("Julie", "julie@example.com", "password")] {
            assert_eq!(e.join(&token, joining(name, password), from("2.2.2.2")).await.unwrap_err().field.as_deref(), Some(field));
        }
        let signed = e.join(&token, joining("Julie", OTHERS), from("2.2.2.2")).await.unwrap();
        let session = e.session(signed.token.expose_secret(), None).await.unwrap();
        assert_eq!((session.role, session.user.email.as_str(), session.user.locale.as_str()), (Role::Support, "julie@example.com", "fr"));
        assert_eq!(e.offer(&token).await.unwrap().state, InvitationState::Used);
        let twice = e.join(&token, joining("Julie", OTHERS), from("3.3.3.3")).await.unwrap_err();
        assert_eq!(twice.code, Code::Gone);
        let there = e.invite(&owner, "julie@example.com", Role::Viewer).await.unwrap_err();
        assert_eq!((there.code, there.field.as_deref()), (Code::AlreadyExists, Some("email")));
        let team = e.team(&owner).await.unwrap();
        assert_eq!((team.members.len(), team.invitations.len()), (2, 0));
        // colleagues know each other; when somebody was here is for those who manage
        let seen = e.team(&session.caller).await.unwrap();
        assert!(seen.members.iter().all(|member| member.last_seen.is_none() && !member.changeable));
        assert!(team.members.iter().all(|member| member.last_seen.is_some()));
    })
    .await;
}

#[tokio::test]
async fn what_is_withdrawn_renewed_or_late_opens_nothing() {
    in_each(async |world| {
        let e = &world.engine;
        let owner = owner(world).await;
        let first = e.invite(&owner, "a@example.com", Role::Admin).await.unwrap();
        let id = first.invitation.id.to_string();
        let second = e.renew_invitation(&owner, &id).await.unwrap();
        assert_eq!(e.offer(&token(&first.url)).await.unwrap_err().code, Code::NotFound);
        assert_eq!(e.offer(&token(&second.url)).await.unwrap().state, InvitationState::Open);
        e.withdraw_invitation(&owner, &id).await.unwrap();
        assert_eq!(e.offer(&token(&second.url)).await.unwrap().state, InvitationState::Withdrawn);
        assert_eq!(e.renew_invitation(&owner, &id).await.unwrap_err().code, Code::NotFound);
        let joining = || Joining { name: "A".to_owned(), password: secret(OTHERS), locale: "en".to_owned() };
        assert_eq!(e.join(&token(&second.url), joining(), from("1.1.1.1")).await.unwrap_err().code, Code::Gone);

        let third = e.invite(&owner, "a@example.com", Role::Admin).await.unwrap();
        world.clock.forward(7 * 86_400);
        assert_eq!(e.offer(&token(&third.url)).await.unwrap().state, InvitationState::Expired);
        assert_eq!(e.join(&token(&third.url), joining(), from("1.1.1.1")).await.unwrap_err().code, Code::Gone);
        let owner = self::owner(world).await;
        let fourth = e.renew_invitation(&owner, &third.invitation.id.to_string()).await.unwrap();
        assert!(e.join(&token(&fourth.url), joining(), from("1.1.1.1")).await.is_ok());
    })
    .await;
}

#[tokio::test]
async fn somebody_known_joins_by_their_password_and_chooses_between_accounts() {
    in_each(async |world| {
        let e = &world.engine;
        let first = owner(world).await;
        let (_, _) = member(world, &first, "julie@example.com", Role::Viewer).await;
        let other = e.create_account(new_account("other@example.com")).await.unwrap();
        let second = signed_in(world, "other@example.com", OWNERS).await.unwrap().1;
        let invited = e.invite(&second, "julie@example.com", Role::Finance).await.unwrap();
        let token = token(&invited.url);
        let joining = |name: &str, password: &str| Joining { name: name.to_owned(), password: secret(password), locale: "en".to_owned() };
        // What is wrong with the form is the same for everybody: only a whole answer is looked at.
        for (name, password, field) in [("", OTHERS, "name"), ("Julie", "short", "password"), ("Julie", "julie@example.com", "password")] {
            assert_eq!(e.join(&token, joining(name, password), from("9.9.9.9")).await.unwrap_err().field.as_deref(), Some(field));
        }
        for nth in 1..=10 {
            let wrong = e.join(&token, joining("Not Julie", "wrong wrong wrong"), from("9.9.9.9")).await.unwrap_err();
            assert_eq!(wrong.code, if nth < 10 { Code::Unauthorized } else { Code::TooManyRequests });
        }
        let locked = e.join(&token, joining("Julie", OTHERS), from("9.9.9.9")).await.unwrap_err();
        assert_eq!(locked.code, Code::TooManyRequests);
        let signed = e.join(&token, joining("Not Julie", OTHERS), from("2.2.2.2")).await.unwrap();
        let cookie = signed.token.expose_secret().to_owned();
        let session = e.session(&cookie, None).await.unwrap();
        assert_eq!((session.user.name.as_str(), session.user.locale.as_str()), ("julie@example.com", "fr"), "they keep both");
        assert_eq!((session.account.id, session.role, session.accounts.len()), (other.account.id, Role::Finance, 2));
        e.choose_account(&cookie, &world.account.account.id.to_string()).await.unwrap();
        let session = e.session(&cookie, None).await.unwrap();
        assert_eq!((session.account.id, session.role), (world.account.account.id, Role::Viewer));
        // nobody gets into an account that isn't theirs
        let (owners, _) = signed_in(world, "owner@example.com", OWNERS).await.unwrap();
        assert_eq!(e.choose_account(&owners, &other.account.id.to_string()).await.unwrap_err().code, Code::NotFound);
        assert_eq!(e.choose_account(&owners, "nonsense").await.unwrap_err().code, Code::NotFound);
        // the lock-out stands in the log of every account that the e-mail opened
        assert!(actions(world, &first).await.contains(&("session.locked_out".to_owned(), "visitor".to_owned())));
    })
    .await;
}

#[tokio::test]
async fn nobody_grants_or_takes_what_they_do_not_hold() {
    in_each(async |world| {
        let e = &world.engine;
        let owner = owner(world).await;
        let (_, admin) = member(world, &owner, "admin@example.com", Role::Admin).await;
        let (_, viewer) = member(world, &owner, "viewer@example.com", Role::Viewer).await;
        let [owners, admins, viewers] = [
            id_of(world, &owner, "owner@example.com").await,
            id_of(world, &owner, "admin@example.com").await,
            id_of(world, &owner, "viewer@example.com").await,
        ];
        for by in [&owner, &admin] {
            assert_eq!(e.invite(by, "x@example.com", Role::Owner).await.unwrap_err().code, Code::Forbidden);
            assert_eq!(e.change_role(by, &viewers, Role::Owner).await.unwrap_err().code, Code::Forbidden);
        }
        assert_eq!(e.change_role(&admin, &owners, Role::Viewer).await.unwrap_err().code, Code::Forbidden);
        assert_eq!(e.remove_member(&admin, &owners).await.unwrap_err().code, Code::Forbidden);
        assert_eq!(e.remove_member(&admin, &admins).await.unwrap_err().code, Code::Forbidden);
        assert_eq!(e.change_role(&admin, &admins, Role::Viewer).await.unwrap_err().code, Code::Forbidden);
        assert_eq!(e.leave(&owner).await.unwrap_err().code, Code::Forbidden);
        assert_eq!(e.hand_over(&admin, &viewers, secret(OTHERS)).await.unwrap_err().code, Code::Forbidden);
        for refused in [
            e.invite(&viewer, "x@example.com", Role::Viewer).await.map(drop),
            e.change_role(&viewer, &admins, Role::Viewer).await,
            e.remove_member(&viewer, &admins).await,
            e.audit_log(&viewer, &AuditFilter::default(), &PageAt::First, 10).await.map(drop),
        ] {
            assert_eq!(refused.unwrap_err().code, Code::Forbidden);
        }
        // a program is nobody, whatever its rights
        assert_eq!(e.invite(&world.caller, "x@example.com", Role::Viewer).await.unwrap_err().code, Code::Forbidden);
        assert_eq!(e.my_sessions(&world.caller).await.unwrap_err().code, Code::Forbidden);
        // somebody else's account has no such people
        e.create_account(new_account("other@example.com")).await.unwrap();
        let stranger = signed_in(world, "other@example.com", OWNERS).await.unwrap().1;
        assert_eq!(e.remove_member(&stranger, &viewers).await.unwrap_err().code, Code::NotFound);
        assert_eq!(e.change_role(&stranger, &viewers, Role::Admin).await.unwrap_err().code, Code::NotFound);
        let open = e.invite(&owner, "open@example.com", Role::Viewer).await.unwrap().invitation.id.to_string();
        assert_eq!(e.renew_invitation(&stranger, &open).await.unwrap_err().code, Code::NotFound);
        assert_eq!(e.withdraw_invitation(&stranger, &open).await.unwrap_err().code, Code::NotFound);
    })
    .await;
}

#[tokio::test]
async fn a_changed_role_or_a_removal_ends_sessions_and_invitations() {
    in_each(async |world| {
        let e = &world.engine;
        let owner = owner(world).await;
        let (cookie, admin) = member(world, &owner, "admin@example.com", Role::Admin).await;
        let admins = id_of(world, &owner, "admin@example.com").await;
        let back_door = e.invite(&admin, "friend@example.com", Role::Admin).await.unwrap();
        e.change_role(&owner, &admins, Role::Viewer).await.unwrap();
        assert_eq!(e.session(&cookie, None).await.unwrap_err().code, Code::Unauthorized);
        assert_eq!(e.offer(&token(&back_door.url)).await.unwrap().state, InvitationState::Withdrawn);
        let (cookie, viewer) = signed_in(world, "admin@example.com", OTHERS).await.unwrap();
        assert_eq!(viewer.rights(), Role::Viewer.rights());
        e.remove_member(&owner, &admins).await.unwrap();
        assert_eq!(e.session(&cookie, None).await.unwrap_err().code, Code::Unauthorized);
        assert_eq!(signed_in(world, "admin@example.com", OTHERS).await.unwrap_err().code, Code::Unauthorized);
        assert_eq!(e.remove_member(&owner, &admins).await.unwrap_err().code, Code::NotFound);
        let told = actions(world, &owner).await;
        for action in ["member.joined", "member.role_changed", "member.removed", "invitation.created"] {
            assert!(told.iter().any(|(known, _)| known == action), "{action} is missing of {told:?}");
        }

        let (cookie, leaver) = member(world, &owner, "leaver@example.com", Role::Developer).await;
        e.leave(&leaver).await.unwrap();
        assert_eq!(e.session(&cookie, None).await.unwrap_err().code, Code::Unauthorized);
        assert_eq!(e.team(&owner).await.unwrap().members.len(), 1);
    })
    .await;
}

#[tokio::test]
async fn the_owner_hands_over_by_password_and_there_is_always_one() {
    in_each(async |world| {
        let e = &world.engine;
        let owner = owner(world).await;
        let (cookie, _) = member(world, &owner, "heir@example.com", Role::Viewer).await;
        let heir = id_of(world, &owner, "heir@example.com").await;
        let wrong = e.hand_over(&owner, &heir, secret("wrong horse battery")).await.unwrap_err();
        assert_eq!((wrong.code, wrong.field.as_deref()), (Code::Invalid, Some("current")));
        e.hand_over(&owner, &heir, secret(OWNERS)).await.unwrap();
        assert_eq!(e.session(&cookie, None).await.unwrap_err().code, Code::Unauthorized);
        assert_eq!(e.hand_over(&owner, &heir, secret(OWNERS)).await.unwrap_err().code, Code::Forbidden);
        let (_, new) = signed_in(world, "heir@example.com", OTHERS).await.unwrap();
        let team = e.team(&new).await.unwrap();
        let role_of = |email: &str| team.members.iter().find(|member| member.email == email).map(|member| member.role);
        assert_eq!((role_of("owner@example.com"), role_of("heir@example.com")), (Some(Role::Admin), Some(Role::Owner)));
        let old = signed_in(world, "owner@example.com", OWNERS).await.unwrap().1;
        assert_eq!(e.remove_member(&old, &heir).await.unwrap_err().code, Code::Forbidden);
    })
    .await;
}

#[tokio::test]
async fn sessions_are_seen_and_ended_and_a_new_password_ends_the_others() {
    in_each(async |world| {
        let e = &world.engine;
        let (first, caller) = signed_in(world, "owner@example.com", OWNERS).await.unwrap();
        world.clock.forward(60);
        let (second, _) = signed_in(world, "owner@example.com", OWNERS).await.unwrap();
        let (third, _) = signed_in(world, "owner@example.com", OWNERS).await.unwrap();
        let sessions = e.my_sessions(&caller).await.unwrap();
        assert_eq!((sessions.len(), sessions[0].here, sessions[1].here), (3, true, false));
        assert_eq!(sessions[0].ip.as_deref(), Some("1.1.1.1"));
        e.create_account(new_account("other@example.com")).await.unwrap();
        let stranger = signed_in(world, "other@example.com", OWNERS).await.unwrap().1;
        for handle in ["", "0", &sessions[1].handle] {
            assert_eq!(e.end_session(&stranger, handle).await.unwrap_err().code, Code::NotFound, "{handle}");
        }
        e.end_session(&caller, &sessions[1].handle).await.unwrap();
        let left = [e.session(&second, None).await.is_ok(), e.session(&third, None).await.is_ok()];
        assert_eq!(left.iter().filter(|still| **still).count(), 1);
        assert_eq!(e.end_other_sessions(&caller).await.unwrap(), 1);

        let (other, _) = signed_in(world, "owner@example.com", OWNERS).await.unwrap();
        let change = async |current: &str, new: &str| e.change_password(&caller, secret(current), secret(new)).await;
        assert_eq!(change("wrong", OTHERS).await.unwrap_err().field.as_deref(), Some("current"));
        assert_eq!(change(OWNERS, "short").await.unwrap_err().field.as_deref(), Some("password"));
        assert_eq!(change(OWNERS, "owner@example.com").await.unwrap_err().field.as_deref(), Some("password"));
        change(OWNERS, OTHERS).await.unwrap();
        assert!(e.session(&first, None).await.is_ok());
        assert_eq!(e.session(&other, None).await.unwrap_err().code, Code::Unauthorized);
        assert_eq!(signed_in(world, "owner@example.com", OWNERS).await.unwrap_err().code, Code::Unauthorized);
        for _ in 0..10 {
            assert!(change("wrong", OWNERS).await.is_err());
        }
        assert_eq!(change(OTHERS, OWNERS).await.unwrap_err().code, Code::TooManyRequests);
        e.change_profile(&caller, " Camille ", "fr").await.unwrap();
        assert_eq!(e.change_profile(&caller, "", "fr").await.unwrap_err().field.as_deref(), Some("name"));
        assert_eq!(e.change_profile(&caller, "C", "de").await.unwrap_err().field.as_deref(), Some("locale"));

        e.reset_password("Owner@example.com", secret(OWNERS)).await.unwrap();
        assert_eq!(e.session(&first, None).await.unwrap_err().code, Code::Unauthorized);
        let (_, back) = signed_in(world, "owner@example.com", OWNERS).await.unwrap();
        assert_eq!(e.reset_password("nobody@example.com", secret(OWNERS)).await.unwrap_err().code, Code::NotFound);
        let told = actions(world, &back).await;
        for action in ["session.ended", "session.others_ended", "user.password_changed", "user.updated", "session.locked_out"] {
            assert!(told.iter().any(|(known, _)| known == action), "{action} is missing of {told:?}");
        }
        assert!(told.contains(&("user.password_reset".to_owned(), "operator".to_owned())));
    })
    .await;
}

#[tokio::test]
async fn the_audit_log_tells_what_people_do_and_is_filtered_and_paged() {
    in_each(async |world| {
        let e = &world.engine;
        let owner = owner(world).await;
        let paid = world.pay_by_api("4000000000000077", |_| {}).await.payment.id;
        assert_eq!(actions(world, &owner).await.len(), 1, "what a program makes all day is in the events alone");
        let refund = engine::RefundDraft { payment: paid, amount: Some(1), reason: None, unique_id: None };
        world.clock.forward(1);
        e.refund(&owner, refund.clone()).await.unwrap();
        world.clock.forward(1);
        e.refund(&world.caller, refund).await.unwrap();
        world.clock.forward(60);
        let held = world.pay_by_api("4242424242424242", |draft| draft.manual_validation = true).await.payment.id;
        e.validate(&owner, held).await.unwrap();
        world.clock.forward(1);
        e.cancel(&owner, held).await.unwrap();
        let log = async |filter: AuditFilter, at: PageAt, limit: i64| e.audit_log(&owner, &filter, &at, limit).await.unwrap();
        let all = log(AuditFilter::default(), PageAt::First, 100).await;
        let told: Vec<&str> = all.rows.iter().map(|row| row.action.as_str()).collect();
        assert_eq!(told, ["payment.cancelled", "payment.validated", "refund.created", "refund.created", "session.opened"]);
        assert_eq!(all.rows[0].ip.as_deref(), Some("1.1.1.1"));
        assert_eq!(all.rows[0].object, Some(held.to_string()));
        assert_eq!((all.rows[4].environment, all.actors.len(), all.names.len()), (None, 2, 2));
        let mine =
            AuditFilter { actor: Some(owner.actor().to_string()), action: Some("refund.created".to_owned()), ..AuditFilter::default() };
        assert_eq!(log(mine, PageAt::First, 10).await.rows.len(), 1);
        let late = AuditFilter { from: Some(all.rows[1].at), ..AuditFilter::default() };
        assert_eq!(log(late, PageAt::First, 10).await.rows.len(), 2);
        let early = AuditFilter { to: Some(all.rows[1].at), ..AuditFilter::default() };
        assert_eq!(log(early, PageAt::First, 10).await.rows.len(), 3);
        let mut walked = Vec::new();
        let mut at = PageAt::First;
        let mut last = None;
        loop {
            let page = log(AuditFilter::default(), at, 2).await;
            walked.extend(page.rows.iter().map(|row| row.id));
            last = page.previous.or(last);
            match page.next {
                Some(next) => at = PageAt::After(next.parse().unwrap()),
                None => break,
            }
        }
        assert_eq!(walked, all.rows.iter().map(|row| row.id).collect::<Vec<_>>());
        let back = log(AuditFilter::default(), PageAt::Before(last.unwrap().parse().unwrap()), 2).await;
        assert_eq!(back.rows.iter().map(|row| row.id).collect::<Vec<_>>(), walked[2..4]);
    })
    .await;
}
