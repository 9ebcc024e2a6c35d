//! The merchant's list of payments: its types, its export, and the views people keep.

use std::collections::BTreeSet;

use engine::{Caller, Order, PageAt, PaymentsFilter, ViewChange, Visitor};
use futures::FutureExt;
use model::error::Code;
use model::lifecycle::{OrderType, Purpose};
use model::rights::Role;
use model::time::Timestamp;
use secrecy::ExposeSecret;
use store::rows::PaymentIntent;

use crate::people;
use crate::world::{World, in_each};

async fn owner(world: &World) -> Caller {
    let signed = world.engine.sign_in("owner@example.com", "correct horse battery".into(), Visitor::default()).await.unwrap();
    world.engine.session(signed.token.expose_secret(), None).await.unwrap().caller
}

async fn member(world: &World, role: Role) -> Caller {
    let owner = owner(world).await;
    if role == Role::Owner { owner } else { people::member(world, &owner, &format!("{role}@example.com"), role).await.1 }
}

async fn add(world: &World, rows: Vec<PaymentIntent>) {
    let command = store::command(move |tx: &mut store::Tx| {
        let rows = rows.clone();
        async move {
            for row in &rows {
                store::insert(tx, row).await?;
                store::intent_changed(tx, None, row).await?;
            }
            Ok(())
        }
        .boxed()
    });
    world.store.write(command).await.unwrap();
}

/// Copies of an order, a millisecond apart, as many more orders have them.
async fn many(world: &World, like: &PaymentIntent, numbers: std::ops::Range<i64>) {
    for chunk in numbers.collect::<Vec<_>>().chunks(500) {
        let rows: Vec<PaymentIntent> = chunk
            .iter()
            .map(|number| PaymentIntent {
                id: format!("pi_{number:024}").parse().unwrap(),
                created: Timestamp::from_millis(like.created.as_millis() - 100_000 + number / 3),
                amount: 1_000 + number % 7,
                amount_due: 1_000 + number % 7,
                ..like.clone()
            })
            .collect();
        add(world, rows).await;
    }
}

#[tokio::test]
async fn a_row_is_of_the_type_that_its_purpose_and_day_say() {
    in_each(async |world| {
        let plain = world.intent(|_| {}).await;
        let later = world.intent(|draft| draft.date_settlement = Some("2026-12-01".parse().unwrap())).await;
        let check = world
            .intent(|draft| {
                draft.purpose = Purpose::Verification;
                draft.amount = 0;
            })
            .await;
        let kinds = [plain.kind, later.kind, check.kind];
        assert_eq!(kinds, [OrderType::Payment, OrderType::Deferred, OrderType::Verification]);
        let deferred = PaymentsFilter { kinds: vec![OrderType::Deferred], ..Default::default() };
        let page = world.engine.payments_page(&world.caller, &deferred, &PageAt::First, 10).await.unwrap();
        assert_eq!(page.rows.iter().map(|row| row.id).collect::<Vec<_>>(), [later.id]);
    })
    .await;
}

#[tokio::test]
async fn an_export_has_every_earlier_row_once_and_none_that_is_made_meanwhile() {
    // Rows without a history: no invariants to check afterwards.
    for database in store_testing::databases().await.unwrap() {
        let world = World::on(database.open().await.unwrap()).await;
        let like = world.intent(|_| {}).await;
        many(&world, &like, 0..2_300).await;
        let owner = owner(&world).await;
        let (now, mut made) = (like.created, 0);
        for order in Order::ALL {
            let filter = PaymentsFilter { to: Some(now.plus_millis(1)), order: *order, ..Default::default() };
            let mut seen: Vec<PaymentIntent> = Vec::new();
            let (mut after, mut batches) = (None, 0);
            loop {
                let batch = world.engine.payments_batch(&owner, &filter, after).await.unwrap();
                seen.extend(batch.rows.into_iter().map(|row| row.intent));
                batches += 1;
                // Somebody pays while the reader takes their time.
                made += 1;
                let (id, created) = (format!("pi_late{made:020}").parse().unwrap(), now.plus_millis(made));
                add(&world, vec![PaymentIntent { id, created, amount: 1_003, amount_due: 1_003, ..like.clone() }]).await;
                match batch.next {
                    Some(next) => after = Some(next),
                    None => break,
                }
            }
            assert_eq!(batches, 10, "of {} each", engine::EXPORT_BATCH);
            assert_eq!(seen.len(), 2_301);
            assert_eq!(seen.iter().map(|row| row.id).collect::<BTreeSet<_>>().len(), 2_301);
            assert!(seen.iter().all(|row| row.created <= now));
            let key = |row: &PaymentIntent| (if order.by_amount() { row.amount } else { row.created.as_millis() }, row.id.to_string());
            let sorted = seen.is_sorted_by(|a, b| if order.descends() { key(a) > key(b) } else { key(a) < key(b) });
            assert!(sorted, "{order}");
        }
        world.engine.settle_down().await;
        world.store.close().await;
    }
}

