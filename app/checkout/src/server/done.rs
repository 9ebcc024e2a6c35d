//! Paid: the receipt, and the way back to the merchant.

use leptos::prelude::*;
use model::lifecycle::Purpose;
use model::money::Money;
use validation::card::Brand;

use super::sheet::Sheet;
use super::steps::{CHECK, mark};
use super::{script, words};

pub fn heading(sheet: &Sheet) -> &'static str {
    let l = sheet.locale;
    match sheet.purpose() {
        Purpose::Debit => words::done(l),
        Purpose::Verification => words::saved(l),
        Purpose::PreAuthorisation => words::reserved(l),
    }
}

pub fn panel(sheet: &Sheet) -> AnyView {
    let (l, merchant) = (sheet.locale, sheet.merchant());
    let text = match sheet.purpose() {
        Purpose::Debit => words::done_text(l, &sheet.amount_text(), merchant),
        Purpose::Verification => words::saved_text(l, merchant),
        Purpose::PreAuthorisation => words::reserved_text(l, &sheet.amount_text(), merchant),
    };
    view! {
        <section class="outcome">
            {mark("paid", CHECK)}
            <h2>{heading(sheet)}</h2>
            <p>{text}</p>
            {way_back(sheet)}
            {receipt(sheet)}
            <p class="no-print"><button id="print" type="button" class="button quiet" hidden>{words::print(l)}</button></p>
        </section>
        {script::inline(script::RETURN)}
    }
    .into_any()
}

/// What the payer keeps: amount, merchant, date, card, reference.
fn receipt(sheet: &Sheet) -> impl IntoView + use<> {
    let l = sheet.locale;
    let (intent, payment) = (&sheet.page.intent, sheet.page.payment.as_ref());
    let at = payment.map_or(intent.created, |payment| payment.authorised_at.unwrap_or(payment.created));
    let number = payment.map_or_else(|| intent.id.to_string(), |payment| payment.id.to_string());
    let refunded = Money::new(intent.refunded, intent.currency);
    let card = sheet.page.card.as_ref().map(|card| {
        let brand = Brand::from_code(&card.brand).map_or_else(|| words::receipt_card(l), Brand::name);
        let spoken = words::ending_in(l, brand, &card.last4);
        let shown = format!("{brand} •••• {}", card.last4);
        view! { <span aria-hidden="true">{shown}</span><span class="unseen">{spoken}</span> }
    });
    view! {
        <dl class="facts receipt">
            {(!sheet.amount().is_zero()).then(|| row(words::receipt_amount(l), sheet.amount_text()))}
            {(!refunded.is_zero()).then(|| row(words::receipt_refunded(l), refunded.display(l)))}
            {row(words::receipt_paid_to(l), sheet.merchant().to_owned())}
            {row(words::receipt_date(l), at.display(&sheet.zone(), l))}
            {card.map(|card| row(words::receipt_card(l), card))}
            {intent.order_id.clone().map(|order| row(words::receipt_reference(l), order))}
            {row(words::receipt_payment(l), view! { <span class="mono">{number}</span> })}
        </dl>
    }
}

fn row(name: &'static str, what: impl IntoView + 'static) -> AnyView {
    view! { <div><dt>{name}</dt><dd>{what}</dd></div> }.into_any()
}

/// A button, and unless the payer chose to stay, a countdown of three seconds that takes it.
fn way_back(sheet: &Sheet) -> Option<impl IntoView + use<>> {
    let l = sheet.locale;
    let url = sheet.return_url()?.to_owned();
    let label = words::back_to(l, sheet.merchant());
    let countdown = (!sheet.stay).then(|| {
        view! {
            <p id="returning" class="row muted">
                <span>{words::back_in_before(l, sheet.merchant())}" "<span id="seconds" class="num">"3"</span>" "{words::back_in_after(l)}</span>
                <a id="stay" href=sheet.address.with("stay=1")>{words::stay(l)}</a>
            </p>
        }
    });
    Some(view! {
        <div class="no-print stack">
            <a id="return" class="button primary wide" href=url rel="noreferrer" referrerpolicy="no-referrer">{label}</a>
            {countdown}
        </div>
    })
}
