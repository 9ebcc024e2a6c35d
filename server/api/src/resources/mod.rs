//! One file a resource. The handlers serve both versions: the state says which.

mod cards;
mod customers;
mod disputes;
mod events;
mod intents;
mod payments;
mod ping;
mod refunds;
mod sandbox;

use axum::Router;
use engine::{EventsQuery, ListQuery, Listed};
use model::error::{Code, Refused};
use serde_json::Value;
use utoipa_axum::router::OpenApiRouter;
use wire::output;

use crate::Api;
use crate::ask::Ask;
use crate::failure::Failure;

/// The second version, whose document is the whole.
pub(crate) fn v2() -> OpenApiRouter<Api> {
    OpenApiRouter::new()
        .merge(common())
        .merge(customers::with_intents())
        .merge(intents::routes())
        .merge(payments::routes())
        .merge(payments::checkout().into())
        .merge(events::routes())
        .merge(sandbox::routes())
}

/// The first version: the same objects, payments at `/checkout/`, no intents.
pub(crate) fn v1() -> Router<Api> {
    Router::from(common()).merge(payments::checkout())
}

/// The first version's document, with payments under their later name.
pub(crate) fn v1_documented() -> OpenApiRouter<Api> {
    common().merge(payments::routes())
}

fn common() -> OpenApiRouter<Api> {
    OpenApiRouter::new()
        .merge(ping::routes())
        .merge(customers::routes())
        .merge(cards::routes())
        .merge(refunds::routes())
        .merge(disputes::routes())
}

/// An object as it is now: the answer to a request that was under way when the process ended. What was deleted is shown by its last event.
pub(crate) async fn present(api: &Api, ask: &Ask, id: &str) -> Result<Value, Failure> {
    match read(api, ask, id).await {
        Err(Failure::Refused(refused)) if refused.code == Code::NotFound => {
            let query = EventsQuery { object: Some(id.to_owned()), limit: 1, ..EventsQuery::default() };
            let last = api.engine.events(&ask.caller, query).await?.items.pop();
            last.and_then(|last| output::event(&ask.view, &last).data).ok_or(Failure::Refused(refused))
        }
        answer => answer,
    }
}

async fn read(api: &Api, ask: &Ask, id: &str) -> Result<Value, Failure> {
    let (engine, caller, view) = (&api.engine, &ask.caller, &ask.view);
    Ok(match id.split_once('_').map(|(prefix, _)| prefix) {
        Some("cust") => view.body(&output::customer(&engine.customer(caller, id).await?)),
        Some("card") => view.body(&output::card(view, &engine.card(caller, id).await?)),
        Some("pi") => view.body(&output::intent(view, &engine.intent(caller, id).await?)),
        Some("paym") => view.body(&output::payment(view, &engine.payment(caller, id).await?)),
        Some("refd") => view.body(&output::refund(view, &engine.refund_of(caller, id).await?)),
        _ => return Err(Refused::of(Code::Internal).into()),
    })
}

/// The page asked for of a list that is there whole.
fn page<T>(all: Vec<T>, query: &ListQuery) -> Listed<T> {
    let count = i64::try_from(all.len()).unwrap_or(i64::MAX);
    let place = |number: i64| usize::try_from(number).unwrap_or_default();
    let items = all.into_iter().skip(place(query.start)).take(place(query.limit)).collect();
    Listed { items, count, has_more: query.start.saturating_add(query.limit) < count, cursor: None }
}
