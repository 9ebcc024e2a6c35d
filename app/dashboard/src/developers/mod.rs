//! For those who connect a shop: API keys, and what a program needs to begin with.

mod api;
pub mod data;
mod dialogs;
pub mod messages;
mod page;

pub use page::KeysPage;

pub const PATH: &str = "/dashboard/developers/keys";
