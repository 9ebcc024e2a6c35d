//! Home before the first payment: three steps to it.

use leptos::prelude::*;
use model::rights::Right;
use ui::{Icon, icon};

use super::messages as m;
use crate::frame::Frame;

struct Step {
    picture: Icon,
    title: &'static str,
    why: &'static str,
    /// Address and name of what to do.
    action: Option<(&'static str, &'static str)>,
}

pub fn first_steps(frame: &Frame) -> AnyView {
    let l = frame.locale;
    let link = Step {
        picture: Icon::Link,
        title: m::step_link(l),
        why: m::step_link_why(l),
        action: frame.may(Right::LinkWrite).then_some(("/dashboard/links/new", m::step_link_do(l))),
    };
    let key = Step {
        picture: Icon::Code,
        title: m::step_key(l),
        why: m::step_key_why(l),
        action: Some(if frame.may(Right::KeyManage) {
            ("/dashboard/developers/keys", m::step_key_do(l))
        } else {
            ("/docs", m::step_docs_do(l))
        }),
    };
    let third = if frame.environment.is_sandbox() {
        Step { picture: Icon::Payments, title: m::step_card(l), why: m::step_card_why(l), action: None }
    } else {
        Step { picture: Icon::Payments, title: m::step_live(l), why: m::step_live_why(l), action: None }
    };
    let step = |step: Step| {
        // The API's own pages are no part of this application.
        let action = step.action.map(|(href, name)| {
            let rel = (href == "/docs").then_some("external");
            view! { <a class="button" href=href rel=rel>{name}</a> }
        });
        view! {
            <li class="card">
                <span class="picture">{icon(step.picture)}</span>
                <h3>{step.title}</h3>
                <p class="muted">{step.why}</p>
                {action}
            </li>
        }
        .into_any()
    };
    view! {
        <section class="first" aria-labelledby="welcome">
            <h2 id="welcome">{m::welcome(l)}</h2>
            <p class="muted">{m::welcome_why(l)}</p>
            <ol>{[link, key, third].into_iter().map(step).collect_view()}</ol>
        </section>
    }
    .into_any()
}
