//! The figures: printed as they come, and kept as JSON.

use std::path::Path;

use serde::Serialize;
use serde_json::json;

use super::Engine;
use super::machine::Machine;
use crate::Problem;

/// How a figure is told.
#[derive(Debug, Clone, Copy, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Unit {
    PerSecond,
    /// Kept in microseconds.
    Micros,
    KiloBytes,
    KiloBytesPerSecond,
}

impl Unit {
    fn tell(self, number: u64) -> String {
        match self {
            Self::PerSecond => format!("{number} /s"),
            Self::Micros => format!("{}.{:02} ms", number / 1_000, number % 1_000 / 10),
            Self::KiloBytes => format!("{}.{} MB", number / 1_024, number % 1_024 * 10 / 1_024),
            Self::KiloBytesPerSecond => format!("{} MB/s", number / 1_024),
        }
    }
}

/// What a figure should be.
#[derive(Debug, Clone, Copy, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Bar {
    /// Percent of what stands beside it.
    LeastPercent(u64),
    /// Percent of what stands beside it.
    MostPercent(u64),
    /// In the figure's own unit.
    Most(u64),
}

#[derive(Debug, Clone, Serialize)]
pub struct Figure {
    pub what: String,
    pub engine: Option<&'static str>,
    /// Payments in the database.
    pub rows: Option<u64>,
    pub unit: Unit,
    pub measured: u64,
    /// What it is compared with, taken in the same run.
    pub beside: Option<u64>,
    pub beside_what: Option<String>,
    pub bar: Option<Bar>,
    pub note: Option<String>,
}

impl Figure {
    pub fn new(what: impl Into<String>, unit: Unit, measured: u64) -> Self {
        Self { what: what.into(), engine: None, rows: None, unit, measured, beside: None, beside_what: None, bar: None, note: None }
    }

    #[must_use]
    pub const fn on(mut self, engine: Engine) -> Self {
        self.engine = Some(engine.name());
        self
    }

    #[must_use]
    pub const fn rows(mut self, rows: u64) -> Self {
        self.rows = Some(rows);
        self
    }

    #[must_use]
    pub fn beside(mut self, what: impl Into<String>, number: u64) -> Self {
        (self.beside_what, self.beside) = (Some(what.into()), Some(number));
        self
    }

    #[must_use]
    pub const fn bar(mut self, bar: Bar) -> Self {
        self.bar = Some(bar);
        self
    }

    #[must_use]
    pub fn note(mut self, note: impl Into<String>) -> Self {
        self.note = Some(note.into());
        self
    }

    /// Of what stands beside it.
    pub fn percent(&self) -> Option<u64> {
        self.beside.filter(|beside| *beside > 0).map(|beside| self.measured * 100 / beside)
    }

    /// None: it has no bar. What has nothing to be compared with does not hold.
    pub fn holds(&self) -> Option<bool> {
        Some(match self.bar? {
            Bar::LeastPercent(least) => self.percent().is_some_and(|percent| percent >= least),
            Bar::MostPercent(most) => self.percent().is_some_and(|percent| percent <= most),
            Bar::Most(most) => self.measured <= most,
        })
    }

    fn line(&self) -> String {
        let beside = match (self.beside, self.percent()) {
            (Some(beside), Some(percent)) => {
                let what = self.beside_what.as_deref().unwrap_or_default();
                format!("{percent} % of {} ({what})", self.unit.tell(beside))
            }
            _ => String::new(),
        };
        let bar = match self.bar {
            Some(Bar::LeastPercent(least)) => format!("≥ {least} %"),
            Some(Bar::MostPercent(most)) => format!("≤ {most} %"),
            Some(Bar::Most(most)) => format!("≤ {}", self.unit.tell(most)),
            None => String::new(),
        };
        let holds = match self.holds() {
            Some(true) => "holds",
            Some(false) => "DOES NOT HOLD",
            None => "",
        };
        let engine = self.engine.unwrap_or_default();
        let measured = self.unit.tell(self.measured);
        let note = self.note.as_deref().unwrap_or_default();
        format!("{engine:<10} | {:<58} | {measured:>12} | {beside:<44} | {bar:<9} | {holds} {note}", self.what).trim_end().to_owned()
    }
}

pub struct Report {
    machine: Machine,
    figures: Vec<Figure>,
}

impl Report {
    pub const fn new(machine: Machine) -> Self {
        Self { machine, figures: Vec::new() }
    }

    pub fn begin(&self) {
        let Machine { processor, cores, memory, system, disk, load, date } = &self.machine;
        println!("{date}: {cores} × {processor}, {memory} MB, {system}, databases on {disk}; load before: {load}");
        println!(
            "SQLite: WAL, synchronous=FULL. PostgreSQL: a cluster of its own, fsync and synchronous_commit on, 64 MB of shared buffers."
        );
        println!("Client, server and database share the machine: compare within a line, not between machines.\n");
    }

    pub fn add(&mut self, figure: Figure) {
        Self::tell(&figure);
        self.keep(figure);
    }

    /// Prints it alone.
    pub fn tell(figure: &Figure) {
        println!("{}", figure.line());
    }

    /// For the JSON alone.
    pub fn keep(&mut self, figure: Figure) {
        self.figures.push(figure);
    }

    /// Writes the JSON.
    ///
    /// # Errors
    /// Where the file can't be written; where a bar does not hold.
    pub fn end(&self, json: &Path) -> Result<(), Problem> {
        let below = self.figures.iter().filter(|figure| figure.holds() == Some(false)).count();
        let held = self.figures.iter().filter(|figure| figure.holds() == Some(true)).count();
        println!("\n{held} bars hold, {below} do not. All figures: {}", json.display());
        let figures: Vec<_> =
            self.figures.iter().map(|figure| json!({"figure": figure, "percent": figure.percent(), "holds": figure.holds()})).collect();
        let all = json!({
            "machine": self.machine,
            "durability": {"SQLite": "WAL, synchronous=FULL", "PostgreSQL": "fsync=on, synchronous_commit=on, shared_buffers=64MB"},
            "figures": figures,
        });
        if let Some(folder) = json.parent() {
            std::fs::create_dir_all(folder).map_err(|error| format!("{}: {error}", folder.display()))?;
        }
        std::fs::write(json, format!("{all:#}\n")).map_err(|error| format!("{}: {error}", json.display()))?;
        match below {
            0 => Ok(()),
            1 => Err("a bar does not hold".to_owned()),
            _ => Err(format!("{below} bars do not hold")),
        }
    }
}
