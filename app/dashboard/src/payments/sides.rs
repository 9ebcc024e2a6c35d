//! The right column of a payment's page: money, payer, means, details.

use leptos::prelude::*;
use model::{
    lifecycle::{AuthStatus, OrderCycle, OrderStatus, Purpose},
    locale::Locale,
};

use super::{
    file::{File, Try, Who},
    file_words as w, labels,
    page::payments_of,
    parts::Place,
};
use crate::{copy::copy_id, messages as m};

type Pair = (&'static str, Option<AnyView>);

fn text(text: Option<String>) -> Option<AnyView> {
    text.map(|text| view! { {text} }.into_any())
}

fn rows(pairs: impl IntoIterator<Item = Pair>) -> AnyView {
    let row = |(name, value): Pair| value.map(|value| view! { <div class="row"><dt>{name}</dt><dd>{value}</dd></div> }.into_any());
    pairs.into_iter().filter_map(row).collect_view().into_any()
}

fn card(id: &'static str, title: &'static str, body: AnyView) -> AnyView {
    view! {
        <section class="card" aria-labelledby=id>
            <header><h2 id=id>{title}</h2></header>
            {body}
        </section>
    }
    .into_any()
}

pub fn money(file: &File, place: &Place) -> AnyView {
    let l = place.locale;
    let order = &file.order;
    let known = |minor: i64| (minor != 0).then_some(minor);
    let posted = file.money.captured != 0 || file.money.net != 0;
    let due = known(order.amount_due - order.amount).map(|_| order.amount_due);
    let asked = [(w::asked(l), Some(order.amount), "row"), (w::due(l), due, "row"), (m::authorised(l), Some(order.authorised), "row")];
    let ledger = file.money;
    let balance = [
        (m::captured(l), Some(ledger.captured).filter(|_| posted), "row"),
        (m::fee(l), known(ledger.fees), "row quiet"),
        (w::vat(l), known(ledger.vat), "row quiet"),
        (w::refunds(l), known(ledger.refunds), "row"),
        (w::disputes(l), known(ledger.disputes), "row"),
        (m::net(l), posted.then_some(ledger.net), "row total"),
    ];
    let expected = ledger.expected_fee.filter(|_| !posted);
    let coming = [
        (w::expected_fee(l), expected.map(|fee| -fee), "row quiet"),
        (w::expected_net(l), expected.map(|fee| coming_amount(file) - fee), "row total"),
    ];
    let row = |(name, minor, class): (&'static str, Option<i64>, &'static str)| {
        minor.map(|minor| {
            let amount = order.money(minor).display_number(l);
            view! { <div class=class><dt>{name}</dt><dd class="num">{amount}</dd></div> }.into_any()
        })
    };
    let lines: Vec<AnyView> = asked.into_iter().chain(balance).chain(coming).filter_map(row).collect();
    let when = posted.then(|| match ledger.available_at.filter(|_| ledger.pending != 0) {
        Some(at) => w::available_on(l, &place.here().day(at)),
        None => w::available(l).to_owned(),
    });
    view! {
        <section class="card" aria-labelledby="money">
            <header><h2 id="money">{m::money(l)}</h2><span class="muted push">{order.currency.upper()}</span></header>
            <dl class="pairs money">{lines}</dl>
            {when.filter(|_| ledger.net > 0).map(|when| view! { <p class="footnote">{when}</p> })}
        </section>
    }
    .into_any()
}

/// What is authorised and still to be captured.
fn coming_amount(file: &File) -> i64 {
    file.tries.iter().filter(|one| one.state.holds_money()).map(|one| one.amount).sum()
}

pub fn payer(file: &File, place: &Place) -> AnyView {
    let l = place.locale;
    let order = &file.order;
    let customer = file.customer.as_ref();
    let email = order.email.clone().map(|email| {
        let link = format!("mailto:{email}");
        view! { <a href=link rel="external">{email}</a> }.into_any()
    });
    let all = order.email.as_deref().map(|email| view! { <a class="all" href=payments_of(email)>{w::payer_payments(l)}</a> });
    if order.name.is_none() && order.email.is_none() && customer.is_none() {
        return ().into_any();
    }
    let pairs = rows([
        (m::fact_customer(l), text(order.name.clone())),
        (w::email(l), email),
        (w::mobile(l), text(customer.and_then(|customer| customer.mobile.clone()))),
        (w::external_id(l), text(customer.and_then(|customer| customer.external_id.clone()))),
        (w::customer_id(l), customer.map(|customer| copy_id(customer.id.clone(), w::customer_id(l), l))),
    ]);
    card("payer", w::payer(l), view! { <dl class="pairs">{pairs}</dl> {all.map(|all| view! { <p class="footnote">{all}</p> })} }.into_any())
}

/// The card of the attempt that decides, and what its bank said of the payer.
pub fn means(file: &File, place: &Place) -> AnyView {
    let l = place.locale;
    let Some(one) = file.deciding().filter(|one| one.method.is_some() || one.last4.is_some()) else { return ().into_any() };
    let name = labels::card(one.brand.as_deref(), one.last4.as_deref()).unwrap_or_else(|| labels::method(one.method, l).to_owned());
    let stored = one.last4.is_some().then(|| if one.stored { w::kept_yes(l) } else { w::kept_no(l) }.to_owned());
    let pairs = rows([
        (m::fact_method(l), text(Some(name))),
        (w::expiry(l), text(one.expiry.clone())),
        (w::holder(l), text(one.holder.clone())),
        (w::country(l), text(one.country.as_deref().map(str::to_uppercase))),
        (w::funding(l), text(one.funding.as_deref().map(|word| funding(word, l)))),
        (w::network(l), text(one.network.as_deref().map(network))),
        (w::kept(l), text(stored)),
        (w::threeds(l), text(Some(one.auth.map_or(w::threeds_none(l), |auth| threeds(auth, l)).to_owned()))),
        (w::threeds_when(l), one.auth_at.map(|at| place.moment(at))),
    ]);
    let meaning = meaning(file, one, l).map(|meaning| view! { <p class="footnote">{meaning}</p> });
    card("means", w::means(l), view! { <dl class="pairs">{pairs}</dl> {meaning} }.into_any())
}

fn funding(word: &str, l: Locale) -> String {
    match word {
        "credit" => w::credit(l).to_owned(),
        "debit" => w::debit(l).to_owned(),
        "prepaid" => w::prepaid(l).to_owned(),
        other => model::error::titled(other),
    }
}

fn network(word: &str) -> String {
    if word == "national" { "CB".to_owned() } else { labels::brand(word) }
}

pub const fn threeds(auth: AuthStatus, l: Locale) -> &'static str {
    match auth {
        AuthStatus::Success => l.pick("Authenticated", "Authentifié"),
        AuthStatus::Requested | AuthStatus::Available | AuthStatus::Attempted => l.pick("At the payer’s bank", "Chez la banque du payeur"),
        AuthStatus::Bypassed => l.pick("Exempted", "Exempté"),
        AuthStatus::Declined | AuthStatus::Failed => l.pick("Failed", "Échouée"),
        AuthStatus::Unavailable => l.pick("Not available", "Indisponible"),
        AuthStatus::Expired => l.pick("Not finished in time", "Non terminée à temps"),
    }
}

