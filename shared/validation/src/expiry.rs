//! When a card ends: the last day of the month printed on it.

use serde::{Deserialize, Serialize};

use crate::typed;

/// The API's limits (`CardIn.exp_year`).
pub const MIN_YEAR: u16 = 2019;
pub const MAX_YEAR: u16 = 2099;

/// A month of a year. Ordered in time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Expiry {
    /// In full: 2027.
    pub year: u16,
    /// 1 to 12.
    pub month: u8,
}

/// "12/27", as on the card.
impl core::fmt::Display for Expiry {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "{:02}/{:02}", self.month, self.year % 100)
    }
}

problems! {
    /// What is wrong with an expiry date.
    ExpiryError {
        Empty "expiry_empty"
            "Enter the date your card expires." "Saisissez la date d’expiration de votre carte.";
        Format "expiry_format"
            "Enter month and year as on the card, for example 12/27." "Saisissez le mois et l’année comme sur la carte, par exemple 12/27.";
        Month "expiry_month"
            "The month is from 01 to 12." "Le mois va de 01 à 12.";
        Year "expiry_year"
            "Check the year: no card expires then." "Vérifiez l’année : aucune carte n’expire à cette date.";
        Past "expiry_past"
            "This card has expired. Use another one." "Cette carte a expiré. Utilisez-en une autre.";
    }
}

/// Reads "12/27", "1227", "12 / 2027", "1/27", "12-27" or "122027" and checks it against today's month.
///
/// # Errors
/// The first thing that is wrong with it.
pub fn parse(text: &str, now: Expiry) -> Result<Expiry, ExpiryError> {
    let text = text.trim();
    if text.is_empty() {
        return Err(ExpiryError::Empty);
    }
    let is_mark = |c: char| matches!(c, '/' | '-' | '.' | ' ');
    let (month, year) = match text.split_once(is_mark) {
        Some((month, rest)) => (month, rest.trim_start_matches(is_mark)),
        // A first digit above 1 is the whole month.
        None if text.starts_with(|c: char| matches!(c, '2'..='9')) => text.split_at(1),
        None => text.split_at_checked(2).ok_or(ExpiryError::Format)?,
    };
    let digits = |text: &str, lengths: &[usize]| {
        let fits = lengths.contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit());
        if fits { text.parse::<u16>().map_err(|_| ExpiryError::Format) } else { Err(ExpiryError::Format) }
    };
    let month = u8::try_from(digits(month, &[1, 2])?).map_err(|_| ExpiryError::Month)?;
    let short = year.len() == 2;
    let year = digits(year, &[2, 4])?;
    check(month, if short { 2000 + year } else { year }, now)
}

/// Checks a month and a full year against today's month.
///
/// # Errors
/// The first thing that is wrong with it.
pub fn check(month: u8, year: u16, now: Expiry) -> Result<Expiry, ExpiryError> {
    if !(1..=12).contains(&month) {
        return Err(ExpiryError::Month);
    }
    let expiry = Expiry { year, month };
    if !(2000..=MAX_YEAR).contains(&year) {
        return Err(ExpiryError::Year);
    }
    if year < MIN_YEAR || expiry < now { Err(ExpiryError::Past) } else { Ok(expiry) }
}

/// What stands between month and year.
const MARK: &str = " / ";

fn is_digit(c: char) -> bool {
    c.is_ascii_digit()
}

fn digits_of(text: &str) -> String {
    text.chars().filter(|c| is_digit(*c)).collect()
}

/// Writes what is being typed as "MM / YY" (or a four-digit year), with the caret behind the same digit.
///
/// "3" becomes "03" and "1/" becomes "01 / ". Deleting into the mark removes it whole; deleting a digit of the month
/// leaves the year alone. Carets in UTF-16 units.
pub fn format_typed(text: &str, caret: usize) -> (String, usize) {
    let (head, tail) = text.split_once('/').unwrap_or((text, ""));
    let slash = head.len() < text.len();
    // Whether the mark is the one written here, and not one that somebody typed to end the month.
    let ours = slash && head.ends_with(' ') && tail.starts_with(' ');
    let typed_month = digits_of(head);
    let (month, year, padded) = halves(&typed_month, &digits_of(tail), slash, ours);
    // "12/" asks for the year and "12 / " waits for it; "12 /" is what deleting backwards leaves.
    let waits = month.len() == 2 && slash && (ours || !head.ends_with(' '));
    let mark = if waits || !year.is_empty() { MARK } else { "" };
    let out = format!("{month}{mark}{year}");
    if caret >= text.encode_utf16().count() {
        let end = out.len();
        return (out, end);
    }
    let before = typed::kept_before(text, caret, is_digit);
    let shifted = if before == 0 { 0 } else { before + usize::from(padded) };
    let in_month = slash && before <= typed_month.len() && typed_month.len() <= 2;
    let count = if in_month { shifted.min(month.len()) } else { shifted };
    let caret = typed::after_kept(&out, count, is_digit);
    (out, caret)
}

