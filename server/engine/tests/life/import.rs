//! What merchants bring from elsewhere: it goes in as it stood, and nothing ever moves it.

use std::collections::BTreeSet;
use std::sync::Arc;

use engine::{Caller, FileRow, ImportAsked, ImportReport, ImportRows, PageRef, RowKind, Step, Unreadable};
use model::error::Code;
use model::id::{PaymentId, PaymentIntentId, PayoutId};
use model::lifecycle::{RefundStatus, Shown, State};
use model::rights::Environment;
use model::time::Date;
use serde_json::{Value, json};
use store::rows::{Card, Payment, PaymentIntent, Payout, Refund};
use tokio::sync::mpsc::{Receiver, channel};

use crate::world::{World, card, form, in_each, page, payment, query};

struct Given(Value);

const LISTS: [(&str, RowKind); 7] = [
    ("customers", RowKind::Customer),
    ("cards", RowKind::Card),
    ("payment_intents", RowKind::PaymentIntent),
    ("payments", RowKind::Payment),
    ("refunds", RowKind::Refund),
    ("disputes", RowKind::Dispute),
    ("payouts", RowKind::Payout),
];

impl ImportRows for Given {
    fn open(&self) -> Receiver<Result<FileRow, Unreadable>> {
        let (send, receive) = channel(8);
        let file = self.0.clone();
        drop(std::thread::spawn(move || {
            for (name, kind) in LISTS {
                for (place, value) in file[name].as_array().into_iter().flatten().enumerate() {
                    for row in wire::import::rows_of(kind, value.clone(), wire::import::place_of(kind, place as u64), &mut BTreeSet::new())
                    {
                        if send.blocking_send(Ok(row)).is_err() {
                            return;
                        }
                    }
                }
            }
        }));
        receive
    }
}

async fn importer(world: &World) -> Caller {
    world.engine.caller_for_import(world.account.account.id, Environment::Sandbox, None).await.unwrap()
}

async fn bring(world: &World, file: &Value, asked: ImportAsked) -> ImportReport {
    let rows = Arc::new(Given(file.clone()));
    world.engine.import(&importer(world).await, rows, asked, Arc::new(|_| ())).await.unwrap()
}

/// All of it goes in.
async fn all_in(world: &World, file: &Value) -> ImportReport {
    let report = bring(world, file, ImportAsked::default()).await;
    assert_eq!(report.refused, vec![], "{:?}", report.refused);
    assert!(report.stands);
    report
}

fn id(prefix: &str, number: u32) -> String {
    format!("{prefix}_{number:024}")
}

fn customer(number: u32) -> Value {
    json!({ "id": id("cust", number), "created": 1_600_000_000, "deleted": false, "name": "Arthur Martin", "email": "arthur@example.com",
            "mobile": "+33100000000", "country": "FR", "external_id": "same for all" })
}

fn stored_card(number: u32) -> Value {
    json!({ "id": id("card", number), "created": 1_600_000_000, "brand": "visa", "last4": "4242", "exp_month": 12, "exp_year": 2022,
            "name": "A. Martin", "funding": "credit", "nature": "personnal", "network": "visa", "customer": id("cust", 1) })
}

fn paid(number: u32, status: Option<&str>) -> Value {
    json!({ "id": id("paym", number), "created": "1600000100", "amount": 5_000, "currency": "eur", "status": status, "method": "card",
            "capture": true, "customer": id("cust", 1), "card": id("card", 1), "description": "A simple description",
            "order_id": format!("order-{number}"), "unique_id": format!("unique-{number}"), "response": "00", "fee": 42,
            "date_paym": 1_600_100_000, "date_bank": "2020-09-18", "origin": "api", "live_mode": true, "payout": id("pout", 1),
            "methods_allowed": ["card", "sepa"], "auth": { "status": "success", "return_url": "https://shop.example/back" },
            "device": { "ip": "203.0.113.7", "port": "443", "languages": "fr" } })
}

const STATUSES: [Option<&str>; 10] = [
    None,
    Some("authorized"),
    Some("to_capture"),
    Some("capture_sent"),
    Some("captured"),
    Some("disputed"),
    Some("expired"),
    Some("refused"),
    Some("failed"),
    Some("canceled"),
];

