//! The whole file: by batches that each stand for themselves, or in one transaction that stands or falls.

use std::sync::{Arc, Mutex, PoisonError};

use futures::FutureExt;
use model::error::{Code, Refused};
use model::rights::Right;
use store::Tx;
use store::rows::Payment;
use tokio::sync::mpsc::Receiver;

use super::records::{FileRow, Wrong};
use super::report::{ImportReport, Outcome};
use super::rows::{Ready, go_in, prepare};
use crate::Engine;
use crate::by::{By, Start};
use crate::caller::Caller;

/// Rows committed at once.
const BATCH: usize = 100;

/// The file can't be read on.
#[derive(Debug, Clone)]
pub struct Unreadable(pub String);

/// Where the rows come from, in the order of their kinds. A transaction that is tried again reads them again.
pub trait Rows: Send + Sync + 'static {
    /// From the first row on.
    fn open(&self) -> Receiver<Result<FileRow, Unreadable>>;
}

/// Told how many rows have been looked at.
pub type Progress = Arc<dyn Fn(u64) + Send + Sync>;

/// How to go about it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Asked {
    /// Nothing goes in where a row is refused.
    pub atomic: bool,
    /// Nothing goes in at all; what would is said.
    pub dry_run: bool,
}

/// The report, and whether it fell.
#[derive(Default)]
struct Fallen {
    report: ImportReport,
    fell: bool,
}

impl Engine {
    /// Brings a merchant's file in. What is refused is in the report; `ImportReport::stands` says whether the rest was kept.
    ///
    /// # Errors
    /// 403 without `import.run`; where the file can't be read to its end, or the database fails. In batches what went in before stays, and another
    /// run goes on with the rest.
    pub async fn import(&self, caller: &Caller, rows: Arc<dyn Rows>, asked: Asked, progress: Progress) -> Result<ImportReport, Refused> {
        caller.needs(Right::ImportRun)?;
        let (engine, caller) = (self.clone(), caller.clone());
        self.task(async move {
            if asked.atomic || asked.dry_run {
                engine.import_at_once(&caller, rows, asked, progress).await
            } else {
                engine.import_in_batches(&caller, rows, progress).await
            }
        })
        .await
    }

    async fn import_in_batches(&self, caller: &Caller, rows: Arc<dyn Rows>, progress: Progress) -> Result<ImportReport, Refused> {
        let mut source = rows.open();
        let mut report = ImportReport::default();
        report.stands = true;
        loop {
            let batch = take(&mut source).await?;
            if batch.is_empty() {
                break;
            }
            let start = self.start(caller).await?;
            let by = start.by();
            let ready: Arc<Vec<Ready>> = Arc::new(batch.into_iter().map(|row| prepare(self, &by, row)).collect());
            let outcomes = self.import_batch(&start, &ready).await?;
            for (ready, outcome) in ready.iter().zip(outcomes) {
                report.add(&ready.row, outcome);
            }
            progress(report.rows());
        }
        let start = self.start(caller).await?;
        let (begun, told) = (start.clone(), report);
        let command = store::command(move |tx: &mut Tx| {
            let (start, mut report) = (begun.clone(), told.clone());
            async move {
                finish(tx, &mut start.by(), &mut report).await?;
                Ok(report)
            }
            .boxed()
        });
        self.commit(command).await
    }

    /// One commit; where somebody else took an id at the same time, the rows go in one by one and that one is refused.
    async fn import_batch(&self, start: &Start, ready: &Arc<Vec<Ready>>) -> Result<Vec<Outcome>, Refused> {
        match self.import_some(start, ready, 0..ready.len()).await {
            Err(refused) if is_taken(&refused) => {}
            other => return other,
        }
        let mut outcomes = Vec::with_capacity(ready.len());
        for at in 0..ready.len() {
            let start = Start { seed: self.seed(), ..start.clone() };
            match self.import_some(&start, ready, at..at + 1).await {
                Ok(of) => outcomes.extend(of),
                Err(refused) if is_taken(&refused) => {
                    outcomes.push(Outcome::Refused(Wrong::new(refused.field.unwrap_or_default(), refused.message)));
                }
                Err(other) => return Err(other),
            }
        }
        Ok(outcomes)
    }

