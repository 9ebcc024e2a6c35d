//! What the pages are told about payments, and the server functions that tell it.

use leptos::prelude::*;
use model::{
    lifecycle::{Method, OrderType, Purpose, RefundStatus, Shown},
    money::{Currency, Money},
    time::{Date, Timestamp},
};

use super::{columns::Column, query::View};
use crate::{
    failure::Failure,
    told::{Reader, Told, shape, told, told_words},
};

told_words! { Column: as_str; View: as_str; }

told! {
    /// A row of the list: an order, with the one label that says how it stands. Amounts are minor units of its currency.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct Row {
        pub id: String,
        pub created: Timestamp,
        pub reference: Option<String>,
        pub name: Option<String>,
        pub email: Option<String>,
        pub purpose: Purpose,
        pub method: Option<Method>,
        pub brand: Option<String>,
        pub last4: Option<String>,
        pub shown: Shown,
        /// What the label speaks of: validate until, capture date, captured at, answer by.
        pub shown_at: Option<Timestamp>,
        pub response: Option<String>,
        pub amount: i64,
        pub amount_due: i64,
        pub currency: Currency,
        pub authorised: i64,
        pub captured: i64,
        pub refunded: i64,
    }
}

impl Row {
    pub fn money(&self, minor: i64) -> Money {
        Money::new(minor, self.currency)
    }

    /// What a shop calls the payment, else the beginning of its id.
    pub fn name_of_it(&self) -> String {
        self.reference.clone().unwrap_or_else(|| short(&self.id))
    }
}

/// `pi_Wm4x…u9T2`: enough of an id to recognise it.
pub fn short(id: &str) -> String {
    let Some((prefix, rest)) = id.split_once('_') else { return id.to_owned() };
    match (rest.get(..4), rest.get(rest.len().saturating_sub(4)..)) {
        (Some(first), Some(last)) if rest.len() > 10 => format!("{prefix}_{first}…{last}"),
        _ => id.to_owned(),
    }
}

told! {
    /// An order in the list, with what stands beside it.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct Line {
        pub row: Row,
        pub version: i64,
        pub kind: OrderType,
        pub description: Option<String>,
        /// Names.
        pub shop: Option<String>,
        pub by: Option<String>,
        /// Where they are shown: oldest first.
        pub refunds: Vec<Back>,
    }

    /// A refund under its payment.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct Back {
        pub id: String,
        pub created: Timestamp,
        pub amount: i64,
        pub status: RefundStatus,
        pub reason: Option<String>,
    }

    /// What matches in one currency, minor units.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub struct Sum {
        pub currency: Currency,
        pub count: i64,
        pub amount: i64,
    }

    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct Listing {
        pub lines: Vec<Line>,
        pub next: Option<String>,
        pub previous: Option<String>,
        /// `next` leads behind rows that were looked at without filling this page.
        pub further: bool,
        pub counted: Counted,
        /// By currency; of everything that matches, or of what was counted.
        pub sums: Vec<Sum>,
        /// How many rows each tab has, with the same filters.
        pub views: Vec<(View, Option<Counted>)>,
        pub saved: Vec<Saved>,
        pub choices: Choices,
        /// In their order.
        pub columns: Vec<Column>,
        /// The first day that is shown, where the list has a beginning.
        pub since: Option<Date>,
        /// What could not be understood, in the reader's language.
        pub hints: Vec<String>,
        /// Whether there is any payment at all in this environment.
        pub any: bool,
        pub now: Timestamp,
    }

    /// What the list may be narrowed by: ids and names.
    #[derive(Clone, Debug, Default, PartialEq, Eq)]
    pub struct Choices {
        pub shops: Vec<(String, String)>,
        pub people: Vec<(String, String)>,
        pub keys: Vec<(String, String)>,
        /// Something in the list was imported: it waits for nobody here.
        pub imported: bool,
    }

    /// A named view.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct Saved {
        pub id: String,
        pub name: String,
        pub query: String,
        pub shared: bool,
        /// Whether the reader may change it.
        pub changes: bool,
    }

    /// A number, and whether there are more.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub struct Counted {
        pub count: i64,
        pub more: bool,
    }

    /// One of several payments that are refunded at once.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct Chosen {
        pub row: Row,
        /// The payment that would be refunded, as it was when this was read.
        pub payment: Option<(String, i64)>,
        /// Minor units that may go back now; none: it can't be refunded, or not by the reader.
        pub refundable: Option<i64>,
        /// What the last try came to.
        pub outcome: Option<Outcome>,
    }
}

