//! The one vocabulary of refusals: a closed list of codes, and the refusal that carries one to whoever asked.

use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::id::Id;
use crate::locale::Locale;

macro_rules! codes {
    ($($name:ident $text:literal $status:literal $kind:ident $en:literal $fr:literal;)*) => {
        /// Every reason for which something is refused. What isn't listed here isn't said.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        pub enum Code {
            $(#[doc = concat!("`", $text, "`")] $name,)*
        }

        impl Code {
            pub const ALL: &'static [Self] = &[$(Self::$name),*];

            /// The code as the API and the logs write it.
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$name => $text,)*
                }
            }

            pub const fn http_status(self) -> u16 {
                match self {
                    $(Self::$name => $status,)*
                }
            }

            /// `error.type` of the API.
            pub const fn kind(self) -> &'static str {
                match self {
                    $(Self::$name => $kind,)*
                }
            }

            /// What it means in general, for a page that knows nothing more precise.
            pub const fn message(self, locale: Locale) -> &'static str {
                match self {
                    $(Self::$name => locale.pick($en, $fr),)*
                }
            }
        }
    };
}

// Stancer answers everything a client did wrong, a bad key included, with this type (domain reference §1.6).
const REQUEST: &str = "invalid_request_error";
const IDEMPOTENCY: &str = "idempotency_error";
const RATE: &str = "rate_limit_error";
const OURS: &str = "api_error";

codes! {
    Unauthorized "unauthorized" 401 REQUEST
        "You are not authorized to access that resource" "Vous n’êtes pas autorisé à accéder à cette ressource.";
    Forbidden "forbidden" 403 REQUEST
        "Your role doesn’t allow this." "Votre rôle ne le permet pas.";
    NotFound "not_found" 404 REQUEST
        "There is nothing here." "Il n’y a rien ici.";
    Conflict "conflict" 409 REQUEST
        "It changed in the meantime. Read it again." "L’objet a changé entre-temps. Relisez-le.";
    DuplicateUniqueId "duplicate_unique_id" 409 REQUEST
        "This unique_id has been used already." "Ce unique_id a déjà servi.";
    AlreadyExists "already_exists" 409 REQUEST
        "It exists already." "Cet objet existe déjà.";
    OperationNotAllowed "operation_not_allowed" 409 REQUEST
        "Its state doesn’t allow this." "Son état ne le permet pas.";
    AuthorisationLapses "authorisation_lapses" 409 REQUEST
        "The authorisation lapses before the next capture: it can only be cancelled."
        "L’autorisation expire avant la prochaine remise\u{a0}: elle ne peut plus qu’être annulée.";
    AcquirerRefused "acquirer_refused" 409 REQUEST
        "The acquirer refused, and nothing changed. Try again later, or ask the acquirer."
        "L’acquéreur a refusé et rien n’a changé. Réessayez plus tard ou contactez l’acquéreur.";
    OperationInProgress "operation_in_progress" 409 REQUEST
        "Another operation is still running." "Une autre opération est en cours.";
    IdempotencyMismatch "idempotency_mismatch" 409 IDEMPOTENCY
        "This Idempotency-Key was used for another request." "Cette Idempotency-Key a servi à une autre requête.";
    IdempotencyInProgress "idempotency_in_progress" 409 IDEMPOTENCY
        "The first request with this Idempotency-Key is still running."
        "La première requête portant cette Idempotency-Key est en cours.";
    AmountFixed "amount_fixed" 409 REQUEST
        "The amount can no longer change." "Le montant ne peut plus changer.";
    AlreadyPaid "already_paid" 409 REQUEST
        "This has been paid already." "Le paiement a déjà été effectué.";
    PartialRefundTooEarly "partial_refund_too_early" 409 REQUEST
        "Payment cannot be partially refunded before it has been captured"
        "Un remboursement partiel n’est possible qu’après la remise.";
    RefundTooHigh "refund_too_high" 409 REQUEST
        "This is more than is left to refund." "Le montant dépasse ce qui reste à rembourser.";
    Gone "gone" 410 REQUEST
        "This no longer exists." "Cet objet n’existe plus.";
    BodyTooLarge "body_too_large" 413 REQUEST
        "The request is larger than 1 MB." "La requête dépasse 1 Mo.";
    Invalid "invalid" 422 REQUEST
        "A value is not valid." "Une valeur n’est pas valide.";
    UnknownField "unknown_field" 422 REQUEST
        "This field is not known here." "Ce champ n’est pas connu ici.";
    Missing "missing" 422 REQUEST
        "A required value is missing." "Une valeur requise manque.";
    OutOfRange "out_of_range" 422 REQUEST
        "A value is outside its limits." "Une valeur sort de ses limites.";
    NoMethod "no_method" 422 REQUEST
        "No acquirer takes this payment method." "Aucun acquéreur n’accepte ce moyen de paiement.";
    TooManyRequests "too_many_requests" 429 RATE
        "Too many requests. Wait a moment." "Trop de requêtes. Patientez un instant.";
    Internal "internal" 500 OURS
        "Something went wrong on our side." "Une erreur est survenue de notre côté.";
    Unavailable "unavailable" 503 OURS
        "The service is not available for a moment." "Le service est momentanément indisponible.";
}

