//! The shape of most use cases: load an order, decide, save, and make the calls that follow.

use std::sync::Arc;

use futures::FutureExt;
use model::error::Refused;
use model::id::{OperationId, PaymentId, PaymentIntentId, RefundId};
use store::Tx;
use store::rows::Refund;

use crate::Engine;
use crate::by::{By, Start};
use crate::dossier::{Dossier, Tracked};

/// What a decision is about: its order is loaded, with the call or refund named.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Of {
    Intent(PaymentIntentId),
    Payment(PaymentId),
    PaymentAndCard(PaymentId),
    PaymentAndRefunds(PaymentId),
    Operation(OperationId),
    Refund(PaymentId, RefundId),
}

impl Of {
    async fn load(self, tx: &mut Tx, start: &Start) -> store::Result<Dossier> {
        let scope = start.caller.scope;
        match self {
            Self::Intent(id) => Dossier::load(tx, scope, id).await,
            Self::Payment(id) => Dossier::of_payment(tx, scope, id).await,
            Self::PaymentAndCard(id) => {
                let mut dossier = Dossier::of_payment(tx, scope, id).await?;
                dossier.load_card(tx, scope, id).await?;
                Ok(dossier)
            }
            Self::PaymentAndRefunds(id) => {
                let mut dossier = Dossier::of_payment(tx, scope, id).await?;
                let refunds = store::all_where::<Refund>(tx, scope, "payment", &id).await?;
                dossier.refunds = refunds.into_iter().map(Tracked::loaded).collect();
                Ok(dossier)
            }
            Self::Operation(id) => Dossier::of_operation(tx, scope, id).await,
            Self::Refund(payment, id) => {
                let mut dossier = Dossier::of_payment(tx, scope, payment).await?;
                dossier.load_refund(tx, scope, id).await?;
                Ok(dossier)
            }
        }
    }
}

/// A pure decision; it may run several times.
type Decision<T> = dyn Fn(&mut Dossier, &mut By) -> store::Result<T> + Send + Sync;

impl Engine {
    /// One commit: the order as it is, the decision, what follows from it.
    pub(crate) async fn decide<T: Send + 'static>(
        &self,
        start: &Start,
        of: Of,
        decision: impl Fn(&mut Dossier, &mut By) -> store::Result<T> + Send + Sync + 'static,
    ) -> Result<T, Refused> {
        self.decide_by(start.clone(), of, Arc::new(decision)).await
    }

    async fn decide_by<T: Send + 'static>(&self, start: Start, of: Of, decision: Arc<Decision<T>>) -> Result<T, Refused> {
        let command = store::command(move |tx: &mut Tx| {
            let (start, decision) = (start.clone(), decision.clone());
            async move {
                let mut by = start.by();
                let mut dossier = of.load(tx, &start).await?;
                let out = decision(&mut dossier, &mut by)?;
                dossier.save(tx, &mut by).await?;
                Ok(out)
            }
            .boxed()
        });
        self.commit(command).await
    }

    /// Decides and makes the call that the decision has recorded, if it has.
    pub(crate) async fn decide_and_drive(
        &self,
        start: &Start,
        of: Of,
        decision: impl Fn(&mut Dossier, &mut By) -> store::Result<Option<OperationId>> + Send + Sync + 'static,
    ) -> Result<Option<OperationId>, Refused> {
        let next = self.decide(start, of, decision).await?;
        if let Some(operation) = next {
            self.drive(start, operation).await?;
        }
        Ok(next)
    }
}
