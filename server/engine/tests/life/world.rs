//! A world to test in: an engine on each database, a clock that stands still until it is moved, and everything that must always hold.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicI64, AtomicU64, Ordering};

use acquirer::Acquirer;
use engine::{
    Advance, Caller, Clock, CreatedAccount, Device, Draw, Engine, Fault, FullPayment, IntentDraft, ListQuery, NewAccount, Page, PageRef,
    Parts, PaymentDraft, Seam, Step,
};
use futures::FutureExt;
use model::id::PaymentIntentId;
use model::lifecycle::{Purpose, State, ThreeDs};
use model::money::{Currency, Money};
use model::time::Timestamp;
use secrecy::{ExposeSecret, SecretString};
use sha2::{Digest, Sha256};
use store::Store;
use store::rows::{Payment, PaymentIntent};
use tokio::sync::Notify;
use vault::{Vault, VaultKeys};

use crate::invariants;

pub struct TestClock(AtomicI64);

impl Clock for TestClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_millis(self.0.load(Ordering::SeqCst))
    }
}

impl TestClock {
    pub fn forward(&self, seconds: i64) {
        self.0.fetch_add(seconds * 1000, Ordering::SeqCst);
    }
}

struct Seeded(AtomicU64);

impl Draw for Seeded {
    fn fill(&self, bytes: &mut [u8]) {
        for chunk in bytes.chunks_mut(32) {
            let count = self.0.fetch_add(1, Ordering::SeqCst);
            let block = Sha256::digest(count.to_be_bytes());
            chunk.copy_from_slice(&block[..chunk.len()]);
        }
    }
}

pub struct World {
    pub store: Store,
    pub engine: Engine,
    pub clock: Arc<TestClock>,
    draw: Arc<dyn Draw>,
    pub account: CreatedAccount,
    pub caller: Caller,
}

/// A Thursday noon in Paris.
pub const START: &str = "2026-11-19T11:00:00Z";

fn vault() -> Vault {
    let key = SecretString::from("11".repeat(32));
    Vault::open_with(VaultKeys::parse(&key).unwrap()).unwrap()
}

fn parts(store: &Store, clock: &Arc<TestClock>, draw: &Arc<dyn Draw>, fault: Fault) -> Parts {
    Parts {
        store: store.clone(),
        vault: vault(),
        production: None,
        clock: clock.clone(),
        draw: draw.clone(),
        fault,
        public_url: "https://pay.example".to_owned(),
    }
}

pub fn new_account(email: &str) -> NewAccount {
    NewAccount {
        name: "Maison Test".to_owned(),
        email: email.to_owned(),
        password: SecretString::from("correct horse battery"),
        user_name: "Somebody".to_owned(),
        time_zone: "Europe/Paris".to_owned(),
        currency: Currency::Eur,
        locale: "en".to_owned(),
    }
}

impl World {
    pub async fn on(store: Store) -> Self {
        let clock = Arc::new(TestClock(AtomicI64::new(Timestamp::parse_rfc3339(START).unwrap().as_millis())));
        let draw: Arc<dyn Draw> = Arc::new(Seeded(AtomicU64::new(0)));
        let engine = Engine::new(parts(&store, &clock, &draw, Fault::none()));
        let account = engine.create_account(new_account("owner@example.com")).await.unwrap();
        let caller = engine.caller_for_key(account.sandbox_secret.expose_secret(), None).await.unwrap();
        Self { store, engine, clock, draw, account, caller }
    }

    /// The same database after the process died: a new engine that remembers nothing.
    pub fn reborn(&mut self, fault: Fault) {
        self.engine = Engine::new(parts(&self.store, &self.clock, &self.draw, fault));
    }

    /// The same in production, where this acquirer moves the money.
    pub async fn in_production(&self, acquirer: Arc<dyn Acquirer>) -> (Engine, Caller) {
        self.in_production_with(acquirer, Fault::none()).await
    }

