//! Home: what needs somebody, today, and a period against the one before.

mod asked;
pub mod data;
mod figures;
mod first;
pub mod messages;
mod needs;
mod page;
mod refunds;

pub use asked::{Asked, PATH, Period, RefundsAsked, behind};
#[cfg(not(target_arch = "wasm32"))]
pub use figures::percent;
pub use page::HomePage;
pub use refunds::RefundsPage;
