//! `guichet import`: a merchant moves here with a file.

use std::fs;
use std::path::Path;
use std::process::{Output, Stdio};

use serde_json::{Value, json};

use crate::server::{EMAIL, PASSWORD, Server, account, guichet, run, said};

const LISTS: [&str; 6] = ["customers", "cards", "payment_intents", "payments", "refunds", "disputes"];
const JSON: &str = "Content-Type: application/json";

fn bearer(key: &str) -> String {
    format!("Authorization: Bearer {key}")
}

fn post(server: &Server, key: &str, path: &str, body: &Value) -> Value {
    let answer = server.ask(&format!("POST {path}"), &[&bearer(key), JSON], &body.to_string());
    assert_eq!(answer.status, 200, "{answer:?}");
    serde_json::from_str(&answer.body).unwrap()
}

fn get(server: &Server, key: &str, path: &str) -> Value {
    let answer = server.ask(&format!("GET {path}"), &[&bearer(key)], "");
    assert_eq!(answer.status, 200, "{path}: {answer:?}");
    serde_json::from_str(&answer.body).unwrap()
}

/// Everything a merchant has there, as the lists of the API say it.
fn export(server: &Server, key: &str, version: &str) -> Value {
    let mut file = json!({});
    for list in LISTS.iter().filter(|list| version == "v2" || **list != "payment_intents") {
        let path = if version == "v1" && *list == "payments" { "checkout" } else { list };
        let page = get(server, key, &format!("/{version}/{path}/?limit=100"));
        let (_, rows) = page.as_object().unwrap().iter().find(|(_, value)| value.is_array()).unwrap();
        file[*list] = rows.clone();
    }
    file
}

/// Without what is another house's own (how it came in, where its page is, how often it changed), and what v1 says of one object alone.
fn comparable(value: &Value) -> Value {
    match value {
        Value::Object(fields) => {
            let own = ["origin", "version", "url", "cycle", "redirect_url", "live_mode", "refunds"];
            let kept = fields.iter().filter(|(name, _)| !own.contains(&name.as_str()));
            kept.map(|(name, value)| (name.clone(), comparable(value))).collect()
        }
        Value::Array(items) => items.iter().map(comparable).collect(),
        other => other.clone(),
    }
}

/// Pays, refuses, refunds, authorises, disputes; the clock ends four days later.
fn live(server: &Server, key: &str) {
    let customer = post(server, key, "/v2/customers/", &json!({ "name": "Zoé Martin", "email": "zoe@example.com", "country": "FR" }));
    let card = |number: &str| json!({ "number": number, "exp_month": 12, "exp_year": 2040, "cvc": "123", "name": "Z. Martin" });
    let pay = |number: &str, more: Value| {
        let mut body =
            json!({ "amount": 5_000, "currency": "eur", "card": card(number), "customer": customer["id"], "order_id": "order-7" });
        body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        post(server, key, "/v2/payments/", &body)
    };
    let captured = pay("4000000000000077", json!({ "unique_id": "u-1", "description": "A celadon teapot" }));
    post(server, key, "/v2/refunds/", &json!({ "payment": captured["id"], "amount": 1_500, "reason": "broken", "unique_id": "r-1" }));
    pay("4000000000000002", json!({}));
    pay("4242424242424242", json!({ "capture": false }));
    pay("4000000000000259", json!({ "device": { "ip": "203.0.113.7", "user_agent": "Mozilla/5.0" } }));
    post(server, key, "/v2/payments/", &json!({ "amount": 700 }));
    let stored = post(server, key, "/v2/cards/", &card("5555555555554444"));
    let intent = json!({ "amount": 1_200, "card": stored["id"], "threeds": "none", "metadata": { "basket": [1, "two"] } });
    post(server, key, "/v2/payment_intents/", &intent);
    post(server, key, "/v2/payment_intents/", &json!({ "amount": 900, "description": "Never paid", "methods_allowed": ["card"] }));
    post(server, key, "/v2/sandbox/clock", &json!({ "advance_seconds": 4 * 86_400 }));
    let late = pay("4242424242424242", json!({ "amount": 333 }));
    assert_eq!(late["status"], "to_capture");
}

fn import(data: &Path, file: &Path, more: &[&str]) -> Output {
    run(data, &[&["import", file.to_str().unwrap(), "--environment", "sandbox"], more].concat(), &[])
}

