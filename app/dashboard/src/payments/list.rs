//! The list of payments.

use leptos::{
    ev::KeyboardEvent,
    prelude::*,
    wasm_bindgen::JsCast,
    web_sys::{Element, HtmlElement},
};
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;
use model::{locale::Locale, rights::Environment};
use ui::{Icon, Tab, empty_state, icon, pager, tabs};

use super::{
    data::{Counted, Listing, Row, payments, short},
    labels,
    parts::{Place, badges, count, trouble},
    query::{Asked, PATH, View, Window, payment_href},
};
use crate::{
    frame::{Frame, Now},
    messages as m,
};

#[component]
pub fn PaymentsPage() -> impl IntoView {
    let frame = Frame::here();
    let l = frame.locale;
    let query = use_query_map();
    let asked = Memo::new(move |_| query.with(Asked::read));
    let listing = Resource::new(move || asked.get(), payments);
    let (pending, set_pending) = signal(false);
    let content = move || {
        let frame = frame.clone();
        Suspend::new(async move {
            match listing.await {
                Ok(listing) => {
                    Now::heard(listing.now);
                    shown(listing, &asked.get_untracked(), &frame)
                }
                Err(failure) => trouble(&failure, l, move || listing.refetch()),
            }
        })
    };
    view! {
        <Title text=m::payments(l)/>
        <div class="head">
            <h1>{m::payments(l)}</h1>
        </div>
        <div class="stack" aria-busy=move || pending.get().then_some("true")>
            <Transition fallback=move || view! { <p class="muted">{m::loading(l)}</p> } set_pending=set_pending>
                {content}
            </Transition>
        </div>
    }
    .into_any()
}

fn shown(listing: Listing, asked: &Asked, frame: &Frame) -> AnyView {
    let l = frame.locale;
    let place = Place::at(frame, listing.now);
    let body = if listing.rows.is_empty() { nothing(&listing, asked, frame) } else { table(&listing, asked, &place) };
    view! {
        {views(&listing, asked, l)}
        {filters(&listing, asked, l)}
        {body}
    }
    .into_any()
}

fn views(listing: &Listing, asked: &Asked, l: Locale) -> AnyView {
    let tab = |(view, counted): &(View, Counted)| Tab {
        label: view_name(*view, l).to_owned(),
        href: asked.view(*view).href(),
        count: Some(count(*counted, l)),
        here: *view == asked.view,
    };
    tabs(m::views(l).to_owned(), listing.views.iter().map(tab).collect())
}

fn view_name(view: View, l: Locale) -> &'static str {
    match view {
        View::All => m::view_all(l),
        View::Action => m::view_action(l),
        View::ToValidate => m::view_to_validate(l),
        View::Paid => m::view_paid(l),
        View::Awaiting => m::view_awaiting(l),
        View::Refused => m::view_refused(l),
        View::Refunded => m::view_refunded(l),
    }
}

/// The window and the search, each with one click to leave it.
fn filters(listing: &Listing, asked: &Asked, l: Locale) -> AnyView {
    let (reach, other, does) = match asked.window {
        Window::Recent => (m::last_months(l), Window::All, m::widen(l)),
        Window::All => (m::any_time(l), Window::Recent, m::narrow(l)),
    };
    let search = (!asked.search.is_empty()).then(|| {
        view! {
            <a class="chip" href=asked.search("").href() title=m::clear_search(l)>
                <span>{m::searched(l, &asked.search)}</span>
                {icon(Icon::Close)}
                <span class="unseen">{m::clear_search(l)}</span>
            </a>
        }
    });
    let all = Counted { count: listing.count, more: listing.more };
    let total = if listing.count == 1 { m::one_payment(l).to_owned() } else { m::n_payments(l, &count(all, l)) };
    view! {
        <div class="filters">
            <a class="chip" href=asked.window(other).href() title=does>
                <span>{m::window_is(l)} " " <strong>{reach}</strong></span>
                {(asked.window == Window::Recent).then(|| icon(Icon::Close))}
                <span class="unseen">{does}</span>
            </a>
            {search}
            <span class="muted num push" role="status">{total}</span>
        </div>
    }
    .into_any()
}

