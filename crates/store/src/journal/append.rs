//! Appending: events, snapshots and marks in one write that may be repeated.
//!
//! Nothing is kept of a contact that was erased. What makes a repetition harmless: an event whose seen-key is there is passed over; a snapshot is never replaced
//! by one with a lower revision, or of the same revision and an older record; a baseline never goes back; and a
//! stream that already stands where the append would put it is no conflict unless there are new events.

use deskbell_domain::difference::StoredSnapshot;
use deskbell_domain::event::{Event, EventKind};
use deskbell_domain::ids::{ContactId, JournalNumber};
use deskbell_domain::port::store::{
    Alias, Append, AppendOutcome, Baseline, SnapshotMode, SnapshotWrite, Stored, StreamMove, StreamState,
};
use deskbell_domain::time::Timestamp;

use super::head::head;
use super::{amendments, kinds, pages, roll_ups};
use crate::codec;
use crate::hidden::{self, Hidden};
use crate::keys::{self, Key};
use crate::reader::{Reader, load, load_or_skip};
use crate::records::{ActorRecord, EntryRecord};
use crate::write_batch::WriteBatch;

pub(super) fn append(writes: &mut WriteBatch<'_>, append: &Append) -> Stored<AppendOutcome> {
    let hidden = Hidden::of(writes, &append.workspace)?;
    let new = unseen(writes, append, hidden.as_ref())?;
    if let Some(change) = append.stream
        && move_stream(writes, append, change, new.len())? == Moved::Conflict
    {
        return Ok(AppendOutcome::Conflict);
    }
    let numbers = write_events(writes, append, &new)?;
    for alias in &append.aliases {
        write_alias(writes, append, alias)?;
    }
    for write in &append.snapshots {
        if !is_erased(writes, append, hidden.as_ref(), Some(&write.snapshot.contact))? {
            write_snapshot(writes, append, write)?;
        }
    }
    if let Some(baseline) = append.baseline {
        write_baseline(writes, append, baseline)?;
    }
    Ok(AppendOutcome::Appended { numbers })
}

/// The events that were not seen, each once. Those of contacts that were erased count as seen from now on.
fn unseen<'a>(
    writes: &mut WriteBatch<'_>,
    append: &'a Append,
    hidden: Option<&Hidden>,
) -> Stored<Vec<&'a Event>> {
    let mut ids = std::collections::BTreeSet::new();
    let mut new = Vec::new();
    for event in &append.events {
        let seen = hidden::is_seen(writes, hidden, &append.workspace, &event.id)?;
        if seen || !ids.insert(&event.id) {
            continue;
        }
        match hidden {
            Some(hidden) if is_erased(writes, append, Some(hidden), event.contact_id())? => {
                pass_over(writes, append, hidden, event);
            }
            _ => new.push(event),
        }
    }
    Ok(new)
}

fn is_erased(
    writes: &WriteBatch<'_>,
    append: &Append,
    hidden: Option<&Hidden>,
    contact: Option<&ContactId>,
) -> Stored<bool> {
    let (Some(hidden), Some(contact)) = (hidden, contact) else { return Ok(false) };
    let key = keys::erasure::erased(&append.workspace, &hidden.contact(contact));
    Ok(writes.get(key.as_bytes())?.is_some())
}

/// A change has no key of its own: without a snapshot nobody knows which it is, and it would get another number each time.
fn pass_over(writes: &mut WriteBatch<'_>, append: &Append, hidden: &Hidden, event: &Event) {
    if event.kind() != EventKind::UserUpdated {
        writes.put(keys::erasure::seen_hidden(&append.workspace, &hidden.event(&event.id)), &());
    }
}

/// How the move of a stream ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Moved {
    /// It stands there from now on.
    To(Option<StreamState>),
    /// It stood there already.
    Before,
    /// It stands somewhere else; nothing may be written.
    Conflict,
}

/// How the move of a stream ends that stands where `present` says, with so many new events.
pub fn moved(present: Option<StreamState>, change: StreamMove, new: usize) -> Moved {
    if present == change.expected {
        return Moved::To(change.next);
    }
    let repeated = present == change.next && new == 0;
    if repeated { Moved::Before } else { Moved::Conflict }
}

/// Whether the snapshot stays that is known, with this place.
pub fn snapshot_stays(known: (u64, Timestamp), write: &SnapshotWrite) -> bool {
    match write.mode {
        SnapshotMode::KeepExisting => true,
        SnapshotMode::Replace => known > snapshot_place(&write.snapshot),
    }
}

/// Which of two snapshots is later: by their revision, and then by when the user was changed.
pub fn snapshot_place(of: &StoredSnapshot) -> (u64, Timestamp) {
    (of.revision, of.snapshot.updated_at)
}

