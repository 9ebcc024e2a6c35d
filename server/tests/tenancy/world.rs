//! Two accounts with everything an account can have, and a way to ask as one of them.

use std::net::SocketAddr;
use std::sync::Arc;

use acquirer::{InMemory, Simulator};
use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::http::{Request, StatusCode, header};
use engine::{
    Advance, ApiVersion, Caller, CardDraft, CreatedAccount, CustomerDraft, Engine, Fault, Grace, IntentDraft, Joining, KeyKind, LinkDraft,
    Named, NewAccount, NewKey, Parts, PaymentDraft, RefundDraft, ShopDraft, SystemClock, SystemDraw, Visitor,
};
use http_body_util::BodyExt;
use model::id::AccountId;
use model::lifecycle::{Purpose, ThreeDs};
use model::money::Currency;
use model::rights::{Environment, Role};
use secrecy::{ExposeSecret, SecretString};
use store::Store;
use tower::ServiceExt;
use vault::{Vault, VaultKeys};

use crate::Call;

const PASSWORD: &str = "correct horse battery";

pub struct World {
    pub engine: Engine,
    api: Router,
    desk: Router,
    pub ours: AccountId,
    pub theirs: AccountId,
    key: String,
    session: String,
    /// An order of ours and its payment, to be named beside what is theirs.
    pub order: String,
    pub payment: String,
}

pub struct Answer {
    pub status: StatusCode,
    pub text: String,
}

impl World {
    pub async fn on(store: Store) -> Self {
        let key = SecretString::from("11".repeat(32));
        let engine = Engine::new(Parts {
            store,
            vault: Vault::open_with(VaultKeys::parse(&key).unwrap()).unwrap(),
            production: Some(Arc::new(Simulator::new(Arc::new(InMemory::default())))),
            clock: Arc::new(SystemClock),
            draw: Arc::new(SystemDraw),
            fault: Fault::none(),
            public_url: "https://pay.example".to_owned(),
        });
        let api = api::router(engine.clone(), api::Config { public_url: "https://pay.example".to_owned(), rate_limit: None });
        let desk = dashboard::router(engine.clone(), dashboard::Config { secure: false });
        let theirs = account(&engine, "Zanzibar").await;
        let (person, token) = owner(&engine, "zanzibar").await;
        furnish(&engine, &theirs, &person, "Zanzibar").await;
        fill(&engine, &key_caller(&engine, &theirs.sandbox_secret).await, &person, "Zanzibar").await;
        engine.choose_environment(token.expose_secret(), Environment::Production).await.unwrap();
        let person = engine.session(token.expose_secret(), None).await.unwrap().caller;
        fill(&engine, &key_caller(&engine, &theirs.production_secret).await, &person, "Zanzibar").await;

        let ours = account(&engine, "Ours").await;
        let (person, token) = owner(&engine, "ours").await;
        let (order, payment) = fill(&engine, &key_caller(&engine, &ours.sandbox_secret).await, &person, "Ours").await;
        engine.choose_environment(token.expose_secret(), Environment::Production).await.unwrap();
        let person = engine.session(token.expose_secret(), None).await.unwrap().caller;
        fill(&engine, &key_caller(&engine, &ours.production_secret).await, &person, "Quito").await;
        engine.choose_environment(token.expose_secret(), Environment::Sandbox).await.unwrap();
        let world = Self {
            engine,
            api,
            desk,
            ours: ours.account.id,
            theirs: theirs.account.id,
            key: ours.sandbox_secret.expose_secret().to_owned(),
            session: token.expose_secret().to_owned(),
            order,
            payment,
        };
        world.see_ours().await;
        world
    }

    /// Where this finds nothing, the test would prove nothing.
    async fn see_ours(&self) {
        let paths = [(format!("/v2/payments/{}", self.payment), true), (format!("/dashboard/payments/{}", self.order), false)];
        for (path, program) in paths {
            let answer = self.ask(Call { method: axum::http::Method::GET, path, body: String::new(), json: true, program }).await;
            assert!(answer.status == StatusCode::OK && answer.text.contains(&self.payment), "{} {}", answer.status, answer.text);
        }
    }

