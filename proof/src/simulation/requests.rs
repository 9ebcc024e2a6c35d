//! Requests of those who don't give up: whoever gets no answer asks again under the same name, and must be told of what was made the first time.

use std::collections::BTreeMap;

use engine::{Begun, Caller, Engine, IntentDraft, Keyed, LinkDraft, PaymentDraft, RefundDraft};
use model::error::{Code, Refused};
use model::time::Timestamp;
use serde_json::json;

use super::people::Done;
use crate::Problem;
use crate::invariants::{Books, Told};

/// Nobody asks again under a key after this long, in milliseconds: it would be another request a day after the first.
const GIVEN_UP_MS: i64 = 20 * model::time::HOUR;

/// What is asked for.
#[derive(Debug, Clone)]
pub enum What {
    Intent(Box<IntentDraft>),
    Link(LinkDraft),
    Payment(Box<PaymentDraft>),
    Refund(RefundDraft),
}

/// One request, however often it is sent.
#[derive(Debug, Clone)]
pub struct Request {
    pub number: u64,
    pub what: What,
    /// Sent under an `Idempotency-Key`, else with a `unique_id`.
    pub keyed: bool,
    pub caller: Caller,
    /// When it was sent first, real time: a key is good for a day.
    pub sent: Timestamp,
}

/// How a request stands.
#[derive(Debug, Clone, Default)]
struct Standing {
    running: bool,
    answered: bool,
    made: Option<String>,
}

/// Every request that was made.
#[derive(Default)]
pub struct Requests {
    list: Vec<(Request, Standing)>,
}

impl Requests {
    pub fn next(&self) -> u64 {
        u64::try_from(self.list.len()).unwrap_or(u64::MAX)
    }

    pub fn add(&mut self, request: Request) {
        self.list.push((request, Standing { running: true, ..Standing::default() }));
    }

    /// Those without answer that nobody is asking for now, and whose name still says that they are the same.
    pub fn unanswered(&self, now: Timestamp) -> Vec<Request> {
        let waits = |request: &Request, standing: &Standing| {
            let known = !request.keyed || now.since(request.sent) < GIVEN_UP_MS;
            known && !standing.running && !standing.answered
        };
        self.list.iter().filter(|(request, standing)| waits(request, standing)).map(|(request, _)| request.clone()).collect()
    }

    pub fn again(&mut self, number: u64) {
        if let Some(standing) = self.standing(number) {
            standing.running = true;
        }
    }

    /// Nobody is left to answer.
    pub fn died(&mut self) {
        self.list.iter_mut().for_each(|(_, standing)| standing.running = false);
    }

    fn standing(&mut self, number: u64) -> Option<&mut Standing> {
        self.list.get_mut(usize::try_from(number).ok()?).map(|(_, standing)| standing)
    }

    /// # Errors
    /// An answer that is not the one that was given before.
    pub fn answered(&mut self, number: u64, done: &Done) -> Result<(), Problem> {
        let Some(standing) = self.standing(number) else { return Ok(()) };
        standing.running = false;
        if let Some(refused) = &done.refused {
            standing.answered = !is_later(refused.code);
            return Ok(());
        }
        standing.answered = true;
        match (&standing.made, &done.made) {
            (Some(first), Some(now)) if first != now => Err(format!("request {number} made {first} and is told of {now}")),
            _ => {
                standing.made = done.made.clone().or(standing.made.take());
                Ok(())
            }
        }
    }

    /// # Errors
    /// A request that made two things.
    pub fn made_once(books: &Books) -> Result<(), Problem> {
        let mut made: BTreeMap<&str, Vec<String>> = BTreeMap::new();
        let orders = books.intents.iter().filter_map(|intent| Some((intent.order_id.as_deref()?, intent.id.to_string())));
        let refunds = books.refunds.iter().filter_map(|refund| Some((refund.reason.as_deref()?, refund.id.to_string())));
        for (name, id) in orders.chain(refunds) {
            made.entry(name).or_default().push(id);
        }
        match made.iter().find(|(name, list)| name.starts_with("r-") && list.len() > 1) {
            Some((name, list)) => Err(format!("request {name} made {}", list.join(", "))),
            None => Ok(()),
        }
    }
}

/// Asking again makes sense.
fn is_later(code: Code) -> bool {
    matches!(code, Code::OperationInProgress | Code::IdempotencyInProgress | Code::Conflict | Code::Unavailable)
}

/// The name that what a request makes bears.
pub fn name(number: u64) -> String {
    format!("r-{number}")
}

/// Sends it, as the API does.
pub async fn send(engine: Engine, request: Request) -> Done {
    let number = request.number;
    let done = match carried(&engine, &request).await {
        Ok(told) => Done { made: told.first().map(|told| told.id.clone()), told, ..Done::default() },
        // what stands in the way is what the first request made
        Err(refused) if refused.existing.is_some() && !request.keyed => Done { made: refused.existing, ..Done::default() },
        Err(refused) => Done::refused(refused),
    };
    Done { request: Some(number), ..done }
}

async fn carried(engine: &Engine, request: &Request) -> Result<Vec<Told>, Refused> {
    if !request.keyed {
        return made(engine, &request.caller, request.what.clone()).await;
    }
    let path = "/v2/simulated".to_owned();
    let fingerprint = engine.fingerprint("POST", &path, &json!({ "request": request.number }));
    let keyed = Keyed { method: "POST".to_owned(), path, key: name(request.number), fingerprint };
    match engine.begin_keyed(&request.caller, &keyed).await? {
        Begun::New(caller) => {
            let told = made(engine, &caller, request.what.clone()).await;
            let (status, body) = match &told {
                Ok(told) => (200, told.first().map(|told| told.id.clone()).unwrap_or_default()),
                Err(refused) if is_later(refused.code) || refused.code == Code::Internal => return told,
                Err(refused) => (refused.code.http_status(), String::new()),
            };
            match engine.finish_keyed(&caller, status, &body).await {
                Err(refused) if refused.code == Code::IdempotencyInProgress => Err(refused),
                // what the request did stands, whether or not its answer can be kept
                _ => told,
            }
        }
        Begun::Replay { status: 200, body } => Ok(vec![known(request, body)]),
        Begun::Replay { .. } => Ok(Vec::new()),
        Begun::Continue { object, caller } => {
            engine.finish_keyed(&caller, 200, &object).await?;
            Ok(vec![known(request, object)])
        }
    }
}

/// That it was made, and where.
fn known(request: &Request, id: String) -> Told {
    Told { scope: Some(request.caller.scope()), ..Told::made(id) }
}

async fn made(engine: &Engine, caller: &Caller, what: What) -> Result<Vec<Told>, Refused> {
    Ok(vec![match what {
        What::Intent(draft) => Told::row(&engine.create_intent(caller, *draft).await?),
        What::Link(draft) => Told::row(&engine.create_link(caller, draft).await?),
        What::Payment(draft) => Told::row(&engine.create_payment(caller, *draft).await?.payment),
        What::Refund(draft) => Told::row(&engine.refund(caller, draft).await?),
    }])
}
