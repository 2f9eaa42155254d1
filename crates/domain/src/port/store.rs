//! The port to the store, in three parts by who uses them: the poll loop appends, delivery takes and settles,
//! commands change settings.
//!
//! Every operation is one request with a clear outcome and may be repeated: a store of many processes
//! can implement it, and a caller that was dropped half-way does no harm. When an operation answers
//! `Ok`, what it wrote survives a power cut.

use std::collections::BTreeMap;

use async_trait::async_trait;
use serde::{Deserialize, Serialize};

use crate::delivery::{DeadLetter, DeadLetterId, InFlight, PostedCounts, PostedMessage, Settlement};
use crate::difference::StoredSnapshot;
use crate::event::{Actor, Entry, Event, EventId, EventKind};
use crate::ids::{ChannelId, ContactId, GuildId, JournalNumber, MessageId, SubscriptionId, WorkspaceId};
use crate::subscription::Subscription;
use crate::time::{Timestamp, UnixMillis};

pub use crate::stream::Stream;
pub use error::{StoreError, Stored};
pub use health::StoreHealth;
pub use settings::{
    ChangeOutcome, Leftover, NewSubscription, SettingsStore, SubscriptionAdded, SubscriptionRemoved,
};
#[cfg(any(test, feature = "mock"))]
pub use {health::MockStoreHealth, settings::MockSettingsStore};

mod error;
mod health;
mod settings;

// ---------------------------------------------------------------------------------------------- the poll loop's part

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
    /// Snapshots to store with them.
    pub snapshots: Vec<SnapshotWrite>,
    /// The stream's new state, in the last write of a walk.
    pub stream: Option<StreamMove>,
    /// The baseline's new state.
    pub baseline: Option<Baseline>,
    /// Now, by our own clock: it is what `RETENTION` counts from.
    pub at: UnixMillis,
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

/// What the poll loop needs of the store.
#[cfg_attr(any(test, feature = "mock"), mockall::automock)]
#[async_trait]
pub trait JournalStore: Send + Sync {
    /// Appends events with their seen-keys and snapshots in one atomic write.
    async fn append(&self, append: Append) -> Stored<AppendOutcome>;

    /// How far a stream was read.
    async fn stream(&self, workspace: &WorkspaceId, stream: Stream) -> Stored<Option<StreamState>>;

    /// How far the walk over all users has come.
    async fn baseline(&self, workspace: &WorkspaceId) -> Stored<Option<Baseline>>;

    /// Which of these events were seen, in the same order.
    async fn seen(&self, workspace: &WorkspaceId, ids: &[EventId]) -> Stored<Vec<bool>>;

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

    /// Throws away what is older than `keep_from`, a bounded piece at a time; to be called again while it says so.
    /// Never a seen-key that a walk could need (its time at or after its stream's mark less
    /// [`SEEN_KEYS_STAY`](crate::bounds::SEEN_KEYS_STAY)), never an entry that
    /// an active subscription has not been served, never a snapshot of the present epoch.
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
    /// [`DeliveryStore::dropped`].
    pub unserved: u64,
    /// Whether there is more to do.
    pub more: bool,
}

// -------------------------------------------------------------------------------------------------- delivery's part

/// An event that waits for a subscription.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Waiting {
    /// Its place.
    pub number: JournalNumber,
    /// Its own time.
    pub at: Timestamp,
}

/// How many events wait for a subscription.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Backlogged {
    /// How many.
    pub count: u64,
    /// The time of the first.
    pub since: Option<Timestamp>,
}

/// How far a subscription has come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Progress {
    /// Everything up to it was served or is not for it.
    pub cursor: JournalNumber,
    /// The batch that may be on its way.
    pub in_flight: Option<InFlight>,
    /// When something was last posted for it.
    pub last_posted: Option<UnixMillis>,
}

/// How a write of delivery ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[must_use]
pub enum DeliveryOutcome {
    /// It is written, or was already.
    Done,
    /// Something else stands there now (the subscription is gone, another batch is in flight): read again.
    Conflict,
}

/// What delivery needs of the store.
#[cfg_attr(any(test, feature = "mock"), mockall::automock)]
#[async_trait]
pub trait DeliveryStore: Send + Sync {
    /// How far a subscription has come; none where it does not exist.
    async fn progress(&self, guild: GuildId, id: SubscriptionId) -> Stored<Option<Progress>>;

    /// The next events for a subscription after `cursor`, ascending, at most `limit`.
    async fn waiting(
        &self,
        subscription: &Subscription,
        cursor: JournalNumber,
        limit: usize,
    ) -> Stored<Vec<Waiting>>;

    /// How many events wait for a subscription after `cursor`.
    async fn backlog(&self, subscription: &Subscription, cursor: JournalNumber) -> Stored<Backlogged>;

    /// Entries of the journal by number; those that are gone or cannot be read are missing from the answer.
    async fn entries(&self, workspace: &WorkspaceId, numbers: &[JournalNumber]) -> Stored<Vec<Entry>>;

    /// Writes the in-flight record before its first byte leaves. `replaces` is the nonce of the record that must
    /// stand there now (a batch that is cut anew, an attempt that is counted); none where none may stand there.
    async fn begin(
        &self,
        guild: GuildId,
        in_flight: InFlight,
        replaces: Option<crate::delivery::Nonce>,
    ) -> Stored<DeliveryOutcome>;

    /// Ends a batch: cursor, counters, the index of posted messages, a dead letter, in one write.
    async fn settle(&self, settlement: Settlement) -> Stored<DeliveryOutcome>;

    /// Moves a cursor on without posting (events that are not for it; [Skip to now]). Never back. Fails with
    /// `Conflict` while a batch is in flight.
    async fn advance(&self, guild: GuildId, id: SubscriptionId, to: JournalNumber)
    -> Stored<DeliveryOutcome>;

    /// The dead letters of a server, oldest first.
    async fn dead_letters(&self, guild: GuildId) -> Stored<Vec<DeadLetter>>;

    /// Asks for another try of a dead letter; `false` where it is gone.
    async fn retry_dead_letter(&self, guild: GuildId, id: DeadLetterId) -> Stored<bool>;

    /// Throws a dead letter away; `false` where it is gone.
    async fn drop_dead_letter(&self, guild: GuildId, id: DeadLetterId) -> Stored<bool>;

    /// How many events pruning dropped for a subscription on hold: exception (b) of the promise in ARCHITECTURE.md.
    async fn dropped(&self, guild: GuildId, id: SubscriptionId) -> Stored<u64>;

    /// The messages that show a contact's events.
    async fn posted_about(&self, workspace: &WorkspaceId, contact: &ContactId) -> Stored<Vec<PostedMessage>>;

    /// The last messages of ours in a channel, newest first, at most 5.
    async fn own_messages(&self, channel: ChannelId) -> Stored<Vec<MessageId>>;

    /// Remembers a message of ours that shows no event (the notice that `/notify add` posts).
    async fn remember_own_message(&self, channel: ChannelId, message: MessageId) -> Stored<()>;

    /// How many events of each kind a server got on a day, such as `2026-11-23`.
    async fn posted_on(&self, guild: GuildId, day: &str) -> Stored<PostedCounts>;
}

/// The whole store.
pub trait Store: JournalStore + DeliveryStore + SettingsStore + StoreHealth {}

impl<T: JournalStore + DeliveryStore + SettingsStore + StoreHealth> Store for T {}
