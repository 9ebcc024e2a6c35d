//! From what the engine knows of one order to what its page is told.

use engine::{
    Attempt, PaymentFile,
    rows::{self, Card, Event},
};
use model::{
    id::UserId,
    lifecycle::State,
    locale::Locale,
    response::{self, Class},
    time::{Timestamp, Zone},
};
use serde_json::Value;

use super::convert::row;
use crate::payments::{
    file::{ApiRequest, Contested, Customer, Facts, File, GivenBack, Moment, Money, Note, Try, Who, Why},
    file_words as w, labels,
    reasons::reason,
};

/// For somebody: what of it is theirs, and in their language.
pub struct Reader<'a> {
    pub user: Option<UserId>,
    pub zone: &'a Zone,
    pub locale: Locale,
}

pub fn file(file: PaymentFile, reader: &Reader<'_>) -> File {
    let cards: Vec<Card> = file.attempts.iter().filter_map(|attempt| attempt.full.card.clone()).collect();
    let deciding = file.intent.payment;
    let names = &file.names;
    let mut events: Vec<Moment> = file.events.iter().map(|one| moment(one, names, &cards)).collect();
    // Newest first; what happened in one commit, in the order of its sense.
    events.sort_by(|a, b| b.at.cmp(&a.at).then_with(|| rank(&b.kind).cmp(&rank(&a.kind))));
    let money = money(&file);
    let tries = file.attempts.iter().map(|one| attempt(one, deciding == Some(one.full.payment.id), &file.events, reader)).collect();
    let intent = &file.intent;
    File {
        order_status: intent.order_status,
        order_cycle: intent.order_cycle,
        manual_validation: intent.manual_validation,
        expires_at: intent.expires_at,
        description: intent.description.clone(),
        unique_id: intent.unique_id.clone(),
        return_url: intent.return_url.clone(),
        metadata: intent.metadata.as_ref().map(pairs).unwrap_or_default(),
        origin: intent.origin.clone(),
        created_by: who(&intent.created_by, names),
        shop: file.shop.map(|shop| shop.name),
        customer: file.customer.map(|row| Customer { id: row.id.to_string(), mobile: row.mobile, external_id: row.external_id }),
        money,
        pay_url: file.pay_url,
        cancellable: file.cancellable,
        next_note: file.next_note.map(|id| id.to_string()),
        unwritten: None,
        tries,
        refunds: file.refunds.into_iter().map(|one| refund(one, names)).collect(),
        disputes: file.disputes.into_iter().map(dispute).collect(),
        notes: file.notes.into_iter().map(|one| note(one, names, reader.user)).collect(),
        requests: file.requests.into_iter().map(|one| request(one, names)).collect(),
        events,
        now: file.now,
        order: row(file.intent),
    }
}

fn money(file: &PaymentFile) -> Money {
    let effect = file.effect;
    let waiting =
        file.attempts.iter().map(|one| &one.full.payment).filter(|payment| payment.state == State::Captured && !payment.available);
    Money {
        captured: effect.captured,
        fees: effect.fees,
        vat: effect.vat,
        refunds: effect.refunds,
        disputes: effect.disputes,
        net: effect.net,
        pending: effect.pending,
        available_at: waiting.filter_map(|payment| payment.available_at).max(),
        expected_fee: file.attempts.iter().filter_map(|one| one.expected_fee).reduce(|sum, fee| sum + fee),
    }
}

/// Names and values; what is no text is shown as JSON writes it.
fn pairs(metadata: &Value) -> Vec<(String, String)> {
    let written = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    match metadata {
        Value::Object(fields) => fields.iter().map(|(name, value)| (name.clone(), written(value))).collect(),
        Value::Null => Vec::new(),
        other => vec![(String::new(), written(other))],
    }
}

