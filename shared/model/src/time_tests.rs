use proptest::prelude::*;

use super::*;
use crate::locale::Locale;

fn date(text: &str) -> Date {
    text.parse().unwrap()
}

fn at(text: &str) -> Timestamp {
    Timestamp::parse_rfc3339(text).unwrap()
}

/// Paris around 2026: summer time from 29 March to 25 October at 01:00 UTC.
fn paris() -> Zone {
    let summer = at("2026-03-29T01:00:00Z").as_millis();
    let winter = at("2026-10-25T01:00:00Z").as_millis();
    Zone::new("Europe/Paris", vec![(winter, 3600), (i64::MIN, 3600), (summer, 7200)])
}

#[test]
fn known_days() {
    assert_eq!(date("1970-01-01").to_epoch_days(), 0);
    assert_eq!(date("2000-02-29").to_epoch_days(), 11_016);
    assert_eq!(date("2026-11-22").weekday(), Weekday::Sunday);
    assert_eq!(date("1970-01-01").weekday(), Weekday::Thursday);
    assert_eq!(date("2026-12-31").plus_days(1), date("2027-01-01"));
    assert_eq!(date("2024-02-28").plus_days(1), date("2024-02-29"));
    assert_eq!(date("2026-01-31").plus_months(1), date("2026-02-28"));
    assert_eq!(date("2026-01-15").plus_months(-1), date("2025-12-15"));
    assert_eq!(date("2024-02-29").plus_months(12), date("2025-02-28"));
    assert_eq!(date("2026-11-22").plus_months(i32::MAX), Date::MAX);
    assert_eq!(date("2026-11-22").plus_months(i32::MIN), Date::MIN);
    assert_eq!(date("2026-11-22").plus_days(i64::MAX), Date::MAX);
    assert_eq!(Date::from_epoch_days(i64::MIN), Date::MIN);
}

#[test]
fn days_that_are_not() {
    for text in ["2026-02-29", "2026-13-01", "2026-00-10", "2026-04-31", "2026-01-00"] {
        assert_eq!(text.parse::<Date>(), Err(TimeError::NoSuchDay), "{text}");
    }
    for text in ["", "2026-1-01", "26-01-01", "2026/01/01", "2026-01-01 ", "+026-01-01", "२०२६-०१-०१"] {
        assert_eq!(text.parse::<Date>(), Err(TimeError::DateFormat), "{text}");
    }
    assert!(serde_json::from_str::<Date>("\"2026-02-30\"").is_err());
    assert_eq!(serde_json::to_string(&date("2026-11-22")).unwrap(), "\"2026-11-22\"");
}

#[test]
fn moments_read_and_print() {
    assert_eq!(at("1970-01-01T00:00:00Z").as_millis(), 0);
    assert_eq!(at("2026-11-22T14:04:05Z").to_rfc3339(), "2026-11-22T14:04:05Z");
    assert_eq!(at("2026-11-22T14:04:05.1239+01:00").to_rfc3339(), "2026-11-22T13:04:05.123Z");
    assert_eq!(at("2026-11-22 14:04:05.5-00:30").to_rfc3339(), "2026-11-22T14:34:05.500Z");
    assert_eq!(at("2016-12-31T23:59:60Z"), at("2017-01-01T00:00:00Z"));
    assert_eq!(at("1969-12-31T23:59:59.5Z").as_unix_seconds(), -1);
    assert_eq!(Timestamp::from_unix_seconds(1_721_139_663).to_rfc3339(), "2024-07-16T14:21:03Z");
    assert_eq!(serde_json::to_string(&Timestamp::from_millis(5)).unwrap(), "5");
    for text in [
        "",
        "2026-11-22",
        "2026-11-22T14:04:05",
        "2026-11-22T14:04Z",
        "2026-11-22T14:04:05.Z",
        "2026-11-22T14:04:05+1:00",
        "éééééééééééééééééééé",
    ] {
        assert_eq!(Timestamp::parse_rfc3339(text), Err(TimeError::TimeFormat), "{text}");
    }
    assert_eq!(Timestamp::parse_rfc3339("2026-02-29T00:00:00Z"), Err(TimeError::NoSuchDay));
    assert_eq!(Timestamp::parse_rfc3339("2026-02-28T24:00:00Z"), Err(TimeError::NoSuchTime));
}

#[test]
fn extremes_do_not_panic() {
    for millis in [i64::MIN, i64::MAX] {
        let extreme = Timestamp::from_millis(millis);
        assert!(!extreme.to_rfc3339().is_empty());
        assert!(!extreme.display(&paris(), Locale::Fr).is_empty());
        assert_eq!(extreme.plus_seconds(millis), extreme);
        assert_ne!(extreme.since(Timestamp::from_millis(0)), 0);
    }
}

