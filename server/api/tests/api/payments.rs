//! Money by API: paid, captured, refused, given back.

use serde_json::json;

use crate::house::{CAPTURED, GOOD, House, REFUSED, card};

#[tokio::test]
async fn paid_captured_and_given_back_on_both_engines() {
    for database in store_testing::databases().await.unwrap() {
        println!("on {}", database.name);
        let house = House::on(database.open().await.unwrap(), None).await;
        let customer = house.post("/v2/customers/", json!({ "email": "jane@example.com" })).await.ok();
        let stored = house.post("/v2/cards/", card(GOOD)).await.ok();
        let payment = house.post("/v2/payments/", json!({ "amount": 12_990, "card": stored["id"], "customer": customer["id"] })).await.ok();
        assert_eq!((&payment["status"], &payment["method"], &payment["response"]), (&json!("to_capture"), &json!("card"), &json!("00")));
        assert_eq!((&payment["card"]["last4"], &payment["customer"]["email"]), (&json!("4242"), &json!("jane@example.com")));
        assert_eq!((&payment["lifecycle"]["status"], &payment["lifecycle"]["detailed_status"]), (&json!("PAID"), &json!("AUTHORISED")));
        let path = format!("/v2/payments/{}", payment["id"].as_str().unwrap());
        let early = house.post(&format!("{path}/refund"), json!({ "amount": 100 })).await.refused(409);
        assert_eq!(early["error"]["message"], "Payment cannot be partially refunded before it has been captured");
        house.post("/v2/sandbox/clock", json!({ "advance_seconds": 3 * 86_400 })).await.ok();
        assert_eq!(house.get(&path).await.ok()["status"], "captured");
        let refund = house.post(&format!("{path}/refund"), json!({ "amount": 5_000, "reason": "too late" })).await.ok();
        assert_eq!((&refund["status"], &refund["amount"], &refund["payment"]), (&json!("to_refund"), &json!(5_000), &payment["id"]));
        let error = house.post(&format!("{path}/refund"), json!({ "amount": 7_991 })).await.refused(409);
        assert_eq!(error["error"]["code"], "refund_too_high");
        let rest = house.post("/v2/refunds/", json!({ "payment": payment["id"] })).await.ok();
        assert_eq!(rest["amount"], 7_990);
        let refunds = house.get(&format!("{path}/refunds")).await.ok();
        assert_eq!(refunds.as_array().unwrap().len(), 2, "a bare list: {refunds}");
        assert_eq!(house.get(&format!("{path}/disputes")).await.ok(), json!([]));
    }
}

#[tokio::test]
async fn an_intent_has_a_page_and_knows_its_payments() {
    let (_database, house) = House::small().await;
    let intent =
        house.post("/v2/payment_intents/", json!({ "amount": 500, "metadata": { "basket": [1, "two"] }, "order_id": "o-1" })).await.ok();
    let id = intent["id"].as_str().unwrap();
    assert_eq!(intent["url"], format!("https://pay.example/test_{id}"));
    assert_eq!((&intent["status"], &intent["threeds"]), (&json!("require_payment_method"), &json!("required")));
    assert_eq!(intent["metadata"], json!({ "basket": [1, "two"] }));
    assert_eq!(intent["order"], json!({ "status": null, "cycle": "OPEN", "amount_due": 500, "amount_paid": 0 }));
    let path = format!("/v2/payment_intents/{id}");
    let changed = house.patch(&path, json!({ "amount": 600, "order_id": null, "description": "Two books" })).await.ok();
    assert_eq!((&changed["amount"], &changed["order_id"], &changed["description"]), (&json!(600), &json!(null), &json!("Two books")));
    for (plural, list) in [("payments", "payments"), ("refunds", "refunds"), ("disputes", "disputes")] {
        assert_eq!(house.get(&format!("{path}/{list}")).await.ok()[plural], json!([]));
    }
    assert_eq!(house.delete(&path).await.ok()["status"], "canceled");
    house.patch(&path, json!({ "amount": 700 })).await.refused(409);
}

