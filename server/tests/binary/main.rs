//! What an operator meets: the built binary, its settings, its listeners, how it ends.
#![expect(clippy::unwrap_used, reason = "a test may stop where it stands")]

mod data;
mod http;
mod import;
mod live;
mod postgres;
mod routes;
mod server;
mod settings;
#[path = "../tenancy/source.rs"]
mod source;
mod tls;
mod upgrade;
mod web;
