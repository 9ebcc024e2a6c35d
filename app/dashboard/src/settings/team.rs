//! The team: who works here, who is invited, and what may be changed about it.

use leptos::prelude::*;
use leptos_meta::Title;
use model::{
    locale::Locale,
    rights::{Right, Role},
};
use ui::empty_state;

use super::{
    TEAM,
    data::{Doing, Fresh, Invitation, Member, ReadTeam, Team},
    messages::{self as m, role_can, role_name},
    parts::{not_shown, notice},
    team_form::Dialogs,
};
use crate::{ask, copy::copyable, frame::Frame, payments::parts::Place};

#[component]
pub fn TeamPage() -> impl IntoView {
    let frame = Frame::here();
    let l = frame.locale;
    let found = ask::live(|| ReadTeam {});
    // Made by a form of this page: kept until the page is left, and told by nobody again.
    let fresh = RwSignal::new(None::<Fresh>);
    let content = ask::page(found, move |answer| match answer {
        Ok(team) => shown(team, &frame, fresh, Callback::new(move |()| found.again())),
        Err(failure) => not_shown(&failure, l, move || found.again()),
    });
    view! {
        <Title text=m::team(l)/>
        {content}
    }
    .into_any()
}

fn shown(team: Team, frame: &Frame, fresh: RwSignal<Option<Fresh>>, again: Callback<()>) -> AnyView {
    let l = frame.locale;
    let place = Place::at(frame, team.now);
    let manages = frame.may(Right::TeamManage);
    let handed = team.fresh.clone();
    let link = move || fresh.get().or_else(|| handed.clone()).map(|fresh| address(&fresh, l));
    let invite = manages.then(|| ask(Doing::Invite, "", "button primary", m::invite(l), None));
    let seen = team.members.iter().any(|member| member.seen.is_some());
    let people = team.members.iter().map(|member| person(member, manages, seen, &place)).collect_view();
    let asked = manages.then(|| invitations(&team.invitations, &place));
    let own = if frame.role == Role::Owner {
        (team.members.len() > 1).then(|| ask(Doing::HandOver, "", "button", m::hand_over(l), None))
    } else {
        Some(ask(Doing::Leave, "", "button danger", m::leave(l), None))
    };
    view! {
        <div class="head">
            <h1>{m::team(l)}</h1>
            <div class="row push">{invite}</div>
        </div>
        <p class="muted">{m::team_about(l)}</p>
        {notice(done, l)}
        {link}
        <Dialogs team=team fresh=fresh again=again/>
        <section class="card" aria-labelledby="members">
            <header><h2 id="members">{m::members(l)}</h2></header>
            <table class="table people">
                <thead>
                    <tr>
                        <th scope="col">{m::col_person(l)}</th>
                        <th scope="col">{m::col_role(l)}</th>
                        <th scope="col">{m::col_since(l)}</th>
                        {seen.then(|| view! { <th scope="col">{m::col_seen(l)}</th> })}
                        {manages.then(|| view! { <th scope="col"><span class="unseen">{m::col_actions(l)}</span></th> })}
                    </tr>
                </thead>
                <tbody>{people}</tbody>
            </table>
        </section>
        {asked}
        {explained(l)}
        <div class="row">{own}</div>
    }
    .into_any()
}

fn done(what: &str, l: Locale) -> Option<&'static str> {
    match what {
        "invited" => Some(m::done_invited(l)),
        "role" => Some(m::done_role(l)),
        "removed" => Some(m::done_removed(l)),
        "withdrawn" => Some(m::done_withdrawn(l)),
        _ => None,
    }
}

/// A link to the question; `whom` is read after its words to those who hear the page.
fn ask(doing: Doing, of: &str, class: &'static str, words: &'static str, whom: Option<&str>) -> AnyView {
    let of = if of.is_empty() { String::new() } else { format!("&of={of}") };
    let whom = whom.map(|whom| view! { <span class="unseen">{format!(" {whom}")}</span> });
    view! { <a class=class href=format!("{TEAM}?do={doing}{of}") data-noscroll="">{words}{whom}</a> }.into_any()
}

