//! The Payments list as the dashboard asks for it, small and large: what a page costs must not grow with the list.

use std::time::Instant;

use super::fill::{Names, SPAN, fill};
use super::load::micros;
use super::report::{Bar, Figure, Report, Unit};
use super::world::{World, encoded};
use super::{Args, Engine, What, files, pages};
use crate::Problem;
use crate::http::{Client, Request};
use crate::server::Server;

/// Of which the middle one counts.
const SAMPLES: usize = 11;
const LIST: Bar = Bar::MostPercent(200);
const SEARCH: Bar = Bar::MostPercent(300);
const NOTHING: &str = "nothing found";
/// Milliseconds in the three months that the list shows unless asked otherwise.
const WINDOW: u64 = 91 * 86_400_000;

/// A list of one size.
struct Site {
    names: Names,
    server: Server,
    cookie: String,
    world: World,
}

/// What is asked of the list: the same of both sizes, in each one's own words.
struct Case {
    what: &'static str,
    bar: Bar,
    query: fn(&Names) -> String,
}

const CASES: &[Case] = &[
    list("no filter", |_| String::new()),
    list("status: paid", |_| "status=paid".to_owned()),
    list("status: to validate (rare)", |_| "status=to_validate".to_owned()),
    list("status: four of them", |_| "status=paid,refused,refunded,expired".to_owned()),
    list("tab: action required", |_| "view=action".to_owned()),
    list("tab: refused", |_| "view=refused".to_owned()),
    list("action: partly paid", |_| "action=partial".to_owned()),
    list("action: fraud alert", |_| "action=fraud".to_owned()),
    list("type: link", |_| "type=link".to_owned()),
    list("type: two of them", |_| "type=payment,deferred".to_owned()),
    list("shop", |names| format!("shop={}", names.shops[1])),
    list("created by a key", |names| format!("by={}", names.key)),
    list("method: card", |_| "method=card".to_owned()),
    list("method: sepa", |_| "method=sepa".to_owned()),
    list("currency: usd", |_| "currency=usd".to_owned()),
    list("amount: 100 to 110", |_| "min=100&max=110".to_owned()),
    list("amount: up to 400", |_| "max=400".to_owned()),
    list("oldest first", |_| "sort=created".to_owned()),
    list("largest first", |_| "sort=-amount".to_owned()),
    list("status and shop", |names| format!("status=refused&shop={}", names.shops[1])),
    list("type, method, maker and amount", |names| format!("type=payment&method=card&by={}&min=20&max=300", names.key)),
    list("status, largest first", |_| "status=paid&sort=-amount".to_owned()),
    search("search: reference", |names| format!("q=ORD-{}", names.rows - 10)),
    search("search: name", |_| "q=camille".to_owned()),
    search("search: first and last name", |_| "q=camille+martin".to_owned()),
    search("search: amount", |names| format!("q=amount:{}", major(names.rows - 10))),
    search("search: amount as a word", |names| format!("q={}", major(names.rows - 10))),
    search("search: id", |names| format!("q={}", Names::intent(names.rows - 10))),
    search("search: the beginning of every reference", |_| "q=ord".to_owned()),
    search("search: e-mail", |_| "q=email:camille.m".to_owned()),
    search("search: last four digits", |names| format!("q=last4:{:04}", (names.rows - 10) * 13 % 10_000)),
    search("search: name and status", |_| "q=camille+status:refused".to_owned()),
    search("search: all but a name", |_| "q=-camille".to_owned()),
];

/// As people type it.
fn major(number: u64) -> String {
    let amount = Names::amount(number);
    format!("{}.{:02}", amount / 100, amount % 100)
}

const fn list(what: &'static str, query: fn(&Names) -> String) -> Case {
    Case { what, bar: LIST, query }
}

const fn search(what: &'static str, query: fn(&Names) -> String) -> Case {
    Case { what, bar: SEARCH, query }
}

/// # Errors
/// Where something can't be measured at all.
pub async fn measure(args: &Args, engine: Engine, report: &mut Report) -> Result<(), Problem> {
    if ![What::Lists, What::Csv, What::Pages].iter().any(|what| args.wants(*what)) {
        return Ok(());
    }
    let small = Site::new(args, engine, args.small, report).await?;
    if args.wants(What::Pages) {
        pages::measure(args, &small.world, args.small, &small.server, report).await?;
    }
    if args.wants(What::Lists) || args.wants(What::Csv) {
        let large = Site::new(args, engine, args.size, report).await?;
        if args.wants(What::Lists) {
            for case in CASES {
                compare(case, &small, &large, engine, report).await?;
            }
        }
        if args.wants(What::Csv) {
            files::measure(&large.world, args.size, &large.server, &large.cookie, report).await?;
        }
    }
    Ok(())
}

