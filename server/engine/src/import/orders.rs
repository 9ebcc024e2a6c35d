//! Orders with their payments, refunds and disputes, as they stood. They post to `imported opening` alone, and nothing is ever due.

use model::error::{Code, Refused};
use model::id::PaymentIntentId;
use model::lifecycle::{DisputeStatus, Method, Purpose, State};
use model::money::Currency;
use model::time::Timestamp;
use store::rows::{Dispute, Payment, PaymentIntent, Refund};
use store::{Tx, imports};

use super::objects::{Written, known_card, known_customer, missing};
use super::records::{DisputeRecord, IntentRecord, PaymentRecord, RefundRecord};
use super::{ORIGIN, is_history, is_past};
use crate::attempt::attempt;
use crate::by::By;
use crate::dossier::{Dossier, Tracked, part};
use crate::intents::{joined, new_intent, show_card, show_customer, unique_in_intents, unique_in_payments};
use crate::rules::ledger;
use crate::types::IntentDraft;

/// An order without a deadline lives 3 months, in days.
const LIFE_DAYS: i64 = 92;

pub(super) async fn intent(tx: &mut Tx, by: &mut By, record: &IntentRecord) -> Written {
    let scope = by.caller.scope;
    let customer = known_customer(tx, scope, record.customer).await?;
    let card = known_card(tx, scope, record.card).await?;
    unique_in_intents(tx, by, record.unique_id.as_ref()).await.map_err(named)?;
    let draft = IntentDraft {
        amount: record.amount,
        currency: record.currency,
        purpose: if record.amount == 0 { Purpose::Verification } else { Purpose::Debit },
        description: record.description.clone(),
        customer: record.customer,
        card: record.card,
        order_id: record.order_id.clone(),
        unique_id: record.unique_id.clone(),
        methods_allowed: record.methods_allowed.clone(),
        metadata: record.metadata.clone(),
        return_url: record.return_url.clone(),
        threeds: record.threeds,
        date_settlement: record.date_settlement,
        manual_validation: record.manual_validation,
        expires_at: None,
    };
    let mut row = of_old(new_intent(by, &draft, false), record.id, record.created);
    row.amount_due = record.amount_due;
    row.status = record.status;
    if let Some(card) = &card {
        show_card(&mut row, card);
    }
    if let Some(customer) = &customer {
        show_customer(&mut row, customer);
    }
    Dossier::imported(row).save(tx, by).await?;
    Ok(None)
}

fn of_old(mut row: PaymentIntent, id: PaymentIntentId, created: Timestamp) -> PaymentIntent {
    (row.id, row.created) = (id, created);
    row.expires_at = created.plus_seconds(LIFE_DAYS * 86_400);
    row.fixed = Some(created);
    ORIGIN.clone_into(&mut row.origin);
    row
}

pub(super) async fn payment(tx: &mut Tx, by: &mut By, record: &PaymentRecord) -> Written {
    let scope = by.caller.scope;
    let customer = known_customer(tx, scope, record.customer).await?;
    let card = known_card(tx, scope, record.card).await?;
    unique_in_payments(tx, by, record.unique_id.as_ref()).await.map_err(named)?;
    let mut dossier = order_of(tx, by, record).await?;
    let row = payment_row(attempt(by, &dossier), record);
    fits(&dossier, by, &row)?;
    if let Some(card) = &card {
        show_card(&mut dossier.intent.now, card);
    }
    if let Some(last4) = &record.last4 {
        dossier.intent.now.last4 = Some(last4.clone());
        dossier.intent.now.method = Some(Method::Sepa);
    }
    if let Some(customer) = &customer {
        show_customer(&mut dossier.intent.now, customer);
    }
    let lines = ledger::imported(row.captured_amount);
    let mut tracked = Tracked::silent(row);
    tracked.post("payment.imported", None, lines);
    dossier.payments.push(tracked);
    dossier.save(tx, by).await?;
    Ok(None)
}

