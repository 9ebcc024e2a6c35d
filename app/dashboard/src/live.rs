//! Live: pages that read this read their data again when something of the account changed.

use leptos::prelude::*;

/// Grows with every change that was announced. Put `Live::heard()` among what a page's resource is made of.
#[derive(Clone, Copy)]
pub struct Live(pub RwSignal<u64>);

impl Live {
    /// How many changes were announced so far; tracked.
    pub fn heard() -> u64 {
        use_context::<Self>().map_or(0, |Self(changes)| changes.get())
    }
}
