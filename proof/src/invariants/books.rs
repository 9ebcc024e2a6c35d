//! The rows of one order, or of everything in a scope.

use std::collections::BTreeMap;

use model::id::{PaymentId, PaymentIntentId};
use store::rows::{Card, Customer, Dispute, Event, Job, Operation, Payment, PaymentIntent, Posting, Refund, Scope};
use store::{Reader, Scoped};

use super::Broken;
use super::look::{all, by_object};

/// Jobs read at once: more than there ever are.
const JOBS: i64 = 1_000_000;
/// Milliseconds: later than anything falls due.
const EVER: i64 = i64::MAX / 2;

/// What was read.
#[derive(Default)]
pub struct Books {
    pub intents: Vec<PaymentIntent>,
    pub payments: Vec<Payment>,
    pub operations: Vec<Operation>,
    pub refunds: Vec<Refund>,
    pub disputes: Vec<Dispute>,
    /// Of a whole scope only.
    pub cards: Vec<Card>,
    /// Of a whole scope only.
    pub customers: Vec<Customer>,
    /// By the object they speak of, in the order of its versions.
    pub events: BTreeMap<String, Vec<Event>>,
    pub postings: BTreeMap<PaymentId, Vec<Posting>>,
    /// What is due, by kind and object.
    pub due: BTreeMap<(String, String), Job>,
}

impl Books {
    /// # Errors
    /// As the database has them.
    pub async fn of_order(reader: &mut Reader, scope: Scope, intent: PaymentIntentId) -> store::Result<Self> {
        let payments: Vec<Payment> = store::all_where(reader, scope, "intent", intent).await?;
        let mut books = Self {
            intents: store::get(reader, scope, intent).await?.into_iter().collect(),
            refunds: store::all_where(reader, scope, "intent", intent).await?,
            events: by_object(store::events::events_of_intent(reader, scope, intent).await?),
            ..Self::default()
        };
        for payment in &payments {
            books.operations.extend(store::all_where(reader, scope, "payment", payment.id).await?);
            books.disputes.extend(store::all_where(reader, scope, "payment", payment.id).await?);
        }
        books.payments = payments;
        books.read_beside(reader, scope).await?;
        Ok(books)
    }

    /// # Errors
    /// As the database has them.
    pub async fn of_scope(reader: &mut Reader, scope: Scope) -> store::Result<Self> {
        let mut books = Self {
            intents: all(reader, scope, "created").await?,
            payments: all(reader, scope, "created").await?,
            operations: all(reader, scope, "created").await?,
            refunds: all(reader, scope, "created").await?,
            disputes: all(reader, scope, "created").await?,
            cards: all(reader, scope, "created").await?,
            customers: all(reader, scope, "created").await?,
            events: by_object(all(reader, scope, "at").await?),
            ..Self::default()
        };
        books.read_beside(reader, scope).await?;
        Ok(books)
    }

    async fn read_beside(&mut self, reader: &mut Reader, scope: Scope) -> store::Result<()> {
        for payment in self.payments.iter().filter(|payment| payment.captured_amount > 0) {
            self.postings.insert(payment.id, store::ledger::postings_of_payment(reader, scope, payment.id).await?);
        }
        let due = store::jobs::due_until(reader, scope, model::time::Timestamp::from_millis(EVER), JOBS).await?;
        self.due = due.into_iter().map(|job| ((job.kind.clone(), job.object.clone()), job)).collect();
        Ok(())
    }

    pub(super) fn payments_of<'a>(&'a self, intent: &'a PaymentIntent) -> impl Iterator<Item = &'a Payment> + Clone {
        self.payments.iter().filter(|payment| payment.intent == intent.id)
    }

    /// The last event of an object is the object, and its versions have no holes: rebuilding it from its events gives what is stored.
    pub(super) fn is_told(&self, object: &impl Scoped, broken: &mut Broken) {
        let id = object.id();
        let events = self.events.get(&id).map(Vec::as_slice).unwrap_or_default();
        let last = events.last().map(|event| event.state.clone());
        broken.unless(last == serde_json::to_value(object).ok(), || format!("{id} is not what its last event says"));
        let mut versions: Vec<i64> = events.iter().map(|event| event.version).collect();
        versions.dedup();
        let whole = versions == (1..=object.version()).collect::<Vec<_>>();
        broken.unless(whole, || format!("{id} at version {} has events of {versions:?}", object.version()));
        for of in events.chunk_by(|one, other| one.version == other.version) {
            broken
                .unless(of.iter().all(|event| event.state == of[0].state), || format!("{id} has two states at version {}", of[0].version));
        }
    }

    pub(super) fn is_due(&self, kind: &str, object: &impl ToString) -> bool {
        self.due.contains_key(&(kind.to_owned(), object.to_string()))
    }
}
