//! Pruning: throwing away what is older than `RETENTION`, at most 500 rows a call.
//!
//! What stays, whatever its age: an entry that an active subscription has not been served, or that is in a batch in
//! flight; a seen-key that a walk could need; snapshots of the present epoch; the ids of posted messages. An entry
//! that only subscriptions on hold still waited for goes, and is counted for each of them.
//!
//! Entries are looked at in the order of their numbers. Those that must stay would hold up the rest, so the writer
//! remembers up to where the last call came; when the end is reached it begins anew.

mod served;

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use deskbell_desk::event::{EventId, EventKind};
use deskbell_desk::ids::{JournalNumber, WorkspaceId};
use deskbell_desk::port::store::{Baseline, Pruned, Stored, Stream, StreamState};
use deskbell_desk::time::{Timestamp, UnixMillis};

use self::served::{Claim, Claims};
use super::ACTOR_KEPT_MS;
use crate::codec;
use crate::draft::Draft;
use crate::engine::{Direction, KeyRange};
use crate::keys;
use crate::records::{ActorRecord, EntryHead, EventHead};
use crate::view::{View, load_or_skip};

/// How many rows a call looks at, at most: a commit stays short, and others get their turn.
const ROWS: usize = 500;

/// How far before its stream's mark a walk can look: 48 h, and one for good measure.
const WALK_SECONDS: i64 = 49 * 60 * 60;

/// An entry from further in the future than this was stamped by a clock that was wrong.
const FUTURE_MS: i64 = 24 * 60 * 60 * 1000;

/// What is to be pruned.
pub(super) struct Order {
    pub(super) workspace: WorkspaceId,
    pub(super) keep_from: UnixMillis,
    pub(super) now: UnixMillis,
}

pub(super) type Positions = Mutex<BTreeMap<WorkspaceId, JournalNumber>>;

pub(super) fn prune(draft: &mut Draft<'_>, order: &Order, positions: &Positions) -> Stored<Pruned> {
    let limits = SeenLimits::read(draft, &order.workspace)?;
    let mut sweep = Sweep { order, limits, left: ROWS, pruned: Pruned::default() };
    sweep.entries(draft, positions)?;
    sweep.left_over(draft)?;
    sweep.old_snapshots(draft)?;
    sweep.actors(draft)?;
    sweep.kept_texts(draft)?;
    sweep.pruned.more |= sweep.left == 0;
    Ok(sweep.pruned)
}

/// The own time from which on the seen-keys of each kind stay.
struct SeenLimits {
    created: Timestamp,
    updated: Timestamp,
    conversations: Timestamp,
}

impl SeenLimits {
    fn read(draft: &Draft<'_>, workspace: &WorkspaceId) -> Stored<Self> {
        let limit = |stream| -> Stored<Timestamp> {
            let state: Option<StreamState> = load_or_skip(draft, &keys::stream(workspace, stream))?;
            Ok(state.map_or(Timestamp(i64::MAX), |state| state.mark.minus(WALK_SECONDS)))
        };
        Ok(Self {
            created: limit(Stream::Contacts)?,
            updated: limit(Stream::UserUpdates)?,
            conversations: limit(Stream::Conversations)?,
        })
    }

    /// A user can be new in either walk: made, or converted.
    fn of(&self, kind: EventKind) -> Timestamp {
        match kind {
            EventKind::NewLead => self.created,
            EventKind::NewUser => self.created.min(self.updated),
            EventKind::UserUpdated => self.updated,
            EventKind::NewConversation => self.conversations,
        }
    }
}

/// One call's work: how many rows it may still look at, and what it did.
struct Sweep<'a> {
    order: &'a Order,
    limits: SeenLimits,
    left: usize,
    pruned: Pruned,
}

