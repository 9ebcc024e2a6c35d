//! What stands around every page: the sections, the search, the environment, the user.

mod accounts;
#[cfg(target_arch = "wasm32")]
mod focus;
mod keys;
pub mod messages;
pub mod pins;
pub mod sections;
pub mod shortcuts;
mod travel;

pub use travel::Routing;

use leptos::{
    ev::{FocusEvent, SubmitEvent},
    html,
    prelude::*,
    wasm_bindgen::JsCast,
    web_sys::Element,
};
use leptos_router::{
    NavigateOptions,
    hooks::{use_location, use_navigate, use_query_map},
};
use model::{locale::Locale, rights::Environment};
use ui::{Icon, Menu, icon};

use messages as words;

use crate::{
    frame::{Frame, Now},
    messages as m,
    palette::{self, Bar, Over},
    payments::query::{Asked, payment_href},
};

/// What stands over the page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Open {
    Palette,
    Shortcuts,
}

#[component]
pub fn Shell(children: Children) -> impl IntoView {
    let frame = Frame::here();
    let l = frame.locale;
    pins::provide(&frame);
    let open = RwSignal::new(None::<Open>);
    let input = NodeRef::<html::Input>::new();
    let navigate = use_navigate();
    let go = Callback::new(move |to: String| navigate(&to, NavigateOptions::default()));
    keys::listen(&frame, move |wish| match wish {
        keys::Wish::Open(which) => open.set(Some(which)),
        keys::Wish::Go(href) => go.run(href.to_owned()),
        keys::Wish::Search => {
            if let Some(input) = input.get_untracked() {
                drop(input.focus());
                input.select();
            }
        }
    });
    view! {
        <a class="skip button" href="#main" rel="external">{m::skip(l)}</a>
        <div class="shell" class:sandbox=frame.environment.is_sandbox()>
            <header>
                <div class="side">
                    {account(&frame)}
                    <button type="button" class="button quiet sections-button" popovertarget="sections">
                        {icon(Icon::Menu)} <span>{words::open_sections(l)}</span>
                    </button>
                    // A popover on phones, and always there where it has room: the style decides.
                    <div id="sections" popover="auto" class="side-panel">{sections::sections(&frame)} {pins::at_hand(&frame)}</div>
                </div>
                <div class="top">
                    {search(l, input, go)}
                    {palette_button(l, open)}
                    <div class="row push">{environment(&frame)} {user(&frame)}</div>
                </div>
            </header>
            {travel::travel(l)}
            <main id="main" class="page" tabindex="-1">{children()}</main>
        </div>
        {over(open, go, l)}
    }
    .into_any()
}

/// What is asked over the page arrives when it is first asked for.
fn over(open: RwSignal<Option<Open>>, go: Callback<String>, l: Locale) -> AnyView {
    let close = Callback::new(move |()| open.set(None));
    (move || {
        open.get().map(|which| {
            let over = Over { which, close, go };
            Suspend::new(async move { palette::over(over).await.unwrap_or_else(|| missing(which, open, l)) })
        })
    })
    .into_any()
}

/// A part that did not come: the page works without it, and it can be asked for again.
fn missing(which: Open, open: RwSignal<Option<Open>>, l: Locale) -> AnyView {
    view! {
        <div class="offline" role="alert">
            <p class="notice act">
                {words::missing(l)} " "
                <button type="button" class="button" on:click=move |_| open.set(Some(which))>{m::try_again(l)}</button>
                <button type="button" class="button quiet" on:click=move |_| open.set(None)>{words::close(l)}</button>
            </p>
        </div>
    }
    .into_any()
}

fn palette_button(l: Locale, open: RwSignal<Option<Open>>) -> AnyView {
    view! {
        <button type="button" class="button quiet palette-button" on:click=move |_| open.set(Some(Open::Palette)) aria-keyshortcuts="Control+K Meta+K">
            {icon(Icon::Keyboard)} <span class="unseen">{words::open_palette(l)}</span> <kbd aria-hidden="true">"Ctrl K"</kbd>
        </button>
    }
    .into_any()
}

