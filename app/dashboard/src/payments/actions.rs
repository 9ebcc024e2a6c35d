//! What can be done to a payment: a button for each thing the lifecycle allows, and the question each one asks first.
//!
//! The question has an address (`?do=refund`), so without script its button is a link to a page with the same form.

use std::sync::Arc;

use leptos::{
    ev::MouseEvent, form::ActionForm, html, prelude::*, server::ServerActionError, server_fn::error::ServerFnUrlError,
    wasm_bindgen::JsCast, web_sys,
};
use leptos_router::{
    NavigateOptions,
    hooks::{use_navigate, use_query_map},
};
use model::{
    lifecycle::{Action, State},
    locale::Locale,
    money::Money,
};
use ui::{Dialog, Icon, Menu, described_by, error_summary, field, icon};

use super::{
    amount,
    file::{Act, File, Try},
    query::payment_href,
};
use crate::{
    failure::{Failure, leave_when_signed_out},
    frame::Frame,
    messages as m,
};

/// In the order they stand: what ends things first, what goes on with them last.
const ORDER: [Action; 8] = [
    Action::Refund,
    Action::Cancel,
    Action::RefuseHeld,
    Action::Lower,
    Action::Postpone,
    Action::Capture,
    Action::Validate,
    Action::Release,
];

/// What is done to a payment now and then stands behind one button.
const SELDOM: [Action; 2] = [Action::Lower, Action::Postpone];

/// Exactly what the payment allows now.
pub fn buttons(file: &File, l: Locale) -> AnyView {
    let Some(one) = file.deciding().filter(|one| !one.actions.is_empty()) else { return ().into_any() };
    let link = |action: Action, class: &'static str| {
        // The page stays where it is: the question stands over it.
        view! { <a class=class href=format!("?do={action}") data-noscroll="">{button_name(action, l)}</a> }
    };
    let allowed = |action: &Action| one.actions.contains(action);
    let often = ORDER.into_iter().filter(allowed).filter(|action| !SELDOM.contains(action)).map(|action| match action {
        Action::Validate | Action::Release => link(action, "button primary"),
        _ => link(action, "button"),
    });
    let seldom: Vec<_> = SELDOM.into_iter().filter(allowed).map(|action| link(action, "choice")).collect();
    let more = (!seldom.is_empty()).then(|| {
        let face = view! { <span class="button">{m::more(l)} {icon(Icon::Down)}</span> }.into_any();
        view! { <Menu label="" class="more" face=face>{seldom}</Menu> }
    });
    view! {
        <div class="actions row push" role="group" aria-label=m::actions(l)>
            {more}
            {often.collect_view()}
        </div>
    }
    .into_any()
}

/// The question that the address asks, where the payment allows it; else why it no longer does.
#[component]
pub fn Dialogs(file: Arc<File>, again: Callback<()>) -> impl IntoView {
    let query = use_query_map();
    let asked = Memo::new(move |_| query.with(|query| query.get("do")).and_then(|action| action.parse::<Action>().ok()));
    let told = Memo::new(move |_| query.with(|query| query.get("__err")));
    move || {
        let one = file.deciding()?;
        match asked.get().filter(|action| one.actions.contains(action)) {
            Some(action) => Some(view! { <Question file=file.clone() action=action again=again/> }.into_any()),
            None => told.get().map(|told| refusal(&ServerFnUrlError::decode_err(&told))),
        }
    }
}

/// Of a form that was posted without script.
fn refusal(failure: &Failure) -> AnyView {
    let l = Frame::here().locale;
    error_summary(m::not_done(l), failure.sentence(l))
}

