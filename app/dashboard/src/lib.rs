//! The merchant's application: one page application, rendered on the server first.

mod app;
mod failure;
mod frame;
mod live;
mod messages;
mod payments;
#[cfg(not(target_arch = "wasm32"))]
mod server;
mod shell;

#[cfg(not(target_arch = "wasm32"))]
pub use server::{Config, router};

/// Takes the whole body over. The page for signing in has no frame and stays the plain form it is.
#[cfg(target_arch = "wasm32")]
pub fn hydrate() {
    if let Some(frame) = frame::read() {
        leptos::mount::hydrate_body(move || {
            leptos::prelude::provide_context(frame);
            app::App()
        });
    }
}
