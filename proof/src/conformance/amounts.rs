//! Amounts that are none, too much, or in another money: refused by name, with nothing changed.

use serde_json::json;

use super::rule::{Rule, Seen, must, rules};
use super::shop::{Ask, CAPTURED, GOOD, Shop, card, text};

rules! {
    payments_of_no_amount, "A payment is not made of anything but a whole number from 0 to 4294967295", "/openapi.json: PaymentIn.amount";
    refunds_of_no_amount, "A refund is not made of anything but a whole number from 1", "/openapi.json: RefundCreate.amount";
    captures_of_no_amount, "A capture is not made of anything but a whole number from 1", "/openapi.json: CaptureIn.amount";
    captures_of_broken_bodies, "A capture whose amount can't be read captures nothing", "/openapi.json: CaptureIn";
    nothing_is_refunded_twice, "After the whole was given back nothing is left", "ARCHITECTURE, What always holds: 4";
    one_too_many, "One minor unit more than is left is refused, all that is left is given", "ARCHITECTURE, What always holds: 4";
    captures_of_too_much, "More than was authorised is not captured", "The table of transitions: AUTHORISED_TO_VALIDATE";
    the_largest_amount, "4294967295 is paid, captured and given back to the last unit", "/openapi.json: PaymentIn.amount";
    verifications_take_nothing, "A payment of 0 verifies a card: it is neither captured nor refunded", "The table of transitions: ACCEPTED";
    other_currencies, "A refund, capture or change in another currency is refused", "ARCHITECTURE, Habits";
    unknown_currencies, "Money of no currency known here is refused", "/openapi.json: PaymentIn.currency";
    sent_amounts_are_fixed, "What was sent to the bank can no longer change in amount, currency or card", "The table of transitions: Begun";
}

/// No amounts at all, as JSON text; what is no JSON either comes last.
const NO_AMOUNTS: [&str; 22] = [
    "-1",
    "-9223372036854775808",
    "-9223372036854775809",
    "4294967296",
    "9223372036854775807",
    "9223372036854775808",
    "18446744073709551615",
    "18446744073709551616",
    "100000000000000000000000000000000",
    "1e2",
    "1E+2",
    "100.0",
    "0.5",
    "-0",
    "1e-400",
    "\"100\"",
    "\"\"",
    "true",
    "[100]",
    "{\"amount\":100}",
    "1e999",
    "+100",
];
/// From here on the body is no JSON: nothing in it can be named.
const UNREADABLE: [&str; 2] = ["1e999", "+100"];

/// Sends each as `amount`, and wants a 422 that names it. `with` is what else the body holds.
async fn refused(shop: &Shop, method: &'static str, path: &str, with: &str, also: &[&str]) -> Seen {
    for amount in NO_AMOUNTS.iter().chain(also) {
        let reply = shop.ask(&Ask::raw(method, path, format!("{{\"amount\": {amount}{with}}}"))).await?;
        if UNREADABLE.contains(amount) { reply.is(422) } else { reply.names_amount() }
            .map_err(|said| super::rule::Otherwise::Broken(format!("{method} {path} with {amount}: {said}")))?;
    }
    Ok(())
}

async fn payments_of_no_amount(shop: Shop) -> Seen {
    let order = shop.reference("no-amount");
    let with = format!(", \"card\": {}, \"order_id\": \"{order}\"", card(GOOD));
    refused(&shop, "POST", "/v2/payments/", &with, &["null"]).await?;
    refused(&shop, "POST", "/v1/checkout/", &with, &["null"]).await?;
    refused(&shop, "POST", "/v2/payment_intents/", &format!(", \"order_id\": \"{order}\""), &["null"]).await?;
    let count = shop.count_of(&order).await?;
    must!(count == 0, "{count} payments were made");
    let payment = text(&shop.made("/v2/payments/", &json!({ "amount": 1_000 })).await?, "id");
    refused(&shop, "PATCH", &format!("/v2/payments/{payment}"), "", &[]).await?;
    let read = shop.payment(&payment).await?;
    must!(read["amount"] == 1_000, "its amount changed: {read}");
    Ok(())
}

async fn refunds_of_no_amount(shop: Shop) -> Seen {
    let id = shop.captured(1_000).await?;
    let before = shop.payment(&id).await?;
    refused(&shop, "POST", &format!("/v2/payments/{id}/refund"), "", &["0"]).await?;
    refused(&shop, "POST", "/v2/refunds/", &format!(", \"payment\": \"{id}\""), &["0"]).await?;
    shop.gave_back(&id, 0, 0).await?;
    let after = shop.payment(&id).await?;
    must!(before == after, "{before} became {after}");
    Ok(())
}

async fn captures_of_no_amount(shop: Shop) -> Seen {
    let id = shop.authorised(1_000).await?;
    let before = shop.payment(&id).await?;
    refused(&shop, "POST", &format!("/v2/payments/{id}/capture"), "", &["0"]).await?;
    let after = shop.payment(&id).await?;
    must!(before == after, "{before} became {after}");
    Ok(())
}

