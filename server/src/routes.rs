//! Which room answers which address.

use std::convert::Infallible;

use acquirer::bank_router;
use axum::Router;
use axum::extract::{Request, State};
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{Redirect, Response};
use axum::routing::get;
use engine::Engine;
use tower::ServiceExt;

use crate::{notice, verify};

/// What the rooms are told of the door that requests come in by.
#[derive(Debug, Clone)]
pub struct Door {
    /// Scheme and host of the pages, without a trailing slash.
    pub public_url: String,
    /// Whether browsers come by TLS.
    pub secure: bool,
    /// Requests a second a key.
    pub rate_limit: Option<u32>,
}

/// The pages and the API. They are not merged into one table: the payer's pages have addresses of one and two free parts, which would take
/// the API's unknown addresses from it.
pub fn router(pages: Router, api: Router) -> Router {
    Router::new().fallback(split).with_state(Halves { pages, api })
}

#[derive(Clone)]
struct Halves {
    pages: Router,
    api: Router,
}

async fn split(State(halves): State<Halves>, request: Request) -> Result<Response, Infallible> {
    let half = if is_api(request.uri().path()) { halves.api } else { halves.pages };
    half.oneshot(request).await
}

/// Whether programs ask there, with keys and not with cookies.
pub fn is_api(path: &str) -> bool {
    let first = path.trim_start_matches('/').split('/').next().unwrap_or_default();
    matches!(first, "v1" | "v2" | "openapi.json" | "openapi-v1.json" | "docs")
}

/// What programs ask.
pub fn api(engine: &Engine, door: &Door) -> Router {
    api::router(engine.clone(), api::Config { public_url: door.public_url.clone(), rate_limit: door.rate_limit })
}

/// What browsers ask.
pub fn pages(engine: &Engine, door: &Door) -> Router {
    Router::new()
        .route("/", get(|| async { Redirect::to("/dashboard") }))
        .route("/health", get(|| async { "ok" }))
        .route("/scripts.json", get(|| async { ([(CONTENT_TYPE, "application/json")], verify::scripts()) }))
        .merge(assets::router())
        .merge(bank_router(engine.bank_memory(), engine.bank_clock()))
        .merge(dashboard::router(engine.clone(), dashboard::Config { secure: door.secure }))
        .merge(checkout::router(engine.clone()))
        .fallback(checkout::not_found)
        .method_not_allowed_fallback(|headers: HeaderMap| async move { notice::page(StatusCode::METHOD_NOT_ALLOWED, &headers) })
}

#[cfg(test)]
mod tests {
    use super::is_api;

    #[test]
    fn programs_and_browsers_are_told_apart_by_the_first_part_of_the_address() {
        for path in ["/v1", "/v2/", "/v2/payment_intents/", "/v1/nothing/of/the/kind", "/openapi.json", "/docs/style.css"] {
            assert!(is_api(path), "{path}");
        }
        for path in ["/", "/v3/ping", "/v10", "/dashboard/v2", "/pi_v2", "/health"] {
            assert!(!is_api(path), "{path}");
        }
    }
}
