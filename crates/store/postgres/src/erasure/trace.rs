//! Removing the traces of a contact: each function is one transaction, and may be repeated.

use std::collections::BTreeSet;

use deskbell_domain::delivery::Source;
use deskbell_domain::event::EventId;
use deskbell_domain::home::Home;
use deskbell_domain::ids::{AmendmentNumber, JournalNumber};
use deskbell_domain::port::store::{Erased, Extent};
use deskbell_store::rules::erasure::{Waiting, concerns};

use super::waiting::{Found, write};
use super::whom::Trace;
use super::{kept, shown};
use crate::audit::forget_target;
use crate::cells::Cells as _;
use crate::delivery::letters;
use crate::failure::Attempt;
use crate::journal::entries;
use crate::sql::statements;
use crate::store::PostgresStore;
use crate::transaction::Transaction;
use crate::value::call;
use crate::workspace::{self, Held};

statements!("erasure.sql":
    SEE_HIDDEN END_ERASURE FORGET_SEEN SEEN_CHANGES TAKE_OUT TAKE_OUT_LEARNT FORGET_SNAPSHOTS FORGET_ACTOR FORGET_HINT
    SUBSCRIPTIONS PROGRESS
);

impl Trace {
    /// Takes entries out of the journal, but for those that are on their way.
    pub(super) async fn entries(
        &self,
        store: &PostgresStore,
        transaction: &Transaction,
        numbers: &[JournalNumber],
    ) -> Attempt<Erased> {
        let Some((held, found)) = self.lock(store, transaction).await? else { return Ok(Erased::default()) };
        let asked = (numbers, AmendmentNumber::NONE);
        let mut events = entries::with_numbers(store, transaction, &self.workspace, asked).await?;
        events.retain(|_, event| event.tells_of(&self.contact));
        let (mut erased, mut waiting) = (Erased::default(), found.waiting());
        let (mut gone, mut ids) = (Vec::new(), Vec::new());
        for (number, event) in &events {
            if waiting.is_in_flight(*number) {
                erased.in_flight += 1;
                continue;
            }
            waiting.drop_entry(*number, event);
            ids.push(event.id.clone());
            gone.push(*number);
        }
        self.hide_seen(transaction, &held, ids).await?;
        transaction.write(call!(TAKE_OUT_LEARNT, self.workspace, gone));
        transaction.write(call!(TAKE_OUT, self.workspace, gone));
        erased.events = gone.len() as u64;
        erased.dropped = write(waiting, transaction, self);
        Ok(erased)
    }

    /// All that does not stand in the journal; and where nothing is on its way any more, this is the end.
    pub(super) async fn rest(
        &self,
        store: &PostgresStore,
        transaction: &Transaction,
        left_behind: u64,
    ) -> Attempt<Erased> {
        let Some((held, found)) = self.lock(store, transaction).await? else { return Ok(Erased::default()) };
        let mut waiting = found.waiting();
        self.letters(store, transaction, (&found, &mut waiting)).await?;
        let mut hidden = shown::forget(transaction, self, &held).await?;
        self.audits(store, transaction).await?;
        if self.begun.extent == Extent::Workspace {
            hidden.extend(self.records(transaction).await?);
        }
        self.hide_seen(transaction, &held, hidden).await?;
        let dropped = write(waiting, transaction, self);
        let in_flight = left_behind.max(found.showing);
        if in_flight == 0 {
            transaction.write(call!(END_ERASURE, self.workspace, self.contact));
        }
        Ok(Erased { events: 0, dropped, in_flight })
    }

    async fn lock(&self, store: &PostgresStore, transaction: &Transaction) -> Attempt<Option<(Held, Found)>> {
        let look = [call!(SUBSCRIPTIONS, self.workspace), call!(PROGRESS, self.workspace)];
        let locked = workspace::lock_present(store, transaction, &self.workspace, look).await?;
        let Some((held, [subscriptions, progress])) = locked else { return Ok(None) };
        let found = Found::read(store, transaction, self, (&subscriptions, &progress)).await?;
        Ok(Some((held, found)))
    }

    async fn letters(
        &self,
        store: &PostgresStore,
        transaction: &Transaction,
        (found, waiting): (&Found, &mut Waiting),
    ) -> Attempt<()> {
        for letter in kept::dead_letters(store, transaction, &self.workspace, &self.contact).await? {
            let is_meant = concerns(&self.begun.servers, self.begun.extent, letter.guild);
            let is_tried_again = found.all.iter().any(|(subscription, record)| {
                let source = record.in_flight.as_ref().map(|batch| batch.source);
                subscription.id == letter.subscription && source == Some(Source::DeadLetter(letter.id))
            });
            if is_meant && !is_tried_again {
                waiting.drop_letter(letter.subscription);
                transaction.write(letters::forget(&Home::new(&self.workspace, letter.guild), letter.id));
            }
        }
        Ok(())
    }

    /// That somebody did something with the contact stays in the audits; that it was this one does not.
    async fn audits(&self, store: &PostgresStore, transaction: &Transaction) -> Attempt<()> {
        let (servers, extent) = (&self.begun.servers, self.begun.extent);
        let is_meant = |guild| concerns(servers, extent, guild);
        forget_target(store, transaction, &self.workspace, (&self.contact, is_meant)).await
    }

    /// Snapshots, who made it, what Intercom told; answers which of its events may have been seen.
    async fn records(&self, transaction: &Transaction) -> Attempt<Vec<EventId>> {
        let (workspace, contact) = (&self.workspace, &self.contact);
        for statement in [FORGET_SNAPSHOTS, FORGET_ACTOR, FORGET_HINT] {
            transaction.write(call!(statement, workspace, contact));
        }
        let mut events = vec![EventId::lead_created(contact), EventId::user_created(contact)];
        let first = EventId::user_updated(contact, 0);
        // What stands behind the last colon is the revision.
        let prefix = first.as_str().rsplit_once(':').map_or(first.as_str(), |(prefix, _)| prefix);
        let prefix = format!("{prefix}:");
        for row in transaction.ask(call!(SEEN_CHANGES, workspace, prefix)).await? {
            let id = row.text("event_id")?;
            let revision = id.rsplit(':').next().and_then(|revision| revision.parse().ok());
            events.extend(revision.map(|revision| EventId::user_updated(contact, revision)));
        }
        Ok(events)
    }

    /// From now on these events are known by their digests alone, as far as they were seen.
    async fn hide_seen(&self, transaction: &Transaction, held: &Held, events: Vec<EventId>) -> Attempt<()> {
        let (Extent::Workspace, Some(hidden)) = (self.begun.extent, &held.hidden) else { return Ok(()) };
        let events: BTreeSet<_> = events.into_iter().collect();
        let asked: Vec<EventId> = events.iter().cloned().collect();
        let rows = transaction.change(call!(FORGET_SEEN, self.workspace, asked)).await?;
        let seen = rows.iter().map(|row| row.text("event_id")).collect::<Attempt<BTreeSet<_>>>()?;
        let digests: Vec<_> =
            events.iter().filter(|id| seen.contains(id.as_str())).map(|id| hidden.event(id)).collect();
        transaction.write(call!(SEE_HIDDEN, self.workspace, digests));
        Ok(())
    }
}
