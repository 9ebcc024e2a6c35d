//! The command line: what the binary is asked to do, and how it says that it can't.

use std::fmt;
use std::io::{ErrorKind, Write};
use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::account::{NewAccount, NewPassword};
use crate::config::{Options, Wrong};
use crate::serve::Serve;
use crate::verify::VerifyPage;
use crate::{account, house, import, log, serve, verify};

/// A payment platform of your own: a checkout page, a dashboard and an API.
#[derive(Parser)]
#[command(name = "guichet", version, max_term_width = 120)]
pub struct CommandLine {
    #[command(subcommand)]
    command: Command,
    #[command(flatten)]
    options: Options,
}

#[derive(Subcommand)]
enum Command {
    /// Serve the API, the checkout and the dashboard, and do the background work
    Serve(Serve),
    /// Do the background work only: beside 'serve --no-worker', on PostgreSQL
    Worker,
    /// Bring the database up to this release, then end
    Migrate,
    /// Bring in what was paid elsewhere, from a JSON file: as history, which nothing here ever moves
    Import(import::Import),
    /// Accounts: who gets paid
    #[command(subcommand)]
    Account(Account),
    /// Print the API's OpenAPI document
    Openapi {
        /// Version 1 instead of 2
        #[arg(long)]
        v1: bool,
    },
    /// Print every script and style sheet that our pages may hold: its hash, and what it is there for
    Scripts,
    /// Compare a page, as browsers receive it, with this release: its scripts, style sheets and headers. Exit code 1 where something differs
    VerifyPage(VerifyPage),
}

#[derive(Subcommand)]
enum Account {
    /// Make an account with its owner; the keys are printed once
    Create(NewAccount),
    /// Set a new password for somebody who lost theirs; signs them out everywhere. On SQLite stop 'serve' first
    Password(NewPassword),
}

/// Why the process ends without having done what it was asked.
#[derive(Debug)]
pub enum Stop {
    /// What was set can't be: exit code 2, as for an unknown flag.
    Wrong(Wrong),
    /// Anything else: exit code 1.
    Failed(String),
}

impl Stop {
    pub fn code(&self) -> ExitCode {
        match self {
            Self::Wrong(_) => ExitCode::from(2),
            Self::Failed(_) => ExitCode::FAILURE,
        }
    }

    pub fn failed(what: impl fmt::Display, why: impl fmt::Display) -> Self {
        Self::Failed(format!("{what}: {why}"))
    }
}

impl fmt::Display for Stop {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Wrong(wrong) => wrong.fmt(f),
            Self::Failed(text) => f.write_str(text),
        }
    }
}

impl From<Wrong> for Stop {
    fn from(wrong: Wrong) -> Self {
        Self::Wrong(wrong)
    }
}

/// # Errors
/// What stood in the way, in words for whoever started it.
pub async fn run(line: CommandLine) -> Result<(), Stop> {
    let settings = line.options.check()?;
    log::start(settings.log);
    match line.command {
        Command::Serve(asked) => serve::serve(&settings, &asked).await,
        Command::Worker => serve::work(&settings).await,
        Command::Migrate => {
            let house = house::House::open(&settings).await?;
            house.close().await;
            say(format_args!("The database is up to date: {}", settings.database))
        }
        Command::Import(asked) => import::run(&settings, asked).await,
        Command::Account(Account::Create(new)) => account::create(&settings, new).await,
        Command::Account(Account::Password(new)) => account::password(&settings, new).await,
        Command::Openapi { v1 } => {
            let document = if v1 { api::openapi_v1() } else { api::openapi_v2() };
            say(format_args!("{document:#}"))
        }
        Command::Scripts => say(verify::scripts()),
        Command::VerifyPage(asked) => verify::verify(&asked).await,
    }
}

/// A line on standard output.
///
/// # Errors
/// Where it can't be written, though somebody reads: whoever reads may have had enough.
pub fn say(text: impl fmt::Display) -> Result<(), Stop> {
    match writeln!(std::io::stdout(), "{text}") {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => Err(Stop::failed("standard output", error)),
        _ => Ok(()),
    }
}