#[test]
fn what_one_house_exports_another_takes_in_and_answers_alike() {
    let (from, to) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let (old_key, key) = (account(from.path()), account(to.path()));
    let old = Server::start(from.path(), &[], &[]);
    live(&old, &old_key);
    let files = ["v2", "v1"].map(|version| (version, export(&old, &old_key, version)));
    drop(old);
    // the file is of a house whose clock is ahead
    let server = Server::start(to.path(), &[], &[]);
    post(&server, &key, "/v2/sandbox/clock", &json!({ "advance_seconds": 4 * 86_400 + 3_600 }));
    drop(server);

    let path = from.path().join("export.json");
    fs::write(&path, files[0].1.to_string()).unwrap();
    let output = import(to.path(), &path, &[]);
    assert!(output.status.success(), "{}", said(&output));
    let text = said(&output);
    assert!(text.contains("Imported into A shop (acct_") && text.contains("payment_intent"), "{text}");

    let server = Server::start(to.path(), &[], &[]);
    for (version, file) in &files {
        for list in LISTS {
            for row in file[list].as_array().into_iter().flatten() {
                let kind = if *version == "v1" && list == "payments" { "checkout" } else { list };
                let here = get(&server, &key, &format!("/{version}/{kind}/{}", row["id"].as_str().unwrap()));
                assert_eq!(comparable(&here), comparable(row), "{version} {list}");
            }
        }
    }
    let payments = files[0].1["payments"].as_array().unwrap();
    assert_eq!(payments.len(), 7);
    for payment in payments {
        let path = format!("POST /v2/payments/{}/refund", payment["id"].as_str().unwrap());
        let answer = server.ask(&path, &[&bearer(&key), JSON], "");
        assert_eq!(answer.status, 409, "{answer:?}");
        assert!(answer.body.contains("it is history"), "{answer:?}");
    }
    let stored = &files[0].1["cards"][0]["id"];
    let answer = server.ask("POST /v2/payments/", &[&bearer(&key), JSON], &json!({ "amount": 500, "card": stored }).to_string());
    assert_eq!(answer.status, 422, "{answer:?}");
    assert!(answer.body.contains("no number"), "{answer:?}");
    // the house is in use: nothing else may write
    let busy = import(to.path(), &path, &[]);
    assert_eq!(busy.status.code(), Some(1));
    assert!(said(&busy).contains("another Guichet works in"), "{}", said(&busy));
    drop(server);

    // again, and in the older shapes: nothing changes
    for (_, file) in &files {
        fs::write(&path, file.to_string()).unwrap();
        let again = import(to.path(), &path, &["--atomic", "--report", from.path().join("report.json").to_str().unwrap()]);
        assert!(again.status.success(), "{}", said(&again));
        let report: Value = serde_json::from_slice(&fs::read(from.path().join("report.json")).unwrap()).unwrap();
        let counts = report["counts"].as_object().unwrap();
        assert!(counts.values().all(|of| of["imported"] == 0 && of["refused"] == 0), "{report}");
        assert_eq!(counts["payment"]["unchanged"], 7, "{report}");
    }
}

fn customer(number: u32) -> Value {
    json!({ "id": format!("cust_{number:024}"), "created": 1_600_000_000, "name": "Somebody", "email": "somebody@example.com" })
}

#[test]
fn refused_rows_are_reported_and_the_rest_goes_in() {
    let data = tempfile::tempdir().unwrap();
    account(data.path());
    let path = data.path().join("file.json");
    let number = "4242424242424242";
    let card = json!({ "id": format!("card_{:024}", 1), "created": 1_600_000_000, "number": number, "cvc": "987", "exp_month": 1, "exp_year": 2031 });
    let file = json!({
        "customers": [customer(1), { "id": "cust_?", "created": 1_600_000_000 }, { "id": format!("cust_{:024}", 3), "created": 1, "name": number }],
        "cards": [card], "sepa": [{}, {}], "payments": [{ "loyalty": 7, "id": format!("paym_{:024}", 1), "amount": 100, "currency": "eur",
        "status": "captured", "created": 1_600_000_000, "card": format!("card_{:024}", 1), "fraud_score": 3 }],
    });
    fs::write(&path, format!("\u{feff}{file}")).unwrap();

    let tried = import(data.path(), &path, &["--dry-run"]);
    assert_eq!(tried.status.code(), Some(1), "{}", said(&tried));
    assert!(said(&tried).contains("Nothing was written"), "{}", said(&tried));
    let kept_out = import(data.path(), &path, &["--atomic"]);
    assert_eq!(kept_out.status.code(), Some(1));
    assert!(said(&kept_out).contains("Nothing was imported"), "{}", said(&kept_out));

    let output = import(data.path(), &path, &["--account", "A shop"]);
    let text = said(&output);
    assert_eq!(output.status.code(), Some(1), "{text}");
    let column = |name: &str| text.lines().find(|line| line.starts_with(name)).unwrap().split_whitespace().skip(1).collect::<Vec<_>>();
    assert_eq!((column("customer "), column("card "), column("payment ")), (vec!["1", "0", "2"], vec!["1", "0", "0"], vec!["1", "0", "0"]));
    for line in [
        "customers[1] cust_?: id a customer id has only letters and digits after `cust_`; character 1 is neither",
        "customers[2] cust_000000000000000000000003: created is not between the years 2000 and 2100",
        "handed in: payment.fraud_score, payment.loyalty",
        "left out: sepa (2)",
        "guichet: 2 rows were refused",
    ] {
        assert!(text.contains(line), "{line}: {text}");
    }
    assert!(!text.contains(number), "{text}");
    for entry in fs::read_dir(data.path()).unwrap().map(Result::unwrap).filter(|entry| entry.path() != path) {
        let bytes = fs::read(entry.path()).unwrap_or_default();
        assert!(!bytes.windows(number.len()).any(|window| window == number.as_bytes()), "{:?}", entry.path());
    }
}

