//! Several processes on one PostgreSQL.

use store::DatabaseUrl;

use crate::server::{EMAIL, PASSWORD, Server, run, said};

#[tokio::test(flavor = "multi_thread")]
async fn several_processes_share_one_postgresql() {
    let database = store_testing::postgres().await.unwrap();
    let DatabaseUrl::Postgres(url) = &database.url else { panic!("not PostgreSQL") };
    let data = tempfile::tempdir().unwrap();
    let settings = [("GUICHET_DATABASE_URL", url.as_str()), ("GUICHET_PASSWORD", PASSWORD)];
    let made = said(&run(data.path(), &["account", "create", "--name", "A shop", "--email", EMAIL], &settings));
    let key = made.split_whitespace().find(|word| word.starts_with("stest_")).unwrap_or_else(|| panic!("{made}"));
    let bearer = format!("Authorization: Bearer {key}");

    let servers = [Server::start(data.path(), &["--no-worker"], &settings), Server::start(data.path(), &[], &settings)];
    let json = "Content-Type: application/json";
    let made = servers[0].ask("POST /v2/customers/", &[&bearer, json], r#"{"email": "payer@example.com", "name": "Seen by both"}"#);
    assert_eq!(made.status, 200, "{made:?}");
    let found = servers[1].ask("GET /v2/customers/", &[&bearer], "");
    assert!(found.body.contains("Seen by both"), "{found:?}");
    for server in servers {
        let (status, log) = server.stop();
        assert!(status.success(), "{log}");
    }
}

#[test]
fn a_database_that_does_not_answer_is_named_without_its_password() {
    let data = tempfile::tempdir().unwrap();
    let output = run(data.path(), &["migrate"], &[("GUICHET_DATABASE_URL", "postgres://me:hidden@127.0.0.1:1/shop")]);
    let text = said(&output);
    assert_eq!(output.status.code(), Some(1));
    assert!(text.contains("PostgreSQL at 127.0.0.1:1/shop") && text.contains("is it running"), "{text}");
    assert!(!text.contains("hidden"), "{text}");
}
