//! Moments and days. Nothing here knows what time it is: now is always an argument.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use thiserror::Error;

#[path = "time_text.rs"]
mod text;
#[path = "time_zone.rs"]
mod zone;

pub use text::days_left;
pub use zone::{DateTime, Zone};

/// Milliseconds.
pub const SECOND: i64 = 1_000;
/// Milliseconds.
pub const MINUTE: i64 = 60 * SECOND;
/// Milliseconds.
pub const HOUR: i64 = 60 * MINUTE;
/// Milliseconds.
pub const DAY: i64 = 24 * HOUR;

/// What is wrong with a text that should be a time or a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum TimeError {
    #[error("a date is written YYYY-MM-DD")]
    DateFormat,
    #[error("this day is not in the calendar")]
    NoSuchDay,
    #[error("a time is written YYYY-MM-DDTHH:MM:SSZ, or with an offset such as +01:00")]
    TimeFormat,
    #[error("this time of day does not exist")]
    NoSuchTime,
}

/// A moment: milliseconds since 1970-01-01T00:00:00Z. Sums stop at the ends of an `i64` rather than wrap.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Timestamp(i64);

impl Timestamp {
    pub const fn from_millis(millis: i64) -> Self {
        Self(millis)
    }

    pub const fn as_millis(self) -> i64 {
        self.0
    }

    pub const fn from_unix_seconds(seconds: i64) -> Self {
        Self(seconds.saturating_mul(SECOND))
    }

    /// Whole seconds, rounded towards the past.
    pub const fn as_unix_seconds(self) -> i64 {
        self.0.div_euclid(SECOND)
    }

    #[must_use]
    pub const fn plus_millis(self, millis: i64) -> Self {
        Self(self.0.saturating_add(millis))
    }

    #[must_use]
    pub const fn plus_seconds(self, seconds: i64) -> Self {
        self.plus_millis(seconds.saturating_mul(SECOND))
    }

    /// Earlier by `millis`.
    #[must_use]
    pub const fn minus(self, millis: i64) -> Self {
        Self(self.0.saturating_sub(millis))
    }

    /// Milliseconds from `other` to here; negative when `other` is later.
    pub const fn since(self, other: Self) -> i64 {
        self.0.saturating_sub(other.0)
    }

    /// RFC 3339 in UTC, with milliseconds only where there are some: "2026-11-22T14:04:05Z".
    pub fn to_rfc3339(self) -> String {
        let at = Zone::utc().local(self);
        let millis = self.0.rem_euclid(SECOND);
        let fraction = if millis == 0 { String::new() } else { format!(".{millis:03}") };
        format!("{}T{:02}:{:02}:{:02}{fraction}Z", at.date, at.hour, at.minute, at.second)
    }

    /// Reads RFC 3339: `T` or a space between, `Z` or an offset behind. What is finer than a millisecond is cut off;
    /// a leap second is the first of the next minute.
    ///
    /// # Errors
    /// Another format, or a day or time that doesn't exist.
    pub fn parse_rfc3339(text: &str) -> Result<Self, TimeError> {
        let (date, rest) = text.split_at_checked(10).ok_or(TimeError::TimeFormat)?;
        let date: Date = date.parse().map_err(|e| if e == TimeError::DateFormat { TimeError::TimeFormat } else { e })?;
        let rest = rest.strip_prefix(['T', 't', ' ']).ok_or(TimeError::TimeFormat)?;
        let (clock, rest) = rest.split_at_checked(8).ok_or(TimeError::TimeFormat)?;
        let [h1, h2, b':', m1, m2, b':', s1, s2] = *clock.as_bytes() else {
            return Err(TimeError::TimeFormat);
        };
        let (hour, minute, second) = (two([h1, h2])?, two([m1, m2])?, two([s1, s2])?);
        if hour > 23 || minute > 59 || second > 60 {
            return Err(TimeError::NoSuchTime);
        }
        let (millis, rest) = fraction(rest)?;
        let offset = offset(rest)?;
        let local = date.to_epoch_days() * DAY + hour * HOUR + minute * MINUTE + second * SECOND + millis;
        Ok(Self(local - offset))
    }
}

fn two(digits: [u8; 2]) -> Result<i64, TimeError> {
    number(&digits).ok_or(TimeError::TimeFormat)
}

/// A few ASCII digits and nothing else.
fn number(digits: &[u8]) -> Option<i64> {
    digits.iter().try_fold(0, |sum, digit| digit.is_ascii_digit().then(|| sum * 10 + i64::from(digit - b'0')))
}

/// Milliseconds of ".123456", and what follows.
fn fraction(text: &str) -> Result<(i64, &str), TimeError> {
    let Some(rest) = text.strip_prefix('.') else {
        return Ok((0, text));
    };
    let end = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
    let (digits, rest) = rest.split_at(end);
    if digits.is_empty() {
        return Err(TimeError::TimeFormat);
    }
    let millis = digits.bytes().chain([b'0', b'0']).take(3).fold(0, |sum, digit| sum * 10 + i64::from(digit - b'0'));
    Ok((millis, rest))
}

/// Milliseconds east of Greenwich.
fn offset(text: &str) -> Result<i64, TimeError> {
    if matches!(text, "Z" | "z") {
        return Ok(0);
    }
    let [sign @ (b'+' | b'-'), h1, h2, b':', m1, m2] = *text.as_bytes() else {
        return Err(TimeError::TimeFormat);
    };
    let (hours, minutes) = (two([h1, h2])?, two([m1, m2])?);
    if hours > 23 || minutes > 59 {
        return Err(TimeError::NoSuchTime);
    }
    let size = hours * HOUR + minutes * MINUTE;
    Ok(if sign == b'-' { -size } else { size })
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.to_rfc3339())
    }
}