    pub async fn in_production_with(&self, acquirer: Arc<dyn Acquirer>, fault: Fault) -> (Engine, Caller) {
        let parts = Parts { production: Some(acquirer), ..parts(&self.store, &self.clock, &self.draw, fault) };
        let engine = Engine::new(parts);
        let caller = engine.caller_for_key(self.account.production_secret.expose_secret(), None).await.unwrap();
        (engine, caller)
    }

    pub async fn pay_by_api(&self, number: &str, change: impl FnOnce(&mut PaymentDraft)) -> FullPayment {
        let mut draft = payment(1_000);
        draft.card = Some(engine::Named::New(card(number)));
        change(&mut draft);
        self.engine.create_payment(&self.caller, draft).await.unwrap()
    }

    pub async fn intent(&self, change: impl FnOnce(&mut IntentDraft)) -> PaymentIntent {
        let mut draft = intent(12_990);
        change(&mut draft);
        self.engine.create_intent(&self.caller, draft).await.unwrap()
    }

    pub async fn pay_on_page(&self, intent: PaymentIntentId, number: &str) -> Page {
        let shown = self.engine.page(&page(intent), None).await.unwrap().due();
        self.engine.pay(&page(intent), engine::CardForm { shown, ..form(number) }, Device::default(), None).await.unwrap()
    }

    pub async fn read(&self, payment: &FullPayment) -> Payment {
        self.engine.payment(&self.caller, &payment.payment.id.to_string()).await.unwrap().payment
    }

    pub async fn read_intent(&self, intent: &PaymentIntent) -> PaymentIntent {
        self.engine.intent(&self.caller, &intent.id.to_string()).await.unwrap()
    }

    pub async fn payments(&self, intent: &PaymentIntent) -> Vec<Payment> {
        let full = self.engine.intent_payments(&self.caller, &intent.id.to_string()).await.unwrap();
        full.into_iter().map(|full| full.payment).collect()
    }

    /// Moves the sandbox clock; everything on the way happens.
    pub async fn advance(&self, seconds: i64) {
        let advanced = self.engine.advance(&self.caller, Advance::By(seconds)).await.unwrap();
        assert_eq!(advanced.remaining, 0, "work is left undone");
    }

    pub async fn advance_to(&self, time: &str) {
        let to = Timestamp::parse_rfc3339(time).unwrap();
        let advanced = self.engine.advance(&self.caller, Advance::To(to)).await.unwrap();
        assert_eq!(advanced.remaining, 0, "work is left undone");
    }

    /// Everything that must hold whatever happened.
    pub async fn check(&self) {
        invariants::check(&self.store, self.caller.scope()).await;
    }

    pub async fn balance(&self, account: &str) -> i64 {
        let mut reader = self.store.read().await.unwrap();
        let balances = store::ledger::balances(&mut reader, self.caller.scope()).await.unwrap();
        balances.iter().filter(|balance| balance.ledger_account == account).map(|balance| balance.amount).sum()
    }
}

pub fn card(number: &str) -> engine::CardDraft {
    engine::CardDraft {
        number: SecretString::from(number),
        exp_month: 12,
        exp_year: 2030,
        cvc: Some(SecretString::from("123")),
        name: Some("Camille Durand".to_owned()),
        external_id: None,
        zip_code: None,
        customer: None,
        tokenize: true,
        preferred_network: None,
    }
}

/// Of a page that shows what [`World::intent`] asks for.
pub fn form(number: &str) -> engine::CardForm {
    form_for(12_990, number)
}

/// Of a page that shows so many cents of a euro.
pub fn form_for(cents: i64, number: &str) -> engine::CardForm {
    engine::CardForm {
        shown: Money::new(cents, Currency::Eur),
        number: SecretString::from(number),
        exp_month: 12,
        exp_year: 2030,
        cvc: SecretString::from("123"),
        name: Some("Camille Durand".to_owned()),
    }
}

