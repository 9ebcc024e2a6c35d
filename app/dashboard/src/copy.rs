//! A text to take away: it can be selected, and one press copies it once the page answers by itself.

use leptos::prelude::*;
use model::locale::Locale;
use ui::{Icon, icon};

model::messages! {
    copy: "Copy", "Copier";
    copied: "Copied", "Copié";
}

/// For how long the button says that it worked.
#[cfg(target_arch = "wasm32")]
const SAID: std::time::Duration = std::time::Duration::from_millis(2500);

/// `what` is read before "Copy" to those who hear the page; `class` says how loud the button is.
pub fn copyable(text: String, what: &'static str, class: &'static str, l: Locale) -> AnyView {
    let done = RwSignal::new(false);
    let taken = text.clone();
    let face = move || if done.get() { (Icon::Check, copied(l)) } else { (Icon::Copy, copy(l)) };
    view! {
        <div class="copyable">
            <code class="text" translate="no">{text}</code>
            <button type="button" class=class data-said=move || done.get().then_some("") on:click=move |_| take(taken.clone(), done)>
                {move || icon(face().0)}
                <span aria-live="polite">{move || face().1}</span>
                <span class="unseen">" " {what}</span>
            </button>
        </div>
    }
    .into_any()
}

/// An id among other facts, with a button no larger than it.
pub fn copy_id(text: String, what: &'static str, l: Locale) -> AnyView {
    let done = RwSignal::new(false);
    let taken = text.clone();
    view! {
        <span class="copy-id">
            <code translate="no">{text}</code>
            <button type="button" title=copy(l) data-said=move || done.get().then_some("") on:click=move |_| take(taken.clone(), done)>
                {move || icon(if done.get() { Icon::Check } else { Icon::Copy })}
                <span class="unseen" aria-live="polite">{move || if done.get() { copied(l) } else { copy(l) }}</span>
                <span class="unseen">" " {what}</span>
            </button>
        </span>
    }
    .into_any()
}

#[cfg(target_arch = "wasm32")]
fn take(text: String, done: RwSignal<bool>) {
    let clipboard = window().navigator().clipboard();
    // Not there without TLS, except on this machine.
    if clipboard.is_undefined() {
        return;
    }
    // Resolved or refused, the browser deals with it: nobody waits here.
    drop(clipboard.write_text(&text));
    done.set(true);
    set_timeout(move || done.set(false), SAID);
}

#[cfg(not(target_arch = "wasm32"))]
fn take(_text: String, _done: RwSignal<bool>) {}