fn account(frame: &Frame) -> AnyView {
    let initial: String = frame.account.chars().next().map(|first| first.to_uppercase().to_string()).unwrap_or_default();
    let shop = frame.shop.clone().unwrap_or_else(|| m::all_shops(frame.locale).to_owned());
    let shop = (shop != frame.account).then(|| view! { <small>{shop}</small> });
    view! {
        <div class="account">
            // A fill, not a style: the policy has no room for styles.
            <svg class="mark" viewBox="0 0 28 28" aria-hidden="true" focusable="false">
                <rect width="28" height="28" rx="8" fill=frame.color.clone()></rect>
                <text x="14" y="18.8" text-anchor="middle" fill="#fff">{initial}</text>
            </svg>
            <span>
                <strong>{frame.account.clone()}</strong>
                {shop}
            </span>
        </div>
    }
    .into_any()
}

fn search(l: Locale, input: NodeRef<html::Input>, go: Callback<String>) -> AnyView {
    let query = use_query_map();
    let searched = Memo::new(move |_| query.with(|query| query.get("q")).unwrap_or_default());
    // Not `prop:value`: it would wipe what was typed before the page answers by itself.
    Effect::new(move |before: Option<String>| {
        let now = searched.get();
        if before.is_some_and(|before| before != now)
            && let Some(input) = input.get_untracked()
        {
            input.set_value(&now);
        }
        now
    });
    // Whether what is typed is looked for below the bar.
    let looking = RwSignal::new(false);
    let active = RwSignal::new(None::<String>);
    let look = move |on: bool| {
        if looking.get_untracked() != on {
            active.set(None);
            looking.set(on);
        }
    };
    let bar = Bar { input, close: Callback::new(move |()| look(false)), go, active };
    let found = move || looking.get().then(|| Suspend::new(async move { palette::under(bar).await }));
    let left = move |event: FocusEvent| {
        let to = event.related_target().and_then(|to| to.dyn_into::<Element>().ok());
        if to.is_none_or(|to| to.closest(".search").ok().flatten().is_none()) {
            look(false);
        }
    };
    let submit = move |event: SubmitEvent| {
        look(false);
        let text = input.get_untracked().map(|input| input.value()).unwrap_or_default();
        let text = text.trim();
        match is_id(text) {
            // The server knows which page shows it.
            Some(false) => return,
            Some(true) => go.run(payment_href(text)),
            None => go.run(Asked::default().search(text).href()),
        }
        event.prevent_default();
    };
    view! {
        <form class="search" role="search" method="get" action="/dashboard/search" on:submit=submit on:focusout=left>
            {icon(Icon::Search)}
            <label class="unseen" for="search">{m::search(l)}</label>
            <input
                node_ref=input
                id="search"
                type="search"
                name="q"
                value=searched.get_untracked()
                placeholder=m::search_hint(l)
                autocomplete="off"
                maxlength="120"
                aria-autocomplete=move || looking.get().then_some("list")
                aria-controls=move || looking.get().then_some(palette::FOUND)
                aria-activedescendant=move || active.get()
                on:input=move |event| look(!event_target_value(&event).trim().is_empty())
            />
            <kbd aria-hidden="true">"/"</kbd>
            <button class="unseen">{m::search_go(l)}</button>
            {found}
        </form>
    }
    .into_any()
}

/// Whether a text is an object's id, and that of a payment.
fn is_id(text: &str) -> Option<bool> {
    let (prefix, rest) = text.split_once('_')?;
    let whole = rest.len() == model::id::LENGTH && rest.bytes().all(|b| b.is_ascii_alphanumeric());
    (whole && (2..=6).contains(&prefix.len())).then_some(matches!(prefix, "pi" | "paym"))
}

