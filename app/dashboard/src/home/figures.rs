//! Figures, each a link to the list it is the sum of, with what it was before.

use leptos::prelude::*;
use model::{lifecycle::Shown, locale::Locale, money::Money, time::Date};

use super::{
    RefundsAsked, behind,
    data::{Figures, Overview},
    messages as m,
};
use crate::payments::{data::Counted, parts::count};

const NARROW: char = '\u{202f}';
const MINUS: char = '\u{2212}';

/// How a figure moved.
struct Moved {
    text: String,
    /// `up` is good, `down` is not; empty where it is neither.
    class: &'static str,
}

struct Figure {
    name: &'static str,
    /// What it is, for whoever points at it.
    is: Option<&'static str>,
    value: String,
    href: String,
    moved: Option<Moved>,
    before: String,
    more: Option<AnyView>,
}

impl Figure {
    fn show(self, l: Locale) -> AnyView {
        let Moved { text, class } = self.moved.unwrap_or(Moved { text: String::new(), class: "" });
        view! {
            <li>
                <a class="figure-link" href=self.href title=self.is>
                    <span class="name">{self.name}</span>
                    <strong class="num">{self.value}</strong>
                    <span class="against num">
                        {(!text.is_empty()).then(|| view! { <em class=class>{text}</em> " " })} {m::from(l, &self.before)}
                    </span>
                </a>
                {self.more}
            </li>
        }
        .into_any()
    }
}

/// "12.4%", "12,4 %", of tenths; without them where they say nothing.
pub fn percent(tenths: i64, l: Locale) -> String {
    let size = tenths.saturating_abs();
    let number = match size {
        10_000.. => number(size / 10, l),
        _ => format!("{}{}{}", size / 10, l.pick(".", ","), size % 10),
    };
    match l {
        Locale::En => format!("{number}%"),
        Locale::Fr => format!("{number}{NARROW}%"),
    }
}

fn signed(tenths: i64, text: &str) -> String {
    match tenths {
        0 => text.to_owned(),
        1.. => format!("+{text}"),
        _ => format!("{MINUS}{text}"),
    }
}

/// By how much of what it was; nothing where it was nothing.
fn moved(now: i64, before: i64, good: bool, l: Locale) -> Option<Moved> {
    if before <= 0 {
        return None;
    }
    let tenths = i64::try_from((i128::from(now) - i128::from(before)) * 1_000 / i128::from(before)).ok().filter(|tenths| *tenths != 0)?;
    let class = if good { direction(tenths) } else { "" };
    Some(Moved { text: signed(tenths, &percent(tenths, l)), class })
}

const fn direction(tenths: i64) -> &'static str {
    match tenths {
        1.. => "up",
        0 => "",
        _ => "down",
    }
}

fn number(of: i64, l: Locale) -> String {
    count(Counted { count: of, more: false }, l)
}

/// Both sides of every comparison, and the days the first side's list has.
struct Compared<'o> {
    overview: &'o Overview,
    now: Figures,
    before: Figures,
    days: (Date, Date),
    l: Locale,
}

