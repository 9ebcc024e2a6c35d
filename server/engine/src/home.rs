//! Home: what needs somebody, and the figures of today and of a period against the one before.
//!
//! Every figure is a sum over rows that a list shows: orders by their label and the day they were made on in the account's time zone, refunds by the day
//! they were asked for. Figure and list come from the same totals.

use model::error::Refused;
use model::lifecycle::Shown;
use model::money::Currency;
use model::rights::Right;
use model::time::{Date, Timestamp, Zone};
use store::payments_list::Sum;
use store::rows::{PaymentIntent, Refund};
use store::stats::{self, Need};
use store::totals::Total;

use crate::Engine;
use crate::caller::Caller;

/// The longest period, in days.
pub const PERIOD_MAX: i64 = 731;
/// Up to so many days each is a stretch of the charts; of longer periods, each week.
const DAILY_MAX: i64 = 92;
const WEEK: i64 = 7;
/// What has failed for good is worth a call for this long.
const FAILED_MONTHS: i32 = 3;

/// Which period, in the account's days, both included, and in which currency; none: the one the account works in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HomeAsked {
    pub from: Date,
    pub to: Date,
    pub currency: Option<Currency>,
}

/// Amounts in minor units of the page's currency.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Figures {
    /// Orders in [`Shown::PAID`], and Σ of what they asked for.
    pub paid: Tally,
    /// Orders in [`Shown::ACCEPTED`].
    pub accepted: Tally,
    /// Orders in [`Shown::DECLINED`]. The acceptance rate is accepted ÷ (accepted + declined).
    pub declined: Tally,
    /// Orders in [`Shown::Disputed`].
    pub disputed: Tally,
    /// Refunds asked for in the period that were not turned down, whenever their payment was made.
    pub refunded: Tally,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Tally {
    pub count: i64,
    pub amount: i64,
}

impl Tally {
    fn add(&mut self, count: i64, amount: i64) {
        self.count += count;
        self.amount += amount;
    }
}

impl Figures {
    fn of(totals: &[Total], currency: Currency) -> Self {
        let mut figures = Self::default();
        for total in totals.iter().filter(|total| total.currency == currency) {
            for (labels, tally) in [
                (Shown::PAID, &mut figures.paid),
                (Shown::ACCEPTED, &mut figures.accepted),
                (Shown::DECLINED, &mut figures.declined),
                (&[Shown::Disputed], &mut figures.disputed),
            ] {
                if labels.contains(&total.shown) {
                    tally.add(total.count, total.amount);
                }
            }
        }
        figures
    }

    fn with_refunds(mut self, sums: &[Sum], currency: Currency) -> Self {
        for sum in sums.iter().filter(|sum| sum.currency == currency) {
            self.refunded.add(sum.count, sum.amount);
        }
        self
    }
}

/// One point of the charts: a day, or a week.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stretch {
    /// The account's days, both included.
    pub from: Date,
    pub to: Date,
    pub now: Figures,
    /// As long before; without refunds, as `now`.
    pub before: Figures,
}

#[derive(Debug, Clone)]
pub struct Home {
    pub now: Timestamp,
    /// As asked, put right: the end is not after today, nor before the beginning.
    pub from: Date,
    pub to: Date,
    pub today: Date,
    pub currency: Currency,
    /// Those that the periods have, and the account's.
    pub currencies: Vec<Currency>,
    /// Nobody ever asked for a payment here.
    pub empty: bool,
    pub needs: Vec<Need>,
    pub figures: Figures,
    /// The same number of days before; where the period goes on today, up to the same time of its last day.
    pub before: Figures,
    /// Where that began.
    pub before_from: Date,
    pub today_figures: Figures,
    /// Yesterday up to the same time.
    pub yesterday: Figures,
    pub stretches: Vec<Stretch>,
}

/// A page of the refunds behind a figure.
#[derive(Debug, Clone)]
pub struct RefundsOf {
    /// Newest first, each with its order's `order_id`.
    pub refunds: Vec<(Refund, Option<String>)>,
    pub currency: Currency,
    /// All of them, whatever the page.
    pub all: Tally,
    pub next: Option<String>,
}

/// The times of what is added up.
struct Times {
    zone: Zone,
    now: Timestamp,
    today: Date,
    from: Date,
    to: Date,
}

