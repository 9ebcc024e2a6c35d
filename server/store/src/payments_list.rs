//! The Payments list: a row an intent, newest first unless asked otherwise, every filter combined with every other, walked by keyset.

use model::id::{CardId, CustomerId, PaymentIntentId, ShopId};
use model::lifecycle::{Method, OrderType, Shown};
use model::list::COUNT_MAX;
use model::money::Currency;
use model::time::Timestamp;

use crate::conn::{Conn, Tx};
use crate::error::{Error, Result};
use crate::list::Cursor;
use crate::payments_query::{Keyset, Lead, Query, Words};
use crate::rows::{PaymentIntent, Scope};
use crate::select::Sql;
use crate::table::Table;
use crate::totals::Total;
use crate::{search, totals};

/// How many rows are looked at when everything that is asked for is frequent; then the page offers to look further.
const WALK: i64 = 20_000;
/// The first few, which fill most pages.
const GLANCE: i64 = 1_000;
/// Up to here the rows of a condition are gathered and sorted.
const FEW: i64 = 10_000;

model::words! {
    /// In which order the list stands.
    pub enum Order { Newest = "-created", Oldest = "created", Largest = "-amount", Smallest = "amount" }
}

impl Order {
    pub const fn by_amount(self) -> bool {
        matches!(self, Self::Largest | Self::Smallest)
    }

    pub const fn descends(self) -> bool {
        matches!(self, Self::Newest | Self::Largest)
    }

    /// Amounts stand as text in their cursors: one of another order is refused, not misread.
    pub(crate) fn cursor(self, at: i64, id: impl std::fmt::Display) -> Cursor {
        if self.by_amount() { Cursor::new(at.to_string(), id) } else { Cursor::new(at, id) }
    }

    fn cursor_of(self, row: &PaymentIntent) -> Cursor {
        self.cursor(if self.by_amount() { row.amount } else { row.created.as_millis() }, row.id)
    }
}

/// What a row may not be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Not {
    Shown(Shown),
    Type(OrderType),
    Currency(Currency),
    Method(Method),
    Brand(String),
    Last4(String),
    OrderId(String),
    Origin(String),
}

/// What the list is narrowed to, and its order. Empty: everything, newest first.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PaymentsFilter {
    /// Created at or after.
    pub from: Option<Timestamp>,
    /// Created before.
    pub to: Option<Timestamp>,
    /// Any of these labels.
    pub shown: Vec<Shown>,
    /// Any of these types.
    pub kinds: Vec<OrderType>,
    /// Words, each the beginning of one that the row has.
    pub search: Option<String>,
    /// Each the beginning of a term as a whole: `john doe`, `name:john`, `email:john@`, `metadata:blue`.
    pub phrases: Vec<String>,
    /// No term begins so.
    pub without: Vec<String>,
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
    /// In lower case, as schemes are kept.
    pub brand: Option<String>,
    pub last4: Option<String>,
    pub not: Vec<Not>,
    /// Only these rows.
    pub ids: Vec<PaymentIntentId>,
    /// Two conditions exclude each other.
    pub nothing: bool,
    pub order: Order,
}

#[expect(clippy::derivable_impls, reason = "the words are declared by a macro")]
impl Default for Order {
    fn default() -> Self {
        Self::Newest
    }
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
    /// In the list's order.
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
    search::changed(tx, before, after).await?;
    // Others wait for these rows: they come last.
    totals::changed(tx, before, after).await
}

/// One page of the list.
///
/// # Errors
/// [`Error::Cursor`] when it is another list's, else as the database has them.
pub async fn payments_page(c: &mut Conn, scope: Scope, filter: &PaymentsFilter, at: &PageAt, limit: i64) -> Result<Page> {
    let words = Words::of(c, scope, filter).await?;
    if words.nothing() {
        return Ok(Page { rows: Vec::new(), next: None, previous: None, further: None });
    }
    let keyset = Keyset::of(at, filter.order)?;
    let query = Query { scope, filter, words: &words, keyset: &keyset };
    let (mut rows, further) = found(c, &query, limit).await?;
    let most = usize::try_from(limit).unwrap_or_default();
    let more = rows.len() > most;
    rows.truncate(most);
    if keyset.backwards {
        rows.reverse();
    }
    let first = rows.first().map(|row| filter.order.cursor_of(row));
    let last = rows.last().map(|row| filter.order.cursor_of(row));
    let (previous, next) = match at {
        PageAt::First => (None, last.filter(|_| more)),
        PageAt::After(_) => (first, last.filter(|_| more)),
        PageAt::Before(_) => (first.filter(|_| more).or_else(|| further.clone()), last),
    };
    Ok(Page { rows, next, previous, further: further.filter(|_| !keyset.backwards) })
}