#[component]
fn Question(file: Arc<File>, action: Action, again: Callback<()>) -> impl IntoView {
    // What a form that was posted without script came back with.
    let query = use_query_map().get_untracked();
    if let (Some(path), Some(error)) = (query.get("__path"), query.get("__err")) {
        provide_context(ServerActionError::new(&path, &error));
    }
    let l = Frame::here().locale;
    let act = ServerAction::<Act>::new();
    let value = act.value();
    let failure = Signal::derive(move || value.get().and_then(Result::err));
    let base = payment_href(&file.order.id);
    let done = format!("{base}?done={action}");
    let finished = Signal::derive(move || matches!(value.get(), Some(Ok(()))));
    let (left, leave) = signal(false);
    let navigate = use_navigate();
    let to = base.clone();
    let on_close = Callback::new(move |()| {
        let options = NavigateOptions { replace: true, scroll: false, ..NavigateOptions::default() };
        if finished.get_untracked() {
            navigate(&done, options);
            again.run(());
        } else {
            navigate(&to, options);
        }
    });
    let closing = Signal::derive(move || left.get() || finished.get());
    let pending = act.pending();
    let mistyped = RwSignal::new(None);
    let body = form(&file, action, failure, mistyped, pending, l);
    view! {
        <Dialog labelled_by="question" closing=closing on_close=on_close>
            <ActionForm action=act>
                {body}
                <footer>
                    <a
                        class="button"
                        href=base
                        on:click=move |event| {
                            event.prevent_default();
                            leave.set(true);
                        }
                    >
                        {m::close(l)}
                    </a>
                    <Submit file=file.clone() action=action mistyped=mistyped pending=pending/>
                </footer>
            </ActionForm>
        </Dialog>
    }
    .into_any()
}

/// What the answer can't be about a field for.
fn whole(failure: &Failure) -> bool {
    !matches!(failure.field(), Some("amount" | "date" | "reason"))
}

/// `mistyped` is what the browser itself finds wrong with the amount.
fn form(
    file: &File,
    action: Action,
    failure: Signal<Option<Failure>>,
    mistyped: RwSignal<Option<String>>,
    pending: Memo<bool>,
    l: Locale,
) -> AnyView {
    let Some(one) = file.deciding() else { return ().into_any() };
    let summary = move || {
        failure.get().filter(whole).map(|failure| {
            leave_when_signed_out(&failure);
            error_summary(m::not_done(l), failure.sentence(l))
        })
    };
    let of = move |name: &'static str| {
        Signal::derive(move || failure.get().filter(|failure| failure.field() == Some(name)).map(|failure| failure.sentence(l)))
    };
    let limit = file.order.money(most(action, one));
    let told = of("amount");
    let wrong = Signal::derive(move || mistyped.get().or_else(|| told.get()));
    let amount = takes_amount(action).then(|| amount_field(limit, wrong, l));
    let date = (action == Action::Postpone).then(|| date_field(one, of("date"), l));
    let reason = (action == Action::Refund && one.state == State::Captured).then(|| reason_field(of("reason"), l));
    let payer = file.order.name.clone().unwrap_or_else(|| m::the_payer(l).to_owned());
    view! {
        <h2 id="question">{question(action, limit, l)}</h2>
        <p class="muted">{why(action, limit, &payer, l)}</p>
        {summary}
        <input type="hidden" name="order" value=file.order.id.clone()/>
        <input type="hidden" name="payment" value=one.id.clone()/>
        <input type="hidden" name="action" value=action.as_str()/>
        <input type="hidden" name="version" value=one.version.to_string()/>
        <fieldset class="stack" aria-busy=move || pending.get().then_some("true")>
            {amount}
            {date}
            {reason}
        </fieldset>
    }
    .into_any()
}

const fn takes_amount(action: Action) -> bool {
    matches!(action, Action::Refund | Action::Capture | Action::Lower)
}

/// The largest amount that an action may speak of, minor units.
const fn most(action: Action, one: &Try) -> i64 {
    match action {
        Action::Refund => one.refundable,
        _ => one.amount,
    }
}

