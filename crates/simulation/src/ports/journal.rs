//! What polling needs of the store.

use std::collections::BTreeMap;
use std::ops::RangeInclusive;

use async_trait::async_trait;
use deskbell_domain::amendment::Amendment;
use deskbell_domain::difference::StoredSnapshot;
use deskbell_domain::event::{Actor, Entry, Event, EventId, EventKind};
use deskbell_domain::ids::{ContactId, ConversationId, JournalNumber, WorkspaceId};
use deskbell_domain::port::store::{
    Append, AppendOutcome, Baseline, Hint, Hinted, HintedKind, Inbox, Journal, Learnt, Naming, Pruned,
    Reading, Stored, Stream, StreamState,
};
use deskbell_domain::roll_up::{Day, RollUp};
use deskbell_domain::time::{Timestamp, UnixMillis};

use super::StorePort;
use crate::amended;
use crate::power::Operation;

#[async_trait]
impl Journal for StorePort {
    async fn append(&self, append: Append) -> Stored<AppendOutcome> {
        let world = self.world.of_workspace(&append.workspace);
        world.ledger().attempted = Some(append.clone());
        let work = async {
            let answer = self.store.append(append.clone()).await;
            if let Ok(AppendOutcome::Appended { .. }) = &answer {
                world.learn_append(&self.store, &append).await;
            }
            answer
        };
        // Most appends only move a mark: a death at any of them would rarely be one among events.
        let operation = if append.events.is_empty() { Operation::Append } else { Operation::AppendEvents };
        self.world.power.around(operation, work).await
    }

    async fn stream(&self, workspace: &WorkspaceId, stream: Stream) -> Stored<Option<StreamState>> {
        self.world.power.around(Operation::Stream, self.store.stream(workspace, stream)).await
    }

    async fn baseline(&self, workspace: &WorkspaceId) -> Stored<Option<Baseline>> {
        self.world.power.around(Operation::Baseline, self.store.baseline(workspace)).await
    }

    async fn seen(&self, workspace: &WorkspaceId, ids: &[EventId]) -> Stored<Vec<bool>> {
        self.world.power.around(Operation::Seen, self.store.seen(workspace, ids)).await
    }

    async fn event(&self, workspace: &WorkspaceId, id: &EventId) -> Stored<Option<Event>> {
        self.world.power.around(Operation::Event, self.store.event(workspace, id)).await
    }

    async fn snapshots(
        &self,
        workspace: &WorkspaceId,
        epoch: u32,
        contacts: &[ContactId],
    ) -> Stored<Vec<Option<StoredSnapshot>>> {
        let work = self.store.snapshots(workspace, epoch, contacts);
        self.world.power.around(Operation::Snapshots, work).await
    }

    async fn head(&self, workspace: &WorkspaceId) -> Stored<JournalNumber> {
        self.world.power.around(Operation::Head, self.store.head(workspace)).await
    }

    async fn newest(&self, workspace: &WorkspaceId) -> Stored<BTreeMap<EventKind, Timestamp>> {
        self.world.power.around(Operation::Newest, self.store.newest(workspace)).await
    }

    async fn remember_actor(
        &self,
        workspace: &WorkspaceId,
        contact: &ContactId,
        actor: &Actor,
    ) -> Stored<()> {
        let work = self.store.remember_actor(workspace, contact, actor);
        self.world.power.around(Operation::RememberActor, work).await
    }

    async fn actor(&self, workspace: &WorkspaceId, contact: &ContactId) -> Stored<Option<Actor>> {
        self.world.power.around(Operation::Actor, self.store.actor(workspace, contact)).await
    }

    async fn unnamed(
        &self,
        workspace: &WorkspaceId,
        after: JournalNumber,
        limit: usize,
    ) -> Stored<Vec<Entry>> {
        self.world.power.around(Operation::Unnamed, self.store.unnamed(workspace, after, limit)).await
    }

    async fn amend(
        &self,
        workspace: &WorkspaceId,
        number: JournalNumber,
        learnt: &Amendment,
        naming: Naming,
    ) -> Stored<()> {
        let world = self.world.of_workspace(workspace);
        let work = async {
            let answer = self.store.amend(workspace, number, learnt, naming).await;
            if answer.is_ok() {
                amended::learnt(&world, &self.store, number, learnt).await;
            }
            answer
        };
        self.world.power.around(Operation::Amend, work).await
    }

    async fn learn(&self, workspace: &WorkspaceId, event: &EventId, learnt: &Amendment) -> Stored<Learnt> {
        let world = self.world.of_workspace(workspace);
        let work = async {
            let answer = self.store.learn(workspace, event, learnt).await;
            if matches!(answer, Ok(Learnt::News)) {
                amended::keep(&world, event, learnt);
                world.tell(format_args!("{event} stands otherwise by now"));
            }
            answer
        };
        self.world.power.around(Operation::Learn, work).await
    }

    async fn rolled_up(&self, workspace: &WorkspaceId, days: RangeInclusive<Day>) -> Stored<Vec<RollUp>> {
        self.store.rolled_up(workspace, days).await
    }

    async fn prune(&self, workspace: &WorkspaceId, keep_from: UnixMillis) -> Stored<Pruned> {
        let world = self.world.of_workspace(workspace);
        world.ledger().pruned_to(keep_from);
        let work = async {
            let answer = self.store.prune(workspace, keep_from).await;
            if answer.as_ref().is_ok_and(|pruned| pruned.entries > 0) {
                world.learn_pruned(&self.store).await;
            }
            answer
        };
        self.world.power.around(Operation::Prune, work).await
    }
}

#[async_trait]
impl Inbox for StorePort {
    async fn hint(&self, workspace: &WorkspaceId, of: &Hinted) -> Stored<()> {
        self.world.power.around(Operation::Hint, self.store.hint(workspace, of)).await
    }

    async fn hints(&self, workspace: &WorkspaceId, of: HintedKind, limit: usize) -> Stored<Vec<Hint>> {
        self.world.power.around(Operation::Hints, self.store.hints(workspace, of, limit)).await
    }

    async fn looked_at(&self, workspace: &WorkspaceId, hints: &[Hint], readings: &[Reading]) -> Stored<()> {
        // A row that was looked at may go whether anybody hears of it or not.
        let world = self.world.of_workspace(workspace);
        for hint in hints {
            world.ledger().webhooks.looked_at(&hint.of);
        }
        let looked_at = self.store.looked_at(workspace, hints, readings);
        self.world.power.around(Operation::LookedAt, looked_at).await
    }

    async fn read_up_to(
        &self,
        workspace: &WorkspaceId,
        conversations: &[ConversationId],
    ) -> Stored<Vec<Option<Timestamp>>> {
        let read = self.store.read_up_to(workspace, conversations);
        self.world.power.around(Operation::ReadUpTo, read).await
    }
}
