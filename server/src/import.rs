//! `import`: a merchant moves here with a file of what was paid elsewhere.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs::File;
use std::io::{self, BufRead, BufReader, IsTerminal, Read};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use clap::Args;
use engine::{FileRow, ImportAsked, ImportProgress, ImportReport, ImportRows, ImportSaid, RowKind, Unreadable};
use model::id::ShopId;
use model::rights::Environment;
use serde_json::{Value, json};
use store::rows::Account;
use tokio::sync::mpsc::{Receiver, channel};
use wire::import::{Survey, each_row, place_of, rows_of, survey};

use crate::command::{Stop, say};
use crate::config::Settings;
use crate::house::House;

/// Bytes read at once.
const BUFFER: usize = 256 * 1024;
/// Rows read ahead of what is written.
const AHEAD: usize = 256;
/// Where nobody watches, progress is said every so many rows.
const SAID_EVERY: u64 = 10_000;

#[derive(Args)]
pub struct Import {
    /// One JSON object: `{"customers": […], "cards": […], "payment_intents": […], "payments": […], "refunds": […], "disputes": […], "payouts": […]}`,
    /// each list optional, in the API's shapes of v1 or v2, objects within each other or by id
    file: PathBuf,
    /// Whose it is: an account's id or name; can be left out where there is only one
    #[arg(long, value_name = "ACCOUNT")]
    account: Option<String>,
    /// sandbox or production
    #[arg(long, value_name = "ENVIRONMENT")]
    environment: Environment,
    /// Id of the shop that the payments belong to [default: the account's first]
    #[arg(long, value_name = "SHOP")]
    shop: Option<ShopId>,
    /// Import nothing where a single row is refused
    #[arg(long)]
    atomic: bool,
    /// Write nothing; say what would be imported and refused
    #[arg(long)]
    dry_run: bool,
    /// Write the report as JSON to this file, too
    #[arg(long, value_name = "FILE")]
    report: Option<PathBuf>,
}

/// # Errors
/// What stood in the way; or that rows were refused, once the report is printed.
pub async fn run(settings: &Settings, asked: Import) -> Result<(), Stop> {
    let (path, counted) = (
        asked.file.clone(),
        tokio::task::spawn_blocking({
            let path = asked.file.clone();
            move || look_through(&path)
        }),
    );
    let held = counted.await.map_err(|error| Stop::failed(path.display(), error))??;
    let house = House::open(settings).await?;
    let done = bring_in(settings, &house, &asked, &held).await;
    house.close().await;
    let (account, report, ignored) = done?;
    let told = Told { asked: &asked, account: &account, report: &report, held: &held, ignored: &ignored };
    if let Some(path) = &asked.report {
        std::fs::write(path, format!("{:#}\n", told.json())).map_err(|error| Stop::failed(path.display(), error))?;
    }
    say(told.text())?;
    match report.refused.len() {
        0 => Ok(()),
        1 => Err(Stop::Failed("one row was refused".to_owned())),
        refused => Err(Stop::Failed(format!("{refused} rows were refused"))),
    }
}

/// Reads the file once to its end before anything is opened or written.
fn look_through(path: &Path) -> Result<Survey, Stop> {
    let failed = |why: &dyn std::fmt::Display| Stop::failed(path.display(), why);
    let about = std::fs::metadata(path).map_err(|error| failed(&error))?;
    if !about.is_file() {
        return Err(failed(&"this is no file; it is read several times, so it can't be a pipe"));
    }
    let file = open(path).map_err(|error| failed(&error))?;
    survey(file).map_err(|bad| failed(&bad))
}

/// Past the mark that some editors put at the beginning.
fn open(path: &Path) -> io::Result<impl Read + use<>> {
    let mut file = BufReader::with_capacity(BUFFER, File::open(path)?);
    if file.fill_buf()?.starts_with(b"\xef\xbb\xbf") {
        file.consume(3);
    }
    Ok(file)
}

type Ignored = BTreeSet<String>;

async fn bring_in(settings: &Settings, house: &House<'_>, asked: &Import, held: &Survey) -> Result<(Account, ImportReport, Ignored), Stop> {
    let account = account(house, asked.account.as_deref()).await?;
    let engine = house.engine(settings.public_url.as_deref().unwrap_or_default()).await?;
    let caller = engine.caller_for_import(account.id, asked.environment, asked.shop).await;
    let caller = caller.map_err(|refused| match &refused.field {
        Some(field) => Stop::failed(format!("--{field}"), &refused.message),
        None => Stop::Failed(refused.message.clone()),
    })?;
    let rows = Arc::new(FileRows { path: asked.file.clone(), kinds: held.rows.keys().copied().collect(), ignored: Arc::default() });
    let how = ImportAsked { atomic: asked.atomic, dry_run: asked.dry_run };
    let report = engine.import(&caller, rows.clone(), how, progress()).await;
    if io::stderr().is_terminal() {
        eprintln!();
    }
    let report = report.map_err(|refused| Stop::failed(asked.file.display(), refused))?;
    engine.settle_down().await;
    let ignored = rows.ignored.lock().unwrap_or_else(PoisonError::into_inner).clone();
    Ok((account, report, ignored))
}

