//! What a load of payments left in the database, taken apart again into the statements of each payment's two commits: the same rows in the same
//! order, and as many of them in one statement as the server writes.

use std::collections::{BTreeMap, HashMap};

use model::time::{DAY, Timestamp};
use sqlx::Row as _;
use store::row::{Row, Value};
use store::rows::{ApiRequest, Event, IdempotencyKey, Job, Operation, Payment, PaymentIntent, Posting};

use super::data::{Statement, all, connect, failed, insert, insert_all, inserting, query, several, slot, update};
use super::world::World;
use crate::Problem;

/// What one payment's two commits write.
#[derive(Debug, Clone, Default)]
pub struct Written {
    pub first: Vec<Statement>,
    pub second: Vec<Statement>,
}

const SCOPED: [&str; 3] = ["id", "account", "environment"];
const TERMS: (&str, [&str; 5]) = ("search_terms", ["account", "environment", "term", "created", "object"]);
const TOTALS: (&str, [&str; 8]) = ("totals", ["account", "environment", "day", "currency", "shown", "slot", "count", "amount"]);
const BALANCES: (&str, [&str; 6]) = ("balances", ["account", "environment", "currency", "ledger_account", "slot", "amount"]);
const ADDED_TO_TOTALS: &str = " ON CONFLICT (account, environment, currency, shown, day, slot) \
                               DO UPDATE SET count = totals.count + excluded.count, amount = totals.amount + excluded.amount";
const ADDED_TO_BALANCES: &str = " ON CONFLICT (account, environment, currency, ledger_account, slot) \
                                 DO UPDATE SET amount = balances.amount + excluded.amount";
/// Seconds after which the server asks what became of a call that it heard nothing of.
const ASKED_AFTER: i64 = 5;
/// The acquirer's own memory.
const RECORDS: (&str, [&str; 3]) = ("acquirer_records", ["reference", "record", "created"]);

/// Objects by the order they belong to.
type Of<R> = HashMap<String, Vec<R>>;

/// Everything that stands in the database.
struct Left {
    intents: Vec<PaymentIntent>,
    payments: Of<Payment>,
    operations: Of<Operation>,
    events: Of<Event>,
    jobs: Of<Job>,
    keys: Of<IdempotencyKey>,
    postings: Of<Posting>,
    records: Of<Statement>,
    /// In the order in which they came.
    requests: Vec<ApiRequest>,
    /// Of an object, as its first event has it.
    begun: HashMap<String, serde_json::Value>,
}

/// Everything a load of payments left in the database, by payment and commit, oldest first.
///
/// # Errors
/// The database's own; rows that are not what a payment leaves.
pub async fn written(world: &World) -> Result<Vec<Written>, Problem> {
    let mut left = left(&mut connect(world.url()).await?).await?;
    let mut written = Vec::with_capacity(left.intents.len());
    let mut at: HashMap<String, usize> = HashMap::new();
    for (number, intent) in std::mem::take(&mut left.intents).into_iter().enumerate() {
        at.insert(intent.id.to_string(), number);
        written.push(left.commits_of(&intent, slot(world.engine, number))?);
    }
    // The server keeps them later and together. Here they come with the last payment that each statement speaks of.
    for some in store::groups(&left.requests) {
        let last = some.iter().filter_map(|request| at.get(&request.intent?.to_string())).max();
        if let Some(payment) = last.and_then(|at| written.get_mut(*at)) {
            payment.second.push(several(ApiRequest::TABLE, ApiRequest::COLUMNS, some.iter().map(Row::values)));
        }
    }
    Ok(written)
}

