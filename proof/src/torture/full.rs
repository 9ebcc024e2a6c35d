//! The disk runs full under load, and has room again.

use std::path::Path;
use std::time::{Duration, Instant};

use super::check;
use super::leaks;
use super::load::{Merchants, try_payment};
use super::place::{Engine, Place};
use crate::Problem;
use crate::http::{Base, Client, Request};
use crate::server::{Server, free_port};

const MERCHANTS: u64 = 6;
/// Bytes that are left when the load goes on.
const ROOM: u64 = 768 * 1024;
/// How long the load may take to use them up, or to find that there is room again.
const PATIENCE: Duration = Duration::from_secs(30);

/// # Errors
/// What went otherwise than it should, and where to look.
pub async fn run(binary: &Path, engine: Engine, seed: u64) -> Result<String, Problem> {
    let mut place = Place::on_small_disk(binary, engine).await?;
    let said = filled(&place, engine, seed).await;
    match leaks::none_beside(said, &mut place).await {
        Ok(said) => Ok(said),
        Err(problem) => Err(format!("{problem}\n(seed {seed})\n{}", place.keep())),
    }
}

async fn filled(place: &Place, engine: Engine, seed: u64) -> Result<String, Problem> {
    let disk = place.disk.as_ref().ok_or("no disk of its own")?;
    let key = &place.keys.secret;
    let mut merchants = Merchants::new(MERCHANTS, key, seed);
    let mut server = place.house.serve(&[]).await?;
    let at = check::Server { kept: false, ..place.server(server.base()?) };

    let working = merchants.work(std::slice::from_ref(&at.base));
    tokio::time::sleep(Duration::from_millis(500)).await;
    disk.fill(ROOM)?;
    until("the disk is full", async || is_told_to_wait(&at.base, key).await).await?;
    let (full, done) = (merchants.diary.tally(), merchants.diary.tally().done);
    tokio::time::sleep(Duration::from_millis(500)).await;
    reads_on(&at).await?;
    check::acknowledged(&at, &merchants.diary).await?;

    disk.empty()?;
    until("there is room again", async || Ok(merchants.diary.tally().done > done + 20)).await?;
    merchants.rest(working).await?;
    check::acknowledged(&at, &merchants.diary).await?;

    if engine == Engine::Sqlite {
        server = dies_on_a_full_disk(place, &mut merchants, server).await?;
    }
    let at = check::Server { kept: false, ..place.server(server.base()?) };
    check::everything(&at, &merchants.diary).await?;
    server.stop().await?;
    let orders = place.audit(false).await?;
    let tally = merchants.diary.tally();
    Ok(format!(
        "full after {} requests; {tally}; in service again when there was room, {orders} orders and their ledger are right",
        full.asked
    ))
}

/// A payment is answered as it should be where nothing can be written.
async fn is_told_to_wait(base: &Base, key: &str) -> Result<bool, Problem> {
    let answer = try_payment(base, key).await?;
    let told = (answer.status(), answer.json()["error"]["code"].as_str().unwrap_or_default().to_owned());
    match (told.0, told.1.as_str(), answer.head.header("retry-after")) {
        (200, ..) => Ok(false),
        (503, "unavailable", Some(_)) => Ok(true),
        _ => Err(format!("on a full disk: {} {}", answer.status(), answer.text())),
    }
}

/// What was written can be read, by programs and people.
async fn reads_on(at: &check::Server) -> Result<(), Problem> {
    let mut client = Client::new(at.base.clone());
    for request in [Request::get("/v2/payments/?limit=10").key(&at.key), Request::get("/dashboard/sign-in"), Request::get("/health")] {
        let answer = client.send(&request).await?;
        if answer.status() != 200 {
            return Err(format!("reading on a full disk: {} {}", answer.status(), answer.text()));
        }
    }
    Ok(())
}

/// Killed while nothing can be written: it either serves again, or ends and says why. With room, it serves.
async fn dies_on_a_full_disk(place: &Place, merchants: &mut Merchants, server: Server) -> Result<Server, Problem> {
    let disk = place.disk.as_ref().ok_or("no disk of its own")?;
    let working = merchants.work(&[server.base()?]);
    disk.fill(0)?;
    tokio::time::sleep(Duration::from_millis(300)).await;
    server.kill()?;
    merchants.rest(working).await?;
    let before = place.house.logged().len();
    let server = place.house.serve_at(free_port()?, &[]).await;
    if server.is_err() {
        let log = place.house.logged();
        let said = log.get(before..).unwrap_or_default();
        if said.contains("panicked") || !said.contains("disk") {
            return Err(format!("started on a full disk it does not say what is wrong: {said}"));
        }
    }
    disk.empty()?;
    let server = match server {
        Ok(server) => server,
        Err(_) => place.house.serve(&[]).await?,
    };
    let base = server.base()?;
    until("there is room again", async || Ok(try_payment(&base, &place.keys.secret).await?.status() == 200)).await?;
    Ok(server)
}

/// Waits until it is so.
pub async fn until(what: &str, is_so: impl AsyncFn() -> Result<bool, Problem>) -> Result<(), Problem> {
    let begun = Instant::now();
    while begun.elapsed() < PATIENCE {
        if is_so().await? {
            return Ok(());
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    Err(format!("never, within {} s: {what}", PATIENCE.as_secs()))
}
