//! Background work: what is due is done once, each job in its own time, by whichever process has its lease.

use acquirer::{Answer, Found, Outcome};
use futures::FutureExt;
use model::error::{Code, Refused};
use model::id::{OperationId, PaymentId, PaymentIntentId, RefundId};
use model::lifecycle::{OperationKind, OperationState, State, Trigger};
use model::rights::Rights;
use model::time::{DAY, Timestamp};
use store::Tx;
use store::rows::{Job, Operation, Scope};

use crate::by::{By, Start};
use crate::caller::{Actor, Caller};
use crate::decide::Of;
use crate::dossier::{Dossier, parse_id};
use crate::flow::Heard;
use crate::rules::ledger;
use crate::rules::schedule::{Work, ask_at};
use crate::{Engine, disputes, refunds, settle, users};

/// A worker has the jobs it took for this long, in milliseconds, and begins another one in the first half only: longer than any call may take.
const LEASE_MS: i64 = 120_000;
/// A call that the acquirer has never seen counts as lost after this long, in milliseconds, and a void it has acknowledged.
const ABSENT_MS: i64 = 30 * 60 * 1000;
/// What `follow` begins with of a call that the acquirer was told to let come to nothing: whatever arrives of it later, that is said until it is
/// heard. After it stands what `follow` said before.
const WRITTEN_OFF: &str = "written_off";
/// After an error a job rests this long, in milliseconds, doubled each time up to an hour.
const REST_MS: i64 = 5_000;

/// Idempotency keys removed at once.
const TIDY: i64 = 10_000;

/// What came of one look for work.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ran {
    pub jobs: usize,
    /// Real time of the next job.
    pub next: Option<Timestamp>,
}

/// What came of a job that did not fail.
#[derive(Debug, Clone, Copy)]
enum Done {
    All,
    /// Whoever had it was moving the sandbox's clock to its time, and died before the clock was there: it is due when the clock is, in real time.
    Early {
        run_at: Timestamp,
    },
}

