//! Five weeks of a shop for ceramics: what was ordered, how it was paid, what became of it. The same each time, but for ids and the day it ends on.

use std::collections::BTreeMap;

use model::error::Refused;
use model::id::PaymentIntentId;
use model::money::Currency::{self, Chf, Eur, Gbp};
use model::time::{DAY, HOUR, MINUTE, Timestamp};

use super::shop::{Later, Order, Paid, Shop};

/// Name, e-mail, country.
const CUSTOMERS: [(&str, &str, &str); 12] = [
    ("Camille Durand", "camille.durand@example.com", "FR"),
    ("Jonas Weber", "jonas@weber.example", "DE"),
    ("Sofia Rossi", "sofia.rossi@example.com", "IT"),
    ("Agathe Morel", "agathe@morel.example", "FR"),
    ("Tom de Vries", "tom@devries.example", "NL"),
    ("Inès Caron", "ines.caron@example.com", "FR"),
    ("Oliver Grant", "oliver@grant.example", "GB"),
    ("Marta Nowak", "marta@nowak.example", "PL"),
    ("Hugo Blanc", "hugo.blanc@example.com", "FR"),
    ("Lena Fischer", "lena@fischer.example", "CH"),
    ("Nadia Benali", "nadia.benali@example.com", "FR"),
    ("Pedro Alves", "pedro@alves.example", "PT"),
];
const GERMAN: usize = 1;
const DISPUTING: usize = 5;
const BRITISH: usize = 6;
const SWISS: usize = 9;

/// What is sold, and for how much in euros.
const GOODS: [(&str, i64); 10] = [
    ("Stoneware vase, ash glaze", 12_990),
    ("Set of 4 bowls, celadon", 8_900),
    ("Dinner plates, set of 6", 18_600),
    ("Teapot, blue slip", 7_240),
    ("Mug, speckled white", 2_450),
    ("Salad bowl, large", 6_400),
    ("Workshop: an evening at the wheel", 5_500),
    ("Espresso cups, set of 2", 3_800),
    ("Lamp base, turned", 21_500),
    ("Serving dish, oval", 9_750),
];

const APPROVED: [&[&str]; 6] = [
    &["4242424242424242"],
    &["5555555555554444"],
    &["4000002500000003"],
    &["4000056655665556"],
    &["5105105105105100"],
    &["5200828282828210"],
];
const REFUSED: &[&str] = &["4000000000009995"];
const REFUSED_THEN_PAID: &[&str] = &["4000000000009995", "4242424242424242"];
const REFUSED_ALWAYS: &[&str] = &["4000000000000002", "4000000000000002", "4000000000009995", "4000000000009995"];
const DISPUTED: &[&str] = &["4000000000000259"];
const CAPTURE_FAILS: &[&str] = &["4000000000008104"];
const ERROR: &[&str] = &["4000000000008203"];
const LATE: &[&str] = &["4000000000008609"];
const HELD: &[&str] = &["4000000000008807"];

/// Days on which ordinary orders come in, the last so many days before the end.
const ORDINARY: std::ops::RangeInclusive<i64> = 2..=34;

enum Act {
    Order(Order, Option<(i64, Later)>),
    Later(PaymentIntentId, Later),
}

/// Chance that repeats: a linear congruential generator (Knuth's MMIX).
struct Chance(u64);

impl Chance {
    /// Below `most`.
    fn below(&mut self, most: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % most
    }

    /// An index of `all`.
    fn place<T>(&mut self, all: &[T]) -> usize {
        usize::try_from(self.below(all.len() as u64)).unwrap_or(0)
    }
}

/// What happens when, in order; two things at one time in the order they were put.
struct Plan {
    end: Timestamp,
    acts: BTreeMap<(i64, u64), Act>,
    put: u64,
}

impl Plan {
    fn put(&mut self, at: Timestamp, act: Act) {
        self.put += 1;
        self.acts.insert((at.as_millis(), self.put), act);
    }

