//! The life of a payment, on both databases.
#![expect(clippy::unwrap_used, reason = "a test that can't go on fails")]

mod cards;
mod crash;
mod file;
mod flight;
mod home;
mod import;
mod invariants;
mod keys;
mod lifecycle;
mod list;
mod live;
mod making;
mod money;
mod page;
mod people;
mod races;
mod roles;
mod tenancy;
mod walk;
mod world;
