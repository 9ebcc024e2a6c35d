//! What a payment's page reads: its money off the ledger, notes, API requests, and what may be done when and by whom.

use engine::{Answered, Caller, EventsQuery, NoteProblem, RefundDraft, Visitor, note_text};
use model::error::Code;
use model::id::Id;
use model::lifecycle::{Action, State};
use model::rights::Role;
use model::time::{DAY, Timestamp};
use secrecy::ExposeSecret;
use store::rows::{Event, Member, User};

use crate::world::{World, in_each, is, new_account};

/// Somebody of the team in this role, signed in.
async fn member(world: &World, role: Role) -> Caller {
    let email = format!("{role}@example.com");
    let command = {
        let (email, account) = (email.clone(), world.account.account.id);
        let mut byte = role as u8;
        let id = Id::mint(&mut || {
            byte = byte.wrapping_add(7) % 200;
            byte
        });
        store::command(move |tx: &mut store::Tx| {
            let email = email.clone();
            Box::pin(async move {
                let owner = store::users::user_by_email(tx, "owner@example.com").await?.unwrap();
                store::insert(tx, &User { id, name: format!("The {role}"), email, ..owner.clone() }).await?;
                store::insert(tx, &Member { account, user_id: id, role, version: 1, created: owner.created, last_seen: None }).await
            })
        })
    };
    world.store.write(command).await.unwrap();
    signed_in(world, &email).await
}

async fn signed_in(world: &World, email: &str) -> Caller {
    let signed = world.engine.sign_in(email, "correct horse battery".into(), Visitor::default()).await.unwrap();
    world.engine.session(signed.token.expose_secret(), None).await.unwrap().caller
}

#[tokio::test]
async fn what_happened_at_one_time_is_told_in_the_order_in_which_it_happened() {
    in_each(async |world| {
        for _ in 0..5 {
            // the clock stands still meanwhile
            let paid = world.pay_by_api("4242424242424242", |_| {}).await.payment;
            world.engine.capture(&world.caller, paid.id, Some(400)).await.unwrap();
            let kinds = |events: &[Event]| -> Vec<String> { events.iter().rev().map(|event| event.kind.clone()).collect() };
            let of_payment = ["payment.created", "payment.authorised", "payment.updated", "payment.adjusted", "payment.capture_asked"];
            let asked = EventsQuery { object: Some(paid.id.to_string()), limit: 10, ..EventsQuery::default() };
            assert_eq!(kinds(&world.engine.events(&world.caller, asked).await.unwrap().items), of_payment);
            let file = world.engine.payment_file(&world.caller, &paid.id.to_string()).await.unwrap();
            let timeline: Vec<Event> = file.events.into_iter().filter(|event| event.object == paid.id.to_string()).collect();
            assert_eq!(kinds(&timeline), of_payment);
            let all = EventsQuery { limit: 9, ..EventsQuery::default() };
            let of_order = [
                "card.created",
                "payment_intent.created",
                of_payment[0],
                "payment_intent.captured",
                of_payment[1],
                of_payment[2],
                "payment_intent.updated",
                of_payment[3],
                of_payment[4],
            ];
            assert_eq!(kinds(&world.engine.events(&world.caller, all).await.unwrap().items), of_order);
        }
    })
    .await;
}

