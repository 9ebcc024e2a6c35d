//! The only room with SQL: one text for SQLite and PostgreSQL.

pub mod row;
pub mod rows;
