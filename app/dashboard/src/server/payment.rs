//! What a payment's page asks of the engine, as whoever is signed in.

use axum::{
    extract::{Path, Request, State},
    http::StatusCode,
    response::Response,
};
use engine::{Actor, Attempt, NoteProblem, PaymentFile, RefundDraft, note_again, note_text};
use leptos::prelude::*;
use model::{
    error::{Code, Refused},
    id::PaymentId,
    lifecycle::{self, Action},
    locale::Locale,
    money::Money,
    time::Date,
};
use serde::Deserialize;

use super::{Desk, payment_file, posts, session::Signed, signed, told, wants_html};
use crate::{
    failure::Failure,
    messages as m,
    payments::{
        amount,
        file::{CLOSE, File, Unwritten},
        file_words as w,
        query::payment_href,
    },
};

pub async fn file(id: String) -> Result<File, Failure> {
    let (engine, signed) = signed()?;
    let file = engine.payment_file(&signed.caller, &id).await.map_err(told)?;
    let user = match signed.caller.actor() {
        Actor::User(user) => Some(user),
        _ => None,
    };
    let told = payment_file::file(file, &payment_file::Reader { user, zone: &signed.frame.zone, locale: signed.frame.locale });
    Ok(File { unwritten: use_context(), ..told })
}

/// A form of a payment's page, as posted.
pub struct Act {
    pub order: String,
    pub payment: String,
    pub action: String,
    pub version: i64,
    pub amount: String,
    pub date: String,
    pub reason: String,
}

pub async fn act(form: Act) -> Result<(), Failure> {
    let (engine, signed) = signed()?;
    if form.action == CLOSE {
        engine.cancel_intent(&signed.caller, &form.order).await.map_err(told)?;
    } else {
        let action: Action = form.action.parse().map_err(|_| told(Refused::invalid("action", "This is no action")))?;
        let file = engine.payment_file(&signed.caller, &form.order).await.map_err(told)?;
        on_payment(&engine, &signed, &form, action, file).await?;
    }
    back(&format!("{}?done={}", payment_href(&form.order), form.action));
    Ok(())
}

async fn on_payment(engine: &engine::Engine, signed: &Signed, form: &Act, action: Action, file: PaymentFile) -> Result<(), Failure> {
    let l = signed.frame.locale;
    let attempt = file.attempts.iter().find(|attempt| attempt.full.payment.id.to_string() == form.payment);
    let attempt = attempt.ok_or_else(|| told(Refused::not_found::<PaymentId>(&form.payment)))?;
    let payment = &attempt.full.payment;
    let (caller, id) = (&signed.caller, payment.id);
    let amount = |most| amount::read(&form.amount, Money::new(most, payment.currency), l).map_err(|message| input("amount", &message));
    let outcome = match action {
        Action::Validate => engine.validate(caller, id).await.map(drop),
        Action::Capture => {
            let amount = amount(payment.amount)?;
            engine.capture(caller, id, Some(amount).filter(|amount| *amount != payment.amount)).await.map(drop)
        }
        Action::Lower => {
            let amount = amount(payment.amount)?;
            engine.lower(caller, id, amount).await.map(drop)
        }
        Action::Postpone => {
            let date: Date = form.date.trim().parse().map_err(|_| input("date", m::date_needed(l)))?;
            engine.postpone(caller, id, date).await.map(drop)
        }
        Action::Cancel => engine.cancel(caller, id).await.map(drop),
        Action::Refund => return refund(engine, signed, form, &file, attempt).await,
        Action::Release => engine.release(caller, id).await.map(drop),
        Action::RefuseHeld => engine.refuse_held(caller, id).await.map(drop),
    };
    outcome.map_err(|refused| explained(refused, l))
}

