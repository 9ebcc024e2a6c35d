//! Thousands of steps of the simulated world on each database, and that a seed is a world.
#![expect(clippy::panic, reason = "a test that found something says it")]

use proof::simulation::{Engine, Played, play};

/// Steps of a world.
const STEPS: u64 = 250;

fn world(seed: u64, engine: Engine) -> Played {
    play(seed, STEPS, engine).unwrap_or_else(|problem| panic!("{problem}"))
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

#[test]
fn whatever_happens_in_what_order_what_must_hold_holds_on_sqlite() {
    for seed in 1_000..1_012 {
        world(seed, Engine::Sqlite);
    }
}

#[test]
fn whatever_happens_in_what_order_what_must_hold_holds_on_postgresql() {
    for seed in 1_012..1_018 {
        world(seed, Engine::Postgresql);
    }
}
