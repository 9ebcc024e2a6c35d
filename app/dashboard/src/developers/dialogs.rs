//! The questions about a key, each at an address of its own: plain forms, over the page once it answers by itself.

use std::sync::Arc;

use leptos::prelude::*;
use leptos_router::{
    NavigateOptions,
    hooks::{use_navigate, use_query_map},
};
use model::locale::Locale;
use ui::{Dialog, described_by, error_summary, field};

use super::{
    PATH,
    data::{Ask, Back, Grace, Key, Keys},
    messages as m,
};
use crate::{frame::Frame, payments::parts::Place};

/// The question that the address asks.
#[component]
pub fn Dialogs(keys: Arc<Keys>) -> impl IntoView {
    let query = use_query_map();
    let asked = Memo::new(move |_| {
        query.with(|query| (query.get("do").and_then(|ask| ask.parse::<Ask>().ok()), query.get("key").unwrap_or_default()))
    });
    move || {
        let (ask, id) = asked.get();
        let key = keys.keys.iter().find(|key| key.id == id && key.works());
        match (ask?, key) {
            (Ask::Create, _) => Some(Ask::Create),
            (ask, Some(key)) if ask != Ask::Roll || !key.rolled => Some(ask),
            _ => None,
        }
        .map(|ask| view! { <Question keys=keys.clone() ask=ask id=id.clone()/> }.into_any())
        .or_else(|| {
            keys.back.clone().and_then(|back| back.trouble).map(|trouble| error_summary(m::not_done(Frame::here().locale), trouble))
        })
    }
}

#[component]
fn Question(keys: Arc<Keys>, ask: Ask, id: String) -> impl IntoView {
    let frame = Frame::here();
    let l = frame.locale;
    let (left, leave) = signal(false);
    let navigate = use_navigate();
    let on_close = Callback::new(move |()| {
        navigate(PATH, NavigateOptions { replace: true, scroll: false, ..NavigateOptions::default() });
    });
    let key = keys.keys.iter().find(|key| key.id == id);
    let back = keys.back.clone().unwrap_or_default();
    let body = match (ask, key) {
        (Ask::Rename, Some(key)) => rename(key, &back, l),
        (Ask::Roll, Some(key)) => roll(key, l),
        (Ask::Revoke, Some(key)) => revoke(key, &Place::at(&frame, keys.now)),
        _ => create(&keys, &back, l),
    };
    let summary = back.trouble.clone().map(|trouble| error_summary(m::not_done(l), trouble));
    let (class, name) = match (ask, key) {
        (Ask::Create, _) => ("button primary", m::create_do(l).to_owned()),
        (Ask::Rename, _) => ("button primary", m::rename_do(l).to_owned()),
        (Ask::Roll, _) => ("button primary", m::roll_do(l).to_owned()),
        (Ask::Revoke, key) => ("button primary destructive", m::revoke_do(l, key.map_or("", |key| key.name.as_str()))),
    };
    let token = keys.token.clone();
    view! {
        <Dialog labelled_by="question" closing=left on_close=on_close>
            <form method="post" action=format!("{PATH}?do={ask}&key={id}")>
                <input type="hidden" name="ask" value=ask.as_str()/>
                <input type="hidden" name="key" value=id.clone()/>
                <input type="hidden" name="token" value=token/>
                {summary}
                {body}
                <footer>
                    <a
                        class="button"
                        href=PATH
                        on:click=move |event| {
                            event.prevent_default();
                            leave.set(true);
                        }
                    >
                        {m::close(l)}
                    </a>
                    <button class=class>{name}</button>
                </footer>
            </form>
        </Dialog>
    }
    .into_any()
}

fn name_field(value: String, error: Option<String>, l: Locale) -> AnyView {
    let control = view! {
        <input
            id="name"
            name="name"
            autocomplete="off"
            maxlength="64"
            required=true
            value=value
            aria-invalid=error.is_some().then_some("true")
            aria-describedby=described_by("name", true, error.is_some())
        />
    };
    field("name", m::field_name(l), Some(m::hint_name(l).to_owned()), Signal::stored(error), control.into_any())
}

fn create(keys: &Keys, back: &Back, l: Locale) -> AnyView {
    let option = |(id, name): &(String, String)| {
        view! { <option value=id.clone() selected=(back.shop == *id).then_some(true)>{name.clone()}</option> }
    };
    let shop = view! { <select id="shop" name="shop">{keys.shops.iter().map(option).collect_view()}</select> };
    let kind = |value: &'static str, chosen: bool, text: &'static str| {
        view! {
            <label class="choose">
                <input type="radio" name="kind" value=value checked=chosen.then_some(true)/>
                <span>{text}</span>
            </label>
        }
        .into_any()
    };
    view! {
        <h2 id="question">{m::create_title(l)}</h2>
        {name_field(back.name.clone(), back.error.clone(), l)}
        {field("shop", m::field_shop(l), None, Signal::stored(None), shop.into_any())}
        <fieldset class="field">
            <legend class="label">{m::field_kind(l)}</legend>
            {kind("secret", !back.public, m::kind_secret(l))}
            {kind("public", back.public, m::kind_public(l))}
        </fieldset>
    }
    .into_any()
}

fn rename(key: &Key, back: &Back, l: Locale) -> AnyView {
    let typed = if back.error.is_some() { back.name.clone() } else { key.name.clone() };
    view! {
        <h2 id="question">{m::rename_title(l, &key.name)}</h2>
        {name_field(typed, back.error.clone(), l)}
    }
    .into_any()
}

fn roll(key: &Key, l: Locale) -> AnyView {
    let name = |grace: Grace| match grace {
        Grace::Now => m::grace_now(l),
        Grace::Hour => m::grace_hour(l),
        Grace::Day => m::grace_day(l),
        Grace::Week => m::grace_week(l),
    };
    let option = |grace: &Grace| {
        view! { <option value=grace.as_str() selected=(*grace == Grace::Day).then_some(true)>{name(*grace)}</option> }
    };
    let grace = view! { <select id="grace" name="grace">{Grace::ALL.iter().map(option).collect_view()}</select> };
    view! {
        <h2 id="question">{m::roll_title(l, &key.name)}</h2>
        <p class="muted">{m::roll_why(l, &key.hint, &key.shop)}</p>
        {field("grace", m::field_grace(l), None, Signal::stored(None), grace.into_any())}
    }
    .into_any()
}

fn revoke(key: &Key, place: &Place) -> AnyView {
    let l = place.locale;
    let why = if key.secret { m::revoke_secret(l, &key.hint, &key.shop) } else { m::revoke_public(l, &key.hint, &key.shop) };
    let used = key
        .last_used
        .map_or_else(|| m::revoke_unused(l).to_owned(), |at| m::revoke_used(l, &at.display_relative(place.now, &place.zone, l)));
    view! {
        <h2 id="question">{m::revoke_title(l, &key.name)}</h2>
        <p class="muted">{why} " " {used}</p>
    }
    .into_any()
}
