//! What is written about running, to standard error.

use std::io::IsTerminal;
use std::panic;

use tracing::Level;
use tracing_subscriber::filter::Targets;
use tracing_subscriber::fmt;
use tracing_subscriber::prelude::*;

use crate::config::Log;

/// Starts the log. `RUST_LOG` chooses what is written, by crates (`info,sqlx=debug`); without it, or where it can't be read, `info` and above.
pub fn start(how: Log) {
    let chosen = std::env::var("RUST_LOG").ok().filter(|chosen| !chosen.is_empty()).and_then(|chosen| chosen.parse().ok());
    let targets = chosen.unwrap_or_else(|| Targets::new().with_default(Level::INFO).with_target("sqlx", Level::WARN));
    let log = fmt::layer().with_writer(std::io::stderr).with_target(false).with_ansi(std::io::stderr().is_terminal());
    let registry = tracing_subscriber::registry().with(targets);
    match how {
        Log::Text => registry.with(log).init(),
        Log::Json => registry.with(log.json().flatten_event(true).with_current_span(true).with_span_list(false)).init(),
    }
    let whole = panic::take_hook();
    panic::set_hook(Box::new(move |panic| {
        // Where, but not what: a panic's words may hold what was being worked with. Who builds it may see them.
        let at = panic.location().map(ToString::to_string).unwrap_or_default();
        tracing::error!(at, "a panic");
        if cfg!(debug_assertions) {
            whole(panic);
        }
    }));
}