impl Times {
    fn of(zone: Zone, now: Timestamp, asked: HomeAsked) -> Self {
        let today = zone.date(now);
        let to = asked.to.min(today);
        let from = asked.from.min(to).max(to.plus_days(1 - PERIOD_MAX));
        Self { zone, now, today, from, to }
    }

    fn days(&self) -> i64 {
        self.to.days_since(self.from) + 1
    }

    fn step(&self) -> i64 {
        if self.days() <= DAILY_MAX { 1 } else { WEEK }
    }

    /// The first days of the stretches of a period that begins on a day.
    fn starts(&self, from: Date) -> impl Iterator<Item = Date> {
        let step = usize::try_from(self.step()).unwrap_or(1);
        (0..self.days()).step_by(step).map(move |day| from.plus_days(day))
    }

    fn bounds(&self, from: Date, end: Timestamp) -> Vec<Timestamp> {
        self.starts(from).map(|day| self.zone.start_of_day(day)).filter(|start| *start < end).chain([end]).collect()
    }

    /// So late on a day as it is now; its end, for a day before.
    fn as_late(&self, day: Date) -> Timestamp {
        let end = self.zone.start_of_day(day.plus_days(1));
        let passed = self.now.since(self.zone.start_of_day(self.today));
        self.zone.start_of_day(day).plus_millis(passed).min(end)
    }

    fn end_of(&self, day: Date) -> Timestamp {
        self.zone.start_of_day(day.plus_days(1))
    }

    fn before_from(&self) -> Date {
        self.from.plus_days(-self.days())
    }

    /// Like is compared with like: what has not happened yet today is left out of the days before.
    fn before_end(&self) -> Timestamp {
        let last = self.from.plus_days(-1);
        if self.to == self.today { self.as_late(last) } else { self.end_of(last) }
    }
}

impl Engine {
    /// # Errors
    /// 403 without the right to see payments.
    pub async fn home(&self, caller: &Caller, asked: HomeAsked) -> Result<Home, Refused> {
        caller.needs(Right::PaymentRead)?;
        let account = self.account(caller.scope.account).await?;
        let environment = caller.scope.environment;
        let times = Times::of(self.zone_of(&account, environment), self.now_for(&account, environment), asked);
        let scope = caller.scope;
        let yesterday = times.today.plus_days(-1);
        let (period_end, before_from, before_end) = (times.end_of(times.to), times.before_from(), times.before_end());
        let [yesterday_start, yesterday_end] = [times.zone.start_of_day(yesterday), times.as_late(yesterday)];
        let [today_start, today_end] = [times.zone.start_of_day(times.today), times.end_of(times.today)];

        let mut reader = self.0.store.read().await?;
        let period = stats::series(&mut reader, scope, &times.bounds(times.from, period_end)).await?;
        let before = stats::series(&mut reader, scope, &times.bounds(before_from, before_end)).await?;
        let days = stats::series(&mut reader, scope, &[yesterday_start, yesterday_end, today_start, today_end]).await?;
        let periods = [
            (times.zone.start_of_day(times.from), period_end),
            (times.zone.start_of_day(before_from), before_end),
            (today_start, today_end),
            (yesterday_start, yesterday_end),
        ];
        let refunds = stats::refunds(&mut reader, scope, &periods).await?;
        let recent = times.zone.start_of_day(times.today.plus_months(-FAILED_MONTHS));
        let needs = stats::needs(&mut reader, scope, times.now, recent).await?;
        let empty = !stats::any(&mut reader, scope).await?;
        drop(reader);

        let seen: Vec<Currency> = [&period, &before, &days].into_iter().flatten().flatten().map(|total| total.currency).collect();
        let currencies: Vec<Currency> =
            Currency::ALL.into_iter().filter(|currency| *currency == account.currency || seen.contains(currency)).collect();
        let own = Some(account.currency).filter(|own| seen.contains(own)).or(seen.first().copied()).unwrap_or(account.currency);
        let currency = asked.currency.unwrap_or(own);
        let all = |parts: &[Vec<Total>], at: usize| {
            Figures::of(&parts.concat(), currency).with_refunds(refunds.get(at).map(Vec::as_slice).unwrap_or_default(), currency)
        };
        let day = |at: usize| days.get(at).map(std::slice::from_ref).unwrap_or_default();
        let stretches = times.starts(times.from).enumerate().map(|(at, from)| Stretch {
            from,
            to: from.plus_days(times.step() - 1).min(times.to),
            now: period.get(at).map(|totals| Figures::of(totals, currency)).unwrap_or_default(),
            before: before.get(at).map(|totals| Figures::of(totals, currency)).unwrap_or_default(),
        });
        Ok(Home {
            stretches: stretches.collect(),
            figures: all(&period, 0),
            before: all(&before, 1),
            today_figures: all(day(2), 2),
            yesterday: all(day(0), 3),
            now: times.now,
            from: times.from,
            to: times.to,
            today: times.today,
            before_from,
            currency,
            currencies,
            empty,
            needs,
        })
    }

