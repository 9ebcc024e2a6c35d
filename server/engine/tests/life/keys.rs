//! Idempotency, sign-in, the events, and what must never be stored.

use engine::{Begun, Caller, Fault, Keyed, Visitor};
use model::error::Code;
use model::rights::Environment;
use secrecy::{ExposeSecret, SecretString};
use store::Dialect;
use store::rows::Event;

use crate::flight::{Stubborn, charge};
use crate::world::{World, form, in_each, page, payment};

fn keyed(world: &World, key: &str, body: &serde_json::Value) -> Keyed {
    let fingerprint = world.engine.fingerprint("POST", "/v2/payments/", body);
    Keyed { method: "POST".to_owned(), path: "/v2/payments/".to_owned(), key: key.to_owned(), fingerprint }
}

/// As whom the first request under a key is carried out.
async fn begun(world: &World, key: &Keyed) -> Caller {
    match world.engine.begin_keyed(&world.caller, key).await {
        Ok(Begun::New(caller)) => caller,
        other => panic!("not new: {other:?}"),
    }
}

/// What is said of a key that still runs.
async fn runs(world: &World, key: &Keyed) {
    let running = world.engine.begin_keyed(&world.caller, key).await.unwrap_err();
    assert_eq!((running.code, running.retry_after), (Code::IdempotencyInProgress, Some(1)));
}

async fn replays(world: &World, key: &Keyed) -> (u16, String) {
    match world.engine.begin_keyed(&world.caller, key).await {
        Ok(Begun::Replay { status, body }) => (status, body),
        other => panic!("not answered before: {other:?}"),
    }
}

async fn goes_on(world: &World, key: &Keyed) -> (String, Caller) {
    match world.engine.begin_keyed(&world.caller, key).await {
        Ok(Begun::Continue { object, caller }) => (object, caller),
        other => panic!("not cut off: {other:?}"),
    }
}

#[tokio::test]
async fn the_same_key_is_carried_out_once_and_answered_twice() {
    in_each(async |world| {
        let body = serde_json::json!({"amount": 500, "card": {"number": "4242424242424242", "cvc": "123"}});
        let key = keyed(world, "order-1", &body);
        let other = keyed(world, "order-1", &serde_json::json!({"amount": 501}));
        let caller = begun(world, &key).await;
        runs(world, &key).await;
        world.engine.create_payment(&caller, payment(500)).await.unwrap();
        runs(world, &key).await;
        world.engine.finish_keyed(&caller, 200, "{}").await.unwrap();
        drop(caller);
        assert_eq!(replays(world, &key).await, (200, "{}".to_owned()));
        assert_eq!(world.engine.begin_keyed(&world.caller, &other).await.unwrap_err().code, Code::IdempotencyMismatch);
        assert_eq!(world.engine.payments(&world.caller, crate::world::query()).await.unwrap().items.len(), 1);
    })
    .await;
}

#[tokio::test]
async fn what_comes_second_to_a_key_changes_nothing() {
    in_each(async |world| {
        let key = keyed(world, "order-4", &serde_json::json!({"amount": 500}));
        let other = keyed(world, "order-4", &serde_json::json!({"amount": 501}));
        let (slow, slow_too) = (world.engine.clone(), begun(world, &other).await);
        // in another process
        world.reborn(Fault::none());
        world.engine.create_payment(&begun(world, &key).await, payment(500)).await.unwrap();
        let again = slow.create_payment(&slow_too, payment(501)).await.unwrap_err();
        assert_eq!(again.code, Code::IdempotencyInProgress);
        assert_eq!(world.engine.payments(&world.caller, crate::world::query()).await.unwrap().items.len(), 1);
    })
    .await;
}

#[tokio::test]
async fn of_two_processes_with_one_request_about_what_is_there_one_carries_it_out() {
    in_each(async |world| {
        let full = world.pay_by_api("4242424242424242", |draft| draft.authorise_only = true).await;
        let id = full.payment.id;
        let key = keyed(world, "capture-1", &serde_json::json!({"amount": 400}));
        let (slow, late) = (world.engine.clone(), begun(world, &key).await);
        world.reborn(Fault::none());
        let first = begun(world, &key).await;
        world.engine.capture(&first, id, None).await.unwrap();
        let captured = world.read(&full).await;
        let refused = slow.capture(&late, id, None).await.unwrap_err();
        assert_eq!((refused.code, refused.retry_after), (Code::IdempotencyInProgress, Some(1)));
        assert_eq!(world.read(&full).await, captured, "it changed what the first had changed");
        world.engine.finish_keyed(&first, 200, "{}").await.unwrap();
        drop(first);
        assert_eq!(replays(world, &key).await, (200, "{}".to_owned()));
    })
    .await;
}

