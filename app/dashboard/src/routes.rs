//! The application on the server: its pages and its server functions.

use axum::Router;
use leptos::prelude::*;
use leptos_axum::{LeptosRoutes, generate_route_list};
use leptos_meta::MetaTags;
use ui::{Document, Policy, document};

use crate::app::App;

/// `/dashboard/…` and the server functions under `/_fn/…`.
pub fn router() -> Router {
    // Only its name is used, and only by components that we don't: the bundler does what it configures.
    let options = LeptosOptions::builder().output_name("dashboard").build();
    let routes = generate_route_list(App);
    Router::new()
        .leptos_routes_with_context(&options, routes, || Policy::default().apply(), shell)
        .with_state(options)
}

fn shell() -> impl IntoView {
    let head = Document {
        app: ui::App::Dashboard,
        lang: "en",
        title: None,
        hydrates: true,
    };
    document(head, view! { <MetaTags/> }, view! { <App/> })
}
