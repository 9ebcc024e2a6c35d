//! Pages served.

use std::time::Duration;

use serde_json::json;

use super::Args;
use super::load::{Until, load};
use super::report::{Figure, Report, Unit};
use super::world::{World, id};
use crate::Problem;
use crate::http::{Client, Request};
use crate::server::Server;

/// Browsers ask less eagerly than shops.
const CONNECTIONS: usize = 8;

/// # Errors
/// Where a page is not served.
pub async fn measure(args: &Args, world: &World, rows: u64, server: &Server, report: &mut Report) -> Result<(), Problem> {
    let body = json!({"amount": 2_490, "currency": "eur", "description": "Celadon teapot"});
    let asked = Request::post("/v2/payment_intents/").key(&world.keys.secret).json(&body);
    let intent = id(&Client::new(server.base()?).send(&asked).await?)?;
    let cookie = world.sign_in(server).await?;
    let time = Until::Time(Duration::from_secs(args.seconds.min(5)));
    let pages = [
        ("checkout page", format!("/test_{intent}")),
        ("dashboard: Payments", "/dashboard/payments".to_owned()),
        ("dashboard: one payment", format!("/dashboard/payments/{intent}")),
        ("dashboard: Home", "/dashboard".to_owned()),
    ];
    for (what, path) in pages {
        let cookie = cookie.clone();
        let make = move |_| Request::get(path.clone()).header("Cookie", cookie.clone()).header("Accept", "text/html");
        let done = load(&server.base()?, CONNECTIONS, time, make).await?;
        let note = format!("{} kB of HTML, {}", done.bytes / 1_024, done.told());
        report
            .add(Figure::new(format!("{what}, 8 connections"), Unit::PerSecond, done.per_second()).on(world.engine).rows(rows).note(note));
    }
    Ok(())
}
