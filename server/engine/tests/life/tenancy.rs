//! Nothing of one account or environment is ever seen from another.

use model::error::Code;
use secrecy::ExposeSecret;

use crate::world::{card, in_each, new_account, payment, query};

#[tokio::test]
async fn another_accounts_ids_and_the_other_environments_are_unknown() {
    in_each(async |world| {
        let full = world.pay_by_api("4000000000000077", |_| {}).await;
        let intent = world.intent(|_| {}).await;
        let customer = engine::CustomerDraft { email: Some("a@example.com".to_owned()), ..Default::default() };
        let customer = world.engine.create_customer(&world.caller, customer, engine::ApiVersion::V2).await.unwrap();
        let card_row = world.engine.create_card(&world.caller, card("5555555555554444"), engine::ApiVersion::V2).await.unwrap();
        let refund = engine::RefundDraft { payment: full.payment.id, amount: Some(1), reason: None, unique_id: None };
        let made = world.engine.refund(&world.caller, refund.clone()).await.unwrap();

        let other = world.engine.create_account(new_account("other@example.com")).await.unwrap();
        let foreign = world.engine.caller_for_key(other.sandbox_secret.expose_secret(), None).await.unwrap();
        let production = world.engine.caller_for_key(world.account.production_secret.expose_secret(), None).await.unwrap();
        for stranger in [&foreign, &production] {
            let e = &world.engine;
            let id = full.payment.id;
            let codes = [
                e.payment(stranger, &id.to_string()).await.unwrap_err().code,
                e.capture(stranger, id, None).await.unwrap_err().code,
                e.cancel(stranger, id).await.unwrap_err().code,
                e.lower(stranger, id, 1).await.unwrap_err().code,
                e.refund(stranger, refund.clone()).await.unwrap_err().code,
                e.payment_file(stranger, &id.to_string()).await.unwrap_err().code,
                e.intent(stranger, &intent.id.to_string()).await.unwrap_err().code,
                e.cancel_intent(stranger, &intent.id.to_string()).await.unwrap_err().code,
                e.customer(stranger, &customer.id.to_string()).await.unwrap_err().code,
                e.delete_customer(stranger, &customer.id.to_string()).await.unwrap_err().code,
                e.card(stranger, &card_row.id.to_string()).await.unwrap_err().code,
                e.delete_card(stranger, &card_row.id.to_string()).await.unwrap_err().code,
                e.refund_of(stranger, &made.id.to_string()).await.unwrap_err().code,
            ];
            assert!(codes.iter().all(|code| *code == Code::NotFound), "{codes:?}");
            assert!(e.payments(stranger, query()).await.unwrap().items.is_empty());
            assert!(e.events(stranger, engine::EventsQuery { limit: 10, ..Default::default() }).await.unwrap().items.is_empty());
        }
        let mut draft = payment(100);
        draft.card = Some(engine::Named::Id(card_row.id));
        let refused = world.engine.create_payment(&foreign, draft).await.unwrap_err();
        assert_eq!((refused.code, refused.field.as_deref()), (Code::NotFound, Some("card")));
    })
    .await;
}

#[tokio::test]
async fn production_without_an_acquirer_takes_no_payment() {
    in_each(async |world| {
        let production = world.engine.caller_for_key(world.account.production_secret.expose_secret(), None).await.unwrap();
        let refused = world.engine.create_payment(&production, payment(100)).await.unwrap_err();
        assert_eq!(refused.code, Code::NoMethod);
        assert_eq!(refused.code.http_status(), 422);
    })
    .await;
}

#[tokio::test]
async fn keys_that_are_none_are_refused() {
    in_each(async |world| {
        for key in ["", "stest_", "stest_aaaaaaaaaaaaaaaaaaaaaaaa", world.account.sandbox_public.as_str(), "nonsense"] {
            assert_eq!(world.engine.caller_for_key(key, None).await.unwrap_err().code, Code::Unauthorized);
        }
    })
    .await;
}