#[tokio::test]
async fn only_who_may_export_does() {
    in_each(async |world| {
        for role in Role::ALL {
            let caller = member(world, *role).await;
            let answer = world.engine.payments_batch(&caller, &PaymentsFilter::default(), None).await;
            let may = matches!(role, Role::Owner | Role::Admin | Role::Finance);
            assert_eq!(answer.map(drop).map_err(|refused| refused.code), if may { Ok(()) } else { Err(Code::Forbidden) }, "{role}");
            assert!(world.engine.payments_choices(&caller).await.is_ok());
        }
    })
    .await;
}

#[tokio::test]
async fn views_are_kept_shared_changed_and_deleted_by_who_may() {
    in_each(async |world| {
        let engine = &world.engine;
        let (viewer, support, admin) =
            (member(world, Role::Viewer).await, member(world, Role::Support).await, member(world, Role::Admin).await);
        let own = engine.save_view(&viewer, "  My   refused ", "view=refused", false).await.unwrap().to_string();
        let shared = engine.save_view(&support, "Large", "min=500&sort=-amount", true).await.unwrap().to_string();
        let names = async |caller| {
            let views = engine.views(caller).await.unwrap();
            views.into_iter().map(|view| (view.name, view.mine, view.changes)).collect::<Vec<_>>()
        };
        let large = |mine, changes| ("Large".to_owned(), mine, changes);
        assert_eq!(names(&viewer).await, [large(false, false), ("My refused".to_owned(), true, true)]);
        assert_eq!(names(&support).await, [large(true, true)]);
        assert_eq!(names(&admin).await, [large(false, true)]);

        let rename = |name: &str| ViewChange { name: Some(name.to_owned()), ..ViewChange::default() };
        let code = |answer: Result<(), model::error::Refused>| answer.unwrap_err().code;
        assert_eq!(code(engine.change_view(&viewer, &shared, rename("Mine")).await), Code::Forbidden);
        assert_eq!(code(engine.change_view(&admin, &own, rename("Mine")).await), Code::NotFound, "others' own views are nobody's business");
        assert_eq!(code(engine.delete_view(&support, &own).await), Code::NotFound);
        engine.change_view(&admin, &shared, rename("Very large")).await.unwrap();
        let update = ViewChange { query: Some("min=900".to_owned()), shared: Some(false), ..ViewChange::default() };
        engine.change_view(&support, &shared, update).await.unwrap();
        assert_eq!(names(&viewer).await.len(), 1);
        assert_eq!(engine.views(&support).await.unwrap()[0].query, "min=900");
        engine.delete_view(&viewer, &own).await.unwrap();
        assert_eq!(names(&viewer).await, []);

        let refused = async |name: &str, query: &str| engine.save_view(&viewer, name, query, false).await.unwrap_err().field.unwrap();
        assert_eq!(refused(" ", "").await, "name");
        assert_eq!(refused(&"x".repeat(41), "").await, "name");
        assert_eq!(refused("a", "q=é").await, "query");
        assert_eq!(engine.save_view(&world.caller, "a", "", false).await.unwrap_err().code, Code::Forbidden, "a key keeps no views");

        assert_eq!(engine.list_columns(&viewer).await.unwrap(), None);
        engine.keep_list_columns(&viewer, "created,reference,amount").await.unwrap();
        assert_eq!(engine.list_columns(&viewer).await.unwrap().as_deref(), Some("created,reference,amount"));
        assert_eq!(engine.list_columns(&support).await.unwrap(), None);
        assert!(engine.keep_list_columns(&viewer, "x; DROP").await.is_err());
    })
    .await;
}

#[tokio::test]
async fn an_order_is_found_by_the_country_of_its_card() {
    in_each(async |world: &mut World| {
        let french = world.pay_by_api("4000002500000003", |_| {}).await;
        let german = world.pay_by_api("4000002760000008", |_| {}).await;
        let found = async |phrases: &[&str], without: &[&str]| -> Vec<_> {
            let words = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect();
            let filter = PaymentsFilter { phrases: words(phrases), without: words(without), ..PaymentsFilter::default() };
            let page = world.engine.payments_rows(&world.caller, &filter, &PageAt::First, 10).await.unwrap();
            page.rows.into_iter().map(|row| row.id).collect()
        };
        assert_eq!(found(&["country:FR"], &[]).await, [french.payment.intent]);
        assert_eq!(found(&["country:de"], &[]).await, [german.payment.intent]);
        assert_eq!(found(&[], &["country:fr"]).await, [german.payment.intent]);
    })
    .await;
}
