//! What every answer says to a browser, whichever route gives it, and what no other site can make a browser do here.
//!
//! Routes, forms and server functions are read off the source: one that is new is looked at, too.

use std::collections::BTreeMap;
use std::io::Write;
use std::net::TcpStream;

use crate::server::{Answer, EMAIL, PASSWORD, Server, account};
use crate::{routes, source};

const FORM: &str = "Content-Type: application/x-www-form-urlencoded";
/// What is the same on every answer.
const SAME: [(&str, &str); 6] = [
    ("x-content-type-options", "nosniff"),
    ("x-frame-options", "DENY"),
    ("cross-origin-opener-policy", "same-origin"),
    ("cross-origin-resource-policy", "same-origin"),
    ("permissions-policy", "camera=(), display-capture=(), geolocation=(), microphone=(), midi=(), serial=(), usb=()"),
    ("strict-transport-security", "max-age=31536000"),
];
/// Files that say nothing of anybody; everything else is kept by no cache.
const PUBLIC: [(&str, &str); 3] =
    [("/openapi.json", "max-age=300"), ("/openapi-v1.json", "max-age=300"), ("/docs/style.css", "max-age=3600")];

/// A server behind a proxy that speaks TLS, as far as browsers can tell.
struct House {
    _data: tempfile::TempDir,
    server: Server,
    key: String,
    cookie: String,
}

impl House {
    fn open() -> Self {
        let data = tempfile::tempdir().unwrap();
        let key = account(data.path());
        let server = Server::start(data.path(), &["--no-worker"], &[("GUICHET_PUBLIC_URL", "https://pay.example.com")]);
        let signed = server.ask("POST /dashboard/sign-in", &[FORM], &format!("email={EMAIL}&password={}", PASSWORD.replace(' ', "+")));
        let cookie = signed.header("set-cookie").unwrap().split(';').next().unwrap().to_owned();
        Self { _data: data, server, key, cookie }
    }

    /// As the browser of the person who is signed in.
    fn browse(&self, request: &str, headers: &[&str], body: &str) -> Answer {
        let cookie = format!("Cookie: {}", self.cookie);
        self.server.ask(request, &[&[cookie.as_str(), "Accept: text/html"], headers].concat(), body)
    }

    fn api(&self, request: &str, body: &str) -> Answer {
        self.server.ask(request, &[&format!("Authorization: Bearer {}", self.key), "Content-Type: application/json"], body)
    }

