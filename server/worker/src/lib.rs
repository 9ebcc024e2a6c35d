//! Background work: looks for what is due, wakes at the next due time or when something was committed, and stops when asked.

use std::time::Duration;

use engine::Engine;
use tokio::sync::watch;

/// Jobs taken at once.
const BATCH: i64 = 16;
/// The longest sleep: jobs that another process scheduled are found by then.
const LONGEST: Duration = Duration::from_secs(1);
/// How often what is over is removed.
const TIDY: Duration = Duration::from_hours(1);
/// The shortest: commits come in bursts.
const SHORTEST: Duration = Duration::from_millis(20);

/// Works until `stop` says so; what has begun is finished.
pub async fn run(engine: Engine, mut stop: watch::Receiver<bool>) {
    let mut changes = engine.changes();
    let mut tidy = tokio::time::interval(TIDY);
    while !*stop.borrow() {
        let ran = engine.run_due(BATCH).await;
        match ran {
            Ok(ran) if ran.jobs > 0 => continue,
            Ok(_) => {}
            Err(error) => tracing::warn!(%error, "the worker can't look for work"),
        }
        tokio::select! {
            biased;
            _ = stop.changed() => {}
            () = tokio::time::sleep(LONGEST) => {}
            _ = tidy.tick() => {
                if let Err(error) = engine.tidy().await {
                    tracing::warn!(%error, "old sessions and keys could not be removed");
                }
            }
            more = changes.changed() => {
                if more.is_err() {
                    return;
                }
                tokio::time::sleep(SHORTEST).await;
            }
        }
    }
}
