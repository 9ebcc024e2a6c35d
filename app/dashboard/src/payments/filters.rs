//! What narrows the list: a form that works by itself, and a chip for each choice with a way to take it back.

use leptos::{
    ev::SubmitEvent,
    prelude::*,
    wasm_bindgen::JsCast,
    web_sys::{self, HtmlDetailsElement, HtmlElement, HtmlFormElement},
};
use leptos_router::{NavigateOptions, hooks::use_navigate};
use model::{
    lifecycle::{Method, OrderType, Shown},
    locale::Locale,
    money::{Currency, Money},
    rights::Environment,
};
use ui::{Icon, Menu, icon};

use super::{
    bulk::hidden,
    data::{Choices, Listing},
    labels, list_messages as w,
    parts::Place,
    query::{Asked, Needed, PATH, Window},
    rows::type_name,
};
use crate::{frame::Frame, messages as m};

/// The form's fields; what else the address says stays as it is.
const FIELDS: [&str; 14] =
    ["view", "from", "to", "window", "type", "status", "action", "shop", "by", "min", "max", "currency", "method", "ids"];

/// Goes where a form leads that is sent by its address, without loading the page, and with nothing in it that is as usual.
pub fn follow() -> impl Fn(SubmitEvent) + Clone {
    let navigate = use_navigate();
    move |event: SubmitEvent| {
        let Some(form) = event.target().and_then(|at| at.dyn_into::<HtmlFormElement>().ok()) else { return };
        let Ok(data) = web_sys::FormData::new_with_form(&form) else { return };
        let Ok(pairs) = web_sys::UrlSearchParams::new_with_str_sequence_sequence(&data) else { return };
        event.prevent_default();
        let menu = form.closest("details").ok().flatten().and_then(|menu| menu.dyn_into::<HtmlDetailsElement>().ok());
        if let Some(menu) = menu {
            menu.set_open(false);
            // What was pressed is hidden now: the focus goes to what unfolded it.
            let summary = menu.query_selector("summary").ok().flatten().and_then(|summary| summary.dyn_into::<HtmlElement>().ok());
            drop(summary.map(|summary| summary.focus()));
        }
        let query: String = pairs.to_string().into();
        let asked = Asked::parse(&query);
        // What could not be read is said where it can be seen: it stays in the address.
        let to = if asked.unread.is_empty() { asked.href() } else { format!("{PATH}?{query}") };
        navigate(&to, NavigateOptions { scroll: false, ..NavigateOptions::default() });
    }
}

pub fn panel(listing: &Listing, asked: &Asked, frame: &Frame) -> AnyView {
    let l = frame.locale;
    let active = parts(asked, listing, &Place::at(frame, listing.now)).into_iter().filter(|part| part.filter).count();
    let label = if active == 0 { String::new() } else { w::n_filters(l, &active.to_string()) };
    let number = (active > 0).then(|| view! { <span class="number num" aria-hidden="true">{active}</span> });
    let face = view! { <span class="button">{icon(Icon::Settings)} {w::filters(l)} {number}</span> }.into_any();
    let kept = asked.first().pairs().into_iter().filter(|(name, _)| !FIELDS.contains(name)).map(hidden).collect_view();
    let day = |name: &'static str, label: &'static str, value: Option<model::time::Date>| {
        view! {
            <div class="field">
                <label for=format!("f-{name}")>{label}</label>
                <input id=format!("f-{name}") name=name type="date" value=value.map(|day| day.to_string())/>
            </div>
        }
    };
    let amount = |name: &'static str, label: &'static str, value: Option<i64>| {
        let value = value.map(|minor| Money::new(minor, Currency::Eur).display_number(Locale::En).replace(',', ""));
        view! {
            <div class="field">
                <label for=format!("f-{name}")>{label}</label>
                <input id=format!("f-{name}") name=name class="num" inputmode="decimal" autocomplete="off" maxlength="16" value=value/>
            </div>
        }
    };
    let environment = match frame.environment {
        Environment::Sandbox => m::sandbox(l),
        Environment::Production => m::production(l),
    };
    let form = view! {
            <form method="get" action=PATH class="filter-form" on:submit=follow()>
                {kept}
                <div class="pair">{day("from", w::filter_from(l), asked.from)} {day("to", w::filter_to(l), asked.to)}</div>
                {ticks("action", w::filter_action(l), Needed::ALL.iter().map(|one| (one.as_str(), needed_name(*one, l), asked.action.contains(one))).collect())}
                {ticks("type", w::filter_type(l), OrderType::ALL.iter().map(|one| (one.as_str(), type_name(*one, l), asked.types.contains(one))).collect())}
                {ticks("status", w::filter_status(l), Shown::ALL.iter().map(|one| (one.as_str(), labels::plain(*one, l), asked.status.contains(one))).collect())}
                <div class="pair">{shop(&listing.choices, asked, l)} {by(&listing.choices, asked, l)}</div>
                <div class="three">
                    {amount("min", w::filter_min(l), asked.min)}
                    {amount("max", w::filter_max(l), asked.max)}
                    {currency(asked, l)}
                </div>
                {method(asked, l)}
                <p class="hint muted">{w::environment_is(l, environment)}</p>
                {(asked.window == Window::All).then(|| hidden(("window", Window::All.to_string())))}
                <div class="row foot">
                    <a class="button quiet" href=asked.cleared().href()>{w::clear_all(l)}</a>
                    <button class="button primary push">{w::apply(l)}</button>
                </div>
            </form>
    }
    .into_any();
    view! { <Menu label=label class="sheet" face=face>{form}</Menu> }.into_any()
}

