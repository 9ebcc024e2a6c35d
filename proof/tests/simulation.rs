//! Thousands of steps of the simulated world, and that a seed is a world.

use proof::simulation::{Engine, play};

#[test]
fn the_same_seed_is_the_same_world() {
    let (first, again) = (play(7, 250, Engine::Sqlite).unwrap(), play(7, 250, Engine::Sqlite).unwrap());
    assert_eq!(first, again);
    assert_ne!(first.trace, play(8, 250, Engine::Sqlite).unwrap().trace);
}

#[test]
fn whatever_happens_in_what_order_what_must_hold_holds_on_sqlite() {
    for seed in 1_000..1_012 {
        println!("seed {seed}");
        play(seed, 250, Engine::Sqlite).unwrap_or_else(|problem| panic!("{problem}"));
    }
}
