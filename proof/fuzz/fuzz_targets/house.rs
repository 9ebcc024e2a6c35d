//! Whole requests through every door: addresses, keys, cookies, tokens, forms, the search language. Lines of the input: method and
//! address, then headers, then an empty line and the body.
#![no_main]

use std::net::SocketAddr;
use std::sync::{Arc, OnceLock};

use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::http::{HeaderName, HeaderValue, Method, Request};
use engine::{Engine, Fault, NewAccount, Parts, SystemClock, SystemDraw, Visitor};
use http_body_util::BodyExt;
use libfuzzer_sys::fuzz_target;
use model::money::Currency;
use secrecy::{ExposeSecret, SecretString};
use store::{DatabaseUrl, Options, Store};
use tokio::runtime::Runtime;
use tower::ServiceExt;
use vault::{Vault, VaultKeys};

struct House {
    runtime: Runtime,
    api: Router,
    pages: Router,
    key: String,
    session: String,
}

fn house() -> &'static House {
    static HOUSE: OnceLock<House> = OnceLock::new();
    HOUSE.get_or_init(|| {
        let runtime = Runtime::new().unwrap();
        let _ = any_spawner::Executor::init_tokio();
        let folder = tempfile::tempdir().unwrap().keep();
        let (api, pages, key, session) = runtime.block_on(async {
            let url = DatabaseUrl::Sqlite(folder.join("guichet.db"));
            let store = Store::open(Options { url, pool: 4 }).await.unwrap();
            store.migrate().await.unwrap();
            let engine = Engine::new(Parts {
                store,
                vault: Vault::open_with(VaultKeys::parse(&SecretString::from("11".repeat(32))).unwrap()).unwrap(),
                production: None,
                clock: Arc::new(SystemClock),
                draw: Arc::new(SystemDraw),
                fault: Fault::none(),
                public_url: "https://pay.example".to_owned(),
            });
            let (key, session) = account(&engine).await;
            let api = api::router(engine.clone(), api::Config { public_url: "https://pay.example".to_owned(), rate_limit: None });
            let desk = dashboard::router(engine.clone(), dashboard::Config { secure: false });
            (api, desk.merge(checkout::router(engine)), key, session)
        });
        House { runtime, api, pages, key, session }
    })
}

async fn account(engine: &Engine) -> (String, String) {
    let password = SecretString::from("correct horse battery");
    let new = NewAccount {
        name: "A shop".to_owned(),
        email: "owner@shop.example".to_owned(),
        password: password.clone(),
        user_name: "Owner".to_owned(),
        time_zone: "Europe/Paris".to_owned(),
        currency: Currency::Eur,
        locale: "en".to_owned(),
    };
    let made = engine.create_account(new).await.unwrap();
    let signed = engine.sign_in("owner@shop.example", password, Visitor::default()).await.unwrap();
    (made.sandbox_secret.expose_secret().to_owned(), signed.token.expose_secret().to_owned())
}

/// None for what no HTTP server takes. `KEY` and `SESSION` in a header stand for good ones.
fn request(house: &House, bytes: &[u8]) -> Option<Request<Body>> {
    let end = bytes.windows(2).position(|two| two == b"\n\n").unwrap_or(bytes.len());
    let (head, body) = (&bytes[..end], bytes.get(end + 2..).unwrap_or_default());
    let mut lines = head.split(|byte| *byte == b'\n');
    let first = std::str::from_utf8(lines.next()?).ok()?;
    let (method, address) = first.split_once(' ')?;
    let mut request = Request::builder().method(Method::from_bytes(method.as_bytes()).ok()?).uri(address);
    for line in lines {
        let at = line.iter().position(|byte| *byte == b':')?;
        let value = String::from_utf8_lossy(line[at + 1..].trim_ascii()).replace("KEY", &house.key).replace("SESSION", &house.session);
        request = request.header(HeaderName::from_bytes(&line[..at]).ok()?, HeaderValue::from_str(&value).ok()?);
    }
    let mut request = request.body(Body::from(body.to_vec())).ok()?;
    request.extensions_mut().insert(ConnectInfo(SocketAddr::from(([127, 0, 0, 1], 9))));
    Some(request)
}

fuzz_target!(|bytes: &[u8]| {
    let house = house();
    let Some(request) = request(house, bytes) else { return };
    let program = request.uri().path().starts_with("/v1") || request.uri().path().starts_with("/v2");
    let router = if program { &house.api } else { &house.pages };
    let status = house.runtime.block_on(async {
        let answer = router.clone().oneshot(request).await.unwrap();
        let status = answer.status();
        if !answer.headers().get("content-type").is_some_and(|kind| kind == "text/event-stream") {
            answer.into_body().collect().await.unwrap();
        }
        status
    });
    assert!(!status.is_server_error(), "{status}");
});
