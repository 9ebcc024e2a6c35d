use std::collections::BTreeMap;

use model::id::{PaymentId, PaymentIntentId};
use model::lifecycle::{Method, OrderType, Shown};
use model::money::Currency;
use model::rights::Environment;
use model::time::DAY;
use store::payments_list::Not;
use store::rows::{PaymentIntent, Scope};
use store::{Count, Order, PageAt, PaymentsFilter, Store};

use crate::both::{insert_all, on_both, save};
use crate::samples::{Numbers, at, id, intent, scope};

/// The list walked by pages of three to its end, and back.
async fn walk(store: &Store, filter: &PaymentsFilter) -> Vec<PaymentIntentId> {
    let page = async |at: &PageAt| store::payments_page(&mut store.read().await.unwrap(), scope(), filter, at, 3).await.unwrap();
    let mut pages = vec![page(&PageAt::First).await];
    while let Some(next) = pages.last().unwrap().next.clone() {
        pages.push(page(&PageAt::After(next)).await);
    }
    let ids = |rows: &[PaymentIntent]| rows.iter().map(|row| row.id).collect::<Vec<_>>();
    for later in (1..pages.len()).rev() {
        let back = page(&PageAt::Before(pages[later].previous.clone().unwrap())).await;
        assert_eq!(ids(&back.rows), ids(&pages[later - 1].rows));
        assert_eq!(back.previous.is_some(), later > 1);
    }
    pages.iter().flat_map(|page| ids(&page.rows)).collect()
}

async fn count(store: &Store, filter: &PaymentsFilter) -> Count {
    store::payments_count(&mut store.read().await.unwrap(), scope(), filter).await.unwrap()
}

fn random(numbers: &mut Numbers, number: u64) -> PaymentIntent {
    let mut made = intent(number, i64::try_from(numbers.below(5 * 86_400_000)).unwrap() - 2 * DAY);
    made.shown = Shown::ALL[usize::try_from(numbers.below(Shown::ALL.len() as u64)).unwrap()];
    made.currency = Currency::ALL[usize::try_from(numbers.below(3)).unwrap()];
    made.amount = i64::try_from(numbers.below(10_000)).unwrap();
    made.amount_due = made.amount;
    made.shop = id(numbers.below(3));
    made.method = [None, Some(Method::Card), Some(Method::Sepa)][usize::try_from(numbers.below(3)).unwrap()];
    made.origin = ["api", "dashboard"][usize::try_from(numbers.below(2)).unwrap()].to_owned();
    made.order_id = (numbers.below(4) == 0).then(|| "order 7".to_owned());
    made.customer = (numbers.below(2) == 0).then(|| id(1));
    made.kind = OrderType::ALL[usize::try_from(numbers.below(4)).unwrap()];
    made.brand = [None, Some("visa".to_owned()), Some("amex".to_owned())][usize::try_from(numbers.below(3)).unwrap()].clone();
    made.last4 = made.brand.as_ref().map(|_| ["4242", "0005"][usize::try_from(numbers.below(2)).unwrap()].to_owned());
    made.payer_name = [None, Some("Jean Dupont".to_owned())][usize::try_from(numbers.below(2)).unwrap()].clone();
    made
}

#[tokio::test]
async fn totals_equal_a_recount_after_random_changes() {
    on_both(async |store| {
        let mut numbers = Numbers(11);
        let mut rows: BTreeMap<u64, PaymentIntent> = BTreeMap::new();
        for _ in 0..250 {
            let number = numbers.below(80);
            let mut after = random(&mut numbers, number);
            let before = rows.get(&number).cloned();
            if let Some(before) = &before {
                (after.created, after.version) = (before.created, before.version + 1);
            }
            save(&store, before, after.clone()).await;
            rows.insert(number, after);
        }
        let periods = [
            (None, None),
            (Some(-DAY), None),
            (None, Some(DAY + 1)),
            (Some(-1), Some(1)),
            (Some(-DAY / 2), Some(2 * DAY + 5)),
            (Some(0), Some(DAY)),
        ];
        for (from, to) in periods {
            let (from, to) = (from.map(at), to.map(at));
            let mut expected: BTreeMap<(Currency, Shown), (i64, i64)> = BTreeMap::new();
            let inside = |row: &&PaymentIntent| from.is_none_or(|from| row.created >= from) && to.is_none_or(|to| row.created < to);
            for row in rows.values().filter(inside) {
                let sum = expected.entry((row.currency, row.shown)).or_default();
                *sum = (sum.0 + 1, sum.1 + row.amount);
            }
            let totals = store::totals::totals(&mut store.read().await.unwrap(), scope(), from, to).await.unwrap();
            let found: BTreeMap<_, _> = totals.iter().map(|total| ((total.currency, total.shown), (total.count, total.amount))).collect();
            assert_eq!(found, expected, "{from:?}..{to:?}");
        }
    })
    .await;
}

