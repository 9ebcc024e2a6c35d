//! The money rules, tried from outside on any server that speaks this API: a table of what held.
//!
//! Everything is made anew for each rule, in the sandbox, and is left there.

mod amounts;
mod keys;
mod lost;
mod others;
mod own;
mod races;
mod rule;
mod shop;
mod states;

use std::path::{Path, PathBuf};

use own::Own;
use rule::{Otherwise, Rule};
use shop::{Parts, Shop};
use store::DatabaseUrl;

use crate::Problem;
use crate::http::Base;

#[derive(clap::Args)]
pub struct Args {
    /// Of the server to try; without it servers of our own, on SQLite and on PostgreSQL
    #[arg(long, requires = "key")]
    url: Option<String>,
    /// A sandbox secret key there
    #[arg(long, hide_env_values = true)]
    key: Option<String>,
    /// A sandbox secret key of another account there: else what is about others is not run
    #[arg(long, hide_env_values = true)]
    other_key: Option<String>,
    /// What is started where no URL is given
    #[arg(long, default_value = "target/release/guichet")]
    binary: PathBuf,
    /// Only rules whose name holds this
    #[arg(long, default_value = "")]
    only: String,
}

/// The subjects, in the order of the table.
const SUBJECTS: [(&str, &[Rule]); 6] = [
    ("Many at once", races::RULES),
    ("Idempotency-Key", keys::RULES),
    ("Lost answers", lost::RULES),
    ("Amounts", amounts::RULES),
    ("States", states::RULES),
    ("Others", others::RULES),
];

/// # Errors
/// Which rules were broken, or what stood in the way.
pub fn run(args: Args) -> Result<(), Problem> {
    crate::runtime()?.block_on(async {
        let mut told = Told::default();
        if let (Some(url), Some(key)) = (&args.url, &args.key) {
            told.server(url, theirs(url, key, args.other_key.as_deref())?, &args.only).await;
        } else {
            let postgres = store_testing::postgres().await?;
            for (name, database) in [("SQLite", None), (postgres.name, Some(postgres.url.clone()))] {
                let shop = ours(&args.binary, database).await?;
                told.server(&format!("{}, {name}", args.binary.display()), shop, &args.only).await;
            }
        }
        println!("\n{} held, {} broken, {} not run", told.held, told.broken, told.not_run);
        match told {
            Told { broken: 0, held: 1.., .. } => Ok(()),
            Told { held: 0, broken: 0, .. } => Err("no rule was tried".to_owned()),
            Told { broken, .. } => Err(format!("{broken} rules were broken")),
        }
    })
}

fn theirs(url: &str, key: &str, other: Option<&str>) -> Result<Shop, Problem> {
    if !key.starts_with("stest_") || other.is_some_and(|key| !key.starts_with("stest_")) {
        return Err("only sandbox secret keys (stest_…): payments are made".to_owned());
    }
    let parts = Parts { base: Base::parse(url)?, key: key.to_owned(), other: other.map(str::to_owned), run: run_name(), own: None };
    Ok(Shop::new(parts))
}

async fn ours(binary: &Path, database: Option<DatabaseUrl>) -> Result<Shop, Problem> {
    let own = Own::start(binary, database).await?;
    let [key, other] = own.keys.clone();
    Ok(Shop::new(Parts { base: Base::parse(&own.url)?, key, other: Some(other), run: run_name(), own: Some(own) }))
}

/// Ten letters: what else a reference holds fits in the 36 that a reference may have.
fn run_name() -> String {
    (0..10).map(|_| char::from(rand::random_range(b'a'..=b'z'))).collect()
}

/// How it went so far.
#[derive(Default)]
struct Told {
    held: usize,
    broken: usize,
    not_run: usize,
}

impl Told {
    async fn server(&mut self, name: &str, shop: Shop, only: &str) {
        println!("\n{name}");
        for (subject, rules) in SUBJECTS {
            let mut rules = rules.iter().filter(|rule| rule.name.contains(only)).peekable();
            if rules.peek().is_some() {
                println!("\n  {subject}");
            }
            for rule in rules {
                self.tell(rule, (rule.hold)(shop.clone()).await);
            }
        }
    }

    fn tell(&mut self, rule: &Rule, seen: rule::Seen) {
        let (mark, more) = match seen {
            Ok(()) => {
                self.held += 1;
                ("held   ", None)
            }
            Err(said @ Otherwise::Broken(_)) => {
                self.broken += 1;
                ("BROKEN ", Some(said))
            }
            Err(said @ Otherwise::NotRun(_)) => {
                self.not_run += 1;
                ("not run", Some(said))
            }
        };
        println!("    {mark}  {:<38} {}  [{}]", rule.name, rule.says, rule.source);
        if let Some(said) = more {
            println!("             {said}");
        }
    }
}
