//! An account with many orders, a clock that is moved by hand, and the dashboard as browsers ask it.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::http::{Request, header};
use axum::response::Response;
use engine::{
    Caller, Clock, Engine, Fault, IntentDraft, Joining, NewAccount, PageAt, Parts, PaymentsFilter, SystemDraw, Visitor, rows::PaymentIntent,
};
use model::id::PaymentIntentId;
use model::lifecycle::{Purpose, ThreeDs};
use model::money::Currency;
use model::rights::Role;
use model::time::Timestamp;
use secrecy::{ExposeSecret, SecretString};
use store::{Store, Tx};
use tower::ServiceExt;
use vault::{Vault, VaultKeys};

const PASSWORD: &str = "correct horse battery";
const OWNER: &str = "owner@shop.example";
/// Noon in Paris.
const START: &str = "2026-11-19T11:00:00Z";

pub struct TestClock(AtomicI64);

impl Clock for TestClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_millis(self.0.load(Ordering::SeqCst))
    }
}

pub struct World {
    pub store: Store,
    pub engine: Engine,
    pub desk: Router,
    pub clock: Arc<TestClock>,
    /// The shop's program.
    pub program: Caller,
    /// The owner.
    pub person: Caller,
    pub session: String,
}

impl World {
    pub async fn on(store: Store) -> Self {
        let clock = Arc::new(TestClock(AtomicI64::new(Timestamp::parse_rfc3339(START).unwrap().as_millis())));
        let key = SecretString::from("11".repeat(32));
        let engine = Engine::new(Parts {
            store: store.clone(),
            vault: Vault::open_with(VaultKeys::parse(&key).unwrap()).unwrap(),
            production: None,
            clock: clock.clone(),
            draw: Arc::new(SystemDraw),
            fault: Fault::none(),
            public_url: "https://pay.example".to_owned(),
        });
        let desk = dashboard::router(engine.clone(), dashboard::Config { secure: false });
        let made = engine
            .create_account(NewAccount {
                name: "Maison Test".to_owned(),
                email: OWNER.to_owned(),
                password: SecretString::from(PASSWORD),
                user_name: "Somebody".to_owned(),
                time_zone: "Europe/Paris".to_owned(),
                currency: Currency::Eur,
                locale: "en".to_owned(),
            })
            .await
            .unwrap();
        let program = engine.caller_for_key(made.sandbox_secret.expose_secret(), None).await.unwrap();
        let signed = engine.sign_in(OWNER, SecretString::from(PASSWORD), Visitor::default()).await.unwrap();
        let session = signed.token.expose_secret().to_owned();
        let person = engine.session(&session, None).await.unwrap().caller;
        Self { store, engine, desk, clock, program, person, session }
    }

    pub fn forward(&self, ms: i64) {
        self.clock.0.fetch_add(ms, Ordering::SeqCst);
    }

    /// The session of somebody new with this role.
    pub async fn member(&self, role: Role) -> String {
        let email = format!("{role}@shop.example");
        let invited = self.engine.invite(&self.person, &email, role).await.unwrap();
        let token = invited.url.expose_secret().rsplit('/').next().unwrap().to_owned();
        let joining = Joining { name: format!("The {role}"), password: SecretString::from(PASSWORD), locale: "en".to_owned() };
        let signed = self.engine.join(&token, joining, Visitor::default()).await.unwrap();
        signed.token.expose_secret().to_owned()
    }

    pub async fn order(&self, order_id: &str) -> PaymentIntent {
        let draft = IntentDraft {
            amount: 2_490,
            currency: Currency::Eur,
            purpose: Purpose::Debit,
            description: None,
            customer: None,
            card: None,
            order_id: Some(order_id.to_owned()),
            unique_id: None,
            methods_allowed: Vec::new(),
            metadata: None,
            return_url: None,
            threeds: ThreeDs::None,
            date_settlement: None,
            manual_validation: false,
            expires_at: None,
        };
        self.engine.create_intent(&self.program, draft).await.unwrap()
    }

    /// Many orders at once, as the engine would write them: the first is the oldest, several share each millisecond.
    pub async fn orders(&self, count: i64, change: fn(i64, &mut PaymentIntent)) {
        let pattern = self.order("PATTERN").await;
        let mut random = 7_u64;
        let rows: Vec<PaymentIntent> = (0..count)
            .map(|number| {
                let mut row = pattern.clone();
                row.id = PaymentIntentId::mint(&mut || {
                    random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                    u8::try_from(random >> 56).unwrap()
                });
                row.created = pattern.created.plus_millis((number - count) / 3);
                row.order_id = Some(format!("ORDER-{number}"));
                change(number, &mut row);
                row
            })
            .collect();
        let write = store::command(move |tx: &mut Tx| {
            let rows = rows.clone();
            Box::pin(async move {
                for row in &rows {
                    store::insert(tx, row).await?;
                    store::intent_changed(tx, None, row).await?;
                }
                Ok(())
            })
        });
        self.store.write(write).await.unwrap();
    }

    /// The ids that the list shows now, page by page, in its order.
    pub async fn listed(&self) -> Vec<String> {
        let (mut ids, mut at) = (Vec::new(), PageAt::First);
        loop {
            let page = self.engine.payments_page(&self.person, &PaymentsFilter::default(), &at, 100).await.unwrap();
            ids.extend(page.rows.iter().map(|row| row.id.to_string()));
            match page.next {
                Some(next) => at = PageAt::After(next.parse().unwrap()),
                None => return ids,
            }
        }
    }

    pub async fn get(&self, session: &str, path: &str) -> Response {
        let request = Request::get(path).header(header::COOKIE, format!("session={session}")).header(header::ACCEPT, "text/html");
        let mut request = request.body(Body::empty()).unwrap();
        request.extensions_mut().insert(ConnectInfo(SocketAddr::from(([127, 0, 0, 1], 9))));
        self.desk.clone().oneshot(request).await.unwrap()
    }
}
