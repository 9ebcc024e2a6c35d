//! A button that unfolds a panel. It is `<details>`, so it works before and without script.

use leptos::{
    ev::{FocusEvent, KeyboardEvent},
    html,
    prelude::*,
    wasm_bindgen::JsCast,
    web_sys::{Event, HtmlDetailsElement, HtmlElement, Node},
};

/// `label`, unless empty, is read before `face` to those who hear the page. Leaving the panel or Escape folds it.
#[component]
pub fn Menu(#[prop(into)] label: String, class: &'static str, face: AnyView, children: Children) -> impl IntoView {
    let node = NodeRef::<html::Details>::new();
    // The element as events have it: while its page is told anew, what was made with the element is gone before the element is.
    let at = |event: &Event| event.current_target().and_then(|at| at.dyn_into::<HtmlDetailsElement>().ok());
    let left = move |event: FocusEvent| {
        let Some((details, to)) = at(&event).zip(event.related_target().and_then(|to| to.dyn_into::<Node>().ok())) else { return };
        if !details.contains(Some(&to)) {
            details.set_open(false);
        }
    };
    let pressed = move |event: KeyboardEvent| {
        let Some(details) = at(&event).filter(|_| event.key() == "Escape") else { return };
        details.set_open(false);
        if let Ok(Some(summary)) = details.query_selector("summary")
            && let Ok(summary) = summary.dyn_into::<HtmlElement>()
        {
            drop(summary.focus());
        }
    };
    let clicked_elsewhere = window_event_listener(leptos::ev::click, move |event| {
        let at = event.target().and_then(|at| at.dyn_into::<Node>().ok());
        if let Some(details) = node.try_get_untracked().flatten().filter(|details| details.open() && !details.contains(at.as_ref())) {
            details.set_open(false);
        }
    });
    on_cleanup(move || clicked_elsewhere.remove());
    view! {
        <details class=format!("menu {class}") node_ref=node on:focusout=left on:keydown=pressed>
            <summary>
                {(!label.is_empty()).then(|| view! { <span class="unseen">{label} " "</span> })}
                {face}
            </summary>
            <div class="panel">{children()}</div>
        </details>
    }
}
