//! Waiting longer with each failure: the one way in which the bot tries again.

use std::time::Duration;

use crate::port::random::{Random, jittered};

/// Waits that double from the first to the longest. It counts nothing itself: whoever fails knows how often.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Backoff {
    first: Duration,
    longest: Duration,
}

impl Backoff {
    /// Waits from `first` up to `longest`.
    pub const fn new(first: Duration, longest: Duration) -> Self {
        Self { first, longest }
    }

    /// How long to wait after so many failures in a row; the first of them is number 1.
    pub fn after(self, failures: u32) -> Duration {
        let factor = 1_u32.checked_shl(failures.saturating_sub(1)).unwrap_or(u32::MAX);
        self.first.saturating_mul(factor).min(self.longest)
    }

    /// The same give or take a fifth, where many may wait for the same thing.
    pub fn jittered_after(self, failures: u32, random: &dyn Random) -> Duration {
        jittered(self.after(failures), random)
    }

    /// The longest wait.
    pub const fn longest(self) -> Duration {
        self.longest
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::port::random::MockRandom;

    const BACKOFF: Backoff = Backoff::new(Duration::from_secs(1), Duration::from_secs(30));

    #[test]
    fn waits_double_from_the_first_to_the_longest() {
        let waits: Vec<_> = (1..=7).map(|failures| BACKOFF.after(failures).as_secs()).collect();
        assert_eq!(waits, [1, 2, 4, 8, 16, 30, 30]);
        assert_eq!(BACKOFF.after(0), BACKOFF.after(1));
    }

    proptest! {
        #[test]
        fn no_wait_is_shorter_than_the_one_before_or_longer_than_the_longest(failures: u32) {
            let next = BACKOFF.after(failures.saturating_add(1));
            prop_assert!(BACKOFF.after(failures) <= next && next <= BACKOFF.longest());
        }

        #[test]
        fn jitter_is_a_fifth_at_most(failures: u32, number: u64) {
            let mut random = MockRandom::new();
            random.expect_number().return_const(number);
            let (wait, exact) = (BACKOFF.jittered_after(failures, &random), BACKOFF.after(failures));
            prop_assert!(exact * 4 / 5 <= wait && wait <= exact * 6 / 5);
        }
    }
}
