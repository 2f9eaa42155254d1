//! How long nobody asks again for what Intercom did not give.

use std::time::Duration;

use deskbell_domain::backoff::Backoff;
use tokio::time::Instant;

/// From a minute, doubled, to half an hour.
const BETWEEN: Backoff = Backoff::new(Duration::from_mins(1), Duration::from_mins(30));

/// The pause before something is asked for again.
pub(super) struct Pause {
    failures: u32,
    until: Instant,
}

impl Pause {
    /// It did not come for the first time.
    pub(super) fn first() -> Self {
        Self { failures: 1, until: Instant::now() + BETWEEN.after(1) }
    }

    /// It did not come again.
    pub(super) fn again(&mut self) {
        self.failures = self.failures.saturating_add(1);
        self.until = Instant::now() + BETWEEN.after(self.failures);
    }

    /// Whether it may be asked for.
    pub(super) fn is_over(&self) -> bool {
        self.until <= Instant::now()
    }
}
