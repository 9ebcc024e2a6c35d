//! E-mail addresses: what RFC 5321 allows and people have, without quoted local parts and addresses in brackets.

/// The API's limit (`CustomerOut.email`), in characters.
pub const MAX_LENGTH: usize = 64;

problems! {
    /// What is wrong with an e-mail address.
    EmailError {
        Empty "email_empty"
            "Enter your e-mail address." "Saisissez votre adresse e-mail.";
        TooLong "email_too_long"
            "An e-mail address has at most 64 characters here." "Une adresse e-mail compte ici 64 caractères au plus.";
        At "email_at"
            "An e-mail address has one @ between name and domain." "Une adresse e-mail comporte un seul @, entre le nom et le domaine.";
        Characters "email_characters"
            "This e-mail address has a space or a character that can’t be in one." "Cette adresse e-mail contient une espace ou un caractère interdit.";
        Dots "email_dots"
            "A dot is misplaced before the @." "Un point est mal placé avant le @.";
        Domain "email_domain"
            "What follows the @ is not a domain, such as example.com." "Ce qui suit le @ n’est pas un domaine, comme exemple.fr.";
    }
}

/// The address without spaces around it and its domain in lower case.
///
/// # Errors
/// The first thing that is wrong with it.
pub fn check(text: &str) -> Result<String, EmailError> {
    let text = text.trim();
    if text.is_empty() {
        return Err(EmailError::Empty);
    }
    if text.chars().count() > MAX_LENGTH {
        return Err(EmailError::TooLong);
    }
    if text.chars().any(|c| !c.is_ascii_graphic()) {
        return Err(EmailError::Characters);
    }
    let (local, domain) = text.split_once('@').ok_or(EmailError::At)?;
    if local.is_empty() || domain.contains('@') {
        return Err(EmailError::At);
    }
    let is_atom = |b: u8| b.is_ascii_alphanumeric() || b"!#$%&'*+-/=?^_`{|}~.".contains(&b);
    if !local.bytes().all(is_atom) {
        return Err(EmailError::Characters);
    }
    if local.split('.').any(str::is_empty) {
        return Err(EmailError::Dots);
    }
    if !is_domain(domain) {
        return Err(EmailError::Domain);
    }
    Ok(format!("{local}@{}", domain.to_ascii_lowercase()))
}

/// At least two labels; the last one isn't a number, so this is no IP address.
fn is_domain(domain: &str) -> bool {
    let is_label = |label: &str| {
        (1..=63).contains(&label.len())
            && label.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    let Some((_, last)) = domain.rsplit_once('.') else {
        return false;
    };
    domain.split('.').all(is_label) && last.len() >= 2 && last.bytes().any(|b| b.is_ascii_alphabetic())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn addresses_that_people_have() {
        for text in ["a@b.fr", "jane.doe+shop@mail.example.co.uk", "o'neil@x-y.io", "x@xn--caf-dma.fr", "_@1.museum"] {
            assert_eq!(check(text).as_deref(), Ok(text));
        }
        assert_eq!(check("  Jane@Example.COM ").as_deref(), Ok("Jane@example.com"));
    }

    #[test]
    fn what_is_wrong_is_said_precisely() {
        assert_eq!(check(""), Err(EmailError::Empty));
        for text in ["jane", "@example.com", "a@b@c.fr"] {
            assert_eq!(check(text), Err(EmailError::At), "{text}");
        }
        for text in ["ja ne@example.com", "jané@example.com", "a\u{0}@b.fr", "a,b@c.fr", "<a@b.fr>"] {
            assert_eq!(check(text), Err(EmailError::Characters), "{text}");
        }
        for text in [".a@b.fr", "a.@b.fr", "a..b@c.fr"] {
            assert_eq!(check(text), Err(EmailError::Dots), "{text}");
        }
        for text in ["a@", "a@b", "a@b.", "a@.fr", "a@-b.fr", "a@b-.fr", "a@b..fr", "a@127.0.0.1", "a@b.f", "a@b_c.fr", "a@[::1]"] {
            assert_eq!(check(text), Err(EmailError::Domain), "{text}");
        }
        assert_eq!(check(&format!("{}@example.com", "a".repeat(53))), Err(EmailError::TooLong));
        assert!(check(&format!("{}@example.com", "a".repeat(52))).is_ok());
    }

    proptest! {
        #[test]
        fn what_passes_passes_again_unchanged(text in "[a-zA-Z0-9.@ _-]{0,30}") {
            if let Ok(email) = check(&text) {
                prop_assert_eq!(check(&email), Ok(email));
            }
        }

        #[test]
        fn no_text_panics(text in "\\PC{0,80}") {
            let _ = check(&text);
        }
    }
}
