//! The form for a new link. It is posted as a plain form; what is wrong comes back with the page, and what was typed stays.

use leptos::{html, prelude::*};
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;
use model::{locale::Locale, money::Currency};
use ui::{Icon, described_by, error_summary, field, icon};

use super::{
    NEW, PATH,
    data::{Expiry, Form, LinkForm, Prefill, Problem},
    messages as m,
};
use crate::{ask, frame::Frame, payments::parts::trouble};

#[component]
pub fn NewLinkPage() -> impl IntoView {
    let l = Frame::here().locale;
    let query = use_query_map();
    let prefill = Memo::new(move |_| {
        let text = |name| query.with(|query| query.get(name)).unwrap_or_default();
        Prefill {
            amount: text("amount"),
            currency: text("currency"),
            order_id: text("order_id"),
            description: text("description"),
            customer_name: text("customer_name"),
            customer_email: text("customer_email"),
            shop: text("shop"),
        }
    });
    // Not read again by itself: somebody types into it.
    let found = ask::answer(move || LinkForm { prefill: prefill.get() });
    let content = ask::page(found, move |answer| match answer {
        Ok(form) => shown(&form, l),
        Err(failure) => trouble(&failure, l, move || found.again()),
    });
    view! {
        <Title text=m::new_link(l)/>
        <nav class="crumbs" aria-label=m::crumbs(l)>
            <a href=PATH>{icon(Icon::Back)} {m::links(l)}</a>
        </nav>
        <div class="head">
            <h1>{m::new_link(l)}</h1>
        </div>
        {content}
    }
    .into_any()
}

fn shown(form: &Form, l: Locale) -> AnyView {
    let values = &form.values;
    view! {
        {problems(form, l)}
        <form method="post" action=NEW class="card link-form" novalidate=true>
            <input type="hidden" name="token" value=values.token.clone()/>
            <div class="body stack">
                <div class="pair">
                    {text(form, Text { id: "amount", label: m::field_amount(l), inputmode: "decimal", first: true, ..Text::of(&values.amount) })}
                    {currency(form, l)}
                </div>
                {text(form, Text { id: "order_id", label: m::field_order_id(l), hint: Some(m::hint_order_id(l)), max: 36, ..Text::of(&values.order_id) })}
                {text(form, Text { id: "description", label: m::field_description(l), hint: Some(m::hint_description(l)), max: 64, ..Text::of(&values.description) })}
                <fieldset>
                    <legend class="label">{m::customer(l)}</legend>
                    <div class="pair even">
                        {text(form, Text { id: "customer_name", label: m::field_name(l), max: 64, ..Text::of(&values.customer_name) })}
                        {text(form, Text { id: "customer_email", label: m::field_email(l), inputmode: "email", hint: Some(m::hint_email(l)), max: 254, ..Text::of(&values.customer_email) })}
                    </div>
                </fieldset>
                {shop(form, l)}
                {expiry(form, l)}
                {manual(form, l)}
            </div>
            <footer class="row">
                <button class="button primary">{m::make(l)}</button>
            </footer>
        </form>
    }
    .into_any()
}

fn problems(form: &Form, l: Locale) -> AnyView {
    if let Some(trouble) = &form.trouble {
        return error_summary(m::not_made(l), trouble.clone());
    }
    if form.problems.is_empty() {
        return ().into_any();
    }
    let title = match form.problems.len() {
        1 => m::to_correct_one(l).to_owned(),
        count => m::to_correct(l, &count.to_string()),
    };
    let node = NodeRef::<html::Div>::new();
    Effect::new(move |_| {
        if let Some(node) = node.get() {
            drop(node.focus());
        }
    });
    let item = |problem: &Problem| {
        // Not the application's to follow: the browser puts the focus into the field.
        view! { <li><a href=format!("#{}", problem.field) rel="external">{problem.message.clone()}</a></li> }
    };
    view! {
        <div class="notice failed" role="alert" tabindex="-1" node_ref=node>
            <strong>{title}</strong>
            <ul>{form.problems.iter().map(item).collect_view()}</ul>
        </div>
    }
    .into_any()
}

/// One line to type into.
struct Text<'a> {
    id: &'static str,
    label: &'static str,
    hint: Option<&'static str>,
    value: &'a str,
    inputmode: &'static str,
    max: u16,
    /// Has the focus when the page opens.
    first: bool,
}