    async fn import_some(&self, start: &Start, ready: &Arc<Vec<Ready>>, range: std::ops::Range<usize>) -> Result<Vec<Outcome>, Refused> {
        let (engine, start, ready) = (self.clone(), start.clone(), ready.clone());
        let command = store::command(move |tx: &mut Tx| {
            let (engine, start, ready, range) = (engine.clone(), start.clone(), ready.clone(), range.clone());
            async move {
                let mut by = start.by();
                let mut outcomes = Vec::with_capacity(range.len());
                for row in ready.iter().skip(range.start).take(range.len()) {
                    outcomes.push(go_in(&engine, tx, &mut by, row).await?);
                }
                Ok(outcomes)
            }
            .boxed()
        });
        self.commit(command).await
    }

    async fn import_at_once(
        &self,
        caller: &Caller,
        rows: Arc<dyn Rows>,
        asked: Asked,
        progress: Progress,
    ) -> Result<ImportReport, Refused> {
        let start = self.start(caller).await?;
        let result: Arc<Mutex<Fallen>> = Arc::default();
        let (engine, told) = (self.clone(), result.clone());
        let command = store::command(move |tx: &mut Tx| {
            let (engine, start, rows, progress, told) = (engine.clone(), start.clone(), rows.clone(), progress.clone(), told.clone());
            async move {
                let mut by = start.by();
                let mut report = engine.import_all(tx, &mut by, rows.as_ref(), &progress).await?;
                finish(tx, &mut by, &mut report).await?;
                let fell = asked.dry_run || !report.refused.is_empty();
                report.stands = !fell;
                *told.lock().unwrap_or_else(PoisonError::into_inner) = Fallen { report, fell };
                if fell { Err(Refused::of(Code::Conflict).into()) } else { Ok(()) }
            }
            .boxed()
        });
        let committed = self.commit(command).await;
        let Fallen { report, fell } = std::mem::take(&mut *result.lock().unwrap_or_else(PoisonError::into_inner));
        match committed {
            Err(refused) if !fell => Err(refused),
            _ => Ok(report),
        }
    }

    async fn import_all(&self, tx: &mut Tx, by: &mut By, rows: &dyn Rows, progress: &Progress) -> store::Result<ImportReport> {
        let mut report = ImportReport::default();
        let mut source = rows.open();
        loop {
            let batch = take(&mut source).await?;
            if batch.is_empty() {
                return Ok(report);
            }
            for row in batch {
                let ready = prepare(self, by, row);
                let outcome = go_in(self, tx, by, &ready).await?;
                report.add(&ready.row, outcome);
            }
            progress(report.rows());
        }
    }
}

async fn take(source: &mut Receiver<Result<FileRow, Unreadable>>) -> Result<Vec<FileRow>, Refused> {
    let mut batch = Vec::with_capacity(BATCH);
    source.recv_many(&mut batch, BATCH).await;
    batch.into_iter().collect::<Result<_, _>>().map_err(|Unreadable(text)| Refused::new(Code::Invalid, text))
}

fn is_taken(refused: &Refused) -> bool {
    matches!(refused.code, Code::AlreadyExists | Code::DuplicateUniqueId)
}

/// What can be said only at the end, and the line in the audit log.
async fn finish(tx: &mut Tx, by: &mut By, report: &mut ImportReport) -> store::Result<()> {
    for mut said in std::mem::take(&mut report.disputed) {
        let payment = store::get::<Payment>(tx, by.caller.scope, &said.id).await?;
        if payment.is_some_and(|payment| payment.disputed_amount == 0) {
            "status".clone_into(&mut said.field);
            "says disputed, and no dispute of it is in the file: it stands as captured".clone_into(&mut said.reason);
            report.notes.push(said);
        }
    }
    if report.imported() == 0 {
        return Ok(());
    }
    let counts: serde_json::Map<String, serde_json::Value> =
        report.counts.iter().map(|(kind, of)| (kind.to_string(), of.imported.into())).collect();
    let detail = serde_json::json!({ "imported": counts, "refused": report.refused.len() });
    crate::audit::note(tx, by, "import.run", None, Some(detail)).await
}
