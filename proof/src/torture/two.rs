//! Two servers on one PostgreSQL, of which one dies in the middle of its work.

use std::path::Path;
use std::time::{Duration, Instant};

use serde_json::json;

use super::check;
use super::kills::{MOURNING, settle};
use super::leaks;
use super::load::{CODE, Merchants, advance};
use super::place::{Engine, Place};
use crate::Problem;
use crate::http::{Client, Request};

const MERCHANTS: u64 = 8;
/// The acquirer answers after thirty seconds: whoever asks it is busy for the twenty it is waited for.
pub const SLOW: &str = "4000000000008302";
/// Orders whose authorisation is asked for by a job: more than moving the clock does itself in the minute it works, so that a worker takes the rest.
const LATER: usize = 8;

/// # Errors
/// What went otherwise than it should, and where to look.
pub async fn run(binary: &Path, seed: u64) -> Result<String, Problem> {
    let mut place = Place::new(binary, Engine::Postgres).await?;
    let said = two(&place, seed).await;
    match leaks::none_beside(said, &mut place).await {
        Ok(said) => Ok(said),
        Err(problem) => Err(format!("{problem}\n(seed {seed})\n{}", place.keep())),
    }
}

async fn two(place: &Place, seed: u64) -> Result<String, Problem> {
    let key = &place.keys.secret;
    let first = place.house.serve(&[]).await?;
    let (one, at_first) = (first.base()?, place.server(first.base()?));
    for made in futures::future::join_all((0..LATER).map(|_| later(&at_first))).await {
        made?;
    }
    // what is due the day before the capture
    advance(&one, key, 19 * 86_400 + 20 * 3_600).await?;
    let taken = held_by_its_worker(place).await?;
    let second = place.house.serve(&[]).await?;
    let both = [one, second.base()?];
    let at = place.server(second.base()?);

    let mut merchants = Merchants::new(MERCHANTS, key, seed);
    let working = merchants.work(&both);
    tokio::time::sleep(Duration::from_millis(1_500)).await;
    first.kill()?;
    let died = Instant::now();
    let done = merchants.diary.tally().done;
    tokio::time::sleep(Duration::from_millis(1_500)).await;
    merchants.rest(working).await?;
    check::acknowledged(&at, &merchants.diary).await?;
    let after = merchants.diary.tally().done - done;
    if after == 0 {
        return Err("nobody was served by the one that lived".to_owned());
    }

    tokio::time::sleep(MOURNING.saturating_sub(died.elapsed())).await;
    check::answered_at_last(&at, &merchants.diary).await?;
    check::everything(&at, &merchants.diary).await?;
    taken_over(place, &taken).await?;
    settle(place, &at).await?;
    second.stop().await?;
    let orders = place.audit(true).await?;
    let tally = merchants.diary.tally();
    Ok(format!(
        "{tally}; {after} done by the other after the death, which took over its {} jobs; {orders} orders and their ledger are right",
        taken.len()
    ))
}

/// A payment that is authorised weeks from now.
async fn later(at: &check::Server) -> Result<(), Problem> {
    let mut client = Client::new(at.base.clone());
    let now = client.send(&Request::get("/v2/sandbox/clock").key(&at.key)).await?.json()["now"].as_i64().ok_or("no clock")?;
    let day = model::time::Timestamp::from_millis((now + 20 * 86_400) * 1_000).to_rfc3339();
    let card = json!({ "number": SLOW, "exp_month": 12, "exp_year": 2035, "cvc": CODE });
    let body = json!({ "amount": 700, "currency": "eur", "card": card, "date_settlement": day.get(..10) });
    let answer = client.send(&Request::post("/v2/payments/").key(&at.key).json(&body)).await?;
    if answer.status() == 200 { Ok(()) } else { Err(format!("a payment for later: {} {}", answer.status(), answer.text())) }
}

/// The jobs a worker has in hand, by kind and object, once there are some: it takes several, and is busy with the first.
async fn held_by_its_worker(place: &Place) -> Result<Vec<String>, Problem> {
    let cluster = place.cluster.as_ref().ok_or("no cluster")?;
    for _ in 0..400 {
        let held = cluster.sql("torture", "SELECT kind || ' ' || object FROM jobs WHERE lease IS NOT NULL ORDER BY 1")?;
        if !held.is_empty() {
            return Ok(held.lines().map(str::to_owned).collect());
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    Err("no job was ever taken".to_owned())
}

/// None of them is left as the dead one left it.
async fn taken_over(place: &Place, taken: &[String]) -> Result<(), Problem> {
    let cluster = place.cluster.as_ref().ok_or("no cluster")?;
    for _ in 0..1_200 {
        let overdue = "SELECT kind || ' ' || object FROM jobs WHERE run_at < EXTRACT(EPOCH FROM now()) * 1000 - 5000 ORDER BY 1";
        let waiting = cluster.sql("torture", overdue)?;
        if !waiting.lines().any(|job| taken.iter().any(|taken| taken == job)) {
            return Ok(());
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    Err(format!("nobody took over {taken:?}"))
}