#[tokio::test]
async fn every_filter_alone_and_together_shows_what_it_says() {
    on_both(async |store| {
        let mut numbers = Numbers(5);
        let rows: Vec<PaymentIntent> = (0..90).map(|number| random(&mut numbers, number)).collect();
        for row in &rows {
            save(&store, None, row.clone()).await;
        }
        let elsewhere = PaymentIntent { environment: Environment::Production, ..random(&mut numbers, 1_000) };
        save(&store, None, elsewhere).await;
        let none = PaymentsFilter::default;
        let filters = vec![
            none(),
            PaymentsFilter { from: Some(at(0)), ..none() },
            PaymentsFilter { to: Some(at(0)), ..none() },
            PaymentsFilter { shown: vec![Shown::Paid], ..none() },
            PaymentsFilter { shown: Shown::ALL[2..6].to_vec(), ..none() },
            PaymentsFilter { shown: Shown::ALL[2..12].to_vec(), currency: Some(Currency::ALL[1]), ..none() },
            PaymentsFilter { shop: Some(id(1)), ..none() },
            PaymentsFilter { currency: Some(Currency::ALL[0]), ..none() },
            PaymentsFilter { amount_min: Some(5_000), amount_max: Some(8_000), ..none() },
            PaymentsFilter { method: Some(Method::Card), ..none() },
            PaymentsFilter { origin: Some("api".to_owned()), ..none() },
            PaymentsFilter { created_by: Some(rows[0].created_by.clone()), ..none() },
            PaymentsFilter { kinds: vec![OrderType::Link], ..none() },
            PaymentsFilter { kinds: OrderType::ALL[..2].to_vec(), shop: Some(id(1)), ..none() },
            PaymentsFilter { kinds: vec![OrderType::Deferred], shown: Shown::ALL[..9].to_vec(), ..none() },
            PaymentsFilter { brand: Some("visa".to_owned()), last4: Some("4242".to_owned()), ..none() },
            PaymentsFilter { not: vec![Not::Brand("visa".to_owned()), Not::Shown(Shown::Paid), Not::Type(OrderType::Link)], ..none() },
            PaymentsFilter {
                not: vec![Not::Currency(Currency::ALL[0]), Not::Method(Method::Card), Not::Last4("0005".to_owned())],
                from: Some(at(-DAY)),
                ..none()
            },
            PaymentsFilter { not: vec![Not::OrderId("order 7".to_owned())], amount_min: Some(2_000), ..none() },
            PaymentsFilter { not: vec![Not::Origin("api".to_owned())], shown: Shown::ALL[..4].to_vec(), ..none() },
            PaymentsFilter { phrases: vec!["name:dup".to_owned()], shop: Some(id(2)), ..none() },
            PaymentsFilter { phrases: vec!["Jean Dup".to_owned()], ..none() },
            PaymentsFilter { without: vec!["name:jean".to_owned()], method: Some(Method::Card), ..none() },
            PaymentsFilter { ids: rows[3..9].iter().map(|row| row.id).collect(), ..none() },
            PaymentsFilter { ids: rows[3..30].iter().map(|row| row.id).collect(), shown: Shown::ALL[..9].to_vec(), ..none() },
            PaymentsFilter { nothing: true, ..none() },
            PaymentsFilter { customer: Some(id(1)), order_id: Some("order 7".to_owned()), ..none() },
            PaymentsFilter {
                from: Some(at(-DAY)),
                to: Some(at(DAY)),
                shown: Shown::ALL[..5].to_vec(),
                method: Some(Method::Sepa),
                ..none()
            },
        ];
        let ordered =
            filters.into_iter().flat_map(|filter| Order::ALL.iter().map(move |order| PaymentsFilter { order: *order, ..filter.clone() }));
        for filter in ordered {
            let mut expected: Vec<_> = rows.iter().filter(|row| holds(&filter, row)).collect();
            expected.sort_by_key(|row| (if filter.order.by_amount() { row.amount } else { row.created.as_millis() }, row.id.to_string()));
            if filter.order.descends() {
                expected.reverse();
            }
            assert_eq!(walk(&store, &filter).await, expected.iter().map(|row| row.id).collect::<Vec<_>>(), "{filter:?}");
            if filter.order != Order::Newest {
                continue;
            }
            let count = count(&store, &filter).await;
            assert_eq!((usize::try_from(count.count).unwrap(), count.more), (expected.len(), false), "{filter:?}");
            assert_eq!(count.sums.iter().map(|sum| sum.amount).sum::<i64>(), expected.iter().map(|row| row.amount).sum::<i64>());
        }
    })
    .await;
}

