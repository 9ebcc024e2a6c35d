//! Which vault key this database belongs to: a value that only that key gives.

use crate::conn::Conn;
use crate::error::Result;
use crate::store::Store;

/// The value of the key that was here first; the one given where none was.
///
/// # Errors
/// As the database has them.
pub async fn first(store: &Store, given: &str) -> Result<String> {
    let mut reader = store.read().await?;
    if let Some(kept) = kept(&mut reader).await? {
        return Ok(kept);
    }
    drop(reader);
    let given = given.to_owned();
    store
        .tx(move |tx| {
            let given = given.clone();
            Box::pin(async move {
                // another process may be first
                let sql = "INSERT INTO vault_check (name, value) VALUES ('key', $1) ON CONFLICT DO NOTHING";
                tx.execute(sql, vec![given.as_str().into()]).await?;
                Ok(kept(tx).await?.unwrap_or(given))
            })
        })
        .await
}

async fn kept(c: &mut Conn) -> Result<Option<String>> {
    let row = c.row("SELECT value FROM vault_check WHERE name = 'key'", vec![]).await?;
    row.map(|row| row.try_get(0)).transpose()
}
