//! A link's page: the address to send, its QR code, and how it stands, live.

use std::sync::Arc;

use leptos::{html, prelude::*};
use leptos_meta::Title;
use leptos_router::{
    NavigateOptions,
    hooks::{use_navigate, use_params_map, use_query_map},
};
use model::{
    lifecycle::{Shown, shown::Hue},
    locale::Locale,
    rights::Right,
};
use ui::{Dialog, Icon, error_summary, icon, page_state};

use super::{
    NEW, PATH,
    data::{File, LinkFile},
    link_href, messages as m,
};
use crate::{
    ask,
    copy::copyable,
    frame::{Frame, Now},
    payments::{
        labels,
        parts::{Place, label, trouble},
        query::{escape, payment_href},
    },
};

#[component]
pub fn LinkPage() -> impl IntoView {
    let frame = Frame::here();
    let l = frame.locale;
    let may_write = frame.may(Right::LinkWrite);
    let params = use_params_map();
    let id = Memo::new(move |_| params.with(|params| params.get("id")).unwrap_or_default());
    let file = ask::live(move || LinkFile { id: id.get() });
    // What is read aloud when it changes, beside what stands there from the beginning.
    let told = RwSignal::new(String::new());
    let before = StoredValue::new(None::<String>);
    let content = ask::page(file, move |answer| match answer {
        Ok(found) => {
            Now::heard(found.now);
            let (_, title, why) = standing(&found, &Place::at(&frame, found.now));
            let now = format!("{title}. {why}");
            if before.get_value().is_some_and(|before| before != now) {
                told.set(now.clone());
            }
            before.set_value(Some(now));
            shown(Arc::new(found), &frame, may_write)
        }
        Err(failure) if failure.is_not_found() => nothing(l),
        Err(failure) => trouble(&failure, l, move || file.again()),
    });
    view! {
        {content}
        <p class="unseen" role="status">{move || told.get()}</p>
    }
    .into_any()
}

fn nothing(l: Locale) -> AnyView {
    let action = view! { <a class="button primary" href=PATH>{m::to_links(l)}</a> }.into_any();
    view! {
        <Title text=m::no_such_link(l)/>
        {page_state(Icon::Link, m::no_such_link(l), m::no_such_link_why(l), action)}
    }
    .into_any()
}

/// How the link stands, for whoever waits for the money.
fn standing(file: &File, place: &Place) -> (Hue, String, String) {
    let l = place.locale;
    let row = &file.row;
    let said = |hue, title: &'static str, why: &'static str| (hue, title.to_owned(), why.to_owned());
    match row.shown {
        Shown::Paid | Shown::Verified | Shown::PreAuthorised => {
            let payer = row.name.clone().or_else(|| row.email.clone()).unwrap_or_else(|| m::the_payer(l).to_owned());
            (Hue::Paid, m::is_paid(l).to_owned(), m::is_paid_why(l, &payer))
        }
        Shown::ToValidate => said(Hue::Act, m::to_validate(l), m::to_validate_why(l)),
        Shown::Authenticating | Shown::Checking => said(Hue::Running, m::paying(l), m::paying_why(l)),
        Shown::Refused | Shown::Error if file.open => said(Hue::Failed, m::refused_open(l), m::refused_open_why(l)),
        Shown::Awaiting if file.open => {
            let until = file.expires_at.display(&place.zone, l);
            (Hue::Running, m::waits(l).to_owned(), m::waits_why(l, &until))
        }
        Shown::Awaiting | Shown::Cancelled | Shown::Expired | Shown::Abandoned | Shown::Refused | Shown::Error => {
            said(Hue::Ended, m::ended(l), m::ended_why(l))
        }
        _ => (row.shown.hue(), labels::order(row, place.here()).text, String::new()),
    }
}

fn shown(file: Arc<File>, frame: &Frame, may_write: bool) -> AnyView {
    let place = Place::at(frame, file.now);
    let l = place.locale;
    let name = file.row.name_of_it();
    view! {
        <Title text=format!("{} · {name}", file.amount().display(l))/>
        <nav class="crumbs" aria-label=m::crumbs(l)>
            <a href=PATH>{icon(Icon::Back)} {m::links(l)}</a>
            <span aria-hidden="true">"/"</span>
            <span class="mono" aria-current="page">{name}</span>
        </nav>
        {notice(l)}
        {head(&file, &place, may_write)}
        <Cancel file=file.clone()/>
        <div class="columns">
            <div class="stack">
                {state(&file, &place)}
                {address(&file, frame)}
            </div>
            {code(&file, l)}
        </div>
        {details(&file, &place)}
        {poster(&file, frame)}
    }
    .into_any()
}

