//! IBANs (ISO 13616): length by country, then the remainder by 97 (ISO 7064).

use crate::typed;

/// The longest that the standard and the API allow.
pub const MAX_LENGTH: usize = 34;

/// Length by country, from the SWIFT IBAN registry; alphabetical.
const LENGTHS: &[(&str, u8)] = &[
    ("AD", 24),
    ("AE", 23),
    ("AL", 28),
    ("AT", 20),
    ("AZ", 28),
    ("BA", 20),
    ("BE", 16),
    ("BG", 22),
    ("BH", 22),
    ("BI", 27),
    ("BR", 29),
    ("BY", 28),
    ("CH", 21),
    ("CR", 22),
    ("CY", 28),
    ("CZ", 24),
    ("DE", 22),
    ("DJ", 27),
    ("DK", 18),
    ("DO", 28),
    ("EE", 20),
    ("EG", 29),
    ("ES", 24),
    ("FI", 18),
    ("FK", 18),
    ("FO", 18),
    ("FR", 27),
    ("GB", 22),
    ("GE", 22),
    ("GI", 23),
    ("GL", 18),
    ("GR", 27),
    ("GT", 28),
    ("HN", 28),
    ("HR", 21),
    ("HU", 28),
    ("IE", 22),
    ("IL", 23),
    ("IQ", 23),
    ("IS", 26),
    ("IT", 27),
    ("JO", 30),
    ("KW", 30),
    ("KZ", 20),
    ("LB", 28),
    ("LC", 32),
    ("LI", 21),
    ("LT", 20),
    ("LU", 20),
    ("LV", 21),
    ("LY", 25),
    ("MC", 27),
    ("MD", 24),
    ("ME", 22),
    ("MK", 19),
    ("MN", 20),
    ("MR", 27),
    ("MT", 31),
    ("MU", 30),
    ("NI", 28),
    ("NL", 18),
    ("NO", 15),
    ("OM", 23),
    ("PK", 24),
    ("PL", 28),
    ("PS", 29),
    ("PT", 25),
    ("QA", 29),
    ("RO", 24),
    ("RS", 22),
    ("RU", 33),
    ("SA", 24),
    ("SC", 31),
    ("SD", 18),
    ("SE", 24),
    ("SI", 19),
    ("SK", 24),
    ("SM", 27),
    ("SO", 23),
    ("ST", 25),
    ("SV", 28),
    ("TL", 23),
    ("TN", 24),
    ("TR", 26),
    ("UA", 29),
    ("VA", 22),
    ("VG", 24),
    ("XK", 20),
    ("YE", 30),
];

/// Where a SEPA direct debit reaches, by the country of the IBAN (EPC409-09; French and other overseas
/// territories carry their state's letters, the Channel Islands and Man those of GB).
const SEPA: &str =
    "AD AL AT BE BG CH CY CZ DE DK EE ES FI FR GB GI GR HR HU IE IS IT LI LT LU LV MC MD ME MK MT NL NO PL PT RO RS SE SI SK SM VA";

problems! {
    /// What is wrong with an IBAN.
    IbanError {
        Empty "iban_empty"
            "Enter your IBAN." "Saisissez votre IBAN.";
        Characters "iban_characters"
            "An IBAN has only letters and digits, and begins with two letters and two digits."
            "Un IBAN ne comporte que des lettres et des chiffres et commence par deux lettres et deux chiffres.";
        UnknownCountry "iban_unknown_country"
            "No country with IBANs has these first two letters." "Aucun pays utilisant l’IBAN n’a ces deux premières lettres.";
        TooShort "iban_too_short"
            "This IBAN is too short for its country: characters are missing." "Cet IBAN est trop court pour son pays : il manque des caractères.";
        TooLong "iban_too_long"
            "This IBAN is too long for its country." "Cet IBAN est trop long pour son pays.";
        Checksum "iban_checksum"
            "This IBAN isn’t right. Check its characters." "Cet IBAN est erroné. Vérifiez les caractères.";
    }
}

fn is_part(c: char) -> bool {
    c.is_ascii_alphanumeric()
}

