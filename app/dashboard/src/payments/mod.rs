//! Payments: the list, a payment's page, and what can be done to a payment.

mod actions;
pub mod amount;
pub mod data;
pub mod file;
pub mod labels;
mod list;
mod page;
mod parts;
pub mod query;
mod reasons;
mod timeline;

pub use list::PaymentsPage;
pub use page::PaymentPage;
