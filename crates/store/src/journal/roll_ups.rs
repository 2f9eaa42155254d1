//! Roll-ups: counted in the append's own write, so that each event counts once.

use std::collections::BTreeMap;
use std::ops::RangeInclusive;

use deskbell_domain::event::Event;
use deskbell_domain::ids::WorkspaceId;
use deskbell_domain::port::store::Stored;
use deskbell_domain::roll_up::{Day, HourlyCounts, ROLL_UPS_KEPT, RollUp};
use deskbell_domain::time::UnixMillis;

use crate::codec;
use crate::engine::{Direction, KeyRange};
use crate::keys::roll_up as keys;
use crate::reader::{Reader, load_or_skip};
use crate::write_batch::WriteBatch;

/// How many rows a call of pruning looks at.
const ROWS: usize = 50;

/// Counts events that are journaled now. What happened later than that, by a wrong clock, happened now.
pub(super) fn count(
    writes: &mut WriteBatch<'_>,
    workspace: &WorkspaceId,
    events: &[&Event],
    now: UnixMillis,
) -> Stored<()> {
    for (day, new) in counted(events, now) {
        let key = keys::roll_up(workspace, day);
        let mut counts: HourlyCounts = load_or_skip(writes, &key)?.unwrap_or_default();
        counts.join(&new);
        writes.put(key, &counts);
    }
    Ok(())
}

/// How many events happened on each day that is kept.
pub fn counted(events: &[&Event], now: UnixMillis) -> BTreeMap<Day, HourlyCounts> {
    let mut days: BTreeMap<Day, HourlyCounts> = BTreeMap::new();
    for event in events {
        let at = event.at.min(now.seconds());
        days.entry(Day::of(at)).or_default().add(event.kind(), at);
    }
    days.retain(|day, _| *day >= first_kept(now));
    days
}

/// Those of these days that have any.
pub(super) fn read(
    reader: &(impl Reader + ?Sized),
    workspace: &WorkspaceId,
    days: RangeInclusive<Day>,
) -> Stored<Vec<RollUp>> {
    let (first, last) = days.into_inner();
    let range = keys::roll_ups_between(workspace, first..Day(last.0.saturating_add(1)));
    let rows = reader.range(&range, usize::MAX, Direction::Ascending)?;
    let read = |(key, value): &(Vec<u8>, Vec<u8>)| {
        let counts = codec::decode_or_skip(key, value)?;
        Some(RollUp { day: keys::day_of_roll_up(key), counts })
    };
    Ok(rows.iter().filter_map(read).collect())
}

/// Throws away those that are too old.
pub(super) fn prune(writes: &mut WriteBatch<'_>, workspace: &WorkspaceId, now: UnixMillis) -> Stored<()> {
    let end = keys::roll_up(workspace, first_kept(now)).into_bytes();
    let old = KeyRange { start: keys::roll_ups(workspace).into_bytes(), end };
    for (key, _) in writes.range(&old, ROWS, Direction::Ascending)? {
        writes.delete_raw(key);
    }
    Ok(())
}

/// The first day that is kept.
pub fn first_kept(now: UnixMillis) -> Day {
    Day::of(now.seconds()).before(ROLL_UPS_KEPT)
}
