//! A payment's page: its amount and state, what happened to it, what can be done to it.

use std::sync::Arc;

use leptos::{html, prelude::*};
use leptos_meta::Title;
use leptos_router::hooks::{use_params_map, use_query_map};
use model::{
    lifecycle::{Action, AuthStatus, OrderCycle, OrderStatus},
    locale::Locale,
};
use ui::{Icon, empty_state, icon};

use super::{
    actions::{Dialogs, buttons, done_message},
    file::{File, GivenBack, Try, Who, payment},
    labels,
    parts::{Place, badges, label, trouble},
    query::PATH,
    timeline::{self, Line, awaited, sentence},
};
use crate::{
    frame::{Frame, Now},
    messages as m,
};

#[component]
pub fn PaymentPage() -> impl IntoView {
    let frame = Frame::here();
    let l = frame.locale;
    let params = use_params_map();
    let id = Memo::new(move |_| params.with(|params| params.get("id")).unwrap_or_default());
    let file = Resource::new(move || id.get(), payment);
    let content = move || {
        let frame = frame.clone();
        Suspend::new(async move {
            match file.await {
                Ok(found) => {
                    Now::heard(found.now);
                    let place = Place::at(&frame, found.now);
                    shown(Arc::new(found), &place, Callback::new(move |()| file.refetch()))
                }
                Err(failure) if failure.is_not_found() => nothing(l),
                Err(failure) => trouble(&failure, l, move || file.refetch()),
            }
        })
    };
    view! {
        <Transition fallback=move || view! { <p class="muted">{m::loading(l)}</p> }>{content}</Transition>
    }
    .into_any()
}

fn nothing(l: Locale) -> AnyView {
    let action = view! { <a class="button primary" href=PATH>{m::to_payments(l)}</a> }.into_any();
    view! {
        <Title text=m::no_such_payment(l)/>
        {empty_state(Icon::Search, m::no_such_payment(l), m::no_such_payment_why(l), action)}
    }
    .into_any()
}

fn shown(file: Arc<File>, place: &Place, again: Callback<()>) -> AnyView {
    let l = place.locale;
    let name = file.order.name_of_it();
    view! {
        <Title text=format!("{} · {name}", file.order.money(file.order.amount).display(l))/>
        <nav class="crumbs" aria-label=m::crumbs(l)>
            <a href=PATH>{icon(Icon::Back)} {m::payments(l)}</a>
            <span aria-hidden="true">"/"</span>
            <span class="mono" aria-current="page">{name}</span>
        </nav>
        {notice(l)}
        {head(&file, place)}
        <Dialogs file=file.clone() again=again/>
        {facts(&file, place)}
        <div class="columns">
            <div class="stack">
                {story(&file, place)}
                {attempts(&file, place)}
                {refunds(&file, place)}
            </div>
            <div class="stack">
                {money(&file, l)}
                {details(&file, place)}
            </div>
        </div>
    }
    .into_any()
}

