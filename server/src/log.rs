//! What is written about running, to standard error.

use std::io::IsTerminal;
use std::panic;

use tracing_subscriber::EnvFilter;

use crate::config::Log;

/// Starts the log. `RUST_LOG` chooses what is written; without it, `info` and above.
pub fn start(how: Log) {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("info,sqlx=warn"));
    let log = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .with_target(false)
        .with_ansi(std::io::stderr().is_terminal());
    match how {
        Log::Text => log.init(),
        Log::Json => log.json().flatten_event(true).with_current_span(true).with_span_list(false).init(),
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
