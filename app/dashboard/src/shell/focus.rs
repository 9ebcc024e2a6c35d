//! The focus stays where it was while a page is told anew. What has it may be taken away and put back, or lose its address for a moment, and a
//! link without address has no focus: it is given back to the same element, or to what took its place.

use std::{cell::RefCell, rc::Rc};

use leptos::{ev, prelude::*, wasm_bindgen::JsCast, web_sys};
use wasm_bindgen::{JsValue, closure::Closure};
use web_sys::{Element, FocusOptions, HtmlElement, MutationObserver, MutationObserverInit};

/// What had the focus last, and how what may stand in its place is found.
struct Held {
    element: Element,
    again: Option<String>,
}

pub fn keep() {
    let held = Rc::new(RefCell::new(None::<Held>));
    let taken = held.clone();
    drop(window_event_listener(ev::focusin, move |event| {
        let element = event.target().and_then(|at| at.dyn_into::<Element>().ok());
        *taken.borrow_mut() = element.map(|element| Held { again: again(&element), element });
    }));
    let left = held.clone();
    // Pressing beside everything takes the focus away, and is meant to.
    drop(window_event_listener(ev::pointerdown, move |_| *left.borrow_mut() = None));
    let changed = Closure::<dyn Fn()>::new(move || {
        if document().active_element().is_some_and(|now| now.tag_name() != "BODY") {
            return;
        }
        let to = held.borrow().as_ref().and_then(|Held { element, again }| {
            if element.is_connected() { Some(element.clone()) } else { document().query_selector(again.as_ref()?).ok().flatten() }
        });
        if let Some(to) = to.and_then(|to| to.dyn_into::<HtmlElement>().ok()) {
            let quietly = FocusOptions::new();
            quietly.set_prevent_scroll(true);
            drop(to.focus_with_options(&quietly));
        }
    });
    let (Some(body), Ok(observer)) = (document().body(), MutationObserver::new(changed.as_ref().unchecked_ref())) else { return };
    let what = MutationObserverInit::new();
    what.set_child_list(true);
    what.set_subtree(true);
    what.set_attribute_filter(&web_sys::js_sys::Array::of1(&JsValue::from_str("href")));
    drop(observer.observe_with_options(&body, &what));
    changed.forget();
}

/// In the page, by what names it.
fn again(element: &Element) -> Option<String> {
    element.closest("main").ok().flatten()?;
    let name = ["id", "href", "name"].into_iter().find(|name| element.has_attribute(name))?;
    let value = element.get_attribute(name)?.replace(['\\', '"'], "");
    Some(format!("main {}[{name}=\"{value}\"]", element.tag_name().to_lowercase()))
}
