//! A server in the test's own process, and requests to it.

use std::sync::Arc;

use api::Config;
use axum::Router;
use axum::body::Body;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use engine::{Engine, Fault, NewAccount, Parts, SystemClock, SystemDraw};
use http::header::{AUTHORIZATION, CONTENT_TYPE};
use http::{HeaderMap, Method, Request, StatusCode};
use http_body_util::BodyExt;
use model::money::Currency;
use secrecy::{ExposeSecret, SecretString};
use serde_json::{Value, json};
use store::Store;
use tower::ServiceExt;
use tower_http::request_id::{MakeRequestId, RequestId, SetRequestIdLayer};
use vault::{Vault, VaultKeys};

/// A merchant's keys.
pub struct Merchant {
    pub secret: String,
    pub public: String,
    pub production: String,
}

pub struct House {
    pub app: Router,
    /// Whose key requests carry unless they say otherwise.
    pub mine: Merchant,
    pub theirs: Merchant,
}

pub struct Reply {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub text: String,
    /// Null where the body isn't JSON.
    pub body: Value,
}

impl Reply {
    /// The body of a success.
    #[track_caller]
    pub fn ok(self) -> Value {
        assert_eq!(self.status, StatusCode::OK, "{}", self.text);
        self.body
    }

    #[track_caller]
    pub fn refused(self, status: u16) -> Value {
        assert_eq!(self.status.as_u16(), status, "{}", self.text);
        assert_eq!(self.headers[CONTENT_TYPE], "application/json");
        self.body
    }

    /// A 422 that names these inputs, in any order.
    #[track_caller]
    pub fn names(self, inputs: &[&str]) {
        let body = self.refused(422);
        let mut named: Vec<String> = body["detail"]
            .as_array()
            .unwrap()
            .iter()
            .map(|problem| {
                assert!(problem["msg"].as_str().is_some_and(|msg| !msg.is_empty()) && problem["type"].is_string(), "{body}");
                let steps = problem["loc"].as_array().unwrap().iter();
                steps.map(|step| step.as_str().map_or_else(|| step.to_string(), str::to_owned)).collect::<Vec<_>>().join(".")
            })
            .collect();
        let mut expected = inputs.to_vec();
        named.sort();
        expected.sort_unstable();
        assert_eq!(named, expected, "{body}");
    }

    #[track_caller]
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).unwrap_or_else(|| panic!("no {name}")).to_str().unwrap()
    }
}

#[derive(Clone)]
struct Counted;

impl MakeRequestId for Counted {
    fn make_request_id<B>(&mut self, _: &Request<B>) -> Option<RequestId> {
        Some(RequestId::new("req_1".parse().unwrap()))
    }
}

pub fn basic(key: &str) -> String {
    format!("Basic {}", STANDARD.encode(format!("{key}:")))
}

impl House {
    pub async fn on(store: Store, rate_limit: Option<u32>) -> Self {
        let keys = VaultKeys::parse(&SecretString::from("11".repeat(32))).unwrap();
        let engine = Engine::new(Parts {
            store,
            vault: Vault::open_with(keys).unwrap(),
            production: None,
            clock: Arc::new(SystemClock),
            draw: Arc::new(SystemDraw),
            fault: Fault::none(),
            public_url: "https://pay.example".to_owned(),
        });
        let (mine, theirs) = (merchant(&engine, "mine").await, merchant(&engine, "theirs").await);
        let config = Config { public_url: "https://pay.example".to_owned(), rate_limit };
        let app = api::router(engine, config).layer(SetRequestIdLayer::new("x-request-id".parse().unwrap(), Counted));
        Self { app, mine, theirs }
    }

    /// On a SQLite file of its own. The database goes with the first value.
    pub async fn small() -> (store_testing::Database, Self) {
        Self::limited(None).await
    }

    pub async fn limited(rate_limit: Option<u32>) -> (store_testing::Database, Self) {
        let database = store_testing::sqlite().unwrap();
        let house = Self::on(database.open().await.unwrap(), rate_limit).await;
        (database, house)
    }

    pub async fn raw(&self, request: Request<Body>) -> Reply {
        let response = self.app.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let bytes = body.collect().await.unwrap().to_bytes();
        let text = String::from_utf8(bytes.to_vec()).unwrap();
        let body = serde_json::from_str(&text).unwrap_or_default();
        Reply { status: parts.status, headers: parts.headers, text, body }
    }

    /// Any method, with headers.
    pub async fn send(&self, key: &str, method: Method, path: &str, headers: &[(&str, &str)], body: impl Into<Body>) -> Reply {
        let mut request =
            Request::builder().method(method).uri(path).header(AUTHORIZATION, basic(key)).header(CONTENT_TYPE, "application/json");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        self.raw(request.body(body.into()).unwrap()).await
    }

    pub async fn get(&self, path: &str) -> Reply {
        self.send(&self.mine.secret, Method::GET, path, &[], "").await
    }

    pub async fn post(&self, path: &str, body: Value) -> Reply {
        self.send(&self.mine.secret, Method::POST, path, &[], body.to_string()).await
    }

    pub async fn patch(&self, path: &str, body: Value) -> Reply {
        self.send(&self.mine.secret, Method::PATCH, path, &[], body.to_string()).await
    }

    pub async fn delete(&self, path: &str) -> Reply {
        self.send(&self.mine.secret, Method::DELETE, path, &[], "").await
    }

    pub async fn keyed(&self, key: &str, path: &str, body: Value) -> Reply {
        self.send(&self.mine.secret, Method::POST, path, &[("idempotency-key", key)], body.to_string()).await
    }

    /// How many there are of them.
    pub async fn count(&self, path: &str) -> i64 {
        self.get(path).await.ok()["range"]["count"].as_i64().unwrap()
    }
}

async fn merchant(engine: &Engine, name: &str) -> Merchant {
    let created = engine
        .create_account(NewAccount {
            name: name.to_owned(),
            email: format!("{name}@example.com"),
            password: SecretString::from("a long enough password"),
            user_name: "Somebody".to_owned(),
            time_zone: "Europe/Paris".to_owned(),
            currency: Currency::Eur,
            locale: "en".to_owned(),
        })
        .await
        .unwrap();
    Merchant {
        secret: created.sandbox_secret.expose_secret().to_owned(),
        public: created.sandbox_public,
        production: created.production_secret.expose_secret().to_owned(),
    }
}

/// A card that the simulated bank takes, unless another number is given.
pub fn card(number: &str) -> Value {
    json!({ "number": number, "exp_month": 12, "exp_year": 2040, "cvc": "123" })
}

pub const GOOD: &str = "4242424242424242";
/// Captured at once.
pub const CAPTURED: &str = "4000000000000077";
pub const REFUSED: &str = "4000000000000002";
