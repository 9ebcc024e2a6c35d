//! The Payments list: a row an intent, newest first unless asked otherwise, every filter combined with every other, walked by keyset.

use model::id::{CardId, CustomerId, PaymentIntentId, ShopId};
use model::lifecycle::{Method, OrderType, Shown};
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
/// Up to here an index tells the number.
const COUNTED: i64 = 5_000;
/// How many rows are looked at to say how many match and what they sum to: looking at more would take longer than the page.
const TALLIED: i64 = 1_000;
/// The same along an index, whose rows lie apart from each other.
const TALLIED_APART: i64 = 300;

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
    /// There is more than `count`.
    pub more: bool,
    /// By currency, alphabetical; none where not everything was looked at.
    pub sums: Vec<Sum>,
}

/// What matches.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PaymentsTally {
    pub count: i64,
    /// There is more than `count`.
    pub more: bool,
    /// The same by label and currency; None where not everything was looked at.
    pub totals: Option<Vec<Total>>,
}

impl PaymentsTally {
    fn of(totals: Vec<Total>) -> Self {
        Self { count: counted(&totals), more: false, totals: Some(totals) }
    }

    /// So many, none of them looked at; [`COUNTED`] at most.
    const fn number(number: i64) -> Self {
        if number > COUNTED { Self { count: COUNTED, more: true, totals: None } } else { Self { count: number, more: false, totals: None } }
    }

    /// At least so many.
    const fn at_least(count: i64) -> Self {
        Self { count, more: true, totals: None }
    }

    /// Of these labels; none: of all. None where that is not known.
    pub fn of_labels(&self, labels: &[Shown]) -> Option<Count> {
        let Some(totals) = &self.totals else {
            return labels.is_empty().then_some(Count { count: self.count, more: self.more, sums: Vec::new() });
        };
        let mut sums: Vec<Sum> = Vec::new();
        for part in totals.iter().filter(|total| labels.is_empty() || labels.contains(&total.shown)) {
            match sums.iter_mut().find(|sum| sum.currency == part.currency) {
                Some(sum) => {
                    sum.count += part.count;
                    sum.amount += part.amount;
                }
                None => sums.push(Sum { currency: part.currency, count: part.count, amount: part.amount }),
            }
        }
        sums.sort_by_key(|sum| sum.currency);
        Some(Count { count: sums.iter().map(|sum| sum.count).sum(), more: false, sums })
    }

    pub fn count(&self) -> Count {
        self.of_labels(&[]).unwrap_or(Count { count: self.count, more: self.more, sums: Vec::new() })
    }
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
    let Some(asked) = Words::asked(filter) else {
        return Ok(Page { rows: Vec::new(), next: None, previous: None, further: None });
    };
    let words = Words::weighed(c, scope, asked).await?;
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
    if query.by_word() {
        return Ok((found_by_word(c, query, columns, limit).await?, None));
    }
    if query.straight() {
        return Ok((rows(c, query.straight_page(columns, limit + 1)).await?, None));
    }
    let lead = query.walk();
    let full = |rows: &Vec<PaymentIntent>| is_full(rows, limit);
    let glance = GLANCE.max(limit.saturating_mul(4));
    let near = rows(c, query.led_page(c.dialect(), columns, lead, glance, limit + 1)).await?;
    if full(&near) || query.walked_to(c, lead, glance).await?.is_none() {
        return Ok((near, None));
    }
    if let Some(few) = few(c, query, FEW).await? {
        return Ok((rows(c, query.led_page(c.dialect(), columns, few, FEW, limit + 1)).await?, None));
    }
    let walked = rows(c, query.led_page(c.dialect(), columns, lead, WALK, limit + 1)).await?;
    let further = if full(&walked) { None } else { query.walked_to(c, lead, WALK).await? };
    Ok((walked, further))
}

/// Where the terms say all, only the page's own rows are looked at; else first the newest of what the word finds, which fill most pages.
async fn found_by_word(c: &mut Conn, query: &Query<'_>, columns: &'static str, limit: i64) -> Result<Vec<PaymentIntent>> {
    if query.by_words_alone() {
        return rows(c, query.by_word_page(columns, Some(limit + 1), limit + 1)).await;
    }
    if query.hits_most() > GLANCE && !query.filter.order.by_amount() {
        let near = rows(c, query.by_word_page(columns, Some(GLANCE), limit + 1)).await?;
        if is_full(&near, limit) {
            return Ok(near);
        }
    }
    rows(c, query.by_word_page(columns, None, limit + 1)).await
}

/// The page's rows and the one beyond.
fn is_full(rows: &[PaymentIntent], limit: i64) -> bool {
    i64::try_from(rows.len()).is_ok_and(|found| found > limit)
}

async fn rows(c: &mut Conn, sql: Sql) -> Result<Vec<PaymentIntent>> {
    let (text, values) = sql.finish();
    c.all(&text, values).await
}

