//! Many at once: exactly what the table of transitions allows, whoever comes first.

use serde_json::{Value, json};

use super::rule::{AT_ONCE, Otherwise, Rule, Seen, must, rules};
use super::shop::{Ask, GOOD, Shop, card, successes, text};

rules! {
    refunds_at_once, "Of 16 refunds of a tenth at once, ten are made", "ARCHITECTURE, What always holds: 4";
    whole_refunds_at_once, "Of 16 refunds of the whole at once, one is made", "ARCHITECTURE, What always holds: 4";
    refunds_of_odd_parts_at_once, "Refunds at once that do not fit leave what is left to be given back", "ARCHITECTURE, What always holds: 4";
    captures_at_once, "A payment captured 16 times at once is captured once, whole", "The table of transitions: AUTHORISED_TO_VALIDATE";
    captures_of_parts_at_once, "Captures of different parts at once: amounts never rise, and the rest is not owed", "The table of transitions: Adjusted";
    cancels_at_once, "A payment cancelled 16 times at once is cancelled once", "The table of transitions: Cancelled";
    orders_cancelled_at_once, "An order cancelled 16 times at once ends cancelled, its authorisation given back", "The table of transitions: Cancelled";
    captures_against_cancels, "Captured and cancelled at once, a payment is one of the two, and stays it", "ARCHITECTURE, What always holds: 1";
    refunds_against_captures, "Nothing is both captured and given back before", "ARCHITECTURE, What always holds: 1";
    confirms_at_once, "A payment confirmed with 16 cards at once is authorised once", "ARCHITECTURE, What always holds: 2";
    confirms_of_an_order_at_once, "An order paid with 16 cards at once is paid once", "ARCHITECTURE, What always holds: 2";
    changes_against_confirms, "An amount changed while it is authorised is the one authorised, or the change is refused", "The table of transitions: Begun";
    one_unique_id, "Of 16 payments with one unique_id at once, one is made, and the others are told its id", "/openapi.json: PaymentIn.unique_id";
}

async fn refunds_at_once(shop: Shop) -> Seen {
    let id = shop.captured(1_000).await?;
    let part = Ask::post(format!("/v2/payments/{id}/refund"), &json!({ "amount": 100 }));
    let made = successes(&shop.at_once(vec![part; AT_ONCE]).await?)?;
    must!(made == 10, "{made} refunds of 100 of 1000 were made");
    shop.gave_back(&id, 10, 1_000).await
}

async fn whole_refunds_at_once(shop: Shop) -> Seen {
    let id = shop.captured(1_000).await?;
    // by both addresses that refund
    let asks = (0..AT_ONCE).map(|at| match at % 2 {
        0 => Ask::post(format!("/v2/payments/{id}/refund"), &json!({})),
        _ => Ask::post("/v2/refunds/", &json!({ "payment": id })),
    });
    let made = successes(&shop.at_once(asks).await?)?;
    must!(made == 1, "{made} whole refunds were made");
    shop.gave_back(&id, 1, 1_000).await
}

async fn refunds_of_odd_parts_at_once(shop: Shop) -> Seen {
    let id = shop.captured(1_000).await?;
    let path = format!("/v2/payments/{id}/refund");
    let made = successes(&shop.at_once(vec![Ask::post(&path, &json!({ "amount": 300 })); AT_ONCE]).await?)?;
    must!(made == 3, "{made} refunds of 300 of 1000 were made");
    let rest = shop.made(&path, &json!({})).await?;
    must!(rest["amount"] == 100, "100 should be left: {rest}");
    shop.ask(&Ask::post(&path, &json!({}))).await?.is(409)?;
    shop.gave_back(&id, 4, 1_000).await
}

async fn captures_at_once(shop: Shop) -> Seen {
    let id = shop.authorised(1_000).await?;
    let capture = Ask::post(format!("/v2/payments/{id}/capture"), &json!({}));
    let made = successes(&shop.at_once(vec![capture; AT_ONCE]).await?)?;
    must!(made >= 1, "nobody could capture");
    let payment = shop.stands(&id, "to_capture").await?;
    must!(payment["amount"] == 1_000, "1000 should be captured: {payment}");
    Ok(())
}