/// Upper case, without what people put between the groups. Other characters stay, to be refused.
pub fn normalise(text: &str) -> String {
    let between = |c: char| c.is_whitespace() || matches!(c, '-' | '.' | '\u{2010}' | '\u{2011}');
    text.chars().filter(|c| !between(*c)).map(|c| c.to_ascii_uppercase()).collect()
}

/// How many characters IBANs of a country have; None where it has none.
pub fn length(country: &str) -> Option<usize> {
    LENGTHS.iter().find(|(code, _)| *code == country).map(|(_, length)| usize::from(*length))
}

/// Whether accounts of this country can be debited by SEPA. Upper case.
pub fn is_sepa(country: &str) -> bool {
    SEPA.split(' ').any(|code| code == country)
}

/// The remainder by 97 of the IBAN read as a number, its first four characters last, letters as 10 to 35.
fn remainder(iban: &str) -> Option<u32> {
    let (head, body) = iban.split_at_checked(4)?;
    body.chars().chain(head.chars()).try_fold(0, |rest, c| {
        let value = c.to_digit(36)?;
        Some((if value < 10 { rest * 10 } else { rest * 100 } + value) % 97)
    })
}

/// The IBAN in upper case without spaces.
///
/// # Errors
/// The first thing that is wrong with it.
pub fn check(text: &str) -> Result<String, IbanError> {
    let iban = normalise(text);
    if iban.is_empty() {
        return Err(IbanError::Empty);
    }
    let shaped = iban.chars().enumerate().all(|(at, c)| match at {
        0 | 1 => c.is_ascii_uppercase(),
        2 | 3 => c.is_ascii_digit(),
        _ => is_part(c),
    });
    if !shaped {
        return Err(IbanError::Characters);
    }
    let country = iban.get(..2).ok_or(IbanError::TooShort)?;
    let length = length(country).ok_or(IbanError::UnknownCountry)?;
    if iban.len() < length {
        return Err(IbanError::TooShort);
    }
    if iban.len() > length {
        return Err(IbanError::TooLong);
    }
    // 00, 01 and 99 leave the same remainder as 97, 98 and 02, but are never issued.
    let issued = !matches!(iban.get(2..4), Some("00" | "01" | "99"));
    if issued && remainder(&iban) == Some(1) { Ok(iban) } else { Err(IbanError::Checksum) }
}

/// The country of a normalised IBAN.
pub fn country(iban: &str) -> &str {
    iban.get(..2).unwrap_or_default()
}

/// The last four characters, which may be shown.
pub fn last4(iban: &str) -> &str {
    iban.get(iban.len().saturating_sub(4)..).unwrap_or_default()
}

/// In groups of four, as on paper.
pub fn format(iban: &str) -> String {
    typed::grouped(iban, &[4])
}

