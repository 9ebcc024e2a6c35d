//! A button that unfolds a panel. It is `<details>`, so it works before and without script.

use leptos::{
    ev::{FocusEvent, KeyboardEvent},
    html,
    prelude::*,
    wasm_bindgen::JsCast,
    web_sys::{HtmlElement, Node},
};

/// `label`, unless empty, is read before `face` to those who hear the page. Leaving the panel or Escape folds it.
#[component]
pub fn Menu(#[prop(into)] label: String, class: &'static str, face: AnyView, children: Children) -> impl IntoView {
    let node = NodeRef::<html::Details>::new();
    let fold = move || {
        if let Some(details) = node.get_untracked() {
            details.set_open(false);
        }
    };
    let left = move |event: FocusEvent| {
        let to = event.related_target().and_then(|to| to.dyn_into::<Node>().ok());
        let inside = node.get_untracked().is_some_and(|details| details.contains(to.as_ref()));
        if to.is_some() && !inside {
            fold();
        }
    };
    let pressed = move |event: KeyboardEvent| {
        if event.key() == "Escape"
            && let Some(details) = node.get_untracked()
        {
            details.set_open(false);
            if let Ok(Some(summary)) = details.query_selector("summary")
                && let Ok(summary) = summary.dyn_into::<HtmlElement>()
            {
                drop(summary.focus());
            }
        }
    };
    let clicked_elsewhere = window_event_listener(leptos::ev::click, move |event| {
        let at = event.target().and_then(|at| at.dyn_into::<Node>().ok());
        if node.get_untracked().is_some_and(|details| details.open() && !details.contains(at.as_ref())) {
            fold();
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
