//! What stands around a list: tabs above, pages below, and what is said when it is empty.

use leptos::prelude::*;

use crate::icon::{Icon, icon};

/// One view of a list, at an address of its own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tab {
    pub label: String,
    pub href: String,
    pub count: Option<String>,
    pub here: bool,
}

pub fn tabs(label: String, tabs: Vec<Tab>) -> AnyView {
    let tab = |tab: Tab| {
        view! {
            <li>
                <a href=tab.href aria-current=tab.here.then_some("page")>
                    {tab.label}
                    {tab.count.map(|count| view! { " " <span class="count num">{count}</span> })}
                </a>
            </li>
        }
    };
    view! {
        <nav class="tabs" aria-label=label>
            <ul>{tabs.into_iter().map(tab).collect_view()}</ul>
        </nav>
    }
    .into_any()
}

/// Where the pages before and after are; none at the ends.
pub fn pager(label: String, summary: String, previous: (String, Option<String>), next: (String, Option<String>)) -> AnyView {
    let step = |(text, href): (String, Option<String>), rel: &'static str| match href {
        Some(href) => view! { <a class="button" href=href rel=rel>{text}</a> }.into_any(),
        None => view! { <span class="button" aria-disabled="true">{text}</span> }.into_any(),
    };
    view! {
        <nav class="pager" aria-label=label>
            <span class="muted num">{summary}</span>
            <span class="row push">{step(previous, "prev")} {step(next, "next")}</span>
        </nav>
    }
    .into_any()
}

/// Says what will be here and offers the one thing to do.
pub fn empty_state(picture: Icon, title: impl Into<String>, body: impl Into<String>, action: AnyView) -> AnyView {
    let title = title.into();
    state(picture, view! { <h2>{title}</h2> }.into_any(), body.into(), action)
}

/// The same where it is all there is on the page: its title is the page's.
pub fn page_state(picture: Icon, title: impl Into<String>, body: impl Into<String>, action: AnyView) -> AnyView {
    let title = title.into();
    state(picture, view! { <h1>{title}</h1> }.into_any(), body.into(), action)
}

fn state(picture: Icon, title: AnyView, body: String, action: AnyView) -> AnyView {
    view! {
        <div class="empty">
            <span class="picture">{icon(picture)}</span>
            {title}
            <p class="muted">{body}</p>
            {action}
        </div>
    }
    .into_any()
}
