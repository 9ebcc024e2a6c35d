//! The list of shortcuts: a dialog over any page, and a page of its own with what can be arranged.

use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_location;
use model::locale::Locale;
use ui::{Icon, icon};

use super::{
    messages as m,
    pins::{self, Change, Pins},
    sections,
};
use crate::frame::Frame;

pub const PATH: &str = "/dashboard/shortcuts";

#[component]
pub fn ShortcutsPage() -> impl IntoView {
    let frame = Frame::here();
    let l = frame.locale;
    view! {
        <Title text=m::shortcuts(l)/>
        <div class="head"><h1>{m::shortcuts(l)}</h1></div>
        <div class="card shortcuts-page">
            <div class="body">{list(&frame)}</div>
            {setting(&frame)}
        </div>
        {arranged(l)}
    }
    .into_any()
}

/// Every shortcut, with the way to turn the single letters off.
pub fn dialog_content(frame: &Frame) -> AnyView {
    view! {
        {list(frame)}
        {setting(frame)}
    }
    .into_any()
}

fn list(frame: &Frame) -> AnyView {
    let l = frame.locale;
    let go = sections::places(frame)
        .into_iter()
        .map(|(letter, name, _)| line(name, view! { <kbd>"g"</kbd> " " {m::key_then(l)} " " <kbd>{letter.to_string()}</kbd> }.into_any()))
        .collect_view();
    let key = |name: &'static str| view! { <kbd>{name}</kbd> }.into_any();
    view! {
        <div class="shortcuts">
            <section>
                <h2>{m::keys_anywhere(l)}</h2>
                <dl>
                    {line(m::key_palette(l), view! { <kbd>"Ctrl"</kbd> " " <kbd>"K"</kbd> " " {m::key_or(l)} " " <kbd>"⌘"</kbd> " " <kbd>"K"</kbd> }.into_any())}
                    {line(m::key_search(l), key("/"))}
                    {line(m::key_help(l), key("?"))}
                    {line(m::key_escape(l), key("Esc"))}
                </dl>
            </section>
            <section>
                <h2>{m::keys_go(l)}</h2>
                <dl>{go}</dl>
            </section>
            <section>
                <h2>{m::keys_lists(l)}</h2>
                <dl>
                    {line(m::key_move(l), view! { <kbd>"↑"</kbd> " " <kbd>"↓"</kbd> }.into_any())}
                    {line(m::key_open(l), key("Enter"))}
                </dl>
            </section>
        </div>
    }
    .into_any()
}

fn line(name: &'static str, keys: AnyView) -> AnyView {
    view! {
        <div>
            <dt>{name}</dt>
            <dd>{keys}</dd>
        </div>
    }
    .into_any()
}

/// A plain form: the answer is the page again.
fn setting(frame: &Frame) -> AnyView {
    let l = frame.locale;
    let (state, does, value) =
        if frame.shortcuts { (m::letters_on(l), m::turn_off(l), "off") } else { (m::letters_off(l), m::turn_on(l), "on") };
    let location = use_location();
    let here = move || pins::joined(&location.pathname.get(), &location.search.get());
    view! {
        <form method="post" action=PATH class="letters">
            <p class="muted">{state}</p>
            <input type="hidden" name="next" value=here/>
            <button class="button" name="letters" value=value>{does}</button>
        </form>
    }
    .into_any()
}

/// The pinned pages, each with its place.
fn arranged(l: Locale) -> AnyView {
    let Some(Pins(all)) = use_context::<Pins>() else { return ().into_any() };
    let rows = move || {
        let all = all.get();
        let last = all.len().saturating_sub(1);
        if all.is_empty() {
            return view! { <p class="muted">{m::no_pins(l)}</p> }.into_any();
        }
        let row = |(at, pin): (usize, pins::Pin)| {
            let button = |change, picture, name: String, none| {
                let face = view! { {icon(picture)} <span class="unseen">{name}</span> }.into_any();
                pins::form(pin.clone(), change, face, none)
            };
            let called = pin.called(l);
            view! {
                <li>
                    <a href=pin.href.clone()>{called.clone()}</a>
                    <span class="row push">
                        {button(Change::Up, Icon::Up, m::move_up(l, &called), at == 0)}
                        {button(Change::Down, Icon::Down, m::move_down(l, &called), at == last)}
                        {button(Change::Remove, Icon::Close, m::unpin_this(l, &called), false)}
                    </span>
                </li>
            }
            .into_any()
        };
        view! { <ol>{all.into_iter().enumerate().map(row).collect_view()}</ol> }.into_any()
    };
    view! {
        <section class="card arranged" aria-labelledby="your-pins">
            <header><h2 id="your-pins">{m::your_pins(l)}</h2></header>
            <div class="body">{rows}</div>
        </section>
    }
    .into_any()
}
