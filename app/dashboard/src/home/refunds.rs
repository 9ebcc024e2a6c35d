//! The refunds behind a figure.

use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;
use model::{locale::Locale, money::Money};
use ui::{Icon, empty_state, icon, pager};

use super::{
    PATH, RefundsAsked,
    data::{RefundList, RefundRow, Refunds},
    messages as m,
};
use crate::{
    ask,
    frame::{Frame, Now},
    payments::{
        data::Counted,
        labels,
        parts::{Place, count, label, trouble},
        query::payment_href,
    },
};

#[component]
pub fn RefundsPage() -> impl IntoView {
    let frame = Frame::here();
    let l = frame.locale;
    let query = use_query_map();
    let asked = Memo::new(move |_| query.with(RefundsAsked::read));
    let found = ask::live(move || Refunds { asked: asked.get() });
    let content = ask::page(found, move |answer| match answer {
        Ok(refunds) => {
            Now::heard(refunds.now);
            shown(&refunds, &asked.get_untracked(), &frame)
        }
        Err(failure) => trouble(&failure, l, move || found.again()),
    });
    view! {
        <Title text=m::refunds(l)/>
        <p><a class="row" href=PATH>{icon(Icon::Back)} {m::back(l)}</a></p>
        {content}
    }
    .into_any()
}

fn shown(refunds: &RefundList, asked: &RefundsAsked, frame: &Frame) -> AnyView {
    let l = frame.locale;
    let total = Money::new(refunds.all.amount, refunds.currency).display(l);
    let number = count(Counted { count: refunds.all.count, more: false }, l);
    let all = if refunds.all.count == 1 { m::one_refund(l, &total) } else { m::n_refunds(l, &number, &total) };
    let body = if refunds.rows.is_empty() {
        empty_state(Icon::Payments, m::no_refunds(l), m::no_refunds_why(l), ().into_any())
    } else {
        table(refunds, asked, &all, &Place::at(frame, refunds.now))
    };
    view! {
        <div class="head">
            <h1>{m::refunds_of(l, &refunds.from.display_short(l), &refunds.to.display(l))}</h1>
        </div>
        <p class="muted">{m::refunds_are(l)}</p>
        <p class="num" role="status"><strong>{all}</strong></p>
        <div class="card">{body}</div>
    }
    .into_any()
}

fn table(refunds: &RefundList, asked: &RefundsAsked, all: &str, place: &Place) -> AnyView {
    let l = place.locale;
    let first = (!asked.after.is_empty()).then(|| RefundsAsked { after: String::new(), ..asked.clone() }.href());
    let next = refunds.next.clone().map(|after| RefundsAsked { after, ..asked.clone() }.href());
    let several = first.is_some() || next.is_some();
    let pages = several
        .then(|| pager(m::pages(l).to_owned(), all.to_owned(), (m::first_page(l).to_owned(), first), (m::older(l).to_owned(), next)));
    view! {
        <table class="table refunds">
            <thead>
                <tr>
                    <th scope="col">{m::col_date(l)}</th>
                    <th scope="col">{m::col_payment(l)}</th>
                    <th scope="col">{m::col_status(l)}</th>
                    <th scope="col">{m::col_reason(l)}</th>
                    <th scope="col" class="amount">{m::col_amount(l)}</th>
                </tr>
            </thead>
            <tbody>{refunds.rows.iter().map(|row| line(row, refunds, place, l)).collect_view()}</tbody>
        </table>
        {pages}
    }
    .into_any()
}

fn line(row: &RefundRow, refunds: &RefundList, place: &Place, l: Locale) -> AnyView {
    view! {
        <tr>
            <td class="num">{place.moment(row.created)}</td>
            <td class="mono"><a href=payment_href(&row.order)>{row.reference.clone()}</a></td>
            <td>{label(labels::refund(row.status, l), Some(row.status.as_str()))}</td>
            <td class="reason">{row.reason.clone()}</td>
            <td class="amount">{ui::amount(Money::new(row.amount, refunds.currency), l)}</td>
        </tr>
    }
    .into_any()
}