fn needed_name(needed: Needed, l: Locale) -> &'static str {
    match needed {
        Needed::Partial => w::needed_partial(l),
        Needed::Fraud => w::needed_fraud(l),
    }
}

/// Boxes to tick, each with its word and its name.
fn ticks(name: &'static str, legend: &'static str, choices: Vec<(&'static str, &'static str, bool)>) -> AnyView {
    let tick = |(value, label, on): (&'static str, &'static str, bool)| {
        view! {
            <label class="tick">
                <input type="checkbox" name=name value=value checked=on/>
                <span>{label}</span>
            </label>
        }
    };
    view! {
        <fieldset class="ticks">
            <legend>{legend}</legend>
            {choices.into_iter().map(tick).collect_view()}
        </fieldset>
    }
    .into_any()
}

fn option(value: &str, name: &str, here: &str) -> AnyView {
    view! { <option value=value.to_owned() selected=value == here>{name.to_owned()}</option> }.into_any()
}

fn select(name: &'static str, label: &'static str, options: AnyView) -> AnyView {
    view! {
        <div class="field">
            <label for=format!("f-{name}")>{label}</label>
            <select id=format!("f-{name}") name=name>{options}</select>
        </div>
    }
    .into_any()
}

fn shop(choices: &Choices, asked: &Asked, l: Locale) -> AnyView {
    let all = choices.shops.iter().map(|(id, name)| option(id, name, &asked.shop)).collect_view();
    select("shop", w::filter_shop(l), view! { {option("", w::all_shops(l), &asked.shop)} {all} }.into_any())
}

fn by(choices: &Choices, asked: &Asked, l: Locale) -> AnyView {
    let group = |label: &'static str, makers: &[(String, String)]| {
        let all = makers.iter().map(|(id, name)| option(id, name, &asked.by)).collect_view();
        (!makers.is_empty()).then(|| view! { <optgroup label=label>{all}</optgroup> })
    };
    let options = view! {
        {option("", w::anybody(l), &asked.by)}
        {group(w::people(l), &choices.people)}
        {group(w::keys(l), &choices.keys)}
    };
    select("by", w::filter_by(l), options.into_any())
}

fn currency(asked: &Asked, l: Locale) -> AnyView {
    let here = asked.currency.map(Currency::code).unwrap_or_default();
    let all = Currency::ALL.iter().map(|one| option(one.code(), one.upper(), here)).collect_view();
    select("currency", w::filter_currency(l), view! { {option("", w::any(l), here)} {all} }.into_any())
}

fn method(asked: &Asked, l: Locale) -> AnyView {
    let here = asked.method.map(Method::as_str).unwrap_or_default();
    let all = Method::ALL.iter().map(|one| option(one.as_str(), labels::method(Some(*one), l), here)).collect_view();
    select("method", w::filter_method(l), view! { {option("", w::any(l), here)} {all} }.into_any())
}

/// One thing that narrows the list, and the list without it.
struct Part {
    what: &'static str,
    value: String,
    /// None: it is the list's own window, which stands there to be widened.
    without: Asked,
    does: String,
    /// Whether it counts as chosen.
    filter: bool,
}

