//! Disputes as the bank opens them. What merchants do about them comes with the dispute resource.

use model::error::Refused;
use model::id::{DisputeId, PaymentId};
use model::lifecycle::DisputeStatus;
use model::rights::Right;
use store::rows::Dispute;

use crate::by::By;
use crate::caller::Caller;
use crate::dossier::{Dossier, Tracked, parse_id};
use crate::lists::{Filter, dispute_filter};
use crate::rules::ledger::{self, DISPUTE_FEE};
use crate::types::{ListQuery, Listed};
use crate::{Engine, refunds};

/// A merchant has this long to answer, in days.
pub(crate) const ANSWER_DAYS: i64 = 10;

/// What the event says of a dispute over money that had gone back before: the refunds are the evidence against it.
pub(crate) const AFTER_REFUND: &str = "after_refund";

/// The payer contests the payment at the bank: amount and fee leave the balance. The bank takes back all of it, whatever was refunded: what
/// was paid twice so is flagged, and comes back when the dispute is won.
pub(crate) fn open(dossier: &mut Dossier, by: &mut By, id: PaymentId) -> store::Result<()> {
    refunds::not_honoured(dossier, id)?;
    let payment = dossier.payment(id)?;
    payment.now.dispute_at = None;
    let amount = payment.now.captured_amount - payment.now.disputed_amount;
    if amount <= 0 {
        return Ok(());
    }
    payment.now.disputed_amount += amount;
    let flag = (payment.now.refunded_amount > 0).then(|| AFTER_REFUND.to_owned());
    payment.note("payment.disputed", flag.clone());
    let payment = payment.now.clone();
    let dispute = Dispute {
        id: by.mint(),
        account: payment.account,
        environment: payment.environment,
        version: 1,
        created: by.now,
        payment: id,
        intent: payment.intent,
        amount,
        currency: payment.currency,
        fee: DISPUTE_FEE,
        status: DisputeStatus::Open,
        // the card schemes' "not authorised by the cardholder"
        response: "1040".to_owned(),
        kind: "fraud".to_owned(),
        answer_by: by.now.plus_seconds(ANSWER_DAYS * 86_400),
        date_bank: None,
        payout: None,
    };
    let mut tracked = Tracked::silent(dispute);
    tracked.post("dispute.opened", flag, ledger::dispute_opened(amount, DISPUTE_FEE));
    dossier.disputes.push(tracked);
    Ok(())
}

impl Engine {
    /// # Errors
    /// 422 for a filter or a page that can't be.
    pub async fn disputes(&self, caller: &Caller, query: ListQuery) -> Result<Listed<Dispute>, Refused> {
        caller.needs(Right::PaymentRead)?;
        let filter = Filter { live_only: false, columns: dispute_filter };
        self.list(caller, &query, &filter).await
    }

    /// # Errors
    /// 404.
    pub async fn dispute(&self, caller: &Caller, id: &str) -> Result<Dispute, Refused> {
        caller.needs(Right::PaymentRead)?;
        let parsed: DisputeId = parse_id(id)?;
        let mut reader = self.0.store.read().await?;
        let dispute = store::get::<Dispute>(&mut reader, caller.scope, parsed).await?;
        dispute.ok_or_else(|| Refused::not_found::<DisputeId>(id))
    }
}