async fn captures_of_broken_bodies(shop: Shop) -> Seen {
    let id = shop.authorised(1_000).await?;
    let path = format!("/v2/payments/{id}/capture");
    for body in ["{\"amount\": 500", "{\"amount\": 500,}", "{\"amount\" 500}", " {'amount': 500}", "{", "{\"amount\": 500}}"] {
        shop.ask(&Ask::raw("POST", &path, body)).await?.is(422)?;
    }
    shop.stands(&id, "authorized").await.map(drop)
}

async fn nothing_is_refunded_twice(shop: Shop) -> Seen {
    let id = shop.captured(1_000).await?;
    let path = format!("/v2/payments/{id}/refund");
    shop.made(&path, &json!({})).await?;
    for body in [json!({}), json!({ "amount": 1 }), json!({ "amount": 1_000 })] {
        shop.ask(&Ask::post(&path, &body)).await?.is(409)?;
        shop.ask(&Ask::post("/v1/refunds/", &json!({ "payment": id, "amount": 1 }))).await?.is(409)?;
    }
    shop.gave_back(&id, 1, 1_000).await
}

async fn one_too_many(shop: Shop) -> Seen {
    let id = shop.captured(1_000).await?;
    let path = format!("/v2/payments/{id}/refund");
    let give = async |amount: i64| shop.ask(&Ask::post(&path, &json!({ "amount": amount }))).await;
    for too_much in [1_001, 4_294_967_295] {
        give(too_much).await?.is(409)?;
    }
    give(999).await?.is(200)?;
    give(2).await?.is(409)?;
    give(1).await?.is(200)?;
    give(1).await?.is(409)?;
    shop.gave_back(&id, 2, 1_000).await
}

async fn captures_of_too_much(shop: Shop) -> Seen {
    let id = shop.authorised(1_000).await?;
    let before = shop.payment(&id).await?;
    for amount in [1_001_i64, 4_294_967_295] {
        let path = format!("/v2/payments/{id}/capture");
        shop.ask(&Ask::post(path, &json!({ "amount": amount }))).await?.is_one_of(&[409, 422])?;
    }
    let after = shop.payment(&id).await?;
    must!(before == after, "{before} became {after}");
    Ok(())
}

async fn the_largest_amount(shop: Shop) -> Seen {
    let largest = 4_294_967_295;
    let id = shop.paid(CAPTURED, largest, true, "captured").await?;
    let path = format!("/v2/payments/{id}/refund");
    shop.made(&path, &json!({ "amount": largest - 1 })).await?;
    shop.ask(&Ask::post(&path, &json!({ "amount": largest }))).await?.is(409)?;
    let rest = shop.made(&path, &json!({})).await?;
    must!(rest["amount"] == 1, "1 was left: {rest}");
    shop.gave_back(&id, 2, largest).await
}

async fn verifications_take_nothing(shop: Shop) -> Seen {
    let id = shop.paid(GOOD, 0, true, "authorized").await?;
    for (what, body) in
        [("capture", json!({})), ("capture", json!({ "amount": 1 })), ("refund", json!({})), ("refund", json!({ "amount": 1 }))]
    {
        shop.ask(&Ask::post(format!("/v2/payments/{id}/{what}"), &body)).await?.is_one_of(&[409, 422])?;
    }
    shop.stands(&id, "authorized").await?;
    shop.gave_back(&id, 0, 0).await
}

async fn other_currencies(shop: Shop) -> Seen {
    let id = shop.captured(1_000).await?;
    for path in [format!("/v2/payments/{id}/refund"), "/v2/refunds/".to_owned()] {
        let body = json!({ "payment": id, "amount": 100, "currency": "usd" });
        shop.ask(&Ask::post(path, &body)).await?.is(422)?;
    }
    shop.ask(&Ask::patch(format!("/v2/payments/{id}"), &json!({ "currency": "usd" }))).await?.is(409)?;
    shop.gave_back(&id, 0, 0).await?;
    let payment = shop.payment(&id).await?;
    must!(payment["currency"] == "eur", "its currency changed: {payment}");
    let refund = shop.made(&format!("/v2/payments/{id}/refund"), &json!({})).await?;
    must!(refund["currency"] == "eur", "a payment in eur is given back in eur: {refund}");
    Ok(())
}

async fn unknown_currencies(shop: Shop) -> Seen {
    let order = shop.reference("currency");
    for currency in ["jpy", "xxx", "", "eu", "€", "eur ", "978"] {
        for path in ["/v2/payments/", "/v2/payment_intents/"] {
            let body = json!({ "amount": 1_000, "currency": currency, "order_id": order });
            shop.ask(&Ask::post(path, &body)).await?.is(422)?;
        }
    }
    let count = shop.count_of(&order).await?;
    must!(count == 0, "{count} payments were made");
    Ok(())
}

async fn sent_amounts_are_fixed(shop: Shop) -> Seen {
    let id = shop.authorised(1_000).await?;
    let before = shop.payment(&id).await?;
    for change in [json!({ "amount": 2_000 }), json!({ "amount": 0 }), json!({ "currency": "usd" }), json!({ "card": card(GOOD) })] {
        shop.ask(&Ask::patch(format!("/v2/payments/{id}"), &change)).await?.is_one_of(&[409, 422])?;
    }
    let after = shop.payment(&id).await?;
    must!(before == after, "{before} became {after}");
    Ok(())
}
