//! Days and times as people write them in each language. Hours are of 24 in both.

use super::{Date, Timestamp, Zone};
use crate::locale::Locale;

const MONTHS_EN: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
/// Short forms as French prints them; months of up to five letters aren't cut.
const MONTHS_FR: [&str; 12] = ["janv.", "févr.", "mars", "avr.", "mai", "juin", "juil.", "août", "sept.", "oct.", "nov.", "déc."];

impl Date {
    /// "22 Nov 2026", "22 nov. 2026"; the first is "1er" in French.
    pub fn display(self, locale: Locale) -> String {
        format!("{} {}", self.display_short(locale), self.year)
    }

    /// Without the year: "18 Nov", "18 nov.".
    pub fn display_short(self, locale: Locale) -> String {
        let months = match locale {
            Locale::En => &MONTHS_EN,
            Locale::Fr => &MONTHS_FR,
        };
        let month = usize::from(self.month).checked_sub(1).and_then(|at| months.get(at)).copied().unwrap_or_default();
        let ordinal = if self.day == 1 { locale.pick("", "er") } else { "" };
        format!("{}{ordinal} {month}", self.day)
    }
}

impl Timestamp {
    /// "22 Nov 2026".
    pub fn display_date(self, zone: &Zone, locale: Locale) -> String {
        zone.date(self).display(locale)
    }

    /// "14:04".
    pub fn display_time(self, zone: &Zone) -> String {
        let at = zone.local(self);
        format!("{:02}:{:02}", at.hour, at.minute)
    }

    /// "22 Nov 2026, 14:04".
    pub fn display(self, zone: &Zone, locale: Locale) -> String {
        format!("{}, {}", self.display_date(zone, locale), self.display_time(zone))
    }

    /// "Today, 14:04", "Yesterday, 09:12", "Tomorrow, 06:00"; other days without the year if it is this one.
    pub fn display_relative(self, now: Timestamp, zone: &Zone, locale: Locale) -> String {
        let (date, today) = (zone.date(self), zone.date(now));
        let day = match date.days_since(today) {
            0 => locale.pick("Today", "Aujourd’hui").to_owned(),
            -1 => locale.pick("Yesterday", "Hier").to_owned(),
            1 => locale.pick("Tomorrow", "Demain").to_owned(),
            _ if date.year == today.year => date.display_short(locale),
            _ => date.display(locale),
        };
        format!("{day}, {}", self.display_time(zone))
    }
}

/// How long until a day that must not pass: "3 days left", "1 jour", "last day", "overdue".
pub fn days_left(today: Date, until: Date, locale: Locale) -> String {
    match until.days_since(today) {
        ..0 => locale.pick("overdue", "délai dépassé").to_owned(),
        0 => locale.pick("last day", "dernier jour").to_owned(),
        1 => locale.pick("1 day left", "1 jour").to_owned(),
        days => locale.pick_with(|| format!("{days} days left"), || format!("{days} jours")),
    }
}
