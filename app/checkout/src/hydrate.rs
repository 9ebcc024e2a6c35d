//! Where the browser takes over.

use leptos::{mount::hydrate_from, prelude::*, web_sys::HtmlElement};
use wasm_bindgen::JsCast;

use crate::{FORM_ID, form::CardForm};

/// Hydrates the card form; a page without one stays as it is.
pub fn hydrate() {
    let place = document().get_element_by_id(FORM_ID);
    if let Some(place) = place.and_then(|place| place.dyn_into::<HtmlElement>().ok()) {
        hydrate_from(place, || view! { <CardForm/> }).forget();
    }
}
