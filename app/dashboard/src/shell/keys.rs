//! Shortcuts of the keyboard. Those of one letter wait while something is typed or a question is open, and can be turned off; `Ctrl K` works
//! everywhere.

use leptos::{
    ev::{self, KeyboardEvent},
    prelude::*,
    wasm_bindgen::JsCast,
    web_sys::Element,
};

use super::{Open, sections};
use crate::frame::Frame;

/// How long the letter after `g` may take, in milliseconds.
const TOGETHER_MS: u64 = 1_500;

/// What a press of a key asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Wish {
    Open(Open),
    Search,
    Go(&'static str),
}

/// Listens as long as the shell stands.
pub fn listen(frame: &Frame, wish: impl Fn(Wish) + Copy + Send + Sync + 'static) {
    let single = frame.shortcuts;
    let letters = StoredValue::new(sections::letters(frame));
    let after_g = StoredValue::new(false);
    let pressed = window_event_listener(ev::keydown, move |event: KeyboardEvent| {
        if event.is_composing() || event.default_prevented() {
            return;
        }
        let modified = event.ctrl_key() || event.meta_key();
        let key = event.key();
        if modified && !event.alt_key() && !event.shift_key() && key.eq_ignore_ascii_case("k") {
            event.prevent_default();
            wish(Wish::Open(Open::Palette));
            return;
        }
        if !single || modified || event.alt_key() || event.repeat() || is_taken(&event) {
            return;
        }
        let asked = if after_g.get_value() {
            after_g.set_value(false);
            letters.with_value(|all| all.iter().find(|(letter, _)| key.chars().eq([*letter])).map(|(_, href)| Wish::Go(href)))
        } else {
            match key.as_str() {
                "/" => Some(Wish::Search),
                "?" => Some(Wish::Open(Open::Shortcuts)),
                "g" => {
                    after_g.set_value(true);
                    set_timeout(move || _ = after_g.try_set_value(false), core::time::Duration::from_millis(TOGETHER_MS));
                    None
                }
                _ => None,
            }
        };
        if let Some(asked) = asked {
            event.prevent_default();
            wish(asked);
        }
    });
    on_cleanup(move || pressed.remove());
}

/// Somebody types, or is asked something.
fn is_taken(event: &KeyboardEvent) -> bool {
    let at = event.target().and_then(|at| at.dyn_into::<Element>().ok());
    let typing = at.is_some_and(|at| at.closest("input, textarea, select, [contenteditable]").ok().flatten().is_some());
    typing || document().query_selector("dialog[open]:not([data-plain])").ok().flatten().is_some()
}
