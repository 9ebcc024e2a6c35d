//! The list of links.

use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;
use model::{locale::Locale, rights::Right};
use ui::{Icon, Tab, empty_state, icon, pager, tabs};

use super::{
    NEW, PATH,
    data::{Asked, Link, Links, Listing, View},
    link_href, messages as m,
};
use crate::{
    ask,
    frame::{Frame, Now},
    payments::{
        data::Counted,
        labels,
        parts::{Place, count, label, trouble},
        query::escape,
    },
};

#[component]
pub fn LinksPage() -> impl IntoView {
    let frame = Frame::here();
    let l = frame.locale;
    let may_write = frame.may(Right::LinkWrite);
    let query = use_query_map();
    let asked = Memo::new(move |_| {
        let text = |name| query.with(|query| query.get(name)).unwrap_or_default();
        Asked { view: text("view").parse().unwrap_or(View::All), after: text("after"), before: text("before") }
    });
    let listing = ask::live(move || Links { asked: asked.get() });
    let content = ask::page(listing, move |answer| match answer {
        Ok(listing) => {
            Now::heard(listing.now);
            shown(&listing, &asked.get_untracked(), &frame)
        }
        Err(failure) => trouble(&failure, l, move || listing.again()),
    });
    view! {
        <Title text=m::links(l)/>
        <div class="head">
            <h1>{m::links(l)}</h1>
            {may_write.then(|| view! { <a class="button primary push" href=NEW>{icon(Icon::Link)} {m::new_link(l)}</a> })}
        </div>
        {content}
    }
    .into_any()
}

fn href(view: View, place: Option<(&str, &str)>) -> String {
    let view = (view != View::All).then(|| format!("view={view}"));
    let place = place.map(|(name, cursor)| format!("{name}={}", escape(cursor)));
    let query: Vec<String> = view.into_iter().chain(place).collect();
    if query.is_empty() { PATH.to_owned() } else { format!("{PATH}?{}", query.join("&")) }
}

fn view_name(view: View, l: Locale) -> &'static str {
    match view {
        View::All => m::view_all(l),
        View::Open => m::view_open(l),
        View::Paid => m::view_paid(l),
        View::NotPaid => m::view_not_paid(l),
    }
}

fn shown(listing: &Listing, asked: &Asked, frame: &Frame) -> AnyView {
    let l = frame.locale;
    let tab = |view: &View| Tab { label: view_name(*view, l).to_owned(), href: href(*view, None), count: None, here: *view == asked.view };
    let body = if listing.links.is_empty() { nothing(asked.view, frame) } else { table(listing, asked, frame) };
    view! {
        <div class="stack">
            {tabs(m::views(l).to_owned(), View::ALL.iter().map(tab).collect())}
            <div class="card">{body}</div>
        </div>
    }
    .into_any()
}

fn nothing(view: View, frame: &Frame) -> AnyView {
    let l = frame.locale;
    if view != View::All {
        let all = view! { <a class="button" href=PATH>{m::show_all(l)}</a> }.into_any();
        return empty_state(Icon::Link, m::nothing_here(l), m::nothing_here_why(l), all);
    }
    let make = frame.may(Right::LinkWrite).then(|| view! { <a class="button primary" href=NEW>{m::new_link(l)}</a> });
    empty_state(Icon::Link, m::empty_title(l), m::empty_why(l), make.into_any())
}

fn table(listing: &Listing, asked: &Asked, frame: &Frame) -> AnyView {
    let l = frame.locale;
    let place = Place::at(frame, listing.now);
    let previous = listing.previous.as_ref().map(|cursor| href(asked.view, Some(("before", cursor))));
    let next = listing.next.as_ref().map(|cursor| href(asked.view, Some(("after", cursor))));
    let all = count(Counted { count: listing.count, more: listing.more }, l);
    let summary = if listing.count == 1 { m::one_link(l).to_owned() } else { m::n_links(l, &all) };
    view! {
        <table class="table links">
            <caption class="unseen">{m::caption(l)}</caption>
            <thead>
                <tr>
                    <th scope="col">{m::col_created(l)}</th>
                    <th scope="col">{m::col_for(l)}</th>
                    <th scope="col">{m::col_customer(l)}</th>
                    <th scope="col">{m::col_status(l)}</th>
                    <th scope="col">{m::col_expires(l)}</th>
                    <th scope="col" class="amount">{m::col_amount(l)}</th>
                </tr>
            </thead>
            <tbody>{listing.links.iter().map(|link| line(link, &place)).collect_view()}</tbody>
        </table>
        {pager(m::pages(l).to_owned(), summary, (m::previous(l).to_owned(), previous), (m::next(l).to_owned(), next))}
    }
    .into_any()
}

fn line(link: &Link, place: &Place) -> AnyView {
    let l = place.locale;
    let row = &link.row;
    let customer = row.name.clone().or_else(|| row.email.clone()).unwrap_or_else(|| "—".to_owned());
    view! {
        <tr>
            <td class="created num">{place.moment(row.created)}</td>
            <td class="reference"><a class="cover" href=link_href(&row.id)>{row.name_of_it()}</a></td>
            <td class="name">{customer}</td>
            <td class="status">{label(labels::order(row, place.here()), Some(row.shown.as_str()))}</td>
            <td class="until num">
                <span class="on-phone">{m::col_expires(l)} " "</span>
                {place.here().day(link.expires_at)}
            </td>
            <td class="amount">{ui::amount(row.money(row.amount), l)}</td>
        </tr>
    }
    .into_any()
}