#[test]
fn what_can_t_be_read_is_named_before_anything_is_opened() {
    let data = tempfile::tempdir().unwrap();
    let path = data.path().join("file.json");
    let fails = |content: &str, more: &[&str], code: i32, named: &[&str]| {
        fs::write(&path, content).unwrap();
        let output = import(data.path(), &path, more);
        let text = said(&output);
        assert_eq!(output.status.code(), Some(code), "{text}");
        assert!(named.iter().all(|name| text.contains(name)), "{named:?}: {text}");
    };
    fails("{\"payments\": [{},\n{\"id\": }]}", &[], 1, &["file.json: line 2, column 8", "expected value"]);
    fails("{\"payments\": [{}]", &[], 1, &["file.json: line 1, column 17", "EOF"]);
    fails("[]", &[], 1, &["one JSON object of lists"]);
    fails("{\"payments\": {}}", &[], 1, &["a list of payments"]);
    fails("{} {}", &[], 1, &["trailing"]);
    assert!(!data.path().join("guichet.db").exists(), "nothing was opened");
    fails("{}", &[], 1, &["there is no account yet"]);
    account(data.path());
    fails("{}", &["--account", "Nobody"], 1, &["--account: \"Nobody\" is no account here", "A shop"]);
    fails("{}", &["--shop", "shop_000000000000000000000000"], 1, &["--shop", "no such shop"]);
    fails("{}", &["--environment", "playground"], 2, &["--environment"]);
    fails("{}", &[], 0, &["(no rows)"]);
    let another = ["account", "create", "--name", "A shop", "--email", &format!("another.{EMAIL}")];
    assert!(run(data.path(), &another, &[("GUICHET_PASSWORD", PASSWORD)]).status.success());
    fails("{}", &[], 1, &["--account: say which", "acct_"]);
    fails("{}", &["--account", "A shop"], 1, &["say which"]);
    let missing = run(data.path(), &["import", "/nowhere/file.json", "--environment", "sandbox"], &[]);
    assert!(said(&missing).contains("/nowhere/file.json: No such file"), "{}", said(&missing));
    let folder = run(data.path(), &["import", data.path().to_str().unwrap(), "--environment", "sandbox"], &[]);
    assert!(said(&folder).contains("this is no file"), "{}", said(&folder));
    let unsaid = run(data.path(), &["import", path.to_str().unwrap()], &[]);
    assert_eq!(unsaid.status.code(), Some(2));
    assert!(said(&unsaid).contains("--environment"), "{}", said(&unsaid));
}

/// Killed wherever it is, it is gone on with: nothing is missing and nothing is there twice.
#[test]
fn a_killed_run_is_gone_on_with() {
    let data = tempfile::tempdir().unwrap();
    account(data.path());
    let path = data.path().join("file.json");
    let customers: Vec<Value> = (1..=3_000).map(customer).collect();
    fs::write(&path, json!({ "customers": customers }).to_string()).unwrap();
    let wal = data.path().join("guichet.db-wal");
    let written = || fs::metadata(&wal).map_or(0, |about| about.len());
    for _ in 0..2 {
        let args = ["import", path.to_str().unwrap(), "--environment", "sandbox"];
        let mut running = guichet(data.path(), &args, &[]).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        crate::server::eventually("something is written, or all", || written() > 200_000 || running.try_wait().unwrap().is_some());
        let _ = running.kill();
        running.wait().unwrap();
    }
    let output = import(data.path(), &path, &[]);
    let text = said(&output);
    assert!(output.status.success(), "{text}");
    let line = text.lines().find(|line| line.starts_with("customer")).unwrap();
    let counts: Vec<u32> = line.split_whitespace().skip(1).map(|count| count.parse().unwrap()).collect();
    assert_eq!((counts[0] + counts[1], counts[2]), (3_000, 0), "{text}");
    let again = said(&import(data.path(), &path, &[]));
    assert!(again.lines().any(|line| line.split_whitespace().eq(["customer", "0", "3000", "0"])), "{again}");
}
