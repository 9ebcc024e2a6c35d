//! BICs (ISO 9362): bank, country, place, and a branch or none.

problems! {
    /// What is wrong with a BIC.
    BicError {
        Empty "bic_empty"
            "Enter the BIC of your bank." "Saisissez le BIC de votre banque.";
        Length "bic_length"
            "A BIC has 8 or 11 characters." "Un BIC a 8 ou 11 caractères.";
        Characters "bic_characters"
            "A BIC begins with six letters; letters or digits follow." "Un BIC commence par six lettres, suivies de lettres ou de chiffres.";
        Country "bic_country"
            "The fifth and sixth letters of the BIC are no country." "Les cinquième et sixième lettres du BIC ne désignent aucun pays.";
    }
}

/// The BIC in upper case without spaces.
///
/// # Errors
/// The first thing that is wrong with it.
pub fn check(text: &str) -> Result<String, BicError> {
    let bic: String = text.chars().filter(|c| !c.is_whitespace()).map(|c| c.to_ascii_uppercase()).collect();
    if bic.is_empty() {
        return Err(BicError::Empty);
    }
    let fits = |(at, c): (usize, char)| {
        if at < 6 { c.is_ascii_uppercase() } else { c.is_ascii_alphanumeric() }
    };
    if !bic.chars().enumerate().all(fits) {
        return Err(BicError::Characters);
    }
    if !matches!(bic.len(), 8 | 11) {
        return Err(BicError::Length);
    }
    crate::country::check(&bic[4..6]).map_err(|_| BicError::Country)?;
    Ok(bic)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bics_are_of_eight_or_eleven() {
        assert_eq!(check("testfrpp").as_deref(), Ok("TESTFRPP"));
        assert_eq!(check("BNPA FR PP PAR").as_deref(), Ok("BNPAFRPPPAR"));
        assert_eq!(check("DEUTDEFF500").as_deref(), Ok("DEUTDEFF500"));
        assert_eq!(check(""), Err(BicError::Empty));
        assert_eq!(check("TESTFRP"), Err(BicError::Length));
        assert_eq!(check("TESTFRPPX"), Err(BicError::Length));
        assert_eq!(check("TES1FRPP"), Err(BicError::Characters));
        assert_eq!(check("TESTFRPé"), Err(BicError::Characters));
        assert_eq!(check("TESTZZPP"), Err(BicError::Country));
    }
}
