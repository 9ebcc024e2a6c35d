//! Reading a database whose server may be running, dead or someone else's.

use std::collections::BTreeMap;

use model::id::PaymentIntentId;
use model::rights::Environment;
use sqlx::{AnyConnection, Connection as _, Row as _};
use store::rows::{Event, Scope};
use store::{DatabaseUrl, Reader, Scoped, Store};

use super::bank::{holdings, settled};
use super::{Books, Broken, Holdings, Told, order, whole};
use crate::Problem;

/// Rows read at once.
const PAGE: i64 = 2_000;

/// What belongs to what: the table, the column that says so, and where that leads.
const BELONGS: [(&str, &str, &str); 16] = [
    ("payment_intents", "customer", "customers"),
    ("payment_intents", "card", "cards"),
    ("payment_intents", "payment", "payments"),
    ("payment_intents", "holder", "payments"),
    ("payments", "intent", "payment_intents"),
    ("payments", "card", "cards"),
    ("payments", "customer", "customers"),
    ("cards", "customer", "customers"),
    ("operations", "payment", "payments"),
    ("operations", "refund", "refunds"),
    ("refunds", "payment", "payments"),
    ("refunds", "intent", "payment_intents"),
    ("disputes", "payment", "payments"),
    ("disputes", "intent", "payment_intents"),
    ("postings", "payment", "payments"),
    ("postings", "refund", "refunds"),
];

/// One look after another at the same database. Between two looks it remembers which orders it has seen how.
pub struct Look {
    store: Store,
    sql: AnyConnection,
    /// How many events each order had when it was last looked at.
    seen: BTreeMap<(Environment, String), i64>,
}

impl Look {
    /// Over an open store and its address.
    ///
    /// # Errors
    /// When the database can't be reached.
    pub async fn over(store: &Store, url: &DatabaseUrl) -> Result<Self, Problem> {
        sqlx::any::install_default_drivers();
        let address = match url {
            DatabaseUrl::Sqlite(path) => format!("sqlite://{}?mode=rw", path.display()),
            DatabaseUrl::Postgres(url) => url.clone(),
        };
        let sql = AnyConnection::connect(&address).await.map_err(|error| format!("looking at {address}: {error}"))?;
        Ok(Self { store: store.clone(), sql, seen: BTreeMap::new() })
    }

    /// # Errors
    /// When the database can't be reached.
    pub async fn reader(&self) -> Result<Reader, Problem> {
        self.store.read().await.map_err(|error| error.to_string())
    }

    /// Checks the orders that have changed since the last look, and the ledger's sums. How many orders there were to look at.
    /// `bank`: its memory; none for the sandbox's own.
    ///
    /// # Errors
    /// What does not hold, or that the database can't be read.
    pub async fn changed(&mut self, scope: Scope, bank: Option<&Holdings>) -> Result<usize, Problem> {
        let mut broken = Broken::default();
        let changed = self.touched(scope).await?;
        for intent in &changed {
            let mut reader = self.reader().await?;
            let books = Books::of_order(&mut reader, scope, *intent).await.map_err(|error| error.to_string())?;
            let held = self.held(&books, bank).await?;
            order(&books, &held, &mut broken);
        }
        self.sums(scope, &mut broken).await?;
        broken.verdict()?;
        Ok(changed.len())
    }

    /// Checks everything there is in the scope, and that all that was told is there.
    ///
    /// # Errors
    /// What does not hold, or that the database can't be read.
    pub async fn everything(&mut self, scope: Scope, bank: Option<&Holdings>, told: &[Told]) -> Result<Books, Problem> {
        let mut reader = self.reader().await?;
        let books = Books::of_scope(&mut reader, scope).await.map_err(|error| error.to_string())?;
        let mut broken = Broken::default();
        order(&books, &self.held(&books, bank).await?, &mut broken);
        whole(&books, &mut reader, scope, &mut broken).await.map_err(|error| error.to_string())?;
        drop(reader);
        self.sums(scope, &mut broken).await?;
        self.apart(&mut broken).await?;
        for told in told {
            told.is_there(&books, &mut broken);
        }
        broken.verdict()?;
        Ok(books)
    }

    /// Once nothing is under way any more: every attempt has ended, and the bank keeps no money of anybody's.
    ///
    /// # Errors
    /// What does not hold.
    pub async fn settled(&self, books: &Books, bank: Option<&Holdings>) -> Result<(), Problem> {
        let mut broken = Broken::default();
        settled(books, &self.held(books, bank).await?, &mut broken);
        broken.verdict()
    }

    /// What the bank holds: its own memory where it was handed in, else that of the sandbox's bank.
    async fn held(&self, books: &Books, bank: Option<&Holdings>) -> Result<Holdings, Problem> {
        match bank {
            Some(held) => Ok(held.clone()),
            None => holdings(books, &mut self.reader().await?).await.map_err(|error| error.to_string()),
        }
    }

