//! Randomness: jitter, ids, references of errors.

/// A source of random numbers; a simulation gives it a seed.
#[cfg_attr(any(test, feature = "mock"), mockall::automock)]
pub trait Random: Send + Sync {
    /// Any number, evenly.
    fn number(&self) -> u64;
}

/// A duration of `delay` give or take a fifth, so that many waiters do not all come back at once.
pub fn jittered(delay: std::time::Duration, random: &dyn Random) -> std::time::Duration {
    let percent = 80 + u32::try_from(random.number() % 41).unwrap_or(20);
    delay * percent / 100
}
