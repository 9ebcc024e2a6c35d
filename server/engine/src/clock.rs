//! Time and randomness are handed in: the sandbox clock needs it, and so do tests that replay.

use std::str::FromStr;
use std::sync::Arc;

use jiff::tz::TimeZone;
use model::id::Id;
use model::time::{Date, Timestamp, Zone};
use sha2::{Digest, Sha256};

/// Real time.
pub trait Clock: Send + Sync + 'static {
    fn now(&self) -> Timestamp;
}

/// The machine's clock.
#[derive(Debug, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "the one place where real time enters")]
    fn now(&self) -> Timestamp {
        let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
        Timestamp::from_millis(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
    }
}

/// Where randomness comes from.
pub trait Draw: Send + Sync + 'static {
    fn fill(&self, bytes: &mut [u8]);
}

/// The operating system's randomness.
#[derive(Debug, Default)]
pub struct SystemDraw;

impl Draw for SystemDraw {
    #[expect(clippy::disallowed_methods, reason = "the one place where randomness enters")]
    fn fill(&self, bytes: &mut [u8]) {
        rand::Rng::fill_bytes(&mut rand::rng(), bytes);
    }
}

/// The ids of one command, drawn from one seed: a command that is tried again makes the same ones.
#[derive(Debug)]
pub(crate) struct Ids {
    seed: [u8; 32],
    block: [u8; 32],
    used: usize,
    counter: u64,
}

impl Ids {
    pub(crate) fn new(seed: [u8; 32]) -> Self {
        Self { seed, block: [0; 32], used: 32, counter: 0 }
    }

    fn byte(&mut self) -> u8 {
        if self.used == self.block.len() {
            let mut hash = Sha256::new();
            hash.update(self.seed);
            hash.update(self.counter.to_be_bytes());
            self.block = hash.finalize().into();
            self.counter += 1;
            self.used = 0;
        }
        self.used += 1;
        self.block[self.used - 1]
    }

    pub(crate) fn mint<I: Id>(&mut self) -> I {
        I::mint(&mut || self.byte())
    }

    /// One that sorts by its place first.
    pub(crate) fn mint_at<I: Id>(&mut self, place: [u8; 16]) -> I {
        let mut place = place.into_iter();
        I::mint(&mut || place.next().unwrap_or_else(|| self.byte()))
    }
}

/// When a command began, among all of this process.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Turn {
    pub(crate) real: Timestamp,
    /// Commands before it.
    pub(crate) after: u64,
}

impl Turn {
    /// Where the `nth` thing of this command stands among those of all, in digits to the base that ids are written in.
    pub(crate) fn place(self, nth: u64) -> [u8; 16] {
        let mut place = [0; 16];
        for (number, digits) in [(self.real.as_millis().unsigned_abs(), 0..8), (self.after, 8..12), (nth, 12..16)] {
            let mut left = number;
            for digit in place[digits].iter_mut().rev() {
                *digit = u8::try_from(left % 62).unwrap_or_default();
                left /= 62;
            }
        }
        place
    }
}

/// An account's own day: its time zone by IANA name.
#[derive(Debug, Clone)]
pub(crate) struct Place(Arc<TimeZone>);

impl Place {
    /// UTC where the name is unknown; it is checked when it is set.
    pub(crate) fn of(name: &str) -> Self {
        Self(Arc::new(TimeZone::get(name).unwrap_or(TimeZone::UTC)))
    }

    pub(crate) fn date(&self, at: Timestamp) -> Date {
        let local = self.zoned(at).date();
        Date::from_str(&local.to_string()).unwrap_or_else(|_| Date::from_epoch_days(at.as_unix_seconds().div_euclid(86_400)))
    }

    fn zoned(&self, at: Timestamp) -> jiff::Zoned {
        jiff::Timestamp::from_millisecond(at.as_millis()).unwrap_or_default().to_zoned((*self.0).clone())
    }

    /// That hour of that day here.
    pub(crate) fn at(&self, date: Date, hour: i8) -> Timestamp {
        let civil =
            jiff::civil::date(date.year, i8::try_from(date.month).unwrap_or(1), i8::try_from(date.day).unwrap_or(1)).at(hour, 0, 0, 0);
        let millis = civil.to_zoned((*self.0).clone()).map(|zoned| zoned.timestamp().as_millisecond());
        millis.map_or_else(|_| Timestamp::from_millis(date.to_epoch_days() * 86_400_000), Timestamp::from_millis)
    }
}

/// The offsets of a zone over the years that pages show, for browsers that have no time-zone data.
pub fn zone(name: &str, around: Timestamp) -> Zone {
    let Ok(tz) = TimeZone::get(name) else { return Zone::utc() };
    let start = around.plus_seconds(-5 * 366 * 86_400);
    let from = jiff::Timestamp::from_millisecond(start.as_millis()).unwrap_or_default();
    let until = around.plus_seconds(3 * 366 * 86_400).as_millis();
    let mut transitions = vec![(start.as_millis(), tz.to_offset(from).seconds())];
    transitions.extend(
        tz.following(from).map(|change| (change.timestamp().as_millisecond(), change.offset().seconds())).take_while(|(at, _)| *at < until),
    );
    Zone::new(name, transitions)
}
