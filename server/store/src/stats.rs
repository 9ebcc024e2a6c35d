//! Figures over many rows: series by the account's own days, what needs somebody, refunds of a period.

use std::collections::BTreeMap;

use model::lifecycle::{RefundStatus, Shown};
use model::money::Currency;
use model::time::{DAY, Timestamp};

use crate::conn::Conn;
use crate::error::{Error, Result};
use crate::list::Cursor;
use crate::payments_list::Sum;
use crate::row::{Cells, Value};
use crate::rows::{Refund, Scope};
use crate::select::Sql;
use crate::table::Table;
use crate::totals::Total;

/// At most this many bounds in one series.
pub const BOUNDS_MAX: usize = 500;

/// Counts and sums of the list's rows by label and currency, for each stretch between two bounds, which ascend. As exact as the list itself: the
/// stretches are made of the daily totals, and of the rows between each bound and the UTC midnight nearest to it. All of it is one statement,
/// so it is one moment's truth.
///
/// # Errors
/// As the database has them; too many bounds.
pub async fn series(c: &mut Conn, scope: Scope, bounds: &[Timestamp]) -> Result<Vec<Vec<Total>>> {
    let stretches = bounds.len().saturating_sub(1);
    if stretches == 0 {
        return Ok(Vec::new());
    }
    if bounds.len() > BOUNDS_MAX {
        return Err(Error::Inconsistent(format!("{} bounds", bounds.len())));
    }
    let days: Vec<i64> = bounds.iter().map(|bound| (bound.as_millis() + DAY / 2).div_euclid(DAY)).collect();
    let (text, values) = series_text(scope, bounds, &days).finish();
    let mut sums: Vec<Sums> = vec![Sums::new(); stretches];
    let mut add = |stretch: Option<usize>, key: &(String, String), count: i64, amount: i64| {
        if let Some(sum) = stretch.and_then(|at| sums.get_mut(at)) {
            let sum = sum.entry(key.clone()).or_insert((0, 0));
            sum.0 += count;
            sum.1 += amount;
        }
    };
    for row in c.rows(&text, values).await? {
        let (is_edge, place): (i64, i64) = (row.try_get(0)?, row.try_get(1)?);
        let key = (row.try_get(2)?, row.try_get(3)?);
        let (count, amount): (i64, i64) = (row.try_get(4)?, row.try_get(5)?);
        if is_edge == 0 {
            // A whole day of UTC, in the stretch that its midnight was rounded into.
            add(days.partition_point(|day| *day <= place).checked_sub(1), &key, count, amount);
            continue;
        }
        let at = usize::try_from(place).map_err(|_| wrong(&place.to_string()))?;
        let early = bounds.get(at).zip(days.get(at)).is_some_and(|(bound, day)| bound.as_millis() < day * DAY);
        let (gains, loses) = if early { (Some(at), at.checked_sub(1)) } else { (at.checked_sub(1), Some(at)) };
        add(gains, &key, count, amount);
        add(loses, &key, -count, -amount);
    }
    sums.into_iter().map(finished).collect()
}

type Sums = BTreeMap<(String, String), (i64, i64)>;

fn series_text(scope: Scope, bounds: &[Timestamp], days: &[i64]) -> Sql {
    let mut sql = Sql::new("");
    let edges: Vec<[i64; 3]> = (0_i64..)
        .zip(bounds.iter().zip(days))
        .map(|(at, (bound, day))| {
            let (bound, midnight) = (bound.as_millis(), day * DAY);
            [at, bound.min(midnight), bound.max(midnight)]
        })
        .filter(|[_, from, to]| from < to)
        .collect();
    if !edges.is_empty() {
        ranges(&mut sql, &edges);
        // In this order: SQLite takes CROSS JOIN literally, each edge being a short stretch of the index.
        sql.push(
            "SELECT 1 AS is_edge, place, currency, shown, COUNT(*), CAST(SUM(amount) AS BIGINT) FROM ranges CROSS JOIN payment_intents \
             WHERE account = ",
        );
        sql.bind(scope.account).push(" AND environment = ").bind(scope.environment);
        sql.push(" AND created >= since AND created < until GROUP BY place, currency, shown UNION ALL ");
    }
    sql.push("SELECT 0 AS is_edge, day AS place, currency, shown, CAST(SUM(count) AS BIGINT), CAST(SUM(amount) AS BIGINT) FROM totals WHERE account = ");
    sql.bind(scope.account).push(" AND environment = ").bind(scope.environment);
    sql.push(" AND day >= ").bind(days.first().copied().unwrap_or_default());
    sql.push(" AND day < ").bind(days.last().copied().unwrap_or_default()).push(" GROUP BY day, currency, shown");
    sql
}