/// A payment of every status, with its refunds, disputes and payout.
fn whole() -> Value {
    let payments: Vec<Value> = STATUSES.iter().zip(1_u32..).map(|(status, number)| paid(number, *status)).collect();
    json!({
        "customers": [customer(1)],
        "cards": [stored_card(1), { "id": id("card", 2), "created": 1_600_000_000, "number": "4242 4242 4242 4242", "cvc": "123",
                                    "exp_month": 12, "exp_year": 2030 }],
        "payments": payments,
        "refunds": [{ "id": id("refd", 1), "payment": id("paym", 5), "created": 1_600_200_000, "amount": 1_500, "currency": "eur",
                      "status": "refunded", "date_refund": "2020-09-16", "date_bank": "2020-09-17" },
                    { "id": id("refd", 2), "payment": id("paym", 5), "created": 1_600_300_000, "amount": 500, "currency": "eur", "status": "to_refund" },
                    { "id": id("refd", 3), "payment": id("paym", 10), "created": 1_600_300_000, "amount": 5_000, "status": "payment_canceled" }],
        "disputes": [{ "id": id("dspt", 1), "payment": id("paym", 6), "created": 1_600_400_000, "amount": 5_000, "currency": "eur", "fee": 1_500,
                       "response": "45", "type": "fraud", "status": "open" }],
        "payouts": [{ "id": id("pout", 1), "currency": "eur", "date": "2020-09-20", "status": "paid", "fees": 42, "fees_vat": 8,
                      "payments": { "amount": 5_000 }, "refunds": { "amount": 1_500 }, "disputes": { "amount": 0 } }],
    })
}

async fn stored<R: store::Scoped>(world: &World, id: &str) -> R {
    let mut reader = world.store.read().await.unwrap();
    store::get::<R>(&mut reader, world.caller.scope(), id).await.unwrap().unwrap_or_else(|| panic!("no {id}"))
}

async fn jobs(world: &World) -> usize {
    let mut reader = world.store.read().await.unwrap();
    let ever = model::time::Timestamp::from_unix_seconds(40_000_000_000);
    store::jobs::due_until(&mut reader, world.caller.scope(), ever, 1_000).await.unwrap().len()
}

#[tokio::test]
async fn every_status_goes_in_as_it_stood() {
    in_each(async |world| {
        let report = all_in(world, &whole()).await;
        assert_eq!(report.counts[&RowKind::Payment].imported, 10);
        assert_eq!((report.imported(), report.rows()), (18, 18));
        assert_eq!(report.notes, vec![]);
        for (status, number) in STATUSES.iter().zip(1_u32..) {
            let row: Payment = stored(world, &id("paym", number)).await;
            assert_eq!(row.state.api_status(row.remitted_at.is_some(), row.disputed_amount > 0), *status, "{number}");
            assert_eq!((row.created.as_unix_seconds(), row.origin.as_str(), row.fee), (1_600_000_100, "import", 42));
            assert_eq!((row.unique_id, row.payout), (Some(format!("unique-{number}")), Some(id("pout", 1).parse().unwrap())));
            let intent: PaymentIntent = stored(world, &row.intent.to_string()).await;
            assert_eq!((intent.payer_name.as_deref(), intent.last4.as_deref()), (Some("Arthur Martin"), Some("4242")));
            assert_eq!((intent.order_cycle.as_str(), intent.created), ("CLOSED", row.created));
        }
        let shown = async |number: u32| {
            let row: Payment = stored(world, &id("paym", number)).await;
            stored::<PaymentIntent>(world, &row.intent.to_string()).await.shown
        };
        assert_eq!(
            (shown(1).await, shown(2).await, shown(5).await, shown(6).await),
            (Shown::Abandoned, Shown::Waiting, Shown::Paid, Shown::Disputed)
        );
        let refunded: Payment = stored(world, &id("paym", 5)).await;
        assert_eq!((refunded.captured_amount, refunded.refunded_amount), (5_000, 2_000));
        let refund: Refund = stored(world, &id("refd", 1)).await;
        assert_eq!((refund.status, refund.date_refund.unwrap().to_rfc3339().as_str()), (RefundStatus::Refunded, "2020-09-16T00:00:00Z"));
        let payout: Payout = stored(world, &id("pout", 1)).await;
        assert_eq!((payout.amount, payout.date), (5_000 - 1_500 - 42 - 8, Date::new(2020, 9, 20)));
        let filtered = engine::ListQuery { equal: vec![("payout".to_owned(), id("pout", 1))], ..query() };
        assert_eq!(world.engine.payments(&world.caller, filtered).await.unwrap().count, 10);
        // nothing is due, nothing moves a balance, and what has no column is kept
        assert_eq!(jobs(world).await, 0);
        let mut reader = world.store.read().await.unwrap();
        let balances = store::ledger::balances(&mut reader, world.caller.scope()).await.unwrap();
        assert!(balances.iter().all(|balance| balance.ledger_account == "imported_opening" && balance.amount == 0), "{balances:?}");
        let lines = store::ledger::postings_of_payment(&mut reader, world.caller.scope(), refunded.id).await.unwrap();
        assert_eq!((lines.len(), lines.iter().map(|line| line.amount).max()), (6, Some(5_000)));
        let source = store::imports::source(&mut reader, world.caller.scope(), &id("paym", 5)).await.unwrap().unwrap();
        assert_eq!((&source["live_mode"], &source["origin"]), (&json!(true), &json!("api")));
        let source = store::imports::source(&mut reader, world.caller.scope(), &id("card", 2)).await.unwrap().unwrap().to_string();
        assert!(!source.contains("424242424242") && !source.contains("4242 4242 4242") && !source.contains("123"), "{source}");
    })
    .await;
}

