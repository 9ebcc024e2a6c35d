//! What can be done to a payment: a button for each thing the lifecycle allows, and the question each one asks first.
//!
//! The question has an address (`?do=refund`), so without script its button is a link to a page with the same form.

use std::{str::FromStr, sync::Arc};

use leptos::{ev::MouseEvent, html, prelude::*, server_fn::error::ServerFnUrlError, wasm_bindgen::JsCast, web_sys};
use leptos_router::{
    NavigateOptions,
    hooks::{use_navigate, use_query_map},
};
use model::{
    lifecycle::{Action, State},
    locale::Locale,
    money::Money,
    rights::Right,
    time::Timestamp,
};
use ui::{Dialog, Icon, Menu, described_by, error_summary, field, icon};

use super::{
    amount,
    file::{self, CLOSE, File, Try},
    file_words as w,
    page::{Known, came_back},
    query::{escape, payment_href},
};
use crate::{
    ask::{Act, Form},
    failure::{Failure, leave_when_signed_out},
    frame::Frame,
    messages as m,
};

/// What a form asks for: an action of the lifecycle on the deciding attempt, or to close an order that nobody has paid.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Deed {
    On(Action),
    Close,
}

impl Deed {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::On(action) => action.as_str(),
            Self::Close => CLOSE,
        }
    }

    fn is_allowed(self, file: &File) -> bool {
        match self {
            Self::On(action) => file.deciding().is_some_and(|one| one.actions.contains(&action)),
            Self::Close => file.cancellable,
        }
    }
}

impl FromStr for Deed {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        if text == CLOSE { Ok(Self::Close) } else { text.parse().map(Self::On).map_err(|_| ()) }
    }
}

/// In the order they stand: what ends things first, what goes on with them last.
const ORDER: [Deed; 9] = [
    Deed::On(Action::Refund),
    Deed::Close,
    Deed::On(Action::Cancel),
    Deed::On(Action::RefuseHeld),
    Deed::On(Action::Lower),
    Deed::On(Action::Postpone),
    Deed::On(Action::Capture),
    Deed::On(Action::Validate),
    Deed::On(Action::Release),
];

/// What is done to a payment now and then stands behind one button.
const SELDOM: [Deed; 2] = [Deed::On(Action::Lower), Deed::On(Action::Postpone)];

/// Exactly what the payment allows now, and to ask for the same again.
pub fn buttons(file: &File, l: Locale) -> AnyView {
    let link = |deed: Deed, class: &'static str| {
        // The page stays where it is: the question stands over it.
        view! { <a class=class href=format!("?do={}", deed.as_str()) data-noscroll="">{button_name(deed, l)}</a> }.into_any()
    };
    let allowed = |deed: &Deed| deed.is_allowed(file);
    let often: Vec<AnyView> = ORDER
        .into_iter()
        .filter(|deed| allowed(deed) && !SELDOM.contains(deed))
        .map(|deed| match deed {
            Deed::On(Action::Validate | Action::Release) => link(deed, "button primary"),
            _ => link(deed, "button"),
        })
        .collect();
    let duplicate = |class: &'static str| {
        let may = Frame::here().may(Right::LinkWrite);
        may.then(|| view! { <a class=class href=duplicate(file)>{w::duplicate(l)}</a> }.into_any())
    };
    let mut seldom: Vec<AnyView> = SELDOM.into_iter().filter(allowed).map(|deed| link(deed, "choice")).collect();
    // One thing alone needs no menu.
    let alone = if seldom.is_empty() { duplicate("button") } else { None };
    if !seldom.is_empty() {
        seldom.extend(duplicate("choice"));
    }
    let more = (!seldom.is_empty()).then(|| {
        let face = view! { <span class="button">{m::more(l)} {icon(Icon::Down)}</span> }.into_any();
        view! { <Menu label="" class="more" face=face>{seldom}</Menu> }
    });
    if more.is_none() && alone.is_none() && often.is_empty() {
        return ().into_any();
    }
    view! {
        <div class="actions row push" role="group" aria-label=m::actions(l)>
            {more}
            {alone}
            {often}
        </div>
    }
    .into_any()
}