/// `WITH ranges (place, since, until)`
fn ranges(sql: &mut Sql, all: &[[i64; 3]]) {
    sql.push("WITH ranges (place, since, until) AS (VALUES ");
    for (at, range) in all.iter().enumerate() {
        sql.push(if at == 0 { "(" } else { ", (" }).binds(range.iter().copied().map(Value::from)).push(")");
    }
    sql.push(") ");
}

fn finished(sums: Sums) -> Result<Vec<Total>> {
    let total = |((currency, shown), (count, amount)): ((String, String), (i64, i64))| {
        let shown: Shown = shown.parse().map_err(|_| wrong(&shown))?;
        Ok(Total { currency: currency_of(&currency)?, shown, count, amount })
    };
    sums.into_iter().filter(|(_, sum)| *sum != (0, 0)).map(total).collect()
}

fn currency_of(code: &str) -> Result<Currency> {
    Currency::from_code(code).ok_or_else(|| wrong(code))
}

fn wrong(text: &str) -> Error {
    Error::Inconsistent(format!("figures of {text}"))
}

/// Whether the list has any row at all.
///
/// # Errors
/// As the database has them.
pub async fn any(c: &mut Conn, scope: Scope) -> Result<bool> {
    let sql = "SELECT 1 FROM payment_intents WHERE account = $1 AND environment = $2 LIMIT 1";
    Ok(c.row(sql, vec![scope.account.into(), scope.environment.into()]).await?.is_some())
}

/// Whether anything in the list was imported.
///
/// # Errors
/// As the database has them.
pub async fn any_imported(c: &mut Conn, scope: Scope) -> Result<bool> {
    let sql = "SELECT 1 FROM payment_intents WHERE account = $1 AND environment = $2 AND origin = 'import' LIMIT 1";
    Ok(!c.rows(sql, vec![scope.account.into(), scope.environment.into()]).await?.is_empty())
}

/// Rows of one label that somebody must look after.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Need {
    pub shown: Shown,
    pub sum: Sum,
    /// The next time, from now on, that a label speaks of.
    pub nearest: Option<Timestamp>,
    /// How many more have this label and were imported: they wait for nobody here.
    pub imported: i64,
}

/// The labels of [`needs`], in the order in which they press.
const NEEDS: [Shown; 5] = [Shown::FraudAlert, Shown::ToValidate, Shown::Disputed, Shown::PartlyPaid, Shown::CaptureFailed];

/// The rows that wait for somebody, by label and currency, without those that were imported; captures that failed are final, and told of when created since `failed_since`.
///
/// # Errors
/// As the database has them.
pub async fn needs(c: &mut Conn, scope: Scope, now: Timestamp, failed_since: Timestamp) -> Result<Vec<Need>> {
    let mut sql = Sql::new(
        "SELECT shown, currency, COUNT(*), CAST(SUM(CASE WHEN origin = 'import' THEN 0 ELSE amount END) AS BIGINT), \
         SUM(CASE WHEN origin = 'import' THEN 1 ELSE 0 END), MIN(CASE WHEN origin <> 'import' AND shown_at >= ",
    );
    sql.bind(now).push(" THEN shown_at END) FROM payment_intents WHERE account = ").bind(scope.account);
    sql.push(" AND environment = ").bind(scope.environment);
    // In the words of the index, which holds these rows alone.
    sql.push(" AND shown IN ('capture_failed', 'disputed', 'fraud_alert', 'partly_paid', 'to_validate')");
    sql.push(" AND (shown <> 'capture_failed' OR created >= ").bind(failed_since).push(") GROUP BY shown, currency");
    let (text, values) = sql.finish();
    let need = |row: &Cells| {
        let shown: String = row.try_get(0)?;
        let (all, imported): (i64, i64) = (row.try_get(2)?, row.try_get(4)?);
        let sum = Sum { currency: currency_of(&row.try_get::<String>(1)?)?, count: all - imported, amount: row.try_get(3)? };
        let nearest: Option<i64> = row.try_get(5)?;
        Ok(Need { shown: shown.parse().map_err(|_| wrong(&shown))?, sum, nearest: nearest.map(Timestamp::from_millis), imported })
    };
    let mut needs: Vec<Need> = c.rows(&text, values).await?.iter().map(need).collect::<Result<_>>()?;
    needs.retain(|need| need.sum.count > 0);
    needs.sort_by_key(|need| (NEEDS.iter().position(|shown| *shown == need.shown), need.sum.currency));
    Ok(needs)
}

