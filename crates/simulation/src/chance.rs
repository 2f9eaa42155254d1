//! Everything that is left to chance is drawn here, from the seed and from nothing else.

use std::sync::{Mutex, MutexGuard, PoisonError};

use deskbell_domain::port::random::Random;
use fastrand::Rng;

/// One source of chance. Each part of the world has its own, so that a change in one does not move the others.
#[derive(Debug)]
pub(crate) struct Chance(Mutex<Rng>);

impl Chance {
    /// The source of a part, by the run's seed.
    pub(crate) fn of(seed: u64, part: u64) -> Self {
        Self(Mutex::new(Rng::with_seed(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ (part << 56))))
    }

    /// A number from `low` up to, and without, `high`.
    pub(crate) fn between(&self, low: i64, high: i64) -> i64 {
        self.lock().i64(low..high.max(low + 1))
    }

    /// An index below `count`, which must not be 0.
    pub(crate) fn below(&self, count: usize) -> usize {
        self.lock().usize(0..count.max(1))
    }

    /// True so many times in a thousand.
    pub(crate) fn per_mille(&self, times: u32) -> bool {
        self.lock().u32(0..1000) < times
    }

    /// One of several; none of none.
    pub(crate) fn one_of<'a, T>(&self, all: &'a [T]) -> Option<&'a T> {
        if all.is_empty() { None } else { all.get(self.below(all.len())) }
    }

    fn lock(&self) -> MutexGuard<'_, Rng> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Random for Chance {
    fn number(&self) -> u64 {
        self.lock().u64(..)
    }
}
