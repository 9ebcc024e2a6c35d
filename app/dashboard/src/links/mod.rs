//! Payment links: made in ten seconds, sent by hand, watched until paid.

pub mod data;
mod form;
mod list;
pub mod messages;
mod page;

pub use form::NewLinkPage;
pub use list::LinksPage;
pub use page::LinkPage;

/// The section's address.
pub const PATH: &str = "/dashboard/links";
pub const NEW: &str = "/dashboard/links/new";

pub fn link_href(id: &str) -> String {
    format!("{PATH}/{id}")
}