/// What was just done.
fn notice(l: Locale) -> AnyView {
    let query = use_query_map();
    let done = Memo::new(move |_| query.with(|query| query.get("done")));
    let node = NodeRef::<html::Div>::new();
    Effect::new(move |_| {
        if let Some(node) = node.get() {
            drop(node.focus());
        }
    });
    (move || {
        let text = match done.get().as_deref() {
            Some("made") => m::ready(l),
            Some("cancelled") => m::cancelled_now(l),
            _ => return None,
        };
        Some(view! { <div class="notice paid no-print" role="status" tabindex="-1" node_ref=node>{text}</div> })
    })
    .into_any()
}

fn head(file: &File, place: &Place, may_write: bool) -> AnyView {
    let l = place.locale;
    let row = &file.row;
    let another = may_write.then(|| view! { <a class="button" href=another(file)>{m::another(l)}</a> });
    let cancel = file.cancellable.then(|| view! { <a class="button" href="?do=cancel" data-noscroll="">{m::cancel(l)}</a> });
    view! {
        <div class="head">
            <h1 class="sum num">
                {file.amount().display(l)} " " <small>{file.currency().upper()}</small>
            </h1>
            <span class="row">{label(labels::order(row, place.here()), Some(row.shown.as_str()))}</span>
            <div class="row push">
                {cancel} {another}
                <a class="button" href=payment_href(&row.id)>{m::payment(l)}</a>
            </div>
        </div>
    }
    .into_any()
}

/// The same again, for the next payer.
fn another(file: &File) -> String {
    let texts = [
        ("amount", Some(file.row.amount.to_string())),
        ("currency", Some(file.currency().code().to_owned())),
        ("description", file.description.clone()),
        ("shop", Some(file.shop_id.clone())),
    ];
    let pairs: Vec<String> = texts.into_iter().filter_map(|(name, text)| text.map(|text| format!("{name}={}", escape(&text)))).collect();
    format!("{NEW}?{}", pairs.join("&"))
}

fn state(file: &File, place: &Place) -> AnyView {
    let l = place.locale;
    let (hue, title, why) = standing(file, place);
    let again = file.open.then(|| {
        view! {
            <span class="by-script">{m::watched(l)}</span>
            <a class="until-script" href=link_href(&file.row.id) rel="external">{m::check_again(l)}</a>
        }
    });
    view! {
        <section class=format!("notice standing {hue}") aria-labelledby="standing" data-shown=file.row.shown.as_str()>
            <strong id="standing">{title}</strong>
            <p>{why} " " {again}</p>
        </section>
    }
    .into_any()
}

fn address(file: &File, frame: &Frame) -> AnyView {
    let l = frame.locale;
    let amount = file.amount().display(l);
    let shop = file.shop.clone().unwrap_or_else(|| frame.account.clone());
    let to = file.row.email.clone().unwrap_or_default();
    let subject = escape(&m::mail_subject(l, &shop, &amount));
    // An address is written as it is, but for what would end it here.
    let to = to.replace('%', "%25").replace('?', "%3F").replace('&', "%26").replace('#', "%23");
    let mail = format!("mailto:{to}?subject={subject}&body={}", escape(&m::mail_body(l, &amount, &file.url)));
    view! {
        <section class="card" aria-labelledby="the-link">
            <header><h2 id="the-link">{m::the_link(l)}</h2></header>
            <div class="body stack">
                {copyable(file.url.clone(), m::link_to_copy(l), "button primary", l)}
                <div class="row">
                    <a class="button" href=mail rel="external">{icon(Icon::Mail)} {m::by_mail(l)}</a>
                    <a class="button" href=file.url.clone() rel="external noopener" target="_blank">{m::open_link(l)}</a>
                </div>
            </div>
        </section>
    }
    .into_any()
}

fn qr_href(file: &File) -> String {
    format!("{}/qr.svg", link_href(&file.row.id))
}

