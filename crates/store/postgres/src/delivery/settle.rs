//! Ending a batch: the cursor, the counters, the index of posted messages and a dead letter, in one write.

use deskbell_domain::delivery::{DeadLetter, DeadLetterId, Settlement, Source, Verdict};
use deskbell_domain::event::{Event, EventId, EventKind};
use deskbell_domain::ids::{AmendmentNumber, ContactId, MessageId};
use deskbell_domain::port::store::DeliveryOutcome;
use deskbell_store::rules::delivery::{DAYS, end_flight, letter_of, settled_before};
use tokio_postgres::Row;

use super::{letters, own_messages, shapes};
use crate::cells::Cells as _;
use crate::failure::{Attempt, Failure};
use crate::journal::entries;
use crate::progress_rows;
use crate::sql::statements;
use crate::store::PostgresStore;
use crate::transaction::Transaction;
use crate::value::call;
use crate::workspace;

statements!("delivery.sql": POSTED KNOWN_DAYS COUNT FORGET_DAYS NEXT_LETTER);

pub(super) async fn settle(
    store: &PostgresStore,
    transaction: &Transaction,
    settlement: &Settlement,
) -> Attempt<DeliveryOutcome> {
    let (home, batch) = (&settlement.home, &settlement.in_flight);
    let letter = match batch.source {
        Source::DeadLetter(id) => id,
        // No letter has this number.
        Source::Journal => DeadLetterId(0),
    };
    let look = [
        progress_rows::locked(&home.workspace, batch.subscription),
        letters::asked(home, letter),
        entries::asked(&home.workspace, &batch.numbers),
        own_messages::asked(&home.workspace, batch.channel),
        call!(KNOWN_DAYS, home.workspace, home.guild),
    ];
    let Some((_, [rows, letter, entries, own, days])) =
        workspace::share(store, transaction, &home.workspace, look).await?
    else {
        return Ok(DeliveryOutcome::Conflict);
    };
    let Some(row) = rows.first() else { return Ok(DeliveryOutcome::Conflict) };
    let mut progress = progress_rows::read(row)?;
    let letter = letters::read_all(store, home, &letter)?.pop();
    if progress.in_flight.as_ref().is_none_or(|present| present.nonce != batch.nonce) {
        return Ok(settled_before(&progress, settlement, letter.as_ref()));
    }
    let ending = Ending { store, transaction, settlement, letter, entries, own, days };
    ending.batch().await?;
    end_flight(&mut progress, settlement);
    transaction.write(progress_rows::save(&home.workspace, batch.subscription, &progress));
    Ok(DeliveryOutcome::Done)
}

/// A batch that ends, and what was looked at for that.
struct Ending<'a> {
    store: &'a PostgresStore,
    transaction: &'a Transaction,
    settlement: &'a Settlement,
    letter: Option<DeadLetter>,
    entries: Vec<Row>,
    own: Vec<Row>,
    days: Vec<Row>,
}

impl Ending<'_> {
    async fn batch(&self) -> Attempt<()> {
        match &self.settlement.verdict {
            Verdict::Posted(message) => {
                let events = self.events()?;
                if let Some(message) = *message {
                    self.index(message, &events)?;
                }
                // Of one message all events are of one kind.
                self.count(events.first().map_or(self.settlement.kind, Event::kind))?;
                self.drop_letter();
            }
            Verdict::Dead { event, reason } => self.set_aside(event, reason).await?,
            Verdict::Vanished => self.drop_letter(),
        }
        Ok(())
    }

    fn drop_letter(&self) {
        if let Source::DeadLetter(id) = self.settlement.in_flight.source {
            self.transaction.write(letters::forget(&self.settlement.home, id));
        }
    }

    /// Keeps the message's id under every contact that it shows, and as one of ours.
    fn index(&self, message: MessageId, events: &[Event]) -> Attempt<()> {
        let (home, channel) = (&self.settlement.home, self.settlement.in_flight.channel);
        let shown = events.iter().filter_map(|event| Some((event.contact_id()?, &event.id)));
        let (contacts, ids): (Vec<ContactId>, Vec<EventId>) =
            shown.map(|(contact, id)| (contact.clone(), id.clone())).unzip();
        if !contacts.is_empty() {
            let (messages, channels) = (vec![message; ids.len()], vec![channel; ids.len()]);
            let posted = call!(POSTED, home.workspace, contacts, messages, channels, ids, home.guild);
            self.transaction.write(posted);
        }
        for call in shapes::remember(self.settlement, message, self.last_amendment()?) {
            self.transaction.write(call);
        }
        own_messages::remember(self.transaction, &home.workspace, (channel, message), &self.own)
    }

    /// The events of the batch, as far as they can still be read.
    fn events(&self) -> Attempt<Vec<Event>> {
        if let Source::DeadLetter(_) = self.settlement.in_flight.source {
            return Ok(self.letter.iter().map(|letter| letter.event.clone()).collect());
        }
        let (workspace, amended) = (&self.settlement.home.workspace, self.settlement.in_flight.amended);
        // A number stands in a batch once, and they ascend.
        Ok(entries::read(self.store, workspace, &self.entries, amended)?.into_values().collect())
    }

    /// What was learnt last of what the batch shows.
    fn last_amendment(&self) -> Attempt<AmendmentNumber> {
        let mut last = AmendmentNumber::NONE;
        for row in &self.entries {
            let learnt = entries::learnt(self.store, &self.settlement.home.workspace, row)?;
            last = learnt.last().map_or(last, |(number, _)| last.max(*number));
        }
        Ok(last)
    }

    fn count(&self, kind: EventKind) -> Attempt<()> {
        let Settlement { home, day, in_flight, .. } = self.settlement;
        let days = self.days.iter().map(|row| row.text("day")).collect::<Attempt<Vec<_>>>()?;
        if !days.contains(day) && days.len() >= DAYS {
            let old = days[DAYS - 1..].to_vec();
            self.transaction.write(call!(FORGET_DAYS, home.workspace, home.guild, old));
        }
        let count = in_flight.numbers.len() as u64;
        self.transaction.write(call!(COUNT, home.workspace, home.guild, day, kind, count));
        Ok(())
    }

    async fn set_aside(&self, event: &Event, reason: &str) -> Attempt<()> {
        let home = &self.settlement.home;
        let Some(number) = self.settlement.in_flight.numbers.first().copied() else { return Ok(()) };
        let id = match self.settlement.in_flight.source {
            Source::DeadLetter(id) => id,
            Source::Journal => {
                let rows = self.transaction.change(call!(NEXT_LETTER, home.workspace, home.guild)).await?;
                let row = rows.first().ok_or_else(|| Failure::unreadable("dead letter"))?;
                DeadLetterId(row.number("letters")?)
            }
        };
        let letter = letter_of(self.settlement, (id, number), event, reason);
        self.transaction.write(letters::write(self.store, home, &letter)?);
        Ok(())
    }
}
