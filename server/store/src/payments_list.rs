//! The Payments list: a row an intent, newest first, every filter combined with every other, walked by keyset.

use model::id::{CardId, CustomerId, ShopId};
use model::lifecycle::{Method, Shown};
use model::list::COUNT_MAX;
use model::money::Currency;
use model::time::Timestamp;
use sqlx::Row as _;

use crate::conn::{Conn, Tx};
use crate::error::{Error, Result};
use crate::list::Cursor;
use crate::row::Value;
use crate::rows::{PaymentIntent, Scope};
use crate::select::Sql;
use crate::table::Table;
use crate::{search, totals};

/// How many rows are looked at when everything that is searched for is frequent; then the page offers to look further back.
const WALK: i64 = 20_000;
/// Up to this many labels each get their own walk along the index; more are filtered.
const WALKS: usize = 6;

/// What the list is narrowed to. Empty: everything.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PaymentsFilter {
    /// Created at or after.
    pub from: Option<Timestamp>,
    /// Created before.
    pub to: Option<Timestamp>,
    /// Any of these labels.
    pub shown: Vec<Shown>,
    /// Words, each the beginning of one that the row has.
    pub search: Option<String>,
    pub shop: Option<ShopId>,
    pub created_by: Option<String>,
    pub currency: Option<Currency>,
    /// Minor units, included.
    pub amount_min: Option<i64>,
    /// Minor units, included.
    pub amount_max: Option<i64>,
    pub method: Option<Method>,
    pub origin: Option<String>,
    pub customer: Option<CustomerId>,
    pub card: Option<CardId>,
    pub order_id: Option<String>,
}

/// Which page.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum PageAt {
    #[default]
    First,
    /// Older than the row the cursor names.
    After(Cursor),
    /// Newer than it.
    Before(Cursor),
}

#[derive(Debug, Clone)]
pub struct Page {
    /// Newest first.
    pub rows: Vec<PaymentIntent>,
    /// For [`PageAt::After`]: older rows.
    pub next: Option<Cursor>,
    /// For [`PageAt::Before`]: newer rows.
    pub previous: Option<Cursor>,
    /// The search stopped after many rows without filling the page: [`PageAt::After`] this goes on further back.
    pub further: Option<Cursor>,
}

/// What matches in one currency, minor units.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sum {
    pub currency: Currency,
    pub count: i64,
    pub amount: i64,
}

/// How much matches.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Count {
    pub count: i64,
    /// There is more than `count`, and more than the sums say.
    pub more: bool,
    /// By currency, alphabetical.
    pub sums: Vec<Sum>,
}

/// Keeps daily totals and search terms right. Call it in the commit that inserts or updates the intent.
///
/// # Errors
/// As the database has them.
pub async fn intent_changed(tx: &mut Tx, before: Option<&PaymentIntent>, after: &PaymentIntent) -> Result<()> {
    totals::changed(tx, before, after).await?;
    search::changed(tx, before, after).await
}

/// One page of the list.
///
/// # Errors
/// [`Error::Cursor`] when it is another list's, else as the database has them.
pub async fn payments_page(c: &mut Conn, scope: Scope, filter: &PaymentsFilter, at: &PageAt, limit: i64) -> Result<Page> {
    let words = Words::of(c, scope, filter).await?;
    if words.nothing {
        return Ok(Page { rows: Vec::new(), next: None, previous: None, further: None });
    }
    let keyset = Keyset::of(at)?;
    let query = Query { scope, filter, words: &words, keyset: &keyset };
    let (text, values) = query.page(limit + 1).finish();
    let mut rows: Vec<PaymentIntent> = c.all(&text, values).await?;
    let more = rows.len() > usize::try_from(limit).unwrap_or_default();
    rows.truncate(usize::try_from(limit).unwrap_or_default());
    let further = if more || !words.walks() { None } else { query.walked_to(c).await? };
    if keyset.backwards {
        rows.reverse();
    }
    let first = rows.first().map(|row| Cursor::new(row.created, row.id));
    let last = rows.last().map(|row| Cursor::new(row.created, row.id));
    let (previous, next) = match at {
        PageAt::First => (None, last.filter(|_| more)),
        PageAt::After(_) => (first, last.filter(|_| more)),
        PageAt::Before(_) => (first.filter(|_| more), last),
    };
    Ok(Page { rows, next, previous, further })
}