/// Refunds that count, asked for within each of the periods, by currency.
///
/// # Errors
/// As the database has them.
pub async fn refunds(c: &mut Conn, scope: Scope, periods: &[(Timestamp, Timestamp)]) -> Result<Vec<Vec<Sum>>> {
    let mut sums = vec![Vec::new(); periods.len()];
    let all: Vec<[i64; 3]> = (0_i64..).zip(periods).map(|(at, (from, to))| [at, from.as_millis(), to.as_millis()]).collect();
    if all.is_empty() {
        return Ok(sums);
    }
    let mut sql = Sql::new("");
    ranges(&mut sql, &all);
    sql.push("SELECT place, currency, COUNT(*), CAST(SUM(amount) AS BIGINT) FROM ranges CROSS JOIN refunds WHERE account = ");
    sql.bind(scope.account).push(" AND environment = ").bind(scope.environment).push(" AND created >= since AND created < until");
    counting(&mut sql);
    sql.push(" GROUP BY place, currency ORDER BY place, currency");
    let (text, values) = sql.finish();
    for row in c.rows(&text, values).await? {
        let sum = Sum { currency: currency_of(&row.try_get::<String>(1)?)?, count: row.try_get(2)?, amount: row.try_get(3)? };
        if let Some(place) = usize::try_from(row.try_get::<i64>(0)?).ok().and_then(|at| sums.get_mut(at)) {
            place.push(sum);
        }
    }
    Ok(sums)
}

fn counting(sql: &mut Sql) {
    let counting = RefundStatus::ALL.iter().filter(|status| status.counts()).map(Value::from);
    sql.push(" AND status IN (").binds(counting).push(")");
}

/// The rows behind [`refunds`] in one currency, newest first; where the next page begins.
///
/// # Errors
/// [`Error::Cursor`], else as the database has them.
pub async fn refunds_page(
    c: &mut Conn,
    scope: Scope,
    (from, to): (Timestamp, Timestamp),
    currency: Currency,
    after: Option<&Cursor>,
    limit: i64,
) -> Result<(Vec<Refund>, Option<Cursor>)> {
    let mut sql = Sql::new(&Refund::statements().select);
    sql.push(" WHERE account = ").bind(scope.account).push(" AND environment = ").bind(scope.environment);
    sql.push(" AND created >= ").bind(from).push(" AND created < ").bind(to).push(" AND currency = ").bind(currency);
    counting(&mut sql);
    if let Some(cursor) = after {
        let Value::Int(Some(created)) = cursor.value() else { return Err(Error::Cursor) };
        sql.push(" AND (created, id) < (").bind(created).push(", ").bind(cursor.id()).push(")");
    }
    sql.push(" ORDER BY created DESC, id DESC LIMIT ").bind(limit + 1);
    let (text, values) = sql.finish();
    let mut rows: Vec<Refund> = c.all(&text, values).await?;
    let more = rows.len() > usize::try_from(limit).unwrap_or_default();
    rows.truncate(usize::try_from(limit).unwrap_or_default());
    let next = rows.last().filter(|_| more).map(|last| Cursor::new(last.created, last.id));
    Ok((rows, next))
}
