//! `Idempotency-Key`: the same request again gets the first one's answer.

use std::future::Future;

use axum::body::{Body, to_bytes};
use axum::response::Response;
use bytes::Bytes;
use engine::{Begun, Keyed};
use http::header::CONTENT_TYPE;
use http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode};
use model::error::{Code, Refused};
use serde_json::Value;
use wire::Problem;

use crate::ask::Ask;
use crate::failure::{Failure, worded};
use crate::{Api, resources};

const KEY: HeaderName = HeaderName::from_static("idempotency-key");
const REPLAYED: HeaderName = HeaderName::from_static("idempotent-replayed");
/// Characters.
const KEY_MAX: usize = 255;
/// Larger than any answer, in bytes.
const ANSWER_MAX: usize = 16_000_000;

/// The request's key, where it has one and changes something.
pub(crate) fn keyed(api: &Api, method: &Method, path: &str, headers: &HeaderMap, body: &Bytes) -> Result<Option<Keyed>, Failure> {
    if !matches!(*method, Method::POST | Method::PATCH | Method::DELETE) {
        return Ok(None);
    }
    let Some(value) = headers.get(KEY) else { return Ok(None) };
    let key = value.to_str().ok().filter(|key| (1..=KEY_MAX).contains(&key.len()));
    let Some(key) = key else {
        let msg = format!("Should be 1 to {KEY_MAX} visible ASCII characters");
        return Err(vec![Problem::new(["header".into(), "Idempotency-Key".into()], "value_error", msg)].into());
    };
    let path = path.trim_end_matches('/');
    let json = serde_json::from_slice(body).unwrap_or_else(|_| Value::from(String::from_utf8_lossy(body)));
    let fingerprint = api.engine.fingerprint(method.as_str(), path, &json);
    Ok(Some(Keyed { method: method.as_str().to_owned(), path: path.to_owned(), key: key.to_owned(), fingerprint }))
}

/// Runs the request unless it ran before.
pub(crate) async fn once<Run: Future<Output = Response>>(
    api: &Api,
    mut ask: Ask,
    keyed: &Keyed,
    run: impl FnOnce(Ask) -> Run,
) -> Result<Response, Failure> {
    match api.engine.begin_keyed(&ask.caller, keyed).await? {
        Begun::New(caller) => {
            ask.caller = caller;
            let response = run(ask.clone()).await;
            kept(api, &ask, keyed, response).await
        }
        Begun::Replay { status, body } => Ok(again(status, body)),
        Begun::Continue { object, caller } => {
            let (status, body) = if ask.view.is_v1() && keyed.method == "DELETE" {
                (204, String::new())
            } else {
                (200, resources::present(api, &ask, &object).await?.to_string())
            };
            api.engine.finish_keyed(&caller, status, &body).await?;
            Ok(again(status, body))
        }
    }
}

/// Keeps an answer that the same request shall get again.
async fn kept(api: &Api, ask: &Ask, keyed: &Keyed, response: Response) -> Result<Response, Failure> {
    let keep = match response.extensions().get::<Failure>() {
        Some(failure) => failure.is_kept(),
        None => response.status().is_success(),
    };
    let method = Method::from_bytes(keyed.method.as_bytes()).unwrap_or(Method::POST);
    let response = worded(response, ask.version(), &method);
    if !keep {
        return Ok(response);
    }
    let (parts, body) = response.into_parts();
    let Ok(bytes) = to_bytes(body, ANSWER_MAX).await else { return Err(Refused::of(Code::Internal).into()) };
    // What the request did stands, whether or not its answer can be kept: it is asked for again by its object then.
    match api.engine.finish_keyed(&ask.caller, parts.status.as_u16(), &String::from_utf8_lossy(&bytes)).await {
        Err(refused) if refused.code == Code::IdempotencyInProgress => return Err(refused.into()),
        Err(refused) => tracing::warn!(code = refused.code.as_str(), "an answer under an Idempotency-Key was not kept"),
        Ok(()) => {}
    }
    Ok(Response::from_parts(parts, Body::from(bytes)))
}

fn again(status: u16, body: String) -> Response {
    let mut response = Response::new(Body::from(body));
    *response.status_mut() = StatusCode::from_u16(status).unwrap_or(StatusCode::OK);
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    response.headers_mut().insert(REPLAYED, HeaderValue::from_static("true"));
    response
}
