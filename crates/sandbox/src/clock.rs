//! The sandbox's wall clock.
//!
//! Three sources: the system's time, tokio's time counted from a chosen moment (so that a test with paused time moves the
//! wall clock too), or a time that stands still until it is moved. Each can be advanced or set back. Clones share one clock.

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use jiff::{Timestamp, fmt::rfc2822::DateTimePrinter};
use tokio::time::Instant;

/// A wall clock that tests can move.
#[derive(Clone, Debug)]
pub struct Clock {
    source: Source,
    shift_ms: Arc<Mutex<i64>>,
}

#[derive(Clone, Debug)]
enum Source {
    System,
    Tokio { started: Instant, at_ms: i64 },
    Still { at_ms: i64 },
}

impl Clock {
    /// Follows the time of the machine.
    pub fn system() -> Self {
        Self::from(Source::System)
    }

    /// Starts at a unix second and follows tokio's time, paused or not.
    pub fn ticking_from(unix_seconds: i64) -> Self {
        Self::from(Source::Tokio { started: Instant::now(), at_ms: unix_seconds * 1000 })
    }

    /// Stands at a unix second until it is moved by hand.
    pub fn standing_at(unix_seconds: i64) -> Self {
        Self::from(Source::Still { at_ms: unix_seconds * 1000 })
    }

    /// Milliseconds since the unix epoch.
    pub fn unix_millis(&self) -> i64 {
        let shift_ms = *self.shift_ms.lock().unwrap_or_else(PoisonError::into_inner);
        shift_ms
            + match &self.source {
                Source::System => system_millis(),
                Source::Tokio { started, at_ms } => at_ms + millis(started.elapsed()),
                Source::Still { at_ms } => *at_ms,
            }
    }

    /// Whole seconds since the unix epoch.
    pub fn unix_seconds(&self) -> i64 {
        self.unix_millis().div_euclid(1000)
    }

    /// Moves the clock forward.
    pub fn advance(&self, by: Duration) {
        *self.shift_ms.lock().unwrap_or_else(PoisonError::into_inner) += millis(by);
    }

    /// Moves the clock back, as a machine's clock does when it is corrected.
    pub fn set_back(&self, by: Duration) {
        *self.shift_ms.lock().unwrap_or_else(PoisonError::into_inner) -= millis(by);
    }

    /// The present as an HTTP date, such as `Sun, 06 Nov 1994 08:49:37 GMT`.
    pub fn http_date(&self) -> String {
        Timestamp::from_second(self.unix_seconds())
            .ok()
            .and_then(|now| DateTimePrinter::new().timestamp_to_rfc9110_string(&now).ok())
            .unwrap_or_default()
    }
}

impl From<Source> for Clock {
    fn from(source: Source) -> Self {
        Self { source, shift_ms: Arc::default() }
    }
}

impl Default for Clock {
    fn default() -> Self {
        Self::system()
    }
}

fn millis(span: Duration) -> i64 {
    i64::try_from(span.as_millis()).unwrap_or(i64::MAX)
}

#[expect(
    clippy::disallowed_methods,
    reason = "this is the one place where the sandbox reads the machine's clock"
)]
fn system_millis() -> i64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, millis)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_standing_clock_moves_only_by_hand_and_for_every_clone() {
        let clock = Clock::standing_at(784_111_777);
        let other = clock.clone();
        assert_eq!(other.http_date(), "Sun, 06 Nov 1994 08:49:37 GMT");
        clock.advance(Duration::from_millis(2500));
        assert_eq!(other.unix_seconds(), 784_111_779);
        clock.set_back(Duration::from_secs(10));
        assert_eq!(other.unix_millis(), 784_111_769_500);
    }

    #[tokio::test(start_paused = true)]
    async fn a_ticking_clock_follows_paused_time() {
        let clock = Clock::ticking_from(1_000);
        tokio::time::advance(Duration::from_secs(90)).await;
        assert_eq!(clock.unix_seconds(), 1_090);
    }
}
