//! Whatever is sent: an answer that names what is wrong, nothing changed, never a 5xx.

use axum::body::Body;
use http::header::{AUTHORIZATION, CONTENT_TYPE};
use http::{Method, Request};
use serde_json::{Value, json};

use crate::house::{GOOD, House, basic, card};

#[tokio::test]
async fn every_problem_of_a_body_is_named_at_once() {
    let (_database, house) = House::small().await;
    let wrong = json!({
        "amount": "12", "currency": "jpy", "description": "x", "customer": "cust_1", "card": 4, "order_id": "", "unique_id": "a".repeat(37),
        "methods_allowed": ["card", "cash"], "return_url": "http://example.com", "threeds": "maybe", "date_settlement": "2026-02-30",
        "capture": "no", "operation": "gift", "expires_at": "soon", "sepa": "sepa_1", "surprise": 1,
    });
    house.post("/v2/payment_intents/", wrong).await.names(&[
        "body.amount",
        "body.currency",
        "body.description",
        "body.customer",
        "body.card",
        "body.order_id",
        "body.unique_id",
        "body.methods_allowed.1",
        "body.return_url",
        "body.threeds",
        "body.date_settlement",
        "body.capture",
        "body.operation",
        "body.expires_at",
        "body.sepa",
        "body.surprise",
    ]);
    assert_eq!(house.count("/v2/payment_intents/").await, 0);
}

#[tokio::test]
async fn amounts_are_whole_and_within_limits() {
    let (_database, house) = House::small().await;
    for path in ["/v2/payments/", "/v1/checkout/", "/v2/payment_intents/"] {
        if path != "/v2/payment_intents/" {
            house.post(path, json!({})).await.names(&["body.amount"]);
        }
        for amount in [
            json!(null),
            json!(-1),
            json!(4_294_967_296_i64),
            json!(1.5),
            json!("100"),
            json!(true),
            json!([]),
            json!({}),
            json!(i64::MIN),
            json!(u64::MAX),
        ] {
            house.post(path, json!({ "amount": amount })).await.names(&["body.amount"]);
        }
        // Numbers that only JSON text can hold.
        for amount in ["99999999999999999999999999", "1e3", "-0.0", "1e308"] {
            let reply = house.send(&house.mine.secret, Method::POST, path, &[], format!("{{\"amount\": {amount}}}")).await;
            reply.names(&["body.amount"]);
        }
        house.send(&house.mine.secret, Method::POST, path, &[], "{\"amount\": 1e999}").await.names(&["body"]);
    }
    // nothing can be taken of nothing
    house.post("/v2/payment_intents/", json!({ "amount": 0, "operation": "debit" })).await.names(&["body.amount"]);
    assert_eq!(house.count("/v2/payment_intents/").await, 0);
    assert_eq!(house.count("/v2/payments/").await, 0);
}

#[tokio::test]
async fn bodies_that_are_no_json_object() {
    let (_database, house) = House::small().await;
    let send = async |body: Vec<u8>| house.send(&house.mine.secret, Method::POST, "/v2/customers/", &[], body).await;
    for body in [
        &b"{"[..],
        b"{\"name\": }",
        b"\xff\xfe",
        b"{\"name\": \"\xc3\x28\"}",
        b"[1, 2]",
        b"null",
        b"\"pi_1\"",
        b"3",
        b"{} {}",
        b"{\"name\": \"\\ud800\"}",
    ] {
        send(body.to_vec()).await.names(&["body"]);
    }
    // deeper than anybody needs
    let deep = format!("{{\"name\": {}{}}}", "[".repeat(100_000), "]".repeat(100_000));
    send(deep.into_bytes()).await.names(&["body"]);
    send(b"{\"name\": \"a\\u0000b\"}".to_vec()).await.names(&["body.name"]);
    house.post("/v2/customers/", json!({ "name": "\u{202e}evil" })).await.names(&["body.name"]);
    house.post("/v2/payment_intents/", json!({ "amount": 500, "metadata": { "a": ["x\0"] } })).await.names(&["body.metadata"]);
    assert_eq!(house.count("/v2/customers/").await, 0);
}

#[tokio::test]
async fn bodies_too_large_or_of_another_kind() {
    let (_database, house) = House::small().await;
    let large = format!("{{\"name\": \"{}\"}}", "a".repeat(10_000_000));
    let error = house.send(&house.mine.secret, Method::POST, "/v2/customers/", &[], large).await.refused(413);
    assert_eq!(error["error"]["code"], "body_too_large");
    let below = format!("{{\"name\": \"{}\"}}", "a".repeat(900_000));
    house.send(&house.mine.secret, Method::POST, "/v2/customers/", &[], below).await.names(&["body.name"]);
    let form = Request::post("/v2/customers/")
        .header(AUTHORIZATION, basic(&house.mine.secret))
        .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
        .body(Body::from("name=Jane"))
        .unwrap();
    assert_eq!(house.raw(form).await.refused(415)["error"]["code"], "unsupported_media_type");
    let untyped =
        Request::post("/v2/customers/").header(AUTHORIZATION, basic(&house.mine.secret)).body(Body::from("{\"name\": \"Jane\"}")).unwrap();
    assert_eq!(house.raw(untyped).await.ok()["name"], "Jane");
}

