//! The page.

use leptos::{prelude::*, web_sys::Element};
use leptos_meta::Title;
use leptos_router::{components::Form, hooks::use_query_map};
use model::{locale::Locale, money::Currency};
use ui::field;

use super::{
    Asked, PATH, Period,
    data::{Drawn, Home, Overview},
    figures, first, messages as m,
    needs::needs,
};
use crate::{
    ask,
    frame::{Frame, Now},
    payments::parts::trouble,
};

#[component]
pub fn HomePage() -> impl IntoView {
    let frame = Frame::here();
    let l = frame.locale;
    let query = use_query_map();
    let asked = Memo::new(move |_| query.with(Asked::read));
    let overview = ask::live(move || Home { asked: asked.get() });
    let tables = Tables::default();
    let (pending, set_pending) = signal(false);
    let content = ask::page_while(overview, set_pending, move |answer| match answer {
        Ok(overview) => {
            Now::heard(overview.now);
            shown(&overview, &asked.get_untracked(), &frame, tables)
        }
        Err(failure) => trouble(&failure, l, move || overview.again()),
    });
    view! {
        <Title text=m::home(l)/>
        <div class="head">
            <h1>{m::home(l)}</h1>
        </div>
        <div class="home stack" aria-busy=move || pending.get().then_some("true")>
            {content}
        </div>
    }
    .into_any()
}

/// Which tables are open: they stay so when the page reads again.
#[derive(Clone, Copy)]
struct Tables {
    volume: RwSignal<bool>,
    acceptance: RwSignal<bool>,
}

impl Default for Tables {
    fn default() -> Self {
        Self { volume: RwSignal::new(false), acceptance: RwSignal::new(false) }
    }
}

fn shown(overview: &Overview, asked: &Asked, frame: &Frame, tables: Tables) -> AnyView {
    let l = frame.locale;
    if overview.empty {
        return first::first_steps(frame);
    }
    let weeks = overview.to.days_since(overview.from) >= 92;
    let (volume, acceptance) =
        if weeks { (m::volume_chart_weeks(l), m::acceptance_chart_weeks(l)) } else { (m::volume_chart(l), m::acceptance_chart(l)) };
    view! {
        <div class="home-top">{figures::today(overview, l)} {needs(overview, l)}</div>
        {period_head(overview, asked, l)}
        {figures::period(overview, l)}
        <div class="charts">
            {chart("volume", volume, &overview.volume, overview, asked, tables.volume, l)}
            {chart("acceptance", acceptance, &overview.acceptance, overview, asked, tables.acceptance, l)}
        </div>
    }
    .into_any()
}

fn period_name(overview: &Overview, asked: &Asked, l: Locale) -> String {
    match asked.period {
        Period::Week => m::last_7(l).to_owned(),
        Period::Days => m::last_30(l).to_owned(),
        Period::Quarter => m::last_90(l).to_owned(),
        Period::Month => m::this_month(l).to_owned(),
        Period::Custom => m::between(l, &overview.from.display_short(l), &overview.to.display(l)),
    }
}

fn before_name(overview: &Overview, l: Locale) -> String {
    m::compared(l, &overview.before_from.display_short(l), &overview.from.plus_days(-1).display_short(l))
}

fn period_head(overview: &Overview, asked: &Asked, l: Locale) -> AnyView {
    let choice = |period: Period, name: &'static str| (asked.period(period).href(), name.to_owned(), period == asked.period);
    let periods = vec![
        choice(Period::Week, m::days_7(l)),
        choice(Period::Days, m::days_30(l)),
        choice(Period::Month, m::this_month(l)),
        choice(Period::Quarter, m::months_3(l)),
    ];
    let currency = |currency: &Currency| (asked.currency(*currency).href(), currency.upper().to_owned(), *currency == overview.currency);
    let several = overview.currencies.len() > 1;
    let currencies = several.then(|| segments(m::currency(l), overview.currencies.iter().map(currency).collect()));
    view! {
        <div class="period-head">
            <div>
                <h2>{period_name(overview, asked, l)}</h2>
                <small class="muted">{before_name(overview, l)}</small>
            </div>
            <div class="row push">{currencies} {segments(m::period(l), periods)} {other(overview, asked, l)}</div>
        </div>
    }
    .into_any()
}

fn segments(label: &'static str, choices: Vec<(String, String, bool)>) -> AnyView {
    let choice = |(href, name, here): (String, String, bool)| {
        view! { <li><a href=href aria-current=here.then_some("true")>{name}</a></li> }.into_any()
    };
    view! {
        <nav class="segments" aria-label=label>
            <ul>{choices.into_iter().map(choice).collect_view()}</ul>
        </nav>
    }
    .into_any()
}

/// Any other days.
fn other(overview: &Overview, asked: &Asked, l: Locale) -> AnyView {
    let none = Signal::stored(None);
    let day = |id: &'static str, name: &'static str, value: String| {
        view! { <input id=id type="date" name=name value=value max=overview.today.to_string() required=true/> }.into_any()
    };
    let from = day("from", "from", overview.from.to_string());
    let to = day("to", "to", overview.to.to_string());
    let currency = Some(asked.currency.clone()).filter(|currency| !currency.is_empty());
    let currency = currency.map(|currency| view! { <input type="hidden" name="currency" value=currency/> });
    view! {
        <Form method="GET" action=PATH attr:class="period-form row">
            {field("from", m::from_day(l), None, none, from)} {field("to", m::to_day(l), None, none, to)}
            {currency}
            <button class="button">{m::show(l)}</button>
        </Form>
    }
    .into_any()
}

fn chart(
    id: &'static str,
    title: &'static str,
    drawn: &Drawn,
    overview: &Overview,
    asked: &Asked,
    open: RwSignal<bool>,
    l: Locale,
) -> AnyView {
    let head = format!("chart-{id}");
    let named = head.clone();
    view! {
        <section class="card chart" aria-labelledby=head.clone()>
            <header>
                <h3 id=head.clone()>{title}</h3>
                <p class="legend push">
                    <span class="now">{period_name(overview, asked, l)}</span>
                    <span class="before">{m::col_before(l)}</span>
                </p>
            </header>
            <div class="body" inner_html=drawn.picture.clone()></div>
            <details open=open.get_untracked() on:toggle=move |event| open.set(event_target::<Element>(&event).has_attribute("open"))>
                <summary>{m::as_table(l)}</summary>
                <div class="scroll" tabindex="0" role="region" aria-labelledby=named inner_html=drawn.table.clone()></div>
            </details>
        </section>
    }
    .into_any()
}
