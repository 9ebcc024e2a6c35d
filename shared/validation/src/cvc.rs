//! The security code printed on a card. It is never stored.

use crate::card::Brand;

problems! {
    /// What is wrong with a security code.
    CvcError {
        Empty "cvc_empty"
            "Enter the security code of your card." "Saisissez le code de sécurité de votre carte.";
        NotDigits "cvc_not_digits"
            "The security code has only digits." "Le code de sécurité ne comporte que des chiffres.";
        NeedsThree "cvc_needs_three"
            "The security code has 3 digits, on the back of the card." "Le code de sécurité a 3 chiffres, au dos de la carte.";
        NeedsFour "cvc_needs_four"
            "The security code has 4 digits, on the front of the card." "Le code de sécurité a 4 chiffres, sur le devant de la carte.";
        NeedsThreeOrFour "cvc_needs_three_or_four"
            "The security code has 3 or 4 digits." "Le code de sécurité a 3 ou 4 chiffres.";
    }
}

/// Checks the code for a card of this brand; while the brand isn't known, three and four digits both pass.
///
/// # Errors
/// The first thing that is wrong with it.
pub fn check(text: &str, brand: Option<Brand>) -> Result<(), CvcError> {
    let code = text.trim();
    if code.is_empty() {
        return Err(CvcError::Empty);
    }
    if !code.bytes().all(|b| b.is_ascii_digit()) {
        return Err(CvcError::NotDigits);
    }
    match (brand.map(Brand::cvc_length), code.len()) {
        (None, 3 | 4) => Ok(()),
        (None, _) => Err(CvcError::NeedsThreeOrFour),
        (Some(needed), given) if needed == given => Ok(()),
        (Some(4), _) => Err(CvcError::NeedsFour),
        (Some(_), _) => Err(CvcError::NeedsThree),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_length_follows_the_brand() {
        assert_eq!(check("123", Some(Brand::Visa)), Ok(()));
        assert_eq!(check(" 123 ", Some(Brand::Visa)), Ok(()));
        assert_eq!(check("1234", Some(Brand::Visa)), Err(CvcError::NeedsThree));
        assert_eq!(check("123", Some(Brand::Amex)), Err(CvcError::NeedsFour));
        assert_eq!(check("1234", Some(Brand::Amex)), Ok(()));
        assert_eq!(check("1234", None), Ok(()));
        assert_eq!(check("12", None), Err(CvcError::NeedsThreeOrFour));
        assert_eq!(check("", None), Err(CvcError::Empty));
        assert_eq!(check("12a", None), Err(CvcError::NotDigits));
        assert_eq!(check("１２３", None), Err(CvcError::NotDigits));
    }
}
