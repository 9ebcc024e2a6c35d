//! What is told besides: of every ending some, and what a merchant finds in the morning.

use model::lifecycle::Purpose;

use super::order::{Later, Order, Paid, Who};
use super::story::{Plan, in_euros};
use super::wares::Place::{Online, Trade, Workshop};

const DISPUTED: &[&str] = &["4000000000000259"];
const DISPUTED_TOO: &[&str] = &["4000000000001976"];
const CAPTURE_FAILS: &[&str] = &["4000000000008104"];
const ERROR: &[&str] = &["4000000000008203"];
const LATE: &[&str] = &["4000000000008609"];
const HELD: &[&str] = &["4000000000008807"];
const REFUSED: &[&str] = &["4000000000009995"];
const REFUSED_ALWAYS: &[&str] = &["4000000000000002", "4000000000000002", "4000000000009995", "4000000000009995"];
const REFUSED_THE_DAY_BEFORE: &[&str] = &["4000000000008906"];
const REFUSED_ABROAD: &[&str] = &["4000008260003178"];

const HOUR: i64 = 60;
const DAY: i64 = 24 * HOUR;

/// Restaurants, by their place in the list of payers.
const SAULE: usize = 48;
const HALLES: usize = 49;
const SEEBLICK: usize = 50;
const NORREBRO: usize = 51;
const JEANNE: usize = 52;

fn manual(order: Order) -> Order {
    Order { manual: true, ..order }
}

fn then(order: Order, minutes: i64, later: Later) -> Order {
    Order { then: vec![(minutes, later)], ..order }
}

fn in_days(order: Order, days: i64) -> Order {
    Order { capture_in: Some(days), ..order }
}

fn until(order: Order, seconds: i64) -> Order {
    Order { deadline_in: Some(seconds), ..order }
}

pub fn put(plan: &mut Plan) {
    disputed(plan);
    failed(plan);
    left(plan);
    linked(plan);
    decided(plan);
    later(plan);
    kept(plan);
    today(plan);
}

/// Those that wait for an answer: banks open them a day after the capture.
fn disputed(plan: &mut Plan) {
    for (days, payer, ware, card) in [(10, 5, 6, DISPUTED), (8, 2, 8, DISPUTED_TOO), (6, 28, 0, DISPUTED)] {
        let order = plan.order(plan.at(days, 15, 20), Online, payer, ware, Paid::By(card));
        plan.put(order);
    }
    // The payer had the money back already, and asked the bank for it all the same.
    let order = plan.order(plan.at(4, 15, 20), Online, 16, 2, Paid::By(DISPUTED_TOO));
    plan.put(then(order, 20 * HOUR + 30, Later::Refund(Who::Support, None, "Came back unopened")));
}

fn failed(plan: &mut Plan) {
    for (days, payer, ware, card) in [
        (74, 11, 4, CAPTURE_FAILS),
        (15, 38, 1, CAPTURE_FAILS),
        (10, 3, 10, REFUSED_ALWAYS),
        (41, 26, 3, REFUSED_ALWAYS),
        (9, 7, 3, ERROR),
        (5, 17, 5, REFUSED_ABROAD),
    ] {
        let order = plan.order(plan.at(days, 18, 30), Online, payer, ware, Paid::By(card));
        plan.put(order);
    }
    let order = plan.order(plan.at(30, 11, 2), Trade, HALLES, 2, Paid::By(REFUSED_THE_DAY_BEFORE));
    plan.put(in_days(order, 16));
}

/// Nobody paid in time, or somebody tried once and left.
fn left(plan: &mut Plan) {
    for (days, payer, ware, paid) in [
        (8, 8, 6, Paid::Not),
        (7, 30, 0, Paid::By(REFUSED)),
        (5, 14, 1, Paid::AtBank(None)),
        (2, 20, 4, Paid::AtBank(None)),
        (3, 42, 11, Paid::Not),
    ] {
        let order = plan.order(plan.at(days, 13, 33), Online, payer, ware, paid);
        plan.put(until(order, 7_200));
    }
}

/// Links that wait, that ended, and one that was called off.
fn linked(plan: &mut Plan) {
    for (days, payer, ware, paid, deadline) in [
        (6, 32, 1, Paid::Not, Some(14 * 86_400)),
        (4, 13, 0, Paid::Not, None),
        (2, 40, 3, Paid::By(REFUSED), None),
        (9, 25, 4, Paid::Not, Some(3 * 86_400)),
        (1, 34, 1, Paid::Own, None),
    ] {
        let order = plan.order(plan.at(days, 16, 12), Workshop, payer, ware, paid);
        plan.put(Order { by: Some(Who::Support), deadline_in: deadline, ..order });
    }
    let order = plan.order(plan.at(8, 11, 41), Trade, NORREBRO, 3, Paid::Not);
    plan.put(Order { by: Some(Who::Owner), ..then(order, 5 * HOUR, Later::Cancel(Who::Admin)) });
}