impl Sweep<'_> {
    fn entries(&mut self, draft: &mut Draft<'_>, positions: &Positions) -> Stored<()> {
        let workspace = &self.order.workspace;
        let from = positions_of(positions).remove(workspace);
        let mut range = keys::entries(workspace).below();
        if let Some(from) = from {
            range = range.after(keys::entry(workspace, from).as_bytes());
        }
        let rows = draft.range(&range, self.left, Direction::Ascending)?;
        let mut claims = Claims::read(draft, workspace)?;
        let full = rows.len() == self.left;
        let mut reached_recent = false;
        let mut last = None;
        for (key, value) in &rows {
            let number = JournalNumber(keys::last_number(key));
            let head: Option<EntryHead> = codec::decode_or_skip(key, value);
            if head.as_ref().is_some_and(|head| self.is_recent(head)) {
                reached_recent = true;
                break;
            }
            last = Some(number);
            self.left -= 1;
            self.entry(draft, &mut claims, number, head.as_ref().map(|head| &head.event));
        }
        self.pruned.unserved += claims.write(draft);
        if let (true, false, Some(last)) = (full, reached_recent, last) {
            positions_of(positions).insert(workspace.clone(), last);
            self.pruned.more = true;
        }
        Ok(())
    }

    fn is_recent(&self, head: &EntryHead) -> bool {
        let stamped = head.appended_at;
        let wrong = stamped.since(self.order.now) > FUTURE_MS;
        let appended = if wrong { UnixMillis(head.event.at.0.saturating_mul(1000)) } else { stamped };
        appended >= self.order.keep_from
    }

    fn entry(
        &mut self,
        draft: &mut Draft<'_>,
        claims: &mut Claims,
        number: JournalNumber,
        event: Option<&EventHead>,
    ) {
        let workspace = &self.order.workspace;
        let Some(event) = event else {
            // It cannot be read, so nobody can be served with it.
            for kind in EventKind::ALL {
                draft.delete(keys::number_of_kind(workspace, kind, number));
            }
            draft.delete(keys::entry(workspace, number));
            self.pruned.entries += 1;
            return;
        };
        if claims.claim(number, event.kind(), event.at) == Claim::Stays {
            return;
        }
        draft.delete(keys::entry(workspace, number));
        draft.delete(keys::number_of_kind(workspace, event.kind(), number));
        self.pruned.entries += 1;
        self.seen(draft, event);
    }

    fn seen(&mut self, draft: &mut Draft<'_>, event: &EventHead) {
        let workspace = &self.order.workspace;
        if self.seen_may_go(event.kind(), event.at) {
            draft.delete(keys::seen(workspace, &event.id));
            self.pruned.seen += 1;
        } else {
            draft.put(keys::left_over_seen(workspace, event.at, &event.id), &(&event.id, event.kind()));
        }
    }

    fn seen_may_go(&self, kind: EventKind, at: Timestamp) -> bool {
        at < self.limits.of(kind) && at < self.order.keep_from.seconds()
    }

    /// Seen-keys that outlived their entries.
    fn left_over(&mut self, draft: &mut Draft<'_>) -> Stored<()> {
        let workspace = &self.order.workspace;
        for (key, value) in
            draft.range(&keys::left_over(workspace).below(), self.left, Direction::Ascending)?
        {
            self.left -= 1;
            let known: Option<(EventId, EventKind)> = codec::decode_or_skip(&key, &value);
            let Some((id, kind)) = known else { continue };
            let at = keys::left_over_time(workspace, &key);
            if self.seen_may_go(kind, at) {
                draft.delete(keys::seen(workspace, &id));
                draft.delete_raw(key);
                self.pruned.seen += 1;
            }
        }
        Ok(())
    }

    fn old_snapshots(&mut self, draft: &mut Draft<'_>) -> Stored<()> {
        let workspace = &self.order.workspace;
        let baseline: Option<Baseline> = load_or_skip(draft, &keys::baseline(workspace))?;
        let Some(baseline) = baseline else { return Ok(()) };
        let range = KeyRange {
            start: keys::snapshots(workspace).into_bytes(),
            end: keys::snapshots_of_epoch(workspace, baseline.epoch).into_bytes(),
        };
        for (key, _) in draft.range(&range, self.left, Direction::Ascending)? {
            draft.delete_raw(key);
            self.left -= 1;
        }
        Ok(())
    }

    fn actors(&mut self, draft: &mut Draft<'_>) -> Stored<()> {
        let range = keys::actors(&self.order.workspace).below();
        for (key, value) in draft.range(&range, self.left, Direction::Ascending)? {
            let known: Option<ActorRecord> = codec::decode_or_skip(&key, &value);
            if known.is_none_or(|known| self.order.now.since(known.since) >= ACTOR_KEPT_MS) {
                draft.delete_raw(key);
                self.left -= 1;
            }
        }
        Ok(())
    }

    fn kept_texts(&mut self, draft: &mut Draft<'_>) -> Stored<()> {
        let range = KeyRange {
            start: keys::kept_times().into_bytes(),
            end: keys::kept_up_to(self.order.now).into_bytes(),
        };
        for (key, value) in draft.range(&range, self.left, Direction::Ascending)? {
            if let Some(text) = codec::decode_or_skip::<String>(&key, &value) {
                draft.delete(keys::kept(&text));
            }
            draft.delete_raw(key);
            self.left -= 1;
        }
        Ok(())
    }
}

fn positions_of(positions: &Positions) -> std::sync::MutexGuard<'_, BTreeMap<WorkspaceId, JournalNumber>> {
    positions.lock().unwrap_or_else(PoisonError::into_inner)
}
