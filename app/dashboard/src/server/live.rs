//! `/_live`: the stream by which a visible window hears that something changed.

use std::convert::Infallible;
use std::time::Duration;

use axum::{
    extract::{RawQuery, State},
    http::{HeaderMap, HeaderName, StatusCode, header},
    response::{
        IntoResponse, Response,
        sse::{Event, KeepAlive, Sse},
    },
};
use engine::Heard;
use futures::{Stream, StreamExt, stream};
use model::error::Code;

use super::Desk;

/// How long a window waits before it asks again when a stream broke off.
const RETRY: Duration = Duration::from_secs(3);
/// A quiet stream says so this often, for those between us not to think it dead.
const QUIET: Duration = Duration::from_secs(20);
/// Proxies that gather answers before they pass them on leave this one alone.
const UNGATHERED: (HeaderName, &str) = (HeaderName::from_static("x-accel-buffering"), "no");

/// `?seen=` or the last event's id is what the page has seen already.
pub async fn listen(State(desk): State<Desk>, RawQuery(query): RawQuery, headers: HeaderMap) -> Response {
    let Some(token) = desk.token(&headers) else { return nobody() };
    let query = query.unwrap_or_default();
    let last = headers.get("last-event-id").and_then(|id| id.to_str().ok());
    let seen = last.or_else(|| query.split('&').find_map(|pair| pair.strip_prefix("seen=")));
    match desk.engine.listen(&token, seen).await {
        Ok(listening) => {
            let heard = stream::unfold(listening, |mut listening| async move { Some((listening.next().await?, listening)) });
            let answer = Sse::new(events(heard)).keep_alive(KeepAlive::new().interval(QUIET));
            ([(header::CACHE_CONTROL, "no-store"), (UNGATHERED.0, UNGATHERED.1)], answer).into_response()
        }
        Err(refused) if refused.code == Code::Unauthorized => nobody(),
        Err(refused) => StatusCode::from_u16(refused.code.http_status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR).into_response(),
    }
}

/// Tells a browser not to ask again.
fn nobody() -> Response {
    StatusCode::NO_CONTENT.into_response()
}

fn events(heard: impl Stream<Item = Heard>) -> impl Stream<Item = Result<Event, Infallible>> {
    let begin = stream::once(async { Event::default().retry(RETRY).comment("live") });
    let said = heard.map(|heard| match heard {
        Heard::Changed(seen) => Event::default().id(seen).data("changed"),
        Heard::Enough => Event::default().data("enough"),
        Heard::Over => Event::default().data("over"),
    });
    begin.chain(said).map(Ok)
}
