//! What every request meets on its way: names, headers, limits, and the right kind of answer.

use std::io::Write;
use std::net::TcpStream;

use crate::server::{Answer, EMAIL, PASSWORD, Server, account, eventually};

const FORM: &str = "Content-Type: application/x-www-form-urlencoded";

#[test]
fn an_empty_database_is_served_at_once() {
    let data = tempfile::tempdir().unwrap();
    let server = Server::start(data.path(), &[], &[]);
    let answer = server.ask("GET /health", &[], "");
    assert_eq!((answer.status, answer.body.as_str()), (200, "ok"));
    let home = server.ask("GET /", &[], "");
    assert_eq!((home.status, home.header("location")), (303, Some("/dashboard")));
}

#[test]
fn every_answer_has_a_name_made_here_and_careful_headers() {
    let data = tempfile::tempdir().unwrap();
    let server = Server::start(data.path(), &[], &[]);
    let theirs = ["Request-Id: req_theirs", "X-Request-Id: req_theirs"];
    let mut names = Vec::new();
    for request in [
        "GET /health",
        "GET /dashboard/sign-in",
        "GET /test_pi_nothing",
        "GET /a/b/c/d",
        "GET /v2/ping",
        "GET /v2/nothing/here",
        "GET /bank/nothing",
        "PUT /health",
    ] {
        let answer = server.ask(request, &theirs, "");
        let name = answer.header("request-id").unwrap_or_else(|| panic!("{request}: {answer:?}")).to_owned();
        assert!(name.starts_with("req_") && !name.contains("theirs"), "{request}: {name}");
        names.push(name);
        for (header, value) in [("x-content-type-options", "nosniff"), ("referrer-policy", "same-origin")] {
            assert_eq!(answer.header(header), Some(value), "{request}: {header}");
        }
        let policy = answer.header("content-security-policy").unwrap();
        assert!(policy.contains("default-src 'none'") && policy.contains("frame-ancestors 'none'"), "{request}: {policy}");
        assert!(answer.header("permissions-policy").is_some() && answer.header("x-frame-options") == Some("DENY"), "{request}");
    }
    names.dedup();
    assert_eq!(names.len(), 8);
}

#[test]
fn what_is_unknown_is_said_to_browsers_in_html_and_to_programs_in_json() {
    let data = tempfile::tempdir().unwrap();
    let key = account(data.path());
    let server = Server::start(data.path(), &[], &[]);
    for path in ["/nothing", "/nothing/here", "/a/b/c/d/e", "/%ff", "/a/%ff", "/%ff/return", "/return/%ff"] {
        let answer = server.ask(&format!("GET {path}"), &["Accept-Language: fr"], "");
        assert_eq!(answer.status, 404, "{path}");
        assert!(
            answer.header("content-type").unwrap().starts_with("text/html") && answer.body.contains("<html lang=\"fr\">"),
            "{path}: {answer:?}"
        );
    }
    let bearer = format!("Authorization: Bearer {key}");
    for path in ["/v2/nothing", "/v2/nothing/here/at/all", "/v1/", "/v2"] {
        let answer = server.ask(&format!("GET {path}"), &[&bearer], "");
        assert_eq!(answer.status, 404, "{path}");
        assert_eq!(answer.header("content-type"), Some("application/json"), "{path}");
    }
    let answer = server.ask("DELETE /health", &[], "");
    assert_eq!(answer.status, 405);
    assert!(answer.body.contains("<main"), "{answer:?}");
}

#[test]
fn a_form_on_another_site_can_do_nothing_here() {
    let data = tempfile::tempdir().unwrap();
    account(data.path());
    let server = Server::start(data.path(), &[], &[]);
    let form = format!("email={EMAIL}&password={}", PASSWORD.replace(' ', "+"));
    for theirs in ["Sec-Fetch-Site: cross-site", "Sec-Fetch-Site: same-site", "Origin: https://evil.example"] {
        let answer = server.ask("POST /dashboard/sign-in", &[FORM, theirs], &form);
        assert_eq!(answer.status, 403, "{theirs}");
        assert!(answer.header("set-cookie").is_none() && answer.body.contains("another site"), "{answer:?}");
    }
    // A bank sends its payers back from its own site; programs have no cookies to abuse.
    assert_eq!(server.ask("POST /return/oper_nothing", &[FORM, "Sec-Fetch-Site: cross-site"], "x=1").status, 404);
    assert_eq!(server.ask("POST /v2/customers/", &["Sec-Fetch-Site: cross-site"], "{}").status, 401);
    let answer = server.ask("POST /dashboard/sign-in", &[FORM, "Sec-Fetch-Site: same-origin"], &form);
    assert_eq!(answer.status, 303, "{answer:?}");
}

