use model::id::AccountId;
use model::rights::Environment;
use store::rows::{
    Account, ApiKey, Card, Customer, Dispute, Event, IdempotencyKey, Job, Member, Operation, Payment, PaymentIntent, Payout, Posting,
    Refund, Scope, Session, Shop, User,
};
use store::{Error, ListQuery, Scoped, Store, Value};

use crate::both::{insert, insert_all, on_both};
use crate::samples::{self, id, row, scope};

/// The people's tables, whose rows name each other.
async fn people(store: &Store) {
    insert::<Account>(store, row(1, true)).await.unwrap();
    for number in 1..=2 {
        insert::<User>(store, row(number, true)).await.unwrap();
        insert::<Shop>(store, row(number, number == 1)).await.unwrap();
    }
}

async fn comes_back<R: Scoped + PartialEq + std::fmt::Debug>(store: &Store) {
    for (number, filled) in [(1, true), (2, false)] {
        let written: R = row(number, filled);
        insert(store, written.clone()).await.unwrap();
        let mut reader = store.read().await.unwrap();
        assert_eq!(store::get::<R>(&mut reader, written.scope(), written.id()).await.unwrap(), Some(written));
    }
}

#[tokio::test]
async fn every_row_of_business_data_comes_back_as_written() {
    on_both(async |store| {
        people(&store).await;
        comes_back::<ApiKey>(&store).await;
        comes_back::<Card>(&store).await;
        comes_back::<Customer>(&store).await;
        comes_back::<Dispute>(&store).await;
        comes_back::<Event>(&store).await;
        comes_back::<Operation>(&store).await;
        comes_back::<Payment>(&store).await;
        comes_back::<PaymentIntent>(&store).await;
        comes_back::<Payout>(&store).await;
        comes_back::<Refund>(&store).await;
    })
    .await;
}

#[tokio::test]
async fn every_other_row_comes_back_as_written() {
    on_both(async |store| {
        people(&store).await;
        let members: Vec<Member> = vec![row(1, true), row(2, true)];
        insert_all(&store, members.clone()).await;
        let sessions: Vec<Session> = vec![row(1, true), row(2, false)];
        insert_all(&store, sessions.clone()).await;
        let keys: Vec<IdempotencyKey> = vec![row(1, true), row(2, false)];
        insert_all(&store, keys.clone()).await;
        insert_all::<Posting>(&store, vec![row(1, true), row(2, false)]).await;
        insert_all::<Job>(&store, vec![row(1, true), row(2, false)]).await;

        let mut c = store.read().await.unwrap();
        let account: Account = row(1, true);
        let user: User = row(1, true);
        assert_eq!(store::accounts::account(&mut c, account.id).await.unwrap(), Some(account.clone()));
        assert_eq!(store::accounts::accounts(&mut c).await.unwrap(), std::slice::from_ref(&account));
        assert_eq!(store::users::user(&mut c, user.id).await.unwrap(), Some(user.clone()));
        assert_eq!(store::users::user_by_email(&mut c, &user.email).await.unwrap(), Some(user.clone()));
        let shops: Vec<Shop> = vec![row(1, true), row(2, false)];
        assert_eq!(store::accounts::shops(&mut c, account.id).await.unwrap(), shops);
        assert_eq!(store::accounts::shop(&mut c, account.id, shops[1].id).await.unwrap(), Some(shops[1].clone()));
        assert_eq!(store::accounts::members(&mut c, account.id).await.unwrap(), members);
        assert_eq!(store::accounts::members_of_user(&mut c, user.id).await.unwrap(), members[..1]);
        for session in &sessions {
            assert_eq!(store::users::session(&mut c, &session.token_hash).await.unwrap().as_ref(), Some(session));
        }
        for key in &keys {
            assert_eq!(store::idempotency::known(&mut c, key).await.unwrap().as_ref(), Some(key));
        }
        let jobs = store::jobs::due_until(&mut c, scope(), samples::at(i64::MAX), 10).await.unwrap();
        assert_eq!(jobs, [row::<Job>(1, true), row(2, false)]);
        let posting: Posting = row(1, true);
        assert_eq!(store::ledger::postings_of_payment(&mut c, scope(), posting.payment.unwrap()).await.unwrap(), [posting]);
    })
    .await;
}

