//! Daily counts and sums of the Payments list, kept in the commit that changes a row.

use std::collections::BTreeMap;

use model::lifecycle::Shown;
use model::money::Currency;
use model::time::{DAY, Timestamp};

use crate::conn::{Conn, Dialect, Tx};
use crate::error::{Error, Result};
use crate::row::{Cells, Value};
use crate::rows::{PaymentIntent, Scope};
use crate::select::Sql;

/// How many rows of one label and currency there are, and the sum of their amounts in minor units.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Total {
    pub currency: Currency,
    pub shown: Shown,
    pub count: i64,
    pub amount: i64,
}

/// Moves an intent's row from what it counted as to what it counts as now.
pub(crate) async fn changed(tx: &mut Tx, before: Option<&PaymentIntent>, after: &PaymentIntent) -> Result<()> {
    let mut changes = BTreeMap::new();
    for (intent, sign) in before.map(|before| (before, -1)).into_iter().chain([(after, 1)]) {
        let day = intent.created.as_millis().div_euclid(DAY);
        let (count, amount) = changes.entry((day, intent.currency.code(), intent.shown.as_str())).or_insert((0_i64, 0_i64));
        *count += sign;
        *amount += sign * intent.amount;
    }
    let slot = tx.slot(&after.id.to_string());
    changes.retain(|_, change| *change != (0, 0));
    if changes.is_empty() {
        return Ok(());
    }
    let mut sql = Sql::new("INSERT INTO totals (account, environment, day, currency, shown, slot, count, amount) VALUES ");
    // In the order of the keys, as in the ledger.
    for (at, ((day, currency, shown), (count, amount))) in changes.into_iter().enumerate() {
        let key: [Value; 6] = [after.account.into(), after.environment.into(), day.into(), currency.into(), shown.into(), slot.into()];
        sql.push(if at == 0 { "(" } else { ", (" }).binds(key.into_iter().chain([count.into(), amount.into()])).push(")");
    }
    sql.push(
        " ON CONFLICT (account, environment, currency, shown, day, slot) \
         DO UPDATE SET count = totals.count + excluded.count, amount = totals.amount + excluded.amount",
    );
    let (text, values) = sql.finish();
    tx.execute(&text, values).await?;
    Ok(())
}

/// Joins what writers to PostgreSQL spread over slots, of the days before this one: few write there any more, and there is less to add up. In
/// the writers' order, so that none of them waits for this while this waits for them.
///
/// # Errors
/// As the database has them.
pub async fn join_slots(tx: &mut Tx, before: Timestamp) -> Result<()> {
    if tx.dialect() == Dialect::Sqlite {
        return Ok(());
    }
    let sql = "WITH gone AS (DELETE FROM totals WHERE day < $1 AND slot <> 0 RETURNING *) \
               INSERT INTO totals (account, environment, currency, shown, day, slot, count, amount) \
               SELECT account, environment, currency, shown, day, 0, CAST(SUM(count) AS BIGINT), CAST(SUM(amount) AS BIGINT) FROM gone \
               GROUP BY account, environment, currency, shown, day ORDER BY day, currency, shown \
               ON CONFLICT (account, environment, currency, shown, day, slot) \
               DO UPDATE SET count = totals.count + excluded.count, amount = totals.amount + excluded.amount";
    tx.execute(sql, vec![before.as_millis().div_euclid(DAY).into()]).await?;
    Ok(())
}

/// Counts and sums of all rows created in `from..to`, by label and currency: whole days from the daily totals, the rest
/// of the first and last day from the rows.
///
/// # Errors
/// As the database has them.
pub async fn totals(c: &mut Conn, scope: Scope, from: Option<Timestamp>, to: Option<Timestamp>) -> Result<Vec<Total>> {
    let first = from.map(|from| -(-from.as_millis()).div_euclid(DAY));
    let end = to.map(|to| to.as_millis().div_euclid(DAY));
    let mut sums = BTreeMap::new();
    if let (Some(from), Some(to), Some(first), Some(end)) = (from, to, first, end)
        && first >= end
    {
        rows_between(c, scope, from, to, &mut sums).await?;
        return finished(sums);
    }
    let mut sql = Sql::new("SELECT currency, shown, CAST(SUM(count) AS BIGINT), CAST(SUM(amount) AS BIGINT) FROM totals WHERE account = ");
    sql.bind(scope.account).push(" AND environment = ").bind(scope.environment);
    if let Some(first) = first {
        sql.push(" AND day >= ").bind(first);
    }
    if let Some(end) = end {
        sql.push(" AND day < ").bind(end);
    }
    sql.push(" GROUP BY currency, shown");
    let (text, values) = sql.finish();
    gather(c.rows(&text, values).await?, &mut sums)?;
    if let (Some(from), Some(first)) = (from, first) {
        rows_between(c, scope, from, Timestamp::from_millis(first.saturating_mul(DAY)), &mut sums).await?;
    }
    if let (Some(to), Some(end)) = (to, end) {
        rows_between(c, scope, Timestamp::from_millis(end.saturating_mul(DAY)), to, &mut sums).await?;
    }
    finished(sums)
}

type Sums = BTreeMap<(String, String), (i64, i64)>;

async fn rows_between(c: &mut Conn, scope: Scope, from: Timestamp, to: Timestamp, sums: &mut Sums) -> Result<()> {
    if from >= to {
        return Ok(());
    }
    let sql = "SELECT currency, shown, COUNT(*), CAST(SUM(amount) AS BIGINT) FROM payment_intents \
               WHERE account = $1 AND environment = $2 AND created >= $3 AND created < $4 GROUP BY currency, shown";
    gather(c.rows(sql, vec![scope.account.into(), scope.environment.into(), from.into(), to.into()]).await?, sums)
}

fn gather(rows: Vec<Cells>, sums: &mut Sums) -> Result<()> {
    for row in rows {
        let sum = sums.entry((row.try_get(0)?, row.try_get(1)?)).or_insert((0, 0));
        sum.0 += row.try_get::<i64>(2)?;
        sum.1 += row.try_get::<i64>(3)?;
    }
    Ok(())
}

fn finished(sums: Sums) -> Result<Vec<Total>> {
    let wrong = |text: &str| Error::Inconsistent(format!("totals of {text}"));
    sums.into_iter()
        .filter(|(_, (count, amount))| (*count, *amount) != (0, 0))
        .map(|((currency, shown), (count, amount))| {
            let currency = Currency::from_code(&currency).ok_or_else(|| wrong(&currency))?;
            let shown = shown.parse().map_err(|_| wrong(&shown))?;
            Ok(Total { currency, shown, count, amount })
        })
        .collect()
}
