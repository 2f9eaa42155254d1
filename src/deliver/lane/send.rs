//! A batch's way: its record is made durable, it is sent, and what became of it is written.

use deskbell_desk::announcement::for_batch;
use deskbell_desk::delivery::{InFlight, Nonce, Settlement, Source, Verdict};
use deskbell_desk::event::Entry;
use deskbell_desk::port::store::{DeliveryOutcome, Stored};
use tokio::time::Instant;

use super::{Lane, LaneStep, refuse};
use crate::deliver::batch::{self, Batch, LOOK_AHEAD};
use crate::deliver::privacy::Privacy;
use crate::deliver::react::{self, Reaction};
use crate::deliver::retry;
use crate::deliver::seat::{BacklogLine, Fate, Flight, Refused};

/// The generation of a dead letter's batch: its nonce differs from that of the batch in which it was refused.
const AGAIN: u32 = 1 << 31;

impl Lane {
    /// Begins and sends the next batch of a subscription.
    pub(super) async fn begin_batch(&mut self, index: usize) -> Stored<LaneStep> {
        let seat = &self.seats[index];
        let (kind, waiting) = (seat.subscription.kind, seat.waiting().to_vec());
        let candidates = batch::candidates(kind, &waiting);
        let store = &self.shared.parts.deliveries;
        let entries = store.entries(&seat.subscription.workspace, &candidates).await?;
        match batch::cut(kind, &waiting, &entries) {
            None => {
                self.seats[index].look = None;
                Ok(LaneStep::Again)
            }
            Some(Batch::Vanished(number)) => {
                let record = self.record(index, vec![number], Source::Journal).await?;
                if !self.begin(index, record).await? {
                    return Ok(self.conflict());
                }
                tracing::warn!(
                    subscription.id = self.seats[index].subscription.id.0,
                    journal.number = number.0,
                    "an event is no longer in the store and was passed over"
                );
                self.settle(index, Verdict::Vanished).await
            }
            Some(Batch::Send { numbers, layout }) => {
                let sent: Vec<Entry> = entries.into_iter().take(numbers.len()).collect();
                let record = InFlight { layout, ..self.record(index, numbers, Source::Journal).await? };
                if !self.begin(index, record).await? {
                    return Ok(self.conflict());
                }
                self.send(index, &sent).await
            }
        }
    }

    /// Sends a dead letter that a person tries again.
    pub(super) async fn begin_again(&mut self, index: usize) -> Stored<LaneStep> {
        let Some(letter) = self.seats[index].try_again.first().cloned() else { return Ok(LaneStep::Again) };
        let fresh = self.record(index, vec![letter.number], Source::DeadLetter(letter.id)).await?;
        let first_attempt = letter.may_stand.unwrap_or(fresh.first_attempt);
        let record = InFlight { first_attempt, may_stand: letter.may_stand, ..fresh };
        if !self.begin(index, record.clone()).await? {
            return Ok(self.conflict());
        }
        if letter.may_stand.is_some() {
            self.seats[index].flight = Some(Box::new(Flight::of_doubtful_letter(record, Instant::now())));
            return Ok(LaneStep::Again);
        }
        self.send(index, &[Entry { number: letter.number, event: letter.event }]).await
    }

    /// The record of a batch, as full cards; never called without numbers.
    async fn record(
        &mut self,
        index: usize,
        numbers: Vec<deskbell_desk::ids::JournalNumber>,
        source: Source,
    ) -> Stored<InFlight> {
        let subscription = self.seats[index].subscription.clone();
        let private = self.privacy(&subscription).await == Privacy::Private;
        let seat = &self.seats[index];
        let first = numbers.first().copied().unwrap_or(seat.cursor);
        let last = numbers.last().copied().unwrap_or(seat.cursor);
        let generation = if source == Source::Journal { 0 } else { AGAIN };
        let backlog = if source == Source::Journal { self.backlog(index).await? } else { None };
        Ok(InFlight {
            subscription: subscription.id,
            channel: subscription.channel,
            cursor_after: last.max(self.seats[index].cursor),
            source,
            layout: deskbell_desk::delivery::Layout::Cards,
            private,
            backlog,
            generation,
            nonce: Nonce::of(subscription.id, first, last, generation),
            first_attempt: self.shared.parts.clock.now(),
            attempts: 1,
            may_stand: None,
            numbers,
        })
    }

    /// The line above the batch, where a backlog begins with it.
    async fn backlog(&self, index: usize) -> Stored<Option<deskbell_desk::delivery::Backlog>> {
        let seat = &self.seats[index];
        if seat.waiting().len() < LOOK_AHEAD || seat.backlog_line == BacklogLine::Posted {
            return Ok(None);
        }
        let backlogged = self.shared.parts.deliveries.backlog(&seat.subscription, seat.cursor).await?;
        Ok(batch::backlog_line(backlogged, self.shared.parts.clock.now().seconds()))
    }

