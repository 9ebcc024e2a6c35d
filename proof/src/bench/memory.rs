//! How soon it serves, and what memory it takes.

use std::time::Duration;

use serde_json::json;

use super::load::{Until, load, micros};
use super::payments::CONNECTIONS;
use super::report::{Bar, Figure, Report, Unit};
use super::world::{World, id};
use super::{Args, Engine};
use crate::Problem;
use crate::http::{Client, Request};
use crate::server::House;

/// Of which the middle one counts.
const STARTS: usize = 7;
const START_MAX: u64 = 300_000;
/// kB.
const MEMORY_MAX: u64 = 60 * 1024;
/// More than may hash a password at once.
const SIGN_INS: usize = 8;

/// # Errors
/// Where it does not start.
pub async fn starts(args: &Args, report: &mut Report) -> Result<(), Problem> {
    let (mut first, mut again) = (Vec::new(), Vec::new());
    for _ in 0..STARTS {
        let house = House::new(&args.binary, None)?;
        for took in [&mut first, &mut again] {
            let server = house.serve(&[]).await?;
            took.push(micros(server.started_in));
            server.stop().await?;
        }
    }
    for (what, mut took) in [("start to first answer, nothing there", first), ("start to first answer, an empty database", again)] {
        took.sort_unstable();
        let middle = took.get(STARTS / 2).copied().unwrap_or_default();
        report.add(Figure::new(what, Unit::Micros, middle).on(Engine::Sqlite).bar(Bar::Most(START_MAX)));
    }
    Ok(())
}

/// The server's own memory: PostgreSQL's is its own affair.
///
/// # Errors
/// Where something can't be measured at all.
pub async fn measure(args: &Args, engine: Engine, report: &mut Report) -> Result<(), Problem> {
    let world = World::new(args, engine).await?;
    let server = world.house.serve(&[]).await?;
    let card = world.card(&server).await?;
    tokio::time::sleep(Duration::from_secs(2)).await;
    report.add(Figure::new("memory at rest", Unit::KiloBytes, server.memory("VmRSS")?).on(engine).bar(Bar::Most(MEMORY_MAX)));
    let signed: Vec<_> = (0..SIGN_INS).map(|_| world.sign_in(&server)).collect();
    for one in futures::future::join_all(signed).await {
        one?;
    }
    let peak = server.memory("VmHWM")?;
    report.add(Figure::new("most memory, 8 people signing in at once", Unit::KiloBytes, peak).on(engine).bar(Bar::Most(MEMORY_MAX)));

    let body = json!({"amount": 2_490, "currency": "eur", "card": card, "description": "Celadon teapot"});
    let pay = Request::post("/v2/payments/").key(&world.keys.secret).json(&body);
    let payment = id(&Client::new(server.base()?).send(&pay).await?)?;
    let secret = world.keys.secret.clone();
    // A hundredth of the requests make a payment; the others read.
    let make = move |number: u64| match number % 100 {
        0 => pay.clone(),
        1..50 => Request::get(format!("/v2/payments/{payment}")).key(&secret),
        _ => Request::get("/v2/payments/?limit=10").key(&secret),
    };
    let early = args.requests / 10;
    let base = server.base()?;
    load(&base, CONNECTIONS, Until::Requests(early), make.clone()).await?;
    let before = server.memory("VmHWM")?;
    load(&base, CONNECTIONS, Until::Requests(args.requests - early), make).await?;
    let after = server.memory("VmHWM")?;
    let what = |requests: u64| format!("most memory after {requests} requests");
    report.add(Figure::new(what(early), Unit::KiloBytes, before).on(engine).bar(Bar::Most(MEMORY_MAX)));
    report.add(
        Figure::new(what(args.requests), Unit::KiloBytes, after)
            .on(engine)
            .beside(what(early), before)
            .bar(Bar::Most(MEMORY_MAX))
            .note(format!("now {} kB", server.memory("VmRSS")?)),
    );
    server.stop().await
}