/// The first condition that at most so many rows meet.
async fn few(c: &mut Conn, query: &Query<'_>, most: i64) -> Result<Option<Lead>> {
    for lead in query.leads() {
        if query.size(c, lead, most + 1).await? <= most {
            return Ok(Some(lead));
        }
    }
    Ok(None)
}

/// How many rows match and what they sum to: see [`payments_tally`].
///
/// # Errors
/// As the database has them.
pub async fn payments_count(c: &mut Conn, scope: Scope, filter: &PaymentsFilter) -> Result<Count> {
    Ok(payments_tally(c, scope, filter).await?.count())
}

/// What matches by label and currency: exact when only period, labels and currency are chosen, or where no more than [`TALLIED`] rows have to be
/// looked at. Of more rows the number is exact up to [`COUNTED`] where an index tells it, else what was found among the first.
///
/// # Errors
/// As the database has them.
pub async fn payments_tally(c: &mut Conn, scope: Scope, filter: &PaymentsFilter) -> Result<PaymentsTally> {
    let Some(asked) = Words::asked(filter) else { return Ok(PaymentsTally::of(Vec::new())) };
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
        return Ok(PaymentsTally::of(totals));
    }
    let by_time = PaymentsFilter { order: Order::Newest, ..filter.clone() };
    let keyset = Keyset::whole();
    let of_word = Words::unweighed(asked.clone());
    let query = Query { scope, filter: &by_time, words: &of_word, keyset: &keyset };
    let one_word = match query.by_one_word() {
        Some(word) => Some(number(c, TALLIED, |sql| query.some_hits(sql, word, search::RARE)).await?),
        None => None,
    };
    if one_word.is_some_and(|found| found > TALLIED) {
        return Ok(PaymentsTally::at_least(TALLIED));
    }
    let words = Words::weighed(c, scope, asked).await?;
    let query = Query { words: &words, ..query };
    if let Some(found) = one_word.filter(|_| !query.by_word()) {
        return Ok(PaymentsTally::at_least(found));
    }
    if query.by_word() {
        let hits = number(c, TALLIED, |sql| query.hits(sql)).await?;
        let totals = grouped(c, |sql| query.worded(sql, SUMMED, Some(TALLIED))).await?;
        return Ok(if hits > TALLIED { PaymentsTally::at_least(counted(&totals)) } else { PaymentsTally::of(totals) });
    }
    if query.straight() {
        let number = number(c, COUNTED, |sql| query.plain(sql, "1", &by_time.shown)).await?;
        if number > TALLIED {
            return Ok(PaymentsTally::number(number));
        }
        return Ok(PaymentsTally::of(grouped(c, |sql| query.plain(sql, SUMMED, &by_time.shown)).await?));
    }
    let few = few(c, &query, TALLIED).await?;
    let (lead, most) = few.map_or_else(|| (query.walk(), TALLIED_APART), |few| (few, TALLIED));
    let unseen = few.is_none() && query.walked_to(c, lead, most).await?.is_some();
    let totals = grouped(c, |sql| query.led(sql, SUMMED, lead, most)).await?;
    Ok(if unseen { PaymentsTally::at_least(counted(&totals)) } else { PaymentsTally::of(totals) })
}

/// What [`grouped`] adds up.
const SUMMED: &str = "currency, shown, amount";

/// How many rows a statement finds, up to one more than `most`.
async fn number(c: &mut Conn, most: i64, rows: impl FnOnce(&mut Sql)) -> Result<i64> {
    let mut sql = Sql::new("SELECT COUNT(*) FROM (SELECT 1 FROM (");
    rows(&mut sql);
    sql.push(") AS found LIMIT ").bind(most + 1).push(") AS matching");
    let (text, values) = sql.finish();
    Ok(c.number(&text, values).await?.unwrap_or_default())
}

fn counted(totals: &[Total]) -> i64 {
    totals.iter().map(|total| total.count).sum()
}

async fn grouped(c: &mut Conn, rows: impl FnOnce(&mut Sql)) -> Result<Vec<Total>> {
    let mut sql = Sql::new("SELECT currency, shown, COUNT(*), CAST(SUM(amount) AS BIGINT) FROM (");
    rows(&mut sql);
    sql.push(") AS matching GROUP BY currency, shown ORDER BY currency, shown");
    let (text, values) = sql.finish();
    c.rows(&text, values)
        .await?
        .iter()
        .map(|row| {
            let (code, shown): (String, String) = (row.try_get(0)?, row.try_get(1)?);
            let wrong = || Error::Inconsistent(format!("a row in {code}, {shown}"));
            let currency = Currency::from_code(&code).ok_or_else(wrong)?;
            let shown = shown.parse().map_err(|_| wrong())?;
            Ok(Total { currency, shown, count: row.try_get(2)?, amount: row.try_get(3)? })
        })
        .collect()
}
