//! A payment's page: its amount and state, what happened to it, what can be done to it.
//!
//! Its data is read again whenever something changed, into a signal: what somebody has typed or opened stays as it is.

use std::sync::Arc;

use leptos::{html, prelude::*, server::ServerActionError, task::spawn_local};
use leptos_meta::Title;
use leptos_router::hooks::{use_params_map, use_query_map};
use model::locale::Locale;
use ui::{Icon, icon, page_state};

use super::{
    actions::{Deed, Dialogs, buttons, done_message},
    attempts::{attempts, disputes, refunds},
    file::{File, Payment, payment},
    file_words as w, labels,
    notes::{NoteDialog, done_note},
    parts::{Place, badges, trouble},
    query::{PATH, escape},
    requests::requests,
    sides::{details, means, metadata, money, payer, threeds},
    story::Story,
};
use crate::{
    ask,
    copy::copyable,
    failure::{Failure, leave_when_signed_out},
    frame::{Frame, Now},
    live::Live,
    messages as m,
};

/// What the page knows now.
pub type Known = RwSignal<Arc<File>>;

#[component]
pub fn PaymentPage() -> impl IntoView {
    let frame = Frame::here();
    let l = frame.locale;
    let params = use_params_map();
    let id = Memo::new(move |_| params.with(|params| params.get("id")).unwrap_or_default());
    let first = ask::answer(move || Payment { id: id.get() });
    let content = ask::page(first, move |answer| match answer {
        Ok(found) => living(found, &frame),
        Err(failure) if failure.is_not_found() => nothing(l),
        Err(failure) => trouble(&failure, l, move || first.again()),
    });
    view! {
        {content}
    }
    .into_any()
}

fn nothing(l: Locale) -> AnyView {
    let action = view! { <a class="button primary" href=PATH>{m::to_payments(l)}</a> }.into_any();
    view! {
        <Title text=m::no_such_payment(l)/>
        {page_state(Icon::Search, m::no_such_payment(l), m::no_such_payment_why(l), action)}
    }
    .into_any()
}

/// Reads again when something changed, or when `again` asks for it. An older answer never replaces a newer one.
fn kept_up(known: Known, again: RwSignal<u32>) {
    Effect::new(move |before: Option<(u64, u32)>| {
        let asked = (Live::heard(), again.get());
        if before.is_some_and(|before| before != asked) {
            spawn_local(async move {
                let Some(id) = known.try_with_untracked(|file| file.order.id.clone()) else { return };
                match payment(id).await {
                    Ok(found) => {
                        Now::heard(found.now);
                        let newer = known.try_with_untracked(|file| found.now >= file.now && found != **file);
                        if newer == Some(true) {
                            drop(known.try_set(Arc::new(found)));
                        }
                    }
                    Err(failure) => leave_when_signed_out(&failure),
                }
            });
        }
        asked
    });
}

fn living(found: File, frame: &Frame) -> AnyView {
    Now::heard(found.now);
    // What a form that was posted without script came back with.
    let query = use_query_map().get_untracked();
    if let (Some(path), Some(error)) = (query.get("__path"), query.get("__err")) {
        provide_context(ServerActionError::new(&path, &error));
    }
    let l = frame.locale;
    let name = found.order.name_of_it();
    let title = format!("{} · {name}", found.order.money(found.order.amount).display(l));
    let known: Known = RwSignal::new(Arc::new(found));
    let asked = RwSignal::new(0_u32);
    kept_up(known, asked);
    let again = Callback::new(move |()| asked.update(|count| *count += 1));
    let zone = frame.zone.clone();
    // A section of the page, made again when what is known changes.
    let section = move |of: fn(&File, &Place) -> AnyView| {
        let zone = zone.clone();
        move || {
            known.with(|file| {
                let place = Place { now: file.now, zone: zone.clone(), locale: l };
                of(file, &place)
            })
        }
    };
    view! {
        <Title text=title/>
        <nav class="crumbs" aria-label=m::crumbs(l)>
            <a href=PATH>{icon(Icon::Back)} {m::payments(l)}</a>
            <span aria-hidden="true">"/"</span>
            <span class="mono" aria-current="page">{name}</span>
        </nav>
        {notice(l)}
        {section(head)}
        <Dialogs known=known again=again/>
        <NoteDialog known=known again=again/>
        {section(facts)}
        <div class="columns">
            <div class="stack">
                {section(pay_link)}
                <Story known=known again=again/>
                {section(attempts)}
                {section(refunds)}
                {section(disputes)}
                {section(means)}
                {requests(known)}
            </div>
            <div class="stack">
                {section(money)}
                {section(payer)}
                {section(details)}
                {section(metadata)}
            </div>
        </div>
    }
    .into_any()
}

