//! Payment intents: what a merchant wants to be paid, and the page where a payer pays it.

use axum::extract::State;
use axum::routing::get;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use wire::input::{self, CaptureIn, PaymentIntentCreate, PaymentIntentUpdate, RefundOfIntent};
use wire::output::{self, DisputeList, PaymentIntentList, PaymentIntentOut, PaymentList, RefundList, RefundOut, range};
use wire::query;

use super::page;
use crate::Api;
use crate::ask::{Answer, Ask, Id};
use crate::params::{IntentFilters, Paging, Sorting};

pub(crate) fn routes() -> OpenApiRouter<Api> {
    OpenApiRouter::new()
        .routes(routes!(list, create))
        .routes(routes!(read, update, cancel))
        .routes(routes!(capture))
        .routes(routes!(refund))
        .routes(routes!(payments))
        .routes(routes!(refunds))
        .routes(routes!(disputes))
        .route("/payment_intents", get(list).post(create))
}

/// Lists payment intents
#[utoipa::path(get, path = "/payment_intents/", operation_id = "list_payment_intents", tag = "payment intents", params(Paging, Sorting, IntentFilters),
    responses((status = OK, description = "A page of payment intents", body = PaymentIntentList)))]
async fn list(State(api): State<Api>, ask: Ask) -> Answer {
    let asked = ask.list(query::INTENTS)?;
    let listed = api.engine.intents(&ask.caller, asked.query.clone()).await?;
    let range = range(&ask.view, &asked.query, &listed, &asked.echo);
    let payment_intents = listed.items.iter().map(|row| output::intent(&ask.view, row)).collect();
    Ok(ask.answer(&PaymentIntentList { range, payment_intents }))
}

/// Asks for a payment
///
/// Send the payer to its `url`.
#[utoipa::path(post, path = "/payment_intents/", operation_id = "create_payment_intent", tag = "payment intents", request_body = PaymentIntentCreate,
    responses((status = OK, description = "The payment intent", body = PaymentIntentOut)))]
async fn create(State(api): State<Api>, ask: Ask) -> Answer {
    let draft = ask.read(input::intent_draft)?;
    Ok(ask.answer(&output::intent(&ask.view, &api.engine.create_intent(&ask.caller, draft).await?)))
}

/// Reads a payment intent
#[utoipa::path(get, path = "/payment_intents/{id}", operation_id = "read_payment_intent", tag = "payment intents",
    params(("id" = String, Path, description = "`pi_…`")), responses((status = OK, description = "The payment intent", body = PaymentIntentOut)))]
async fn read(State(api): State<Api>, Id(id): Id, ask: Ask) -> Answer {
    Ok(ask.answer(&output::intent(&ask.view, &api.engine.intent(&ask.caller, &id).await?)))
}

/// Changes a payment intent
///
/// Amount and currency are fixed from the first attempt on. What is left out stays; null empties.
#[utoipa::path(patch, path = "/payment_intents/{id}", operation_id = "update_payment_intent", tag = "payment intents",
    params(("id" = String, Path, description = "`pi_…`")), request_body = PaymentIntentUpdate,
    responses((status = OK, description = "The payment intent", body = PaymentIntentOut)))]
async fn update(State(api): State<Api>, Id(id): Id, ask: Ask) -> Answer {
    let change = ask.read(input::intent_change)?;
    Ok(ask.answer(&output::intent(&ask.view, &api.engine.update_intent(&ask.caller, &id, change).await?)))
}

/// Cancels a payment intent
///
/// It closes to new attempts; what is authorised and not yet captured is given back.
#[utoipa::path(delete, path = "/payment_intents/{id}", operation_id = "cancel_payment_intent", tag = "payment intents",
    params(("id" = String, Path, description = "`pi_…`")), responses((status = OK, description = "The payment intent", body = PaymentIntentOut)))]
async fn cancel(State(api): State<Api>, Id(id): Id, ask: Ask) -> Answer {
    Ok(ask.answer(&output::intent(&ask.view, &api.engine.cancel_intent(&ask.caller, &id).await?)))
}

/// Captures what was authorised
#[utoipa::path(post, path = "/payment_intents/{id}/capture", operation_id = "capture_payment_intent", tag = "payment intents",
    params(("id" = String, Path, description = "`pi_…`")), request_body = Option<CaptureIn>,
    responses((status = OK, description = "The payment intent", body = PaymentIntentOut)))]
async fn capture(State(api): State<Api>, Id(id): Id, ask: Ask) -> Answer {
    let amount = input::captured_amount(&ask.body)?;
    Ok(ask.answer(&output::intent(&ask.view, &api.engine.capture_intent(&ask.caller, &id, amount).await?)))
}

/// Gives money back
///
/// All that is left, or a part of it.
#[utoipa::path(post, path = "/payment_intents/{id}/refund", operation_id = "refund_payment_intent", tag = "payment intents",
    params(("id" = String, Path, description = "`pi_…`")), request_body = Option<RefundOfIntent>,
    responses((status = OK, description = "The refund", body = RefundOut)))]
async fn refund(State(api): State<Api>, Id(id): Id, ask: Ask) -> Answer {
    let amount = ask.read(input::refund_of_intent)?.amount;
    let row = api.engine.refund_intent(&ask.caller, &id, amount).await?;
    Ok(ask.answer(&output::refund(&ask.view, &row)))
}

/// Lists the attempts to pay it
#[utoipa::path(get, path = "/payment_intents/{id}/payments", operation_id = "list_payment_intent_payments", tag = "payment intents",
    params(("id" = String, Path, description = "`pi_…`"), Paging), responses((status = OK, description = "A page of payments", body = PaymentList)))]
async fn payments(State(api): State<Api>, Id(id): Id, ask: Ask) -> Answer {
    let asked = ask.list(query::PLAIN)?;
    let listed = page(api.engine.intent_payments(&ask.caller, &id).await?, &asked.query);
    let range = range(&ask.view, &asked.query, &listed, &asked.echo);
    Ok(ask.answer(&PaymentList { range, payments: listed.items.iter().map(|full| output::payment(&ask.view, full)).collect() }))
}

/// Lists its refunds
#[utoipa::path(get, path = "/payment_intents/{id}/refunds", operation_id = "list_payment_intent_refunds", tag = "payment intents",
    params(("id" = String, Path, description = "`pi_…`"), Paging), responses((status = OK, description = "A page of refunds", body = RefundList)))]
async fn refunds(State(api): State<Api>, Id(id): Id, ask: Ask) -> Answer {
    let asked = ask.list(query::PLAIN)?;
    let listed = page(api.engine.intent_refunds(&ask.caller, &id).await?, &asked.query);
    let range = range(&ask.view, &asked.query, &listed, &asked.echo);
    Ok(ask.answer(&RefundList { range, refunds: listed.items.iter().map(|row| output::refund(&ask.view, row)).collect() }))
}

/// Lists its disputes
#[utoipa::path(get, path = "/payment_intents/{id}/disputes", operation_id = "list_payment_intent_disputes", tag = "payment intents",
    params(("id" = String, Path, description = "`pi_…`"), Paging), responses((status = OK, description = "A page of disputes", body = DisputeList)))]
async fn disputes(State(api): State<Api>, Id(id): Id, ask: Ask) -> Answer {
    let asked = ask.list(query::PLAIN)?;
    let listed = page(api.engine.intent_disputes(&ask.caller, &id).await?, &asked.query);
    let range = range(&ask.view, &asked.query, &listed, &asked.echo);
    Ok(ask.answer(&DisputeList { range, disputes: listed.items.iter().map(output::dispute).collect() }))
}
