//! The data folder: whose it is, what is made in it, what is missed in it, and the demonstration.

use std::fs;
use std::io::Write;
use std::os::unix::fs::PermissionsExt;
use std::process::Stdio;

use crate::server::{EMAIL, PASSWORD, Server, account, demo, guichet, run, said};

#[test]
fn nobody_else_can_look_into_what_is_made() {
    let parent = tempfile::tempdir().unwrap();
    let data = parent.path().join("data");
    drop(Server::start(&data, &[], &[]));
    for (path, mode) in [("", 0o700), ("guichet.db", 0o600), ("vault.key", 0o600)] {
        let found = fs::metadata(data.join(path)).unwrap().permissions().mode() & 0o777;
        assert_eq!(found, mode, "{path}: {found:o}");
    }
}

#[test]
fn a_second_process_on_the_same_file_is_told_to_use_postgresql() {
    let data = tempfile::tempdir().unwrap();
    let server = Server::start(data.path(), &[], &[]);
    for args in [
        &["serve", "--listen", "127.0.0.1:0"][..],
        &["worker"],
        &["migrate"],
        &["account", "create", "--name", "Another", "--email", EMAIL],
    ] {
        let output = run(data.path(), args, &[("GUICHET_PASSWORD", PASSWORD)]);
        let text = said(&output);
        assert_eq!(output.status.code(), Some(1), "{args:?}: {text}");
        assert!(text.contains("another Guichet works in") && text.contains("GUICHET_DATABASE_URL"), "{args:?}: {text}");
    }
    assert_eq!(server.ask("GET /health", &[], "").status, 200);
}

#[test]
fn who_comes_while_the_one_before_is_still_leaving_waits() {
    let data = tempfile::tempdir().unwrap();
    account(data.path());
    let leaving = store::lock(data.path()).unwrap();
    let gone = std::thread::spawn(move || {
        std::thread::sleep(std::time::Duration::from_millis(300));
        drop(leaving);
    });
    let server = Server::start(data.path(), &[], &[]);
    assert_eq!(server.ask("GET /health", &[], "").status, 200);
    gone.join().unwrap();
}

#[test]
fn a_database_is_not_opened_with_a_new_key() {
    let data = tempfile::tempdir().unwrap();
    account(data.path());
    let key = data.path().join("vault.key");
    fs::remove_file(&key).unwrap();
    let output = run(data.path(), &["serve", "--listen", "127.0.0.1:0"], &[]);
    let text = said(&output);
    assert_eq!(output.status.code(), Some(1), "{text}");
    assert!(text.contains("vault.key is missing") && text.contains("put the key back"), "{text}");
    assert!(!key.exists());
}

#[test]
fn a_database_is_not_opened_with_another_key() {
    let data = tempfile::tempdir().unwrap();
    account(data.path());
    let key = data.path().join("vault.key");
    let right = fs::read_to_string(&key).unwrap();
    let other = "22".repeat(32);
    for args in [&["serve", "--listen", "127.0.0.1:0"][..], &["worker"]] {
        let output = run(data.path(), args, &[("GUICHET_VAULT_KEY", &other)]);
        let text = said(&output);
        assert_eq!(output.status.code(), Some(1), "{text}");
        assert!(text.contains("GUICHET_VAULT_KEY: this is not the vault key that") && !text.contains(&other), "{text}");
    }
    fs::write(&key, &other).unwrap();
    let output = run(data.path(), &["serve", "--listen", "127.0.0.1:0"], &[]);
    assert!(said(&output).contains("vault.key: this is not the vault key"), "{}", said(&output));
    // the right one, with one that takes its place
    fs::write(&key, format!("{}\n{other}\n", right.trim_end())).unwrap();
    assert_eq!(Server::start(data.path(), &[], &[]).ask("GET /health", &[], "").status, 200);
}

#[test]
fn an_address_in_use_is_named() {
    let data = tempfile::tempdir().unwrap();
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let output = run(data.path(), &["serve", "--listen", &address], &[]);
    let text = said(&output);
    assert_eq!(output.status.code(), Some(1));
    assert!(text.contains("GUICHET_LISTEN") && text.contains(&address), "{text}");
}

#[test]
fn a_file_that_is_no_database_is_left_alone() {
    let data = tempfile::tempdir().unwrap();
    let file = data.path().join("guichet.db");
    fs::write(&file, "Dear diary, ".repeat(200)).unwrap();
    let output = run(data.path(), &["migrate"], &[]);
    assert_eq!(output.status.code(), Some(1));
    assert!(said(&output).contains("guichet.db"), "{}", said(&output));
    assert!(fs::read_to_string(&file).unwrap().starts_with("Dear diary"));
}

