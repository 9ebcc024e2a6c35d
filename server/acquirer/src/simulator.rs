//! The acquirer of the sandbox. It plays by card number (`card.rs`), is deterministic, obeys the time it is given and remembers what it answered.

use std::sync::Arc;
use std::time::Duration;

use futures::future::{BoxFuture, FutureExt};
use model::time::{DAY, Date, MINUTE, SECOND, Timestamp};
use secrecy::ExposeSecret;
use sha2::{Digest, Sha256};

use crate::card::{self, Play};
use crate::records::{Act, AuthenticationRecord, AuthorisationRecord, Decision, Delivery, Following, Page, Record, Verdict, code};
use crate::{
    Acquirer, Answer, Authentication, Authorised, Call, Challenge, Found, Instrument, Memory, MemoryError, Outcome, Proof, Purpose, Refusal,
};

/// When the slow card's answer comes, and the late card's, after the question.
const SLOW_MS: i64 = 30 * SECOND;
const LATE_MS: i64 = 10 * MINUTE;

/// How long an authorisation can be captured: 7 days, 30 for Maestro (domain reference §2.5).
const VALIDITY_MS: i64 = 7 * DAY;
const MAESTRO_VALIDITY_MS: i64 = 30 * DAY;

/// The simulated acquirer, for the sandbox only.
pub struct Simulator {
    memory: Arc<dyn Memory>,
}

impl Simulator {
    pub fn new(memory: Arc<dyn Memory>) -> Self {
        Self { memory }
    }

    /// Keeps a record under the reference unless there is one; what stands.
    async fn keep(&self, reference: &str, record: &Record) -> Result<Record, MemoryError> {
        let text = to_text(record)?;
        from_text(&self.memory.put_if_absent(reference, &text).await?)
    }

    async fn authenticated(&self, call: Call, instrument: Instrument, challenge: Challenge) -> Result<Answer<Authentication>, MemoryError> {
        if !is_address(&challenge.return_url) {
            return Ok(Answer::Error { message: "the return address is neither a path nor http(s)".to_owned() });
        }
        let asked = Record::Authentication(authentication(&call, &instrument, challenge));
        Ok(match self.keep(&call.reference, &asked).await? {
            Record::Authentication(AuthenticationRecord { result: Some(result), .. }) => Answer::Done(result),
            Record::Authentication(_) => Answer::Done(Authentication::Challenge { url: format!("/bank/{}", call.reference) }),
            _ => reused(),
        })
    }

    async fn authorised(
        &self,
        call: Call,
        instrument: Instrument,
        authenticated: bool,
        purpose: Purpose,
    ) -> Result<Answer<Authorised>, MemoryError> {
        let decided = Record::Authorisation(authorisation(&call, &instrument, authenticated, purpose));
        let record = match self.keep(&call.reference, &decided).await? {
            Record::Authorisation(record) => record,
            Record::Never => {
                return Ok(Answer::Refused(Refusal::by_acquirer(code::INVALID_TRANSACTION)));
            }
            _ => return Ok(reused()),
        };
        if !arrives(&record, &call).await {
            return Ok(Answer::Unknown);
        }
        Ok(match record.decision {
            Decision::Authorised(authorised) => Answer::Done(authorised),
            Decision::Refused(refusal) => Answer::Refused(refusal),
            Decision::Error { message } => Answer::Error { message },
        })
    }

    fn follow<'a>(&'a self, act: Act, call: Call, of: &'a str) -> BoxFuture<'a, Answer<()>> {
        async move {
            let asked = Record::Following(Following { act, of: of.to_owned(), amount: call.amount });
            let verdict = match self.keep(&call.reference, &asked).await {
                Ok(Record::Following(following)) if following.act == act => self.settle(&call.reference, &following, call.now).await,
                Ok(_) => return reused(),
                Err(lost) => Err(lost),
            };
            match verdict {
                Ok(Verdict::Done) => Answer::Done(()),
                Ok(Verdict::Refused(refusal)) => Answer::Refused(refusal),
                Err(lost) => unknown(&lost),
            }
        }
        .boxed()
    }

    /// Carries a later call out in the record of its authorisation, once; also after a crash between keeping the call and this.
    async fn settle(&self, reference: &str, following: &Following, now: Timestamp) -> Result<Verdict, MemoryError> {
        let refused = Ok(Verdict::Refused(Refusal::by_acquirer(code::INVALID_TRANSACTION)));
        loop {
            let Some(old) = self.memory.get(&following.of).await? else {
                if following.act != Act::Void {
                    return refused;
                }
                self.keep(&following.of, &Record::Never).await?;
                continue;
            };
            let mut record = match from_text(&old)? {
                Record::Authorisation(record) => record,
                Record::Never if following.act == Act::Void => return Ok(Verdict::Done),
                _ => return refused,
            };
            let verdict = record.apply(reference, following, now);
            let new = to_text(&Record::Authorisation(record))?;
            if new == old || self.memory.replace(&following.of, &old, &new).await? {
                return Ok(verdict);
            }
        }
    }

