//! How long nobody asks again for what Intercom did not give.

use std::time::Duration;

use deskbell_domain::backoff::Backoff;
use tokio::time::Instant;

/// For a name, which is worth less than an event.
pub(super) const FOR_NAMES: Backoff = Backoff::new(Duration::from_mins(1), Duration::from_mins(30));
/// For a record, for which an event may wait.
pub(super) const FOR_RECORDS: Backoff = Backoff::new(Duration::from_secs(30), Duration::from_mins(2));

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

    /// When it may be asked for.
    pub(super) const fn until(&self) -> Instant {
        self.until
    }

    /// Whether it may be asked for.
    pub(super) fn is_over(&self) -> bool {
        self.until <= Instant::now()
    }
}