/// What somebody of the team decided on.
fn decided(plan: &mut Plan) {
    let order = plan.order(plan.at(11, 14, 20), Trade, SAULE, 0, Paid::Own);
    plan.put(then(manual(order), 26 * HOUR, Later::Cancel(Who::Admin)));
    let order = plan.order(plan.at(14, 15, 45), Trade, SEEBLICK, 1, Paid::Own);
    plan.put(then(manual(order), 20 * HOUR, Later::Capture(Who::Admin, Some(33_000))));
    let order = plan.order(plan.at(19, 9, 10), Trade, JEANNE, 2, Paid::Own);
    plan.put(then(manual(order), 90, Later::Lower(Who::Admin, 38_000)));
    // Nobody looked within the authorisation's seven days.
    let order = plan.order(plan.at(23, 16, 5), Trade, NORREBRO, 3, Paid::Own);
    plan.put(manual(order));
    for (days, payer, later) in
        [(20, 13, Later::Release(Who::Owner)), (45, 31, Later::RefuseHeld(Who::Owner)), (63, 22, Later::Release(Who::Admin))]
    {
        let order = plan.order(plan.at(days, 10, 40), Online, payer, 7, Paid::By(HELD));
        plan.put(then(in_euros(order, 86_000), 2 * HOUR + 17, later));
    }
}

/// Captured on the day it is sent: within the authorisation's life, and long after it.
fn later(plan: &mut Plan) {
    for (days, payer, ware, wait) in [(2, 9, 5, 5), (2, 6, 7, 28), (6, 19, 2, 21), (12, 43, 0, 19), (1, 35, 11, 10)] {
        let order = plan.order(plan.at(days, 15, 2), Online, payer, ware, Paid::Own);
        plan.put(in_days(order, wait));
    }
    let order = plan.order(plan.at(3, 11, 48), Trade, SAULE, 4, Paid::Own);
    plan.put(in_days(manual(order), 17));
    let order = plan.order(plan.at(4, 17, 26), Workshop, 12, 1, Paid::Own);
    plan.put(then(in_days(order, 3), DAY, Later::Postpone(Who::Admin, 4)));
}

/// Cards kept for later, and deposits.
fn kept(plan: &mut Plan) {
    for (days, payer) in [(33, SAULE), (21, JEANNE), (5, HALLES)] {
        let order = plan.order(plan.at(days, 10, 30), Trade, payer, 0, Paid::Own);
        let what = "Card on account";
        plan.put(Order { purpose: Purpose::Verification, amount: 0, what, ..order });
    }
    for (days, payer) in [(16, 18), (3, 36)] {
        let order = plan.order(plan.at(days, 9, 50), Workshop, payer, 3, Paid::Own);
        let what = "Deposit for a rented wheel";
        plan.put(Order { purpose: Purpose::PreAuthorisation, amount: 30_000, what, ..order });
    }
}

/// What a merchant finds in the morning: something to decide, something under way.
fn today(plan: &mut Plan) {
    let yesterday = [(8, 14, 4, 8, Paid::Own), (16, 47, 3, 5, Paid::By(REFUSED)), (17, 2, 9, 3, Paid::Own)];
    for (hour, minute, payer, ware, paid) in yesterday {
        let order = plan.order(plan.at(1, hour, minute), Online, payer, ware, paid);
        plan.put(order);
    }
    for (minutes, payer, amount, ware) in [(190, 11, 86_000, 7), (26 * HOUR, 29, 64_500, 7)] {
        let order = plan.order(plan.before(minutes), Online, payer, ware, Paid::By(HELD));
        plan.put(in_euros(order, amount));
    }
    for (minutes, payer, ware) in [(145, SEEBLICK, 4), (23 * HOUR, JEANNE, 2), (3 * DAY + 40, HALLES, 1)] {
        let order = plan.order(plan.before(minutes), Trade, payer, ware, Paid::Own);
        plan.put(manual(order));
    }
    for (minutes, payer, ware, paid) in [
        (95, 0, 0, Paid::AtBank(Some(true))),
        (70, 6, 4, Paid::AtBank(Some(false))),
        (50, 10, 1, Paid::Own),
        (31, 21, 9, Paid::Own),
        (20, 2, 3, Paid::Not),
        (11, 24, 2, Paid::Own),
        (4, 7, 6, Paid::AtBank(None)),
        (2, 5, 5, Paid::By(LATE)),
        (6, 8, 0, Paid::Not),
    ] {
        let order = plan.order(plan.before(minutes), Online, payer, ware, paid);
        let pause = 20_000;
        plan.put(Order { pause, ..order });
    }
}