fn parts(asked: &Asked, listing: &Listing, place: &Place) -> Vec<Part> {
    let l = place.locale;
    let mut parts = vec![window(asked, listing, l)];
    let mut put = |what: &'static str, value: String, change: fn(&mut Asked)| {
        let mut without = asked.first();
        change(&mut without);
        let does = w::remove(l, what);
        parts.push(Part { what, value, without, does, filter: true });
    };
    let listed = |names: Vec<&'static str>| names.join(", ");
    if !asked.action.is_empty() {
        put(w::filter_action(l), listed(asked.action.iter().map(|one| needed_name(*one, l)).collect()), |asked| asked.action.clear());
    }
    if !asked.types.is_empty() {
        put(w::filter_type(l), listed(asked.types.iter().map(|one| type_name(*one, l)).collect()), |asked| asked.types.clear());
    }
    if !asked.status.is_empty() {
        put(w::filter_status(l), listed(asked.status.iter().map(|one| labels::plain(*one, l)).collect()), |asked| asked.status.clear());
    }
    if !asked.shop.is_empty() {
        put(w::filter_shop(l), named(&asked.shop, &listing.choices.shops), |asked| asked.shop.clear());
    }
    if !asked.by.is_empty() {
        let makers = [listing.choices.people.as_slice(), &listing.choices.keys].concat();
        put(w::filter_by(l), named(&asked.by, &makers), |asked| asked.by.clear());
    }
    if let Some(value) = amounts(asked, l) {
        put(w::chip_amount(l), value, |asked| (asked.min, asked.max) = (None, None));
    }
    if let Some(currency) = asked.currency {
        put(w::filter_currency(l), currency.upper().to_owned(), |asked| asked.currency = None);
    }
    if asked.method.is_some() {
        put(w::filter_method(l), labels::method(asked.method, l).to_owned(), |asked| asked.method = None);
    }
    if !asked.ids.is_empty() {
        put(w::chip_ids(l), asked.ids.len().to_string(), |asked| asked.ids.clear());
    }
    if !asked.search.is_empty() {
        let without = asked.search("");
        let does = w::clear_search(l).to_owned();
        parts.push(Part { what: w::chip_search(l), value: asked.search.clone(), without, does, filter: false });
    }
    parts
}

fn window(asked: &Asked, listing: &Listing, l: Locale) -> Part {
    let day = |day: model::time::Date| day.display(l);
    let (value, to, does) = match (asked.from, asked.to, asked.window) {
        (Some(from), Some(to), _) => (w::chip_between(l, &day(from), &day(to)), Window::All, w::widen(l)),
        (Some(from), None, _) => (w::chip_since(l, &day(from)), Window::All, w::widen(l)),
        (None, Some(to), _) => (w::chip_until(l, &day(to)), Window::All, w::widen(l)),
        (None, None, Window::Recent) => {
            let since = listing.since.map(day).unwrap_or_default();
            (w::chip_last_months(l, &since), Window::All, w::widen(l))
        }
        (None, None, Window::All) => (w::any_time(l).to_owned(), Window::Recent, w::narrow(l)),
    };
    let filter = asked.from.is_some() || asked.to.is_some();
    Part { what: w::chip_created(l), value, without: asked.window(to), does: does.to_owned(), filter }
}

fn named(id: &str, names: &[(String, String)]) -> String {
    names.iter().find(|(known, _)| known == id).map_or_else(|| id.to_owned(), |(_, name)| name.clone())
}

fn amounts(asked: &Asked, l: Locale) -> Option<String> {
    let show = |minor: i64| match asked.currency {
        Some(currency) => Money::new(minor, currency).display(l),
        None => Money::new(minor, Currency::Eur).display_number(l),
    };
    match (asked.min, asked.max) {
        (Some(min), Some(max)) => Some(w::chip_between(l, &show(min), &show(max))),
        (Some(min), None) => Some(w::chip_at_least(l, &show(min))),
        (None, Some(max)) => Some(w::chip_at_most(l, &show(max))),
        (None, None) => None,
    }
}

pub fn chips(listing: &Listing, asked: &Asked, place: &Place) -> AnyView {
    let l = place.locale;
    let wide = asked.window == Window::All && asked.from.is_none() && asked.to.is_none();
    let chip = |(at, part): (usize, Part)| {
        // All dates is nothing to take back; the others are.
        let closes = at > 0 || !wide;
        let (does, title) = (part.does.clone(), part.does);
        view! {
            <li>
                <a class="chip" class:plain=!closes href=part.without.href() title=title data-noscroll="">
                    <span>{part.what} " " <strong>{part.value}</strong></span>
                    {closes.then(|| icon(Icon::Close))}
                    <span class="unseen">{does}</span>
                </a>
            </li>
        }
    };
    let all = parts(asked, listing, place);
    let clear = asked.narrowed().then(|| {
        view! { <li><a class="button quiet clear" href=asked.cleared().href() data-noscroll="">{w::clear_all(l)}</a></li> }
    });
    let refunds = Asked { refunds: !asked.refunds, ..asked.first() };
    let name = if asked.refunds { w::hide_refunds(l) } else { w::show_refunds(l) };
    view! {
        <ul class="chips">
            {all.into_iter().enumerate().map(chip).collect_view()}
            <li>
                <a class="chip plain" class:on=asked.refunds href=refunds.href() data-noscroll="">
                    {asked.refunds.then(|| icon(Icon::Check))}
                    {name}
                </a>
            </li>
            {clear}
        </ul>
    }
    .into_any()
}
