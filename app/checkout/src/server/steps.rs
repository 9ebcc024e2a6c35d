//! The steps that say what happened and what to do: calm pages without a form.

use engine::Step;
use leptos::prelude::*;

use super::{script, sheet::Sheet, words};

/// The mark over an outcome, drawn in its state's hue.
pub const CHECK: &str = r#"<svg viewBox="0 0 48 48" fill="none" stroke="currentColor" stroke-width="4" stroke-linecap="round" stroke-linejoin="round"><path d="m14 25 7 7 14-15"/></svg>"#;
const BANK: &str = r#"<svg viewBox="0 0 48 48" fill="none" stroke="currentColor" stroke-width="3" stroke-linecap="round" stroke-linejoin="round"><path d="M12 20 24 13l12 7M15 24v8m6-8v8m6-8v8m6-8v8M12 36h24"/></svg>"#;
const CLOCK: &str = r#"<svg viewBox="0 0 48 48" fill="none" stroke="currentColor" stroke-width="3" stroke-linecap="round" stroke-linejoin="round"><circle cx="24" cy="24" r="12"/><path d="M24 17v7l5 3"/></svg>"#;
const CROSS: &str = r#"<svg viewBox="0 0 48 48" fill="none" stroke="currentColor" stroke-width="4" stroke-linecap="round"><path d="m17 17 14 14m0-14L17 31"/></svg>"#;

pub fn mark(hue: &'static str, drawing: &'static str) -> impl IntoView {
    view! { <span class=format!("mark {hue}") aria-hidden="true" inner_html=drawing></span> }
}

/// Where the bank asks the payer; the simulated one is told the language too.
pub fn bank_url(sheet: &Sheet) -> Option<String> {
    let Step::Challenge { url } = &sheet.page.step else { return None };
    let ours = url.starts_with('/') && !url.contains('?');
    Some(if ours { format!("{url}?lang={}", sheet.locale.code()) } else { url.clone() })
}

/// What tells one question of the bank from another, fit for a cookie.
pub fn question(sheet: &Sheet) -> Option<String> {
    let Step::Challenge { url } = &sheet.page.step else { return None };
    Some(url.chars().filter(char::is_ascii_alphanumeric).rev().take(64).collect())
}

/// The way to the bank, which the page takes by itself after a second (header `Refresh`), once.
pub fn challenge(sheet: &Sheet) -> AnyView {
    let l = sheet.locale;
    let (title, text) = if sheet.been_at_bank {
        (words::unanswered(l), words::unanswered_text(l))
    } else {
        (words::challenge(l), words::challenge_text(l))
    };
    view! {
        <section class="outcome">
            {mark("running", BANK)}
            <h2>{title}</h2>
            <p>{text}</p>
            <p><a class="button primary wide" href=bank_url(sheet) rel="noreferrer" referrerpolicy="no-referrer">{words::challenge_go(l)}</a></p>
            <p><a class="quiet-link" href=sheet.address.with("other=1")>{words::other_card(l)}</a></p>
        </section>
    }
    .into_any()
}

pub fn checking(sheet: &Sheet) -> AnyView {
    let l = sheet.locale;
    view! {
        <section class="outcome" role="status">
            <span class="mark running waiting" aria-hidden="true" inner_html=BANK></span>
            <h2>{words::checking(l)}</h2>
            <p>{words::checking_text(l)}</p>
            <p>{words::checking_safe(l, sheet.merchant())}</p>
        </section>
        {script::inline(script::FOLLOW)}
    }
    .into_any()
}

pub fn expired(sheet: &Sheet) -> AnyView {
    let l = sheet.locale;
    ended(sheet, mark("ended", CLOCK).into_any(), words::expired(l), words::expired_text(l, sheet.merchant()))
}

pub fn cancelled(sheet: &Sheet) -> AnyView {
    let l = sheet.locale;
    ended(sheet, mark("ended", CROSS).into_any(), words::cancelled(l), words::cancelled_text(l, sheet.merchant()))
}

pub fn unpaid(sheet: &Sheet) -> AnyView {
    let l = sheet.locale;
    ended(sheet, mark("failed", CROSS).into_any(), words::unpaid(l), words::unpaid_text(l, sheet.merchant()))
}

fn ended(sheet: &Sheet, mark: AnyView, title: &'static str, text: String) -> AnyView {
    let l = sheet.locale;
    let money = match sheet.reserved() {
        Some((amount, until)) => words::reserved_still(l, &amount.display(l), &until.display_date(&sheet.zone(), l)),
        None if sheet.held_money() => words::released(l).to_owned(),
        None => words::no_money(l).to_owned(),
    };
    view! {
        <section class="outcome">
            {mark}
            <h2>{title}</h2>
            <p><strong>{money}</strong></p>
            <p>{text}</p>
            {way_back(sheet)}
        </section>
    }
    .into_any()
}

fn way_back(sheet: &Sheet) -> Option<impl IntoView + use<>> {
    let url = sheet.return_url()?.to_owned();
    let label = words::back_to(sheet.locale, sheet.merchant());
    Some(view! { <p><a class="button wide" href=url rel="noreferrer" referrerpolicy="no-referrer">{label}</a></p> })
}