impl Compared<'_> {
    fn money(&self, minor: i64) -> String {
        Money::new(minor, self.overview.currency).display(self.l)
    }

    fn paid_href(&self) -> String {
        behind(Shown::PAID, self.days, self.overview.currency)
    }

    fn volume(&self) -> Figure {
        let (now, before) = (self.now.paid.amount, self.before.paid.amount);
        Figure {
            name: m::volume(self.l),
            is: Some(m::volume_is(self.l)),
            value: self.money(now),
            href: self.paid_href(),
            moved: moved(now, before, true, self.l),
            before: self.money(before),
            more: None,
        }
    }

    fn payments(&self) -> Figure {
        let (now, before) = (self.now.paid.count, self.before.paid.count);
        Figure {
            name: m::payments(self.l),
            is: None,
            value: number(now, self.l),
            href: self.paid_href(),
            moved: moved(now, before, true, self.l),
            before: number(before, self.l),
            more: None,
        }
    }

    fn acceptance(&self) -> Figure {
        let l = self.l;
        let rate = |figures: &Figures| figures.acceptance().map_or("—".to_owned(), |tenths| percent(tenths, l));
        let points = self.now.acceptance().zip(self.before.acceptance()).map(|(now, before)| now - before).filter(|points| *points != 0);
        let decided = [Shown::ACCEPTED, Shown::DECLINED].concat();
        let declined = self.now.declined.count;
        let refused = if declined == 1 { m::one_refused(l).to_owned() } else { m::n_refused(l, &number(declined, l)) };
        let more = (declined > 0)
            .then(|| view! { <a class="more" href=behind(Shown::DECLINED, self.days, self.overview.currency)>{refused}</a> }.into_any());
        Figure {
            name: m::acceptance(l),
            is: Some(m::acceptance_is(l)),
            value: rate(&self.now),
            href: behind(&decided, self.days, self.overview.currency),
            moved: points.map(|tenths| {
                let size = tenths.unsigned_abs();
                let text = m::points(l, &format!("{}{}{}", size / 10, l.pick(".", ","), size % 10));
                Moved { text: signed(tenths, &text), class: direction(tenths) }
            }),
            before: rate(&self.before),
            more,
        }
    }

    fn average(&self) -> Figure {
        let show = |figures: &Figures| figures.average().map_or("—".to_owned(), |minor| self.money(minor));
        let (now, before) = (self.now.average().unwrap_or_default(), self.before.average().unwrap_or_default());
        Figure {
            name: m::average(self.l),
            is: None,
            value: show(&self.now),
            href: self.paid_href(),
            moved: self.now.average().and_then(|_| moved(now, before, false, self.l)),
            before: show(&self.before),
            more: None,
        }
    }

    fn refunds(&self) -> Figure {
        let (now, before) = (self.now.refunded.amount, self.before.refunded.amount);
        Figure {
            name: m::refunds(self.l),
            is: None,
            value: self.money(now),
            href: RefundsAsked::of(self.days, self.overview.currency).href(),
            moved: moved(now, before, false, self.l),
            before: self.money(before),
            more: None,
        }
    }

    fn disputes(&self) -> Figure {
        let (now, before) = (self.now.disputed, self.before.disputed);
        let sum = (now.count > 0).then(|| view! { <span class="more muted num">{self.money(now.amount)}</span> }.into_any());
        Figure {
            name: m::disputes(self.l),
            is: None,
            value: number(now.count, self.l),
            href: behind(&[Shown::Disputed], self.days, self.overview.currency),
            moved: None,
            before: number(before.count, self.l),
            more: sum,
        }
    }
}

/// Today so far, against yesterday at the same time.
pub fn today(overview: &Overview, l: Locale) -> AnyView {
    let days = (overview.today, overview.today);
    let compared = Compared { overview, now: overview.today_figures, before: overview.yesterday, days, l };
    let figures = [compared.volume(), compared.payments(), compared.acceptance(), compared.refunds()];
    view! {
        <section class="card today" aria-labelledby="today">
            <header>
                <h2 id="today">{m::today(l)}</h2>
                <small class="muted">{m::against_yesterday(l)}</small>
            </header>
            <ul class="figures">{figures.into_iter().map(|figure| figure.show(l)).collect_view()}</ul>
        </section>
    }
    .into_any()
}

pub fn period(overview: &Overview, l: Locale) -> AnyView {
    let compared = Compared { overview, now: overview.figures, before: overview.before, days: overview.period(), l };
    let figures =
        [compared.volume(), compared.payments(), compared.acceptance(), compared.average(), compared.refunds(), compared.disputes()];
    view! { <ul class="figures card">{figures.into_iter().map(|figure| figure.show(l)).collect_view()}</ul> }.into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(now: i64, before: i64, l: Locale) -> Option<String> {
        moved(now, before, true, l).map(|moved| moved.text)
    }

    #[test]
    fn what_moved_is_said_in_the_readers_language() {
        assert_eq!(text(1_124, 1_000, Locale::En).as_deref(), Some("+12.4%"));
        assert_eq!(text(994, 1_000, Locale::Fr).as_deref(), Some("\u{2212}0,6\u{202f}%"));
        assert_eq!(text(5, 5, Locale::En), None, "nothing moved");
        assert_eq!(text(13_649, 1_000, Locale::En).as_deref(), Some("+1,264%"));
        assert_eq!(text(5, 0, Locale::En), None, "nothing is no measure");
        assert_eq!(moved(2, 1, true, Locale::En).map(|moved| moved.class), Some("up"));
        assert_eq!(moved(2, 1, false, Locale::En).map(|moved| moved.class), Some(""));
    }
}
