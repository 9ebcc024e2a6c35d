//! What a program needs to begin with: addresses, a first request, cards to try.

use leptos::prelude::*;
use model::{locale::Locale, rights::Environment};

use super::{
    data::{Key, Keys},
    messages as m,
};
use crate::{copy::copyable, frame::Frame};

/// A sentence in either language.
type Words = fn(Locale) -> &'static str;

/// Cards that the sandbox's acquirer knows, by what happens to them.
#[rustfmt::skip]
const CARDS: [(&str, Words); 9] = [
    ("4242 4242 4242 4242", m::does_paid), ("4000 0000 0000 0077", m::does_at_once), ("4000 0000 0000 3220", m::does_challenge),
    ("4000 0000 0000 0002", m::does_refused), ("4000 0000 0000 9995", m::does_funds), ("4000 0000 0000 0259", m::does_disputed),
    ("4000 0000 0000 8807", m::does_held), ("4000 0000 0000 8104", m::does_capture_fails), ("4000 0000 0000 8302", m::does_slow),
];

/// `hint` is of a key of the reader's own.
fn command(base: &str, hint: &str) -> String {
    format!(
        "curl {base}/v2/payment_intents/ -u {hint}: \\\n  -H 'Content-Type: application/json' \\\n  \
         -d '{{\"amount\": 12990, \"currency\": \"eur\", \"description\": \"Teapot\"}}'"
    )
}

pub fn begin(keys: &Keys, frame: &Frame) -> AnyView {
    let l = frame.locale;
    let own = keys.keys.iter().find(|key| key.secret && key.works()).map(|key: &Key| key.hint.clone());
    let hint = own.unwrap_or_else(|| if frame.environment.is_sandbox() { "stest_…" } else { "sprod_…" }.to_owned());
    let base = |name: &'static str, version: &str| {
        view! {
            <div class="field">
                <span class="label">{name}</span>
                {copyable(format!("{}/{version}/", keys.base), name, "button", l)}
            </div>
        }
        .into_any()
    };
    let command = command(&keys.base, &hint);
    view! {
        <section class="card" aria-labelledby="begin">
            <header><h2 id="begin">{m::begin(l)}</h2></header>
            <div class="body stack">
                {base(m::base_v2(l), "v2")}
                {base(m::base_v1(l), "v1")}
                <div class="field">
                    <span class="label">{m::first_request(l)}</span>
                    {copyable(command, m::first_command(l), "button", l)}
                    <span class="hint">{m::first_why(l)}</span>
                </div>
                <p class="row">
                    <a class="button" href="/docs" rel="external">{m::reference(l)}</a>
                    <a class="button" href="/openapi.json" rel="external">{m::openapi(l)}</a>
                </p>
            </div>
        </section>
    }
    .into_any()
}

/// In the sandbox only: elsewhere they are cards like any other.
pub fn test_cards(frame: &Frame) -> Option<AnyView> {
    let l = frame.locale;
    let row = |(number, does): &(&'static str, fn(Locale) -> &'static str)| {
        view! {
            <tr>
                <td class="num mono">{*number}</td>
                <td>{does(l)}</td>
            </tr>
        }
        .into_any()
    };
    (frame.environment == Environment::Sandbox).then(|| {
        view! {
            <section class="card" aria-labelledby="test-cards">
                <header>
                    <h2 id="test-cards">{m::test_cards(l)}</h2>
                </header>
                <p class="body muted">{m::test_why(l)}</p>
                <table class="table narrow cards">
                    <thead>
                        <tr>
                            <th scope="col">{m::col_number(l)}</th>
                            <th scope="col">{m::col_does(l)}</th>
                        </tr>
                    </thead>
                    <tbody>{CARDS.iter().map(row).collect_view()}</tbody>
                </table>
            </section>
        }
        .into_any()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_request_is_one_that_a_shell_takes() {
        let text = command("https://pay.example", "stest_…a1b2");
        assert!(text.starts_with("curl https://pay.example/v2/payment_intents/ -u stest_…a1b2: \\\n"), "{text}");
        assert!(text.ends_with("-d '{\"amount\": 12990, \"currency\": \"eur\", \"description\": \"Teapot\"}'"), "{text}");
    }
}
