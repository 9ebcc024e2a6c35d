//! What a commit writes beside its objects: events, ledger lines and due work, gathered first and written together. Many small statements are
//! what a commit takes its time for.

use store::Tx;
use store::rows::{Event, Job, Posting, Scope};

use crate::rules::schedule::Work;

#[derive(Default)]
pub(crate) struct Beside {
    pub(crate) events: Vec<Event>,
    pub(crate) postings: Vec<Posting>,
    /// Work that is no longer due, by kind and object.
    pub(crate) gone: Vec<(Work, String)>,
    /// Each kind and object once: an object is written once in a commit.
    pub(crate) planned: Vec<Job>,
}

impl Beside {
    pub(crate) async fn write(self, tx: &mut Tx, scope: Scope) -> store::Result<()> {
        store::events::insert_all(tx, &self.events).await?;
        let gone: Vec<(&str, &str)> = self.gone.iter().map(|(work, object)| (work.as_str(), object.as_str())).collect();
        store::jobs::cancel(tx, scope, &gone).await?;
        store::jobs::schedule(tx, &self.planned).await?;
        if self.postings.is_empty() { Ok(()) } else { store::ledger::post(tx, &self.postings).await }
    }
}
