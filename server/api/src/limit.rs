//! So many requests a second for each key.

use std::num::NonZeroU32;
use std::time::Duration;

use axum::response::Response;
use governor::clock::{Clock, DefaultClock};
use governor::middleware::StateInformationMiddleware;
use governor::state::keyed::DefaultKeyedStateStore;
use governor::{Quota, RateLimiter};
use http::{HeaderName, HeaderValue};

const LIMIT: HeaderName = HeaderName::from_static("ratelimit-limit");
const REMAINING: HeaderName = HeaderName::from_static("ratelimit-remaining");
const RESET: HeaderName = HeaderName::from_static("ratelimit-reset");

pub(crate) struct Limit {
    limiter: RateLimiter<String, DefaultKeyedStateStore<String>, DefaultClock, StateInformationMiddleware>,
    clock: DefaultClock,
    per_second: u32,
}

/// Where a key stands after this request.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Standing {
    limit: u32,
    remaining: u32,
    /// Seconds until the next request is let in; 0 while some are left.
    pub(crate) wait: u32,
}

impl Limit {
    /// None for 0.
    pub(crate) fn new(per_second: u32) -> Option<Self> {
        let quota = Quota::per_second(NonZeroU32::new(per_second)?);
        let limiter = RateLimiter::keyed(quota).with_middleware::<StateInformationMiddleware>();
        Some(Self { limiter, clock: DefaultClock::default(), per_second })
    }

    /// Counts one request of the key.
    pub(crate) fn count(&self, key: &String) -> Standing {
        match self.limiter.check_key(key) {
            Ok(state) => Standing { limit: self.per_second, remaining: state.remaining_burst_capacity(), wait: 0 },
            Err(until) => {
                let wait = until.wait_time_from(self.clock.now());
                let whole = u32::try_from(wait.as_secs()).unwrap_or(u32::MAX);
                let wait = whole.saturating_add(u32::from(wait > Duration::from_secs(wait.as_secs()))).max(1);
                Standing { limit: self.per_second, remaining: 0, wait }
            }
        }
    }
}

impl Standing {
    pub(crate) fn tell(self, response: &mut Response) {
        let headers = response.headers_mut();
        headers.insert(LIMIT, HeaderValue::from(self.limit));
        headers.insert(REMAINING, HeaderValue::from(self.remaining));
        headers.insert(RESET, HeaderValue::from(self.wait.max(1)));
    }
}