/// Official clients post a text here, or nothing; but a part that was asked for never becomes the whole.
#[tokio::test]
async fn captures_take_any_json_and_nothing_that_is_none() {
    let (_database, house) = House::small().await;
    let payment = house.post("/v2/payments/", json!({ "amount": 500, "card": card(GOOD), "capture": false })).await.ok();
    let id = payment["id"].as_str().unwrap();
    let capture =
        async |body: &'static str| house.send(&house.mine.secret, Method::POST, &format!("/v2/payments/{id}/capture"), &[], body).await;
    for broken in [
        "amount=200",
        "200,",
        "\u{fffd}",
        " ",
        "{\"amount\": 200",
        "{\"amount\": 200,}",
        "\n {amount: 200}",
        "{",
        "{\"amount\": 200}}",
        "{\"amount\": 1e999}",
    ] {
        capture(broken).await.names(&["body"]);
    }
    for none in ["{\"amount\": 0}", "{\"amount\": \"200\"}", "{\"amount\": 2e2}", "{\"amount\": -1}"] {
        capture(none).await.names(&["body.amount"]);
    }
    assert_eq!(house.get(&format!("/v2/payments/{id}")).await.ok()["status"], "authorized");
    assert_eq!(capture("\"pi_AAAAAAAAAAAAAAAAAAAAAAAA\"").await.ok()["status"], "to_capture");
}

#[tokio::test]
async fn addresses_and_methods_that_are_none() {
    let (_database, house) = House::small().await;
    for path in ["/v2/nothing", "/v1/payment_intents/", "/v2/", "/v1/events/", "/v2/customers/a/b/c", "/v2/customers/%ff"] {
        let reply = house.get(path).await;
        assert_eq!(reply.header("request-id"), "req_1");
        assert_eq!(reply.refused(404)["error"]["type"], "invalid_request_error", "{path}");
    }
    let reply = house.delete("/v2/payments/paym_AAAAAAAAAAAAAAAAAAAAAAAA").await;
    assert!(reply.header("allow").contains("PATCH"), "{:?}", reply.headers);
    assert_eq!(reply.refused(405)["error"]["code"], "method_not_allowed");
    house.send(&house.mine.secret, Method::PUT, "/v1/customers/", &[], "{}").await.refused(405);
}

#[tokio::test]
async fn ids_that_are_none_are_not_found() {
    let (_database, house) = House::small().await;
    for id in
        ["paym_AAAAAAAAAAAAAAAAAAAAAAAA", "x", "paym_", "aB3kP9xQz7LmN2vR5tY8wE1sD4fG6", "..%2f..", "%00", "%E2%80%AE", "'%20OR%201=1--"]
    {
        for (path, method) in
            [("payments", Method::GET), ("payments", Method::PATCH), ("payment_intents", Method::DELETE), ("refunds", Method::GET)]
        {
            let error = house.send(&house.mine.secret, method, &format!("/v2/{path}/{id}"), &[], "{}").await.refused(404);
            assert!(error["error"]["message"].as_str().unwrap().ends_with("not found"), "{error}");
        }
    }
    let error = house.post("/v2/refunds/", json!({ "payment": "nothing" })).await.refused(404);
    assert_eq!(error["error"]["message"], "Payment `nothing` not found");
}

