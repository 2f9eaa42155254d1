//! Ending a batch: the cursor, the counters, the index of posted messages and a dead letter, in one write.

use deskbell_domain::delivery::{
    DeadLetter, DeadLetterId, PostedCounts, PostedMessage, Settlement, Source, Verdict,
};
use deskbell_domain::event::{Event, EventKind};
use deskbell_domain::ids::{JournalNumber, MessageId};
use deskbell_domain::layout::Layout;
use deskbell_domain::port::store::{DeliveryOutcome, Stored};

use super::own_messages;
use crate::codec;
use crate::engine::Direction;
use crate::journal::{edits, pages};
use crate::keys;
use crate::reader::{Reader, load, load_or_skip};
use crate::records::ProgressRecord;
use crate::write_batch::WriteBatch;

/// How many days with posts a server's counters are kept for.
pub const DAYS: usize = 35;

pub(super) fn settle(writes: &mut WriteBatch<'_>, settlement: &Settlement) -> Stored<DeliveryOutcome> {
    let batch = &settlement.in_flight;
    let key = keys::progress(settlement.home.guild, batch.subscription);
    let Some(mut progress) = load::<ProgressRecord>(writes, &key)? else {
        return Ok(DeliveryOutcome::Conflict);
    };
    if progress.in_flight.as_ref().is_none_or(|present| present.nonce != batch.nonce) {
        return repeated(writes, settlement, &progress);
    }
    end_batch(writes, settlement)?;
    end_flight(&mut progress, settlement);
    writes.put(key, &progress);
    Ok(DeliveryOutcome::Done)
}

/// The progress of a subscription whose batch is settled.
pub fn end_flight(progress: &mut ProgressRecord, settlement: &Settlement) {
    let batch = &settlement.in_flight;
    progress.in_flight = None;
    if batch.source == Source::Journal {
        progress.cursor = progress.cursor.max(batch.cursor_after);
        progress.crowd_until = batch.crowd_until;
        // One event that had to be shown otherwise says nothing of how the rest of the crowd is.
        if matches!(batch.layout, Layout::Brief | Layout::Lines) {
            progress.crowd_layout = batch.crowd_until.map(|_| batch.layout);
        }
    }
    if matches!(settlement.verdict, Verdict::Posted(_)) {
        progress.last_posted = Some(settlement.at);
    }
}

/// How a settlement ends whose batch is not in flight: it was settled before, or something else stands there. `letter` is the
/// dead letter that it is of.
pub fn settled_before(
    progress: &ProgressRecord,
    settlement: &Settlement,
    letter: Option<&DeadLetter>,
) -> DeliveryOutcome {
    let settled = match settlement.in_flight.source {
        Source::Journal => progress.cursor >= settlement.in_flight.cursor_after,
        Source::DeadLetter(_) => match settlement.verdict {
            Verdict::Posted(_) | Verdict::Vanished => letter.is_none(),
            Verdict::Dead { .. } => letter.is_none_or(|letter| !letter.retry),
        },
    };
    if settled { DeliveryOutcome::Done } else { DeliveryOutcome::Conflict }
}

fn repeated(
    writes: &WriteBatch<'_>,
    settlement: &Settlement,
    progress: &ProgressRecord,
) -> Stored<DeliveryOutcome> {
    let letter = match settlement.in_flight.source {
        Source::Journal => None,
        Source::DeadLetter(id) => load_or_skip(writes, &keys::dead_letter(&settlement.home, id))?,
    };
    Ok(settled_before(progress, settlement, letter.as_ref()))
}

fn end_batch(writes: &mut WriteBatch<'_>, settlement: &Settlement) -> Stored<()> {
    match &settlement.verdict {
        Verdict::Posted(message) => {
            let events = events(writes, settlement)?;
            if let Some(message) = *message {
                index(writes, settlement, &events, message)?;
            }
            // Of one message all events are of one kind.
            count(writes, settlement, events.first().map_or(settlement.kind, Event::kind))?;
            drop_letter(writes, settlement);
        }
        Verdict::Dead { event, reason } => set_aside(writes, settlement, event, reason)?,
        Verdict::Vanished => drop_letter(writes, settlement),
    }
    Ok(())
}

