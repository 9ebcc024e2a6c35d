//! What a merchant makes at the desk: links, shops and keys. Made once however often posted, ended at once, and nobody else's.

use engine::{Caller, Grace, KeyKind, LinkDraft, MadeKey, NewKey, PageAt, PageRef, PaymentsFilter, ShopDraft, Step, Visitor};
use futures::FutureExt;
use model::error::{Code, Refused};
use model::lifecycle::Shown;
use model::money::Currency;
use model::rights::Role;
use secrecy::{ExposeSecret, SecretString};
use store::Tx;

use crate::world::{World, in_each, new_account, page};

async fn signed_in(world: &World, email: &str) -> Caller {
    let password = SecretString::from("correct horse battery");
    let signed = world.engine.sign_in(email, password, Visitor::default()).await.unwrap();
    world.engine.session(signed.token.expose_secret(), None).await.unwrap().caller
}

/// The owner, as if they had another role.
async fn as_role(world: &World, role: Role) -> Caller {
    let owner = signed_in(world, "owner@example.com").await;
    let account = owner.scope().account;
    let change = store::command(move |tx: &mut Tx| {
        async move {
            let before = store::accounts::members(tx, account).await?.remove(0);
            let mut after = before.clone();
            (after.role, after.version) = (role, before.version + 1);
            if before.role == role { Ok(()) } else { store::update(tx, &before, &after).await }
        }
        .boxed()
    });
    world.store.write(change).await.unwrap();
    signed_in(world, "owner@example.com").await
}

fn link(token: &str) -> LinkDraft {
    LinkDraft {
        amount: 4_500,
        currency: Currency::Eur,
        order_id: Some("F-2026-17".to_owned()),
        description: Some("Two bowls".to_owned()),
        customer_name: Some("Camille Durand".to_owned()),
        customer_email: Some("camille@example.com".to_owned()),
        shop: None,
        manual_validation: false,
        expires_at: None,
        token: token.repeat(16),
    }
}

fn key(world: &World, token: &str, kind: KeyKind) -> NewKey {
    NewKey { name: "Till 2".to_owned(), shop: world.account.shop.id.to_string(), kind, token: token.repeat(16) }
}

async fn works(world: &World, text: &SecretString) -> bool {
    world.engine.caller_for_key(text.expose_secret(), None).await.is_ok()
}

fn code<T>(outcome: Result<T, Refused>) -> Code {
    outcome.err().unwrap().code
}

/// What the audit log says was done, sorted: of one moment nothing comes first.
async fn actions(world: &World, of: &str) -> Vec<String> {
    let mut reader = world.store.read().await.unwrap();
    let account = world.account.account.id;
    let page = store::audit::page(&mut reader, account, &store::audit::AuditFilter::default(), &PageAt::First, 100).await.unwrap();
    let mut actions: Vec<String> = page.rows.into_iter().map(|row| row.action).filter(|action| action.starts_with(of)).collect();
    actions.sort();
    actions
}

#[tokio::test]
async fn a_link_is_made_once_and_paid_like_any_order() {
    in_each(async |world| {
        let owner = signed_in(world, "owner@example.com").await;
        let made = world.engine.create_link(&owner, link("a")).await.unwrap();
        assert_eq!((made.origin.as_str(), made.amount, made.shown), ("link", 4_500, Shown::Awaiting));
        assert_eq!(made.created_by, owner.actor().to_string());
        assert_eq!(world.engine.create_link(&owner, link("a")).await.unwrap().id, made.id, "posted twice");
        let other = world.engine.create_link(&owner, link("b")).await.unwrap();
        assert_ne!(other.id, made.id);
        assert_eq!(other.customer, made.customer, "the customer was found by the e-mail");
        let mut renamed = link("c");
        renamed.customer_name = Some("C. Durand".to_owned());
        assert_eq!(world.engine.create_link(&owner, renamed).await.unwrap().customer, made.customer);

        let file = world.engine.link(&owner, &made.id.to_string()).await.unwrap();
        assert_eq!(file.url, format!("https://pay.example/test_{}", made.id));
        assert_eq!((file.cancellable, file.made_by.as_deref()), (true, Some("Somebody")));
        assert_eq!(world.pay_on_page(made.id, "4000000000000077").await.step, Step::Done);
        let file = world.engine.link(&owner, &made.id.to_string()).await.unwrap();
        assert_eq!((file.intent.shown, file.cancellable), (Shown::Paid, false));
        assert_eq!(code(world.engine.cancel_link(&owner, &made.id.to_string()).await), Code::OperationNotAllowed);

        world.engine.cancel_link(&owner, &other.id.to_string()).await.unwrap();
        assert_eq!(world.engine.page(&page(other.id), None).await.unwrap().step, Step::Cancelled);
        world.intent(|_| {}).await;
        let all = world.engine.links_page(&owner, PaymentsFilter::default(), &PageAt::First, 10).await.unwrap();
        assert_eq!((all.count, all.rows.len()), (3, 3), "an order by the API is no link");
        let paid = PaymentsFilter { shown: vec![Shown::Paid], ..PaymentsFilter::default() };
        let paid = world.engine.links_page(&owner, paid, &PageAt::First, 10).await.unwrap();
        assert_eq!(paid.rows.iter().map(|row| row.id).collect::<Vec<_>>(), [made.id]);
        assert_eq!(actions(world, "link.").await, ["link.cancelled", "link.created", "link.created", "link.created"]);
    })
    .await;
}

