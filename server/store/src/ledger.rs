//! Double entry: postings are only ever added, and every balance is their sum.

use std::collections::BTreeMap;

use model::id::PaymentId;
use model::money::Currency;

use crate::conn::{Conn, Tx};
use crate::error::{Error, Result};
use crate::row::Value;
use crate::rows::{Posting, Scope};
use crate::several::insert_all;
use crate::table::Table;

/// What stands on one ledger account in one currency, minor units, debits positive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Balance {
    pub currency: Currency,
    pub ledger_account: String,
    pub amount: i64,
}

/// Adds lines to the ledger and to the balances.
///
/// # Errors
/// [`Error::Inconsistent`] when the lines of one event don't sum to zero in each currency.
pub async fn post(tx: &mut Tx, postings: &[Posting]) -> Result<()> {
    let mut sums = BTreeMap::new();
    let mut changes = BTreeMap::new();
    for posting in postings {
        let event = posting.event.to_string();
        add(sums.entry((event.clone(), posting.currency.code())).or_insert(0), posting.amount)?;
        let slot = tx.slot(&event);
        let key = (posting.account, posting.environment, posting.currency.code(), posting.ledger_account.as_str(), slot);
        add(changes.entry(key).or_insert(0), posting.amount)?;
    }
    if let Some(((event, currency), sum)) = sums.iter().find(|(_, sum)| **sum != 0) {
        return Err(Error::Inconsistent(format!("the {currency} postings of {event} sum to {sum}")));
    }
    insert_all(tx, postings).await?;
    // In the order of the keys: two writers take them in the same order and can't block each other.
    for ((account, environment, currency, ledger_account, slot), amount) in changes {
        let values: Vec<Value> =
            vec![account.into(), environment.into(), currency.into(), ledger_account.into(), slot.into(), amount.into()];
        tx.execute(
            "INSERT INTO balances (account, environment, currency, ledger_account, slot, amount) VALUES ($1, $2, $3, $4, $5, $6) \
             ON CONFLICT (account, environment, currency, ledger_account, slot) DO UPDATE SET amount = balances.amount + excluded.amount",
            values,
        )
        .await?;
    }
    Ok(())
}

fn add(sum: &mut i64, amount: i64) -> Result<()> {
    *sum = sum.checked_add(amount).ok_or_else(|| Error::Inconsistent("a sum of postings is too large".to_owned()))?;
    Ok(())
}

/// Every ledger account of the scope that was ever posted to.
///
/// # Errors
/// As the database has them.
pub async fn balances(c: &mut Conn, scope: Scope) -> Result<Vec<Balance>> {
    let sql = "SELECT currency, ledger_account, CAST(SUM(amount) AS BIGINT) FROM balances WHERE account = $1 AND environment = $2 \
               GROUP BY currency, ledger_account ORDER BY currency, ledger_account";
    let rows = c.rows(sql, vec![scope.account.into(), scope.environment.into()]).await?;
    rows.iter()
        .map(|row| {
            let code: String = row.try_get(0)?;
            let currency = Currency::from_code(&code).ok_or_else(|| Error::Inconsistent(format!("currency {code}")))?;
            Ok(Balance { currency, ledger_account: row.try_get(1)?, amount: row.try_get(2)? })
        })
        .collect()
}

/// The lines that speak of a payment, oldest first.
///
/// # Errors
/// As the database has them.
pub async fn postings_of_payment(c: &mut Conn, scope: Scope, payment: PaymentId) -> Result<Vec<Posting>> {
    let sql = format!("{} WHERE account = $1 AND environment = $2 AND payment = $3 ORDER BY at, id", Posting::statements().select);
    c.all(&sql, vec![scope.account.into(), scope.environment.into(), payment.into()]).await
}
