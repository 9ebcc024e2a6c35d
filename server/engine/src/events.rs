//! Every change is an event: what happened, to what, by whom, and the object as it was left.

use model::error::Refused;
use model::id::EventId;
use model::rights::Right;
use store::row::Row;
use store::rows::Event;
use store::{Scoped, Tx};

use crate::Engine;
use crate::by::By;
use crate::caller::Caller;
use crate::dossier::parse_id;
use crate::types::{EventsQuery, Listed};

/// Records a change of an object that belongs to no order.
pub(crate) async fn record<R: Row + Scoped>(tx: &mut Tx, by: &mut By, row: &R, kind: &str) -> store::Result<()> {
    let state = serde_json::to_value(row).map_err(|error| store::Error::Inconsistent(error.to_string()))?;
    let event = Event {
        id: by.mint_ordered(),
        account: row.scope().account,
        environment: row.scope().environment,
        object: row.id(),
        intent: None,
        version: row.version(),
        kind: kind.to_owned(),
        at: by.now,
        actor: by.caller.actor.to_string(),
        cause: None,
        request_id: by.caller.request_id.clone(),
        state,
    };
    store::events::insert(tx, &event).await
}

impl Engine {
    /// # Errors
    /// 404.
    pub async fn event(&self, caller: &Caller, id: &str) -> Result<Event, Refused> {
        caller.needs(Right::PaymentRead)?;
        let parsed: EventId = parse_id(id)?;
        let mut reader = self.0.store.read().await?;
        let event = store::events::event(&mut reader, caller.scope, parsed).await?;
        event.ok_or_else(|| Refused::not_found::<EventId>(id))
    }

    /// Newest first.
    ///
    /// # Errors
    /// 422 for a page that can't be.
    pub async fn events(&self, caller: &Caller, query: EventsQuery) -> Result<Listed<Event>, Refused> {
        caller.needs(Right::PaymentRead)?;
        crate::lists::list_events(self, caller, &query).await
    }
}
