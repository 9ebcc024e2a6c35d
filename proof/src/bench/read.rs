//! One payment read by API, beside axum answering a constant of the same size.

use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use axum::Router;
use axum::http::header::CONTENT_TYPE;
use axum::routing::get;
use serde_json::json;
use tokio::net::TcpListener;

use super::load::{Load, Until, load};
use super::payments::CONNECTIONS;
use super::report::{Bar, Figure, Report, Unit};
use super::world::{World, id};
use super::{Args, Engine};
use crate::Problem;
use crate::http::{Base, Client, Request};

/// The two take turns.
const ROUNDS: u64 = 3;

/// `proof bench --constant BYTES`: says where it listens, then answers until it is killed.
///
/// # Errors
/// Where it can't listen.
pub async fn answer_constant(bytes: usize) -> Result<(), Problem> {
    let body = format!("\"{}\"", "x".repeat(bytes.saturating_sub(2)));
    let router = Router::new().route("/", get(move || async move { ([(CONTENT_TYPE, "application/json")], body.clone()) }));
    let listener = TcpListener::bind("127.0.0.1:0").await.map_err(|error| error.to_string())?;
    println!("http://{}", listener.local_addr().map_err(|error| error.to_string())?);
    axum::serve(listener, router).await.map_err(|error| error.to_string())
}

/// A process of its own, as Guichet is; killed when dropped.
struct Constant {
    child: Child,
    base: Base,
}

impl Constant {
    fn start(bytes: usize) -> Result<Self, Problem> {
        let program = std::env::current_exe().map_err(|error| error.to_string())?;
        let mut command = Command::new(program);
        command.args(["bench", "--constant", &bytes.to_string()]).stdin(Stdio::null()).stdout(Stdio::piped());
        let mut child = command.spawn().map_err(|error| error.to_string())?;
        let mut line = String::new();
        if let Some(stdout) = child.stdout.take() {
            BufReader::new(stdout).read_line(&mut line).map_err(|error| error.to_string())?;
        }
        Ok(Self { base: Base::parse(line.trim())?, child })
    }
}

impl Drop for Constant {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// # Errors
/// Where something can't be measured at all.
pub async fn measure(args: &Args, engine: Engine, report: &mut Report) -> Result<(), Problem> {
    let world = World::new(args, engine).await?;
    let server = world.house.serve(&[]).await?;
    let card = world.card(&server).await?;
    let body = json!({"amount": 2_490, "currency": "eur", "card": card, "order_id": "ORDER-1", "description": "Celadon teapot"});
    let made = Request::post("/v2/payments/").key(&world.keys.secret).json(&body);
    let path = format!("/v2/payments/{}", id(&Client::new(server.base()?).send(&made).await?)?);
    let asked = Request::get(path).key(&world.keys.secret);
    let bytes = Client::new(server.base()?).send(&asked).await?.body.len();
    let constant = Constant::start(bytes)?;
    let turn = Until::Time(Duration::from_millis(args.seconds * 1_000 / ROUNDS));
    let (mut read, mut axum) = (Load::default(), Load::default());
    for _ in 0..ROUNDS {
        for (base, to, request) in [(server.base()?, &mut read, asked.clone()), (constant.base.clone(), &mut axum, Request::get("/"))] {
            let one = load(&base, CONNECTIONS, turn, move |_| request.clone()).await?;
            to.done += one.done;
            to.micros += one.micros;
            to.latencies.extend(one.latencies);
        }
    }
    read.latencies.sort_unstable();
    let told = read.told();
    report.add(
        Figure::new(format!("one payment read, {bytes} bytes, 32 connections"), Unit::PerSecond, read.per_second())
            .on(engine)
            .beside("axum, a constant of the size", axum.per_second())
            .bar(Bar::LeastPercent(60))
            .note(told),
    );
    server.stop().await
}
