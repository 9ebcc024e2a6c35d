use std::collections::BTreeSet;

use store::rows::{Customer, Event, Refund};
use store::{Error, ListQuery, Op, Scoped as _, Store, Value};

use crate::both::{insert, insert_all, on_both};
use crate::samples::{Numbers, at, row, scope};

fn newest_first(limit: i64) -> ListQuery {
    ListQuery { filters: vec![], order_by: "created", descending: true, start: 0, limit, after: None }
}

/// Walks a list to its end; the ids as they came.
async fn walk<R: store::Scoped>(store: &Store, mut query: ListQuery) -> Vec<String> {
    let mut seen = Vec::new();
    loop {
        let listed = store::list::<R>(&mut store.read().await.unwrap(), scope(), &query).await.unwrap();
        seen.extend(listed.rows.iter().map(store::Scoped::id));
        assert_eq!(listed.has_more, listed.next.is_some());
        match listed.next {
            Some(next) => query.after = Some(next.to_string().parse().unwrap()),
            None => return seen,
        }
    }
}

#[tokio::test]
async fn a_walk_shows_each_earlier_row_once_while_rows_are_added() {
    on_both(async |store| {
        // Many share a time: the id decides between them.
        let earlier: Vec<Customer> =
            (0..60_u64).map(|number| Customer { created: at(1_000 + number.cast_signed() / 7), ..row(number, false) }).collect();
        insert_all(&store, earlier.clone()).await;
        let mut query = newest_first(7);
        let mut seen = Vec::new();
        for page in 0.. {
            insert(&store, Customer { created: at(1_000 + page * 3), ..row(1_000 + u64::try_from(page).unwrap(), false) }).await.unwrap();
            let listed = store::list::<Customer>(&mut store.read().await.unwrap(), scope(), &query).await.unwrap();
            seen.extend(listed.rows.iter().map(|row| row.id));
            query.after = listed.next;
            if !listed.has_more {
                break;
            }
        }
        let unique: BTreeSet<_> = seen.iter().collect();
        assert_eq!(unique.len(), seen.len(), "no row twice");
        assert!(earlier.iter().all(|row| unique.contains(&row.id)), "every earlier row");
    })
    .await;
}

#[tokio::test]
async fn orders_put_empty_values_last_and_are_the_same_on_both_engines() {
    let orders = std::sync::Mutex::new(Vec::new());
    on_both(async |store| {
        let mut numbers = Numbers(3);
        let letters = ["a", "B", "é", "z", "Z", "_", "aa", "\u{1f4b6}"];
        let customers: Vec<Customer> = (0..40)
            .map(|number| {
                let mut customer: Customer = row(number, false);
                customer.name = (number % 3 > 0).then(|| letters[usize::try_from(numbers.below(8)).unwrap()].to_owned());
                customer.deleted = (number % 4 > 0).then(|| at(i64::try_from(numbers.below(9)).unwrap()));
                customer
            })
            .collect();
        insert_all(&store, customers.clone()).await;
        for (order_by, descending) in [("name", false), ("name", true), ("deleted", false), ("deleted", true)] {
            let seen = walk::<Customer>(&store, ListQuery { order_by, descending, ..newest_first(7) }).await;
            assert_eq!(seen.len(), 40);
            let is_empty = |id: &String| {
                let customer = customers.iter().find(|customer| customer.id() == *id).unwrap();
                if order_by == "name" { customer.name.is_none() } else { customer.deleted.is_none() }
            };
            let first = seen.iter().position(is_empty).unwrap();
            assert!(seen[first..].iter().all(is_empty));
            orders.lock().unwrap().push(seen);
        }
    })
    .await;
    let orders = orders.into_inner().unwrap();
    assert_eq!(orders[..4], orders[4..]);
}

#[tokio::test]
async fn filters_hold_together() {
    on_both(async |store| {
        let refunds: Vec<Refund> = (0..20_u64)
            .map(|number| Refund {
                created: at(number.cast_signed()),
                amount: number.cast_signed() * 100,
                unique_id: None,
                reason: (number % 2 == 0).then(|| "broken".to_owned()),
                ..row(number, true)
            })
            .collect();
        insert_all(&store, refunds.clone()).await;
        let count = async |filters: Vec<(&'static str, Op, Value)>| {
            let query = ListQuery { filters, ..newest_first(3) };
            let listed = store::list::<Refund>(&mut store.read().await.unwrap(), scope(), &query).await.unwrap();
            assert_eq!(listed.has_more, listed.count > 3);
            listed.count
        };
        assert_eq!(count(vec![]).await, 20);
        assert_eq!(count(vec![("amount", Op::Ge, 500_i64.into()), ("amount", Op::Lt, 700_i64.into())]).await, 2);
        assert_eq!(count(vec![("amount", Op::Gt, 500_i64.into()), ("amount", Op::Le, 700_i64.into())]).await, 2);
        assert_eq!(count(vec![("reason", Op::Eq, Value::Text(None))]).await, 10);
        assert_eq!(count(vec![("reason", Op::Ne, Value::Text(None)), ("created", Op::Lt, at(10).into())]).await, 5);
        assert_eq!(count(vec![("reason", Op::Eq, "broken".into()), ("id", Op::Ne, refunds[0].id.into())]).await, 9);
        let second = ListQuery { start: 3, ..newest_first(3) };
        let listed = store::list::<Refund>(&mut store.read().await.unwrap(), scope(), &second).await.unwrap();
        assert_eq!(listed.rows.iter().map(|row| row.created.as_millis()).collect::<Vec<_>>(), [16, 15, 14]);
    })
    .await;
}

#[tokio::test]
async fn what_a_list_can_t_do_is_refused() {
    on_both(async |store| {
        let mut c = store.read().await.unwrap();
        let far = ListQuery { start: 10_001, ..newest_first(1) };
        assert!(matches!(store::list::<Customer>(&mut c, scope(), &far).await, Err(Error::StartTooFar)));
        let wrong = ListQuery { after: Some(store::Cursor::new("text", "cust_1")), ..newest_first(1) };
        assert!(matches!(store::list::<Customer>(&mut c, scope(), &wrong).await, Err(Error::Cursor)));
        let injected = ListQuery { order_by: "created; DROP TABLE customers", ..newest_first(1) };
        assert!(matches!(store::list::<Customer>(&mut c, scope(), &injected).await, Err(Error::Inconsistent(_))));
        let none = ListQuery { order_by: "at", ..newest_first(10_000) };
        assert_eq!(store::list::<Event>(&mut c, scope(), &none).await.unwrap().count, 0);
    })
    .await;
}

#[tokio::test]
async fn counts_are_exact_to_ten_thousand() {
    on_both(async |store| {
        let customer = |number: u64| Customer { created: at(i64::try_from(number).unwrap()), ..row(number, false) };
        insert_all(&store, (0..10_000).map(customer).collect()).await;
        let last = ListQuery { start: 10_000, ..newest_first(10) };
        let mut c = store.read().await.unwrap();
        let listed = store::list::<Customer>(&mut c, scope(), &last).await.unwrap();
        assert_eq!((listed.count, listed.has_more, listed.rows.len()), (10_000, false, 0));
        insert_all(&store, (10_000..10_020).map(customer).collect()).await;
        let listed = store::list::<Customer>(&mut c, scope(), &last).await.unwrap();
        assert_eq!((listed.count, listed.has_more, listed.rows.len()), (10_000, true, 10));
    })
    .await;
}
