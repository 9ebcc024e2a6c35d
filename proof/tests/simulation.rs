//! Thousands of steps of the simulated world on each database, and that a seed is a world.
#![expect(clippy::panic, reason = "a test that found something says it")]

use std::collections::{BTreeMap, BTreeSet};

use engine::Seam;
use model::lifecycle::transaction::TRANSITIONS;
use model::lifecycle::{State, Trigger};
use proof::simulation::{Engine, Played, play};

/// Steps of a world.
const STEPS: u64 = 250;
/// Steps of one in which much is to happen.
const MANY: u64 = 400;

fn world(seed: u64, engine: Engine) -> Played {
    lasts(seed, STEPS, engine)
}

fn lasts(seed: u64, steps: u64, engine: Engine) -> Played {
    play(seed, steps, engine).unwrap_or_else(|problem| panic!("{problem}"))
}

/// Says the first difference: a hash would only say that there is one.
fn same(seed: u64, engine: Engine) {
    let (first, again) = (world(seed, engine), world(seed, engine));
    let lines = |played: &Played| played.told.iter().chain(&played.held).cloned().collect::<Vec<_>>();
    for (at, (one, other)) in lines(&first).iter().zip(&lines(&again)).enumerate() {
        assert_eq!(one, other, "seed {seed} on {engine} differs from itself from line {at} on");
    }
    assert_eq!(first, again, "one run of seed {seed} on {engine} went further than the other");
    assert_ne!(first.told, world(seed + 1, engine).told);
}

#[test]
fn the_same_seed_is_the_same_world_on_sqlite() {
    same(7, Engine::Sqlite);
}

#[test]
fn the_same_seed_is_the_same_world_on_postgresql() {
    same(7, Engine::Postgresql);
}

/// What somebody did, in two words.
fn deed(label: &str) -> String {
    label.split_whitespace().take(2).collect::<Vec<_>>().join(" ")
}

/// What was begun and never succeeded, and all that was said to happen.
fn deeds(played: &[Played]) -> (BTreeSet<String>, Vec<String>) {
    let (mut begun, mut done, mut rest) = (BTreeSet::new(), BTreeSet::new(), Vec::new());
    for world in played {
        let mut doing: BTreeMap<&str, String> = BTreeMap::new();
        for line in &world.told {
            let words = line.trim_start().split_once(' ').map(|(_, words)| words).unwrap_or_default();
            match words.split_once(' ') {
                Some((actor, "is told: done")) => done.extend(doing.remove(actor)),
                Some((actor, label)) if ["merchant", "payer", "worker"].iter().any(|who| label.starts_with(who)) => {
                    begun.insert(deed(label));
                    doing.insert(actor, deed(label));
                }
                _ => {}
            }
            rest.push(words.to_owned());
        }
    }
    assert!(begun.len() > 25, "{begun:?}");
    (begun.difference(&done).cloned().collect(), rest)
}

/// Of transfers, which nobody makes here; and what only more worlds than these see.
const ELSEWHERE: [Trigger; 5] = [Trigger::FundsAwaited, Trigger::HandedToBank, Trigger::Booked, Trigger::PartReceived, Trigger::Retried];

/// Worlds in which little happens prove little: what must have happened somewhere in them, did.
fn much_happens(worlds: &[Played]) {
    let (failed, rest) = deeds(worlds);
    assert_eq!(failed, BTreeSet::new(), "these never succeeded");
    for seam in Seam::ALL {
        let died = rest.iter().any(|line| line.starts_with("the process dies") && line.contains(&format!("at {seam}")));
        assert!(died, "nobody died {seam}");
    }
    for event in ["the clock is set back", "arrives at the bank after all", "write at once", "asks again", " at answer", " at silence"] {
        assert!(rest.iter().any(|line| line.contains(event)), "never: {event}");
    }
    let reached: BTreeSet<&String> = worlds.iter().flat_map(|played| &played.reached).collect();
    let ends = State::ALL.iter().filter(|state| state.is_final()).map(|state| format!("payments {state}"));
    let moves = TRANSITIONS.iter().map(|line| line.on).filter(|on| !ELSEWHERE.contains(on)).map(|on| format!("events payment.{on}"));
    let others = ["refunds refunded", "refunds payment_canceled", "disputes open"].map(str::to_owned);
    let never: BTreeSet<String> = ends.chain(moves).chain(others).filter(|wanted| !reached.contains(wanted)).collect();
    assert_eq!(never, BTreeSet::new(), "none of these happened: {reached:?}");
}

#[test]
fn whatever_happens_in_what_order_what_must_hold_holds_on_sqlite() {
    let worlds: Vec<Played> = (1_000..1_024).map(|seed| lasts(seed, MANY, Engine::Sqlite)).collect();
    much_happens(&worlds);
}

#[test]
fn whatever_happens_in_what_order_what_must_hold_holds_on_postgresql() {
    for seed in 1_024..1_030 {
        world(seed, Engine::Postgresql);
    }
}
