//! What stands around every step: the sandbox's bar, what is paid to whom, the footer.

use std::sync::Arc;

use engine::Step;
use leptos::{nonce::use_nonce, prelude::*};
use model::locale::Locale;
use ui::{App, Document, document};

use super::{brand, card_form, done, sheet::Sheet, steps, test_cards, words};

/// The whole page of a payment.
pub fn page(sheet: &Arc<Sheet>) -> AnyView {
    let l = sheet.locale;
    let has_form = matches!(sheet.page.step, Step::Form { .. });
    let main = view! {
        {test_cards::bar(sheet, has_form)}
        <div class="checkout">
            <header class="summary">{summary(sheet)}</header>
            <main>{panel(sheet)}</main>
            <footer class="no-print">{footer(sheet)}</footer>
        </div>
    }
    .into_any();
    let head = Document { app: App::Checkout, lang: l.code(), title: Some(title(sheet)), hydrates: has_form, holds_style: true };
    document(head, head_extras(sheet), main).into_any()
}

/// A page about nothing in particular: unknown address, trouble on our side.
pub fn notice(l: Locale, title: &'static str, text: &'static str, look_again: Option<String>) -> AnyView {
    let head = Document { app: App::Checkout, lang: l.code(), title: Some(title.to_owned()), hydrates: false, holds_style: false };
    let again = look_again.map(|url| view! { <p><a class="button" href=url>{words::look_again(l)}</a></p> });
    let main = view! { <main class="alone outcome"><h1>{title}</h1><p>{text}</p>{again}</main> }.into_any();
    document(head, (), main).into_any()
}

fn panel(sheet: &Arc<Sheet>) -> AnyView {
    match &sheet.page.step {
        Step::Form { refused, failed_auth, tries_left } => card_form::panel(sheet, refused.as_deref(), *failed_auth, *tries_left),
        Step::Challenge { .. } => steps::challenge(sheet),
        Step::Checking => steps::checking(sheet),
        Step::Done => done::panel(sheet),
        Step::Expired => steps::expired(sheet),
        Step::Cancelled => steps::cancelled(sheet),
        Step::Unpaid => steps::unpaid(sheet),
    }
}

fn title(sheet: &Sheet) -> String {
    let (l, merchant) = (sheet.locale, sheet.merchant());
    let state = match &sheet.page.step {
        Step::Form { refused: None, failed_auth: false, .. } => {
            let plain = words::title(l, &sheet.amount_text(), merchant);
            let wrong = sheet.problems.iter().any(Option::is_some);
            return match sheet.recheck {
                _ if wrong => words::title_wrong(l, &plain),
                Some(recheck) => words::title_state(l, card_form::recheck_title(l, recheck), merchant),
                None => plain,
            };
        }
        Step::Form { .. } => words::refused(l),
        Step::Challenge { .. } => words::challenge(l),
        Step::Checking => words::checking(l),
        Step::Done => done::heading(sheet),
        Step::Expired => words::expired(l),
        Step::Cancelled => words::cancelled(l),
        Step::Unpaid => words::unpaid(l),
    };
    words::title_state(l, state, merchant)
}

/// The merchant's colour, and what follows by itself where there is no script.
fn head_extras(sheet: &Sheet) -> AnyView {
    let style = brand::style(&sheet.page.account.brand_color).map(|css| view! { <style nonce=use_nonce()>{css}</style> });
    let refresh = match &sheet.page.step {
        Step::Checking => Some("5".to_owned()),
        Step::Done if !sheet.stay => sheet.return_url().map(|url| format!("3;url={url}")),
        _ => None,
    };
    let refresh = refresh.map(|content| view! { <noscript><meta http-equiv="refresh" content=content/></noscript> });
    (style, refresh).into_any()
}

fn summary(sheet: &Sheet) -> AnyView {
    let (l, intent) = (sheet.locale, &sheet.page.intent);
    let merchant = sheet.merchant().to_owned();
    let description = intent.description.clone().map(|text| view! { <p class="about">{text}</p> });
    let order = intent.order_id.clone().map(|id| view! { <p class="about muted">{words::order(l)}" "<span>{id}</span></p> });
    let amount = (!sheet.amount().is_zero()).then(|| view! { <span class="amount">{sheet.amount_text()}</span> });
    let label = match sheet.page.step {
        _ if amount.is_none() => words::save(l).to_owned(),
        Step::Form { .. } | Step::Challenge { .. } => words::pay_to(l, &merchant),
        Step::Done => words::paid_to(l, &merchant),
        Step::Checking | Step::Expired | Step::Cancelled | Step::Unpaid => words::payment_to(l, &merchant),
    };
    view! {
        <p class="who"><span class="logo" aria-hidden="true">{brand::initial(&merchant)}</span>{merchant.clone()}</p>
        <h1><span class="label">{label}</span>" "{amount}</h1>
        {description}
        {order}
    }
    .into_any()
}

fn footer(sheet: &Sheet) -> AnyView {
    let l = sheet.locale;
    let contact = sheet.page.account.support_email.as_deref().map(|email| {
        view! { <a href=format!("mailto:{email}")>{words::contact(l, sheet.merchant())}</a> }
    });
    let other = match l {
        Locale::En => Locale::Fr,
        Locale::Fr => Locale::En,
    };
    view! {
        {contact}
        <a class="push" href=sheet.address.in_language(other) lang=other.code() hreflang=other.code()>{words::other_language(l)}</a>
    }
    .into_any()
}
