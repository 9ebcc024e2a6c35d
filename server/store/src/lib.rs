//! The only room with SQL: one text for SQLite and PostgreSQL.

pub mod accounts;
pub mod acquirer_records;
pub mod addresses;
pub mod audit;
pub mod cards;
mod changes;
mod conn;
mod error;
pub mod events;
pub mod find;
pub mod idempotency;
pub mod imports;
pub mod jobs;
pub mod ledger;
mod list;
mod lock;
mod many;
mod migrate;
pub mod notes;
pub mod pins;
pub mod payments_list;
mod payments_query;
pub mod requests;
pub mod row;
pub mod rows;
pub mod search;
mod select;
pub mod stats;
mod store;
mod table;
pub mod team;
pub mod totals;
mod url;
pub mod users;
pub mod vault_check;
pub mod views;
mod writer;

pub use conn::{Conn, Dialect, Reader, Tx};
pub use error::{Error, Result};
pub use idempotency::KeyBegun;
pub use list::{Cursor, ListQuery, Listed, Op, list};
pub use lock::{Lock, lock};
pub use many::many;
pub use payments_list::{
    Count, Order, Page, PageAt, PaymentsFilter, intent_changed, payments_count, payments_page, payments_tally,
};
pub use row::{Row, Value};
pub use rows::Scope;
pub use store::{Options, Store};
pub use table::{Scoped, Table, Versioned, all_where, find, get, insert, update};
pub use url::DatabaseUrl;
pub use writer::{Command, command};
