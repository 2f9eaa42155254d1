//! What happened: the journal of a workspace's events, and how far its Intercom was read.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::RangeInclusive;

use async_trait::async_trait;
use serde::{Deserialize, Serialize};

use super::error::Stored;
use crate::amendment::Amendment;
use crate::difference::StoredSnapshot;
use crate::event::{Actor, Entry, Event, EventId, EventKind};
use crate::ids::{ContactId, JournalNumber, WorkspaceId};
use crate::roll_up::{Day, RollUp};
use crate::status::UnreadableNotifications;
use crate::stream::Stream;
use crate::time::{Timestamp, UnixMillis};

/// How far a stream has been read, and when it was read deeper. All times are Intercom's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct StreamState {
    /// Everything before it was seen.
    pub mark: Timestamp,
    /// When the last walk over 60 min ended well.
    pub hourly_at: Timestamp,
    /// When the last walk over 48 h ended well.
    pub deep_at: Timestamp,
}

/// The walk over all users that takes the first snapshots.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Baseline {
    /// Counts the times that such a walk was begun in this workspace. Snapshots belong to one; those of an earlier
    /// one are as good as absent.
    pub epoch: u32,
    /// When it began: users that moved later are not for it.
    pub started: Timestamp,
    /// `created_at` up to which it has come.
    pub position: Timestamp,
    /// Whether it has come to the end.
    pub finished: bool,
}

impl Baseline {
    /// The revision that a user's first snapshot of this epoch gets: higher than any of an earlier epoch.
    pub fn first_revision(&self) -> u64 {
        u64::from(self.epoch) << 32
    }
}

/// One atomic write of the poll loop. Repeating it changes nothing: events whose id was seen are passed over.
#[derive(Debug, Clone, PartialEq)]
pub struct Append {
    /// Whose.
    pub workspace: WorkspaceId,
    /// The events, ascending by time and id; at most [`EVENTS_A_WRITE`](crate::bounds::EVENTS_A_WRITE). Each is journaled with its seen-key, unless it was seen.
    pub events: Vec<Event>,
    /// Those of them whose record lacks a name that may be learnt yet.
    pub unnamed: BTreeSet<EventId>,
    /// Further ids of events that were seen.
    pub aliases: Vec<Alias>,
    /// Snapshots to store with them.
    pub snapshots: Vec<SnapshotWrite>,
    /// The stream's new state, in the last write of a walk.
    pub stream: Option<StreamMove>,
    /// The baseline's new state.
    pub baseline: Option<Baseline>,
    /// Now, by our own clock: it is what `RETENTION` counts from.
    pub at: UnixMillis,
}

/// Another id under which an event that was seen is found as time goes on: seen from now on for as long as an event of
/// its own time would be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Alias {
    /// The other id.
    pub id: EventId,
    /// Its time.
    pub at: Timestamp,
    /// The id that was seen: where it was not, the alias means nothing.
    pub of: EventId,
    /// What kind of event it is.
    pub kind: EventKind,
}

/// A snapshot to store.
#[derive(Debug, Clone, PartialEq)]
pub struct SnapshotWrite {
    /// The baseline's epoch that it belongs to.
    pub epoch: u32,
    /// The snapshot.
    pub snapshot: StoredSnapshot,
    /// Whether one that is there already stays.
    pub mode: SnapshotMode,
}

/// Whether a stored snapshot is replaced.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SnapshotMode {
    /// It is.
    Replace,
    /// It stays: the walk over all users never overwrites what a poll saw.
    KeepExisting,
}

/// A compare-and-set of a stream's state.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StreamMove {
    /// Which stream.
    pub stream: Stream,
    /// What it must be now; none for a stream that was never walked or was left.
    pub expected: Option<StreamState>,
    /// What it becomes; none where the stream is left because nobody subscribes to it any more.
    pub next: Option<StreamState>,
}

/// How an append ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AppendOutcome {
    /// It is written; how many events were new.
    Appended {
        /// Those that had not been seen, in order.
        numbers: Vec<JournalNumber>,
    },
    /// The stream's state was not the expected one; nothing was written.
    Conflict,
}

/// Whether a record lacks a name that may be learnt yet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Naming {
    /// Nothing more is looked for.
    Done,
    /// A name is missing, and may be learnt later.
    Open,
}

/// Whether what was learnt of an entry says anything new.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[must_use]
pub enum Learnt {
    /// It does, and is kept.
    News,
    /// It was known, or there is no such entry.
    Nothing,
}