fn amount_field(limit: Money, error: Signal<Option<String>>, l: Locale) -> AnyView {
    let control = view! {
        <input
            id="amount"
            name="amount"
            class="num"
            inputmode="decimal"
            autocomplete="off"
            required=true
            value=limit.display_number(l)
            aria-invalid=move || error.get().map(|_| "true")
            aria-describedby=move || described_by("amount", true, error.get().is_some())
        />
    };
    let hint = m::at_most(l, &limit.display(l));
    field("amount", m::field_amount(l, limit.currency().upper()), Some(hint), error, control.into_any())
}

fn date_field(one: &Try, error: Signal<Option<String>>, l: Locale) -> AnyView {
    let control = view! {
        <input
            id="date"
            name="date"
            type="date"
            required=true
            value=one.capture_day.map(|day| day.to_string())
            aria-invalid=move || error.get().map(|_| "true")
            aria-describedby=move || described_by("date", false, error.get().is_some())
        />
    };
    field("date", m::field_date(l), None, error, control.into_any())
}

fn reason_field(error: Signal<Option<String>>, l: Locale) -> AnyView {
    let control = view! {
        <input
            id="reason"
            name="reason"
            autocomplete="off"
            maxlength="255"
            aria-invalid=move || error.get().map(|_| "true")
            aria-describedby=move || described_by("reason", true, error.get().is_some())
        />
    };
    field("reason", m::field_reason(l), Some(m::reason_hint(l).to_owned()), error, control.into_any())
}

/// The button that does it. It names the amount as typed once the page can read it; before, a wrong amount would be worse
/// than none.
#[component]
fn Submit(file: Arc<File>, action: Action, mistyped: RwSignal<Option<String>>, pending: Memo<bool>) -> impl IntoView {
    let l = Frame::here().locale;
    let full = file.order.money(file.deciding().map_or(0, |one| most(action, one)));
    let typed = RwSignal::new(None::<String>);
    let button = NodeRef::<html::Button>::new();
    // The form's own input, read where it is, so that nothing typed before is lost.
    Effect::new(move |_| {
        let form = button.get().and_then(|button| button.form());
        let Some(form) = form.filter(|_| takes_amount(action)) else { return };
        let read = move |form: &web_sys::HtmlFormElement| {
            let data = web_sys::FormData::new_with_form(form).ok();
            typed.set(data.and_then(|data| data.get("amount").as_string()));
        };
        read(&form);
        let listened = form.clone();
        let handle = window_event_listener(leptos::ev::input, move |_| read(&listened));
        on_cleanup(move || handle.remove());
    });
    let name = move || {
        if pending.get() {
            return m::working(l).to_owned();
        }
        let amount = if takes_amount(action) {
            typed.get().and_then(|typed| amount::read(&typed, full, l).ok()).map(|minor| Money::new(minor, full.currency()))
        } else {
            Some(full)
        };
        submit_name(action, amount, l)
    };
    // Enter in a field comes by here too: browsers press the form's button.
    let pressed = move |event: MouseEvent| {
        let wrong = typed.get_untracked().and_then(|typed| amount::read(&typed, full, l).err());
        if wrong.is_some() {
            event.prevent_default();
            focus_amount(button);
        }
        mistyped.set(wrong);
    };
    let class = if matches!(action, Action::Cancel | Action::Refund | Action::RefuseHeld) {
        "button primary destructive"
    } else {
        "button primary"
    };
    view! { <button node_ref=button class=class disabled=move || pending.get() on:click=pressed>{name}</button> }
}

fn focus_amount(button: NodeRef<html::Button>) {
    let form = button.get_untracked().and_then(|button| button.form());
    let input = form.and_then(|form| form.query_selector("[name=amount]").ok().flatten());
    if let Some(input) = input.and_then(|input| input.dyn_into::<web_sys::HtmlElement>().ok()) {
        drop(input.focus());
    }
}

fn button_name(action: Action, l: Locale) -> &'static str {
    match action {
        Action::Validate => m::do_validate(l),
        Action::Capture => m::do_capture(l),
        Action::Lower => m::do_lower(l),
        Action::Postpone => m::do_postpone(l),
        Action::Cancel => m::do_cancel(l),
        Action::Refund => m::do_refund(l),
        Action::Release => m::do_release(l),
        Action::RefuseHeld => m::do_refuse(l),
    }
}

