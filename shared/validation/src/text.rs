//! Any text that is kept: no control characters, and as long as it may be.

problems! {
    /// What is wrong with a text.
    TextError {
        TooShort "text_too_short"
            "This is too short." "C’est trop court.";
        TooLong "text_too_long"
            "This is too long." "C’est trop long.";
        Control "text_control"
            "This has a character that can’t be shown." "Un caractère ne peut pas être affiché.";
    }
}

/// Control characters (U+0000 among them, which PostgreSQL can't store) and those that turn the direction of
/// what follows, by which a text could pass for another.
pub fn is_forbidden(c: char) -> bool {
    c.is_control() || matches!(c, '\u{2028}' | '\u{2029}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
}

/// One line of `min` to `max` characters, spaces around it removed.
///
/// # Errors
/// The first thing that is wrong with it.
pub fn check(text: &str, min: usize, max: usize) -> Result<&str, TextError> {
    measured(text, min, max, is_forbidden)
}

/// The same over several lines: line feeds and tabs are text there.
///
/// # Errors
/// The first thing that is wrong with it.
pub fn check_lines(text: &str, min: usize, max: usize) -> Result<&str, TextError> {
    measured(text, min, max, |c| is_forbidden(c) && !matches!(c, '\n' | '\r' | '\t'))
}

fn measured(text: &str, min: usize, max: usize, forbidden: fn(char) -> bool) -> Result<&str, TextError> {
    let text = text.trim_matches(|c: char| c.is_whitespace() && !forbidden(c));
    if text.chars().any(forbidden) {
        return Err(TextError::Control);
    }
    match text.chars().count() {
        count if count < min => Err(TextError::TooShort),
        count if count > max => Err(TextError::TooLong),
        _ => Ok(text),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_measured_in_characters() {
        assert_eq!(check(" été ", 3, 3), Ok("été"));
        assert_eq!(check("ab", 3, 64), Err(TextError::TooShort));
        assert_eq!(check("  ab  ", 3, 64), Err(TextError::TooShort));
        assert_eq!(check(&"é".repeat(65), 3, 64), Err(TextError::TooLong));
        assert!(check(&"é".repeat(64), 3, 64).is_ok());
        assert_eq!(check("", 0, 5), Ok(""));
    }

    #[test]
    fn what_cannot_be_stored_or_shown_is_refused() {
        for text in ["a\u{0}bc", "a\u{7}bc", "abc\n", "a\tbc", "abc\u{202e}", "\u{85}abc", "abc\u{2028}"] {
            assert_eq!(check(text, 1, 64), Err(TextError::Control), "{text:?}");
        }
        assert_eq!(check_lines("two\r\nlines\n", 1, 64), Ok("two\r\nlines"));
        assert_eq!(check_lines("two\u{0}", 1, 64), Err(TextError::Control));
    }
}
