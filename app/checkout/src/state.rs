//! What the card form remembers while it is used, and how it answers to the payer's hands.

use leptos::prelude::*;
use leptos::web_sys::{Event, FocusEvent, HtmlElement, HtmlInputElement, SubmitEvent};
use validation::card::{self, Brand};
use validation::expiry::{self, Expiry};
use wasm_bindgen::JsCast;

use crate::check::{Field, check};
use crate::form::Form;

#[derive(Clone, Copy)]
pub struct State {
    /// What is wrong with each field; empty: nothing.
    errors: [RwSignal<String>; 4],
    /// Whether the problems were summarised: from the first press of the button on.
    summary: RwSignal<bool>,
    brand: RwSignal<Option<Brand>>,
    /// What the live region says.
    said: RwSignal<String>,
    paying: RwSignal<bool>,
    sentences: StoredValue<Vec<String>>,
    now: Expiry,
}

/// A brand's code and name; both empty while it isn't known.
#[derive(Clone, Copy, Default)]
pub struct Shown {
    pub code: &'static str,
    pub name: &'static str,
}

impl State {
    pub fn new(form: &Form) -> Self {
        let state = Self {
            errors: form.errors.clone().map(RwSignal::new),
            summary: RwSignal::new(form.errors.iter().any(|error| !error.is_empty())),
            brand: RwSignal::new(card::brand(&card::digits_only(&form.values[0]))),
            said: RwSignal::default(),
            paying: RwSignal::new(false),
            sentences: StoredValue::new(form.sentences.clone()),
            now: Expiry {
                year: u16::try_from(form.now / 100).unwrap_or_default(),
                month: u8::try_from(form.now % 100).unwrap_or_default(),
            },
        };
        // In the browser, once the form is taken over: what was typed or filled in before counts.
        Effect::new(move || state.read_brand());
        state
    }

    pub fn error(&self, field: Field) -> String {
        self.errors[field as usize].get()
    }

    pub fn summarised(&self) -> bool {
        self.summary.get() && self.errors.iter().any(|error| !error.read().is_empty())
    }

    pub fn brand(&self) -> Shown {
        self.brand.get().map_or_else(Shown::default, |brand| Shown { code: brand.code(), name: brand.name() })
    }

    pub fn said(&self) -> String {
        self.said.get()
    }

    pub fn paying(&self) -> bool {
        self.paying.get()
    }

    /// Groups number and expiry date with the caret kept, shows the brand, and takes an error back once it is mended.
    pub fn typed(&self, event: &Event) {
        let Some((field, input)) = of(event) else {
            return;
        };
        let format = match field {
            Field::Number => Some(card::format_typed as fn(&str, usize) -> (String, usize)),
            Field::Exp => Some(expiry::format_typed as fn(&str, usize) -> (String, usize)),
            Field::Cvc | Field::Name => None,
        };
        if let Some(format) = format {
            regroup(&input, format);
        }
        if field == Field::Number {
            self.read_brand();
        }
        if !self.errors[field as usize].read_untracked().is_empty() && self.problem(field).is_none() {
            self.errors[field as usize].set(String::new());
        }
    }

    /// Leaving a field with something in it is the moment to say what is wrong with it.
    pub fn left(&self, event: &FocusEvent) {
        let Some((field, input)) = of(event) else {
            return;
        };
        if !input.value().is_empty() {
            self.examine(field);
            self.said.set(self.errors[field as usize].get_untracked());
        }
    }

    /// Keeps a faulty form here and says why; lets a good one go, once.
    pub fn submitted(&self, event: &SubmitEvent) {
        if self.paying.get_untracked() {
            event.prevent_default();
            return;
        }
        for field in Field::ALL {
            self.examine(field);
        }
        if self.errors.iter().any(|error| !error.read_untracked().is_empty()) {
            event.prevent_default();
            self.summary.set(true);
            // The summary is shown by the effects of this change, which run before the next frame.
            request_animation_frame(|| focus("problems"));
        } else {
            self.paying.set(true);
            self.said.set(self.sentences.read_value().last().cloned().unwrap_or_default());
        }
    }

    fn examine(&self, field: Field) {
        let sentence = self.problem(field).unwrap_or_default();
        if *self.errors[field as usize].read_untracked() != sentence {
            self.errors[field as usize].set(sentence);
        }
    }

    /// The sentence that says what is wrong with what stands in the field.
    fn problem(&self, field: Field) -> Option<String> {
        let problem = check(field, &value(field), &value(Field::Number), self.now)?;
        self.sentences.read_value().get(problem.place()).cloned()
    }

    fn read_brand(&self) {
        let brand = card::brand(&card::digits_only(&value(Field::Number)));
        if brand != self.brand.get_untracked() {
            self.brand.set(brand);
        }
    }
}

fn regroup(input: &HtmlInputElement, format: fn(&str, usize) -> (String, usize)) {
    let text = input.value();
    let caret = input.selection_start().ok().flatten().and_then(|caret| usize::try_from(caret).ok());
    let (grouped, caret) = format(&text, caret.unwrap_or(text.len()));
    if grouped != text {
        input.set_value(&grouped);
        if let Ok(caret) = u32::try_from(caret) {
            _ = input.set_selection_range(caret, caret);
        }
    }
}

fn of(event: &Event) -> Option<(Field, HtmlInputElement)> {
    let input: HtmlInputElement = event.target()?.dyn_into().ok()?;
    Some((Field::from_id(&input.id())?, input))
}

fn value(field: Field) -> String {
    let input = document().get_element_by_id(field.id());
    input.and_then(|input| input.dyn_into::<HtmlInputElement>().ok()).map(|input| input.value()).unwrap_or_default()
}

pub fn focus(id: &str) {
    let element = document().get_element_by_id(id).and_then(|element| element.dyn_into::<HtmlElement>().ok());
    if let Some(element) = element {
        _ = element.focus();
    }
}