impl Engine {
    /// Runs what is due now, at most `limit` jobs.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn run_due(&self, limit: i64) -> Result<Ran, Refused> {
        let now = self.0.clock.now();
        let lease = hex::encode(self.seed());
        let until = now.plus_millis(LEASE_MS);
        let mut reader = self.0.store.read().await?;
        let next = store::jobs::next_run_at(&mut reader).await?;
        drop(reader);
        if next.is_none_or(|next| next > now) {
            return Ok(Ran { jobs: 0, next });
        }
        let claim = store::command(move |tx: &mut Tx| {
            let lease = lease.clone();
            async move { store::jobs::claim(tx, now, limit, &lease, until).await }.boxed()
        });
        let jobs = self.0.store.write(claim).await?;
        let mut ran = 0;
        while let Some(job) = jobs.get(ran) {
            if ran > 0 && until.since(self.0.clock.now()) < LEASE_MS / 2 {
                // what took so long may take as long again: another process would find the lease over, and do the same beside this one
                self.give_back(jobs[ran..].to_vec()).await?;
                break;
            }
            self.run_job(job, None).await;
            ran += 1;
        }
        let mut reader = self.0.store.read().await?;
        let next = store::jobs::next_run_at(&mut reader).await?;
        Ok(Ran { jobs: ran, next })
    }

    /// Lets whoever comes first do these claimed jobs, now.
    async fn give_back(&self, jobs: Vec<Job>) -> Result<(), Refused> {
        let now = self.0.clock.now();
        let command = store::command(move |tx: &mut Tx| {
            let jobs = jobs.clone();
            async move {
                for job in &jobs {
                    store::jobs::postpone(tx, job, job.due, now, job.last_error.as_deref()).await?;
                }
                Ok(())
            }
            .boxed()
        });
        self.commit(command).await
    }

    /// Removes what nobody will ask for again: ended sessions, answered idempotency keys after 24 hours, old failures to sign in, API
    /// requests after 30 days. Joins what was counted in parts.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn tidy(&self) -> Result<(), Refused> {
        let now = self.0.clock.now();
        let command = store::command(move |tx: &mut Tx| {
            async move {
                store::users::prune_sessions(tx, now.minus(users::SESSION_IDLE_MS), now.minus(users::SESSION_LIFE_MS)).await?;
                store::users::prune_sign_in_failures(tx, now.minus(DAY), now).await?;
                store::idempotency::prune(tx, now, TIDY).await?;
                store::totals::join_slots(tx, now).await
            }
            .boxed()
        });
        self.commit(command).await?;
        self.forget_requests().await
    }

    /// Runs one claimed job, at the time it was due where the clock is being moved; gives it back where it failed.
    /// Whether it succeeded.
    pub(crate) async fn run_job(&self, job: &Job, at: Option<Timestamp>) -> bool {
        let (engine, claimed) = (self.clone(), job.clone());
        let done = self.task(async move { engine.do_job(&claimed, at).await }).await;
        let job = job.clone();
        let (now, succeeded) = (self.0.clock.now(), done.is_ok());
        let finish = store::command(move |tx: &mut Tx| {
            let (job, done) = (job.clone(), done.clone());
            async move {
                match done {
                    Ok(Done::All) => store::jobs::finish(tx, &job).await,
                    Ok(Done::Early { run_at }) => store::jobs::postpone(tx, &job, job.due, run_at, None).await,
                    Err(refused) => {
                        let rest = REST_MS.saturating_mul(1_i64 << job.attempts.clamp(0, 10)).min(3_600_000);
                        store::jobs::postpone(tx, &job, job.due, now.plus_millis(rest), Some(&refused.to_string())).await
                    }
                }
            }
            .boxed()
        });
        if let Err(error) = self.0.store.write(finish).await {
            tracing::warn!(%error, "a job's end was not recorded; its lease ends by itself");
        }
        succeeded
    }

    async fn do_job(&self, job: &Job, at: Option<Timestamp>) -> Result<Done, Refused> {
        let scope = Scope { account: job.account, environment: job.environment };
        let Ok(work) = job.kind.parse::<Work>() else {
            tracing::error!(kind = %job.kind, "unknown work");
            return Err(Refused::of(Code::Internal));
        };
        let start = self.worker_start(scope, at).await?;
        if start.now < job.due {
            return Ok(Done::Early { run_at: start.real.plus_millis(job.due.since(start.now)) });
        }
        tracing::debug!(%work, object = %job.object, "job");
        match work {
            Work::Settle => self.settle_unknown(&start, parse_id(&job.object)?).await,
            Work::SendRefund | Work::ConfirmRefund => self.work_on_refund(&start, work, parse_id(&job.object)?).await,
            Work::Expire => self.expire(&start, parse_id(&job.object)?).await,
            _ => self.work_on_payment(&start, work, parse_id(&job.object)?).await,
        }?;
        Ok(Done::All)
    }

    async fn worker_start(&self, scope: Scope, at: Option<Timestamp>) -> Result<Start, Refused> {
        let account = self.account(scope.account).await?;
        let mut reader = self.0.store.read().await?;
        let shops = store::accounts::shops(&mut reader, scope.account).await?;
        let shop = shops.first().map(|shop| shop.id).ok_or_else(|| Refused::of(Code::Internal))?;
        let caller = Caller { actor: Actor::Worker, scope, rights: Rights::all(), shop, request_id: None, keyed: None, seat: None };
        let mut start = self.start_in(&caller, &account);
        start.now = at.unwrap_or(start.now);
        Ok(start)
    }

    async fn work_on_payment(&self, start: &Start, work: Work, id: PaymentId) -> Result<(), Refused> {
        let decision = move |dossier: &mut Dossier, by: &mut By| do_payment(dossier, by, work, id);
        let of = if work == Work::Dispute { Of::PaymentAndRefunds(id) } else { Of::Payment(id) };
        self.decide_and_drive(start, of, decision).await.map(drop)
    }

    async fn work_on_refund(&self, start: &Start, work: Work, id: RefundId) -> Result<(), Refused> {
        let refund = self.read_refund(&start.caller, id).await?;
        let decision = move |dossier: &mut Dossier, by: &mut By| {
            if work == Work::SendRefund {
                return refunds::send(dossier, by, id);
            }
            refunds::confirm(dossier, by, id);
            Ok(None)
        };
        self.decide_and_drive(start, Of::Refund(refund.payment, id), decision).await.map(drop)
    }

    async fn expire(&self, start: &Start, id: PaymentIntentId) -> Result<(), Refused> {
        let decision = |dossier: &mut Dossier, by: &mut By| {
            if by.now < dossier.intent.now.expires_at {
                return Ok(());
            }
            end_choosing(dossier, "expired")?;
            if dossier.is_open() && dossier.intent.now.holder.is_none() {
                dossier.intent.note("payment_intent.expired", None);
            }
            Ok(())
        };
        self.decide(start, Of::Intent(id), decision).await
    }

    /// Asks the acquirer what became of a call whose answer was lost. Never sends it again.
    async fn settle_unknown(&self, start: &Start, id: OperationId) -> Result<(), Refused> {
        let scope = start.caller.scope;
        let mut reader = self.0.store.read().await?;
        let operation = store::get::<Operation>(&mut reader, scope, id).await?;
        drop(reader);
        let Some(operation) = operation.filter(|operation| operation.state == OperationState::Open) else { return Ok(()) };
        let waited = start.now.since(operation.created);
        if operation.kind == OperationKind::Authenticate && waited > crate::ACQUIRER_DEADLINE_MS {
            // asking to authenticate charges nothing: the attempt ends and the payer may try again
            self.answer(start, id, Heard::Unknown).await?;
            return Ok(());
        }
        let acquirer = self.acquirer(scope)?;
        let found = self.in_time(acquirer.find(&id.to_string(), start.now)).await.unwrap_or(Found::Pending);
        match self.heard_of(start, &operation, found).await? {
            Some(heard) => match self.answer_found(start, &operation, heard).await? {
                Some(next) => self.drive(start, next).await,
                None => Ok(()),
            },
            None => self.ask_later(start, id).await,
        }
    }

    /// As [`Engine::answer`], of what the worker found. Where another one told the acquirer meanwhile to let the call come to nothing, what was
    /// found before is not the last word.
    async fn answer_found(&self, start: &Start, operation: &Operation, heard: Heard) -> Result<Option<OperationId>, Refused> {
        let (id, before) = (operation.id, is_written_off(operation));
        let decision = move |dossier: &mut Dossier, by: &mut By| {
            if is_written_off(&dossier.operation(id)?.now) && !before && !matches!(heard, Heard::Lost) {
                return ask_on(dossier, by, id).map(|()| None);
            }
            settle::settle(dossier, by, id, &heard)
        };
        self.decide(&self.later(start), Of::Operation(id), decision).await
    }

    async fn heard_of(&self, start: &Start, operation: &Operation, found: Found) -> Result<Option<Heard>, Refused> {
        if is_written_off(operation) {
            // it may have come to nothing already: what was found counts only where that was refused
            return Ok(match self.void_unheard(start, operation).await? {
                Answer::Done(()) => Some(Heard::Lost),
                Answer::Refused(_) | Answer::Error { .. } => heard_as(operation.kind, found),
                Answer::Unknown => None,
            });
        }
        match found {
            Found::Absent if start.now.since(operation.created) >= ABSENT_MS => {
                let id = operation.id;
                let decision = move |dossier: &mut Dossier, _: &mut By| {
                    let operation = &mut dossier.operation(id)?.now;
                    let open = operation.state == OperationState::Open;
                    if open {
                        write_off(operation);
                    }
                    Ok(open)
                };
                // another worker found it meanwhile: what it granted stays
                if !self.decide(&self.later(start), Of::Operation(id), decision).await? {
                    return Ok(None);
                }
                let answer = self.void_unheard(start, operation).await?;
                Ok(matches!(answer, Answer::Done(())).then_some(Heard::Lost))
            }
            found => Ok(heard_as(operation.kind, found)),
        }
    }

    /// What never arrived is written off only once the acquirer has acknowledged that it is to come to nothing.
    async fn void_unheard(&self, start: &Start, operation: &Operation) -> Result<Answer<()>, Refused> {
        let acquirer = self.acquirer(start.caller.scope)?;
        let mut reader = self.0.store.read().await?;
        let payment = store::get::<store::rows::Payment>(&mut reader, start.caller.scope, operation.payment).await?;
        drop(reader);
        let Some(payment) = payment else { return Ok(Answer::Unknown) };
        let call = acquirer::Call {
            reference: format!("{}_void", operation.id),
            amount: model::money::Money::new(operation.amount, payment.currency),
            now: start.now,
            deadline_ms: crate::ACQUIRER_DEADLINE_MS,
        };
        Ok(self.in_time(acquirer.void(call, &operation.id.to_string())).await.unwrap_or(Answer::Unknown))
    }

    async fn ask_later(&self, start: &Start, id: OperationId) -> Result<(), Refused> {
        let decision = move |dossier: &mut Dossier, by: &mut By| ask_on(dossier, by, id);
        self.decide(&self.later(start), Of::Operation(id), decision).await
    }
}

