//! Text and values of a statement put together: `$n` is numbered here, and only `'static` text gets into SQL.

use std::fmt::Write as _;

use crate::row::Value;

/// A statement under way.
#[derive(Debug, Default, Clone)]
pub(crate) struct Sql {
    text: String,
    values: Vec<Value>,
}

impl Sql {
    pub fn new(text: &'static str) -> Self {
        Self { text: text.to_owned(), values: Vec::new() }
    }

    pub fn push(&mut self, text: &'static str) -> &mut Self {
        self.text.push_str(text);
        self
    }

    /// The next `$n`, standing for the value.
    pub fn bind(&mut self, value: impl Into<Value>) -> &mut Self {
        self.values.push(value.into());
        // Writing to a String can't fail.
        let _ = write!(self.text, "${}", self.values.len());
        self
    }

    /// `$n, $n, …`
    pub fn binds(&mut self, values: impl IntoIterator<Item = Value>) -> &mut Self {
        for (at, value) in values.into_iter().enumerate() {
            if at > 0 {
                self.text.push_str(", ");
            }
            self.bind(value);
        }
        self
    }

    pub fn finish(self) -> (String, Vec<Value>) {
        (self.text, self.values)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_numbered_as_values_come() {
        let mut sql = Sql::new("SELECT 1 WHERE a = ");
        sql.bind("x").push(" AND b IN (").binds([Value::from(1_i64), Value::from(2_i64)]).push(")");
        let (text, values) = sql.finish();
        assert_eq!(text, "SELECT 1 WHERE a = $1 AND b IN ($2, $3)");
        assert_eq!(values, [Value::from("x"), Value::from(1_i64), Value::from(2_i64)]);
    }
}
