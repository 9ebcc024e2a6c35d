//! Chance that repeats: the same seed tells the same story.

/// A linear congruential generator (Knuth's MMIX), of which the upper half is used.
pub struct Chance(u64);

impl Chance {
    /// Neighbouring seeds tell stories that have nothing in common.
    pub const fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ 0x5851_f42d)
    }

    /// From 0 to below `most`; 0 where that is 0.
    pub const fn below(&mut self, most: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        if most == 0 { 0 } else { (self.0 >> 33) % most }
    }

    /// From `least` to below `most`.
    pub fn between(&mut self, least: i64, most: i64) -> i64 {
        least + self.below(most.saturating_sub(least).max(0).cast_unsigned()).cast_signed()
    }

    /// An index of `all`.
    pub fn place<T>(&mut self, all: &[T]) -> usize {
        usize::try_from(self.below(all.len() as u64)).unwrap_or(0)
    }

    /// An index of `weights`, the more often the heavier.
    pub fn weighed(&mut self, weights: &[u64]) -> usize {
        let mut left = self.below(weights.iter().sum());
        for (at, weight) in weights.iter().enumerate() {
            match left.checked_sub(*weight) {
                Some(rest) => left = rest,
                None => return at,
            }
        }
        0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_repeats_and_another_differs() {
        let draw = |seed| {
            let mut chance = Chance::new(seed);
            (0..20).map(|_| chance.below(1_000)).collect::<Vec<_>>()
        };
        assert_eq!(draw(1), draw(1));
        assert_ne!(draw(1), draw(2));
    }

    #[test]
    fn what_weighs_nothing_is_never_chosen() {
        let mut chance = Chance::new(7);
        let mut seen = [0; 3];
        for _ in 0..1_000 {
            seen[chance.weighed(&[3, 0, 1])] += 1;
        }
        assert_eq!(seen[1], 0);
        assert!(seen[0] > seen[2] && seen[2] > 0, "{seen:?}");
        assert_eq!(chance.weighed(&[]), 0);
        assert_eq!(chance.below(0), 0);
    }
}
