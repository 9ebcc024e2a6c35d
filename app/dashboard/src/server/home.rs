//! Home's figures, asked of the engine, and its charts, drawn.

use engine::{HomeAsked, Stretch};
use model::{
    lifecycle::Shown,
    locale::Locale,
    money::{Currency, Money},
    time::Date,
};
use ui::{Chart, Point, Scale, round_scale};

use super::{signed, told};
use crate::{
    failure::Failure,
    home::{
        Asked, RefundsAsked, behind,
        data::{Drawn, Figures, Need, Overview, RefundList, RefundRow, Tally},
        messages as m, percent,
    },
    payments::data::short,
};

/// Refunds a page.
const LIMIT: i64 = 25;
/// The scale of a chart of shares: tenths of a per cent.
const WHOLE: i64 = 1_000;

pub async fn overview(asked: Asked) -> Result<Overview, Failure> {
    let (engine, signed) = signed()?;
    let zone = &signed.frame.zone;
    let l = signed.frame.locale;
    let (from, to) = asked.days(zone.date(signed.frame.now));
    let currency = Currency::from_code(&asked.currency);
    let home = engine.home(&signed.caller, HomeAsked { from, to, currency }).await.map_err(told)?;
    let mut needs: Vec<Need> = Vec::new();
    for need in &home.needs {
        let until = need.nearest.map(|at| zone.date(at));
        if let Some(other) = needs.iter_mut().find(|other| other.shown == need.shown) {
            other.count += need.sum.count;
            other.sums.push((need.sum.currency, need.sum.amount));
            other.imported |= need.imported > 0;
            other.until = other.until.into_iter().chain(until).min();
        } else {
            let sums = vec![(need.sum.currency, need.sum.amount)];
            needs.push(Need { shown: need.shown, count: need.sum.count, sums, imported: need.imported > 0, until });
        }
    }
    let charts = Charts { home: &home, l };
    Ok(Overview {
        volume: charts.volume(),
        acceptance: charts.acceptance(),
        now: home.now,
        today: home.today,
        from: home.from,
        to: home.to,
        before_from: home.before_from,
        currency: home.currency,
        currencies: home.currencies.clone(),
        empty: home.empty,
        needs,
        figures: figures(home.figures),
        before: figures(home.before),
        today_figures: figures(home.today_figures),
        yesterday: figures(home.yesterday),
    })
}

fn figures(of: engine::Figures) -> Figures {
    Figures {
        paid: tally(of.paid),
        accepted: tally(of.accepted),
        declined: tally(of.declined),
        disputed: tally(of.disputed),
        refunded: tally(of.refunded),
    }
}

fn tally(of: engine::Tally) -> Tally {
    Tally { count: of.count, amount: of.amount }
}

struct Charts<'h> {
    home: &'h engine::Home,
    l: Locale,
}

impl Charts<'_> {
    fn money(&self, minor: i64) -> String {
        Money::new(minor, self.home.currency).display(self.l)
    }

    fn by_weeks(&self) -> bool {
        self.home.stretches.first().is_some_and(|stretch| stretch.from != stretch.to)
    }

    fn name(&self, stretch: &Stretch) -> String {
        let (from, to) = (stretch.from.display_short(self.l), stretch.to.display_short(self.l));
        if stretch.from == stretch.to { from } else { m::between(self.l, &from, &to) }
    }

    fn heads(&self) -> [String; 3] {
        let day = if self.by_weeks() { m::col_week(self.l) } else { m::col_day(self.l) };
        [day, m::col_now(self.l), m::col_before(self.l)].map(str::to_owned)
    }

    fn ends(&self) -> [String; 2] {
        [self.home.from, self.home.to].map(|day: Date| day.display_short(self.l))
    }

    /// The first day, the last, and the middle one where they are some days apart.
    fn under(&self) -> Vec<String> {
        const APART: i64 = 6;
        let (from, to) = (self.home.from, self.home.to);
        let days = to.days_since(from);
        let middle = (days >= APART).then(|| from.plus_days(days / 2));
        [Some(from), middle, Some(to)].into_iter().flatten().map(|day| day.display_short(self.l)).collect()
    }

    fn nothing(&self, drawn: bool) -> Option<String> {
        (!drawn).then(|| m::nothing_to_draw(self.l).to_owned())
    }

    fn volume(&self) -> Drawn {
        let l = self.l;
        let most =
            self.home.stretches.iter().map(|stretch| stretch.now.paid.amount.max(stretch.before.paid.amount)).max().unwrap_or_default();
        let scale = round_scale(most);
        let point = |stretch: &Stretch| Point {
            href: behind(Shown::PAID, (stretch.from, stretch.to), self.home.currency),
            name: self.name(stretch),
            now: Some(stretch.now.paid.amount),
            before: Some(stretch.before.paid.amount),
            now_text: self.money(stretch.now.paid.amount),
            before_text: self.money(stretch.before.paid.amount),
        };
        let [from, to] = self.ends();
        let (total, before) = (self.money(self.home.figures.paid.amount), self.money(self.home.before.paid.amount));
        drawn(&Chart {
            id: "volume",
            title: if self.by_weeks() { m::volume_chart_weeks(l) } else { m::volume_chart(l) }.to_owned(),
            about: m::volume_about(l, &total, &from, &to, &before),
            scale: Scale {
                top: scale.last().copied().unwrap_or(1),
                bottom: 0,
                labels: scale.iter().rev().map(|minor| rounded(Money::new(*minor, self.home.currency), l)).collect(),
            },
            points: self.home.stretches.iter().map(point).collect(),
            heads: self.heads(),
            under: self.under(),
            nothing: self.nothing(most > 0),
        })
    }

    fn acceptance(&self) -> Drawn {
        let l = self.l;
        let rates = |stretch: &Stretch| (figures(stretch.now).acceptance(), figures(stretch.before).acceptance());
        let text = |rate: Option<i64>| rate.map_or(m::none(l).to_owned(), |tenths| percent(tenths, l));
        let decided = [Shown::ACCEPTED, Shown::DECLINED].concat();
        let point = |stretch: &Stretch| {
            let (now, before) = rates(stretch);
            Point {
                href: behind(&decided, (stretch.from, stretch.to), self.home.currency),
                name: self.name(stretch),
                now,
                before,
                now_text: text(now),
                before_text: text(before),
            }
        };
        // Where nothing falls below a half, the upper half tells more.
        let least = self.home.stretches.iter().flat_map(|stretch| <[Option<i64>; 2]>::from(rates(stretch))).flatten().min();
        let (bottom, steps) = if least.unwrap_or_default() >= WHOLE / 2 { (WHOLE / 2, 5) } else { (0, 4) };
        let [from, to] = self.ends();
        drawn(&Chart {
            id: "acceptance",
            title: if self.by_weeks() { m::acceptance_chart_weeks(l) } else { m::acceptance_chart(l) }.to_owned(),
            about: m::acceptance_about(l, &text(figures(self.home.figures).acceptance()), &from, &to),
            scale: Scale {
                top: WHOLE,
                bottom,
                labels: (0..=steps).map(|step| WHOLE - (WHOLE - bottom) * step / steps).map(|tenths| whole_percent(tenths, l)).collect(),
            },
            points: self.home.stretches.iter().map(point).collect(),
            heads: self.heads(),
            under: self.under(),
            nothing: self.nothing(least.is_some()),
        })
    }
}

