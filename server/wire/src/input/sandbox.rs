//! The sandbox clock.

use model::time::Timestamp;
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use crate::Reader;
use crate::output::words;

/// How far one call may advance, in seconds: 400 days.
const FURTHEST: i64 = 400 * 86_400;

/// One of the two.
#[derive(Debug, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ClockIn {
    /// Later than now.
    #[schema(schema_with = words::moment)]
    pub to: Option<Value>,
    /// At most 400 days.
    #[schema(minimum = 0, maximum = 34_560_000)]
    pub advance_seconds: Option<i64>,
}

pub fn advance(r: &mut Reader<'_>) -> Option<engine::Advance> {
    let both = r.has("to") && r.has("advance_seconds");
    let none = !r.has("to") && !r.has("advance_seconds");
    let to: Option<Timestamp> = r.time("to");
    let by = r.integer("advance_seconds", 0, FURTHEST);
    if both || none {
        r.take("to");
        r.problem("to", "value_error", "Give either to or advance_seconds");
        return None;
    }
    to.map(engine::Advance::To).or_else(|| by.map(engine::Advance::By))
}
