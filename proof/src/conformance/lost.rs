//! Answers that never arrive: a client that hangs up, a server that is killed, a bank that does not answer.

use std::time::Duration;

use futures::future::join_all;
use serde_json::json;
use tokio::time::sleep;

use super::rule::{AT_ONCE, Rule, Seen, must, rules};
use super::shop::{Ask, CAPTURED, GOOD, LOST, Shop, card, text};

rules! {
    a_payment_hung_up_on, "A payment whose answer was not waited for is made once, and told when asked again", "/openapi.json: Idempotency-Key";
    refunds_hung_up_on, "Refunds whose answers were not waited for give back each amount once", "/openapi.json: Idempotency-Key";
    captures_and_cancels_hung_up_on, "A capture and a cancellation not waited for are carried out once", "/openapi.json: Idempotency-Key";
    killed_while_paying, "Of payments under way when the server is killed none is made twice, and none acknowledged is lost", "ARCHITECTURE, What always holds: 5";
    killed_while_refunding, "Of refunds under way when the server is killed none is given twice, and none acknowledged is lost", "ARCHITECTURE, What always holds: 5";
    lost_at_the_bank, "A payment whose outcome is unknown is settled by asking: nothing else can be done to it, and nothing is sent again", "ARCHITECTURE, What always holds: 3";
}

async fn a_payment_hung_up_on(shop: Shop) -> Seen {
    for at in 0..AT_ONCE {
        let order = shop.reference(&format!("hung-{at}"));
        let body = json!({ "amount": 1_000, "card": card(GOOD), "order_id": order });
        let pay = Ask::post("/v2/payments/", &body).keyed(&order);
        shop.leave(&pay).await?;
        let told = shop.settled(&pay).await?.ok()?;
        must!(told["status"] == "to_capture", "it should be to_capture: {told}");
        let count = shop.count_of(&order).await?;
        must!(count == 1, "{count} payments were made");
    }
    Ok(())
}

async fn refunds_hung_up_on(shop: Shop) -> Seen {
    let id = shop.captured(1_000).await?;
    for at in 0..8 {
        let key = shop.reference(&format!("hung-refund-{at}"));
        let refund = Ask::post(format!("/v2/payments/{id}/refund"), &json!({ "amount": 100 })).keyed(&key);
        shop.leave(&refund).await?;
        shop.leave(&refund).await?;
        shop.settled(&refund).await?.ok()?;
    }
    shop.gave_back(&id, 8, 800).await
}

async fn captures_and_cancels_hung_up_on(shop: Shop) -> Seen {
    let key = shop.reference("hung-capture");
    let id = shop.authorised(1_000).await?;
    let capture = Ask::post(format!("/v2/payments/{id}/capture"), &json!({ "amount": 700 })).keyed(&key);
    shop.leave(&capture).await?;
    shop.settled(&capture).await?.ok()?;
    let payment = shop.stands(&id, "to_capture").await?;
    must!(payment["amount"] == 700, "700 were captured: {payment}");
    let cancel = Ask::post("/v2/refunds/", &json!({ "payment": id })).keyed(&key);
    shop.leave(&cancel).await?;
    shop.settled(&cancel).await?.ok()?;
    shop.stands(&id, "canceled").await?;
    shop.gave_back(&id, 1, 700).await
}

/// Asks all, kills the server amid, and says which were answered with success.
async fn killed_amid(shop: &Shop, asks: &[Ask]) -> Result<Vec<bool>, super::rule::Otherwise> {
    let own = shop.own()?;
    let asked = join_all(asks.iter().map(|ask| async move { shop.ask(ask).await.is_ok_and(|reply| reply.status == 200) }));
    let killed = async {
        sleep(Duration::from_millis(8)).await;
        own.restart().await
    };
    let (acknowledged, restarted) = futures::join!(asked, killed);
    restarted?;
    Ok(acknowledged)
}

async fn killed_while_paying(shop: Shop) -> Seen {
    for round in 0..3 {
        let orders: Vec<String> = (0..AT_ONCE).map(|at| shop.reference(&format!("kill-{round}-{at}"))).collect();
        let pay = |order: &String| {
            let body = json!({ "amount": 1_000, "card": card(GOOD), "order_id": order });
            Ask::post("/v2/payments/", &body).keyed(order)
        };
        let asks: Vec<Ask> = orders.iter().map(pay).collect();
        let acknowledged = killed_amid(&shop, &asks).await?;
        for ((order, ask), acknowledged) in orders.iter().zip(&asks).zip(acknowledged) {
            let before = shop.count_of(order).await?;
            must!(!acknowledged || before == 1, "{order} was acknowledged, and {before} payments of it are there");
            // a request that was cut off is still said to be running for a while: that is no second payment either
            shop.ask(ask).await?.is_one_of(&[200, 409])?;
            let after = shop.count_of(order).await?;
            must!(after == 1, "{after} payments are there for {order}, sent twice under one key");
        }
    }
    Ok(())
}

async fn killed_while_refunding(shop: Shop) -> Seen {
    for round in 0..3 {
        let id = shop.paid(CAPTURED, 10_000, true, "captured").await?;
        let refund = |at: usize| {
            let key = shop.reference(&format!("kill-refund-{round}-{at}"));
            Ask::post(format!("/v2/payments/{id}/refund"), &json!({ "amount": 100 + at })).keyed(&key)
        };
        let asks: Vec<Ask> = (0..AT_ONCE).map(refund).collect();
        let acknowledged = killed_amid(&shop, &asks).await?;
        let listed = shop.read(&format!("/v2/payments/{id}/refunds")).await?;
        let given = |at: usize| listed.as_array().is_some_and(|refunds| refunds.iter().any(|refund| refund["amount"] == 100 + at));
        for (at, (ask, acknowledged)) in asks.iter().zip(acknowledged).enumerate() {
            must!(!acknowledged || given(at), "a refund of {} was acknowledged and is lost", 100 + at);
            shop.ask(ask).await?.is_one_of(&[200, 409])?;
        }
        // each has another amount: together they are given back once
        let sum = (0..AT_ONCE).filter_map(|at| i64::try_from(100 + at).ok()).sum();
        shop.gave_back(&id, AT_ONCE, sum).await?;
    }
    Ok(())
}

async fn lost_at_the_bank(shop: Shop) -> Seen {
    shop.own()?;
    let payment = shop.made("/v2/payments/", &json!({ "amount": 1_000, "card": card(LOST), "capture": false })).await?;
    let id = text(&payment, "id");
    must!(payment["status"].is_null(), "nobody knows what became of it: {payment}");
    let path = format!("/v2/payments/{id}");
    for ask in [
        Ask::post(format!("{path}/capture"), &json!({})),
        Ask::post(format!("{path}/refund"), &json!({})),
        Ask::patch(&path, &json!({ "card": card(GOOD) })),
        Ask::patch(&path, &json!({ "amount": 2_000 })),
    ] {
        shop.ask(&ask).await?.is(409)?;
    }
    shop.made("/v2/sandbox/clock", &json!({ "advance_seconds": 3_600 })).await?;
    let payment = shop.stands(&id, "authorized").await?;
    must!(payment["amount"] == 1_000, "1000 were authorised: {payment}");
    let order = text(&payment, "payment_intent");
    let attempts = shop.read(&format!("/v2/payment_intents/{order}/payments")).await?;
    must!(attempts["range"]["count"] == 1, "one attempt was made: {attempts}");
    Ok(())
}
