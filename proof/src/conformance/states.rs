//! What a payment's state allows, one at a time.

use serde_json::{Value, json};

use super::rule::{Rule, Seen, must, rules};
use super::shop::{Ask, GOOD, REFUSED, Shop, card, text};

rules! {
    parts_only_after_the_capture, "A part can't be given back before the capture", "The table of transitions: AUTHORISED";
    the_whole_before_the_capture, "The whole given back before the capture cancels the payment, for good", "The table of transitions: Cancelled";
    refused_for_good, "A refused payment is neither captured nor refunded", "The table of transitions: REFUSED";
    captured_for_good, "A captured payment is not captured again, and its order is not cancelled", "The table of transitions: CAPTURED";
    begun_is_nothing_yet, "A payment without a method is neither captured nor refunded", "The table of transitions: Begun";
    less_is_captured, "Of a capture of less the rest is not owed, nor captured later, nor given back", "The table of transitions: Adjusted";
    paid_once, "A paid order takes no other payment", "ARCHITECTURE, What always holds: 2";
    cancelled_orders_take_nothing, "A cancelled order takes no payment", "ARCHITECTURE, What always holds: 2";
    a_capture_under_way, "A payment whose capture was sent is neither refunded nor cancelled until it is captured", "The table of transitions: Remitted";
    refusals_say_what_is_allowed, "A refused action says why in words and as a code", "/openapi.json: ErrorBody";
}

/// Each of these on the payment is a 409 that changes nothing.
async fn stays(shop: &Shop, id: &str, asks: &[(&str, Value)]) -> Seen {
    let before = shop.payment(id).await?;
    for (what, body) in asks {
        shop.ask(&Ask::post(format!("/v2/payments/{id}/{what}"), body)).await?.is(409)?;
    }
    let after = shop.payment(id).await?;
    must!(before == after, "{before} became {after}");
    Ok(())
}

