//! Refunds.

use axum::extract::State;
use axum::routing::get;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use wire::input::{self, RefundCreate};
use wire::output::{self, RefundList, RefundOut, range};
use wire::query;

use crate::Api;
use crate::ask::{Answer, Ask, Id};
use crate::params::{Paging, RefundFilters, Sorting};

pub(crate) fn routes() -> OpenApiRouter<Api> {
    OpenApiRouter::new().routes(routes!(list, create)).routes(routes!(read)).route("/refunds", get(list).post(create))
}

/// Lists refunds
#[utoipa::path(get, path = "/refunds/", operation_id = "list_refunds", tag = "refunds", params(Paging, Sorting, RefundFilters),
    responses((status = OK, description = "A page of refunds", body = RefundList)))]
async fn list(State(api): State<Api>, ask: Ask) -> Answer {
    let asked = ask.list(query::REFUNDS)?;
    let listed = api.engine.refunds(&ask.caller, asked.query.clone()).await?;
    let range = range(&ask.view, &asked.query, &listed, &asked.echo);
    Ok(ask.answer(&RefundList { range, refunds: listed.items.iter().map(|row| output::refund(&ask.view, row)).collect() }))
}

/// Gives money back
///
/// All that is left, or a part of it. Before the capture is under way a full refund cancels the payment.
#[utoipa::path(post, path = "/refunds/", operation_id = "create_refund", tag = "refunds", request_body = RefundCreate,
    responses((status = OK, description = "The refund", body = RefundOut)))]
async fn create(State(api): State<Api>, ask: Ask) -> Answer {
    let (payment, refunding) = ask.read(input::refund_draft)?;
    let row = api.engine.refund_by(&ask.caller, &payment, refunding.amount, refunding.reason, refunding.unique_id).await?;
    Ok(ask.answer(&output::refund(&ask.view, &row)))
}

/// Reads a refund
#[utoipa::path(get, path = "/refunds/{id}", operation_id = "read_refund", tag = "refunds", params(("id" = String, Path, description = "`refd_…`")),
    responses((status = OK, description = "The refund", body = RefundOut)))]
async fn read(State(api): State<Api>, Id(id): Id, ask: Ask) -> Answer {
    Ok(ask.answer(&output::refund(&ask.view, &api.engine.refund_of(&ask.caller, &id).await?)))
}
