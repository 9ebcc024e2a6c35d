//! What the engine decides, as pure functions: no clock, no database.

pub mod calendar;
pub mod ledger;
pub mod schedule;