#[cfg_attr(not(target_arch = "wasm32"), derive(serde::Serialize))]
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    Refunded,
    Refused(Failure),
}

impl Told for Outcome {
    const SHAPE: u32 = shape("outcome", Option::<Failure>::SHAPE);

    fn tell(&self, to: &mut String) {
        let failure = match self {
            Self::Refunded => None,
            Self::Refused(failure) => Some(failure.clone()),
        };
        failure.tell(to);
    }

    fn read(from: &mut Reader<'_>) -> Option<Self> {
        Some(Option::<Failure>::read(from)?.map_or(Self::Refunded, Self::Refused))
    }
}

/// A page of the list, by its address without the path.
///
/// # Errors
/// No session, a cursor that can't be read, or the engine's own.
#[server(prefix = "/_fn", endpoint = "payments", protocol = crate::ask::Ask)]
pub async fn payments(query: String) -> Result<Listing, Failure> {
    crate::server::payments::listing(query).await
}

/// Keeps a view of the list under a name and leads to it.
///
/// # Errors
/// No session, a name that can't be one, or too many views.
#[server(prefix = "/_fn", endpoint = "views/save", protocol = crate::ask::Ask)]
pub async fn save_view(name: String, query: String, #[server(default)] shared: String) -> Result<(), Failure> {
    crate::server::payments::views::save(name, query, !shared.is_empty()).await
}

/// Renames a view, shares it or not, and where `update` says so lets it show what the list shows.
///
/// # Errors
/// No session, no such view, somebody else's, a name that can't be one.
#[server(prefix = "/_fn", endpoint = "views/change", protocol = crate::ask::Ask)]
pub async fn change_view(
    id: String,
    name: String,
    query: String,
    #[server(default)] shared: String,
    #[server(default)] update: String,
) -> Result<(), Failure> {
    crate::server::payments::views::change(id, name, query, !shared.is_empty(), !update.is_empty()).await
}

/// # Errors
/// No session, no such view, or somebody else's.
#[server(prefix = "/_fn", endpoint = "views/delete", protocol = crate::ask::Ask)]
pub async fn delete_view(id: String, query: String) -> Result<(), Failure> {
    crate::server::payments::views::delete(id, query).await
}

/// Keeps columns as the reader's usual ones, and leads back to the list.
///
/// # Errors
/// No session.
#[server(prefix = "/_fn", endpoint = "views/columns", protocol = crate::ask::Ask)]
pub async fn keep_columns(query: String, #[server(default)] cols: Vec<String>) -> Result<(), Failure> {
    crate::server::payments::views::columns(query, cols).await
}

/// What of these payments can be refunded, and what became of the last try. `told` is what [`refund_many`] left in the address.
///
/// # Errors
/// No session, or without the right to refund.
#[server(prefix = "/_fn", endpoint = "payments/chosen", protocol = crate::ask::Ask)]
pub async fn to_refund(ids: String, told: String) -> Result<Vec<Chosen>, Failure> {
    crate::server::payments::bulk::chosen(ids, told).await
}

/// Refunds what is left of each payment, and leads to what came of it. `payments` names each with the version its reader saw, which makes
/// a form that is posted twice act once.
///
/// # Errors
/// No session, without the right to refund, or a reason that can't be one.
#[server(prefix = "/_fn", endpoint = "payments/refund-many", protocol = crate::ask::Ask)]
pub async fn refund_many(ids: String, payments: String, #[server(default)] reason: String) -> Result<(), Failure> {
    crate::server::payments::bulk::refund(ids, payments, reason).await
}