/// How many rows match and what they sum to: exact when only period, labels and currency are chosen, else up to
/// [`COUNT_MAX`].
///
/// # Errors
/// As the database has them.
pub async fn payments_count(c: &mut Conn, scope: Scope, filter: &PaymentsFilter) -> Result<Count> {
    let plain =
        PaymentsFilter { from: filter.from, to: filter.to, shown: filter.shown.clone(), currency: filter.currency, ..Default::default() };
    if plain == *filter {
        let totals = totals::totals(c, scope, filter.from, filter.to).await?;
        let chosen = |total: &&totals::Total| {
            (filter.shown.is_empty() || filter.shown.contains(&total.shown))
                && filter.currency.is_none_or(|currency| currency == total.currency)
        };
        let sums = totals.iter().filter(chosen).map(|total| Sum { currency: total.currency, count: total.count, amount: total.amount });
        return Ok(counted(sums, None));
    }
    let words = Words::of(c, scope, filter).await?;
    if words.nothing {
        return Ok(Count { count: 0, more: false, sums: Vec::new() });
    }
    let keyset = Keyset { cursor: None, backwards: false };
    let (text, values) = Query { scope, filter, words: &words, keyset: &keyset }.count().finish();
    let rows = c.rows(&text, values).await?;
    let sums: Vec<Sum> = rows
        .iter()
        .map(|row| {
            let code: String = row.try_get(0)?;
            let currency = Currency::from_code(&code).ok_or_else(|| Error::Inconsistent(format!("currency {code}")))?;
            Ok(Sum { currency, count: row.try_get(1)?, amount: row.try_get(2)? })
        })
        .collect::<Result<_>>()?;
    Ok(counted(sums.into_iter(), Some(COUNT_MAX)))
}

/// One sum a currency; what is beyond `most` only says that there is more.
fn counted(parts: impl Iterator<Item = Sum>, most: Option<i64>) -> Count {
    let mut sums: Vec<Sum> = Vec::new();
    for part in parts {
        match sums.iter_mut().find(|sum| sum.currency == part.currency) {
            Some(sum) => {
                sum.count += part.count;
                sum.amount += part.amount;
            }
            None => sums.push(part),
        }
    }
    sums.sort_by_key(|sum| sum.currency);
    let count = sums.iter().map(|sum| sum.count).sum();
    match most {
        Some(most) if count > most => Count { count: most, more: true, sums },
        _ => Count { count, more: false, sums },
    }
}

/// The words of the search, by how often they occur.
struct Words {
    rare: Vec<String>,
    common: Vec<String>,
    /// Something was searched for that nothing can match.
    nothing: bool,
}

impl Words {
    async fn of(c: &mut Conn, scope: Scope, filter: &PaymentsFilter) -> Result<Self> {
        let mut words = Self { rare: Vec::new(), common: Vec::new(), nothing: false };
        let Some(search) = filter.search.as_deref().filter(|search| !search.trim().is_empty()) else { return Ok(words) };
        for word in search::words(search) {
            if search::is_rare(c, scope, &word).await? { words.rare.push(word) } else { words.common.push(word) }
        }
        words.nothing = words.rare.is_empty() && words.common.is_empty();
        Ok(words)
    }

    /// Only frequent words: the newest rows are looked through, not the terms.
    fn walks(&self) -> bool {
        self.rare.is_empty() && !self.common.is_empty()
    }
}

/// From where, and which way.
struct Keyset {
    cursor: Option<(i64, String)>,
    backwards: bool,
}

impl Keyset {
    fn of(at: &PageAt) -> Result<Self> {
        let (cursor, backwards) = match at {
            PageAt::First => return Ok(Self { cursor: None, backwards: false }),
            PageAt::After(cursor) => (cursor, false),
            PageAt::Before(cursor) => (cursor, true),
        };
        match cursor.value() {
            Value::Int(Some(created)) => Ok(Self { cursor: Some((created, cursor.id().to_owned())), backwards }),
            _ => Err(Error::Cursor),
        }
    }

    const fn order(&self) -> &'static str {
        if self.backwards { " ORDER BY created ASC, id ASC LIMIT " } else { " ORDER BY created DESC, id DESC LIMIT " }
    }
}

struct Query<'q> {
    scope: Scope,
    filter: &'q PaymentsFilter,
    words: &'q Words,
    keyset: &'q Keyset,
}

