//! Card numbers (ISO/IEC 7812): the Luhn check, the brand by its first digits, lengths and grouping by brand.

use serde::{Deserialize, Serialize};

use crate::typed;

/// The API's limits (`CardIn.number`: 13 to 19 digits).
pub const MIN_LENGTH: usize = 13;
pub const MAX_LENGTH: usize = 19;

/// A card scheme. A French CB card carries the number of its Visa or Mastercard, so it is none of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Brand {
    Amex,
    Diners,
    Discover,
    Jcb,
    Maestro,
    Mastercard,
    UnionPay,
    Visa,
}

impl Brand {
    pub const ALL: [Self; 8] =
        [Self::Amex, Self::Diners, Self::Discover, Self::Jcb, Self::Maestro, Self::Mastercard, Self::UnionPay, Self::Visa];

    /// As the API writes it.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Amex => "amex",
            Self::Diners => "diners",
            Self::Discover => "discover",
            Self::Jcb => "jcb",
            Self::Maestro => "maestro",
            Self::Mastercard => "mastercard",
            Self::UnionPay => "unionpay",
            Self::Visa => "visa",
        }
    }

    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|brand| brand.code() == code)
    }

    /// As its owner writes it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Amex => "American Express",
            Self::Diners => "Diners Club",
            Self::Discover => "Discover",
            Self::Jcb => "JCB",
            Self::Maestro => "Maestro",
            Self::Mastercard => "Mastercard",
            Self::UnionPay => "UnionPay",
            Self::Visa => "Visa",
        }
    }

    /// Whether its cards have numbers of so many digits.
    pub const fn has_length(self, digits: usize) -> bool {
        match self {
            Self::Amex => digits == 15,
            Self::Diners => matches!(digits, 14..=19),
            Self::Discover | Self::Jcb | Self::UnionPay => matches!(digits, 16..=19),
            Self::Maestro => matches!(digits, MIN_LENGTH..=MAX_LENGTH),
            Self::Mastercard => digits == 16,
            Self::Visa => matches!(digits, 13 | 16 | 19),
        }
    }

    /// The most digits its numbers have.
    pub const fn max_length(self) -> usize {
        match self {
            Self::Amex => 15,
            Self::Mastercard => 16,
            _ => MAX_LENGTH,
        }
    }

    /// How many digits most of its cards have: when a form may move on by itself.
    pub const fn usual_length(self) -> usize {
        match self {
            Self::Amex => 15,
            Self::Diners => 14,
            _ => 16,
        }
    }

    /// How many digits the security code has.
    pub const fn cvc_length(self) -> usize {
        match self {
            Self::Amex => 4,
            _ => 3,
        }
    }

    /// What the brand calls its security code.
    pub const fn cvc_name(self) -> &'static str {
        match self {
            Self::Amex => "CID",
            Self::Visa => "CVV2",
            Self::Mastercard => "CVC2",
            _ => "CVC",
        }
    }
}

/// First digits by brand, written out to four digits: from, to. They don't overlap.
/// Numbers 622126 to 622925 belong to Discover and `UnionPay` alike; here they are `UnionPay`.
const RANGES: [(u32, u32, Brand); 21] = [
    (2221, 2720, Brand::Mastercard),
    (3000, 3059, Brand::Diners),
    (3095, 3095, Brand::Diners),
    (3400, 3499, Brand::Amex),
    (3528, 3589, Brand::Jcb),
    (3600, 3699, Brand::Diners),
    (3700, 3799, Brand::Amex),
    (3800, 3999, Brand::Diners),
    (4000, 4999, Brand::Visa),
    (5000, 5099, Brand::Maestro),
    (5100, 5599, Brand::Mastercard),
    (5600, 5899, Brand::Maestro),
    (6011, 6011, Brand::Discover),
    (6200, 6299, Brand::UnionPay),
    (6304, 6304, Brand::Maestro),
    (6390, 6390, Brand::Maestro),
    (6440, 6499, Brand::Discover),
    (6500, 6599, Brand::Discover),
    (6700, 6799, Brand::Maestro),
    (8100, 8171, Brand::UnionPay),
    (6900, 6999, Brand::Maestro),
];