impl<'a> Text<'a> {
    fn of(value: &'a str) -> Self {
        Self { id: "", label: "", hint: None, value, inputmode: "text", max: 32, first: false }
    }
}

fn wrong(form: &Form, id: &str) -> Option<String> {
    form.problems.iter().find(|problem| problem.field == id).map(|problem| problem.message.clone())
}

fn text(form: &Form, text: Text<'_>) -> AnyView {
    let error = wrong(form, text.id);
    let control = view! {
        <input
            id=text.id
            name=text.id
            inputmode=text.inputmode
            autocomplete="off"
            autofocus=(text.first && form.problems.is_empty()).then_some(true)
            maxlength=text.max.to_string()
            class:num=text.first
            value=text.value.to_owned()
            aria-invalid=error.is_some().then_some("true")
            aria-required=text.first.then_some("true")
            aria-describedby=described_by(text.id, text.hint.is_some(), error.is_some())
        />
    };
    field(text.id, text.label, text.hint.map(str::to_owned), Signal::stored(error), control.into_any())
}

fn currency(form: &Form, l: Locale) -> AnyView {
    let error = wrong(form, "currency");
    let option = |currency: Currency| {
        let code = currency.code();
        view! { <option value=code selected=(form.values.currency == code).then_some(true)>{currency.upper()}</option> }
    };
    let control = view! {
        <select
            id="currency"
            name="currency"
            aria-invalid=error.is_some().then_some("true")
            aria-describedby=described_by("currency", false, error.is_some())
        >
            {Currency::ALL.into_iter().map(option).collect_view()}
        </select>
    };
    field("currency", m::field_currency(l), None, Signal::stored(error), control.into_any())
}

/// Asked only where there are several.
fn shop(form: &Form, l: Locale) -> AnyView {
    if form.shops.len() < 2 {
        return ().into_any();
    }
    let error = wrong(form, "shop");
    let option = |(id, name): &(String, String)| {
        view! { <option value=id.clone() selected=(form.values.shop == *id).then_some(true)>{name.clone()}</option> }
    };
    let control = view! {
        <select
            id="shop"
            name="shop"
            aria-invalid=error.is_some().then_some("true")
            aria-describedby=described_by("shop", false, error.is_some())
        >
            {form.shops.iter().map(option).collect_view()}
        </select>
    };
    field("shop", m::field_shop(l), None, Signal::stored(error), control.into_any())
}

/// The day is asked for by the style sheet alone, once 'until a day' is chosen.
fn expiry(form: &Form, l: Locale) -> AnyView {
    let name = |expiry: Expiry| match expiry {
        Expiry::Day => m::expiry_day(l),
        Expiry::Week => m::expiry_week(l),
        Expiry::Month => m::expiry_month(l),
        Expiry::Longest => m::expiry_longest(l),
        Expiry::Date => m::expiry_date(l),
    };
    let option = |expiry: &Expiry| {
        let chosen = form.values.expiry == expiry.as_str();
        view! { <option value=expiry.as_str() selected=chosen.then_some(true)>{name(*expiry)}</option> }
    };
    let control = view! {
        <select id="expiry" name="expiry">{Expiry::ALL.iter().map(option).collect_view()}</select>
    };
    let error = wrong(form, "date");
    let day = view! {
        <input
            id="date"
            name="date"
            type="date"
            min=form.days.0.to_string()
            max=form.days.1.to_string()
            value=form.values.date.clone()
            aria-invalid=error.is_some().then_some("true")
            aria-describedby=described_by("date", false, error.is_some())
        />
    };
    view! {
        <div class="pair even expiry">
            {field("expiry", m::field_expiry(l), None, Signal::stored(None), control.into_any())}
            <div class="day">{field("date", m::field_date(l), None, Signal::stored(error), day.into_any())}</div>
        </div>
    }
    .into_any()
}

fn manual(form: &Form, l: Locale) -> AnyView {
    let chosen = !form.values.manual_validation.is_empty();
    view! {
        <div class="tick">
            <input
                id="manual_validation"
                name="manual_validation"
                type="checkbox"
                checked=chosen.then_some(true)
                aria-describedby="manual_validation-hint"
            />
            <label for="manual_validation">{m::field_manual(l)}</label>
            <span class="hint" id="manual_validation-hint">{m::hint_manual(l)}</span>
        </div>
    }
    .into_any()
}
