//! The real wall clock and the real randomness: the only places where either is read.

use std::time::{SystemTime, UNIX_EPOCH};

use deskbell_domain::port::random::Random;
use deskbell_domain::time::{Clock, UnixMillis};

/// The machine's clock.
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "this is the Clock port's real side")]
    fn now(&self) -> UnixMillis {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        UnixMillis(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
    }
}

/// The machine's randomness, from the system's own generator: a key of what a list keeps is all that a press carries, so
/// nobody must be able to tell the next from those before.
pub struct SystemRandom;

impl Random for SystemRandom {
    fn number(&self) -> u64 {
        getrandom::u64().expect("every Linux since 3.17 gives randomness to every process")
    }
}