#[tokio::test]
async fn cards_and_customers_name_their_fields() {
    let (_database, house) = House::small().await;
    let with = |field: &str, value: Value| {
        let mut body = card(GOOD);
        body[field] = value;
        body
    };
    for (field, value) in [
        ("number", json!("4242424242424241")),
        ("number", json!(GOOD.parse::<i64>().unwrap())),
        ("number", json!("")),
        ("number", json!("4".repeat(400))),
        ("exp_month", json!(13)),
        ("exp_month", json!(0)),
        ("exp_month", json!("12")),
        ("exp_year", json!(2020)),
        ("exp_year", json!(24)),
        ("exp_year", json!(99_999)),
        ("cvc", json!(123)),
        ("cvc", json!("12")),
        ("cvc", json!("12a")),
        ("name", json!("ab")),
        ("name", json!(GOOD)),
        ("zip_code", json!("1")),
        ("tokenize", json!(1)),
        ("customer", json!("paym_AAAAAAAAAAAAAAAAAAAAAAAA")),
        ("preferred_network", json!("amex")),
    ] {
        house.post("/v2/cards/", with(field, value.clone())).await.names(&[&format!("body.{field}")]);
        let payment = json!({ "amount": 500, "card": with(field, value.clone()) });
        house.post("/v1/checkout/", payment).await.names(&[&format!("body.card.{field}")]);
    }
    house.post("/v2/cards/", json!({})).await.names(&["body.number", "body.exp_month", "body.exp_year"]);
    for (field, value) in [
        ("email", json!("jane")),
        ("mobile", json!("six")),
        ("country", json!("ZZ")),
        ("date_birth", json!("1990-13-01")),
        ("date_birth", json!(1990)),
        ("legal_id", json!("1".repeat(17))),
        ("external_id", json!("")),
        ("name", json!(["Jane"])),
        ("name", json!(format!("Jane {GOOD}"))),
        ("billing_address", json!("addr_1")),
    ] {
        house.post("/v2/customers/", json!({ field: value.clone() })).await.names(&[&format!("body.{field}")]);
        let payment = json!({ "amount": 500, "customer": { field: value } });
        house.post("/v2/payments/", payment).await.names(&[&format!("body.customer.{field}")]);
    }
    for (field, value, named) in [
        ("auth", json!("yes"), "body.auth"),
        ("auth", json!({ "return_url": "x" }), "body.auth.return_url"),
        ("auth", json!(false), "body.auth"),
        ("device", json!({ "ip": "256.1.1.1" }), "body.device.ip"),
        ("device", json!({ "port": 0 }), "body.device.port"),
        ("device", json!({ "os": "x" }), "body.device.os"),
        ("status", json!("paid"), "body.status"),
        ("wallet", json!({}), "body.wallet"),
        ("methods_allowed", json!([]), "body.methods_allowed"),
        ("methods_allowed", json!(["card", "card"]), "body.methods_allowed.1"),
        ("methods_allowed", json!(["sepa"]), "body.methods_allowed"),
    ] {
        house.post("/v2/payments/", json!({ "amount": 500, field: value })).await.names(&[named]);
    }
    assert_eq!(house.count("/v2/customers/").await + house.count("/v2/cards/").await + house.count("/v2/payments/").await, 0);
}

#[tokio::test]
async fn parameters_are_named_too() {
    let (_database, house) = House::small().await;
    for (query, named) in [
        ("limit=0", "query.limit"),
        ("limit=101", "query.limit"),
        ("limit=ten", "query.limit"),
        ("limit=", "query.limit"),
        ("start=-1", "query.start"),
        ("start=10001", "query.start"),
        ("start=99999999999999999999", "query.start"),
        ("created=yesterday", "query.created"),
        ("order=up", "query.order"),
        ("field=amount", "query.field"),
        ("order_id=", "query.order_id"),
        ("order_id=a%00b", "query.order_id"),
        ("cursor=zz", "query.cursor"),
    ] {
        house.get(&format!("/v2/payments/?{query}")).await.names(&[named]);
    }
    house.get("/v2/payments/?order_id=%ff%fe&unknown=1").await.ok();
}

/// Everything that can be a value, at every place of every body: never a 5xx.
#[tokio::test]
async fn no_value_anywhere_breaks_it() {
    let (_database, house) = House::small().await;
    let values = [
        json!(null),
        json!(true),
        json!(-1),
        json!(1e300),
        json!(u64::MAX),
        json!(""),
        json!("\u{0}"),
        json!("é".repeat(70_000)),
        json!([]),
        json!([[]]),
        json!({ "a": {} }),
    ];
    let fields = [
        "amount",
        "auth",
        "capture",
        "card",
        "currency",
        "customer",
        "cvc",
        "date_birth",
        "date_settlement",
        "description",
        "device",
        "email",
        "exp_month",
        "exp_year",
        "expires_at",
        "external_id",
        "metadata",
        "methods_allowed",
        "mobile",
        "name",
        "number",
        "operation",
        "order_id",
        "payment",
        "reason",
        "return_url",
        "status",
        "threeds",
        "to",
        "unique_id",
        "zip_code",
    ];
    for path in
        ["/v2/customers/", "/v2/cards/", "/v2/payments/", "/v2/payment_intents/", "/v2/refunds/", "/v1/checkout/", "/v2/sandbox/clock"]
    {
        for field in fields {
            for value in &values {
                let reply = house.post(path, json!({ field: value })).await;
                assert!(reply.status.is_success() || [404, 422].contains(&reply.status.as_u16()), "{path} {field} {value}: {}", reply.text);
            }
        }
    }
}

#[tokio::test]
async fn production_without_an_acquirer_takes_no_payment() {
    let (_database, house) = House::small().await;
    for (path, body) in
        [("/v2/payments/", json!({ "amount": 500, "card": card(GOOD) })), ("/v2/payment_intents/", json!({ "amount": 500 }))]
    {
        let reply = house.send(&house.mine.production, Method::POST, path, &[], body.to_string()).await;
        assert_eq!(reply.refused(422)["detail"][0]["type"], "no_method");
    }
}