#[tokio::test]
async fn the_same_file_again_changes_nothing() {
    in_each(async |world| {
        all_in(world, &whole()).await;
        let mut reader = world.store.read().await.unwrap();
        let before = crate::invariants::Books::of(&mut reader, world.caller.scope()).await;
        drop(reader);
        let again = all_in(world, &whole()).await;
        assert_eq!(again.imported(), 0);
        assert_eq!(again.counts.values().map(|of| of.unchanged).sum::<u64>(), 18);
        let mut reader = world.store.read().await.unwrap();
        let after = crate::invariants::Books::of(&mut reader, world.caller.scope()).await;
        assert_eq!((before.intents, before.payments, before.refunds), (after.intents, after.payments, after.refunds));
        drop(reader);
        // the same payments in another shape, and one that says something else
        let mut other = json!({ "payments": [whole()["payments"][4], whole()["payments"][5]] });
        other["payments"][0]["created"] = json!("2020-09-13T12:28:20Z");
        other["payments"][0]["card"] = stored_card(1);
        other["payments"][1]["amount"] = json!(5_001);
        let report = bring(world, &other, ImportAsked::default()).await;
        assert_eq!(report.counts[&RowKind::Payment], engine::ImportCounts { imported: 0, unchanged: 1, refused: 1 });
        assert_eq!((report.refused[0].at.as_str(), report.refused[0].field.as_str()), ("payments[1]", "id"));
        assert!(report.refused[0].reason.contains("with other data"), "{:?}", report.refused);
    })
    .await;
}

#[tokio::test]
async fn nothing_here_ever_moves_it() {
    in_each(async |world| {
        all_in(world, &whole()).await;
        let history = |refused: model::error::Refused| {
            assert_eq!(refused.code, Code::OperationNotAllowed, "{refused}");
            assert!(refused.message.contains("imported: it is history"), "{refused}");
            assert_eq!(refused.code.http_status(), 409);
        };
        for number in 1..=10 {
            let payment: PaymentId = id("paym", number).parse().unwrap();
            let text = payment.to_string();
            let (engine, caller) = (&world.engine, &world.caller);
            history(engine.refund_by(caller, &text, None, None, None).await.unwrap_err());
            history(engine.capture(caller, payment, None).await.unwrap_err());
            history(engine.cancel(caller, payment).await.unwrap_err());
            history(engine.validate(caller, payment).await.unwrap_err());
            history(engine.lower(caller, payment, 1).await.unwrap_err());
            history(engine.postpone(caller, payment, "2026-12-01".parse().unwrap()).await.unwrap_err());
            let change = engine::PaymentChange { description: Some(Some("changed".to_owned())), ..Default::default() };
            history(engine.update_payment(caller, &text, change).await.unwrap_err());
            let row: Payment = stored(world, &text).await;
            history(engine.cancel_intent(caller, &row.intent.to_string()).await.unwrap_err());
            history(engine.update_intent(caller, &row.intent.to_string(), engine::IntentChange::default()).await.unwrap_err());
            let file = engine.payment_file(caller, &text).await.unwrap();
            assert!(file.attempts.iter().all(|attempt| attempt.actions.is_empty() && attempt.refundable == 0));
            // the payer's page is closed, and takes no card
            let at: PageRef = page(row.intent);
            let tried = engine.pay(&at, form("4242424242424242"), engine::Device::default(), None).await.unwrap();
            assert!(matches!(tried.step, Step::Done | Step::Expired), "{:?}", tried.step);
            assert_eq!(engine.page(&at, None).await.unwrap().step, tried.step);
        }
        let mut reader = world.store.read().await.unwrap();
        let before = crate::invariants::Books::of(&mut reader, world.caller.scope()).await;
        drop(reader);
        world.advance(400 * 86_400).await;
        world.clock.forward(400 * 86_400);
        while world.engine.run_due(100).await.unwrap().jobs > 0 {}
        let mut reader = world.store.read().await.unwrap();
        let after = crate::invariants::Books::of(&mut reader, world.caller.scope()).await;
        drop(reader);
        assert_eq!((before.intents, before.payments), (after.intents, after.payments));
        assert_eq!((before.refunds, before.disputes, after.operations.len()), (after.refunds, after.disputes, 0));
        // read as it stood, too, although its authorisation would have lapsed
        let full = world.engine.payment(&world.caller, &id("paym", 2)).await.unwrap();
        assert_eq!(full.payment.state, State::AuthorisedToValidate);
    })
    .await;
}