/// The link to hand over: the one time it is seen.
fn address(fresh: &Fresh, l: Locale) -> AnyView {
    let url = fresh.url.clone();
    view! {
        <section class="card body stack fresh" aria-labelledby="fresh">
            <h2 id="fresh">{m::link_for(l, &fresh.email, role_name(fresh.role, l))}</h2>
            {copyable(url, m::the_link(l), "button", l)}
            <p class="muted">{m::link_once(l)}</p>
        </section>
    }
    .into_any()
}

fn person(member: &Member, manages: bool, seen: bool, place: &Place) -> AnyView {
    let l = place.locale;
    let last = match member.seen {
        Some(at) => place.moment(at),
        None => view! { <span class="muted">{m::never_seen(l)}</span> }.into_any(),
    };
    let actions = member.changeable.then(|| {
        view! {
            {ask(Doing::Role, &member.id, "button quiet", m::change_role(l), Some(&member.name))}
            {ask(Doing::Remove, &member.id, "button quiet", m::remove(l), Some(&member.name))}
        }
    });
    view! {
        <tr>
            <th scope="row" class="name">
                {member.name.clone()}
                {member.me.then(|| view! { " " <span class="chip">{m::you(l)}</span> })}
                <small>{member.email.clone()}</small>
            </th>
            <td class="role">{role_name(member.role, l)}</td>
            <td data-label=m::col_since(l)>{place.moment(member.since)}</td>
            {seen.then(|| view! { <td data-label=m::col_seen(l)>{last}</td> })}
            {manages.then(|| view! { <td class="actions">{actions}</td> })}
        </tr>
    }
    .into_any()
}

fn invitations(list: &[Invitation], place: &Place) -> AnyView {
    let l = place.locale;
    let line = |one: &Invitation| {
        let until = if one.expires <= place.now {
            view! { <span class="badge ended">{m::expired(l)}</span> }.into_any()
        } else {
            place.moment(one.expires)
        };
        view! {
            <tr>
                <th scope="row" class="name">{one.email.clone()}</th>
                <td class="role">{role_name(one.role, l)}</td>
                <td data-label=m::valid_until(l)>{until}</td>
                <td class="actions">
                    {ask(Doing::Renew, &one.id, "button quiet", m::renew(l), Some(&one.email))}
                    {ask(Doing::Withdraw, &one.id, "button quiet", m::withdraw(l), Some(&one.email))}
                </td>
            </tr>
        }
        .into_any()
    };
    let body = if list.is_empty() {
        empty_state(ui::Icon::Mail, m::no_invitations(l), m::no_invitations_why(l), ().into_any())
    } else {
        view! {
            <table class="table people">
                <thead>
                    <tr>
                        <th scope="col">{m::email(l)}</th>
                        <th scope="col">{m::col_role(l)}</th>
                        <th scope="col">{m::valid_until(l)}</th>
                        <th scope="col"><span class="unseen">{m::col_actions(l)}</span></th>
                    </tr>
                </thead>
                <tbody>{list.iter().map(line).collect_view()}</tbody>
            </table>
        }
        .into_any()
    };
    view! {
        <section class="card" aria-labelledby="invitations">
            <header><h2 id="invitations">{m::invitations(l)}</h2></header>
            {body}
        </section>
    }
    .into_any()
}

fn explained(l: Locale) -> AnyView {
    let role = |role: &Role| {
        view! {
            <dt>{role_name(*role, l)}</dt>
            <dd>{role_can(*role, l)}</dd>
        }
        .into_any()
    };
    view! {
        <details class="card explained">
            <summary>{m::roles(l)}</summary>
            <dl class="facts body">{Role::ALL.iter().map(role).collect_view()}</dl>
        </details>
    }
    .into_any()
}