impl Query<'_> {
    fn page(&self, limit: i64) -> Sql {
        let columns = &PaymentIntent::statements().columns;
        // Each label's rows are a stretch of the index; merging their beginnings beats sorting them all.
        let walks = if self.words.rare.is_empty() && !self.words.walks() { self.filter.shown.len() } else { 0 };
        if !(2..=WALKS).contains(&walks) {
            let mut sql = Sql::new("");
            self.select(&mut sql, columns, &self.filter.shown);
            sql.push(self.keyset.order()).bind(limit);
            return sql;
        }
        let mut sql = Sql::new("");
        for (at, shown) in self.filter.shown.iter().enumerate() {
            sql.push(if at == 0 { "SELECT * FROM (" } else { " UNION ALL SELECT * FROM (" });
            self.select(&mut sql, columns, std::slice::from_ref(shown));
            sql.push(self.keyset.order()).bind(limit).push(") AS one_label");
        }
        sql.push(self.keyset.order()).bind(limit);
        sql
    }

    fn count(&self) -> Sql {
        let mut sql = Sql::new("SELECT currency, COUNT(*), CAST(SUM(amount) AS BIGINT) FROM (");
        self.select(&mut sql, "currency, amount", &self.filter.shown);
        sql.push(" LIMIT ").bind(COUNT_MAX + 1).push(") AS matching GROUP BY currency");
        sql
    }

    fn select(&self, sql: &mut Sql, columns: &'static str, shown: &[Shown]) {
        sql.push("SELECT ").push(columns).push(" FROM ");
        let (gathered, looked_up) = match self.words.rare.split_first() {
            Some((first, others)) => (Some(first), [others, self.words.common.as_slice()].concat()),
            None => (None, self.words.common.clone()),
        };
        if let Some(word) = gathered {
            // In this order: SQLite takes CROSS JOIN literally, where it would else walk the whole list.
            sql.push("(SELECT DISTINCT object FROM search_terms WHERE ");
            search::beginning(sql, self.scope, word);
            sql.push(") AS hits CROSS JOIN payment_intents WHERE id = object AND ");
        } else if self.words.walks() {
            sql.push("(SELECT * FROM payment_intents WHERE ");
            self.period(sql);
            sql.push(self.keyset.order()).bind(WALK).push(") AS payment_intents WHERE ");
        } else {
            sql.push("payment_intents WHERE ");
        }
        self.period(sql);
        self.columns(sql, shown);
        for word in &looked_up {
            // Not EXISTS, of which PostgreSQL would make a join, and without the scope, which would let it go through every
            // term that begins so instead of the few of this row.
            sql.push(" AND (SELECT 1 FROM search_terms WHERE object = payment_intents.id");
            search::begins(sql, word);
            sql.push(" LIMIT 1) IS NOT NULL");
        }
    }

    /// The part of the list that the period and the cursor leave.
    fn period(&self, sql: &mut Sql) {
        sql.push("account = ").bind(self.scope.account).push(" AND environment = ").bind(self.scope.environment);
        if let Some(from) = self.filter.from {
            sql.push(" AND created >= ").bind(from);
        }
        if let Some(to) = self.filter.to {
            sql.push(" AND created < ").bind(to);
        }
        if let Some((created, id)) = &self.keyset.cursor {
            sql.push(if self.keyset.backwards { " AND (created, id) > (" } else { " AND (created, id) < (" });
            sql.bind(*created).push(", ").bind(id.as_str()).push(")");
        }
    }

    fn columns(&self, sql: &mut Sql, shown: &[Shown]) {
        let filter = self.filter;
        match shown {
            [] => {}
            [one] => {
                sql.push(" AND shown = ").bind(one);
            }
            several => {
                sql.push(" AND shown IN (").binds(several.iter().map(Value::from)).push(")");
            }
        }
        let equal = [
            (" AND shop = ", filter.shop.map(Value::from)),
            (" AND created_by = ", filter.created_by.as_deref().map(Value::from)),
            (" AND currency = ", filter.currency.map(Value::from)),
            (" AND amount >= ", filter.amount_min.map(Value::from)),
            (" AND amount <= ", filter.amount_max.map(Value::from)),
            (" AND method = ", filter.method.map(Value::from)),
            (" AND origin = ", filter.origin.as_deref().map(Value::from)),
            (" AND customer = ", filter.customer.map(Value::from)),
            (" AND card = ", filter.card.map(Value::from)),
            (" AND order_id = ", filter.order_id.as_deref().map(Value::from)),
        ];
        for (condition, value) in equal {
            if let Some(value) = value {
                sql.push(condition).bind(value);
            }
        }
    }

    /// The last row that a walk looked at, if it did not reach the end.
    async fn walked_to(&self, c: &mut Conn) -> Result<Option<Cursor>> {
        let mut sql = Sql::new("SELECT created, id FROM payment_intents WHERE ");
        self.period(&mut sql);
        sql.push(self.keyset.order()).bind(1_i64).push(" OFFSET ").bind(WALK - 1);
        let (text, values) = sql.finish();
        let Some(row) = c.row(&text, values).await? else { return Ok(None) };
        Ok(Some(Cursor::new(row.try_get::<i64, _>(0)?, row.try_get::<String, _>(1)?)))
    }
}
