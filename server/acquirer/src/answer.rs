//! What an acquirer answers.

use model::time::{HOUR, Timestamp};
use serde::{Deserialize, Serialize};

/// The answer to one call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer<T> {
    /// It is done.
    Done(T),
    /// It is definitely not done, and somebody decided so.
    Refused(Refusal),
    /// It is definitely not done, because something broke. `message` is for the log and the merchant, not for the payer.
    Error { message: String },
    /// No answer came: it may be done or not. Ask by [`find`](crate::Acquirer::find), never send again.
    Unknown,
}

/// A refusal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refusal {
    /// Two to four characters, ISO 8583 or the scheme's: "51" is insufficient funds, "A1" asks for 3-D Secure.
    pub response: String,
    /// Who refused, if it is known.
    pub author: Option<String>,
}

/// A granted authorisation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Authorised {
    /// The issuer's code, 6 letters or digits.
    pub authorisation: String,
    /// "00".
    pub response: String,
    /// Until when it can be captured.
    pub authorised_until: Timestamp,
    /// The money is already taken; a capture is neither needed nor possible.
    pub captured: bool,
    /// The scheme's transaction number: later payments without the payer refer to it.
    pub network_reference: String,
    /// Granted, but held back for suspected fraud until somebody looks at it.
    pub held: bool,
    /// Sandbox only: the payer will dispute this payment one day after its capture.
    pub will_dispute: bool,
}

/// What a successful 3-D Secure authentication leaves behind.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Proof {
    /// Electronic commerce indicator: "05" or "02" authenticated, "06" or "01" attempted (Visa and CB, Mastercard).
    pub eci: String,
    /// The directory server's transaction number, a UUID.
    pub transaction: String,
}

/// How a 3-D Secure authentication stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Authentication {
    /// Y: it is the payer.
    Success(Proof),
    /// A: the issuer takes no part, but stands for it.
    Attempted(Proof),
    /// C: the payer must go to this address. `/bank/{reference}` in the sandbox.
    Challenge { url: String },
    /// N: the payer failed or said no.
    Declined,
    /// R: the issuer rejects it.
    Failed,
    /// U: it could not be carried out.
    Unavailable,
    /// The payer did not answer in time.
    Expired,
}

impl Authentication {
    /// How long a challenge can be answered: 6 hours.
    pub const LIFE_MS: i64 = 6 * HOUR;

    /// Whether an authorisation may say `authenticated`.
    pub const fn is_authenticated(&self) -> bool {
        matches!(self, Self::Success(_) | Self::Attempted(_))
    }
}

/// What became of a call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Found {
    Done(Outcome),
    Refused(Refusal),
    Error {
        message: String,
    },
    /// Received and not decided, or it can't be known right now: ask later.
    Pending,
    /// No such reference has arrived. It may still be on its way.
    Absent,
}

/// What was done under a reference.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    Authenticated(Authentication),
    Authorised(Authorised),
    Captured,
    Lowered,
    Voided,
    Refunded,
}
