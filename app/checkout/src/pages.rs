//! The payer's pages and the forms they post.

use axum::{
    Router,
    body::Body,
    extract::Path,
    http::{Request, StatusCode},
    response::{IntoResponse, Response},
    routing::get,
};
use leptos::prelude::*;
use leptos_axum::render_app_async_with_context;
use ui::{App, Document, Policy, document};

use crate::{FORM_ID, form::CardForm};

/// `/pi_…` and, for the sandbox, `/test_pi_…`.
pub fn router() -> Router {
    Router::new().route("/{intent}", get(payment).post(payment))
}

async fn payment(Path(intent): Path<String>, request: Request<Body>) -> Response {
    if !intent.starts_with("pi_") && !intent.starts_with("test_pi_") {
        return StatusCode::NOT_FOUND.into_response();
    }
    let render = render_app_async_with_context(|| Policy::default().apply(), page);
    render(request).await
}

fn page() -> impl IntoView {
    let head = Document {
        app: App::Checkout,
        lang: "en",
        title: Some("Payment".into()),
        hydrates: true,
    };
    document(
        head,
        (),
        view! {
            <main class="checkout">
                <h1>"Payment"</h1>
                <div id=FORM_ID><CardForm/></div>
            </main>
        },
    )
}
