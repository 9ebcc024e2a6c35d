//! The chosen period lives in the address, and leads to the lists behind its figures.

use leptos_router::params::ParamsMap;
use model::{lifecycle::Shown, money::Currency, time::Date, words};
use serde::{Deserialize, Serialize};

use crate::payments::query;

pub const PATH: &str = "/dashboard";
pub const REFUNDS: &str = "/dashboard/refunds";

words! {
    /// Periods that end today, and any other.
    pub enum Period { Week = "7d", Days = "30d", Month = "month", Quarter = "90d", Custom = "custom" }
}

/// As the address has it; what can't be read is as if it were not there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Asked {
    pub period: Period,
    /// `2026-11-22`; of a custom period.
    pub from: String,
    pub to: String,
    /// `eur`; empty: the account's.
    pub currency: String,
}

impl Asked {
    pub fn read(query: &ParamsMap) -> Self {
        let text = |name| query.get(name).map(|text| text.trim().to_owned()).unwrap_or_default();
        let day = |name| text(name).parse::<Date>().map(|day| day.to_string()).unwrap_or_default();
        let (from, to) = (day("from"), day("to"));
        let custom = !from.is_empty() || !to.is_empty();
        let period = if custom {
            Period::Custom
        } else {
            text("period").parse().ok().filter(|period| *period != Period::Custom).unwrap_or(Period::Days)
        };
        let currency = Currency::from_code(&text("currency")).map(|currency| currency.code().to_owned()).unwrap_or_default();
        Self { period, from, to, currency }
    }

    pub fn href(&self) -> String {
        let custom = self.period == Period::Custom;
        let pairs = [
            ("period", if custom || self.period == Period::Days { "" } else { self.period.as_str() }),
            ("from", if custom { self.from.as_str() } else { "" }),
            ("to", if custom { self.to.as_str() } else { "" }),
            ("currency", self.currency.as_str()),
        ];
        let query: Vec<String> =
            pairs.iter().filter(|(_, value)| !value.is_empty()).map(|(name, value)| format!("{name}={value}")).collect();
        if query.is_empty() { PATH.to_owned() } else { format!("{PATH}?{}", query.join("&")) }
    }

    #[must_use]
    pub fn period(&self, period: Period) -> Self {
        Self { period, ..self.clone() }
    }

    #[must_use]
    pub fn currency(&self, currency: Currency) -> Self {
        Self { currency: currency.code().to_owned(), ..self.clone() }
    }

    /// The days it stands for, both included.
    #[cfg(not(target_arch = "wasm32"))]
    pub fn days(&self, today: Date) -> (Date, Date) {
        let back = |days: i64| (today.plus_days(1 - days), today);
        match self.period {
            Period::Week => back(7),
            Period::Days => back(30),
            Period::Quarter => back(90),
            Period::Month => (Date { day: 1, ..today }, today),
            Period::Custom => {
                let (from, to) = (self.from.parse().ok(), self.to.parse().ok());
                let to = to.unwrap_or(today);
                (from.unwrap_or_else(|| to.plus_days(-29)), to)
            }
        }
    }
}

/// The list behind a figure: orders of these days with one of these labels.
pub fn behind(labels: &[Shown], (from, to): (Date, Date), currency: Currency) -> String {
    query::Asked { from: Some(from), to: Some(to), status: labels.to_vec(), currency: Some(currency), ..query::Asked::default() }.href()
}

/// The refunds behind a figure.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RefundsAsked {
    pub from: String,
    pub to: String,
    pub currency: String,
    pub after: String,
}

impl RefundsAsked {
    pub fn of((from, to): (Date, Date), currency: Currency) -> Self {
        Self { from: from.to_string(), to: to.to_string(), currency: currency.code().to_owned(), after: String::new() }
    }

    pub fn read(query: &ParamsMap) -> Self {
        let text = |name| query.get(name).map(|text| text.trim().to_owned()).unwrap_or_default();
        Self { from: text("from"), to: text("to"), currency: text("currency"), after: text("after") }
    }

    pub fn href(&self) -> String {
        let pairs = [("from", &self.from), ("to", &self.to), ("currency", &self.currency), ("after", &self.after)];
        let query: Vec<String> =
            pairs.iter().filter(|(_, value)| !value.is_empty()).map(|(name, value)| format!("{name}={}", query::escape(value))).collect();
        if query.is_empty() { REFUNDS.to_owned() } else { format!("{REFUNDS}?{}", query.join("&")) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(query: &str) -> Asked {
        Asked::read(
            &query.split('&').filter_map(|pair| pair.split_once('=')).map(|(key, value)| (key.to_owned(), value.to_owned())).collect(),
        )
    }

    #[test]
    fn the_address_says_the_period_and_nonsense_is_the_usual_one() {
        for href in ["/dashboard", "/dashboard?period=7d&currency=usd", "/dashboard?from=2026-01-01&to=2026-01-31"] {
            assert_eq!(read(href.split_once('?').unwrap_or_default().1).href(), href);
        }
        assert_eq!(read("period=custom&from=x&currency=zzz").href(), "/dashboard");
        let today: Date = "2026-11-22".parse().unwrap();
        let days = |query: &str| read(query).days(today);
        assert_eq!(days("period=7d"), ("2026-11-16".parse().unwrap(), today));
        assert_eq!(days("period=month"), ("2026-11-01".parse().unwrap(), today));
        assert_eq!(days("to=2026-03-01"), ("2026-01-31".parse().unwrap(), "2026-03-01".parse().unwrap()));
    }

    #[test]
    fn a_figure_leads_to_its_list() {
        let day: Date = "2026-11-22".parse().unwrap();
        assert_eq!(
            behind(Shown::DECLINED, (day, day), Currency::Eur).replace("%2D", "-"),
            "/dashboard/payments?from=2026-11-22&to=2026-11-22&status=refused,error&currency=eur"
        );
    }
}
