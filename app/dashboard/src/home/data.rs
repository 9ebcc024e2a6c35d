//! What the pages ask the server for.

use leptos::prelude::*;
use model::{
    lifecycle::{RefundStatus, Shown},
    money::Currency,
    time::{Date, Timestamp},
};

use super::{Asked, RefundsAsked};
use crate::{failure::Failure, told::told};

told! {
    /// How many, and their sum in minor units.
    #[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
    pub struct Tally {
        pub count: i64,
        pub amount: i64,
    }

    /// What each counts is said where the engine adds it up.
    #[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
    pub struct Figures {
        pub paid: Tally,
        pub accepted: Tally,
        pub declined: Tally,
        pub disputed: Tally,
        pub refunded: Tally,
    }
}

impl Figures {
    /// In tenths of a per cent; none where no bank decided anything.
    pub fn acceptance(&self) -> Option<i64> {
        let all = self.accepted.count + self.declined.count;
        (all > 0).then(|| (self.accepted.count * 1_000 + all / 2) / all)
    }

    /// Minor units; none of none.
    pub fn average(&self) -> Option<i64> {
        (self.paid.count > 0).then(|| (self.paid.amount + self.paid.count / 2) / self.paid.count)
    }
}

told! {
    /// Orders of one label that somebody must look after.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct Need {
        pub shown: Shown,
        pub count: i64,
        pub sums: Vec<(Currency, i64)>,
        /// Others with this label were imported, and are not counted.
        pub imported: bool,
        /// The first day on which it is too late for one of them.
        pub until: Option<Date>,
    }

    /// A chart as the server drew it: markup of ours.
    #[derive(Clone, Debug, Default, PartialEq, Eq)]
    pub struct Drawn {
        pub picture: String,
        pub table: String,
    }

    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct Overview {
        pub now: Timestamp,
        pub today: Date,
        pub from: Date,
        pub to: Date,
        pub before_from: Date,
        pub currency: Currency,
        pub currencies: Vec<Currency>,
        /// Nobody ever asked for a payment here.
        pub empty: bool,
        pub needs: Vec<Need>,
        pub figures: Figures,
        pub before: Figures,
        pub today_figures: Figures,
        pub yesterday: Figures,
        pub volume: Drawn,
        pub acceptance: Drawn,
    }
}

impl Overview {
    pub fn period(&self) -> (Date, Date) {
        (self.from, self.to)
    }
}

told! {
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct RefundRow {
        pub created: Timestamp,
        /// The order's.
        pub order: String,
        pub reference: String,
        pub amount: i64,
        pub status: RefundStatus,
        pub reason: Option<String>,
    }

    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct RefundList {
        pub now: Timestamp,
        pub from: Date,
        pub to: Date,
        pub currency: Currency,
        pub all: Tally,
        pub rows: Vec<RefundRow>,
        pub next: Option<String>,
    }
}

/// Everything Home shows.
///
/// # Errors
/// No session, no right, or the engine's own.
#[server(prefix = "/_fn", endpoint = "home", protocol = crate::ask::Ask)]
pub async fn home(asked: Asked) -> Result<Overview, Failure> {
    crate::server::home::overview(asked).await
}

/// A page of the refunds behind a figure.
///
/// # Errors
/// No session, no right, a cursor that can't be read, or the engine's own.
#[server(prefix = "/_fn", endpoint = "refunds", protocol = crate::ask::Ask)]
pub async fn refunds(asked: RefundsAsked) -> Result<RefundList, Failure> {
    crate::server::home::refunds(asked).await
}
