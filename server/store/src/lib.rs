//! The only room with SQL: one text for SQLite and PostgreSQL.

pub mod accounts;
pub mod acquirer_records;
pub mod addresses;
pub mod cards;
mod conn;
mod error;
pub mod events;
pub mod idempotency;
pub mod jobs;
pub mod ledger;
mod list;
mod lock;
mod migrate;
pub mod payments_list;
pub mod row;
pub mod rows;
pub mod search;
mod select;
mod store;
mod table;
pub mod totals;
mod url;
pub mod users;
mod writer;

pub use conn::{Conn, Dialect, Reader, Tx};
pub use error::{Error, Result};
pub use idempotency::KeyBegun;
pub use list::{Cursor, ListQuery, Listed, Op, list};
pub use lock::{Lock, lock};
pub use payments_list::{Count, Page, PageAt, PaymentsFilter, intent_changed, payments_count, payments_page};
pub use row::{Row, Value};
pub use rows::Scope;
pub use store::{Options, Store};
pub use table::{Scoped, Table, Versioned, all_where, find, get, insert, update};
pub use url::DatabaseUrl;
pub use writer::{Command, command};