fn drawn(chart: &Chart) -> Drawn {
    Drawn { picture: chart.picture(), table: chart.table() }
}

/// "100%", "87.5%".
fn whole_percent(tenths: i64, l: Locale) -> String {
    if tenths % 10 == 0 { percent(tenths, l).replacen(l.pick(".0", ",0"), "", 1) } else { percent(tenths, l) }
}

/// For the side of a chart: "5k", "2.5M", "800".
fn rounded(money: Money, l: Locale) -> String {
    let scale = 10_i64.pow(u32::from(money.currency().exponent()));
    let whole = money.minor() / scale;
    let point = l.pick(".", ",");
    let short = |unit: i64, letter: &str| {
        let tenths = whole / (unit / 10);
        let gap = l.pick("", "\u{202f}");
        if tenths % 10 == 0 {
            format!("{}{gap}{letter}", tenths / 10)
        } else {
            format!("{}{point}{}{gap}{letter}", tenths / 10, tenths % 10)
        }
    };
    match whole {
        _ if money.minor() % scale != 0 => money.display_number(l),
        1_000_000.. if whole % 100_000 == 0 => short(1_000_000, "M"),
        1_000.. if whole % 100 == 0 => short(1_000, "k"),
        _ => whole.to_string(),
    }
}

pub async fn refunds(asked: RefundsAsked) -> Result<RefundList, Failure> {
    let (engine, signed) = signed()?;
    let caller = &signed.caller;
    let today = signed.frame.zone.date(signed.frame.now);
    let to: Date = asked.to.parse().unwrap_or(today);
    let from: Date = asked.from.parse().unwrap_or_else(|_| to.plus_days(-29)).min(to);
    let after = Some(asked.after.as_str()).filter(|after| !after.is_empty());
    let found = engine.refunds_of(caller, (from, to), Currency::from_code(&asked.currency), after, LIMIT).await.map_err(told)?;
    let row = |(refund, order_id): (engine::rows::Refund, Option<String>)| RefundRow {
        created: refund.created,
        order: refund.intent.to_string(),
        reference: order_id.unwrap_or_else(|| short(&refund.intent.to_string())),
        amount: refund.amount,
        status: refund.status,
        reason: refund.reason,
    };
    let rows = found.refunds.into_iter().map(row).collect();
    Ok(RefundList { now: signed.frame.now, from, to, currency: found.currency, all: tally(found.all), rows, next: found.next })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_scale_is_short() {
        let say = |minor, l| rounded(Money::new(minor, Currency::Eur), l);
        assert_eq!(say(500_000, Locale::En), "5k");
        assert_eq!(say(250_000_000, Locale::Fr), "2,5\u{202f}M");
        assert_eq!(say(80_000, Locale::En), "800");
        assert_eq!(say(150, Locale::Fr), "1,50");
        assert_eq!((whole_percent(1_000, Locale::En), whole_percent(875, Locale::Fr)), ("100%".to_owned(), "87,5\u{202f}%".to_owned()));
    }
}
