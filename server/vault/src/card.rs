//! Card data in memory: checked once when made, never printed, never serialised, overwritten when dropped.

use std::fmt;

use secrecy::zeroize::Zeroizing;
use secrecy::{ExposeSecret, SecretString};
use validation::card::{self, Brand, CardError};
use validation::cvc::{self, CvcError};

/// A card number in clear: digits only, of a known brand and with a right check digit.
#[derive(Clone)]
pub struct CardNumber(SecretString);

impl CardNumber {
    /// Takes a number as typed or sent; spaces and hyphens between the digits don't matter.
    ///
    /// # Errors
    /// The first thing that is wrong with it.
    pub fn parse(text: &str) -> Result<Self, CardError> {
        card::check(text)?;
        // Grown to its size at once: growing later would leave copies behind.
        let mut digits = Zeroizing::new(String::with_capacity(text.len()));
        digits.extend(text.chars().filter(char::is_ascii_digit));
        Ok(Self(SecretString::from(digits.as_str())))
    }

    /// Digits that were checked before they were sealed: rules that have changed since don't lock a stored card away.
    pub(crate) fn of_sealed(digits: &str) -> Self {
        Self(SecretString::from(digits))
    }

    /// The digits, for the call to an acquirer.
    pub fn expose(&self) -> &str {
        self.0.expose_secret()
    }

    /// The digits, still wrapped.
    pub fn secret(&self) -> SecretString {
        self.0.clone()
    }

    /// The last four digits, which may be shown and stored.
    pub fn last4(&self) -> &str {
        card::last4(self.expose())
    }

    /// `None` only for a stored number of a brand no longer known.
    pub fn brand(&self) -> Option<Brand> {
        card::brand(self.expose())
    }
}

impl fmt::Debug for CardNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "CardNumber(**** {})", self.last4())
    }
}

/// A security code. It is never stored: see [`CvcMemory`](crate::CvcMemory).
#[derive(Clone)]
pub struct Cvc(SecretString);

impl Cvc {
    /// Takes a code for a card of this brand; while the brand isn't known, three and four digits both pass.
    ///
    /// # Errors
    /// The first thing that is wrong with it.
    pub fn parse(text: &str, brand: Option<Brand>) -> Result<Self, CvcError> {
        cvc::check(text, brand)?;
        Ok(Self(SecretString::from(text.trim())))
    }

    /// The digits, for the call to an acquirer.
    pub fn expose(&self) -> &str {
        self.0.expose_secret()
    }

    /// The digits, still wrapped.
    pub fn secret(&self) -> SecretString {
        self.0.clone()
    }
}

impl fmt::Debug for Cvc {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Cvc(***)")
    }
}