#[tokio::test]
async fn what_is_wrong_is_named_and_the_rest_goes_in() {
    let good = || json!({ "customers": [customer(1)], "cards": [stored_card(1)], "payments": [paid(1, Some("captured"))] });
    let with = |list: &str, row: Value| {
        let mut file = good();
        let rows = file.as_object_mut().unwrap().entry(list).or_insert_with(|| json!([]));
        rows.as_array_mut().unwrap().push(row);
        file
    };
    let changed = |mut row: Value, field: &str, value: Value| {
        row[field] = value;
        row
    };
    let refund = |amount: i64| json!({ "id": id("refd", 1), "payment": id("paym", 1), "created": 1_600_200_000, "amount": amount, "status": "refunded" });
    let other = |field: &str, value: Value| with("payments", changed(paid(2, Some("captured")), field, value));
    let cases = [
        ("id", other("id", json!("paym_short")), "24 letters or digits"),
        ("id", other("id", Value::Null), "is missing"),
        ("id", other("id", json!("ch_000000000000000000000002")), "begins with `paym_`"),
        ("amount", other("amount", json!("5000")), "is a text"),
        ("amount", other("amount", json!(99.5)), "no whole number"),
        ("amount", other("amount", json!(4_294_967_296_i64)), "to 4294967295"),
        ("currency", other("currency", json!("xau")), "none of aud, cad"),
        ("status", other("status", json!("paid")), "or null"),
        ("created", other("created", json!(90_000_000)), "2000 and 2100"),
        ("created", other("created", json!("2099-01-01")), "in the future"),
        ("created", other("created", json!("yesterday")), "is no time"),
        ("customer", other("customer", json!(id("cust", 9))), "neither in the file nor"),
        ("card", other("card", json!(id("card", 9))), "neither in the file nor"),
        ("unique_id", other("unique_id", json!("unique-1")), "is that of paym_"),
        ("lifecycle.detailed_status", other("lifecycle", json!({ "detailed_status": "REFUSED" })), "captured"),
        ("description", other("description", json!("\u{7}")), "control"),
        ("auth.status", other("auth", json!({ "status": "maybe" })), "none of"),
        ("amount", with("refunds", refund(5_001)), "more than the 5000"),
        ("amount", with("refunds", refund(0)), "is 0"),
        ("currency", with("refunds", changed(refund(1), "currency", json!("usd"))), "its payment"),
        ("created", with("refunds", changed(refund(1), "created", json!(1_500_000_000))), "before its payment"),
        ("payment", with("refunds", changed(refund(1), "payment", json!(id("paym", 7)))), "neither in the file nor"),
        ("name", with("customers", changed(customer(2), "name", json!("4242 4242 4242 4242"))), "card number"),
        ("number", with("cards", changed(stored_card(2), "number", json!("4242424242424241"))), ""),
        ("last4", with("cards", changed(stored_card(2), "last4", json!("424x"))), "four digits"),
        ("exp_month", with("cards", changed(stored_card(2), "exp_month", json!(13))), "from 1 to 12"),
        ("", with("payments", json!("paym_1")), "no JSON object"),
    ];
    in_each(async |world| {
        for (field, file, reason) in &cases {
            let tried = bring(world, file, ImportAsked { dry_run: true, atomic: false }).await;
            assert!(!tried.stands);
            assert_eq!(tried.refused.len(), 1, "{field}: {:?}", tried.refused);
            assert_eq!(tried.refused[0].field, *field, "{:?}", tried.refused);
            assert!(tried.refused[0].reason.contains(reason), "{field}: {:?}", tried.refused);
            assert_eq!(tried.imported(), 3, "{field}");
            let kept_out = bring(world, file, ImportAsked { atomic: true, dry_run: false }).await;
            assert!(!kept_out.stands);
            assert_eq!(kept_out.refused, tried.refused);
        }
        let mut reader = world.store.read().await.unwrap();
        for kind in RowKind::ALL {
            assert_eq!(store::imports::count(&mut reader, world.caller.scope(), kind.as_str()).await.unwrap(), 0);
        }
        drop(reader);
        let report = bring(world, &cases[0].1, ImportAsked::default()).await;
        assert!(report.stands);
        assert_eq!((report.imported(), report.refused.len()), (3, 1));
        let atomic = bring(world, &good(), ImportAsked { atomic: true, dry_run: false }).await;
        assert!(atomic.stands, "nothing is refused");
        assert_eq!(atomic.imported(), 0);
    })
    .await;
}