fn question(action: Action, amount: Money, l: Locale) -> String {
    let sum = amount.display(l);
    match action {
        Action::Validate => m::ask_validate(l, &sum),
        Action::Capture => m::ask_capture(l).to_owned(),
        Action::Lower => m::ask_lower(l).to_owned(),
        Action::Postpone => m::ask_postpone(l).to_owned(),
        Action::Cancel => m::ask_cancel(l, &sum),
        Action::Refund => m::ask_refund(l).to_owned(),
        Action::Release => m::ask_release(l, &sum),
        Action::RefuseHeld => m::ask_refuse(l, &sum),
    }
}

/// The consequence, with the amount and whose it is.
fn why(action: Action, amount: Money, payer: &str, l: Locale) -> String {
    let sum = amount.display(l);
    match action {
        Action::Validate => m::why_validate(l, &sum, payer),
        Action::Capture => m::why_capture(l, &sum, payer),
        Action::Lower => m::why_lower(l, &sum, payer),
        Action::Postpone => m::why_postpone(l).to_owned(),
        Action::Cancel => m::why_cancel(l, &sum, payer),
        Action::Refund => m::why_refund(l, &sum, payer),
        Action::Release => m::why_release(l, &sum, payer),
        Action::RefuseHeld => m::why_refuse(l, &sum, payer),
    }
}

/// Named after what it does: 'Refund €20.00'.
fn submit_name(action: Action, amount: Option<Money>, l: Locale) -> String {
    let Some(sum) = amount.map(|amount| amount.display(l)) else {
        return match action {
            Action::Capture => m::bare_capture(l),
            Action::Lower => m::bare_lower(l),
            _ => m::bare_refund(l),
        }
        .to_owned();
    };
    match action {
        Action::Validate => m::submit_validate(l, &sum),
        Action::Capture => m::submit_capture(l, &sum),
        Action::Lower => m::submit_lower(l, &sum),
        Action::Postpone => m::submit_postpone(l).to_owned(),
        Action::Cancel => m::submit_cancel(l, &sum),
        Action::Refund => m::submit_refund(l, &sum),
        Action::Release => m::submit_release(l, &sum),
        Action::RefuseHeld => m::submit_refuse(l, &sum),
    }
}

pub fn done_message(action: Action, l: Locale) -> &'static str {
    match action {
        Action::Validate => m::done_validate(l),
        Action::Capture => m::done_capture(l),
        Action::Lower => m::done_lower(l),
        Action::Postpone => m::done_postpone(l),
        Action::Cancel => m::done_cancel(l),
        Action::Refund => m::done_refund(l),
        Action::Release => m::done_release(l),
        Action::RefuseHeld => m::done_refuse(l),
    }
}

#[cfg(test)]
mod tests {
    use model::money::Currency;

    use super::*;

    #[test]
    fn the_button_says_what_it_does_and_with_how_much() {
        let amount = Some(Money::new(2000, Currency::Eur));
        assert_eq!(submit_name(Action::Refund, amount, Locale::En), "Refund €20.00");
        assert_eq!(submit_name(Action::Refund, amount, Locale::Fr), "Rembourser 20,00\u{202f}€");
        assert_eq!(submit_name(Action::Refund, None, Locale::En), "Refund");
        assert_eq!(submit_name(Action::Cancel, amount, Locale::En), "Cancel €20.00");
    }

    #[test]
    fn every_action_asks_and_answers_in_both_languages() {
        let amount = Money::new(2000, Currency::Eur);
        for action in Action::ALL.iter().copied() {
            assert_ne!(question(action, amount, Locale::En), question(action, amount, Locale::Fr));
            assert_ne!(why(action, amount, "Ada", Locale::En), why(action, amount, "Ada", Locale::Fr));
            assert_ne!(done_message(action, Locale::En), done_message(action, Locale::Fr));
            assert!(ORDER.contains(&action));
        }
    }
}