    /// The refunds behind a figure: asked for on the account's days `from` to `to`, both included. `after` is what the page before ended with.
    ///
    /// # Errors
    /// 403 without the right to see payments; 422 for a cursor that is none.
    pub async fn refunds_of(
        &self,
        caller: &Caller,
        (from, to): (Date, Date),
        currency: Option<Currency>,
        after: Option<&str>,
        limit: i64,
    ) -> Result<RefundsOf, Refused> {
        caller.needs(Right::PaymentRead)?;
        let account = self.account(caller.scope.account).await?;
        let currency = currency.unwrap_or(account.currency);
        let zone = self.zone_of(&account, caller.scope.environment);
        let period = (zone.start_of_day(from), zone.start_of_day(to.plus_days(1)));
        let after = after.map(str::parse).transpose().map_err(|_| Refused::invalid("after", "This is no place in this list"))?;
        let mut reader = self.0.store.read().await?;
        let (rows, next) = stats::refunds_page(&mut reader, caller.scope, period, currency, after.as_ref(), limit).await?;
        let sums = stats::refunds(&mut reader, caller.scope, &[period]).await?;
        let all = Figures::default().with_refunds(sums.first().map(Vec::as_slice).unwrap_or_default(), currency);
        let mut refunds = Vec::with_capacity(rows.len());
        for row in rows {
            let order = store::get::<PaymentIntent>(&mut reader, caller.scope, row.intent).await?;
            refunds.push((row, order.and_then(|order| order.order_id)));
        }
        Ok(RefundsOf { refunds, currency, all: all.refunded, next: next.map(|next| next.to_string()) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Paris, with the clocks going forward on 29 March 2026 and back on 25 October.
    fn paris() -> Zone {
        let at = |text: &str| Timestamp::parse_rfc3339(text).unwrap_or(Timestamp::from_millis(0)).as_millis();
        Zone::new("Europe/Paris", vec![(0, 3600), (at("2026-03-29T01:00:00Z"), 7200), (at("2026-10-25T01:00:00Z"), 3600)])
    }

    fn times(now: &str, from: &str, to: &str) -> Times {
        let now = Timestamp::parse_rfc3339(now).unwrap_or(Timestamp::from_millis(0));
        let day = |text: &str| text.parse().unwrap_or(Date::MIN);
        Times::of(paris(), now, HomeAsked { from: day(from), to: day(to), currency: None })
    }

    #[test]
    fn a_period_that_goes_on_is_compared_up_to_the_same_time() {
        let week = times("2026-03-30T10:00:00Z", "2026-03-24", "2026-03-30");
        assert_eq!(week.before_from().to_string(), "2026-03-17");
        // Noon in Paris, before and after the clocks changed.
        assert_eq!(week.before_end().to_rfc3339(), "2026-03-23T11:00:00Z");
        let bounds = week.bounds(week.from, week.end_of(week.to));
        assert_eq!(bounds.len(), 8);
        assert_eq!(bounds[6].since(bounds[5]), 23 * 3_600_000, "the day that lost an hour");
        let over = times("2026-03-30T10:00:00Z", "2026-03-01", "2026-03-07");
        assert_eq!(over.before_end().to_rfc3339(), "2026-02-28T23:00:00Z");
    }

    #[test]
    fn a_period_ends_today_at_the_latest_and_long_ones_go_by_weeks() {
        let odd = times("2026-11-20T10:00:00Z", "2027-01-01", "2026-12-31");
        assert_eq!((odd.from, odd.to), (odd.today, odd.today));
        let year = times("2026-11-20T10:00:00Z", "2025-11-21", "2026-11-20");
        assert_eq!((year.days(), year.step(), year.starts(year.from).count()), (365, 7, 53));
        let ages = times("2026-11-20T10:00:00Z", "0001-01-01", "2026-11-20");
        assert!(ages.bounds(ages.from, ages.end_of(ages.to)).len() < stats::BOUNDS_MAX);
    }
}
