//! The sandbox clock: only forward, and everything that falls due on the way happens at its own time.

use std::collections::BTreeSet;

use futures::FutureExt;
use model::error::{Code, Refused};
use model::rights::{Environment, Right};
use model::time::Timestamp;
use serde_json::json;
use store::rows::{Account, Scope};
use store::{Tx, Versioned};

use crate::by::Start;
use crate::caller::Caller;
use crate::types::{Advanced, SandboxClock};
use crate::{Engine, audit};

/// How far one call moves the clock at most, in days.
pub const ADVANCE_DAYS: i64 = 400;
/// How long one call works at most, in milliseconds of real time; what is left is said.
const WORK_MS: i64 = 60_000;
const LEASE_MS: i64 = 120_000;
/// Jobs looked at when choosing the next one.
const AHEAD: i64 = 64;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Advance {
    To(Timestamp),
    /// Seconds.
    By(i64),
}

impl Engine {
    /// # Errors
    /// 403 outside the sandbox.
    pub async fn clock(&self, caller: &Caller) -> Result<SandboxClock, Refused> {
        caller.needs(Right::PaymentRead)?;
        sandbox_only(caller)?;
        let account = self.account(caller.scope.account).await?;
        Ok(SandboxClock { now: self.now_for(&account, Environment::Sandbox), offset: account.clock_offset })
    }

    /// Moves the clock and does what falls due, in order. The clock arrives even if not all is done: `remaining` says how much is left.
    ///
    /// # Errors
    /// 403 outside the sandbox; 422 for a time that is past or more than 400 days away.
    pub async fn advance(&self, caller: &Caller, by: Advance) -> Result<Advanced, Refused> {
        caller.needs(Right::SandboxManage)?;
        sandbox_only(caller)?;
        let begun = self.0.clock.now();
        let account = self.account(caller.scope.account).await?;
        let now = self.now_for(&account, Environment::Sandbox);
        let to = match by {
            Advance::To(to) => to,
            Advance::By(seconds) => now.plus_seconds(seconds),
        };
        let field = if matches!(by, Advance::To(_)) { "to" } else { "advance_seconds" };
        let step = to.since(now);
        if !(0..=ADVANCE_DAYS * 86_400_000).contains(&step) {
            let text = format!("The sandbox clock only moves forward, at most {ADVANCE_DAYS} days at once");
            return Err(Refused::new(Code::OutOfRange, text).field(field));
        }
        let engine = self.clone();
        let scope = caller.scope;
        let start = self.start_in(caller, &account);
        self.task(async move {
            let ran = Box::pin(engine.run_until(scope, to, begun)).await?;
            engine.set_clock(start, to, step).await?;
            let mut reader = engine.0.store.read().await?;
            let left = store::jobs::due_until(&mut reader, scope, to, 1_000).await?;
            Ok(Advanced { now: to, ran, remaining: i64::try_from(left.len()).unwrap_or(i64::MAX) })
        })
        .await
    }

    /// Does what is due until `to`, each job at its own time: what one leads to may be due before the next.
    async fn run_until(&self, scope: Scope, to: Timestamp, begun: Timestamp) -> Result<i64, Refused> {
        let mut ran = 0;
        let mut failed = BTreeSet::new();
        let lease = hex::encode(self.seed());
        loop {
            let mut reader = self.0.store.read().await?;
            let due = store::jobs::due_until(&mut reader, scope, to, AHEAD).await?;
            drop(reader);
            let real = self.0.clock.now();
            if due.is_empty() || real.since(begun) > WORK_MS {
                return Ok(ran);
            }
            let mut claimed = None;
            for job in due.into_iter().filter(|job| !failed.contains(&(job.kind.clone(), job.object.clone()))) {
                let (lease, job) = (lease.clone(), job.clone());
                let claim = store::command(move |tx: &mut Tx| {
                    let (lease, job) = (lease.clone(), job.clone());
                    async move { store::jobs::claim_one(tx, &job, real, &lease, real.plus_millis(LEASE_MS)).await }.boxed()
                });
                claimed = self.0.store.write(claim).await?;
                if claimed.is_some() {
                    break;
                }
            }
            // somebody else has them all and does them, or they failed and are tried again later
            let Some(job) = claimed else { return Ok(ran) };
            if !self.run_job(&job, Some(job.due)).await {
                failed.insert((job.kind.clone(), job.object.clone()));
            }
            ran += 1;
        }
    }

    async fn set_clock(&self, start: Start, to: Timestamp, step: i64) -> Result<(), Refused> {
        let scope = start.caller.scope;
        let real = self.0.clock.now();
        let command = store::command(move |tx: &mut Tx| {
            let start = start.clone();
            async move {
                let before = store::accounts::account(tx, scope.account).await?;
                let before = before.ok_or_else(|| store::Error::Inconsistent("the account is gone".to_owned()))?;
                let after = Account { clock_offset: before.clock_offset + step, version: before.version() + 1, ..before.clone() };
                store::update(tx, &before, &after).await?;
                store::jobs::reschedule(tx, scope, after.clock_offset, real).await?;
                audit::note(tx, &mut start.by(), "sandbox.advanced", None, Some(json!({"to": to}))).await
            }
            .boxed()
        });
        self.commit(command).await
    }
}

fn sandbox_only(caller: &Caller) -> Result<(), Refused> {
    if caller.scope.environment == Environment::Sandbox {
        Ok(())
    } else {
        Err(Refused::new(Code::Forbidden, "The clock can be moved in the sandbox only: use a sandbox key"))
    }
}