problems! {
    /// What is wrong with a card number.
    CardError {
        Empty "card_empty"
            "Enter your card number." "Saisissez le numéro de votre carte.";
        NotDigits "card_not_digits"
            "A card number has only digits." "Un numéro de carte ne comporte que des chiffres.";
        TooShort "card_too_short"
            "This card number is too short: digits are missing." "Ce numéro de carte est trop court : il manque des chiffres.";
        TooLong "card_too_long"
            "This card number is too long: it has too many digits." "Ce numéro de carte est trop long : il a trop de chiffres.";
        UnknownBrand "card_unknown_brand"
            "We don’t recognise this card’s brand. Check its first digits." "Nous ne reconnaissons pas cette carte. Vérifiez ses premiers chiffres.";
        Checksum "card_checksum"
            "This card number isn’t right. Check its digits." "Ce numéro de carte est erroné. Vérifiez les chiffres.";
    }
}

fn is_digit(c: char) -> bool {
    c.is_ascii_digit()
}

/// Only the digits of a text, whatever stands between them.
pub fn digits_only(text: &str) -> String {
    text.chars().filter(|c| is_digit(*c)).collect()
}

/// Whether the last digit is the check digit of the others (ISO/IEC 7812-1, annex B). Digits only.
pub fn luhn(digits: &str) -> bool {
    let sum = digits.bytes().rev().enumerate().try_fold(0_u32, |sum, (place, byte)| {
        let digit = u32::from(byte.wrapping_sub(b'0'));
        let doubled = if place % 2 == 0 { digit } else { digit * 2 };
        (digit < 10).then(|| (sum + doubled / 10 + doubled % 10) % 10)
    });
    !digits.is_empty() && sum == Some(0)
}

/// The first four digits' smallest and largest value, where fewer are typed.
fn span(digits: &str) -> Option<(u32, u32)> {
    let typed = digits.bytes().take(4).filter(u8::is_ascii_digit);
    let (value, count) = typed.fold((0, 0), |(value, count), byte| (value * 10 + u32::from(byte - b'0'), count + 1));
    let open = 10_u32.pow(4 - count);
    (count != 0).then(|| (value * open, value * open + open - 1))
}

/// The brand, as soon as the digits typed so far leave only one. Digits only.
pub fn brand(digits: &str) -> Option<Brand> {
    let (from, to) = span(digits)?;
    RANGES.iter().find(|(low, high, _)| *low <= from && to <= *high).map(|(.., brand)| *brand)
}

/// Whether a known brand may still come of the digits typed so far.
pub fn may_be_known(digits: &str) -> bool {
    span(digits).is_none_or(|(from, to)| RANGES.iter().any(|(low, high, _)| *low <= to && from <= *high))
}

/// Checks a whole number; spaces and hyphens between the digits don't matter.
///
/// # Errors
/// The first thing that is wrong with it.
pub fn check(text: &str) -> Result<Brand, CardError> {
    let parted = |c: char| c.is_whitespace() || matches!(c, '-' | '\u{2010}' | '\u{2011}');
    if text.chars().any(|c| !is_digit(c) && !parted(c)) {
        return Err(CardError::NotDigits);
    }
    let digits = digits_only(text);
    if digits.is_empty() {
        return Err(CardError::Empty);
    }
    if !may_be_known(&digits) {
        return Err(CardError::UnknownBrand);
    }
    if digits.len() < MIN_LENGTH {
        return Err(CardError::TooShort);
    }
    let brand = brand(&digits).ok_or(CardError::UnknownBrand)?;
    if digits.len() > brand.max_length() {
        return Err(CardError::TooLong);
    }
    if !brand.has_length(digits.len()) {
        return Err(CardError::TooShort);
    }
    if luhn(&digits) { Ok(brand) } else { Err(CardError::Checksum) }
}

/// The last four digits, which may be shown and stored. Digits only; fewer if there are fewer.
pub fn last4(digits: &str) -> &str {
    digits.get(digits.len().saturating_sub(4)..).unwrap_or_default()
}

/// Digits in the groups that are embossed on the card.
pub fn format(digits: &str) -> String {
    let sizes: &[usize] = match brand(digits) {
        Some(Brand::Amex) => &[4, 6, 5],
        Some(Brand::Diners) if digits.len() <= 14 => &[4, 6, 4],
        _ => &[4],
    };
    typed::grouped(digits, sizes)
}

/// Regroups what is being typed: new text, and the caret behind the same digit as before.
/// What isn't a digit is dropped; more digits than any card has too. Carets in UTF-16 units.
pub fn format_typed(text: &str, caret: usize) -> (String, usize) {
    let mut digits = digits_only(text);
    digits.truncate(MAX_LENGTH);
    let formatted = format(&digits);
    let caret = typed::after_kept(&formatted, typed::kept_before(text, caret, is_digit), is_digit);
    (formatted, caret)
}

#[cfg(test)]
#[path = "card_tests.rs"]
mod tests;
