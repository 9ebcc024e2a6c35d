//! Refusals as error bodies, in the words of each version.

use engine::ApiVersion;
use model::error::{Code, Refused};
use serde::Serialize;
use serde_json::{Value, json};
use utoipa::ToSchema;

use crate::problem::{Problem, Step, detail};

/// What every refusal but a 422 answers.
#[derive(Debug, Serialize, ToSchema)]
pub struct ErrorOut {
    pub error: ErrorBody,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct ErrorBody {
    /// `invalid_request_error`, `idempotency_error`, `rate_limit_error` or `api_error`.
    #[serde(rename = "type")]
    pub kind: String,
    /// Stable, for programs.
    pub code: String,
    /// A sentence; for duplicates `{"id", "error"}` with the id of the existing object.
    pub message: Value,
    /// The input at fault.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub field: Option<String>,
    /// What the object's state allows instead.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub allowed: Vec<String>,
}

/// What a request with unacceptable inputs answers.
#[derive(Debug, Serialize, ToSchema)]
pub struct ValidationErrorOut {
    pub detail: Vec<ValidationProblemOut>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct ValidationProblemOut {
    /// The way to the input: `["body", "card", "number"]`.
    pub loc: Vec<Value>,
    pub msg: String,
    #[serde(rename = "type")]
    pub kind: String,
}

/// An error body for what no code of the model names: 405 and 415.
pub fn error_body(code: &str, message: &str) -> Value {
    json!({ "error": { "type": "invalid_request_error", "code": code, "message": message } })
}

/// The body of a refusal. `of` says where its field stands when it is a 422: `body` or `query`.
pub fn refusal(refused: &Refused, version: ApiVersion, of: &'static str) -> Value {
    if refused.code.http_status() == 422 {
        return detail(&[problem(refused, of)]);
    }
    let error = ErrorBody {
        kind: refused.code.kind().to_owned(),
        code: refused.code.as_str().to_owned(),
        message: message(refused, version),
        field: refused.field.clone(),
        allowed: refused.allowed.clone(),
    };
    json!({ "error": error })
}

fn message(refused: &Refused, version: ApiVersion) -> Value {
    match (&refused.existing, &refused.absent, version) {
        (Some(id), _, _) => json!({ "id": id, "error": refused.message }),
        (None, Some(absent), ApiVersion::V1) => json!(format!("No such {} {}", absent.noun, absent.given)),
        _ => json!(refused.message),
    }
}

fn problem(refused: &Refused, of: &'static str) -> Problem {
    let mut loc = vec![Step::from(of)];
    if let Some(field) = &refused.field {
        loc.extend(field.split('.').map(|step| step.parse().map_or_else(|_| Step::from(step.to_owned()), Step::Place)));
    }
    let kind = match refused.code {
        Code::UnknownField => "extra_forbidden",
        Code::Missing => "missing",
        Code::OutOfRange => "out_of_range",
        Code::NoMethod => "no_method",
        _ => "value_error",
    };
    Problem::new(loc, kind, refused.message.clone())
}
