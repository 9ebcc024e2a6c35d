//! `Idempotency-Key`: the same request under the same key is carried out once, and answered the same.

use serde_json::{Value, json};

use super::rule::{AT_ONCE, Rule, Seen, must, rules};
use super::shop::{Ask, CAPTURED, GOOD, Reply, Shop, card, text};

rules! {
    a_replay_answers_the_same, "A request sent again under its key gets the same status and body, and changes nothing", "/openapi.json: Idempotency-Key";
    every_change_replays, "Refunds, captures, changes and cancellations replay like payments", "/openapi.json: Idempotency-Key";
    another_request_is_refused, "Another amount, card or field under a used key is 409, and changes nothing", "/openapi.json: Idempotency-Key";
    security_codes_are_no_part_of_it, "A request that differs in its security code alone is the same: the code is kept nowhere", "ARCHITECTURE, What always holds: 7";
    the_same_at_once, "16 of the same at once under one key make one payment, and all learn of it", "/openapi.json: Idempotency-Key";
    others_at_once, "16 different requests at once under one key make one payment at most", "/openapi.json: Idempotency-Key";
    refunds_under_one_key_at_once, "16 of one refund at once under one key give the amount back once", "/openapi.json: Idempotency-Key";
    refusals_of_the_business_replay, "What the business refused is refused again, even when it could be done by now", "/openapi.json: Idempotency-Key";
    what_can_be_mended_is_not_kept, "A 422, 401 or 404 uses no key up: mended, the request is carried out", "/openapi.json: Idempotency-Key";
    keys_belong_to_an_address, "The same key at another address is another request", "/openapi.json: Idempotency-Key";
    keys_belong_to_an_account, "The same key of another account is another request", "/openapi.json: Idempotency-Key";
    keys_that_are_none, "An empty key, or one longer than 255 characters, is 422", "/openapi.json: Idempotency-Key";
    a_replay_survives_a_restart, "After a kill -9 a request sent again under its key gets the answer it had", "ARCHITECTURE, What always holds: 5";
}

/// The same answer, said to be a replay.
fn replays(first: &Reply, again: &Reply) -> Seen {
    must!(again.replayed, "not said to be a replay: {}", again.text);
    let same = (first.status, &first.body) == (again.status, &again.body);
    must!(same, "{} {} was replayed as {} {}", first.status, first.text, again.status, again.text);
    Ok(())
}

async fn twice(shop: &Shop, ask: &Ask) -> Result<Value, super::rule::Otherwise> {
    let first = shop.ask(ask).await?;
    replays(&first, &shop.ask(ask).await?)?;
    first.ok()
}

async fn a_replay_answers_the_same(shop: Shop) -> Seen {
    let order = shop.reference("replay");
    let body = json!({ "amount": 1_000, "card": card(GOOD), "order_id": order });
    let made = twice(&shop, &Ask::post("/v2/payments/", &body).keyed(&order)).await?;
    // the same fields in another order are the same request
    let turned = format!("{{\"order_id\":\"{order}\",\"card\":{},\"amount\":1000}}", card(GOOD));
    let again = shop.ask(&Ask::raw("POST", "/v2/payments/", turned).keyed(&order)).await?;
    must!(again.replayed && again.body["id"] == made["id"], "fields in another order: {}", again.text);
    let count = shop.count_of(&order).await?;
    must!(count == 1, "{count} payments were made");
    Ok(())
}

