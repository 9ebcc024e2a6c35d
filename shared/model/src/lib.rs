//! What both sides of the wire agree on: identifiers, money, time, words, rights and the state machines as data.
//!
//! No I/O, no clock, no randomness: it runs the same in the server and in the browser.

pub mod error;
pub mod id;
pub mod lifecycle;
pub mod list;
pub mod locale;
pub mod money;
pub mod response;
pub mod rights;
pub mod time;
pub mod words;
