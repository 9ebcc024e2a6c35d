//! The step that asks for a card, and what is said about the try before.

use leptos::prelude::*;
use model::lifecycle::Purpose;
use model::lifecycle::intent::TRIES;
use model::locale::Locale;
use model::response::response;

use super::sheet::{Recheck, Sheet};
use super::{test_cards, words};
use crate::FORM_ID;
use crate::check::{Field, Problem};
use crate::form::{CardForm, Form};

/// Card brands that most payers have; another one's name is written out. Drawn, not fetched.
const MARKS: &str = r##"<svg class="visa" viewBox="0 0 34 22"><rect width="34" height="22" rx="4" fill="#fff"/><path d="M14.6 15.3h-2.2l1.4-8.4H16zm7.6-8.2a5.5 5.5 0 0 0-2-.4c-2.1 0-3.7 1.1-3.7 2.8 0 1.2 1.1 1.9 2 2.3.8.4 1.1.7 1.1 1 0 .6-.7.8-1.3.8-.8 0-1.3-.1-2-.4l-.3-.1-.3 1.9c.5.2 1.4.4 2.4.4 2.3 0 3.8-1.1 3.8-2.8 0-1-.6-1.7-1.8-2.3-.8-.4-1.2-.6-1.2-1 0-.4.4-.7 1.2-.7.7 0 1.2.1 1.6.3l.2.1zm5.5-.2h-1.6c-.5 0-.9.2-1.1.7L21.900 15.300h2.300l.5-1.300h2.800l.3 1.300h2zm-2.400 5.500 1.100-3.100.6 3.100zM11 6.900l-2.100 5.700-.2-1.100C8.300 10.100 7 8.600 5.600 7.800l1.900 7.500h2.300l3.500-8.400z" fill="#1a3fa8"/><path d="M7 6.900H3.500v.2c2.700.7 4.500 2.300 5.200 4.300L8 7.600c-.1-.5-.5-.7-1-.7" fill="#e08a00"/></svg><svg class="mastercard" viewBox="0 0 34 22"><rect width="34" height="22" rx="4" fill="#fff"/><circle cx="13.300" cy="11" r="6.200" fill="#e3302a"/><circle cx="20.700" cy="11" r="6.200" fill="#f4a52c"/><path d="M17 6a6.200 6.200 0 0 1 0 10 6.200 6.200 0 0 1 0-10" fill="#f06a1f"/></svg><svg class="amex" viewBox="0 0 34 22"><rect width="34" height="22" rx="4" fill="#1f6fc9"/><path d="m6.500 7.500-2.700 7h1.800l.4-1.200h2.300l.5 1.200h1.900l-2.700-7zm.6 4.500.7-1.800.7 1.800zm4.300-4.500v7h1.600v-4.400l1.500 4.400h1.300l1.500-4.400v4.400h1.600v-7h-2.400l-1.300 3.900-1.300-3.900zm8.400 0v7h5.100v-1.500h-3.400v-1.300h3.300v-1.400h-3.300V9h3.400V7.500zm5.700 0 2 3.400-2.200 3.600h1.900l1.200-2.200 1.200 2.200h2l-2.200-3.600 2-3.400h-1.900l-1 2-1.100-2z" fill="#fff"/></svg>"##;

const LOCK: &str = r#"<svg viewBox="0 0 16 16" fill="none" stroke="currentColor" stroke-width="1.8" aria-hidden="true"><rect x="3" y="7" width="10" height="7" rx="2"/><path d="M5 7V5a3 3 0 0 1 6 0v2"/></svg>"#;

