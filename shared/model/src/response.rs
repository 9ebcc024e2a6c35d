//! What banks answer: response codes as data, with what a merchant and what a payer is told.
//!
//! Codes and meanings: domain reference §1.5 (ISO 8583 field 39, the schemes' own, and Stancer's of four digits).
//! Which of them end all retries: §2.5, the French CB rules.

use serde::{Deserialize, Serialize};

use crate::locale::Locale;

#[path = "response_table.rs"]
mod table;
use table::{Row, TABLE};

/// The code of an accepted payment.
pub const APPROVED: &str = "00";
/// What a payer is told in place of a sensitive code: refused, without a reason.
pub const DO_NOT_HONOUR: &str = "05";
/// The issuer wants the payer authenticated first (a soft decline).
pub const NEEDS_AUTHENTICATION: &str = "A1";

/// The payer's bank did not vouch for them.
pub const AUTHENTICATION_FAILED: &str = "Q1";

/// What a code means for another try.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Class {
    Approved,
    /// Refused now; the same card may pass later.
    Soft,
    /// Refused for good: the same card is not tried again.
    Definitive,
    /// Nobody decided: an institution could not be reached or failed.
    Technical,
    /// Would be decided after 3-D Secure.
    NeedsAuthentication,
}

/// What is known of one response code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Response {
    /// As the bank gave it, also when it isn't a known one.
    pub code: String,
    pub class: Class,
    /// Theft, fraud, the law: the payer is told no more than that the bank refused.
    pub sensitive: bool,
    row: &'static Row,
}

/// What a payer can do next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Advice {
    Accepted,
    AskBank,
    Authenticate,
    Cancelled,
    Expired,
    Funds,
    Later,
    Limit,
    Number,
    OtherCard,
    SecurityCode,
    Wait,
}

/// Looks a code up. One that nobody knows is a soft refusal without a reason.
pub fn response(code: &str) -> Response {
    let row = TABLE.iter().find(|row| row.code == code).unwrap_or(&table::UNKNOWN);
    Response { code: code.to_owned(), class: row.class, sensitive: row.sensitive, row }
}

impl Response {
    pub fn is_approved(&self) -> bool {
        self.class == Class::Approved
    }

    /// The code a payer may see.
    pub fn shown_code(&self) -> &str {
        if self.sensitive { DO_NOT_HONOUR } else { &self.code }
    }

    /// For the merchant, to stand behind "Refused · ": "insufficient funds".
    pub fn merchant(&self, locale: Locale) -> &'static str {
        locale.pick(self.row.en, self.row.fr)
    }

    /// For the payer: what happened as far as it may be told, and what to do. A sensitive code reads as `05` does.
    pub fn payer(&self, locale: Locale) -> &'static str {
        let advice = if self.sensitive { Advice::AskBank } else { self.row.advice };
        let (en, fr) = advice.texts();
        locale.pick(en, fr)
    }
}