fn environment(frame: &Frame) -> AnyView {
    let l = frame.locale;
    let here = frame.environment;
    let zone = StoredValue::new(frame.zone.clone());
    let now = use_context::<Now>();
    let name = environment_name(here, l);
    let clock = move || now.map(|Now(now)| zone.with_value(|zone| now.get().display(zone, l)));
    let face = match here {
        Environment::Sandbox => view! { <span class="name">{name}</span> <span class="clock num">" · " {clock}</span> }.into_any(),
        Environment::Production => view! { <span class="name">{name}</span> }.into_any(),
    };
    let face = view! { {face} {icon(Icon::Down)} }.into_any();
    let choice = move |of: Environment, about: &'static str| {
        view! {
            <button class="choice" name="environment" value=of.as_str() aria-pressed=(of == here).to_string()>
                {(of == here).then(|| icon(Icon::Check))}
                <span>
                    <strong>{environment_name(of, l)}</strong>
                    <small>{about}</small>
                </span>
            </button>
        }
    };
    let class = if here.is_sandbox() { "environment sandbox" } else { "environment production" };
    view! {
        <Menu label=m::environment(l) class=class face=face>
            <form method="post" action="/dashboard/environment">
                {choice(Environment::Sandbox, m::sandbox_is(l))}
                {choice(Environment::Production, m::production_is(l))}
            </form>
        </Menu>
    }
    .into_any()
}

const fn environment_name(environment: Environment, l: Locale) -> &'static str {
    match environment {
        Environment::Sandbox => l.pick("Sandbox", "Bac à sable"),
        Environment::Production => l.pick("Production", "Production"),
    }
}

fn user(frame: &Frame) -> AnyView {
    let l = frame.locale;
    let face = view! { <span class="avatar" aria-hidden="true">{initials(&frame.user)}</span> }.into_any();
    let location = use_location();
    let here = move || {
        let search = location.search.get();
        format!("{}{}{search}", location.pathname.get(), if search.is_empty() { "" } else { "?" })
    };
    let language = move |of: Locale, name: &'static str| {
        view! {
            <button class="choice" name="lang" value=of.code() lang=of.code() aria-pressed=(of == l).to_string()>
                {(of == l).then(|| icon(Icon::Check))}
                <span>{name}</span>
            </button>
        }
    };
    let (name, email) = (frame.user.clone(), frame.email.clone());
    let accounts = accounts::choices(frame);
    view! {
        <Menu label=m::user_menu(l, &name.clone()) class="user" face=face>
            <p class="who">
                <strong>{name}</strong>
                <small>{email}</small>
            </p>
            {accounts}
            <form method="post" action="/dashboard/language" aria-label=m::language(l)>
                <input type="hidden" name="next" value=here/>
                {language(Locale::En, "English")}
                {language(Locale::Fr, "Français")}
            </form>
            <a class="choice" href=shortcuts::PATH>{icon(Icon::Keyboard)} <span>{words::shortcuts(l)}</span></a>
            <form method="post" action="/dashboard/sign-out">
                <button class="choice">{icon(Icon::Leave)} <span>{m::sign_out(l)}</span></button>
            </form>
        </Menu>
    }
    .into_any()
}

/// "CL" of Camille Lefèvre.
fn initials(name: &str) -> String {
    let mut words = name.split_whitespace();
    let first = words.next().and_then(|word| word.chars().next());
    let last = words.next_back().and_then(|word| word.chars().next());
    first.into_iter().chain(last).flat_map(char::to_uppercase).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_person_is_two_letters_and_one_word_one() {
        assert_eq!(initials("Camille de Lefèvre"), "CL");
        assert_eq!(initials("élodie"), "É");
        assert_eq!(initials(" "), "");
    }

    #[test]
    fn only_a_whole_id_jumps_to_its_object() {
        assert_eq!(is_id("pi_000000000000000000000000"), Some(true));
        assert_eq!(is_id("paym_abcdefABCDEF012345678901"), Some(true));
        assert_eq!(is_id("refd_abcdefABCDEF012345678901"), Some(false));
        assert_eq!(is_id("pi_1234"), None);
        assert_eq!(is_id("2026-1187"), None);
    }
}
