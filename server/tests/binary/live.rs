//! The stream by which open windows hear of changes: who may have it, what it says, and that nothing waits for it.

use std::io::{BufRead, BufReader, Write};
use std::net::TcpStream;
use std::time::Duration;

use crate::server::{EMAIL, PASSWORD, Server, account};

/// A cookie of a new session.
fn sign_in(server: &Server) -> String {
    let form = format!("email={}&password={}", EMAIL.replace('@', "%40"), PASSWORD.replace(' ', "+"));
    let answer = server.ask("POST /dashboard/sign-in", &["Content-Type: application/x-www-form-urlencoded"], &form);
    let cookies = answer.headers.iter().filter(|(name, _)| name == "set-cookie");
    let session = cookies.filter_map(|(_, cookie)| cookie.split(';').next()).find(|cookie| cookie.starts_with("session="));
    session.unwrap_or_else(|| panic!("no session: {answer:?}")).to_owned()
}

/// An open stream, its headers read.
fn listen(server: &Server, cookie: &str) -> BufReader<TcpStream> {
    let mut connection = TcpStream::connect(server.address()).unwrap();
    connection.set_read_timeout(Some(Duration::from_secs(30))).unwrap();
    write!(connection, "GET /_live HTTP/1.1\r\nHost: localhost\r\nAccept-Encoding: gzip, br\r\nCookie: {cookie}\r\n\r\n").unwrap();
    let mut stream = BufReader::new(connection);
    let head = read_until(&mut stream, str::is_empty);
    assert!(head[0].contains("200") && head.iter().any(|line| line.starts_with("content-type: text/event-stream")), "{head:?}");
    // A stream that is gathered or compressed arrives late.
    assert!(!head.iter().any(|line| line.starts_with("content-encoding")), "{head:?}");
    stream
}

fn read_until(stream: &mut BufReader<TcpStream>, last: impl Fn(&str) -> bool) -> Vec<String> {
    let mut lines = Vec::new();
    loop {
        let mut line = String::new();
        assert!(stream.read_line(&mut line).unwrap() > 0, "the stream ended: {lines:?}");
        lines.push(line.trim().to_ascii_lowercase());
        if last(lines.last().unwrap()) {
            return lines;
        }
    }
}

#[test]
fn a_window_hears_of_changes_and_a_server_that_ends_does_not_wait_for_it() {
    let folder = tempfile::tempdir().unwrap();
    let key = account(folder.path());
    let server = Server::start(folder.path(), &["--no-worker"], &[]);
    assert_eq!(server.ask("GET /_live", &[], "").status, 204, "nobody is told to come back");
    assert_eq!(server.ask("GET /_live", &["Cookie: session=nonsense"], "").status, 204);
    let cookie = sign_in(&server);
    let mut stream = listen(&server, &cookie);
    // It does not know what the window has seen.
    read_until(&mut stream, |line| line == "data: changed");
    let authorization = format!("Authorization: Bearer {key}");
    let body = r#"{"amount": 1000, "currency": "eur"}"#;
    let answer = server.ask("POST /v2/payment_intents/", &[&authorization, "Content-Type: application/json"], body);
    assert!(answer.status < 300, "{answer:?}");
    read_until(&mut stream, |line| line == "data: changed");
    // Two a session: the third takes the place of the first, which is told not to come back by itself.
    let _second = listen(&server, &cookie);
    let mut third = listen(&server, &cookie);
    read_until(&mut stream, |line| line == "data: enough");
    let (status, log) = server.stop();
    assert!(status.success(), "{log}");
    // The last chunk: the stream was ended, not cut off when patience was over.
    read_until(&mut third, |line| line == "0");
}
