//! Many payments at once: made by the database itself, in the store's own tables, without going through the engine.
//!
//! A year of them, evenly, in every label, of four shops, some thousand payers and amounts up to 500.00: what makes a list slow is how many
//! rows a filter lets through, and here that share is the same whatever the size.

use sqlx::{AnyConnection, Row as _};
use store::{DatabaseUrl, Options, Store};

use super::data::{connect, failed, query, script, text};
use super::world::World;
use crate::Problem;

const DAY: u64 = 86_400_000;
/// Milliseconds that the payments are spread over.
pub const SPAN: u64 = 365 * DAY;
/// Payments a statement makes.
const BATCH: u64 = 250_000;
const TABLES: [&str; 3] = ["payment_intents", "payments", "search_terms"];
const FIRST: [&str; 20] = [
    "Camille", "Louis", "Jade", "Hugo", "Chloe", "Lucas", "Emma", "Gabriel", "Alice", "Arthur", "Lina", "Jules", "Rose", "Adam", "Anna",
    "Paul", "Mila", "Victor", "Sarah", "Simon",
];
const LAST: [&str; 40] = [
    "Martin",
    "Bernard",
    "Thomas",
    "Petit",
    "Robert",
    "Richard",
    "Durand",
    "Dubois",
    "Moreau",
    "Laurent",
    "Simonet",
    "Michel",
    "Lefebvre",
    "Leroy",
    "Roux",
    "David",
    "Bertrand",
    "Morel",
    "Fournier",
    "Girard",
    "Bonnet",
    "Dupont",
    "Lambert",
    "Fontaine",
    "Rousseau",
    "Vincent",
    "Muller",
    "Lefevre",
    "Faure",
    "Andre",
    "Mercier",
    "Blanc",
    "Guerin",
    "Boyer",
    "Garnier",
    "Chevalier",
    "Francois",
    "Legrand",
    "Gauthier",
    "Garcia",
];

/// What the rows belong to, and what a list is filtered by.
#[derive(Debug, Clone)]
pub struct Names {
    pub account: String,
    pub shops: Vec<String>,
    pub key: String,
    pub user: String,
    /// Milliseconds since 1970, of the first row.
    pub start: u64,
    pub rows: u64,
}

impl Names {
    /// When the row of this number was made.
    pub const fn created(&self, number: u64) -> u64 {
        self.start + number * (SPAN / self.rows)
    }

    /// Of the row of this number, in minor units.
    pub const fn amount(number: u64) -> u64 {
        500 + (number * 7_907) % 49_500
    }

    pub fn intent(number: u64) -> String {
        format!("pi_{:024}", number * 48_271 % 2_147_483_647)
    }
}

/// Fills a database that has an account and nothing else. No server may be running on it.
///
/// # Errors
/// The database's own.
pub async fn fill(world: &World, rows: u64) -> Result<Names, Problem> {
    let store = Store::open(Options { url: world.url().clone(), pool: 1 }).await.map_err(|error| error.to_string())?;
    store.migrate().await.map_err(|error| error.to_string())?;
    store.close().await;
    let mut c = connect(world.url()).await?;
    let sqlite = matches!(world.url(), DatabaseUrl::Sqlite(_));
    script(&mut c, if sqlite { SQLITE_FAST } else { POSTGRES_FAST }).await?;
    let names = names(&mut c, rows).await?;
    let indexes = drop_indexes(&mut c, sqlite).await?;
    script(&mut c, &format!("CREATE TABLE made AS {} LIMIT 0", numbered(&names, 0, 0))).await?;
    let mut from = 0;
    while from < rows {
        let to = (from + BATCH).min(rows) - 1;
        let batch = format!("WHERE i BETWEEN {from} AND {to}");
        let made = format!("INSERT INTO made {}", numbered(&names, from, to));
        // They are read again by their numbers alone: without an index each batch would go through all.
        let index = if from == 0 { "CREATE INDEX made_by_number ON made (i)" } else { "" };
        for sql in [made, index.to_owned(), intents(&names, &batch), payments(&names, &batch)] {
            script(&mut c, &sql).await?;
        }
        from = to + 1;
    }
    for sql in terms(&names, sqlite) {
        script(&mut c, &sql).await?;
    }
    script(&mut c, "DROP TABLE made").await?;
    script(&mut c, TOTALS).await?;
    for index in indexes {
        script(&mut c, &index).await?;
    }
    script(&mut c, if sqlite { "PRAGMA journal_mode = WAL" } else { "CHECKPOINT" }).await?;
    for table in TABLES.iter().filter(|_| !sqlite) {
        // What PostgreSQL does by itself a little later; SQLite is never asked to.
        script(&mut c, &format!("VACUUM ANALYZE {table}")).await?;
    }
    Ok(names)
}