#[tokio::test]
async fn keys_are_found_by_their_hash_and_remember_their_use() {
    on_both(async |store| {
        assert!(!store::accounts::any_account(&mut store.read().await.unwrap()).await.unwrap());
        people(&store).await;
        assert!(store::accounts::any_account(&mut store.read().await.unwrap()).await.unwrap());
        let key: ApiKey = row(1, false);
        insert(&store, key.clone()).await.unwrap();
        let id = key.id;
        store.tx(move |tx| Box::pin(store::accounts::touch_key(tx, id, samples::at(5)))).await.unwrap();
        let mut reader = store.read().await.unwrap();
        let found = store::accounts::key_by_hash(&mut reader, &key.hash).await.unwrap();
        assert_eq!(found, Some(ApiKey { last_used: Some(samples::at(5)), ..key }));
        assert_eq!(store::accounts::key_by_hash(&mut reader, "another").await.unwrap(), None);
        assert_eq!(store::accounts::keys(&mut reader, scope().account, Environment::Production).await.unwrap(), []);
    })
    .await;
}

#[tokio::test]
async fn another_account_or_environment_finds_nothing() {
    on_both(async |store| {
        let payment: Payment = row(1, true);
        insert(&store, payment.clone()).await.unwrap();
        let others = [Scope { account: id::<AccountId>(2), ..scope() }, Scope { environment: Environment::Production, ..scope() }];
        let mut c = store.read().await.unwrap();
        let all = ListQuery { filters: vec![], order_by: "created", descending: true, start: 0, limit: 10, after: None };
        for other in others {
            assert_eq!(store::get::<Payment>(&mut c, other, payment.id).await.unwrap(), None);
            assert_eq!(store::find::<Payment>(&mut c, other, "unique_id", payment.unique_id.as_deref().unwrap()).await.unwrap(), None);
            assert_eq!(store::all_where::<Payment>(&mut c, other, "intent", payment.intent).await.unwrap(), []);
            let listed = store::list::<Payment>(&mut c, other, &all).await.unwrap();
            assert_eq!((listed.rows.len(), listed.count), (0, 0));
        }
        assert_eq!(store::find(&mut c, scope(), "order_id", payment.order_id.as_deref().unwrap()).await.unwrap(), Some(payment.clone()));
        assert_eq!(store::all_where::<Payment>(&mut c, scope(), "intent", payment.intent).await.unwrap(), std::slice::from_ref(&payment));
        assert_eq!(store::list::<Payment>(&mut c, scope(), &all).await.unwrap().count, 1);
        drop(c);

        let before = Payment { account: id(2), ..payment.clone() };
        let after = Payment { version: 2, amount: 1, ..before.clone() };
        let update = store.tx(move |tx| {
            let (before, after) = (before.clone(), after.clone());
            Box::pin(async move { store::update(tx, &before, &after).await })
        });
        assert!(matches!(update.await, Err(Error::Stale)));
        let unchanged = store::get(&mut store.read().await.unwrap(), scope(), payment.id).await.unwrap();
        assert_eq!(unchanged, Some(payment));
    })
    .await;
}

