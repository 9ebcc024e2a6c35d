//! What every request of the API goes through: its key, its limit, its body, its `Idempotency-Key`.

use axum::body::Body;
use axum::extract::{OriginalUri, Query, Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::{Bytes, BytesMut};
use engine::Caller;
use futures::StreamExt;
use http::header::{AUTHORIZATION, CACHE_CONTROL, CONTENT_TYPE, USER_AGENT};
use http::request::Parts;
use http::{HeaderMap, HeaderName, HeaderValue, Method};
use model::error::{Code, Refused};
use tower_http::request_id::RequestId;
use tracing::Instrument as _;
use wire::View;

use crate::ask::Ask;
use crate::failure::{Failure, not_json, worded};
use crate::limit::Standing;
use crate::record::Seen;
use crate::{Api, keyed};

/// The largest body, in bytes.
const BODY_MAX: usize = 1_000_000;
/// A body too large is read to its end up to here, in bytes: a client that is cut off doesn't read the answer.
const READ_MAX: usize = 32_000_000;

const REQUEST_ID: HeaderName = HeaderName::from_static("request-id");

pub(crate) async fn front(State(api): State<Api>, request: Request, next: Next) -> Response {
    let method = request.method().clone();
    let request_id = request.extensions().get::<RequestId>().map(|id| id.header_value().clone());
    let (begun, headers) = (api.engine.real_now(), request.headers().clone());
    let (mut standing, mut seen) = (None, Seen::default());
    let result = through(&api, request, next, request_id.as_ref(), &mut standing, &mut seen).await;
    let response = worded(result.unwrap_or_else(IntoResponse::into_response), api.version, &method);
    let mut response = api.record.answered(&api.engine, begun, seen, &method, &headers, response).await;
    if let Some(standing) = standing {
        standing.tell(&mut response);
    }
    // Payers' data and keys' answers belong in no cache.
    response.headers_mut().entry(CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    if let Some(id) = request_id {
        response.headers_mut().insert(REQUEST_ID, id);
    }
    response
}

async fn through(
    api: &Api,
    request: Request,
    next: Next,
    request_id: Option<&HeaderValue>,
    standing: &mut Option<Standing>,
    seen: &mut Seen,
) -> Result<Response, Failure> {
    let (mut parts, body) = request.into_parts();
    let request_id = request_id.and_then(|id| id.to_str().ok()).map(str::to_owned);
    let caller = caller(api, &parts.headers, request_id).await?;
    seen.caller = Some(caller.clone());
    seen.path = path_of(&parts);
    *standing = counted(api, &caller)?;
    let any_body = parts.uri.path().ends_with("/capture");
    let body = match parts.method {
        // PHP's client sends the last request's body along with a GET.
        Method::GET | Method::HEAD => Bytes::new(),
        _ => Box::pin(whole(body)).await?,
    };
    seen.body = body.clone();
    if !any_body && !body.is_empty() && !says_json(&parts.headers) {
        return Err(not_json());
    }
    let Query(query) = Query::try_from_uri(&parts.uri).unwrap_or_default();
    let agent = parts.headers.get(USER_AGENT).and_then(|agent| agent.to_str().ok());
    let live = !caller.scope().environment.is_sandbox();
    let view = View::new(api.version, live, agent, api.public_url.clone());
    let keyed = keyed::keyed(api, &parts.method, &seen.path, &parts.headers, &body)?;
    let ask = Ask { caller, view, body, query };
    let run = |ask: Ask| {
        parts.extensions.insert(ask);
        next.run(Request::from_parts(parts, Body::empty()))
    };
    match keyed {
        Some(keyed) => {
            // A client that hangs up cancels neither the change nor the keeping of its answer: asking again is told it at once.
            let (engine, api) = (api.engine.clone(), api.clone());
            let once = async move { keyed::once(&api, ask, &keyed, run).await };
            // Boxed: every request would else make room for it, and be moved with it.
            Box::pin(engine.apart(once.in_current_span())).await?
        }
        None => Ok(run(ask).await),
    }
}

/// As the client wrote it, with the version.
fn path_of(parts: &Parts) -> String {
    parts.extensions.get::<OriginalUri>().map_or_else(|| parts.uri.path(), |uri| uri.path()).to_owned()
}

/// Secret keys only: a public one is no secret, it stands in payers' addresses.
async fn caller(api: &Api, headers: &HeaderMap, request_id: Option<String>) -> Result<Caller, Failure> {
    let key = headers.get(AUTHORIZATION).and_then(|value| value.to_str().ok()).and_then(key_of);
    let Some(key) = key else { return Err(Refused::of(Code::Unauthorized).into()) };
    if let Some(prefix) = ["ptest_", "pprod_"].into_iter().find(|prefix| key.starts_with(prefix)) {
        let secret = prefix.replacen('p', "s", 1);
        let message = format!("This needs a secret key ({secret}…); {prefix}… is a public one");
        return Err(Refused::new(Code::Unauthorized, message).into());
    }
    Ok(api.engine.caller_for_key(&key, request_id).await?)
}

/// The key of `Basic` (as user name) or `Bearer`.
fn key_of(header: &str) -> Option<String> {
    let (scheme, value) = header.split_once(' ')?;
    let value = value.trim();
    if scheme.eq_ignore_ascii_case("bearer") {
        return Some(value.to_owned());
    }
    if !scheme.eq_ignore_ascii_case("basic") {
        return None;
    }
    let pair = String::from_utf8(STANDARD.decode(value).ok()?).ok()?;
    pair.split_once(':').map(|(user, _)| user.to_owned())
}

fn counted(api: &Api, caller: &Caller) -> Result<Option<Standing>, Failure> {
    let Some(limit) = &api.limit else { return Ok(None) };
    let standing = limit.count(&caller.actor().to_string());
    if standing.wait > 0 {
        return Err(Refused::of(Code::TooManyRequests).retry_after(standing.wait).into());
    }
    Ok(Some(standing))
}

async fn whole(body: Body) -> Result<Bytes, Failure> {
    let mut stream = body.into_data_stream();
    let mut bytes = BytesMut::new();
    let mut seen = 0;
    while let Some(chunk) = stream.next().await {
        // Whoever stopped sending doesn't read the answer either.
        let Ok(chunk) = chunk else { return Err(Refused::new(Code::Invalid, "The body did not arrive whole").into()) };
        seen += chunk.len();
        if seen <= BODY_MAX {
            bytes.extend_from_slice(&chunk);
        } else if seen > READ_MAX {
            break;
        }
    }
    if seen > BODY_MAX {
        return Err(Refused::of(Code::BodyTooLarge).into());
    }
    Ok(bytes.freeze())
}

/// A body without a type is taken for JSON.
fn says_json(headers: &HeaderMap) -> bool {
    let Some(value) = headers.get(CONTENT_TYPE) else { return true };
    let kind = value.to_str().unwrap_or_default().split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    kind == "application/json" || (kind.starts_with("application/") && kind.ends_with("+json"))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use proptest::sample::select;

    use super::*;

    fn headers() -> impl Strategy<Value = String> {
        let pieces = &[
            "Basic",
            "basic",
            "BEARER",
            "Bearer",
            "Digest",
            " ",
            "  ",
            "\t",
            ":",
            "=",
            "==",
            "c3Rlc3RfQTo=",
            "c3Rlc3RfQQ==",
            "/w==",
            "stest_A",
            "é",
        ][..];
        prop_oneof![4 => prop::collection::vec(select(pieces), 0..6).prop_map(|pieces| pieces.concat()), 1 => any::<String>()]
    }

    proptest! {
        #[test]
        fn a_key_comes_out_as_it_was_put_in(key in "[^:]{0,60}", password in any::<String>(), basic in select(&["Basic", "basic", "BASIC"][..]), bearer in select(&["Bearer", "bearer", "BEARER"][..]), gap in " {1,3}", token in "[!-~]{1,80}") {
            let pair = STANDARD.encode(format!("{key}:{password}"));
            prop_assert_eq!(key_of(&format!("{basic}{gap}{pair}")), Some(key));
            prop_assert_eq!(key_of(&format!("{bearer}{gap}{token}{gap}")), Some(token));
        }

        #[test]
        fn any_header_holds_a_key_or_none(header in headers(), bytes in any::<Vec<u8>>()) {
            let scheme = header.split(' ').next().unwrap_or_default().to_ascii_lowercase();
            match key_of(&header) {
                // It is looked up as it stands: no room around it, and none of the password.
                Some(key) if scheme == "bearer" => prop_assert!(key == key.trim() && header.contains(&key)),
                Some(key) => prop_assert!(scheme == "basic" && !key.contains(':')),
                None => prop_assert!(scheme != "bearer" || !header.contains(' ')),
            }
            let user = String::from_utf8(bytes.clone()).ok().and_then(|text| text.split_once(':').map(|(user, _)| user.to_owned()));
            prop_assert_eq!(key_of(&format!("Basic {}", STANDARD.encode(&bytes))), user);
        }
    }
}
