//! Disputes, to read.

use axum::extract::State;
use axum::routing::get;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use wire::output::{self, DisputeList, DisputeOut, range};
use wire::query;

use crate::Api;
use crate::ask::{Answer, Ask, Id};
use crate::params::{DisputeFilters, Paging, Sorting};

pub(crate) fn routes() -> OpenApiRouter<Api> {
    OpenApiRouter::new().routes(routes!(list)).routes(routes!(read)).route("/disputes", get(list))
}

/// Lists disputes
#[utoipa::path(get, path = "/disputes/", operation_id = "list_disputes", tag = "disputes", params(Paging, Sorting, DisputeFilters),
    responses((status = OK, description = "A page of disputes", body = DisputeList)))]
async fn list(State(api): State<Api>, ask: Ask) -> Answer {
    let asked = ask.list(query::DISPUTES)?;
    let listed = api.engine.disputes(&ask.caller, asked.query.clone()).await?;
    let range = range(&ask.view, &asked.query, &listed, &asked.echo);
    Ok(ask.answer(&DisputeList { range, disputes: listed.items.iter().map(output::dispute).collect() }))
}

/// Reads a dispute
#[utoipa::path(get, path = "/disputes/{id}", operation_id = "read_dispute", tag = "disputes", params(("id" = String, Path, description = "`dspt_…`")),
    responses((status = OK, description = "The dispute", body = DisputeOut)))]
async fn read(State(api): State<Api>, Id(id): Id, ask: Ask) -> Answer {
    Ok(ask.answer(&output::dispute(&api.engine.dispute(&ask.caller, &id).await?)))
}