impl Advice {
    const fn texts(self) -> (&'static str, &'static str) {
        match self {
            Self::Accepted => ("Your payment was accepted.", "Votre paiement est accepté."),
            Self::AskBank => (
                "Your bank refused this payment without giving a reason. Use another card, or ask your bank.",
                "Votre banque a refusé ce paiement sans en donner la raison. Utilisez une autre carte ou contactez votre banque.",
            ),
            Self::Authenticate => (
                "Your bank wants you to confirm this payment. Try again and confirm it when asked.",
                "Votre banque vous demande de confirmer ce paiement. Réessayez et confirmez-le quand elle le demande.",
            ),
            Self::Cancelled => ("The payment was cancelled. You can try again.", "Le paiement a été annulé. Vous pouvez réessayer."),
            Self::Expired => (
                "Your bank says this card has expired. Check the date, or use another card.",
                "Selon votre banque, cette carte a expiré. Vérifiez la date ou utilisez une autre carte.",
            ),
            Self::Funds => (
                "There isn’t enough money available on this card. Use another card.",
                "La provision de cette carte est insuffisante. Utilisez une autre carte.",
            ),
            Self::Later => (
                "Your bank can’t be reached at the moment. Try again in a few minutes, or use another card.",
                "Votre banque est injoignable pour le moment. Réessayez dans quelques minutes ou utilisez une autre carte.",
            ),
            Self::Limit => (
                "This payment is above the limit of your card. Use another card, or ask your bank to raise the limit.",
                "Ce paiement dépasse le plafond de votre carte. Utilisez une autre carte ou demandez à votre banque de relever le plafond.",
            ),
            Self::Number => (
                "Your bank doesn’t know this card number. Check it, or use another card.",
                "Votre banque ne reconnaît pas ce numéro de carte. Vérifiez-le ou utilisez une autre carte.",
            ),
            Self::OtherCard => (
                "Your bank doesn’t allow this payment with this card. Use another card, or ask your bank.",
                "Votre banque n’autorise pas ce paiement avec cette carte. Utilisez une autre carte ou contactez votre banque.",
            ),
            Self::SecurityCode => {
                ("The security code isn’t right. Check it and try again.", "Le code de sécurité est erroné. Vérifiez-le et réessayez.")
            }
            Self::Wait => (
                "Your bank has already been asked for this payment. Wait a few minutes before you try again.",
                "Votre banque a déjà reçu cette demande de paiement. Patientez quelques minutes avant de réessayer.",
            ),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_have_the_class_that_decides_retries() {
        let class = |code| response(code).class;
        assert_eq!(class("00"), Class::Approved);
        assert_eq!(class("51"), Class::Soft);
        assert_eq!(class("A1"), Class::NeedsAuthentication);
        assert_eq!(class("no such code"), Class::Soft);
        for code in ["68", "80", "91", "96", "98", "7898"] {
            assert_eq!(class(code), Class::Technical, "{code}");
        }
        let definitive =
            ["03", "04", "05", "07", "12", "13", "14", "15", "31", "33", "34", "41", "43", "54", "56", "57", "59", "63", "76", "81", "82"];
        for code in definitive {
            assert_eq!(class(code), Class::Definitive, "{code}");
        }
        assert_eq!(TABLE.iter().filter(|row| row.class == Class::Approved).count(), 1);
    }

    #[test]
    fn a_payer_never_learns_a_sensitive_reason() {
        for locale in Locale::ALL {
            let plain = response(DO_NOT_HONOUR);
            for code in ["41", "43", "59", "62", "63", "65", "93", "7810", "7811", "7840", "04", "07", "34"] {
                let answer = response(code);
                assert!(answer.sensitive, "{code}");
                assert_eq!(answer.shown_code(), DO_NOT_HONOUR);
                assert_eq!(answer.payer(locale), plain.payer(locale));
                assert_ne!(answer.merchant(locale), plain.merchant(locale), "{code}");
            }
        }
    }

    #[test]
    fn every_code_is_said_to_both_in_both_languages() {
        for row in TABLE {
            let answer = response(row.code);
            assert_eq!(TABLE.iter().filter(|other| other.code == row.code).count(), 1, "{}", row.code);
            assert!(!answer.merchant(Locale::En).is_empty());
            assert!(!answer.merchant(Locale::En).ends_with('.'), "{}", row.code);
            for locale in Locale::ALL {
                assert!(answer.payer(locale).ends_with('.'));
            }
        }
        assert_eq!(response("51").merchant(Locale::Fr), "provision insuffisante");
        assert_eq!(response("zz").code, "zz");
    }

    #[test]
    fn a_payer_is_told_what_to_do() {
        assert!(response("54").payer(Locale::En).contains("another card"));
        assert!(response("91").payer(Locale::Fr).contains("Réessayez"));
        assert!(response("N7").payer(Locale::En).contains("security code"));
        assert!(response("A1").payer(Locale::En).contains("confirm"));
    }
}