#[tokio::test]
async fn a_link_can_only_be_what_an_order_can_be() {
    in_each(async |world| {
        let owner = signed_in(world, "owner@example.com").await;
        let refused = async |change: &dyn Fn(&mut LinkDraft)| {
            let mut draft = link("a");
            change(&mut draft);
            let refused = world.engine.create_link(&owner, draft).await.unwrap_err();
            (refused.code.http_status(), refused.field.unwrap_or_default())
        };
        let now = world.engine.now_for(&world.account.account, owner.scope().environment);
        assert_eq!(refused(&|draft| draft.amount = 0).await, (422, "amount".to_owned()));
        assert_eq!(refused(&|draft| draft.description = Some("ab".to_owned())).await, (422, "description".to_owned()));
        assert_eq!(refused(&|draft| draft.order_id = Some("x".repeat(37))).await, (422, "order_id".to_owned()));
        assert_eq!(refused(&|draft| draft.expires_at = Some(now)).await, (422, "expires_at".to_owned()));
        let late = now.plus_seconds(100 * 86_400);
        assert_eq!(refused(&|draft| draft.expires_at = Some(late)).await, (422, "expires_at".to_owned()));
        assert_eq!(refused(&|draft| draft.shop = Some("shop_x".to_owned())).await, (404, "shop".to_owned()));
        assert_eq!(refused(&|draft| draft.token = "short".to_owned()).await, (422, "token".to_owned()));
        let nobody = |draft: &mut LinkDraft| (draft.customer_name, draft.customer_email) = (Some("Al".to_owned()), None);
        assert_eq!(refused(&nobody).await, (422, "customer_name".to_owned()));
        let wrong = |draft: &mut LinkDraft| draft.customer_email = Some("nobody".to_owned());
        assert_eq!(refused(&wrong).await, (422, "customer_email".to_owned()));
        assert!(world.engine.links_page(&owner, PaymentsFilter::default(), &PageAt::First, 10).await.unwrap().rows.is_empty());
    })
    .await;
}

#[tokio::test]
async fn what_a_role_may_make_is_decided_here() {
    in_each(async |world| {
        let owner = signed_in(world, "owner@example.com").await;
        let paid = world.engine.create_link(&owner, link("p")).await.unwrap();
        world.pay_on_page(paid.id, "4242424242424242").await;
        let support = as_role(world, Role::Support).await;
        let own = world.engine.create_link(&support, link("a")).await.unwrap();
        world.engine.cancel_link(&support, &own.id.to_string()).await.unwrap();
        assert!(!world.engine.link(&support, &paid.id.to_string()).await.unwrap().cancellable);
        assert_eq!(code(world.engine.cancel_link(&support, &paid.id.to_string()).await), Code::Forbidden, "that would give money back");
        assert_eq!(code(world.engine.api_keys(&support).await), Code::Forbidden);
        assert_eq!(code(world.engine.create_key(&support, key(world, "k", KeyKind::Secret)).await), Code::Forbidden);
        assert_eq!(code(world.engine.shop_files(&support).await), Code::Forbidden);
        let shop = ShopDraft { name: "Fair".to_owned(), url: None };
        assert_eq!(code(world.engine.create_shop(&support, shop, &"s".repeat(16)).await), Code::Forbidden);

        let viewer = as_role(world, Role::Viewer).await;
        assert_eq!(code(world.engine.create_link(&viewer, link("v")).await), Code::Forbidden);
        assert_eq!(code(world.engine.cancel_link(&viewer, &paid.id.to_string()).await), Code::Forbidden);
        assert_eq!(world.engine.links_page(&viewer, PaymentsFilter::default(), &PageAt::First, 10).await.unwrap().rows.len(), 2);

        let developer = as_role(world, Role::Developer).await;
        assert!(world.engine.create_key(&developer, key(world, "d", KeyKind::Secret)).await.is_ok());
        assert_eq!(code(world.engine.create_link(&developer, link("d")).await), Code::Forbidden);
        // a key decides nothing that a team decides
        assert_eq!(code(world.engine.create_key(&world.caller, key(world, "e", KeyKind::Secret)).await), Code::Forbidden);
    })
    .await;
}

