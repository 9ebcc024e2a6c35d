//! The API requests behind a payment: what programs asked to change, and what they were answered.

use leptos::prelude::*;
use model::{locale::Locale, time::Zone};

use super::{file::ApiRequest, file_words as w, page::Known};
use crate::frame::Frame;

/// Nothing where programs had no part in it.
pub fn requests(known: Known) -> AnyView {
    let frame = Frame::here();
    let l = frame.locale;
    let all = Memo::new(move |_| known.with(|file| file.requests.clone()));
    let any = Memo::new(move |_| all.with(|all| !all.is_empty()));
    (move || {
        let zone = frame.zone.clone();
        any.get().then(|| {
            // By their ids: what somebody has unfolded stays so when another one comes.
            view! {
                <section class="card" aria-labelledby="requests">
                    <header><h2 id="requests">{w::requests(l)}</h2></header>
                    <p class="lead">{w::requests_why(l)}</p>
                    <ul class="requests">
                        <For each=move || all.get() key=|one| one.id.clone() children=move |one| request(&one, &zone, l)/>
                    </ul>
                </section>
            }
        })
    })
    .into_any()
}

fn request(one: &ApiRequest, zone: &Zone, l: Locale) -> AnyView {
    let tone = if one.status < 400 { "good" } else { "bad" };
    let status = match &one.error {
        Some(error) => format!("{} {error}", one.status),
        None => one.status.to_string(),
    };
    let line = view! {
        <span class="what"><b>{one.method.clone()}</b> " " <span class="path">{one.path.clone()}</span></span>
        " "
        <span class=format!("answer {tone}")>{status}</span>
        " "
        <span class="when num">
            <time datetime=one.at.to_rfc3339()>{one.at.display(zone, l)}</time>
            {format!(" · {} · {}", w::request_key(l, &one.key), w::request_ms(l, &one.duration.to_string()))}
        </span>
    };
    if one.sent.is_none() && one.answered.is_none() {
        return view! { <li><div class="request">{line}</div></li> }.into_any();
    }
    let key = one.idempotency_key.clone().map(|key| view! { <p>"Idempotency-Key: " <code>{key}</code></p> });
    view! {
        <li>
            <details class="request">
                <summary>{line}</summary>
                <p>"Request-Id: " <code>{one.id.clone()}</code></p>
                {key}
                {body(w::request_sent(l), one.sent.as_deref(), l)}
                {body(w::request_answer(l), one.answered.as_deref(), l)}
            </details>
        </li>
    }
    .into_any()
}

fn body(title: &'static str, text: Option<&str>, l: Locale) -> AnyView {
    let text = match text {
        Some(text) => view! { <pre tabindex="0" translate="no">{text.to_owned()}</pre> }.into_any(),
        None => view! { <p class="muted">{w::request_empty(l)}</p> }.into_any(),
    };
    view! { <h3>{title}</h3> {text} }.into_any()
}
