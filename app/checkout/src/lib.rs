//! The payer's application. Pages are plain HTML with plain forms; only the card form is hydrated, and works without.

mod check;
mod form;
#[cfg(target_arch = "wasm32")]
mod hydrate;
#[cfg(not(target_arch = "wasm32"))]
mod server;
mod state;

#[cfg(target_arch = "wasm32")]
pub use hydrate::hydrate;
#[cfg(not(target_arch = "wasm32"))]
pub use server::{INLINE, is_brand_style, not_found, router};

/// The element whose content the browser takes over.
const FORM_ID: &str = "card-form";