fn table(listing: &Listing, asked: &Asked, place: &Place) -> AnyView {
    let l = place.locale;
    let previous = listing.previous.clone().map(|cursor| asked.before(cursor).href());
    let next = listing.next.clone().map(|cursor| asked.after(cursor).href());
    let several = previous.is_some() || next.is_some();
    let pages = several.then(|| {
        let all = Counted { count: listing.count, more: listing.more };
        pager(
            m::pages(l).to_owned(),
            m::n_payments(l, &count(all, l)),
            (m::previous(l).to_owned(), previous),
            (m::next(l).to_owned(), next),
        )
    });
    view! {
        <div class="card">
            <table class="table payments">
                <caption class="unseen">{m::list_caption(l)}</caption>
                <thead>
                    <tr>
                        <th scope="col">{m::col_created(l)}</th>
                        <th scope="col">{m::col_reference(l)}</th>
                        <th scope="col">{m::col_name(l)}</th>
                        <th scope="col">{m::col_type(l)}</th>
                        <th scope="col">{m::col_status(l)}</th>
                        <th scope="col" class="amount">{m::col_amount(l)}</th>
                    </tr>
                </thead>
                <tbody on:keydown=walk>{listing.rows.iter().map(|row| line(row, place)).collect_view()}</tbody>
            </table>
            {pages}
        </div>
    }
    .into_any()
}

fn line(row: &Row, place: &Place) -> AnyView {
    let l = place.locale;
    let reference = row.reference.clone().unwrap_or_else(|| short(&row.id));
    let means = row.last4.as_ref().map(|last4| view! { " " <span class="muted num">{format!("•••• {last4}")}</span> });
    let (name, email) = match (&row.name, &row.email) {
        (Some(name), email) => (name.clone(), email.clone()),
        (None, Some(email)) => (email.clone(), None),
        (None, None) => ("—".to_owned(), None),
    };
    view! {
        <tr>
            <td class="created num">{place.moment(row.created)}</td>
            <td class="reference mono"><a class="cover" href=payment_href(&row.id)>{reference}</a></td>
            <td class="name">
                {name}
                {email.map(|email| view! { <small>{email}</small> })}
            </td>
            <td class="type">{labels::method(row.method, l)} {means}</td>
            <td class="status">{badges(row, place.here())}</td>
            <td class="amount">{ui::amount(row.money(row.amount), l)}</td>
        </tr>
    }
    .into_any()
}

/// Arrows move from row to row; Enter opens because each row is a link.
fn walk(event: KeyboardEvent) {
    let down = match event.key().as_str() {
        "ArrowDown" => true,
        "ArrowUp" => false,
        _ => return,
    };
    let at = event.target().and_then(|at| at.dyn_into::<Element>().ok()).and_then(|at| at.closest("tr").ok().flatten());
    let to = at.and_then(|row| if down { row.next_element_sibling() } else { row.previous_element_sibling() });
    let link = to.and_then(|row| row.query_selector("a").ok().flatten()).and_then(|link| link.dyn_into::<HtmlElement>().ok());
    if let Some(link) = link {
        event.prevent_default();
        drop(link.focus());
    }
}

/// Nothing at all yet, or nothing like what was asked for.
fn nothing(listing: &Listing, asked: &Asked, frame: &Frame) -> AnyView {
    let l = frame.locale;
    let any = listing.views.iter().any(|(view, counted)| *view == View::All && counted.count > 0);
    let untouched = asked.search.is_empty() && asked.window == Window::All;
    let body = if !any && (untouched || asked.search.is_empty()) {
        let why = match frame.environment {
            Environment::Sandbox => m::empty_sandbox(l),
            Environment::Production => m::empty_production(l),
        };
        let wider = (asked.window == Window::Recent)
            .then(|| view! { <a class="button" href=asked.window(Window::All).href()>{m::widen(l)}</a> })
            .into_any();
        empty_state(Icon::Payments, m::empty_title(l), why, wider)
    } else {
        let wider = (asked.window == Window::Recent)
            .then(|| view! { <a class="button primary" href=asked.window(Window::All).href()>{m::widen(l)}</a> });
        let action = view! {
            <p class="row">
                {wider}
                <a class="button" href=PATH>{m::clear_filters(l)}</a>
            </p>
        };
        empty_state(Icon::Search, m::nothing_matches(l), m::nothing_matches_why(l), action.into_any())
    };
    view! { <div class="card">{body}</div> }.into_any()
}