fn everything() -> [(&'static str, Value); 4] {
    [("capture", json!({})), ("capture", json!({ "amount": 1 })), ("refund", json!({})), ("refund", json!({ "amount": 1 }))]
}

async fn parts_only_after_the_capture(shop: Shop) -> Seen {
    for id in [shop.authorised(1_000).await?, shop.paid(GOOD, 1_000, true, "to_capture").await?] {
        stays(
            &shop,
            &id,
            &[("refund", json!({ "amount": 1 })), ("refund", json!({ "amount": 999 })), ("refund", json!({ "amount": 1_001 }))],
        )
        .await?;
        shop.gave_back(&id, 0, 0).await?;
    }
    Ok(())
}

async fn the_whole_before_the_capture(shop: Shop) -> Seen {
    for id in [shop.authorised(1_000).await?, shop.paid(GOOD, 1_000, true, "to_capture").await?] {
        let refund = shop.made("/v2/refunds/", &json!({ "payment": id, "amount": 1_000 })).await?;
        must!(refund["status"] == "payment_canceled", "the refund is payment_canceled: {refund}");
        shop.stands(&id, "canceled").await?;
        stays(&shop, &id, &everything()).await?;
        shop.gave_back(&id, 1, 1_000).await?;
    }
    Ok(())
}

async fn refused_for_good(shop: Shop) -> Seen {
    let id = shop.paid(REFUSED, 1_000, true, "refused").await?;
    stays(&shop, &id, &everything()).await
}

async fn captured_for_good(shop: Shop) -> Seen {
    let id = shop.captured(1_000).await?;
    stays(&shop, &id, &[("capture", json!({})), ("capture", json!({ "amount": 500 }))]).await?;
    let order = text(&shop.payment(&id).await?, "payment_intent");
    shop.ask(&Ask::delete(format!("/v2/payment_intents/{order}"))).await?.is_one_of(&[404, 409])?;
    shop.stands(&id, "captured").await.map(drop)
}

async fn begun_is_nothing_yet(shop: Shop) -> Seen {
    let id = text(&shop.made("/v2/payments/", &json!({ "amount": 1_000 })).await?, "id");
    stays(&shop, &id, &everything()).await
}

async fn less_is_captured(shop: Shop) -> Seen {
    let id = shop.authorised(1_000).await?;
    let path = format!("/v2/payments/{id}");
    let captured = shop.made(&format!("{path}/capture"), &json!({ "amount": 400 })).await?;
    must!(captured["amount"] == 400 && captured["status"] == "to_capture", "400 are captured: {captured}");
    shop.ask(&Ask::post(format!("{path}/capture"), &json!({ "amount": 600 }))).await?.is_one_of(&[409, 422])?;
    let order = text(&captured, "payment_intent");
    let order = shop.read(&format!("/v2/payment_intents/{order}")).await?;
    must!(order["order"]["amount_due"] == 400 && order["order"]["amount_paid"] == 400, "400 are due and paid: {order}");
    shop.ask(&Ask::post(format!("{path}/refund"), &json!({ "amount": 1_000 }))).await?.is(409)?;
    let refund = shop.made(&format!("{path}/refund"), &json!({})).await?;
    must!(refund["amount"] == 400, "400 are given back: {refund}");
    Ok(())
}

async fn paid_once(shop: Shop) -> Seen {
    let card = shop.made("/v2/cards/", &card(GOOD)).await?;
    let body = json!({ "amount": 1_000, "card": card["id"], "threeds": "none" });
    let order = shop.made("/v2/payment_intents/", &body).await?;
    must!(order["order"]["amount_paid"] == 1_000, "the order is paid: {order}");
    let path = format!("/v2/payment_intents/{}", text(&order, "id"));
    // whatever is answered, nothing more is taken
    shop.ask(&Ask::patch(&path, &json!({ "card": card["id"] }))).await?.is_one_of(&[200, 409])?;
    shop.ask(&Ask::patch(&path, &json!({ "amount": 2_000 }))).await?.is(409)?;
    let attempts = shop.read(&format!("{path}/payments")).await?;
    must!(attempts["range"]["count"] == 1, "one payment was made: {attempts}");
    Ok(())
}

async fn cancelled_orders_take_nothing(shop: Shop) -> Seen {
    let card = shop.made("/v2/cards/", &card(GOOD)).await?;
    let order = text(&shop.made("/v2/payment_intents/", &json!({ "amount": 1_000, "threeds": "none" })).await?, "id");
    let path = format!("/v2/payment_intents/{order}");
    shop.ask(&Ask::delete(&path)).await?.ok()?;
    shop.ask(&Ask::patch(&path, &json!({ "card": card["id"] }))).await?.is(409)?;
    let attempts = shop.read(&format!("{path}/payments")).await?;
    must!(attempts["range"]["count"] == 0, "nothing was taken: {attempts}");
    Ok(())
}

async fn a_capture_under_way(shop: Shop) -> Seen {
    shop.own()?;
    let id = shop.paid(GOOD, 1_000, true, "to_capture").await?;
    let leaves = shop.payment(&id).await?["lifecycle"]["capture_date"].as_i64().unwrap_or_default();
    shop.made("/v2/sandbox/clock", &json!({ "to": leaves + 60 })).await?;
    shop.stands(&id, "capture_sent").await?;
    stays(&shop, &id, &everything()).await?;
    shop.made("/v2/sandbox/clock", &json!({ "advance_seconds": 2 * 3_600 })).await?;
    shop.stands(&id, "captured").await?;
    shop.made(&format!("/v2/payments/{id}/refund"), &json!({ "amount": 1 })).await.map(drop)
}

async fn refusals_say_what_is_allowed(shop: Shop) -> Seen {
    let id = shop.captured(1_000).await?;
    let refused = shop.ask(&Ask::post(format!("/v2/payments/{id}/capture"), &json!({}))).await?;
    refused.is(409)?;
    let error = &refused.body["error"];
    let told = error["type"].is_string() && error["code"].is_string() && error["message"].as_str().is_some_and(|words| !words.is_empty());
    must!(told, "type, code and message are missing: {}", refused.text);
    Ok(())
}
