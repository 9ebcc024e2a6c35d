//! How a struct stands in a table: every column is TEXT or BIGINT, the same on SQLite and PostgreSQL.

use std::str::FromStr;

use model::id::{
    AccountId, ApiKeyId, AuditEntryId, CardId, CustomerId, DisputeId, EventId, InvitationId, NoteId, OperationId, PaymentId,
    PaymentIntentId, PayoutId, RefundId, ShopId, UserId, ViewId,
};
use model::lifecycle::{
    AuthStatus, DisputeStatus, IntentStatus, Method, OperationKind, OperationState, OrderCycle, OrderStatus, OrderType, PayoutStatus,
    Purpose, RefundStatus, Shown, State, ThreeDs,
};
use model::money::Currency;
use model::rights::{Environment, Role};
use model::time::{Date, Timestamp};

use crate::error::Error;

/// A column's value as both engines keep it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    Text(Option<String>),
    Int(Option<i64>),
}

/// What the schema declares the column as; decides how NULL is bound and read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Text,
    Int,
}

/// A type that stands in one column.
pub trait Column: Sized {
    const KIND: Kind;
    /// Whether the column may hold NULL; lists put those rows last.
    const NULLABLE: bool = false;
    fn value(&self) -> Value;
    /// # Errors
    /// Says what is wrong with a stored value that this type does not hold.
    fn from_value(value: Value) -> Result<Self, String>;
}

/// What `find` and filters take: an id, a word of a closed list, a text, a number, a time.
macro_rules! into_value {
    ($($type:ty),+ $(,)?) => {$(
        impl From<$type> for Value {
            fn from(value: $type) -> Self {
                Column::value(&value)
            }
        }

        impl From<&$type> for Value {
            fn from(value: &$type) -> Self {
                Column::value(value)
            }
        }
    )+};
}

into_value!(String, i64, bool, Timestamp, Environment, Role, Currency);

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::Text(Some(text.to_owned()))
    }
}

/// A row that a query found, of whatever columns.
#[derive(Debug, Clone)]
pub(crate) struct Cells(pub(crate) Vec<Value>);

impl Cells {
    pub fn try_get<T: Column>(&self, at: usize) -> Result<T, Error> {
        let value = self.0.get(at).cloned().ok_or_else(|| Error::Inconsistent(format!("no column {at}")))?;
        T::from_value(value).map_err(Error::Inconsistent)
    }
}

/// A struct that stands in one table. Made by [`row!`](crate::row!).
pub trait Row: Sized + Clone + Send + Sync + serde::Serialize + 'static {
    const TABLE: &'static str;
    const COLUMNS: &'static [&'static str];
    const KINDS: &'static [Kind];
    const NULLABLE: &'static [bool];
    /// In the order of `COLUMNS`.
    fn values(&self) -> Vec<Value>;
    /// # Errors
    /// Names the column whose stored value can't be.
    fn from_values(values: Vec<Value>) -> Result<Self, String>;
}

impl Column for String {
    const KIND: Kind = Kind::Text;
    fn value(&self) -> Value {
        Value::Text(Some(self.clone()))
    }
    fn from_value(value: Value) -> Result<Self, String> {
        match value {
            Value::Text(Some(text)) => Ok(text),
            other => Err(format!("{other:?} is not text")),
        }
    }
}

impl Column for i64 {
    const KIND: Kind = Kind::Int;
    fn value(&self) -> Value {
        Value::Int(Some(*self))
    }
    fn from_value(value: Value) -> Result<Self, String> {
        match value {
            Value::Int(Some(number)) => Ok(number),
            other => Err(format!("{other:?} is not a number")),
        }
    }
}

/// 0 or 1: a column declared BOOLEAN breaks reading on SQLite.
impl Column for bool {
    const KIND: Kind = Kind::Int;
    fn value(&self) -> Value {
        Value::Int(Some(i64::from(*self)))
    }
    fn from_value(value: Value) -> Result<Self, String> {
        match value {
            Value::Int(Some(0)) => Ok(false),
            Value::Int(Some(1)) => Ok(true),
            other => Err(format!("{other:?} is neither 0 nor 1")),
        }
    }
}

impl Column for Timestamp {
    const KIND: Kind = Kind::Int;
    fn value(&self) -> Value {
        Value::Int(Some(self.as_millis()))
    }
    fn from_value(value: Value) -> Result<Self, String> {
        i64::from_value(value).map(Timestamp::from_millis)
    }
}