fn attempt(attempt: &Attempt, deciding: bool, events: &[Event], reader: &Reader<'_>) -> Try {
    let payment = &attempt.full.payment;
    let card = attempt.full.card.as_ref();
    let id = payment.id.to_string();
    let told = events.iter().find(|event| event.object == id && event.kind.starts_with("payment.authentication_"));
    Try {
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
        funding: card.and_then(|card| card.funding.clone()),
        network: card.and_then(|card| card.network.clone()),
        expiry: card.map(|card| format!("{:02}/{}", card.exp_month, card.exp_year)),
        holder: card.and_then(|card| card.name.clone()),
        stored: card.is_some_and(|card| card.tokenize && card.deleted.is_none()),
        response: payment.response.clone(),
        why: why(payment, reader.locale),
        auth: payment.auth,
        auth_at: told.map(|event| event.at),
        authorisation: payment.authorisation_code.clone(),
        ended_because: payment.ended_because.clone(),
        authorised_until: payment.authorised_until,
        validate_until: attempt.validate_until,
        capture_date: payment.capture_date,
        captured_at: payment.captured_at,
        amount: payment.amount,
        authorised: payment.authorised_amount,
        captured: payment.captured_amount,
        refunded: payment.refunded_amount,
        disputed_amount: payment.disputed_amount,
        refundable: attempt.refundable,
        actions: attempt.actions.clone(),
        capture_day: payment.capture_date.filter(|_| payment.state != State::Captured).map(|at| reader.zone.date(at)),
        id,
    }
}

/// Why it came to nothing; nothing to say of what may still become something.
fn why(payment: &rows::Payment, l: Locale) -> Option<Why> {
    if !matches!(payment.state, State::Refused | State::Error | State::CaptureFailed) {
        return None;
    }
    let Some(code) = payment.response.as_deref().filter(|code| *code != response::APPROVED && !code.is_empty()) else {
        let unauthenticated = payment.auth.is_some_and(labels::unauthenticated);
        let (words, advice) = if unauthenticated { (w::why_auth(l), w::advice_auth(l)) } else { (w::why_unknown(l), w::advice_unknown(l)) };
        return Some(Why { words: words.to_owned(), payer: None, advice: advice.to_owned() });
    };
    let told = response::response(code);
    let advice = match told.class {
        Class::Definitive => w::advice_definitive(l),
        Class::Technical => w::advice_technical(l),
        Class::NeedsAuthentication => w::advice_auth(l),
        Class::Approved | Class::Soft => w::advice_soft(l),
    };
    Some(Why {
        words: format!("{} ({code})", model::error::titled(&reason(code, l))),
        payer: Some(told.payer(l).to_owned()),
        advice: advice.to_owned(),
    })
}

fn dispute(row: rows::Dispute) -> Contested {
    Contested {
        id: row.id.to_string(),
        created: row.created,
        amount: row.amount,
        fee: row.fee,
        status: row.status,
        code: row.response,
        answer_by: row.answer_by,
    }
}

fn note(row: rows::Note, names: &[(String, String)], reader: Option<UserId>) -> Note {
    let author = row.author.to_string();
    Note {
        id: row.id.to_string(),
        version: row.version,
        at: row.created,
        own: reader == Some(row.author),
        author: names.iter().find(|(id, _)| *id == author).map_or(author, |(_, name)| name.clone()),
        body: row.body,
        edited: row.edited,
    }
}

fn request(row: rows::ApiRequest, names: &[(String, String)]) -> ApiRequest {
    let key = names.iter().find(|(id, _)| *id == row.actor).map_or(row.actor, |(_, name)| name.clone());
    ApiRequest {
        id: row.id,
        at: row.at,
        key,
        method: row.method,
        path: row.path,
        status: row.status,
        duration: row.duration,
        error: row.error,
        idempotency_key: row.idempotency_key,
        sent: row.request.map(indented),
        answered: row.answer.map(indented),
    }
}

/// As people read JSON; what was cut is shown as it is.
fn indented(json: String) -> String {
    match serde_json::from_str::<Value>(&json) {
        Ok(Value::String(text)) => text,
        Ok(value) => serde_json::to_string_pretty(&value).unwrap_or(json),
        Err(_) => json,
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
