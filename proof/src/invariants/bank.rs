//! What a bank remembers, beside the books: nothing is taken twice, and nothing is kept that nobody wants.

use std::collections::BTreeMap;

use model::id::OperationId;
use model::lifecycle::{OperationKind, OperationState, Purpose, RefundStatus, State};
use serde_json::Value;
use store::Reader;
use store::rows::{Operation, Payment, PaymentIntent, Refund};

use super::{Books, Broken};

/// What the bank holds under one authorisation, minor units.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Holding {
    /// What may still be captured, or was held before.
    pub authorised: i64,
    pub captured: i64,
    pub refunded: i64,
    pub voided: bool,
}

impl Holding {
    /// From the simulated acquirer's record; none where nothing was granted.
    pub fn of_record(record: &str) -> Option<Self> {
        let record: Value = serde_json::from_str(record).ok()?;
        record["decision"].get("authorised")?;
        Some(Self {
            authorised: record["authorised"]["minor"].as_i64()?,
            captured: record["captured"]["minor"].as_i64().unwrap_or(0),
            refunded: record["refunded"].as_i64()?,
            voided: record["voided"].as_bool()?,
        })
    }
}

/// By the authorisation's reference.
pub type Holdings = BTreeMap<OperationId, Holding>;

/// What the sandbox's own bank remembers of the calls in these books.
///
/// # Errors
/// As the database has them.
pub(super) async fn holdings(books: &Books, reader: &mut Reader) -> store::Result<Holdings> {
    let mut held = Holdings::new();
    for operation in books.operations.iter().filter(|operation| charges(operation)) {
        let record = store::acquirer_records::get(reader, &operation.id.to_string()).await?;
        if let Some(holding) = record.as_deref().and_then(Holding::of_record) {
            held.insert(operation.id, holding);
        }
    }
    Ok(held)
}

fn charges(operation: &Operation) -> bool {
    matches!(operation.kind, OperationKind::Authorise | OperationKind::Verify)
}

/// At any time: the bank never has more of an order than is due, and where no call is under way it has what the books say.
pub(super) fn agrees(books: &Books, intent: &PaymentIntent, held: &Holdings, broken: &mut Broken) {
    let of = |operation: &&Operation| charges(operation) && books.payments_of(intent).any(|payment| payment.id == operation.payment);
    let of_order: Vec<(&Operation, &Holding)> =
        books.operations.iter().filter(of).filter_map(|operation| Some((operation, held.get(&operation.id)?))).collect();
    let taken: i64 = of_order.iter().map(|(_, holding)| holding.captured - holding.refunded).sum();
    broken.unless(taken <= intent.amount_due, || format!("{}: the bank took {taken} of {} due", intent.id, intent.amount_due));
    let times = of_order.iter().filter(|(_, holding)| holding.captured > holding.refunded).count();
    broken.unless(times <= 1, || format!("{} was paid {times} times", intent.id));
    for payment in books.payments_of(intent) {
        let given: i64 = of_order.iter().filter(|(it, _)| it.payment == payment.id).map(|(_, holding)| holding.refunded).sum();
        let asked = sent(books, payment);
        broken.unless(given <= asked, || format!("{}: the bank gave back {given} of {asked} refunded", payment.id));
        if payment.open_operation.is_none() {
            for (operation, holding) in of_order.iter().filter(|(it, _)| it.payment == payment.id && it.state == OperationState::Done) {
                stands(books, payment, operation, holding, broken);
            }
        }
    }
}

/// What of a payment was sent to be given back.
fn sent(books: &Books, payment: &Payment) -> i64 {
    let sent =
        |refund: &&Refund| refund.payment == payment.id && matches!(refund.status, RefundStatus::RefundSent | RefundStatus::Refunded);
    books.refunds.iter().filter(sent).map(|refund| refund.amount).sum()
}

/// No call on this payment is under way: what the bank holds is what the payment says.
fn stands(books: &Books, payment: &Payment, operation: &Operation, holding: &Holding, broken: &mut Broken) {
    let current = payment.authorisation == Some(operation.id);
    let waits =
        holding.captured == 0 && !holding.voided && (operation.kind == OperationKind::Verify || holding.authorised == payment.amount);
    let right = match payment.state {
        State::Captured if current => holding.captured == payment.captured_amount && holding.refunded == sent(books, payment),
        State::Authorised if current && payment.remitted_at.is_some() => holding.captured == payment.amount && holding.refunded == 0,
        State::Authorised | State::AuthorisedToValidate | State::PreAuthorised if current => waits,
        // held, verified, ended, refused, lapsed or replaced: none of it is taken
        _ => holding.captured == holding.refunded,
    };
    broken.unless(right, || format!("{} is {} and the bank holds {holding:?}", payment.id, payment.state));
}

/// Held and never released: the bank would not give it back, and last said so when its authorisation had lapsed by itself.
fn kept_until_it_lapsed(books: &Books, payment: &Payment) -> bool {
    let late = |operation: &Operation| payment.authorised_until.is_some_and(|until| operation.answered.is_some_and(|at| at >= until));
    let no = |operation: &Operation| matches!(operation.state, OperationState::Refused | OperationState::Error);
    let mut voids = books.operations.iter().filter(|operation| operation.payment == payment.id && operation.kind == OperationKind::Void);
    payment.state == State::Refused && voids.any(|operation| no(operation) && late(operation))
}

/// Nothing is under way any more.
pub(super) fn settled(books: &Books, held: &Holdings, broken: &mut Broken) {
    for payment in &books.payments {
        let ended = payment.open_operation.is_none() && (payment.state.is_final() || payment.state == State::Begun);
        broken.unless(ended, || format!("{} is still {}", payment.id, payment.state));
        broken.unless(payment.captured_amount == 0 || payment.available, || format!("{} never became available", payment.id));
    }
    for refund in &books.refunds {
        let ended = !matches!(refund.status, RefundStatus::ToRefund | RefundStatus::RefundSent);
        broken.unless(ended, || format!("{} is still {}", refund.id, refund.status));
    }
    for intent in &books.intents {
        let kept: i64 = books.payments_of(intent).map(|payment| payment.captured_amount - payment.refunded_amount).sum();
        let (mut taken, mut promised) = (0, 0);
        for operation in books.operations.iter().filter(|operation| charges(operation)) {
            let Some(payment) = books.payments_of(intent).find(|payment| payment.id == operation.payment) else { continue };
            let Some(holding) = held.get(&operation.id) else { continue };
            taken += holding.captured - holding.refunded;
            let lapses = matches!(payment.state, State::Expired | State::CaptureFailed | State::Captured)
                || payment.purpose != Purpose::Debit
                || kept_until_it_lapsed(books, payment);
            let live = holding.captured == 0 && !holding.voided && operation.kind == OperationKind::Authorise;
            promised += if live && !lapses { holding.authorised } else { 0 };
        }
        broken.unless(taken == kept, || format!("{}: the bank took {taken}, the books say {kept}", intent.id));
        // what the bank would not give back is the merchant's to refund again
        let refused = books.refunds.iter().any(|refund| refund.intent == intent.id && refund.status == RefundStatus::Failed);
        broken
            .unless(intent.cancelled.is_none() || kept == 0 || refused, || format!("{}: {kept} was kept for a cancelled order", intent.id));
        broken.unless(promised == 0, || format!("{}: the bank still holds {promised} for nobody", intent.id));
    }
}
