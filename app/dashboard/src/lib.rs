//! The merchant's application: one page application, rendered on the server first.

mod app;
mod ask;
mod copy;
mod denied;
mod developers;
mod failure;
mod frame;
mod home;
mod links;
mod live;
mod messages;
mod pages;
mod palette;
mod payments;
#[cfg(not(target_arch = "wasm32"))]
mod server;
mod settings;
mod shell;
mod told;

#[cfg(not(target_arch = "wasm32"))]
pub use server::{Config, router};

/// Takes the whole body over. The page for signing in has no frame and stays the plain form it is. `data-hydrated` on the root element
/// tells tests and styles that the page now answers by itself.
#[cfg(target_arch = "wasm32")]
pub fn hydrate() {
    // In a release a panic says nothing: its words would weigh more than the page.
    #[cfg(debug_assertions)]
    std::panic::set_hook(Box::new(|why| web_sys::console::error_1(&why.to_string().into())));
    wasm_bindgen_futures::spawn_local(async {
        let frame = frame::read();
        if frame.is_none() {
            shell::pins::forget();
        }
        if let Some(frame) = frame {
            // A page whose part could not be loaded stays as it is: it works without script.
            if !pages::arrived(&frame::part()).await {
                return;
            }
            let app = move || {
                leptos::prelude::provide_context(frame);
                app::App()
            };
            // Never `hydrate_from_async`: the bundler leaves out what it would need.
            leptos::mount::hydrate_from(leptos::tachys::dom::body(), app).forget();
        }
        if let Some(root) = leptos::prelude::document().document_element() {
            drop(root.set_attribute("data-hydrated", ""));
        }
    });
}
