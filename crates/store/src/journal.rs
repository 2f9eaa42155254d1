//! The poll loop's part of the store: the journal with its seen-keys, snapshots, marks and what is known of them.
//!
//! Per event: the entry, in a page of several; its number and own time in a list of its kind (all that `waiting` and
//! `backlog` read); and the seen-key by event id. A seen-key goes with its entry; the rare one that must outlive it
//! moves to an index by time. What is learnt of an entry later stands beside it. What an append costs is its rows rather
//! than its bytes, hence pages and lists.

pub(crate) mod amendments;
pub(crate) mod append;
pub(crate) mod edits;
mod gone;
mod head;
pub(crate) mod kinds;
mod learn;
pub(crate) mod pages;
pub(crate) mod prune;
pub(crate) mod roll_ups;
mod take_out;

use std::collections::BTreeMap;
use std::ops::RangeInclusive;

use async_trait::async_trait;
use deskbell_domain::amendment::Amendment;
use deskbell_domain::difference::StoredSnapshot;
use deskbell_domain::event::{Actor, Entry, Event, EventId, EventKind};
use deskbell_domain::ids::{AmendmentNumber, ContactId, JournalNumber, WorkspaceId};
use deskbell_domain::port::store::{
    Append, AppendOutcome, Baseline, Journal, Learnt, Naming, Pruned, Stored, Stream, StreamState,
};
use deskbell_domain::roll_up::{Day, RollUp};
use deskbell_domain::time::{Timestamp, UnixMillis};

pub(crate) use self::head::head;
pub(crate) use self::take_out::take_out;
use crate::hidden::{self, Hidden};
use crate::keys;
use crate::reader::{load, load_or_skip};
use crate::records::{ACTOR_KEPT_MS, ActorRecord};
use crate::store::KvStore;

#[async_trait]
impl Journal for KvStore {
    async fn append(&self, append: Append) -> Stored<AppendOutcome> {
        self.write(move |writes| append::append(writes, &append)).await
    }

    async fn stream(&self, workspace: &WorkspaceId, stream: Stream) -> Stored<Option<StreamState>> {
        self.peek(|reader| load(reader, &keys::stream(workspace, stream)))
    }

    async fn baseline(&self, workspace: &WorkspaceId) -> Stored<Option<Baseline>> {
        self.peek(|reader| load(reader, &keys::baseline(workspace)))
    }

    async fn seen(&self, workspace: &WorkspaceId, ids: &[EventId]) -> Stored<Vec<bool>> {
        let (workspace, ids) = (workspace.clone(), ids.to_vec());
        self.read(move |reader| {
            let hidden = Hidden::of(reader, &workspace)?;
            ids.iter().map(|id| hidden::is_seen(reader, hidden.as_ref(), &workspace, id)).collect()
        })
        .await
    }

    async fn event(&self, workspace: &WorkspaceId, id: &EventId) -> Stored<Option<Event>> {
        let (workspace, key) = (workspace.clone(), keys::seen(workspace, id));
        self.read(move |reader| match load_or_skip(reader, &key)? {
            Some(number) => {
                let entry = pages::entry(reader, &workspace, number, AmendmentNumber::LATEST)?;
                Ok(entry.map(|entry| entry.event))
            }
            None => Ok(None),
        })
        .await
    }

    async fn snapshots(
        &self,
        workspace: &WorkspaceId,
        epoch: u32,
        contacts: &[ContactId],
    ) -> Stored<Vec<Option<StoredSnapshot>>> {
        let keys: Vec<_> = contacts.iter().map(|id| keys::snapshot(workspace, epoch, id)).collect();
        self.read(move |reader| keys.iter().map(|key| load_or_skip(reader, key)).collect()).await
    }

    async fn head(&self, workspace: &WorkspaceId) -> Stored<JournalNumber> {
        self.peek(|reader| head(reader, workspace))
    }

    async fn newest(&self, workspace: &WorkspaceId) -> Stored<BTreeMap<EventKind, Timestamp>> {
        self.peek(|reader| {
            let mut newest = BTreeMap::new();
            for kind in EventKind::ALL {
                if let Some(at) = load_or_skip(reader, &keys::newest(workspace, kind))? {
                    newest.insert(kind, at);
                }
            }
            Ok(newest)
        })
    }

    async fn remember_actor(
        &self,
        workspace: &WorkspaceId,
        contact: &ContactId,
        actor: &Actor,
    ) -> Stored<()> {
        let key = keys::actor(workspace, contact);
        let record = ActorRecord { actor: actor.clone(), since: self.clock.now() };
        let (workspace, contact) = (workspace.clone(), contact.clone());
        self.write(move |writes| {
            if !hidden::is_erased(writes, &workspace, &contact)? {
                writes.put(key, &record);
            }
            Ok(())
        })
        .await
    }

    async fn actor(&self, workspace: &WorkspaceId, contact: &ContactId) -> Stored<Option<Actor>> {
        let now = self.clock.now();
        let record: Option<ActorRecord> =
            self.peek(|reader| load(reader, &keys::actor(workspace, contact)))?;
        Ok(record.filter(|record| now.since(record.since) < ACTOR_KEPT_MS).map(|record| record.actor))
    }

    async fn unnamed(
        &self,
        workspace: &WorkspaceId,
        after: JournalNumber,
        limit: usize,
    ) -> Stored<Vec<Entry>> {
        let workspace = workspace.clone();
        self.read(move |reader| {
            let numbers = amendments::unnamed(reader, &workspace, after, limit)?;
            let mut pages = pages::PagesInOrder::of(reader, &workspace, AmendmentNumber::LATEST);
            let mut entry = |number| Ok(pages.event(number)?.map(|event| Entry { number, event }));
            numbers.into_iter().filter_map(|number| entry(number).transpose()).collect()
        })
        .await
    }

    async fn amend(
        &self,
        workspace: &WorkspaceId,
        number: JournalNumber,
        learnt: &Amendment,
        naming: Naming,
    ) -> Stored<()> {
        let (workspace, learnt) = (workspace.clone(), learnt.clone());
        self.write(move |writes| amendments::amend(writes, &workspace, number, learnt, naming)).await
    }

    async fn learn(&self, workspace: &WorkspaceId, event: &EventId, learnt: &Amendment) -> Stored<Learnt> {
        let (workspace, event, learnt) = (workspace.clone(), event.clone(), learnt.clone());
        self.write(move |writes| learn::learn(writes, &workspace, &event, learnt)).await
    }

    async fn rolled_up(&self, workspace: &WorkspaceId, days: RangeInclusive<Day>) -> Stored<Vec<RollUp>> {
        self.peek(|reader| roll_ups::read(reader, workspace, days))
    }

    async fn prune(&self, workspace: &WorkspaceId, keep_from: UnixMillis) -> Stored<Pruned> {
        let order = prune::Order { workspace: workspace.clone(), keep_from, now: self.clock.now() };
        let positions = std::sync::Arc::clone(&self.pruned_to);
        self.write(move |writes| prune::prune(writes, &order, &positions)).await
    }
}