pub fn payment(amount: i64) -> PaymentDraft {
    PaymentDraft {
        amount,
        currency: Currency::Eur,
        purpose: Purpose::Debit,
        auth: None,
        card: None,
        customer: None,
        description: None,
        device: None,
        methods_allowed: vec![],
        metadata: None,
        order_id: None,
        unique_id: None,
        date_settlement: None,
        return_url: None,
        manual_validation: false,
        authorise_only: false,
    }
}

pub fn intent(amount: i64) -> IntentDraft {
    IntentDraft {
        amount,
        currency: Currency::Eur,
        purpose: Purpose::Debit,
        description: Some("Hand-thrown teapot".to_owned()),
        customer: None,
        card: None,
        order_id: Some("2026-1187".to_owned()),
        unique_id: None,
        methods_allowed: vec![],
        metadata: None,
        return_url: None,
        threeds: ThreeDs::Required,
        date_settlement: None,
        manual_validation: false,
        expires_at: None,
    }
}

pub fn page(intent: PaymentIntentId) -> PageRef {
    PageRef::Intent { id: intent, test: true }
}

pub fn query() -> ListQuery {
    ListQuery {
        start: 0,
        limit: 100,
        direction: engine::Direction::Descending,
        field: "created".to_owned(),
        after: None,
        equal: vec![],
        created_from: None,
        paid_from: None,
    }
}

/// Holds the first that comes to a seam until it is let go: something in flight.
pub struct Gate {
    reached: Arc<Notify>,
    open: Arc<Notify>,
}

impl Gate {
    pub fn at(seam: Seam) -> (Fault, Self) {
        let (fault, [gate]) = Self::each([seam]);
        (fault, gate)
    }

    pub fn each<const N: usize>(seams: [Seam; N]) -> (Fault, [Self; N]) {
        let gates = seams.map(|_| Self { reached: Arc::new(Notify::new()), open: Arc::new(Notify::new()) });
        let held: Vec<_> =
            seams.iter().zip(&gates).map(|(seam, gate)| (*seam, AtomicBool::new(true), gate.reached.clone(), gate.open.clone())).collect();
        let fault = Fault::with(move |at| {
            let first = held.iter().find(|(seam, first, ..)| *seam == at && first.swap(false, Ordering::SeqCst));
            let gate = first.map(|(_, _, reached, open)| (reached.clone(), open.clone()));
            async move {
                if let Some((reached, open)) = gate {
                    reached.notify_one();
                    open.notified().await;
                }
            }
            .boxed()
        });
        (fault, gates)
    }

    pub async fn reached(&self) {
        self.reached.notified().await;
    }

    pub fn open(&self) {
        self.open.notify_one();
    }
}

/// Answers the simulated bank's page, as its form does.
pub async fn answer_bank(world: &World, reference: &str, approve: bool) {
    let router = acquirer::bank_router(world.engine.bank_memory(), world.engine.bank_clock());
    let body = if approve { "choice=approve" } else { "choice=decline" };
    let request = axum::http::Request::post(format!("/bank/{reference}"))
        .header("content-type", "application/x-www-form-urlencoded")
        .body(axum::body::Body::from(body))
        .unwrap();
    let response = tower::ServiceExt::oneshot(router, request).await.unwrap();
    assert!(response.status().is_redirection(), "{}", response.status());
}

pub fn reference(step: &Step) -> String {
    match step {
        Step::Challenge { url } => url.trim_start_matches("/bank/").to_owned(),
        other => panic!("no challenge but {other:?}"),
    }
}

/// Runs a test in a new world on each database, and checks the invariants afterwards.
pub async fn in_each(test: impl AsyncFn(&mut World)) {
    for database in store_testing::databases().await.unwrap() {
        println!("on {}", database.name);
        let store = database.open().await.unwrap();
        let mut world = World::on(store.clone()).await;
        Box::pin(test(&mut world)).await;
        world.check().await;
        world.engine.settle_down().await;
        store.close().await;
    }
}

pub fn is(payment: &Payment, state: State) {
    assert_eq!(payment.state, state, "{} is {} with {:?}", payment.id, payment.state, payment.response);
}
