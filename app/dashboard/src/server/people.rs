//! What the server functions of team and security do: they ask the engine as whoever is signed in.

use axum::http::{HeaderValue, header, request::Parts};
use engine::{Invited, rows};
use leptos::prelude::*;
use leptos_axum::ResponseOptions;
use model::{
    error::{Code, Refused},
    locale::Locale,
    rights::{Right, Role},
};
use secrecy::{ExposeSecret, SecretString};

use super::{agent, session::Signed, signed, told, wants_html};
use crate::{
    failure::Failure,
    settings::{
        self,
        data::{Doing, Fresh, Invitation, Member, Own, Seat, Security, Team},
        messages as m,
    },
};

/// Carries an invitation's token from a form without script to the page that shows it.
const HANDED: &str = "handed";
const HANDED_SECONDS: i64 = 60;

pub async fn team() -> Result<Team, Failure> {
    let (engine, signed) = signed()?;
    let found = engine.team(&signed.caller).await.map_err(told)?;
    let rights = signed.caller.rights();
    let grantable = Role::ALL.iter().copied().filter(|role| *role != Role::Owner && rights.covers(role.rights()));
    let fresh = match handed(&signed) {
        Some(token) if rights.contains(Right::TeamManage) => fresh(&engine, &signed, &token).await,
        _ => None,
    };
    let member = |one: engine::Colleague| Member {
        id: one.id.to_string(),
        name: one.name,
        email: one.email,
        role: one.role,
        since: one.since,
        seen: one.last_seen,
        me: one.me,
        changeable: one.changeable,
    };
    Ok(Team {
        members: found.members.into_iter().map(member).collect(),
        invitations: found.invitations.into_iter().map(invitation).collect(),
        grantable: if rights.contains(Right::TeamManage) { grantable.collect() } else { Vec::new() },
        fresh,
        now: found.now,
    })
}

fn invitation(one: rows::Invitation) -> Invitation {
    Invitation { id: one.id.to_string(), email: one.email, role: one.role, expires: one.expires }
}

/// A form of the team's page, as posted.
pub struct TeamForm {
    pub doing: String,
    pub of: String,
    pub email: String,
    pub role: String,
    pub password: String,
}

pub async fn team_act(form: TeamForm) -> Result<Option<Fresh>, Failure> {
    let (engine, signed) = signed()?;
    let caller = &signed.caller;
    let l = signed.frame.locale;
    let doing: Doing = form.doing.parse().map_err(|_| told(Refused::invalid("doing", "This is nothing that can be done")))?;
    let role = || form.role.parse::<Role>().map_err(|_| told(Refused::invalid("role", "This is no role")));
    let in_words = |refused: Refused| in_words(refused, l);
    match doing {
        Doing::Invite => {
            let made = engine.invite(caller, &form.email, role()?).await.map_err(in_words)?;
            Ok(Some(hand(&made, &signed)))
        }
        Doing::Renew => {
            let made = engine.renew_invitation(caller, &form.of).await.map_err(in_words)?;
            Ok(Some(hand(&made, &signed)))
        }
        Doing::Role => {
            engine.change_role(caller, &form.of, role()?).await.map_err(in_words)?;
            back(&format!("{}?done=role", settings::TEAM));
            Ok(None)
        }
        Doing::Remove => {
            engine.remove_member(caller, &form.of).await.map_err(in_words)?;
            back(&format!("{}?done=removed", settings::TEAM));
            Ok(None)
        }
        Doing::Withdraw => {
            engine.withdraw_invitation(caller, &form.of).await.map_err(in_words)?;
            back(&format!("{}?done=withdrawn", settings::TEAM));
            Ok(None)
        }
        Doing::HandOver => {
            engine.hand_over(caller, &form.of, SecretString::from(form.password)).await.map_err(|mut refused| {
                if refused.field.as_deref() == Some("current") {
                    refused.field = Some("password".to_owned());
                    return said("password", m::wrong_password(l), refused.code);
                }
                in_words(refused)
            })?;
            back("/dashboard/sign-in");
            Ok(None)
        }
        Doing::Leave => {
            engine.leave(caller).await.map_err(in_words)?;
            back("/dashboard/sign-in");
            Ok(None)
        }
    }
}

/// Refusals of this section in the reader's words; the others say their own.
fn in_words(refused: Refused, l: Locale) -> Failure {
    let text = match (refused.code, refused.field.as_deref()) {
        (Code::AlreadyExists, Some("email")) => m::in_team_already(l),
        (Code::Conflict, Some("email")) => m::invited_already(l),
        (Code::Invalid, Some("email")) => m::bad_email(l),
        (Code::Forbidden, Some("role")) => m::role_too_high(l),
        (Code::Invalid, Some("current")) => m::wrong_password(l),
        (Code::Invalid, Some("password")) => m::short_password(l),
        (Code::AlreadyExists, Some("password")) => m::password_is_email(l),
        (Code::Invalid, Some("name")) => m::bad_name(l),
        (Code::TooManyRequests, _) if refused.retry_after.is_some_and(|seconds| seconds > 60) => m::locked(l),
        (Code::NotFound | Code::Conflict, _) => m::gone_already(l),
        _ => return told(refused),
    };
    said(refused.field.as_deref().unwrap_or_default(), text, refused.code)
}

