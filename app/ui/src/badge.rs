//! A state in words, with its hue.

use leptos::prelude::*;
use model::lifecycle::shown::Hue;

/// The label says what a merchant needs; `precise` is the status by its name, for whoever points at it.
pub fn badge(hue: Hue, label: impl Into<String>, precise: Option<&'static str>) -> AnyView {
    let class = format!("badge {hue}");
    view! { <span class=class title=precise>{label.into()}</span> }.into_any()
}
