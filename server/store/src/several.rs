//! Several new rows in one statement: a commit costs by its statements more than by its rows.

use std::fmt::Write as _;

use crate::conn::Tx;
use crate::error::Result;
use crate::table::{Table, insert};

/// Rows of one statement. Each smaller power of two has a text of its own as well, and no other number: few texts stay prepared.
const MOST: usize = 16;

/// Rows as they are put into statements together.
pub fn groups<R>(rows: &[R]) -> impl Iterator<Item = &[R]> {
    let mut rest = rows;
    std::iter::from_fn(move || {
        let (some, left) = rest.split_at(MOST.min(1 << rest.len().checked_ilog2()?));
        rest = left;
        Some(some)
    })
}

/// Writes new rows.
///
/// # Errors
/// As [`insert`] for any of them.
pub async fn insert_all<R: Table>(tx: &mut Tx, rows: &[R]) -> Result<()> {
    insert_unless(tx, rows, "").await
}

/// Writes new rows, with what to do about a taken key.
pub(crate) async fn insert_unless<R: Table>(tx: &mut Tx, rows: &[R], taken: &'static str) -> Result<()> {
    for some in groups(rows) {
        if let ([one], "") = (some, taken) {
            insert(tx, one).await?;
            continue;
        }
        let mut sql = R::statements().insert.clone();
        for row in 1..some.len() {
            for column in 1..=R::COLUMNS.len() {
                // Writing to a String can't fail.
                let _ = write!(sql, "{}${}", if column == 1 { ", (" } else { ", " }, row * R::COLUMNS.len() + column);
            }
            sql.push(')');
        }
        sql.push_str(taken);
        let mut values = Vec::with_capacity(some.len() * R::COLUMNS.len());
        let mut touched = Vec::new();
        for row in some {
            let of_row = row.values();
            touched.extend(crate::changes::touched(R::TABLE, R::COLUMNS, &of_row));
            values.extend(of_row);
        }
        tx.execute(&sql, values).await?;
        tx.touched.extend(touched);
    }
    Ok(())
}
