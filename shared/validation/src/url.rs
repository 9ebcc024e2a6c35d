//! Addresses that a payer or a request is sent to: https, a host, and nobody's password in them.

/// The API's limit (`return_url`), in characters.
pub const MAX_LENGTH: usize = 65_536;

problems! {
    /// What is wrong with an address.
    UrlError {
        Empty "url_empty"
            "Enter an address." "Saisissez une adresse.";
        TooLong "url_too_long"
            "The address is too long." "L’adresse est trop longue.";
        Scheme "url_scheme"
            "The address begins with https://." "L’adresse commence par https://.";
        Characters "url_characters"
            "The address has a space or a character that can’t be in one." "L’adresse contient une espace ou un caractère interdit.";
        UserInfo "url_user_info"
            "The address must not hold a user name or a password." "L’adresse ne doit contenir ni nom d’utilisateur ni mot de passe.";
        Host "url_host"
            "The address has no valid host name." "L’adresse n’a pas de nom d’hôte valable.";
        Port "url_port"
            "The port is a number from 1 to 65535." "Le port est un nombre de 1 à 65535.";
    }
}

/// Checks an absolute https address and answers its host.
///
/// Only characters of RFC 3986 pass, so that no browser reads another host from it than we do: no backslash, no
/// letters beyond ASCII, which a program writes percent-encoded and a host in its `xn--` form.
///
/// # Errors
/// The first thing that is wrong with it.
pub fn check(url: &str) -> Result<&str, UrlError> {
    if url.is_empty() {
        return Err(UrlError::Empty);
    }
    if url.len() > MAX_LENGTH {
        return Err(UrlError::TooLong);
    }
    let rest = match url.split_at_checked(8) {
        Some((scheme, rest)) if scheme.eq_ignore_ascii_case("https://") => rest,
        _ => return Err(UrlError::Scheme),
    };
    let is_allowed = |b: u8| b.is_ascii_alphanumeric() || b"-._~:/?#[]@!$&'()*+,;=%".contains(&b);
    if !rest.bytes().all(is_allowed) {
        return Err(UrlError::Characters);
    }
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    if authority.contains('@') {
        return Err(UrlError::UserInfo);
    }
    let (host, port) = match authority.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        Some((host, port)) => (host, port),
        None => authority.split_at(authority.find(':').unwrap_or(authority.len())),
    };
    let known = if authority.starts_with('[') { is_v6(host) } else { is_name(host) };
    if !known {
        return Err(UrlError::Host);
    }
    match port.strip_prefix(':').map(|digits| (digits, digits.parse::<u16>())) {
        None if port.is_empty() => Ok(host),
        Some((digits, Ok(1..))) if digits.bytes().all(|b| b.is_ascii_digit()) => Ok(host),
        _ => Err(UrlError::Port),
    }
}

fn is_v6(host: &str) -> bool {
    host.parse::<core::net::Ipv6Addr>().is_ok()
}

fn is_name(host: &str) -> bool {
    let is_label = |label: &str| {
        (1..=63).contains(&label.len())
            && label.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_'))
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    host.len() <= 253 && host.strip_suffix('.').unwrap_or(host).split('.').all(is_label)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn https_addresses_pass_and_tell_their_host() {
        assert_eq!(check("https://shop.example/return?order=1#done"), Ok("shop.example"));
        assert_eq!(check("HTTPS://shop.example:8443"), Ok("shop.example"));
        assert_eq!(check("https://localhost/"), Ok("localhost"));
        assert_eq!(check("https://[::1]:3000/x"), Ok("::1"));
        assert_eq!(check("https://shop.example/mail@x"), Ok("shop.example"));
    }

    #[test]
    fn what_is_wrong_is_said_precisely() {
        assert_eq!(check(""), Err(UrlError::Empty));
        for url in ["http://shop.example", "javascript:alert(1)", "//shop.example", "https:/x", "shop.example", " https://x.fr"] {
            assert_eq!(check(url), Err(UrlError::Scheme), "{url}");
        }
        for url in ["https://a b.fr", "https://a.fr\\@b.fr", "https://a.fr/\r\nx", "https://é.fr", "https://a.fr/\"", "https://a.fr/<"] {
            assert_eq!(check(url), Err(UrlError::Characters), "{url}");
        }
        assert_eq!(check("https://me:secret@shop.example"), Err(UrlError::UserInfo));
        for url in ["https://", "https:///x", "https://a..fr", "https://-a.fr", "https://[::g]", "https://[::1", "https://:80"] {
            assert_eq!(check(url), Err(UrlError::Host), "{url}");
        }
        for url in ["https://a.fr:", "https://a.fr:0", "https://a.fr:65536", "https://a.fr:+1", "https://[::1]x", "https://a.fr:1:2"] {
            assert_eq!(check(url), Err(UrlError::Port), "{url}");
        }
        assert_eq!(check(&format!("https://a.fr/{}", "a".repeat(MAX_LENGTH))), Err(UrlError::TooLong));
    }

    proptest! {
        #[test]
        fn no_text_panics(text in "(https://)?\\PC{0,40}") {
            let _ = check(&text);
        }
    }
}
