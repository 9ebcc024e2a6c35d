//! Where the browser takes over.

use leptos::{ev, mount::hydrate_from, prelude::*, web_sys::HtmlElement};
use wasm_bindgen::JsCast;

use crate::{
    FORM_ID,
    check::Field,
    form::{CardForm, Form},
};

/// Hydrates the card form; a page without one stays as it is.
pub fn hydrate() {
    let place = document().get_element_by_id(FORM_ID);
    if let Some(place) = place.and_then(|place| place.dyn_into::<HtmlElement>().ok()) {
        let form = Form {
            errors: Field::ALL.map(|field| text(field.error_id())),
            sentences: place.get_attribute("data-sentences").unwrap_or_default().lines().map(str::to_owned).collect(),
            now: place.get_attribute("data-now").and_then(|now| now.parse().ok()).unwrap_or_default(),
            ..Form::default()
        };
        hydrate_from(place, || view! { <CardForm form/> }).forget();
        ask_again_when_shown_again();
    }
}

fn text(id: &str) -> String {
    let element = document().get_element_by_id(id);
    element.and_then(|element| element.text_content()).unwrap_or_default().trim().to_owned()
}

/// A page that the browser kept and shows again after 'back' may be about a payment that was made meanwhile.
fn ask_again_when_shown_again() {
    let handle = window_event_listener(ev::pageshow, |event| {
        if event.persisted() {
            let location = window().location();
            if let (Ok(path), Ok(query)) = (location.pathname(), location.search()) {
                _ = location.replace(&format!("{path}{query}"));
            }
        }
    });
    // It lives as long as the page: dropping the handle doesn't end it.
    _ = handle;
}
