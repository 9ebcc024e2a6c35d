//! What the pages are told about links, and the server functions that tell it.

use leptos::prelude::*;
use model::{
    money::{Currency, Money},
    time::{Date, Timestamp},
};
use serde::{Deserialize, Serialize};

use crate::{failure::Failure, payments::data::Row, told::told};

model::words! {
    /// How long a link works: hours, days, months, or until a day that is chosen.
    pub enum Expiry { Day = "24h", Week = "7d", Month = "30d", Longest = "3m", Date = "date" }
}

model::words! {
    /// The views of the list.
    pub enum View { All = "all", Open = "open", Paid = "paid", NotPaid = "not_paid" }
}

told! {
    /// The form as typed.
    #[derive(Clone, Debug, Default, PartialEq, Eq)]
    #[cfg_attr(not(target_arch = "wasm32"), derive(Deserialize), serde(default))]
    pub struct Values {
        pub amount: String,
        pub currency: String,
        pub order_id: String,
        pub description: String,
        pub customer_name: String,
        pub customer_email: String,
        pub expiry: String,
        pub date: String,
        /// `on`, or empty.
        pub manual_validation: String,
        pub shop: String,
        pub token: String,
    }
}

/// What an address may fill the form with; `amount` is minor units.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Prefill {
    pub amount: String,
    pub currency: String,
    pub order_id: String,
    pub description: String,
    pub customer_name: String,
    pub customer_email: String,
    pub shop: String,
}

told! {
    /// A field with what is wrong with it, in the reader's language.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct Problem {
        pub field: String,
        pub message: String,
    }

    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct Form {
        pub values: Values,
        /// In the order of the fields.
        pub problems: Vec<Problem>,
        /// What is wrong with the whole.
        pub trouble: Option<String>,
        /// Id and name.
        pub shops: Vec<(String, String)>,
        /// Tomorrow and the last day a link may work.
        pub days: (Date, Date),
        pub now: Timestamp,
    }

    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct Link {
        pub row: Row,
        pub expires_at: Timestamp,
    }

    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct Listing {
        pub links: Vec<Link>,
        pub next: Option<String>,
        pub previous: Option<String>,
        /// Exact, or what was counted of `more`.
        pub count: i64,
        pub more: bool,
        pub now: Timestamp,
    }
}

/// Which page of which view.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Asked {
    pub view: View,
    pub after: String,
    pub before: String,
}

told! {
    /// A link's page.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct File {
        pub row: Row,
        pub url: String,
        pub shop: Option<String>,
        pub description: Option<String>,
        pub made_by: Option<String>,
        pub expires_at: Timestamp,
        pub manual_validation: bool,
        /// Somebody can still pay by it.
        pub open: bool,
        pub cancellable: bool,
        /// What 'another one' begins with.
        pub shop_id: String,
        pub now: Timestamp,
    }
}

impl File {
    pub fn amount(&self) -> Money {
        self.row.money(self.row.amount)
    }

    pub fn currency(&self) -> Currency {
        self.row.currency
    }
}

/// The form for a new link. After a form that was posted: as it was typed, with what is wrong.
///
/// # Errors
/// No session, or no right to make links.
#[server(prefix = "/_fn", endpoint = "links/form", protocol = crate::ask::Ask)]
pub async fn link_form(prefill: Prefill) -> Result<Form, Failure> {
    crate::server::links::form(prefill).await
}

/// A page of the list, newest first.
///
/// # Errors
/// No session, a cursor that can't be read, or the engine's own.
#[server(prefix = "/_fn", endpoint = "links", protocol = crate::ask::Ask)]
pub async fn links(asked: Asked) -> Result<Listing, Failure> {
    crate::server::links::listing(asked).await
}

/// One link.
///
/// # Errors
/// No session, no link of this id, or the engine's own.
#[server(prefix = "/_fn", endpoint = "link", protocol = crate::ask::Ask)]
pub async fn link_file(id: String) -> Result<File, Failure> {
    crate::server::links::file(id).await
}
