//! The even spread of calls that are in no hurry: a leaky bucket, which holds the calls that are ahead of the spread.

use std::time::Duration;

use tokio::time::Instant;

use super::turn::Turn;

/// Rounding must never make somebody wait for a moment that has come.
const ROUNDING: f64 = 1e-6;

/// How far the calls are ahead of an even spread. It is kept as a number of calls and not as a time, so that a change of
/// the pace does not reach back to calls that were made at another.
#[derive(Default)]
pub(super) struct Pace {
    ahead: f64,
    last: Option<Instant>,
}

impl Pace {
    /// When the next call may go, if so many may follow each other at once.
    pub(super) fn earliest(&self, now: Instant, interval: Duration, burst: u32) -> Turn {
        let too_many = self.ahead_at(now, interval) - f64::from(burst - 1);
        if too_many <= ROUNDING { Turn::Now } else { Turn::At(now + interval.mul_f64(too_many)) }
    }

    /// A call went.
    pub(super) fn took(&mut self, now: Instant, interval: Duration) {
        self.ahead = self.ahead_at(now, interval) + 1.0;
        self.last = Some(now);
    }

    fn ahead_at(&self, now: Instant, interval: Duration) -> f64 {
        let passed = self.last.map_or(Duration::ZERO, |last| now.duration_since(last));
        (self.ahead - passed.as_secs_f64() / interval.as_secs_f64()).max(0.0)
    }
}
