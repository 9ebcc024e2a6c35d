//! TLS of our own: a certificate made for this machine, or one from files.

use std::fs;
use std::os::unix::fs::PermissionsExt;

use crate::server::{EMAIL, PASSWORD, Server, account, ask, over_tls};

#[test]
fn a_certificate_made_here_is_good_for_this_machine_under_each_name() {
    let data = tempfile::tempdir().unwrap();
    account(data.path());
    let authority = data.path().join("tls/ca.pem");
    let server = Server::start(data.path(), &[], &[("GUICHET_TLS", "auto")]);
    assert!(server.urls[0].starts_with("https://"), "{:?}", server.urls);
    for name in ["localhost", "api.localhost", "payment.localhost", "127.0.0.1", "::1"] {
        let answer = ask(&mut over_tls(server.address(), name, &authority, b"http/1.1"), "GET /health", &[], "");
        assert_eq!(answer.status, 200, "{name}");
        // Other programs on this machine are reached without TLS, by the same name.
        assert_eq!(answer.header("strict-transport-security"), None);
    }
    let stream = over_tls(server.address(), "localhost", &authority, b"h2");
    assert_eq!(stream.conn.alpn_protocol(), Some(&b"h2"[..]));
    let mode = fs::metadata(data.path().join("tls/key.pem")).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);

    let form = format!("email={EMAIL}&password={}", PASSWORD.replace(' ', "+"));
    let headers = ["Content-Type: application/x-www-form-urlencoded", "Sec-Fetch-Site: same-origin"];
    let signed = ask(&mut over_tls(server.address(), "localhost", &authority, b"http/1.1"), "POST /dashboard/sign-in", &headers, &form);
    let cookie = signed.header("set-cookie").unwrap();
    assert!(cookie.starts_with("__Host-session=") && cookie.contains("Secure") && cookie.contains("Path=/;"), "{cookie}");
}

#[test]
fn a_certificate_is_kept_from_start_to_start() {
    let data = tempfile::tempdir().unwrap();
    let mut made = Vec::new();
    for _ in 0..2 {
        drop(Server::start(data.path(), &[], &[("GUICHET_TLS", "auto")]));
        made.push(fs::read(data.path().join("tls/ca.pem")).unwrap());
    }
    assert_eq!(made[0], made[1]);
}

#[test]
fn a_certificate_from_files_is_served_and_browsers_are_told_to_keep_to_tls() {
    let data = tempfile::tempdir().unwrap();
    drop(Server::start(data.path(), &[], &[("GUICHET_TLS", "auto")]));
    let tls = data.path().join("tls");
    let (cert, key) = (tls.join("cert.pem"), tls.join("key.pem"));
    let server =
        Server::start(data.path(), &[], &[("GUICHET_TLS_CERT", cert.to_str().unwrap()), ("GUICHET_TLS_KEY", key.to_str().unwrap())]);
    let answer = ask(&mut over_tls(server.address(), "localhost", &tls.join("ca.pem"), b"http/1.1"), "GET /health", &[], "");
    assert_eq!(answer.status, 200);
    assert_eq!(answer.header("strict-transport-security"), Some("max-age=31536000"));
}

#[test]
fn plain_http_and_tls_are_served_side_by_side() {
    let data = tempfile::tempdir().unwrap();
    let server = Server::start(data.path(), &[], &[("GUICHET_TLS_LISTEN", "0")]);
    let [plain, tls] = &server.urls[..] else { panic!("{:?}", server.urls) };
    assert!(plain.starts_with("http://") && tls.starts_with("https://"));
    assert_eq!(server.ask("GET /health", &[], "").status, 200);
    let mut stream = over_tls(server.at(1), "127.0.0.1", &data.path().join("tls/ca.pem"), b"http/1.1");
    assert_eq!(ask(&mut stream, "GET /health", &[], "").status, 200);
}
