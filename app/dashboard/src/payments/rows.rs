//! The rows of the list: what each column says, and how the keyboard walks them.

use leptos::{
    ev::{self, Event, KeyboardEvent},
    prelude::*,
    wasm_bindgen::JsCast,
    web_sys::{Element, HtmlElement, HtmlInputElement},
};
use model::{lifecycle::OrderType, locale::Locale};

use super::{
    columns::Column,
    data::{Back, Line, Listing, short},
    labels,
    list::Selected,
    list_messages as w,
    parts::{Place, badges, label},
    query::{Asked, payment_href},
};

pub fn type_name(kind: OrderType, l: Locale) -> &'static str {
    match kind {
        OrderType::Payment => w::type_payment(l),
        OrderType::Link => w::type_link(l),
        OrderType::Deferred => w::type_deferred(l),
        OrderType::Verification => w::type_verification(l),
        OrderType::PreAuthorisation => w::type_pre_authorisation(l),
    }
}

/// Rows that did not change stay the elements they were: what has the focus keeps it when the list is read again.
pub fn body(listing: &Listing, asked: &Asked, place: &Place, selected: Selected) -> AnyView {
    let lines = listing.lines.clone();
    let columns = StoredValue::new(listing.columns.clone());
    let place = StoredValue::new(place.clone());
    let today = place.with_value(|place| place.zone.date(place.now));
    let like = format!("{} {} {today}", Column::joined(&listing.columns), asked.refunds);
    let key = move |line: &Line| {
        let refunds: String = line.refunds.iter().map(|refund| refund.status.as_str()).collect();
        format!("{} {} {refunds} {like}", line.row.id, line.version)
    };
    let row = move |line: Line| columns.with_value(|columns| place.with_value(|place| row(&line, columns, place, selected)));
    view! {
        <tbody>
            <For each=move || lines.clone() key=key children=row/>
        </tbody>
    }
    .into_any()
}

fn row(line: &Line, columns: &[Column], place: &Place, selected: Selected) -> AnyView {
    let id = line.row.id.clone();
    let (own, of) = (id.clone(), id.clone());
    let chosen = Signal::derive(move || selected.with(|selected| selected.contains(&own)));
    let choose = move |event: Event| {
        let on = event_target_checked(&event);
        selected.update(|selected| {
            if on {
                selected.insert(of.clone());
            } else {
                selected.remove(&of);
            }
        });
    };
    let name = line.row.reference.clone().unwrap_or_else(|| short(&id));
    let cells = columns.iter().map(|column| cell(*column, line, columns, place)).collect_view();
    view! {
        <tr class:chosen=chosen>
            <td class="pick">
                <label>
                    <span class="unseen">{w::select(place.locale, &name)}</span>
                    <input type="checkbox" name="ids" value=id prop:checked=chosen on:change=choose/>
                </label>
            </td>
            {cells}
        </tr>
        {line.refunds.iter().map(|refund| back(refund, line, columns, place)).collect_view()}
    }
    .into_any()
}

fn cell(column: Column, line: &Line, columns: &[Column], place: &Place) -> AnyView {
    let (row, l) = (&line.row, place.locale);
    let has = |other: Column| columns.contains(&other);
    let or_dash = |text: &Option<String>| text.clone().unwrap_or_else(|| "—".to_owned());
    let extra = |text: String| {
        let class = format!("extra {}", column.as_str());
        view! { <td class=class data-label=column.title(l)>{text}</td> }.into_any()
    };
    match column {
        Column::Created => view! { <td class="created num">{place.moment(row.created)}</td> }.into_any(),
        Column::Reference => {
            let reference = row.reference.clone().unwrap_or_else(|| short(&row.id));
            view! { <td class="reference mono"><a class="cover" href=payment_href(&row.id)>{reference}</a></td> }.into_any()
        }
        Column::Name => {
            let (name, email) = match (&row.name, &row.email) {
                (Some(name), email) => (name.clone(), email.clone().filter(|_| !has(Column::Email))),
                (None, Some(email)) if !has(Column::Email) => (email.clone(), None),
                _ => ("—".to_owned(), None),
            };
            view! { <td class="name">{name} {email.map(|email| view! { <small>{email}</small> })}</td> }.into_any()
        }
        Column::Type => {
            let means = row.last4.as_deref().filter(|_| !has(Column::Method)).map(|last4| {
                view! { <small class="num">{format!("{} •••• {last4}", labels::method(row.method, l))}</small> }
            });
            view! { <td class="type">{type_name(line.kind, l)} {means}</td> }.into_any()
        }
        Column::Method => {
            let card = labels::card(row.brand.as_deref(), row.last4.as_deref());
            extra(card.unwrap_or_else(|| labels::method(row.method, l).to_owned()))
        }
        Column::Status => view! { <td class="status">{badges(row, place.here())}</td> }.into_any(),
        Column::Amount => view! { <td class="amount">{ui::amount(row.money(row.amount), l)}</td> }.into_any(),
        Column::Captured | Column::Refunded => {
            let minor = if column == Column::Captured { row.captured } else { row.refunded };
            let text = if minor == 0 { view! { "—" }.into_any() } else { ui::amount(row.money(minor), l) };
            view! { <td class="amount extra" data-label=column.title(l)>{text}</td> }.into_any()
        }
        Column::Email => extra(or_dash(&row.email)),
        Column::Description => extra(or_dash(&line.description)),
        Column::Shop => extra(or_dash(&line.shop)),
        Column::CreatedBy => extra(or_dash(&line.by)),
        Column::Currency => extra(row.currency.upper().to_owned()),
        Column::Id => view! { <td class="extra id mono" data-label=column.title(l) translate="no">{row.id.clone()}</td> }.into_any(),
    }
}