/// What was just done, where the reader's focus goes next.
fn notice(l: Locale) -> AnyView {
    let query = use_query_map();
    let done = Memo::new(move |_| query.with(|query| query.get("done")).and_then(|done| done.parse().ok()));
    let node = NodeRef::<html::Div>::new();
    Effect::new(move |_| {
        if let Some(node) = node.get() {
            drop(node.focus());
        }
    });
    (move || {
        done.get().map(|action| {
            view! { <div class="notice paid" role="status" tabindex="-1" node_ref=node>{done_message(action, l)}</div> }
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

fn facts(file: &File, place: &Place) -> AnyView {
    let l = place.locale;
    let order = &file.order;
    let one = file.deciding();
    let card = labels::card(order.brand.as_deref(), order.last4.as_deref());
    let text = |text: Option<String>| text.map(|text| view! { {text} }.into_any());
    let facts = [
        (m::fact_reference(l), text(order.reference.clone())),
        (m::fact_customer(l), text(order.name.clone().or_else(|| order.email.clone()))),
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

const fn threeds(auth: AuthStatus, l: Locale) -> &'static str {
    match auth {
        AuthStatus::Success => l.pick("Authenticated, liability with the bank", "Authentifié, responsabilité à la banque"),
        AuthStatus::Requested | AuthStatus::Available | AuthStatus::Attempted => l.pick("At the payer’s bank", "Chez la banque du payeur"),
        AuthStatus::Bypassed => l.pick("Exempted", "Exempté"),
        AuthStatus::Declined | AuthStatus::Failed => l.pick("Failed", "Échouée"),
        AuthStatus::Unavailable => l.pick("Not available", "Indisponible"),
        AuthStatus::Expired => l.pick("Not finished in time", "Non terminée à temps"),
    }
}

fn story(file: &File, place: &Place) -> AnyView {
    let l = place.locale;
    let now = awaited(file, place.here()).map(|(line, by)| step(&line, by.map(|by| view! { {by} }.into_any())));
    let alone = |at| file.events.iter().filter(|event| event.at == at).count() == 1;
    let events = file.events.iter().filter_map(|event| {
        // Whatever happens to a payment updates its order: only what was changed by itself is news.
        if event.kind == "payment_intent.updated" && !alone(event.at) {
            return None;
        }
        let line = sentence(event, file.order.currency, place.here())?;
        Some(step(&line, Some(place.moment(event.at))))
    });
    view! {
        <section class="card" aria-labelledby="timeline">
            <header><h2 id="timeline">{m::timeline(l)}</h2></header>
            <ol class="timeline">{now} {events.collect_view()}</ol>
        </section>
    }
    .into_any()
}

fn step(line: &Line, when: Option<AnyView>) -> AnyView {
    let detail = (!line.detail.is_empty()).then(|| view! { <p>{line.detail.clone()}</p> });
    view! {
        <li class=timeline::Tone::class(line.tone)>
            <div class="line">
                <strong>{line.title.clone()}</strong>
                <span class="when num">{when}</span>
            </div>
            {detail}
        </li>
    }
    .into_any()
}

fn attempts(file: &File, place: &Place) -> AnyView {
    let l = place.locale;
    let here = place.here();
    let attempt = |one: &Try| {
        let means = labels::card(one.brand.as_deref(), one.last4.as_deref()).unwrap_or_else(|| labels::method(one.method, l).to_owned());
        view! {
            <tr>
                <td class="about num">{means}</td>
                <td class="status">{label(labels::attempt(one, here), one.state.detailed())}</td>
                <td class="created num">{place.moment(one.created)}</td>
                <td class="amount num">{file.order.money(one.amount).display_number(l)}</td>
            </tr>
        }
        .into_any()
    };
    let tried: Vec<AnyView> = file.tries.iter().map(attempt).collect();
    let body = if tried.is_empty() {
        view! { <p class="body muted">{m::no_attempts(l)}</p> }.into_any()
    } else {
        view! { <table class="table small"><tbody>{tried}</tbody></table> }.into_any()
    };
    view! {
        <section class="card" aria-labelledby="attempts">
            <header><h2 id="attempts">{m::attempts(l)}</h2></header>
            {body}
        </section>
    }
    .into_any()
}

fn refunds(file: &File, place: &Place) -> AnyView {
    let l = place.locale;
    if file.refunds.is_empty() {
        return ().into_any();
    }
    let refund = |one: &GivenBack| {
        let by = match &one.by {
            Who::Key(name) | Who::User(name) => name.clone(),
            Who::Payer | Who::Worker | Who::Demo => String::new(),
        };
        let about = [one.reason.clone(), (!by.is_empty()).then_some(by)].into_iter().flatten().collect::<Vec<_>>().join(" · ");
        view! {
            <tr>
                <td class="about">{about}</td>
                <td class="status">{label(labels::refund(one.status, l), Some(one.status.as_str()))}</td>
                <td class="created num">{place.moment(one.created)}</td>
                <td class="amount num">{file.order.money(one.amount).display_number(l)}</td>
            </tr>
        }
        .into_any()
    };
    view! {
        <section class="card" aria-labelledby="refunds">
            <header><h2 id="refunds">{m::refunds(l)}</h2></header>
            <table class="table small"><tbody>{file.refunds.iter().map(refund).collect_view()}</tbody></table>
        </section>
    }
    .into_any()
}

fn money(file: &File, l: Locale) -> AnyView {
    let order = &file.order;
    let sum = |of: fn(&Try) -> i64| file.tries.iter().map(of).sum::<i64>();
    let disputed = sum(|one| one.disputed_amount);
    let away = |minor: i64| (minor != 0).then_some(-minor);
    let rows = [
        (m::authorised(l), Some(order.authorised), "row"),
        (m::captured(l), Some(order.captured), "row"),
        (m::refunded_sum(l), away(order.refunded), "row"),
        (m::disputed_sum(l), away(disputed), "row"),
        (m::fee(l), away(file.fees), "row quiet"),
        (m::net(l), (order.captured != 0).then_some(file.net), "row total"),
    ];
    let row = |(name, minor, class): (&'static str, Option<i64>, &'static str)| {
        minor.map(|minor| {
            let amount = order.money(minor).display_number(l);
            view! { <div class=class><dt>{name}</dt><dd class="num">{amount}</dd></div> }.into_any()
        })
    };
    view! {
        <section class="card" aria-labelledby="money">
            <header><h2 id="money">{m::money(l)}</h2><span class="muted push">{order.currency.upper()}</span></header>
            <dl class="pairs money">{rows.into_iter().filter_map(row).collect_view()}</dl>
        </section>
    }
    .into_any()
}

fn details(file: &File, place: &Place) -> AnyView {
    let l = place.locale;
    let one = file.deciding();
    let cycle = match file.order_cycle {
        OrderCycle::Open => m::cycle_open(l),
        OrderCycle::Closed => m::cycle_closed(l),
    };
    let status = match file.order_status {
        OrderStatus::Paid => m::order_paid(l),
        OrderStatus::PartiallyPaid => m::order_partly(l),
        OrderStatus::Running => m::order_running(l),
        OrderStatus::Unpaid => m::order_unpaid(l),
        OrderStatus::Abandoned => m::order_abandoned(l),
        OrderStatus::None => m::order_none(l),
    };
    let code = |text: &str| view! { <code>{text.to_owned()}</code> }.into_any();
    let capture = one.filter(|one| one.state.holds_money()).and_then(|one| {
        let waits = one.captured_at.is_none() && one.actions.contains(&Action::Validate);
        let at = one.captured_at.or(one.capture_date).map(|at| place.moment(at));
        if waits { Some(view! { {m::on_validation(l)} }.into_any()) } else { at }
    });
    let rows = [
        (m::detail_order(l), Some(view! { {format!("{cycle} · {status}")} }.into_any())),
        (m::detail_status(l), one.and_then(|one| one.state.detailed()).map(code)),
        (m::detail_capture(l), capture),
        (m::detail_country(l), one.and_then(|one| one.country.clone()).map(|country| view! { {country.to_uppercase()} }.into_any())),
        (m::detail_payment(l), one.map(|one| code(&one.id))),
        (m::detail_intent(l), Some(code(&file.order.id))),
    ];
    let row = |(name, value): (&'static str, Option<AnyView>)| {
        value.map(|value| view! { <div class="row"><dt>{name}</dt><dd>{value}</dd></div> }.into_any())
    };
    view! {
        <section class="card" aria-labelledby="details">
            <header><h2 id="details">{m::details(l)}</h2></header>
            <dl class="pairs">{rows.into_iter().filter_map(row).collect_view()}</dl>
        </section>
    }
    .into_any()
}
