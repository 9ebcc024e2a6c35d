//! What the two versions, and their clients, expect differently.

use http::Method;
use serde_json::json;

use crate::house::{GOOD, House, card};

#[tokio::test]
async fn unknown_ids_are_worded_as_each_version_words_them() {
    let (_database, house) = House::small().await;
    let given = "aB3kP9xQz7LmN2vR5tY8wE1sD4fG6";
    for (v1, v2, noun) in [
        ("checkout", "payments", "payment"),
        ("cards", "cards", "card"),
        ("customers", "customers", "customer"),
        ("refunds", "refunds", "refund"),
    ] {
        let error = house.get(&format!("/v1/{v1}/{given}")).await.refused(404);
        assert_eq!(error["error"]["message"], format!("No such {noun} {given}"));
        assert_eq!(error["error"]["type"], "invalid_request_error");
        let error = house.get(&format!("/v2/{v2}/{given}")).await.refused(404);
        let titled = format!("{}{}", noun[..1].to_uppercase(), &noun[1..]);
        assert_eq!(error["error"]["message"], format!("{titled} `{given}` not found"));
    }
}

#[tokio::test]
async fn the_same_card_twice_is_refused_by_v1_alone() {
    let (_database, house) = House::small().await;
    let first = house.post("/v1/cards/", card(GOOD)).await.ok();
    assert_eq!(first["live_mode"], false);
    let error = house.post("/v1/cards/", card(GOOD)).await.refused(409);
    assert_eq!(
        error["error"]["message"],
        json!({ "id": first["id"], "error": "Card already exists, you may want to update it instead creating a new one" })
    );
    let v2 = house.post("/v2/cards/", card(GOOD)).await.ok();
    assert!(v2.get("live_mode").is_none());
    let shown = v2.to_string();
    assert!(!shown.contains(GOOD) && !shown.contains("cvc") && !shown.contains("fingerprint"), "{shown}");
}

#[tokio::test]
async fn the_same_customer_twice() {
    let (_database, house) = House::small().await;
    let jane = json!({ "name": "Jane Doe", "email": "jane@example.com", "external_id": "c-1" });
    let other = json!({ "name": "John Doe", "email": "john@example.com", "external_id": "c-1" });
    let first = house.post("/v2/customers/", jane.clone()).await.ok();
    assert_eq!(house.post("/v2/customers/", jane.clone()).await.ok()["id"], first["id"]);
    let error = house.post("/v2/customers/", other.clone()).await.refused(409);
    assert_eq!(error["error"]["message"]["id"], first["id"]);
    house.post("/v1/customers/", jane).await.refused(409);
    assert_ne!(house.post("/v1/customers/", other).await.ok()["id"], first["id"]);
}

#[tokio::test]
async fn a_unique_id_is_unique() {
    let (_database, house) = House::small().await;
    let body = json!({ "amount": 500, "unique_id": "u-1" });
    for path in ["/v2/payments/", "/v2/payment_intents/"] {
        let first = house.post(path, body.clone()).await.ok();
        let error = house.post(path, body.clone()).await.refused(409);
        assert_eq!(error["error"]["message"]["id"], first["id"]);
        assert_eq!(error["error"]["message"]["error"], "Payment already exists, duplicate unique_id");
        assert_eq!(error["error"]["code"], "duplicate_unique_id");
    }
    house.post("/v1/checkout/", body).await.refused(409);
}

#[tokio::test]
async fn times_are_seconds_and_days_are_days() {
    let (_database, house) = House::small().await;
    let created = |value: &serde_json::Value| (1_700_000_000..4_000_000_000).contains(&value.as_i64().unwrap_or_default());
    for path in ["/v1/customers/", "/v2/customers/"] {
        let customer = house.post(path, json!({ "name": path, "date_birth": "1990-02-28" })).await.ok();
        assert!(created(&customer["created"]), "{customer}");
        assert_eq!(customer["date_birth"], "1990-02-28");
    }
    let payment = house.post("/v2/payments/", json!({ "amount": 500, "card": card(GOOD) })).await.ok();
    assert!(created(&payment["created"]) && created(&payment["lifecycle"]["capture_date"]), "{payment}");
    let until = json!({ "amount": 500, "expires_at": "2099-01-01T00:00:00Z" });
    let intent = house.post("/v2/payment_intents/", until).await.ok();
    assert!(created(&intent["created_at"]));
}

#[tokio::test]
async fn phps_closed_enumerations_get_words_they_know() {
    let (_database, house) = House::small().await;
    // the bank's answer is lost: nobody knows yet
    let body = json!({ "amount": 500, "card": card("4000000000008401"), "auth": false });
    let payment = house.post("/v1/checkout/", body).await.ok();
    assert_eq!(payment["lifecycle"]["detailed_status"], "UNDER_VERIFICATION");
    let path = format!("/v2/payment_intents/{}", payment["payment_intent"].as_str().unwrap());
    assert_eq!(house.get(&path).await.ok()["status"], "processing");
    let php = [("user-agent", "libstancer-php/2.1.2 (curl)")];
    let shown = house.send(&house.mine.secret, Method::GET, &path, &php, "").await.ok();
    assert_eq!(shown["status"], "require_authentication");
}

#[tokio::test]
async fn bodies_of_get_are_ignored_and_capture_takes_any() {
    let (_database, house) = House::small().await;
    let payment = house.post("/v2/payments/", json!({ "amount": 500, "card": card(GOOD), "capture": false })).await.ok();
    assert_eq!(payment["status"], "authorized");
    let path = format!("/v2/payments/{}", payment["id"].as_str().unwrap());
    house.send(&house.mine.secret, Method::GET, &path, &[], "{\"amount\":").await.ok();
    let capture = format!("{path}/capture");
    for body in ["{\"amount\": -1}", "{\"amount\": \"all\"}"] {
        house.send(&house.mine.secret, Method::POST, &capture, &[], body).await.names(&["body.amount"]);
    }
    let captured = house.send(&house.mine.secret, Method::POST, &capture, &[("x", "y")], "\"paym_1\"").await.ok();
    assert_eq!(captured["status"], "to_capture");
}
