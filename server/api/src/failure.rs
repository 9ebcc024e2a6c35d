//! Everything that isn't an answer. Handlers only say what is wrong; the words of the version are put in one place.

use axum::Json;
use axum::response::{IntoResponse, Response};
use engine::ApiVersion;
use http::header::{RETRY_AFTER, WWW_AUTHENTICATE};
use http::{HeaderValue, Method, StatusCode};
use model::error::{Code, Refused};
use serde_json::Value;
use wire::Problem;

#[derive(Debug, Clone)]
pub(crate) enum Failure {
    Refused(Box<Refused>),
    /// 422, all at once.
    Problems(Vec<Problem>),
    /// What isn't the engine's to refuse.
    Plain {
        status: StatusCode,
        code: &'static str,
        message: &'static str,
    },
}

impl From<Refused> for Failure {
    fn from(refused: Refused) -> Self {
        Self::Refused(Box::new(refused))
    }
}

impl From<Vec<Problem>> for Failure {
    fn from(problems: Vec<Problem>) -> Self {
        Self::Problems(problems)
    }
}

/// Leaves itself in the answer; [`worded`] writes the body.
impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        let mut response = self.status().into_response();
        response.extensions_mut().insert(self);
        response
    }
}

impl Failure {
    fn status(&self) -> StatusCode {
        match self {
            Self::Refused(refused) => StatusCode::from_u16(refused.code.http_status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR),
            Self::Problems(_) => StatusCode::UNPROCESSABLE_ENTITY,
            Self::Plain { status, .. } => *status,
        }
    }

    /// Whether the same request under its `Idempotency-Key` gets this answer again: what the business refuses, and
    /// nothing that another try, or a corrected one, may change.
    pub(crate) fn is_kept(&self) -> bool {
        let Self::Refused(refused) = self else { return false };
        let transient = matches!(
            refused.code,
            Code::Unauthorized
                | Code::Forbidden
                | Code::TooManyRequests
                | Code::Conflict
                | Code::OperationInProgress
                | Code::IdempotencyMismatch
                | Code::IdempotencyInProgress
        );
        let status = refused.code.http_status();
        (400..500).contains(&status) && status != 422 && !transient && refused.retry_after.is_none()
    }

    fn body(&self, version: ApiVersion, method: &Method) -> Value {
        let of = if method == Method::GET { "query" } else { "body" };
        match self {
            Self::Refused(refused) => wire::refusal(refused, version, of),
            Self::Problems(problems) => wire::detail(problems),
            Self::Plain { code, message, .. } => wire::error_body(code, message),
        }
    }
}

/// Writes the body of a failure in the words of the version; other answers pass as they are.
pub(crate) fn worded(mut response: Response, version: ApiVersion, method: &Method) -> Response {
    let Some(failure) = response.extensions_mut().remove::<Failure>() else { return response };
    if let Failure::Refused(refused) = &failure
        && refused.code.http_status() >= 500
    {
        tracing::error!(code = refused.code.as_str(), "a request failed");
    }
    let mut worded = (failure.status(), Json(failure.body(version, method))).into_response();
    // `Allow` of a 405 is set by then.
    worded.headers_mut().extend(
        response.headers().iter().filter(|(name, _)| *name == http::header::ALLOW).map(|(name, value)| (name.clone(), value.clone())),
    );
    if let Failure::Refused(refused) = &failure {
        if let Some(seconds) = refused.retry_after {
            worded.headers_mut().insert(RETRY_AFTER, HeaderValue::from(seconds));
        }
        if refused.code == Code::Unauthorized {
            worded.headers_mut().insert(WWW_AUTHENTICATE, HeaderValue::from_static("Basic realm=\"API\", charset=\"UTF-8\""));
        }
    }
    worded
}

pub(crate) async fn no_such_address() -> Failure {
    Failure::Plain { status: StatusCode::NOT_FOUND, code: "no_such_address", message: "There is no such address" }
}

pub(crate) async fn method_not_allowed() -> Failure {
    Failure::Plain { status: StatusCode::METHOD_NOT_ALLOWED, code: "method_not_allowed", message: "This address does not take this method" }
}

/// A handler panicked: its words are in the log.
pub(crate) fn bug() -> Failure {
    Failure::from(Refused::of(Code::Internal))
}

pub(crate) fn not_json() -> Failure {
    Failure::Plain {
        status: StatusCode::UNSUPPORTED_MEDIA_TYPE,
        code: "unsupported_media_type",
        message: "Bodies are JSON: send Content-Type: application/json",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_another_try_may_change_is_not_kept() {
        for (code, kept) in
            [(Code::Conflict, false), (Code::OperationInProgress, false), (Code::Unavailable, false), (Code::RefundTooHigh, true)]
        {
            assert_eq!(Failure::from(Refused::of(code)).is_kept(), kept, "{code:?}");
        }
    }
}