#[tokio::test]
async fn a_refusal_because_of_the_first_is_not_kept_as_its_answer() {
    in_each(async |world| {
        let full = world.pay_by_api("4242424242424242", |_| {}).await;
        let id = full.payment.id;
        let key = keyed(world, "cancel-1", &serde_json::json!({}));
        let (slow, late) = (world.engine.clone(), begun(world, &key).await);
        world.reborn(Fault::none());
        let first = begun(world, &key).await;
        world.engine.cancel(&first, id).await.unwrap();
        let refused = slow.cancel(&late, id).await.unwrap_err();
        assert_eq!(refused.code, Code::OperationNotAllowed);
        // nor is it given: it says of the payer's money what is not so of the request
        let kept = slow.finish_keyed(&late, 409, "refused").await.unwrap_err();
        assert_eq!((kept.code, kept.retry_after), (Code::IdempotencyInProgress, Some(1)));
        // the first one's process dies before it can say what it did
        drop(first);
        world.reborn(Fault::none());
        world.clock.forward(120);
        let (object, caller) = goes_on(world, &key).await;
        assert_eq!(object, id.to_string());
        world.engine.finish_keyed(&caller, 200, "cancelled").await.unwrap();
        drop(caller);
        assert_eq!(replays(world, &key).await, (200, "cancelled".to_owned()));
    })
    .await;
}

#[tokio::test]
async fn a_refusal_after_its_own_change_is_kept() {
    in_each(async |world| {
        let (engine, production) = world.in_production(Stubborn::new(false)).await;
        let made = engine.create_payment(&production, charge()).await.unwrap();
        let key = keyed(world, "cancel-2", &serde_json::json!({}));
        let Begun::New(caller) = engine.begin_keyed(&production, &key).await.unwrap() else { panic!("it is new") };
        assert_eq!(engine.cancel(&caller, made.payment.id).await.unwrap_err().code, Code::AcquirerRefused);
        engine.finish_keyed(&caller, 409, "refused").await.unwrap();
        drop(caller);
        let again = engine.begin_keyed(&production, &key).await.unwrap();
        assert!(matches!(&again, Begun::Replay { status: 409, body } if body == "refused"), "{again:?}");
    })
    .await;
}

#[tokio::test]
async fn a_key_whose_process_died_goes_on_with_what_it_made() {
    in_each(async |world| {
        let key = keyed(world, "order-2", &serde_json::json!({"amount": 500}));
        let made = world.engine.create_payment(&begun(world, &key).await, payment(500)).await.unwrap();
        world.clock.forward(120);
        assert_eq!(goes_on(world, &key).await.0, made.payment.id.to_string());
        world.clock.forward(25 * 3_600);
        let on = world.engine.begin_keyed(&world.caller, &key).await.unwrap();
        assert!(matches!(on, Begun::Continue { .. } | Begun::New(_)), "{on:?}");
    })
    .await;
}

#[tokio::test]
async fn on_sqlite_the_next_process_knows_that_the_one_before_has_ended() {
    in_each(async |world| {
        let key = keyed(world, "order-3", &serde_json::json!({"amount": 500}));
        let made = world.engine.create_payment(&begun(world, &key).await, payment(500)).await.unwrap();
        world.clock.forward(1);
        world.reborn(Fault::none());
        match (world.store.dialect(), world.engine.begin_keyed(&world.caller, &key).await) {
            (Dialect::Sqlite, Ok(Begun::Continue { object, .. })) => assert_eq!(object, made.payment.id.to_string()),
            // another process may still be about it
            (Dialect::Postgres, Err(refused)) => assert_eq!(refused.code, Code::IdempotencyInProgress),
            (_, other) => panic!("{other:?}"),
        }
    })
    .await;
}

