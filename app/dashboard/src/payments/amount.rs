//! An amount as typed into a form, judged by the same rule in the browser and on the server.

use model::{locale::Locale, money::Money};

use super::file_words as w;
use crate::messages as m;

/// Minor units: above zero and at most `limit`.
///
/// # Errors
/// What is wrong with it, for whoever typed it.
pub fn read(text: &str, limit: Money, l: Locale) -> Result<i64, String> {
    let amount = Money::parse_major(text, limit.currency(), l).map_err(|error| error.message(l).to_owned())?;
    if limit.minor() <= 0 {
        Err(w::nothing_left(l).to_owned())
    } else if amount.minor() <= 0 {
        Err(m::more_than_nothing(l).to_owned())
    } else if amount.minor() > limit.minor() {
        Err(m::at_most(l, &limit.display(l)))
    } else {
        Ok(amount.minor())
    }
}

#[cfg(test)]
mod tests {
    use model::money::Currency;

    use super::*;

    #[test]
    fn amounts_are_read_as_people_type_them_and_kept_within_what_is_left() {
        let limit = Money::new(148_000, Currency::Eur);
        assert_eq!(read("20", limit, Locale::En), Ok(2000));
        assert_eq!(read("1,480.00", limit, Locale::En), Ok(148_000));
        assert_eq!(read("1\u{202f}480,00\u{a0}€", limit, Locale::Fr), Ok(148_000));
        assert_eq!(read("1480.01", limit, Locale::En), Err("At most €1,480.00.".into()));
        assert_eq!(read("0", limit, Locale::Fr), Err("Saisissez plus que zéro.".into()));
        assert!(read("twenty", limit, Locale::En).is_err());
        assert!(read("-5", limit, Locale::En).is_err());
    }
}
