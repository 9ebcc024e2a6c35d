//! From what the engine knows of one order to what its page is told.

use engine::{
    Attempt, PaymentFile,
    rows::{self, Card, Event, Posting},
};
use model::{
    lifecycle::State,
    time::{Timestamp, Zone},
};
use serde_json::Value;

use super::convert::row;
use crate::payments::{
    file::{Facts, File, GivenBack, Moment, Try, Who},
    labels,
};

pub fn file(file: PaymentFile, zone: &Zone) -> File {
    let cards: Vec<Card> = file.attempts.iter().filter_map(|attempt| attempt.full.card.clone()).collect();
    let deciding = file.intent.payment;
    let names = &file.names;
    let mut events: Vec<Moment> = file.events.iter().map(|one| moment(one, names, &cards)).collect();
    // Newest first; what happened in one commit, in the order of its sense.
    events.sort_by(|a, b| b.at.cmp(&a.at).then_with(|| rank(&b.kind).cmp(&rank(&a.kind))));
    File {
        order_status: file.intent.order_status,
        order_cycle: file.intent.order_cycle,
        manual_validation: file.intent.manual_validation,
        expires_at: file.intent.expires_at,
        description: file.intent.description.clone(),
        shop: file.shop.map(|shop| shop.name),
        tries: file.attempts.into_iter().map(|one| attempt(&one, deciding == Some(one.full.payment.id), zone)).collect(),
        refunds: file.refunds.into_iter().map(|one| refund(one, names)).collect(),
        fees: credited(&file.postings, &["fees"]),
        net: credited(&file.postings, &["pending", "available"]),
        events,
        now: file.now,
        order: row(file.intent),
    }
}

/// What these accounts of the ledger were given, minor units: a credit is negative there.
fn credited(postings: &[Posting], accounts: &[&str]) -> i64 {
    -postings.iter().filter(|line| accounts.contains(&line.ledger_account.as_str())).map(|line| line.amount).sum::<i64>()
}

fn attempt(attempt: &Attempt, deciding: bool, zone: &Zone) -> Try {
    let payment = &attempt.full.payment;
    let card = attempt.full.card.as_ref();
    Try {
        id: payment.id.to_string(),
        version: payment.version,
        deciding,
        created: payment.created,
        state: payment.state,
        remitted: payment.remitted_at.is_some(),
        held: payment.held_until.is_some(),
        method: payment.method,
        brand: card.map(|card| card.brand.clone()),
        last4: card.map(|card| card.last4.clone()),
        country: card.and_then(|card| card.country.clone()),
        response: payment.response.clone(),
        auth: payment.auth,
        ended_because: payment.ended_because.clone(),
        authorised_until: payment.authorised_until,
        capture_date: payment.capture_date,
        captured_at: payment.captured_at,
        amount: payment.amount,
        authorised: payment.authorised_amount,
        captured: payment.captured_amount,
        refunded: payment.refunded_amount,
        disputed_amount: payment.disputed_amount,
        refundable: attempt.refundable,
        actions: attempt.actions.clone(),
        capture_day: payment.capture_date.filter(|_| payment.state != State::Captured).map(|at| zone.date(at)),
    }
}

fn refund(refund: rows::Refund, names: &[(String, String)]) -> GivenBack {
    GivenBack {
        id: refund.id.to_string(),
        created: refund.created,
        amount: refund.amount,
        status: refund.status,
        reason: refund.reason,
        by: who(&refund.created_by, names),
    }
}

fn who(actor: &str, names: &[(String, String)]) -> Who {
    let name = names.iter().find(|(id, _)| id == actor).map_or_else(|| actor.to_owned(), |(_, name)| name.clone());
    match actor.split('_').next() {
        Some("user") => Who::User(name),
        Some("key") => Who::Key(name),
        Some("payer") => Who::Payer,
        Some("demo") => Who::Demo,
        _ => Who::Worker,
    }
}

fn moment(event: &Event, names: &[(String, String)], cards: &[Card]) -> Moment {
    Moment {
        at: event.at,
        kind: event.kind.clone(),
        who: who(&event.actor, names),
        cause: event.cause.clone(),
        facts: facts(&event.state, cards),
    }
}

fn rank(kind: &str) -> u8 {
    match kind {
        "payment_intent.created" => 0,
        "payment.created" => 1,
        "payment.authentication_asked" | "refund.created" => 2,
        kind if kind.starts_with("payment.") => 3,
        _ => 4,
    }
}

/// The state is the object's row; rows name the same thing the same way.
fn facts(state: &Value, cards: &[Card]) -> Facts {
    let text = |name: &str| state.get(name).and_then(Value::as_str).map(str::to_owned);
    let number = |name: &str| state.get(name).and_then(Value::as_i64);
    let time = |name: &str| number(name).map(Timestamp::from_millis);
    let card = text("card").and_then(|id| cards.iter().find(|card| card.id.to_string() == id).cloned());
    Facts {
        amount: number("amount"),
        captured: number("captured_amount").filter(|minor| *minor > 0),
        response: text("response"),
        authorisation: text("authorisation_code"),
        until: time("authorised_until"),
        capture_date: time("capture_date"),
        auth: text("auth").and_then(|auth| auth.parse().ok()),
        card: card.and_then(|card| labels::card(Some(&card.brand), Some(&card.last4))),
        reason: text("reason"),
        ended_because: text("ended_because"),
        manual_validation: state.get("manual_validation").and_then(Value::as_bool).unwrap_or(false),
        origin: text("origin"),
    }
}
