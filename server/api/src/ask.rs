//! One authenticated request as handlers see it.

use axum::extract::{FromRequestParts, Path};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use engine::{ApiVersion, Caller};
use http::header::CONTENT_TYPE;
use http::request::Parts;
use http::{HeaderValue, StatusCode};
use model::error::{Code, Refused};
use serde::Serialize;
use serde_json::Value;
use wire::query::{Asked, Filters};
use wire::{Problem, Reader, View};

use crate::failure::{Failure, no_such_address};

pub(crate) type Answer = Result<Response, Failure>;

#[derive(Clone)]
pub(crate) struct Ask {
    pub(crate) caller: Caller,
    pub(crate) view: View,
    /// Empty for GET, whatever was sent.
    pub(crate) body: Bytes,
    pub(crate) query: Vec<(String, String)>,
}

impl<S: Send + Sync> FromRequestParts<S> for Ask {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Failure> {
        // Every route stands behind the layer that puts it there.
        parts.extensions.get::<Self>().cloned().ok_or_else(|| Refused::of(Code::Internal).into())
    }
}

/// The id in the address, whatever it is. Bytes that are no text name nothing.
pub(crate) struct Id(pub(crate) String);

impl<S: Send + Sync> FromRequestParts<S> for Id {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Failure> {
        match Path::from_request_parts(parts, state).await {
            Ok(Path(id)) => Ok(Self(id)),
            Err(_) => Err(no_such_address().await),
        }
    }
}

impl Ask {
    pub(crate) fn version(&self) -> ApiVersion {
        self.view.version
    }

    /// Reads the body as a JSON object; an empty body is an empty object.
    pub(crate) fn read<T>(&self, parse: impl FnOnce(&mut Reader<'_>) -> Option<T>) -> Result<T, Failure> {
        Ok(Reader::read(json(&self.body)?, parse)?)
    }

    pub(crate) fn list(&self, filters: Filters) -> Result<Asked, Failure> {
        Ok(wire::query::list(&self.query, filters, self.version())?)
    }

    pub(crate) fn answer(&self, out: &impl Serialize) -> Response {
        ([(CONTENT_TYPE, HeaderValue::from_static("application/json"))], self.view.written(out)).into_response()
    }

    /// What was deleted. v1's clients take an id out of any body, and have an object again that isn't there.
    pub(crate) fn deleted(&self, out: &impl Serialize) -> Response {
        if self.view.is_v1() { StatusCode::NO_CONTENT.into_response() } else { self.answer(out) }
    }
}

/// The body's JSON; none for an empty body.
pub(crate) fn json(body: &[u8]) -> Result<Option<Value>, Failure> {
    if body.is_empty() {
        return Ok(None);
    }
    let text = std::str::from_utf8(body).map_err(|error| {
        let msg = format!("The body is not UTF-8: byte {} is wrong", error.valid_up_to());
        Failure::from(vec![Problem::of_body("json_invalid", msg)])
    })?;
    match serde_json::from_str(text) {
        Ok(value) => Ok(Some(value)),
        Err(error) => Err(vec![Problem::of_body("json_invalid", format!("JSON decode error: {error}"))].into()),
    }
}