impl Code {
    pub fn from_code(text: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|code| code.as_str() == text)
    }
}

/// What was asked for and doesn't exist, kept apart because each version of the API words it differently.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Absent {
    /// "payment", "payment intent", as in [`Id::NOUN`].
    pub noun: String,
    /// The id as it was given.
    pub given: String,
}

/// A refusal, complete: the API, a page and a log each say of it what concerns their reader.
/// It never holds an internal cause; those are logged where they happen.
#[derive(Clone, Debug, PartialEq, Eq, Error, Serialize, Deserialize)]
#[error("{message}")]
pub struct Refused {
    pub code: Code,
    /// The input at fault, as a path: `card.number`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub field: Option<String>,
    /// In English, for whoever programs against the API.
    pub message: String,
    /// What would have been accepted: operations of the object's state, or values.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub allowed: Vec<String>,
    /// Id of the object that is in the way, for duplicates.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub existing: Option<String>,
    /// After how many seconds another try makes sense.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retry_after: Option<u32>,
    /// Set by [`Refused::not_found`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub absent: Option<Box<Absent>>,
}

/// Characters of an unknown id that are repeated.
const GIVEN_MAX: usize = 64;

impl Refused {
    pub fn new(code: Code, message: impl Into<String>) -> Self {
        Self { code, field: None, message: message.into(), allowed: Vec::new(), existing: None, retry_after: None, absent: None }
    }

    /// With the code's own general sentence.
    pub fn of(code: Code) -> Self {
        Self::new(code, code.message(Locale::En))
    }

    /// 422 for one input.
    pub fn invalid(field: impl Into<String>, message: impl Into<String>) -> Self {
        Self::new(Code::Invalid, message).field(field)
    }

    /// 422 for an input that isn't there.
    pub fn missing(field: impl Into<String>) -> Self {
        Self::new(Code::Missing, "Field required").field(field)
    }

    /// 404 in the second version's words, "Payment `paym_…` not found"; also for ids that can't be one.
    pub fn not_found<I: Id>(given: &str) -> Self {
        // no id is that long, and what was sent is not sent back whole
        let given: String = given.chars().take(GIVEN_MAX).collect();
        let mut refused = Self::new(Code::NotFound, format!("{} `{given}` not found", titled(I::NOUN)));
        refused.absent = Some(Box::new(Absent { noun: I::NOUN.to_owned(), given }));
        refused
    }

    #[must_use]
    pub fn field(mut self, field: impl Into<String>) -> Self {
        self.field = Some(field.into());
        self
    }

    #[must_use]
    pub fn allowed<T: Into<String>>(mut self, allowed: impl IntoIterator<Item = T>) -> Self {
        self.allowed = allowed.into_iter().map(Into::into).collect();
        self
    }

    #[must_use]
    pub fn existing(mut self, id: impl ToString) -> Self {
        self.existing = Some(id.to_string());
        self
    }

    /// In seconds.
    #[must_use]
    pub fn retry_after(mut self, seconds: u32) -> Self {
        self.retry_after = Some(seconds);
        self
    }

    /// Its path below another input: `number` of `card` is `card.number`.
    #[must_use]
    pub fn within(mut self, parent: &str) -> Self {
        self.field = Some(self.field.map_or_else(|| parent.to_owned(), |field| format!("{parent}.{field}")));
        self
    }
}

/// "Payment intent", "SEPA": a noun at the head of a sentence, as Stancer's second version writes it.
pub fn titled(noun: &str) -> String {
    if noun == "sepa" {
        return "SEPA".to_owned();
    }
    let mut letters = noun.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::id::{PaymentIntentId, SepaId};

    #[test]
    fn codes_are_written_the_same_everywhere() {
        for code in Code::ALL {
            assert_eq!(serde_json::to_string(code).unwrap(), format!("\"{}\"", code.as_str()));
            assert_eq!(Code::from_code(code.as_str()), Some(*code));
            assert!((400..=599).contains(&code.http_status()));
            for locale in Locale::ALL {
                assert!(!code.message(locale).is_empty());
            }
        }
    }

    #[test]
    fn what_is_not_found_is_named() {
        let refused = Refused::not_found::<PaymentIntentId>("pi_nothing");
        assert_eq!(refused.to_string(), "Payment intent `pi_nothing` not found");
        assert_eq!(refused.code.http_status(), 404);
        let absent = Absent { noun: "payment intent".into(), given: "pi_nothing".into() };
        assert_eq!(refused.absent, Some(Box::new(absent)));
        assert_eq!(Refused::not_found::<SepaId>("x").message, "SEPA `x` not found");
    }

    #[test]
    fn a_refusal_travels_whole() {
        let refused = Refused::invalid("number", "is too short").within("card").allowed(["a", "b"]).existing("paym_x").retry_after(3);
        assert_eq!(refused.field.as_deref(), Some("card.number"));
        let json = serde_json::to_string(&refused).unwrap();
        assert_eq!(serde_json::from_str::<Refused>(&json).unwrap(), refused);
        assert_eq!(serde_json::to_string(&Refused::of(Code::Gone)).unwrap(), r#"{"code":"gone","message":"This no longer exists."}"#);
    }
}
