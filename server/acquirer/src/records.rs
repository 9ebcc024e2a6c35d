//! What is kept under a reference, and the bank's own book-keeping over one authorisation.

use std::collections::BTreeMap;

use model::locale::Locale;
use model::money::Money;
use model::time::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{Authentication, Authorised, Purpose, Refusal};

/// The text under one reference, as JSON. It holds the last four digits of a card at most.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "record", rename_all = "snake_case")]
pub(crate) enum Record {
    Authentication(AuthenticationRecord),
    Authorisation(AuthorisationRecord),
    Following(Following),
    /// A void came for a reference nobody knew: should the authorisation arrive after all, it is refused.
    Never,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct AuthenticationRecord {
    pub asked: Timestamp,
    /// `None`: the payer has not answered the challenge.
    pub result: Option<Authentication>,
    /// What the payer's 'yes' is worth.
    pub success: Authentication,
    pub page: Page,
}

impl AuthenticationRecord {
    /// The result as it stands at `now`; `None` while the payer may still answer.
    pub fn result_at(&self, now: Timestamp) -> Option<Authentication> {
        let over = now.since(self.asked) >= Authentication::LIFE_MS;
        self.result.clone().or_else(|| over.then_some(Authentication::Expired))
    }
}

/// What the bank's page shows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Page {
    pub account: String,
    pub merchant: String,
    pub return_url: String,
    pub locale: Locale,
    pub amount: Money,
    pub brand: String,
    pub last4: String,
}

/// How the answer to an authorisation travels.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Delivery {
    Prompt,
    /// Arrives when it is decided, if the caller still waits.
    Slow,
    Lost,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Decision {
    Authorised(Authorised),
    Refused(Refusal),
    Error { message: String },
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct AuthorisationRecord {
    /// From when on the decision can be found.
    pub decided: Timestamp,
    pub delivery: Delivery,
    pub decision: Decision,
    /// Verifications and pre-authorisations can't.
    pub can_capture: bool,
    pub capture_fails: bool,
    /// What may be captured still or was held before; lowered by [`Act::Lower`].
    pub authorised: Money,
    pub captured: Option<Money>,
    /// Minor units.
    pub refunded: i64,
    pub voided: bool,
    /// What was decided about each later call, by its reference.
    pub verdicts: BTreeMap<String, Verdict>,
}

/// A later call that refers to an authorisation. What became of it stands in the authorisation's record, so that both change in one step.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Following {
    pub act: Act,
    pub of: String,
    pub amount: Money,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Act {
    Capture,
    Lower,
    Void,
    Refund,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Verdict {
    Done,
    Refused(Refusal),
}

/// The codes the simulator refuses with (domain reference §1.5).
pub(crate) mod code {
    pub const DO_NOT_HONOUR: &str = "05";
    pub const IN_PROGRESS: &str = "09";
    pub const INVALID_TRANSACTION: &str = "12";
    pub const INVALID_AMOUNT: &str = "13";
    pub const INVALID_NUMBER: &str = "14";
    pub const INSUFFICIENT_FUNDS: &str = "51";
    pub const EXPIRED_CARD: &str = "54";
    pub const NEEDS_AUTHENTICATION: &str = "A1";
}

impl Refusal {
    pub(crate) fn by_issuer(response: &str) -> Self {
        Self { response: response.to_owned(), author: Some("issuer".to_owned()) }
    }

    pub(crate) fn by_acquirer(response: &str) -> Self {
        Self { response: response.to_owned(), author: Some("acquirer".to_owned()) }
    }
}

impl AuthorisationRecord {
    pub fn new(decision: Decision, purpose: Purpose, amount: Money, decided: Timestamp, delivery: Delivery) -> Self {
        let captured = matches!(&decision, Decision::Authorised(it) if it.captured).then_some(amount);
        Self {
            decided,
            delivery,
            decision,
            can_capture: purpose == Purpose::Debit,
            capture_fails: false,
            authorised: amount,
            captured,
            refunded: 0,
            voided: false,
            verdicts: BTreeMap::new(),
        }
    }

    /// Decides a later call once; asked again, the first verdict stands.
    pub fn apply(&mut self, reference: &str, following: &Following, now: Timestamp) -> Verdict {
        if let Some(verdict) = self.verdicts.get(reference) {
            return verdict.clone();
        }
        let verdict = match self.refuses(following, now) {
            Some(response) => Verdict::Refused(Refusal::by_acquirer(response)),
            None => Verdict::Done,
        };
        if verdict == Verdict::Done {
            self.change(following);
        }
        self.verdicts.insert(reference.to_owned(), verdict.clone());
        verdict
    }

    fn refuses(&self, following: &Following, now: Timestamp) -> Option<&'static str> {
        if now < self.decided {
            return Some(code::IN_PROGRESS);
        }
        let Decision::Authorised(granted) = &self.decision else {
            // Nothing is held: giving it back is done, anything else makes no sense.
            return (following.act != Act::Void).then_some(code::INVALID_TRANSACTION);
        };
        let open = !self.voided && self.captured.is_none();
        let possible = match following.act {
            Act::Capture => open && self.can_capture && !self.capture_fails && now < granted.authorised_until,
            Act::Lower | Act::Void => open,
            Act::Refund => self.captured.is_some(),
        };
        let most = match self.captured {
            Some(captured) => captured.minor() - self.refunded,
            None => self.authorised.minor(),
        };
        let amount = following.amount;
        let fits = amount.currency() == self.authorised.currency() && amount.minor() > 0 && amount.minor() <= most;
        match (possible, fits || following.act == Act::Void) {
            (false, _) => Some(code::INVALID_TRANSACTION),
            (true, false) => Some(code::INVALID_AMOUNT),
            (true, true) => None,
        }
    }

    fn change(&mut self, following: &Following) {
        match following.act {
            Act::Capture => self.captured = Some(following.amount),
            Act::Lower => self.authorised = following.amount,
            Act::Void => self.voided = true,
            Act::Refund => self.refunded += following.amount.minor(),
        }
    }
}
