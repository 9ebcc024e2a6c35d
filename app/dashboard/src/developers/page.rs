//! The API keys of the environment: who uses what, and the secret of a new one, once.

use std::sync::Arc;

use leptos::{html, prelude::*};
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;
use model::{lifecycle::shown::Hue, locale::Locale, rights::Right, time::Timestamp};
use ui::{Icon, Menu, badge, empty_state, icon};

use super::{
    PATH, api,
    data::{Ask, Grace, Key, Keys, ListKeys, Made, State},
    dialogs::Dialogs,
    messages as m,
};
use crate::{
    ask,
    copy::copyable,
    frame::Frame,
    payments::parts::{Place, trouble},
};

#[component]
pub fn KeysPage() -> impl IntoView {
    let frame = Frame::here();
    let l = frame.locale;
    let may = frame.may(Right::KeyManage);
    // Read once: a key that was just made is told in the answer to its form alone.
    let found = ask::answer(|| ListKeys {});
    let content = ask::page(found, move |answer| match answer {
        Ok(keys) => shown(&Arc::new(keys), &frame),
        Err(failure) => trouble(&failure, l, move || found.again()),
    });
    let create =
        may.then(|| view! { <a class="button primary push" href="?do=create" data-noscroll="">{icon(Icon::Key)} {m::create(l)}</a> });
    view! {
        <Title text=m::title(l)/>
        <div class="head">
            <h1>{m::title(l)}</h1>
            {create}
        </div>
        {content}
    }
    .into_any()
}

fn shown(keys: &Arc<Keys>, frame: &Frame) -> AnyView {
    let l = frame.locale;
    let place = Place::at(frame, keys.now);
    let (working, ended): (Vec<&Key>, Vec<&Key>) = keys.keys.iter().partition(|key| key.works());
    let hint = if frame.environment.is_sandbox() { m::of_sandbox(l) } else { m::of_production(l) };
    let body = if working.is_empty() {
        let create = view! { <a class="button primary" href="?do=create">{m::create(l)}</a> }.into_any();
        view! { <div class="card">{empty_state(Icon::Key, m::empty_title(l), m::empty_why(l), create)}</div> }.into_any()
    } else {
        table(&working, m::caption_working(l), &place)
    };
    let past = (!ended.is_empty()).then(|| {
        view! {
            <details class="past">
                <summary>{m::caption_ended(l)} " " <span class="muted num">{ended.len()}</span></summary>
                {table(&ended, m::caption_ended(l), &place)}
            </details>
        }
    });
    view! {
        <div class="stack keys">
            <p class="muted">{hint}</p>
            {notice(l)}
            {keys.made.as_ref().map(|made| made_now(made, l))}
            // The question that was answered stands in the address still.
            {keys.made.is_none().then(|| view! { <Dialogs keys=keys.clone()/> })}
            {body}
            {past}
            <div class="columns halves">{api::begin(keys, frame)} {api::test_cards(frame)}</div>
        </div>
    }
    .into_any()
}

fn notice(l: Locale) -> AnyView {
    let query = use_query_map();
    let done = Memo::new(move |_| query.with(|query| query.get("done")));
    (move || {
        let text = match done.get().as_deref() {
            Some("rename") => m::renamed(l),
            Some("revoke") => m::revoked(l),
            _ => return None,
        };
        Some(view! { <div class="notice paid" role="status">{text}</div> })
    })
    .into_any()
}

