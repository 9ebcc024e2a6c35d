//! The simulated acquirer as the engine and a browser meet it.
#![expect(clippy::unwrap_used, reason = "a test fails by it")]

mod bank;
mod cards;
mod common;
mod rules;
