//! The languages people read, and the macro that holds sentences in both.

use serde::{Deserialize, Serialize};

/// A language of the pages. Amounts, dates and sentences follow it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Locale {
    /// Also what is shown to whoever asks for a language that isn't here.
    #[default]
    En,
    Fr,
}

impl Locale {
    pub const ALL: [Self; 2] = [Self::En, Self::Fr];

    /// The BCP 47 language, as in `<html lang>` and `?lang=`.
    pub const fn code(self) -> &'static str {
        self.pick("en", "fr")
    }

    /// `fr`, `FR`, `fr-CA` and `fr_FR` are all French.
    pub fn from_code(code: &str) -> Option<Self> {
        let language = code.trim().split(['-', '_']).next()?;
        Self::ALL.into_iter().find(|locale| locale.code().eq_ignore_ascii_case(language))
    }

    /// The best language of an `Accept-Language` header (RFC 9110 §12.5.4): the highest quality wins, the
    /// first of equals; nothing usable is English.
    pub fn from_accept_language(header: &str) -> Self {
        let mut best: Option<(u16, Self)> = None;
        for item in header.split(',').take(32) {
            let (tag, parameters) = item.split_once(';').unwrap_or((item, ""));
            let locale = if tag.trim() == "*" { Some(Self::default()) } else { Self::from_code(tag) };
            if let Some(locale) = locale {
                let quality = quality(parameters);
                if quality > 0 && best.is_none_or(|(known, _)| quality > known) {
                    best = Some((quality, locale));
                }
            }
        }
        best.map_or_else(Self::default, |(_, locale)| locale)
    }

    /// One of two texts by language.
    pub const fn pick(self, en: &'static str, fr: &'static str) -> &'static str {
        match self {
            Self::En => en,
            Self::Fr => fr,
        }
    }

    /// The text of one of two makers by language; what [`messages!`](crate::messages) with arguments calls.
    pub fn pick_with(self, en: impl FnOnce() -> String, fr: impl FnOnce() -> String) -> String {
        match self {
            Self::En => en(),
            Self::Fr => fr(),
        }
    }
}

/// `q=0.8` in thousandths; absent is 1000, unreadable 0.
fn quality(parameters: &str) -> u16 {
    let Some(value) = parameters.split(';').find_map(|p| p.trim().strip_prefix("q=")) else {
        return 1000;
    };
    let (whole, fraction) = value.trim().split_once('.').unwrap_or((value.trim(), ""));
    let thousandths = fraction
        .bytes()
        .chain(std::iter::repeat(b'0'))
        .take(3)
        .try_fold(0_u16, |sum, digit| digit.is_ascii_digit().then(|| sum * 10 + u16::from(digit - b'0')));
    match (whole, thousandths) {
        ("1", Some(_)) => 1000,
        ("0", Some(thousandths)) => thousandths,
        _ => 0,
    }
}

/// Sentences in English and French, one function each, checked by the compiler.
///
/// ```
/// model::messages! {
///     pay: "Pay", "Payer";
///     pay_amount(amount): "Pay {amount}", "Payer {amount}";
/// }
/// use model::locale::Locale;
/// assert_eq!(pay(Locale::Fr), "Payer");
/// assert_eq!(pay_amount(Locale::En, "€12.00"), "Pay €12.00");
/// ```
#[macro_export]
macro_rules! messages {
    (@one [$($meta:tt)*] $name:ident [] $en:literal $fr:literal) => {
        $($meta)*
        pub fn $name(l: $crate::locale::Locale) -> &'static str {
            l.pick($en, $fr)
        }
    };
    (@one [$($meta:tt)*] $name:ident [$($arg:ident)+] $en:literal $fr:literal) => {
        $($meta)*
        pub fn $name(l: $crate::locale::Locale, $($arg: &str),+) -> ::std::string::String {
            l.pick_with(|| ::std::format!($en), || ::std::format!($fr))
        }
    };
    ($($(#[$meta:meta])* $name:ident $(($($arg:ident),+ $(,)?))? : $en:literal, $fr:literal);* $(;)?) => {
        $($crate::messages!{@one [$(#[$meta])*] $name [$($($arg)+)?] $en $fr})*
    };
}

#[cfg(test)]
mod tests {
    use super::*;

    crate::messages! {
        same: "Date", "Date";
        /// Says how many of how many.
        of(part, whole): "{part} of {whole}", "{part} sur {whole}";
        swapped(a, b): "{a}, {b}", "{b}, {a}"
    }

    #[test]
    fn messages_take_the_language_and_the_arguments() {
        assert_eq!(same(Locale::Fr), "Date");
        assert_eq!(of(Locale::En, "1", "2"), "1 of 2");
        assert_eq!(of(Locale::Fr, "1", "2"), "1 sur 2");
        assert_eq!(swapped(Locale::Fr, "x", "y"), "y, x");
    }

    #[test]
    fn codes_are_read_with_regions() {
        for code in ["fr", "FR", "fr-CA", "fr_FR", " fr "] {
            assert_eq!(Locale::from_code(code), Some(Locale::Fr), "{code}");
        }
        assert_eq!(Locale::from_code("frr"), None);
        assert_eq!(Locale::from_code(""), None);
    }

    #[test]
    fn the_browser_gets_the_language_it_prefers() {
        let of = Locale::from_accept_language;
        assert_eq!(of("fr-FR,fr;q=0.9,en;q=0.8"), Locale::Fr);
        assert_eq!(of("de,en;q=0.5,fr;q=0.9"), Locale::Fr);
        assert_eq!(of("en;q=0.8, fr;q=0.8"), Locale::En);
        assert_eq!(of("fr;q=0, en;q=0.001"), Locale::En);
        assert_eq!(of("fr;q=abc"), Locale::En);
        assert_eq!(of("ja"), Locale::En);
        assert_eq!(of(""), Locale::En);
        assert_eq!(of(";;;,,=\u{0}"), Locale::En);
    }
}
