//! What a merchant brings from elsewhere. It is history: it is shown, searched and counted as it stood there, and nothing here ever moves it.
//!
//! Rows come in the order of their kinds, each with a digest of what was understood of it: the same again changes nothing, something else under
//! the same id is refused. They go in by batches, or all together in one transaction.

mod objects;
mod orders;
mod records;
mod report;
mod rows;
mod run;

use model::error::{Code, Refused};
use model::id::{AccountId, ShopId};
use model::lifecycle::{IntentStatus, Shown};
use model::rights::{Environment, Right, Rights};
use store::rows::{Payment, PaymentIntent, Scope};

use crate::Engine;
use crate::caller::{Actor, Caller};

pub use records::{
    CardRecord, CustomerRecord, DisputeRecord, FileRow, IntentRecord, PaymentRecord, PayoutRecord, Record, RefundRecord, RowKind, Wrong,
};
pub use report::{Counts, ImportReport, Said};
pub use run::{Asked, Progress, Rows, Unreadable};

/// What imported rows came in by; `origin` of intents and payments, `created_by` of refunds.
pub(crate) const ORIGIN: &str = "import";

pub(crate) fn is_history(intent: &PaymentIntent) -> bool {
    intent.origin == ORIGIN
}

pub(crate) fn is_past(payment: &Payment) -> bool {
    payment.origin == ORIGIN
}

/// 409 for whatever is asked of an imported payment.
pub(crate) fn history() -> Refused {
    let text =
        "This payment was imported: it is history. Nothing can be done to it here; what it still allows, it allows where it was made";
    Refused::new(Code::OperationNotAllowed, text)
}

/// The label of an imported order: nobody waits here for what was never paid there, and nobody here can validate.
pub(crate) fn label(intent: &PaymentIntent, has_payments: bool, derived: Shown) -> Shown {
    if has_payments {
        return match derived {
            Shown::Awaiting | Shown::Authenticating => Shown::Abandoned,
            Shown::ToValidate => Shown::Waiting,
            other => other,
        };
    }
    match intent.status {
        IntentStatus::Captured => Shown::Paid,
        IntentStatus::Authorized => Shown::Waiting,
        IntentStatus::Processing => Shown::Checking,
        IntentStatus::Canceled => Shown::Cancelled,
        IntentStatus::Unpaid => Shown::Refused,
        IntentStatus::RequirePaymentMethod | IntentStatus::RequireAuthentication | IntentStatus::RequireAuthorization => Shown::Abandoned,
    }
}

impl Engine {
    /// Whoever runs `guichet import` on the machine: may import into this account and nothing else.
    ///
    /// # Errors
    /// 404 for an account, or a shop of it, that is not here.
    pub async fn caller_for_import(&self, account: AccountId, environment: Environment, shop: Option<ShopId>) -> Result<Caller, Refused> {
        self.account(account).await?;
        let mut reader = self.0.store.read().await?;
        let shops = store::accounts::shops(&mut reader, account).await?;
        let found = match shop {
            None => shops.first().map(|shop| shop.id),
            Some(id) => shops.iter().find(|shop| shop.id == id).map(|shop| shop.id),
        };
        let shop = found.ok_or_else(|| Refused::new(Code::NotFound, "The account has no such shop").field("shop"))?;
        let rights = Rights::none().with(Right::ImportRun);
        Ok(Caller { actor: Actor::Import, scope: Scope { account, environment }, rights, shop, request_id: None, keyed: None, seat: None })
    }
}
