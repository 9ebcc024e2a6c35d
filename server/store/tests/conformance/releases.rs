//! One release after the other: what an older one left is brought up, what a newer one left is worked on or left alone.

use sqlx::{AnyConnection, AssertSqlSafe, Connection as _, Executor as _, Row as _};
use store::rows::Customer;
use store::{DatabaseUrl, Error, Options, Store};
use store_testing::Database;

use crate::samples::scope;

const ID: &str = "cust_000000000000000000000001";

fn address(database: &Database) -> String {
    match &database.url {
        DatabaseUrl::Sqlite(path) => format!("sqlite://{}", path.display()),
        DatabaseUrl::Postgres(url) => url.clone(),
    }
}

async fn say(address: &str, sql: &str) -> Result<(), sqlx::Error> {
    sqlx::any::install_default_drivers();
    let mut connection = AnyConnection::connect(address).await?;
    connection.execute(AssertSqlSafe(sql.to_owned())).await?;
    connection.close().await
}

async fn opened(database: &Database) -> Store {
    Store::open(Options { url: database.url.clone(), pool: 2 }).await.unwrap()
}

/// A customer as a release wrote it that knew the first schema only.
fn insert(id: &str) -> String {
    let scope = scope();
    format!(
        "INSERT INTO customers (id, account, environment, version, created, name, fingerprint) VALUES ('{id}', '{}', '{}', 1, 7, 'Zoé', 'x')",
        scope.account, scope.environment
    )
}

#[tokio::test]
async fn what_the_first_release_left_is_brought_up_with_its_rows() {
    for database in store_testing::databases().await.unwrap() {
        println!("on {}", database.name);
        let old = opened(&database).await;
        old.migrate_to(Some(1)).await.unwrap();
        let address = address(&database);
        say(&address, &insert(ID)).await.unwrap();
        assert!(say(&address, "SELECT 1 FROM audit_log").await.is_err(), "the first schema has no audit log");
        old.close().await;

        let store = opened(&database).await;
        store.migrate().await.unwrap();
        store.migrate().await.unwrap();
        let found: Customer = store::get(&mut store.read().await.unwrap(), scope(), ID).await.unwrap().unwrap();
        assert_eq!((found.name.as_deref(), found.created.as_millis(), found.email), (Some("Zoé"), 7, None));
        // a process of the older release that still runs goes on writing
        say(&address, &insert("cust_000000000000000000000002")).await.unwrap();
        store.close().await;

        if let DatabaseUrl::Sqlite(path) = &database.url {
            let copy = format!("sqlite://{}.schema-0001", path.display());
            sqlx::any::install_default_drivers();
            let mut copy = AnyConnection::connect(&copy).await.unwrap();
            let row = copy.fetch_one("SELECT COUNT(*) FROM customers").await.unwrap();
            assert_eq!(row.get::<i64, _>(0), 1, "the copy is what was there before");
            assert!(copy.execute("SELECT 1 FROM audit_log").await.is_err());
        }
    }
}

#[tokio::test]
async fn a_newer_releases_schema_is_worked_on_where_that_release_lets_us() {
    for database in store_testing::databases().await.unwrap() {
        println!("on {}", database.name);
        let store = opened(&database).await;
        store.migrate().await.unwrap();
        store.close().await;
        let address = address(&database);
        say(&address, "INSERT INTO migrations (version, name, checksum) VALUES (9998, 'later', 'x')").await.unwrap();
        say(&address, "INSERT INTO migration_reach (version, oldest) VALUES (9998, 1)").await.unwrap();
        let store = opened(&database).await;
        store.migrate().await.unwrap();
        store.close().await;
        // the one after it does not say so
        say(&address, "INSERT INTO migrations (version, name, checksum) VALUES (9999, 'closed', 'x')").await.unwrap();
        let store = opened(&database).await;
        match store.migrate().await {
            Err(Error::Schema(message)) => assert!(message.contains("schema 9999") && message.contains("newer release"), "{message}"),
            other => panic!("{other:?}"),
        }
        store.close().await;
    }
}

#[tokio::test]
async fn a_schema_of_another_release_is_left_alone() {
    for database in store_testing::databases().await.unwrap() {
        let store = database.open().await.unwrap();
        store.migrate().await.unwrap();
        store.close().await;
        let address = address(&database);
        let tampering = [
            ("INSERT INTO migrations (version, name, checksum) VALUES (9999, 'later', 'x')", "newer release"),
            ("UPDATE migrations SET checksum = 'x'", "another 0001_init.sql"),
        ];
        for (sql, says) in tampering {
            sqlx::any::install_default_drivers();
            let mut connection = AnyConnection::connect(&address).await.unwrap();
            connection.execute(sql).await.unwrap();
            connection.close().await.unwrap();
            let store = Store::open(Options { url: database.url.clone(), pool: 2 }).await.unwrap();
            match store.migrate().await {
                Err(Error::Schema(message)) => assert!(message.contains(says), "{message}"),
                other => panic!("{other:?}"),
            }
            store.close().await;
        }
    }
}