/// A form that is posted twice, by a double click, a reload or from two windows, gives back once: both name the refund after the payment as
/// it was when the form was made. Whoever meant another amount is told.
async fn refund(engine: &engine::Engine, signed: &Signed, form: &Act, file: &PaymentFile, attempt: &Attempt) -> Result<(), Failure> {
    let l = signed.frame.locale;
    let payment = &attempt.full.payment;
    let unique_id = format!("{}-{}", payment.id, form.version);
    let made = file.refunds.iter().find(|refund| refund.unique_id.as_deref() == Some(&unique_id));
    let most = Money::new(made.map_or(attempt.refundable, |refund| attempt.refundable.max(refund.amount)), payment.currency);
    let amount = amount::read(&form.amount, most, l).map_err(|message| input("amount", &message))?;
    if let Some(made) = made {
        let same = made.amount == amount && made.created_by == signed.caller.actor().to_string();
        return if same { Ok(()) } else { Err(input("", w::refund_other(l))) };
    }
    let reason = Some(form.reason.trim().to_owned()).filter(|reason| !reason.is_empty() && payment.state == lifecycle::State::Captured);
    let draft = RefundDraft { payment: payment.id, amount: Some(amount), reason, unique_id: Some(unique_id) };
    match engine.refund(&signed.caller, draft).await {
        Ok(_) => Ok(()),
        // The other of the two was quicker by less than a moment.
        Err(refused) if refused.code == Code::DuplicateUniqueId => Ok(()),
        Err(refused) => Err(explained(refused, l)),
    }
}

/// A refusal about the day in words that fit it, next to its field. Refusals that list what is allowed instead mean that the payment has changed.
fn explained(refused: Refused, l: Locale) -> Failure {
    match (refused.code, refused.field.as_deref()) {
        (Code::OperationNotAllowed, Some("date_settlement")) => input("date", w::day_not_kept(l)),
        (_, Some("date_settlement")) => input("date", w::day_impossible(l)),
        _ => told(refused),
    }
}

pub async fn write_note(order: String, note: String, text: String) -> Result<(), Failure> {
    let (engine, signed) = signed()?;
    readable(&text, signed.frame.locale)?;
    engine.write_note(&signed.caller, &order, &note, &text).await.map_err(told)?;
    Ok(())
}

#[derive(Deserialize)]
pub(super) struct NewNote {
    note: String,
    #[serde(default)]
    text: String,
}

/// The form of a browser without script: a note that can't be one is shown again as it was typed.
pub(super) async fn note_posted(State(desk): State<Desk>, Path(order): Path<String>, request: Request) -> Response {
    let posted = match posts::read::<NewNote>(request).await {
        Ok(posted) => posted,
        Err(answer) => return answer,
    };
    let NewNote { note, text } = posted.form;
    let l = posted.signed.frame.locale;
    let (status, why) = match unreadable(&text, l) {
        Some(message) => (StatusCode::UNPROCESSABLE_ENTITY, Failure::Input { field: "text".to_owned(), message: message.to_owned() }),
        None => match desk.engine.write_note(&posted.signed.caller, &order, &note, &text).await {
            Ok(_) => return posts::to(&format!("{}?done=note", payment_href(&order))),
            Err(refused) => (posts::status_of(&refused), Failure::from(refused)),
        },
    };
    posts::page(&desk, posted.parts, status, Unwritten { text: note_again(&text), why }).await
}

pub async fn change_note(order: String, note: String, version: i64, text: String, erase: bool) -> Result<(), Failure> {
    let (engine, signed) = signed()?;
    if erase {
        engine.erase_note(&signed.caller, &note).await.map_err(told)?;
    } else {
        readable(&text, signed.frame.locale)?;
        engine.edit_note(&signed.caller, &note, version, &text).await.map_err(told)?;
    }
    back(&format!("{}?done={}", payment_href(&order), if erase { "note-erased" } else { "note-changed" }));
    Ok(())
}

fn readable(text: &str, l: Locale) -> Result<(), Failure> {
    unreadable(text, l).map_or(Ok(()), |message| Err(input("text", message)))
}

/// Why a text can't be a note.
fn unreadable(text: &str, l: Locale) -> Option<&'static str> {
    Some(match note_text(text).err()? {
        NoteProblem::Empty => w::note_empty(l),
        NoteProblem::TooLong => w::note_long(l),
        NoteProblem::NotText => w::note_plain(l),
        NoteProblem::CardNumber => w::note_card(l),
    })
}

/// To the payment's page, for a browser without script; with script the page is there already.
fn back(to: &str) {
    let posted = use_context::<http::request::Parts>().is_some_and(|parts| wants_html(&parts.headers));
    if posted {
        leptos_axum::redirect(to);
    }
}

fn input(field: &str, message: &str) -> Failure {
    super::status(422);
    Failure::Input { field: field.to_owned(), message: message.to_owned() }
}
