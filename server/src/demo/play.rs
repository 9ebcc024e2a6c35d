//! Plays a story: a few days at a time, orders side by side, and then what falls due and what the team does, in the order of time.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use model::error::{Code, Refused};
use model::id::PaymentIntentId;
use model::time::{DAY, Date, MINUTE, Timestamp};
use tokio::task::JoinSet;

use super::order::{Later, Order, Paid};
use super::shop::{Callers, Hand, Known};

/// Days played at a time: an order's fate doesn't touch another's, so within them the order of the orders is all the same.
const DAYS: i64 = 6;
/// Jobs that each hand takes at once while time passes.
const BATCH: i64 = 4;

pub struct Play {
    hands: Vec<Hand>,
    callers: Arc<Callers>,
    known: Arc<Known>,
    /// Orders so far, by shop.
    numbers: [i64; 3],
}

/// What is worth knowing of a story.
#[derive(Default)]
pub struct Told {
    /// The last order that a visitor may pay.
    pub open: Option<PaymentIntentId>,
    /// What the team has something to say about, oldest first.
    pub noted: Vec<PaymentIntentId>,
}

impl Told {
    fn hear(&mut self, intent: PaymentIntentId, order: &Order) {
        if matches!((order.paid, order.deadline_in, order.by), (Paid::Not, None, None)) {
            self.open = Some(intent);
        }
        if order.manual || !order.then.is_empty() {
            self.noted.push(intent);
        }
    }
}

/// When, which in the order of the story, and what.
type Acts = BTreeMap<(i64, u64), (PaymentIntentId, Later)>;

async fn each<T: Send + 'static>(
    work: impl IntoIterator<Item = impl Future<Output = Result<T, Refused>> + Send + 'static>,
) -> Result<Vec<T>, Refused> {
    let mut set = JoinSet::new();
    for one in work {
        set.spawn(one);
    }
    let mut all = Vec::new();
    while let Some(done) = set.join_next().await {
        all.push(done.map_err(|_| Refused::of(Code::Internal))??);
    }
    Ok(all)
}

impl Play {
    pub fn new(hands: Vec<Hand>, callers: Arc<Callers>) -> Self {
        Self { hands, callers, known: Arc::default(), numbers: [0; 3] }
    }

    /// Tells `orders`, which are in the order of time, until `end`.
    ///
    /// # Errors
    /// What the engine refuses: then the story is wrong.
    pub async fn tell(&mut self, orders: Vec<Order>, end: Timestamp) -> Result<Told, Refused> {
        let mut orders = orders.into_iter().peekable();
        let mut acts = Acts::new();
        let (mut put, mut told) = (0, Told::default());
        while let Some(first) = orders.peek() {
            let until = first.at.plus_millis(DAYS * DAY);
            let until = if until < end { until } else { end };
            let mut chapter = Vec::new();
            while let Some(order) = orders.next_if(|order| order.at <= until) {
                chapter.push(order);
            }
            if chapter.is_empty() {
                break;
            }
            self.meet(&chapter).await?;
            for (intent, order) in self.order(chapter).await? {
                told.hear(intent, &order);
                for (minutes, later) in order.then {
                    put += 1;
                    acts.insert((order.at.plus_millis(minutes * MINUTE).as_millis(), put), (intent, later));
                }
            }
            self.pass(&mut acts, until).await?;
        }
        self.pass(&mut acts, end).await?;
        Ok(told)
    }

    /// Customers come with their first order.
    async fn meet(&mut self, chapter: &[Order]) -> Result<(), Refused> {
        let mut new = BTreeSet::new();
        let first = |order: &&Order| !order.guest && !self.known.contains_key(&order.payer) && new.insert(order.payer);
        let firsts: Vec<Order> = chapter.iter().filter(first).cloned().collect();
        let lanes = self.lanes(firsts).into_iter().map(|(hand, orders)| {
            let callers = self.callers.clone();
            async move {
                let mut met = Vec::new();
                for order in orders {
                    met.push((order.payer, hand.meet(&callers, &order).await?));
                }
                Ok(met)
            }
        });
        let met = each(lanes).await?;
        let mut known = Known::clone(&self.known);
        known.extend(met.into_iter().flatten());
        self.known = Arc::new(known);
        Ok(())
    }

    async fn order(&mut self, chapter: Vec<Order>) -> Result<Vec<(PaymentIntentId, Order)>, Refused> {
        let numbered: Vec<(String, Order)> = chapter
            .into_iter()
            .map(|order| {
                let number = &mut self.numbers[order.place as usize];
                *number += 1;
                let year = Date::from_epoch_days(order.at.as_millis().div_euclid(DAY)).year;
                (order.place.reference(year, *number), order)
            })
            .collect();
        let lanes = self.lanes(numbered).into_iter().map(|(hand, orders)| {
            let (callers, known) = (self.callers.clone(), self.known.clone());
            async move {
                let mut made = Vec::new();
                for (reference, order) in orders {
                    made.push((hand.order(&callers, &known, &order, reference).await?, order));
                }
                Ok(made)
            }
        });
        let mut made: Vec<(PaymentIntentId, Order)> = each(lanes).await?.into_iter().flatten().collect();
        made.sort_by_key(|(_, order)| order.at);
        Ok(made)
    }

    /// Deals `all` out to the hands, always the same way.
    fn lanes<T>(&self, all: Vec<T>) -> Vec<(Hand, Vec<T>)> {
        let mut lanes: Vec<(Hand, Vec<T>)> = self.hands.iter().map(|hand| (hand.clone(), Vec::new())).collect();
        for (at, one) in all.into_iter().enumerate() {
            let lane = at % lanes.len();
            lanes[lane].1.push(one);
        }
        lanes
    }

    /// Lets time pass: what falls due and what the team does, each at its time.
    async fn pass(&self, acts: &mut Acts, until: Timestamp) -> Result<(), Refused> {
        while let Some(act) = acts.first_entry() {
            let at = Timestamp::from_millis(act.key().0);
            if at > until {
                break;
            }
            let (intent, later) = act.remove();
            self.work(at).await?;
            if let Some(hand) = self.hands.first() {
                hand.clock.set(at);
                hand.later(&self.callers, intent, later).await?;
            }
        }
        self.work(until).await
    }

    /// Does what falls due until `time`.
    async fn work(&self, time: Timestamp) -> Result<(), Refused> {
        let Some(hand) = self.hands.first() else { return Ok(()) };
        loop {
            // Nothing was ever due then: only looks.
            hand.clock.set(Timestamp::from_millis(0));
            let Some(next) = hand.engine.run_due(1).await?.next.filter(|next| *next <= time) else { return Ok(()) };
            let rounds = self.hands.iter().map(|hand| {
                let hand = hand.clone();
                async move {
                    hand.clock.set(next);
                    while hand.engine.run_due(BATCH).await?.jobs > 0 {}
                    Ok(())
                }
            });
            each(rounds).await?;
        }
    }
}
