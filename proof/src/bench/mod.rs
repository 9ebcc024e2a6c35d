//! `proof bench`: what Guichet does in a second, beside what the machine under it can do in the same run.
//!
//! Every figure is a ratio or a count taken side by side with its own floor: on a machine that others use too, both are slow together.

mod data;
mod files;
mod fill;
mod floor;
mod lists;
mod load;
mod machine;
mod memory;
mod pages;
mod payments;
mod read;
mod report;
mod world;
mod written;

use std::path::PathBuf;

use clap::ValueEnum;

use crate::Problem;
use report::Report;

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum What {
    /// Payments created and authorised, beside the same rows written by a bare loop
    Payments,
    /// The Payments list and its search, small and large
    Lists,
    /// The list as a file
    Csv,
    /// One payment read, beside a server that answers a constant
    Read,
    /// From nothing to the first answer
    Start,
    /// Memory at rest and after many requests
    Memory,
    /// Pages served
    Pages,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Engine {
    Sqlite,
    Postgres,
}

impl Engine {
    const fn name(self) -> &'static str {
        match self {
            Self::Sqlite => "SQLite",
            Self::Postgres => "PostgreSQL",
        }
    }
}

#[derive(Debug, clap::Args)]
pub struct Args {
    /// The release binary to measure
    #[arg(long, value_name = "FILE", default_value = "target/release/guichet")]
    binary: PathBuf,
    /// What to measure: everything where nothing is named
    #[arg(long, value_delimiter = ',')]
    only: Vec<What>,
    /// On which databases
    #[arg(long, value_delimiter = ',', default_value = "sqlite,postgres")]
    engines: Vec<Engine>,
    /// Payments in the large list: 1M takes minutes to make, 10M an hour and 100 GB
    #[arg(long, env = "SIZE", default_value = "1M", value_parser = size)]
    size: u64,
    /// Payments in the small list it is compared with
    #[arg(long, default_value = "10k", value_parser = size)]
    small: u64,
    /// Seconds that each load lasts
    #[arg(long, default_value_t = 10)]
    seconds: u64,
    /// Requests after which memory is looked at
    #[arg(long, default_value = "1M", value_parser = size)]
    requests: u64,
    /// Where the figures go as JSON
    #[arg(long, value_name = "FILE", default_value = "target/bench.json")]
    json: PathBuf,
    /// Answer a constant of so many bytes until killed: what reading a payment is compared with
    #[arg(long, hide = true)]
    constant: Option<usize>,
}

impl Args {
    fn wants(&self, what: What) -> bool {
        self.only.is_empty() || self.only.contains(&what)
    }
}

/// `10k`, `1M`, or a plain number.
fn size(text: &str) -> Result<u64, String> {
    let (digits, times) = match text.to_ascii_lowercase() {
        text if text.ends_with('k') => (text.trim_end_matches('k').to_owned(), 1_000),
        text if text.ends_with('m') => (text.trim_end_matches('m').to_owned(), 1_000_000),
        text => (text, 1),
    };
    let number: u64 = digits.parse().map_err(|_| format!("{text} is no number such as 10k, 1M or 2500"))?;
    Ok(number * times)
}

/// # Errors
/// What stood in the way of measuring; how many bars do not hold, once everything is measured.
pub fn run(args: Args) -> Result<(), Problem> {
    let runtime = crate::runtime()?;
    if let Some(bytes) = args.constant {
        return runtime.block_on(read::answer_constant(bytes));
    }
    runtime.block_on(measure(&args))
}

async fn measure(args: &Args) -> Result<(), Problem> {
    let mut report = Report::new(machine::Machine::look());
    report.begin();
    for engine in &args.engines {
        if args.wants(What::Payments) {
            payments::measure(args, *engine, &mut report).await?;
        }
        if args.wants(What::Read) {
            read::measure(args, *engine, &mut report).await?;
        }
    }
    if args.wants(What::Start) {
        memory::starts(args, &mut report).await?;
    }
    for engine in &args.engines {
        if args.wants(What::Memory) {
            memory::measure(args, *engine, &mut report).await?;
        }
    }
    for engine in &args.engines {
        lists::measure(args, *engine, &mut report).await?;
    }
    report.end(&args.json)
}