    async fn touched(&mut self, scope: Scope) -> Result<Vec<PaymentIntentId>, Problem> {
        let sql = "SELECT intent, COUNT(*) FROM events WHERE account = $1 AND environment = $2 AND intent IS NOT NULL GROUP BY intent \
                   ORDER BY intent";
        let query = sqlx::query(sql).bind(scope.account.to_string()).bind(scope.environment.as_str());
        let rows = query.fetch_all(&mut self.sql).await.map_err(|error| error.to_string())?;
        let mut changed = Vec::new();
        for row in rows {
            let (id, count): (String, i64) =
                (row.try_get(0).map_err(|error| error.to_string())?, row.try_get(1).map_err(|error| error.to_string())?);
            let intent: PaymentIntentId = id.parse().map_err(|error| format!("{id}: {error}"))?;
            if self.seen.insert((scope.environment, id), count) != Some(count) {
                changed.push(intent);
            }
        }
        Ok(changed)
    }

    /// Double entry: the lines of an event sum to zero in each currency, and every balance is the sum of its lines.
    async fn sums(&mut self, scope: Scope, broken: &mut Broken) -> Result<(), Problem> {
        let sql = "SELECT event, currency, CAST(SUM(amount) AS BIGINT) FROM postings WHERE account = $1 AND environment = $2 \
                   GROUP BY event, currency HAVING SUM(amount) <> 0";
        for (event, currency, sum) in self.three(sql, scope).await? {
            broken.unless(false, || format!("the {currency} lines of {event} sum to {sum}"));
        }
        let of = |table: &str| {
            format!(
                "SELECT currency, ledger_account, CAST(SUM(amount) AS BIGINT) FROM {table} WHERE account = $1 AND environment = $2 \
                 GROUP BY currency, ledger_account ORDER BY currency, ledger_account"
            )
        };
        let (balances, lines) = (self.three(&of("balances"), scope).await?, self.three(&of("postings"), scope).await?);
        broken.unless(balances == lines, || format!("balances are not the sums of their lines: {balances:?}, {lines:?}"));
        Ok(())
    }

    /// No row belongs to one of another account or environment, whoever looks.
    async fn apart(&mut self, broken: &mut Broken) -> Result<(), Problem> {
        for (table, column, parent) in BELONGS {
            let sql = format!(
                "SELECT child.id FROM {table} AS child LEFT JOIN {parent} AS parent ON parent.id = child.{column} \
                 WHERE child.{column} IS NOT NULL \
                 AND (parent.id IS NULL OR parent.account <> child.account OR parent.environment <> child.environment) ORDER BY child.id"
            );
            let rows = sqlx::query(sqlx::AssertSqlSafe(sql)).fetch_all(&mut self.sql).await.map_err(|error| error.to_string())?;
            for row in rows {
                let id: String = row.try_get(0).map_err(|error| error.to_string())?;
                broken.unless(false, || format!("{id}: its {column} is not of its account and environment"));
            }
        }
        Ok(())
    }

    async fn three(&mut self, sql: &str, scope: Scope) -> Result<Vec<(String, String, i64)>, Problem> {
        let query =
            sqlx::query(sqlx::AssertSqlSafe(sql.to_owned())).bind(scope.account.to_string()).bind(scope.environment.as_str().to_owned());
        let rows = query.fetch_all(&mut self.sql).await.map_err(|error| error.to_string())?;
        rows.iter()
            .map(|row| Ok((row.try_get(0)?, row.try_get(1)?, row.try_get(2)?)))
            .collect::<Result<_, sqlx::Error>>()
            .map_err(|error| error.to_string())
    }

    /// The rows of a table as texts, sorted: what two databases are compared by. `columns` is an SQL expression.
    ///
    /// # Errors
    /// When the database can't be read.
    pub async fn dump(&mut self, table: &'static str, columns: &str) -> Result<Vec<String>, Problem> {
        let sql = format!("SELECT CAST(({columns}) AS TEXT) FROM {table}");
        let rows = sqlx::query(sqlx::AssertSqlSafe(sql)).fetch_all(&mut self.sql).await.map_err(|error| error.to_string())?;
        let mut texts: Vec<String> =
            rows.iter().map(|row| row.try_get(0)).collect::<Result<_, sqlx::Error>>().map_err(|error| error.to_string())?;
        texts.sort();
        Ok(texts)
    }
}

/// All rows of a scope, however many.
pub(super) async fn all<R: Scoped>(reader: &mut Reader, scope: Scope, order_by: &'static str) -> store::Result<Vec<R>> {
    let mut rows = Vec::new();
    let mut after = None;
    loop {
        let query = store::ListQuery { filters: vec![], order_by, descending: false, start: 0, limit: PAGE, after };
        let page = store::list::<R>(reader, scope, &query).await?;
        rows.extend(page.rows);
        match page.next {
            Some(next) => after = Some(next),
            None => return Ok(rows),
        }
    }
}

pub(super) fn by_object(events: Vec<Event>) -> BTreeMap<String, Vec<Event>> {
    let mut by: BTreeMap<String, Vec<Event>> = BTreeMap::new();
    for event in events {
        by.entry(event.object.clone()).or_default().push(event);
    }
    for events in by.values_mut() {
        events.sort_by_key(|event| event.version);
    }
    by
}