async fn taken<R: store::Table>(store: &Store, row: R) -> String {
    match insert(store, row).await {
        Err(Error::Unique { what }) => what,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn what_is_taken_is_named_alike() {
    on_both(async |store| {
        people(&store).await;
        let key: ApiKey = row(1, true);
        let payment: Payment = row(1, true);
        let refund: Refund = row(1, true);
        let user: User = row(1, true);
        insert(&store, key.clone()).await.unwrap();
        insert(&store, payment.clone()).await.unwrap();
        insert(&store, refund.clone()).await.unwrap();
        insert::<PaymentIntent>(&store, row(1, true)).await.unwrap();
        insert::<Member>(&store, row(1, true)).await.unwrap();
        insert::<IdempotencyKey>(&store, row(1, true)).await.unwrap();
        insert::<Job>(&store, row(1, true)).await.unwrap();
        assert_eq!(taken(&store, Payment { unique_id: None, ..payment.clone() }).await, "payments.id");
        assert_eq!(taken(&store, Payment { id: id(9), ..payment.clone() }).await, "payments.unique_id");
        assert_eq!(taken(&store, Refund { id: id(9), ..refund }).await, "refunds.unique_id");
        assert_eq!(taken(&store, PaymentIntent { id: id(9), ..row(1, true) }).await, "payment_intents.unique_id");
        assert_eq!(taken(&store, ApiKey { id: id(9), ..key }).await, "api_keys.hash");
        assert_eq!(taken(&store, User { id: id(9), ..user }).await, "users.email");
        assert_eq!(taken::<Member>(&store, row(1, true)).await, "members.user_id");
        assert_eq!(taken::<IdempotencyKey>(&store, row(1, true)).await, "idempotency_keys.method,path,idempotency_key");
        assert_eq!(taken::<Job>(&store, row(1, true)).await, "jobs.kind,object");
        // Another scope may use the same, and so may none at all.
        insert(&store, Payment { id: id(10), environment: Environment::Production, ..payment.clone() }).await.unwrap();
        insert(&store, Payment { id: id(11), unique_id: None, ..payment.clone() }).await.unwrap();
        insert(&store, Payment { id: id(12), unique_id: None, ..payment }).await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn what_no_engine_may_hold_is_refused() {
    on_both(async |store| {
        let nul = Customer { name: Some("a\0b".to_owned()), ..row(1, true) };
        assert!(matches!(insert(&store, nul).await, Err(Error::Unstorable)));
        let mut c = store.read().await.unwrap();
        assert!(matches!(store::find::<Customer>(&mut c, scope(), "email", "a\0").await, Err(Error::Unstorable)));
        drop(c);
        let negative = Payment { amount: -1, ..row(1, true) };
        let too_much = Payment { captured_amount: 4_000, ..row(1, true) };
        let given_back_twice = Payment { refunded_amount: 2_001, ..row(1, true) };
        for payment in [negative, too_much, given_back_twice] {
            assert!(matches!(insert(&store, payment).await, Err(Error::Inconsistent(_))));
        }
        assert!(matches!(insert::<Shop>(&store, row(1, true)).await, Err(Error::Inconsistent(_))), "a shop of no account");
        insert::<Customer>(&store, row(1, true)).await.unwrap();
        assert!(matches!(store.read().await.unwrap().dialect(), store::Dialect::Sqlite | store::Dialect::Postgres));
        assert_eq!(Value::from("a"), Value::Text(Some("a".to_owned())));
    })
    .await;
}

#[tokio::test]
async fn several_rows_are_written_as_each_would_be() {
    on_both(async |store| {
        let of = |number: u64| -> Customer { row(number, number.is_multiple_of(2)) };
        for (first, many) in [(0, 0_u64), (100, 1), (200, 2), (300, 7), (400, 41)] {
            let rows: Vec<Customer> = (first..first + many).map(of).collect();
            let write = rows.clone();
            store
                .tx(move |tx| {
                    let rows = write.clone();
                    Box::pin(async move { store::insert_all(tx, &rows).await })
                })
                .await
                .unwrap();
            for row in rows {
                assert_eq!(store::get(&mut store.read().await.unwrap(), scope(), row.id).await.unwrap(), Some(row));
            }
        }
        let taken = store.tx(move |tx| Box::pin(async move { store::insert_all(tx, &[of(500), of(100)]).await })).await;
        assert!(matches!(taken, Err(Error::Unique { what }) if what == "customers.id"));
        assert_eq!(store::get::<Customer>(&mut store.read().await.unwrap(), scope(), of(500).id).await.unwrap(), None);
    })
    .await;
}

#[tokio::test]
async fn a_payment_is_read_with_its_own_card_and_customer() {
    on_both(async |store| {
        let (card, customer): (Card, Customer) = (row(1, true), row(2, false));
        let other = Scope { environment: Environment::Production, ..scope() };
        let elsewhere = Card { id: id(3), environment: other.environment, ..card.clone() };
        let bare = Payment { card: None, customer: None, unique_id: None, ..row(4, true) };
        let both = Payment { id: id(5), card: Some(card.id), customer: Some(customer.id), ..bare.clone() };
        let foreign = Payment { id: id(6), card: Some(elsewhere.id), customer: Some(customer.id), ..bare.clone() };
        insert(&store, card.clone()).await.unwrap();
        insert(&store, elsewhere).await.unwrap();
        insert(&store, customer.clone()).await.unwrap();
        for payment in [&bare, &both, &foreign] {
            insert(&store, payment.clone()).await.unwrap();
        }
        let read =
            async |scope: Scope, payment: &Payment| store::payment_with(&mut store.read().await.unwrap(), scope, payment.id).await.unwrap();
        assert_eq!(read(scope(), &bare).await, Some((bare.clone(), None, None)));
        assert_eq!(read(scope(), &both).await, Some((both, Some(card), Some(customer.clone()))));
        assert_eq!(read(scope(), &foreign).await, Some((foreign, None, Some(customer))));
        assert_eq!(read(other, &bare).await, None);
    })
    .await;
}