    pub async fn ask(&self, call: Call) -> Answer {
        let kind = if call.json { "application/json" } else { "application/x-www-form-urlencoded" };
        let mut request = Request::builder().method(call.method).uri(&call.path).header(header::CONTENT_TYPE, kind);
        request = if call.program {
            request.header(header::AUTHORIZATION, format!("Bearer {}", self.key))
        } else {
            request.header(header::COOKIE, format!("session={}", self.session)).header(header::ACCEPT, "application/json, text/html")
        };
        let mut request = request.body(Body::from(call.body)).unwrap();
        request.extensions_mut().insert(ConnectInfo(SocketAddr::from(([127, 0, 0, 1], 9))));
        let router = if call.program { &self.api } else { &self.desk };
        let answer = router.clone().oneshot(request).await.unwrap();
        let status = answer.status();
        let location = answer.headers().get(header::LOCATION).and_then(|at| at.to_str().ok()).unwrap_or_default().to_owned();
        assert!(!location.starts_with("/dashboard/sign-in"), "signed out");
        let bytes = answer.into_body().collect().await.unwrap().to_bytes();
        Answer { status, text: format!("{location}{}", String::from_utf8_lossy(&bytes)) }
    }

    /// A new session, where a call has ended it.
    pub async fn signed_in(&mut self) {
        let (_, token) = owner(&self.engine, "ours").await;
        token.expose_secret().clone_into(&mut self.session);
    }
}

fn email(name: &str) -> String {
    format!("owner@{}.example", name.to_lowercase())
}

async fn account(engine: &Engine, name: &str) -> CreatedAccount {
    let new = NewAccount {
        name: format!("House of {name}"),
        email: email(name),
        password: SecretString::from(PASSWORD),
        user_name: format!("Owner {name}"),
        time_zone: "Europe/Paris".to_owned(),
        currency: Currency::Eur,
        locale: "en".to_owned(),
    };
    engine.create_account(new).await.unwrap()
}

async fn owner(engine: &Engine, name: &str) -> (Caller, SecretString) {
    let visitor = Visitor { ip: Some("127.0.0.1".to_owned()), user_agent: Some(format!("Firefox of {name}")) };
    let signed = engine.sign_in(&email(name), SecretString::from(PASSWORD), visitor).await.unwrap();
    (engine.session(signed.token.expose_secret(), None).await.unwrap().caller, signed.token)
}

async fn key_caller(engine: &Engine, key: &SecretString) -> Caller {
    engine.caller_for_key(key.expose_secret(), None).await.unwrap()
}

/// What belongs to the account itself.
async fn furnish(engine: &Engine, made: &CreatedAccount, person: &Caller, name: &str) {
    let draft = ShopDraft { name: format!("Second {name}"), url: Some(format!("https://{}.example", name.to_lowercase())) };
    let shop = engine.create_shop(person, draft, &engine.form_token()).await.unwrap();
    let new = |kind| NewKey { name: format!("Till {name}"), shop: shop.id.to_string(), kind, token: engine.form_token() };
    let key = engine.create_key(person, new(KeyKind::Secret)).await.unwrap();
    engine.create_key(person, new(KeyKind::Public)).await.unwrap();
    engine.roll_key(person, &key.key.id.to_string(), Grace::Week, &engine.form_token()).await.unwrap();
    let invited = engine.invite(person, &format!("second@{}.example", name.to_lowercase()), Role::Support).await.unwrap();
    let token = invited.url.expose_secret().rsplit('/').next().unwrap().to_owned();
    let joining = Joining { name: format!("Second {name}"), password: SecretString::from(PASSWORD), locale: "fr".to_owned() };
    engine.join(&token, joining, Visitor::default()).await.unwrap();
    engine.invite(person, &format!("third@{}.example", name.to_lowercase()), Role::Viewer).await.unwrap();
    engine.save_view(person, &format!("Shared {name}"), "view=paid", true).await.unwrap();
    engine.save_view(person, &format!("Own {name}"), "view=paid", false).await.unwrap();
    assert_eq!(made.account.name, format!("House of {name}"));
}

