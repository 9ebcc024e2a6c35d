//! Days of banks and hours of captures.

use model::time::{Date, Timestamp, Weekday};

use crate::clock::Place;

/// Captures are remitted at this hour of the account's day.
pub const CUT_OFF_HOUR: i8 = 22;
/// A deferred payment is authorised at this hour of the day before its capture.
pub const AUTHORISATION_HOUR: i8 = 6;
/// A remittance is confirmed this long after, in milliseconds.
pub const CONFIRMATION_MS: i64 = 60 * 60 * 1000;
/// An authorisation's life where the acquirer doesn't say, in days (card schemes); Maestro: 30.
pub const VALIDITY_DAYS: i64 = 7;
pub const VALIDITY_DAYS_MAESTRO: i64 = 30;
/// The furthest capture date, in months.
pub const CAPTURE_MONTHS: i32 = 12;
/// Card money becomes available after this many bank days.
pub const AVAILABLE_BANK_DAYS: i64 = 2;
/// A held payment that nobody decides on is refused after this long, in milliseconds.
pub const REVIEW_MS: i64 = 3 * 24 * 60 * 60 * 1000;

/// The first cut-off after `now`.
pub(crate) fn next_cut_off(now: Timestamp, place: &Place) -> Timestamp {
    let today = place.date(now);
    let at = place.at(today, CUT_OFF_HOUR);
    if at > now { at } else { place.at(today.plus_days(1), CUT_OFF_HOUR) }
}

/// The last cut-off that comes before `until`: an authorisation that lapses at a cut-off is not remitted at it.
pub(crate) fn last_cut_off_before(until: Timestamp, place: &Place) -> Timestamp {
    let day = place.date(until);
    let at = place.at(day, CUT_OFF_HOUR);
    if at < until { at } else { place.at(day.plus_days(-1), CUT_OFF_HOUR) }
}

/// When a payment wanted on `day` is remitted: that day's cut-off, or the next one where it has passed.
pub(crate) fn cut_off_of(day: Option<Date>, now: Timestamp, place: &Place) -> Timestamp {
    let next = next_cut_off(now, place);
    day.map_or(next, |day| place.at(day, CUT_OFF_HOUR).max(next))
}

/// When a capture's authorisation is asked for: the morning of the day before, or at once.
pub(crate) fn authorisation_of(capture: Timestamp, place: &Place) -> Timestamp {
    place.at(place.date(capture).plus_days(-1), AUTHORISATION_HOUR)
}

/// How long an authorisation lasts, by brand, in milliseconds.
pub fn validity_ms(brand: &str) -> i64 {
    let days = if brand == "maestro" { VALIDITY_DAYS_MAESTRO } else { VALIDITY_DAYS };
    days * 86_400_000
}

/// `days` bank days after `from`: neither weekends nor the euro settlement system's holidays count.
pub fn bank_days_after(from: Date, days: i64) -> Date {
    let mut date = from;
    let mut left = days;
    while left > 0 {
        date = date.plus_days(1);
        if is_bank_day(date) {
            left -= 1;
        }
    }
    date
}

/// T2's calendar: weekends, 1 January, Good Friday, Easter Monday, 1 May, 25 and 26 December are closed.
pub fn is_bank_day(date: Date) -> bool {
    let fixed = matches!((date.month, date.day), (1 | 5, 1) | (12, 25 | 26));
    let easter = easter(date.year);
    let moving = date == easter.plus_days(-2) || date == easter.plus_days(1);
    !(fixed || moving || matches!(date.weekday(), Weekday::Saturday | Weekday::Sunday))
}

/// Easter Sunday (the anonymous Gregorian computus).
#[expect(clippy::many_single_char_names, reason = "the computus names its terms so")]
fn easter(year: i16) -> Date {
    let y = i64::from(year);
    let (a, b, c) = (y % 19, y / 100, y % 100);
    let (d, e) = (b / 4, b % 4);
    let g = (8 * b + 13) / 25;
    let h = (19 * a + b - d - g + 15) % 30;
    let (i, k) = (c / 4, c % 4);
    let l = (32 + 2 * e + 2 * i - h - k) % 7;
    let m = (a + 11 * h + 22 * l) / 451;
    let month = (h + l - 7 * m + 114) / 31;
    let day = (h + l - 7 * m + 114) % 31 + 1;
    let month = u8::try_from(month).unwrap_or(4);
    Date::new(year, month, u8::try_from(day).unwrap_or(1)).unwrap_or_else(|| Date::from_epoch_days(0))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn date(text: &str) -> Date {
        text.parse().unwrap()
    }

    #[test]
    fn easter_falls_where_the_calendar_says() {
        for (year, day) in [(2024, "2024-03-31"), (2025, "2025-04-20"), (2026, "2026-04-05"), (2027, "2027-03-28"), (2038, "2038-04-25")] {
            assert_eq!(easter(year), date(day));
        }
    }

    #[test]
    fn bank_days_skip_weekends_and_holidays() {
        assert_eq!(bank_days_after(date("2026-11-20"), 2), date("2026-11-24"));
        assert_eq!(bank_days_after(date("2026-12-24"), 2), date("2026-12-29"));
        assert_eq!(bank_days_after(date("2026-04-02"), 1), date("2026-04-07"));
    }

    #[test]
    fn a_cut_off_follows_the_clocks_of_the_place() {
        let paris = Place::of("Europe/Paris");
        let winter = Timestamp::parse_rfc3339("2026-11-22T20:59:00Z").unwrap();
        assert_eq!(next_cut_off(winter, &paris).to_rfc3339(), "2026-11-22T21:00:00Z");
        let after = Timestamp::parse_rfc3339("2026-11-22T21:00:00Z").unwrap();
        assert_eq!(next_cut_off(after, &paris).to_rfc3339(), "2026-11-23T21:00:00Z");
        let summer = Timestamp::parse_rfc3339("2026-07-01T10:00:00Z").unwrap();
        assert_eq!(next_cut_off(summer, &paris).to_rfc3339(), "2026-07-01T20:00:00Z");
    }
}
