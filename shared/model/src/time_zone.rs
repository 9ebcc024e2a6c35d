//! Local time from a table of offsets, so that a browser needs no time zone database.

use serde::{Deserialize, Serialize};

use super::{DAY, Date, HOUR, MINUTE, SECOND, Timestamp};

/// A time zone over the years that matter. The server fills it; without transitions it is UTC.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Zone {
    /// From which moment (unix milliseconds, ascending) which offset holds (seconds east of Greenwich).
    /// What is before the first has the first's offset.
    pub transitions: Vec<(i64, i32)>,
    /// IANA name: "Europe/Paris".
    pub name: String,
}

/// What a clock on the wall shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DateTime {
    pub date: Date,
    pub hour: u8,
    pub minute: u8,
    pub second: u8,
}

impl Zone {
    pub const fn utc() -> Self {
        Self { transitions: Vec::new(), name: String::new() }
    }

    /// Takes the transitions in any order.
    pub fn new(name: impl Into<String>, mut transitions: Vec<(i64, i32)>) -> Self {
        transitions.sort_unstable();
        Self { transitions, name: name.into() }
    }

    /// Seconds east of Greenwich.
    pub fn offset_at(&self, at: Timestamp) -> i32 {
        let after = self.transitions.partition_point(|(from, _)| *from <= at.as_millis());
        self.transitions.get(after.saturating_sub(1)).map_or(0, |(_, offset)| *offset)
    }

    pub fn local(&self, at: Timestamp) -> DateTime {
        let local = at.as_millis().saturating_add(i64::from(self.offset_at(at)) * SECOND);
        let of_day = local.rem_euclid(DAY);
        let part = |value: i64| u8::try_from(value).unwrap_or(0);
        DateTime {
            date: Date::from_epoch_days(local.div_euclid(DAY)),
            hour: part(of_day / HOUR),
            minute: part(of_day % HOUR / MINUTE),
            second: part(of_day % MINUTE / SECOND),
        }
    }

    /// The day on the calendar at that moment.
    pub fn date(&self, at: Timestamp) -> Date {
        self.local(at).date
    }

    /// The first moment of a day: midnight, the earlier where the clock strikes it twice,
    /// the end of the gap where it skips it.
    pub fn start_of_day(&self, date: Date) -> Timestamp {
        let midnight = date.to_epoch_days() * DAY;
        // No offset is larger than a day, so only these can hold at midnight.
        let window = Timestamp::from_millis(midnight - DAY);
        let near = || self.transitions.iter().filter(|(from, _)| from.abs_diff(midnight) <= DAY.unsigned_abs());
        let first = self.offset_at(window);
        let exact = std::iter::once(first)
            .chain(near().map(|(_, offset)| *offset))
            .map(|offset| (offset, Timestamp::from_millis(midnight - i64::from(offset) * SECOND)))
            .filter(|(offset, at)| self.offset_at(*at) == *offset)
            .map(|(_, at)| at)
            .min();
        let skipped = || near().map(|(from, _)| Timestamp::from_millis(*from)).find(|at| self.date(*at) >= date);
        exact.or_else(skipped).unwrap_or(Timestamp::from_millis(midnight - i64::from(first) * SECOND))
    }
}
