//! Lists: filters on columns, one order, a page by `start` or after a cursor, a count that stops at 10,000.

use std::fmt;
use std::str::FromStr;

use model::list::{COUNT_MAX, START_MAX};

use crate::conn::Conn;
use crate::error::{Error, Result};
use crate::row::{Row, Value};
use crate::rows::Scope;
use crate::select::Sql;
use crate::table::Scoped;

/// How a column stands to a value. Equality with a NULL value means 'is empty'.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Op {
    Eq,
    Ne,
    Lt,
    Le,
    Gt,
    Ge,
}

impl Op {
    const fn sign(self) -> &'static str {
        match self {
            Self::Eq => " = ",
            Self::Ne => " <> ",
            Self::Lt => " < ",
            Self::Le => " <= ",
            Self::Gt => " > ",
            Self::Ge => " >= ",
        }
    }
}

/// Where a page ended: the sort value and the id of its last row. Opaque as text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cursor {
    value: Value,
    id: String,
}

impl Cursor {
    pub fn new(value: impl Into<Value>, id: impl fmt::Display) -> Self {
        Self { value: value.into(), id: id.to_string() }
    }

    pub(crate) fn value(&self) -> Value {
        self.value.clone()
    }

    pub(crate) fn id(&self) -> &str {
        &self.id
    }
}

impl fmt::Display for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let plain = match &self.value {
            Value::Int(Some(number)) => format!("i{number}.{}", self.id),
            Value::Int(None) => format!("n.{}", self.id),
            Value::Text(Some(text)) => format!("t{}.{}", hex::encode(text), self.id),
            Value::Text(None) => format!("u.{}", self.id),
        };
        f.write_str(&hex::encode(plain))
    }
}

impl FromStr for Cursor {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        let plain = hex::decode(text).ok().and_then(|bytes| String::from_utf8(bytes).ok()).ok_or(Error::Cursor)?;
        let (value, id) = plain.split_once('.').ok_or(Error::Cursor)?;
        let value = match (value.get(..1), value.get(1..).unwrap_or_default()) {
            (Some("i"), number) => Value::Int(Some(number.parse().map_err(|_| Error::Cursor)?)),
            (Some("n"), "") => Value::Int(None),
            (Some("t"), text) => {
                let text = hex::decode(text).ok().and_then(|bytes| String::from_utf8(bytes).ok());
                Value::Text(Some(text.ok_or(Error::Cursor)?))
            }
            (Some("u"), "") => Value::Text(None),
            _ => return Err(Error::Cursor),
        };
        if !id.chars().all(|c| c.is_ascii_alphanumeric() || c == '_') {
            return Err(Error::Cursor);
        }
        Ok(Self { value, id: id.to_owned() })
    }
}