impl Site {
    async fn new(args: &Args, engine: Engine, rows: u64, report: &mut Report) -> Result<Self, Problem> {
        let world = World::new(args, engine).await?;
        let begun = Instant::now();
        let names = fill(&world, rows).await?;
        report.add(
            Figure::new("made for the list", Unit::Micros, micros(begun.elapsed())).on(engine).rows(rows).note(format!("{rows} payments")),
        );
        let server = world.house.serve(&[]).await?;
        let cookie = world.sign_in(&server).await?;
        Ok(Self { names, server, cookie, world })
    }

    async fn ask(&self, client: &mut Client, query: &str) -> Result<u64, Problem> {
        let form = format!("query={}", encoded(query));
        let asked = Request::post("/_fn/payments").form(form).header("Cookie", &self.cookie).header("Sec-Fetch-Site", "same-origin");
        let begun = Instant::now();
        let answer = client.send(&asked).await?;
        let took = micros(begun.elapsed());
        if answer.status() != 200 {
            return Err(format!("{query}: status {}: {}", answer.status(), answer.text()));
        }
        if answer.body.windows(10).any(|part| part == b"\"lines\":[]") {
            return Err(format!("{query}: {NOTHING} among {}", self.names.rows));
        }
        Ok(took)
    }

    /// The page in the middle of what the window shows, whatever order it stands in.
    fn middle(&self, query: &str, window: &str) -> String {
        let end = self.names.created(self.names.rows);
        let shown = if window.is_empty() { WINDOW } else { SPAN };
        let hex = |text: &str| hex::encode(text);
        let place = if query.contains("sort=-amount") { format!("t{}.pi_z", hex("25000")) } else { format!("i{}.pi_z", end - shown / 2) };
        format!("{query}&after={}", hex(&place))
    }
}

/// Each window, first page and middle; the way that grows most is told.
async fn compare(case: &Case, small: &Site, large: &Site, engine: Engine, report: &mut Report) -> Result<(), Problem> {
    let mut worst: Option<Figure> = None;
    for (window, in_window) in [("", "three months"), ("&window=all", "all time")] {
        for (page, at_page) in [(false, "first page"), (true, "middle")] {
            let query = |site: &Site| {
                let first = format!("{}{window}", (case.query)(&site.names));
                if page { site.middle(&first, window) } else { first }
            };
            let Some((quick, slow)) = both((small, &query(small)), (large, &query(large)), page).await? else { continue };
            let figure = Figure::new(format!("list, {}", case.what), Unit::Micros, slow)
                .on(engine)
                .rows(large.names.rows)
                .beside(format!("of {}", small.names.rows), quick)
                .bar(case.bar)
                .note(format!("{in_window}, {at_page}"));
            report.keep(figure.clone());
            if worst.as_ref().is_none_or(|worst| figure.percent() > worst.percent()) {
                worst = Some(figure);
            }
        }
    }
    if let Some(worst) = worst {
        Report::tell(&worst);
    }
    Ok(())
}

/// The two take turns. None where there is no such page.
async fn both(small: (&Site, &str), large: (&Site, &str), page: bool) -> Result<Option<(u64, u64)>, Problem> {
    let mut clients = [Client::new(small.0.server.base()?), Client::new(large.0.server.base()?)];
    let mut took = [Vec::new(), Vec::new()];
    for sample in 0..SAMPLES + 2 {
        for (at, (site, query)) in [small, large].into_iter().enumerate() {
            match site.ask(&mut clients[at], query).await {
                Ok(micros) if sample >= 2 => took[at].push(micros),
                Ok(_) => {}
                // A search that finds a few has no second page.
                Err(problem) if page && sample == 0 && problem.contains(NOTHING) => return Ok(None),
                Err(problem) => return Err(problem),
            }
        }
    }
    let middle = |mut all: Vec<u64>| {
        all.sort_unstable();
        all.get(all.len() / 2).copied().unwrap_or_default()
    };
    Ok(Some((middle(std::mem::take(&mut took[0])), middle(std::mem::take(&mut took[1])))))
}