#[tokio::test]
async fn the_money_of_an_order_is_what_the_ledger_says() {
    in_each(async |world| {
        let paid = world.pay_by_api("4000000000000077", |draft| draft.amount = 8_900).await;
        let id = paid.payment.id.to_string();
        let balance = async |world: &World| -(world.balance("pending").await + world.balance("available").await);
        let seen = world.engine.payment_file(&world.caller, &id).await.unwrap().effect;
        assert_eq!((seen.captured, seen.fees, seen.net, seen.pending), (8_900, -69, 8_831, 8_831));
        assert_eq!(seen.net, balance(world).await);
        let draft = RefundDraft { payment: paid.payment.id, amount: Some(2_000), reason: Some("broken".to_owned()), unique_id: None };
        world.engine.refund(&world.caller, draft).await.unwrap();
        world.advance(8 * 86_400).await;
        let file = world.engine.payment_file(&world.caller, &id).await.unwrap();
        let seen = file.effect;
        assert_eq!((seen.captured, seen.refunds, seen.disputes, seen.fees, seen.pending), (8_900, -2_000, 0, -69, 0));
        assert_eq!(seen.captured + seen.refunds + seen.disputes + seen.fees + seen.vat, seen.net);
        assert_eq!(seen.net, balance(world).await);
        assert!(file.names.iter().any(|(_, name)| name == "Maison Test"), "{:?}", file.names);
    })
    .await;
}

#[tokio::test]
async fn what_can_no_longer_be_remitted_is_no_longer_offered() {
    in_each(async |world| {
        let full = world.pay_by_api("4242424242424242", |draft| draft.manual_validation = true).await;
        is(&full.payment, State::AuthorisedToValidate);
        let read = async |world: &World| {
            let mut file = world.engine.payment_file(&world.caller, &full.payment.id.to_string()).await.unwrap();
            file.attempts.remove(0)
        };
        let attempt = read(world).await;
        assert_eq!(attempt.expected_fee, Some(14));
        assert!(attempt.actions.contains(&Action::Validate) && attempt.actions.contains(&Action::Capture));
        let until = attempt.validate_until.unwrap();
        assert!(until < full.payment.authorised_until.unwrap());
        assert_eq!(until.to_rfc3339(), "2026-11-25T21:00:00Z");
        world.advance_to("2026-11-25T20:59:59Z").await;
        assert!(read(world).await.actions.contains(&Action::Validate));
        world.advance_to("2026-11-25T21:00:01Z").await;
        let attempt = read(world).await;
        assert!(!attempt.actions.contains(&Action::Validate) && !attempt.actions.contains(&Action::Capture), "{:?}", attempt.actions);
        assert!(attempt.actions.contains(&Action::Cancel));
        assert_eq!(world.engine.validate(&world.caller, full.payment.id).await.unwrap_err().code, Code::AuthorisationLapses);
    })
    .await;
}

#[tokio::test]
async fn an_order_nobody_pays_can_be_closed_by_whoever_may_cancel() {
    in_each(async |world| {
        let intent = world.intent(|_| {}).await;
        let id = intent.id.to_string();
        let file = world.engine.payment_file(&world.caller, &id).await.unwrap();
        assert!(file.cancellable);
        assert_eq!(file.pay_url, Some(format!("https://pay.example/test_{id}")));
        let support = member(world, Role::Support).await;
        let file = world.engine.payment_file(&support, &id).await.unwrap();
        assert!(!file.cancellable && file.pay_url.is_some());
        assert_eq!(world.engine.cancel_intent(&support, &id).await.unwrap_err().code, Code::Forbidden);
        world.engine.cancel_intent(&world.caller, &id).await.unwrap();
        let file = world.engine.payment_file(&world.caller, &id).await.unwrap();
        assert!(!file.cancellable && file.pay_url.is_none());
    })
    .await;
}

