//! The command line: `proof bench`, `proof torture`, `proof conformance`, `proof simulate`.

use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// Shows that Guichet is fast, light, and right whatever happens.
#[derive(Parser)]
#[command(name = "proof", max_term_width = 120)]
struct CommandLine {
    #[command(subcommand)]
    proof: Proof,
}

#[derive(Subcommand)]
enum Proof {
    /// Measure speed and memory beside what the machine itself can do
    Bench(proof::bench::Args),
    /// Kill the server again and again under load, then check all it had acknowledged
    Torture(proof::torture::Args),
    /// Try the money rules on any server that speaks this API
    Conformance(proof::conformance::Args),
    /// Play payers, merchants, an unreliable acquirer and death at every seam, from a seed
    Simulate(proof::simulation::Args),
}

fn main() -> ExitCode {
    let ran = match CommandLine::parse().proof {
        Proof::Bench(args) => proof::bench::run(args),
        Proof::Torture(args) => proof::torture::run(args),
        Proof::Conformance(args) => proof::conformance::run(args),
        Proof::Simulate(args) => proof::simulation::run(args),
    };
    match ran {
        Ok(()) => ExitCode::SUCCESS,
        Err(problem) => {
            eprintln!("proof: {problem}");
            ExitCode::FAILURE
        }
    }
}
