//! What came of an import, row by row where it matters.

use std::collections::{BTreeMap, BTreeSet};

use super::records::{FileRow, Record, RowKind, Wrong};

/// How many rows of one kind went in, were here already, were refused.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    pub imported: u64,
    pub unchanged: u64,
    pub refused: u64,
}

/// One row that was refused, or that something is to be said about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Said {
    pub kind: RowKind,
    /// `payments[3].customer`, counted from 0.
    pub at: String,
    pub id: String,
    /// Empty: the row as a whole.
    pub field: String,
    pub reason: String,
}

#[derive(Debug, Clone, Default)]
pub struct ImportReport {
    pub counts: BTreeMap<RowKind, Counts>,
    pub refused: Vec<Said>,
    /// Rows that went in, with something worth knowing.
    pub notes: Vec<Said>,
    /// Whether what was imported was kept: not after a trial, nor where a refused row kept everything out.
    pub stands: bool,
    /// Payments that were disputed there.
    pub(super) disputed: Vec<Said>,
    seen: BTreeSet<String>,
    differing: BTreeSet<String>,
}

/// What became of one row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Outcome {
    Imported,
    /// In, with a remark.
    Noted(Wrong),
    Unchanged,
    /// A nested copy that says something else than what is here.
    Differs,
    Refused(Wrong),
}

impl ImportReport {
    /// Every row that was looked at, nested copies of the same left out.
    pub fn rows(&self) -> u64 {
        self.counts.values().map(|of| of.imported + of.unchanged + of.refused).sum()
    }

    pub fn imported(&self) -> u64 {
        self.counts.values().map(|of| of.imported).sum()
    }

    pub(crate) fn add(&mut self, row: &FileRow, outcome: Outcome) {
        let said = |wrong: Wrong| Said { kind: row.kind, at: row.at.clone(), id: row.id.clone(), field: wrong.field, reason: wrong.reason };
        if matches!(outcome, Outcome::Imported | Outcome::Noted(_)) && is_disputed(row) {
            self.disputed.push(said(Wrong::new("", "")));
        }
        let first = self.seen.insert(row.id.clone());
        let counts = self.counts.entry(row.kind).or_default();
        match outcome {
            Outcome::Imported => counts.imported += 1,
            Outcome::Noted(wrong) => {
                counts.imported += 1;
                self.notes.push(said(wrong));
            }
            Outcome::Unchanged if first || !row.nested => counts.unchanged += 1,
            Outcome::Unchanged => {}
            Outcome::Differs => {
                if self.differing.insert(row.id.clone()) {
                    self.notes.push(said(Wrong::new("", "is given with other data elsewhere; what came first was kept")));
                }
                if first {
                    counts.unchanged += 1;
                }
            }
            Outcome::Refused(wrong) => {
                counts.refused += 1;
                self.refused.push(said(wrong));
            }
        }
    }
}

fn is_disputed(row: &FileRow) -> bool {
    row.read.as_ref().is_ok_and(|record| matches!(record.as_ref(), Record::Payment(payment) if payment.disputed))
}
