//! What a payment's page reads: everything about one order.

use std::str::FromStr;

use model::error::Refused;
use model::id::{ApiKeyId, PaymentId, PaymentIntentId, UserId};
use model::lifecycle::{Action, OrderCycle, Purpose, State};
use model::rights::{Right, Rights};
use model::time::Timestamp;
use store::rows::{ApiRequest, Dispute, Note, Payment, PaymentIntent, Refund};
use store::{Reader, Scope};

use crate::caller::{Actor, Caller};
use crate::clock::Place;
use crate::dossier::{facts, refundable};
use crate::operate::offered;
use crate::rules::{calendar, ledger};
use crate::types::{Attempt, FullPayment, PaymentFile};
use crate::{Engine, effect, notes};

/// API requests shown, the latest.
const REQUESTS: i64 = 25;

impl Engine {
    /// Everything known about one order, by its id or by one of its payments'. What API requests sent and answered is for those who manage
    /// keys: it is what their programs do, and more than a payment's page needs.
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
        let mut notes = store::all_where::<Note>(&mut reader, scope, "intent", intent.id).await?;
        let requests = store::requests::of_intent(&mut reader, scope, intent.id, REQUESTS).await?;
        payments.reverse();
        refunds.reverse();
        disputes.reverse();
        events.reverse();
        notes.reverse();
        let mut postings = Vec::new();
        for payment in &payments {
            postings.extend(store::ledger::postings_of_payment(&mut reader, scope, payment.id).await?);
        }
        let customer = match intent.customer {
            Some(customer) => store::get(&mut reader, scope, customer).await?,
            None => None,
        };
        let shop = store::accounts::shop(&mut reader, scope.account, intent.shop).await?;
        let mut actors: Vec<String> = events.iter().map(|event| event.actor.clone()).collect();
        actors.extend(notes.iter().map(|note| note.author.to_string()));
        actors.extend(refunds.iter().map(|refund| refund.created_by.clone()));
        actors.extend(requests.iter().map(|request| request.actor.clone()));
        actors.push(intent.created_by.clone());
        let names = names(&mut reader, caller, actors).await?;
        drop(reader);
        let now = self.now_for(&account, scope.environment);
        let place = Place::of(&account.time_zone);
        let shown = payments.into_iter().filter(|payment| !(payment.state == State::Ended && payment.card.is_none())).collect();
        let cancelled = intent.cancelled.is_some();
        let attempts: Vec<Attempt> =
            self.full(scope, shown).await?.into_iter().map(|full| attempt(full, cancelled, caller.rights, now, &place)).collect();
        let writes = notes::may_write(caller.rights) && matches!(caller.actor(), Actor::User(_));
        let open =
            intent.order_cycle == OrderCycle::Open && intent.holder.is_none() && intent.cancelled.is_none() && now < intent.expires_at;
        Ok(PaymentFile {
            effect: effect::effect(&postings, &events),
            pay_url: open.then(|| self.intent_url(&intent)),
            cancellable: open && caller.rights.contains(Right::PaymentCancel),
            next_note: writes.then(|| self.next_note()),
            requests: requests.into_iter().map(|request| readable(request, caller.rights)).collect(),
            account,
            shop,
            intent,
            customer,
            attempts,
            refunds,
            disputes,
            notes,
            events,
            postings,
            names,
            now,
        })
    }
}

fn readable(request: ApiRequest, rights: Rights) -> ApiRequest {
    if rights.contains(Right::KeyManage) { request } else { ApiRequest { request: None, answer: None, ..request } }
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

fn attempt(full: FullPayment, cancelled: bool, rights: Rights, now: Timestamp, place: &Place) -> Attempt {
    let payment = &full.payment;
    if crate::import::is_past(payment) {
        return Attempt { actions: Vec::new(), refundable: 0, validate_until: None, expected_fee: None, full };
    }
    let left = refundable(payment);
    let until = payment.authorised_until.filter(|_| payment.state == State::AuthorisedToValidate && !cancelled);
    let validate_until = until.map(|until| calendar::last_cut_off_before(until, place));
    let late = |action: &Action| {
        let date = payment.date_settlement.filter(|_| *action == Action::Validate);
        let validates = matches!(action, Action::Validate | Action::Capture);
        validates && until.is_some_and(|until| calendar::cut_off_of(date, now, place) >= until)
    };
    let may = |action: &Action| rights.contains(right_for(*action)) && !late(action);
    let actions = offered(&facts(payment, left), cancelled).into_iter().filter(may).collect();
    let to_come = !cancelled
        && payment.purpose == Purpose::Debit
        && matches!(
            payment.state,
            State::Authorised | State::AuthorisedToValidate | State::WaitingAuthorisation | State::WaitingAuthorisationToValidate
        );
    Attempt { actions, refundable: left, validate_until, expected_fee: to_come.then(|| ledger::fee_on(payment.amount)), full }
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
