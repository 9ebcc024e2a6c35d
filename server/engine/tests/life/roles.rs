//! What each role may do, use case by use case. Every public use case that takes a caller stands in `USE_CASES` and in `asked`: one that is
//! added without a line here fails, and so does one that forgets to look at the caller's rights.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;

use engine::{
    Advance, ApiVersion, AuditFilter, Caller, CardChange, CustomerChange, CustomerDraft, EventsQuery, FileRow, Grace, HomeAsked,
    ImportAsked, ImportRows, IntentChange, KeyKind, Keyed, LinkDraft, NewKey, PageAt, PaymentChange, PaymentsFilter, RefundDraft,
    ShopDraft, Unreadable, ViewChange,
};
use model::error::{Code, Refused};
use model::id::PaymentId;
use model::money::Currency;
use model::rights::{Right, Role};
use model::time::Date;
use secrecy::SecretString;
use tokio::sync::mpsc::{Receiver, channel};

use crate::people::member;
use crate::world::{World, card, intent, payment, query};

/// Who gets past a use case's door.
enum Door {
    /// Whoever has any of these rights.
    Any(&'static [Right]),
    /// Those with the right, but they must be people with more than a look at payments.
    Writers,
    Owner,
    /// Every person in the account; programs are refused.
    Person,
    /// Whoever is in the account at all: why that is right.
    Everybody(#[expect(dead_code, reason = "for those who read the table")] &'static str),
    /// Not called here: why.
    Elsewhere(#[expect(dead_code, reason = "for those who read the table")] &'static str),
}

use Door::{Any, Elsewhere, Everybody, Owner, Person, Writers};

const READ: Door = Any(&[Right::PaymentRead]);

const USE_CASES: &[(&str, Door)] = &[
    ("account_of", Everybody("one's own account, which stands on every page")),
    ("advance", Any(&[Right::SandboxManage])),
    ("api_keys", Any(&[Right::KeyManage])),
    ("audit_log", Any(&[Right::TeamManage, Right::SettingsManage])),
    ("begin_keyed", Everybody("only recognises a request; what it asks for is checked")),
    ("cancel", Any(&[Right::PaymentCancel])),
    ("cancel_intent", Any(&[Right::PaymentCancel])),
    ("cancel_link", Any(&[Right::LinkWrite])),
    ("capture", Any(&[Right::PaymentCapture])),
    ("capture_intent", Any(&[Right::PaymentCapture])),
    ("capture_payment_by", Any(&[Right::PaymentCapture])),
    ("card", READ),
    ("cards", READ),
    ("change_password", Person),
    ("change_profile", Person),
    ("change_role", Any(&[Right::TeamManage])),
    ("change_pins", Person),
    ("change_view", Person),
    ("clock", READ),
    ("create_card", Any(&[Right::CustomerWrite])),
    ("create_customer", Any(&[Right::CustomerWrite])),
    ("create_intent", Any(&[Right::PaymentCreate])),
    ("create_key", Any(&[Right::KeyManage])),
    ("create_link", Any(&[Right::LinkWrite])),
    ("create_payment", Any(&[Right::PaymentCreate])),
    ("create_shop", Any(&[Right::SettingsManage])),
    ("customer", READ),
    ("customers", READ),
    ("delete_card", Any(&[Right::CustomerWrite])),
    ("delete_customer", Any(&[Right::CustomerWrite])),
    ("delete_view", Person),
    ("dispute", READ),
    ("disputes", READ),
    ("edit_note", Writers),
    ("end_other_sessions", Person),
    ("end_session", Person),
    ("erase_note", Writers),
    ("event", READ),
    ("events", READ),
    ("find_customers", READ),
    ("finish_keyed", Everybody("only keeps the answer of a request that was checked")),
    ("hand_over", Owner),
    ("home", READ),
    ("import", Any(&[Right::ImportRun])),
    ("intent", READ),
    ("intent_disputes", READ),
    ("intent_payments", READ),
    ("intent_refunds", READ),
    ("intents", READ),
    ("invite", Any(&[Right::TeamManage])),
    ("keep_list_columns", Person),
    ("leave", Elsewhere("it works: nobody would be left to ask the rest; tested with the people")),
    ("link", READ),
    ("links_page", READ),
    ("list_columns", Person),
    ("locate", READ),
    ("lower", Any(&[Right::PaymentCapture])),
    ("my_sessions", Person),
    ("payment", READ),
    ("payment_disputes", READ),
    ("payment_file", READ),
    ("payment_refunds", READ),
    ("payments", READ),
    ("payments_batch", Any(&[Right::ReportExport])),
    ("payments_choices", READ),
    ("payments_count", READ),
    ("payments_page", READ),
    ("payments_refunds", READ),
    ("payments_rows", READ),
    ("payments_tally", READ),
    ("pins", Person),
    ("postpone", Any(&[Right::PaymentCapture])),
    ("refund", Any(&[Right::RefundCreate])),
    ("refund_by", Any(&[Right::RefundCreate])),
    ("refund_intent", Any(&[Right::RefundCreate])),
    ("refund_of", READ),
    ("refunds", READ),
    ("refunds_of", READ),
    ("refuse_held", Any(&[Right::RiskReview])),
    ("release", Any(&[Right::RiskReview])),
    ("remove_member", Any(&[Right::TeamManage])),
    ("rename_key", Any(&[Right::KeyManage])),
    ("renew_invitation", Any(&[Right::TeamManage])),
    ("revoke_key", Any(&[Right::KeyManage])),
    ("roll_key", Any(&[Right::KeyManage])),
    ("save_view", Person),
    ("shop_files", Any(&[Right::SettingsManage])),
    ("shops", READ),
    ("team", READ),
    ("update_card", Any(&[Right::CustomerWrite])),
    ("update_customer", Any(&[Right::CustomerWrite])),
    ("update_intent", Any(&[Right::PaymentCreate])),
    ("update_payment", Any(&[Right::PaymentCreate])),
    ("update_shop", Any(&[Right::SettingsManage])),
    ("validate", Any(&[Right::PaymentCapture])),
    ("views", Person),
    ("withdraw_invitation", Any(&[Right::TeamManage])),
    ("write_note", Writers),
];

impl Door {
    fn opens(&self, role: Role) -> bool {
        let rights = role.rights();
        match self {
            Any(any) => any.iter().any(|right| rights.contains(*right)),
            Writers => role != Role::Viewer,
            Owner => role == Role::Owner,
            Person | Everybody(_) | Elsewhere(_) => true,
        }
    }
}

fn sources(folder: &Path, found: &mut Vec<String>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(std::fs::read_to_string(path).unwrap());
        }
    }
}

/// Every public function of the engine that takes a caller.
fn use_cases() -> BTreeSet<String> {
    let mut files = Vec::new();
    sources(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut files);
    let mut names = BTreeSet::new();
    for text in files {
        for begin in ["pub async fn ", "pub fn "] {
            for after in text.split(begin).skip(1) {
                let signature = after.split(" {").next().unwrap_or_default();
                let name: String = signature.chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '_').collect();
                if signature.contains("&self") && signature.contains("caller: &Caller") {
                    names.insert(name);
                }
            }
        }
    }
    names
}