async fn left(c: &mut sqlx::AnyConnection) -> Result<Left, Problem> {
    let mut intents: Vec<PaymentIntent> = all(c).await?;
    intents.sort_by_key(|intent| (intent.created, intent.id));
    let mut orders: HashMap<String, String> = intents.iter().map(|intent| (intent.id.to_string(), intent.id.to_string())).collect();
    let payments: Vec<Payment> = all(c).await?;
    orders.extend(payments.iter().map(|payment| (payment.id.to_string(), payment.intent.to_string())));
    let operations: Vec<Operation> = all(c).await?;
    let known = |object: &str| orders.get(object).cloned();
    let called: HashMap<String, String> =
        operations.iter().filter_map(|operation| Some((operation.id.to_string(), known(&operation.payment.to_string())?))).collect();
    let mut events: Vec<Event> = all(c).await?;
    events.sort_by_key(|event| (event.at, event.version, event.id));
    let begun = events.iter().filter(|event| event.version == 1).map(|event| (event.object.clone(), event.state.clone())).collect();
    let mut records: Of<Statement> = HashMap::new();
    for row in query(c, &format!("SELECT {} FROM {}", RECORDS.1.join(", "), RECORDS.0)).await? {
        let (reference, record): (String, String) = (row.try_get(0).map_err(failed)?, row.try_get(1).map_err(failed)?);
        let created: i64 = row.try_get(2).map_err(failed)?;
        let Some(order) = called.get(&reference) else { continue };
        let sql = inserting(RECORDS.0, &RECORDS.1);
        records.entry(order.clone()).or_default().push(Statement { sql, values: vec![reference.into(), record.into(), created.into()] });
    }
    let mut requests: Vec<ApiRequest> = all(c).await?;
    requests.retain(|request| request.intent.is_some_and(|intent| orders.contains_key(&intent.to_string())));
    requests.sort_by_key(|request| (request.at.as_millis() + request.duration, request.id.clone()));
    Ok(Left {
        operations: by_order(operations, |operation| known(&operation.payment.to_string())),
        events: by_order(events, |event| event.intent.map(|intent| intent.to_string())),
        jobs: by_order(all(c).await?, |job: &Job| known(&job.object)),
        keys: by_order(all(c).await?, |key: &IdempotencyKey| known(key.object.as_deref()?)),
        postings: by_order(all(c).await?, |posting: &Posting| known(&posting.payment?.to_string())),
        payments: by_order(payments, |payment| Some(payment.intent.to_string())),
        records,
        requests,
        intents,
        begun,
    })
}

fn by_order<R>(rows: Vec<R>, order: impl Fn(&R) -> Option<String>) -> Of<R> {
    let mut of: Of<R> = HashMap::new();
    for row in rows {
        if let Some(order) = order(&row) {
            of.entry(order).or_default().push(row);
        }
    }
    of
}

impl Left {
    /// As the server writes them: the objects, what stands beside them a kind at a time, and last what others wait for.
    fn commits_of(&mut self, intent: &PaymentIntent, slot: i64) -> Result<Written, Problem> {
        let order = intent.id.to_string();
        let mut written = Written::default();
        let Written { first, second } = &mut written;
        let begun: PaymentIntent = self.begun(&order)?;
        first.push(insert(&begun));
        second.push(update(&begun, intent, &SCOPED));
        for payment in self.payments.remove(&order).unwrap_or_default() {
            let begun: Payment = self.begun(&payment.id.to_string())?;
            first.push(insert(&begun));
            second.push(update(&begun, &payment, &SCOPED));
        }
        let operations = self.operations.remove(&order).unwrap_or_default();
        for operation in &operations {
            let open = Operation {
                version: 1,
                state: model::lifecycle::OperationState::Open,
                answered: None,
                response: None,
                asked: 0,
                ..operation.clone()
            };
            first.push(insert(&open));
            second.push(update(&open, operation, &SCOPED));
        }
        let mut passing = vec![job(&begun, "expire", order.clone(), begun.expires_at)];
        passing.extend(operations.iter().map(|call| job(&begun, "settle", call.id.to_string(), call.created.plus_seconds(ASKED_AFTER))));
        let mut answers = Vec::new();
        for key in self.keys.remove(&order).unwrap_or_default() {
            let begun = IdempotencyKey { status: None, body: None, ..key.clone() };
            first.push(insert(&begun));
            answers.push(update(&begun, &key, &["account", "environment", "method", "path", "idempotency_key"]));
        }
        let (early, late): (Vec<_>, Vec<_>) =
            self.events.remove(&order).unwrap_or_default().into_iter().partition(|event| event.version == 1);
        first.extend(insert_all(&early));
        second.extend(insert_all(&late));
        // What the first commit planned, the bank's answer made needless.
        first.extend(insert_all(&passing));
        second.push(without(&passing));
        second.extend(insert_all(&self.jobs.remove(&order).unwrap_or_default()));
        let postings = self.postings.remove(&order).unwrap_or_default();
        second.extend(insert_all(&postings));
        second.extend(added_to_balances(&postings, slot)?);
        let (early, late) = (store::search::terms_of(&begun), store::search::terms_of(intent));
        first.extend(terms(intent, early.iter().cloned()));
        second.extend(terms(intent, late.difference(&early).cloned()));
        first.push(added_to_totals(&[(&begun, 1)], slot));
        if begun.shown != intent.shown {
            second.push(added_to_totals(&[(&begun, -1), (intent, 1)], slot));
        }
        second.extend(self.records.remove(&order).unwrap_or_default());
        second.extend(answers);
        Ok(written)
    }

