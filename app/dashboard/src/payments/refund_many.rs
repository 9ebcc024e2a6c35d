//! Several payments refunded at once: what goes back of each, one reason, and what became of it.

use leptos::{prelude::*, server_fn::error::ServerFnUrlError};
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;
use model::{
    lifecycle::Shown,
    locale::Locale,
    money::{Currency, Money},
};
use ui::{Icon, described_by, empty_state, error_summary, field, icon};

use super::{
    data::{Chosen, Outcome, RefundMany, ToRefund, short},
    list_messages as w,
    parts::{Place, badges, trouble},
    query::{PATH, payment_href},
};
use crate::{
    ask::{self, Act, Form},
    failure::{Failure, leave_when_signed_out},
    frame::Frame,
    messages as m,
};

#[component]
pub fn RefundManyPage() -> impl IntoView {
    let frame = Frame::here();
    let l = frame.locale;
    let query = use_query_map();
    // A form sends an id a field, a link all in one.
    let ids = Memo::new(move |_| query.with(|query| query.get_all("ids")).unwrap_or_default().join(","));
    let told = Memo::new(move |_| query.with(|query| query.get("told")).unwrap_or_default());
    let act = Act::of::<RefundMany>();
    let all = ask::live(move || ToRefund { ids: ids.get(), told: told.get() });
    let posted = move || query.with(|query| query.get("__err")).map(|told| ServerFnUrlError::<Failure>::decode_err(&told));
    let failure = Signal::derive(move || act.failure().or_else(posted));
    let content = ask::page(all, move |answer| match answer {
        Ok(all) if all.is_empty() => nothing(l),
        Ok(all) => shown(&all, &ids.get_untracked(), act, failure, &frame),
        Err(failure) => trouble(&failure, l, move || all.again()),
    });
    view! {
        <Title text=w::refund_many(l)/>
        <nav class="crumbs" aria-label=m::nav_main(l)>
            <a href=PATH>{icon(Icon::Back)} {m::payments(l)}</a>
        </nav>
        <div class="head">
            <h1>{w::refund_many(l)}</h1>
        </div>
        <div class="stack">
            {content}
        </div>
    }
    .into_any()
}

fn nothing(l: Locale) -> AnyView {
    let back = view! { <a class="button primary" href=PATH>{w::refund_to_list(l)}</a> }.into_any();
    view! { <div class="card">{empty_state(Icon::Payments, w::refund_nothing(l), "", back)}</div> }.into_any()
}

fn shown(all: &[Chosen], ids: &str, act: Act, failure: Signal<Option<Failure>>, frame: &Frame) -> AnyView {
    let l = frame.locale;
    let tried = all.iter().any(|one| one.outcome.is_some());
    // What was tried is told, and asked again only by going back to the list.
    let form = if tried { told(all, l) } else { form(all, ids, act, failure, l) };
    let place = Place::at(frame, frame.now);
    view! {
        {form}
        <div class="card">
            <table class="table payments many">
                <caption class="unseen">{w::refund_many(l)}</caption>
                <thead>
                    <tr>
                        <th scope="col">{w::col_reference(l)}</th>
                        <th scope="col">{w::col_name(l)}</th>
                        <th scope="col">{w::col_status(l)}</th>
                        <th scope="col" class="amount">{if tried { w::refund_outcome(l) } else { w::refund_amount(l) }}</th>
                    </tr>
                </thead>
                <tbody>{all.iter().map(|one| row(one, &place)).collect_view()}</tbody>
            </table>
        </div>
    }
    .into_any()
}