#[tokio::test]
async fn a_role_is_offered_what_it_may_do_and_refused_the_rest() {
    in_each(async |world| {
        let full = world.pay_by_api("4000000000000077", |_| {}).await;
        let open = world.pay_by_api("4242424242424242", |draft| draft.manual_validation = true).await;
        for role in [Role::Viewer, Role::Support, Role::Finance, Role::Developer] {
            let caller = member(world, role).await;
            let offered = async |id: String| world.engine.payment_file(&caller, &id).await.unwrap().attempts.remove(0).actions;
            let refunds = matches!(role, Role::Support | Role::Finance);
            assert_eq!(offered(full.payment.id.to_string()).await.contains(&Action::Refund), refunds, "{role}");
            assert!(offered(open.payment.id.to_string()).await.is_empty(), "{role}");
            let e = &world.engine;
            let id = open.payment.id;
            assert_eq!(e.validate(&caller, id).await.unwrap_err().code, Code::Forbidden);
            assert_eq!(e.capture(&caller, id, None).await.unwrap_err().code, Code::Forbidden);
            assert_eq!(e.lower(&caller, id, 1).await.unwrap_err().code, Code::Forbidden);
            assert_eq!(e.cancel(&caller, id).await.unwrap_err().code, Code::Forbidden);
            let draft = RefundDraft { payment: full.payment.id, amount: Some(1), reason: None, unique_id: None };
            assert_eq!(e.refund(&caller, draft).await.is_ok(), refunds, "{role}");
        }
    })
    .await;
}

#[tokio::test]
async fn notes_are_their_authors_and_everybodys_to_read() {
    in_each(async |world| {
        let intent = world.intent(|_| {}).await;
        let order = intent.id.to_string();
        let e = &world.engine;
        let (support, finance, viewer) =
            (member(world, Role::Support).await, member(world, Role::Finance).await, member(world, Role::Viewer).await);
        assert!(e.payment_file(&viewer, &order).await.unwrap().next_note.is_none());
        let id = e.payment_file(&support, &order).await.unwrap().next_note.unwrap().to_string();
        let note = e.write_note(&support, &order, &id, " Rang twice,\r\nno answer. ").await.unwrap();
        assert_eq!(note.body, "Rang twice,\nno answer.");
        assert_eq!(e.write_note(&support, &order, &id, "Rang twice, no answer.").await.unwrap(), note, "the same form again");
        assert_eq!(e.payment_file(&viewer, &order).await.unwrap().notes, std::slice::from_ref(&note));
        let file = e.payment_file(&finance, &order).await.unwrap();
        assert!(file.names.contains(&(note.author.to_string(), "The support".to_owned())));

        let fresh = || e.next_note().to_string();
        assert_eq!(e.write_note(&viewer, &order, &fresh(), "x").await.unwrap_err().code, Code::Forbidden);
        assert_eq!(e.write_note(&world.caller, &order, &fresh(), "x").await.unwrap_err().code, Code::Forbidden, "a key");
        assert_eq!(e.write_note(&finance, &order, &id, "x").await.unwrap_err().code, Code::Conflict, "somebody else's name");
        assert_eq!(e.edit_note(&finance, &id, 1, "x").await.unwrap_err().code, Code::Forbidden);
        assert_eq!(e.erase_note(&finance, &id).await.unwrap_err().code, Code::Forbidden);
        let edited = e.edit_note(&support, &id, 1, "Rang thrice.").await.unwrap();
        assert_eq!((edited.version, edited.edited.is_some()), (2, true));
        assert_eq!(e.edit_note(&support, &id, 1, "Rang thrice.").await.unwrap(), edited, "the same form again");
        assert_eq!(e.edit_note(&support, &id, 1, "Other").await.unwrap_err().code, Code::Conflict);
        let refused = e.write_note(&support, &order, &fresh(), "pays with 4242 4242 4242 4242 12/34").await.unwrap_err();
        assert_eq!((refused.code, refused.field.as_deref()), (Code::Invalid, Some("text")));
        assert_eq!(note_text(&"é".repeat(2_001)), Err(NoteProblem::TooLong));
        assert_eq!(note_text("a\u{0}b"), Err(NoteProblem::NotText));
        assert_eq!(note_text(" \n "), Err(NoteProblem::Empty));

        e.create_account(new_account("other@example.com")).await.unwrap();
        let stranger = signed_in(world, "other@example.com").await;
        assert_eq!(e.write_note(&stranger, &order, &fresh(), "x").await.unwrap_err().code, Code::NotFound);
        assert_eq!(e.edit_note(&stranger, &id, 2, "x").await.unwrap_err().code, Code::NotFound);
        e.erase_note(&stranger, &id).await.unwrap();
        assert_eq!(e.payment_file(&viewer, &order).await.unwrap().notes.len(), 1);

        e.erase_note(&support, &id).await.unwrap();
        e.erase_note(&support, &id).await.unwrap();
        assert!(e.payment_file(&support, &order).await.unwrap().notes.is_empty());
    })
    .await;
}