/// Month and year of the digits before and behind a mark, and whether the month was given its zero.
fn halves(head: &str, tail: &str, slash: bool, ours: bool) -> (String, String, bool) {
    // Without a year a first digit above 1 is the whole month; a mark that somebody typed ends it too.
    let ended = slash && !ours && head.len() == 1 && head != "0";
    let alone = !slash || tail.is_empty();
    let padded = ended || (alone && head.starts_with(|c| c > '1'));
    let mut month = if padded { format!("0{head}") } else { head.to_owned() };
    let mut year = tail.to_owned();
    if year.is_empty() && month.len() > 2 {
        year = month.split_off(2);
    }
    month.truncate(2);
    year.truncate(4);
    (month, year, padded)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const NOW: Expiry = Expiry { year: 2026, month: 11 };

    fn read(text: &str) -> Result<(u8, u16), ExpiryError> {
        parse(text, NOW).map(|expiry| (expiry.month, expiry.year))
    }

    #[test]
    fn people_write_it_in_many_ways() {
        for text in ["12/27", "1227", "12 / 2027", "12/2027", "122027", "12-27", " 12 27 ", "12.27"] {
            assert_eq!(read(text), Ok((12, 2027)), "{text}");
        }
        for text in ["3/27", "03/27", "327", "0327", "3 / 2027"] {
            assert_eq!(read(text), Ok((3, 2027)), "{text}");
        }
        assert_eq!(Expiry { year: 2027, month: 3 }.to_string(), "03/27");
    }

    #[test]
    fn what_is_wrong_is_said_precisely() {
        assert_eq!(read(" "), Err(ExpiryError::Empty));
        for text in ["12", "1", "12/", "12/7", "12/027", "a/27", "12/27/1", "é", "/27", "2027-12"] {
            assert_eq!(read(text), Err(ExpiryError::Format), "{text}");
        }
        assert_eq!(read("13/27"), Err(ExpiryError::Month));
        assert_eq!(read("00/27"), Err(ExpiryError::Month));
        assert_eq!(read("12/2100"), Err(ExpiryError::Year));
        assert_eq!(read("12/1227"), Err(ExpiryError::Year));
        assert_eq!(read("10/26"), Err(ExpiryError::Past));
        assert_eq!(read("12/18"), Err(ExpiryError::Past));
    }

    #[test]
    fn a_card_is_good_to_the_end_of_its_month() {
        assert_eq!(read("11/26"), Ok((11, 2026)));
        assert_eq!(check(11, 2026, NOW), Ok(NOW));
        assert_eq!(check(10, 2026, NOW), Err(ExpiryError::Past));
    }

    #[test]
    fn typing_fills_in_what_is_certain() {
        let typed = |text: &str| format_typed(text, text.len());
        assert_eq!(typed("1"), ("1".into(), 1));
        assert_eq!(typed("12"), ("12".into(), 2));
        assert_eq!(typed("122"), ("12 / 2".into(), 6));
        assert_eq!(typed("3"), ("03".into(), 2));
        assert_eq!(typed("1/"), ("01 / ".into(), 5));
        assert_eq!(typed("12/"), ("12 / ".into(), 5));
        assert_eq!(typed("1/27"), ("01 / 27".into(), 7));
        assert_eq!(typed("12 / 2027"), ("12 / 2027".into(), 9));
        assert_eq!(typed("12/27"), ("12 / 27".into(), 7));
        // Deleting backwards: the mark goes at once.
        assert_eq!(typed("12 / "), ("12 / ".into(), 5));
        assert_eq!(typed("12 /"), ("12".into(), 2));
        // Deleting in the month leaves the year, however it was written.
        assert_eq!(format_typed("1 / 27", 1), ("1 / 27".into(), 1));
        assert_eq!(format_typed("2 / 27", 0), ("2 / 27".into(), 0));
        assert_eq!(format_typed("2 / ", 0), ("02 / ".into(), 0));
        assert_eq!(format_typed(" / 27", 0), (" / 27".into(), 0));
        assert_eq!(format_typed("12 / 7", 5), ("12 / 7".into(), 2));
        assert_eq!(typed("1 / 27"), ("1 / 27".into(), 6));
        // A digit too many in the month is dropped.
        assert_eq!(format_typed("112 / 27", 2), ("11 / 27".into(), 2));
        assert_eq!(typed("327"), ("03 / 27".into(), 7));
        // In the middle.
        assert_eq!(format_typed("12 / 27", 1), ("12 / 27".into(), 1));
        assert_eq!(format_typed("", 3), (String::new(), 0));
    }

    proptest! {
        #[test]
        fn formatting_is_idempotent_and_the_caret_inside(text in "[0-9 /a-]{0,12}", caret in 0_usize..14) {
            let (once, at) = format_typed(&text, caret);
            prop_assert!(at <= once.len());
            let (twice, again) = format_typed(&once, at);
            prop_assert_eq!(&twice, &once);
            prop_assert_eq!(again, at);
        }

        #[test]
        fn what_is_typed_reads_as_what_it_shows(month in 1_u8..=12, year in 2027_u16..=2099) {
            for text in [format!("{month:02}/{:02}", year % 100), format!("{month:02}{year}"), format!("{month}/{year}")] {
                let (shown, _) = format_typed(&text, text.len());
                prop_assert_eq!(parse(&text, NOW), Ok(Expiry { year, month }));
                prop_assert_eq!(parse(&shown, NOW), Ok(Expiry { year, month }));
            }
        }

        #[test]
        fn no_text_panics(text in "\\PC{0,20}", caret in any::<usize>()) {
            let _ = parse(&text, NOW);
            let _ = format_typed(&text, caret);
        }
    }
}