#[tokio::test]
async fn on_sqlite_a_request_that_has_ended_without_an_answer_runs_no_longer() {
    in_each(async |world| {
        let key = keyed(world, "order-5", &serde_json::json!({"amount": 500}));
        let caller = begun(world, &key).await;
        let made = world.engine.create_payment(&caller, payment(500)).await.unwrap();
        runs(world, &key).await;
        // its answer could not be kept
        drop(caller);
        match world.store.dialect() {
            Dialect::Sqlite => assert_eq!(goes_on(world, &key).await.0, made.payment.id.to_string()),
            Dialect::Postgres => runs(world, &key).await,
        }
    })
    .await;
}

#[tokio::test]
async fn a_fingerprint_tells_card_numbers_apart_and_ignores_the_code() {
    in_each(async |world| {
        let print = |number: &str, cvc: &str| {
            let body = serde_json::json!({"card": {"number": number, "cvc": cvc}, "amount": 5});
            world.engine.fingerprint("POST", "/v2/payments/", &body)
        };
        assert_eq!(print("4242424242424242", "123"), print("4242 4242 4242 4242", "999"));
        assert_ne!(print("4242424242424242", "123"), print("5555555555554444", "123"));
    })
    .await;
}

#[tokio::test]
async fn people_sign_in_and_are_locked_out() {
    in_each(async |world| {
        let password = || SecretString::from("correct horse battery");
        let from = |ip: &str| Visitor { ip: Some(ip.to_owned()), user_agent: Some("Browser".to_owned()) };
        let signed = world.engine.sign_in(" Owner@Example.com ", password(), from("1.1.1.1")).await.unwrap();
        let token = signed.token.expose_secret().to_owned();
        let session = world.engine.session(&token, None).await.unwrap();
        assert_eq!((session.environment, session.user.email.as_str()), (Environment::Sandbox, "owner@example.com"));
        world.engine.choose_environment(&token, Environment::Production).await.unwrap();
        assert_eq!(world.engine.session(&token, None).await.unwrap().caller.scope().environment, Environment::Production);
        world.engine.sign_out(&token).await.unwrap();
        assert_eq!(world.engine.session(&token, None).await.unwrap_err().code, Code::Unauthorized);

        let wrong = world.engine.sign_in("owner@example.com", "wrong horse battery".into(), from("2.2.2.2")).await.unwrap_err();
        let nobody = world.engine.sign_in("nobody@example.com", password(), from("2.2.2.2")).await.unwrap_err();
        assert_eq!((wrong.code, &wrong.message), (nobody.code, &nobody.message));
        for _ in 0..9 {
            drop(world.engine.sign_in("owner@example.com", "wrong horse battery".into(), from("2.2.2.2")).await);
        }
        let locked = world.engine.sign_in("owner@example.com", password(), from("2.2.2.2")).await.unwrap_err();
        assert_eq!(locked.code, Code::TooManyRequests);
        assert!(locked.retry_after.is_some());
        assert!(world.engine.sign_in("owner@example.com", password(), from("3.3.3.3")).await.is_ok());
        world.clock.forward(16 * 60);
        assert!(world.engine.sign_in("owner@example.com", password(), from("2.2.2.2")).await.is_ok());
    })
    .await;
}

#[tokio::test]
async fn a_session_ends_idle_or_old() {
    in_each(async |world| {
        let signed = world.engine.sign_in("owner@example.com", "correct horse battery".into(), Visitor::default()).await.unwrap();
        let token = signed.token.expose_secret().to_owned();
        for _ in 0..65 {
            world.clock.forward(11 * 3_600);
            world.engine.session(&token, None).await.unwrap();
        }
        world.clock.forward(11 * 3_600);
        assert_eq!(world.engine.session(&token, None).await.unwrap_err().code, Code::Unauthorized);
        let signed = world.engine.sign_in("owner@example.com", "correct horse battery".into(), Visitor::default()).await.unwrap();
        world.clock.forward(12 * 3_600);
        assert_eq!(world.engine.session(signed.token.expose_secret(), None).await.unwrap_err().code, Code::Unauthorized);
    })
    .await;
}

