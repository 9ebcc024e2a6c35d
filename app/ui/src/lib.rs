//! What both applications share: the document around a page, its security headers, and the components.

#[cfg(not(target_arch = "wasm32"))]
mod document;
#[cfg(not(target_arch = "wasm32"))]
mod policy;

#[cfg(not(target_arch = "wasm32"))]
pub use document::{App, Document, document};
#[cfg(not(target_arch = "wasm32"))]
pub use policy::Policy;
