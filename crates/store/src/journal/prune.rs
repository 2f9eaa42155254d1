//! Pruning: throwing away what is older than `RETENTION`, some 500 rows a call.
//!
//! What stays, whatever its age: an entry that an active subscription has not been served, or that is in a batch in
//! flight; a seen-key that a walk could need; snapshots of the present epoch. An entry that only subscriptions on hold
//! still waited for goes, and is counted for each of them. Where a subscription cannot be read, every entry stays for
//! three days: nobody knows what it waits for.
//!
//! Entries are looked at in the order of their numbers. Those that must stay would hold up the rest, so the writer
//! remembers up to where the last call came; when the end is reached it begins anew.

mod delivered;
mod order;
mod served;

use std::collections::BTreeMap;

use deskbell_domain::bounds::SEEN_KEYS_STAY;
use deskbell_domain::event::{EventId, EventKind};
use deskbell_domain::ids::{JournalNumber, WorkspaceId};
use deskbell_domain::port::store::{Baseline, Pruned, Stored, Stream, StreamState};
use deskbell_domain::status::UnreadableNotifications;
use deskbell_domain::time::{Timestamp, UnixMillis};

pub use self::order::Order;
pub use self::served::{Claim, Claims, Judged};
use super::gone::Gone;
use super::{amendments, edits, kinds, pages, roll_ups};
use crate::codec;
use crate::engine::{Direction, KeyRange, Row};
use crate::inbox;
use crate::keys;
use crate::pruned_to::PrunedTo;
use crate::reader::{Reader, load_or_skip};
use crate::records::{ACTOR_KEPT_MS, ActorRecord, EntryRecord, EventHead};
use crate::write_batch::WriteBatch;

/// How many rows a call looks at, up to the end of a page: a commit stays short, and others get their turn.
const ROWS: usize = 500;

/// How many pages of entries a call reads, at most.
const PAGES: usize = 128;

pub(super) fn prune(writes: &mut WriteBatch<'_>, order: &Order, pruned_to: &PrunedTo) -> Stored<Pruned> {
    let limits = SeenLimits::read(writes, &order.workspace)?;
    let mut sweep = Sweep { order, limits, left: ROWS, pruned: Pruned::default() };
    sweep.entries(writes, pruned_to)?;
    sweep.left_over(writes)?;
    sweep.old_snapshots(writes)?;
    sweep.actors(writes)?;
    sweep.readings(writes, pruned_to)?;
    sweep.pruned.more |= sweep.left == 0;
    let ended = delivered::end(writes, order, pruned_to)?;
    let more_shapes = edits::prune(writes, &order.workspace, (order.now, order.keep_from))?;
    roll_ups::prune(writes, &order.workspace, order.now)?;
    let Pruned { more, .. } = sweep.pruned;
    let more = more || ended.more || more_shapes;
    Ok(Pruned { letters: ended.letters, messages: ended.messages, more, ..sweep.pruned })
}

/// The own time from which on the seen-keys that a stream could need stay, by stream.
pub struct SeenLimits(BTreeMap<Stream, Timestamp>);

impl SeenLimits {
    fn read(writes: &WriteBatch<'_>, workspace: &WorkspaceId) -> Stored<Self> {
        let mut states = BTreeMap::new();
        for stream in Stream::ALL {
            let state: Option<StreamState> = load_or_skip(writes, &keys::stream(workspace, stream))?;
            states.extend(state.map(|state| (stream, state)));
        }
        Ok(Self::with(&states))
    }

    /// With the streams that are walked; the others need none.
    pub fn with(states: &BTreeMap<Stream, StreamState>) -> Self {
        let limit = |stream| {
            let state = states.get(&stream);
            (stream, state.map_or(Timestamp(i64::MAX), |state| state.mark.minus(SEEN_KEYS_STAY)))
        };
        Self(Stream::ALL.into_iter().map(limit).collect())
    }

