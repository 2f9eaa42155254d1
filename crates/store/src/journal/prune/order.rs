//! What is to be pruned.

use deskbell_domain::ids::WorkspaceId;
use deskbell_domain::time::{Timestamp, UnixMillis};

/// What was written down further in the future than this was stamped by a clock that was wrong.
const FUTURE_MS: i64 = 24 * 60 * 60 * 1000;

/// What is to be pruned.
pub struct Order {
    /// Whose.
    pub workspace: WorkspaceId,
    /// What was written before it goes.
    pub keep_from: UnixMillis,
    /// By our own clock.
    pub now: UnixMillis,
}

impl Order {
    /// When something was written down about an event: as it was stamped, unless a wrong clock did that. The event's own
    /// time is Intercom's.
    pub fn written_at(&self, stamped: UnixMillis, own: Timestamp) -> UnixMillis {
        let is_wrong = stamped.since(self.now) > FUTURE_MS;
        if is_wrong { UnixMillis(own.0.saturating_mul(1000)) } else { stamped }
    }
}
