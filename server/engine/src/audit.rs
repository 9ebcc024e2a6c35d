//! The audit log: every action of a person or a key that changes something, written in the commit that changes it.

use serde_json::Value as Json;
use store::Tx;
use store::rows::AuditEntry;

use crate::by::By;

/// Notes what the caller does to `object`. `detail` never holds a secret. Nothing is noted of payers and workers: events tell of them.
pub(crate) async fn note(tx: &mut Tx, by: &mut By, action: &str, object: Option<String>, detail: Option<Json>) -> store::Result<()> {
    use crate::caller::Actor;
    if matches!(by.caller.actor, Actor::Payer | Actor::Worker) {
        return Ok(());
    }
    let entry = AuditEntry {
        id: by.mint(),
        account: by.caller.scope.account,
        environment: Some(by.caller.scope.environment),
        at: by.real,
        actor: by.caller.actor.to_string(),
        action: action.to_owned(),
        object,
        detail,
        ip: None,
        request_id: by.caller.request_id.clone(),
    };
    store::insert(tx, &entry).await
}
