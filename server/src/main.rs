//! The binary: configuration, command line, composition.

mod account;
mod command;
mod config;
mod demo;
mod house;
mod import;
mod layers;
mod log;
mod notice;
mod routes;
mod serve;
mod tls;
mod verify;

use std::process::ExitCode;

use any_spawner::Executor;
use clap::Parser;
use mimalloc::MiMalloc;

use command::CommandLine;

/// The system's own keeps what was freed in as many heaps as there were threads: a few people signing in cost 300 MB for good.
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

/// Threads for what may wait: queries that take long, of which SQLite answers as many at once. More of them only hold memory.
const WAITING: usize = 4;

fn main() -> ExitCode {
    let line = CommandLine::parse();
    match tokio::runtime::Builder::new_multi_thread().enable_all().max_blocking_threads(WAITING).build() {
        Ok(runtime) => runtime.block_on(run(line)),
        Err(error) => {
            eprintln!("guichet: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn run(line: CommandLine) -> ExitCode {
    // What leptos spawns, it spawns here. The one error says that it was started before.
    let _ = Executor::init_tokio();
    match command::run(line).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(stop) => {
            eprintln!("guichet: {stop}");
            stop.code()
        }
    }
}
