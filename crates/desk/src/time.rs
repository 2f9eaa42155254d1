//! Time: whole seconds as Intercom counts them, milliseconds for our own records, the port to the wall clock, and
//! the estimate of Intercom's clock.

use std::sync::{Arc, Mutex, PoisonError};

use serde::{Deserialize, Serialize};
use tokio::time::Instant;

/// A moment in whole seconds since 1970, UTC: the unit of every Intercom time.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Timestamp(pub i64);

impl Timestamp {
    /// This moment moved back by `seconds`.
    #[must_use]
    pub fn minus(self, seconds: i64) -> Self {
        Self(self.0.saturating_sub(seconds))
    }

    /// This moment moved on by `seconds`.
    #[must_use]
    pub fn plus(self, seconds: i64) -> Self {
        Self(self.0.saturating_add(seconds))
    }
}

/// A moment in milliseconds since 1970, UTC.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct UnixMillis(pub i64);

impl UnixMillis {
    /// The whole second that this moment lies in.
    pub fn seconds(self) -> Timestamp {
        Timestamp(self.0.div_euclid(1000))
    }

    /// Milliseconds from `earlier` to this moment; negative where the clock was set back.
    pub fn since(self, earlier: Self) -> i64 {
        self.0.saturating_sub(earlier.0)
    }
}

/// The wall clock. Waiting goes through tokio's time, never through this.
#[cfg_attr(feature = "mock", mockall::automock)]
pub trait Clock: Send + Sync {
    /// Now, as this machine believes.
    fn now(&self) -> UnixMillis;
}

/// Intercom's clock as far as it can be told from the `Date` headers of its answers.
///
/// A header tells whole seconds only, so each answer bounds the offset between the two clocks from below and above;
/// the bounds of all answers are intersected, and [`ServerTime::now`] uses the lower one: a floor must never lie
/// later than the moment at which a person asked for it (design section 4).
///
/// Our own side of it is not the wall clock, which somebody may set between two answers, but the time that went by since
/// the start. It stands still while the machine is suspended; until the next answer floors then lie early, never late.
pub struct ServerTime {
    clock: Arc<dyn Clock>,
    began: (UnixMillis, Instant),
    bounds: Mutex<Option<OffsetBounds>>,
}

#[derive(Clone, Copy)]
struct OffsetBounds {
    low_ms: i64,
    high_ms: i64,
}

impl ServerTime {
    /// Starts with the local clock, until an answer was seen.
    pub fn new(clock: Arc<dyn Clock>) -> Self {
        let began = (clock.now(), Instant::now());
        Self { clock, began, bounds: Mutex::new(None) }
    }

    /// The local clock.
    pub fn local(&self) -> UnixMillis {
        self.clock.now()
    }

    /// The local clock as it would be had nobody set it since the start.
    pub fn steady(&self) -> UnixMillis {
        let (wall, instant) = self.began;
        UnixMillis(wall.0.saturating_add(i64::try_from(instant.elapsed().as_millis()).unwrap_or(i64::MAX)))
    }

    /// Takes the `Date` header of an answer whose request left at `sent` and which came at `received` (both
    /// [steady](ServerTime::steady)).
    pub fn observe(&self, date: Timestamp, sent: UnixMillis, received: UnixMillis) {
        let seen = OffsetBounds { low_ms: date.0 * 1000 - received.0, high_ms: (date.0 + 1) * 1000 - sent.0 };
        let mut bounds = self.bounds.lock().unwrap_or_else(PoisonError::into_inner);
        *bounds = Some(match *bounds {
            Some(known) if known.low_ms.max(seen.low_ms) <= known.high_ms.min(seen.high_ms) => OffsetBounds {
                low_ms: known.low_ms.max(seen.low_ms),
                high_ms: known.high_ms.min(seen.high_ms),
            },
            // One of the clocks was set: what was known is of no use any more.
            _ => seen,
        });
    }

    /// Intercom's time now; never later than it really is, as far as the answers tell.
    pub fn now(&self) -> UnixMillis {
        self.told().unwrap_or_else(|| self.steady())
    }

    /// Intercom's time at a request that Discord `stamped` with its own and that has just come. Before Intercom's first
    /// answer the stamp counts: this machine's clock may be wrong by hours, and nothing has told so yet.
    pub fn at_request(&self, stamped: UnixMillis) -> UnixMillis {
        self.told().unwrap_or(stamped)
    }

    /// Intercom's time now, once an answer told it.
    fn told(&self) -> Option<UnixMillis> {
        let known = (*self.bounds.lock().unwrap_or_else(PoisonError::into_inner))?;
        let offset = if known.high_ms >= 0 && known.low_ms <= 0 { 0 } else { known.low_ms };
        Some(UnixMillis(self.steady().0.saturating_add(offset)))
    }

    /// How far Intercom's clock is ahead of ours, in milliseconds (0 while they may agree).
    pub fn offset_ms(&self) -> i64 {
        self.now().since(self.clock.now())
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicI64, Ordering};

    use super::*;

    struct Fixed(i64);

    impl Clock for Fixed {
        fn now(&self) -> UnixMillis {
            UnixMillis(self.0)
        }
    }

    #[tokio::test(start_paused = true)]
    async fn clocks_that_agree_within_a_header_are_taken_as_equal() {
        let server = ServerTime::new(Arc::new(Fixed(10_900)));
        server.observe(Timestamp(10), UnixMillis(10_800), UnixMillis(10_900));
        assert_eq!(server.now(), UnixMillis(10_900));
    }

    #[tokio::test(start_paused = true)]
    async fn a_local_clock_that_is_ahead_is_corrected_to_no_later_than_the_server() {
        let server = ServerTime::new(Arc::new(Fixed(70_500)));
        server.observe(Timestamp(10), UnixMillis(70_400), UnixMillis(70_500));
        assert_eq!(server.now(), UnixMillis(10_000));
    }

    #[tokio::test(start_paused = true)]
    async fn a_clock_that_is_set_between_two_answers_moves_no_floor() {
        struct Set(AtomicI64);
        impl Clock for Set {
            fn now(&self) -> UnixMillis {
                UnixMillis(self.0.load(Ordering::Relaxed))
            }
        }
        let clock = Arc::new(Set(AtomicI64::new(10_000)));
        let server = ServerTime::new(clock.clone());
        server.observe(Timestamp(10), server.steady(), server.steady());
        for wrong in [-7_200_000, 7_200_000] {
            clock.0.store(10_000 + wrong, Ordering::Relaxed);
            assert_eq!(server.now(), UnixMillis(10_000));
            assert_eq!(server.offset_ms(), -wrong);
        }
    }

    #[tokio::test(start_paused = true)]
    async fn before_the_first_answer_a_request_is_dated_by_discord_and_then_by_intercom() {
        let server = ServerTime::new(Arc::new(Fixed(7_210_000)));
        assert_eq!(server.at_request(UnixMillis(10_200)), UnixMillis(10_200));
        server.observe(Timestamp(10), server.steady(), server.steady());
        assert_eq!(server.at_request(UnixMillis(99_000)), UnixMillis(10_000));
    }

    #[tokio::test(start_paused = true)]
    async fn a_clock_that_was_set_forgets_the_old_bounds() {
        let server = ServerTime::new(Arc::new(Fixed(70_500)));
        server.observe(Timestamp(10), UnixMillis(70_400), UnixMillis(70_500));
        server.observe(Timestamp(70), UnixMillis(70_400), UnixMillis(70_500));
        assert_eq!(server.now(), UnixMillis(70_500));
    }
}
