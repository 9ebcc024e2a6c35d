//! What both applications share: the document around a page, its security headers, and the components.

mod badge;
#[cfg(not(target_arch = "wasm32"))]
mod chart;
mod dialog;
#[cfg(not(target_arch = "wasm32"))]
mod document;
mod field;
mod icon;
mod list;
mod menu;
#[cfg(not(target_arch = "wasm32"))]
mod policy;
mod text;

pub use badge::badge;
#[cfg(not(target_arch = "wasm32"))]
pub use chart::{Chart, Point, Scale, round_scale};
pub use dialog::Dialog;
#[cfg(not(target_arch = "wasm32"))]
pub use document::{App, Document, document};
pub use field::{described_by, error_id, error_summary, field, hint_id};
pub use icon::{Icon, icon};
pub use list::{Tab, empty_state, page_state, pager, tabs};
pub use menu::Menu;
#[cfg(not(target_arch = "wasm32"))]
pub use policy::Policy;
pub use text::{amount, escaped, moment};
