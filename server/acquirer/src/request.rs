//! What an acquirer is asked.

use std::fmt;

use model::locale::Locale;
use model::money::Money;
use model::time::Timestamp;
use secrecy::SecretString;

/// What every call carries.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Call {
    /// Our reference of this operation, used for nothing else ever. A call repeated under it gets the first answer.
    pub reference: String,
    pub amount: Money,
    /// The business time of the account: in the sandbox its clock.
    pub now: Timestamp,
    /// How long the caller waits for an answer, in milliseconds of real time. Later ones count as lost.
    pub deadline_ms: i64,
}

/// The card to be charged. Nothing prints its number or code.
#[derive(Clone)]
pub struct Instrument {
    /// Digits only.
    pub number: SecretString,
    /// 1 to 12.
    pub exp_month: u8,
    /// Four digits.
    pub exp_year: u16,
    pub cvc: Option<SecretString>,
    pub holder: Option<String>,
}

impl fmt::Debug for Instrument {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Instrument(…)")
    }
}

/// What the bank's page needs when it challenges the payer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Challenge {
    /// Whose clock counts; handed back to [`BankClock`](crate::BankClock) as it is.
    pub account: String,
    /// The shop's name, shown to the payer.
    pub merchant: String,
    /// Where the payer goes afterwards: a path of this server (`/…`) or an `http(s)` address. What stands in it proves nothing: the handler asks
    /// [`authentication_result`](crate::Acquirer::authentication_result).
    pub return_url: String,
    /// The payer's language.
    pub locale: Locale,
}

/// What an authorisation is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// To be captured.
    Debit,
    /// Only whether the card is good: to save it, or for a capture so late that the real authorisation follows the day before. Can't be captured.
    Verification,
    /// An amount held and given back. Can't be captured.
    PreAuthorisation,
}