pub fn panel(sheet: &Sheet, refused: Option<&str>, failed_auth: bool, tries_left: i64) -> AnyView {
    let l = sheet.locale;
    let form = form(sheet);
    let sentences = form.sentences.join("\n");
    let now = form.now.to_string();
    let note = match sheet.purpose() {
        Purpose::PreAuthorisation => words::reserve_note(l),
        Purpose::Debit | Purpose::Verification => words::bank_may_ask(l),
    };
    let tried = tries_left < TRIES || refused.is_some() || failed_auth;
    let problems = sheet.problems.iter().any(Option::is_some);
    view! {
        <section>
            <h2>{words::payment(l)}</h2>
            {tried.then(|| last_try(sheet, refused, failed_auth, tries_left, problems || sheet.recheck.is_some()))}
            {sheet.recheck.map(|recheck| check_amount(l, recheck, problems))}
            <div id=FORM_ID data-sentences=sentences data-now=now><CardForm form/></div>
            <p class="fine">{note}</p>
        </section>
    }
    .into_any()
}

/// Nothing was paid because the amount may be another than the payer agreed to.
fn check_amount(l: Locale, recheck: Recheck, problems: bool) -> impl IntoView + use<> {
    let text = match recheck {
        Recheck::Changed => words::changed_text(l),
        Recheck::Unsaid => words::unsaid_text(l),
    };
    view! {
        <div id="recheck" class="notice act" role="alert" tabindex="-1" autofocus=!problems>
            <h3>{recheck_title(l, recheck)}</h3>
            <p>{text}</p>
            <p><strong>{words::no_money(l)}</strong></p>
        </div>
    }
}

pub fn recheck_title(l: Locale, recheck: Recheck) -> &'static str {
    match recheck {
        Recheck::Changed => words::changed(l),
        Recheck::Unsaid => words::unsaid(l),
    }
}

/// What became of the try before and what to do now. It takes the focus unless there is something newer to say.
fn last_try(sheet: &Sheet, refused: Option<&str>, failed_auth: bool, tries_left: i64, newer: bool) -> impl IntoView + use<> {
    let l = sheet.locale;
    let text = match refused {
        _ if failed_auth => words::not_confirmed(l),
        Some(code) => response(code).payer(l),
        None => response(model::response::DO_NOT_HONOUR).payer(l),
    };
    let left = match tries_left {
        1 => Some(words::last_try(l).to_owned()),
        2.. if tries_left < TRIES => Some(words::tries(l, &tries_left.to_string())),
        _ => None,
    };
    view! {
        <div id="refused" class="notice failed" role="alert" tabindex="-1" autofocus=!newer>
            <h3>{words::refused(l)}</h3>
            <p>{text}</p>
            <p><strong>{words::no_money(l)}</strong>" "{left}</p>
        </div>
    }
}

/// What the card form is drawn from on the server.
pub fn form(sheet: &Sheet) -> Form {
    let l = sheet.locale;
    let amount = sheet.amount_text();
    let (pay, paying) = match sheet.purpose() {
        Purpose::Verification => (words::save(l).to_owned(), words::saving(l).to_owned()),
        Purpose::PreAuthorisation => (words::reserve(l, &amount), words::reserving(l, &amount)),
        Purpose::Debit => (words::pay(l, &amount), words::paying(l, &amount)),
    };
    let mut sentences: Vec<String> = Problem::all().map(|problem| problem.message(l).to_owned()).collect();
    sentences.push(paying.clone());
    let month = sheet.month();
    Form {
        labels: [words::number(l), words::exp(l), words::cvc(l), words::name(l)],
        placeholders: ["", words::exp_hint(l), words::cvc_hint(l), ""],
        values: values(sheet),
        errors: sheet.problems.map(|problem| problem.map(|problem| problem.message(l).to_owned()).unwrap_or_default()),
        sentences,
        summary: words::problems(l),
        shown: sheet.shown(),
        pay,
        paying,
        marks: MARKS,
        lock: LOCK,
        now: u32::from(month.year) * 100 + u32::from(month.month),
    }
}

fn values(sheet: &Sheet) -> [String; Field::ALL.len()] {
    let test = sheet.test.filter(|_| sheet.is_sandbox()).and_then(test_cards::number);
    match test {
        Some(number) => [number, "12 / 34", "123", words::test_name(sheet.locale)].map(str::to_owned),
        None => [String::new(), sheet.typed.exp.clone(), String::new(), sheet.typed.name.clone()],
    }
}
