//! What holds in each order.

use std::collections::BTreeMap;

use model::lifecycle::transaction::{TRANSITIONS, Transition};
use model::lifecycle::{OperationState, RefundStatus, State, Trigger};
use store::rows::{Event, Operation, Payment, PaymentIntent, Refund};

use super::{Books, Broken, Holdings, bank};

/// The orders in these books, each by itself.
pub(super) fn order(books: &Books, held: &Holdings, broken: &mut Broken) {
    books.intents.iter().for_each(|row| books.is_told(row, broken));
    books.payments.iter().for_each(|row| books.is_told(row, broken));
    books.refunds.iter().for_each(|row| books.is_told(row, broken));
    books.disputes.iter().for_each(|row| books.is_told(row, broken));
    for payment in &books.payments {
        amounts(books, payment, broken);
        lines(books, payment, broken);
        // what was imported stood as it did before it came here
        if payment.origin != "import" {
            by_the_table(books, payment, broken);
            is_under_way(books, payment, broken);
        }
    }
    books.refunds.iter().for_each(|refund| refund_goes_on(books, refund, broken));
    books.operations.iter().for_each(|operation| one_open(books, operation, broken));
    for intent in &books.intents {
        paid_once(books, intent, broken);
        bank::agrees(books, intent, held, broken);
    }
}

fn amounts(books: &Books, payment: &Payment, broken: &mut Broken) {
    let id = payment.id;
    let within = (0..=payment.authorised_amount).contains(&payment.captured_amount) || payment.origin == "import";
    broken.unless(within, || format!("{id} captured {} of {} authorised", payment.captured_amount, payment.authorised_amount));
    let of = |refund: &&Refund| refund.payment == id && refund.status.counts() && payment.captured_amount > 0;
    let given: i64 = books.refunds.iter().filter(of).map(|refund| refund.amount).sum();
    let disputed: i64 = books.disputes.iter().filter(|dispute| dispute.payment == id).map(|dispute| dispute.amount).sum();
    broken.unless(payment.refunded_amount == given, || format!("{id} says {} refunded, its refunds {given}", payment.refunded_amount));
    broken
        .unless(payment.disputed_amount == disputed, || format!("{id} says {} disputed, its disputes {disputed}", payment.disputed_amount));
    broken.unless((0..=payment.captured_amount).contains(&given), || format!("{id} gives back {given} of {}", payment.captured_amount));
    broken
        .unless((0..=payment.captured_amount).contains(&disputed), || format!("{id}: {disputed} disputed of {}", payment.captured_amount));
    // The bank takes back all that was paid, also what the merchant had given back before; nothing is given back after it.
    let opened = books.disputes.iter().filter(|dispute| dispute.payment == id).map(|dispute| dispute.created).min();
    let after = |refund: &&Refund| opened.is_some_and(|opened| refund.created > opened);
    let later: i64 = books.refunds.iter().filter(of).filter(after).map(|refund| refund.amount).sum();
    broken.unless(later + disputed <= payment.captured_amount, || format!("{id} gives back {later} beside {disputed} disputed"));
    let captured = (payment.captured_amount > 0) == (payment.state == State::Captured);
    broken.unless(captured, || format!("{id} is {} with {} captured", payment.state, payment.captured_amount));
    let currencies = books.refunds.iter().filter(|refund| refund.payment == id).all(|refund| refund.currency == payment.currency);
    broken.unless(currencies, || format!("{id} is refunded in another currency"));
}

/// Whether `triggers`, in any order, lead from one state to the other by the table.
fn leads(from: State, to: State, triggers: &[Trigger]) -> bool {
    if triggers.is_empty() {
        return from == to;
    }
    (0..triggers.len()).any(|at| {
        let mut rest = triggers.to_vec();
        let trigger = rest.remove(at);
        // what is under verification is answered as if it had only begun
        let begins = |line: &Transition| from == State::UnderVerification && line.from == State::Begun;
        TRANSITIONS
            .iter()
            .filter(|line| (line.from == from || begins(line)) && line.on == trigger)
            .any(|line| leads(line.to.unwrap_or(from), to, &rest))
    })
}

fn by_the_table(books: &Books, payment: &Payment, broken: &mut Broken) {
    let events = books.events.get(&payment.id.to_string()).map(Vec::as_slice).unwrap_or_default();
    let mut from = State::Begun;
    for of in events.chunk_by(|one, other| one.version == other.version) {
        let Some(to) = of[0].state["state"].as_str().and_then(|state| state.parse::<State>().ok()) else {
            broken.unless(false, || format!("{}: an event without a state", payment.id));
            return;
        };
        // a cancel asked for is remembered wherever a call is under way; it moves nothing
        let moves = |trigger: &Trigger| *trigger != Trigger::CancelAsked;
        let word = |event: &Event| event.kind.strip_prefix("payment.")?.parse().ok();
        let triggers: Vec<Trigger> = of.iter().filter_map(word).filter(moves).collect();
        // a payment created without a method is a place: what a try left is taken out of it
        let emptied = payment.placeholder && to == State::Begun && !from.is_final();
        broken.unless(emptied || leads(from, to, &triggers), || format!("{}: {from} → {to} by {triggers:?}", payment.id));
        from = to;
    }
}

