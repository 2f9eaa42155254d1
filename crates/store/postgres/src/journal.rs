//! The journal with its seen-keys, snapshots and marks, and what is known of them.

mod amendments;
pub(crate) mod append;
pub(crate) mod entries;
mod letters;
mod prune;
pub(crate) mod spots;

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
use deskbell_store::rules::prune::Order;
use deskbell_store::rules::records::ACTOR_KEPT_MS;

use crate::cells::{Cells as _, or_skip};
use crate::sql::statements;
use crate::store::PostgresStore;
use crate::value::call;
use crate::workspace;

statements!("journal.sql": SEEN SEEN_HIDDEN EVENT UNNAMED SNAPSHOTS REMEMBER_ACTOR ACTOR ROLL_UPS);

#[async_trait]
impl Journal for PostgresStore {
    async fn append(&self, append: Append) -> Stored<AppendOutcome> {
        let given = append::Given::default();
        let what = (&append, &given);
        self.write(|transaction| async move { append::append(self, &transaction, what).await }).await
    }

    async fn stream(&self, workspace: &WorkspaceId, stream: Stream) -> Stored<Option<StreamState>> {
        let held = workspace::look(self, workspace).await?;
        Ok(held.and_then(|held| held.streams.get(&stream).copied()))
    }

    async fn baseline(&self, workspace: &WorkspaceId) -> Stored<Option<Baseline>> {
        Ok(workspace::look(self, workspace).await?.and_then(|held| held.baseline))
    }

    async fn seen(&self, workspace: &WorkspaceId, ids: &[EventId]) -> Stored<Vec<bool>> {
        let asked = ids.to_vec();
        let read = |rows: Vec<tokio_postgres::Row>| rows.iter().map(|row| row.text("event_id")).collect();
        let mut seen: std::collections::BTreeSet<String> =
            self.read_rows(call!(SEEN, workspace, asked), read).await?;
        let hidden = workspace::look(self, workspace).await?.and_then(|held| held.hidden);
        if let Some(hidden) = hidden {
            let digests: BTreeMap<_, _> = ids.iter().map(|id| (hidden.event(id), id.as_str())).collect();
            let asked: Vec<String> = digests.keys().cloned().collect();
            let read = |rows: Vec<tokio_postgres::Row>| rows.iter().map(|row| row.text("digest")).collect();
            let found: Vec<String> = self.read_rows(call!(SEEN_HIDDEN, workspace, asked), read).await?;
            seen.extend(found.iter().filter_map(|digest| digests.get(digest).map(|id| (*id).to_owned())));
        }
        Ok(ids.iter().map(|id| seen.contains(id.as_str())).collect())
    }

    async fn event(&self, workspace: &WorkspaceId, id: &EventId) -> Stored<Option<Event>> {
        self.read_rows(call!(EVENT, workspace, id), |rows| {
            let entries = entries::read(self, workspace, &rows, AmendmentNumber::LATEST)?;
            Ok(entries.into_values().next())
        })
        .await
    }

    async fn snapshots(
        &self,
        workspace: &WorkspaceId,
        epoch: u32,
        contacts: &[ContactId],
    ) -> Stored<Vec<Option<StoredSnapshot>>> {
        let call = call!(SNAPSHOTS, workspace, epoch, contacts);
        self.read_rows(call, |rows| {
            let mut found: BTreeMap<String, StoredSnapshot> = BTreeMap::new();
            for row in rows {
                let contact = row.text("contact")?;
                let spot = spots::snapshot(workspace, epoch, &contact);
                let snapshot = or_skip(self.bodies.open(&spot, &row.bytes("body")?))?;
                found.extend(snapshot.map(|snapshot| (contact, snapshot)));
            }
            Ok(contacts.iter().map(|id| found.get(id.as_str()).cloned()).collect())
        })
        .await
    }

    async fn head(&self, workspace: &WorkspaceId) -> Stored<JournalNumber> {
        Ok(workspace::look(self, workspace).await?.map_or(JournalNumber(0), |held| held.head))
    }

    async fn newest(&self, workspace: &WorkspaceId) -> Stored<BTreeMap<EventKind, Timestamp>> {
        Ok(workspace::look(self, workspace).await?.map(|held| held.newest).unwrap_or_default())
    }

    async fn remember_actor(
        &self,
        workspace: &WorkspaceId,
        contact: &ContactId,
        actor: &Actor,
    ) -> Stored<()> {
        let since = self.clock.now();
        self.write(|transaction| async move {
            let (held, []) = workspace::lock(self, &transaction, workspace, []).await?;
            let erased = workspace::erased(&transaction, workspace, held.hidden.as_ref(), [contact]).await?;
            if erased.is_empty() {
                let body = self.bodies.seal(&spots::actor(workspace, contact.as_str()), actor)?;
                transaction.write(call!(REMEMBER_ACTOR, workspace, contact, since, body));
            }
            Ok(())
        })
        .await
    }

    async fn actor(&self, workspace: &WorkspaceId, contact: &ContactId) -> Stored<Option<Actor>> {
        let now = self.clock.now();
        self.read_rows(call!(ACTOR, workspace, contact), |rows| {
            let Some(row) = rows.first() else { return Ok(None) };
            let since = UnixMillis(row.signed("since")?);
            if now.since(since) >= ACTOR_KEPT_MS {
                return Ok(None);
            }
            self.bodies.open(&spots::actor(workspace, contact.as_str()), &row.bytes("body")?).map(Some)
        })
        .await
    }

    async fn unnamed(
        &self,
        workspace: &WorkspaceId,
        after: JournalNumber,
        limit: usize,
    ) -> Stored<Vec<Entry>> {
        self.read_rows(call!(UNNAMED, workspace, after, limit as u64), |rows| {
            let entries = entries::read(self, workspace, &rows, AmendmentNumber::LATEST)?;
            Ok(entries.into_iter().map(|(number, event)| Entry { number, event }).collect())
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
        let news = (number, learnt, naming);
        self.write(|transaction| async move { amendments::amend(self, &transaction, workspace, news).await })
            .await
    }

    async fn learn(&self, workspace: &WorkspaceId, event: &EventId, learnt: &Amendment) -> Stored<Learnt> {
        let work = |transaction| async move {
            amendments::learn(self, &transaction, workspace, event, learnt).await
        };
        self.write_once(workspace, work).await
    }

    async fn rolled_up(&self, workspace: &WorkspaceId, days: RangeInclusive<Day>) -> Stored<Vec<RollUp>> {
        self.read_rows(call!(ROLL_UPS, workspace, days.start(), days.end()), |rows| {
            let mut found = Vec::new();
            for row in rows {
                let day = Day(row.signed("day")?);
                found.extend(or_skip(row.json("counts", "roll-up"))?.map(|counts| RollUp { day, counts }));
            }
            Ok(found)
        })
        .await
    }

    async fn prune(&self, workspace: &WorkspaceId, keep_from: UnixMillis) -> Stored<Pruned> {
        let order = Order { workspace: workspace.clone(), keep_from, now: self.clock.now() };
        let order = &order;
        let work = |transaction| async move { prune::prune(self, &transaction, order).await };
        let (pruned, place) = self.write_once(workspace, work).await?;
        self.pruned_to.set(workspace, place);
        Ok(pruned)
    }
}
