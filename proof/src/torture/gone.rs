//! The database goes away under load, by crash and by command, and comes back. The server stays.

use std::path::Path;
use std::time::Duration;

use super::check;
use super::full::until;
use super::leaks;
use super::load::Merchants;
use super::place::{Engine, Place};
use crate::Problem;
use crate::cluster::End;
use crate::http::{Answer, Client, Request};
use crate::server::{EMAIL, PASSWORD};

const MERCHANTS: u64 = 6;
/// Longer than the server waits for a connection before it says that there is none.
const LONG: Duration = Duration::from_secs(12);

/// # Errors
/// What went otherwise than it should, and where to look.
pub async fn run(binary: &Path, seed: u64) -> Result<String, Problem> {
    let mut place = Place::new(binary, Engine::Postgres).await?;
    let said = gone(&mut place, seed).await;
    match leaks::none_beside(said, &mut place).await {
        Ok(said) => Ok(said),
        Err(problem) => Err(format!("{problem}\n(seed {seed})\n{}", place.keep())),
    }
}

async fn gone(place: &mut Place, seed: u64) -> Result<String, Problem> {
    let mut merchants = Merchants::new(MERCHANTS, &place.keys.secret, seed);
    let server = place.house.serve(&[]).await?;
    let at = check::Server { kept: false, ..place.server(server.base()?) };
    let cookie = signed_in(&at).await?;
    let working = merchants.work(std::slice::from_ref(&at.base));
    for (how, long) in [(End::Crash, Duration::from_millis(300)), (End::Told, Duration::from_secs(1)), (End::Crash, LONG)] {
        tokio::time::sleep(Duration::from_millis(400)).await;
        let cluster = place.cluster.as_mut().ok_or("no cluster")?;
        cluster.stop(how).await?;
        if long == LONG {
            is_said_clearly(&at, &cookie).await?;
        } else {
            tokio::time::sleep(long).await;
        }
        cluster.start().await?;
        let done = merchants.diary.tally().done;
        until("it goes on with the database", async || Ok(merchants.diary.tally().done > done + 20)).await?;
        serves(&at).await?;
    }
    merchants.rest(working).await?;
    check::everything(&at, &merchants.diary).await?;
    merchants.diary.verdict()?;
    server.stop().await?;
    let orders = place.audit(false).await?;
    let tally = merchants.diary.tally();
    Ok(format!("gone three times; {tally}; the same process goes on, {orders} orders and their ledger are right"))
}

async fn ask(at: &check::Server, request: Request) -> Result<Answer, Problem> {
    Ok(Client::new(at.base.clone()).send(&request).await?)
}

/// A session's cookie.
async fn signed_in(at: &check::Server) -> Result<String, Problem> {
    let form = format!("email={EMAIL}&password={}", PASSWORD.replace(' ', "+"));
    let answer = ask(at, Request::post("/dashboard/sign-in").form(form)).await?;
    let cookie = answer.head.header("set-cookie").and_then(|cookie| cookie.split(';').next());
    cookie.map(str::to_owned).ok_or_else(|| format!("signing in: {} {}", answer.status(), answer.text()))
}

/// Programs are told to try again, payers and merchants by a page.
async fn is_said_clearly(at: &check::Server, cookie: &str) -> Result<(), Problem> {
    let begun = tokio::time::Instant::now();
    let api = ask(at, Request::get("/v2/payments/?limit=1").key(&at.key));
    let checkout = ask(at, Request::get("/test_pi_000000000000000000000000").header("Accept", "text/html"));
    let desk = ask(at, Request::get("/dashboard/payments").header("Accept", "text/html").header("Cookie", cookie));
    let (api, checkout, desk) = tokio::join!(api, checkout, desk);
    let api = api?;
    if api.status() != 503 || api.json()["error"]["code"] != "unavailable" || api.head.header("retry-after").is_none() {
        return Err(format!("without a database: {} {}", api.status(), api.text()));
    }
    for page in [checkout?, desk?] {
        let is_page = page.head.header("content-type").is_some_and(|kind| kind.starts_with("text/html"));
        if page.status() != 503 || !is_page || page.head.header("retry-after").is_none() {
            return Err(format!("a page without a database: {} {:?} {}", page.status(), page.head.headers, page.text()));
        }
    }
    tokio::time::sleep(LONG.saturating_sub(begun.elapsed())).await;
    Ok(())
}

/// Once somebody was served, everybody is: no connection that died is left to be found by the next one.
async fn serves(at: &check::Server) -> Result<(), Problem> {
    for _ in 0..40 {
        let answer = ask(at, Request::get("/v2/payments/?limit=1").key(&at.key)).await?;
        if answer.status() != 200 {
            return Err(format!("the database is back, and still: {} {}", answer.status(), answer.text()));
        }
    }
    Ok(())
}
