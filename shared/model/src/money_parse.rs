//! Reading amounts as people type them.

use thiserror::Error;

use super::{Currency, Money};
use crate::locale::Locale;

/// Why a typed amount can't be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum MoneyTextError {
    #[error("no amount was given")]
    Empty,
    #[error("this is not an amount")]
    NotAnAmount,
    #[error("the amount has more digits after the separator than the currency")]
    TooPrecise,
    #[error("the amount is in another currency")]
    OtherCurrency,
    #[error("the amount is too large")]
    TooLarge,
}

impl MoneyTextError {
    /// For the person who typed it.
    pub fn message(self, locale: Locale) -> &'static str {
        match self {
            Self::Empty => locale.pick("Enter an amount.", "Saisissez un montant."),
            Self::NotAnAmount => {
                locale.pick("Enter the amount in digits, for example 129.90.", "Saisissez le montant en chiffres, par exemple 129,90.")
            }
            Self::TooPrecise => {
                locale.pick("Enter at most two digits after the point.", "Saisissez au plus deux chiffres après la virgule.")
            }
            Self::OtherCurrency => locale.pick("This amount is in another currency.", "Ce montant est dans une autre devise."),
            Self::TooLarge => locale.pick("This amount is too large.", "Ce montant est trop élevé."),
        }
    }
}

impl Money {
    /// Reads "129.90", "129,9", "1 480,00 €", "€1,480", "1'480.00" or "-20 EUR".
    ///
    /// Either mark may be the decimal one. A single mark before exactly three digits groups thousands only if
    /// that is how `locale` groups them; otherwise the amount is refused rather than guessed.
    ///
    /// # Errors
    /// Says what is wrong with the text; see [`MoneyTextError`].
    pub fn parse_major(text: &str, currency: Currency, locale: Locale) -> Result<Self, MoneyTextError> {
        let (negative, number) = without_sign(text, currency)?;
        let (whole, fraction) = split(number, currency, locale);
        let mut digits = ungroup(whole)?;
        let width = usize::from(currency.exponent());
        if !fraction.bytes().all(|b| b.is_ascii_digit()) || (digits.is_empty() && fraction.is_empty()) {
            return Err(MoneyTextError::NotAnAmount);
        }
        if fraction.len() > width {
            return Err(MoneyTextError::TooPrecise);
        }
        digits.push_str(fraction);
        digits.extend(std::iter::repeat_n('0', width - fraction.len()));
        if negative {
            digits.insert(0, '-');
        }
        let minor = digits.parse().map_err(|_| MoneyTextError::TooLarge)?;
        Ok(Self::new(minor, currency))
    }
}

/// Takes one minus from before or behind the currency, and the currency from before or behind the number.
fn without_sign(text: &str, currency: Currency) -> Result<(bool, &str), MoneyTextError> {
    const MINUSES: [char; 2] = ['-', '\u{2212}'];
    let text = text.trim();
    if text.is_empty() {
        return Err(MoneyTextError::Empty);
    }
    let (negative, rest) = text.strip_prefix(MINUSES).map_or((false, text), |rest| (true, rest.trim_start()));
    let is_number = |c: char| c.is_ascii_digit() || matches!(c, '.' | ',');
    let start = rest.find(|c| is_number(c) || MINUSES.contains(&c)).unwrap_or(rest.len());
    let (before, rest) = rest.split_at(start);
    let end = rest.rfind(is_number).map_or(0, |at| at + 1);
    let (number, behind) = rest.split_at(end);
    let inner = if negative || before.is_empty() { None } else { number.strip_prefix(MINUSES) };
    match (before.trim(), behind.trim()) {
        ("", "") => Ok(()),
        (sign, "") | ("", sign) => is_sign(sign, currency),
        _ => Err(MoneyTextError::NotAnAmount),
    }?;
    Ok((negative || inner.is_some(), inner.unwrap_or(number).trim_start()))
}

fn is_sign(sign: &str, currency: Currency) -> Result<(), MoneyTextError> {
    let names = |c: Currency| sign.eq_ignore_ascii_case(c.code()) || sign == c.symbol() || Locale::ALL.iter().any(|l| sign == c.sign(*l));
    let dollar = sign == "$" && matches!(currency, Currency::Aud | Currency::Cad | Currency::Usd);
    if dollar || names(currency) {
        Ok(())
    } else if Currency::ALL.into_iter().any(names) {
        Err(MoneyTextError::OtherCurrency)
    } else {
        Err(MoneyTextError::NotAnAmount)
    }
}

/// Whole part, still grouped, and fraction.
fn split(number: &str, currency: Currency, locale: Locale) -> (&str, &str) {
    let Some(last) = number.rfind(['.', ',']) else {
        return (number, "");
    };
    let (whole, marked) = number.split_at(last);
    let (mark, fraction) = marked.split_at(1);
    let twice = whole.contains(mark);
    let alone = !whole.is_empty() && whole.bytes().all(|b| b.is_ascii_digit());
    let groups = alone && mark == "," && locale == Locale::En && fraction.len() == 3 && currency.exponent() < 3;
    // A mark that stands twice can only group.
    if twice || groups { (number, "") } else { (whole, fraction) }
}

/// Digits of a whole part whose groups, if any, are of three and parted by one kind of mark.
fn ungroup(whole: &str) -> Result<String, MoneyTextError> {
    let is_space = |c: char| matches!(c, ' ' | '\u{a0}' | '\u{202f}' | '\u{2009}');
    let apostrophe = |c: char| matches!(c, '\'' | '\u{2019}');
    let groups: Vec<&str> = whole.split(|c: char| !c.is_ascii_digit()).collect();
    let mut kind = None;
    for mark in whole.chars().filter(|c| !c.is_ascii_digit()) {
        let this = match mark {
            c if is_space(c) => ' ',
            c if apostrophe(c) => '\'',
            '.' | ',' => mark,
            _ => return Err(MoneyTextError::NotAnAmount),
        };
        if *kind.get_or_insert(this) != this {
            return Err(MoneyTextError::NotAnAmount);
        }
    }
    let grouped = groups.len() > 1;
    let first_wrong = grouped && !matches!(groups.first().map_or(0, |g| g.len()), 1..=3);
    if first_wrong || groups.iter().skip(1).any(|group| group.len() != 3) {
        return Err(MoneyTextError::NotAnAmount);
    }
    Ok(groups.concat())
}