fn drop_letter(writes: &mut WriteBatch<'_>, settlement: &Settlement) {
    if let Source::DeadLetter(id) = settlement.in_flight.source {
        writes.delete(keys::dead_letter(&settlement.home, id));
    }
}

/// Keeps the message's id under every contact that it shows, and as one of ours.
fn index(
    writes: &mut WriteBatch<'_>,
    settlement: &Settlement,
    events: &[Event],
    message: MessageId,
) -> Stored<()> {
    let (workspace, channel) = (&settlement.home.workspace, settlement.in_flight.channel);
    for event in events {
        let Some(contact) = event.contact_id() else { continue };
        let key = keys::posted(workspace, contact, channel, message, &event.id);
        let posted =
            PostedMessage { guild: settlement.home.guild, channel, message, event: event.id.clone() };
        writes.put(key, &posted);
    }
    edits::remember(writes, settlement, message)?;
    own_messages::remember(writes, channel, message)
}

/// The events of the batch, as far as they can still be read.
fn events(writes: &WriteBatch<'_>, settlement: &Settlement) -> Stored<Vec<Event>> {
    if let Source::DeadLetter(id) = settlement.in_flight.source {
        let letter: Option<DeadLetter> = load_or_skip(writes, &keys::dead_letter(&settlement.home, id))?;
        return Ok(letter.into_iter().map(|letter| letter.event).collect());
    }
    let mut events = Vec::new();
    for number in &settlement.in_flight.numbers {
        let entry = pages::entry(writes, &settlement.home.workspace, *number, settlement.in_flight.amended)?;
        events.extend(entry.map(|entry| entry.event));
    }
    Ok(events)
}

fn count(writes: &mut WriteBatch<'_>, settlement: &Settlement, kind: EventKind) -> Stored<()> {
    let key = keys::day(settlement.home.guild, &settlement.day);
    let known: Option<PostedCounts> = load_or_skip(writes, &key)?;
    if known.is_none() {
        forget_old_days(writes, settlement)?;
    }
    let mut counts = known.unwrap_or_default();
    counts.add(kind, settlement.in_flight.numbers.len() as u64);
    writes.put(key, &counts);
    Ok(())
}

fn forget_old_days(writes: &mut WriteBatch<'_>, settlement: &Settlement) -> Stored<()> {
    let days = writes.range(&keys::days(settlement.home.guild).below(), usize::MAX, Direction::Descending)?;
    for (key, _) in days.into_iter().skip(DAYS - 1) {
        writes.delete_raw(key);
    }
    Ok(())
}

fn set_aside(
    writes: &mut WriteBatch<'_>,
    settlement: &Settlement,
    event: &Event,
    reason: &str,
) -> Stored<()> {
    let batch = &settlement.in_flight;
    let Some(number) = batch.numbers.first().copied() else { return Ok(()) };
    let id = match batch.source {
        Source::DeadLetter(id) => id,
        Source::Journal => next_letter(writes, settlement)?,
    };
    writes.put(keys::dead_letter(&settlement.home, id), &letter_of(settlement, (id, number), event, reason));
    Ok(())
}

/// The dead letter that a settlement makes of an event.
pub fn letter_of(
    settlement: &Settlement,
    (id, number): (DeadLetterId, JournalNumber),
    event: &Event,
    reason: &str,
) -> DeadLetter {
    DeadLetter {
        id,
        guild: settlement.home.guild,
        subscription: settlement.in_flight.subscription,
        number,
        event: event.clone(),
        reason: reason.to_owned(),
        since: settlement.at.seconds(),
        retry: false,
        may_stand: settlement.in_flight.may_stand,
    }
}

fn next_letter(writes: &mut WriteBatch<'_>, settlement: &Settlement) -> Stored<DeadLetterId> {
    let key = keys::dead_letter_counter(settlement.home.guild);
    let last: DeadLetterId = load(writes, &key)?.unwrap_or(DeadLetterId(0));
    let next = DeadLetterId(last.0.checked_add(1).ok_or_else(|| codec::unreadable(key.as_bytes()))?);
    writes.put(key, &next);
    Ok(next)
}
