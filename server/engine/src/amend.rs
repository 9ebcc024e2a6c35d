//! `PATCH /payments/{id}`: what may still change, and what a card or a status sets going.

use futures::FutureExt;
use model::error::{Code, Refused};
use model::id::{OperationId, PaymentId};
use model::lifecycle::{AuthStatus, State, ThreeDs};
use model::rights::Right;
use store::Tx;
use store::rows::{Card, Customer};

use crate::attempt::{Means, begin, use_card, write_means};
use crate::by::By;
use crate::caller::Caller;
use crate::customers::patch;
use crate::dossier::{Dossier, parse_id};
use crate::intents::{joined, show_customer};
use crate::operate::{Wanted, decide_capture};
use crate::rules::calendar;
use crate::types::{Asked, FullPayment, PaymentChange};
use crate::{Engine, check};

impl Engine {
    /// Changes what may still change, and authorises where a card or a status asks for it.
    ///
    /// # Errors
    /// 404; 409 for what can no longer change; 422 by field.
    pub async fn update_payment(&self, caller: &Caller, id: &str, change: PaymentChange) -> Result<FullPayment, Refused> {
        caller.needs(Right::PaymentCreate)?;
        let id: PaymentId = parse_id(id)?;
        if change.card.is_some() || change.status.is_some() {
            self.acquirer(caller.scope)?;
        }
        let start = self.start(caller).await?;
        let engine = self.clone();
        self.task(async move {
            let means = engine.means(&start, change.card.clone(), None)?;
            let (for_command, for_cvc) = (engine.clone(), means.clone());
            let begun = start.clone();
            let command = store::command(move |tx: &mut Tx| {
                let (engine, start, change, means) = (for_command.clone(), begun.clone(), change.clone(), means.clone());
                async move {
                    let mut by = start.by();
                    let mut dossier = Dossier::of_payment(tx, start.caller.scope, id).await?;
                    let customer = engine.named_customer(tx, &mut by, change.customer.as_ref()).await?;
                    let card = write_means(tx, &mut by, means).await?;
                    let next = apply(&mut dossier, &mut by, id, &change, customer.as_ref(), card.as_ref())?;
                    if by.caller.is_person() {
                        by.note("payment.updated", id, None);
                    }
                    dossier.save(tx, &mut by).await?;
                    Ok(next)
                }
                .boxed()
            });
            let next = engine.commit(command).await?;
            if let Means::Typed { cvc: Some(cvc), .. } = for_cvc {
                engine.keep_code(id, cvc, start.real);
            }
            if let Some(operation) = next {
                engine.drive(&start, operation).await?;
            }
            engine.read_payment(start.caller.scope, id).await
        })
        .await
    }
}

fn apply(
    dossier: &mut Dossier,
    by: &mut By,
    id: PaymentId,
    change: &PaymentChange,
    customer: Option<&Customer>,
    card: Option<&Card>,
) -> store::Result<Option<OperationId>> {
    let sent = dossier.intent.now.fixed.is_some();
    let payment = dossier.payment(id)?.now.clone();
    let settles = change.amount.is_some_and(|amount| amount != payment.amount)
        || change.currency.is_some_and(|currency| currency != payment.currency)
        || card.is_some()
        || change.auth.is_some()
        || change.manual_validation.is_some()
        || change.date_settlement.is_some();
    if settles && (sent || payment.state != State::Begun) {
        let text = "The payment was sent already: its amount, currency, method, authentication and capture can't change";
        return Err(Refused::new(Code::AmountFixed, text).into());
    }
    change_terms(dossier, by, id, change)?;
    change_texts(dossier, id, change)?;
    if let Some(customer) = customer {
        show_customer(&mut dossier.intent.now, customer);
        dossier.payment(id)?.now.customer = Some(customer.id);
    }
    if let Some(card) = card {
        use_card(dossier, by, id, card)?;
    }
    if let Some(auth) = &change.auth {
        let payment = &mut dossier.payment(id)?.now;
        payment.auth = Some(AuthStatus::Requested);
        payment.auth_return_url.clone_from(&auth.return_url);
        dossier.intent.now.threeds = ThreeDs::Required;
    }
    let now = dossier.payment(id)?.now.clone();
    let with_card = card.is_some() && (change.authorise_with_card || now.auth.is_some());
    let asked = change.status.is_some() && now.state == State::Begun;
    if asked && now.card.is_none() {
        return Err(Refused::invalid("card", "A payment without a method can't be authorised").into());
    }
    // what was authorised to be captured is captured anyway, unless its order was cancelled: that is refused there
    let captures = match now.state {
        State::AuthorisedToValidate => true,
        State::Authorised => dossier.intent.now.cancelled.is_some(),
        _ => false,
    };
    if change.status == Some(Asked::Capture) && captures {
        by.caller.needs(Right::PaymentCapture)?;
        return decide_capture(dossier, by, id, &Wanted::default());
    }
    if !(with_card || asked) || now.state != State::Begun {
        return Ok(None);
    }
    if let Some(status) = change.status {
        dossier.payment(id)?.now.manual_validation = status == Asked::Authorize;
    }
    if now.auth.is_none() {
        dossier.intent.now.threeds = ThreeDs::None;
    }
    begin(dossier, by, id).map(Some)
}

fn change_terms(dossier: &mut Dossier, by: &By, id: PaymentId, change: &PaymentChange) -> store::Result<()> {
    let purpose = dossier.intent.now.purpose;
    if let Some(amount) = change.amount {
        check::amount("amount", amount, purpose)?;
        dossier.payment(id)?.now.amount = amount;
        (dossier.intent.now.amount, dossier.intent.now.amount_due) = (amount, amount);
    }
    if let Some(currency) = change.currency {
        dossier.payment(id)?.now.currency = currency;
        dossier.intent.now.currency = currency;
    }
    if let Some(manual) = change.manual_validation {
        dossier.payment(id)?.now.manual_validation = manual;
        dossier.intent.now.manual_validation = manual;
    }
    if let Some(date) = change.date_settlement {
        check::settlement("date_settlement", date, by)?;
        let payment = &mut dossier.payment(id)?.now;
        payment.date_settlement = date;
        payment.capture_date = Some(calendar::cut_off_of(date, by.now, &by.place));
        dossier.intent.now.date_settlement = date;
    }
    Ok(())
}

fn change_texts(dossier: &mut Dossier, id: PaymentId, change: &PaymentChange) -> store::Result<()> {
    check::text("description", change.description.as_ref().and_then(Option::as_ref), 3, 64)?;
    check::text("order_id", change.order_id.as_ref().and_then(Option::as_ref), 1, 36)?;
    check::url("return_url", change.return_url.as_ref().and_then(Option::as_ref))?;
    check::methods("methods_allowed", change.methods_allowed.as_deref().unwrap_or_default())?;
    let payment = &mut dossier.payment(id)?.now;
    patch(&mut payment.description, change.description.clone());
    patch(&mut payment.order_id, change.order_id.clone());
    patch(&mut payment.return_url, change.return_url.clone());
    if let Some(methods) = &change.methods_allowed {
        payment.methods_allowed = Some(joined(methods));
    }
    if let Some(device) = &change.device {
        payment.device = serde_json::to_value(device).ok();
    }
    let (description, order_id, return_url) = (payment.description.clone(), payment.order_id.clone(), payment.return_url.clone());
    let intent = &mut dossier.intent.now;
    if intent.implicit {
        (intent.description, intent.order_id, intent.return_url) = (description, order_id, return_url);
    }
    Ok(())
}
