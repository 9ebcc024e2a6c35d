//! Cards.

use axum::extract::State;
use axum::routing::get;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use wire::input::{self, CardIn, CardPatch};
use wire::output::{self, CardList, CardOut, range};
use wire::query;

use crate::Api;
use crate::ask::{Answer, Ask, Id};
use crate::params::{CardFilters, Paging, Sorting};

pub(crate) fn routes() -> OpenApiRouter<Api> {
    OpenApiRouter::new().routes(routes!(list, create)).routes(routes!(read, update, delete)).route("/cards", get(list).post(create))
}

/// Lists cards
#[utoipa::path(get, path = "/cards/", operation_id = "list_cards", tag = "cards", params(Paging, Sorting, CardFilters),
    responses((status = OK, description = "A page of cards", body = CardList)))]
async fn list(State(api): State<Api>, ask: Ask) -> Answer {
    let asked = ask.list(query::CARDS)?;
    let listed = api.engine.cards(&ask.caller, asked.query.clone()).await?;
    let range = range(&ask.view, &asked.query, &listed, &asked.echo);
    Ok(ask.answer(&CardList { range, cards: listed.items.iter().map(|row| output::card(&ask.view, row)).collect() }))
}

/// Stores a card
///
/// The number is encrypted; the security code is checked and dropped.
#[utoipa::path(post, path = "/cards/", operation_id = "create_card", tag = "cards", request_body = CardIn,
    responses((status = OK, description = "The card", body = CardOut)))]
async fn create(State(api): State<Api>, ask: Ask) -> Answer {
    let draft = ask.read(input::card_draft)?;
    let row = api.engine.create_card(&ask.caller, draft, ask.version()).await?;
    Ok(ask.answer(&output::card(&ask.view, &row)))
}

/// Reads a card
#[utoipa::path(get, path = "/cards/{id}", operation_id = "read_card", tag = "cards", params(("id" = String, Path, description = "`card_…`")),
    responses((status = OK, description = "The card", body = CardOut)))]
async fn read(State(api): State<Api>, Id(id): Id, ask: Ask) -> Answer {
    Ok(ask.answer(&output::card(&ask.view, &api.engine.card(&ask.caller, &id).await?)))
}

/// Changes a card
///
/// What is left out stays; null empties.
#[utoipa::path(patch, path = "/cards/{id}", operation_id = "update_card", tag = "cards", params(("id" = String, Path, description = "`card_…`")),
    request_body = CardPatch, responses((status = OK, description = "The card", body = CardOut)))]
async fn update(State(api): State<Api>, Id(id): Id, ask: Ask) -> Answer {
    let change = ask.read(input::card_change)?;
    Ok(ask.answer(&output::card(&ask.view, &api.engine.update_card(&ask.caller, &id, change).await?)))
}

/// Deletes a card
///
/// Its number is erased.
#[utoipa::path(delete, path = "/cards/{id}", operation_id = "delete_card", tag = "cards", params(("id" = String, Path, description = "`card_…`")),
    responses((status = OK, description = "The card, deleted", body = CardOut)))]
async fn delete(State(api): State<Api>, Id(id): Id, ask: Ask) -> Answer {
    Ok(ask.deleted(&output::card(&ask.view, &api.engine.delete_card(&ask.caller, &id).await?)))
}
