//! Which entries the notifications of a kind tell of: lists of numbers and the times that floors are compared with, one per
//! append and kind, under their last number.
//!
//! They are all that `waiting` and `backlog` read. A list is written with its append and never added to.

use std::collections::BTreeSet;

use deskbell_domain::event::{Event, EventId, EventKind, Record};
use deskbell_domain::ids::{JournalNumber, WorkspaceId};
use deskbell_domain::port::store::Stored;

use super::gone::Gone;
use crate::codec;
use crate::engine::{Direction, KeyRange, Row};
use crate::keys;
use crate::reader::{Reader, Scan, load_or_skip, scan};
use crate::records::{Beside, EntryRecord, Listed};
use crate::write_batch::WriteBatch;

/// How many entries a list has at most: some 3 kB, for the reason that pages are short.
const LISTED: usize = 128;

/// Writes the lists of an append: whatever is told by the notifications of a kind stands in its list.
pub(super) fn write(
    writes: &mut WriteBatch<'_>,
    workspace: &WorkspaceId,
    entries: &[EntryRecord<&Event>],
) -> Stored<()> {
    for kind in EventKind::ALL {
        let of_kind = entries.iter().filter(|entry| entry.event.kind().told_by() == kind);
        let listed = of_kind.map(|entry| listed(writes, workspace, entry)).collect::<Stored<Vec<_>>>()?;
        for list in listed.chunks(LISTED) {
            if let Some(Listed(last, ..)) = list.last() {
                writes.put(keys::kind_list(workspace, kind, *last), &list);
            }
        }
    }
    Ok(())
}

fn listed(writes: &WriteBatch<'_>, workspace: &WorkspaceId, entry: &EntryRecord<&Event>) -> Stored<Listed> {
    let event = entry.event;
    let beside = match &event.record {
        Record::Identified { contact } => {
            let lead = keys::seen(workspace, &EventId::lead_created(&contact.id));
            load_or_skip(writes, &lead)?.map(|of| Beside::More { of, since: entry.appended_at })
        }
        _ => event.threshold().map(Beside::Wait),
    };
    Ok(Listed(entry.number, event.compared_at(), beside))
}

/// Goes over the entries of a kind with a number after `after`, ascending.
pub(crate) fn each_after(
    reader: &(impl Reader + ?Sized),
    workspace: &WorkspaceId,
    kind: EventKind,
    after: JournalNumber,
    mut visit: impl FnMut(Listed) -> Scan,
) -> Stored<()> {
    scan(reader, keys::kind_lists_from(workspace, kind, after.next()), |key, value| {
        let listed = codec::decode_list::<Listed>(key, value);
        let mut later = listed.into_iter().filter(|Listed(number, ..)| *number > after);
        if later.any(|listed| visit(listed) == Scan::Stop) { Scan::Stop } else { Scan::Continue }
    })
}

/// Whether there are entries of a kind with all these numbers.
pub(crate) fn have_all(
    reader: &(impl Reader + ?Sized),
    workspace: &WorkspaceId,
    kind: EventKind,
    numbers: &[JournalNumber],
) -> Stored<bool> {
    let mut missing: BTreeSet<_> = numbers.iter().copied().collect();
    let (Some(first), Some(last)) = (missing.first().copied(), missing.last().copied()) else {
        return Ok(true);
    };
    let before = JournalNumber(first.0.saturating_sub(1));
    each_after(reader, workspace, kind, before, |Listed(number, ..)| {
        missing.remove(&number);
        if number < last { Scan::Continue } else { Scan::Stop }
    })?;
    Ok(missing.is_empty())
}

/// Takes what is gone out of the lists.
pub(super) fn remove(writes: &mut WriteBatch<'_>, workspace: &WorkspaceId, gone: &Gone) -> Stored<()> {
    for kind in EventKind::ALL {
        for (key, value) in lists_over(writes, workspace, kind, gone)? {
            let listed = codec::decode_list::<Listed>(&key, &value);
            let left: Vec<_> = listed.iter().filter(|Listed(number, ..)| !gone.has(*number)).collect();
            if left.is_empty() {
                writes.delete_raw(key);
            } else if left.len() < listed.len() {
                writes.put_raw(key, codec::encode(&left));
            }
        }
    }
    Ok(())
}

/// The lists that may have something that is gone.
fn lists_over(
    writes: &WriteBatch<'_>,
    workspace: &WorkspaceId,
    kind: EventKind,
    gone: &Gone,
) -> Stored<Vec<Row>> {
    let Some(span) = gone.span() else { return Ok(Vec::new()) };
    let beyond = keys::kind_lists_from(workspace, kind, span.end);
    let start = keys::kind_lists_from(workspace, kind, span.start).start;
    let ending_before = KeyRange { start, end: beyond.start.clone() };
    let mut rows = writes.range(&ending_before, usize::MAX, Direction::Ascending)?;
    rows.extend(writes.range(&beyond, 1, Direction::Ascending)?);
    Ok(rows)
}
