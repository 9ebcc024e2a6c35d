//! Payments created and authorised by API, beside the same rows written by a bare loop.

use std::time::Duration;

use serde_json::json;

use super::floor;
use super::load::{Load, Until, load};
use super::report::{Bar, Figure, Report, Unit};
use super::world::World;
use super::written::written;
use super::{Args, Engine};
use crate::Problem;
use crate::http::Request;

/// As many as the bar is set for.
pub const CONNECTIONS: usize = 32;
/// API and floor take turns.
const ROUNDS: u32 = 2;

/// # Errors
/// Where something can't be measured at all.
pub async fn measure(args: &Args, engine: Engine, report: &mut Report) -> Result<(), Problem> {
    let (mut api, mut bare) = (Load::default(), Load::default());
    for _ in 0..ROUNDS {
        let world = World::new(args, engine).await?;
        let one = served(args, &world).await?;
        let payments = written(&world).await?;
        let written = floor::write(engine, payments, CONNECTIONS).await?;
        api.done += one.done;
        api.micros += one.micros;
        api.latencies.extend(one.latencies);
        bare.done += written.done;
        bare.micros += written.micros;
    }
    api.latencies.sort_unstable();
    let told = api.told();
    report.add(
        Figure::new("payments created and authorised, 32 connections", Unit::PerSecond, api.per_second())
            .on(engine)
            .rows(api.done)
            .beside("the same rows, bare loop", bare.per_second())
            .bar(Bar::LeastPercent(60))
            .note(told),
    );
    Ok(())
}

/// A load on a server of its own, which ends before its rows are read.
async fn served(args: &Args, world: &World) -> Result<Load, Problem> {
    let server = world.house.serve(&[]).await?;
    let card = world.card(&server).await?;
    let (base, secret) = (server.base()?, world.keys.secret.clone());
    let make = |kind: &'static str| {
        let (card, secret) = (card.clone(), secret.clone());
        move |number: u64| pay(&secret, &card, kind, number)
    };
    // What comes first makes a server and a database ready.
    load(&base, CONNECTIONS, Until::Time(Duration::from_secs(1)), make("early")).await?;
    if world.engine == Engine::Postgres {
        floor::settle(world.url()).await?;
    }
    let done = load(&base, CONNECTIONS, Until::Time(Duration::from_secs(args.seconds)), make("order")).await?;
    server.stop().await?;
    Ok(done)
}

fn pay(secret: &str, card: &str, kind: &str, number: u64) -> Request {
    let body = json!({
        "amount": 1_000 + number % 90_000,
        "currency": "eur",
        "card": card,
        "order_id": format!("{kind}-{number}"),
        "description": "Celadon teapot",
    });
    Request::post("/v2/payments/").key(secret).header("Idempotency-Key", format!("{kind}-{number}")).json(&body)
}
