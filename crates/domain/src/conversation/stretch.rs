//! A time that is over, in a conversation.

use crate::time::Timestamp;

/// A time that is over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Stretch {
    pub(super) from: Timestamp,
    pub(super) until: Timestamp,
}

impl Stretch {
    /// Whether it lasted at all.
    pub(super) fn is_some(&self) -> bool {
        self.from < self.until
    }

    /// What is left of it before and after another.
    pub(super) fn without(self, other: Self) -> impl Iterator<Item = Self> {
        let before = Self { until: self.until.min(other.from), ..self };
        let after = Self { from: self.from.max(other.until), ..self };
        [before, after].into_iter().filter(Self::is_some)
    }
}