    async fn found(&self, reference: &str, now: Timestamp) -> Result<Found, MemoryError> {
        let Some(text) = self.memory.get(reference).await? else {
            return Ok(Found::Absent);
        };
        Ok(match from_text(&text)? {
            Record::Never => Found::Refused(Refusal::by_acquirer(code::INVALID_TRANSACTION)),
            Record::Authentication(record) => match record.result_at(now) {
                Some(result) => Found::Done(Outcome::Authenticated(result)),
                None => Found::Pending,
            },
            Record::Authorisation(record) if now < record.decided => Found::Pending,
            Record::Authorisation(record) => match record.decision {
                Decision::Authorised(authorised) => Found::Done(Outcome::Authorised(authorised)),
                Decision::Refused(refusal) => Found::Refused(refusal),
                Decision::Error { message } => Found::Error { message },
            },
            Record::Following(following) => match self.settle(reference, &following, now).await? {
                Verdict::Done => Found::Done(match following.act {
                    Act::Capture => Outcome::Captured,
                    Act::Lower => Outcome::Lowered,
                    Act::Void => Outcome::Voided,
                    Act::Refund => Outcome::Refunded,
                }),
                Verdict::Refused(refusal) => Found::Refused(refusal),
            },
        })
    }
}

impl Acquirer for Simulator {
    fn authenticate(&self, call: Call, instrument: Instrument, challenge: Challenge) -> BoxFuture<'_, Answer<Authentication>> {
        self.authenticated(call, instrument, challenge).map(|answer| answer.unwrap_or_else(|lost| unknown(&lost))).boxed()
    }

    fn authentication_result<'a>(&'a self, reference: &'a str, now: Timestamp) -> BoxFuture<'a, Option<Authentication>> {
        self.find(reference, now)
            .map(|found| match found {
                Found::Done(Outcome::Authenticated(result)) => Some(result),
                _ => None,
            })
            .boxed()
    }

    fn authorise(&self, call: Call, instrument: Instrument, authenticated: bool, purpose: Purpose) -> BoxFuture<'_, Answer<Authorised>> {
        self.authorised(call, instrument, authenticated, purpose).map(|answer| answer.unwrap_or_else(|lost| unknown(&lost))).boxed()
    }

    fn capture<'a>(&'a self, call: Call, of: &'a str) -> BoxFuture<'a, Answer<()>> {
        self.follow(Act::Capture, call, of)
    }

    fn lower<'a>(&'a self, call: Call, of: &'a str) -> BoxFuture<'a, Answer<()>> {
        self.follow(Act::Lower, call, of)
    }

    fn void<'a>(&'a self, call: Call, of: &'a str) -> BoxFuture<'a, Answer<()>> {
        self.follow(Act::Void, call, of)
    }

    fn refund<'a>(&'a self, call: Call, of: &'a str) -> BoxFuture<'a, Answer<()>> {
        self.follow(Act::Refund, call, of)
    }

    fn find<'a>(&'a self, reference: &'a str, now: Timestamp) -> BoxFuture<'a, Found> {
        self.found(reference, now)
            .map(|found| {
                found.unwrap_or_else(|lost| {
                    tracing::warn!(%lost, "the simulator can't look up a reference");
                    Found::Pending
                })
            })
            .boxed()
    }
}

/// A broken memory may have kept the record or not: the truth shows when it is asked again.
fn unknown<T>(lost: &MemoryError) -> Answer<T> {
    tracing::warn!(%lost, "the simulator does not know what it answered");
    Answer::Unknown
}

fn reused<T>() -> Answer<T> {
    Answer::Error { message: "this reference was used for another kind of call".to_owned() }
}

/// What a browser may be sent to. Anything else (`javascript:`, `data:`) would run as a page of ours.
fn is_address(url: &str) -> bool {
    let path = url.starts_with('/') && !url.starts_with("//");
    path || url.starts_with("https://") || url.starts_with("http://")
}

fn authentication(call: &Call, instrument: &Instrument, challenge: Challenge) -> AuthenticationRecord {
    let number = instrument.number.expose_secret();
    let facts = card::describe(number);
    let eci = if facts.network == card::CardNetwork::Mastercard { "02" } else { "05" };
    let success = Authentication::Success(Proof { eci: eci.to_owned(), transaction: uuid(&call.reference) });
    let result = match card::play(number) {
        Play::Challenge => None,
        Play::Invalid => Some(Authentication::Failed),
        _ => Some(success.clone()),
    };
    let page = Page {
        account: challenge.account,
        merchant: challenge.merchant,
        return_url: challenge.return_url,
        locale: challenge.locale,
        amount: call.amount,
        brand: card::brand_name(number).to_owned(),
        last4: validation::card::last4(number).to_owned(),
    };
    AuthenticationRecord { asked: call.now, result, success, page }
}

