//! Card numbers where none belong: in the fields that merchants fill as they like.

use serde_json::json;

use crate::house::{GOOD, House, card};

#[tokio::test]
async fn a_card_number_is_refused_in_every_other_field() {
    let (_database, house) = House::small().await;
    for (field, value) in [
        ("description", json!("paid by 4242 4242 4242 4242")),
        ("order_id", json!("4242424242424242")),
        ("unique_id", json!("4242-4242-4242-4242")),
        ("metadata", json!({ "card": "5555555555554444" })),
        ("metadata", json!({ "nested": [{ "amex": 378_282_246_310_005_i64 }] })),
        ("metadata", json!({ "4242424242424242": true })),
    ] {
        house
            .post("/v2/payment_intents/", json!({ "amount": 100, "currency": "eur", field: value }))
            .await
            .names(&[&format!("body.{field}")]);
        if field != "metadata" {
            let payment = json!({ "amount": 100, "currency": "eur", "card": card(GOOD), field: value });
            house.post("/v2/payments/", payment).await.names(&[&format!("body.{field}")]);
        }
    }
    house.post("/v2/customers/", json!({ "email": "a@example.com", "name": "4242424242424242" })).await.names(&["body.name"]);
    assert_eq!(house.count("/v2/payment_intents/").await, 0);
    // Bar codes and numbers of orders are not card numbers.
    let goods = json!({ "ean": "4006381333931", "order": "20261122-0042", "telephone": "490154203237518" });
    house
        .post("/v2/payment_intents/", json!({ "amount": 100, "currency": "eur", "order_id": "4006381333900", "metadata": goods }))
        .await
        .ok();
}
