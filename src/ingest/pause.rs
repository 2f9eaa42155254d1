//! How long nobody asks again for what Intercom did not give.

use std::time::Duration;

use deskbell_domain::backoff::Backoff;
use tokio::time::Instant;

/// From a minute, doubled, to half an hour.
pub(super) const LONG: Backoff = Backoff::new(Duration::from_mins(1), Duration::from_mins(30));
/// For the few records that polls could not read, and that events wait for.
pub(super) const SHORT: Backoff = Backoff::new(Duration::from_secs(30), Duration::from_mins(2));

/// The pause before something is asked for again.
pub(super) struct Pause {
    lengths: Backoff,
    failures: u32,
    until: Instant,
}

impl Pause {
    /// It did not come for the first time.
    pub(super) fn first(lengths: Backoff) -> Self {
        Self { lengths, failures: 1, until: Instant::now() + lengths.after(1) }
    }

    /// It did not come again.
    pub(super) fn again(&mut self) {
        self.failures = self.failures.saturating_add(1);
        self.until = Instant::now() + self.lengths.after(self.failures);
    }

    /// Whether it may be asked for.
    pub(super) fn is_over(&self) -> bool {
        self.until <= Instant::now()
    }
}
