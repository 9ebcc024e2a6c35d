//! What has no row: the probe and the sandbox clock.

use engine::{Advanced, Caller, SandboxClock};
use serde::Serialize;
use utoipa::ToSchema;

use crate::View;

#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct PingOut {
    /// `test` or `live`.
    pub mode: String,
    pub account: String,
}

impl PingOut {
    pub fn of(caller: &Caller) -> Self {
        let scope = caller.scope();
        let mode = if scope.environment.is_sandbox() { "test" } else { "live" };
        Self { mode: mode.to_owned(), account: scope.account.to_string() }
    }
}

/// The sandbox's now runs on with real time, ahead of it.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ClockOut {
    /// Seconds since 1970.
    pub now: i64,
    /// Seconds ahead of real time.
    pub offset: i64,
}

pub fn clock(clock: SandboxClock) -> ClockOut {
    ClockOut { now: View::seconds(clock.now), offset: clock.offset.div_euclid(model::time::SECOND) }
}

#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct AdvancedOut {
    /// Seconds since 1970.
    pub now: i64,
    /// How much due work was done.
    pub ran: i64,
    /// How much is still due: call again with `advance_seconds: 0`.
    pub remaining: i64,
}

pub fn advanced(advanced: Advanced) -> AdvancedOut {
    AdvancedOut { now: View::seconds(advanced.now), ran: advanced.ran, remaining: advanced.remaining }
}
