//! Payments. v1 knows them as `/checkout/`, which v2 keeps as a deprecated name.

use axum::Router;
use axum::extract::State;
use axum::routing::{get, post};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use wire::input::{self, CaptureIn, PaymentIn, PaymentUpdate, RefundOfPayment};
use wire::output::{self, DisputeOut, PaymentList, PaymentOut, RefundOut, range};
use wire::query;

use crate::Api;
use crate::ask::{Answer, Ask, Id};
use crate::params::{Paging, PaymentFilters, Sorting};

pub(crate) fn routes() -> OpenApiRouter<Api> {
    OpenApiRouter::new()
        .routes(routes!(list, create))
        .routes(routes!(read, update))
        .routes(routes!(capture))
        .routes(routes!(refund))
        .routes(routes!(refunds))
        .routes(routes!(disputes))
        .route("/payments", get(list).post(create))
}

/// The same under the older name; the document derives it from `/payments/`.
pub(crate) fn checkout() -> Router<Api> {
    Router::new()
        .route("/checkout/", get(list).post(create))
        .route("/checkout", get(list).post(create))
        .route("/checkout/{id}", get(read).patch(update))
        .route("/checkout/{id}/capture", post(capture))
        .route("/checkout/{id}/refund", post(refund))
        .route("/checkout/{id}/refunds", get(refunds))
        .route("/checkout/{id}/disputes", get(disputes))
}

/// Lists payments
#[utoipa::path(get, path = "/payments/", operation_id = "list_payments", tag = "payments", params(Paging, Sorting, PaymentFilters),
    responses((status = OK, description = "A page of payments", body = PaymentList)))]
async fn list(State(api): State<Api>, ask: Ask) -> Answer {
    let asked = ask.list(query::PAYMENTS)?;
    let listed = api.engine.payments(&ask.caller, asked.query.clone()).await?;
    let range = range(&ask.view, &asked.query, &listed, &asked.echo);
    Ok(ask.answer(&PaymentList { range, payments: listed.items.iter().map(|full| output::payment(&ask.view, full)).collect() }))
}

/// Makes a payment
///
/// With a card it is authorised at once, or authenticated first when `auth` asks for it; without, it waits for a method.
#[utoipa::path(post, path = "/payments/", operation_id = "create_payment", tag = "payments", request_body = PaymentIn,
    responses((status = OK, description = "The payment; a refused one too", body = PaymentOut)))]
async fn create(State(api): State<Api>, ask: Ask) -> Answer {
    let draft = ask.read(|body| input::payment_draft(body, ask.version()))?;
    Ok(ask.answer(&output::payment(&ask.view, &api.engine.create_payment(&ask.caller, draft).await?)))
}

/// Reads a payment
#[utoipa::path(get, path = "/payments/{id}", operation_id = "read_payment", tag = "payments", params(("id" = String, Path, description = "`paym_…`")),
    responses((status = OK, description = "The payment", body = PaymentOut)))]
async fn read(State(api): State<Api>, Id(id): Id, ask: Ask) -> Answer {
    let mut out = output::payment(&ask.view, &api.engine.payment(&ask.caller, &id).await?);
    if ask.view.is_v1() {
        // v1's clients count what is left to refund from these.
        let mut refunds = api.engine.payment_refunds(&ask.caller, &id).await?;
        refunds.reverse();
        out.refunds = refunds.iter().map(|row| output::refund(&ask.view, row)).collect();
    }
    Ok(ask.answer(&out))
}

/// Changes a payment
///
/// Card, amount, currency and authentication only while nothing was sent. What is left out stays; null empties.
#[utoipa::path(patch, path = "/payments/{id}", operation_id = "update_payment", tag = "payments", params(("id" = String, Path, description = "`paym_…`")),
    request_body = PaymentUpdate, responses((status = OK, description = "The payment", body = PaymentOut)))]
async fn update(State(api): State<Api>, Id(id): Id, ask: Ask) -> Answer {
    let change = ask.read(|body| input::payment_change(body, ask.version()))?;
    Ok(ask.answer(&output::payment(&ask.view, &api.engine.update_payment(&ask.caller, &id, change).await?)))
}

/// Captures what was authorised
#[utoipa::path(post, path = "/payments/{id}/capture", operation_id = "capture_payment", tag = "payments",
    params(("id" = String, Path, description = "`paym_…`")), request_body = Option<CaptureIn>,
    responses((status = OK, description = "The payment", body = PaymentOut)))]
async fn capture(State(api): State<Api>, Id(id): Id, ask: Ask) -> Answer {
    let amount = input::captured_amount(&ask.body)?;
    Ok(ask.answer(&output::payment(&ask.view, &api.engine.capture_payment_by(&ask.caller, &id, amount).await?)))
}

/// Gives money back
///
/// All that is left, or a part of it. Before the capture is under way a full refund cancels the payment.
#[utoipa::path(post, path = "/payments/{id}/refund", operation_id = "refund_payment", tag = "payments",
    params(("id" = String, Path, description = "`paym_…`")), request_body = Option<RefundOfPayment>,
    responses((status = OK, description = "The refund", body = RefundOut)))]
async fn refund(State(api): State<Api>, Id(id): Id, ask: Ask) -> Answer {
    let refunding = ask.read(input::refund_of_payment)?;
    let row = api.engine.refund_by(&ask.caller, &id, refunding.amount, refunding.reason, refunding.unique_id).await?;
    Ok(ask.answer(&output::refund(&ask.view, &row)))
}

/// Lists its refunds
///
/// All of them, newest first, without an envelope.
#[utoipa::path(get, path = "/payments/{id}/refunds", operation_id = "list_payment_refunds", tag = "payments",
    params(("id" = String, Path, description = "`paym_…`")), responses((status = OK, description = "The refunds", body = Vec<RefundOut>)))]
async fn refunds(State(api): State<Api>, Id(id): Id, ask: Ask) -> Answer {
    let rows = api.engine.payment_refunds(&ask.caller, &id).await?;
    Ok(ask.answer(&rows.iter().map(|row| output::refund(&ask.view, row)).collect::<Vec<_>>()))
}

/// Lists its disputes
///
/// All of them, newest first, without an envelope.
#[utoipa::path(get, path = "/payments/{id}/disputes", operation_id = "list_payment_disputes", tag = "payments",
    params(("id" = String, Path, description = "`paym_…`")), responses((status = OK, description = "The disputes", body = Vec<DisputeOut>)))]
async fn disputes(State(api): State<Api>, Id(id): Id, ask: Ask) -> Answer {
    let rows = api.engine.payment_disputes(&ask.caller, &id).await?;
    Ok(ask.answer(&rows.iter().map(output::dispute).collect::<Vec<_>>()))
}