#[test]
fn zones_know_summer_and_winter() {
    let zone = paris();
    let local = zone.local(at("2026-07-01T22:30:00Z"));
    assert_eq!((local.date, local.hour, local.minute), (date("2026-07-02"), 0, 30));
    assert_eq!(zone.offset_at(at("2026-03-29T00:59:59Z")), 3600);
    assert_eq!(zone.offset_at(at("2026-03-29T01:00:00Z")), 7200);
    assert_eq!(zone.start_of_day(date("2026-03-29")), at("2026-03-28T23:00:00Z"));
    assert_eq!(zone.start_of_day(date("2026-03-30")), at("2026-03-29T22:00:00Z"));
    assert_eq!(zone.start_of_day(date("2026-10-26")), at("2026-10-25T23:00:00Z"));
    assert_eq!(Zone::utc().start_of_day(date("2026-10-26")), at("2026-10-26T00:00:00Z"));
    let json = serde_json::to_string(&zone).unwrap();
    assert_eq!(serde_json::from_str::<Zone>(&json).unwrap(), zone);
}

#[test]
fn a_day_without_midnight_begins_after_the_gap() {
    // As Beirut does: the clock jumps from 00:00 to 01:00.
    let jump = at("2026-03-28T22:00:00Z").as_millis();
    let zone = Zone::new("", vec![(i64::MIN, 7200), (jump, 10_800)]);
    assert_eq!(zone.start_of_day(date("2026-03-29")).as_millis(), jump);
    // And back at midnight to 23:00: the day begins at the second.
    let zone = Zone::new("", vec![(i64::MIN, 10_800), (at("2026-10-24T21:00:00Z").as_millis(), 7200)]);
    assert_eq!(zone.start_of_day(date("2026-10-25")), at("2026-10-24T22:00:00Z"));
}

#[test]
fn people_read_days_in_their_language() {
    let (zone, now) = (paris(), at("2026-11-22T13:04:00Z"));
    let en = |text| at(text).display_relative(now, &zone, Locale::En);
    let fr = |text| at(text).display_relative(now, &zone, Locale::Fr);
    assert_eq!(now.display(&zone, Locale::En), "22 Nov 2026, 14:04");
    assert_eq!(now.display(&zone, Locale::Fr), "22 nov. 2026, 14:04");
    assert_eq!(en("2026-11-22T13:04:00Z"), "Today, 14:04");
    assert_eq!(fr("2026-11-22T13:04:00Z"), "Aujourd’hui, 14:04");
    assert_eq!(en("2026-11-21T23:30:00Z"), "Today, 00:30");
    assert_eq!(en("2026-11-21T22:30:00Z"), "Yesterday, 23:30");
    assert_eq!(fr("2026-11-21T22:30:00Z"), "Hier, 23:30");
    assert_eq!(en("2026-11-23T05:00:00Z"), "Tomorrow, 06:00");
    assert_eq!(en("2026-11-18T08:00:00Z"), "18 Nov, 09:00");
    assert_eq!(fr("2025-05-01T08:00:00Z"), "1er mai 2025, 09:00");
    assert_eq!(date("2026-08-31").display_short(Locale::Fr), "31 août");
}

#[test]
fn deadlines_are_counted_in_days() {
    let today = date("2026-11-22");
    let left = |days| days_left(today, today.plus_days(days), Locale::En);
    assert_eq!(left(3), "3 days left");
    assert_eq!(left(1), "1 day left");
    assert_eq!(left(0), "last day");
    assert_eq!(left(-1), "overdue");
    assert_eq!(days_left(today, today.plus_days(3), Locale::Fr), "3 jours");
}

proptest! {
    #[test]
    fn days_round_trip_over_centuries(days in -146_097_i64..=146_097) {
        let day = Date::from_epoch_days(days);
        prop_assert_eq!(day.to_epoch_days(), days);
        prop_assert_eq!(Date::new(day.year, day.month, day.day), Some(day));
        prop_assert_eq!(day.to_string().parse(), Ok(day));
        prop_assert_eq!(day.plus_days(1).days_since(day), 1);
        prop_assert!(day.plus_days(1) > day);
        prop_assert_ne!(day.plus_days(1).weekday(), day.weekday());
        prop_assert_eq!(day.plus_days(7).weekday(), day.weekday());
    }

    #[test]
    fn moments_round_trip(millis in -12_622_780_800_000_i64..=12_622_780_800_000) {
        let moment = Timestamp::from_millis(millis);
        prop_assert_eq!(Timestamp::parse_rfc3339(&moment.to_rfc3339()), Ok(moment));
    }

    #[test]
    fn months_keep_their_day_or_end_the_month(days in 0_i64..=60_000, months in -600_i32..=600) {
        let day = Date::from_epoch_days(days);
        let moved = day.plus_months(months);
        prop_assert_eq!(moved.day, day.day.min(days_in_month(moved.year, moved.month)));
        let count = |d: Date| i32::from(d.year) * 12 + i32::from(d.month);
        prop_assert_eq!(count(moved) - count(day), months);
    }

    #[test]
    fn a_day_begins_where_the_last_one_ends(days in 20_400_i64..=20_900) {
        let zone = paris();
        let day = Date::from_epoch_days(days);
        let start = zone.start_of_day(day);
        prop_assert_eq!(zone.date(start), day);
        prop_assert_eq!(zone.date(start.minus(1)), day.plus_days(-1));
    }

    #[test]
    fn no_text_panics(text in "\\PC{0,30}") {
        let _ = Timestamp::parse_rfc3339(&text);
        let _ = text.parse::<Date>();
    }
}