/// What was just done, where the reader's focus goes next.
fn notice(l: Locale) -> AnyView {
    let query = use_query_map();
    let done = Memo::new(move |_| {
        let done = query.with(|query| query.get("done"))?;
        done_note(&done, l).or_else(|| Some(done_message(done.parse::<Deed>().ok()?, l)))
    });
    let node = NodeRef::<html::Div>::new();
    Effect::new(move |_| {
        if let Some(node) = node.get() {
            drop(node.focus());
        }
    });
    (move || {
        done.get().map(|done| {
            view! { <div class="notice paid" role="status" tabindex="-1" node_ref=node>{done}</div> }
        })
    })
    .into_any()
}

fn head(file: &File, place: &Place) -> AnyView {
    let l = place.locale;
    let order = &file.order;
    view! {
        <div class="head">
            <h1 class="sum num">
                {order.money(order.amount).display(l)}
                " "
                <small>{order.currency.upper()}</small>
            </h1>
            <span class="row">{badges(order, place.here())}</span>
            {buttons(file, l)}
        </div>
    }
    .into_any()
}

/// Everything of a payer that the list finds by their e-mail.
pub fn payments_of(email: &str) -> String {
    format!("{PATH}?window=all&q={}", escape(email))
}

fn facts(file: &File, place: &Place) -> AnyView {
    let l = place.locale;
    let order = &file.order;
    let one = file.deciding();
    let card = labels::card(order.brand.as_deref(), order.last4.as_deref());
    let text = |text: Option<String>| text.map(|text| view! { {text} }.into_any());
    let payer = order.name.clone().or_else(|| order.email.clone()).map(|name| match &order.email {
        Some(email) => view! { <a href=payments_of(email)>{name}</a> }.into_any(),
        None => view! { {name} }.into_any(),
    });
    let facts = [
        (m::fact_reference(l), text(order.reference.clone())),
        (m::fact_customer(l), payer),
        (m::fact_method(l), text(card.or_else(|| order.method.map(|_| labels::method(order.method, l).to_owned())))),
        (m::fact_threeds(l), text(one.and_then(|one| one.auth).map(|auth| threeds(auth, l).to_owned()))),
        (m::fact_shop(l), text(file.shop.clone())),
        (m::fact_created(l), Some(place.moment(order.created))),
        (m::fact_description(l), text(file.description.clone())),
    ];
    let fact =
        |(name, value): (&'static str, Option<AnyView>)| value.map(|value| view! { <div><dt>{name}</dt><dd>{value}</dd></div> }.into_any());
    view! { <dl class="glance">{facts.into_iter().filter_map(fact).collect_view()}</dl> }.into_any()
}

fn pay_link(file: &File, place: &Place) -> AnyView {
    let l = place.locale;
    let Some(url) = file.pay_url.clone() else { return ().into_any() };
    view! {
        <section class="card pay-link" aria-labelledby="pay-link">
            <div class="body">
                <h2 id="pay-link">{w::pay_link(l)}</h2>
                <p class="muted">{w::pay_link_why(l)}</p>
                {copyable(url, w::pay_link(l), "button", l)}
            </div>
        </section>
    }
    .into_any()
}

/// Said where a form of the page came back refused and no question is open.
pub fn came_back(failure: &Failure, l: Locale) -> AnyView {
    ui::error_summary(m::not_done(l), failure.sentence(l))
}