/// Whoever comes first: nobody who could be given something is told otherwise.
#[tokio::test]
async fn refunds_at_once_are_all_made_or_too_many_on_both_engines() {
    for database in store_testing::databases().await.unwrap() {
        println!("on {}", database.name);
        let house = House::on(database.open().await.unwrap(), None).await;
        let house = &house;
        let payment = house.post("/v2/payments/", json!({ "amount": 1_000, "card": card(CAPTURED) })).await.ok();
        let path = format!("/v2/payments/{}/refund", payment["id"].as_str().unwrap());
        let replies = futures::future::join_all((0..16).map(|_| house.post(&path, json!({ "amount": 100 })))).await;
        let made = replies.iter().filter(|reply| reply.status == 200).count();
        for reply in replies.iter().filter(|reply| reply.status != 200) {
            assert_eq!((reply.status.as_u16(), &reply.body["error"]["code"]), (409, &json!("refund_too_high")), "{}", reply.text);
        }
        assert_eq!((made, house.count("/v2/refunds/").await), (10, 10));
    }
}

#[tokio::test]
async fn what_is_not_captured_is_not_paid() {
    let (_database, house) = House::small().await;
    let payment = house.post("/v2/payments/", json!({ "amount": 1_000, "card": card(GOOD), "capture": false })).await.ok();
    let path = format!("/v2/payments/{}/capture", payment["id"].as_str().unwrap());
    house.post(&path, json!({ "amount": 400 })).await.ok();
    let order = format!("/v2/payment_intents/{}", payment["payment_intent"].as_str().unwrap());
    for days in [0, 2] {
        house.post("/v2/sandbox/clock", json!({ "advance_seconds": days * 86_400 })).await.ok();
        let order = &house.get(&order).await.ok()["order"];
        assert_eq!((&order["status"], &order["amount_due"], &order["amount_paid"]), (&json!("PAID"), &json!(400), &json!(400)));
    }
}

#[tokio::test]
async fn a_refused_card_is_an_answer_not_an_error() {
    let (_database, house) = House::small().await;
    let payment = house.post("/v2/payments/", json!({ "amount": 500, "card": card(REFUSED) })).await.ok();
    assert_eq!(payment["status"], "refused");
    assert_ne!(payment["response"], "00");
    house.post(&format!("/v2/payments/{}/capture", payment["id"].as_str().unwrap()), json!({})).await.refused(409);
}

#[tokio::test]
async fn authentication_happens_at_the_bank() {
    let (_database, house) = House::small().await;
    let auth = json!({ "status": "request", "return_url": "https://shop.example/back" });
    let device = json!({ "ip": "203.0.113.7", "port": "443", "user_agent": "Mozilla/5.0" });
    let body = json!({ "amount": 500, "card": card("4000000000003220"), "auth": auth, "device": device });
    let payment = house.post("/v1/checkout/", body).await.ok();
    assert_eq!((&payment["status"], &payment["auth"]["status"]), (&json!(null), &json!("available")));
    assert_eq!(payment["auth"]["return_url"], "https://shop.example/back");
    assert!(payment["auth"]["redirect_url"].as_str().unwrap().starts_with("https://pay.example/bank/"), "{payment}");
    assert_eq!((&payment["device"]["ip"], &payment["device"]["port"]), (&json!("203.0.113.7"), &json!(443)));
    let page = house.post("/v2/payments/", json!({ "amount": 500, "auth": true })).await.ok();
    assert_eq!((&page["status"], &page["auth"]["status"]), (&json!(null), &json!("requested")));
}

#[tokio::test]
async fn v1_authorises_and_captures_by_status() {
    let (_database, house) = House::small().await;
    let payment = house.post("/v1/checkout/", json!({ "amount": 500 })).await.ok();
    let path = format!("/v1/checkout/{}", payment["id"].as_str().unwrap());
    let with_card = house.patch(&path, json!({ "card": card(GOOD) })).await.ok();
    assert_eq!((&with_card["method"], &with_card["status"]), (&json!("card"), &json!(null)));
    assert_eq!(house.patch(&path, json!({ "status": "authorize" })).await.ok()["status"], "authorized");
    assert_eq!(house.patch(&path, json!({ "status": "capture" })).await.ok()["status"], "to_capture");
    let refund = house.post("/v1/refunds/", json!({ "payment": payment["id"] })).await.ok();
    assert_eq!(refund["status"], "payment_canceled");
    let read = house.get(&path).await.ok();
    assert_eq!((&read["status"], &read["refunds"][0]["id"]), (&json!("canceled"), &refund["id"]));
}

