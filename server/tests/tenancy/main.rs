//! Nothing of another account, nor of the other environment, is ever shown or changed: every route of the API, every page, every form and
//! every server function is called with every kind of id that belongs to somebody else.
//!
//! Routes are read off the OpenAPI documents and the dashboard's source, so that one without a case here fails the test.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test may stop where it stands")]

mod api_cases;
mod desk_cases;
mod rows;
mod source;
mod world;

use std::collections::BTreeMap;

use axum::http::{Method, StatusCode};
use world::{Answer, World};

/// What calls are made with: the stranger's ids by prefix, and words that stand in everything that is theirs.
pub struct Theirs {
    pub name: &'static str,
    pub ids: BTreeMap<String, Vec<String>>,
    pub marker: &'static str,
    /// Our own, in the other environment.
    pub ours: bool,
}

impl Theirs {
    /// One of each kind.
    pub fn samples(&self) -> impl Iterator<Item = &String> {
        self.ids.values().filter_map(|ids| ids.first())
    }

    /// One of each kind that a program names in what it sends.
    pub fn named(&self) -> impl Iterator<Item = &String> {
        ["card", "cust", "paym", "pi", "refd", "shop"].into_iter().filter_map(|kind| self.ids.get(kind)?.first())
    }

    /// What is wrong with an answer to a call in which `sent` stood.
    fn leaks(&self, answer: &Answer, sent: &str) -> Option<String> {
        if answer.status.is_server_error() {
            return Some(format!("{}: {}", answer.status, short(&answer.text)));
        }
        // What was typed may stand in the form that is shown again.
        if !sent.contains(self.marker) && answer.text.to_lowercase().contains(self.marker) {
            return Some(format!("shows '{}': {}", self.marker, around(&answer.text, self.marker)));
        }
        let shown = self.ids.values().flatten().find(|id| !sent.contains(*id) && answer.text.contains(*id));
        shown.map(|id| format!("shows {id}: {}", around(&answer.text, id)))
    }
}

fn short(text: &str) -> String {
    text.chars().take(200).collect()
}

fn around(text: &str, what: &str) -> String {
    let at = text.to_lowercase().find(&what.to_lowercase()).unwrap_or(0);
    text.chars().skip(text.get(..at).map_or(0, |before| before.chars().count()).saturating_sub(80)).take(200).collect()
}

/// Calls and what was wrong with them.
#[derive(Default)]
pub struct Book {
    pub calls: usize,
    pub wrong: Vec<String>,
}

impl Book {
    /// `finds`: the call names somebody else's object, so success is wrong.
    pub async fn call(&mut self, world: &World, theirs: &Theirs, call: Call, finds: bool) {
        let sent = format!("{} {}", call.path, call.body);
        let what = format!("{} {} {}", call.method, call.path, short(&call.body));
        let answer = world.ask(call).await;
        self.calls += 1;
        if let Some(leak) = theirs.leaks(&answer, &sent) {
            self.wrong.push(format!("[{}] {what}\n    {leak}", theirs.name));
        }
        if finds && answer.status == StatusCode::OK {
            self.wrong.push(format!("[{}] {what}\n    answers 200: {}", theirs.name, short(&answer.text)));
        }
    }
}

pub struct Call {
    pub method: Method,
    pub path: String,
    pub body: String,
    pub json: bool,
    /// By key, or by a browser's session.
    pub program: bool,
}

#[tokio::test]
async fn nothing_of_somebody_else_is_shown_or_changed() {
    // What SQL is bound to is the same text on both databases; the engine's own tests look at the other one, too.
    let database = store_testing::sqlite().unwrap();
    let world = World::on(database.open().await.unwrap()).await;
    let mut rows = rows::Rows::of(&database.url).await;
    let theirs = rows.strangers(&world).await;
    for one in &theirs {
        let kinds: Vec<&String> = one.ids.keys().collect();
        println!("{}: {kinds:?}", one.name);
        assert!(one.ids.len() >= if one.name == "another account" { 14 } else { 3 }, "{}: only {kinds:?}", one.name);
    }
    let before = rows.snapshot(&world).await;
    let mut book = Book::default();
    for one in &theirs {
        api_cases::run(&world, one, &mut book).await;
        desk_cases::run(&world, one, &mut book).await;
    }
    println!("{} calls", book.calls);
    assert!(book.wrong.is_empty(), "{} of {} calls:\n{}", book.wrong.len(), book.calls, book.wrong.join("\n"));
    let after = rows.snapshot(&world).await;
    for (table, lines) in &before {
        assert_eq!(Some(lines), after.get(table), "{table} was changed");
    }
    world.engine.settle_down().await;
}