    /// So many whole days before the last midnight (UTC), at this hour and minute.
    fn at(&self, days: i64, hour: i64, minute: i64) -> Timestamp {
        let midnight = self.end.as_millis().div_euclid(DAY) * DAY;
        Timestamp::from_millis(midnight - days * DAY + hour * HOUR + minute * MINUTE)
    }

    fn before(&self, minutes: i64) -> Timestamp {
        self.end.minus(minutes * MINUTE)
    }

    fn order(&mut self, at: Timestamp, order: Order) {
        self.put(at, Act::Order(order, None));
    }

    /// An order with what the shop does so many minutes later.
    fn order_then(&mut self, at: Timestamp, order: Order, minutes: i64, later: Later) {
        self.put(at, Act::Order(order, Some((minutes, later))));
    }
}

fn order(customer: usize, goods: usize, amount: i64, currency: Currency, paid: Paid) -> Order {
    Order { customer, what: GOODS[goods].0, amount, currency, paid, manual: false, capture_in: None, deadline_in: None }
}

/// Plays it all, until the end. The address of an order that is still to be paid.
///
/// # Errors
/// What the engine refuses: then the story is wrong.
pub async fn tell(shop: &mut Shop, end: Timestamp) -> Result<Option<String>, Refused> {
    for (name, email, country) in CUSTOMERS {
        shop.knows(name, email, country).await?;
    }
    let mut plan = Plan { end, acts: BTreeMap::new(), put: 0 };
    ordinary(&mut plan);
    remarkable(&mut plan);
    today(&mut plan);
    let mut unpaid = None;
    while let Some(((at, _), act)) = plan.acts.pop_first() {
        shop.until(Timestamp::from_millis(at)).await?;
        match act {
            Act::Order(order, then) => {
                let intent = shop.order(order).await?;
                if matches!((order.paid, order.deadline_in), (Paid::Not, None)) {
                    unpaid = Some(intent);
                }
                if let Some((minutes, later)) = then {
                    plan.put(Timestamp::from_millis(at + minutes * MINUTE), Act::Later(intent, later));
                }
            }
            Act::Later(intent, later) => shop.later(intent, later).await?,
        }
    }
    shop.until(end).await?;
    match unpaid {
        Some(intent) => shop.url(intent).await.map(Some),
        None => Ok(None),
    }
}

/// One to three orders a day, most paid at once, some after another try.
fn ordinary(plan: &mut Plan) {
    let mut chance = Chance(1_871);
    for day in ORDINARY.rev() {
        for _ in 0..=chance.below(3) {
            let at = plan.at(day, 7 + chance.below(13).cast_signed(), chance.below(60).cast_signed());
            let (customer, goods) = (chance.place(&CUSTOMERS), chance.place(&GOODS));
            let currency = match customer {
                BRITISH => Gbp,
                SWISS => Chf,
                _ => Eur,
            };
            let amount = GOODS[goods].1 * (1 + chance.below(2).cast_signed());
            let paid = match chance.below(12) {
                0 => Paid::By(REFUSED_THEN_PAID),
                1 => Paid::AtBank(Some(true)),
                _ => Paid::By(APPROVED[chance.place(&APPROVED)]),
            };
            plan.order(at, order(customer, goods, amount, currency, paid));
        }
    }
}