    /// Makes the record durable; `false` where something else stands there.
    async fn begin(&mut self, index: usize, record: InFlight) -> Stored<bool> {
        let guild = self.seats[index].subscription.guild;
        let begun = self.shared.parts.deliveries.begin(guild, record.clone(), None).await;
        if begun? == DeliveryOutcome::Conflict {
            return Ok(false);
        }
        self.seats[index].flight = Some(Box::new(Flight::begun(record, Instant::now())));
        Ok(true)
    }

    /// Replaces the record of a batch in flight; `false` where another stands there.
    pub(crate) async fn rewrite(&mut self, index: usize, record: InFlight) -> Stored<bool> {
        let guild = self.seats[index].subscription.guild;
        let Some(replaced) = self.seats[index].flight.as_ref().map(|flight| flight.record.nonce.clone())
        else {
            return Ok(false);
        };
        let begun = self.shared.parts.deliveries.begin(guild, record.clone(), Some(replaced)).await;
        if begun? == DeliveryOutcome::Conflict {
            return Ok(false);
        }
        if let Some(flight) = &mut self.seats[index].flight {
            if flight.record.first_attempt != record.first_attempt {
                flight.begun = Instant::now();
            }
            flight.record = record;
        }
        Ok(true)
    }

    /// Sends the batch in flight once, and reacts.
    pub(crate) async fn send(&mut self, index: usize, entries: &[Entry]) -> Stored<LaneStep> {
        let seat = &self.seats[index];
        let Some(record) = seat.flight.as_ref().map(|flight| flight.record.clone()) else {
            return Ok(LaneStep::Again);
        };
        let parts = &self.shared.parts;
        let message = for_batch(&seat.subscription, &record, entries, &parts.workspace.name, &parts.links);
        let outcome = self.post(&message, &record.nonce).await;
        match react::to(outcome) {
            Reaction::Settle(message) => self.settle(index, Verdict::Posted(message)).await,
            Reaction::Repeat => {
                self.repeat_later(index);
                refuse::suspect(self, index, entries).await
            }
            Reaction::TryLater => {
                self.try_later(index);
                refuse::suspect(self, index, entries).await
            }
            Reaction::Wait => Ok(LaneStep::Again),
            Reaction::Refuse(reason) => self.refused(index, entries, Refused::Said(reason)).await,
            Reaction::Suspend(obstacle) => {
                self.suspend(obstacle).await?;
                Ok(LaneStep::Again)
            }
            Reaction::Halt => Ok(LaneStep::Stop),
        }
    }

    /// Nobody knows whether it was posted: the same again in a while.
    pub(crate) fn repeat_later(&mut self, index: usize) -> LaneStep {
        if let Some(flight) = &mut self.seats[index].flight {
            flight.fate = Fate::Open;
            flight.opened = Instant::now();
        }
        self.wait_before_repeat(index);
        LaneStep::Again
    }

    /// What stands before Discord turned it away: the same after the pause. Others of the channel may leave meanwhile, if
    /// the way is open to them.
    pub(crate) fn try_later(&mut self, index: usize) {
        if let (Some(flight), Some(blocked)) = (&mut self.seats[index].flight, self.blocked) {
            flight.not_before = Instant::now() + blocked.pause;
        }
    }

    /// Puts the next try off, further with each failure.
    pub(crate) fn wait_before_repeat(&mut self, index: usize) {
        if let Some(flight) = &mut self.seats[index].flight {
            flight.failures += 1;
            let delay = retry::REPEAT.jittered_after(flight.failures, &*self.shared.parts.random);
            flight.not_before = Instant::now() + delay;
        }
    }

    /// Ends the batch in flight: from here on only the write is repeated.
    pub(crate) async fn settle(&mut self, index: usize, verdict: Verdict) -> Stored<LaneStep> {
        let seat = &mut self.seats[index];
        let Some(flight) = &seat.flight else { return Ok(LaneStep::Again) };
        if flight.record.backlog.is_some() {
            seat.backlog_line = BacklogLine::Posted;
        }
        let at = self.shared.parts.clock.now();
        self.unsettled = Some(Box::new(Settlement {
            in_flight: flight.record.clone(),
            guild: seat.subscription.guild,
            workspace: seat.subscription.workspace.clone(),
            kind: seat.subscription.kind,
            verdict,
            at,
            day: (self.shared.parts.day)(at),
        }));
        self.write_settlement().await?;
        Ok(LaneStep::Again)
    }

    /// Writes what became of the last batch, if that is still to be written.
    pub(super) async fn write_settlement(&mut self) -> Stored<()> {
        let Some(settlement) = self.unsettled.as_deref().cloned() else { return Ok(()) };
        let written = self.shared.parts.deliveries.settle(settlement.clone()).await;
        let outcome = written?;
        self.unsettled = None;
        let of = settlement.in_flight.subscription;
        let Some(index) = self.seats.iter().position(|seat| seat.subscription.id == of) else {
            return Ok(());
        };
        self.conflicts = 0;
        if outcome == DeliveryOutcome::Conflict {
            self.conflict();
            return Ok(());
        }
        self.seats[index].landed(&settlement.in_flight);
        self.hold.posted(&settlement.verdict);
        self.finish_skip(index).await
    }
}
