//! The audit log: who changed what. Filters and place live in the address.

use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::{hooks::use_query_map, location::Url, params::ParamsMap};
use model::locale::Locale;
use ui::{Icon, empty_state, field, pager};

use super::{
    AUDIT,
    data::{AuditAsked, AuditLog, Line, ReadAudit},
    messages as m,
    parts::not_shown,
};
use crate::{ask, frame::Frame, payments::parts::Place};

impl AuditAsked {
    fn read(query: &ParamsMap) -> Self {
        let text = |name| query.get(name).map(|text| text.trim().to_owned()).unwrap_or_default();
        Self { who: text("who"), action: text("action"), from: text("from"), to: text("to"), after: text("after"), before: text("before") }
    }

    fn href(&self) -> String {
        let pairs = [
            ("who", &self.who),
            ("action", &self.action),
            ("from", &self.from),
            ("to", &self.to),
            ("after", &self.after),
            ("before", &self.before),
        ];
        let pairs: Vec<String> =
            pairs.iter().filter(|(_, value)| !value.is_empty()).map(|(name, value)| format!("{name}={}", Url::escape(value))).collect();
        if pairs.is_empty() { AUDIT.to_owned() } else { format!("{AUDIT}?{}", pairs.join("&")) }
    }

    fn first(&self) -> Self {
        Self { after: String::new(), before: String::new(), ..self.clone() }
    }
}

#[component]
pub fn AuditPage() -> impl IntoView {
    let frame = Frame::here();
    let l = frame.locale;
    let query = use_query_map();
    let asked = Memo::new(move |_| query.with(AuditAsked::read));
    let log = ask::live(move || ReadAudit { asked: asked.get() });
    let (pending, set_pending) = signal(false);
    let content = ask::page_while(log, set_pending, move |answer| match answer {
        Ok(log) => shown(log, &asked.get_untracked(), &frame),
        Err(failure) => not_shown(&failure, l, move || log.again()),
    });
    view! {
        <Title text=m::audit(l)/>
        <div class="head">
            <h1>{m::audit(l)}</h1>
        </div>
        <p class="muted">{m::audit_about(l)}</p>
        <div class="stack" aria-busy=move || pending.get().then_some("true")>
            {content}
        </div>
    }
    .into_any()
}

fn shown(log: AuditLog, asked: &AuditAsked, frame: &Frame) -> AnyView {
    let l = frame.locale;
    let place = Place::at(frame, log.now);
    let body = if log.lines.is_empty() { nothing(asked, l) } else { table(&log, asked, &place) };
    view! {
        {filters(&log, asked, l)}
        {body}
    }
    .into_any()
}

/// A plain form: the router of the page follows its address without loading it anew.
fn filters(log: &AuditLog, asked: &AuditAsked, l: Locale) -> AnyView {
    let options = |list: &[(String, String)], chosen: &str, all: &'static str| {
        let option = |(value, name): &(String, String)| {
            view! { <option value=value.clone() selected=value == chosen>{name.clone()}</option> }.into_any()
        };
        view! {
            <option value="">{all}</option>
            {list.iter().map(option).collect_view()}
        }
        .into_any()
    };
    let none = Signal::stored(None);
    let who = view! { <select id="who" name="who">{options(&log.people, &asked.who, m::anybody(l))}</select> };
    let action = view! { <select id="action" name="action">{options(&log.actions, &asked.action, m::anything(l))}</select> };
    let from = view! { <input id="from" type="date" name="from" value=asked.from.clone()/> };
    let to = view! { <input id="to" type="date" name="to" value=asked.to.clone()/> };
    let any = asked.first() != AuditAsked::default();
    view! {
        <leptos_router::components::Form method="GET" action=AUDIT attr:class="row search-form">
            {field("who", m::filter_person(l), None, none, who.into_any())}
            {field("action", m::filter_action(l), None, none, action.into_any())}
            {field("from", m::filter_from(l), None, none, from.into_any())}
            {field("to", m::filter_to(l), None, none, to.into_any())}
            <div class="row">
                <button class="button">{m::apply(l)}</button>
                {any.then(|| view! { <a class="button quiet" href=AUDIT>{m::clear(l)}</a> })}
            </div>
        </leptos_router::components::Form>
    }
    .into_any()
}

fn table(log: &AuditLog, asked: &AuditAsked, place: &Place) -> AnyView {
    let l = place.locale;
    let step = |cursor: &Option<String>, after: bool| {
        cursor.clone().map(|cursor| {
            let at = asked.first();
            if after { AuditAsked { after: cursor, ..at }.href() } else { AuditAsked { before: cursor, ..at }.href() }
        })
    };
    let pages = pager(
        m::pages(l).to_owned(),
        String::new(),
        (m::newer(l).to_owned(), step(&log.previous, false)),
        (m::older(l).to_owned(), step(&log.next, true)),
    );
    view! {
        <div class="card">
            <table class="table log">
                <thead>
                    <tr>
                        <th scope="col">{m::col_when(l)}</th>
                        <th scope="col">{m::col_who(l)}</th>
                        <th scope="col">{m::col_what(l)}</th>
                        <th scope="col">{m::col_from(l)}</th>
                    </tr>
                </thead>
                <tbody>{log.lines.iter().map(|one| line(one, place)).collect_view()}</tbody>
            </table>
            {pages}
        </div>
    }
    .into_any()
}

fn line(line: &Line, place: &Place) -> AnyView {
    let on = line.on.clone().map(|(href, name)| view! { " " <a class="mono" href=href>{name}</a> });
    let environment = line.environment.clone().map(|environment| view! { <small class="muted">{environment}</small> });
    view! {
        <tr>
            <td class="num when">{place.moment(line.at)}</td>
            <td class="who">{line.who.clone()}</td>
            <td class="what">{line.what.clone()} {on} {environment}</td>
            <td class="num">{line.address.clone()}</td>
        </tr>
    }
    .into_any()
}

fn nothing(asked: &AuditAsked, l: Locale) -> AnyView {
    let untouched = *asked == AuditAsked::default();
    let body = if untouched {
        empty_state(Icon::Search, m::nothing_yet(l), m::nothing_yet_why(l), ().into_any())
    } else {
        let clear = view! { <a class="button" href=AUDIT>{m::clear(l)}</a> }.into_any();
        empty_state(Icon::Search, m::nothing_matches(l), m::nothing_matches_why(l), clear)
    };
    view! { <div class="card">{body}</div> }.into_any()
}
