//! The merchant's application: one page application, rendered on the server first.

mod app;
mod home;
#[cfg(not(target_arch = "wasm32"))]
mod routes;

#[cfg(not(target_arch = "wasm32"))]
pub use routes::router;

/// Takes the whole body over.
#[cfg(target_arch = "wasm32")]
pub fn hydrate() {
    leptos::mount::hydrate_body(app::App);
}
