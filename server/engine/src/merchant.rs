//! What the dashboard reads: the Payments list and everything about one order.

use std::str::FromStr;

use model::error::{Code, Refused};
use model::id::{ApiKeyId, PaymentId, PaymentIntentId, UserId};
use model::lifecycle::State;
use model::lifecycle::transaction::Action;
use model::rights::{Right, Rights};
use store::payments_list::{PageAt, PaymentsFilter};
use store::rows::{Dispute, Payment, PaymentIntent, Refund};
use store::{Reader, Scope};

use crate::Engine;
use crate::caller::Caller;
use crate::dossier::{facts, refundable};
use crate::types::{Attempt, PaymentFile, PaymentsPage};

impl Engine {
    /// A page of the Payments list, newest first.
    ///
    /// # Errors
    /// 403; 422 for a cursor that is none.
    pub async fn payments_page(&self, caller: &Caller, filter: &PaymentsFilter, at: &PageAt, limit: i64) -> Result<PaymentsPage, Refused> {
        caller.needs(Right::PaymentRead)?;
        let mut reader = self.0.store.read().await?;
        let page = store::payments_page(&mut reader, caller.scope, filter, at, limit).await?;
        let count = store::payments_count(&mut reader, caller.scope, filter).await?;
        Ok(PaymentsPage {
            rows: page.rows,
            next: page.next.or(page.further).map(|cursor| cursor.to_string()),
            previous: page.previous.map(|cursor| cursor.to_string()),
            count: count.count,
            more: count.more,
        })
    }

    /// How many orders match, and their sums per currency.
    ///
    /// # Errors
    /// 403.
    pub async fn payments_count(&self, caller: &Caller, filter: &PaymentsFilter) -> Result<store::Count, Refused> {
        caller.needs(Right::PaymentRead)?;
        let mut reader = self.0.store.read().await?;
        Ok(store::payments_count(&mut reader, caller.scope, filter).await?)
    }

    /// Everything known about one order, by its id or by one of its payments'.
    ///
    /// # Errors
    /// 404.
    pub async fn payment_file(&self, caller: &Caller, id: &str) -> Result<PaymentFile, Refused> {
        caller.needs(Right::PaymentRead)?;
        let scope = caller.scope;
        let account = self.account(scope.account).await?;
        let mut reader = self.0.store.read().await?;
        let intent = find_order(&mut reader, scope, id).await?;
        let mut payments = store::all_where::<Payment>(&mut reader, scope, "intent", intent.id).await?;
        let mut refunds = store::all_where::<Refund>(&mut reader, scope, "intent", intent.id).await?;
        let mut disputes = store::all_where::<Dispute>(&mut reader, scope, "intent", intent.id).await?;
        let mut events = store::events::events_of_intent(&mut reader, scope, intent.id).await?;
        payments.reverse();
        refunds.reverse();
        disputes.reverse();
        events.reverse();
        let mut postings = Vec::new();
        for payment in &payments {
            postings.extend(store::ledger::postings_of_payment(&mut reader, scope, payment.id).await?);
        }
        let customer = match intent.customer {
            Some(customer) => store::get(&mut reader, scope, customer).await?,
            None => None,
        };
        let shop = store::accounts::shop(&mut reader, scope.account, intent.shop).await?;
        let actors = events.iter().map(|event| event.actor.clone()).chain([intent.created_by.clone()]).collect();
        let names = names(&mut reader, caller, actors).await?;
        drop(reader);
        let shown = payments.into_iter().filter(|payment| !(payment.state == State::Ended && payment.card.is_none())).collect();
        let attempts = self.full(scope, shown).await?.into_iter().map(|full| attempt(full, caller.rights)).collect();
        let now = self.now_for(&account, scope.environment);
        Ok(PaymentFile { account, shop, intent, customer, attempts, refunds, disputes, events, postings, names, now })
    }
}

async fn find_order(reader: &mut Reader, scope: Scope, id: &str) -> Result<PaymentIntent, Refused> {
    let unknown = || Refused::not_found::<PaymentIntentId>(id);
    let intent = match (PaymentIntentId::from_str(id), PaymentId::from_str(id)) {
        (Ok(intent), _) => Some(intent),
        (_, Ok(payment)) => store::get::<Payment>(reader, scope, payment).await?.map(|payment| payment.intent),
        _ => None,
    };
    match intent {
        Some(intent) => store::get::<PaymentIntent>(reader, scope, intent).await?.ok_or_else(unknown),
        None => Err(unknown()),
    }
}

fn attempt(full: crate::types::FullPayment, rights: Rights) -> Attempt {
    let left = refundable(&full.payment);
    let may = |action: &Action| rights.contains(right_for(*action));
    let actions = facts(&full.payment, left).actions().into_iter().filter(may).collect();
    Attempt { full, actions, refundable: left }
}

const fn right_for(action: Action) -> Right {
    match action {
        Action::Validate | Action::Capture | Action::Lower | Action::Postpone => Right::PaymentCapture,
        Action::Cancel => Right::PaymentCancel,
        Action::Refund => Right::RefundCreate,
        Action::Release | Action::RefuseHeld => Right::RiskReview,
    }
}

/// Who acted, by name: people and keys of this account.
async fn names(reader: &mut Reader, caller: &Caller, mut actors: Vec<String>) -> Result<Vec<(String, String)>, Refused> {
    actors.sort();
    actors.dedup();
    let mut names = Vec::new();
    let keys = store::accounts::keys(reader, caller.scope.account, caller.scope.environment).await?;
    for actor in actors {
        if let Ok(id) = UserId::from_str(&actor) {
            if let Some(user) = store::users::user(reader, id).await? {
                names.push((actor, user.name));
            }
        } else if let Ok(id) = ApiKeyId::from_str(&actor)
            && let Some(key) = keys.iter().find(|key| key.id == id)
        {
            names.push((actor, key.name.clone()));
        }
    }
    Ok(names)
}

/// A cursor of the Payments list, as an address carries it.
///
/// # Errors
/// 422 for what is none.
pub fn cursor(text: &str) -> Result<store::Cursor, Refused> {
    text.parse().map_err(|_| Refused::new(Code::Invalid, "This is no cursor of this list").field("cursor"))
}
