//! What can be set, and what is said to a value that can't be.

use std::fs;

use crate::server::{run, said};

/// Each with a value that it can't have.
const WRONG: [(&str, &str); 13] = [
    ("GUICHET_LISTEN", "127.0.0.1"),
    ("GUICHET_DATABASE_URL", "mysql://somewhere/else"),
    ("GUICHET_POOL", "0"),
    ("GUICHET_PUBLIC_URL", "pay.example.com"),
    ("GUICHET_PUBLIC_URL", "https://pay.example.com/shop"),
    ("GUICHET_TRUSTED_PROXIES", "10.0.0.0/8, proxy"),
    ("GUICHET_TLS", "yes"),
    ("GUICHET_TLS_CERT", "/nowhere/cert.pem"),
    ("GUICHET_TLS_KEY", "/nowhere/key.pem"),
    ("GUICHET_TLS_LISTEN", "localhost"),
    ("GUICHET_VAULT_KEY", "c2hvcnQ="),
    ("GUICHET_LOG", "xml"),
    ("GUICHET_RATE_LIMIT", "-1"),
];

#[test]
fn a_wrong_value_is_refused_at_start_with_its_name() {
    for (name, value) in WRONG {
        let data = tempfile::tempdir().unwrap();
        let folder = data.path().join("data");
        let output = run(&folder, &["serve"], &[(name, value)]);
        let text = said(&output);
        assert_eq!(output.status.code(), Some(2), "{name}: {text}");
        assert!(text.contains(name) && text.contains("expected"), "{name}: {text}");
        assert!(!folder.exists(), "{name}: nothing is made before settings are checked");
    }
}

#[test]
fn a_wrong_value_names_its_variable_when_given_as_a_flag_too() {
    let data = tempfile::tempdir().unwrap();
    let output = run(data.path(), &["serve", "--pool", "many"], &[]);
    assert_eq!(output.status.code(), Some(2));
    assert!(said(&output).contains("GUICHET_POOL (--pool) is \"many\": expected a number from 1 to 1000"), "{}", said(&output));
}

#[test]
fn a_secret_is_not_repeated_when_it_is_refused() {
    let data = tempfile::tempdir().unwrap();
    for (name, value) in [("GUICHET_VAULT_KEY", "0123456789abcdef"), ("GUICHET_DATABASE_URL", "mysql://me:hidden@db/x")] {
        let text = said(&run(data.path(), &["serve"], &[(name, value)]));
        assert!(text.contains(name) && !text.contains("0123456789abcdef") && !text.contains("hidden"), "{text}");
    }
}

#[test]
fn the_key_of_another_certificate_is_told_from_the_right_one() {
    let (one, other) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    for data in [&one, &other] {
        // The port is taken by nobody in particular: what counts is that the certificate is made before.
        drop(crate::server::Server::start(data.path(), &[], &[("GUICHET_TLS", "auto")]));
    }
    let (cert, key) = (one.path().join("tls/cert.pem"), other.path().join("tls/key.pem"));
    let settings = [("GUICHET_TLS_CERT", cert.to_str().unwrap()), ("GUICHET_TLS_KEY", key.to_str().unwrap())];
    let output = run(one.path(), &["serve"], &settings);
    assert_eq!(output.status.code(), Some(2));
    assert!(said(&output).contains("GUICHET_TLS_KEY") && said(&output).contains("is not the key of the certificate"), "{}", said(&output));

    fs::write(one.path().join("empty.pem"), "nothing").unwrap();
    let empty = one.path().join("empty.pem");
    let settings = [("GUICHET_TLS_CERT", empty.to_str().unwrap()), ("GUICHET_TLS_KEY", key.to_str().unwrap())];
    let output = run(one.path(), &["serve"], &settings);
    assert_eq!(output.status.code(), Some(2));
    assert!(said(&output).contains("GUICHET_TLS_CERT"), "{}", said(&output));
}

#[test]
fn help_lists_every_variable_with_its_default() {
    let data = tempfile::tempdir().unwrap();
    let help = said(&run(data.path(), &["serve", "--help"], &[]));
    let words = help.split_whitespace().collect::<Vec<_>>().join(" ");
    for (name, default) in [
        ("LISTEN", "127.0.0.1:3000"),
        ("DATA", "./data"),
        ("DATABASE_URL", "guichet.db in the data folder"),
        ("PUBLIC_URL", "from the address served on"),
        ("TRUSTED_PROXIES", "none"),
        ("TLS", "off"),
        ("TLS_CERT", ""),
        ("TLS_KEY", ""),
        ("TLS_LISTEN", "none; 3443 with --demo on the default address"),
        ("VAULT_KEY", ""),
        ("VAULT_KEY_FILE", "vault.key in the data folder"),
        ("LOG", "text"),
        ("POOL", "16"),
        ("RATE_LIMIT", "500"),
    ] {
        assert!(words.contains(&format!("[env: GUICHET_{name}")), "{name}: {help}");
        assert!(default.is_empty() || words.contains(&format!("[default: {default}]")), "{name}: {help}");
    }
}

#[test]
fn the_api_document_is_printed_without_a_database() {
    let data = tempfile::tempdir().unwrap();
    for (args, path) in [(&["openapi"][..], "/v2/payment_intents/"), (&["openapi", "--v1"][..], "/v1/checkout/")] {
        let output = run(data.path(), args, &[]);
        let document: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
        assert!(document["paths"].get(path).is_some(), "{path}");
    }
    assert_eq!(fs::read_dir(data.path()).unwrap().count(), 0);
}
