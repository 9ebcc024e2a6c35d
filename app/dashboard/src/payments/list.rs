//! The list of payments.

use std::collections::BTreeSet;

use leptos::{prelude::*, server_fn::error::ServerFnUrlError};
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;
use model::{
    locale::Locale,
    money::Money,
    rights::{Environment, Right},
};
use ui::{Icon, Menu, empty_state, error_summary, icon};

use super::{
    bulk,
    columns::Column,
    data::{Counted, Listing, Payments, Sum},
    filters, list_messages as w,
    parts::{Place, count, trouble},
    query::{Asked, PER, Sort, Window},
    rows, views,
};
use crate::{
    ask,
    failure::{Failure, leave_when_signed_out},
    frame::{Frame, Now},
    messages as m,
};

/// The ids of the rows that are chosen; they stay chosen when the list is read again.
pub type Selected = RwSignal<BTreeSet<String>>;

#[component]
pub fn PaymentsPage() -> impl IntoView {
    let frame = Frame::here();
    let l = frame.locale;
    let query = use_query_map();
    let asked = Memo::new(move |_| query.with(Asked::read));
    let acts = views::Acts::new();
    let listing = ask::live(move || {
        acts.done();
        Payments { query: asked.with(Asked::query) }
    });
    let (pending, set_pending) = signal(false);
    let selected: Selected = RwSignal::new(BTreeSet::new());
    // Another page or filter is another choice; news of the same page are not.
    Effect::new(move |before: Option<String>| {
        let now = asked.with(Asked::query);
        if before.is_some_and(|before| before != now) {
            selected.update(BTreeSet::clear);
        }
        now
    });
    rows::keys(selected);
    let told = move || {
        let posted = query.with(|query| query.get("__err")).map(|told| ServerFnUrlError::<Failure>::decode_err(&told));
        acts.failure().or(posted).map(|failure| {
            leave_when_signed_out(&failure);
            error_summary(w::not_saved(l), failure.sentence(l))
        })
    };
    let heads = frame.clone();
    let content = ask::page_while(listing, set_pending, move |answer| match answer {
        Ok(listing) => {
            Now::heard(listing.now);
            shown(listing, &asked.get_untracked(), &frame, selected, acts)
        }
        Err(failure) => trouble(&failure, l, move || listing.again()),
    });
    view! {
        <Title text=m::payments(l)/>
        <div class="head">
            <h1>{m::payments(l)}</h1>
            <div class="row push tools">
                {heads
                    .may(Right::ReportExport)
                    .then(|| {
                        view! {
                            <a class="button" href=move || asked.with(Asked::csv) rel="external" download="">
                                {icon(Icon::Download)}
                                <span class="wordy">{w::csv(l)}</span>
                            </a>
                        }
                    })}
                {heads.may(Right::LinkWrite).then(|| view! { <a class="button primary" href=LINK>{w::new_link(l)}</a> })}
            </div>
        </div>
        {told}
        <div class="stack" aria-busy=move || pending.get().then_some("true")>
            {content}
        </div>
    }
    .into_any()
}

/// Where a payment link is made.
const LINK: &str = "/dashboard/links/new";

fn shown(listing: Listing, asked: &Asked, frame: &Frame, selected: Selected, acts: views::Acts) -> AnyView {
    let place = Place::at(frame, listing.now);
    let body = if listing.lines.is_empty() && !listing.further {
        nothing(&listing, asked, frame)
    } else {
        table(&listing, asked, frame, &place, selected)
    };
    view! {
        {views::bar(&listing, asked, acts, frame)}
        <div class="filters">
            {filters::panel(&listing, asked, frame)}
            {views::columns(&listing, asked, acts, frame.locale)}
            {sorts(asked, frame.locale)}
            {filters::chips(&listing, asked, &place)}
            {totals(&listing, frame.locale)}
        </div>
        {hints(&listing, asked, frame.locale)}
        {body}
    }
    .into_any()
}