fn holds(filter: &PaymentsFilter, row: &PaymentIntent) -> bool {
    filter.from.is_none_or(|from| row.created >= from)
        && filter.to.is_none_or(|to| row.created < to)
        && (filter.shown.is_empty() || filter.shown.contains(&row.shown))
        && filter.shop.is_none_or(|shop| row.shop == shop)
        && filter.created_by.as_ref().is_none_or(|by| row.created_by == *by)
        && filter.currency.is_none_or(|currency| row.currency == currency)
        && filter.amount_min.is_none_or(|least| row.amount >= least)
        && filter.amount_max.is_none_or(|most| row.amount <= most)
        && filter.method.is_none_or(|method| row.method == Some(method))
        && filter.origin.as_ref().is_none_or(|origin| row.origin == *origin)
        && filter.customer.is_none_or(|customer| row.customer == Some(customer))
        && filter.order_id.as_ref().is_none_or(|order| row.order_id.as_ref() == Some(order))
        && (filter.kinds.is_empty() || filter.kinds.contains(&row.kind))
        && filter.brand.as_ref().is_none_or(|brand| row.brand.as_ref() == Some(brand))
        && filter.last4.as_ref().is_none_or(|last4| row.last4.as_ref() == Some(last4))
        && filter.not.iter().all(|not| allows(not, row))
        && (filter.phrases.is_empty() || row.payer_name.is_some())
        && (filter.without.is_empty() || row.payer_name.is_none())
        && (filter.ids.is_empty() || filter.ids.contains(&row.id))
        && !filter.nothing
}

fn allows(not: &Not, row: &PaymentIntent) -> bool {
    match not {
        Not::Shown(shown) => row.shown != *shown,
        Not::Type(kind) => row.kind != *kind,
        Not::Currency(currency) => row.currency != *currency,
        Not::Method(method) => row.method != Some(*method),
        Not::Brand(brand) => row.brand.as_ref() != Some(brand),
        Not::Last4(last4) => row.last4.as_ref() != Some(last4),
        Not::OrderId(order) => row.order_id.as_ref() != Some(order),
        Not::Origin(origin) => row.origin != *origin,
    }
}

fn searching(text: &str) -> PaymentsFilter {
    PaymentsFilter { search: Some(text.to_owned()), ..PaymentsFilter::default() }
}

#[tokio::test]
async fn search_finds_by_the_beginning_of_what_a_row_says() {
    on_both(async |store| {
        let attempt: PaymentId = id(77);
        let found = PaymentIntent {
            payer_name: Some("Élodie Le Goff-Martin".to_owned()),
            payer_email: Some("Elo.Martin@Example.fr".to_owned()),
            order_id: Some("ORD-2026/0815".to_owned()),
            description: Some("Deux vélos d’été".to_owned()),
            last4: Some("4242".to_owned()),
            amount: 12_990,
            payment: Some(attempt),
            ..intent(1, 10)
        };
        save(&store, None, found.clone()).await;
        save(&store, None, PaymentIntent { payer_name: Some("Jean Martin".to_owned()), ..intent(2, 20) }).await;
        let elsewhere = Scope { environment: Environment::Production, ..scope() };
        save(&store, None, PaymentIntent { environment: elsewhere.environment, ..PaymentIntent { id: id(3), ..found.clone() } }).await;

        let id_start = found.id.to_string()[..9].to_owned();
        let attempt = attempt.to_string();
        let words = [
            "elodie",
            "ÉLO",
            "goff",
            "goff-martin",
            "elo.martin@exa",
            "martin@",
            "ord-2026/0815",
            "0815",
            "été",
            "velos",
            "4242",
            "129.90",
            "129,90",
            "12990",
            "elodie martin 129",
            &id_start,
            &attempt,
        ];
        for text in words {
            let hit = walk(&store, &searching(text)).await;
            let expected = text != "martin@";
            assert_eq!(hit.contains(&found.id), expected, "{text}");
            assert_eq!(count(&store, &searching(text)).await.count, i64::try_from(hit.len()).unwrap());
        }
        assert_eq!(walk(&store, &searching("martin")).await.len(), 2);
        for text in ["lodie", "e", "%", "__", "martin zzz", "4243"] {
            assert_eq!(walk(&store, &searching(text)).await, [], "{text}");
        }
        let narrowed = PaymentsFilter { amount_min: Some(12_990), ..searching("mart") };
        assert_eq!(walk(&store, &narrowed).await, [found.id]);

        let renamed = PaymentIntent { payer_name: Some("Ana Costa".to_owned()), payment: Some(id(78)), version: 2, ..found.clone() };
        save(&store, Some(found.clone()), renamed).await;
        assert_eq!(walk(&store, &searching("goff")).await, []);
        assert_eq!(walk(&store, &searching("costa")).await, [found.id]);
        assert_eq!(walk(&store, &searching(&attempt)).await, [found.id], "a superseded attempt's id still leads to its order");
    })
    .await;
}