#[tokio::test]
async fn a_rolled_key_works_until_the_time_it_was_left_and_a_revoked_one_no_longer() {
    in_each(async |world| {
        let owner = signed_in(world, "owner@example.com").await;
        let made = world.engine.create_key(&owner, key(world, "a", KeyKind::Secret)).await.unwrap();
        assert!(made.text.expose_secret().starts_with("stest_") && works(world, &made.text).await);
        assert!(made.text.expose_secret().ends_with(&made.key.hint));
        let again = world.engine.create_key(&owner, key(world, "a", KeyKind::Secret)).await.unwrap();
        assert_eq!((again.key.id, again.text.expose_secret()), (made.key.id, made.text.expose_secret()), "posted twice");

        let id = made.key.id.to_string();
        let roll = async |token: &str| world.engine.roll_key(&owner, &id, Grace::Hour, &token.repeat(16)).await;
        let rolled: MadeKey = roll("r").await.unwrap();
        assert_eq!((&rolled.key.name, rolled.key.shop), (&made.key.name, made.key.shop));
        assert_eq!(roll("r").await.unwrap().text.expose_secret(), rolled.text.expose_secret(), "posted twice");
        assert_eq!(code(roll("s").await), Code::OperationNotAllowed, "it is rolled");
        world.clock.forward(3_599);
        assert!(works(world, &made.text).await && works(world, &rolled.text).await);
        assert_eq!(code(roll("r").await), Code::OperationNotAllowed, "a key is shown for ten minutes at most");
        world.clock.forward(1);
        assert!(!works(world, &made.text).await && works(world, &rolled.text).await);

        let id = rolled.key.id.to_string();
        let last = world.engine.roll_key(&owner, &id, Grace::Now, &"t".repeat(16)).await.unwrap();
        assert!(!works(world, &rolled.text).await && works(world, &last.text).await);
        let id = last.key.id.to_string();
        assert_eq!(world.engine.rename_key(&owner, &id, " Till 3 ").await.unwrap().name, "Till 3");
        let revoked = world.engine.revoke_key(&owner, &id).await.unwrap();
        assert!(revoked.revoked.is_some() && !works(world, &last.text).await);
        let again = world.engine.revoke_key(&owner, &id).await.unwrap();
        assert_eq!((again.version, again.revoked), (revoked.version, revoked.revoked), "once; its last use may be noted meanwhile");
        assert_eq!(code(world.engine.rename_key(&owner, &id, " ").await), Code::Invalid);
        assert_eq!(actions(world, "key.").await, ["key.created", "key.renamed", "key.revoked", "key.rolled", "key.rolled"]);
    })
    .await;
}

#[tokio::test]
async fn a_public_key_ends_with_the_addresses_that_have_it() {
    in_each(async |world| {
        let owner = signed_in(world, "owner@example.com").await;
        let made = world.engine.create_key(&owner, key(world, "a", KeyKind::Public)).await.unwrap();
        let intent = world.intent(|_| {}).await;
        let at = PageRef::KeyedIntent { key: made.text.expose_secret().to_owned(), id: intent.id };
        assert!(world.engine.page(&at, None).await.is_ok());
        assert!(!works(world, &made.text).await, "it opens pages, not the API");
        let rolled = world.engine.roll_key(&owner, &made.key.id.to_string(), Grace::Day, &"b".repeat(16)).await.unwrap();
        world.clock.forward(86_399);
        assert!(world.engine.page(&at, None).await.is_ok());
        world.clock.forward(1);
        assert_eq!(code(world.engine.page(&at, None).await), Code::NotFound);
        let at = PageRef::KeyedIntent { key: rolled.text.expose_secret().to_owned(), id: intent.id };
        assert!(world.engine.page(&at, None).await.is_ok());
        world.engine.revoke_key(&owner, &rolled.key.id.to_string()).await.unwrap();
        assert_eq!(code(world.engine.page(&at, None).await), Code::NotFound);
    })
    .await;
}