/// Where the headings have no room, the order is chosen here.
fn sorts(asked: &Asked, l: Locale) -> AnyView {
    let choice = |sort: &Sort| {
        let here = *sort == asked.sort;
        view! {
            <a class="choice" href=asked.sorted(*sort).href() data-noscroll="" aria-current=here.then_some("true")>
                {here.then(|| icon(Icon::Check))}
                <span>{sort_name(*sort, l)}</span>
            </a>
        }
        .into_any()
    };
    let choices = Sort::ALL.iter().map(choice).collect_view().into_any();
    let face = view! { <span class="button">{sort_name(asked.sort, l)} {icon(Icon::Down)}</span> }.into_any();
    view! { <Menu label=w::sorted_by(l) class="sorts" face=face>{choices}</Menu> }.into_any()
}

fn sort_name(sort: Sort, l: Locale) -> &'static str {
    match sort {
        Sort::Newest => w::sort_newest(l),
        Sort::Oldest => w::sort_oldest(l),
        Sort::Largest => w::sort_largest(l),
        Sort::Smallest => w::sort_smallest(l),
    }
}

/// How much matches: the number of payments, and their sum in each currency where all of them were counted.
fn number(counted: Counted, l: Locale) -> String {
    if counted.count == 1 { m::one_payment(l).to_owned() } else { m::n_payments(l, &count(counted, l)) }
}

fn totals(listing: &Listing, l: Locale) -> AnyView {
    const MOST: usize = 3;
    let number = number(listing.counted, l);
    let mut sums: Vec<Sum> = if listing.counted.more { Vec::new() } else { listing.sums.clone() };
    sums.sort_by_key(|sum| core::cmp::Reverse(sum.count));
    let others = sums.len().saturating_sub(MOST);
    let others = match others {
        0 => None,
        1 => Some(w::one_more_sum(l).to_owned()),
        others => Some(w::more_sums(l, &others.to_string())),
    };
    let others = others.map(|others| view! { <span>{others}</span> });
    let sum = |sum: &Sum| {
        view! { <span class="sum-of" title=w::sums(l)>{Money::new(sum.amount, sum.currency).display(l)}</span> }
    };
    view! {
        <p class="totals muted num push" role="status">
            <span>{number}</span>
            {sums.iter().take(MOST).map(sum).collect_view()}
            {others}
        </p>
    }
    .into_any()
}

/// What of the address or the search was not understood.
fn hints(listing: &Listing, asked: &Asked, l: Locale) -> AnyView {
    let unread = (!asked.unread.is_empty()).then(|| w::ignored(l, &asked.unread.join(", ")));
    let all: Vec<String> = unread.into_iter().chain(listing.hints.clone()).collect();
    if all.is_empty() {
        return ().into_any();
    }
    let line = |hint: String| view! { <li>{hint}</li> };
    view! { <ul class="notice act hints">{all.into_iter().map(line).collect_view()}</ul> }.into_any()
}

fn table(listing: &Listing, asked: &Asked, frame: &Frame, place: &Place, selected: Selected) -> AnyView {
    let l = place.locale;
    let caption = match asked.sort {
        Sort::Newest => w::caption_newest(l),
        Sort::Oldest => w::caption_oldest(l),
        Sort::Largest => w::caption_largest(l),
        Sort::Smallest => w::caption_smallest(l),
    };
    let head = |column: &Column| heading(*column, asked, l);
    view! {
        // Without script its buttons send what is ticked.
        <form method="get" class="card list">
            {bulk::bar(listing, asked, frame, selected)}
            <div class="wide">
                <table class="table payments">
                    <caption class="unseen">{caption}</caption>
                    <thead>
                        <tr>
                            <th scope="col" class="pick">{bulk::all(listing, selected, l)}</th>
                            {listing.columns.iter().map(head).collect_view()}
                        </tr>
                    </thead>
                    {rows::body(listing, asked, place, selected)}
                </table>
            </div>
            {pages(listing, asked, l)}
        </form>
    }
    .into_any()
}