const SQLITE_FAST: &str = "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -1000000; PRAGMA threads = 2";
const POSTGRES_FAST: &str = "SET synchronous_commit = off; SET work_mem = '256MB'; SET maintenance_work_mem = '512MB'; SET jit = off";

async fn names(c: &mut AnyConnection, rows: u64) -> Result<Names, Problem> {
    let account = text(c, "SELECT id FROM accounts").await?;
    let mut shops = vec![text(c, "SELECT id FROM shops").await?];
    for number in 1..4 {
        let id = format!("shop_{number:024}");
        let sql = format!("INSERT INTO shops (id, account, version, created, name) VALUES ('{id}', '{account}', 1, 1, 'Shop {number}')");
        script(c, &sql).await?;
        shops.push(id);
    }
    script(c, &customers(&account)).await?;
    Ok(Names {
        key: text(c, "SELECT id FROM api_keys WHERE environment = 'sandbox' AND kind = 'secret'").await?,
        user: text(c, "SELECT id FROM users").await?,
        start: now()?.saturating_sub(SPAN),
        account,
        shops,
        rows,
    })
}

fn now() -> Result<u64, Problem> {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).map_err(|error| error.to_string())?;
    u64::try_from(since.as_millis()).map_err(|error| error.to_string())
}

/// Filling is quicker without them; what makes them again, as they were.
async fn drop_indexes(c: &mut AnyConnection, sqlite: bool) -> Result<Vec<String>, Problem> {
    let tables = TABLES.map(|table| format!("'{table}'")).join(", ");
    let sql = if sqlite {
        format!("SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL AND tbl_name IN ({tables})")
    } else {
        format!(
            "SELECT CAST(indexname AS TEXT), CAST(indexdef AS TEXT) FROM pg_indexes WHERE tablename IN ({tables}) \
             AND indexname NOT IN (SELECT conname FROM pg_constraint)"
        )
    };
    let mut made = Vec::new();
    for row in query(c, &sql).await? {
        let name: String = row.try_get(0).map_err(failed)?;
        made.push(row.try_get(1).map_err(failed)?);
        script(c, &format!("DROP INDEX {name}")).await?;
    }
    Ok(made)
}

/// 24 digits.
fn padded(number: &str) -> String {
    format!("substr('000000000000000000000000' || CAST({number} AS TEXT), length(CAST({number} AS TEXT)) + 1, 24)")
}

fn choice(number: &str, words: &[&str]) -> String {
    let cases: Vec<String> = words.iter().enumerate().map(|(at, word)| format!("WHEN {at} THEN '{word}'")).collect();
    format!("CASE ({number}) % {} {} END", words.len(), cases.join(" "))
}

/// Of a number below 1000: how many have which label.
fn labels(number: &str) -> String {
    const UP_TO: [(u32, &str); 18] = [
        (700, "paid"),
        (790, "refused"),
        (830, "refunded"),
        (870, "awaiting"),
        (905, "expired"),
        (935, "abandoned"),
        (955, "cancelled"),
        (965, "error"),
        (973, "scheduled"),
        (979, "waiting"),
        (984, "authenticating"),
        (988, "checking"),
        (991, "to_validate"),
        (993, "pre_authorised"),
        (995, "verified"),
        (997, "disputed"),
        (998, "partly_paid"),
        (999, "fraud_alert"),
    ];
    let cases: Vec<String> = UP_TO.iter().map(|(below, label)| format!("WHEN {number} < {below} THEN '{label}'")).collect();
    format!("CASE {} ELSE 'capture_failed' END", cases.join(" "))
}