/// The journal of each workspace, with what keeps an event from being written twice.
#[cfg_attr(any(test, feature = "mock"), mockall::automock)]
#[async_trait]
pub trait Journal: Send + Sync {
    /// Appends events with their seen-keys and snapshots in one atomic write.
    async fn append(&self, append: Append) -> Stored<AppendOutcome>;

    /// How far a stream was read.
    async fn stream(&self, workspace: &WorkspaceId, stream: Stream) -> Stored<Option<StreamState>>;

    /// How far the walk over all users has come.
    async fn baseline(&self, workspace: &WorkspaceId) -> Stored<Option<Baseline>>;

    /// Which of these events were seen, in the same order.
    async fn seen(&self, workspace: &WorkspaceId, ids: &[EventId]) -> Stored<Vec<bool>>;

    /// An event by its id, if its entry is still kept and can be read.
    async fn event(&self, workspace: &WorkspaceId, id: &EventId) -> Stored<Option<Event>>;

    /// The snapshots of these users in this epoch, in the same order. One that cannot be read counts as absent.
    async fn snapshots(
        &self,
        workspace: &WorkspaceId,
        epoch: u32,
        contacts: &[ContactId],
    ) -> Stored<Vec<Option<StoredSnapshot>>>;

    /// The last number of the journal; 0 where it is empty.
    async fn head(&self, workspace: &WorkspaceId) -> Stored<JournalNumber>;

    /// The time of the newest event of each kind that has one.
    async fn newest(&self, workspace: &WorkspaceId) -> Stored<BTreeMap<EventKind, Timestamp>>;

    /// Who made a record with a command: kept until the poll sees the record, at most a day.
    async fn remember_actor(&self, workspace: &WorkspaceId, contact: &ContactId, actor: &Actor)
    -> Stored<()>;

    /// Who made a record with a command, if somebody did.
    async fn actor(&self, workspace: &WorkspaceId, contact: &ContactId) -> Stored<Option<Actor>>;

    /// The first entries after `after` whose record lacks a name that may be learnt yet, with what was learnt of them; at
    /// most `limit`.
    async fn unnamed(
        &self,
        workspace: &WorkspaceId,
        after: JournalNumber,
        limit: usize,
    ) -> Stored<Vec<Entry>>;

    /// Keeps what was learnt of an entry's record beside it: whoever reads the entry finds it there. An entry of which
    /// nothing is looked for any more, or that is gone, is passed over.
    async fn amend(
        &self,
        workspace: &WorkspaceId,
        number: JournalNumber,
        learnt: &Amendment,
        naming: Naming,
    ) -> Stored<()>;

    /// Keeps what was learnt of an event's record beside its entry, whether names are looked for or not; answers whether
    /// that says anything new. An entry that is gone is passed over, and for one that says who has a conversation without a
    /// name that name is looked for.
    async fn learn(&self, workspace: &WorkspaceId, event: &EventId, learnt: &Amendment) -> Stored<Learnt>;

    /// How many events of each kind happened in each hour of these days, the first to the last; days without any are
    /// missing. Kept for 400 days.
    async fn rolled_up(&self, workspace: &WorkspaceId, days: RangeInclusive<Day>) -> Stored<Vec<RollUp>>;

    /// Throws away what is older than `keep_from`, a bounded piece at a time; to be called again while it says so: entries
    /// with their seen-keys, dead letters of the workspace's servers, and the ids of posted messages.
    /// Never a seen-key that a walk could need (its time at or after its stream's mark less
    /// [`SEEN_KEYS_STAY`](crate::bounds::SEEN_KEYS_STAY)), never an entry that
    /// an active subscription has not been served, never a snapshot of the present epoch, never a dead letter that is just
    /// being posted again.
    async fn prune(&self, workspace: &WorkspaceId, keep_from: UnixMillis) -> Stored<Pruned>;
}

/// What pruning did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Pruned {
    /// Journal entries thrown away.
    pub entries: u64,
    /// Seen-keys thrown away.
    pub seen: u64,
    /// Events dropped that a paused or suspended subscription had not been served; counted per subscription by
    /// [`Deliveries::dropped`](super::Deliveries::dropped).
    pub unserved: u64,
    /// Dead letters thrown away; counted per subscription by [`Deliveries::dropped`](super::Deliveries::dropped), too.
    pub letters: u64,
    /// Ids of posted messages thrown away.
    pub messages: u64,
    /// Notifications that cannot be read.
    pub unreadable: UnreadableNotifications,
    /// Whether there is more to do.
    pub more: bool,
}
