//! The real binary under real load: killed again and again, beside another one, with its disk full, its database gone, its folder read-only.
//! Whatever happens, what it acknowledged stands.

mod check;
mod diary;
mod disk;
mod full;
mod gone;
mod kills;
mod leaks;
mod load;
mod payer;
mod place;
mod readonly;
mod two;

use std::path::{Path, PathBuf};
use std::time::{Instant, SystemTime};

use clap::ValueEnum;

use self::place::Engine;
use crate::{Problem, runtime};

#[derive(clap::Args)]
pub struct Args {
    /// The server to torture
    #[arg(long, value_name = "FILE", default_value = "target/release/guichet")]
    binary: PathBuf,
    /// How often it is killed, on each database
    #[arg(long, value_name = "N", default_value_t = 1_000)]
    kills: u32,
    /// On which database
    #[arg(long, value_enum, default_value_t = On::Both)]
    engine: On,
    /// Which trials, separated by commas [default: all; with --quick all but two-servers]
    #[arg(long, value_enum, value_delimiter = ',', value_name = "TRIAL")]
    trials: Vec<Trial>,
    /// Makes the same choices again; when they meet the server, no seed says
    #[arg(long, value_name = "N")]
    seed: Option<u64>,
    /// Without waiting two minutes for what a dead process had in hand
    #[arg(long)]
    quick: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum On {
    Sqlite,
    #[value(name = "postgresql")]
    Postgres,
    Both,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Trial {
    /// `kill -9` at random under load
    Kills,
    /// Two servers on one PostgreSQL, one killed
    TwoServers,
    /// No room on the disk
    FullDisk,
    /// PostgreSQL stopped and started
    DatabaseGone,
    /// A data folder that can only be read
    ReadOnly,
}

/// # Errors
/// What did not stand, and where to look.
pub fn run(args: Args) -> Result<(), Problem> {
    // Any number will do: it is printed.
    let random = || SystemTime::UNIX_EPOCH.elapsed().map_or(1, |since| u64::from(since.subsec_nanos()));
    let seed = args.seed.unwrap_or_else(random);
    println!("torture of {} with seed {seed}", args.binary.display());
    let cannot = disk::cannot_mount();
    runtime()?.block_on(async {
        for trial in [Trial::Kills, Trial::TwoServers, Trial::FullDisk, Trial::DatabaseGone, Trial::ReadOnly] {
            let asked = if args.trials.is_empty() { !args.quick || trial != Trial::TwoServers } else { args.trials.contains(&trial) };
            if !asked {
                continue;
            }
            for engine in engines(args.engine, trial) {
                let name = format!("{} on {engine}", trial.to_possible_value().map_or_else(String::new, |name| name.get_name().to_owned()));
                if let (Trial::FullDisk | Trial::ReadOnly, Some(why)) = (trial, &cannot) {
                    println!("{name}: skipped, nothing can be mounted here: {why}");
                    continue;
                }
                let begun = Instant::now();
                let done = one(&args, trial, engine, seed).await.map_err(|problem| format!("{name}: {problem}"))?;
                println!("{name}: {done} ({} s)", begun.elapsed().as_secs());
            }
        }
        Ok(())
    })
}

fn engines(on: On, trial: Trial) -> Vec<Engine> {
    let all = [(On::Sqlite, Engine::Sqlite), (On::Postgres, Engine::Postgres)];
    let has = |engine: Engine| engine == Engine::Postgres || !matches!(trial, Trial::TwoServers | Trial::DatabaseGone);
    all.into_iter().filter(|(name, engine)| (on == On::Both || on == *name) && has(*engine)).map(|(_, engine)| engine).collect()
}

async fn one(args: &Args, trial: Trial, engine: Engine, seed: u64) -> Result<String, Problem> {
    let binary: &Path = &args.binary;
    match trial {
        Trial::Kills => kills::run(kills::Trial { binary, engine, kills: args.kills, seed, quick: args.quick }).await,
        Trial::TwoServers => two::run(binary, seed).await,
        Trial::FullDisk => full::run(binary, engine, seed).await,
        Trial::DatabaseGone => gone::run(binary, seed).await,
        Trial::ReadOnly => readonly::run(binary, engine).await,
    }
}
