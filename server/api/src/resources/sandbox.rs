//! The sandbox clock, by sandbox keys only.

use axum::extract::State;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use wire::input::{self, ClockIn};
use wire::output::{self, AdvancedOut, ClockOut};

use crate::Api;
use crate::ask::{Answer, Ask};

pub(crate) fn routes() -> OpenApiRouter<Api> {
    OpenApiRouter::new().routes(routes!(read, advance))
}

/// Reads the sandbox clock
#[utoipa::path(get, path = "/sandbox/clock", operation_id = "read_sandbox_clock", tag = "sandbox",
    responses((status = OK, description = "What time it is in the sandbox", body = ClockOut)))]
async fn read(State(api): State<Api>, ask: Ask) -> Answer {
    Ok(ask.answer(&output::clock(api.engine.clock(&ask.caller).await?)))
}

/// Advances the sandbox clock
///
/// What falls due until then is done in order: captures, expiries, confirmations.
#[utoipa::path(post, path = "/sandbox/clock", operation_id = "advance_sandbox_clock", tag = "sandbox", request_body = ClockIn,
    responses((status = OK, description = "The new time, and what was done", body = AdvancedOut)))]
async fn advance(State(api): State<Api>, ask: Ask) -> Answer {
    let advance = ask.read(input::advance)?;
    Ok(ask.answer(&output::advanced(api.engine.advance(&ask.caller, advance).await?)))
}