pub(crate) fn is_written_off(operation: &Operation) -> bool {
    operation.follow.as_ref().is_some_and(|follow| follow.starts_with(WRITTEN_OFF))
}

fn write_off(operation: &mut Operation) {
    if !is_written_off(operation) {
        operation.follow = Some(format!("{WRITTEN_OFF} {}", operation.follow.as_deref().unwrap_or_default()).trim_end().to_owned());
    }
}

/// What comes after a call.
pub(crate) fn follow_of(operation: &Operation) -> Option<String> {
    let follow = operation.follow.as_deref()?;
    let follow = follow.strip_prefix(WRITTEN_OFF).unwrap_or(follow).trim_start();
    (!follow.is_empty()).then(|| follow.to_owned())
}

/// The acquirer is asked about an open call again, later.
fn ask_on(dossier: &mut Dossier, by: &By, id: OperationId) -> store::Result<()> {
    let operation = &mut dossier.operation(id)?.now;
    if operation.state != OperationState::Open {
        return Ok(());
    }
    operation.asked += 1;
    while ask_at(operation.created, operation.asked) <= by.now {
        operation.asked += 1;
    }
    let (kind, payment) = (operation.kind, operation.payment);
    // the process that sent it died before it could say so
    let unsaid = matches!(kind, OperationKind::Authorise | OperationKind::Verify) && dossier.payment(payment)?.now.state == State::Begun;
    if unsaid { dossier.move_on(payment, Trigger::OutcomeUnknown, None) } else { Ok(()) }
}

