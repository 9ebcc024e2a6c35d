//! Merchants and payers at work: each a connection, asking one thing after the other, and again under the same key what was not answered.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use rand::rngs::StdRng;
use rand::{RngExt as _, SeedableRng as _};
use serde_json::{Value, json};
use tokio::sync::watch;
use tokio::task::JoinSet;

use super::diary::{Asked, Diary, What};
use super::payer::visit;
use crate::Problem;
use crate::http::{Answer, Base, Client, Request};

/// Longer than the acquirer is waited for, and than a pool waits for a connection.
const PATIENCE: Duration = Duration::from_secs(45);
/// Before somebody asks again who was told to wait, or found nobody.
const PAUSE: Duration = Duration::from_millis(50);
/// Requests one merchant goes on asking again before it asks for something new.
const REPEATS: usize = 4;

/// The security code of every card: no amount, no country and no answer of a bank is written like it, so that it can be looked for.
pub const CODE: &str = "049";

pub const CARDS: [(&str, u32); 6] = [
    // captured at once: can be refunded
    ("4000000000000077", 45),
    ("4242424242424242", 30),
    ("5555555555554444", 10),
    // refused
    ("4000000000000002", 8),
    // an error at the acquirer
    ("4000000000008203", 4),
    // its capture fails
    ("4000000000008104", 3),
];

/// A payment's id and amount.
type Made = (String, i64);

/// What merchants know of what they made, to act on it from every connection.
#[derive(Default)]
struct Known {
    /// Payments captured at once.
    captured: Vec<Made>,
    /// Payments that wait to be captured.
    held: Vec<Made>,
    intents: Vec<String>,
    /// Of these, those whose page nobody has visited.
    unvisited: Vec<String>,
}

/// The merchants of one account, alive through all the deaths of its server.
pub struct Merchants {
    people: Vec<Merchant>,
    pub diary: Arc<Diary>,
}

struct Merchant {
    chance: StdRng,
    key: Arc<str>,
    diary: Arc<Diary>,
    known: Arc<Mutex<Known>>,
    /// What it has had no answer to.
    open: Vec<usize>,
}

impl Merchants {
    pub fn new(count: u64, key: &str, seed: u64) -> Self {
        let (diary, known, key): (Arc<Diary>, Arc<Mutex<Known>>, Arc<str>) = (Arc::default(), Arc::default(), key.into());
        let merchant = |number: u64| Merchant {
            chance: StdRng::seed_from_u64(seed ^ (number + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15)),
            key: key.clone(),
            diary: diary.clone(),
            known: known.clone(),
            open: Vec::new(),
        };
        Self { people: (0..count).map(merchant).collect(), diary }
    }

    /// Lets them work until they are stopped, each at the first of these servers that answers, beginning at one of its own.
    pub fn work(&mut self, servers: &[Base]) -> Working {
        let (stop, stopped) = watch::channel(false);
        let mut at_work = JoinSet::new();
        for (place, merchant) in std::mem::take(&mut self.people).into_iter().enumerate() {
            let mut servers = servers.to_vec();
            let first = place % servers.len().max(1);
            servers.rotate_left(first);
            at_work.spawn(merchant.work(servers, stopped.clone()));
        }
        Working { stop, at_work }
    }

    /// Takes them back from work.
    pub async fn rest(&mut self, mut working: Working) -> Result<(), Problem> {
        working.stop.send_replace(true);
        while let Some(merchant) = working.at_work.join_next().await {
            self.people.push(merchant.map_err(|error| format!("a merchant failed: {error}"))?);
        }
        Ok(())
    }
}

/// Merchants at work.
pub struct Working {
    stop: watch::Sender<bool>,
    at_work: JoinSet<Merchant>,
}

impl Merchant {
    async fn work(mut self, servers: Vec<Base>, stop: watch::Receiver<bool>) -> Self {
        let mut at = 0;
        let mut clients: Vec<Client> = servers.iter().map(|server| Client::new(server.clone()).patient(PATIENCE)).collect();
        let mut repeats: Vec<usize> = self.open.iter().rev().take(REPEATS).copied().collect();
        while !*stop.borrow() {
            let number = if let Some(number) = repeats.pop() {
                number
            } else {
                let asked = self.choose();
                let number = self.diary.ask(asked);
                self.open.push(number);
                number
            };
            let Some(client) = clients.get_mut(at) else { break };
            if !self.ask(client, number).await {
                // another server may be alive; this one, later
                at = (at + 1) % clients.len();
                if clients.len() > 1 && repeats.len() < REPEATS {
                    repeats.insert(0, number);
                }
                tokio::time::sleep(PAUSE).await;
            }
        }
        self
    }

    /// Whether an answer came that binds.
    async fn ask(&mut self, client: &mut Client, number: usize) -> bool {
        let Some(asked) = self.diary.asked(number) else { return true };
        self.diary.sent(number);
        if let Some((_, card)) = asked.page() {
            let told = self.diary.visited(number, visit(client, &asked.path, card).await);
            self.open.retain(|open| !told || *open != number);
            return told;
        }
        let Ok(answer) = client.send(&asked.request(&self.key)).await else { return false };
        if !self.diary.answered(number, &answer) {
            return false;
        }
        self.open.retain(|open| *open != number);
        if answer.status() < 300 {
            self.learn(&asked.what, &answer.json());
        }
        true
    }

    fn learn(&self, what: &What, object: &Value) {
        let Some(id) = object["id"].as_str().map(str::to_owned) else { return };
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        let amount = object["amount"].as_i64().unwrap_or_default();
        match (what, object["status"].as_str()) {
            (What::Intent, _) => {
                known.unvisited.push(id.clone());
                known.intents.push(id);
            }
            (What::Payment, Some("captured")) => known.captured.push((id, amount)),
            (What::Payment, Some("authorized")) => known.held.push((id, amount)),
            _ => {}
        }
    }