    /// An event may be found again by any stream that brings its kind.
    pub fn of(&self, kind: EventKind) -> Timestamp {
        let limits = kind.spec().streams.iter().filter_map(|stream| self.0.get(stream));
        limits.min().copied().unwrap_or(Timestamp(i64::MAX))
    }
}

/// How long everything stays for a notification that cannot be read.
pub const SET_ASIDE_MS: i64 = 3 * 24 * 60 * 60 * 1000;

/// Whether something is kept for notifications that cannot be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum MayWait {
    Nothing,
    Perhaps,
}

/// How far a look at a page came.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Reached {
    End,
    Recent,
}

/// One call's work: how many rows it may still look at, and what it did.
struct Sweep<'a> {
    order: &'a Order,
    limits: SeenLimits,
    left: usize,
    pruned: Pruned,
}

impl Sweep<'_> {
    fn entries(&mut self, writes: &mut WriteBatch<'_>, pruned_to: &PrunedTo) -> Stored<()> {
        let workspace = &self.order.workspace;
        let (mut claims, unreadable) = Claims::read(writes, workspace)?;
        if self.may_wait(writes, unreadable)? == MayWait::Perhaps {
            tracing::error!(%workspace, "no old events are thrown away: a stored notification cannot be read");
            return Ok(());
        }
        let mut position = pruned_to.entries.take(workspace).unwrap_or(JournalNumber(0));
        let pages =
            writes.range(&keys::pages_from(workspace, position.next()), PAGES, Direction::Ascending)?;
        let mut gone = Gone::default();
        let mut more = pages.len() == PAGES;
        for page in pages {
            if self.left == 0 {
                more = true;
                break;
            }
            let last = JournalNumber(keys::last_number(&page.0));
            if self.page(writes, (&mut claims, &mut gone), position.next(), page) == Reached::Recent {
                more = false;
                break;
            }
            position = last;
        }
        kinds::remove(writes, workspace, &gone)?;
        amendments::remove(writes, workspace, &gone)?;
        self.pruned.unserved += claims.write(writes);
        if more {
            pruned_to.entries.set(workspace, position);
            self.pruned.more = true;
        }
        Ok(())
    }

    /// Whether everything must stay for notifications that cannot be read. For some days it does: a store that was damaged
    /// may be put right from a copy. After that it would only grow for ever.
    fn may_wait(&mut self, writes: &mut WriteBatch<'_>, unreadable: u64) -> Stored<MayWait> {
        let key = keys::unreadable_since(&self.order.workspace);
        let since: Option<UnixMillis> = load_or_skip(writes, &key)?;
        if unreadable == 0 {
            if since.is_some() {
                writes.delete(key);
            }
            return Ok(MayWait::Nothing);
        }
        self.pruned.unreadable = UnreadableNotifications::Awaited(unreadable);
        let Some(since) = since else {
            writes.put(key, &self.order.now);
            return Ok(MayWait::Perhaps);
        };
        if self.order.now.since(since) < SET_ASIDE_MS {
            return Ok(MayWait::Perhaps);
        }
        self.pruned.unreadable = UnreadableNotifications::SetAside(unreadable);
        Ok(MayWait::Nothing)
    }

    /// Judges the entries of a page, whose numbers begin with `first`. What neither stays nor is recent goes, and
    /// with it what cannot be read, since nobody can be served with that.
    fn page(
        &mut self,
        writes: &mut WriteBatch<'_>,
        (claims, gone): (&mut Claims, &mut Gone),
        mut first: JournalNumber,
        page: Row,
    ) -> Reached {
        let last = JournalNumber(keys::last_number(&page.0));
        let entries = codec::decode_list::<EntryRecord<EventHead>>(&page.0, &page.1);
        let judged = entries.iter().take_while(|entry| !self.is_recent(entry)).count();
        let recent = entries.get(judged).map(|entry| entry.number);
        let mut going = u64::from(entries.is_empty());
        for EntryRecord { number, event, .. } in &entries[..judged] {
            let judged = Judged {
                number: *number,
                kind: event.kind(),
                threshold: event.threshold(),
                at: event.compared_at(),
            };
            if claims.claim(&judged) == Claim::Stays {
                gone.add(first..*number);
                first = number.next();
            } else {
                going += 1;
                self.seen(writes, event);
            }
        }
        gone.add(first..recent.unwrap_or(last.next()));
        self.left = self.left.saturating_sub(judged.max(1));
        self.pruned.entries += going;
        if recent.is_none() && going >= entries.len() as u64 {
            writes.delete_raw(page.0);
        } else {
            pages::trim(writes, page, gone);
        }
        if recent.is_some() { Reached::Recent } else { Reached::End }
    }

    fn is_recent(&self, entry: &EntryRecord<EventHead>) -> bool {
        self.order.written_at(entry.appended_at, entry.event.at) >= self.order.keep_from
    }

    fn seen(&mut self, writes: &mut WriteBatch<'_>, event: &EventHead) {
        let workspace = &self.order.workspace;
        if self.seen_may_go(event.kind(), event.at) {
            writes.delete(keys::seen(workspace, &event.id));
            self.pruned.seen += 1;
        } else {
            writes.put(keys::left_over_seen(workspace, event.at, &event.id), &(&event.id, event.kind()));
        }
    }

    fn seen_may_go(&self, kind: EventKind, at: Timestamp) -> bool {
        at < self.limits.of(kind) && at < self.order.keep_from.seconds()
    }

    /// Seen-keys that outlived their entries.
    fn left_over(&mut self, writes: &mut WriteBatch<'_>) -> Stored<()> {
        let workspace = &self.order.workspace;
        for (key, value) in
            writes.range(&keys::left_over(workspace).below(), self.left, Direction::Ascending)?
        {
            self.left -= 1;
            let known: Option<(EventId, EventKind)> = codec::decode_or_skip(&key, &value);
            let Some((id, kind)) = known else { continue };
            let at = keys::left_over_time(workspace, &key);
            if self.seen_may_go(kind, at) {
                writes.delete(keys::seen(workspace, &id));
                writes.delete_raw(key);
                self.pruned.seen += 1;
            }
        }
        Ok(())
    }

    fn old_snapshots(&mut self, writes: &mut WriteBatch<'_>) -> Stored<()> {
        let workspace = &self.order.workspace;
        let baseline: Option<Baseline> = load_or_skip(writes, &keys::baseline(workspace))?;
        let Some(baseline) = baseline else { return Ok(()) };
        let range = KeyRange {
            start: keys::snapshots(workspace).into_bytes(),
            end: keys::snapshots_of_epoch(workspace, baseline.epoch).into_bytes(),
        };
        for (key, _) in writes.range(&range, self.left, Direction::Ascending)? {
            writes.delete_raw(key);
            self.left -= 1;
        }
        Ok(())
    }

    fn actors(&mut self, writes: &mut WriteBatch<'_>) -> Stored<()> {
        let range = keys::actors(&self.order.workspace).below();
        for (key, value) in writes.range(&range, self.left, Direction::Ascending)? {
            let known: Option<ActorRecord> = codec::decode_or_skip(&key, &value);
            if known.is_none_or(|known| self.order.now.since(known.since) >= ACTOR_KEPT_MS) {
                writes.delete_raw(key);
                self.left -= 1;
            }
        }
        Ok(())
    }

    /// Up to where conversations were read that no walk finds again.
    fn readings(&mut self, writes: &mut WriteBatch<'_>, pruned_to: &PrunedTo) -> Stored<()> {
        let workspace = &self.order.workspace;
        let limit = self.limits.of(EventKind::CustomerReplied);
        let from = pruned_to.readings.take(workspace);
        if let Some(next) = inbox::prune_readings(writes, workspace, limit, from, ROWS)? {
            pruned_to.readings.set(workspace, next);
            self.pruned.more = true;
        }
        Ok(())
    }
}
