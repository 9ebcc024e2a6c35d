//! Whatever was killed, filled or taken away: no card number and no security code of the load is left in a file of the database or in a log.
//!
//! One script says what a leak looks like, for this program as for the end-to-end tests.

use std::fmt::Write as _;
use std::path::Path;
use std::process::Command;

use super::load::{CARDS, CODE};
use super::place::Place;
use super::two::SLOW;
use crate::Problem;
use crate::cluster::End;

const SCAN: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../end2end/carddata/scan");

/// Looks through everything that a place leaves: its folder with the server's log, and all of PostgreSQL's files, which ends first.
///
/// # Errors
/// What was found, in which file and where in it.
pub async fn none(place: &mut Place) -> Result<(), Problem> {
    if let Some(cluster) = &mut place.cluster {
        cluster.stop(End::Told).await?;
        scan(cluster.folder())?;
    }
    scan(place.folder())
}

/// [`none`] where a trial went well.
///
/// # Errors
/// What did not stand, or what was found.
pub async fn none_beside<T>(trial: Result<T, Problem>, place: &mut Place) -> Result<T, Problem> {
    let said = trial?;
    none(place).await?;
    Ok(said)
}

/// Looks through what a killed process left of SQLite's files, before another one tidies up: in a copy, for looking changes them.
///
/// # Errors
/// As [`none`].
pub fn none_after_a_death(data: &Path) -> Result<(), Problem> {
    let copy = folder()?;
    for entry in std::fs::read_dir(data).map_err(|error| format!("{}: {error}", data.display()))? {
        let path = entry.map_err(|error| format!("{}: {error}", data.display()))?.path();
        if let Some(name) = path.file_name().filter(|_| path.is_file()) {
            std::fs::copy(&path, copy.path().join(name)).map_err(|error| format!("{}: {error}", path.display()))?;
        }
    }
    scan(copy.path())
}

fn scan(folder_left: &Path) -> Result<(), Problem> {
    // as the script reads them in the source of tests
    let mut sent = format!("cvc: \"{CODE}\"\n");
    for number in CARDS.iter().map(|(number, _)| *number).chain([SLOW]) {
        // Writing to a String can't fail.
        let _ = writeln!(sent, "number: \"{number}\"");
    }
    let beside = folder()?;
    let list = beside.path().join("sent");
    std::fs::write(&list, sent).map_err(|error| format!("{}: {error}", list.display()))?;
    let output = Command::new(SCAN).arg(folder_left).arg(&list).output().map_err(|error| format!("{SCAN}: {error}"))?;
    if output.status.success() {
        return Ok(());
    }
    Err(format!("in {}\n{}{}", folder_left.display(), String::from_utf8_lossy(&output.stderr), String::from_utf8_lossy(&output.stdout)))
}

fn folder() -> Result<tempfile::TempDir, Problem> {
    tempfile::Builder::new().prefix("guichet-leaks-").tempdir().map_err(|error| format!("a folder: {error}"))
}
