//! Names of people and companies. Nobody's name is wrong; some things are no names.

use crate::{card, text};

/// The API's limits (`CardIn.name`, `CustomerIn.name`), in characters.
pub const MIN_LENGTH: usize = 3;
pub const MAX_LENGTH: usize = 64;

problems! {
    /// What is wrong with a name.
    NameError {
        Empty "name_empty"
            "Enter the name." "Saisissez le nom.";
        TooShort "name_too_short"
            "The name has at least 3 characters." "Le nom compte au moins 3 caractères.";
        TooLong "name_too_long"
            "The name has at most 64 characters." "Le nom compte au plus 64 caractères.";
        Control "name_control"
            "The name has a character that can’t be shown." "Le nom contient un caractère qui ne peut pas être affiché.";
        CardNumber "name_card_number"
            "This looks like a card number. Enter the name instead." "Cela ressemble à un numéro de carte. Saisissez plutôt le nom.";
    }
}

/// The name without spaces around it.
///
/// # Errors
/// The first thing that is wrong with it. A card number typed into the wrong field is refused so that it
/// isn't stored in clear.
pub fn check(name: &str) -> Result<&str, NameError> {
    if name.trim().is_empty() {
        return Err(NameError::Empty);
    }
    if holds_card_number(name) {
        return Err(NameError::CardNumber);
    }
    text::check(name, MIN_LENGTH, MAX_LENGTH).map_err(|problem| match problem {
        text::TextError::TooShort => NameError::TooShort,
        text::TextError::TooLong => NameError::TooLong,
        text::TextError::Control => NameError::Control,
    })
}

/// Whatever stands around or between the digits, and as wide as East Asian keyboards make them.
fn holds_card_number(name: &str) -> bool {
    let narrow = |c: char| match c {
        '\u{ff10}'..='\u{ff19}' => char::from_digit(u32::from(c) - 0xff10, 10),
        _ => Some(c).filter(char::is_ascii_digit),
    };
    card::check(&name.chars().filter_map(narrow).collect::<String>()).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_what_people_are_called() {
        for name in ["Zoé", "Jean-François O’Connor", "李小龍", "ACME 3000 S.A.S."] {
            assert_eq!(check(name), Ok(name));
        }
        assert_eq!(check("  Ann  "), Ok("Ann"));
    }

    #[test]
    fn what_is_wrong_is_said_precisely() {
        assert_eq!(check("  "), Err(NameError::Empty));
        assert_eq!(check("Al"), Err(NameError::TooShort));
        assert_eq!(check(&"a".repeat(65)), Err(NameError::TooLong));
        assert_eq!(check("Ann\u{0}"), Err(NameError::Control));
        for number in ["4242 4242 4242 4242", "+4242424242424242", "Ann 4242.4242.4242.4242", "４２４２４２４２４２４２４２４２"]
        {
            assert_eq!(check(number), Err(NameError::CardNumber), "{number}");
        }
    }
}
