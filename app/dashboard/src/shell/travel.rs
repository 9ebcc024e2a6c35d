//! Going from page to page: what loads is hinted at after a while, the new page is announced and takes the focus, going back finds its place
//! again. Browsers do this for documents; within one it is ours to do.

use leptos::prelude::*;
use model::locale::Locale;

use super::messages as m;

/// Whether the router waits for a page; the router of the application writes it.
#[derive(Clone, Copy)]
pub struct Routing(pub RwSignal<bool>);

/// The hint, and what is read aloud.
pub fn travel(l: Locale) -> AnyView {
    let said = RwSignal::new(String::new());
    let routing = use_context::<Routing>().map_or_else(|| RwSignal::new(false), |Routing(routing)| routing);
    #[cfg(target_arch = "wasm32")]
    browser::travel(routing, said);
    view! {
        // Seen after 300 ms: the style waits.
        <div class="waiting" class:now=move || routing.get() aria-hidden="true"></div>
        <p class="unseen" role="status" aria-live="polite" id="arrived">{said}</p>
        {offline(l)}
    }
    .into_any()
}

/// Says when the connection is gone, until it is back.
fn offline(l: Locale) -> AnyView {
    let away = RwSignal::new(false);
    #[cfg(target_arch = "wasm32")]
    browser::connection(away);
    view! {
        <div role="status" class="offline">
            {move || away.get().then(|| view! { <p class="notice act">{m::offline(l)}</p> }.into_any())}
        </div>
    }
    .into_any()
}

#[cfg(target_arch = "wasm32")]
mod browser {
    use std::{collections::HashMap, time::Duration};

    use leptos::{
        ev,
        prelude::*,
        wasm_bindgen::JsCast,
        web_sys::{Element, HtmlElement},
    };
    use leptos_router::hooks::use_location;
    use web_sys::ScrollRestoration;

    /// How often a page that is still filling is asked whether it is long enough to go back into.
    const TRIES: u32 = 40;
    /// How often, and how many times, the new page is looked for.
    const STEP: Duration = Duration::from_millis(30);
    const PATIENCE: u32 = 200;

    pub fn travel(routing: RwSignal<bool>, said: RwSignal<String>) {
        crate::shell::focus::keep();
        let location = use_location();
        let here = Memo::new(move |_| (location.pathname.get(), location.search.get()));
        // By address, how far down one was.
        let places = StoredValue::new(HashMap::<String, i32>::new());
        let going_back = StoredValue::new(false);
        manual(true);
        drop(window_event_listener_untyped("scroll", move |_| {
            if !going_back.get_value()
                && let (Some(address), Some(y)) = (address(), window().scroll_y().ok())
            {
                places.update_value(|all| _ = all.insert(address, whole(y)));
            }
        }));
        // The browser finds the place again where it loads the document anew.
        drop(window_event_listener_untyped("pagehide", |_| manual(false)));
        drop(window_event_listener_untyped("pageshow", |_| manual(true)));
        drop(window_event_listener(ev::popstate, move |_| going_back.set_value(true)));
        // Whether somebody types since they last sent or chose something: the page they then went to leaves them the field.
        let types = StoredValue::new(false);
        drop(window_event_listener(ev::input, move |_| types.set_value(true)));
        drop(window_event_listener(ev::click, move |_| types.set_value(false)));
        drop(window_event_listener(ev::keydown, move |event| {
            if event.key() == "Enter" {
                types.set_value(false);
            }
        }));
        Effect::new(move |before: Option<(String, String)>| {
            let now = here.get();
            if routing.get() {
                return before.unwrap_or_default();
            }
            if let Some(before) = before.filter(|before| *before != now) {
                let (paths_differ, back) = (before.0 != now.0, going_back.get_value());
                fold_sections();
                let arrived = move || {
                    if paths_differ {
                        arrive(said, back, types.get_value());
                    }
                    if back {
                        let y = address().and_then(|address| places.with_value(|all| all.get(&address).copied())).unwrap_or_default();
                        down_to(y, TRIES, going_back);
                    }
                };
                if paths_differ { once_replaced(heading(), routing, PATIENCE, arrived) } else { request_animation_frame(arrived) }
            }
            now
        });
    }

    /// On phones the sections lie over the page: their button folds them.
    fn fold_sections() {
        let button = |_| document().query_selector(".sections-button").ok().flatten()?.dyn_into::<HtmlElement>().ok();
        if let Some(button) = document().query_selector("#sections:popover-open").ok().flatten().and_then(button) {
            button.click();
        }
    }

    fn heading() -> Option<Element> {
        document().query_selector("#main h1").ok().flatten()
    }

    /// When the new page stands: the heading of the one before is gone and the router waits for nothing.
    fn once_replaced(before: Option<Element>, routing: RwSignal<bool>, tries: u32, then: impl FnOnce() + 'static) {
        let waits = routing.try_get_untracked().unwrap_or_default()
            || heading().is_none()
            || before.as_ref().is_some_and(|before| before.is_connected());
        match tries.checked_sub(1) {
            Some(left) if waits => set_timeout(move || once_replaced(before, routing, left, then), STEP),
            _ => request_animation_frame(then),
        }
    }

    fn manual(ours: bool) {
        if let Ok(history) = window().history() {
            drop(history.set_scroll_restoration(if ours { ScrollRestoration::Manual } else { ScrollRestoration::Auto }));
        }
    }

    fn address() -> Option<String> {
        let at = window().location();
        Some(at.pathname().ok()? + &at.search().ok()?)
    }

    #[expect(clippy::cast_possible_truncation, reason = "a place on a page in whole pixels")]
    fn whole(y: f64) -> i32 {
        y as i32
    }

    fn arrive(said: RwSignal<String>, back: bool, types: bool) {
        said.set(document().title());
        let theirs = if types { "dialog, main [autofocus], input, textarea" } else { "dialog, main [autofocus]" };
        let asked = document().active_element().is_some_and(|at| at.closest(theirs).ok().flatten().is_some());
        let heading = heading().or_else(|| document().get_element_by_id("main"));
        if let (false, Some(heading)) = (asked, heading.and_then(|heading| heading.dyn_into::<HtmlElement>().ok())) {
            drop(heading.set_attribute("tabindex", "-1"));
            let quietly = web_sys::FocusOptions::new();
            quietly.set_prevent_scroll(true);
            drop(heading.focus_with_options(&quietly));
        }
        if !back {
            window().scroll_to_with_x_and_y(0.0, 0.0);
        }
    }

    /// A list is as short as what waits for it until it is there.
    fn down_to(y: i32, tries: u32, going_back: StoredValue<bool>) {
        window().scroll_to_with_x_and_y(0.0, f64::from(y));
        let there = window().scroll_y().is_ok_and(|now| (whole(now) - y).abs() <= 2);
        match tries.checked_sub(1) {
            Some(left) if !there => request_animation_frame(move || down_to(y, left, going_back)),
            _ => going_back.set_value(false),
        }
    }

    pub fn connection(away: RwSignal<bool>) {
        Effect::new(move |_| away.set(!window().navigator().on_line()));
        drop(window_event_listener_untyped("offline", move |_| away.set(true)));
        drop(window_event_listener_untyped("online", move |_| away.set(false)));
    }
}
