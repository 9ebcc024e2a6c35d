//! The same request under the same `Idempotency-Key` is carried out once.

use axum::body::Body;
use http::{Method, Request};
use serde_json::{Value, json};

use crate::house::{CAPTURED, GOOD, House, card};

#[tokio::test]
async fn the_same_request_gets_the_same_answer_on_both_engines() {
    for database in store_testing::databases().await.unwrap() {
        println!("on {}", database.name);
        let house = House::on(database.open().await.unwrap(), None).await;
        let body = json!({ "amount": 500, "card": card(GOOD) });
        let first = house.keyed("order-1", "/v2/payments/", body.clone()).await;
        assert!(!first.headers.contains_key("idempotent-replayed"));
        // without the slash it is the same address
        for path in ["/v2/payments/", "/v2/payments"] {
            let again = house.keyed("order-1", path, body.clone()).await;
            assert_eq!(again.header("idempotent-replayed"), "true");
            assert_eq!((again.status, &again.text), (first.status, &first.text));
        }
        assert_eq!(house.count("/v2/payments/").await, 1);
        // another key, another address, another account: other requests
        house.keyed("order-2", "/v2/payments/", body.clone()).await.ok();
        house.keyed("order-1", "/v2/checkout/", body.clone()).await.ok();
        house.send(&house.theirs.secret, Method::POST, "/v2/payments/", &[("idempotency-key", "order-1")], body.to_string()).await.ok();
        assert_eq!(house.count("/v2/payments/").await, 3);
    }
}

#[tokio::test]
async fn another_request_under_the_key_is_refused() {
    let (_database, house) = House::small().await;
    house.keyed("k", "/v2/payments/", json!({ "amount": 500, "card": card(GOOD) })).await.ok();
    for other in [json!({ "amount": 501, "card": card(GOOD) }), json!({ "amount": 500, "card": card(CAPTURED) }), json!({ "amount": 500 })]
    {
        let error = house.keyed("k", "/v2/payments/", other).await.refused(409);
        assert_eq!(error["error"]["type"], "idempotency_error");
        assert_eq!(error["error"]["code"], "idempotency_mismatch");
    }
    assert_eq!(house.count("/v2/payments/").await, 1);
}

#[tokio::test]
async fn what_the_business_refuses_is_kept_and_what_can_be_mended_is_not() {
    let (_database, house) = House::small().await;
    let payment = house.post("/v2/payments/", json!({ "amount": 500, "card": card(GOOD) })).await.ok();
    let part = json!({ "payment": payment["id"], "amount": 100 });
    house.keyed("part", "/v2/refunds/", part.clone()).await.refused(409);
    let again = house.keyed("part", "/v2/refunds/", part).await;
    assert_eq!(again.header("idempotent-replayed"), "true");
    assert_eq!(again.refused(409)["error"]["message"], "Payment cannot be partially refunded before it has been captured");
    // a 422 is mended under the same key
    house.keyed("mend", "/v2/payments/", json!({ "amount": -5 })).await.names(&["body.amount"]);
    house.keyed("mend", "/v2/payments/", json!({ "amount": 5 })).await.ok();
    // and an address that is none does not use it up
    house.keyed("road", "/v2/paiments/", json!({})).await.refused(404);
    assert!(!house.keyed("road", "/v2/paiments/", json!({})).await.headers.contains_key("idempotent-replayed"));
}

#[tokio::test]
async fn a_refund_is_made_once() {
    let (_database, house) = House::small().await;
    let payment = house.post("/v2/payments/", json!({ "amount": 500, "card": card(CAPTURED) })).await.ok();
    let path = format!("/v2/payments/{}/refund", payment["id"].as_str().unwrap());
    let first = house.keyed("r", &path, json!({ "amount": 200 })).await.ok();
    let again = house.keyed("r", &path, json!({ "amount": 200 })).await.ok();
    assert_eq!(first, again);
    assert_eq!(house.count("/v2/refunds/").await, 1);
}

#[tokio::test]
async fn many_at_once_make_one() {
    let (_database, house) = House::small().await;
    let house = &house;
    let body = json!({ "amount": 500, "card": card(GOOD) });
    let made = carried_out_of_eight(house, "/v2/payments/", &body).await;
    assert_eq!((made, house.count("/v2/payments/").await), (1, 1));
    assert_eq!(house.keyed("same", "/v2/payments/", body).await.header("idempotent-replayed"), "true");
}

/// How many of eight requests at once under one key were carried out, and not answered with another's; the others are told to come again.
async fn carried_out_of_eight(house: &House, path: &str, body: &Value) -> i64 {
    let mut made = 0;
    for reply in futures::future::join_all((0..8).map(|_| house.keyed("same", path, body.clone()))).await {
        match reply.status.as_u16() {
            200 => made += i64::from(!reply.headers.contains_key("idempotent-replayed")),
            409 => {
                reply.header("retry-after");
                assert_eq!(reply.body["error"]["code"], "idempotency_in_progress");
            }
            other => panic!("{other}: {}", reply.text),
        }
    }
    made
}

#[tokio::test]
async fn a_change_asked_for_many_times_at_once_is_made_once_on_both_engines() {
    for database in store_testing::databases().await.unwrap() {
        println!("on {}", database.name);
        let house = House::on(database.open().await.unwrap(), None).await;
        let house = &house;
        let payment = house.post("/v2/payments/", json!({ "amount": 500, "card": card(GOOD) })).await.ok();
        let path = &format!("/v2/payments/{}/capture", payment["id"].as_str().unwrap());
        let made = carried_out_of_eight(house, path, &json!({})).await;
        assert_eq!((made, house.count("/v2/events/?type=payment.capture_asked").await), (1, 1));
        assert_eq!(house.keyed("same", path, json!({})).await.header("idempotent-replayed"), "true");
    }
}

/// Whoever hangs up and asks again learns what came of it, whenever they hung up.
#[tokio::test]
async fn an_answer_nobody_waited_for_is_kept() {
    let (_database, house) = House::small().await;
    for at in 0..40 {
        let (key, order) = (format!("hung-up-{at}"), format!("o-{at}"));
        let body = json!({ "amount": 500, "card": card(GOOD), "order_id": order });
        let _ = tokio::time::timeout(std::time::Duration::from_micros(at * 150), house.keyed(&key, "/v2/payments/", body.clone())).await;
        let mut reply = house.keyed(&key, "/v2/payments/", body.clone()).await;
        for _ in 0..100 {
            if reply.status != 409 {
                break;
            }
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
            reply = house.keyed(&key, "/v2/payments/", body.clone()).await;
        }
        assert_eq!(reply.ok()["status"], "to_capture");
        assert_eq!(house.count(&format!("/v2/payments/?order_id={order}")).await, 1);
    }
}

#[tokio::test]
async fn keys_that_are_none() {
    let (_database, house) = House::small().await;
    for key in [String::new(), "k".repeat(256)] {
        house.keyed(&key, "/v2/customers/", json!({ "name": "Jane" })).await.names(&["header.Idempotency-Key"]);
    }
    let odd = Request::post("/v2/customers/")
        .header("authorization", crate::house::basic(&house.mine.secret))
        .header("idempotency-key", http::HeaderValue::from_bytes(b"\xff").unwrap())
        .body(Body::from("{}"))
        .unwrap();
    house.raw(odd).await.names(&["header.Idempotency-Key"]);
    house.keyed(&"k".repeat(255), "/v2/customers/", json!({ "name": "Jane" })).await.ok();
    assert_eq!(house.count("/v2/customers/").await, 1);
}
