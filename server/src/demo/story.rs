//! Four months of a house of ceramics: what was ordered, how it was paid, what became of it. The same for the same seed, but for ids and the
//! day it ends on.

use model::lifecycle::Purpose;
use model::money::Currency::Eur;
use model::time::{DAY, HOUR, MINUTE, SECOND, Timestamp, Weekday, Zone};

use super::chance::Chance;
use super::order::{Later, Order, Paid, Who};
use super::payers::{PAYERS, REGULARS, RESTAURANTS};
use super::remarkable;
use super::wares::{Place, abroad};

/// How far back it begins, in days.
pub const STORY_DAYS: i64 = 121;

/// Orders a day, in thousandths: at the beginning, and by how many more they are every day.
const ORDERS: i64 = 1_500;
const GROWTH: i64 = 23;

/// How many come at each hour of the day.
const HOURS: [u64; 24] = [1, 0, 0, 0, 0, 0, 1, 3, 6, 8, 10, 11, 13, 9, 8, 8, 8, 9, 10, 12, 15, 14, 9, 4];

const REFUSED: &[&str] = &["4000000000000002"];
const NO_FUNDS: &[&str] = &["4000000000009995"];
const LOST_REFUSED: &[&str] = &["4000000000008500"];
const REFUSED_THEN_PAID: &[&str] = &["4000000000009995", "4242424242424242"];
const REFUSED_TWICE_THEN_PAID: &[&str] = &["4000000000000002", "4000000000000002", "5555555555554444"];
const LOST: &[&str] = &["4000000000008401"];
const ERROR: &[&str] = &["4000000000008203"];

const REASONS: [&str; 7] = [
    "Arrived broken",
    "Sent back within 14 days",
    "Ordered twice by mistake",
    "Another colour than on the picture",
    "Out of stock",
    "Cannot come to the workshop",
    "A gesture for the late delivery",
];

/// All that happens, as it is put together.
pub struct Plan {
    pub end: Timestamp,
    zone: Zone,
    chance: Chance,
    orders: Vec<Order>,
}

/// What happens to one order in a thousand, by how often.
#[derive(Debug, Clone, Copy)]
enum Fate {
    Paid,
    AtBank,
    SecondCard,
    Lost,
    Refused,
    Declined,
    LeftAtBank,
    NeverPaid,
    CalledOff,
    Refunded,
    PartRefunded,
    Error,
}

const FATES: [(Fate, u64); 12] = [
    (Fate::Paid, 636),
    (Fate::AtBank, 120),
    (Fate::SecondCard, 45),
    (Fate::Lost, 14),
    (Fate::Refused, 48),
    (Fate::Declined, 17),
    (Fate::LeftAtBank, 20),
    (Fate::NeverPaid, 26),
    (Fate::CalledOff, 14),
    (Fate::Refunded, 26),
    (Fate::PartRefunded, 28),
    (Fate::Error, 6),
];

impl Plan {
    pub fn new(seed: u64, end: Timestamp, zone: Zone) -> Self {
        Self { end, zone, chance: Chance::new(seed), orders: Vec::new() }
    }

    /// At this hour and minute, so many days ago, where the shop is.
    pub fn at(&self, days: i64, hour: i64, minute: i64) -> Timestamp {
        let east = |at: Timestamp| i64::from(self.zone.offset_at(at)) * SECOND;
        let local = self.end.as_millis() + east(self.end);
        let wanted = (local.div_euclid(DAY) - days) * DAY + hour * HOUR + minute * MINUTE;
        Timestamp::from_millis(wanted - east(Timestamp::from_millis(wanted)))
    }

    pub fn before(&self, minutes: i64) -> Timestamp {
        self.end.minus(minutes * MINUTE)
    }

    pub fn put(&mut self, order: Order) {
        self.orders.push(order);
    }

    /// An order of one ware, by its place in the list; in the payer's money.
    pub fn order(&mut self, at: Timestamp, place: Place, payer: usize, ware: usize, paid: Paid) -> Order {
        let (what, cents) = place.wares()[ware];
        let currency = PAYERS[payer].currency();
        Order {
            at,
            place,
            payer,
            guest: false,
            what,
            amount: abroad(cents, currency),
            currency,
            purpose: Purpose::Debit,
            paid,
            manual: false,
            capture_in: None,
            deadline_in: None,
            pause: self.chance.between(25, 240) * SECOND,
            by: None,
            then: Vec::new(),
        }
    }

    /// Everything, in the order of time.
    pub fn orders(mut self) -> Vec<Order> {
        for day in (0..=STORY_DAYS).rev() {
            self.ordinary(day);
        }
        remarkable::put(&mut self);
        self.orders.sort_by_key(|order| order.at);
        self.orders
    }

