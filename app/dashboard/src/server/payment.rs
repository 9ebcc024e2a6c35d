//! What a payment's page asks of the engine, as whoever is signed in.

use engine::RefundDraft;
use leptos::prelude::*;
use model::{
    error::{Code, Refused},
    id::PaymentId,
    lifecycle::{Action, State},
    money::Money,
    time::Date,
};

use super::{payment_file, signed, told, wants_html};
use crate::{
    failure::Failure,
    messages as m,
    payments::{amount, file::File, query::payment_href},
};

pub async fn file(id: String) -> Result<File, Failure> {
    let (engine, signed) = signed()?;
    let file = engine.payment_file(&signed.caller, &id).await.map_err(told)?;
    Ok(payment_file::file(file, &signed.frame.zone))
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
    let l = signed.frame.locale;
    let file = engine.payment_file(&signed.caller, &form.order).await.map_err(told)?;
    let attempt = file.attempts.into_iter().find(|attempt| attempt.full.payment.id.to_string() == form.payment);
    let attempt = attempt.ok_or_else(|| told(Refused::not_found::<PaymentId>(&form.payment)))?;
    let payment = attempt.full.payment;
    let action: Action = form.action.parse().map_err(|_| told(Refused::invalid("action", "This is no action")))?;
    let caller = &signed.caller;
    let id = payment.id;
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
        Action::Refund => {
            let amount = amount(attempt.refundable)?;
            let reason = Some(form.reason.trim().to_owned()).filter(|reason| !reason.is_empty() && payment.state == State::Captured);
            // A form that is posted twice, by a double click or a reload, gives back once: the second has the same name.
            let unique_id = Some(format!("{id}-{}", form.version));
            refunded(engine.refund(caller, RefundDraft { payment: id, amount: Some(amount), reason, unique_id }).await.map(drop))
        }
        Action::Release => engine.release(caller, id).await.map(drop),
        Action::RefuseHeld => engine.refuse_held(caller, id).await.map(drop),
    };
    outcome.map_err(told)?;
    back(&format!("{}?done={action}", payment_href(&form.order)));
    Ok(())
}

fn refunded(outcome: Result<(), Refused>) -> Result<(), Refused> {
    match outcome {
        Err(refused) if refused.code == Code::DuplicateUniqueId => Ok(()),
        other => other,
    }
}

/// To the payment's page, for a browser without script; with script the page is there already.
fn back(to: &str) {
    let posted = use_context::<axum::http::request::Parts>().is_some_and(|parts| wants_html(&parts.headers));
    if posted {
        leptos_axum::redirect(to);
    }
}

fn input(field: &str, message: &str) -> Failure {
    super::status(422);
    Failure::Input { field: field.to_owned(), message: message.to_owned() }
}
