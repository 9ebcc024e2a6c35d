//! Calls to the acquirer: recorded in one commit, made, answered in the next. No row waits meanwhile.

use std::time::Duration;

use acquirer::{Answer, Authentication, Authorised, Call, Challenge, Instrument, Refusal};
use futures::FutureExt;
use futures::future::BoxFuture;
use model::error::{Code, Refused};
use model::id::{OperationId, PaymentId};
use model::lifecycle::{OperationKind, Purpose};
use model::money::Money;
use model::time::Timestamp;
use store::rows::{Card, Operation, Payment, Scope};
use vault::{CVC_LIFE_MS, Cvc, Sealed};

use crate::by::{By, Start};
use crate::decide::Of;
use crate::dossier::Dossier;
use crate::fault::Seam;
use crate::work::is_written_off;
use crate::{ACQUIRER_DEADLINE_MS, Engine, settle};

/// What came back from a call, of whatever kind.
#[derive(Debug, Clone)]
pub(crate) enum Heard {
    Authenticated(Authentication),
    Authorised(Box<Authorised>),
    Done,
    Refused(Refusal),
    Error(String),
    /// No answer: only asking under the same reference settles it.
    Unknown,
    /// It never arrived, and the acquirer has acknowledged that it is to come to nothing.
    Lost,
}

impl Heard {
    fn of<T>(answer: Answer<T>, done: impl FnOnce(T) -> Self) -> Self {
        match answer {
            Answer::Done(what) => done(what),
            Answer::Refused(refusal) => Self::Refused(refusal),
            Answer::Error { message } => Self::Error(message),
            Answer::Unknown => Self::Unknown,
        }
    }
}

/// Where a payer comes back to after the bank's page.
pub(crate) fn return_path(operation: OperationId) -> String {
    format!("/return/{operation}")
}

/// A recorded call with what it is made of.
#[derive(Clone)]
pub(crate) struct Ask {
    pub(crate) operation: Operation,
    pub(crate) payment: Payment,
    pub(crate) card: Option<Card>,
}

impl Engine {
    /// The same command, later: its time moves on with the clock, its ids are new, and its idempotency key is written already.
    pub(crate) fn later(&self, start: &Start) -> Start {
        let real = self.0.clock.now();
        let mut caller = start.caller.clone();
        caller.keyed = None;
        Start {
            caller,
            now: start.now.plus_millis(real.since(start.real)),
            real,
            offset: start.offset,
            place: start.place.clone(),
            seed: self.seed(),
            turn: self.turn(real),
            merchant: start.merchant.clone(),
        }
    }

    /// Makes a recorded call and those that follow from its answer, until none is open or an answer is lost.
    pub(crate) async fn drive(&self, start: &Start, operation: OperationId) -> Result<(), Refused> {
        let asked = self.load_ask(start.caller.scope, operation).await?;
        self.drive_on(start, Box::new(asked)).await
    }

    /// [`Engine::drive`] from a call that was recorded just now. Boxed: it holds whole rows.
    pub(crate) fn drive_on<'e>(&'e self, start: &'e Start, first: Box<Ask>) -> BoxFuture<'e, Result<(), Refused>> {
        let mut next = Some(first);
        async move {
            // authenticate, authorise, authenticate after a soft decline, authorise again, reverse: five at the most
            for _ in 0..6 {
                let Some(asked) = next else { return Ok(()) };
                let operation = asked.operation.id;
                let heard = self.ask(start, &asked).await?;
                next = match self.answer_now(start, operation, heard).await? {
                    Some(following) => Some(Box::new(self.load_ask(start.caller.scope, following).await?)),
                    None => None,
                };
            }
            Ok(())
        }
        .boxed()
    }

    /// As [`Engine::answer`], of a call that has just been made. Where the worker told the acquirer meanwhile to let it come to nothing, what the
    /// call itself says is not the last word: the worker asks on.
    async fn answer_now(&self, start: &Start, operation: OperationId, heard: Heard) -> Result<Option<OperationId>, Refused> {
        let decision = move |dossier: &mut Dossier, by: &mut By| {
            let written_off = is_written_off(&dossier.operation(operation)?.now);
            settle::settle(dossier, by, operation, if written_off { &Heard::Unknown } else { &heard })
        };
        self.decide(&self.later(start), Of::Operation(operation), decision).await
    }

    /// Records what came back; the call to make next, where the answer leads to one.
    pub(crate) async fn answer(&self, start: &Start, operation: OperationId, heard: Heard) -> Result<Option<OperationId>, Refused> {
        let decision = move |dossier: &mut Dossier, by: &mut By| settle::settle(dossier, by, operation, &heard);
        self.decide(&self.later(start), Of::Operation(operation), decision).await
    }