/// What the authentication means for the money, where there is or was some.
fn meaning(file: &File, one: &Try, l: Locale) -> Option<&'static str> {
    let taken = is_charged(file) && one.state.holds_money();
    match one.auth {
        Some(AuthStatus::Success) => taken.then(|| w::liable_bank(l)),
        Some(AuthStatus::Requested | AuthStatus::Available | AuthStatus::Attempted) => Some(w::auth_running(l)),
        Some(AuthStatus::Declined | AuthStatus::Failed) => Some(w::auth_failed(l)),
        Some(AuthStatus::Expired) => Some(w::auth_expired(l)),
        None | Some(AuthStatus::Bypassed | AuthStatus::Unavailable) => taken.then(|| w::liable_you(l)),
    }
}

pub fn who(who: &Who, l: Locale) -> String {
    match who {
        Who::Key(name) => w::request_key(l, name),
        Who::User(name) => name.clone(),
        Who::Payer => w::by_payer(l).to_owned(),
        Who::Worker => w::by_worker(l).to_owned(),
        Who::Demo => w::by_demo(l).to_owned(),
    }
}

fn standing(file: &File, l: Locale) -> String {
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
    format!("{cycle} · {status}")
}

/// A card that is only verified, or an amount that is only held, is never captured, and so never disputed.
fn is_charged(file: &File) -> bool {
    file.order.purpose == Purpose::Debit
}