fn row(one: &Chosen, place: &Place) -> AnyView {
    let (row, l) = (&one.row, place.locale);
    let end = match (&one.outcome, one.refundable) {
        (Some(Outcome::Refunded), _) => view! { <strong class="good">{w::refund_done(l)}</strong> }.into_any(),
        (Some(Outcome::Refused(failure)), _) => view! { <span class="bad">{failure.sentence(l)}</span> }.into_any(),
        (None, Some(minor)) => ui::amount(row.money(minor), l),
        (None, None) => {
            // The card is charged in the evening: until then a payment is cancelled, not refunded.
            let early = row.shown == Shown::Paid && row.captured == 0;
            let why = if early { w::refund_too_early(l) } else { w::refund_cannot(l) };
            view! { <span class="muted why">{why}</span> }.into_any()
        }
    };
    let name = row.name.clone().or_else(|| row.email.clone()).unwrap_or_else(|| "—".to_owned());
    view! {
        <tr>
            <td class="reference mono">
                <a href=payment_href(&row.id)>{row.reference.clone().unwrap_or_else(|| short(&row.id))}</a>
            </td>
            <td class="name">{name}</td>
            <td class="status">{badges(row, place.here())}</td>
            <td class="amount">{end}</td>
        </tr>
    }
    .into_any()
}

fn told(all: &[Chosen], l: Locale) -> AnyView {
    let done = all.iter().filter(|one| one.outcome == Some(Outcome::Refunded)).count();
    let failed = all.iter().filter(|one| matches!(one.outcome, Some(Outcome::Refused(_)))).count();
    let good = match done {
        0 => String::new(),
        1 => w::refund_done_one(l).to_owned(),
        count => w::refund_done_many(l, &count.to_string()),
    };
    let bad = (failed > 0).then(|| w::refund_failed_many(l, &failed.to_string()));
    let class = if failed > 0 { "notice act" } else { "notice paid" };
    view! {
        <div class=class role="status">
            <strong>{good}</strong>
            " "
            {bad}
            " "
            <a href=PATH>{w::refund_to_list(l)}</a>
        </div>
    }
    .into_any()
}

fn form(all: &[Chosen], ids: &str, act: Act, failure: Signal<Option<Failure>>, l: Locale) -> AnyView {
    let able: Vec<&Chosen> = all.iter().filter(|one| one.refundable.is_some() && one.payment.is_some()).collect();
    if able.is_empty() {
        return error_summary(w::refund_none(l), "");
    }
    let mut sums: Vec<(Currency, i64)> = Vec::new();
    for one in &able {
        let minor = one.refundable.unwrap_or_default();
        match sums.iter_mut().find(|(currency, _)| *currency == one.row.currency) {
            Some((_, sum)) => *sum += minor,
            None => sums.push((one.row.currency, minor)),
        }
    }
    let sums: Vec<String> = sums.into_iter().map(|(currency, sum)| Money::new(sum, currency).display(l)).collect();
    let named = |one: &&Chosen| one.payment.as_ref().map(|(payment, version)| format!("{}:{payment}:{version}", one.row.id));
    let payments: Vec<String> = able.iter().filter_map(named).collect();
    let wrong =
        Signal::derive(move || failure.get().filter(|failure| failure.field() == Some("reason")).map(|failure| failure.sentence(l)));
    let whole = move || {
        failure.get().filter(|failure| failure.field() != Some("reason")).map(|failure| {
            leave_when_signed_out(&failure);
            error_summary(m::not_done(l), failure.sentence(l))
        })
    };
    let reason = view! {
        <input
            id="reason"
            name="reason"
            autocomplete="off"
            maxlength="255"
            aria-invalid=move || wrong.get().map(|_| "true")
            aria-describedby=move || described_by("reason", true, wrong.get().is_some())
        />
    };
    let go = if payments.len() == 1 { w::refund_one_go(l).to_owned() } else { w::refund_go(l, &payments.len().to_string()) };
    let name = move || if act.pending() { m::working(l).to_owned() } else { go.clone() };
    let (ids, payments, why) = (ids.to_owned(), payments.join(","), w::refund_why(l, &sums.join(" + ")));
    view! {
        <div class="card padded">
            <Form act=act>
                <p>{why}</p>
                {whole}
                <input type="hidden" name="ids" value=ids/>
                <input type="hidden" name="payments" value=payments/>
                {field("reason", w::refund_reason(l), Some(w::refund_reason_hint(l).to_owned()), wrong, reason.into_any())}
                <div class="row">
                    <a class="button" href=PATH>{w::refund_to_list(l)}</a>
                    <button class="button primary destructive push" disabled=move || act.pending()>{name}</button>
                </div>
            </Form>
        </div>
    }
    .into_any()
}
