//! What waits for somebody, the most pressing first, each a link to exactly these payments.

use leptos::prelude::*;
use model::{
    lifecycle::Shown,
    locale::Locale,
    money::Money,
    time::{Date, days_left},
};
use ui::{Icon, icon};

use super::{
    data::{Need, Overview},
    messages as m,
};
use crate::payments::{
    data::Counted,
    parts::count,
    query::{Asked, Window},
};

pub fn needs(overview: &Overview, l: Locale) -> AnyView {
    let all = overview.needs.iter().map(|need| need.count).sum::<i64>();
    let badge = (all > 0).then(|| view! { <span class="badge act num">{number(all, l)}</span> });
    let body = if overview.needs.is_empty() {
        view! {
            <p class="calm">
                {icon(Icon::Check)}
                <span>{m::nothing_needs(l)} <small>{m::nothing_needs_why(l)}</small></span>
            </p>
        }
        .into_any()
    } else {
        view! { <ul>{overview.needs.iter().map(|need| line(need, overview.today, l)).collect_view()}</ul> }.into_any()
    };
    view! {
        <section class="card needs" aria-labelledby="needs">
            <header>
                <h2 id="needs">{m::needs(l)}</h2>
                {badge}
            </header>
            {body}
        </section>
    }
    .into_any()
}

fn number(of: i64, l: Locale) -> String {
    count(Counted { count: of, more: false }, l)
}

fn line(need: &Need, today: Date, l: Locale) -> AnyView {
    // A failed capture is final: those of the last months are worth a call.
    let window = if need.shown == Shown::CaptureFailed { Window::Recent } else { Window::All };
    let search = if need.imported { "-origin:import".to_owned() } else { String::new() };
    let href = Asked { status: vec![need.shown], window, search, ..Asked::default() }.href();
    let sums: Vec<String> = need.sums.iter().map(|(currency, minor)| Money::new(*minor, *currency).display(l)).collect();
    let until = need.until.map(|day| match need.shown {
        Shown::Disputed => m::answer_by(l, &day.display_short(l)),
        Shown::FraudAlert => m::decide_by(l, &day.display_short(l)),
        _ => days_left(today, day, l),
    });
    view! {
        <li>
            <a href=href>
                <span>{what(need, l)}</span>
                {until.map(|until| view! { <em>{until}</em> })}
                <small class="num">{sums.join(" · ")}</small>
            </a>
        </li>
    }
    .into_any()
}

fn what(need: &Need, l: Locale) -> String {
    let (one, several): (&'static str, fn(Locale, &str) -> String) = match need.shown {
        Shown::FraudAlert => (m::one_fraud(l), |l, n| m::n_fraud(l, n)),
        Shown::ToValidate => (m::one_to_validate(l), |l, n| m::n_to_validate(l, n)),
        Shown::Disputed => (m::one_disputed(l), |l, n| m::n_disputed(l, n)),
        Shown::PartlyPaid => (m::one_partly(l), |l, n| m::n_partly(l, n)),
        _ => (m::one_failed(l), |l, n| m::n_failed(l, n)),
    };
    if need.count == 1 { one.to_owned() } else { several(l, &number(need.count, l)) }
}