#[tokio::test]
async fn objects_within_each_other_go_in_once() {
    in_each(async |world| {
        let mut first = paid(1, Some("captured"));
        first["customer"] = customer(1);
        first["card"] = stored_card(1);
        first["payment_intent"] = json!(id("pi", 1));
        first["refunds"] = json!([{ "id": id("refd", 1), "created": 1_600_200_000, "amount": 100, "status": "refunded" }]);
        let mut second = paid(2, Some("refused"));
        second["customer"] = customer(1);
        second["customer"]["name"] = json!("Another Name");
        second["payment_intent"] = json!(id("pi", 1));
        let mut sepa = paid(3, Some("captured"));
        sepa["card"] = Value::Null;
        sepa["method"] = json!("sepa");
        sepa["sepa"] = json!({ "id": id("sepa", 1), "last4": "2606", "name": "Sepa1", "bic": "TESTFRPP" });
        let mut of_dispute = paid(4, Some("disputed"));
        of_dispute["unique_id"] = Value::Null;
        let file = json!({
            "payment_intents": [{ "id": id("pi", 1), "amount": 5_000, "currency": "eur", "status": "captured", "created_at": 1_600_000_000,
                                  "threeds": "none", "url": "https://payment.example/pi", "metadata": { "basket": 7 }, "origin": "api" }],
            "payments": [first, second, sepa, paid(5, Some("disputed"))],
            "disputes": [{ "id": id("dspt", 1), "created": 1_600_400_000, "amount": 1_000, "payment": of_dispute, "response": "45" }],
        });
        let report = all_in(world, &file).await;
        assert_eq!(report.counts[&RowKind::Customer].imported, 1);
        assert_eq!(report.counts[&RowKind::Payment].imported, 5);
        let notes: Vec<(&str, &str)> = report.notes.iter().map(|note| (note.at.as_str(), note.field.as_str())).collect();
        assert_eq!(notes, [("payments[1].customer", ""), ("disputes[0]", "status"), ("payments[3]", "status")], "{:?}", report.notes);
        let intent: PaymentIntent = stored(world, &id("pi", 1)).await;
        assert_eq!((intent.implicit, intent.captured, intent.refunded), (false, 5_000, 100));
        assert_eq!((intent.status.as_str(), intent.metadata), ("captured", Some(json!({ "basket": 7 }))));
        assert_eq!(world.engine.intent_payments(&world.caller, &id("pi", 1)).await.unwrap().len(), 2);
        let sepa: Payment = stored(world, &id("paym", 3)).await;
        let its: PaymentIntent = stored(world, &sepa.intent.to_string()).await;
        assert_eq!((its.last4.as_deref(), its.method.map(model::lifecycle::Method::as_str)), (Some("2606"), Some("sepa")));
        assert_eq!(all_in(world, &file).await.imported(), 0);
        // one order is paid once
        let mut twice = paid(6, Some("captured"));
        twice["payment_intent"] = json!(id("pi", 1));
        let report = bring(world, &json!({ "payments": [twice] }), ImportAsked::default()).await;
        assert_eq!(report.refused[0].field, "amount");
    })
    .await;
}

