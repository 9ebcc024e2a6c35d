//! What is ordered, how it is paid, and what the shop does about it later.

use model::lifecycle::Purpose;
use model::money::Currency;
use model::time::Timestamp;

use super::wares::Place;

#[derive(Debug, Clone)]
pub struct Order {
    pub at: Timestamp,
    pub place: Place,
    /// An index of `PAYERS`.
    pub payer: usize,
    /// Leaves a name on the card and nothing else.
    pub guest: bool,
    pub what: &'static str,
    /// Minor units.
    pub amount: i64,
    pub currency: Currency,
    pub purpose: Purpose,
    pub paid: Paid,
    /// Somebody looks at it before it is captured.
    pub manual: bool,
    /// Captured so many days later.
    pub capture_in: Option<i64>,
    /// To be paid within so many seconds.
    pub deadline_in: Option<i64>,
    /// How long the payer thinks, in milliseconds.
    pub pause: i64,
    /// Who makes it, as a link; none: the shop's program.
    pub by: Option<Who>,
    /// So many minutes later.
    pub then: Vec<(i64, Later)>,
}

/// What the payer does.
#[derive(Debug, Clone, Copy)]
pub enum Paid {
    /// Nothing yet.
    Not,
    /// Takes a card of their own.
    Own,
    /// Tries these cards, one after the other.
    By(&'static [&'static str]),
    /// With the card whose bank asks: says so, or leaves the page where it is.
    AtBank(Option<bool>),
}

/// What the shop does with an order afterwards, and who.
#[derive(Debug, Clone, Copy)]
pub enum Later {
    /// All, or a part in minor units; why.
    Refund(Who, Option<i64>, &'static str),
    /// All, or a part in minor units.
    Capture(Who, Option<i64>),
    /// To so many minor units.
    Lower(Who, i64),
    /// By so many days from then.
    Postpone(Who, i64),
    Cancel(Who),
    Release(Who),
    RefuseHeld(Who),
}

/// One of the team.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Who {
    Owner,
    Admin,
    Developer,
    Finance,
    Support,
    Viewer,
}