/// What waits for its time has a job for it: nothing is forgotten.
fn is_under_way(books: &Books, payment: &Payment, broken: &mut Broken) {
    let free = payment.open_operation.is_none();
    let due: &[&str] = match payment.state {
        State::Authorised if free && payment.remitted_at.is_none() => &["remit"],
        State::Authorised if free => &["confirm"],
        State::AuthorisedToValidate if free => &["lapse"],
        State::WaitingAuthorisation | State::WaitingAuthorisationToValidate if free => &["authorise"],
        State::UnderVerification if payment.held_until.is_some() && free => &["review"],
        State::Captured if !payment.available => &["available"],
        _ => &[],
    };
    for kind in due {
        broken.unless(books.is_due(kind, &payment.id), || format!("{} is {} and nothing will {kind} it", payment.id, payment.state));
    }
}

/// A refund that has ended stays as it ended; one that hasn't goes on by itself.
fn refund_goes_on(books: &Books, refund: &Refund, broken: &mut Broken) {
    let id = refund.id;
    let events = books.events.get(&id.to_string()).map(Vec::as_slice).unwrap_or_default();
    let path: Vec<RefundStatus> = events.iter().filter_map(|event| event.state["status"].as_str()?.parse().ok()).collect();
    for step in path.windows(2) {
        // a refund of what was not captured yet is a cancellation: it ends as that or not at all
        let cancels = step[0] == RefundStatus::ToRefund && matches!(step[1], RefundStatus::PaymentCanceled | RefundStatus::Failed);
        let may = step[0] == step[1] || cancels || step[0].next().contains(&step[1]);
        broken.unless(may, || format!("{id}: {} → {}", step[0], step[1]));
    }
    if refund.created_by == "import" || refund.open_operation.is_some() {
        return;
    }
    let due = match refund.status {
        RefundStatus::ToRefund => "send_refund",
        RefundStatus::RefundSent => "confirm_refund",
        _ => return,
    };
    broken.unless(books.is_due(due, &id), || format!("{id} is {} and nothing will {due} it", refund.status));
}

/// A call without answer is the one that its payment waits for, and is asked after.
fn one_open(books: &Books, operation: &Operation, broken: &mut Broken) {
    let waits = books.payments.iter().any(|payment| payment.id == operation.payment && payment.open_operation == Some(operation.id));
    let open = operation.state == OperationState::Open;
    broken.unless(waits == open, || format!("{} of {} is {}", operation.id, operation.payment, operation.state));
    broken.unless(!open || books.is_due("settle", &operation.id), || format!("{} is open and nobody will ask after it", operation.id));
}

/// One order is paid once: Σ authorised, in flight or captured is within what is due.
fn paid_once(books: &Books, intent: &PaymentIntent, broken: &mut Broken) {
    let id = intent.id;
    let of = books.payments_of(intent);
    let reserves = |payment: &&Payment| payment.state.holds_money() || (payment.state == State::Begun && payment.open_operation.is_some());
    if intent.origin != "import" {
        let held: i64 = of.clone().filter(reserves).map(|payment| payment.amount).sum();
        broken.unless(held <= intent.amount_due, || format!("{id}: {held} held for {} due", intent.amount_due));
        broken.unless(of.clone().filter(reserves).count() <= 1, || format!("{id}: two attempts at once"));
        broken.unless(intent.holder == of.clone().find(reserves).map(|payment| payment.id), || format!("{id} names another holder"));
    }
    let sums = |field: fn(&Payment) -> i64| of.clone().map(field).sum::<i64>();
    broken.unless(intent.captured == sums(|payment| payment.captured_amount), || format!("{id} says {} captured", intent.captured));
    broken.unless(intent.refunded == sums(|payment| payment.refunded_amount), || format!("{id} says {} refunded", intent.refunded));
    broken.unless(of.clone().all(|payment| payment.currency == intent.currency), || format!("{id} has two currencies"));
}

/// What the ledger says of a payment is what its rows say.
fn lines(books: &Books, payment: &Payment, broken: &mut Broken) {
    let Some(postings) = books.postings.get(&payment.id) else { return };
    if payment.origin == "import" {
        return;
    }
    let mut stands: BTreeMap<&str, i64> = BTreeMap::new();
    for posting in postings {
        *stands.entry(posting.ledger_account.as_str()).or_default() += posting.amount;
        broken.unless(posting.currency == payment.currency, || format!("{}: a line in another currency", payment.id));
    }
    let refunds = |wanted: &[RefundStatus]| -> i64 {
        books
            .refunds
            .iter()
            .filter(|refund| refund.payment == payment.id && wanted.contains(&refund.status))
            .map(|refund| refund.amount)
            .sum()
    };
    let of_it = || books.disputes.iter().filter(|dispute| dispute.payment == payment.id);
    let disputed: i64 = of_it().map(|dispute| dispute.amount).sum();
    let dispute_fees: i64 = of_it().map(|dispute| dispute.fee).sum();
    let (made, waiting) = (refunds(&[RefundStatus::Refunded]), refunds(&[RefundStatus::ToRefund, RefundStatus::RefundSent]));
    let earned = payment.captured_amount - payment.fee;
    let expected = [
        ("acquirer_receivable", payment.captured_amount - made),
        ("pending", if payment.available { 0 } else { -earned }),
        ("available", (if payment.available { -earned } else { 0 }) + made + waiting + disputed + dispute_fees),
        ("refunds_payable", -waiting),
        ("disputed", -disputed),
        ("fees", -(payment.fee + dispute_fees)),
    ];
    for (account, amount) in expected {
        let stands = stands.remove(account).unwrap_or_default();
        broken.unless(stands == amount, || format!("{}: {stands} on {account}, its rows say {amount}", payment.id));
    }
    broken.unless(stands.values().all(|sum| *sum == 0), || format!("{}: {stands:?} besides", payment.id));
}
