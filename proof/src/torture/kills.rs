//! `kill -9` at random moments under load, and each time: what was acknowledged is there.

use std::path::Path;
use std::time::{Duration, Instant};

use rand::rngs::StdRng;
use rand::{RngExt as _, SeedableRng as _};

use super::check;
use super::diary::Tally;
use super::leaks;
use super::load::{Merchants, advance};
use super::place::{Engine, Place};
use crate::Problem;
use crate::server::free_port;

/// Merchants, a connection each.
const MERCHANTS: u64 = 6;
/// Deaths a database lives through before a new one is begun: what is checked stays small enough to be checked whole.
const DEATHS: u32 = 50;
/// Requests that are answered before a death, and milliseconds from the last of them; a machine that is busy is not waited for longer.
const ANSWERS: std::ops::Range<usize> = 0..150;
const AFTER: std::ops::Range<u64> = 0..15;
const LONGEST: Duration = Duration::from_secs(8);
/// Milliseconds after the start of a process that dies before it serves.
const BIRTH: std::ops::Range<u64> = 0..120;
/// A dead process' leases and requests under way are over after so long: what is asked again is answered, what was due is done by others.
pub const MOURNING: Duration = Duration::from_secs(125);

/// How one engine was tried.
pub struct Trial<'t> {
    pub binary: &'t Path,
    pub engine: Engine,
    pub kills: u32,
    pub seed: u64,
    /// Without waiting for what a dead process left to be taken up.
    pub quick: bool,
}

/// # Errors
/// What was acknowledged and did not stand, and where to look.
pub async fn run(trial: Trial<'_>) -> Result<String, Problem> {
    let (mut tally, mut orders, mut left) = (Tally::default(), 0, trial.kills);
    while left > 0 {
        let kills = left.min(DEATHS);
        left -= kills;
        let mut place = Place::new(trial.binary, trial.engine).await?;
        let seed = trial.seed.wrapping_add(u64::from(left));
        let patient = left == 0 && !trial.quick;
        let found = round(&place, kills, seed, patient, trial.engine).await;
        match leaks::none_beside(found, &mut place).await {
            Ok((found, audited)) => {
                tally += found;
                orders += audited;
            }
            Err(problem) => return Err(format!("{problem}\n(seed {}, round of seed {seed})\n{}", trial.seed, place.keep())),
        }
        if trial.kills > DEATHS {
            println!("  {} of {} kills on {}: {tally}", trial.kills - left, trial.kills, trial.engine);
        }
    }
    Ok(format!(
        "{} kills; {tally}; all that was acknowledged stands, {orders} orders and their ledger are right, no card's number or code is left",
        trial.kills
    ))
}

async fn round(place: &Place, kills: u32, seed: u64, patient: bool, engine: Engine) -> Result<(Tally, usize), Problem> {
    let mut chance = StdRng::seed_from_u64(seed);
    let mut merchants = Merchants::new(MERCHANTS, &place.keys.secret, seed);
    for _ in 0..kills {
        if chance.random_range(0..8_u8) == 0 {
            let server = place.house.spawn(free_port()?, &[])?;
            tokio::time::sleep(Duration::from_millis(chance.random_range(BIRTH))).await;
            server.kill()?;
            continue;
        }
        let server = place.house.serve(&[]).await?;
        let (base, at) = (server.base()?, place.server(server.base()?));
        check::acknowledged(&at, &merchants.diary).await?;
        let working = merchants.work(std::slice::from_ref(&base));
        if chance.random_range(0..3_u8) == 0 {
            let (key, diary, hours) = (place.keys.secret.clone(), merchants.diary.clone(), chance.random_range(1..36));
            tokio::spawn(async move {
                if let Err(problem) = advance(&base, &key, hours * 3_600).await {
                    diary.is_wrong(problem);
                }
            });
        }
        let (begun, enough) = (Instant::now(), merchants.diary.tally().done + chance.random_range(ANSWERS));
        while merchants.diary.tally().done < enough && begun.elapsed() < LONGEST {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        tokio::time::sleep(Duration::from_millis(chance.random_range(AFTER))).await;
        server.kill()?;
        merchants.rest(working).await?;
    }
    let last = Instant::now();
    if engine == Engine::Sqlite {
        leaks::none_after_a_death(&place.house.data)?;
    }
    let server = place.house.serve(&[]).await?;
    let at = place.server(server.base()?);
    check::acknowledged(&at, &merchants.diary).await?;
    if patient {
        tokio::time::sleep(MOURNING.saturating_sub(last.elapsed())).await;
    }
    // the next process on a SQLite file knows at once what it need not wait for
    if patient || engine == Engine::Sqlite {
        check::answered_at_last(&at, &merchants.diary).await?;
    }
    check::everything(&at, &merchants.diary).await?;
    if patient {
        settle(place, &at).await?;
    }
    server.stop().await?;
    let orders = place.audit(patient).await?;
    Ok((merchants.diary.tally(), orders))
}

/// Moves the clock until nothing is due or under way any more.
///
/// # Errors
/// What is still left.
pub async fn settle(place: &Place, at: &check::Server) -> Result<(), Problem> {
    // captured, confirmed, available: some weeks more and an order is history; three months and what nobody paid has expired
    for days in [1, 2, 4, 30, 100] {
        let mut left = advance(&at.base, &place.keys.secret, days * 86_400).await?;
        // it works for a minute at a time, and what the worker has in hand it leaves to the worker
        for _ in 0..80 {
            if left == Some(0) {
                break;
            }
            tokio::time::sleep(Duration::from_secs(5)).await;
            left = advance(&at.base, &place.keys.secret, 0).await?;
        }
        if left != Some(0) {
            return Err(format!("work that is due is never done: {left:?} left"));
        }
    }
    Ok(())
}
