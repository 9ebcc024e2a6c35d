//! What shows that Guichet is as good as it says: a measured bench, and programs that try to break it.
//!
//! Each room is one subcommand of the `proof` binary: its `Args`, and `run`, which says what did not hold.
#![expect(clippy::disallowed_methods, reason = "what measures and waits for a real process goes by the machine's own clock")]

pub mod bench;
pub mod cluster;
pub mod conformance;
pub mod http;
pub mod invariants;
pub mod server;
pub mod simulation;
pub mod torture;

/// What did not hold or stood in the way, in words for whoever ran it.
pub type Problem = String;

/// A runtime with as many threads as there are cores, for what drives a server.
///
/// # Errors
/// Where the system gives no threads.
pub fn runtime() -> Result<tokio::runtime::Runtime, Problem> {
    tokio::runtime::Builder::new_multi_thread().enable_all().build().map_err(|error| format!("starting: {error}"))
}