/// Of every ending one or two.
fn remarkable(plan: &mut Plan) {
    let three_days = 3 * 24 * 60;
    plan.order_then(plan.at(30, 9, 12), order(0, 2, 18_600, Eur, Paid::By(APPROVED[0])), three_days, Later::Refund(None));
    plan.order_then(plan.at(24, 16, 40), order(4, 1, 8_900, Eur, Paid::By(APPROVED[1])), three_days, Later::Refund(Some(2_000)));
    plan.order_then(plan.at(6, 10, 5), order(10, 5, 6_400, Eur, Paid::By(APPROVED[2])), three_days, Later::Refund(Some(1_500)));
    plan.order(plan.at(12, 8, 15), order(DISPUTING, 8, 31_200, Eur, Paid::By(DISPUTED)));
    plan.order(plan.at(4, 7, 50), order(2, 9, 26_000, Eur, Paid::By(DISPUTED)));
    plan.order(plan.at(15, 11, 2), order(11, 4, 2_450, Eur, Paid::By(CAPTURE_FAILS)));
    plan.order(plan.at(10, 18, 30), order(3, 6, 5_450, Eur, Paid::By(REFUSED_ALWAYS)));
    plan.order(plan.at(9, 12, 20), order(7, 3, 7_240, Eur, Paid::By(ERROR)));
    // Nobody paid in time, or somebody tried once and left.
    plan.order(plan.at(8, 10, 58), Order { deadline_in: Some(3_600), ..order(8, 7, 4_500, Eur, Paid::Not) });
    plan.order(plan.at(7, 19, 3), Order { deadline_in: Some(7_200), ..order(3, 0, 12_990, Eur, Paid::By(REFUSED)) });
    plan.order(plan.at(5, 13, 33), Order { deadline_in: Some(7_200), ..order(7, 1, 8_900, Eur, Paid::AtBank(None)) });
    // Called off before and after it was authorised; confirmed for less than was authorised.
    plan.order_then(plan.at(13, 9, 0), order(10, 6, 5_500, Eur, Paid::Not), 120, Later::Cancel);
    let manual = |order: Order| Order { manual: true, ..order };
    plan.order_then(plan.at(11, 14, 20), manual(order(8, 2, 37_200, Eur, Paid::By(APPROVED[1]))), 26 * 60, Later::Cancel);
    plan.order_then(
        plan.at(14, 15, 45),
        manual(order(GERMAN, 8, 43_000, Eur, Paid::By(APPROVED[0]))),
        20 * 60,
        Later::Capture(Some(21_500)),
    );
    // Captured on the day it is sent: within the authorisation's life, and long after it.
    plan.order(plan.at(2, 15, 2), Order { capture_in: Some(5), ..order(SWISS, 5, 14_400, Chf, Paid::By(APPROVED[0])) });
    plan.order(plan.at(2, 15, 30), Order { capture_in: Some(28), ..order(BRITISH, 8, 64_000, Gbp, Paid::By(APPROVED[3])) });
}

/// What a merchant finds in the morning: something to decide, something under way.
fn today(plan: &mut Plan) {
    plan.order(plan.at(1, 8, 14), order(4, 9, 9_750, Eur, Paid::By(APPROVED[1])));
    plan.order(plan.at(1, 16, 47), order(3, 6, 5_450, Eur, Paid::By(REFUSED)));
    plan.order(plan.at(1, 17, 2), order(9, 3, 7_240, Chf, Paid::By(APPROVED[4])));
    plan.order(plan.before(190), order(11, 8, 86_000, Eur, Paid::By(HELD)));
    plan.order(plan.before(145), Order { manual: true, ..order(GERMAN, 2, 148_000, Eur, Paid::By(APPROVED[4])) });
    plan.order(plan.before(95), order(0, 0, 12_990, Eur, Paid::AtBank(Some(true))));
    plan.order(plan.before(70), order(BRITISH, 4, 4_900, Gbp, Paid::AtBank(Some(false))));
    plan.order(plan.before(50), order(10, 1, 17_800, Eur, Paid::By(APPROVED[2])));
    plan.order(plan.before(20), order(2, 3, 7_240, Eur, Paid::Not));
    plan.order(plan.before(6), order(8, 0, 12_990, Eur, Paid::Not));
    plan.order(plan.before(4), order(7, 7, 3_800, Eur, Paid::AtBank(None)));
    plan.order(plan.before(2), order(5, 5, 6_400, Eur, Paid::By(LATE)));
}
