//! The pages as text: what a payer depends on, in both languages.

mod sample;

use std::sync::Arc;

use engine::Step;
use leptos::prelude::*;
use model::lifecycle::Purpose;
use model::locale::Locale;
use validation::card::CardError;
use validation::expiry::ExpiryError;

use super::address::Address;
use super::layout;
use super::sheet::{Kept, Recheck, Sheet};
use crate::check::Problem;

fn sheet(step: Step, query: &str) -> Sheet {
    let address = Address::of_intent(&format!("test_{}", sample::INTENT), query).unwrap();
    Sheet::new(sample::page(step), address, "")
}

fn html(sheet: Sheet) -> String {
    let sheet = Arc::new(sheet);
    // Without what marks dynamic text for the browser.
    let html = Owner::new().with(|| layout::page(&sheet).to_html()).replace("<!>", "");
    assert!(!html.contains(" style="), "the policy ignores style attributes: {html}");
    assert!(!html.contains("onclick="), "{html}");
    html
}

/// What is read: without tags, comments, scripts.
fn text(html: &str) -> String {
    let body = html.split_once("<body>").unwrap().1;
    let mut out = String::new();
    let mut rest = body;
    while let Some((before, after)) = rest.split_once('<') {
        out.push_str(before);
        let end = if after.starts_with("script") { "</script>" } else { ">" };
        rest = after.split_once(end).map_or("", |(_, rest)| rest);
    }
    out
}

fn refused(code: &str) -> Step {
    Step::Form { refused: Some(code.into()), failed_auth: false, tries_left: 3 }
}

fn steps() -> Vec<Step> {
    vec![
        sample::form(),
        refused("51"),
        Step::Challenge { url: "/bank/op_1".into() },
        Step::Checking,
        Step::Done,
        Step::Expired,
        Step::Cancelled,
        Step::Unpaid,
    ]
}

#[test]
fn every_step_says_in_each_language_whom_and_how_much() {
    for step in steps() {
        for (query, lang, amount) in [("lang=en", "en", "€129.90"), ("lang=fr", "fr", "129,90\u{202f}€")] {
            let html = html(sheet(step.clone(), query));
            assert!(html.contains(&format!("<html lang=\"{lang}\">")), "{html}");
            let text = text(&html);
            assert!(text.contains("Maison Lefèvre") && text.contains(amount), "{step:?} {lang}: {text}");
            assert_eq!(text.contains("Sandbox"), lang == "en", "{step:?} says that no money moves");
        }
    }
}

#[test]
fn french_is_written_with_its_spaces() {
    for step in steps() {
        let text = text(&html(sheet(step, "lang=fr")));
        for mark in [":", ";", "!", "?", "€"] {
            assert!(!text.contains(&format!(" {mark}")), "an ordinary space before {mark}: {text}");
        }
    }
}

#[test]
fn no_money_was_taken_is_said_where_it_is_true_and_nowhere_else() {
    let says = |step: Step| text(&html(sheet(step, ""))).contains("No money was taken.");
    for step in [refused("51"), refused("43"), Step::Expired, Step::Cancelled, Step::Unpaid] {
        assert!(says(step.clone()), "{step:?}");
    }
    for step in [sample::form(), Step::Checking, Step::Done, Step::Challenge { url: "/bank/op_1".into() }] {
        assert!(!says(step.clone()), "{step:?}");
    }
    let mut released = sheet(Step::Cancelled, "");
    released.page.payment = sample::page(Step::Done).payment;
    let released = text(&html(released));
    assert!(!released.contains("No money was taken.") && released.contains("your bank releases it"), "{released}");
}

#[test]
fn what_the_bank_would_not_release_of_a_cancelled_payment_is_said_to_be_reserved_and_until_when() {
    let said = |query: &str| {
        let mut cancelled = sheet(Step::Cancelled, query);
        cancelled.page.payment = sample::page(Step::Done).payment;
        let until = cancelled.page.now.plus_seconds(7 * 86_400);
        cancelled.page.payment.iter_mut().for_each(|payment| payment.authorised_until = Some(until));
        text(&html(cancelled))
    };
    let english = said("lang=en");
    assert!(!english.contains("No money was taken.") && !english.contains("your bank releases it"), "{english}");
    assert!(english.contains("€129.90 is still reserved on your card. It will not be taken"), "{english}");
    assert!(english.contains("on 29 Nov 2026 at the latest"), "{english}");
    let french = said("lang=fr");
    assert!(french.contains("reste réservé sur votre carte") && french.contains("au plus tard le 29 nov. 2026"), "{french}");
}

#[test]
fn a_sensitive_reason_is_never_shown() {
    let plain = text(&html(sheet(refused("05"), "")));
    for code in ["41", "43", "59", "7840"] {
        assert_eq!(text(&html(sheet(refused(code), ""))), plain, "{code}");
    }
    assert!(text(&html(sheet(refused("51"), ""))).contains("There isn’t enough money available on this card."));
    assert!(plain.contains("You can try 3 more times."), "{plain}");
}

