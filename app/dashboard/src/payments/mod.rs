//! Payments: the list, a payment's page, and what can be done to a payment.

mod actions;
pub mod amount;
mod attempts;
mod bulk;
pub mod columns;
pub mod data;
pub mod file;
pub mod file_words;
mod filters;
pub mod labels;
mod list;
pub mod list_messages;
mod notes;
mod page;
pub mod parts;
pub mod query;
pub mod reasons;
mod refund_many;
mod requests;
mod rows;
mod sides;
mod story;
mod timeline;
mod views;

pub use list::PaymentsPage;
pub use page::PaymentPage;
pub use refund_many::RefundManyPage;
