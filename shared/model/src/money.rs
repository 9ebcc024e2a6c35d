//! Money: a whole number of minor units in a currency. No floats, no defaults, no silent mixing.

use std::cmp::Ordering;

use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::locale::Locale;

#[path = "money_parse.rs"]
mod parse;
pub use parse::MoneyTextError;

/// The largest amount the API takes, in minor units (Stancer's schema: an unsigned 32-bit number).
pub const MAX_AMOUNT: i64 = 4_294_967_295;

/// The narrow no-break space that French puts between groups of digits and before the currency.
const NARROW: char = '\u{202f}';
const MINUS: char = '\u{2212}';

/// The currencies of the API, alphabetical. There is no default: what has none says `Eur` where the API says so.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Currency {
    Aud,
    Cad,
    Chf,
    Dkk,
    Eur,
    Gbp,
    Nok,
    Pln,
    Sek,
    Usd,
}

impl Currency {
    pub const ALL: [Self; 10] =
        [Self::Aud, Self::Cad, Self::Chf, Self::Dkk, Self::Eur, Self::Gbp, Self::Nok, Self::Pln, Self::Sek, Self::Usd];

    /// ISO 4217 in lower case, as the API writes it.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Aud => "aud",
            Self::Cad => "cad",
            Self::Chf => "chf",
            Self::Dkk => "dkk",
            Self::Eur => "eur",
            Self::Gbp => "gbp",
            Self::Nok => "nok",
            Self::Pln => "pln",
            Self::Sek => "sek",
            Self::Usd => "usd",
        }
    }

    /// ISO 4217 as people write it: "EUR".
    pub const fn upper(self) -> &'static str {
        match self {
            Self::Aud => "AUD",
            Self::Cad => "CAD",
            Self::Chf => "CHF",
            Self::Dkk => "DKK",
            Self::Eur => "EUR",
            Self::Gbp => "GBP",
            Self::Nok => "NOK",
            Self::Pln => "PLN",
            Self::Sek => "SEK",
            Self::Usd => "USD",
        }
    }

    /// Takes either case, as clients send both.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|currency| currency.code().eq_ignore_ascii_case(code))
    }

    /// How many digits the minor unit has (ISO 4217); two for all of these.
    pub const fn exponent(self) -> u8 {
        match self {
            Self::Aud | Self::Cad | Self::Chf | Self::Dkk | Self::Eur | Self::Gbp | Self::Nok | Self::Pln | Self::Sek | Self::Usd => 2,
        }
    }

    /// The sign people write at home. Three countries share "kr": [`Money::display`] writes their codes instead.
    pub const fn symbol(self) -> &'static str {
        match self {
            Self::Aud => "A$",
            Self::Cad => "CA$",
            Self::Chf => "CHF",
            Self::Dkk | Self::Nok | Self::Sek => "kr",
            Self::Eur => "€",
            Self::Gbp => "£",
            Self::Pln => "zł",
            Self::Usd => "$",
        }
    }

    /// What names this currency and no other, in one language (as in CLDR, but `£` in French too).
    const fn sign(self, locale: Locale) -> &'static str {
        match self {
            Self::Aud => locale.pick("A$", "$AU"),
            Self::Cad => locale.pick("CA$", "$CA"),
            Self::Usd => locale.pick("$", "$US"),
            Self::Eur => "€",
            Self::Gbp => "£",
            Self::Chf | Self::Dkk | Self::Nok | Self::Pln | Self::Sek => self.upper(),
        }
    }

    /// Minor units in one major unit.
    const fn scale(self) -> u64 {
        10_u64.pow(self.exponent() as u32)
    }
}

/// Why two amounts don't combine.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum MoneyError {
    #[error("amounts in different currencies can't be added or compared")]
    CurrencyMismatch,
    #[error("the amount is too large to count")]
    Overflow,
}

/// An amount: `minor` units (cents) of a currency. It may be negative: a ledger and a balance have both signs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Money {
    minor: i64,
    currency: Currency,
}

impl Money {
    /// `minor` in minor units: 12990 of `Eur` is €129.90.
    pub const fn new(minor: i64, currency: Currency) -> Self {
        Self { minor, currency }
    }

    pub const fn zero(currency: Currency) -> Self {
        Self::new(0, currency)
    }

    /// In minor units.
    pub const fn minor(self) -> i64 {
        self.minor
    }

    pub const fn currency(self) -> Currency {
        self.currency
    }

