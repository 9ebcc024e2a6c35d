//! Telephone numbers, after E.164: up to 15 digits, with a `+` when they begin with the country's.

/// The API's limits (`CustomerOut.mobile`), in characters with the `+`.
pub const MIN_LENGTH: usize = 4;
pub const MAX_LENGTH: usize = 16;

problems! {
    /// What is wrong with a telephone number.
    PhoneError {
        Empty "phone_empty"
            "Enter your telephone number." "Saisissez votre numéro de téléphone.";
        Characters "phone_characters"
            "A telephone number has only digits, and a + before the country’s." "Un numéro de téléphone ne comporte que des chiffres, et un + devant l’indicatif du pays.";
        Country "phone_country"
            "The country’s digits after the + don’t begin with 0." "L’indicatif du pays, après le +, ne commence pas par 0.";
        TooShort "phone_too_short"
            "This telephone number is too short." "Ce numéro de téléphone est trop court.";
        TooLong "phone_too_long"
            "This telephone number is too long." "Ce numéro de téléphone est trop long.";
    }
}

/// The number without what people put between digits; `00` at its head is `+`.
///
/// # Errors
/// The first thing that is wrong with it.
pub fn check(text: &str) -> Result<String, PhoneError> {
    let between = |c: char| c.is_whitespace() || matches!(c, '.' | '-' | '/' | '(' | ')' | '\u{2010}' | '\u{2011}');
    // "+33 (0)6" is a habit: the 0 is for those who call from within.
    let bare: String = text.replace("(0)", "").chars().filter(|c| !between(*c)).collect();
    let phone = bare.strip_prefix("00").map_or(bare.clone(), |rest| format!("+{rest}"));
    let digits = phone.strip_prefix('+').unwrap_or(&phone);
    if phone.is_empty() {
        return Err(PhoneError::Empty);
    }
    if !digits.bytes().all(|b| b.is_ascii_digit()) {
        return Err(PhoneError::Characters);
    }
    if phone.starts_with("+0") {
        return Err(PhoneError::Country);
    }
    if phone.len() < MIN_LENGTH {
        return Err(PhoneError::TooShort);
    }
    if phone.len() > MAX_LENGTH || digits.len() > MAX_LENGTH - 1 {
        return Err(PhoneError::TooLong);
    }
    Ok(phone)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_get_one_spelling() {
        for text in ["+33639980102", "+33 6 39 98 01 02", "0033 6.39.98.01.02", "+33 (0)6-39-98-01-02"] {
            assert_eq!(check(text).as_deref(), Ok("+33639980102"), "{text}");
        }
        assert_eq!(check("06 39 98 01 02").as_deref(), Ok("0639980102"));
    }

    #[test]
    fn what_is_wrong_is_said_precisely() {
        assert_eq!(check(" "), Err(PhoneError::Empty));
        assert_eq!(check("+33 six"), Err(PhoneError::Characters));
        assert_eq!(check("33+6"), Err(PhoneError::Characters));
        assert_eq!(check("+0639980102"), Err(PhoneError::Country));
        assert_eq!(check("112"), Err(PhoneError::TooShort));
        assert_eq!(check("+1234567890123456"), Err(PhoneError::TooLong));
        assert_eq!(check("1234567890123456"), Err(PhoneError::TooLong));
        assert!(check("+123456789012345").is_ok());
    }
}
