//! The seams where a process may die or wait, named, for tests that make it happen. In the product it does nothing.

use std::sync::Arc;

use futures::future::BoxFuture;
use model::words;

words! {
    /// Where things go wrong in real life.
    pub enum Seam {
        BeforeWrite = "before_write", AfterCommit = "after_commit", AfterRollback = "after_rollback",
        BeforeAcquirer = "before_acquirer", AfterAcquirer = "after_acquirer",
    }
}

type Hook = dyn Fn(Seam) -> BoxFuture<'static, ()> + Send + Sync;

/// Passed in like the clock.
#[derive(Clone, Default)]
pub struct Fault(Option<Arc<Hook>>);

impl Fault {
    /// Nothing goes wrong.
    pub fn none() -> Self {
        Self(None)
    }

    /// For tests: what happens at each seam. A future that never ends is a death.
    pub fn with(hook: impl Fn(Seam) -> BoxFuture<'static, ()> + Send + Sync + 'static) -> Self {
        Self(Some(Arc::new(hook)))
    }

    pub(crate) async fn at(&self, seam: Seam) {
        if let Some(hook) = &self.0 {
            hook(seam).await;
        }
    }
}
