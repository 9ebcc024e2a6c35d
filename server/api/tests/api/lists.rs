//! Lists: their envelope, order, filters, pages.

use serde_json::{Value, json};

use crate::house::House;

fn ids(list: &Value, plural: &str) -> Vec<String> {
    list[plural].as_array().unwrap().iter().map(|item| item["id"].as_str().unwrap().to_owned()).collect()
}

async fn intents(house: &House, count: i64) -> Vec<String> {
    let mut made = Vec::new();
    for number in 0..count {
        let body = json!({ "amount": 500 + number, "order_id": if number % 2 == 0 { "even" } else { "odd" } });
        made.push(house.post("/v2/payment_intents/", body).await.ok()["id"].as_str().unwrap().to_owned());
    }
    made
}

#[tokio::test]
async fn a_list_says_which_part_it_is() {
    let (_database, house) = House::small().await;
    let empty = house.get("/v2/payment_intents/").await.ok();
    assert_eq!(empty, json!({ "range": { "start": 0, "end": 0, "limit": 10, "count": 0, "has_more": false }, "payment_intents": [] }));
    let made = intents(&house, 12).await;
    let mut first = house.get("/v2/payment_intents").await.ok();
    let cursor = first["range"].as_object_mut().unwrap().remove("cursor").unwrap();
    assert_eq!(first["range"], json!({ "start": 0, "end": 10, "limit": 10, "count": 12, "has_more": true }));
    let newest_first: Vec<String> = made.iter().rev().cloned().collect();
    assert_eq!(ids(&first, "payment_intents"), newest_first[..10]);
    for next in ["start=10".to_owned(), format!("cursor={}", cursor.as_str().unwrap())] {
        let second = house.get(&format!("/v2/payment_intents/?{next}")).await.ok();
        assert_eq!(ids(&second, "payment_intents"), newest_first[10..], "{next}");
        assert_eq!(second["range"]["has_more"], false);
    }
    let ascending = house.get("/v2/payment_intents/?order=asc&limit=100").await.ok();
    assert_eq!(ids(&ascending, "payment_intents"), made);
}

#[tokio::test]
async fn a_cursor_walks_every_object_once_while_others_are_added() {
    let (_database, house) = House::small().await;
    let mut earlier = intents(&house, 9).await;
    let (mut seen, mut at) = (Vec::new(), String::new());
    loop {
        let page = house.get(&format!("/v2/payment_intents/?limit=4{at}")).await.ok();
        seen.extend(ids(&page, "payment_intents"));
        intents(&house, 2).await;
        let Some(cursor) = page["range"]["cursor"].as_str() else { break };
        at = format!("&cursor={cursor}");
    }
    earlier.reverse();
    assert_eq!(seen, earlier);
}

#[tokio::test]
async fn filters_hold_together() {
    let (_database, house) = House::small().await;
    intents(&house, 6).await;
    let jane = house.post("/v2/customers/", json!({ "name": "Jane", "email": "jane@example.com" })).await.ok();
    let jane = jane["id"].as_str().unwrap();
    house.post("/v2/payment_intents/", json!({ "amount": 900, "customer": jane, "order_id": "even" })).await.ok();
    for (path, count) in [
        ("/v2/payment_intents/?order_id=even".to_owned(), 4),
        ("/v2/payment_intents/?order_id=odd".to_owned(), 3),
        ("/v2/payment_intents/?order_id=none".to_owned(), 0),
        (format!("/v2/payment_intents/?customer={jane}"), 1),
        (format!("/v2/payment_intents/?customer={jane}&order_id=odd"), 0),
        (format!("/v2/customers/{jane}/payment_intents"), 1),
        ("/v2/customers/?email=jane%40example.com&name=Jane".to_owned(), 1),
        ("/v2/customers/?email=john%40example.com".to_owned(), 0),
        ("/v2/payment_intents/?created=0".to_owned(), 7),
        ("/v2/payment_intents/?created=2000-01-01T00:00:00%2B01:00".to_owned(), 7),
        ("/v2/payment_intents/?created=2000-01-01T00:00:00+01:00".to_owned(), 7),
        ("/v2/payment_intents/?created=2000-01-01".to_owned(), 7),
        ("/v2/payment_intents/?created=4102444800".to_owned(), 0),
    ] {
        assert_eq!(house.count(&path).await, count, "{path}");
    }
    house.get("/v2/customers/cust_AAAAAAAAAAAAAAAAAAAAAAAA/payment_intents").await.refused(404);
}

#[tokio::test]
async fn v1_begins_with_the_oldest_and_repeats_the_filters() {
    let (_database, house) = House::small().await;
    let mut made = Vec::new();
    for _ in 0..3 {
        made.push(house.post("/v1/checkout/", json!({ "amount": 500, "order_id": "o-1" })).await.ok()["id"].as_str().unwrap().to_owned());
    }
    let list = house.get("/v1/checkout/?order_id=o-1&created=1500000000&limit=2").await.ok();
    assert_eq!(ids(&list, "payments"), made[..2]);
    assert_eq!(list["live_mode"], false);
    assert_eq!((&list["range"]["order_id"], &list["range"]["created"]), (&json!("o-1"), &json!("1500000000")));
    assert_eq!(list["range"]["has_more"], true);
    let v2 = house.get("/v2/payments/?order_id=o-1").await.ok();
    assert_eq!(ids(&v2, "payments"), made.into_iter().rev().collect::<Vec<_>>());
    assert!(v2.get("live_mode").is_none() && v2["range"].get("order_id").is_none(), "{v2}");
}