    fn mark(&mut self) -> String {
        format!("t-{:016x}", self.chance.random::<u64>())
    }

    fn choose(&mut self) -> Asked {
        let mark = self.mark();
        let dice = self.chance.random_range(0..100_u32);
        let (captured, held, intent) = self.pick();
        match (dice, captured, held, intent) {
            (0..20, ..) => self.intent(mark),
            (20..34, Some((payment, amount)), ..) => self.refund(mark, payment, amount),
            (34..42, _, Some((payment, amount)), _) => self.capture(mark, &payment, amount),
            (42..47, _, _, Some(intent)) => {
                Asked { what: What::Cancel, method: "DELETE", path: format!("/v2/payment_intents/{intent}"), body: Value::Null, mark }
            }
            (47..52, ..) => Asked { what: What::Card, method: "POST", path: "/v2/cards/".to_owned(), body: card("4242424242424242"), mark },
            (52..72, _, _, Some(intent)) => self.visit(mark, intent),
            _ => self.payment(mark),
        }
    }

    /// A payment that was captured, one that waits for it, an order: one of each, where there are some.
    fn pick(&mut self) -> (Option<Made>, Option<Made>, Option<String>) {
        let Self { chance, known, .. } = self;
        let known = known.lock().unwrap_or_else(PoisonError::into_inner);
        (one_of(chance, &known.captured), one_of(chance, &known.held), one_of(chance, &known.intents))
    }

    fn intent(&mut self, mark: String) -> Asked {
        let body =
            json!({ "amount": self.chance.random_range(100..50_000), "currency": "eur", "order_id": mark, "description": "Torture" });
        Asked { what: What::Intent, method: "POST", path: "/v2/payment_intents/".to_owned(), body, mark }
    }

    /// At an order that waits for its payer, or at any: two may want to pay one.
    fn visit(&mut self, mark: String, any: String) -> Asked {
        let number = self.card();
        let waits = self.chance.random_range(0..4_u8) > 0;
        let fresh = self.known.lock().unwrap_or_else(PoisonError::into_inner).unvisited.pop_if(|_| waits);
        Asked::visit(fresh.unwrap_or(any), number, mark)
    }

    fn card(&mut self) -> &'static str {
        let mut left = self.chance.random_range(0..CARDS.iter().map(|(_, weight)| weight).sum::<u32>());
        let drawn = CARDS.iter().find(|(_, weight)| {
            let found = left < *weight;
            left = left.saturating_sub(*weight);
            found
        });
        drawn.map_or(CARDS[0].0, |(number, _)| number)
    }

    fn payment(&mut self, mark: String) -> Asked {
        let number = self.card();
        let capture = self.chance.random_range(0..5_u8) > 0;
        let amount = self.chance.random_range(100..50_000);
        let body = json!({ "amount": amount, "currency": "eur", "order_id": mark, "card": card(number), "capture": capture });
        Asked { what: What::Payment, method: "POST", path: "/v2/payments/".to_owned(), body, mark }
    }

    fn refund(&mut self, mark: String, payment: String, amount: i64) -> Asked {
        let body = match self.chance.random_range(0..3_u8) {
            0 => json!({ "payment": payment }),
            _ => json!({ "payment": payment, "amount": self.chance.random_range(1..=amount), "reason": mark }),
        };
        Asked { what: What::Refund(payment), method: "POST", path: "/v2/refunds/".to_owned(), body, mark }
    }

    fn capture(&mut self, mark: String, payment: &str, amount: i64) -> Asked {
        let body = match self.chance.random_range(0..3_u8) {
            0 => json!({ "amount": self.chance.random_range(1..=amount) }),
            _ => json!({}),
        };
        Asked { what: What::Capture, method: "POST", path: format!("/v2/payments/{payment}/capture"), body, mark }
    }
}

fn one_of<T: Clone>(chance: &mut StdRng, all: &[T]) -> Option<T> {
    // mostly what is new: it is what is being worked on
    let recent = all.len().min(40);
    (recent > 0).then(|| all[all.len() - 1 - chance.random_range(0..recent)].clone())
}

fn card(number: &str) -> Value {
    json!({ "number": number, "exp_month": 12, "exp_year": 2035, "cvc": CODE })
}

/// Moves the sandbox's clock and does what falls due until then; how much of it is left. None: no answer came.
///
/// # Errors
/// What was answered instead.
pub async fn advance(server: &Base, key: &str, seconds: i64) -> Result<Option<i64>, Problem> {
    let mut client = Client::new(server.clone()).patient(Duration::from_mins(2));
    let request = Request::post("/v2/sandbox/clock").key(key).json(&json!({ "advance_seconds": seconds }));
    let Ok(answer) = client.send(&request).await else { return Ok(None) };
    match (answer.status(), answer.json()["remaining"].as_i64()) {
        (200, Some(remaining)) => Ok(Some(remaining)),
        (503, _) => Ok(None),
        _ => Err(format!("advancing the clock: {} {}", answer.status(), answer.text())),
    }
}

/// A payment as a shop asks for it that has nothing to lose: what is answered just now.
///
/// # Errors
/// Where no answer comes.
pub async fn try_payment(server: &Base, key: &str) -> Result<Answer, Problem> {
    let body = json!({ "amount": 100, "currency": "eur", "card": card("4000000000000077") });
    Ok(Client::new(server.clone()).patient(PATIENCE).send(&Request::post("/v2/payments/").key(key).json(&body)).await?)
}
