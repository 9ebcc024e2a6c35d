//! The list as a file: how soon it begins, how fast it comes, and what memory it takes.

use std::time::{Duration, Instant};

use super::load::micros;
use super::report::{Bar, Figure, Report, Unit};
use super::world::World;
use crate::Problem;
use crate::http::{Client, Request};
use crate::server::Server;

/// Microseconds.
const FIRST_MAX: u64 = 50_000;
/// kB.
const GROWTH_MAX: u64 = 16 * 1024;

/// # Errors
/// Where the file does not come whole.
pub async fn measure(world: &World, rows: u64, server: &Server, cookie: &str, report: &mut Report) -> Result<(), Problem> {
    let asked = Request::get("/dashboard/payments.csv?window=all").header("Cookie", cookie);
    // What a first file takes for good is not growth with its size.
    let mut warm = Client::new(server.base()?).stream(&asked).await?;
    warm.piece().await?;
    drop(warm);
    tokio::time::sleep(Duration::from_millis(200)).await;
    let _ = std::fs::write(format!("/proc/{}/clear_refs", server.pid()), "5");
    let before = server.memory("VmRSS")?;
    let begun = Instant::now();
    let mut file = Client::new(server.base()?).stream(&asked).await?;
    let (mut first, mut bytes, mut lines) = (None, 0_u64, 0_u64);
    while let Some(piece) = file.piece().await? {
        first.get_or_insert_with(|| micros(begun.elapsed()));
        bytes += piece.len() as u64;
        lines += piece.iter().fold(0, |lines, byte| lines + u64::from(*byte == b'\n'));
    }
    let took = micros(begun.elapsed()).max(1);
    if lines < rows {
        return Err(format!("the file has {lines} lines of {rows}"));
    }
    let growth = server.memory("VmHWM")?.saturating_sub(before);
    let figure =
        |what: &str, unit, number| Figure::new(format!("CSV of {} payments: {what}", lines - 1), unit, number).on(world.engine).rows(rows);
    report.add(figure("first byte", Unit::Micros, first.unwrap_or(took)).bar(Bar::Most(FIRST_MAX)));
    report.add(figure("rows", Unit::PerSecond, lines * 1_000_000 / took));
    report.add(figure("bytes", Unit::KiloBytesPerSecond, bytes * 1_000_000 / took / 1_024));
    report.add(figure("memory grew by", Unit::KiloBytes, growth).bar(Bar::Most(GROWTH_MAX)));
    Ok(())
}