#[test]
fn an_unknown_outcome_is_never_called_a_failure() {
    for query in ["lang=en", "lang=fr"] {
        let html = html(sheet(Step::Checking, query));
        let said = text(&html).to_lowercase();
        for word in ["fail", "refus", "error", "échec", "échou", "erreur"] {
            assert!(!said.contains(word), "{word}: {said}");
        }
        assert!(html.contains("<noscript><meta http-equiv=\"refresh\" content=\"5\">"), "{html}");
    }
}

#[test]
fn the_way_to_the_bank_is_told_the_language_and_can_be_left() {
    let asked = html(sheet(Step::Challenge { url: "/bank/op_1".into() }, "lang=fr"));
    assert!(asked.contains("href=\"/bank/op_1?lang=fr\" rel=\"noreferrer\""), "{asked}");
    assert!(asked.contains("lang=fr&amp;other=1"), "{asked}");
    let foreign = html(sheet(Step::Challenge { url: "https://bank.example/c?id=1".into() }, ""));
    assert!(foreign.contains("href=\"https://bank.example/c?id=1\""), "{foreign}");
    let mut back = sheet(Step::Challenge { url: "/bank/op_1".into() }, "");
    back.been_at_bank = true;
    assert!(text(&html(back)).contains("no money was taken"));
    let mut other = sheet(Step::Challenge { url: "/bank/op_1".into() }, "");
    other.offer_another_card();
    assert!(html(other).contains("<input id=\"number\""));
}

#[test]
fn the_receipt_names_amount_date_card_and_reference() {
    let html = html(sheet(Step::Done, "lang=en"));
    let text = text(&html);
    for fact in ["€129.90", "Maison Lefèvre", "22 Nov 2026, 13:04", "Visa •••• 4242", "Visa, ending in 4242", "2026-1187", sample::PAYMENT]
    {
        assert!(text.contains(fact), "{fact}: {text}");
    }
    assert!(!text.contains("Refunded"), "{text}");
}

#[test]
fn the_way_back_carries_nothing_along_and_can_be_declined() {
    let done = html(sheet(Step::Done, ""));
    assert!(done.contains("href=\"https://maison-lefevre.example/orders/1187\" rel=\"noreferrer\""), "{done}");
    assert!(done.contains("content=\"3;url=https://maison-lefevre.example/orders/1187\""), "{done}");
    let mut stay = sheet(Step::Done, "");
    stay.stay = true;
    let stay = html(stay);
    assert!(!stay.contains("http-equiv") && !stay.contains("id=\"returning\""), "{stay}");
    let mut unsafe_url = sheet(Step::Done, "");
    unsafe_url.page.intent.return_url = Some("javascript:alert(1)".into());
    assert!(!html(unsafe_url).contains("javascript:"));
}

#[test]
fn the_button_says_what_it_does() {
    let with = |purpose, query| {
        let mut sheet = sheet(sample::form(), query);
        sheet.page.intent.purpose = purpose;
        if purpose == Purpose::Verification {
            sheet.page.intent.amount_due = 0;
        }
        text(&html(sheet))
    };
    assert!(with(Purpose::Debit, "lang=fr").contains("Payer 129,90\u{202f}€"));
    assert!(with(Purpose::PreAuthorisation, "").contains("Reserve €129.90"));
    let save = with(Purpose::Verification, "");
    assert!(save.contains("Save this card") && !save.contains('€'), "{save}");
}

#[test]
fn a_form_sent_back_ties_each_error_to_its_field_and_keeps_what_may_be_kept() {
    let mut wrong = sheet(sample::form(), "lang=fr");
    wrong.problems = [Some(Problem::Number(CardError::Checksum)), Some(Problem::Exp(ExpiryError::Past)), None, None];
    wrong.typed = Kept { exp: "09 / 24".into(), name: "Zoé <b>".into() };
    let html = html(wrong);
    assert!(html.contains("<title>Erreur\u{a0}: "), "{html}");
    let field = |id: &str| {
        let at = html.find(&format!("<input id=\"{id}\"")).unwrap();
        html[at..].split_once('>').unwrap().0.to_owned()
    };
    assert!(field("number").contains("aria-invalid=\"true\"") && field("number").contains("value=\"\""), "{}", field("number"));
    assert!(field("number").contains("autocomplete=\"cc-number\"") && field("number").contains("aria-describedby=\"number-error"));
    assert!(field("exp").contains("value=\"09 / 24\"") && field("exp").contains("aria-invalid=\"true\""));
    assert!(!field("cvc").contains("aria-invalid") && field("cvc").contains("autocomplete=\"cc-csc\""));
    assert!(field("name").contains("value=\"Zoé &lt;b&gt;\""), "{}", field("name"));
    assert!(html.contains("id=\"exp-error\" class=\"error\">Cette carte a expiré. Utilisez-en une autre.</p>"), "{html}");
    assert!(html.contains("<a href=\"#number\">Ce numéro de carte est erroné. Vérifiez les chiffres.</a>"), "{html}");
    assert!(html.contains("tabindex=\"-1\" autofocus"), "the summary takes the focus: {html}");
}

