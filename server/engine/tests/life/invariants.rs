//! What must hold whatever happened, read off the rows themselves.

use std::collections::BTreeMap;

use model::id::PaymentId;
use model::lifecycle::transaction::TRANSITIONS;
use model::lifecycle::{OperationKind, OperationState, Purpose, RefundStatus, State, Trigger};
use store::rows::{Card, Customer, Dispute, Event, Operation, Payment, PaymentIntent, Posting, Refund, Scope};
use store::{Reader, Scoped, Store};

/// Everything of one scope.
pub struct Books {
    pub intents: Vec<PaymentIntent>,
    pub payments: Vec<Payment>,
    pub operations: Vec<Operation>,
    pub refunds: Vec<Refund>,
    pub disputes: Vec<Dispute>,
    events: BTreeMap<String, Vec<Event>>,
    postings: Vec<Posting>,
}

pub async fn all<R: Scoped>(reader: &mut Reader, scope: Scope, order_by: &'static str) -> Vec<R> {
    let query = store::ListQuery { filters: vec![], order_by, descending: false, start: 0, limit: 10_000, after: None };
    store::list(reader, scope, &query).await.unwrap().rows
}

impl Books {
    pub async fn of(reader: &mut Reader, scope: Scope) -> Self {
        let mut events: BTreeMap<String, Vec<Event>> = BTreeMap::new();
        for event in all::<Event>(reader, scope, "at").await {
            events.entry(event.object.clone()).or_default().push(event);
        }
        for of in events.values_mut() {
            of.sort_by_key(|event| event.version);
        }
        let payments: Vec<Payment> = all(reader, scope, "created").await;
        let mut postings = Vec::new();
        for payment in payments.iter().filter(|payment| payment.captured_amount > 0) {
            postings.extend(store::ledger::postings_of_payment(reader, scope, payment.id).await.unwrap());
        }
        Self {
            intents: all(reader, scope, "created").await,
            payments,
            operations: all(reader, scope, "created").await,
            refunds: all(reader, scope, "created").await,
            disputes: all(reader, scope, "created").await,
            events,
            postings,
        }
    }

    /// The last event of an object is the object, and its versions have no holes.
    fn is_told(&self, object: &impl Scoped) {
        let id = object.id();
        let events = self.events.get(&id).unwrap_or_else(|| panic!("{id} has no event"));
        let last = events.last().unwrap();
        assert_eq!(last.state, serde_json::to_value(object).unwrap(), "{id} is not what its last event says");
        let mut versions: Vec<i64> = events.iter().map(|event| event.version).collect();
        versions.dedup();
        assert_eq!(versions, (1..=object.version()).collect::<Vec<_>>(), "{id}: a change without event");
    }
}

pub async fn check(store: &Store, scope: Scope) {
    let mut reader = store.read().await.unwrap();
    let books = Books::of(&mut reader, scope).await;
    books.intents.iter().for_each(|row| books.is_told(row));
    books.payments.iter().for_each(|row| books.is_told(row));
    books.refunds.iter().for_each(|row| books.is_told(row));
    books.disputes.iter().for_each(|row| books.is_told(row));
    all::<Card>(&mut reader, scope, "created").await.iter().for_each(|row| books.is_told(row));
    all::<Customer>(&mut reader, scope, "created").await.iter().for_each(|row| books.is_told(row));
    books.payments.iter().for_each(|payment| amounts(&books, payment));
    // what was imported stood as it did before it came here
    books.payments.iter().filter(|payment| payment.origin != "import").for_each(|payment| by_the_table(&books, payment));
    books.intents.iter().for_each(|intent| paid_once(&books, intent));
    books.operations.iter().for_each(|operation| one_open(&books, operation));
    ledger(&books, &mut reader, scope).await;
    recount(&books, &mut reader, scope).await;
}

