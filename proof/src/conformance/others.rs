//! Another account's objects, the other environment's, and keys that are none: as if there were nothing.

use serde_json::json;

use super::rule::{Rule, Seen, must, rules};
use super::shop::{Ask, GOOD, Shop, card, text};

rules! {
    payments_of_others, "Another account's payment can't be read, changed, captured or refunded: 404, as for an id of nothing", "ARCHITECTURE, What always holds: 6";
    orders_of_others, "Another account's order can't be read, changed, captured, refunded or cancelled: 404", "ARCHITECTURE, What always holds: 6";
    cards_of_others, "Another account's card or customer can't be paid with, read, changed or deleted: 404", "ARCHITECTURE, What always holds: 6";
    production_is_apart, "The production key of the same account sees nothing of the sandbox", "ARCHITECTURE, What always holds: 6";
    keys_of_nobody, "Without a key, with an unknown one or with a public one: 401, and nothing is made", "/openapi.json: securitySchemes";
}

/// An id of this kind that nothing has.
fn nothing(kind: &str) -> String {
    format!("{kind}_AAAAAAAAAAAAAAAAAAAAAAAA")
}

/// Each is a 404, for theirs as for an id of nothing.
async fn hidden(shop: &Shop, by: &str, id: &str, kind: &str, asks: impl Fn(&str) -> Vec<Ask>) -> Seen {
    for (theirs, none) in asks(id).into_iter().zip(asks(&nothing(kind))) {
        let (theirs, none) = (shop.ask(&theirs.by(by)).await?, shop.ask(&none.by(by)).await?);
        theirs.is(404)?;
        none.is(404)?;
        must!(theirs.text.replace(id, "") == none.text.replace(&nothing(kind), ""), "{} tells more than {}", theirs.text, none.text);
    }
    Ok(())
}

async fn payments_of_others(shop: Shop) -> Seen {
    let theirs = shop.other()?.to_owned();
    for id in [shop.captured(1_000).await?, shop.authorised(1_000).await?] {
        let before = shop.payment(&id).await?;
        hidden(&shop, &theirs, &id, "paym", |id| {
            let path = format!("/v2/payments/{id}");
            vec![
                Ask::get(&path),
                Ask::get(format!("{path}/refunds")),
                Ask::get(format!("/v1/checkout/{id}")),
                Ask::patch(&path, &json!({ "description": "Two books" })),
                Ask::patch(&path, &json!({ "status": "capture" })),
                Ask::post(format!("{path}/capture"), &json!({})),
                Ask::post(format!("{path}/refund"), &json!({})),
                Ask::post("/v2/refunds/", &json!({ "payment": id, "amount": 100 })),
                Ask::post("/v1/refunds/", &json!({ "payment": id })),
            ]
        })
        .await?;
        let after = shop.payment(&id).await?;
        must!(before == after, "{before} became {after}");
        let listed = shop.ask(&Ask::get("/v2/payments/?limit=100").by(&theirs)).await?;
        must!(!listed.text.contains(&id), "it stands in another account's list");
    }
    Ok(())
}

async fn orders_of_others(shop: Shop) -> Seen {
    let theirs = shop.other()?.to_owned();
    let card = shop.made("/v2/cards/", &card(GOOD)).await?;
    let body = json!({ "amount": 1_000, "card": card["id"], "threeds": "none", "capture": false });
    let id = text(&shop.made("/v2/payment_intents/", &body).await?, "id");
    let before = shop.read(&format!("/v2/payment_intents/{id}")).await?;
    hidden(&shop, &theirs, &id, "pi", |id| {
        let path = format!("/v2/payment_intents/{id}");
        vec![
            Ask::get(&path),
            Ask::get(format!("{path}/payments")),
            Ask::patch(&path, &json!({ "amount": 1 })),
            Ask::post(format!("{path}/capture"), &json!({})),
            Ask::post(format!("{path}/refund"), &json!({})),
            Ask::delete(&path),
        ]
    })
    .await?;
    let after = shop.read(&format!("/v2/payment_intents/{id}")).await?;
    must!(before == after, "{before} became {after}");
    Ok(())
}

async fn cards_of_others(shop: Shop) -> Seen {
    let theirs = shop.other()?.to_owned();
    let order = shop.reference("their-card");
    let id = text(&shop.made("/v2/cards/", &card(GOOD)).await?, "id");
    hidden(&shop, &theirs, &id, "card", |id| {
        vec![
            Ask::get(format!("/v2/cards/{id}")),
            Ask::patch(format!("/v2/cards/{id}"), &json!({ "exp_month": 1 })),
            Ask::delete(format!("/v2/cards/{id}")),
            Ask::post("/v2/payments/", &json!({ "amount": 1_000, "card": id, "order_id": order })),
            Ask::post("/v2/payment_intents/", &json!({ "amount": 1_000, "card": id, "order_id": order })),
        ]
    })
    .await?;
    let person = text(&shop.made("/v2/customers/", &json!({ "name": "Jane Doe" })).await?, "id");
    hidden(&shop, &theirs, &person, "cust", |id| {
        vec![
            Ask::get(format!("/v2/customers/{id}")),
            Ask::patch(format!("/v2/customers/{id}"), &json!({ "name": "John Doe" })),
            Ask::delete(format!("/v2/customers/{id}")),
            Ask::post("/v2/payments/", &json!({ "amount": 1_000, "customer": id, "order_id": order })),
        ]
    })
    .await?;
    let listed = shop.ask(&Ask::get(format!("/v2/payments/?order_id={order}")).by(&theirs)).await?.ok()?;
    must!(listed["range"]["count"] == 0, "a payment was made: {listed}");
    shop.read(&format!("/v2/cards/{id}")).await?;
    shop.read(&format!("/v2/customers/{person}")).await.map(drop)
}

async fn production_is_apart(shop: Shop) -> Seen {
    let own = shop.own()?;
    let id = shop.captured(1_000).await?;
    hidden(&shop, &own.production, &id, "paym", |id| {
        vec![Ask::get(format!("/v2/payments/{id}")), Ask::post(format!("/v2/payments/{id}/refund"), &json!({}))]
    })
    .await?;
    shop.gave_back(&id, 0, 0).await?;
    shop.ask(&Ask::post("/v2/sandbox/clock", &json!({ "advance_seconds": 0 })).by(&own.production)).await?.is_one_of(&[403, 404, 409, 422])
}

async fn keys_of_nobody(shop: Shop) -> Seen {
    let order = shop.reference("nobody");
    let id = shop.captured(1_000).await?;
    let mut keys = vec![String::new(), "stest_AAAAAAAAAAAAAAAAAAAAAAAA".to_owned(), "sprod_AAAAAAAAAAAAAAAAAAAAAAAA".to_owned()];
    keys.extend(shop.own().ok().map(|own| own.public.clone()));
    for key in keys {
        for ask in [
            Ask::post("/v2/payments/", &json!({ "amount": 1_000, "card": card(GOOD), "order_id": order })),
            Ask::post(format!("/v2/payments/{id}/refund"), &json!({})),
            Ask::get(format!("/v2/payments/{id}")),
            Ask::delete("/v2/cards/card_AAAAAAAAAAAAAAAAAAAAAAAA"),
        ] {
            shop.ask(&ask.by(&key)).await?.is(401)?;
        }
    }
    let count = shop.count_of(&order).await?;
    must!(count == 0, "{count} payments were made");
    shop.gave_back(&id, 0, 0).await
}
