//! Events: every change, newest first.

use axum::extract::State;
use axum::routing::get;
use engine::{Direction, ListQuery};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use wire::output::{self, EventList, EventOut, range};
use wire::query;

use crate::Api;
use crate::ask::{Answer, Ask, Id};
use crate::params::{EventFilters, Paging};

pub(crate) fn routes() -> OpenApiRouter<Api> {
    OpenApiRouter::new().routes(routes!(list)).routes(routes!(read)).route("/events", get(list))
}

/// Lists events
#[utoipa::path(get, path = "/events/", operation_id = "list_events", tag = "events", params(Paging, EventFilters),
    responses((status = OK, description = "A page of events", body = EventList)))]
async fn list(State(api): State<Api>, ask: Ask) -> Answer {
    let asked = query::events(&ask.query)?;
    let listed = api.engine.events(&ask.caller, asked.clone()).await?;
    let place = ListQuery {
        start: asked.start,
        limit: asked.limit,
        direction: Direction::Descending,
        field: "created".to_owned(),
        after: asked.after,
        equal: Vec::new(),
        created_from: None,
        paid_from: None,
    };
    let range = range(&ask.view, &place, &listed, &[]);
    Ok(ask.answer(&EventList { range, events: listed.items.iter().map(|row| output::event(&ask.view, row)).collect() }))
}

/// Reads an event
#[utoipa::path(get, path = "/events/{id}", operation_id = "read_event", tag = "events", params(("id" = String, Path, description = "`evt_…`")),
    responses((status = OK, description = "The event", body = EventOut)))]
async fn read(State(api): State<Api>, Id(id): Id, ask: Ask) -> Answer {
    Ok(ask.answer(&output::event(&ask.view, &api.engine.event(&ask.caller, &id).await?)))
}
