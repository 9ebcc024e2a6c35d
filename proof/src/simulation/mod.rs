//! A world in a box: payers, merchants, workers and a bank that answers late, twice, wrongly or never, clocks that jump, and the death of the
//! process at every seam. What happens follows from a seed, so what went wrong once goes wrong again.

mod bank;
mod board;
mod dice;
mod life;
mod people;
mod requests;
mod world;

use std::any::Any;
use std::collections::BTreeSet;
use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};

use store_testing::Database;

use crate::Problem;
use crate::invariants::Look;
use life::{End, come_to_an_end, live, stand_still};
use world::{Trace, World, hash};

/// A world lasts so many steps; then everything in it comes to its end, and another one begins.
const WORLD: u64 = 400;

#[derive(clap::Args)]
pub struct Args {
    /// What chance follows from: the same seed, the same world
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// How many steps in all; worlds of 400 steps, each with the next seed
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
    /// What happened, step by step.
    pub told: Vec<String>,
    /// What the database and the bank held afterwards.
    pub held: Vec<String>,
    /// The states in which payments, refunds and disputes ended, and the kinds of events on the way there.
    pub reached: BTreeSet<String>,
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
    let mut digest = String::new();
    while left > 0 {
        let steps = left.min(WORLD);
        let played = play(seed, steps, args.engine)?;
        checked += played.checked;
        digest = hash([&digest].into_iter().chain(&played.told).chain(&played.held));
        left -= steps;
        seed += 1;
        if (args.steps - left).is_multiple_of(WORLD * 10) {
            println!("{} steps, {checked} orders looked at, all holds, digest {digest}", args.steps - left);
        }
    }
    println!("{} steps on {} from seed {}: {checked} orders looked at, all holds, digest {digest}", args.steps, args.engine, args.seed);
    Ok(())
}

/// One world.
///
/// # Errors
/// What did not hold: the steps, and the command that plays them again.
pub fn play(seed: u64, steps: u64, engine: Engine) -> Result<Played, Problem> {
    let trace = Trace::default();
    let played = catch_unwind(AssertUnwindSafe(|| played(seed, steps, engine, trace.clone())));
    played.unwrap_or_else(|panic| Err(said(&*panic))).map_err(|problem| {
        format!("{}\n{problem}\nagain: make simulate SEED={seed} STEPS={steps} ENGINE={engine}", trace.lines().join("\n"))
    })
}

/// What somebody panicked with.
fn said(panic: &(dyn Any + Send)) -> Problem {
    let text = panic.downcast_ref::<String>().map(String::as_str).or_else(|| panic.downcast_ref::<&str>().copied());
    format!("panicked: {}", text.unwrap_or("without a word"))
}

fn played(seed: u64, steps: u64, engine: Engine, trace: Trace) -> Result<Played, Problem> {
    let database = in_a_process(&trace, made(engine))?;
    let mut world = World::new(seed, database, trace.clone())?;
    while in_a_process(&trace, live(&mut world, steps))? == End::Died {}
    in_a_process(&trace, come_to_an_end(&mut world))?;
    let (held, reached) = in_a_process(&trace, held(&world))?;
    Ok(Played { told: trace.lines(), held, reached, checked: world.checked })
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
        let (_alive, stuck) = stand_still(trace.clone());
        tokio::select! {
            biased;
            done = life => done,
            _ = stuck => Err("nothing moves any more".to_owned()),
        }
    })
}

/// What the database and the bank hold, a line each. An event holds its whole object; when a key was last used may be lost with its process.
async fn held(world: &World) -> Result<(Vec<String>, BTreeSet<String>), Problem> {
    let store = world.database.open().await?;
    let mut look = Look::over(&store, &world.database.url).await?;
    let mut lines = Vec::new();
    for (table, columns) in [
        ("payment_intents", "id || version || status || shown || captured || refunded"),
        ("payments", "id || version || state || captured_amount || refunded_amount || disputed_amount"),
        ("operations", "id || version || kind || state || amount || asked || created || COALESCE(answered, 0) || COALESCE(response, '')"),
        ("refunds", "id || version || status || amount"),
        ("disputes", "id || version || status || amount"),
        ("cards", "id || version || fingerprint || COALESCE(sealed, '')"),
        ("customers", "id || version"),
        ("events", "id || object || version || kind || at || actor || COALESCE(cause, '') || state"),
        ("postings", "id || event || at || ledger_account || amount"),
        ("balances", "environment || currency || ledger_account || slot || amount"),
        ("totals", "environment || day || currency || shown || slot || count || amount"),
        ("search_terms", "environment || term || created || object"),
        ("idempotency_keys", "idempotency_key || created || COALESCE(status, 0) || COALESCE(body, '') || COALESCE(object, '')"),
        ("jobs", "kind || object || due || run_at || attempts || leased_until || COALESCE(lease, '') || COALESCE(last_error, '')"),
        ("acquirer_records", "reference || created || record"),
        ("audit_log", "id || at || actor || action || COALESCE(object, '') || COALESCE(detail, '')"),
        ("accounts", "id || version || clock_offset"),
    ] {
        lines.extend(look.dump(table, columns).await?);
    }
    lines.extend(world.bank.remembers());
    let mut reached = BTreeSet::new();
    for (table, word) in [("payments", "state"), ("refunds", "status"), ("disputes", "status"), ("events", "kind")] {
        reached.extend(look.dump(table, word).await?.into_iter().map(|word| format!("{table} {word}")));
    }
    Ok((lines, reached))
}
