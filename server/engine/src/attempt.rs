//! An attempt at an order: how it begins, with which card, and what it replaces. One order is paid once.

use model::error::{Code, Refused};
use model::id::{CardId, CustomerId, OperationId, PaymentId};
use model::lifecycle::{Method, State, ThreeDs};
use model::time::Timestamp;
use store::Tx;
use store::rows::{Card, Payment};
use vault::Cvc;

use crate::by::{By, Start};
use crate::clock::Place;
use crate::dossier::{Dossier, Tracked};
use crate::intents::{origin, show_card};
use crate::rules::calendar;
use crate::settle::{end, open_authenticate, open_authorise};
use crate::types::{ApiVersion, CardDraft, Named};
use crate::{Engine, check};

/// The card an attempt is made with: stored, or typed for it and checked.
#[derive(Clone)]
pub(crate) enum Means {
    None,
    Stored(CardId),
    Typed { row: Box<Card>, cvc: Option<Cvc> },
}

impl Engine {
    /// Checks a typed card once, before any try of the command.
    pub(crate) fn means(
        &self,
        start: &Start,
        card: Option<Named<CardId, CardDraft>>,
        customer: Option<CustomerId>,
    ) -> Result<Means, Refused> {
        match card {
            None => Ok(Means::None),
            Some(Named::Id(id)) => Ok(Means::Stored(id)),
            Some(Named::New(mut draft)) => {
                draft.customer = draft.customer.or(customer);
                // drawn from a seed of its own: the command's ids stay the command's
                let mut by = Start { seed: self.seed(), ..start.clone() }.by();
                let checked = self.check_card(&mut by, &draft).map_err(|refused| refused.within("card"))?;
                Ok(Means::Typed { row: Box::new(checked.row), cvc: checked.cvc })
            }
        }
    }
}

/// A new attempt at an order's whole amount.
pub(crate) fn attempt(by: &mut By, dossier: &Dossier) -> Payment {
    let intent = &dossier.intent.now;
    Payment {
        id: by.mint(),
        account: intent.account,
        environment: intent.environment,
        version: 1,
        created: by.now,
        intent: intent.id,
        shop: intent.shop,
        created_by: by.caller.actor.to_string(),
        origin: origin(by).to_owned(),
        placeholder: false,
        purpose: intent.purpose,
        method: None,
        card: None,
        customer: intent.customer,
        amount: intent.amount_due,
        currency: intent.currency,
        authorised_amount: 0,
        captured_amount: 0,
        refunded_amount: 0,
        disputed_amount: 0,
        fee: 0,
        state: State::Begun,
        ended_because: None,
        held_until: None,
        cancel_requested: false,
        open_operation: None,
        auth: None,
        auth_operation: None,
        auth_until: None,
        auth_return_url: None,
        authorisation: None,
        authorisation_code: None,
        authorised_at: None,
        authorised_until: None,
        network_reference: None,
        response: None,
        response_author: None,
        manual_validation: intent.manual_validation,
        date_settlement: intent.date_settlement,
        capture_date: Some(calendar::cut_off_of(intent.date_settlement, by.now, &by.place)),
        retry_at: None,
        remitted_at: None,
        captured_at: None,
        dispute_at: None,
        available_at: None,
        available: false,
        description: intent.description.clone(),
        order_id: intent.order_id.clone(),
        unique_id: None,
        methods_allowed: Some(intent.methods_allowed.clone()),
        return_url: intent.return_url.clone(),
        device: None,
        payout: None,
    }
}

/// Writes a typed card, or finds the stored one.
pub(crate) async fn write_means(tx: &mut Tx, by: &mut By, means: Means) -> store::Result<Option<Card>> {
    match means {
        Means::None => Ok(None),
        Means::Stored(id) => Ok(Some(check::usable_card(tx, by.caller.scope, id).await?)),
        Means::Typed { row, .. } => {
            crate::cards::insert_card(tx, by, &row, ApiVersion::V2).await?;
            Ok(Some(*row))
        }
    }
}

/// Chooses the card of an attempt.
pub(crate) fn use_card(dossier: &mut Dossier, by: &By, id: PaymentId, card: &Card) -> store::Result<()> {
    let payment = &mut dossier.payment(id)?.now;
    payment.card = Some(card.id);
    payment.method = Some(Method::Card);
    payment.customer = payment.customer.or(card.customer);
    if payment.capture_date.is_some_and(|at| expires_before(card, at, &by.place)) {
        return Err(Refused::invalid("date_settlement", "The card expires before the capture date").into());
    }
    show_card(&mut dossier.intent.now, card);
    Ok(())
}

/// A card is good to the last day of its month.
pub(crate) fn expires_before(card: &Card, at: Timestamp, place: &Place) -> bool {
    let day = place.date(at);
    (i64::from(day.year), i64::from(day.month)) > (card.exp_year, card.exp_month)
}

/// Sends an attempt on its way: to authentication where that is asked for, else to its authorisation. What it replaces ends here for good.
///
/// # Errors
/// 409 where the order can't take another attempt.
pub(crate) fn begin(dossier: &mut Dossier, by: &mut By, id: PaymentId) -> store::Result<OperationId> {
    supersede(dossier, id)?;
    if !dossier.order(by.now).may_begin() && !is_first(dossier, id, by) {
        return Err(unpayable(dossier, by).into());
    }
    let required = dossier.intent.now.threeds == ThreeDs::Required;
    if required { open_authenticate(dossier, by, id) } else { open_authorise(dossier, by, id) }
}

/// A directly made payment's own attempt: its order is closed to every other.
fn is_first(dossier: &Dossier, id: PaymentId, by: &By) -> bool {
    let intent = &dossier.intent.now;
    intent.implicit
        && intent.cancelled.is_none()
        && by.now < intent.expires_at
        && dossier.payments.iter().all(|payment| payment.now.id == id)
}

/// Ends what is still choosing or authenticating: it can never authorise, even if its authentication comes back.
fn supersede(dossier: &mut Dossier, by_this: PaymentId) -> store::Result<()> {
    let choosing = |payment: &&Tracked<Payment>| {
        payment.now.id != by_this && payment.now.state == State::Begun && payment.now.open_operation.is_none() && !payment.now.placeholder
    };
    let ids: Vec<PaymentId> = dossier.payments.iter().filter(choosing).map(|payment| payment.now.id).collect();
    for id in ids {
        end(dossier, id, "superseded")?;
    }
    Ok(())
}

/// Why an order takes no attempt, for whoever asked by API.
pub(crate) fn unpayable(dossier: &Dossier, by: &By) -> Refused {
    let order = dossier.order(by.now);
    let status = order.status();
    if dossier.payments.iter().any(|payment| payment.now.open_operation.is_some()) {
        return crate::dossier::in_progress();
    }
    Refused::new(Code::AlreadyPaid, format!("The payment intent is {status}: it takes no further payment"))
}

/// An attempt with a stored card on an intent.
pub(crate) fn begin_on_intent(dossier: &mut Dossier, by: &mut By, card: &Card) -> store::Result<OperationId> {
    let payment = attempt(by, dossier);
    let id = payment.id;
    dossier.payments.push(Tracked::new(payment, "payment.created"));
    use_card(dossier, by, id, card)?;
    begin(dossier, by, id)
}
