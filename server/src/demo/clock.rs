//! A clock that stands until it is moved.

use std::sync::atomic::{AtomicI64, Ordering};

use engine::Clock;
use model::time::Timestamp;

/// The whole demonstration happens by it, so that its jobs, deadlines and events carry the times that they would have had.
#[derive(Debug)]
pub struct MovedClock(AtomicI64);

impl MovedClock {
    pub fn at(time: Timestamp) -> Self {
        Self(AtomicI64::new(time.as_millis()))
    }

    /// Forward only.
    pub fn move_to(&self, time: Timestamp) {
        self.0.fetch_max(time.as_millis(), Ordering::Relaxed);
    }
}

impl Clock for MovedClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_millis(self.0.load(Ordering::Relaxed))
    }
}