fn code(file: &File, l: Locale) -> AnyView {
    let named = file.row.reference.clone().unwrap_or_else(|| file.row.id.clone());
    let print = |_| {
        #[cfg(target_arch = "wasm32")]
        drop(window().print());
    };
    view! {
        <section class="card qr" aria-labelledby="qr">
            <header><h2 id="qr">{m::qr(l)}</h2></header>
            <div class="body stack">
                <img src=qr_href(file) alt=m::qr_alt(l, &file.amount().display(l)) width="240" height="240"/>
                <div class="row">
                    <a class="button" href=qr_href(file) download=format!("{named}.svg") rel="external">{m::qr_download(l)}</a>
                    <button type="button" class="button by-script" on:click=print>{icon(Icon::Print)} {m::poster(l)}</button>
                </div>
            </div>
        </section>
    }
    .into_any()
}

fn details(file: &File, place: &Place) -> AnyView {
    let l = place.locale;
    let row = &file.row;
    let text = |text: Option<String>| text.map(|text| view! { {text} }.into_any());
    let customer = match (&row.name, &row.email) {
        (Some(name), Some(email)) => Some(format!("{name} · {email}")),
        (name, email) => name.clone().or_else(|| email.clone()),
    };
    let capture = if file.manual_validation { m::by_hand(l) } else { m::by_itself(l) };
    let rows = [
        (m::fact_reference(l), text(row.reference.clone())),
        (m::fact_description(l), text(file.description.clone())),
        (m::fact_customer(l), text(customer)),
        (m::fact_shop(l), text(file.shop.clone())),
        (m::fact_capture(l), text(Some(capture.to_owned()))),
        (m::fact_expires(l), text(Some(file.expires_at.display(&place.zone, l)))),
        (m::fact_made(l), Some(place.moment(row.created))),
        (m::fact_made_by(l), text(file.made_by.clone())),
        (m::fact_id(l), Some(view! { <code>{row.id.clone()}</code> }.into_any())),
    ];
    let fact = |(name, value): (&'static str, Option<AnyView>)| {
        value.map(|value| view! { <div class="row"><dt>{name}</dt><dd>{value}</dd></div> }.into_any())
    };
    view! {
        <section class="card" aria-labelledby="details">
            <header><h2 id="details">{m::details(l)}</h2></header>
            <dl class="pairs">{rows.into_iter().filter_map(fact).collect_view()}</dl>
        </section>
    }
    .into_any()
}

/// What is printed: nothing else of the page goes onto paper.
fn poster(file: &File, frame: &Frame) -> AnyView {
    let l = frame.locale;
    let shop = file.shop.clone().unwrap_or_else(|| frame.account.clone());
    view! {
        <div class="poster" aria-hidden="true">
            <p class="shop">{shop}</p>
            {file.description.clone().map(|text| view! { <p class="what">{text}</p> })}
            <p class="sum num">{file.amount().display(l)}</p>
            <img src=qr_href(file) alt=""/>
            <p class="scan">{m::scan(l)}</p>
            <p class="mono">{file.url.clone()}</p>
        </div>
    }
    .into_any()
}

/// The question before a link is ended, at an address of its own.
#[component]
fn Cancel(file: Arc<File>) -> impl IntoView {
    let query = use_query_map();
    let asked = Memo::new(move |_| query.with(|query| query.get("do").as_deref() == Some("cancel")));
    let failed = Memo::new(move |_| query.with(|query| query.get("failed").is_some()));
    move || {
        let l = Frame::here().locale;
        if asked.get() && file.cancellable {
            Some(view! { <Question file=file.clone()/> }.into_any())
        } else {
            failed.get().then(|| error_summary(m::not_cancelled(l), m::it_changed(l)))
        }
    }
}

#[component]
fn Question(file: Arc<File>) -> impl IntoView {
    let l = Frame::here().locale;
    let base = link_href(&file.row.id);
    let amount = file.amount().display(l);
    let (left, leave) = signal(false);
    let navigate = use_navigate();
    let (to, action) = (base.clone(), format!("{base}/cancel"));
    let on_close = Callback::new(move |()| {
        navigate(&to, NavigateOptions { replace: true, scroll: false, ..NavigateOptions::default() });
    });
    view! {
        <Dialog labelled_by="question" closing=left on_close=on_close>
            <form method="post" action=action>
                <h2 id="question">{m::cancel_ask(l, &amount)}</h2>
                <p class="muted">{m::cancel_why(l)}</p>
                <footer>
                    <a
                        class="button"
                        href=base
                        on:click=move |event| {
                            event.prevent_default();
                            leave.set(true);
                        }
                    >
                        {m::keep(l)}
                    </a>
                    <button class="button primary destructive">{m::cancel_do(l, &amount)}</button>
                </footer>
            </form>
        </Dialog>
    }
    .into_any()
}
