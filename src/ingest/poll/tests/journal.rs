//! The journal of the tests: the store itself over memory, with an ear for what is appended and a hand that makes appends
//! fail.

use std::collections::{BTreeMap, VecDeque};
use std::ops::RangeInclusive;
use std::sync::{Arc, Mutex, MutexGuard};

use async_trait::async_trait;
use deskbell_domain::amendment::Amendment;
use deskbell_domain::difference::StoredSnapshot;
use deskbell_domain::event::{Actor, Entry, Event, EventId, EventKind};
use deskbell_domain::ids::{AmendmentNumber, ContactId, JournalNumber, WorkspaceId};
use deskbell_domain::port::random::MockRandom;
use deskbell_domain::port::store::{
    Append, AppendOutcome, Baseline, Deliveries as _, Journal, Learnt, Naming, Pruned, Stored, Stream,
    StreamState,
};
use deskbell_domain::roll_up::{Day, RollUp};
use deskbell_domain::time::{Clock, Timestamp, UnixMillis};
use deskbell_store::KvStore;
use deskbell_store::engine::memory::{Fault, MemoryEngine};
use deskbell_store::engine::{Batch, Engine as _};
use futures::FutureExt as _;
use tokio_util::task::TaskTracker;

/// Whose journal it is.
pub(super) fn workspace() -> WorkspaceId {
    WorkspaceId::new("w")
}

/// What becomes of an append.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Plan {
    Succeed,
    Fail,
    Conflict,
}

#[derive(Default)]
struct Watched {
    /// Every append that was asked for.
    appends: Vec<Append>,
    /// Whether the next appends succeed; those that nothing is said of do.
    plan: VecDeque<Plan>,
    disk: Disk,
}

/// Whether the disk has room.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) enum Disk {
    #[default]
    HasRoom,
    IsFull,
}

pub(super) struct WatchedJournal {
    pub(super) store: KvStore,
    engine: MemoryEngine,
    watched: Mutex<Watched>,
}

/// An answer of a store over memory, which nobody has to wait for.
fn now<T>(answer: impl Future<Output = Stored<T>>) -> T {
    answer.now_or_never().expect("memory is read at once").expect("memory can be read")
}

impl WatchedJournal {
    /// A new one, with its writer as a task beside the test.
    pub(super) fn new(clock: Arc<dyn Clock>) -> Self {
        let engine = MemoryEngine::new();
        let (store, writer) = KvStore::over(engine.clone(), clock, Arc::new(MockRandom::new()));
        TaskTracker::new().spawn(writer.run());
        Self { store, engine, watched: Mutex::default() }
    }

    fn watched(&self) -> MutexGuard<'_, Watched> {
        self.watched.lock().unwrap()
    }

    /// What becomes of the next appends.
    pub(super) fn plans(&self, plan: impl IntoIterator<Item = Plan>) {
        self.watched().plan = plan.into_iter().collect();
    }

    pub(super) fn has_disk(&self, disk: Disk) {
        self.watched().disk = disk;
        self.engine.fail((disk == Disk::IsFull).then_some(Fault::Commit));
    }

    /// The appends since it was last asked.
    pub(super) fn take_appends(&self) -> Vec<Append> {
        std::mem::take(&mut self.watched().appends)
    }

    /// The events with what was learnt of them, in the journal's order.
    pub(super) fn events(&self) -> Vec<Event> {
        self.events_as_of(AmendmentNumber::LATEST)
    }

    /// The events as they were announced, in the journal's order.
    pub(super) fn announced(&self) -> Vec<Event> {
        self.events_as_of(AmendmentNumber::NONE)
    }

    fn events_as_of(&self, amended: AmendmentNumber) -> Vec<Event> {
        let head = now(self.store.head(&workspace()));
        let numbers: Vec<_> = (1..=head.0).map(JournalNumber).collect();
        let entries = now(self.store.entries(&workspace(), &numbers, amended));
        entries.into_iter().map(|entry| entry.event).collect()
    }

    /// Their ids.
    pub(super) fn ids(&self) -> Vec<String> {
        self.events().iter().map(|event| event.id.to_string()).collect()
    }

    pub(super) fn stream_state(&self, stream: Stream) -> Option<StreamState> {
        now(self.store.stream(&workspace(), stream))
    }

    pub(super) fn baseline_state(&self) -> Option<Baseline> {
        now(self.store.baseline(&workspace()))
    }

    /// How many users a snapshot is kept of.
    pub(super) fn snapshot_count(&self) -> usize {
        self.snapshot_keys().len()
    }

    /// All snapshots are lost, as if the disk had lost them.
    pub(super) fn loses_snapshots(&self) {
        let writes = self.snapshot_keys().into_iter().map(|key| (key, None)).collect();
        self.engine.commit(Batch { writes }).unwrap();
    }

    /// Under the workspace's `p`, as ARCHITECTURE.md lists the keys.
    fn snapshot_keys(&self) -> Vec<Vec<u8>> {
        let prefix = b"ww\x00\x01p";
        let keys = self.engine.rows().into_iter().map(|(key, _)| key);
        keys.filter(|key| key.starts_with(prefix)).collect()
    }
}

