//! What the search finds, and the server function that finds it.

use leptos::prelude::*;

use crate::{
    failure::Failure,
    told::{told, told_words},
};

told_words! { Kind: as_str; }

model::words! {
    /// What kind of thing was found, in the order of the groups.
    pub enum Kind { Object = "object", Payment = "payment", Customer = "customer", Member = "member", Shop = "shop" }
}

told! {
    /// Something that was found, in the reader's language.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct Hit {
        pub kind: Kind,
        pub title: String,
        pub detail: String,
        pub href: String,
    }
}

/// The first of each kind.
///
/// # Errors
/// No session, or the engine's own.
#[server(prefix = "/_fn", endpoint = "find", protocol = crate::ask::Ask)]
pub async fn find(text: String) -> Result<Vec<Hit>, Failure> {
    crate::server::desk::find(text).await
}
