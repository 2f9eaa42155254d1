//! A batch's way out: its record is made durable, it is sent, and the answer decides.

use std::collections::BTreeSet;

use deskbell_domain::delivery::{Backlog, InFlight, Layout, Nonce, Phrasing, Source, Verdict};
use deskbell_domain::event::Entry;
use deskbell_domain::ids::JournalNumber;
use deskbell_domain::port::messenger::PostOutcome;
use deskbell_domain::port::store::Stored;
use deskbell_domain::ring::Ring;
use deskbell_domain::subscription::{Detail, Subscription};
use deskbell_text::announcement::for_batch;
use tokio::time::Instant;

use super::audience::Privacy;
use super::consumer::{BacklogLine, Consumer};
use super::effect::Effect;
use super::flight::Flight;
use super::record::{self, Durable};
use super::sender::Sender;
use super::state::Next;
use super::{entries, mention, refuse, settle};
use crate::deliver::batch::{self, Batch};
use crate::deliver::parts::DeliveryParts;

/// The generation of a dead letter's batch: its nonce differs from that of the batch in which it was refused.
const AGAIN: u32 = 1 << 31;

/// Begins and sends the next batch of a subscription.
pub(crate) async fn begin_batch(sender: &mut Sender, consumer: &mut Consumer) -> Stored<Effect> {
    match batch::cut(consumer.subscription.kind, consumer.waiting(), consumer.crowd) {
        None => {
            consumer.look = None;
            Ok(Effect::LookAgain)
        }
        Some(Batch::Vanished(number)) => pass_over(sender, consumer, number).await,
        Some(Batch::Send { mut entries, layout, crowd_until }) => {
            let goes_on = consumer.crowd.is_some_and(|crowd| entries[0].number <= crowd.until);
            let doubt = consumer.doubt_about(entries[0].number);
            entries.retain(|entry| doubt.is_none_or(|doubt| entry.number <= doubt.until));
            let numbers = entries.iter().map(|entry| entry.number).collect();
            let fresh = new_record(sender, consumer, numbers, Source::Journal).await?;
            let may_stand = doubt.map(|doubt| doubt.since);
            let first_attempt = may_stand.unwrap_or(fresh.first_attempt);
            // What rings for the first of a crowd rings for all of it.
            let ring = if goes_on { Ring::Silent } else { ring(sender, consumer, &entries) };
            let mention = mention::decided(sender, consumer, ring, &entries).await?;
            let ring = Some(ring);
            let record = InFlight { layout, crowd_until, first_attempt, may_stand, ring, mention, ..fresh };
            begin(sender, consumer, record, &entries).await
        }
    }
}

/// An event that waits is not in the store any more.
async fn pass_over(sender: &mut Sender, consumer: &mut Consumer, number: JournalNumber) -> Stored<Effect> {
    let fresh = new_record(sender, consumer, vec![number], Source::Journal).await?;
    let record = InFlight { crowd_until: consumer.crowd.map(|crowd| crowd.until), ..fresh };
    if record::begin(sender, consumer, record).await? == Durable::Conflict {
        return Ok(Effect::Conflict);
    }
    tracing::warn!(
        subscription.id = consumer.subscription.id.0,
        journal.number = number.0,
        "an event is no longer in the store and was passed over"
    );
    Ok(settle::settle(sender, consumer, Verdict::Vanished))
}

/// Begins a batch, and sends it unless it is to be looked for first.
async fn begin(
    sender: &mut Sender,
    consumer: &mut Consumer,
    record: InFlight,
    entries: &[Entry],
) -> Stored<Effect> {
    if record::begin(sender, consumer, record.clone()).await? == Durable::Conflict {
        return Ok(Effect::Conflict);
    }
    consumer.has_begun(&record);
    if record.may_stand.is_some() {
        consumer.state.begin(Flight::of_doubtful(record, Instant::now()));
        return Ok(Effect::LookAgain);
    }
    send(sender, consumer, entries).await
}

/// Sends a dead letter that a person tries again.
pub(crate) async fn begin_again(sender: &mut Sender, consumer: &mut Consumer) -> Stored<Effect> {
    let Some(letter) = consumer.try_again.first().cloned() else { return Ok(Effect::LookAgain) };
    let fresh = new_record(sender, consumer, vec![letter.number], Source::DeadLetter(letter.id)).await?;
    let first_attempt = letter.may_stand.unwrap_or(fresh.first_attempt);
    let amended = entries::last_amendment(sender, consumer).await?;
    let record = InFlight { first_attempt, may_stand: letter.may_stand, amended, ..fresh };
    let entry = entries::of_letter(sender, consumer, &record, letter).await?;
    let entries = [entry];
    let ring = ring(sender, consumer, &entries);
    let mention = mention::decided(sender, consumer, ring, &entries).await?;
    let record = InFlight { ring: Some(ring), mention, ..record };
    begin(sender, consumer, record, &entries).await
}

