//! The HTTP API: thin handlers over the engine, one file a resource; and what stands before them all: keys, limits, bodies,
//! idempotency, errors in the API's shapes.

mod ask;
mod docs;
mod document;
mod failure;
mod front;
mod keyed;
mod limit;
mod params;
mod record;
mod resources;

use std::ops::Deref;
use std::sync::Arc;

use axum::Router;
use axum::middleware::from_fn_with_state;
use axum::response::IntoResponse;
use axum::routing::any;
use engine::{ApiVersion, Engine};

pub use document::{openapi_v1, openapi_v2};

use limit::Limit;
use record::Record;
use tower_http::catch_panic::CatchPanicLayer;

/// Requests a second that a key has, unless configured otherwise.
pub const RATE_LIMIT: u32 = 500;

#[derive(Debug, Clone)]
pub struct Config {
    /// Scheme and host of the pages, without a trailing slash; payers' addresses are built from it.
    pub public_url: String,
    /// Requests a second a key; none or 0: no limit.
    pub rate_limit: Option<u32>,
}

/// What the handlers of one version share. Each layer that a request passes has a handle of its own.
#[derive(Clone)]
pub(crate) struct Api(Arc<Shared>);

pub(crate) struct Shared {
    pub(crate) engine: Engine,
    pub(crate) version: ApiVersion,
    pub(crate) public_url: Arc<str>,
    pub(crate) limit: Option<Arc<Limit>>,
    pub(crate) record: Record,
}

impl Deref for Api {
    type Target = Shared;
    fn deref(&self) -> &Shared {
        &self.0
    }
}

/// `/v1/…`, `/v2/…`, `/openapi.json`, `/openapi-v1.json` and `/docs`. Begins the task that keeps the log of requests.
pub fn router(engine: Engine, config: Config) -> Router {
    let limit = config.rate_limit.and_then(Limit::new).map(Arc::new);
    let public_url: Arc<str> = config.public_url.trim_end_matches('/').into();
    let record = Record::new(engine.clone());
    let api = |version| {
        let shared =
            Shared { engine: engine.clone(), version, public_url: public_url.clone(), limit: limit.clone(), record: record.clone() };
        Api(Arc::new(shared))
    };
    Router::new()
        .merge(version("/v2", api(ApiVersion::V2), resources::v2().into()))
        .merge(version("/v1", api(ApiVersion::V1), resources::v1()))
        .merge(docs::router())
}

fn version(prefix: &str, api: Api, routes: Router<Api>) -> Router {
    let front = from_fn_with_state(api.clone(), front::front);
    let routes = routes
        .fallback(failure::no_such_address)
        .method_not_allowed_fallback(failure::method_not_allowed)
        .layer(CatchPanicLayer::custom(|_| failure::bug().into_response()))
        .layer(front.clone())
        .with_state(api);
    // A nested router doesn't see its own name with a slash.
    Router::new().route(&format!("{prefix}/"), any(failure::no_such_address)).layer(front).nest(prefix, routes)
}
