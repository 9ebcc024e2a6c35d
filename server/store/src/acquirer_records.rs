//! What the simulated acquirer remembers, by the reference of the call. It is another party: nothing else reads this.

use model::time::Timestamp;

use crate::conn::{Conn, Dialect, Tx};
use crate::error::{Error, Result};

/// # Errors
/// As the database has them.
pub async fn get(c: &mut Conn, reference: &str) -> Result<Option<String>> {
    let row = c.row("SELECT record FROM acquirer_records WHERE reference = $1", vec![reference.into()]).await?;
    row.map(|row| row.try_get(0)).transpose()
}

/// The record that stands under the reference afterwards: this one, or the one that was there first.
///
/// # Errors
/// As the database has them.
pub async fn put_if_absent(tx: &mut Tx, reference: &str, record: &str, created: Timestamp) -> Result<String> {
    let sql = match tx.dialect() {
        Dialect::Sqlite => {
            "INSERT INTO acquirer_records (reference, record, created) VALUES ($1, $2, $3) ON CONFLICT (reference) DO NOTHING"
        }
        // It need not be on the disk before it is told: nobody acts on it but by a later commit, which reaches the disk after it.
        Dialect::Postgres => {
            "INSERT INTO acquirer_records (reference, record, created) SELECT $1, $2, $3 FROM set_config('synchronous_commit', 'off', true) \
             ON CONFLICT (reference) DO NOTHING"
        }
    };
    if tx.execute(sql, vec![reference.into(), record.into(), created.into()]).await? == 1 {
        return Ok(record.to_owned());
    }
    get(tx, reference).await?.ok_or(Error::Stale)
}

/// Puts `new` in the place of `old`; false when another record, or none, stands there.
///
/// # Errors
/// As the database has them.
pub async fn replace(tx: &mut Tx, reference: &str, old: &str, new: &str) -> Result<bool> {
    let sql = "UPDATE acquirer_records SET record = $1 WHERE reference = $2 AND record = $3";
    Ok(tx.execute(sql, vec![new.into(), reference.into(), old.into()]).await? == 1)
}
