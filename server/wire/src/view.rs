//! For whom an answer is rendered.

use std::sync::Arc;

use engine::ApiVersion;
use model::time::Timestamp;
use serde::Serialize;
use serde_json::{Value, json};

/// Version, environment and client of one request.
#[derive(Debug, Clone)]
pub struct View {
    pub version: ApiVersion,
    /// Production; v1 objects say so.
    pub live: bool,
    /// Stancer's PHP client throws on words its enumerations lack: it gets the nearest one it knows.
    pub closed_enums: bool,
    /// Scheme and host of the pages, without a trailing slash.
    pub public_url: Arc<str>,
}

impl View {
    /// `user_agent` as sent.
    pub fn new(version: ApiVersion, live: bool, user_agent: Option<&str>, public_url: Arc<str>) -> Self {
        let closed_enums = user_agent.is_some_and(|agent| agent.starts_with("libstancer-php/"));
        Self { version, live, closed_enums, public_url }
    }

    pub const fn is_v1(&self) -> bool {
        matches!(self.version, ApiVersion::V1)
    }

    /// An object or list as its answer's body, written.
    pub fn written(&self, out: &impl Serialize) -> Vec<u8> {
        let written = if self.is_v1() { serde_json::to_vec(&self.body(out)) } else { serde_json::to_vec(out) };
        written.unwrap_or_default()
    }

    /// The same, to stand in another's body.
    pub fn body(&self, out: &impl Serialize) -> Value {
        let mut body = serde_json::to_value(out).unwrap_or_default();
        if let (true, Value::Object(fields)) = (self.is_v1(), &mut body) {
            fields.insert("live_mode".to_owned(), json!(self.live));
        }
        body
    }

    /// Both versions' clients read seconds since 1970.
    pub(crate) fn seconds(at: Timestamp) -> i64 {
        at.as_unix_seconds()
    }

    /// A page's absolute address.
    pub(crate) fn absolute(&self, path: &str) -> String {
        if path.starts_with('/') { format!("{}{path}", self.public_url) } else { path.to_owned() }
    }
}