async fn every_change_replays(shop: Shop) -> Seen {
    let key = shop.reference("every");
    let captured = shop.captured(1_000).await?;
    twice(&shop, &Ask::post(format!("/v2/payments/{captured}/refund"), &json!({ "amount": 300 })).keyed(&key)).await?;
    twice(&shop, &Ask::post("/v2/refunds/", &json!({ "payment": captured, "amount": 200 })).keyed(&key)).await?;
    shop.gave_back(&captured, 2, 500).await?;
    let authorised = shop.authorised(1_000).await?;
    twice(&shop, &Ask::patch(format!("/v2/payments/{authorised}"), &json!({ "description": "Two books" })).keyed(&key)).await?;
    twice(&shop, &Ask::post(format!("/v2/payments/{authorised}/capture"), &json!({ "amount": 400 })).keyed(&key)).await?;
    let payment = shop.stands(&authorised, "to_capture").await?;
    must!(payment["amount"] == 400, "400 were captured: {payment}");
    let order = twice(&shop, &Ask::post("/v2/payment_intents/", &json!({ "amount": 1_000 })).keyed(&key)).await?;
    twice(&shop, &Ask::delete(format!("/v2/payment_intents/{}", text(&order, "id"))).keyed(&key)).await?;
    Ok(())
}

async fn another_request_is_refused(shop: Shop) -> Seen {
    let order = shop.reference("mismatch");
    let body = |amount: i64, number: &str| json!({ "amount": amount, "card": card(number), "order_id": order });
    shop.ask(&Ask::post("/v2/payments/", &body(1_000, GOOD)).keyed(&order)).await?.ok()?;
    let mut more = body(1_000, GOOD);
    more["description"] = json!("Two books");
    for other in [body(1_001, GOOD), body(1_000, CAPTURED), more, json!({ "amount": 1_000, "order_id": order })] {
        let refused = shop.ask(&Ask::post("/v2/payments/", &other).keyed(&order)).await?;
        refused.is(409)?;
        must!(refused.body["error"]["type"] == "idempotency_error", "not said to be about the key: {}", refused.text);
    }
    let count = shop.count_of(&order).await?;
    must!(count == 1, "{count} payments were made");
    Ok(())
}

async fn security_codes_are_no_part_of_it(shop: Shop) -> Seen {
    let order = shop.reference("cvc");
    let body = |cvc: &str| {
        let mut card = card(GOOD);
        card["cvc"] = json!(cvc);
        json!({ "amount": 1_000, "card": card, "order_id": order })
    };
    let first = shop.ask(&Ask::post("/v2/payments/", &body("123")).keyed(&order)).await?;
    replays(&first, &shop.ask(&Ask::post("/v2/payments/", &body("321")).keyed(&order)).await?)
}

async fn the_same_at_once(shop: Shop) -> Seen {
    let order = shop.reference("same");
    let body = json!({ "amount": 1_000, "card": card(GOOD), "order_id": order });
    let replies = shop.at_once(vec![Ask::post("/v2/payments/", &body).keyed(&order); AT_ONCE]).await?;
    let first = replies.iter().filter(|reply| !reply.replayed).count();
    must!(first == 1, "{first} were answered as the first");
    for reply in &replies {
        reply.is(200)?;
        must!(reply.body["id"] == replies[0].body["id"], "two payments: {} and {}", replies[0].text, reply.text);
    }
    let count = shop.count_of(&order).await?;
    must!(count == 1, "{count} payments were made");
    Ok(())
}

async fn others_at_once(shop: Shop) -> Seen {
    let order = shop.reference("others");
    let body = |amount: usize| json!({ "amount": amount, "card": card(GOOD), "order_id": order });
    let replies = shop.at_once((0..AT_ONCE).map(|at| Ask::post("/v2/payments/", &body(1_000 + at)).keyed(&order))).await?;
    let made = super::shop::successes(&replies)?;
    let count = shop.count_of(&order).await?;
    must!(made == 1 && count == 1, "{made} were accepted and {count} payments were made");
    Ok(())
}

async fn refunds_under_one_key_at_once(shop: Shop) -> Seen {
    let id = shop.captured(1_000).await?;
    let refund = Ask::post("/v2/refunds/", &json!({ "payment": id, "amount": 100 })).keyed(&shop.reference("refund"));
    for reply in shop.at_once(vec![refund; AT_ONCE]).await? {
        reply.is(200)?;
    }
    shop.gave_back(&id, 1, 100).await
}