#[test]
fn a_body_that_is_too_large_is_refused_before_it_is_read() {
    let data = tempfile::tempdir().unwrap();
    let server = Server::start(data.path(), &[], &[]);
    let mut connection = TcpStream::connect(server.address()).unwrap();
    let answer = {
        write!(
            connection,
            "POST /dashboard/sign-in HTTP/1.1\r\nHost: localhost\r\n{FORM}\r\nContent-Length: 10000000\r\nConnection: close\r\n\r\n"
        )
        .unwrap();
        Answer::read(&mut connection)
    };
    assert_eq!(answer.status, 413);
    assert!(answer.body.contains("1 MB at most"), "{answer:?}");
    assert_eq!(server.ask("GET /health", &[], "").status, 200);
}

#[test]
fn the_owner_of_a_new_account_can_sign_in() {
    let data = tempfile::tempdir().unwrap();
    let key = account(data.path());
    let server = Server::start(data.path(), &[], &[]);
    let form = format!("email={EMAIL}&password={}", PASSWORD.replace(' ', "+"));
    let signed = server.ask("POST /dashboard/sign-in", &[FORM, "Sec-Fetch-Site: same-origin"], &form);
    assert_eq!(signed.status, 303, "{signed:?}");
    let cookie = signed.header("set-cookie").unwrap();
    assert!(cookie.starts_with("session=") && cookie.contains("HttpOnly") && cookie.contains("SameSite=Lax"), "{cookie}");
    let cookie = format!("Cookie: {}", cookie.split(';').next().unwrap());
    let list = server.ask("GET /dashboard/payments", &[&cookie], "");
    assert_eq!(list.status, 200);
    assert!(list.body.contains("A shop"), "{}", list.body);
    let ping = server.ask("GET /v2/ping", &[&format!("Authorization: Bearer {key}")], "");
    assert_eq!(ping.status, 200);
}

#[test]
fn each_request_is_a_line_of_json_by_its_name_without_what_was_typed() {
    let data = tempfile::tempdir().unwrap();
    let server = Server::start(data.path(), &[], &[("GUICHET_LOG", "json")]);
    let answer =
        server.ask("POST /test_pi_nothing?card=4242424242424242", &[FORM, "Cookie: session=secret-session"], "number=4000000000003220");
    let name = answer.header("request-id").unwrap().to_owned();
    server.ask("GET /health", &[], "");
    let (_, log) = server.stop();
    let lines: Vec<serde_json::Value> = log.lines().map(|line| serde_json::from_str(line).unwrap_or_else(|_| panic!("{line}"))).collect();
    let line = lines.iter().find(|line| line["span"]["request_id"] == name.as_str()).unwrap_or_else(|| panic!("{log}"));
    assert_eq!(line["span"]["method"], "POST");
    assert_eq!(line["span"]["path"], "/test_pi_nothing");
    assert_eq!(line["status"], 404);
    assert!(line["micros"].is_u64());
    for secret in ["4242424242424242", "4000000000003220", "secret-session", "/health"] {
        assert!(!log.contains(secret), "{secret}: {log}");
    }
}

#[test]
fn what_has_begun_is_finished_before_the_process_ends() {
    let data = tempfile::tempdir().unwrap();
    let key = account(data.path());
    let server = Server::start(data.path(), &[], &[]);
    let idle = TcpStream::connect(server.address()).unwrap();
    let mut connection = TcpStream::connect(server.address()).unwrap();
    let body = r#"{"email": "payer@example.com", "name": "Half a request"}"#;
    let (first, rest) = body.split_at(20);
    let length = body.len();
    write!(
        connection,
        "POST /v2/customers/ HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {key}\r\nContent-Type: application/json\r\n"
    )
    .unwrap();
    write!(connection, "Content-Length: {length}\r\n\r\n{first}").unwrap();
    // A later connection is served: the first one has been accepted, too.
    assert_eq!(server.ask("GET /health", &[], "").status, 200);
    server.terminate();
    eventually("new connections are refused", || server.is_refusing());
    connection.write_all(rest.as_bytes()).unwrap();
    let answer = Answer::read(&mut connection);
    assert_eq!(answer.status, 200, "{answer:?}");
    assert!(answer.body.contains("\"id\":\"cust_"), "{answer:?}");
    let (status, log) = server.ended();
    assert!(status.success(), "{status}: {log}");
    drop(idle);
    // It was written down.
    let server = Server::start(data.path(), &[], &[]);
    let customers = server.ask("GET /v2/customers/", &[&format!("Authorization: Bearer {key}")], "");
    assert!(customers.body.contains("Half a request"), "{customers:?}");
}