#[tokio::test]
async fn every_change_is_an_event_that_shows_the_object() {
    let (_database, house) = House::small().await;
    let payment = house.post("/v2/payments/", json!({ "amount": 500, "card": card(CAPTURED) })).await.ok();
    let id = payment["id"].as_str().unwrap();
    let events = house.get(&format!("/v2/events/?object={id}&limit=100")).await.ok();
    let last = &events["events"][0];
    assert_eq!((&last["object"], &last["data"]["status"], &last["request_id"]), (&json!(id), &json!("captured"), &json!("req_1")));
    assert!(last["actor"].as_str().unwrap().starts_with("key_"), "{last}");
    let one = house.get(&format!("/v2/events/{}", last["id"].as_str().unwrap())).await.ok();
    assert_eq!(&one, last);
    let shown = house.get("/v2/events/?limit=100").await.text;
    for secret in [CAPTURED, "sealed", "fingerprint", "cvc"] {
        assert!(!shown.contains(secret), "{secret}");
    }
    let kind = last["type"].as_str().unwrap();
    assert!(house.count(&format!("/v2/events/?type={kind}")).await >= 1);
}

#[tokio::test]
async fn what_is_deleted_is_gone() {
    let (_database, house) = House::small().await;
    for version in ["v1", "v2"] {
        let stored = (card(GOOD), json!({ "exp_year": 2041, "zip_code": "75001" }));
        let person = (json!({ "name": "Jane" }), json!({ "name": "John" }));
        for (plural, (body, change)) in [("customers", person), ("cards", stored)] {
            let path = format!("/{version}/{plural}/");
            let made = house.post(&path, body).await.ok();
            let one = format!("{path}{}", made["id"].as_str().unwrap());
            let changed = house.patch(&one, change.clone()).await.ok();
            for (field, value) in change.as_object().unwrap() {
                assert_eq!(&changed[field], value);
            }
            let deleted = house.delete(&one).await;
            if version == "v1" {
                // its clients take an id out of any body
                assert_eq!((deleted.status.as_u16(), deleted.text.as_str()), (204, ""));
            } else {
                assert_eq!(deleted.ok()["deleted"], true);
            }
            house.get(&one).await.refused(404);
            house.delete(&one).await.refused(404);
            assert_eq!(house.count(&path).await, 0);
        }
    }
}

#[tokio::test]
async fn payments_are_filtered_by_when_they_were_captured() {
    let (_database, house) = House::small().await;
    let first = house.post("/v2/payments/", json!({ "amount": 500, "card": card(CAPTURED) })).await.ok();
    house.post("/v2/sandbox/clock", json!({ "advance_seconds": 86_400 })).await.ok();
    let second = house.post("/v2/payments/", json!({ "amount": 600, "card": card(CAPTURED) })).await.ok();
    house.post("/v2/payments/", json!({ "amount": 700 })).await.ok();
    let since = first["date_paym"].as_i64().unwrap() + 1;
    let listed = house.get(&format!("/v2/payments/?paid={since}")).await.ok();
    assert_eq!(listed["payments"].as_array().unwrap().iter().map(|payment| &payment["id"]).collect::<Vec<_>>(), [&second["id"]]);
    house.get("/v2/payments/?paid=yesterday").await.refused(422);
}

#[tokio::test]
async fn an_older_clients_phone_in_the_place_of_an_order_is_taken() {
    let (_database, house) = House::small().await;
    let payment = house.post("/v2/payments/", json!({ "amount": 500, "order_id": { "imei": "1", "model": "x" } })).await.ok();
    assert_eq!(payment["order_id"], json!(null));
}
