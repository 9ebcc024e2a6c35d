//! The simulated bank's page, as a browser without script meets it.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use crate::common::{START, call, card, challenge, done, simulator};
use acquirer::{Acquirer, Authentication, BankClock, InMemory, Simulator, bank_router};
use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use futures::future::{BoxFuture, FutureExt, ready};
use http_body_util::BodyExt;
use model::time::Timestamp;
use tower::ServiceExt;

#[derive(Default)]
struct Clock(AtomicI64);

impl BankClock for Clock {
    fn now<'a>(&'a self, account: &'a str) -> BoxFuture<'a, Timestamp> {
        assert_eq!(account, "acct_1");
        ready(START.plus_millis(self.0.load(Ordering::SeqCst))).boxed()
    }
}

struct Bank {
    simulator: Simulator,
    memory: Arc<InMemory>,
    clock: Arc<Clock>,
}

struct Answered {
    status: StatusCode,
    headers: axum::http::HeaderMap,
    body: String,
}

impl Bank {
    /// With a payer on the way to `/bank/oprn_1`.
    async fn with_challenge() -> Self {
        let (simulator, memory) = simulator();
        let asked = simulator.authenticate(call("oprn_1", 12_990, START), card("4000000000003220"), challenge()).await;
        assert!(matches!(done(asked), Authentication::Challenge { .. }));
        Self { simulator, memory, clock: Arc::default() }
    }

    async fn send(&self, request: Request<Body>) -> Answered {
        let answer = bank_router(self.memory.clone(), self.clock.clone()).oneshot(request).await.unwrap();
        let (parts, body) = answer.into_parts();
        let body = body.collect().await.unwrap().to_bytes();
        Answered { status: parts.status, headers: parts.headers, body: String::from_utf8(body.to_vec()).unwrap() }
    }

    async fn get(&self, path: &str) -> Answered {
        self.send(Request::get(path).body(Body::empty()).unwrap()).await
    }

    async fn post(&self, path: &str, form: &'static str) -> Answered {
        let request = Request::post(path).header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        self.send(request.body(Body::from(form)).unwrap()).await
    }

    async fn result(&self) -> Option<Authentication> {
        let now = START.plus_millis(self.clock.0.load(Ordering::SeqCst));
        self.simulator.authentication_result("oprn_1", now).await
    }
}

#[tokio::test]
async fn the_page_shows_what_is_asked_and_three_ways_on() {
    let page = Bank::with_challenge().await.get("/bank/oprn_1").await;
    assert_eq!(page.status, StatusCode::OK);
    for part in [
        "<html lang=\"en\">",
        "Demo Bank",
        "Sandbox",
        "Café &lt;Léon&gt; &amp; &quot;Fils&quot;",
        "€129.90",
        "3220",
        "value=\"approve\"",
        "value=\"decline\"",
        "href=\"/pi_1/return?a=1&amp;b=&#39;2&#39;\"",
        "no money moves",
    ] {
        assert!(page.body.contains(part), "{part} in {}", page.body);
    }
    assert!(!page.body.contains("400000"), "the number is masked");
}

#[tokio::test]
async fn the_page_speaks_the_payers_language() {
    let bank = Bank::with_challenge().await;
    let page = bank.get("/bank/oprn_1?lang=fr").await;
    for part in ["<html lang=\"fr\">", "Banque de démonstration", "129,90\u{202f}€", "action=\"/bank/oprn_1?lang=fr\"", "hreflang=\"en\""]
    {
        assert!(page.body.contains(part), "{part} in {}", page.body);
    }
    let unknown = bank.get("/bank/oprn_2?lang=fr").await;
    assert!(unknown.body.contains("Demande inconnue"));
}

