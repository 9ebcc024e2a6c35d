//! The card form: the same view on the server and in the browser.

use leptos::prelude::*;

use crate::check::Field;
use crate::state::State;

/// What the form is drawn with. In the browser the drawing stands already and only `errors`, `sentences` and `now`
/// are read from it; the rest is empty there, so no language travels with the wasm.
#[derive(Clone, Debug, Default)]
pub struct Form {
    pub labels: [&'static str; 4],
    pub placeholders: [&'static str; 4],
    /// What is put into the inputs at first: never a number or code that somebody typed.
    pub values: [String; 4],
    /// What is wrong with each field; empty: nothing.
    pub errors: [String; 4],
    /// The sentence of every problem, by `Problem::place`, then what is said while paying.
    pub sentences: Vec<String>,
    pub summary: &'static str,
    /// The amount the form stands under, sent back with it: nothing else is charged.
    pub shown: String,
    pub pay: String,
    pub paying: String,
    /// Drawings of card brands and of a lock.
    pub marks: &'static str,
    pub lock: &'static str,
    /// This month, as year × 100 + month.
    pub now: u32,
}

/// Inputs are uncontrolled: what the payer typed before the wasm arrived stays. They are written to on input only.
#[component]
pub fn CardForm(form: Form) -> impl IntoView {
    let state = State::new(&form);
    let wrong = form.errors.iter().any(|error| !error.is_empty());
    let [number, exp, cvc, name] = Field::ALL.map(|field| input(field, &form, state));
    let (brand, brand_name) = (move || state.brand().code, move || state.brand().name);
    view! {
        <form
            method="post"
            novalidate
            class="pay"
            on:input=move |event| state.typed(&event)
            on:focusout=move |event| state.left(&event)
            on:submit=move |event| state.submitted(&event)
        >
            <p class="unseen" role="status">{move || state.said()}</p>
            <div id="problems" class="notice failed" role="group" aria-labelledby="problems-title" tabindex="-1" autofocus=wrong hidden=move || !state.summarised()>
                <h3 id="problems-title">{form.summary}</h3>
                <ul>{Field::ALL.map(|field| problem(field, state))}</ul>
            </div>
            <div class="field number">
                {number}
                <span class="marks" aria-hidden="true" data-brand=brand data-name=brand_name inner_html=form.marks></span>
                <span id="number-brand" class="unseen">{brand_name}</span>
            </div>
            <div class="two">
                <div class="field">{exp}</div>
                <div class="field">{cvc}</div>
            </div>
            <div class="field">{name}</div>
            // Browsers that fill a form in again after reloading leave it alone.
            <input type="hidden" name="shown" value=form.shown autocomplete="off"/>
            <button class="button primary" aria-disabled=move || state.paying().then_some("true")>
                <span class="idle" hidden=move || state.paying()><span class="lock" inner_html=form.lock></span>{form.pay}</span>
                <span class="busy" hidden=move || !state.paying()>{form.paying}</span>
            </button>
        </form>
    }
}

fn problem(field: Field, state: State) -> impl IntoView {
    let href = match field {
        Field::Number => "#number",
        Field::Exp => "#exp",
        Field::Cvc => "#cvc",
        Field::Name => "#name",
    };
    view! {
        <li hidden=move || state.error(field).is_empty()><a href=href>{move || state.error(field)}</a></li>
    }
}

/// The label, the control and what is wrong with it.
fn input(field: Field, form: &Form, state: State) -> impl IntoView + use<> {
    let at = field as usize;
    let id = field.id();
    let (inputmode, autocomplete, longest, described) = match field {
        Field::Number => ("numeric", "cc-number", "30", "number-error number-brand"),
        Field::Exp => ("numeric", "cc-exp", "9", "exp-error"),
        Field::Cvc => ("numeric", "cc-csc", "4", "cvc-error"),
        Field::Name => ("text", "cc-name", "64", "name-error"),
    };
    view! {
        <label for=id>{form.labels[at]}</label>
        <input
            id=id
            name=id
            type="text"
            inputmode=inputmode
            autocomplete=autocomplete
            maxlength=longest
            enterkeyhint=if at == 3 { "go" } else { "next" }
            autocapitalize=if at == 3 { "words" } else { "off" }
            spellcheck="false"
            placeholder=form.placeholders[at]
            value=form.values[at].clone()
            aria-required="true"
            aria-describedby=described
            aria-invalid=move || (!state.error(field).is_empty()).then_some("true")
        />
        <p id=field.error_id() class="error" hidden=move || state.error(field).is_empty()>{move || state.error(field)}</p>
    }
}