fn amounts(books: &Books, payment: &Payment) {
    let id = payment.id;
    assert!((0..=payment.authorised_amount).contains(&payment.captured_amount), "{id} captured more than authorised");
    let of = |refund: &&Refund| refund.payment == id && refund.currency == payment.currency;
    let given: i64 = books
        .refunds
        .iter()
        .filter(of)
        .filter(|refund| refund.status.counts() && payment.captured_amount > 0)
        .map(|refund| refund.amount)
        .sum();
    let disputed: i64 = books.disputes.iter().filter(|dispute| dispute.payment == id).map(|dispute| dispute.amount).sum();
    assert_eq!(payment.refunded_amount, given, "{id}: refunds don't add up");
    assert_eq!(payment.disputed_amount, disputed, "{id}: disputes don't add up");
    assert!(payment.refunded_amount <= payment.captured_amount, "{id} gave back more than it took");
    assert!(payment.disputed_amount <= payment.captured_amount, "{id} is disputed for more than it took");
    // The bank takes back all that was paid, also what the merchant had given back before; nothing is given back after it.
    let opened = books.disputes.iter().filter(|dispute| dispute.payment == id).map(|dispute| dispute.created).min();
    let after = |refund: &&Refund| opened.is_some_and(|opened| refund.created > opened);
    let later: i64 =
        books.refunds.iter().filter(of).filter(after).filter(|refund| refund.status.counts()).map(|refund| refund.amount).sum();
    assert!(later + payment.disputed_amount <= payment.captured_amount, "{id} gave back what is disputed");
    assert_eq!(payment.captured_amount > 0, payment.state == State::Captured, "{id} is {}", payment.state);
}

/// Whether `triggers`, in any order, lead from one state to the other by the table.
fn leads(from: State, to: State, triggers: &[Trigger]) -> bool {
    if triggers.is_empty() {
        return from == to;
    }
    (0..triggers.len()).any(|at| {
        let mut rest = triggers.to_vec();
        let trigger = rest.remove(at);
        TRANSITIONS.iter().filter(|line| line.from == from && line.on == trigger).any(|line| leads(line.to.unwrap_or(from), to, &rest))
    })
}

fn by_the_table(books: &Books, payment: &Payment) {
    let events = &books.events[&payment.id.to_string()];
    let mut from = State::Begun;
    for version in 1..=payment.version {
        let of: Vec<&Event> = events.iter().filter(|event| event.version == version).collect();
        let to: State = of[0].state["state"].as_str().unwrap().parse().unwrap();
        // a cancel asked for is remembered wherever a call is under way; it moves nothing
        let moves = |trigger: &Trigger| *trigger != Trigger::CancelAsked;
        let triggers: Vec<Trigger> =
            of.iter().filter_map(|event| event.kind.strip_prefix("payment.")?.parse().ok()).filter(moves).collect();
        // a payment created without a method is a place: what a try left is taken out of it
        let emptied = payment.placeholder && to == State::Begun && !from.is_final();
        assert!(emptied || leads(from, to, &triggers), "{}: {from} → {to} by {triggers:?}", payment.id);
        from = to;
    }
}

fn paid_once(books: &Books, intent: &PaymentIntent) {
    let of = || books.payments.iter().filter(|payment| payment.intent == intent.id);
    let reserves = |payment: &&Payment| payment.state.holds_money() || (payment.state == State::Begun && payment.open_operation.is_some());
    let held: i64 = of().filter(reserves).map(|payment| payment.amount).sum();
    assert!(held <= intent.amount_due, "{}: {held} held for {} due", intent.id, intent.amount_due);
    assert!(of().filter(reserves).count() <= 1, "{}: two attempts at once", intent.id);
    assert_eq!(intent.holder, of().find(reserves).map(|payment| payment.id), "{}", intent.id);
    assert_eq!(intent.captured, of().map(|payment| payment.captured_amount).sum::<i64>());
    assert_eq!(intent.refunded, of().map(|payment| payment.refunded_amount).sum::<i64>());
    assert!(of().all(|payment| payment.currency == intent.currency), "{} has two currencies", intent.id);
}

/// A call without answer is the one that its payment waits for.
fn one_open(books: &Books, operation: &Operation) {
    let payment = books.payments.iter().find(|payment| payment.id == operation.payment).unwrap();
    let waits = payment.open_operation == Some(operation.id);
    assert_eq!(waits, operation.state == OperationState::Open, "{} of {}", operation.id, payment.id);
}