#[tokio::test]
async fn what_is_frequent_is_looked_for_among_the_newest() {
    on_both(async |store| {
        let many: Vec<PaymentIntent> = (0..10_030)
            .map(|number| {
                let mut made = PaymentIntent { shop: id(1), ..intent(number, i64::try_from(number).unwrap()) };
                if number % 5_000 == 7 {
                    (made.kind, made.amount, made.amount_due) = (OrderType::Link, 77, 77);
                } else if number == 11 {
                    made.brand = Some("amex".to_owned());
                }
                made
            })
            .collect();
        insert_all(&store, many.clone()).await;
        for batch in many.chunks(2_000) {
            let batch = batch.to_vec();
            store
                .tx(move |tx| {
                    let batch = batch.clone();
                    Box::pin(async move {
                        for row in &batch {
                            let rare = (row.created.as_millis() % 5_000 == 7).then(|| "rarely".to_owned());
                            let terms: Vec<String> = ["dupont".to_owned()].into_iter().chain(rare).collect();
                            store::search::add_terms(tx, row, &terms).await?;
                        }
                        Ok(())
                    })
                })
                .await
                .unwrap();
        }
        let mut c = store.read().await.unwrap();
        let page = store::payments_page(&mut c, scope(), &searching("dup"), &PageAt::First, 10).await.unwrap();
        assert_eq!(page.rows.iter().map(|row| row.created.as_millis()).collect::<Vec<_>>(), (10_020..10_030).rev().collect::<Vec<_>>());
        assert!(page.next.is_some() && page.further.is_none());
        let both = store::payments_page(&mut c, scope(), &searching("dup rare"), &PageAt::First, 10).await.unwrap();
        assert_eq!(both.rows.iter().map(|row| row.created.as_millis()).collect::<Vec<_>>(), [10_007, 5_007, 7]);
        // As many as are looked at, and more.
        let counted = count(&store, &searching("dupont")).await;
        assert_eq!((counted.count, counted.more, counted.sums), (1_000, true, vec![]));

        // Conditions together: what few rows meet is gathered, what is frequent is walked through.
        let shop = many[0].shop;
        for order in Order::ALL {
            let page = async |filter: PaymentsFilter| {
                let mut c = store.read().await.unwrap();
                let filter = PaymentsFilter { order: *order, shop: Some(shop), ..filter };
                let page = store::payments_page(&mut c, scope(), &filter, &PageAt::First, 10).await;
                let mut found = page.unwrap().rows.iter().map(|row| row.created.as_millis()).collect::<Vec<_>>();
                found.sort_unstable();
                found
            };
            assert_eq!(page(PaymentsFilter { kinds: vec![OrderType::Link], ..Default::default() }).await, [7, 5_007, 10_007]);
            assert_eq!(page(PaymentsFilter { amount_max: Some(100), ..Default::default() }).await, [7, 5_007, 10_007]);
            assert_eq!(page(PaymentsFilter { brand: Some("amex".to_owned()), ..Default::default() }).await, [11]);
            assert_eq!(page(PaymentsFilter { to: Some(at(3)), ..Default::default() }).await, [0, 1, 2]);
        }
        let amex = PaymentsFilter { shop: Some(shop), brand: Some("amex".to_owned()), ..Default::default() };
        let counted = count(&store, &amex).await;
        assert_eq!((counted.count, counted.more), (0, true), "it is older than what is looked at");
        let link = PaymentsFilter { shop: Some(shop), kinds: vec![OrderType::Link], ..Default::default() };
        let counted = count(&store, &link).await;
        assert_eq!((counted.count, counted.more, counted.sums[0].amount), (3, false, 231), "few have the one, and these are looked at");
        let of_shop = PaymentsFilter { shop: Some(shop), ..Default::default() };
        let counted = count(&store, &of_shop).await;
        assert_eq!((counted.count, counted.more, counted.sums), (5_000, true, vec![]), "an index tells");
    })
    .await;
}

#[tokio::test]
async fn a_cursor_of_one_order_is_no_place_in_another() {
    on_both(async |store| {
        for number in 0..5 {
            save(&store, None, intent(number, 10)).await;
        }
        let mut c = store.read().await.unwrap();
        let largest = PaymentsFilter { order: Order::Largest, ..Default::default() };
        let page = store::payments_page(&mut c, scope(), &largest, &PageAt::First, 2).await.unwrap();
        let next = PageAt::After(page.next.unwrap());
        assert!(store::payments_page(&mut c, scope(), &largest, &next, 2).await.is_ok());
        assert!(store::payments_page(&mut c, scope(), &PaymentsFilter::default(), &next, 2).await.is_err());
    })
    .await;
}