#[async_trait]
impl Journal for WatchedJournal {
    async fn append(&self, append: Append) -> Stored<AppendOutcome> {
        assert!(append.events.len() <= 256, "a write is bounded");
        let places: Vec<_> = append.events.iter().map(|event| (event.at, &event.id)).collect();
        assert!(places.is_sorted(), "events ascend by time and id");
        let plan = {
            let mut watched = self.watched();
            watched.appends.push(append.clone());
            watched.plan.pop_front().unwrap_or(Plan::Succeed)
        };
        match plan {
            Plan::Succeed => self.store.append(append).await,
            Plan::Conflict => Ok(AppendOutcome::Conflict),
            Plan::Fail => {
                self.engine.fail(Some(Fault::Commit));
                let answer = self.store.append(append).await;
                let disk = self.watched().disk;
                self.has_disk(disk);
                answer
            }
        }
    }

    async fn stream(&self, of: &WorkspaceId, stream: Stream) -> Stored<Option<StreamState>> {
        self.store.stream(of, stream).await
    }

    async fn baseline(&self, of: &WorkspaceId) -> Stored<Option<Baseline>> {
        self.store.baseline(of).await
    }

    async fn seen(&self, of: &WorkspaceId, ids: &[EventId]) -> Stored<Vec<bool>> {
        self.store.seen(of, ids).await
    }

    async fn event(&self, of: &WorkspaceId, id: &EventId) -> Stored<Option<Event>> {
        self.store.event(of, id).await
    }

    async fn learn(&self, of: &WorkspaceId, event: &EventId, learnt: &Amendment) -> Stored<Learnt> {
        self.store.learn(of, event, learnt).await
    }

    async fn rolled_up(&self, of: &WorkspaceId, days: RangeInclusive<Day>) -> Stored<Vec<RollUp>> {
        self.store.rolled_up(of, days).await
    }

    async fn snapshots(
        &self,
        of: &WorkspaceId,
        epoch: u32,
        contacts: &[ContactId],
    ) -> Stored<Vec<Option<StoredSnapshot>>> {
        self.store.snapshots(of, epoch, contacts).await
    }

    async fn head(&self, of: &WorkspaceId) -> Stored<JournalNumber> {
        self.store.head(of).await
    }

    async fn newest(&self, of: &WorkspaceId) -> Stored<BTreeMap<EventKind, Timestamp>> {
        self.store.newest(of).await
    }

    async fn remember_actor(&self, of: &WorkspaceId, contact: &ContactId, actor: &Actor) -> Stored<()> {
        self.store.remember_actor(of, contact, actor).await
    }

    async fn actor(&self, of: &WorkspaceId, contact: &ContactId) -> Stored<Option<Actor>> {
        self.store.actor(of, contact).await
    }

    async fn unnamed(&self, of: &WorkspaceId, after: JournalNumber, limit: usize) -> Stored<Vec<Entry>> {
        self.store.unnamed(of, after, limit).await
    }

    async fn amend(
        &self,
        of: &WorkspaceId,
        number: JournalNumber,
        learnt: &Amendment,
        naming: Naming,
    ) -> Stored<()> {
        self.store.amend(of, number, learnt, naming).await
    }

    async fn prune(&self, of: &WorkspaceId, keep_from: UnixMillis) -> Stored<Pruned> {
        self.store.prune(of, keep_from).await
    }
}