/// Regroups what is being typed: new text, and the caret behind the same character. What an IBAN can't hold is dropped.
/// Carets in UTF-16 units.
pub fn format_typed(text: &str, caret: usize) -> (String, usize) {
    let mut parts: String = text.chars().filter(|c| is_part(*c)).map(|c| c.to_ascii_uppercase()).collect();
    parts.truncate(MAX_LENGTH);
    let formatted = format(&parts);
    let caret = typed::after_kept(&formatted, typed::kept_before(text, caret, is_part), is_part);
    (formatted, caret)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const VALID: [&str; 17] = [
        "AT611904300234573201",
        "BE62510007547061",
        "CH2089144321842946678",
        "DE89370400440532013000",
        "EE382200221020145685",
        "ES0700120345030000067890",
        "FI2112345600000785",
        "FR1420041010050500013M02606",
        "GB33BUKB20201555555555",
        "IE29AIBK93115212345678",
        "LT121000011101001000",
        "LU280019400644750000",
        "IT02A0301926102000000490887",
        "NL39RABO0300065264",
        "NO9386011117947",
        "PT50000201231234567890154",
        "SE3550000000054910000003",
    ];

    #[test]
    fn test_accounts_of_seventeen_countries_pass() {
        for iban in VALID {
            assert_eq!(check(iban).as_deref(), Ok(iban));
            assert_eq!(check(&format(iban).to_lowercase()).as_deref(), Ok(iban));
            assert!(is_sepa(country(iban)));
        }
        assert_eq!(format(VALID[1]), "BE62 5100 0754 7061");
        assert_eq!(last4(VALID[1]), "7061");
    }

    #[test]
    fn what_is_wrong_is_said_precisely() {
        assert_eq!(check(" "), Err(IbanError::Empty));
        assert_eq!(check("FR"), Err(IbanError::TooShort));
        assert_eq!(check("F"), Err(IbanError::TooShort));
        assert_eq!(check("FR14 2004 1010 0505 0001 3M02 60"), Err(IbanError::TooShort));
        assert_eq!(check("FR14 2004 1010 0505 0001 3M02 6066"), Err(IbanError::TooLong));
        assert_eq!(check("FR15 2004 1010 0505 0001 3M02 606"), Err(IbanError::Checksum));
        assert_eq!(check("US14 2004"), Err(IbanError::UnknownCountry));
        assert_eq!(check("1234"), Err(IbanError::Characters));
        assert_eq!(check("FRAA2004"), Err(IbanError::Characters));
        assert_eq!(check("DE89 3704 0044 0532 0130 0é"), Err(IbanError::Characters));
    }

    #[test]
    fn check_digits_that_are_never_issued_are_refused() {
        // Each leaves remainder 1 as the issued one does.
        for (body, wrong) in [("DE", "00"), ("DE", "01"), ("DE", "99")] {
            let found = (0..1_000_u32).map(|n| format!("{body}{wrong}{n:018}")).find(|iban| remainder(iban) == Some(1));
            assert_eq!(found.map(|iban| check(&iban)), Some(Err(IbanError::Checksum)));
        }
    }

    #[test]
    fn the_table_is_in_order_and_its_countries_exist() {
        assert!(LENGTHS.is_sorted());
        for (code, length) in LENGTHS {
            assert_eq!(crate::country::check(code), Ok(*code));
            assert!((15..=33).contains(length));
        }
        assert!(SEPA.split(' ').all(|code| length(code).is_some()));
    }

    #[test]
    fn the_caret_stays_behind_its_character() {
        assert_eq!(format_typed("fr142", 5), ("FR14 2".into(), 6));
        assert_eq!(format_typed("FR1420041", 4), ("FR14 2004 1".into(), 4));
        assert_eq!(format_typed("é-é", 2), (String::new(), 0));
    }

    proptest! {
        #[test]
        fn one_wrong_digit_is_always_noticed(which in prop::sample::select(&VALID), at in any::<prop::sample::Index>(), change in 1_u8..10) {
            let mut bytes = which.as_bytes().to_vec();
            let digits: Vec<_> = (2..bytes.len()).filter(|at| bytes[*at].is_ascii_digit()).collect();
            let at = *at.get(&digits);
            bytes[at] = b'0' + (bytes[at] - b'0' + change) % 10;
            prop_assert_eq!(check(&String::from_utf8(bytes).unwrap()), Err(IbanError::Checksum));
        }

        #[test]
        fn neighbours_swapped_are_always_noticed(which in prop::sample::select(&VALID), at in any::<prop::sample::Index>()) {
            let mut bytes = which.as_bytes().to_vec();
            let differ = |at: &usize| {
                let (one, other) = (bytes[*at], bytes[*at + 1]);
                one != other && one.is_ascii_digit() && other.is_ascii_digit()
            };
            let pairs: Vec<_> = (4..bytes.len() - 1).filter(differ).collect();
            let at = *at.get(&pairs);
            bytes.swap(at, at + 1);
            prop_assert_eq!(check(&String::from_utf8(bytes).unwrap()), Err(IbanError::Checksum));
        }

        #[test]
        fn formatting_is_idempotent_and_the_caret_inside(text in "[0-9A-Za-z é-]{0,50}", caret in 0_usize..60) {
            let (once, at) = format_typed(&text, caret);
            prop_assert!(at <= once.len());
            prop_assert_eq!(format_typed(&once, at), (once, at));
        }

        #[test]
        fn no_text_panics(text in "\\PC{0,40}") {
            let _ = check(&text);
            let _ = (country(&text), last4(&text), format(&text));
        }
    }
}
