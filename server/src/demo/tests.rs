//! One seed tells one story, and a folder that has one is left as it is.

use std::collections::BTreeMap;

use clap::Parser;
use sqlx::{AnyConnection, AssertSqlSafe, Connection as _, Row as _};

use super::*;
use crate::config::{Options, Settings};

#[derive(Parser)]
struct Line {
    #[command(flatten)]
    options: Options,
}

type Tables = BTreeMap<String, Vec<String>>;

/// What is drawn anew whatever the seed: secrets, and what the vault and the acquirer make of them.
const DRAWN: [&str; 10] = [
    "password_hash",
    "hash",
    "hint",
    "token_hash",
    "fingerprint",
    "sealed",
    "authorisation",
    "authorisation_code",
    "network_reference",
    // Made of the order's id.
    "unique_id",
];
/// What repeats other tables with ids in it, or belongs to one process.
const OTHERWISE: [&str; 7] =
    ["search_terms", "totals", "acquirer_records", "idempotency_keys", "vault_check", "sqlite_sequence", "sessions"];

const SEED: u64 = 7;
const REACHED: Reached<'_> = Reached { url: "http://127.0.0.1:1", tls_url: None };

fn settings(folder: &Path) -> Settings {
    Line::try_parse_from(["guichet", "--data", folder.to_str().unwrap()]).unwrap().options.check().unwrap()
}

/// Every row of every table, sorted; `alike`: what two stories of one seed have in common, ids by their kind.
async fn rows(folder: &Path, alike: bool) -> Tables {
    sqlx::any::install_default_drivers();
    let mut connection = AnyConnection::connect(&format!("sqlite://{}?mode=ro", folder.join("guichet.db").display())).await.unwrap();
    let mut column = async |sql: String| -> Vec<String> {
        let rows = sqlx::query(AssertSqlSafe(sql)).fetch_all(&mut connection).await.unwrap();
        rows.iter().map(|row| row.get::<String, _>(0)).collect()
    };
    let mut all = Tables::new();
    for table in column("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY 1".to_owned()).await {
        if alike && OTHERWISE.contains(&table.as_str()) {
            continue;
        }
        let columns = column(format!("SELECT name FROM pragma_table_info('{table}')")).await;
        // The state of an event is the row itself.
        let told = columns.iter().filter(|name| !alike || !(DRAWN.contains(&name.as_str()) || table == "events" && *name == "state"));
        let told = told.map(|name| match name.as_str() {
            // Of an authorisation: its code.
            "cause" if alike && table == "events" => {
                "iif(length(cause) = 6 AND cause = upper(cause), '', 'cause='||quote(cause))".to_owned()
            }
            name => format!("'{name}='||quote(\"{name}\")"),
        });
        let told = told.collect::<Vec<_>>().join("||' '||");
        let mut lines = column(format!("SELECT {told} FROM \"{table}\"")).await;
        if alike {
            for line in &mut lines {
                *line = without_ids(line);
            }
        }
        lines.sort_unstable();
        all.insert(table, lines);
    }
    all
}

/// `pi_…` of `pi_Wm4x…`: what comes behind the mark is letters and digits, as long as ids are.
fn without_ids(line: &str) -> String {
    let mut plain = String::with_capacity(line.len());
    let mut rest = line;
    while let Some(at) = rest.find('_') {
        let (before, after) = rest.split_at(at + 1);
        plain.push_str(before);
        let id = after.bytes().take_while(u8::is_ascii_alphanumeric).count();
        let kept = if id == model::id::LENGTH { id } else { 0 };
        if kept > 0 {
            plain.push('…');
        }
        rest = after.get(kept..).unwrap_or_default();
    }
    plain + rest
}

#[tokio::test(flavor = "multi_thread")]
async fn one_seed_tells_one_story_and_is_told_once() {
    let end = Timestamp::parse_rfc3339("2026-11-19T15:30:00Z").unwrap();
    let folders = [tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap()];
    let mut told = Vec::new();
    for folder in &folders {
        let settings = settings(folder.path());
        let house = House::open(&settings).await.unwrap();
        fill(&house, &folder.path().join(FILE), REACHED, SEED, end).await.unwrap();
        house.close().await;
        told.push(rows(folder.path(), true).await);
    }
    let (one, two) = (&told[0], &told[1]);
    assert_eq!(one.keys().collect::<Vec<_>>(), two.keys().collect::<Vec<_>>());
    for (table, lines) in one {
        let other = &two[table];
        let only: Vec<&String> = lines.iter().filter(|line| !other.contains(line)).take(3).collect();
        let others: Vec<&String> = other.iter().filter(|line| !lines.contains(line)).take(3).collect();
        assert!(lines == other, "{table}: {} and {} rows\n{only:#?}\n{others:#?}", lines.len(), other.len());
    }
    assert!(one["payment_intents"].len() > 400 && one["refunds"].len() > 10 && one["notes"].len() > 5);

    // Asked for again in the same folder, with another seed even, it is there already.
    let folder = folders[0].path();
    let (before, file) = (rows(folder, false).await, fs::read(folder.join(FILE)).unwrap());
    let settings = settings(folder);
    let house = House::open(&settings).await.unwrap();
    let said = prepare(&house, folder, REACHED, SEED + 1).await.unwrap();
    house.close().await;
    assert!(said.contains(EMAIL));
    assert_eq!(rows(folder, false).await, before);
    assert_eq!(fs::read(folder.join(FILE)).unwrap(), file);
}

#[test]
fn ids_are_told_by_their_kind() {
    assert_eq!(without_ids("id='pi_000000000000000000000000' x_y=1"), "id='pi_…' x_y=1");
}
