//! The simulated acquirer as the engine and a browser meet it.

mod bank;
mod cards;
mod common;
mod rules;