/// What was found, where it is an answer to what was asked: the answer to another question settles nothing.
fn heard_as(kind: OperationKind, found: Found) -> Option<Heard> {
    match (found, kind) {
        (Found::Done(Outcome::Authorised(done)), OperationKind::Authorise | OperationKind::Verify) => {
            Some(Heard::Authorised(Box::new(done)))
        }
        (Found::Done(Outcome::Authenticated(outcome)), OperationKind::Authenticate) => Some(Heard::Authenticated(outcome)),
        (Found::Done(Outcome::Captured), OperationKind::Capture)
        | (Found::Done(Outcome::Lowered), OperationKind::Lower)
        | (Found::Done(Outcome::Voided), OperationKind::Void)
        | (Found::Done(Outcome::Refunded), OperationKind::Refund) => Some(Heard::Done),
        (Found::Done(outcome), kind) => {
            tracing::warn!(?outcome, %kind, "the acquirer answered another question; asking again");
            None
        }
        (Found::Refused(refusal), _) => Some(Heard::Refused(refusal)),
        (Found::Error { message }, _) => Some(Heard::Error(message)),
        (Found::Pending | Found::Absent, _) => None,
    }
}

/// Ends every attempt that is still choosing or authenticating.
pub(crate) fn end_choosing(dossier: &mut Dossier, why: &str) -> store::Result<()> {
    let choosing = |payment: &store::rows::Payment| payment.state == State::Begun && payment.open_operation.is_none();
    let ids: Vec<PaymentId> = dossier.payments.iter().filter(|payment| choosing(&payment.now)).map(|payment| payment.now.id).collect();
    for id in ids {
        settle::end(dossier, id, why)?;
    }
    Ok(())
}

/// The order ends with its authorisation.
fn lapse(dossier: &mut Dossier, by: &By, id: PaymentId) -> store::Result<()> {
    dossier.move_on(id, Trigger::Lapsed, None)?;
    dossier.intent.now.expires_at = dossier.intent.now.expires_at.min(by.now);
    Ok(())
}

/// What a job does to its payment, where it is still due: a job that comes late, early or twice changes nothing.
fn do_payment(dossier: &mut Dossier, by: &mut By, work: Work, id: PaymentId) -> store::Result<Option<OperationId>> {
    let payment = dossier.payment(id)?.now.clone();
    let due = crate::rules::schedule::of_payment(&payment, &by.place).iter().any(|due| due.work == work && due.at <= by.now);
    if !due {
        return Ok(None);
    }
    match work {
        // too late for its authorisation: it is not sent
        Work::Remit if payment.authorised_until.is_some_and(|until| by.now >= until) => lapse(dossier, by, id)?,
        // nobody wants it any more: what the acquirer would not give back lapses, and is never captured
        Work::Remit if dossier.intent.now.cancelled.is_some() => lapse(dossier, by, id)?,
        Work::Remit => {
            dossier.move_on(id, Trigger::Remitted, None)?;
            dossier.payment(id)?.now.remitted_at = Some(by.now);
            let operation = dossier.open(by, id, OperationKind::Capture, payment.amount)?;
            return Ok(Some(operation.id));
        }
        Work::Confirm => settle::capture_now(dossier, by, id, Trigger::Captured)?,
        Work::Lapse => lapse(dossier, by, id)?,
        Work::Authorise if payment.cancel_requested || dossier.intent.now.cancelled.is_some() => {
            dossier.move_on(id, Trigger::Cancelled, None)?;
        }
        Work::Authorise => {
            let operation = dossier.open(by, id, OperationKind::Authorise, payment.amount)?;
            return Ok(Some(operation.id));
        }
        Work::Review => {
            return crate::operate::cancel_one(dossier, by, id, "review");
        }
        Work::Abandon => settle::abandon(dossier, id)?,
        Work::Dispute => disputes::open(dossier, by, id)?,
        Work::Available => {
            let held = dossier.payment(id)?;
            held.now.available = true;
            let lines = ledger::available(held.now.captured_amount, held.now.fee);
            held.post("payment.available", None, lines);
        }
        Work::Settle | Work::SendRefund | Work::ConfirmRefund | Work::Expire => {}
    }
    Ok(None)
}