#[tokio::test]
async fn only_a_card_with_its_number_can_be_charged() {
    in_each(async |world| {
        all_in(world, &whole()).await;
        let kept: Card = stored(world, &id("card", 1)).await;
        assert!(kept.sealed.is_none());
        let charge = |card: &str| {
            let mut draft = payment(1_000);
            draft.card = Some(engine::Named::Id(card.parse().unwrap()));
            draft
        };
        let refused = world.engine.create_payment(&world.caller, charge(&id("card", 1))).await.unwrap_err();
        assert_eq!((refused.field.as_deref(), refused.code.http_status()), (Some("card"), 422));
        let paid = world.engine.create_payment(&world.caller, charge(&id("card", 2))).await.unwrap();
        assert_eq!(paid.payment.state, State::Authorised);
        // the same number typed here is recognised as the same
        let typed = world.engine.create_card(&world.caller, card("4242424242424242"), engine::ApiVersion::V2).await.unwrap();
        assert_eq!(stored::<Card>(world, &id("card", 2)).await.fingerprint, typed.fingerprint);
    })
    .await;
}

#[tokio::test]
async fn what_is_here_already_is_left_alone() {
    in_each(async |world| {
        let own = world.pay_by_api("4000000000000077", |_| ()).await.payment;
        let mut taken = paid(1, Some("captured"));
        (taken["id"], taken["customer"], taken["card"]) = (json!(own.id), Value::Null, Value::Null);
        let mut within = paid(2, Some("captured"));
        (within["payment_intent"], within["customer"], within["card"]) = (json!(own.intent), Value::Null, Value::Null);
        let refund = json!({ "id": id("refd", 1), "payment": own.id, "created": own.created.as_unix_seconds() + 1, "amount": 1, "status": "refunded" });
        let report = bring(world, &json!({ "payments": [taken, within], "refunds": [refund] }), ImportAsked::default()).await;
        let fields: Vec<&str> = report.refused.iter().map(|said| said.field.as_str()).collect();
        assert_eq!(fields, ["id", "payment_intent", "payment"], "{:?}", report.refused);
        assert_eq!(stored::<Payment>(world, &own.id.to_string()).await, own);
        // ids belong to one account and environment
        all_in(world, &whole()).await;
        let other = world.engine.create_account(crate::world::new_account("other@example.com")).await.unwrap();
        for (account, environment) in [(other.account.id, Environment::Sandbox), (world.account.account.id, Environment::Production)] {
            let caller = world.engine.caller_for_import(account, environment, None).await.unwrap();
            let rows = Arc::new(Given(whole()));
            let report = world.engine.import(&caller, rows, ImportAsked::default(), Arc::new(|_| ())).await.unwrap();
            assert_eq!((report.imported(), report.refused.len()), (0, 18));
            assert!(report.refused.iter().all(|said| said.reason.contains("another account or environment")), "{:?}", report.refused);
        }
        let refused = world.engine.import(&world.caller, Arc::new(Given(json!({}))), ImportAsked::default(), Arc::new(|_| ())).await;
        assert!(refused.is_ok(), "a secret key may import");
        let shop = "shop_000000000000000000000000".parse().unwrap();
        let unknown = world.engine.caller_for_import(world.account.account.id, Environment::Sandbox, Some(shop)).await.unwrap_err();
        assert_eq!(unknown.field.as_deref(), Some("shop"));
    })
    .await;
}

/// More rows than one commit takes; a run that broke off is gone on with.
#[tokio::test]
async fn a_run_that_broke_off_is_gone_on_with() {
    in_each(async |world| {
        let payments: Vec<Value> = (1..=250).map(|number| paid(number, Some("captured"))).collect();
        let file = json!({ "customers": [customer(1)], "cards": [stored_card(1)], "payments": payments });
        let first = json!({ "customers": file["customers"], "cards": file["cards"], "payments": payments[..130] });
        assert_eq!(all_in(world, &first).await.imported(), 132);
        let report = all_in(world, &file).await;
        assert_eq!(report.counts[&RowKind::Payment], engine::ImportCounts { imported: 120, unchanged: 130, refused: 0 });
        let found = world.engine.payments(&world.caller, query()).await.unwrap();
        assert_eq!(found.count, 250);
        let ids: (PaymentIntentId, PayoutId) = (found.items[0].payment.intent, id("pout", 1).parse().unwrap());
        assert_eq!(found.items[0].payment.payout, Some(ids.1));
    })
    .await;
}
