//! The events of objects and orders. Lists by type and time are `list::<Event>`.

use std::fmt::Display;

use model::id::{EventId, PaymentIntentId};

use crate::conn::{Conn, Tx};
use crate::error::Result;
use crate::rows::{Event, Scope};
use crate::table::{Table, all_where, get};

/// # Errors
/// As the database has them.
pub async fn insert(tx: &mut Tx, event: &Event) -> Result<()> {
    crate::table::insert(tx, event).await
}

/// What happened in one commit.
///
/// # Errors
/// As the database has them.
pub async fn insert_all(tx: &mut Tx, events: &[Event]) -> Result<()> {
    crate::several::insert_all(tx, events).await
}

/// # Errors
/// As the database has them.
pub async fn event(c: &mut Conn, scope: Scope, id: EventId) -> Result<Option<Event>> {
    get(c, scope, id).await
}

/// An object's changes in the order in which they happened; the last one's state is the object.
///
/// # Errors
/// As the database has them.
pub async fn events_of_object(c: &mut Conn, scope: Scope, object: impl Display + Send) -> Result<Vec<Event>> {
    let sql = format!("{} WHERE account = $1 AND environment = $2 AND object = $3 ORDER BY version, at, id", Event::statements().select);
    c.all(&sql, vec![scope.account.into(), scope.environment.into(), object.to_string().into()]).await
}

/// The timeline of an order: its own changes, its payments' and refunds'.
///
/// # Errors
/// As the database has them.
pub async fn events_of_intent(c: &mut Conn, scope: Scope, intent: PaymentIntentId) -> Result<Vec<Event>> {
    all_where(c, scope, "intent", intent).await
}
