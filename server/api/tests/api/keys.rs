//! Who may ask: keys, accounts, limits.

use axum::body::Body;
use http::header::AUTHORIZATION;
use http::{Method, Request};
use serde_json::json;

use crate::house::{GOOD, House, basic, card};

#[tokio::test]
async fn only_a_secret_key_opens() {
    let (_database, house) = House::small().await;
    let ask = async |authorization: Option<&str>| {
        let mut request = Request::builder().uri("/v2/ping");
        if let Some(value) = authorization {
            request = request.header(AUTHORIZATION, value);
        }
        house.raw(request.body(Body::empty()).unwrap()).await
    };
    let secret = &house.mine.secret;
    for right in [basic(secret), format!("Bearer {secret}"), format!("bearer {secret}")] {
        assert_eq!(ask(Some(&right)).await.ok()["mode"], "test");
    }
    assert_eq!(ask(Some(&basic(&house.mine.production))).await.ok()["mode"], "live");
    let unknown = format!("stest_{}", "0".repeat(24));
    for wrong in [None, Some("Basic"), Some("Basic !!"), Some("Digest x"), Some(basic("").as_str()), Some(basic(&unknown).as_str())] {
        let reply = ask(wrong).await;
        assert!(reply.header("www-authenticate").starts_with("Basic"));
        let error = reply.refused(401)["error"].clone();
        assert_eq!(error["type"], "invalid_request_error");
        assert_eq!(error["message"], "You are not authorized to access that resource");
    }
    let public = ask(Some(&basic(&house.mine.public))).await.refused(401);
    assert!(public["error"]["message"].as_str().unwrap().contains("secret key (stest_"), "{public}");
}

#[tokio::test]
async fn what_belongs_to_another_does_not_exist() {
    let (_database, house) = House::small().await;
    let customer = house.post("/v2/customers/", json!({ "email": "jane@example.com" })).await.ok()["id"].clone();
    let stored = house.post("/v2/cards/", card(GOOD)).await.ok()["id"].clone();
    let payment = house.post("/v2/payments/", json!({ "amount": 500, "card": stored })).await.ok();
    let intent = house.post("/v2/payment_intents/", json!({ "amount": 500 })).await.ok()["id"].clone();
    let event = house.get("/v2/events/").await.ok()["events"][0]["id"].clone();
    let text = |value: &serde_json::Value| value.as_str().unwrap().to_owned();
    let paths = [
        ("Customer", format!("/v2/customers/{}", text(&customer))),
        ("Card", format!("/v2/cards/{}", text(&stored))),
        ("Payment", format!("/v2/payments/{}", text(&payment["id"]))),
        ("Payment intent", format!("/v2/payment_intents/{}", text(&intent))),
        ("Event", format!("/v2/events/{}", text(&event))),
    ];
    // another account, and the same one's production
    for key in [&house.theirs.secret, &house.mine.production] {
        for (noun, path) in &paths {
            let id = path.rsplit('/').next().unwrap();
            let error = house.send(key, Method::GET, path, &[], "").await.refused(404);
            assert_eq!(error["error"]["message"], format!("{noun} `{id}` not found"));
        }
        for path in ["customers", "cards", "payments", "payment_intents", "refunds", "events"] {
            let list = house.send(key, Method::GET, &format!("/v2/{path}/"), &[], "").await.ok();
            assert_eq!(list["range"]["count"], 0, "{path}");
        }
    }
    // neither by name in something of theirs, nor to change or give back
    let theirs = &house.theirs.secret;
    let body = json!({ "amount": 500, "card": stored, "customer": customer }).to_string();
    house.send(theirs, Method::POST, "/v2/payment_intents/", &[], body).await.refused(404);
    house.send(theirs, Method::POST, "/v2/refunds/", &[], json!({ "payment": payment["id"] }).to_string()).await.refused(404);
    house.send(theirs, Method::PATCH, &paths[0].1, &[], json!({ "name": "Mine now" }).to_string()).await.refused(404);
    house.send(theirs, Method::DELETE, &paths[1].1, &[], "").await.refused(404);
    house.send(theirs, Method::POST, &format!("{}/capture", paths[2].1), &[], "").await.refused(404);
    assert_eq!(house.get(&paths[0].1).await.ok()["name"], json!(null));
    assert_eq!(house.get(&paths[1].1).await.ok()["deleted"], false);
    assert_eq!(house.get(&paths[2].1).await.ok()["status"], "to_capture");
}

#[tokio::test]
async fn a_key_has_so_many_requests_a_second() {
    let (_database, house) = House::limited(Some(2)).await;
    let first = house.get("/v2/ping").await;
    assert_eq!((first.header("ratelimit-limit"), first.header("ratelimit-remaining")), ("2", "1"));
    first.ok();
    let mut refused = None;
    // Time passes while we ask: one of a few more meets the limit.
    for _ in 0..20 {
        let reply = house.get("/v2/ping").await;
        if reply.status == 429 {
            refused = Some(reply);
            break;
        }
    }
    let refused = refused.expect("twenty requests within the limit of two");
    assert_eq!(refused.header("retry-after"), "1");
    assert_eq!(refused.refused(429)["error"]["type"], "rate_limit_error");
    house.send(&house.theirs.secret, Method::GET, "/v2/ping", &[], "").await.ok();
}

#[tokio::test]
async fn the_clock_is_the_sandbox_s_alone() {
    let (_database, house) = House::small().await;
    let before = house.get("/v2/sandbox/clock").await.ok()["now"].as_i64().unwrap();
    let advanced = house.post("/v2/sandbox/clock", json!({ "advance_seconds": 86_400 })).await.ok();
    assert!(advanced["now"].as_i64().unwrap() >= before + 86_400, "{advanced}");
    assert_eq!(advanced["remaining"], 0);
    let made = house.post("/v2/payment_intents/", json!({ "amount": 500 })).await.ok();
    assert!(made["created_at"].as_i64().unwrap() >= before + 86_400);
    house.send(&house.mine.production, Method::GET, "/v2/sandbox/clock", &[], "").await.refused(403);
    house.post("/v2/sandbox/clock", json!({ "to": before })).await.names(&["body.to"]);
    house.post("/v2/sandbox/clock", json!({})).await.names(&["body.to"]);
    house.post("/v2/sandbox/clock", json!({ "advance_seconds": 34_560_001 })).await.names(&["body.advance_seconds"]);
}
