//! What somebody was answered must be found again.

use serde_json::Value;
use store::rows::Scope;

use super::{Books, Broken};

/// An object as somebody was told of it: at this version it was this.
#[derive(Debug, Clone)]
pub struct Told {
    pub id: String,
    /// Where it belongs; none: wherever one looks.
    pub scope: Option<Scope>,
    /// None: only that it exists.
    pub version: Option<i64>,
    /// Fields of its row that were told, with their values.
    pub state: Value,
}

impl Told {
    /// That an object was made.
    pub fn made(id: impl ToString) -> Self {
        Self { id: id.to_string(), scope: None, version: None, state: Value::Null }
    }

    /// A row as it was read.
    pub fn row(row: &impl store::Scoped) -> Self {
        Self { id: row.id(), scope: Some(row.scope()), version: Some(row.version()), state: serde_json::to_value(row).unwrap_or_default() }
    }

    /// The object is there, and its history holds what was told.
    pub(super) fn is_there(&self, books: &Books, broken: &mut Broken) {
        let events = books.events.get(&self.id).map(Vec::as_slice).unwrap_or_default();
        broken.unless(!events.is_empty(), || format!("{} was told of and is not there", self.id));
        let Some(version) = self.version else { return };
        let Some(event) = events.iter().rfind(|event| event.version == version) else {
            broken.unless(false, || format!("{} was told of at version {version}, which its history does not hold", self.id));
            return;
        };
        for (field, told) in self.state.as_object().into_iter().flatten() {
            // that it has lapsed is told by comparing times, before anybody has written it down
            let lapsed = field == "state" && told == "EXPIRED";
            let kept = &event.state[field.as_str()];
            broken.unless(lapsed || kept == told, || format!("{}: {field} was told as {told}, its history says {kept}", self.id));
        }
    }
}