async fn captures_of_parts_at_once(shop: Shop) -> Seen {
    let id = shop.authorised(1_000).await?;
    let asked = |at: usize| if at.is_multiple_of(2) { 600 } else { 400 };
    let asks = (0..AT_ONCE).map(|at| Ask::post(format!("/v2/payments/{id}/capture"), &json!({ "amount": asked(at) })));
    let replies = shop.at_once(asks).await?;
    let mut taken = Vec::new();
    for (at, reply) in replies.iter().enumerate() {
        reply.is_one_of(&[200, 409, 422])?;
        if reply.status == 200 {
            taken.push(asked(at));
        }
    }
    let payment = shop.stands(&id, "to_capture").await?;
    let lowest = taken.iter().min().copied();
    must!(lowest.is_some() && payment["amount"].as_i64() == lowest, "of captures of {taken:?} this is left: {payment}");
    let order = text(&payment, "payment_intent");
    let order = shop.read(&format!("/v2/payment_intents/{order}")).await?;
    must!(order["order"]["amount_due"].as_i64() == lowest, "the payer still owes more than was captured: {order}");
    Ok(())
}

async fn cancels_at_once(shop: Shop) -> Seen {
    let id = shop.paid(GOOD, 1_000, true, "to_capture").await?;
    let cancel = Ask::post("/v2/refunds/", &json!({ "payment": id }));
    let replies = shop.at_once(vec![cancel; AT_ONCE]).await?;
    let made = successes(&replies)?;
    must!(made == 1, "{made} refunds cancelled one payment");
    let cancelled = replies.iter().filter(|reply| reply.status == 200).all(|reply| reply.body["status"] == "payment_canceled");
    must!(cancelled, "a refund before the capture is payment_canceled");
    shop.stands(&id, "canceled").await?;
    shop.gave_back(&id, 1, 1_000).await
}

/// An order of this amount, authorised, to be captured when asked.
async fn order(shop: &Shop, amount: i64) -> Result<(String, String), Otherwise> {
    let card = shop.made("/v2/cards/", &card(GOOD)).await?;
    let body = json!({ "amount": amount, "card": card["id"], "threeds": "none", "capture": false });
    let order = shop.made("/v2/payment_intents/", &body).await?;
    must!(order["status"] == "authorized", "the order should be authorized: {order}");
    Ok((text(&order, "id"), text(&order, "payment")))
}

async fn orders_cancelled_at_once(shop: Shop) -> Seen {
    let (order, payment) = order(&shop, 1_000).await?;
    let path = format!("/v2/payment_intents/{order}");
    let made = successes(&shop.at_once(vec![Ask::delete(&path); AT_ONCE]).await?)?;
    must!(made >= 1, "nobody could cancel");
    let order = shop.read(&path).await?;
    must!(order["status"] == "canceled", "the order should be canceled: {order}");
    shop.stands(&payment, "canceled").await?;
    shop.ask(&Ask::post(format!("{path}/capture"), &json!({}))).await?.is(409)
}

async fn captures_against_cancels(shop: Shop) -> Seen {
    let (order, payment) = order(&shop, 1_000).await?;
    let asks = (0..AT_ONCE).map(|at| match at % 2 {
        0 => Ask::post(format!("/v2/payments/{payment}/capture"), &json!({})),
        _ => Ask::delete(format!("/v2/payment_intents/{order}")),
    });
    let replies = shop.at_once(asks).await?;
    successes(&replies)?;
    let cancelled = replies.iter().skip(1).step_by(2).any(|reply| reply.status == 200);
    shop.stands(&payment, if cancelled { "canceled" } else { "to_capture" }).await?;
    if cancelled {
        shop.ask(&Ask::post(format!("/v2/payments/{payment}/capture"), &json!({}))).await?.is(409)?;
    }
    Ok(())
}

async fn refunds_against_captures(shop: Shop) -> Seen {
    let id = shop.authorised(1_000).await?;
    let asks = (0..AT_ONCE).map(|at| match at % 2 {
        0 => Ask::post(format!("/v2/payments/{id}/capture"), &json!({})),
        _ => Ask::post(format!("/v2/payments/{id}/refund"), &json!({})),
    });
    let replies = shop.at_once(asks).await?;
    successes(&replies)?;
    let refunded = replies.iter().skip(1).step_by(2).filter(|reply| reply.status == 200).count();
    must!(refunded == 1, "{refunded} refunds of the whole were made");
    shop.stands(&id, "canceled").await?;
    shop.gave_back(&id, 1, 1_000).await
}