    /// The path of a new order's page.
    fn order(&self) -> String {
        let made = self.api("POST /v2/payment_intents/", r#"{"amount": 1200, "currency": "eur"}"#);
        let made: serde_json::Value = serde_json::from_str(&made.body).unwrap();
        made["url"].as_str().unwrap().strip_prefix("https://pay.example.com").unwrap().to_owned()
    }

    /// As client libraries have it.
    fn public_key(&self) -> String {
        let keys = self.browse("GET /dashboard/developers/keys", &[], "").body;
        let key = keys.split("ptest_").nth(1).unwrap();
        format!("ptest_{}", key.chars().take_while(char::is_ascii_alphanumeric).collect::<String>())
    }

    fn pay(&self, page: &str, number: &str) {
        let paid = self.post(page, &format!("number={number}&exp=12+/+40&cvc=739&name=A+payer&shown=1200eur"));
        assert_eq!(paid.status, 303, "{paid:?}");
    }

    /// As the form of a page does, whenever that was opened.
    fn post(&self, page: &str, form: &str) -> Answer {
        self.server.ask(&format!("POST {page}"), &[FORM, "Sec-Fetch-Site: same-origin"], form)
    }
}

/// Every answer there is, by what was asked.
fn answers(house: &House) -> BTreeMap<String, Answer> {
    let mut found = BTreeMap::new();
    let mut keep = |asked: &str, answer: Answer| {
        found.insert(asked.to_owned(), answer);
    };
    let [fresh, asked, paid] = [house.order(), house.order(), house.order()];
    house.pay(&asked, "4000000000003220");
    house.pay(&paid, "4242424242424242");
    let challenge = house.browse(&format!("GET {asked}"), &[], "");
    let bank = challenge.header("refresh").unwrap().split("url=").nth(1).unwrap().to_owned();
    let bank = bank.strip_prefix("https://pay.example.com").unwrap_or(&bank).to_owned();
    assert!(bank.starts_with("/bank/"), "{bank}");
    let pages = [
        fresh.clone(),
        format!("{fresh}?test=1"),
        format!("{fresh}/status"),
        asked.clone(),
        format!("{asked}?other=1"),
        paid,
        bank.clone(),
    ];
    let none = ["/_live", "/dashboard/sign-in?lang=fr", "/a/b/c/d/e", "/%ff", "/v2/nothing", "/v2/ping"];
    for path in pages.iter().map(String::as_str).chain(none) {
        keep(&format!("GET {path}"), house.server.ask(&format!("GET {path}"), &["Accept: text/html"], ""));
    }
    let id = fresh.trim_start_matches("/test_");
    let public = house.public_key();
    for route in routes::all() {
        for values in [&[fresh.trim_start_matches('/')][..], &[&public, id], &["nothing"], &[id]] {
            for method in &route.methods {
                let asked = format!("{method} {}", route.at(values));
                keep(&asked, house.server.ask(&asked, &["Accept: text/html", FORM, "Sec-Fetch-Site: same-origin"], ""));
                if !route.is_page() {
                    keep(&format!("{asked} with a key"), house.api(&asked, ""));
                }
            }
        }
    }
    assert!(PUBLIC.iter().all(|(path, _)| routes::all().iter().any(|route| route.path == *path)), "a file that is none any more");
    for path in source::routes() {
        for id in [id, "nothing"] {
            let path = path.replace("{id}", id).replace("{token}", "join_nothing");
            // The stream has no end; it was asked above, by nobody.
            if path != "/_live" {
                keep(&format!("GET {path}"), house.browse(&format!("GET {path}"), &[], ""));
            }
        }
    }
    for path in source::functions() {
        keep(&format!("POST {path}"), house.browse(&format!("POST {path}"), &[FORM, "Sec-Fetch-Site: same-origin"], "id=nothing"));
    }
    let document: serde_json::Value = serde_json::from_str(&house.server.ask("GET /openapi.json", &[], "").body).unwrap();
    for (path, operations) in document["paths"].as_object().unwrap() {
        let path = path.split('/').map(|step| if step.starts_with('{') { id } else { step }).collect::<Vec<_>>().join("/");
        for method in operations.as_object().unwrap().keys().filter(|method| *method != "parameters") {
            let asked = format!("{} {path}", method.to_uppercase());
            let body = if method == "get" || method == "delete" { "" } else { "{" };
            keep(&asked, house.api(&asked, body));
        }
    }
    keep("PUT /health", house.server.ask("PUT /health", &[], ""));
    keep("POST /docs", house.server.ask("POST /docs", &[], ""));
    let form = format!("email={EMAIL}&password=wrong");
    keep("POST /dashboard/sign-in, wrong", house.server.ask("POST /dashboard/sign-in", &[FORM], &form));
    keep(
        "POST /dashboard/sign-in, from elsewhere",
        house.server.ask("POST /dashboard/sign-in", &[FORM, "Sec-Fetch-Site: cross-site"], &form),
    );
    keep("POST /dashboard/language", house.browse("POST /dashboard/language", &[FORM], "lang=fr"));
    keep("POST /dashboard/sign-out", house.browse("POST /dashboard/sign-out", &[FORM], "x=1"));
    keep(&format!("POST {fresh}, unread"), house.server.ask(&format!("POST {fresh}"), &[FORM], "number=1"));
    keep(&format!("POST {bank}, unread"), house.server.ask(&format!("POST {bank}"), &[FORM], "choice=1"));
    let large = "x".repeat(1_100_000);
    keep("POST /v2/payment_intents/, too large", house.api("POST /v2/payment_intents/", &large));
    let mut connection = TcpStream::connect(house.server.address()).unwrap();
    write!(
        connection,
        "POST /dashboard/sign-in HTTP/1.1\r\nHost: localhost\r\n{FORM}\r\nContent-Length: 10000000\r\nConnection: close\r\n\r\n"
    )
    .unwrap();
    keep("POST /dashboard/sign-in, too large", Answer::read(&mut connection));
    found
}

/// What is wrong with an answer.
fn wrong(asked: &str, answer: &Answer) -> Vec<String> {
    let mut wrong = Vec::new();
    for (name, value) in SAME {
        if answer.header(name) != Some(value) {
            wrong.push(format!("{name} is {:?}", answer.header(name)));
        }
    }
    if !matches!(answer.header("referrer-policy"), Some("same-origin" | "no-referrer")) {
        wrong.push(format!("referrer-policy is {:?}", answer.header("referrer-policy")));
    }
    let path = asked.split(' ').nth(1).unwrap();
    let cached = PUBLIC.iter().find(|(public, _)| *public == path).map_or("no-store", |(_, life)| life);
    let file = matches!(path, "/robots.txt" | "/favicon.ico") && answer.status == 200;
    if answer.header("cache-control") != Some(if file { "public, max-age=86400" } else { cached }) {
        wrong.push(format!("cache-control is {:?}", answer.header("cache-control")));
    }
    for header in ["server", "x-powered-by", "access-control-allow-origin", "link", "sourcemap"] {
        wrong.extend(answer.header(header).map(|value| format!("{header} is {value:?}")));
    }
    wrong.extend(policy(answer));
    wrong.extend(answer.headers.iter().filter(|(name, _)| name == "set-cookie").filter_map(|(_, cookie)| bad_cookie(cookie)));
    wrong
}

fn policy(answer: &Answer) -> Vec<String> {
    let Some(text) = answer.header("content-security-policy") else { return vec!["no content-security-policy".to_owned()] };
    let mut wrong = Vec::new();
    let mut directives: BTreeMap<&str, &str> =
        text.split("; ").map(|directive| directive.split_once(' ').unwrap_or((directive, ""))).collect();
    let mut must = |name: &str, allowed: &[&str]| {
        let value = directives.remove(name).unwrap_or("nothing");
        if !allowed.contains(&value) {
            wrong.push(format!("{name} is {value}"));
        }
    };
    must("default-src", &["'none'"]);
    must("base-uri", &["'none'"]);
    must("frame-ancestors", &["'none'"]);
    must("form-action", &["'self'", "'none'"]);
    must("connect-src", &["'self'", "nothing"]);
    must("img-src", &["'self' data:", "'self'", "data:", "nothing"]);
    let nonce = text.split("'nonce-").nth(1).and_then(|rest| rest.split('\'').next()).unwrap_or_default();
    let own = (format!("'self' 'wasm-unsafe-eval' 'nonce-{nonce}'"), format!("'self' 'nonce-{nonce}'"));
    // An answer without a page has no nonce, and lets even less in.
    must("script-src", &[own.0.as_str(), "'self' 'wasm-unsafe-eval'", "nothing"]);
    let style = directives.remove("style-src").unwrap_or_default();
    if ![own.1.as_str(), "'self'", ""].contains(&style) && !style.starts_with("'sha256-") {
        wrong.push(format!("style-src is {style}"));
    }
    wrong.extend(directives.keys().map(|name| format!("{name} was not expected")));
    let scripts = answer.body.split("<script").skip(1).filter_map(|rest| rest.split('>').next());
    wrong.extend(
        scripts
            .filter(|script| !script.contains("application/json") && (nonce.is_empty() || !script.contains(&format!("nonce=\"{nonce}\""))))
            .map(|script| format!("a script without the nonce: {script}")),
    );
    if answer.body.contains(" style=\"") || answer.body.contains(" onclick=") {
        wrong.push("something inline".to_owned());
    }
    wrong
}

fn bad_cookie(cookie: &str) -> Option<String> {
    let name = cookie.split('=').next().unwrap_or_default();
    let parts: Vec<&str> = cookie.split("; ").skip(1).collect();
    // What the two hold is nobody's secret, and scripts of ours may read it.
    let open = matches!(name, "lang" | "letters");
    let good = parts.contains(&"Secure") && parts.contains(&"SameSite=Lax") && (open || parts.contains(&"HttpOnly"));
    let host = name != "__Host-session" || (parts.contains(&"Path=/") && !parts.iter().any(|part| part.starts_with("Domain")));
    let known = matches!(name, "__Host-session" | "lang" | "letters" | "handed" | "payer-language" | "payer-at-bank");
    (!(good && host && known)).then(|| format!("the cookie {cookie}"))
}

#[test]
fn every_answer_of_every_route_has_every_header() {
    let house = House::open();
    let answers = answers(&house);
    let mut nonces = Vec::new();
    let mut all = Vec::new();
    let mut statuses: BTreeMap<u16, usize> = BTreeMap::new();
    for (asked, answer) in &answers {
        *statuses.entry(answer.status).or_default() += 1;
        all.extend(wrong(asked, answer).into_iter().map(|what| format!("{asked} ({}): {what}", answer.status)));
        nonces.extend(answer.header("content-security-policy").and_then(|policy| policy.split("'nonce-").nth(1)).map(str::to_owned));
    }
    println!("{} answers: {statuses:?}", answers.len());
    assert!(all.is_empty(), "{}", all.join("\n"));
    for status in [200, 204, 303, 401, 403, 404, 405, 413, 422] {
        assert!(statuses.contains_key(&status), "no answer with {status}: {statuses:?}");
    }
    let drawn = nonces.len();
    nonces.sort();
    nonces.dedup();
    assert!(drawn >= 20 && nonces.len() == drawn, "{drawn} nonces, {} different", nonces.len());
}

#[test]
fn a_page_that_shows_another_amount_than_is_asked_by_now_pays_nothing() {
    let house = House::open();
    let page = house.order();
    let opened = house.server.ask(&format!("GET {page}"), &["Accept: text/html"], "");
    assert!(opened.body.contains("value=\"1200eur\""), "{opened:?}");
    let id = page.trim_start_matches("/test_");
    let changed = house.api(&format!("PATCH /v2/payment_intents/{id}"), r#"{"amount": 10000}"#);
    assert_eq!(changed.status, 200, "{changed:?}");
    let card = "number=4242424242424242&exp=12+/+40&cvc=739&name=A+payer";
    // with what was shown, with nothing as pages of an older release do, and beside a field at fault
    for (lang, form, said) in [
        ("en", format!("{card}&shown=1200eur"), "The amount has changed"),
        ("fr", format!("{card}&shown=1200eur"), "Le montant a changé"),
        ("en", card.to_owned(), "Please check the amount"),
        ("en", format!("{card}&shown=1200eur").replace("cvc=739", "cvc="), "The amount has changed"),
    ] {
        let answer = house.post(&format!("{page}?lang={lang}"), &form);
        assert_eq!(answer.status, 409, "{answer:?}");
        let amount = if lang == "en" { "€100.00" } else { "100,00\u{202f}€" };
        assert!(answer.body.contains(said) && answer.body.contains(amount), "{}", answer.body);
        assert!(answer.body.contains("value=\"10000eur\"") && answer.body.contains("value=\"A payer\""), "{}", answer.body);
        assert!(!answer.body.contains("value=\"4242") && !answer.body.contains("739"), "{}", answer.body);
    }
    let payments =
        || -> serde_json::Value { serde_json::from_str(&house.api(&format!("GET /v2/payment_intents/{id}/payments"), "").body).unwrap() };
    assert_eq!(payments()["payments"], serde_json::json!([]));
    assert_eq!(house.post(&page, &format!("{card}&shown=10000eur")).status, 303);
    assert_eq!(payments()["payments"][0]["amount"], 10_000, "{}", payments());
    // paid: a page that is open still shows that, whatever amount it was shown with
    assert_eq!(house.post(&page, &format!("{card}&shown=1200eur")).status, 303);
    assert_eq!(payments()["payments"].as_array().unwrap().len(), 1);
}

#[test]
fn no_form_and_no_server_function_listens_to_another_site() {
    let house = House::open();
    let (order, other) = (house.order(), house.order());
    house.pay(&other, "4000000000003220");
    let challenge = house.browse(&format!("GET {other}"), &[], "");
    let bank = challenge.header("refresh").unwrap().split("url=").nth(1).unwrap().replace("https://pay.example.com", "");
    let forms = source::posts().into_iter().map(|path| path.replace("{id}", "x").replace("{token}", "join_x"));
    let public = house.public_key();
    let (place, id) = (order.trim_start_matches('/'), order.trim_start_matches("/test_"));
    let pages = routes::all().into_iter().filter(|route| route.is_page() && route.methods.contains(&"POST"));
    // A bank's own site sends payers back there: see below.
    let pages = pages.filter(|route| !route.path.starts_with("/return/"));
    let pages: Vec<String> = pages.flat_map(|route| [route.at(&[place]), route.at(&[&public, id])]).collect();
    assert!(pages.contains(&order) && pages.contains(&format!("/{public}/{id}")), "{pages:?}");
    let all: Vec<String> = forms.chain(source::functions()).chain(pages).chain([bank]).collect();
    assert!(all.len() > 30, "{all:?}");
    let theirs = [
        "Sec-Fetch-Site: cross-site",
        "Sec-Fetch-Site: same-site",
        "Origin: https://evil.example",
        "Origin: null",
        "Origin: https://pay.example.com.evil.example",
    ];
    for path in &all {
        for from in theirs {
            for method in ["POST", "PUT", "DELETE"] {
                let answer = house.browse(&format!("{method} {path}"), &[FORM, from], "doing=leave&number=4242424242424242");
                assert_eq!(answer.status, 403, "{method} {path}, {from}: {answer:?}");
                assert!(
                    answer.body.contains("another site") && answer.header("set-cookie").is_none(),
                    "{method} {path}, {from}: {answer:?}"
                );
            }
        }
        // What the browser itself says to be ours comes through: the page's own answer, whatever it is.
        for ours in ["Sec-Fetch-Site: same-origin", "Origin: https://pay.example.com"] {
            if path != "/dashboard/sign-out" {
                let answer = house.browse(&format!("POST {path}"), &[FORM, ours], "nothing=1");
                assert!(!answer.body.contains("another site"), "{path}, {ours}: {answer:?}");
            }
        }
    }
    // Nobody was signed out, and nothing was paid.
    assert_eq!(house.browse("GET /dashboard/payments", &[], "").status, 200);
    let status = house.server.ask(&format!("GET {order}/status"), &[], "");
    assert!(status.body.contains("\"form\""), "{status:?}");
    // A bank sends its payers back by a form on its own site. The address is all that counts: no other begins like it.
    let from_bank = |path: &str| house.browse(&format!("POST {path}"), &[FORM, "Sec-Fetch-Site: cross-site"], "x=1");
    assert_eq!(from_bank("/return/oper_nothing").status, 404);
    for path in ["/return", "/returned/x", "/dashboard/return/x", "/Return/x", "//return/x"] {
        assert_eq!(from_bank(path).status, 403, "{path}");
    }
}

#[test]
fn signing_in_tells_nobody_who_is_known() {
    let house = House::open();
    let try_as = |email: &str| {
        let form = format!("email={}&password=not+this+password", email.replace('@', "%40"));
        let answer = house.server.ask("POST /dashboard/sign-in", &[FORM], &form);
        // What was typed, the nonce and the request's name are all that may differ.
        let nonce =
            answer.header("content-security-policy").unwrap().split("'nonce-").nth(1).unwrap().split('\'').next().unwrap().to_owned();
        let body = answer.body.replace(email, "E-MAIL").replace(&nonce, "NONCE");
        let kept = |name: &str| !matches!(name, "request-id" | "content-security-policy" | "date" | "retry-after" | "content-length");
        let headers: Vec<_> = answer.headers.iter().filter(|(name, _)| kept(name)).cloned().collect();
        (answer.status, headers, body, answer.header("retry-after").is_some())
    };
    // As long as the other: nothing but the letters differs.
    let nobody = "other@shop.example";
    assert_eq!(nobody.len(), EMAIL.len());
    for attempt in 1..=12 {
        let (known, unknown) = (try_as(EMAIL), try_as(nobody));
        assert_eq!(known, unknown, "attempt {attempt}");
        // Ten failures lock the e-mail for this address, whether anybody has it or not.
        assert_eq!(known.0, if attempt < 10 { 401 } else { 429 }, "attempt {attempt}");
        assert_eq!(known.3, attempt >= 10);
    }
    // The right password is not let in either, nor told apart.
    let form = format!("email={EMAIL}&password={}", PASSWORD.replace(' ', "+"));
    let right = house.server.ask("POST /dashboard/sign-in", &[FORM], &form);
    assert_eq!((right.status, right.header("set-cookie")), (429, None));
    // Who was signed in stays so.
    assert_eq!(house.browse("GET /dashboard/payments", &[], "").status, 200);
    let (_, log) = house.server.stop();
    assert!(!log.contains("not this password") && !log.contains(PASSWORD), "{log}");
}