/// Canonical JSON in TEXT, for what is never asked about in SQL.
impl Column for serde_json::Value {
    const KIND: Kind = Kind::Text;
    fn value(&self) -> Value {
        Value::Text(Some(self.to_string()))
    }
    fn from_value(value: Value) -> Result<Self, String> {
        let text = String::from_value(value)?;
        serde_json::from_str(&text).map_err(|error| error.to_string())
    }
}

impl<T: Column> Column for Option<T> {
    const KIND: Kind = T::KIND;
    const NULLABLE: bool = true;
    fn value(&self) -> Value {
        match (self, T::KIND) {
            (Some(value), _) => value.value(),
            (None, Kind::Text) => Value::Text(None),
            (None, Kind::Int) => Value::Int(None),
        }
    }
    fn from_value(value: Value) -> Result<Self, String> {
        match value {
            Value::Text(None) | Value::Int(None) => Ok(None),
            some => T::from_value(some).map(Some),
        }
    }
}

fn parsed<T: FromStr>(value: Value) -> Result<T, String>
where
    T::Err: std::fmt::Display,
{
    let text = String::from_value(value)?;
    text.parse().map_err(|error| format!("{text:?}: {error}"))
}

macro_rules! text_columns {
    ($($type:ty),+ $(,)?) => {$(
        impl Column for $type {
            const KIND: Kind = Kind::Text;
            fn value(&self) -> Value {
                Value::Text(Some(self.to_string()))
            }
            fn from_value(value: Value) -> Result<Self, String> {
                parsed(value)
            }
        }
    )+
        into_value!($($type),+);
    };
}

text_columns!(
    AccountId,
    ApiKeyId,
    CardId,
    CustomerId,
    DisputeId,
    EventId,
    OperationId,
    PaymentId,
    PaymentIntentId,
    PayoutId,
    RefundId,
    ShopId,
    UserId,
    AuditEntryId,
    InvitationId,
    NoteId,
    ViewId,
    AuthStatus,
    DisputeStatus,
    IntentStatus,
    Method,
    OperationKind,
    OperationState,
    OrderCycle,
    OrderStatus,
    OrderType,
    PayoutStatus,
    Purpose,
    RefundStatus,
    Shown,
    State,
    ThreeDs,
    Date,
);

macro_rules! word_columns {
    ($($type:ty => $parse:expr),+ $(,)?) => {$(
        impl Column for $type {
            const KIND: Kind = Kind::Text;
            fn value(&self) -> Value {
                Value::Text(Some(self.as_str().to_owned()))
            }
            fn from_value(value: Value) -> Result<Self, String> {
                let text = String::from_value(value)?;
                $parse(&text).ok_or(text)
            }
        }
    )+};
}

word_columns!(
    Environment => |text: &str| text.parse().ok(),
    Role => |text: &str| text.parse().ok(),
);

impl Column for Currency {
    const KIND: Kind = Kind::Text;
    fn value(&self) -> Value {
        Value::Text(Some(self.code().to_owned()))
    }
    fn from_value(value: Value) -> Result<Self, String> {
        let text = String::from_value(value)?;
        Self::from_code(&text).ok_or(text)
    }
}

/// Declares a struct and how it stands in its table: field name = column name.
#[macro_export]
macro_rules! row {
    ($(#[$meta:meta])* pub struct $name:ident in $table:literal { $($(#[$fmeta:meta])* $field:ident: $type:ty),+ $(,)? }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, PartialEq, ::serde::Serialize, ::serde::Deserialize)]
        pub struct $name { $($(#[$fmeta])* pub $field: $type),+ }

        impl $crate::row::Row for $name {
            const TABLE: &'static str = $table;
            const COLUMNS: &'static [&'static str] = &[$(stringify!($field)),+];
            const KINDS: &'static [$crate::row::Kind] = &[$(<$type as $crate::row::Column>::KIND),+];
            const NULLABLE: &'static [bool] = &[$(<$type as $crate::row::Column>::NULLABLE),+];

            fn values(&self) -> Vec<$crate::row::Value> {
                vec![$($crate::row::Column::value(&self.$field)),+]
            }

            fn from_values(values: Vec<$crate::row::Value>) -> Result<Self, String> {
                let mut values = values.into_iter();
                Ok(Self {
                    $($field: $crate::row::Column::from_value(values.next().ok_or("a column is missing")?)
                        .map_err(|error| format!("{}.{}: {error}", $table, stringify!($field)))?),+
                })
            }
        }
    };
}
