//! How much of what Intercom allows is used.

use std::time::Duration;

/// How much of the throttle is used.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Usage {
    /// Calls in the last 60 s.
    pub last_minute: u32,
    /// Calls allowed in 60 s.
    pub limit: u32,
    /// How many of them polls may use: the rest is kept free for commands.
    pub for_polls: u32,
    /// How long the last answered call took.
    pub latency: Option<Duration>,
    /// Records that came since the start and of which not even an id could be read, each counted once.
    pub unreadable: u64,
}