struct NoRows;

impl ImportRows for NoRows {
    fn open(&self) -> Receiver<Result<FileRow, Unreadable>> {
        channel(1).1
    }
}

#[expect(clippy::too_many_lines, reason = "one line a use case")]
/// Asks the use case with words that are well formed and name nothing that exists.
async fn asked(world: &World, c: &Caller, name: &str) -> Result<(), Refused> {
    let e = &world.engine;
    let nothing = "000000000000000000000000";
    let id = |prefix: &str| format!("{prefix}_{nothing}");
    let paid: PaymentId = id("paym").parse().unwrap();
    let day: Date = "2026-11-30".parse().unwrap();
    let filter = PaymentsFilter::default();
    let keyed = Keyed { method: "POST".to_owned(), path: "/".to_owned(), key: nothing.to_owned(), fingerprint: nothing.to_owned() };
    let secret = || SecretString::from("no password of anybody");
    let audit = AuditFilter::default();
    match name {
        "account_of" => e.account_of(c).await.map(drop),
        "advance" => e.advance(c, Advance::By(0)).await.map(drop),
        "api_keys" => e.api_keys(c).await.map(drop),
        "audit_log" => e.audit_log(c, &audit, &PageAt::First, 1).await.map(drop),
        "begin_keyed" => e.begin_keyed(c, &keyed).await.map(drop),
        "cancel" => e.cancel(c, paid).await.map(drop),
        "cancel_intent" => e.cancel_intent(c, &id("pi")).await.map(drop),
        "cancel_link" => e.cancel_link(c, &id("pi")).await.map(drop),
        "capture" => e.capture(c, paid, None).await.map(drop),
        "capture_intent" => e.capture_intent(c, &id("pi"), None).await.map(drop),
        "capture_payment_by" => e.capture_payment_by(c, &id("paym"), None).await.map(drop),
        "card" => e.card(c, &id("card")).await.map(drop),
        "cards" => e.cards(c, query()).await.map(drop),
        "change_password" => e.change_password(c, secret(), secret()).await,
        "change_profile" => e.change_profile(c, "", "en").await,
        "change_role" => e.change_role(c, &id("user"), Role::Viewer).await,
        "change_pins" => e.change_pins(c, "", "", engine::PinChange::Add).await.map(drop),
        "change_view" => e.change_view(c, &id("view"), ViewChange::default()).await.map(drop),
        "clock" => e.clock(c).await.map(drop),
        "create_card" => e.create_card(c, card("4242424242424242"), ApiVersion::V2).await.map(drop),
        "create_customer" => e.create_customer(c, CustomerDraft::default(), ApiVersion::V2).await.map(drop),
        "create_intent" => e.create_intent(c, intent(100)).await.map(drop),
        "create_key" => {
            let new = NewKey { name: String::new(), shop: id("shop"), kind: KeyKind::Secret, token: String::new() };
            e.create_key(c, new).await.map(drop)
        }
        "create_link" => e.create_link(c, link()).await.map(drop),
        "create_payment" => e.create_payment(c, payment(100)).await.map(drop),
        "create_shop" => e.create_shop(c, ShopDraft { name: String::new(), url: None }, "").await.map(drop),
        "customer" => e.customer(c, &id("cust")).await.map(drop),
        "customers" => e.customers(c, query()).await.map(drop),
        "delete_card" => e.delete_card(c, &id("card")).await.map(drop),
        "delete_customer" => e.delete_customer(c, &id("cust")).await.map(drop),
        "delete_view" => e.delete_view(c, &id("view")).await,
        "dispute" => e.dispute(c, &id("dspt")).await.map(drop),
        "disputes" => e.disputes(c, query()).await.map(drop),
        "edit_note" => e.edit_note(c, &id("note"), 1, "text").await.map(drop),
        "end_other_sessions" => e.end_other_sessions(c).await.map(drop),
        "end_session" => e.end_session(c, "0123456789abcdef").await,
        "erase_note" => e.erase_note(c, &id("note")).await,
        "event" => e.event(c, &id("evt")).await.map(drop),
        "events" => e.events(c, EventsQuery { limit: 1, ..EventsQuery::default() }).await.map(drop),
        "find_customers" => e.find_customers(c, "nobody", 1).await.map(drop),
        "finish_keyed" => e.finish_keyed(c, 200, "{}").await,
        "hand_over" => e.hand_over(c, &id("user"), secret()).await,
        "home" => e.home(c, HomeAsked { from: day, to: day, currency: None }).await.map(drop),
        "import" => e.import(c, Arc::new(NoRows), ImportAsked::default(), Arc::new(|_| {})).await.map(drop),
        "intent" => e.intent(c, &id("pi")).await.map(drop),
        "intent_disputes" => e.intent_disputes(c, &id("pi")).await.map(drop),
        "intent_payments" => e.intent_payments(c, &id("pi")).await.map(drop),
        "intent_refunds" => e.intent_refunds(c, &id("pi")).await.map(drop),
        "intents" => e.intents(c, query()).await.map(drop),
        "invite" => e.invite(c, "nobody", Role::Viewer).await.map(drop),
        "keep_list_columns" => e.keep_list_columns(c, "").await,
        "link" => e.link(c, &id("pi")).await.map(drop),
        "links_page" => e.links_page(c, filter, &PageAt::First, 1).await.map(drop),
        "list_columns" => e.list_columns(c).await.map(drop),
        "locate" => e.locate(c, &id("cust")).await.map(drop),
        "lower" => e.lower(c, paid, 1).await.map(drop),
        "my_sessions" => e.my_sessions(c).await.map(drop),
        "payment" => e.payment(c, &id("paym")).await.map(drop),
        "payment_disputes" => e.payment_disputes(c, &id("paym")).await.map(drop),
        "payment_file" => e.payment_file(c, &id("pi")).await.map(drop),
        "payment_refunds" => e.payment_refunds(c, &id("paym")).await.map(drop),
        "payments" => e.payments(c, query()).await.map(drop),
        "payments_batch" => e.payments_batch(c, &filter, None).await.map(drop),
        "payments_choices" => e.payments_choices(c).await.map(drop),
        "payments_count" => e.payments_count(c, &filter).await.map(drop),
        "payments_page" => e.payments_page(c, &filter, &PageAt::First, 1).await.map(drop),
        "payments_refunds" => e.payments_refunds(c, &[]).await.map(drop),
        "payments_rows" => e.payments_rows(c, &filter, &PageAt::First, 1).await.map(drop),
        "payments_tally" => e.payments_tally(c, &filter).await.map(drop),
        "pins" => e.pins(c).await.map(drop),
        "postpone" => e.postpone(c, paid, day).await.map(drop),
        "refund" => e.refund(c, RefundDraft { payment: paid, amount: None, reason: None, unique_id: None }).await.map(drop),
        "refund_by" => e.refund_by(c, &id("paym"), None, None, None).await.map(drop),
        "refund_intent" => e.refund_intent(c, &id("pi"), None).await.map(drop),
        "refund_of" => e.refund_of(c, &id("refd")).await.map(drop),
        "refunds" => e.refunds(c, query()).await.map(drop),
        "refunds_of" => e.refunds_of(c, (day, day), None, None, 1).await.map(drop),
        "refuse_held" => e.refuse_held(c, paid).await.map(drop),
        "release" => e.release(c, paid).await.map(drop),
        "remove_member" => e.remove_member(c, &id("user")).await,
        "rename_key" => e.rename_key(c, &id("key"), "name").await.map(drop),
        "renew_invitation" => e.renew_invitation(c, &id("invt")).await.map(drop),
        "revoke_key" => e.revoke_key(c, &id("key")).await.map(drop),
        "roll_key" => e.roll_key(c, &id("key"), Grace::Now, "").await.map(drop),
        "save_view" => e.save_view(c, "", "", false).await.map(drop),
        "shop_files" => e.shop_files(c).await.map(drop),
        "shops" => e.shops(c).await.map(drop),
        "team" => e.team(c).await.map(drop),
        "update_card" => e.update_card(c, &id("card"), CardChange::default()).await.map(drop),
        "update_customer" => e.update_customer(c, &id("cust"), CustomerChange::default()).await.map(drop),
        "update_intent" => e.update_intent(c, &id("pi"), IntentChange::default()).await.map(drop),
        "update_payment" => e.update_payment(c, &id("paym"), PaymentChange::default()).await.map(drop),
        "update_shop" => e.update_shop(c, &id("shop"), ShopDraft { name: String::new(), url: None }).await.map(drop),
        "validate" => e.validate(c, paid).await.map(drop),
        "views" => e.views(c).await.map(drop),
        "withdraw_invitation" => e.withdraw_invitation(c, &id("invt")).await.map(drop),
        "write_note" => e.write_note(c, &id("pi"), &id("note"), "text").await.map(drop),
        other => panic!("{other} is asked nowhere: add a line to `asked`"),
    }
}