    pub const fn is_zero(self) -> bool {
        self.minor == 0
    }

    /// # Errors
    /// Another currency, or more than an `i64` of minor units.
    pub fn checked_add(self, other: Self) -> Result<Self, MoneyError> {
        self.combine(other, i64::checked_add)
    }

    /// # Errors
    /// Another currency, or more than an `i64` of minor units.
    pub fn checked_sub(self, other: Self) -> Result<Self, MoneyError> {
        self.combine(other, i64::checked_sub)
    }

    fn combine(self, other: Self, operation: fn(i64, i64) -> Option<i64>) -> Result<Self, MoneyError> {
        if self.currency != other.currency {
            return Err(MoneyError::CurrencyMismatch);
        }
        let minor = operation(self.minor, other.minor).ok_or(MoneyError::Overflow)?;
        Ok(Self::new(minor, self.currency))
    }

    /// `bp` hundredths of a percent of this amount, a half rounded up (towards plus infinity): 0.70 % is 70.
    /// Counted in 128 bits; what an `i64` can't hold is held at its bound, far beyond [`MAX_AMOUNT`].
    #[must_use]
    pub fn basis_points(self, bp: u32) -> Self {
        let scaled = i128::from(self.minor) * i128::from(bp);
        let rounded = (scaled + 5_000).div_euclid(10_000);
        let bound = if rounded < 0 { i64::MIN } else { i64::MAX };
        Self::new(i64::try_from(rounded).unwrap_or(bound), self.currency)
    }

    /// Shares this amount by weight. The shares add up to it exactly; the few units that rounding leaves
    /// go one each to the first that have a weight. Without any weight there is nothing to share: empty.
    pub fn allocate(self, parts: &[u32]) -> Vec<Self> {
        let total: i128 = parts.iter().copied().map(i128::from).sum();
        if total == 0 {
            return Vec::new();
        }
        let whole = i128::from(self.minor);
        let share = |part: u32| whole * i128::from(part) / total;
        let mut left = whole - parts.iter().copied().map(share).sum::<i128>();
        let step = left.signum();
        parts
            .iter()
            .map(|&part| {
                let mut minor = share(part);
                if left != 0 && part != 0 {
                    minor += step;
                    left -= step;
                }
                // A share is never larger than the whole, which is an i64.
                Self::new(i64::try_from(minor).unwrap_or(self.minor), self.currency)
            })
            .collect()
    }

    /// With its currency, as the language writes it: "€1,480.00", "1 480,00 €".
    pub fn display(self, locale: Locale) -> String {
        let sign = self.currency.sign(locale);
        let mut text = String::with_capacity(20);
        match locale {
            Locale::En => {
                if self.minor < 0 {
                    text.push(MINUS);
                }
                text.push_str(sign);
                if sign.ends_with(|c: char| c.is_ascii_alphabetic()) {
                    text.push('\u{a0}');
                }
                self.push_digits(&mut text, locale);
            }
            Locale::Fr => {
                text.push_str(&self.display_number(locale));
                text.push(NARROW);
                text.push_str(sign);
            }
        }
        text
    }

    /// Without the currency, for a column that names it: "1,480.00", "1 480,00".
    pub fn display_number(self, locale: Locale) -> String {
        let mut text = String::with_capacity(16);
        if self.minor < 0 {
            text.push(MINUS);
        }
        self.push_digits(&mut text, locale);
        text
    }

    fn push_digits(self, text: &mut String, locale: Locale) {
        let (group, point) = match locale {
            Locale::En => (',', '.'),
            Locale::Fr => (NARROW, ','),
        };
        let size = self.minor.unsigned_abs();
        let whole = (size / self.currency.scale()).to_string();
        for (place, digit) in whole.chars().enumerate() {
            if place != 0 && (whole.len() - place).is_multiple_of(3) {
                text.push(group);
            }
            text.push(digit);
        }
        let width = usize::from(self.currency.exponent());
        if width != 0 {
            let fraction = (size % self.currency.scale()).to_string();
            text.push(point);
            text.extend(std::iter::repeat_n('0', width - fraction.len()));
            text.push_str(&fraction);
        }
    }
}

/// Amounts in different currencies have no order.
impl PartialOrd for Money {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        (self.currency == other.currency).then(|| self.minor.cmp(&other.minor))
    }
}

#[cfg(test)]
#[path = "money_tests.rs"]
mod tests;