/// The rows of a page and one more where there is one; where a walk ended before it found them.
async fn found(c: &mut Conn, query: &Query<'_>, limit: i64) -> Result<(Vec<PaymentIntent>, Option<Cursor>)> {
    let columns = &PaymentIntent::statements().columns;
    if query.straight() {
        return Ok((rows(c, query.straight_page(columns, limit + 1)).await?, None));
    }
    let lead = query.walk();
    let full = |rows: &Vec<PaymentIntent>| i64::try_from(rows.len()).is_ok_and(|found| found > limit);
    let glance = GLANCE.max(limit.saturating_mul(4));
    let near = rows(c, query.led_page(columns, lead, glance, limit + 1)).await?;
    if full(&near) || query.walked_to(c, lead, glance).await?.is_none() {
        return Ok((near, None));
    }
    if let Some(few) = few(c, query).await? {
        return Ok((rows(c, query.led_page(columns, few, FEW, limit + 1)).await?, None));
    }
    let walked = rows(c, query.led_page(columns, lead, WALK, limit + 1)).await?;
    let further = if full(&walked) { None } else { query.walked_to(c, lead, WALK).await? };
    Ok((walked, further))
}

async fn rows(c: &mut Conn, sql: Sql) -> Result<Vec<PaymentIntent>> {
    let (text, values) = sql.finish();
    c.all(&text, values).await
}

/// The first condition that few rows meet.
async fn few(c: &mut Conn, query: &Query<'_>) -> Result<Option<Lead>> {
    for lead in query.leads() {
        if query.size(c, lead, FEW + 1).await? <= FEW {
            return Ok(Some(lead));
        }
    }
    Ok(None)
}

/// How many rows match and what they sum to: exact when only period, labels and currency are chosen, else up to
/// [`COUNT_MAX`].
///
/// # Errors
/// As the database has them.
pub async fn payments_count(c: &mut Conn, scope: Scope, filter: &PaymentsFilter) -> Result<Count> {
    let (totals, more) = payments_tally(c, scope, filter).await?;
    Ok(counted(&totals, more))
}

/// What matches by label and currency; whether there is more.
///
/// # Errors
/// As the database has them.
pub async fn payments_tally(c: &mut Conn, scope: Scope, filter: &PaymentsFilter) -> Result<(Vec<Total>, bool)> {
    if filter.nothing {
        return Ok((Vec::new(), false));
    }
    let plain = PaymentsFilter {
        from: filter.from,
        to: filter.to,
        shown: filter.shown.clone(),
        currency: filter.currency,
        order: filter.order,
        ..Default::default()
    };
    if plain == *filter {
        let mut totals = totals::totals(c, scope, filter.from, filter.to).await?;
        totals.retain(|total| {
            (filter.shown.is_empty() || filter.shown.contains(&total.shown))
                && filter.currency.is_none_or(|currency| currency == total.currency)
        });
        return Ok((totals, false));
    }
    let words = Words::of(c, scope, filter).await?;
    if words.nothing() {
        return Ok((Vec::new(), false));
    }
    let by_time = PaymentsFilter { order: Order::Newest, ..filter.clone() };
    let keyset = Keyset::whole();
    let query = Query { scope, filter: &by_time, words: &words, keyset: &keyset };
    let mut sql = Sql::new("SELECT currency, shown, COUNT(*), CAST(SUM(amount) AS BIGINT) FROM (");
    let mut unseen = false;
    if query.straight() {
        query.plain(&mut sql, "currency, shown, amount", &by_time.shown);
    } else {
        let few = few(c, &query).await?;
        let lead = few.unwrap_or_else(|| query.walk());
        unseen = few.is_none() && query.walked_to(c, lead, WALK).await?.is_some();
        query.led(&mut sql, "currency, shown, amount", lead, if few.is_some() { FEW } else { WALK });
    }
    sql.push(" LIMIT ").bind(COUNT_MAX + 1).push(") AS matching GROUP BY currency, shown ORDER BY currency, shown");
    let (text, values) = sql.finish();
    let found = c.rows(&text, values).await?;
    let totals: Vec<Total> = found
        .iter()
        .map(|row| {
            let (code, shown): (String, String) = (row.try_get(0)?, row.try_get(1)?);
            let wrong = || Error::Inconsistent(format!("a row in {code}, {shown}"));
            let currency = Currency::from_code(&code).ok_or_else(wrong)?;
            let shown = shown.parse().map_err(|_| wrong())?;
            Ok(Total { currency, shown, count: row.try_get(2)?, amount: row.try_get(3)? })
        })
        .collect::<Result<_>>()?;
    let count: i64 = totals.iter().map(|total| total.count).sum();
    Ok((totals, unseen || count > COUNT_MAX))
}

/// One sum a currency; what is beyond the most that is counted only says that there is more.
pub fn counted(totals: &[Total], more: bool) -> Count {
    let mut sums: Vec<Sum> = Vec::new();
    for part in totals {
        match sums.iter_mut().find(|sum| sum.currency == part.currency) {
            Some(sum) => {
                sum.count += part.count;
                sum.amount += part.amount;
            }
            None => sums.push(Sum { currency: part.currency, count: part.count, amount: part.amount }),
        }
    }
    sums.sort_by_key(|sum| sum.currency);
    let count: i64 = sums.iter().map(|sum| sum.count).sum();
    Count { count: if more { count.min(COUNT_MAX) } else { count }, more, sums }
}
