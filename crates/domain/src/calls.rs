//! How calls to a service were answered, counted since the start of the process.

use std::sync::atomic::{AtomicU64, Ordering};

/// How a call was answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CallClass {
    /// As was hoped.
    Success,
    /// The service refused it (any other 4xx).
    Refused,
    /// Too many were made (429).
    Limited,
    /// The service failed, or answered something else.
    Failed,
    /// No answer came.
    Unanswered,
}

impl CallClass {
    /// All classes.
    pub const ALL: [Self; 5] = [Self::Success, Self::Refused, Self::Limited, Self::Failed, Self::Unanswered];

    /// The class of an HTTP status.
    pub fn of_status(status: u16) -> Self {
        match status {
            200..=299 => Self::Success,
            429 => Self::Limited,
            400..=499 => Self::Refused,
            _ => Self::Failed,
        }
    }

    /// Its name in the metrics.
    pub fn name(self) -> &'static str {
        match self {
            Self::Success => "success",
            Self::Refused => "refused",
            Self::Limited => "limited",
            Self::Failed => "failed",
            Self::Unanswered => "unanswered",
        }
    }
}

/// How many calls were answered how.
#[derive(Debug, Default)]
pub struct CallCounts([AtomicU64; CallClass::ALL.len()]);

impl CallCounts {
    /// Counts a call.
    pub fn count(&self, class: CallClass) {
        self.0[class as usize].fetch_add(1, Ordering::Relaxed);
    }

    /// How many calls were answered so.
    pub fn of(&self, class: CallClass) -> u64 {
        self.0[class as usize].load(Ordering::Relaxed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_call_counts_in_one_class() {
        let counts = CallCounts::default();
        for status in [200, 204, 401, 404, 429, 503, 302] {
            counts.count(CallClass::of_status(status));
        }
        counts.count(CallClass::Unanswered);
        assert_eq!(CallClass::ALL.map(|class| counts.of(class)), [2, 2, 1, 2, 1]);
    }
}