#[tokio::test]
async fn every_answer_is_locked_down() {
    let bank = Bank::with_challenge().await;
    for page in [
        bank.get("/bank/oprn_1").await,
        bank.get("/bank/oprn_2").await,
        bank.post("/bank/oprn_1", "choice=perhaps").await,
        bank.post("/bank/oprn_1", "choice=approve").await,
        bank.get("/bank/oprn_1").await,
    ] {
        let policy = page.headers[header::CONTENT_SECURITY_POLICY].to_str().unwrap();
        assert!(policy.starts_with("default-src 'none'; style-src 'sha256-") && !policy.contains("unsafe"), "{policy}");
        assert_eq!(page.headers[header::CACHE_CONTROL], "no-store");
        assert_eq!(page.headers[header::REFERRER_POLICY], "same-origin");
        assert_eq!(page.headers[header::X_CONTENT_TYPE_OPTIONS], "nosniff");
        assert!(!page.body.contains("style=") && !page.body.contains("<script"), "{}", page.body);
    }
}

#[tokio::test]
async fn approving_authenticates_and_leads_back_to_the_shop() {
    let bank = Bank::with_challenge().await;
    let posted = bank.post("/bank/oprn_1?lang=fr", "choice=approve").await;
    assert_eq!(posted.status, StatusCode::SEE_OTHER);
    assert_eq!(posted.headers[header::LOCATION], "/bank/oprn_1?lang=fr");
    let page = bank.get("/bank/oprn_1?lang=fr").await;
    assert!(page.body.contains("Paiement approuvé"));
    assert!(page.body.contains("<meta http-equiv=\"refresh\" content=\"0;url=/pi_1/return?a=1&amp;b=&#39;2&#39;\">"), "{}", page.body);
    assert!(page.body.contains("class=\"go\" href=\"/pi_1/return?a=1&amp;b=&#39;2&#39;\""), "{}", page.body);
    assert!(matches!(bank.result().await, Some(Authentication::Success(proof)) if proof.eci == "05"));
}

#[tokio::test]
async fn the_first_answer_stands() {
    let bank = Bank::with_challenge().await;
    bank.post("/bank/oprn_1", "choice=decline").await;
    assert_eq!(bank.result().await, Some(Authentication::Declined));
    assert_eq!(bank.post("/bank/oprn_1", "choice=approve").await.status, StatusCode::SEE_OTHER);
    assert_eq!(bank.result().await, Some(Authentication::Declined));
    assert!(bank.get("/bank/oprn_1").await.body.contains("Payment declined"));
    // Also after a restart, and for the same question asked again.
    let after = Simulator::new(bank.memory.clone());
    let again = after.authenticate(call("oprn_1", 12_990, START), card("4000000000003220"), challenge()).await;
    assert_eq!(done(again), Authentication::Declined);
}

#[tokio::test]
async fn looking_or_leaving_answers_nothing() {
    let bank = Bank::with_challenge().await;
    bank.get("/bank/oprn_1").await;
    assert_eq!(bank.result().await, None);
    bank.post("/bank/oprn_1", "choice=approve").await;
    assert!(bank.result().await.is_some());
}

#[tokio::test]
async fn after_six_hours_it_is_too_late() {
    let bank = Bank::with_challenge().await;
    bank.clock.0.store(Authentication::LIFE_MS, Ordering::SeqCst);
    let page = bank.get("/bank/oprn_1").await;
    assert_eq!(page.status, StatusCode::GONE);
    assert!(page.body.contains("No money was taken") && page.body.contains("/pi_1/return"));
    bank.post("/bank/oprn_1", "choice=approve").await;
    assert_eq!(bank.result().await, Some(Authentication::Expired));
}

#[tokio::test]
async fn unknown_requests_and_answers_change_nothing() {
    let bank = Bank::with_challenge().await;
    bank.simulator.authorise(call("oprn_2", 100, START), card("4242424242424242"), true, acquirer::Purpose::Debit).await;
    let before = bank.memory.dump();
    for path in ["/bank/oprn_2", "/bank/oprn_3", "/bank/a%00b", "/bank/..%2F", "/bank/%3Cb%3E"] {
        assert_eq!(bank.get(path).await.status, StatusCode::NOT_FOUND, "{path}");
        assert_eq!(bank.post(path, "choice=approve").await.status, StatusCode::NOT_FOUND, "{path}");
    }
    for form in ["", "choice=", "choice=yes", "x=approve", "choice=approve&choice=decline", "%ff%00"] {
        assert_eq!(bank.post("/bank/oprn_1", form).await.status, StatusCode::UNPROCESSABLE_ENTITY, "{form}");
    }
    assert_eq!(bank.memory.dump(), before);
}
