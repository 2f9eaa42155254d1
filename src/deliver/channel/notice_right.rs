//! How often a channel may get a notice of the bot's own.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

/// At most one notice in a channel within it.
const NOTICE_EVERY: Duration = Duration::from_hours(1);

/// When a channel last got a notice.
#[derive(Debug, Default)]
pub(crate) struct NoticeAllowance(Mutex<Option<Instant>>);

/// Whether a notice may be posted now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[must_use]
pub(crate) enum NoticeRight {
    /// It may.
    Granted,
    /// One was posted within the hour.
    Spent,
}

impl NoticeAllowance {
    /// Takes the right to post a notice, once an hour.
    pub(crate) fn claim(&self) -> NoticeRight {
        let now = Instant::now();
        let mut last = self.last();
        if last.is_some_and(|last| now < last + NOTICE_EVERY) {
            return NoticeRight::Spent;
        }
        *last = Some(now);
        NoticeRight::Granted
    }

    /// Gives the right back where the notice was not posted.
    pub(crate) fn give_back(&self) {
        *self.last() = None;
    }

    fn last(&self) -> MutexGuard<'_, Option<Instant>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
