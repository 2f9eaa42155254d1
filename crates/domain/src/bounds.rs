//! The numbers that several parts must agree on, or events are lost or doubled: each stands here and nowhere else.

/// How far a deep walk goes back, in seconds: Intercom's search answers from an index that lags, and a record that it
/// lacked for so long is still found.
pub const DEEPEST_WALK: i64 = 48 * 3600;

/// How far before its stream's mark a seen-key stays, in seconds: as far as a walk can look, and an hour for good
/// measure. Without its key an event that is found again would be journaled again.
pub const SEEN_KEYS_STAY: i64 = DEEPEST_WALK + 3600;

/// How many events are appended in one write at most: a write stays short, and others get their turn.
pub const EVENTS_A_WRITE: usize = 256;

/// What lasts longer than so many seconds is an outage and told as one; most of what fails ends by itself before.
pub const OUTAGE: i64 = 15 * 60;

/// How long a posted message is edited where what it shows becomes untrue, in seconds, or `RETENTION` where that is less.
/// Nobody scrolls back further, and Discord edits old messages slowly.
pub const CARDS_LIVE: i64 = 7 * 24 * 3600;