async fn ledger(books: &Books, reader: &mut Reader, scope: Scope) {
    let mut sums: BTreeMap<(String, String), i64> = BTreeMap::new();
    let mut events: BTreeMap<String, i64> = BTreeMap::new();
    for posting in &books.postings {
        *sums.entry((posting.currency.code().to_owned(), posting.ledger_account.clone())).or_default() += posting.amount;
        *events.entry(posting.event.to_string()).or_default() += posting.amount;
    }
    assert!(events.values().all(|sum| *sum == 0), "an event's lines don't balance");
    let balances: BTreeMap<(String, String), i64> = store::ledger::balances(reader, scope)
        .await
        .unwrap()
        .into_iter()
        .map(|balance| ((balance.currency.code().to_owned(), balance.ledger_account), balance.amount))
        .collect();
    assert_eq!(balances, sums, "balances are not the sums of their postings");
    for currency in ["eur", "usd"] {
        let balance = |account: &str| balances.get(&(currency.to_owned(), account.to_owned())).copied().unwrap_or(0);
        let own = |id: &PaymentId| books.payments.iter().any(|payment| payment.id == *id && payment.origin != "import");
        let captured = |payment: &&Payment| payment.currency.code() == currency && payment.state == State::Captured;
        let payments = || books.payments.iter().filter(captured).filter(|payment| own(&payment.id));
        let refunds = |wanted: &[RefundStatus]| -> i64 {
            let of = |refund: &&Refund| wanted.contains(&refund.status) && payments().any(|payment| payment.id == refund.payment);
            books.refunds.iter().filter(of).map(|refund| refund.amount).sum()
        };
        let disputes = || books.disputes.iter().filter(|dispute| dispute.currency.code() == currency && own(&dispute.payment));
        let waiting = [RefundStatus::ToRefund, RefundStatus::RefundSent];
        let taken: i64 = payments().map(|payment| payment.captured_amount).sum();
        let pending: i64 = payments().filter(|payment| !payment.available).map(|payment| payment.captured_amount - payment.fee).sum();
        assert_eq!(balance("acquirer_receivable"), taken - refunds(&[RefundStatus::Refunded]));
        assert_eq!(balance("pending"), -pending);
        assert_eq!(balance("refunds_payable"), -refunds(&waiting));
        assert_eq!(balance("disputed"), -disputes().map(|dispute| dispute.amount).sum::<i64>());
        let fees: i64 = payments().map(|payment| payment.fee).chain(disputes().map(|dispute| dispute.fee)).sum();
        assert_eq!(balance("fees"), -fees);
    }
}

/// The totals kept beside the list are what counting it again gives.
async fn recount(books: &Books, reader: &mut Reader, scope: Scope) {
    let mut counted: BTreeMap<(&str, &str), (i64, i64)> = BTreeMap::new();
    for intent in &books.intents {
        let sum = counted.entry((intent.currency.code(), intent.shown.as_str())).or_default();
        *sum = (sum.0 + 1, sum.1 + intent.amount);
    }
    let totals = store::totals::totals(reader, scope, None, None).await.unwrap();
    let kept: BTreeMap<_, _> =
        totals.iter().map(|total| ((total.currency.code(), total.shown.as_str()), (total.count, total.amount))).collect();
    assert_eq!(kept, counted, "the totals are not a recount");
}

/// Once nothing is under way: the bank holds what the books say, and no money of anybody's beside.
pub async fn agrees_with_the_bank(store: &Store, scope: Scope) {
    let mut reader = store.read().await.unwrap();
    let books = Books::of(&mut reader, scope).await;
    for payment in &books.payments {
        assert!(payment.open_operation.is_none() && (payment.state.is_final() || payment.state == State::Begun), "{}", payment.id);
    }
    for intent in &books.intents {
        let payments: Vec<&Payment> = books.payments.iter().filter(|payment| payment.intent == intent.id).collect();
        let (mut taken, mut promised) = (0, 0);
        for operation in &books.operations {
            let charges = matches!(operation.kind, OperationKind::Authorise | OperationKind::Verify);
            let Some(payment) = payments.iter().find(|payment| charges && payment.id == operation.payment) else { continue };
            let Some(record) = store::acquirer_records::get(&mut reader, &operation.id.to_string()).await.unwrap() else { continue };
            let record: serde_json::Value = serde_json::from_str(&record).unwrap();
            if record["decision"]["authorised"].is_null() {
                continue;
            }
            taken += record["captured"]["minor"].as_i64().unwrap_or(0) - record["refunded"].as_i64().unwrap();
            let lapses =
                matches!(payment.state, State::Expired | State::CaptureFailed | State::Captured) || payment.purpose != Purpose::Debit;
            let live = record["captured"].is_null() && record["voided"] == false && operation.kind == OperationKind::Authorise;
            promised += if live && !lapses { record["authorised"]["minor"].as_i64().unwrap() } else { 0 };
        }
        let kept: i64 = payments.iter().map(|payment| payment.captured_amount - payment.refunded_amount).sum();
        assert_eq!(taken, kept, "{}: the bank took {taken}, the books say {kept}", intent.id);
        assert!(intent.cancelled.is_none() || kept == 0, "{}: {kept} was kept for a cancelled order", intent.id);
        assert_eq!(promised, 0, "{}: the bank still holds {promised} for nobody", intent.id);
    }
}