#[test]
fn the_form_carries_back_what_it_shows() {
    let carried = |sheet: Sheet| {
        let html = html(sheet);
        let field = html.split("<input").find(|input| input.contains("name=\"shown\"")).expect("a field");
        assert!(field.contains("type=\"hidden\"") && field.contains("autocomplete=\"off\""), "{field}");
        field.split("value=\"").nth(1).and_then(|value| value.split('"').next()).expect("a value").to_owned()
    };
    assert_eq!(carried(sheet(sample::form(), "lang=fr")), "12990eur");
    assert_eq!(carried(sheet(refused("51"), "")), "12990eur");
    let mut dollars = sheet(sample::form(), "");
    (dollars.page.intent.amount_due, dollars.page.intent.currency) = (500, model::money::Currency::Usd);
    assert_eq!(carried(dollars), "500usd");
}

#[test]
fn a_form_of_another_amount_is_told_so_calmly() {
    let form = sheet(sample::form(), "");
    assert_eq!(form.recheck_for("12990eur"), None);
    for other in ["1299eur", "12990usd", "012990eur", "12990", "x"] {
        assert_eq!(form.recheck_for(other), Some(Recheck::Changed), "{other}");
    }
    assert_eq!(form.recheck_for(""), Some(Recheck::Unsaid));
    for (query, recheck, said) in [
        ("lang=en", Recheck::Changed, ["The amount has changed", "Please check it and pay again."]),
        ("lang=fr", Recheck::Changed, ["Le montant a changé", "Vérifiez-le puis payez de nouveau."]),
        ("lang=en", Recheck::Unsaid, ["Please check the amount", "Check the amount and pay again."]),
        ("lang=fr", Recheck::Unsaid, ["Veuillez vérifier le montant", "Vérifiez le montant puis payez de nouveau."]),
    ] {
        let mut form = sheet(sample::form(), query);
        form.recheck = Some(recheck);
        let html = html(form);
        assert!(said.iter().all(|said| text(&html).contains(said)), "{html}");
        assert!(html.contains(&format!("<title>{} · Maison Lefèvre</title>", said[0])), "{html}");
        assert!(html.contains("id=\"recheck\" role=\"alert\" tabindex=\"-1\" autofocus"), "{html}");
        assert_eq!(html.matches(" autofocus").count(), 1, "{html}");
    }
    // beside a field at fault, and after a refusal, one of them takes the focus
    let mut both = sheet(refused("51"), "");
    both.recheck = Some(Recheck::Unsaid);
    assert_eq!(html(both).matches(" autofocus").count(), 1);
    let mut both = sheet(sample::form(), "");
    (both.recheck, both.problems[0]) = (Some(Recheck::Changed), Some(Problem::Number(CardError::Checksum)));
    assert_eq!(html(both).matches(" autofocus").count(), 1);
}

#[test]
fn the_sentences_travel_in_the_language_of_the_page_only() {
    let french = html(sheet(sample::form(), "lang=fr"));
    assert!(french.contains("Saisissez le numéro de votre carte.") && !french.contains("Enter your card number."), "{french}");
    assert!(french.contains("data-now=\"202611\""), "{french}");
}

#[test]
fn only_the_form_answers_by_wasm_and_only_the_sandbox_offers_test_cards() {
    assert!(html(sheet(sample::form(), "")).contains("4000 0000 0000 0002"));
    let mut earnest = sheet(sample::form(), "");
    earnest.page.intent.environment = model::rights::Environment::Production;
    earnest.test = Some(0);
    let earnest = html(earnest);
    assert!(!earnest.contains("4000 0000") && !earnest.contains("4242 4242"), "{earnest}");
    assert!(!earnest.contains("Sandbox"), "{earnest}");
    let mut tapped = sheet(sample::form(), "");
    tapped.test = Some(3);
    assert!(html(tapped).contains("value=\"4000 0000 0000 0002\""));
}

#[test]
fn what_the_merchant_wrote_is_text() {
    let mut sheet = sheet(Step::Done, "");
    sheet.page.account.name = "<script>alert(1)</script>".into();
    sheet.page.account.brand_color = "red}</style><script>".into();
    sheet.page.intent.description = Some("\"><img src=x>".into());
    sheet.page.intent.order_id = Some("<i>".into());
    let html = html(sheet);
    for raw in ["<script>alert", "<img", "<i>", "</style><script>"] {
        assert!(!html.contains(raw), "{raw}: {html}");
    }
}

#[test]
fn the_language_is_the_one_asked_for_then_the_merchants_then_the_browsers() {
    let of = |query: &str, merchant: &str| {
        let address = Address::of_intent(sample::INTENT, query).unwrap();
        let mut page = sample::page(sample::form());
        page.account.locale = merchant.into();
        Sheet::new(page, address, "fr-FR,fr;q=0.9").locale
    };
    assert_eq!(of("lang=en", "fr"), Locale::En);
    assert_eq!(of("", "en"), Locale::En);
    assert_eq!(of("lang=xx", ""), Locale::Fr);
}