/// The imported order that the payment names, or one made for it.
async fn order_of(tx: &mut Tx, by: &mut By, record: &PaymentRecord) -> store::Result<Dossier> {
    let scope = by.caller.scope;
    let refuse = |text: String| Err(Refused::invalid("payment_intent", text).into());
    if let Some(id) = record.intent {
        match store::get::<PaymentIntent>(tx, scope, id).await? {
            Some(found) if is_history(&found) => return Dossier::history(tx, scope, id).await,
            Some(_) => return refuse(format!("{id} was made here, not imported")),
            None if imports::is_taken::<PaymentIntent>(tx, &id.to_string()).await? => {
                return refuse(format!("{id} belongs to another account or environment of this installation"));
            }
            None => {}
        }
    }
    let draft = IntentDraft {
        amount: record.amount,
        currency: record.currency,
        purpose: record.purpose,
        description: record.description.clone(),
        customer: record.customer,
        card: None,
        order_id: record.order_id.clone(),
        unique_id: None,
        methods_allowed: record.methods_allowed.clone().unwrap_or_default(),
        metadata: record.metadata.clone(),
        return_url: record.return_url.clone(),
        threeds: if record.auth.is_some() { model::lifecycle::ThreeDs::Required } else { model::lifecycle::ThreeDs::None },
        date_settlement: record.date_settlement,
        manual_validation: record.manual_validation,
        expires_at: None,
    };
    let made = new_intent(by, &draft, true);
    let id = record.intent.unwrap_or(made.id);
    Ok(Dossier::imported(of_old(made, id, record.created)))
}

fn payment_row(bare: Payment, record: &PaymentRecord) -> Payment {
    let state = record.state;
    let captured = state == State::Captured;
    let granted = state.holds_money() || matches!(state, State::Expired | State::CaptureFailed);
    Payment {
        id: record.id,
        created: record.created,
        origin: ORIGIN.to_owned(),
        purpose: record.purpose,
        method: record.method,
        card: record.card,
        customer: record.customer,
        amount: record.amount,
        currency: record.currency,
        authorised_amount: if granted { record.amount } else { 0 },
        captured_amount: if captured { record.amount } else { 0 },
        fee: record.fee,
        state,
        auth: record.auth,
        auth_return_url: record.auth_return_url.clone(),
        authorised_until: record.authorised_until,
        response: record.response.clone(),
        response_author: record.response_author.clone(),
        manual_validation: record.manual_validation,
        date_settlement: record.date_settlement,
        capture_date: record.capture_date,
        remitted_at: record.remitted.then(|| record.captured_at.unwrap_or(record.created)),
        captured_at: record.captured_at,
        available_at: record.date_bank,
        available: captured,
        description: record.description.clone(),
        order_id: record.order_id.clone(),
        unique_id: record.unique_id.clone(),
        methods_allowed: record.methods_allowed.as_deref().map(joined),
        return_url: record.return_url.clone(),
        device: record.device.clone(),
        payout: record.payout,
        ..bare
    }
}

/// Whose `unique_id` it is already.
fn named(error: store::Error) -> store::Error {
    match error {
        store::Error::Refused(refused) if refused.code == Code::DuplicateUniqueId => {
            let whose = refused.existing.unwrap_or_default();
            Refused::new(Code::DuplicateUniqueId, format!("is that of {whose} already")).field("unique_id").into()
        }
        other => other,
    }
}

/// One order is paid once, there as here.
fn fits(dossier: &Dossier, by: &By, row: &Payment) -> Result<(), Refused> {
    let intent = &dossier.intent.now;
    if row.currency != intent.currency {
        return Err(Refused::invalid("currency", format!("is not that of its payment intent {}", intent.id)));
    }
    let taken = dossier.order(by.now).reserved();
    if part(row).reserves() && taken + row.amount > intent.amount_due {
        let text = format!("its payment intent {} wants {} in all, and {taken} of that is paid", intent.id, intent.amount_due);
        return Err(Refused::new(Code::OutOfRange, text).field("amount"));
    }
    Ok(())
}

