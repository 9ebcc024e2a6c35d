//! What is wrong with what was typed, decided by the same code in the browser and on the server.

use validation::card::{self, CardError};
use validation::cvc::{self, CvcError};
use validation::expiry::{self, Expiry, ExpiryError};
use validation::name::{self, NameError};

/// The inputs of the card form, in the order in which they stand on the page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Field {
    Number,
    Exp,
    Cvc,
    Name,
}

impl Field {
    pub const ALL: [Self; 4] = [Self::Number, Self::Exp, Self::Cvc, Self::Name];

    /// The element's id and the name under which it is posted.
    pub const fn id(self) -> &'static str {
        match self {
            Self::Number => "number",
            Self::Exp => "exp",
            Self::Cvc => "cvc",
            Self::Name => "name",
        }
    }

    /// The element that says what is wrong with it.
    pub const fn error_id(self) -> &'static str {
        match self {
            Self::Number => "number-error",
            Self::Exp => "exp-error",
            Self::Cvc => "cvc-error",
            Self::Name => "name-error",
        }
    }

    pub fn from_id(id: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|field| field.id() == id)
    }
}

/// What is wrong with one field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Problem {
    Number(CardError),
    Exp(ExpiryError),
    Cvc(CvcError),
    Name(NameError),
}

impl Problem {
    /// Its place among all problems: the sentences travel with the page in this order, in its language only.
    pub const fn place(self) -> usize {
        const EXP: usize = CardError::ALL.len();
        const CVC: usize = EXP + ExpiryError::ALL.len();
        const NAME: usize = CVC + CvcError::ALL.len();
        match self {
            Self::Number(problem) => problem as usize,
            Self::Exp(problem) => EXP + problem as usize,
            Self::Cvc(problem) => CVC + problem as usize,
            Self::Name(problem) => NAME + problem as usize,
        }
    }

    /// Every problem there is, in the order of their places.
    #[cfg(not(target_arch = "wasm32"))]
    pub fn all() -> impl Iterator<Item = Self> {
        let number = CardError::ALL.iter().copied().map(Self::Number);
        let exp = ExpiryError::ALL.iter().copied().map(Self::Exp);
        let cvc = CvcError::ALL.iter().copied().map(Self::Cvc);
        let name = NameError::ALL.iter().copied().map(Self::Name);
        number.chain(exp).chain(cvc).chain(name)
    }

    /// For the payer.
    #[cfg(not(target_arch = "wasm32"))]
    pub fn message(self, locale: model::locale::Locale) -> &'static str {
        let language = locale.code();
        match self {
            Self::Number(problem) => problem.message(language),
            Self::Exp(problem) => problem.message(language),
            Self::Cvc(problem) => problem.message(language),
            Self::Name(problem) => problem.message(language),
        }
    }
}

/// What is wrong with `text` in `field`, if anything. `number` is what stands in the card number's field: the length
/// of the security code depends on it. `now` is this month where the payment is made.
pub fn check(field: Field, text: &str, number: &str, now: Expiry) -> Option<Problem> {
    match field {
        Field::Number => card::check(text).err().map(Problem::Number),
        Field::Exp => expiry::parse(text, now).err().map(Problem::Exp),
        Field::Cvc => cvc::check(text, card::brand(&card::digits_only(number))).err().map(Problem::Cvc),
        Field::Name => name::check(text).err().map(Problem::Name),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_problem_finds_its_sentence_by_its_place() {
        let places: Vec<usize> = Problem::all().map(Problem::place).collect();
        assert_eq!(places, (0..places.len()).collect::<Vec<_>>());
    }

    #[test]
    fn the_security_code_is_as_long_as_the_card_says() {
        let now = Expiry { year: 2026, month: 11 };
        assert_eq!(check(Field::Cvc, "123", "4242 4242", now), None);
        assert_eq!(check(Field::Cvc, "123", "3782 822463 10005", now), Some(Problem::Cvc(CvcError::NeedsFour)));
        assert_eq!(check(Field::Exp, "10/26", "", now), Some(Problem::Exp(ExpiryError::Past)));
    }
}
