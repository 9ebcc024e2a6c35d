//! What is found while one types in the search bar: the palette's lines, below the bar. The bar stays a search: Enter without a line that the
//! arrows chose shows the list of what was typed.

use leptos::{
    ev::{self, KeyboardEvent},
    prelude::*,
    wasm_bindgen::JsCast,
    web_sys::{Event, HtmlInputElement},
};

use super::{
    Bar,
    lines::{Lines, Search},
    messages as m,
};
use crate::frame::Frame;

/// The id of the list below the bar.
pub const ID: &str = "found";

pub fn under(bar: Bar) -> AnyView {
    let frame = Frame::here();
    let l = frame.locale;
    let search = Search::new();
    let lines = Lines::new(frame, search, ID, false, bar.go, bar.close);
    // What was typed until this arrived.
    if let Some(input) = bar.input.get_untracked() {
        search.type_on(input.value());
    }
    let here = move |event: &Event| -> Option<HtmlInputElement> {
        let at = event.target()?.dyn_into::<HtmlInputElement>().ok()?;
        (bar.input.get_untracked()? == at).then_some(at)
    };
    let typed = window_event_listener(ev::input, move |event| {
        if let Some(input) = here(&event) {
            search.type_on(input.value());
        }
    });
    let pressed = window_event_listener(ev::keydown, move |event: KeyboardEvent| {
        if here(&event).is_none() || event.is_composing() {
            return;
        }
        if event.key() == "Escape" {
            // Else the browser empties the field.
            event.prevent_default();
            bar.close.run(());
        } else {
            lines.pressed(&event);
        }
    });
    Effect::new(move |_| bar.active.set(lines.active()));
    on_cleanup(move || {
        typed.remove();
        pressed.remove();
    });
    view! {
        // The field keeps the focus whatever is pressed here.
        <div class="found" on:mousedown=|event| event.prevent_default()>
            <div id=ID class="palette-list" role="listbox" aria-label=m::results(l)>{move || lines.groups()}</div>
            {lines.said(search, l)}
        </div>
    }
    .into_any()
}