fn ring(sender: &Sender, consumer: &Consumer, entries: &[Entry]) -> Ring {
    // What is old is told by Intercom's own clock: that of this machine may be hours off.
    let now = sender.shared.parts.time.now().seconds();
    Ring::of(consumer.subscription.alert, entries.iter().map(|entry| &entry.event), now)
}

/// The record of a batch, as full cards; never called without numbers.
async fn new_record(
    sender: &mut Sender,
    consumer: &Consumer,
    numbers: Vec<JournalNumber>,
    source: Source,
) -> Stored<InFlight> {
    let subscription = &consumer.subscription;
    // What begins without personal data ends so, even if its notification shows more before the answer is there.
    let shows_nothing = subscription.detail == Detail::Private;
    let private = shows_nothing || sender.privacy(subscription).await == Privacy::Private;
    let first = numbers.first().copied().unwrap_or(consumer.cursor);
    let last = numbers.last().copied().unwrap_or(consumer.cursor);
    let (generation, backlog) = match source {
        Source::Journal => (0, backlog(sender, consumer).await?),
        Source::DeadLetter(_) => (AGAIN, None),
    };
    Ok(InFlight {
        subscription: subscription.id,
        channel: subscription.channel,
        cursor_after: last.max(consumer.cursor),
        source,
        layout: Layout::Cards,
        private,
        backlog,
        generation,
        nonce: Nonce::of(subscription.id, first, last, generation),
        first_attempt: sender.shared.parts.clock.now(),
        attempts: 1,
        crowd_until: None,
        phrasing: Phrasing::LATEST,
        may_stand: None,
        amended: consumer.amended(),
        without_picture: BTreeSet::new(),
        ring: None,
        mention: None,
        numbers,
    })
}

/// The line above the batch, where a backlog begins with it.
async fn backlog(sender: &Sender, consumer: &Consumer) -> Stored<Option<Backlog>> {
    if consumer.waiting().len() < batch::SHORTEST_BACKLOG || consumer.backlog_line == BacklogLine::Posted {
        return Ok(None);
    }
    let parts = &sender.shared.parts;
    let backlogged = parts.deliveries.backlog(&consumer.subscription, consumer.cursor).await?;
    Ok(batch::backlog_line(backlogged, parts.clock.now().seconds()))
}

/// Sends the batch in flight once, and does what the answer asks for.
pub(crate) async fn send(sender: &mut Sender, consumer: &mut Consumer, entries: &[Entry]) -> Stored<Effect> {
    let Some(record) = consumer.state.flight().map(|flight| flight.record.clone()) else {
        return Ok(Effect::LookAgain);
    };
    let parts = &sender.shared.parts;
    let seen = parts.seen(consumer.subscription.guild, entries);
    let message = for_batch(&consumer.subscription, &record, &seen, parts.shown());
    let outcome = sender.post(&message, &record.nonce).await?;
    if matches!(outcome, PostOutcome::Posted { .. }) {
        note_posted(&sender.shared.parts, &consumer.subscription, &record, entries);
    }
    let random = &*sender.shared.parts.random;
    match consumer.state.answered(outcome, sender.blocked, random, Instant::now()) {
        Next::LookAgain => Ok(Effect::LookAgain),
        Next::GiveUp(refused) => refuse::give_up(sender, consumer, entries, refused).await,
        Next::Settle(verdict) => Ok(settle::settle(sender, consumer, verdict)),
        Next::Suspend(obstacle) => Ok(Effect::Suspend(obstacle)),
        Next::Halt => Ok(Effect::Halt),
    }
}

/// Measures how long the events of a batch were on their way. One that a person tries again says nothing of that.
fn note_posted(parts: &DeliveryParts, subscription: &Subscription, record: &InFlight, entries: &[Entry]) {
    if record.source != Source::Journal {
        return;
    }
    let (workspace, now) = (&subscription.workspace, parts.clock.now());
    for entry in entries.iter().filter(|entry| record.numbers.contains(&entry.number)) {
        parts.metrics.posted(workspace, entry.event.kind(), &entry.event, now);
    }
}