fn said(field: &str, text: &str, code: Code) -> Failure {
    super::status(code.http_status());
    Failure::Input { field: field.to_owned(), message: text.to_owned() }
}

/// Tells the address of an invitation, this once: in the answer, or on the page that a form without script leads to.
fn hand(made: &Invited, signed: &Signed) -> Fresh {
    let url = made.url.expose_secret().to_owned();
    if let (true, Some(token)) = (posted(), url.rsplit('/').next()) {
        keep(signed, token, HANDED_SECONDS);
    }
    back(&format!("{}?done=invited", settings::TEAM));
    Fresh { email: made.invitation.email.clone(), role: made.invitation.role, url }
}

fn keep(signed: &Signed, token: &str, seconds: i64) {
    let secure = if signed.secure { "; Secure" } else { "" };
    let cookie = format!("{HANDED}={token}; Path={}; SameSite=Strict; HttpOnly; Max-Age={seconds}{secure}", settings::TEAM);
    if let (Some(response), Ok(cookie)) = (use_context::<ResponseOptions>(), HeaderValue::from_str(&cookie)) {
        response.append_header(header::SET_COOKIE, cookie);
    }
}

/// The token that a form left for this page, which forgets it.
fn handed(signed: &Signed) -> Option<String> {
    let parts = use_context::<Parts>()?;
    let token = super::session::cookie(&parts.headers, HANDED)?;
    keep(signed, "", 0);
    Some(token)
}

async fn fresh(engine: &engine::Engine, signed: &Signed, token: &str) -> Option<Fresh> {
    let offer = engine.offer(token).await.ok()?;
    let ours = offer.account.id == signed.caller.scope().account && offer.state == engine::InvitationState::Open;
    ours.then(|| Fresh { email: offer.email, role: offer.role, url: format!("{}/dashboard/invitation/{token}", engine.public_url()) })
}

pub async fn security() -> Result<Security, Failure> {
    let (engine, signed) = signed()?;
    let sessions = engine.my_sessions(&signed.caller).await.map_err(told)?;
    let l = signed.frame.locale;
    let seat = |one: engine::Seated| Seat {
        browser: agent::in_words(one.user_agent.as_deref().unwrap_or_default(), l),
        handle: one.handle,
        here: one.here,
        address: one.ip,
        signed_in: one.created,
        seen: one.last_seen,
    };
    Ok(Security { sessions: sessions.into_iter().map(seat).collect(), name: signed.frame.user.clone(), now: engine.real_now() })
}

/// A form of the security page, as posted.
pub struct OwnForm {
    pub doing: String,
    pub of: String,
    pub current: String,
    pub password: String,
    pub again: String,
    pub name: String,
    pub language: String,
}

pub async fn security_act(form: OwnForm) -> Result<(), Failure> {
    let (engine, signed) = signed()?;
    let caller = &signed.caller;
    let l = signed.frame.locale;
    let doing: Own = form.doing.parse().map_err(|_| told(Refused::invalid("doing", "This is nothing that can be done")))?;
    let outcome = match doing {
        Own::End => match engine.end_session(caller, &form.of).await {
            // It ended by itself, or the form was posted twice.
            Err(refused) if refused.code == Code::NotFound => Ok(()),
            other => other,
        },
        Own::Others => engine.end_other_sessions(caller).await.map(drop),
        Own::Password => {
            if form.password != form.again {
                return Err(said("again", m::passwords_differ(l), Code::Invalid));
            }
            engine.change_password(caller, SecretString::from(form.current), SecretString::from(form.password)).await
        }
        Own::Profile => {
            let done = engine.change_profile(caller, &form.name, &form.language).await;
            if let (Ok(()), Some(locale)) = (&done, Locale::from_code(&form.language)) {
                speak(&signed, locale);
            }
            done
        }
    };
    outcome.map_err(|refused| in_words(refused, l))?;
    back(&format!("{}?done={doing}", settings::SECURITY));
    Ok(())
}

/// The language chosen in the profile counts from now on, whatever was chosen in this browser before.
fn speak(signed: &Signed, locale: Locale) {
    if let (Some(response), Some(cookie)) = (use_context::<ResponseOptions>(), super::session::language_cookie(locale, signed.secure)) {
        response.append_header(header::SET_COOKIE, cookie);
    }
}

fn posted() -> bool {
    use_context::<Parts>().is_some_and(|parts| wants_html(&parts.headers))
}

/// For a browser without script; with script the page goes on by itself.
fn back(to: &str) {
    if posted() {
        leptos_axum::redirect(to);
    }
}
