//! Everything that the database holds of an account, table by table, whatever tables there are.

use std::collections::BTreeMap;

use sqlx::{AnyConnection, AssertSqlSafe, Connection as _, Row as _};
use store::DatabaseUrl;

use crate::Theirs;
use crate::world::World;

pub struct Rows {
    connection: AnyConnection,
    sqlite: bool,
}

type Snapshot = BTreeMap<String, Vec<String>>;

impl Rows {
    pub async fn of(url: &DatabaseUrl) -> Self {
        sqlx::any::install_default_drivers();
        let (text, sqlite) = match url {
            DatabaseUrl::Sqlite(path) => (format!("sqlite://{}?mode=ro", path.display()), true),
            DatabaseUrl::Postgres(url) => (url.clone(), false),
        };
        Self { connection: AnyConnection::connect(&text).await.unwrap(), sqlite }
    }

    async fn column(&mut self, sql: String) -> Vec<String> {
        let rows = sqlx::query(AssertSqlSafe(sql)).fetch_all(&mut self.connection).await.unwrap();
        rows.iter().map(|row| row.get::<String, _>(0)).collect()
    }

    async fn columns_of(&mut self, table: &str) -> Vec<String> {
        self.column(if self.sqlite {
            format!("SELECT name FROM pragma_table_info('{table}')")
        } else {
            format!("SELECT column_name::text FROM information_schema.columns WHERE table_schema = 'public' AND table_name = '{table}'")
        })
        .await
    }

    async fn tables(&mut self) -> Vec<String> {
        let sql = if self.sqlite {
            "SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY 1"
        } else {
            "SELECT table_name::text FROM information_schema.tables WHERE table_schema = 'public' ORDER BY 1"
        };
        self.column(sql.to_owned()).await
    }

    async fn lines(&mut self, table: &str, condition: &str) -> Vec<String> {
        let line = if self.sqlite {
            self.columns_of(table).await.iter().map(|column| format!("quote(\"{column}\")")).collect::<Vec<_>>().join("||'|'||")
        } else {
            "t::text".to_owned()
        };
        self.column(format!("SELECT {line} FROM \"{table}\" t WHERE {condition} ORDER BY 1")).await
    }

    /// Theirs, and what is ours in the other environment.
    pub async fn snapshot(&mut self, world: &World) -> Snapshot {
        let (theirs, ours) = (&world.theirs, &world.ours);
        let mut all = Snapshot::new();
        for table in self.tables().await {
            let columns = self.columns_of(&table).await;
            let has = |name: &str| columns.iter().any(|column| column == name);
            if has("account") {
                all.insert(table.clone(), self.lines(&table, &format!("account = '{theirs}'")).await);
                if has("environment") {
                    let condition = format!("account = '{ours}' AND environment = 'production'");
                    // Their last use is written when they are used, which this test does not do to them.
                    all.insert(format!("{table}, production"), self.lines(&table, &condition).await);
                }
            }
        }
        let people = format!("id IN (SELECT user_id FROM members WHERE account = '{theirs}')");
        all.insert("users".to_owned(), self.lines("users", &people).await);
        let account = format!("id = '{theirs}'");
        all.insert("accounts".to_owned(), self.lines("accounts", &account).await);
        assert!(all.values().filter(|lines| !lines.is_empty()).count() > 20, "there is little to look at: {:?}", all.keys());
        all
    }

    async fn ids(&mut self, condition: &str, with_environment: bool) -> BTreeMap<String, Vec<String>> {
        let mut ids: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for table in self.tables().await {
            let columns = self.columns_of(&table).await;
            let has = |name: &str| columns.iter().any(|column| column == name);
            if has("account") && has("id") && (has("environment") || !with_environment) {
                for id in self.column(format!("SELECT id FROM \"{table}\" WHERE {condition} ORDER BY 1")).await {
                    let kind = id.split_once('_').map_or("", |(kind, _)| kind).to_owned();
                    ids.entry(kind).or_default().push(id);
                }
            }
        }
        ids
    }

    /// Who is not to be seen: another account, and our own other environment.
    pub async fn strangers(&mut self, world: &World) -> Vec<Theirs> {
        let mut ids = self.ids(&format!("account = '{}'", world.theirs), false).await;
        let people = self.column(format!("SELECT user_id FROM members WHERE account = '{}' ORDER BY 1", world.theirs)).await;
        ids.insert("user".to_owned(), people);
        ids.insert("acct".to_owned(), vec![world.theirs.to_string()]);
        let condition = format!("account = '{}' AND environment = 'production'", world.ours);
        let ours = self.ids(&condition, true).await;
        vec![
            Theirs { name: "another account", ids, marker: "zanzibar", ours: false },
            Theirs { name: "the other environment", ids: ours, marker: "quito", ours: true },
        ]
    }
}