async fn refusals_of_the_business_replay(shop: Shop) -> Seen {
    let id = shop.authorised(1_000).await?;
    let part = Ask::post("/v2/refunds/", &json!({ "payment": id, "amount": 100 })).keyed(&shop.reference("business"));
    let first = shop.ask(&part).await?;
    first.is(409)?;
    shop.ask(&Ask::post("/v2/refunds/", &json!({ "payment": id }))).await?.ok()?;
    replays(&first, &shop.ask(&part).await?)
}

async fn what_can_be_mended_is_not_kept(shop: Shop) -> Seen {
    let key = shop.reference("mended");
    let good = Ask::post("/v2/payments/", &json!({ "amount": 1_000, "order_id": key })).keyed(&key);
    shop.ask(&Ask::post("/v2/payments/", &json!({ "amount": -1, "order_id": key })).keyed(&key)).await?.names_amount()?;
    shop.ask(&good.clone().by("stest_aaaaaaaaaaaaaaaaaaaaaaaa")).await?.is(401)?;
    shop.ask(&Ask::post("/v2/nothing/", &json!({})).keyed(&key)).await?.is(404)?;
    let made = shop.ask(&good).await?;
    must!(!made.replayed, "a refusal had used the key up: {}", made.text);
    made.ok().map(drop)
}

async fn keys_belong_to_an_address(shop: Shop) -> Seen {
    let key = shop.reference("address");
    let body = json!({ "amount": 1_000, "order_id": key });
    let payment = shop.ask(&Ask::post("/v2/payments/", &body).keyed(&key)).await?.ok()?;
    let order = shop.ask(&Ask::post("/v2/payment_intents/", &body).keyed(&key)).await?;
    must!(!order.replayed, "another address was answered with {}", order.text);
    order.ok()?;
    // with and without the slash it is one address
    let again = shop.ask(&Ask::post("/v2/payments", &body).keyed(&key)).await?;
    must!(again.replayed && again.body == payment, "without the slash: {}", again.text);
    Ok(())
}

async fn keys_belong_to_an_account(shop: Shop) -> Seen {
    let theirs = shop.other()?.to_owned();
    let order = shop.reference("account");
    let ask = Ask::post("/v2/payments/", &json!({ "amount": 1_000, "order_id": order })).keyed(&order);
    let mine = shop.ask(&ask).await?.ok()?;
    let other = shop.ask(&ask.clone().by(&theirs)).await?;
    must!(!other.replayed && other.body["id"] != mine["id"], "another account was answered with {}", other.text);
    other.ok().map(drop)
}

async fn keys_that_are_none(shop: Shop) -> Seen {
    let order = shop.reference("none");
    let body = json!({ "amount": 1_000, "order_id": order });
    for key in [String::new(), "k".repeat(256)] {
        shop.ask(&Ask::post("/v2/payments/", &body).keyed(&key)).await?.is(422)?;
    }
    let count = shop.count_of(&order).await?;
    must!(count == 0, "{count} payments were made");
    shop.ask(&Ask::post("/v2/payments/", &body).keyed(&format!("{order}{}", "k".repeat(255 - order.len())))).await?.ok().map(drop)
}

async fn a_replay_survives_a_restart(shop: Shop) -> Seen {
    let own = shop.own()?;
    let order = shop.reference("restart");
    let body = json!({ "amount": 1_000, "card": card(CAPTURED), "order_id": order });
    let pay = Ask::post("/v2/payments/", &body).keyed(&order);
    let paid = shop.ask(&pay).await?;
    let id = text(&paid.body, "id");
    let give_back = Ask::post("/v2/refunds/", &json!({ "payment": id, "amount": 300 })).keyed(&order);
    let refunded = shop.ask(&give_back).await?;
    own.restart().await?;
    replays(&paid, &shop.ask(&pay).await?)?;
    replays(&refunded, &shop.ask(&give_back).await?)?;
    let count = shop.count_of(&order).await?;
    must!(count == 1, "{count} payments were made");
    shop.gave_back(&id, 1, 300).await
}
