//! What the pages are told about payments, and the server functions that tell it.

use leptos::prelude::*;
use model::{
    lifecycle::{Method, Purpose, Shown},
    money::{Currency, Money},
    time::Timestamp,
};
use serde::{Deserialize, Serialize};

use super::query::{Asked, View};
use crate::failure::Failure;

/// A row of the list: an order, with the one label that says how it stands. Amounts are minor units of its currency.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
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

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Listing {
    pub rows: Vec<Row>,
    pub next: Option<String>,
    pub previous: Option<String>,
    /// Exact to 10 000; beyond, `more`.
    pub count: i64,
    pub more: bool,
    /// How many rows each view has, within the same window and search.
    pub views: Vec<(View, Counted)>,
    pub now: Timestamp,
}

/// A number that is exact up to 10 000.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counted {
    pub count: i64,
    pub more: bool,
}

/// A page of the list.
///
/// # Errors
/// No session, a cursor that can't be read, or the engine's own.
#[server(prefix = "/_fn", endpoint = "payments")]
pub async fn payments(asked: Asked) -> Result<Listing, Failure> {
    crate::server::payments::listing(asked).await
}