fn link() -> LinkDraft {
    LinkDraft {
        amount: 0,
        currency: Currency::Eur,
        order_id: None,
        description: None,
        customer_name: None,
        customer_email: None,
        shop: None,
        manual_validation: false,
        expires_at: None,
        token: String::new(),
    }
}

#[test]
fn every_use_case_stands_in_the_table_once() {
    let listed: Vec<String> = USE_CASES.iter().map(|(name, _)| (*name).to_owned()).collect();
    let known: BTreeSet<String> = listed.iter().cloned().collect();
    assert_eq!(known.len(), listed.len(), "a use case stands twice");
    let found = use_cases();
    let missing: Vec<_> = found.difference(&known).collect();
    assert!(missing.is_empty(), "say in USE_CASES who may do {missing:?}, and ask them in `asked`");
    let gone: Vec<_> = known.difference(&found).collect();
    assert!(gone.is_empty(), "no use case is called {gone:?} any more");
}

#[tokio::test]
async fn every_role_may_do_what_the_table_says_and_nothing_else() {
    let database = store_testing::databases().await.unwrap().into_iter().next().unwrap();
    let store = database.open().await.unwrap();
    let world = World::on(store.clone()).await;
    let owner = world.engine.sign_in("owner@example.com", SecretString::from("correct horse battery"), engine::Visitor::default());
    let owner = owner.await.unwrap();
    let token = secrecy::ExposeSecret::expose_secret(&owner.token).to_owned();
    let owner = world.engine.session(&token, None).await.unwrap().caller;
    let mut callers = vec![(Role::Owner, owner.clone())];
    for role in Role::ALL.iter().filter(|role| **role != Role::Owner) {
        callers.push((*role, member(&world, &owner, &format!("{role}@example.com"), *role).await.1));
    }
    let mut wrong = BTreeMap::new();
    for (role, caller) in &callers {
        for (name, door) in USE_CASES.iter().filter(|(_, door)| !matches!(door, Elsewhere(_))) {
            let refused = asked(&world, caller, name).await.is_err_and(|refused| refused.code == Code::Forbidden);
            if refused == door.opens(*role) {
                wrong.insert((*name, role.as_str()), if refused { "is refused and should not be" } else { "gets in and should not" });
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
    // What is people's alone is no program's, whatever its rights.
    let mut let_in = Vec::new();
    for (name, _) in USE_CASES.iter().filter(|(_, door)| matches!(door, Person | Owner | Writers)) {
        if asked(&world, &world.caller, name).await.map_err(|refused| refused.code) != Err(Code::Forbidden) {
            let_in.push(name);
        }
    }
    assert!(let_in.is_empty(), "programs get into {let_in:?}");
    world.engine.settle_down().await;
    store.close().await;
}