async fn account(house: &House<'_>, named: Option<&str>) -> Result<Account, Stop> {
    let failed = |error: store::Error| Stop::failed("the database", error);
    let mut reader = house.store.read().await.map_err(failed)?;
    let mut accounts = store::accounts::accounts(&mut reader).await.map_err(failed)?;
    let list: Vec<String> = accounts.iter().map(|account| format!("\n  {} {}", account.id, account.name)).collect();
    let list = list.concat();
    if let Some(named) = named {
        accounts.retain(|account| account.id.to_string() == named || account.name == named);
    }
    let only = accounts.pop();
    match (only, named) {
        (Some(account), _) if accounts.is_empty() => Ok(account),
        (None, None) => Err(Stop::Failed("there is no account yet: make one with 'guichet account create'".to_owned())),
        (None, Some(named)) => Err(Stop::failed("--account", format!("{named:?} is no account here; there are:{list}"))),
        (Some(_), _) => Err(Stop::failed("--account", format!("say which, by its id:{list}"))),
    }
}

/// On a terminal one line that is written over, else a line now and then.
fn progress() -> ImportProgress {
    let watched = io::stderr().is_terminal();
    let last = Mutex::new(0_u64);
    Arc::new(move |rows| {
        let mut last = last.lock().unwrap_or_else(PoisonError::into_inner);
        if watched {
            eprint!("\r{rows} rows");
        } else if rows / SAID_EVERY > *last / SAID_EVERY {
            eprintln!("guichet: {rows} rows");
        }
        *last = rows;
    })
}

/// The file, read again from its beginning for every kind of row.
struct FileRows {
    path: PathBuf,
    kinds: Vec<RowKind>,
    ignored: Arc<Mutex<Ignored>>,
}

impl ImportRows for FileRows {
    fn open(&self) -> Receiver<Result<FileRow, Unreadable>> {
        let (rows, received) = channel(AHEAD);
        let (path, kinds, ignored) = (self.path.clone(), self.kinds.clone(), self.ignored.clone());
        drop(std::thread::spawn(move || {
            for kind in kinds {
                let read = open(&path).map_err(|error| error.to_string()).and_then(|file| {
                    let mut each = |place: u64, value: Value| {
                        let mut names = ignored.lock().unwrap_or_else(PoisonError::into_inner);
                        let of = rows_of(kind, value, place_of(kind, place), &mut names);
                        drop(names);
                        of.into_iter().all(|row| rows.blocking_send(Ok(row)).is_ok())
                    };
                    each_row(file, kind, &mut each).map_err(|bad| bad.to_string())
                });
                if let Err(why) = read {
                    // Nobody listens any more: they know why.
                    let _ = rows.blocking_send(Err(Unreadable(why)));
                    return;
                }
            }
        }));
        received
    }
}

/// What is said at the end.
struct Told<'t> {
    asked: &'t Import,
    account: &'t Account,
    report: &'t ImportReport,
    held: &'t Survey,
    ignored: &'t Ignored,
}

impl Told<'_> {
    fn heading(&self) -> String {
        let whose = format!("{} ({}), {}", self.account.name, self.account.id, self.asked.environment);
        match (self.report.stands, self.asked.dry_run) {
            (true, _) => format!("Imported into {whose}:"),
            (false, true) => format!("Nothing was written. What would be imported into {whose}:"),
            (false, false) => format!("Nothing was imported into {whose}, because a row was refused. Without --atomic it would be:"),
        }
    }

    fn text(&self) -> String {
        let mut text = self.heading();
        // Writing to a String can't fail.
        let _ = writeln!(text, "\n\n{:<16}{:>10}{:>11}{:>9}", "", "imported", "unchanged", "refused");
        for (kind, of) in &self.report.counts {
            let _ = writeln!(text, "{:<16}{:>10}{:>11}{:>9}", kind.as_str(), of.imported, of.unchanged, of.refused);
        }
        if self.report.counts.is_empty() {
            text.push_str("(no rows)\n");
        }
        section(&mut text, "Refused:", &self.report.refused);
        section(&mut text, "Worth knowing:", &self.report.notes);
        if !self.ignored.is_empty() {
            let names: Vec<&str> = self.ignored.iter().map(String::as_str).collect();
            let _ = writeln!(text, "\nFields that mean nothing here, kept as they were handed in: {}", names.join(", "));
        }
        if !self.held.others.is_empty() {
            let names: Vec<String> = self.held.others.iter().map(|(name, count)| format!("{name} ({count})")).collect();
            let _ = writeln!(text, "\nParts of the file that have no place here, left out: {}", names.join(", "));
        }
        text.trim_end().to_owned()
    }

    fn json(&self) -> Value {
        let counts: BTreeMap<&str, Value> = self
            .report
            .counts
            .iter()
            .map(|(kind, of)| (kind.as_str(), json!({ "imported": of.imported, "unchanged": of.unchanged, "refused": of.refused })))
            .collect();
        json!({
            "account": self.account.id,
            "environment": self.asked.environment,
            "written": self.report.stands,
            "counts": counts,
            "refused": self.report.refused.iter().map(said).collect::<Vec<_>>(),
            "notes": self.report.notes.iter().map(said).collect::<Vec<_>>(),
            "ignored_fields": self.ignored,
            "left_out": self.held.others,
        })
    }
}

fn said(said: &ImportSaid) -> Value {
    json!({ "kind": said.kind, "at": said.at, "id": said.id, "field": said.field, "reason": said.reason })
}

fn section(text: &mut String, heading: &str, list: &[ImportSaid]) {
    if list.is_empty() {
        return;
    }
    let _ = writeln!(text, "\n{heading}");
    for said in list {
        let place = [said.at.as_str(), said.id.as_str()].join(" ");
        let field = if said.field.is_empty() { String::new() } else { format!("{} ", said.field) };
        let _ = writeln!(text, "  {}: {field}{}", place.trim_end(), said.reason);
    }
}
