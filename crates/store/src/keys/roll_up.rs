//! The keys of roll-ups.

use std::ops::Range;

use deskbell_domain::ids::WorkspaceId;
use deskbell_domain::roll_up::Day;

use super::{Key, last_number, workspace};
use crate::engine::KeyRange;

/// How many events of each kind happened in the hours of each day.
pub(crate) fn roll_ups(id: &WorkspaceId) -> Key {
    workspace(id, b'R')
}

pub(crate) fn roll_up(id: &WorkspaceId, day: Day) -> Key {
    roll_ups(id).signed(day.0)
}

/// The roll-ups from a day on, up to the one before the other.
pub(crate) fn roll_ups_between(id: &WorkspaceId, days: Range<Day>) -> KeyRange {
    let (start, end) = (roll_up(id, days.start), roll_up(id, days.end));
    KeyRange { start: start.into_bytes(), end: end.into_bytes() }
}

/// The day in a key of [`roll_up`].
pub(crate) fn day_of_roll_up(key: &[u8]) -> Day {
    Day((last_number(key) ^ (1 << 63)).cast_signed())
}