#[test]
fn a_password_can_be_piped_in_and_bad_data_is_named() {
    let data = tempfile::tempdir().unwrap();
    let create = |email: &str, password: &str| {
        let mut command = guichet(data.path(), &["account", "create", "--name", "A shop", "--email", email], &[]);
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        child.stdin.take().unwrap().write_all(format!("{password}\n").as_bytes()).unwrap();
        child.wait_with_output().unwrap()
    };
    for (email, password, named) in [(EMAIL, "short", "--password"), ("nobody", PASSWORD, "--email")] {
        let output = create(email, password);
        assert_eq!(output.status.code(), Some(1));
        assert!(said(&output).contains(named), "{}", said(&output));
    }
    let output = create(EMAIL, PASSWORD);
    let text = said(&output);
    assert!(output.status.success(), "{text}");
    for prefix in ["stest_", "ptest_", "sprod_", "pprod_"] {
        assert_eq!(text.matches(prefix).count(), 1, "{text}");
    }
    let again = create(EMAIL, PASSWORD);
    assert!(said(&again).contains("--email"), "{}", said(&again));
}

#[test]
fn keys_that_nobody_reads_are_no_accident() {
    let data = tempfile::tempdir().unwrap();
    let mut command = guichet(data.path(), &["account", "create", "--name", "A shop", "--email", EMAIL], &[("GUICHET_PASSWORD", PASSWORD)]);
    let mut child = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    let text = said(&output);
    assert_eq!(output.status.code(), Some(1), "{text}");
    assert!(text.contains("told to nobody") && !text.contains("panicked"), "{text}");
    // It is there all the same.
    let again = run(data.path(), &["account", "create", "--name", "A shop", "--email", EMAIL], &[("GUICHET_PASSWORD", PASSWORD)]);
    assert!(said(&again).contains("--email"), "{}", said(&again));
}

#[test]
fn a_demonstration_is_made_once_and_can_be_used() {
    let data = tempfile::tempdir().unwrap();
    let server = Server::start(data.path(), &["--demo"], &[("GUICHET_TLS_LISTEN", "0")]);
    let first = demo(data.path());
    assert_eq!(first["url"], server.urls[0].as_str());
    assert_eq!(first["tls_url"], server.urls[1].as_str());
    let mode = fs::metadata(data.path().join("demo.json")).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);

    let bearer = format!("Authorization: Bearer {}", first["secret_key"].as_str().unwrap());
    let intents = server.ask("GET /v2/payment_intents/?limit=100", &[&bearer], "");
    assert_eq!(intents.status, 200);
    for status in ["captured", "require_payment_method", "canceled", "unpaid"] {
        assert!(intents.body.contains(&format!("\"status\":\"{status}\"")), "{status}");
    }
    let form = format!("email={}&password={}", first["email"].as_str().unwrap(), first["password"].as_str().unwrap());
    let headers = ["Content-Type: application/x-www-form-urlencoded", "Sec-Fetch-Site: same-origin"];
    assert_eq!(server.ask("POST /dashboard/sign-in", &headers, &form).status, 303);
    let (status, log) = server.stop();
    assert!(status.success(), "{log}");
    assert!(!log.contains("ERROR"), "{log}");

    let server = Server::start(data.path(), &["--demo"], &[]);
    let second = demo(data.path());
    assert_eq!(second["url"], server.urls[0].as_str());
    assert!(second["tls_url"].is_null());
    for kept in ["email", "password", "secret_key", "public_key"] {
        assert_eq!(first[kept], second[kept], "{kept}");
    }
    let again = server.ask("GET /v2/payment_intents/?limit=100", &[&bearer], "");
    let ids = |body: &str| body.matches("\"id\":\"pi_").count();
    assert_eq!(ids(&again.body), ids(&intents.body));
}

#[test]
fn an_account_of_somebodys_own_gets_no_demonstration() {
    let data = tempfile::tempdir().unwrap();
    let key = account(data.path());
    let server = Server::start(data.path(), &["--demo"], &[]);
    assert!(!data.path().join("demo.json").exists());
    let intents = server.ask("GET /v2/payment_intents/", &[&format!("Authorization: Bearer {key}")], "");
    assert!(!intents.body.contains("\"id\":\"pi_"), "{intents:?}");
}

#[test]
fn whoever_lost_their_password_gets_a_new_one_at_the_command_line() {
    let data = tempfile::tempdir().unwrap();
    account(data.path());
    let set = |email: &str, password: &str| run(data.path(), &["account", "password", email], &[("GUICHET_PASSWORD", password)]);
    for (email, password, why) in [
        ("nobody@shop.example", "another horse battery", "Nobody signs in with this e-mail"),
        (EMAIL, "short", "A password has at least 12 characters"),
        (EMAIL, EMAIL, "The password is not the e-mail address"),
    ] {
        let refused = set(email, password);
        assert_eq!(refused.status.code(), Some(1));
        assert!(said(&refused).contains(why), "{}", said(&refused));
    }
    let done = set(EMAIL, "another horse battery");
    assert!(done.status.success(), "{}", said(&done));
    let server = Server::start(data.path(), &[], &[]);
    let sign_in = |password: &str| {
        let form = format!("email={EMAIL}&password={}", password.replace(' ', "+"));
        let headers = ["Content-Type: application/x-www-form-urlencoded", "Sec-Fetch-Site: same-origin"];
        server.ask("POST /dashboard/sign-in", &headers, &form).status
    };
    assert_eq!(sign_in(PASSWORD), 401);
    assert_eq!(sign_in("another horse battery"), 303);
}
