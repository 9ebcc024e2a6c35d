//! A world in a box: payers, merchants, workers and a bank that answers late, twice, wrongly or never, clocks that jump, and the death of the
//! process at every seam. What happens follows from a seed, so what went wrong once goes wrong again.

mod bank;
mod board;
mod dice;
mod life;
mod people;
mod requests;
mod world;

use std::fmt;

use store_testing::Database;

use crate::Problem;
use crate::invariants::Look;
use life::{End, come_to_an_end, live, stand_still};
use world::{Trace, World, hash};

/// A world lasts so many steps; then everything in it comes to its end, and another one begins.
const WORLD: u64 = 250;

#[derive(clap::Args)]
pub struct Args {
    /// What chance follows from: the same seed, the same world
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// How many steps in all; worlds of 250 steps, each with the next seed
    #[arg(long, default_value_t = 10_000)]
    steps: u64,
    /// The database
    #[arg(long, default_value = "sqlite")]
    engine: Engine,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Engine {
    Sqlite,
    Postgresql,
}

impl fmt::Display for Engine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Sqlite => "sqlite",
            Self::Postgresql => "postgresql",
        })
    }
}

/// A world that held to its end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Played {
    /// SHA-256 of what happened, step by step.
    pub trace: String,
    /// SHA-256 of what the database held afterwards.
    pub state: String,
    /// Orders that were looked at.
    pub checked: usize,
}

/// Plays worlds until all steps are done.
///
/// # Errors
/// What did not hold, with the command that shows it again.
pub fn run(args: Args) -> Result<(), Problem> {
    let mut left = args.steps;
    let mut seed = args.seed;
    let mut checked = 0;
    while left > 0 {
        let steps = left.min(WORLD);
        checked += play(seed, steps, args.engine)?.checked;
        left -= steps;
        seed += 1;
        if (args.steps - left).is_multiple_of(WORLD * 20) {
            println!("{} steps, {checked} orders looked at, all holds", args.steps - left);
        }
    }
    println!("{} steps on {} from seed {}: {checked} orders looked at, all holds", args.steps, args.engine, args.seed);
    Ok(())
}

/// One world.
///
/// # Errors
/// What did not hold: the command that shows it again, and the last steps.
pub fn play(seed: u64, steps: u64, engine: Engine) -> Result<Played, Problem> {
    let trace = Trace::default();
    played(seed, steps, engine, trace.clone()).map_err(|problem| {
        format!("{}\n{problem}\nagain: make simulate SEED={seed} STEPS={steps} ENGINE={engine}", trace.lines().join("\n"))
    })
}

fn played(seed: u64, steps: u64, engine: Engine, trace: Trace) -> Result<Played, Problem> {
    let database = in_a_process(&trace, made(engine))?;
    let mut world = World::new(seed, database, trace.clone())?;
    while in_a_process(&trace, live(&mut world, steps))? == End::Died {}
    in_a_process(&trace, come_to_an_end(&mut world))?;
    let state = in_a_process(&trace, state(&world))?;
    Ok(Played { trace: world.trace.hash(), state, checked: world.checked })
}

async fn made(engine: Engine) -> Result<Database, Problem> {
    match engine {
        Engine::Sqlite => store_testing::sqlite(),
        Engine::Postgresql => store_testing::postgres().await,
    }
}

/// A process of its own, as far as the engine can tell: one thread, time that stands still, and everything in it ends with it.
fn in_a_process<T>(trace: &Trace, life: impl Future<Output = Result<T, Problem>>) -> Result<T, Problem> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().start_paused(true).build();
    let runtime = runtime.map_err(|error| format!("starting: {error}"))?;
    runtime.block_on(async {
        let _still = stand_still(trace.clone());
        life.await
    })
}

/// What the database holds, as one hash.
async fn state(world: &World) -> Result<String, Problem> {
    let store = world.database.open().await?;
    let mut look = Look::over(&store, &world.database.url).await?;
    let mut lines = Vec::new();
    for (table, columns) in [
        ("payment_intents", "id || version || status || shown || captured || refunded"),
        ("payments", "id || version || state || captured_amount || refunded_amount || disputed_amount"),
        ("operations", "id || version || kind || state || asked"),
        ("refunds", "id || version || status || amount"),
        ("disputes", "id || version || status || amount"),
        ("cards", "id || version"),
        ("customers", "id || version"),
        ("events", "id || object || version || kind || at || state"),
        ("postings", "id || ledger_account || amount"),
    ] {
        lines.extend(look.dump(table, columns).await?);
    }
    Ok(hash(lines.iter()))
}