fn answered(caller: &Caller, path: &str, at: Timestamp, request: &str, answer: &str) -> Answered {
    Answered {
        caller: caller.clone(),
        method: "POST".to_owned(),
        path: path.to_owned(),
        status: 409,
        begun: at,
        ended: at.plus_millis(12),
        idempotency_key: Some("once".to_owned()),
        request: Some(request.as_bytes().to_vec()),
        answer: Some(answer.as_bytes().to_vec()),
    }
}

#[tokio::test]
async fn api_requests_stand_with_the_payment_they_are_about_without_card_data() {
    in_each(async |world| {
        let full = world.pay_by_api("4000000000000077", |_| {}).await;
        let (payment, order) = (full.payment.id.to_string(), full.payment.intent.to_string());
        let e = &world.engine;
        let secret = world.account.sandbox_secret.expose_secret();
        let with_id = async |id: &str| e.caller_for_key(secret, Some(id.to_owned())).await.unwrap();
        let body = r#"{"amount":1000,"card":{"number":"4000000000000077","cvc":"123"},"description":"4000 0000 0000 0077"}"#;
        let now = e.real_now();
        let requests = vec![
            answered(&with_id("req_1").await, "/v2/payments/", now, body, &format!(r#"{{"id":"{payment}"}}"#)),
            answered(
                &with_id("req_2").await,
                &format!("/v2/payments/{payment}/capture"),
                now.plus_millis(5),
                "",
                r#"{"error":{"code":"conflict"}}"#,
            ),
            answered(&with_id("req_3").await, "/v2/customers/", now, "{}", r#"{"id":"cust_aaaaaaaaaaaaaaaaaaaaaaaa"}"#),
        ];
        e.keep_requests(requests.clone()).await.unwrap();
        e.keep_requests(requests).await.unwrap();
        let owner = signed_in(world, "owner@example.com").await;
        let file = e.payment_file(&owner, &order).await.unwrap();
        let lines: Vec<_> = file.requests.iter().map(|row| (row.id.as_str(), row.status, row.duration, row.error.as_deref())).collect();
        assert_eq!(lines, [("req_2", 409, 12, Some("conflict")), ("req_1", 409, 12, None)]);
        let kept = file.requests[1].request.clone().unwrap();
        assert!(kept.contains("•••• 0077") && !kept.contains("123") && !kept.contains("0000 0000"), "{kept}");
        let viewer = member(world, Role::Viewer).await;
        let seen = e.payment_file(&viewer, &order).await.unwrap().requests;
        assert!(seen.len() == 2 && seen.iter().all(|row| row.request.is_none() && row.answer.is_none()));
        let developer = member(world, Role::Developer).await;
        assert!(e.payment_file(&developer, &order).await.unwrap().requests[1].request.is_some());

        let other = e.create_account(new_account("other@example.com")).await.unwrap();
        let foreign = e.caller_for_key(other.sandbox_secret.expose_secret(), Some("req_4".to_owned())).await.unwrap();
        e.keep_requests(vec![answered(&foreign, &format!("/v2/payments/{payment}"), now, "{}", "{}")]).await.unwrap();
        assert_eq!(e.payment_file(&owner, &order).await.unwrap().requests.len(), 2);

        world.clock.forward(30 * DAY / 1_000 + 1);
        e.tidy().await.unwrap();
        let owner = signed_in(world, "owner@example.com").await;
        assert!(e.payment_file(&owner, &order).await.unwrap().requests.is_empty());
    })
    .await;
}
