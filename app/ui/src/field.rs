//! A labelled control with its hint and its error.

use leptos::prelude::*;

/// The label above, then the control (whose id is `id`), then what helps and what is wrong. A control with an error says
/// so itself: `aria-invalid`, and `aria-describedby` by [`described_by`].
pub fn field(id: &'static str, label: impl Into<String>, hint: Option<String>, error: Signal<Option<String>>, control: AnyView) -> AnyView {
    view! {
        <div class="field">
            <label for=id>{label.into()}</label>
            {control}
            {hint.map(|hint| view! { <span class="hint" id=hint_id(id)>{hint}</span> })}
            {move || error.get().map(|error| view! { <span class="error" id=error_id(id)>{error}</span> })}
        </div>
    }
    .into_any()
}

pub fn hint_id(id: &str) -> String {
    format!("{id}-hint")
}

pub fn error_id(id: &str) -> String {
    format!("{id}-error")
}

/// What a control is described by, in the order it is read aloud.
pub fn described_by(id: &str, hint: bool, error: bool) -> Option<String> {
    let parts: Vec<String> = [error.then(|| error_id(id)), hint.then(|| hint_id(id))].into_iter().flatten().collect();
    (!parts.is_empty()).then(|| parts.join(" "))
}

/// What went wrong with a whole form: the cause, what it means, what to do next. Read aloud when it appears.
pub fn error_summary(title: impl Into<String>, body: impl Into<String>) -> AnyView {
    view! {
        <div class="notice failed" role="alert">
            <strong>{title.into()}</strong>
            <p>{body.into()}</p>
        </div>
    }
    .into_any()
}