/// What to list. All filters hold together.
#[derive(Debug, Clone)]
pub struct ListQuery {
    pub filters: Vec<(&'static str, Op, Value)>,
    /// A column; rows without a value come last, equal ones by id.
    pub order_by: &'static str,
    pub descending: bool,
    /// At most [`START_MAX`]; 0 with `after`.
    pub start: i64,
    pub limit: i64,
    pub after: Option<Cursor>,
}

#[derive(Debug, Clone)]
pub struct Listed<R> {
    pub rows: Vec<R>,
    pub has_more: bool,
    /// All that match, whatever the page; exact up to [`COUNT_MAX`], and never more.
    pub count: i64,
    /// Where the next page begins.
    pub next: Option<Cursor>,
}

/// A page of the scope's rows.
///
/// # Errors
/// [`Error::StartTooFar`], [`Error::Cursor`] when it is another list's, else as the database has them.
pub async fn list<R: Scoped>(c: &mut Conn, scope: Scope, query: &ListQuery) -> Result<Listed<R>> {
    if !(0..=START_MAX).contains(&query.start) {
        return Err(Error::StartTooFar);
    }
    let order = column::<R>(query.order_by)?;
    let count = count::<R>(c, scope, &query.filters).await?;
    let mut sql = Sql::new(&R::statements().select);
    filtered::<R>(&mut sql, scope, &query.filters)?;
    if let Some(cursor) = &query.after {
        beyond::<R>(&mut sql, query, order, cursor)?;
    }
    sql.push(" ORDER BY ").push(query.order_by).push(direction(query.descending));
    if R::NULLABLE[order] {
        sql.push(" NULLS LAST");
    }
    sql.push(", id").push(direction(query.descending));
    sql.push(" LIMIT ").bind(query.limit + 1).push(" OFFSET ").bind(query.start);
    let (text, values) = sql.finish();
    let mut rows: Vec<R> = c.all(&text, values).await?;
    let limit = usize::try_from(query.limit).unwrap_or_default();
    let has_more = rows.len() > limit;
    rows.truncate(limit);
    let next = rows.last().filter(|_| has_more).map(|row| Cursor { value: row.values().swap_remove(order), id: row.id() });
    Ok(Listed { rows, has_more, count, next })
}

async fn count<R: Scoped>(c: &mut Conn, scope: Scope, filters: &[(&'static str, Op, Value)]) -> Result<i64> {
    let mut sql = Sql::new("SELECT COUNT(*) FROM (SELECT 1 FROM ");
    sql.push(R::TABLE);
    filtered::<R>(&mut sql, scope, filters)?;
    sql.push(" LIMIT ").bind(COUNT_MAX).push(") AS matching");
    let (text, values) = sql.finish();
    Ok(c.number(&text, values).await?.unwrap_or_default())
}

fn column<R: Row>(name: &'static str) -> Result<usize> {
    let missing = || Error::Inconsistent(format!("{} has no column {name}", R::TABLE));
    R::COLUMNS.iter().position(|column| *column == name).ok_or_else(missing)
}

fn filtered<R: Row>(sql: &mut Sql, scope: Scope, filters: &[(&'static str, Op, Value)]) -> Result<()> {
    sql.push(" WHERE account = ").bind(scope.account).push(" AND environment = ").bind(scope.environment);
    for (name, op, value) in filters {
        column::<R>(name)?;
        sql.push(" AND ").push(name);
        match (op, value) {
            (Op::Eq, Value::Text(None) | Value::Int(None)) => sql.push(" IS NULL"),
            (Op::Ne, Value::Text(None) | Value::Int(None)) => sql.push(" IS NOT NULL"),
            _ => sql.push(op.sign()).bind(value.clone()),
        };
    }
    Ok(())
}

const fn direction(descending: bool) -> &'static str {
    if descending { " DESC" } else { " ASC" }
}

/// The rows after the cursor, in the list's order.
fn beyond<R: Row>(sql: &mut Sql, query: &ListQuery, order: usize, cursor: &Cursor) -> Result<()> {
    let sign = if query.descending { " < " } else { " > " };
    let same_kind =
        matches!((&cursor.value, R::KINDS[order]), (Value::Int(_), crate::row::Kind::Int) | (Value::Text(_), crate::row::Kind::Text));
    if !same_kind {
        return Err(Error::Cursor);
    }
    if matches!(cursor.value, Value::Int(None) | Value::Text(None)) {
        sql.push(" AND ").push(query.order_by).push(" IS NULL AND id").push(sign).bind(cursor.id.as_str());
        return Ok(());
    }
    sql.push(" AND ((")
        .push(query.order_by)
        .push(", id)")
        .push(sign)
        .push("(")
        .bind(cursor.value.clone())
        .push(", ")
        .bind(cursor.id.as_str());
    sql.push(")");
    if R::NULLABLE[order] {
        sql.push(" OR ").push(query.order_by).push(" IS NULL");
    }
    sql.push(")");
    Ok(())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use proptest::sample::select;

    use super::*;

    #[test]
    fn cursors_round_trip_and_nothing_else_is_one() {
        for value in [Value::from(-5_i64), Value::from("a.é"), Value::Int(None), Value::Text(None)] {
            let cursor = Cursor { value, id: "paym_A1".to_owned() };
            assert_eq!(cursor.to_string().parse::<Cursor>().unwrap(), cursor);
        }
        for text in ["", "zz", "00", "692e", "69352e27", "Ω", "6935"] {
            assert!(text.parse::<Cursor>().is_err(), "{text}");
        }
    }

    const PIECES: &[&str] = &[
        "i",
        "n",
        "t",
        "u",
        ".",
        "-",
        "+",
        "_",
        "0",
        "5",
        "9223372036854775807",
        "-9223372036854775808",
        "9999999999999999999999",
        "c3a9",
        "C3A9",
        "ff",
        "00",
        "é",
        "\0",
        "\u{202e}",
        "paym_A1",
        "' OR 1=1",
        " ",
    ];

    fn written() -> impl Strategy<Value = String> {
        let plain = prop::collection::vec(select(PIECES), 0..6).prop_map(|pieces| pieces.concat());
        let bytes = prop_oneof![4 => plain.clone().prop_map(String::into_bytes), 1 => any::<Vec<u8>>()];
        prop_oneof![6 => bytes.prop_map(hex::encode), 1 => plain, 1 => any::<String>()]
    }

    fn values() -> impl Strategy<Value = Value> {
        prop_oneof![any::<Option<i64>>().prop_map(Value::Int), any::<Option<String>>().prop_map(Value::Text)]
    }

    proptest! {
        #[test]
        fn any_text_is_refused_or_a_cursor_that_says_itself(text in written()) {
            if let Ok(cursor) = text.parse::<Cursor>() {
                prop_assert_eq!(cursor.to_string().parse::<Cursor>().ok(), Some(cursor.clone()));
                prop_assert!(cursor.id.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_'));
            }
        }

        #[test]
        fn every_row_has_a_cursor_and_nothing_but_an_id_is_its_end(value in values(), id in "[A-Za-z0-9_]{0,40}", odd in "[^A-Za-z0-9_]", cut in any::<prop::sample::Index>()) {
            let text = Cursor::new(value.clone(), &id).to_string();
            prop_assert!(text.bytes().all(|byte| byte.is_ascii_hexdigit()));
            prop_assert_eq!(text.parse::<Cursor>().ok(), Some(Cursor::new(value.clone(), &id)));
            let (before, after) = id.split_at(cut.index(id.len() + 1));
            let none = Cursor::new(value, format!("{before}{odd}{after}")).to_string();
            prop_assert!(none.parse::<Cursor>().is_err(), "{}", none);
        }
    }
}