pub fn details(file: &File, place: &Place) -> AnyView {
    let l = place.locale;
    let one = file.deciding();
    let code = |text: &str| view! { <code>{text.to_owned()}</code> }.into_any();
    let charged = is_charged(file);
    let capture = one.filter(|one| charged && one.state.holds_money()).and_then(|one| {
        let waits = one.captured_at.is_none() && one.validate_until.is_some();
        let at = one.captured_at.or(one.capture_date).map(|at| place.moment(at));
        if waits { Some(view! { {m::on_validation(l)} }.into_any()) } else { at }
    });
    let origin = match file.origin.as_str() {
        "api" => w::origin_api(l),
        "dashboard" => w::origin_dashboard(l),
        "link" => w::origin_link(l),
        "import" => w::origin_import(l),
        _ => "—",
    };
    let live = one.filter(|one| one.state.holds_money() && one.captured_at.is_none());
    let pairs = rows([
        (m::detail_order(l), text(Some(standing(file, l)))),
        (m::detail_status(l), one.and_then(|one| one.state.detailed()).map(code)),
        (m::detail_capture(l), capture),
        (w::validate_until(l), one.and_then(|one| one.validate_until).map(|at| place.moment(at))),
        (w::authorised_until(l), live.and_then(|one| one.authorised_until).map(|at| place.moment(at))),
        (w::expires(l), file.pay_url.as_ref().map(|_| place.moment(file.expires_at))),
        (w::manual(l), text(charged.then(|| if file.manual_validation { w::manual_yes(l) } else { w::manual_no(l) }.to_owned()))),
        (w::created_by(l), text(Some(who(&file.created_by, l)))),
        (w::origin(l), text(Some(origin.to_owned()))),
        (m::detail_intent(l), Some(copy_id(file.order.id.clone(), m::detail_intent(l), l))),
        (m::detail_payment(l), one.map(|one| copy_id(one.id.clone(), m::detail_payment(l), l))),
        (m::fact_reference(l), file.order.reference.clone().map(|reference| copy_id(reference, m::fact_reference(l), l))),
        (w::unique_id(l), file.unique_id.clone().map(|id| copy_id(id, w::unique_id(l), l))),
        (w::return_url(l), text(file.return_url.clone())),
    ]);
    card("details", m::details(l), view! { <dl class="pairs">{pairs}</dl> }.into_any())
}

pub fn metadata(file: &File, place: &Place) -> AnyView {
    let l = place.locale;
    if file.metadata.is_empty() {
        return ().into_any();
    }
    let row = |(name, value): &(String, String)| {
        let name = if name.is_empty() { w::value(l).to_owned() } else { name.clone() };
        view! { <div class="row"><dt class="mono">{name}</dt><dd>{value.clone()}</dd></div> }.into_any()
    };
    let pairs = file.metadata.iter().map(row).collect_view();
    card("metadata", w::metadata(l), view! { <dl class="pairs">{pairs}</dl> }.into_any())
}
