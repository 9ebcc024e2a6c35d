//! The life of a payment, on both databases.

mod cards;
mod crash;
mod lifecycle;
mod money;
mod page;
mod tenancy;
mod world;
