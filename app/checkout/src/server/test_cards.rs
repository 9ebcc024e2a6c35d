//! The bar that says 'sandbox', with the test cards one tap away.

use leptos::prelude::*;
use model::locale::Locale;

use super::{script, sheet::Sheet, words};

/// A number of the simulator and what it does.
struct TestCard {
    number: &'static str,
    grouped: &'static str,
    does: (&'static str, &'static str),
}

const fn card(number: &'static str, grouped: &'static str, en: &'static str, fr: &'static str) -> TestCard {
    TestCard { number, grouped, does: (en, fr) }
}

const CARDS: [TestCard; 8] = [
    card("4242424242424242", "4242 4242 4242 4242", "Pays", "Paie"),
    card("5555555555554444", "5555 5555 5555 4444", "Pays, Mastercard", "Paie, Mastercard"),
    card("4000000000003220", "4000 0000 0000 3220", "Asks for 3-D Secure", "Demande 3-D Secure"),
    card("4000000000000002", "4000 0000 0000 0002", "Is refused", "Est refusée"),
    card("4000000000009995", "4000 0000 0000 9995", "Has insufficient funds", "Provision insuffisante"),
    card("4000008260003178", "4000 0082 6000 3178", "3-D Secure, then insufficient funds", "3-D Secure, puis provision insuffisante"),
    card("4000000000008401", "4000 0000 0000 8401", "Answer lost, then paid", "Réponse perdue, puis payé"),
    card("4000000000000259", "4000 0000 0000 0259", "Pays, then is disputed", "Paie, puis est contestée"),
];

/// The number of the test card that `?test=` names.
pub fn number(index: usize) -> Option<&'static str> {
    CARDS.get(index).map(|card| card.grouped)
}

/// Over every page of a payment in the sandbox, nothing elsewhere; with the cards where there is a form to fill.
pub fn bar(sheet: &Sheet, with_cards: bool) -> AnyView {
    let l = sheet.locale;
    if !sheet.is_sandbox() {
        return ().into_any();
    }
    if !with_cards {
        return view! { <aside class="sandbox no-print" aria-label=words::sandbox_name(l)><p>{words::sandbox(l)}</p></aside> }.into_any();
    }
    // A link each: with script it fills the form here, without it the server sends the form filled in.
    let cards: Vec<_> = CARDS.iter().enumerate().map(|(index, card)| row(sheet, index, card)).collect();
    view! {
        <aside class="sandbox no-print" aria-label=words::sandbox_name(l)>
            <details>
            <summary>{words::sandbox(l)}" "<span>{words::use_test_card(l)}</span></summary>
            <ul data-name=words::test_name(l)>{cards}</ul>
            <p>{words::test_cards(l)}</p>
        </details>
        </aside>
        {script::inline(script::TEST_CARDS)}
    }
    .into_any()
}

fn row(sheet: &Sheet, index: usize, card: &TestCard) -> impl IntoView + use<> {
    let (en, fr) = card.does;
    let does = match sheet.locale {
        Locale::En => en,
        Locale::Fr => fr,
    };
    view! {
        <li>
            <a href=sheet.address.with(&format!("test={index}")) data-card=card.number>
                <span class="mono">{card.grouped}</span>" "<span>{does}</span>
            </a>
        </li>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_test_card_is_a_valid_number_written_in_its_groups() {
        for card in CARDS {
            assert!(validation::card::check(card.number).is_ok(), "{}", card.number);
            assert_eq!(validation::card::format(card.number), card.grouped);
        }
    }
}
