//! The order's attempts and why each came to nothing, what was given back, and what is disputed.

use leptos::prelude::*;
use model::{
    lifecycle::{DisputeStatus, shown::Hue},
    locale::Locale,
};

use super::{
    file::{Contested, File, GivenBack, Try},
    file_words as w,
    labels::{self, Label},
    parts::{Place, label},
    sides::{threeds, who},
};
use crate::messages as m;

/// A line of such a list: what it is, how it stands, when and how much; then what there is to say about it.
struct Line {
    about: String,
    state: AnyView,
    when: AnyView,
    amount: String,
    said: Vec<String>,
}

fn list(id: &'static str, title: &'static str, lines: Vec<Line>) -> AnyView {
    let line = |line: Line| {
        view! {
            <li>
                <div class="line">
                    <strong class="about num">{line.about}</strong>
                    <span class="state">{line.state}</span>
                    <span class="when num">{line.when}</span>
                    <span class="amount num">{line.amount}</span>
                </div>
                {line.said.into_iter().map(|said| view! { <p>{said}</p> }).collect_view()}
            </li>
        }
        .into_any()
    };
    view! {
        <section class="card" aria-labelledby=id>
            <header><h2 id=id>{title}</h2></header>
            <ul class="lines">{lines.into_iter().map(line).collect_view()}</ul>
        </section>
    }
    .into_any()
}

pub fn attempts(file: &File, place: &Place) -> AnyView {
    let l = place.locale;
    if file.tries.is_empty() {
        return view! {
            <section class="card" aria-labelledby="attempts">
                <header><h2 id="attempts">{m::attempts(l)}</h2></header>
                <p class="body muted">{m::no_attempts(l)}</p>
            </section>
        }
        .into_any();
    }
    let line = |one: &Try| Line {
        about: labels::card(one.brand.as_deref(), one.last4.as_deref()).unwrap_or_else(|| labels::method(one.method, l).to_owned()),
        state: label(labels::attempt(one, place.here()), one.state.detailed()),
        when: place.moment(one.created),
        amount: file.order.money(one.amount).display_number(l),
        said: said(one, l),
    };
    list("attempts", m::attempts(l), file.tries.iter().map(line).collect())
}

fn said(one: &Try, l: Locale) -> Vec<String> {
    let mut facts: Vec<String> = Vec::new();
    if let Some(auth) = one.auth {
        facts.push(format!("3-D Secure{}{}", m::colon(l), threeds(auth, l).to_lowercase()));
    }
    if let Some(number) = &one.authorisation {
        facts.push(w::authorisation(l, number));
    }
    let mut said = Vec::new();
    if let Some(why) = &one.why {
        said.push(format!("{}. {}", why.words, why.advice));
        said.extend(why.payer.as_ref().map(|text| w::payer_told(l, text)));
    }
    if !facts.is_empty() {
        said.push(facts.join(" · "));
    }
    said
}

pub fn refunds(file: &File, place: &Place) -> AnyView {
    let l = place.locale;
    if file.refunds.is_empty() {
        return ().into_any();
    }
    let line = |one: &GivenBack| Line {
        about: one.reason.as_ref().map_or_else(|| m::refunded_plain(l).to_owned(), |reason| m::quoted(l, reason)),
        state: label(labels::refund(one.status, l), Some(one.status.as_str())),
        when: place.moment(one.created),
        amount: file.order.money(one.amount).display_number(l),
        said: vec![who(&one.by, l)],
    };
    list("refunds", m::refunds(l), file.refunds.iter().map(line).collect())
}

pub fn disputes(file: &File, place: &Place) -> AnyView {
    let l = place.locale;
    if file.disputes.is_empty() {
        return ().into_any();
    }
    // What is contested elsewhere is answered there.
    let here = file.origin != "import";
    let line = |one: &Contested| {
        let open = here && matches!(one.status, DisputeStatus::Open | DisputeStatus::EvidencePending);
        let fee = (one.fee != 0).then(|| w::dispute_fee(l, &file.order.money(one.fee).display(l)));
        let facts: Vec<String> = [Some(w::dispute_reason(l, &one.code)), fee].into_iter().flatten().collect();
        Line {
            about: if open { w::dispute_answer(l, &place.here().day(one.answer_by)) } else { m::disputed(l).to_owned() },
            state: label(dispute_label(one.status, here, l), Some(one.status.as_str())),
            when: place.moment(one.created),
            amount: file.order.money(one.amount).display_number(l),
            said: [facts.join(" · ")].into_iter().chain(evidence(file, one, place)).collect(),
        }
    };
    list("disputes", w::disputes(l), file.disputes.iter().map(line).collect())
}

/// Of a dispute over money that had gone back before: that it is, and each refund in words to send to the bank.
fn evidence(file: &File, one: &Contested, place: &Place) -> Vec<String> {
    let l = place.locale;
    let before: Vec<&GivenBack> = file.refunds.iter().filter(|refund| refund.status.counts() && refund.created <= one.created).collect();
    if before.is_empty() {
        return Vec::new();
    }
    let money = |minor: i64| file.order.money(minor).display(l);
    let total = w::dispute_refunded(l, &money(before.iter().map(|refund| refund.amount).sum()));
    let proof = |refund: &&GivenBack| {
        let day = place.zone.date(refund.created).display(l);
        w::dispute_evidence(l, &refund.id, &money(refund.amount), &day, &labels::refund(refund.status, l).text)
    };
    [total].into_iter().chain(before.iter().map(proof)).collect()
}

fn dispute_label(status: DisputeStatus, here: bool, l: Locale) -> Label {
    let (hue, text) = match status {
        DisputeStatus::Open | DisputeStatus::EvidencePending if !here => (Hue::Failed, m::disputed(l)),
        DisputeStatus::Open | DisputeStatus::EvidencePending => (Hue::Act, w::dispute_open(l)),
        DisputeStatus::EvidenceSent | DisputeStatus::EvidenceVerification => (Hue::Running, w::dispute_sent(l)),
        DisputeStatus::Accepted => (Hue::Ended, w::dispute_accepted(l)),
        DisputeStatus::Won => (Hue::Paid, w::dispute_won(l)),
        DisputeStatus::Lost => (Hue::Failed, w::dispute_lost(l)),
        DisputeStatus::OutOfTime => (Hue::Failed, w::dispute_late(l)),
        DisputeStatus::NotContestable => (Hue::Failed, w::dispute_final(l)),
    };
    Label { hue, text: text.to_owned() }
}
