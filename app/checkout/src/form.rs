//! The card form: the same view on the server and in the browser.

use leptos::prelude::*;

/// Inputs are uncontrolled: what the payer typed before the wasm arrived stays. They are written to on input only.
#[component]
pub fn CardForm() -> impl IntoView {
    view! {
        <form method="post" class="stack">
            <div class="field">
                <label for="number">"Card number"</label>
                <input
                    id="number"
                    name="number"
                    inputmode="numeric"
                    autocomplete="cc-number"
                    required
                    on:input:target=|event| {
                        let input = event.target();
                        input.set_value(&grouped(&input.value()));
                    }
                />
            </div>
            <button class="button primary">"Pay"</button>
        </form>
    }
}

/// Digits in groups of four.
fn grouped(typed: &str) -> String {
    let digits = typed.chars().filter(char::is_ascii_digit).take(19);
    let mut text = String::new();
    for (place, digit) in digits.enumerate() {
        if place > 0 && place % 4 == 0 {
            text.push(' ');
        }
        text.push(digit);
    }
    text
}