/// The form for a payment link, filled in with what was asked for here.
fn duplicate(file: &File) -> String {
    let order = &file.order;
    let amount = order.amount.to_string();
    let pairs = [
        ("amount", Some(amount.as_str())),
        ("currency", Some(order.currency.code())),
        ("order_id", order.reference.as_deref()),
        ("description", file.description.as_deref()),
        ("customer_name", order.name.as_deref()),
        ("customer_email", order.email.as_deref()),
    ];
    let query: Vec<String> = pairs.iter().filter_map(|(name, value)| Some(format!("{name}={}", escape((*value)?)))).collect();
    format!("/dashboard/links/new?{}", query.join("&"))
}

/// The question that the address asks, where the payment allows it; else why it no longer does. It speaks of the payment as it was when it
/// was asked: what changes meanwhile, the engine says.
#[component]
pub fn Dialogs(known: Known, again: Callback<()>) -> impl IntoView {
    let query = use_query_map();
    let asked = Memo::new(move |_| query.with(|query| query.get("do")).and_then(|deed| deed.parse::<Deed>().ok()));
    let told =
        Memo::new(move |_| query.with(|query| query.get("__path").filter(|path| path.ends_with("/act")).and_then(|_| query.get("__err"))));
    move || {
        let file = known.get_untracked();
        match asked.get().filter(|deed| deed.is_allowed(&file)) {
            Some(deed) => Some(view! { <Question file=file deed=deed again=again/> }.into_any()),
            None => told.get().map(|told| came_back(&ServerFnUrlError::decode_err(&told), Frame::here().locale)),
        }
    }
}

#[component]
fn Question(file: Arc<File>, deed: Deed, again: Callback<()>) -> impl IntoView {
    let l = Frame::here().locale;
    let act = Act::of::<file::Act>();
    let failure = Signal::derive(move || act.failure());
    let base = payment_href(&file.order.id);
    let done = format!("{base}?done={}", deed.as_str());
    let finished = Signal::derive(move || act.succeeded());
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
    let pending = Signal::derive(move || act.pending());
    let mistyped = RwSignal::new(None);
    let body = form(&file, deed, failure, mistyped, pending, l);
    view! {
        <Dialog labelled_by="question" closing=closing on_close=on_close>
            <Form act=act>
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
                    <Submit file=file.clone() deed=deed mistyped=mistyped pending=pending/>
                </footer>
            </Form>
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
    deed: Deed,
    failure: Signal<Option<Failure>>,
    mistyped: RwSignal<Option<String>>,
    pending: Signal<bool>,
    l: Locale,
) -> AnyView {
    let one = file.deciding();
    let summary = move || {
        failure.get().filter(whole).map(|failure| {
            leave_when_signed_out(&failure);
            error_summary(m::not_done(l), failure.sentence(l))
        })
    };
    let of = move |name: &'static str| {
        Signal::derive(move || failure.get().filter(|failure| failure.field() == Some(name)).map(|failure| failure.sentence(l)))
    };
    let limit = file.order.money(most(deed, file));
    let told = of("amount");
    let wrong = Signal::derive(move || mistyped.get().or_else(|| told.get()));
    let amount = takes_amount(deed).then(|| amount_field(limit, wrong, l));
    let date = one.filter(|_| deed == Deed::On(Action::Postpone)).map(|one| date_field(one, file.now, of("date"), l));
    let captured = one.is_some_and(|one| one.state == State::Captured);
    let reason = (deed == Deed::On(Action::Refund) && captured).then(|| reason_field(of("reason"), l));
    let payer = file.order.name.clone().unwrap_or_else(|| m::the_payer(l).to_owned());
    view! {
        <h2 id="question">{question(deed, limit, l)}</h2>
        <p class="muted">{why(deed, limit, &payer, l)}</p>
        {summary}
        <input type="hidden" name="order" value=file.order.id.clone()/>
        <input type="hidden" name="payment" value=one.map(|one| one.id.clone())/>
        <input type="hidden" name="action" value=deed.as_str()/>
        <input type="hidden" name="version" value=one.map_or(0, |one| one.version).to_string()/>
        <fieldset class="stack" aria-busy=move || pending.get().then_some("true")>
            {amount}
            {date}
            {reason}
        </fieldset>
    }
    .into_any()
}

