//! The references a shop gives: `order_id`, `unique_id`, `external_id`.

use crate::text;

/// The API's limit, in characters.
pub const MAX_LENGTH: usize = 36;

problems! {
    /// What is wrong with a reference.
    OrderError {
        Empty "order_empty"
            "The reference has at least 1 character." "La référence compte au moins 1 caractère.";
        TooLong "order_too_long"
            "The reference has at most 36 characters." "La référence compte au plus 36 caractères.";
        Control "order_control"
            "The reference has a character that can’t be shown." "La référence contient un caractère qui ne peut pas être affiché.";
    }
}

/// The reference exactly as given: it is the shop's, also with spaces around it.
///
/// # Errors
/// The first thing that is wrong with it.
pub fn check(reference: &str) -> Result<&str, OrderError> {
    if reference.chars().any(text::is_forbidden) {
        return Err(OrderError::Control);
    }
    match reference.chars().count() {
        0 => Err(OrderError::Empty),
        1..=MAX_LENGTH => Ok(reference),
        _ => Err(OrderError::TooLong),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_are_kept_as_they_are() {
        assert_eq!(check(" A-1 "), Ok(" A-1 "));
        assert_eq!(check("é".repeat(36).as_str()).map(str::len), Ok(72));
        assert_eq!(check(""), Err(OrderError::Empty));
        assert_eq!(check(&"a".repeat(37)), Err(OrderError::TooLong));
        assert_eq!(check("a\u{0}"), Err(OrderError::Control));
    }
}