#[tokio::test]
async fn no_card_number_no_code_and_no_secret_is_in_the_database() {
    for database in store_testing::databases().await.unwrap() {
        let store = database.open().await.unwrap();
        let world = World::on(store.clone()).await;
        let intent = world.intent(|_| {}).await;
        let mut typed = form("4000000760000002");
        typed.cvc = "987".into();
        world.engine.pay(&page(intent.id), typed, engine::Device::default(), None).await.unwrap();
        world.pay_by_api("5555555555554444", |_| {}).await;
        let mut reader = store.read().await.unwrap();
        let query = store::ListQuery { filters: vec![], order_by: "at", descending: false, start: 0, limit: 10_000, after: None };
        let events: Vec<Event> = store::list(&mut reader, world.caller.scope(), &query).await.unwrap().rows;
        let text = serde_json::to_string(&events).unwrap();
        for secret in ["4000000760000002", "5555555555554444", "\"987\"", world.account.sandbox_secret.expose_secret()] {
            assert!(!text.contains(secret), "an event holds {secret}");
        }
        drop(reader);
        store.close().await;
        if let store::DatabaseUrl::Sqlite(path) = &database.url {
            for suffix in ["", "-wal"] {
                let file = format!("{}{suffix}", path.display());
                let Ok(bytes) = std::fs::read(file) else { continue };
                for secret in ["4000000760000002", "5555555555554444", world.account.sandbox_secret.expose_secret()] {
                    assert!(!bytes.windows(secret.len()).any(|window| window == secret.as_bytes()), "the database file holds a secret");
                }
            }
        }
    }
}

#[tokio::test]
async fn customers_and_cards_are_recognised_as_each_version_has_it() {
    in_each(async |world| {
        use engine::{ApiVersion, CustomerDraft};
        let draft = |external: Option<&str>, name: &str| CustomerDraft {
            name: Some(name.to_owned()),
            email: Some("camille@example.com".to_owned()),
            external_id: external.map(str::to_owned),
            ..Default::default()
        };
        let e = &world.engine;
        let first = e.create_customer(&world.caller, draft(None, "Camille"), ApiVersion::V1).await.unwrap();
        let again = e.create_customer(&world.caller, draft(None, "Camille"), ApiVersion::V1).await.unwrap_err();
        assert_eq!((again.code, again.existing), (Code::AlreadyExists, Some(first.id.to_string())));
        assert_ne!(e.create_customer(&world.caller, draft(None, "Camille"), ApiVersion::V2).await.unwrap().id, first.id);
        let named = e.create_customer(&world.caller, draft(Some("c-1"), "Camille"), ApiVersion::V2).await.unwrap();
        assert_eq!(e.create_customer(&world.caller, draft(Some("c-1"), "Camille"), ApiVersion::V2).await.unwrap().id, named.id);
        let other = e.create_customer(&world.caller, draft(Some("c-1"), "Dominique"), ApiVersion::V2).await.unwrap_err();
        assert_eq!(other.existing, Some(named.id.to_string()));

        let number = || crate::world::card("5555555555554444");
        let card = e.create_card(&world.caller, number(), ApiVersion::V1).await.unwrap();
        let again = e.create_card(&world.caller, number(), ApiVersion::V1).await.unwrap_err();
        assert_eq!((again.code, again.existing), (Code::AlreadyExists, Some(card.id.to_string())));
        e.create_card(&world.caller, number(), ApiVersion::V2).await.unwrap();
        let gone = e.delete_card(&world.caller, &card.id.to_string()).await.unwrap();
        assert!(gone.deleted.is_some() && gone.sealed.is_none());
        assert_eq!(e.card(&world.caller, &card.id.to_string()).await.unwrap_err().code, Code::NotFound);
    })
    .await;
}

#[tokio::test]
async fn the_number_of_a_card_typed_for_one_payment_is_erased_when_nothing_needs_it() {
    in_each(async |world| {
        let sealed = async |id: model::id::CardId| {
            let mut reader = world.store.read().await.unwrap();
            store::get::<store::rows::Card>(&mut reader, world.caller.scope(), id).await.unwrap().unwrap().sealed.is_some()
        };
        let paid = world.intent(|_| {}).await;
        let typed = world.pay_on_page(paid.id, "4242424242424242").await.card.unwrap();
        assert!(!sealed(typed.id).await);
        let late = world.intent(|draft| draft.date_settlement = Some("2026-12-18".parse().unwrap())).await;
        let waiting = world.pay_on_page(late.id, "4242424242424242").await.card.unwrap();
        assert!(sealed(waiting.id).await, "the authorisation of the day before still needs it");
        world.advance_to("2026-12-18T22:30:00Z").await;
        assert!(!sealed(waiting.id).await);
        let kept = world.pay_by_api("5555555555554444", |_| {}).await.card.unwrap();
        assert!(sealed(kept.id).await, "a saved card is kept");
    })
    .await;
}