/// A refund stands under its payment, with a minus before its amount.
fn back(refund: &Back, line: &Line, columns: &[Column], place: &Place) -> AnyView {
    let l = place.locale;
    let name = line.row.reference.clone().unwrap_or_else(|| short(&line.row.id));
    let cell = |column: &Column| match column {
        Column::Created => view! { <td class="created num">{place.moment(refund.created)}</td> }.into_any(),
        Column::Reference => view! { <td class="reference mono" title=w::refund_of(l, &name)>"↳ " {name.clone()}</td> }.into_any(),
        Column::Name => view! { <td class="name muted">{refund.reason.clone()}</td> }.into_any(),
        Column::Type => view! { <td class="type">{w::type_refund(l)}</td> }.into_any(),
        Column::Status => {
            view! { <td class="status">{label(labels::refund(refund.status, l), Some(refund.status.as_str()))}</td> }.into_any()
        }
        Column::Amount => view! { <td class="amount">{ui::amount(line.row.money(-refund.amount), l)}</td> }.into_any(),
        Column::Id => view! { <td class="extra id mono" translate="no">{refund.id.clone()}</td> }.into_any(),
        _ => view! { <td class="extra none"></td> }.into_any(),
    };
    view! {
        <tr class="back">
            <td class="pick"></td>
            {columns.iter().map(cell).collect_view()}
        </tr>
    }
    .into_any()
}

/// Arrows, `j` and `k` move from row to row, `x` chooses one. Enter opens, because each row is a link.
pub fn keys(selected: Selected) {
    // What was ticked before the page answered by itself, or was ticked when somebody left it, is chosen.
    Effect::new(move |_| {
        let mut ids = Vec::new();
        let mut at = document().query_selector("table.payments > tbody > tr").ok().flatten();
        while let Some(row) = at {
            let ticked = row.query_selector("input[name=ids]:checked").ok().flatten();
            ids.extend(ticked.and_then(|input| input.dyn_into::<HtmlInputElement>().ok()).map(|input| input.value()));
            at = row.next_element_sibling();
        }
        if !ids.is_empty() {
            selected.update(|selected| selected.extend(ids));
        }
    });
    let handle = window_event_listener(ev::keydown, move |event: KeyboardEvent| {
        if event.ctrl_key() || event.meta_key() || event.alt_key() || event.shift_key() || is_busy(&event) {
            return;
        }
        let here = document().active_element().and_then(|at| at.closest("table.payments > tbody > tr").ok().flatten());
        match event.key().as_str() {
            // The arrows scroll the page until a row has the focus.
            "ArrowDown" if here.is_some() => go(&event, here, true),
            "ArrowUp" if here.is_some() => go(&event, here, false),
            "j" => go(&event, here, true),
            "k" => go(&event, here, false),
            "x" => {
                let of = here.and_then(|row| row.query_selector("input[name=ids]").ok().flatten());
                if let Some(input) = of.and_then(|input| input.dyn_into::<HtmlInputElement>().ok()) {
                    event.prevent_default();
                    let id = input.value();
                    selected.update(|selected| {
                        if !selected.remove(&id) {
                            selected.insert(id);
                        }
                    });
                }
            }
            _ => {}
        }
    });
    on_cleanup(move || handle.remove());
}

/// Somebody types, or a dialog stands over the list.
fn is_busy(event: &KeyboardEvent) -> bool {
    let at = event.target().and_then(|at| at.dyn_into::<Element>().ok());
    let types = "input:not([type=checkbox]), textarea, select, [contenteditable], dialog, .menu[open]";
    at.is_some_and(|at| at.closest(types).ok().flatten().is_some()) || document().query_selector("dialog[open]").ok().flatten().is_some()
}

fn go(event: &KeyboardEvent, from: Option<Element>, down: bool) {
    let next = |row: Element| if down { row.next_element_sibling() } else { row.previous_element_sibling() };
    let mut to = match from {
        Some(row) => next(row),
        None => document().query_selector("table.payments > tbody > tr").ok().flatten(),
    };
    // Refunds under a payment are no places to stop at.
    while let Some(row) = to {
        let link = row.query_selector("a.cover").ok().flatten().and_then(|link| link.dyn_into::<HtmlElement>().ok());
        if let Some(link) = link {
            event.prevent_default();
            drop(link.focus());
            return;
        }
        to = next(row);
    }
}