#[tokio::test]
async fn a_shop_has_keys_and_payments_of_its_own() {
    in_each(async |world| {
        let owner = signed_in(world, "owner@example.com").await;
        let draft = ShopDraft { name: " Market stall ".to_owned(), url: Some(String::new()) };
        let token = "s".repeat(16);
        let shop = world.engine.create_shop(&owner, draft.clone(), &token).await.unwrap();
        assert_eq!((shop.name.as_str(), shop.url.as_deref()), ("Market stall", None));
        assert_eq!(world.engine.create_shop(&owner, draft.clone(), &token).await.unwrap(), shop, "posted twice");
        assert_eq!(code(world.engine.create_shop(&owner, draft, &"t".repeat(16)).await), Code::AlreadyExists);
        let url = ShopDraft { name: "Stall".to_owned(), url: Some("https://stall.example".to_owned()) };
        let changed = world.engine.update_shop(&owner, &shop.id.to_string(), url).await.unwrap();
        assert_eq!((changed.name.as_str(), changed.version), ("Stall", 2));

        let new = NewKey { shop: shop.id.to_string(), ..key(world, "a", KeyKind::Secret) };
        let made = world.engine.create_key(&owner, new).await.unwrap();
        let caller = world.engine.caller_for_key(made.text.expose_secret(), None).await.unwrap();
        let intent = world.engine.create_intent(&caller, crate::world::intent(900)).await.unwrap();
        assert_eq!(intent.shop, shop.id);
        let by_hand = LinkDraft { shop: Some(shop.id.to_string()), ..link("a") };
        assert_eq!(world.engine.create_link(&owner, by_hand).await.unwrap().shop, shop.id);
        let of_shop = PaymentsFilter { shop: Some(shop.id), ..PaymentsFilter::default() };
        assert_eq!(world.engine.payments_page(&owner, &of_shop, &PageAt::First, 10).await.unwrap().count, 2);
        let (files, _) = world.engine.shop_files(&owner).await.unwrap();
        let keys = |id| files.iter().find(|file| file.shop.id == id).unwrap().keys;
        assert_eq!((keys(world.account.shop.id), keys(shop.id)), (2, 1));
    })
    .await;
}

#[tokio::test]
async fn another_accounts_links_shops_and_keys_are_unknown() {
    in_each(async |world| {
        let owner = signed_in(world, "owner@example.com").await;
        let id = world.engine.create_link(&owner, link("a")).await.unwrap().id.to_string();
        let made = world.engine.create_key(&owner, key(world, "a", KeyKind::Secret)).await.unwrap();
        let (key_id, shop_id) = (made.key.id.to_string(), world.account.shop.id.to_string());
        world.engine.create_account(new_account("other@example.com")).await.unwrap();
        let stranger = signed_in(world, "other@example.com").await;
        let e = &world.engine;
        let shop = ShopDraft { name: "Mine".to_owned(), url: None };
        let codes = [
            code(e.link(&stranger, &id).await),
            code(e.cancel_link(&stranger, &id).await),
            code(e.rename_key(&stranger, &key_id, "Mine").await),
            code(e.revoke_key(&stranger, &key_id).await),
            code(e.roll_key(&stranger, &key_id, Grace::Now, &"x".repeat(16)).await),
            code(e.update_shop(&stranger, &shop_id, shop).await),
            code(e.create_key(&stranger, key(world, "a", KeyKind::Secret)).await),
            code(e.create_link(&stranger, LinkDraft { shop: Some(shop_id), ..link("a") }).await),
        ];
        assert!(codes.iter().all(|code| *code == Code::NotFound), "{codes:?}");
        assert!(works(world, &made.text).await);
        assert!(e.links_page(&stranger, PaymentsFilter::default(), &PageAt::First, 10).await.unwrap().rows.is_empty());
        assert!(e.api_keys(&stranger).await.unwrap().keys.iter().all(|other| other.account == stranger.scope().account));
        // the same form by somebody else makes another link
        assert_ne!(e.create_link(&stranger, link("a")).await.unwrap().id.to_string(), id);
    })
    .await;
}