fn authorisation(call: &Call, instrument: &Instrument, authenticated: bool, purpose: Purpose) -> AuthorisationRecord {
    let number = instrument.number.expose_secret();
    let play = card::play(number);
    let after = |ms| call.now.plus_millis(ms);
    let refused = |response| Decision::Refused(Refusal::by_issuer(response));
    let decision = match play {
        Play::Invalid => refused(code::INVALID_NUMBER),
        _ if is_expired(instrument, call.now) => refused(code::EXPIRED_CARD),
        Play::Refused(response) | Play::LostRefused(response) => refused(response),
        Play::RefusedTheDayBefore(response) if purpose != Purpose::Verification => refused(response),
        Play::NeedsAuthentication if !authenticated => refused(code::NEEDS_AUTHENTICATION),
        Play::Error => Decision::Error { message: "the simulated processor broke down, as this card asks".to_owned() },
        _ => Decision::Authorised(Authorised {
            authorisation: code_of(&call.reference, "authorisation", 6),
            response: "00".to_owned(),
            authorised_until: after(if card::is_maestro(number) { MAESTRO_VALIDITY_MS } else { VALIDITY_MS }),
            captured: play == Play::CapturedAtOnce && purpose == Purpose::Debit,
            network_reference: code_of(&call.reference, "network", 15),
            held: play == Play::Held,
            will_dispute: play == Play::Disputed && purpose == Purpose::Debit,
        }),
    };
    let (decided, delivery) = match play {
        Play::Slow => (after(SLOW_MS), Delivery::Slow),
        Play::Late => (after(LATE_MS), Delivery::Lost),
        Play::LostAuthorised | Play::LostRefused(_) => (call.now, Delivery::Lost),
        _ => (call.now, Delivery::Prompt),
    };
    let mut record = AuthorisationRecord::new(decision, purpose, call.amount, decided, delivery);
    record.capture_fails = play == Play::CaptureFails;
    record
}

/// A card is good to the last day of its month, wherever on earth that day still lasts.
fn is_expired(instrument: &Instrument, now: Timestamp) -> bool {
    let today = Date::from_epoch_days(now.minus(DAY).as_millis().div_euclid(DAY));
    (i32::from(instrument.exp_year), instrument.exp_month) < (i32::from(today.year), today.month)
}

/// Waits for the answer to come; whether it does before the caller's deadline. A slow one takes real time: the payer waits too.
async fn arrives(record: &AuthorisationRecord, call: &Call) -> bool {
    let wait = match record.delivery {
        Delivery::Prompt => return true,
        Delivery::Lost => return false,
        Delivery::Slow => record.decided.since(call.now),
    };
    let waited = wait.min(call.deadline_ms);
    tokio::time::sleep(Duration::from_millis(u64::try_from(waited).unwrap_or(0))).await;
    wait <= call.deadline_ms
}

/// Letters and digits that follow from the reference alone. Not digits only: nothing here may look like a card number.
fn code_of(reference: &str, purpose: &str, length: usize) -> String {
    const ALPHABET: &[u8; 32] = b"ABCDEFGHJKLMNPQRSTUVWXYZ23456789";
    let hash = Sha256::new().chain_update(purpose).chain_update([0]).chain_update(reference).finalize();
    hash.iter().take(length).map(|byte| char::from(ALPHABET[usize::from(byte % 32)])).collect()
}

/// A UUID of version 8 (our own rule, RFC 9562 §5.8) that follows from the reference.
fn uuid(reference: &str) -> String {
    use std::fmt::Write as _;
    let hash = Sha256::new().chain_update("3-D Secure").chain_update([0]).chain_update(reference).finalize();
    let mut text = String::with_capacity(36);
    for (at, byte) in hash.iter().take(16).enumerate() {
        let byte = match at {
            6 => 0x80 | (byte & 0x0f),
            8 => 0x80 | (byte & 0x3f),
            _ => *byte,
        };
        if matches!(at, 4 | 6 | 8 | 10) {
            text.push('-');
        }
        // Writing to a String can't fail.
        let _ = write!(text, "{byte:02x}");
    }
    text
}

pub(crate) fn to_text(record: &Record) -> Result<String, MemoryError> {
    serde_json::to_string(record).map_err(|cause| MemoryError(cause.to_string()))
}

pub(crate) fn from_text(text: &str) -> Result<Record, MemoryError> {
    serde_json::from_str(text).map_err(|cause| MemoryError(cause.to_string()))
}