/// Whether a baseline goes on to this one; it never goes back.
pub fn baseline_goes_on(known: Option<&Baseline>, new: &Baseline) -> bool {
    let place = |of: &Baseline| (of.epoch, of.finished, of.position);
    known.is_none_or(|known| place(known) <= place(new))
}

fn move_stream(
    writes: &mut WriteBatch<'_>,
    append: &Append,
    change: StreamMove,
    new: usize,
) -> Stored<Moved> {
    let key = keys::stream(&append.workspace, change.stream);
    let present = load(writes, &key)?;
    let moved = moved(present, change, new);
    match moved {
        Moved::To(Some(next)) => put_if_different(writes, key, present.as_ref(), &next),
        Moved::To(None) => writes.delete(key),
        Moved::Before | Moved::Conflict => {}
    }
    Ok(moved)
}

/// It has no entry with which it would go, so that it is pruned like a seen-key that outlives its entry.
fn write_alias(writes: &mut WriteBatch<'_>, append: &Append, alias: &Alias) -> Stored<()> {
    let workspace = &append.workspace;
    let own = keys::seen(workspace, &alias.id);
    let Some(number) = load_or_skip::<JournalNumber>(writes, &keys::seen(workspace, &alias.of))? else {
        return Ok(());
    };
    if writes.get(own.as_bytes())?.is_none() {
        writes.put(own, &number);
        let left_over = keys::left_over_seen(workspace, alias.at, &alias.id);
        writes.put(left_over, &(&alias.id, alias.kind));
    }
    Ok(())
}

fn write_events(writes: &mut WriteBatch<'_>, append: &Append, new: &[&Event]) -> Stored<Vec<JournalNumber>> {
    let workspace = &append.workspace;
    let mut number = head(writes, workspace)?;
    let mut entries = Vec::with_capacity(new.len());
    for event in new {
        // Behind the last number there is none: such a head was never written.
        let next = number.next();
        if next == number {
            return Err(codec::unreadable(keys::head(workspace).as_bytes()));
        }
        number = next;
        entries.push(EntryRecord { number, appended_at: append.at, event: *event });
        writes.put(keys::seen(workspace, &event.id), &number);
        if append.unnamed.contains(&event.id) {
            amendments::open(writes, workspace, number);
        }
        note_newest(writes, append, event)?;
        forget_actor(writes, append, event)?;
    }
    if !new.is_empty() {
        pages::write(writes, workspace, &entries);
        kinds::write(writes, workspace, &entries)?;
        roll_ups::count(writes, workspace, new, append.at)?;
        writes.put(keys::head(workspace), &number);
    }
    Ok(entries.into_iter().map(|entry| entry.number).collect())
}

fn note_newest(writes: &mut WriteBatch<'_>, append: &Append, event: &Event) -> Stored<()> {
    let key = keys::newest(&append.workspace, event.kind());
    let known: Option<Timestamp> = load_or_skip(writes, &key)?;
    if known.is_none_or(|known| known < event.at) {
        writes.put(key, &event.at);
    }
    Ok(())
}

/// Whoever made a record is told with its first event; later ones have other causes.
fn forget_actor(writes: &mut WriteBatch<'_>, append: &Append, event: &Event) -> Stored<()> {
    let (Some(contact), Some(actor)) = (event.contact_id(), &event.actor) else { return Ok(()) };
    let key = keys::actor(&append.workspace, contact);
    let known: Option<ActorRecord> = load_or_skip(writes, &key)?;
    if known.is_some_and(|known| known.actor == *actor) {
        writes.delete(key);
    }
    Ok(())
}

fn write_snapshot(writes: &mut WriteBatch<'_>, append: &Append, write: &SnapshotWrite) -> Stored<()> {
    let new = &write.snapshot;
    let key = keys::snapshot(&append.workspace, write.epoch, &new.contact);
    let known: Option<StoredSnapshot> = load_or_skip(writes, &key)?;
    if !known.as_ref().is_some_and(|known| snapshot_stays(snapshot_place(known), write)) {
        put_if_different(writes, key, known.as_ref(), new);
    }
    Ok(())
}

fn write_baseline(writes: &mut WriteBatch<'_>, append: &Append, new: Baseline) -> Stored<()> {
    let key = keys::baseline(&append.workspace);
    let known: Option<Baseline> = load_or_skip(writes, &key)?;
    if baseline_goes_on(known.as_ref(), &new) {
        put_if_different(writes, key, known.as_ref(), &new);
    }
    Ok(())
}

fn put_if_different<T: PartialEq + serde::Serialize>(
    writes: &mut WriteBatch<'_>,
    key: Key,
    known: Option<&T>,
    new: &T,
) {
    if known != Some(new) {
        writes.put(key, new);
    }
}
