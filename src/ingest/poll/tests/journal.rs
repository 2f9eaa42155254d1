//! A journal in memory that does what the port promises, and fails when it is told to.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard};

use async_trait::async_trait;
use deskbell_domain::difference::StoredSnapshot;
use deskbell_domain::event::{Actor, Entry, EventId, EventKind};
use deskbell_domain::ids::{ContactId, JournalNumber, WorkspaceId};
use deskbell_domain::port::store::{
    Append, AppendOutcome, Baseline, Journal, Pruned, SnapshotMode, StoreError, Stored, Stream, StreamState,
};
use deskbell_domain::status::StoreState;
use deskbell_domain::time::{Clock, Timestamp, UnixMillis};
use tokio::sync::watch;

#[derive(Default)]
pub(super) struct Contents {
    pub(super) entries: Vec<Entry>,
    pub(super) seen: BTreeSet<EventId>,
    pub(super) snapshots: BTreeMap<(u32, ContactId), StoredSnapshot>,
    pub(super) streams: BTreeMap<Stream, StreamState>,
    pub(super) baseline: Option<Baseline>,
    pub(super) actors: BTreeMap<ContactId, Actor>,
    /// Every append that was asked for.
    pub(super) appends: Vec<Append>,
    /// Whether the next appends succeed; those that nothing is said of do.
    pub(super) plan: VecDeque<Plan>,
    pub(super) unwritable: bool,
}

/// What becomes of an append.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Plan {
    Succeed,
    Fail,
    Conflict,
}

pub(super) struct FakeJournal {
    contents: Mutex<Contents>,
    state: watch::Sender<StoreState>,
    clock: Arc<dyn Clock>,
}

pub(super) fn full_disk() -> StoreError {
    StoreError::Unwritable(std::io::Error::other("no space left on device"))
}

impl FakeJournal {
    pub(super) fn new(clock: Arc<dyn Clock>) -> Self {
        Self { contents: Mutex::default(), state: watch::Sender::default(), clock }
    }

    /// What a store says of itself.
    pub(super) fn state(&self) -> watch::Receiver<StoreState> {
        self.state.subscribe()
    }

    /// Whether a write succeeds, as the store tells it.
    pub(super) fn written<T>(&self, answer: Stored<T>) -> Stored<T> {
        self.state.send_if_modified(|state| match (&answer, *state) {
            (Ok(_), _) => std::mem::take(state) != StoreState::Writable,
            (Err(StoreError::Unwritable(_)), StoreState::Writable) => {
                *state = StoreState::Unwritable { since: self.clock.now() };
                true
            }
            (Err(_), _) => false,
        });
        answer
    }

    pub(super) fn contents(&self) -> MutexGuard<'_, Contents> {
        self.contents.lock().unwrap()
    }

    /// The ids of the events, in the journal's order.
    pub(super) fn ids(&self) -> Vec<String> {
        self.contents().entries.iter().map(|entry| entry.event.id.to_string()).collect()
    }
}

impl Contents {
    fn apply(&mut self, append: Append) -> AppendOutcome {
        if let Some(moved) = append.stream {
            if self.streams.get(&moved.stream) != moved.expected.as_ref() {
                return AppendOutcome::Conflict;
            }
            match moved.next {
                Some(next) => self.streams.insert(moved.stream, next),
                None => self.streams.remove(&moved.stream),
            };
        }
        for write in append.snapshots {
            let key = (write.epoch, write.snapshot.contact.clone());
            if write.mode == SnapshotMode::Replace || !self.snapshots.contains_key(&key) {
                self.snapshots.insert(key, write.snapshot);
            }
        }
        self.baseline = append.baseline.or(self.baseline);
        let mut numbers = Vec::new();
        for event in append.events {
            if self.seen.insert(event.id.clone()) {
                let number = JournalNumber(self.entries.len() as u64 + 1);
                numbers.push(number);
                self.entries.push(Entry { number, event });
            }
        }
        AppendOutcome::Appended { numbers }
    }
}

#[async_trait]
impl Journal for FakeJournal {
    async fn append(&self, append: Append) -> Stored<AppendOutcome> {
        let mut contents = self.contents();
        assert!(append.events.len() <= 256, "a write is bounded");
        let places: Vec<_> = append.events.iter().map(|event| (event.at, &event.id)).collect();
        assert!(places.is_sorted(), "events ascend by time and id");
        contents.appends.push(append.clone());
        if contents.unwritable {
            return self.written(Err(full_disk()));
        }
        self.written(match contents.plan.pop_front().unwrap_or(Plan::Succeed) {
            Plan::Succeed => Ok(contents.apply(append)),
            Plan::Fail => Err(full_disk()),
            Plan::Conflict => Ok(AppendOutcome::Conflict),
        })
    }

    async fn stream(&self, _: &WorkspaceId, stream: Stream) -> Stored<Option<StreamState>> {
        Ok(self.contents().streams.get(&stream).copied())
    }

    async fn baseline(&self, _: &WorkspaceId) -> Stored<Option<Baseline>> {
        Ok(self.contents().baseline)
    }

    async fn seen(&self, _: &WorkspaceId, ids: &[EventId]) -> Stored<Vec<bool>> {
        let contents = self.contents();
        Ok(ids.iter().map(|id| contents.seen.contains(id)).collect())
    }

    async fn snapshots(
        &self,
        _: &WorkspaceId,
        epoch: u32,
        contacts: &[ContactId],
    ) -> Stored<Vec<Option<StoredSnapshot>>> {
        let contents = self.contents();
        Ok(contacts.iter().map(|id| contents.snapshots.get(&(epoch, id.clone())).cloned()).collect())
    }

    async fn head(&self, _: &WorkspaceId) -> Stored<JournalNumber> {
        Ok(JournalNumber(self.contents().entries.len() as u64))
    }

    async fn newest(&self, _: &WorkspaceId) -> Stored<BTreeMap<EventKind, Timestamp>> {
        Ok(BTreeMap::new())
    }

    async fn remember_actor(&self, _: &WorkspaceId, contact: &ContactId, actor: &Actor) -> Stored<()> {
        self.contents().actors.insert(contact.clone(), actor.clone());
        Ok(())
    }

    async fn actor(&self, _: &WorkspaceId, contact: &ContactId) -> Stored<Option<Actor>> {
        Ok(self.contents().actors.get(contact).cloned())
    }

    async fn prune(&self, _: &WorkspaceId, _: UnixMillis) -> Stored<Pruned> {
        Ok(Pruned::default())
    }
}
