//! Whether a key works.

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use wire::output::PingOut;

use crate::Api;
use crate::ask::{Answer, Ask};

pub(crate) fn routes() -> OpenApiRouter<Api> {
    OpenApiRouter::new().routes(routes!(ping)).route("/ping/", axum::routing::get(ping))
}

/// Tries a key
#[utoipa::path(get, path = "/ping", tag = "ping", responses((status = OK, description = "The key works", body = PingOut)))]
async fn ping(ask: Ask) -> Answer {
    Ok(ask.answer(&PingOut::of(&ask.caller)))
}
