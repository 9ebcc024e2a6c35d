//! Pieces of the settings' forms.

use leptos::{html, prelude::*};
use leptos_router::hooks::use_query_map;
use model::{error::Code, locale::Locale};
use ui::{described_by, error_summary, field};

use super::messages as m;
use crate::{
    denied::denied,
    failure::{Failure, leave_when_signed_out},
    payments::parts::trouble,
};

/// What was just done, by the address; the reader's focus goes there.
pub fn notice(words: fn(&str, Locale) -> Option<&'static str>, l: Locale) -> AnyView {
    let query = use_query_map();
    let done = Memo::new(move |_| query.with(|query| query.get("done")).and_then(|done| words(&done, l)));
    let node = NodeRef::<html::Div>::new();
    Effect::new(move |_| {
        if let Some(node) = node.get() {
            drop(node.focus());
        }
    });
    (move || done.get().map(|text| view! { <div class="notice paid" role="status" tabindex="-1" node_ref=node>{text}</div> })).into_any()
}

/// What is wrong with one of a form's fields.
pub fn wrong(failure: Signal<Option<Failure>>, name: &'static str, l: Locale) -> Signal<Option<String>> {
    Signal::derive(move || failure.get().filter(|failure| failure.field() == Some(name)).map(|failure| failure.sentence(l)))
}

/// What is wrong with a form and stands at none of its fields.
pub fn summary(failure: Signal<Option<Failure>>, fields: &'static [&'static str], l: Locale) -> impl Fn() -> Option<AnyView> {
    move || {
        let failure = failure.get().filter(|failure| failure.field().is_none_or(|field| !fields.contains(&field)))?;
        leave_when_signed_out(&failure);
        Some(error_summary(m::not_done(l), failure.sentence(l)))
    }
}

/// One line of text: what kind, what browsers may fill in.
#[derive(Clone, Copy)]
pub struct Text {
    pub id: &'static str,
    pub name: &'static str,
    pub kind: &'static str,
    pub autocomplete: &'static str,
}

pub fn text(of: Text, label: &'static str, hint: Option<&'static str>, value: String, error: Signal<Option<String>>) -> AnyView {
    let Text { id, name, kind, autocomplete } = of;
    let hinted = hint.is_some();
    let control = view! {
        <input
            id=id
            name=name
            type=kind
            autocomplete=autocomplete
            required=true
            maxlength="256"
            value=value
            aria-invalid=move || error.get().map(|_| "true")
            aria-describedby=move || described_by(id, hinted, error.get().is_some())
        />
    };
    field(id, label, hint.map(str::to_owned), error, control.into_any())
}

/// A page that the role doesn't open, or that can't be shown.
pub fn not_shown(failure: &Failure, l: Locale, again: impl Fn() + 'static) -> AnyView {
    match failure {
        Failure::Refused(refused) if refused.code == Code::Forbidden => denied(l),
        failure => trouble(failure, l, again),
    }
}