/// The imported payment that a refund or dispute is of, with its order.
async fn of_payment(
    tx: &mut Tx,
    by: &By,
    id: model::id::PaymentId,
    currency: Option<Currency>,
    created: Timestamp,
) -> store::Result<(Payment, Dossier)> {
    let scope = by.caller.scope;
    let found = store::get::<Payment>(tx, scope, id).await?.ok_or_else(|| missing("payment", id))?;
    if !is_past(&found) {
        return Err(Refused::invalid("payment", format!("{id} was made here, not imported")).into());
    }
    if currency.is_some_and(|currency| currency != found.currency) {
        return Err(Refused::invalid("currency", format!("is not that of its payment {id}")).into());
    }
    if created < found.created {
        return Err(Refused::invalid("created", format!("{created} is before its payment, which is of {}", found.created)).into());
    }
    let dossier = Dossier::history(tx, scope, found.intent).await?;
    Ok((found, dossier))
}

pub(super) async fn refund(tx: &mut Tx, by: &mut By, record: &RefundRecord) -> Written {
    let (of, mut dossier) = of_payment(tx, by, record.payment, record.currency, record.created).await?;
    crate::refunds::unique(tx, by, record.unique_id.as_ref()).await.map_err(named)?;
    let counts = record.status.counts();
    if counts && of.state != State::Captured {
        let text = format!("{} is not captured: nothing of it can have been refunded", record.payment);
        return Err(Refused::invalid("payment", text).into());
    }
    let most = if counts { of.captured_amount - of.refunded_amount } else { of.amount };
    if record.amount > most {
        let text = format!("is more than the {most} that are left of its payment {}", record.payment);
        return Err(Refused::new(Code::OutOfRange, text).field("amount").into());
    }
    let row = Refund {
        id: record.id,
        account: of.account,
        environment: of.environment,
        version: 1,
        created: record.created,
        payment: of.id,
        intent: of.intent,
        amount: record.amount,
        currency: of.currency,
        status: record.status,
        reason: record.reason.clone(),
        unique_id: record.unique_id.clone(),
        created_by: ORIGIN.to_owned(),
        date_refund: record.date_refund,
        date_bank: record.date_bank,
        payout: record.payout,
        open_operation: None,
    };
    let mut tracked = Tracked::silent(row);
    tracked.post("refund.imported", None, if counts { ledger::imported(record.amount) } else { Vec::new() });
    dossier.refunds.push(tracked);
    if counts {
        let payment = dossier.payment(of.id)?;
        payment.now.refunded_amount += record.amount;
        payment.note("payment.refund_imported", Some(record.id.to_string()));
    }
    dossier.save(tx, by).await?;
    Ok(None)
}

pub(super) async fn dispute(tx: &mut Tx, by: &mut By, record: &DisputeRecord) -> Written {
    let (of, mut dossier) = of_payment(tx, by, record.payment, record.currency, record.created).await?;
    if of.state != State::Captured {
        return Err(Refused::invalid("payment", format!("{} is not captured: it can't be disputed", record.payment)).into());
    }
    let counts = record.status != DisputeStatus::Won;
    let most = if counts { of.captured_amount - of.disputed_amount } else { of.captured_amount };
    if record.amount > most {
        let text = format!("is more than the {most} of its payment {} that are not disputed yet", record.payment);
        return Err(Refused::new(Code::OutOfRange, text).field("amount").into());
    }
    let row = Dispute {
        id: record.id,
        account: of.account,
        environment: of.environment,
        version: 1,
        created: record.created,
        payment: of.id,
        intent: of.intent,
        amount: record.amount,
        currency: of.currency,
        fee: record.fee,
        status: record.status,
        response: record.response.clone(),
        kind: record.kind.clone(),
        answer_by: record.created.plus_seconds(crate::disputes::ANSWER_DAYS * 86_400),
        date_bank: record.date_bank,
        payout: record.payout,
    };
    let mut tracked = Tracked::silent(row);
    tracked.post("dispute.imported", None, ledger::imported(record.amount));
    dossier.disputes.push(tracked);
    if counts {
        let payment = dossier.payment(of.id)?;
        payment.now.disputed_amount += record.amount;
        payment.note("payment.dispute_imported", Some(record.id.to_string()));
    }
    dossier.save(tx, by).await?;
    Ok(None)
}
