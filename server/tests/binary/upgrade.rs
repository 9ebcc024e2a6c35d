//! Databases that releases with an older schema left, on each engine: each opens, reads as it read then, and life goes on.

use std::fs;
use std::io::Read;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};
use sqlx::{AnyConnection, AssertSqlSafe, Connection as _};
use store::DatabaseUrl;
use tempfile::TempDir;

use crate::server::{Answer, Server};

const FORM: &str = "Content-Type: application/x-www-form-urlencoded";
/// As when the answers were recorded, for addresses in them to be the same.
const PUBLIC_URL: (&str, &str) = ("GUICHET_PUBLIC_URL", "https://pay.example");
/// What stays where a payment or an order was under way: time has passed since.
const STAYS: [&str; 9] = ["id", "amount", "currency", "created", "created_at", "order_id", "unique_id", "description", "metadata"];

/// What a release left: its database unpacked, and what its API said of it.
struct Left {
    data: TempDir,
    url: Option<String>,
    about: Value,
    _database: Option<store_testing::Database>,
}

fn unpacked(path: &Path) -> Vec<u8> {
    let mut content = Vec::new();
    let packed = fs::read(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    brotli::Decompressor::new(packed.as_slice(), 65_536).read_to_end(&mut content).unwrap();
    content
}

impl Left {
    async fn unpack(folder: &Path, which: &str) -> Self {
        let data = tempfile::tempdir().unwrap();
        let key = data.path().join("vault.key");
        fs::copy(folder.join(format!("{which}.key")), &key).unwrap();
        // a checkout lets others read it, which a vault's key must not
        fs::set_permissions(&key, fs::Permissions::from_mode(0o600)).unwrap();
        let about = serde_json::from_slice(&unpacked(&folder.join(format!("{which}.json.br")))).unwrap();
        if which == "sqlite" {
            fs::write(data.path().join("guichet.db"), unpacked(&folder.join("guichet.db.br"))).unwrap();
            return Self { data, url: None, about, _database: None };
        }
        let database = store_testing::postgres().await.unwrap();
        let DatabaseUrl::Postgres(url) = database.url.clone() else { panic!("not PostgreSQL") };
        sqlx::any::install_default_drivers();
        let mut connection = AnyConnection::connect(&url).await.unwrap();
        let dump = String::from_utf8(unpacked(&folder.join("postgres.sql.br"))).unwrap();
        sqlx::raw_sql(AssertSqlSafe(dump)).execute(&mut connection).await.unwrap();
        connection.close().await.unwrap();
        Self { data, url: Some(url), about, _database: Some(database) }
    }

    fn serve(&self, args: &[&str]) -> Server {
        let mut settings = vec![PUBLIC_URL];
        settings.extend(self.url.as_deref().map(|url| ("GUICHET_DATABASE_URL", url)));
        Server::start(self.data.path(), args, &settings)
    }

    fn bearer(&self, key: &str) -> String {
        format!("Authorization: Bearer {}", self.about[key].as_str().unwrap())
    }

    fn get(&self, server: &Server, path: &str) -> Value {
        json_of(path, &server.ask(&format!("GET {path}"), &[&self.bearer("secret")], ""))
    }

    fn post(&self, server: &Server, path: &str, body: &Value) -> Value {
        let headers = [self.bearer("secret"), "Content-Type: application/json".to_owned()];
        json_of(path, &server.ask(&format!("POST {path}"), &[&headers[0], &headers[1]], &body.to_string()))
    }

    /// The objects of a list as they were answered then.
    fn then(&self, plural: &str) -> Vec<&Value> {
        let answers = &self.about["answers"];
        let listed = answers[format!("/v2/{plural}/?limit=100")][plural].as_array().unwrap();
        listed.iter().map(|one| &answers[format!("/v2/{plural}/{}", one["id"].as_str().unwrap())]).collect()
    }
}

fn json_of(path: &str, answer: &Answer) -> Value {
    assert_eq!(answer.status, 200, "{path}: {}", answer.body);
    serde_json::from_str(&answer.body).unwrap()
}

/// What was answered then is answered now: every field with its value, and maybe fields that did not exist.
fn stands(then: &Value, now: &Value, at: &str) {
    match (then, now) {
        (Value::Object(then), Value::Object(now)) => {
            let moves = is_under_way(then);
            for (name, value) in then.iter().filter(|(name, _)| !moves || STAYS.contains(&name.as_str())) {
                stands(value, now.get(name).unwrap_or_else(|| panic!("{at}: {name} is gone")), &format!("{at} {name}"));
            }
        }
        (Value::Array(then), Value::Array(now)) => {
            assert_eq!(then.len(), now.len(), "{at}");
            then.iter().zip(now).for_each(|(then, now)| stands(then, now, at));
        }
        _ => assert_eq!(then, now, "{at}"),
    }
}

fn is_under_way(object: &serde_json::Map<String, Value>) -> bool {
    let payment = object.get("lifecycle").is_some_and(|lifecycle| lifecycle["final"] == false);
    payment || object.contains_key("order")
}

fn reads_as_then(left: &Left) {
    let server = left.serve(&["--no-worker"]);
    let answers = left.about["answers"].as_object().unwrap();
    assert!(answers.len() > 50);
    for (path, then) in answers {
        stands(then, &left.get(&server, path), path);
    }
}

/// People find everything at the desk.
fn shows_as_then(left: &Left) {
    let server = left.serve(&["--no-worker"]);
    let word = |name: &str| left.about[name].as_str().unwrap().replace(' ', "+").replace('\'', "%27");
    let form = format!("email={}&password={}", word("email"), word("password"));
    let signed = server.ask("POST /dashboard/sign-in", &[FORM, "Sec-Fetch-Site: same-origin"], &form);
    assert_eq!(signed.status, 303, "{signed:?}");
    let cookie = format!("Cookie: {}", signed.header("set-cookie").unwrap().split(';').next().unwrap());
    let list = ["/dashboard".to_owned(), "/dashboard/payments".to_owned(), "/dashboard/search?q=teapot".to_owned()];
    let orders = left.then("payment_intents").into_iter().map(|order| format!("/dashboard/payments/{}", order["id"].as_str().unwrap()));
    for path in list.into_iter().chain(orders) {
        let page = server.ask(&format!("GET {path}"), &[&cookie, "Accept: text/html"], "");
        assert!(page.status == 200 || page.status == 303, "{path}: {}", page.body);
    }
}

/// A card that was stored then pays, a payment of then is given back, and what was to come comes.
fn goes_on(left: &Left) {
    let server = left.serve(&[]);
    let stored = left.then("cards").into_iter().find(|card| card["customer"].is_string()).unwrap();
    let paid = left.post(&server, "/v2/payments/", &json!({ "amount": 4_321, "card": stored["id"] }));
    assert_eq!(paid["status"], "to_capture", "{paid}");
    let captured = left.then("payments").into_iter().find(|payment| payment["order_id"] == "captured-2").unwrap();
    let refund = left.post(&server, "/v2/refunds/", &json!({ "payment": captured["id"], "amount": 100 }));
    assert_eq!(refund["status"], "to_refund", "{refund}");
    let mut remaining = Value::Null;
    for _ in 0..8 {
        remaining = left.post(&server, "/v2/sandbox/clock", &json!({ "advance_seconds": 50 * 86_400 }))["remaining"].clone();
    }
    assert_eq!(remaining, 0);
    for payment in left.then("payments") {
        let path = format!("/v2/payments/{}", payment["id"].as_str().unwrap());
        let now = server.ask(&format!("GET {path}"), &[&left.bearer("secret")], "");
        if now.status == 404 {
            assert!(payment["status"].is_null(), "{path} is gone");
            continue;
        }
        let now = json_of(&path, &now);
        assert!(now["lifecycle"]["final"] == true || now["status"].is_null(), "{now}");
    }
    assert_eq!(left.get(&server, &format!("/v2/refunds/{}", refund["id"].as_str().unwrap()))["status"], "refunded");
    server.stop();
}

#[tokio::test(flavor = "multi_thread")]
async fn what_every_schema_held_is_opened_read_and_worked_on() {
    let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures");
    let mut folders: Vec<PathBuf> =
        fs::read_dir(fixtures).unwrap().map(|entry| entry.unwrap().path()).filter(|path| path.is_dir()).collect();
    folders.sort();
    let steps = fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("store/migrations")).unwrap().count();
    assert_eq!(folders.len(), steps - 1, "one for each schema that was released before this one");
    for folder in folders {
        for which in ["sqlite", "postgres"] {
            println!("{} on {which}", folder.display());
            let left = Left::unpack(&folder, which).await;
            reads_as_then(&left);
            shows_as_then(&left);
            goes_on(&left);
        }
    }
}