fn card(number: &str, name: &str) -> CardDraft {
    CardDraft {
        number: SecretString::from(number),
        exp_month: 12,
        exp_year: 2034,
        cvc: Some(SecretString::from("123")),
        name: Some(format!("Payer {name}")),
        external_id: Some(format!("card-{name}")),
        zip_code: None,
        customer: None,
        tokenize: true,
        preferred_network: None,
    }
}

fn payment(number: &str, name: &str) -> PaymentDraft {
    PaymentDraft {
        amount: 1_000,
        currency: Currency::Eur,
        purpose: Purpose::Debit,
        auth: None,
        card: Some(Named::New(card(number, name))),
        customer: None,
        description: Some(format!("Sold by {name}")),
        device: None,
        methods_allowed: Vec::new(),
        metadata: None,
        order_id: Some(format!("{name}-7")),
        unique_id: Some(format!("unique-{name}-{}", &number[12..])),
        date_settlement: None,
        return_url: None,
        manual_validation: false,
        authorise_only: false,
    }
}

/// Of everything that belongs to an environment some. An order with a payment that was captured.
async fn fill(engine: &Engine, program: &Caller, person: &Caller, name: &str) -> (String, String) {
    let customer = CustomerDraft {
        name: Some(format!("Customer {name}")),
        email: Some(format!("customer@{}.example", name.to_lowercase())),
        external_id: Some(format!("customer-{name}")),
        ..CustomerDraft::default()
    };
    let customer = engine.create_customer(program, customer, ApiVersion::V2).await.unwrap();
    engine.create_card(program, card("5555555555554444", name), ApiVersion::V2).await.unwrap();
    let paid = engine.create_payment(program, payment("4000000000000077", name)).await.unwrap().payment;
    let refund = RefundDraft {
        payment: paid.id,
        amount: Some(100),
        reason: Some(format!("Asked by {name}")),
        unique_id: Some(format!("refund-{name}")),
    };
    engine.refund(person, refund).await.unwrap();
    engine.create_payment(program, PaymentDraft { manual_validation: true, ..payment("4242424242424242", name) }).await.unwrap();
    engine.create_payment(program, payment("4000000000008807", name)).await.unwrap();
    let intent = IntentDraft {
        amount: 2_000,
        currency: Currency::Eur,
        purpose: Purpose::Debit,
        description: Some(format!("Wanted by {name}")),
        customer: Some(customer.id),
        card: None,
        order_id: Some(format!("{name}-8")),
        unique_id: Some(format!("intent-{name}")),
        methods_allowed: Vec::new(),
        metadata: None,
        return_url: None,
        threeds: ThreeDs::Required,
        date_settlement: None,
        manual_validation: false,
        expires_at: None,
    };
    engine.create_intent(program, intent).await.unwrap();
    let link = LinkDraft {
        amount: 3_000,
        currency: Currency::Eur,
        order_id: Some(format!("{name}-9")),
        description: Some(format!("Linked by {name}")),
        customer_name: Some(format!("Linked {name}")),
        customer_email: Some(format!("linked@{}.example", name.to_lowercase())),
        shop: None,
        manual_validation: false,
        expires_at: None,
        token: engine.form_token(),
    };
    engine.create_link(person, link).await.unwrap();
    let order = paid.intent.to_string();
    engine.write_note(person, &order, &engine.next_note().to_string(), &format!("Noted by {name}")).await.unwrap();
    if program.scope().environment == Environment::Sandbox {
        engine.create_payment(program, payment("4000000000000259", name)).await.unwrap();
        // A dispute comes a day after the capture.
        engine.advance(program, Advance::By(4 * 86_400)).await.unwrap();
    }
    (order, paid.id.to_string())
}