    /// A row as its first commit left it.
    fn begun<R: serde::de::DeserializeOwned>(&self, id: &str) -> Result<R, Problem> {
        let state = self.begun.get(id).ok_or_else(|| format!("{id} has no first event"))?;
        serde_json::from_value(state.clone()).map_err(|error| format!("{id}: {error}"))
    }
}

fn job(of: &PaymentIntent, kind: &str, object: String, due: Timestamp) -> Job {
    Job {
        account: of.account,
        environment: of.environment,
        kind: kind.to_owned(),
        object,
        due,
        run_at: due,
        attempts: 0,
        leased_until: Timestamp::from_millis(0),
        lease: None,
        last_error: None,
    }
}

/// Deletes them, in one statement.
fn without(jobs: &[Job]) -> Statement {
    let (mut found, mut values): (Vec<String>, Vec<Value>) = (Vec::new(), Vec::new());
    for job in jobs {
        let at = values.len();
        found.push(format!("(account = ${} AND environment = ${} AND kind = ${} AND object = ${})", at + 1, at + 2, at + 3, at + 4));
        values.extend([job.account.into(), job.environment.into(), job.kind.as_str().into(), job.object.as_str().into()]);
    }
    Statement { sql: format!("DELETE FROM jobs WHERE {}", found.join(" OR ")), values }
}

/// However many there are, in one statement.
fn terms(intent: &PaymentIntent, terms: impl Iterator<Item = String>) -> Option<Statement> {
    let row = |term: String| -> Vec<Value> {
        vec![intent.account.into(), intent.environment.into(), term.into(), intent.created.into(), intent.id.into()]
    };
    let rows: Vec<_> = terms.map(row).collect();
    (!rows.is_empty()).then(|| several(TERMS.0, &TERMS.1, rows.into_iter()))
}

fn added_to_totals(changes: &[(&PaymentIntent, i64)], slot: i64) -> Statement {
    let row = |(of, sign): &(&PaymentIntent, i64)| {
        let day = of.created.as_millis().div_euclid(DAY);
        let mut values: Vec<Value> = vec![of.account.into(), of.environment.into(), day.into(), of.currency.into(), of.shown.into()];
        values.extend([slot.into(), (*sign).into(), (sign * of.amount).into()]);
        values
    };
    // In the order of the keys: two writers that take them in the same order don't block each other.
    let mut changes = changes.to_vec();
    changes.sort_by_key(|(of, _)| of.shown.as_str());
    several(TOTALS.0, &TOTALS.1, changes.iter().map(row)).then(ADDED_TO_TOTALS)
}

/// One statement for each account in the ledger.
fn added_to_balances(postings: &[Posting], slot: i64) -> Result<Vec<Statement>, Problem> {
    let mut changes = BTreeMap::new();
    for posting in postings {
        let key = (posting.account, posting.environment, posting.currency.code(), posting.ledger_account.as_str());
        let sum: &mut i64 = changes.entry(key).or_default();
        *sum = sum.checked_add(posting.amount).ok_or("a sum of postings is too large")?;
    }
    let statement = |((account, environment, currency, ledger_account), amount): ((_, _, &str, &str), i64)| {
        let (account, environment): (model::id::AccountId, model::rights::Environment) = (account, environment);
        let values = vec![account.into(), environment.into(), currency.into(), ledger_account.into(), slot.into(), amount.into()];
        several(BALANCES.0, &BALANCES.1, std::iter::once(values)).then(ADDED_TO_BALANCES)
    };
    Ok(changes.into_iter().map(statement).collect())
}