    async fn ask(&self, start: &Start, asked: &Ask) -> Result<Heard, Refused> {
        let acquirer = self.acquirer(start.caller.scope)?;
        let call = Call {
            reference: asked.operation.id.to_string(),
            amount: Money::new(asked.operation.amount, asked.payment.currency),
            now: self.later(start).now,
            deadline_ms: ACQUIRER_DEADLINE_MS,
        };
        let of = asked.operation.about.map(|about| about.to_string()).unwrap_or_default();
        let work = async {
            match asked.operation.kind {
                OperationKind::Authenticate => {
                    let challenge = challenge(asked, start);
                    let Some(instrument) = self.instrument(asked, false, start)? else { return Ok(unusable()) };
                    Ok(Heard::of(acquirer.authenticate(call, instrument, challenge).await, Heard::Authenticated))
                }
                OperationKind::Authorise | OperationKind::Verify => {
                    let authenticated = asked.payment.auth.is_some_and(model::lifecycle::AuthStatus::authenticates);
                    let purpose = purpose(asked.operation.kind, asked.payment.purpose);
                    let Some(instrument) = self.instrument(asked, true, start)? else { return Ok(unusable()) };
                    let answer = acquirer.authorise(call, instrument, authenticated, purpose).await;
                    Ok(Heard::of(answer, |done| Heard::Authorised(Box::new(done))))
                }
                OperationKind::Capture => Ok(Heard::of(acquirer.capture(call, &of).await, |()| Heard::Done)),
                OperationKind::Lower => Ok(Heard::of(acquirer.lower(call, &of).await, |()| Heard::Done)),
                OperationKind::Void => Ok(Heard::of(acquirer.void(call, &of).await, |()| Heard::Done)),
                OperationKind::Refund => Ok(Heard::of(acquirer.refund(call, &of).await, |()| Heard::Done)),
            }
        };
        self.in_time(work).await.unwrap_or(Ok(Heard::Unknown))
    }

    /// What the acquirer says within its deadline: nobody, least of all the worker, waits for ever for one that has fallen silent.
    pub(crate) async fn in_time<T>(&self, call: impl Future<Output = T>) -> Option<T> {
        self.0.fault.at(Seam::BeforeAcquirer).await;
        let answer = tokio::time::timeout(Duration::from_millis(ACQUIRER_DEADLINE_MS.unsigned_abs()), call).await.ok();
        self.0.fault.at(Seam::AfterAcquirer).await;
        answer
    }

    async fn load_ask(&self, scope: Scope, id: OperationId) -> Result<Ask, Refused> {
        let mut reader = self.0.store.read().await?;
        let gone = || store::Error::Inconsistent(format!("{id} or what it belongs to is gone"));
        let operation = store::get::<Operation>(&mut reader, scope, &id.to_string()).await?.ok_or_else(gone)?;
        let payment = store::get::<Payment>(&mut reader, scope, &operation.payment.to_string()).await?.ok_or_else(gone)?;
        let card = match payment.card {
            Some(card) => store::get::<Card>(&mut reader, scope, &card.to_string()).await?,
            None => None,
        };
        Ok(Ask { operation, payment, card })
    }

    /// Holds a security code for the call that may charge, and no longer than 15 minutes.
    pub(crate) fn keep_code(&self, payment: PaymentId, code: Cvc, now: Timestamp) {
        self.0.cvcs.keep(payment, code, now);
        let engine = self.clone();
        drop(tokio::spawn(async move {
            tokio::time::sleep(Duration::from_millis(CVC_LIFE_MS.unsigned_abs() + 1)).await;
            engine.0.cvcs.sweep(engine.0.clock.now());
        }));
    }

    /// The card in clear, for the length of one call; none where its number is gone. The code is given once, to the call that may charge.
    fn instrument(&self, asked: &Ask, with_code: bool, start: &Start) -> Result<Option<Instrument>, Refused> {
        let Some(card) = &asked.card else { return Ok(None) };
        let Some(sealed) = &card.sealed else { return Ok(None) };
        let number = self.0.vault.open(&Sealed::from_stored(sealed.clone()), &card.id.to_string()).map_err(|error| {
            tracing::error!(%error, card = %card.id, "a stored card does not open");
            Refused::of(Code::Internal)
        })?;
        let code = with_code.then(|| self.0.cvcs.take(asked.payment.id, start.real)).flatten();
        Ok(Some(Instrument {
            number: number.secret(),
            exp_month: u8::try_from(card.exp_month).unwrap_or(12),
            exp_year: u16::try_from(card.exp_year).unwrap_or(0),
            cvc: code.map(|code| code.secret()),
            holder: card.name.clone(),
        }))
    }
}

/// The card was deleted meanwhile: the call is certainly not made.
fn unusable() -> Heard {
    Heard::Refused(Refusal { response: String::new(), author: None })
}

fn challenge(asked: &Ask, start: &Start) -> Challenge {
    Challenge {
        account: start.caller.scope.account.to_string(),
        merchant: start.merchant.name.clone(),
        return_url: return_path(asked.operation.id),
        locale: start.merchant.locale,
    }
}

const fn purpose(kind: OperationKind, purpose: Purpose) -> acquirer::Purpose {
    match (kind, purpose) {
        (OperationKind::Verify, _) | (_, Purpose::Verification) => acquirer::Purpose::Verification,
        (_, Purpose::PreAuthorisation) => acquirer::Purpose::PreAuthorisation,
        (_, Purpose::Debit) => acquirer::Purpose::Debit,
    }
}
