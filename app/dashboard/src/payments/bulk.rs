//! Several rows at once: what can be done with those that are ticked.

use std::collections::BTreeSet;

use leptos::{
    ev::{Event, MouseEvent},
    prelude::*,
};
use leptos_router::{NavigateOptions, hooks::use_navigate};
use model::{locale::Locale, rights::Right};

use super::{
    data::{Line, Listing},
    list::Selected,
    list_messages as w,
    query::{Asked, CSV, REFUND},
};
use crate::frame::Frame;

/// Ticks the whole page. Only of use once the page answers by itself.
pub fn all(listing: &Listing, selected: Selected, l: Locale) -> AnyView {
    let ids: Vec<String> = listing.lines.iter().map(|line| line.row.id.clone()).collect();
    let (own, each) = (ids.clone(), ids);
    let every = move || selected.with(|selected| own.iter().all(|id| selected.contains(id)));
    let choose = move |event: Event| {
        let on = event_target_checked(&event);
        selected.update(|selected| {
            for id in &each {
                if on {
                    selected.insert(id.clone());
                } else {
                    selected.remove(id);
                }
            }
        });
    };
    view! {
        <label class="scripted">
            <span class="unseen">{w::select_all(l)}</span>
            <input type="checkbox" prop:checked=every on:change=choose/>
        </label>
    }
    .into_any()
}

/// It shows as soon as something is ticked: the style sees that by itself.
pub fn bar(listing: &Listing, asked: &Asked, frame: &Frame, selected: Selected) -> AnyView {
    let l = frame.locale;
    let lines = StoredValue::new(listing.lines.clone());
    let number = move || match selected.with(BTreeSet::len) {
        0 => w::with_selected(l).to_owned(),
        1 => w::one_selected(l).to_owned(),
        count => w::n_selected(l, &count.to_string()),
    };
    let navigate = use_navigate();
    let refund = move |event: MouseEvent| {
        event.prevent_default();
        let ids = selected.with_untracked(|selected| selected.iter().cloned().collect::<Vec<_>>().join(","));
        navigate(&format!("{REFUND}?ids={ids}"), NavigateOptions::default());
    };
    let export = frame.may(Right::ReportExport).then(|| view! { <button class="button" formaction=CSV>{w::export_selected(l)}</button> });
    let refund = frame
        .may(Right::RefundCreate)
        .then(|| view! { <button class="button" formaction=REFUND on:click=refund>{w::refund_selected(l)}</button> });
    let said = RwSignal::new("");
    let copying = move |what: fn(&Line) -> String| {
        move |_: MouseEvent| {
            // Gone while the list is told anew: the next press copies.
            let text = lines.try_with_value(|lines| {
                let chosen = |line: &&Line| selected.with_untracked(|selected| selected.contains(&line.row.id));
                lines.iter().filter(chosen).map(what).collect::<Vec<_>>().join("\n")
            });
            if text.is_some_and(|text| copy(&text)) {
                said.set(w::copied(l));
            }
        }
    };
    let reference: fn(&Line) -> String = |line| line.row.reference.clone().unwrap_or_else(|| line.row.id.clone());
    let id: fn(&Line) -> String = |line| line.row.id.clone();
    view! {
        <div class="bulk" role="group" aria-label=w::with_selected(l)>
            <strong class="num">{number}</strong>
            {export}
            {refund}
            <button type="button" class="button scripted" on:click=copying(reference)>{w::copy_references(l)}</button>
            <button type="button" class="button scripted" on:click=copying(id)>{w::copy_ids(l)}</button>
            <span class="muted" role="status">{move || if selected.with(BTreeSet::is_empty) { "" } else { said.get() }}</span>
            <button type="reset" class="button quiet push" on:click=move |_| selected.update(BTreeSet::clear)>
                {w::clear_selection(l)}
            </button>
            {asked.pairs().into_iter().filter(|(name, _)| matches!(*name, "sort" | "refunds")).map(hidden).collect_view()}
            // Chosen by hand: whatever the dates.
            <input type="hidden" name="window" value="all"/>
        </div>
    }
    .into_any()
}

/// A part of the address that a form keeps.
pub fn hidden((name, value): (&'static str, String)) -> AnyView {
    view! { <input type="hidden" name=name value=value/> }.into_any()
}

#[cfg(target_arch = "wasm32")]
fn copy(text: &str) -> bool {
    let clipboard = window().navigator().clipboard();
    // Not there without TLS, except on this machine.
    if clipboard.is_undefined() {
        return false;
    }
    // Resolved or refused, the browser deals with it: nobody waits here.
    drop(clipboard.write_text(text));
    true
}

#[cfg(not(target_arch = "wasm32"))]
const fn copy(_text: &str) -> bool {
    false
}