const fn takes_amount(deed: Deed) -> bool {
    matches!(deed, Deed::On(Action::Refund | Action::Capture | Action::Lower))
}

/// The largest amount that a form may speak of, minor units.
fn most(deed: Deed, file: &File) -> i64 {
    match (deed, file.deciding()) {
        (Deed::On(Action::Refund), Some(one)) => one.refundable,
        (Deed::On(_), Some(one)) => one.amount,
        _ => file.order.amount_due,
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

fn date_field(one: &Try, now: Timestamp, error: Signal<Option<String>>, l: Locale) -> AnyView {
    let earliest = Frame::here().zone.date(now).to_string();
    let control = view! {
        <input
            id="date"
            name="date"
            type="date"
            required=true
            min=earliest
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
fn Submit(file: Arc<File>, deed: Deed, mistyped: RwSignal<Option<String>>, pending: Signal<bool>) -> impl IntoView {
    let l = Frame::here().locale;
    let full = file.order.money(most(deed, &file));
    let typed = RwSignal::new(None::<String>);
    let button = NodeRef::<html::Button>::new();
    // The form's own input, read where it is, so that nothing typed before is lost.
    Effect::new(move |_| {
        let form = button.get().and_then(|button| button.form());
        let Some(form) = form.filter(|_| takes_amount(deed)) else { return };
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
        let amount = if takes_amount(deed) {
            typed.get().and_then(|typed| amount::read(&typed, full, l).ok()).map(|minor| Money::new(minor, full.currency()))
        } else {
            Some(full)
        };
        submit_name(deed, amount, l)
    };
    // Enter in a field comes by here too: browsers press the form's button.
    let pressed = move |event: MouseEvent| {
        let wrong = typed.try_get_untracked().flatten().and_then(|typed| amount::read(&typed, full, l).err());
        if wrong.is_some() {
            event.prevent_default();
            focus_amount(button);
        }
        mistyped.set(wrong);
    };
    let class = if matches!(deed, Deed::Close | Deed::On(Action::Cancel | Action::Refund | Action::RefuseHeld)) {
        "button primary destructive"
    } else {
        "button primary"
    };
    view! { <button node_ref=button class=class disabled=move || pending.get() on:click=pressed>{name}</button> }
}

fn focus_amount(button: NodeRef<html::Button>) {
    let form = button.try_get_untracked().flatten().and_then(|button| button.form());
    let input = form.and_then(|form| form.query_selector("[name=amount]").ok().flatten());
    if let Some(input) = input.and_then(|input| input.dyn_into::<web_sys::HtmlElement>().ok()) {
        drop(input.focus());
    }
}

fn button_name(deed: Deed, l: Locale) -> &'static str {
    match deed {
        Deed::On(Action::Validate) => m::do_validate(l),
        Deed::On(Action::Capture) => m::do_capture(l),
        Deed::On(Action::Lower) => m::do_lower(l),
        Deed::On(Action::Postpone) => m::do_postpone(l),
        Deed::On(Action::Cancel) => m::do_cancel(l),
        Deed::On(Action::Refund) => m::do_refund(l),
        Deed::On(Action::Release) => m::do_release(l),
        Deed::On(Action::RefuseHeld) => m::do_refuse(l),
        Deed::Close => w::do_close(l),
    }
}

fn question(deed: Deed, amount: Money, l: Locale) -> String {
    let sum = amount.display(l);
    match deed {
        Deed::On(Action::Validate) => m::ask_validate(l, &sum),
        Deed::On(Action::Capture) => m::ask_capture(l).to_owned(),
        Deed::On(Action::Lower) => m::ask_lower(l).to_owned(),
        Deed::On(Action::Postpone) => m::ask_postpone(l).to_owned(),
        Deed::On(Action::Cancel) => m::ask_cancel(l, &sum),
        Deed::On(Action::Refund) => m::ask_refund(l).to_owned(),
        Deed::On(Action::Release) => m::ask_release(l, &sum),
        Deed::On(Action::RefuseHeld) => m::ask_refuse(l, &sum),
        Deed::Close => w::ask_close(l, &sum),
    }
}

/// The consequence, with the amount and whose it is.
fn why(deed: Deed, amount: Money, payer: &str, l: Locale) -> String {
    let sum = amount.display(l);
    match deed {
        Deed::On(Action::Validate) => m::why_validate(l, &sum, payer),
        Deed::On(Action::Capture) => m::why_capture(l, &sum, payer),
        Deed::On(Action::Lower) => m::why_lower(l, &sum, payer),
        Deed::On(Action::Postpone) => m::why_postpone(l).to_owned(),
        Deed::On(Action::Cancel) => m::why_cancel(l, &sum, payer),
        Deed::On(Action::Refund) => m::why_refund(l, &sum, payer),
        Deed::On(Action::Release) => m::why_release(l, &sum, payer),
        Deed::On(Action::RefuseHeld) => m::why_refuse(l, &sum, payer),
        Deed::Close => w::why_close(l, payer),
    }
}

/// Named after what it does: 'Refund €20.00'.
fn submit_name(deed: Deed, amount: Option<Money>, l: Locale) -> String {
    let Some(sum) = amount.map(|amount| amount.display(l)) else {
        return match deed {
            Deed::On(Action::Capture) => m::bare_capture(l),
            Deed::On(Action::Lower) => m::bare_lower(l),
            _ => m::bare_refund(l),
        }
        .to_owned();
    };
    match deed {
        Deed::On(Action::Validate) => m::submit_validate(l, &sum),
        Deed::On(Action::Capture) => m::submit_capture(l, &sum),
        Deed::On(Action::Lower) => m::submit_lower(l, &sum),
        Deed::On(Action::Postpone) => m::submit_postpone(l).to_owned(),
        Deed::On(Action::Cancel) => m::submit_cancel(l, &sum),
        Deed::On(Action::Refund) => m::submit_refund(l, &sum),
        Deed::On(Action::Release) => m::submit_release(l, &sum),
        Deed::On(Action::RefuseHeld) => m::submit_refuse(l, &sum),
        Deed::Close => w::submit_close(l, &sum),
    }
}

pub fn done_message(deed: Deed, l: Locale) -> &'static str {
    match deed {
        Deed::On(Action::Validate) => m::done_validate(l),
        Deed::On(Action::Capture) => m::done_capture(l),
        Deed::On(Action::Lower) => m::done_lower(l),
        Deed::On(Action::Postpone) => m::done_postpone(l),
        Deed::On(Action::Cancel) => m::done_cancel(l),
        Deed::On(Action::Refund) => m::done_refund(l),
        Deed::On(Action::Release) => m::done_release(l),
        Deed::On(Action::RefuseHeld) => m::done_refuse(l),
        Deed::Close => w::done_close(l),
    }
}

#[cfg(test)]
mod tests {
    use model::money::Currency;

    use super::*;

    #[test]
    fn the_button_says_what_it_does_and_with_how_much() {
        let amount = Some(Money::new(2000, Currency::Eur));
        assert_eq!(submit_name(Deed::On(Action::Refund), amount, Locale::En), "Refund €20.00");
        assert_eq!(submit_name(Deed::On(Action::Refund), amount, Locale::Fr), "Rembourser 20,00\u{202f}€");
        assert_eq!(submit_name(Deed::On(Action::Refund), None, Locale::En), "Refund");
        assert_eq!(submit_name(Deed::On(Action::Cancel), amount, Locale::En), "Cancel €20.00");
    }

    #[test]
    fn every_action_asks_and_answers_in_both_languages() {
        let amount = Money::new(2000, Currency::Eur);
        for deed in Action::ALL.iter().copied().map(Deed::On).chain([Deed::Close]) {
            assert_ne!(question(deed, amount, Locale::En), question(deed, amount, Locale::Fr));
            assert_ne!(why(deed, amount, "Ada", Locale::En), why(deed, amount, "Ada", Locale::Fr));
            assert_ne!(done_message(deed, Locale::En), done_message(deed, Locale::Fr));
            assert!(ORDER.contains(&deed));
            assert_eq!(deed.as_str().parse(), Ok(deed));
        }
    }
}