/// A day of the Gregorian calendar, years 0 to 9999. Made by [`Date::new`]; what would lie outside stops at the ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Date {
    pub year: i16,
    /// 1 to 12.
    pub month: u8,
    /// 1 to 31.
    pub day: u8,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Weekday {
    Monday,
    Tuesday,
    Wednesday,
    Thursday,
    Friday,
    Saturday,
    Sunday,
}

impl Weekday {
    pub const ALL: [Self; 7] = [Self::Monday, Self::Tuesday, Self::Wednesday, Self::Thursday, Self::Friday, Self::Saturday, Self::Sunday];
}

pub const fn is_leap_year(year: i16) -> bool {
    year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
}

/// How many days a month has; 0 when there is no such month.
pub const fn days_in_month(year: i16, month: u8) -> u8 {
    match month {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        4 | 6 | 9 | 11 => 30,
        2 if is_leap_year(year) => 29,
        2 => 28,
        _ => 0,
    }
}

/// Days from 0000-03-01 to 1970-01-01.
const EPOCH: i64 = 719_468;
/// Days in 400 years.
const ERA: i64 = 146_097;

impl Date {
    pub const MIN: Self = Self { year: 0, month: 1, day: 1 };
    pub const MAX: Self = Self { year: 9999, month: 12, day: 31 };

    /// None for a day that isn't in the calendar.
    pub const fn new(year: i16, month: u8, day: u8) -> Option<Self> {
        let known = year >= Self::MIN.year && year <= Self::MAX.year && day >= 1 && day <= days_in_month(year, month);
        if known { Some(Self { year, month, day }) } else { None }
    }

    /// Days since 1970-01-01. The year is counted from March so that the leap day comes last
    /// (Hinnant, "chrono-compatible low-level date algorithms").
    pub const fn to_epoch_days(self) -> i64 {
        let (month, day) = (self.month as i64, self.day as i64);
        let year = self.year as i64 - (month <= 2) as i64;
        let era = year.div_euclid(400);
        let of_era = year.rem_euclid(400);
        let of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
        era * ERA + of_era * 365 + of_era / 4 - of_era / 100 + of_year - EPOCH
    }

    /// The inverse of [`Date::to_epoch_days`]; days outside the calendar give [`Date::MIN`] or [`Date::MAX`].
    pub fn from_epoch_days(days: i64) -> Self {
        let days = days.clamp(Self::MIN.to_epoch_days(), Self::MAX.to_epoch_days()) + EPOCH;
        let era = days.div_euclid(ERA);
        let of_era = days.rem_euclid(ERA);
        let year = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
        let of_year = of_era - (365 * year + year / 4 - year / 100);
        let from_march = (5 * of_year + 2) / 153;
        let day = of_year - (153 * from_march + 2) / 5 + 1;
        let month = (from_march + 2) % 12 + 1;
        let year = year + era * 400 + i64::from(month <= 2);
        Self {
            year: i16::try_from(year).unwrap_or(Self::MAX.year),
            month: u8::try_from(month).unwrap_or(1),
            day: u8::try_from(day).unwrap_or(1),
        }
    }

    #[must_use]
    pub fn plus_days(self, days: i64) -> Self {
        Self::from_epoch_days(self.to_epoch_days().saturating_add(days))
    }

    /// The same day some months on, or the last of the month where that is shorter: 31 January + 1 is 28 February.
    #[must_use]
    pub fn plus_months(self, months: i32) -> Self {
        let from_zero = i64::from(self.year) * 12 + i64::from(self.month) - 1 + i64::from(months);
        let month = u8::try_from(from_zero.rem_euclid(12) + 1).unwrap_or(1);
        match i16::try_from(from_zero.div_euclid(12)) {
            Ok(year) if year > Self::MAX.year => Self::MAX,
            Ok(year) if year >= Self::MIN.year => Self { year, month, day: self.day.min(days_in_month(year, month)) },
            _ if months > 0 => Self::MAX,
            _ => Self::MIN,
        }
    }

    /// Days from `other` to here; negative when `other` is later.
    pub const fn days_since(self, other: Self) -> i64 {
        self.to_epoch_days() - other.to_epoch_days()
    }

    pub fn weekday(self) -> Weekday {
        // 1970-01-01 was a Thursday.
        let place = usize::try_from((self.to_epoch_days() + 3).rem_euclid(7)).unwrap_or(0);
        Weekday::ALL[place]
    }
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}-{:02}", self.year, self.month, self.day)
    }
}

impl FromStr for Date {
    type Err = TimeError;

    fn from_str(text: &str) -> Result<Self, TimeError> {
        let [y1, y2, y3, y4, b'-', m1, m2, b'-', d1, d2] = *text.as_bytes() else {
            return Err(TimeError::DateFormat);
        };
        let part = |digits: &[u8]| number(digits).ok_or(TimeError::DateFormat);
        let (year, month, day) = (part(&[y1, y2, y3, y4])?, part(&[m1, m2])?, part(&[d1, d2])?);
        let year = i16::try_from(year).map_err(|_| TimeError::NoSuchDay)?;
        let month = u8::try_from(month).map_err(|_| TimeError::NoSuchDay)?;
        let day = u8::try_from(day).map_err(|_| TimeError::NoSuchDay)?;
        Self::new(year, month, day).ok_or(TimeError::NoSuchDay)
    }
}

impl Serialize for Date {
    fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Date {
    fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        String::deserialize(from)?.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
#[path = "time_tests.rs"]
mod tests;