/// Two columns sort the list; the others only say what stands below.
fn heading(column: Column, asked: &Asked, l: Locale) -> AnyView {
    let class = if column.is_amount() { "amount" } else { column.as_str() };
    let (down, up) = match column {
        Column::Created => (Sort::Newest, Sort::Oldest),
        Column::Amount => (Sort::Largest, Sort::Smallest),
        _ => return view! { <th scope="col" class=class>{column.title(l)}</th> }.into_any(),
    };
    let (sorted, next, arrow) = match asked.sort {
        sort if sort == down => (Some("descending"), up, "↓"),
        sort if sort == up => (Some("ascending"), down, "↑"),
        _ => (None, down, ""),
    };
    view! {
        <th scope="col" class=class aria-sort=sorted>
            <a href=asked.sorted(next).href() data-noscroll="">
                {column.title(l)}
                <span class="arrow" aria-hidden="true">{arrow}</span>
            </a>
        </th>
    }
    .into_any()
}

fn pages(listing: &Listing, asked: &Asked, l: Locale) -> AnyView {
    let previous = listing.previous.clone().map(|cursor| asked.before(cursor).href());
    let next = listing.next.clone().map(|cursor| asked.after(cursor).href());
    let why = listing.further.then(|| view! { <span class="muted">{w::further_why(l)}</span> });
    let next_name = if listing.further { w::look_further(l) } else { m::next(l) };
    let step = |name: &'static str, href: Option<String>, rel: &'static str| match href {
        Some(href) => view! { <a class="button" href=href rel=rel>{name}</a> }.into_any(),
        None => view! { <span class="button" aria-disabled="true">{name}</span> }.into_any(),
    };
    let per = |per: &i64| {
        let to = Asked { per: *per, ..asked.first() };
        let here = *per == asked.per;
        view! {
            <a class="choice" href=to.href() aria-current=here.then_some("true")>
                {here.then(|| icon(Icon::Check))}
                <span>{w::n_per_page(l, &per.to_string())}</span>
            </a>
        }
    };
    let face = view! { <span class="button quiet">{w::n_per_page(l, &asked.per.to_string())} {icon(Icon::Down)}</span> }.into_any();
    let per = PER.iter().map(per).collect_view().into_any();
    let total = Counted { count: listing.counted.count, more: listing.counted.more };
    view! {
        <nav class="pager" aria-label=m::pages(l)>
            <span class="muted num">{number(total, l)}</span>
            <Menu label=w::per_page(l) class="up per" face=face>{per}</Menu>
            {why}
            <span class="row push">{step(m::previous(l), previous, "prev")} {step(next_name, next, "next")}</span>
        </nav>
    }
    .into_any()
}

/// Nothing at all yet, or nothing like what was asked for.
fn nothing(listing: &Listing, asked: &Asked, frame: &Frame) -> AnyView {
    let l = frame.locale;
    let body = if listing.any {
        let why = match listing.since {
            Some(day) => w::nothing_why(l, &day.display(l)),
            None => m::nothing_matches_why(l).to_owned(),
        };
        let wider =
            (listing.since.is_some()).then(|| view! { <a class="button primary" href=asked.window(Window::All).href()>{w::widen(l)}</a> });
        let clear = view! { <a class="button" href=Asked { window: asked.window, ..asked.cleared() }.href()>{m::clear_filters(l)}</a> };
        let action = view! { <p class="row">{wider} {asked.narrowed().then_some(clear)}</p> };
        empty_state(Icon::Search, m::nothing_matches(l), why, action.into_any())
    } else {
        let why = match frame.environment {
            Environment::Sandbox => m::empty_sandbox(l),
            Environment::Production => m::empty_production(l),
        };
        let link = frame.may(Right::LinkWrite).then(|| view! { <a class="button primary" href=LINK>{w::make_link(l)}</a> });
        empty_state(Icon::Payments, m::empty_title(l), why, link.into_any())
    };
    view! { <div class="card">{body}</div> }.into_any()
}