async fn confirms_at_once(shop: Shop) -> Seen {
    let payment = shop.made("/v2/payments/", &json!({ "amount": 1_000 })).await?;
    let id = text(&payment, "id");
    let confirm = Ask::patch(format!("/v2/payments/{id}"), &json!({ "card": card(GOOD) }));
    let replies = shop.at_once(vec![confirm; AT_ONCE]).await?;
    let made = successes(&replies)?;
    must!(made == 1, "{made} of {AT_ONCE} confirmations were accepted");
    let payment = shop.stands(&id, "to_capture").await?;
    paid_once(&shop, &text(&payment, "payment_intent"), 1_000).await
}

async fn confirms_of_an_order_at_once(shop: Shop) -> Seen {
    let mut cards = Vec::new();
    for _ in 0..AT_ONCE {
        cards.push(shop.made("/v2/cards/", &card(GOOD)).await?["id"].clone());
    }
    let order = text(&shop.made("/v2/payment_intents/", &json!({ "amount": 1_000, "threeds": "none" })).await?, "id");
    let path = format!("/v2/payment_intents/{order}");
    let replies = shop.at_once(cards.iter().map(|card| Ask::patch(&path, &json!({ "card": card })))).await?;
    must!(successes(&replies)? >= 1, "nobody could pay");
    paid_once(&shop, &order, 1_000).await
}

/// The order is paid, and one payment of it holds money.
async fn paid_once(shop: &Shop, order: &str, amount: i64) -> Seen {
    let path = format!("/v2/payment_intents/{order}");
    let read = shop.read(&path).await?;
    must!(read["order"]["amount_paid"] == amount, "{amount} should be paid, once: {read}");
    let listed = shop.read(&format!("{path}/payments?limit=100")).await?;
    let attempts = listed["payments"].as_array().cloned().unwrap_or_default();
    let holds = |payment: &&Value| matches!(payment["status"].as_str(), Some("authorized" | "to_capture" | "capture_sent" | "captured"));
    let holding: i64 = attempts.iter().filter(holds).filter_map(|payment| payment["amount"].as_i64()).sum();
    must!(holding == amount, "{holding} are held of the payer for an order of {amount}: {attempts:?}");
    Ok(())
}

async fn changes_against_confirms(shop: Shop) -> Seen {
    let payment = shop.made("/v2/payments/", &json!({ "amount": 1_000 })).await?;
    let id = text(&payment, "id");
    let asks = (0..AT_ONCE).map(|at| match at % 2 {
        0 => Ask::patch(format!("/v2/payments/{id}"), &json!({ "card": card(GOOD) })),
        _ => Ask::patch(format!("/v2/payments/{id}"), &json!({ "amount": 5_000 })),
    });
    let replies = shop.at_once(asks).await?;
    successes(&replies)?;
    let payment = shop.stands(&id, "to_capture").await?;
    let changed = replies.iter().skip(1).step_by(2).any(|reply| reply.status == 200);
    let amount = if changed { 5_000 } else { 1_000 };
    must!(payment["amount"] == amount, "{amount} should be authorised: {payment}");
    paid_once(&shop, &text(&payment, "payment_intent"), amount).await
}

async fn one_unique_id(shop: Shop) -> Seen {
    let (unique, order) = (shop.reference("unique"), shop.reference("unique-order"));
    let body = json!({ "amount": 1_000, "card": card(GOOD), "unique_id": unique, "order_id": order });
    let replies = shop.at_once(vec![Ask::post("/v2/payments/", &body); AT_ONCE]).await?;
    let made = successes(&replies)?;
    must!(made == 1, "{made} payments have one unique_id");
    let id = replies.iter().find(|reply| reply.status == 200).map(|reply| reply.body["id"].clone());
    for refused in replies.iter().filter(|reply| reply.status == 409) {
        must!(Some(&refused.body["error"]["message"]["id"]) == id.as_ref(), "the one made is {id:?}: {}", refused.text);
    }
    let count = shop.count_of(&order).await?;
    must!(count == 1, "{count} payments were made");
    Ok(())
}