    /// One day like any other: more than the day before, and more at the end of the week.
    fn ordinary(&mut self, day: i64) {
        let noon = self.at(day, 12, 0);
        let week = match self.zone.local(noon).date.weekday() {
            Weekday::Monday => 80,
            Weekday::Tuesday => 88,
            Weekday::Wednesday => 98,
            Weekday::Thursday => 94,
            Weekday::Friday => 104,
            Weekday::Saturday => 132,
            Weekday::Sunday => 116,
        };
        let wanted = (ORDERS + (STORY_DAYS - day) * GROWTH) * week / 100;
        // As many above what is expected as below.
        let many = (wanted + self.chance.between(-900, 1_900)).max(0) / 1_000;
        for _ in 0..many {
            let hour = i64::try_from(self.chance.weighed(&HOURS)).unwrap_or(12);
            let at = self.at(day, hour, 0).plus_millis(self.chance.between(0, HOUR));
            let order = self.any(at);
            // What is shown as it stands this minute is told apart.
            if order.at.plus_millis(30 * MINUTE) < self.end {
                self.put(order);
            }
        }
    }

    fn any(&mut self, at: Timestamp) -> Order {
        let place = [Place::Online, Place::Workshop, Place::Trade][self.chance.weighed(&[72, 18, 10])];
        let payer = self.payer(place);
        let ware = self.chance.place(place.wares());
        let mut order = self.order(at, place, payer, ware, Paid::Own);
        if place != Place::Trade {
            order.guest = self.chance.below(100) < 22;
            self.more(&mut order);
        }
        let fate = FATES[self.chance.weighed(&FATES.map(|(_, weight)| weight))].0;
        self.befalls(&mut order, fate);
        if place == Place::Workshop && self.chance.below(100) < 30 {
            order.by = Some(Who::Support);
        }
        if place == Place::Trade && matches!(fate, Fate::Paid | Fate::AtBank) {
            // Restaurants pay what is in store: somebody looks first.
            order.manual = true;
            order.by = Some([Who::Owner, Who::Support][self.chance.weighed(&[2, 3])]);
            let minutes = self.chance.between(50, 600);
            order.then.push((minutes, Later::Capture(Who::Admin, None)));
        }
        order
    }

    fn payer(&mut self, place: Place) -> usize {
        let (from, count) = match place {
            Place::Trade => (RESTAURANTS, PAYERS.len() - RESTAURANTS),
            _ if self.chance.below(100) < 38 => (0, REGULARS),
            _ => (0, RESTAURANTS),
        };
        from + usize::try_from(self.chance.below(count as u64)).unwrap_or(0)
    }

    /// Two of something, and what sending it costs.
    fn more(&mut self, order: &mut Order) {
        let times = if self.chance.below(100) < 18 { 2 } else { 1 };
        let sent =
            if order.place == Place::Online && order.amount < 15_000 { [0, 490, 690, 890][self.chance.weighed(&[3, 4, 4, 2])] } else { 0 };
        order.amount = order.amount * times + sent;
    }

    fn befalls(&mut self, order: &mut Order, fate: Fate) {
        let who = [Who::Support, Who::Finance][self.chance.weighed(&[3, 1])];
        let days = self.chance.between(2 * 24 * 60, 19 * 24 * 60);
        match fate {
            Fate::Paid => {}
            Fate::AtBank => order.paid = Paid::AtBank(Some(true)),
            Fate::SecondCard => {
                order.paid = Paid::By([REFUSED_THEN_PAID, REFUSED_TWICE_THEN_PAID][self.chance.weighed(&[3, 1])]);
            }
            Fate::Lost => order.paid = Paid::By(LOST),
            Fate::Refused => order.paid = Paid::By([NO_FUNDS, REFUSED, LOST_REFUSED][self.chance.weighed(&[6, 5, 1])]),
            Fate::Declined => order.paid = Paid::AtBank(Some(false)),
            Fate::LeftAtBank => (order.paid, order.deadline_in) = (Paid::AtBank(None), Some(7_200)),
            Fate::NeverPaid => (order.paid, order.deadline_in) = (Paid::Not, Some(86_400)),
            Fate::CalledOff => {
                order.paid = Paid::Not;
                order.then.push((self.chance.between(30, 900), Later::Cancel(Who::Admin)));
            }
            Fate::Refunded => {
                let why = REASONS[self.chance.place(&REASONS)];
                order.then.push((days, Later::Refund(who, None, why)));
            }
            Fate::PartRefunded => {
                let part = order.amount * [20, 25, 50][self.chance.weighed(&[2, 1, 2])] / 100;
                let why = REASONS[self.chance.place(&REASONS)];
                order.then.push((days, Later::Refund(who, Some(part), why)));
            }
            Fate::Error => order.paid = Paid::By(ERROR),
        }
    }
}

/// The most recent things, in euros.
pub fn in_euros(mut order: Order, amount: i64) -> Order {
    (order.amount, order.currency) = (amount, Eur);
    order
}
