//! The ticket of a call, and whether it is its turn.

use tokio::time::Instant;

use super::caller::Caller;

/// Names one call, from the queue to the end of its window.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Ticket {
    pub(super) number: u64,
    pub(super) caller: Caller,
}

/// What the holder of a ticket may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Turn {
    /// Go.
    Now,
    /// Look again at this time, or earlier if something changes.
    At(Instant),
    /// Wait for a change: somebody else goes first, or every call that counts is still running.
    WhenChanged,
}