/// One row a payment, with everything that its tables take: kept until all is made from it.
fn numbered(names: &Names, from: u64, to: u64) -> String {
    let shops: Vec<&str> = names.shops.iter().map(String::as_str).collect();
    let created = format!("{} + i * {}", names.start, SPAN / names.rows);
    format!(
        "WITH RECURSIVE n(i) AS (SELECT CAST({from} AS BIGINT) UNION ALL SELECT i + 1 FROM n WHERE i < {to}), \
         d AS (SELECT i, {created} AS created, (i * 48271) % 2147483647 AS num, {label} AS shown, {first} AS fname, {last} AS lname, \
         500 + (i * 7907) % 49500 AS amount, (i * 104729) % 100 AS y, {shop} AS shop, CAST((i * 37) % 5000 AS TEXT) AS mail, \
         substr('0000' || CAST((i * 13) % 10000 AS TEXT), length(CAST((i * 13) % 10000 AS TEXT)) + 1, 4) AS last4 FROM n), \
         m AS (SELECT d.*, 'pi_' || {pad} AS intent, 'paym_' || {pad} AS payment, 'ORD-' || CAST(i AS TEXT) AS order_id, \
         CASE WHEN i % 4 = 0 THEN lower(fname) || '.' || lower(lname) || mail || '@shop.example' END AS email, \
         CASE WHEN shown IN ('awaiting', 'expired', 'abandoned', 'cancelled') THEN NULL WHEN y = 7 THEN 'sepa' ELSE 'card' END AS method, \
         CASE WHEN y < 80 THEN 'payment' WHEN y < 92 THEN 'link' WHEN y < 98 THEN 'deferred' WHEN y < 99 THEN 'verification' \
         ELSE 'pre_authorisation' END AS kind, CASE i % 50 WHEN 0 THEN 'usd' WHEN 1 THEN 'gbp' ELSE 'eur' END AS currency, \
         CASE WHEN y < 80 THEN '{key}' ELSE '{user}' END AS maker FROM d) SELECT * FROM m",
        label = labels("(i * 7919) % 1000"),
        first = choice("i * 7", &FIRST),
        last = choice("i / 20", &LAST),
        shop = choice("i / 3", &shops),
        pad = padded("num"),
        key = names.key,
        user = names.user,
    )
}

fn intents(names: &Names, batch: &str) -> String {
    format!(
        "INSERT INTO payment_intents (id, account, environment, version, created, shop, created_by, origin, kind, implicit, purpose, amount, \
         currency, amount_due, manual_validation, threeds, order_id, customer, methods_allowed, expires_at, status, order_status, order_cycle, \
         shown, payment, tries, authorised, captured, refunded, payer_name, payer_email, method, brand, last4) \
         SELECT intent, '{}', 'sandbox', 2, created, shop, maker, CASE WHEN kind = 'link' THEN 'link' ELSE 'api' END, kind, 0, 'debit', amount, \
         currency, amount, 0, 'none', order_id, CASE WHEN i % 3 = 0 THEN 'cust_' || {} END, 'card,sepa', created + 7776000000, 'captured', 'PAID', \
         'CLOSED', shown, payment, 1, CASE WHEN shown = 'paid' THEN amount ELSE 0 END, CASE WHEN shown = 'paid' THEN amount ELSE 0 END, 0, \
         fname || ' ' || lname, email, method, CASE WHEN method = 'card' THEN CASE WHEN i % 2 = 0 THEN 'visa' ELSE 'mastercard' END END, \
         CASE WHEN method = 'card' THEN last4 END FROM made {batch}",
        names.account,
        padded("i % 1000"),
    )
}

fn payments(names: &Names, batch: &str) -> String {
    format!(
        "INSERT INTO payments (id, account, environment, version, created, intent, shop, created_by, origin, placeholder, purpose, method, amount, \
         currency, authorised_amount, captured_amount, refunded_amount, disputed_amount, fee, state, cancel_requested, manual_validation, \
         captured_at, available, order_id) SELECT payment, '{}', 'sandbox', 2, created, intent, shop, maker, 'api', 0, 'debit', method, amount, \
         currency, CASE WHEN shown = 'paid' THEN amount ELSE 0 END, CASE WHEN shown = 'paid' THEN amount ELSE 0 END, 0, 0, \
         CASE WHEN shown = 'paid' THEN amount * 7 / 1000 + 7 ELSE 0 END, CASE WHEN shown = 'paid' THEN 'CAPTURED' ELSE 'REFUSED' END, 0, 0, \
         CASE WHEN shown = 'paid' THEN created + 3600000 END, 0, order_id FROM made {batch}",
        names.account,
    )
}