/// The one time that a key is shown.
fn made_now(made: &Made, l: Locale) -> AnyView {
    let node = NodeRef::<html::Section>::new();
    Effect::new(move |_| {
        if let Some(node) = node.get() {
            drop(node.focus());
        }
    });
    let old = made.grace.map(|grace| match grace {
        Grace::Now => m::made_old_now(l),
        Grace::Hour => m::made_old_hour(l),
        Grace::Day => m::made_old_day(l),
        Grace::Week => m::made_old_week(l),
    });
    let keep = if made.secret { m::made_secret(l) } else { m::made_public(l) };
    view! {
        <section class="card made" aria-labelledby="made" tabindex="-1" node_ref=node>
            <header><h2 id="made">{m::made_title(l, &made.name)}</h2></header>
            <div class="body stack">
                <p role="status"><strong>{m::made_why(l)}</strong> " " {keep} {old.map(|old| format!(" {old}"))}</p>
                {copyable(made.text.clone(), m::the_key(l), "button primary", l)}
                // A new reading of the page, which knows the key no more.
                <p><a class="button" href=PATH rel="external">{m::stored(l)}</a></p>
            </div>
        </section>
    }
    .into_any()
}

fn table(keys: &[&Key], caption: &'static str, place: &Place) -> AnyView {
    let l = place.locale;
    view! {
        <div class="card">
            <table class="table keys">
                <caption class="unseen">{caption}</caption>
                <thead>
                    <tr>
                        <th scope="col">{m::col_name(l)}</th>
                        <th scope="col">{m::col_key(l)}</th>
                        <th scope="col">{m::col_shop(l)}</th>
                        <th scope="col">{m::col_created(l)}</th>
                        <th scope="col">{m::col_used(l)}</th>
                        <th scope="col">{m::col_state(l)}</th>
                        <th scope="col"><span class="unseen">{m::col_actions(l)}</span></th>
                    </tr>
                </thead>
                <tbody>{keys.iter().map(|key| line(key, place)).collect_view()}</tbody>
            </table>
        </div>
    }
    .into_any()
}

fn line(key: &Key, place: &Place) -> AnyView {
    let l = place.locale;
    let kind = if key.secret { m::secret(l) } else { m::public(l) };
    let by = key.made_by.as_ref().map(|name| view! { <small class="muted">{m::by(l, name)}</small> });
    let used = key.last_used.map_or_else(|| view! { {m::never(l)} }.into_any(), |at| place.moment(at));
    let exactly = |at: Timestamp| at.display(&place.zone, l);
    let (hue, word, when) = match key.state {
        State::Works => (Hue::Paid, m::works(l), None),
        State::Until(at) => (Hue::Act, m::rolled(l), Some(m::works_until(l, &exactly(at)))),
        State::Ended(at) => (Hue::Ended, m::ended(l), Some(exactly(at))),
    };
    let when = when.map(|when| view! { <small class="muted num">{when}</small> });
    view! {
        <tr>
            <td class="name"><strong>{key.name.clone()}</strong></td>
            <td class="key"><code>{key.hint.clone()}</code> " " <small class="muted">{kind}</small></td>
            <td class="shop">{key.shop.clone()}</td>
            <td class="created num"><span class="on-phone">{m::col_created(l)} " "</span> {place.moment(key.created)} " " {by}</td>
            <td class="used num"><span class="on-phone">{m::col_used(l)} " "</span> {used}</td>
            <td class="status">{badge(hue, word, None)} " " {when}</td>
            <td class="do">{key.works().then(|| menu(key, l))}</td>
        </tr>
    }
    .into_any()
}

fn menu(key: &Key, l: Locale) -> AnyView {
    let link = |ask: Ask, name: &'static str| {
        view! { <a class="choice" href=format!("?do={ask}&key={}", key.id) data-noscroll="">{name}</a> }.into_any()
    };
    let roll = (!key.rolled).then(|| link(Ask::Roll, m::roll(l)));
    let choices: Vec<AnyView> =
        [Some(link(Ask::Rename, m::rename(l))), roll, Some(link(Ask::Revoke, m::revoke(l)))].into_iter().flatten().collect();
    let face = view! { <span class="button quiet" aria-hidden="true">"···"</span> }.into_any();
    view! {
        <Menu label=m::actions_of(l, &key.name) class="more" face=face>
            {choices}
        </Menu>
    }
    .into_any()
}