fn customers(account: &str) -> String {
    format!(
        "INSERT INTO customers (id, account, environment, version, created, name, email, mobile, fingerprint) \
         WITH RECURSIVE n(i) AS (SELECT CAST(0 AS BIGINT) UNION ALL SELECT i + 1 FROM n WHERE i < 999) \
         SELECT 'cust_' || {}, '{account}', 'sandbox', 1, 1, 'A regular', 'regular' || CAST(i AS TEXT) || '@shop.example', '+33600000000', \
         'print' || CAST(i AS TEXT) FROM n",
        padded("i"),
    )
}

/// What each row is found by, as the store keeps it, and what that begins with: a digit, a fixed text, or (empty) any letter.
const TERMS: [(&str, &str, &str); 17] = [
    ("CAST(amount AS TEXT)", "0", ""),
    ("CAST(amount / 100 AS TEXT) || '.' || substr('00' || CAST(amount % 100 AS TEXT), length(CAST(amount % 100 AS TEXT)) + 1, 2)", "0", ""),
    ("CAST(i AS TEXT)", "0", ""),
    ("last4", "0", "method = 'card'"),
    ("'email:' || email", "email:", "email IS NOT NULL"),
    ("'name:' || lower(fname)", "name:", ""),
    ("'name:' || lower(lname)", "name:", ""),
    ("'name:' || lower(fname || ' ' || lname)", "name:", ""),
    ("'ord'", "ord", ""),
    ("lower(order_id)", "ord", ""),
    ("payment", "paym_", ""),
    ("intent", "pi_", ""),
    ("lower(fname)", "", ""),
    ("lower(lname)", "", ""),
    ("lower(fname || ' ' || lname)", "", ""),
    ("email", "", "email IS NOT NULL"),
    ("lower(lname) || mail", "", "email IS NOT NULL"),
];
/// What the terms' beginnings are cut into, in order, and what is the next text after all that begin so.
const STRETCHES: [(&str, &str); 6] =
    [("0", ":"), ("email:", "email;"), ("name:", "name;"), ("ord", "ore"), ("paym_", "paym`"), ("pi_", "pi`")];

/// The statements that make them, in the order of the key, which no other way is as quick; a stretch at a time, for the sorting to stay small.
fn terms(names: &Names, sqlite: bool) -> Vec<String> {
    // SQLite compares bytes; PostgreSQL what its cluster was made for.
    let term = if sqlite { "term" } else { "term COLLATE \"C\"" };
    let mut all = Vec::new();
    for (at, (beginning, end)) in STRETCHES.into_iter().enumerate() {
        let next = STRETCHES.get(at + 1).map_or("~", |(next, _)| next);
        all.extend([stretch(names, term, beginning, (beginning, end)), stretch(names, term, "", (end, next))]);
    }
    all
}

fn stretch(names: &Names, sorted: &str, beginning: &str, (from, to): (&str, &str)) -> String {
    let account = &names.account;
    let of = TERMS.iter().filter(|(_, begins, _)| *begins == beginning);
    let one = |(term, _, only): &(&str, &str, &str)| {
        let only = if only.is_empty() { String::new() } else { format!(" WHERE {only}") };
        format!("SELECT {term} AS term, created, intent FROM made{only}")
    };
    format!(
        "INSERT INTO search_terms (account, environment, term, created, object) SELECT '{account}', 'sandbox', term, created, intent \
         FROM ({}) AS t WHERE {sorted} >= '{from}' AND {sorted} < '{to}' AND length(term) > 1 ORDER BY {sorted}, created, intent ON CONFLICT DO NOTHING",
        of.map(one).collect::<Vec<_>>().join(" UNION ALL "),
    )
}

/// As they are once the day is over: what writers spread over slots meanwhile is joined.
const TOTALS: &str = "INSERT INTO totals (account, environment, day, currency, shown, slot, count, amount) \
     SELECT account, environment, created / 86400000, currency, shown, 0, COUNT(*), CAST(SUM(amount) AS BIGINT) \
     FROM payment_intents GROUP BY account, environment, created / 86400000, currency, shown";
