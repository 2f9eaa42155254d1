//! A batch whose fate is open: sent again with the same nonce while Discord recognises it, looked for in the channel
//! when it does not any more. Only where looking is impossible is it sent again unseen, and counted (promise 1 a).

use deskbell_desk::delivery::{InFlight, Reference, Source, Verdict};
use deskbell_desk::event::Entry;
use deskbell_desk::port::messenger::FindOutcome;
use deskbell_desk::port::store::Stored;
use deskbell_desk::time::UnixMillis;
use tokio::time::Instant;

use super::lane::{Fate, Lane, LaneStep};
use super::privacy::Privacy;
use super::suspend::Standing;

/// How long before the first attempt the look into the history begins: Discord's clock may be behind ours.
const LOOK_BACK_MS: i64 = 60_000;

impl Lane {
    /// Takes up a batch in flight: of this process, of one that was killed, or of a channel that was on hold.
    pub(super) async fn resend(&mut self, index: usize) -> Stored<LaneStep> {
        let seat = &self.seats[index];
        let Some(flight) = &seat.flight else { return Ok(LaneStep::Again) };
        let (record, fate) = (flight.record.clone(), flight.fate);
        let old = flight.is_old(self.shared.parts.clock.now(), Instant::now());
        let recognised = flight.is_recognised_unseen(Instant::now());
        let entries = self.entries_of(index, &record).await?;
        if entries.is_empty() {
            return self.settle(index, Verdict::Vanished).await;
        }
        if old && fate == Fate::Open && !recognised {
            return self.look_for(index, &entries).await;
        }
        let renewed = self.renewed(index, &record, fate, old).await;
        if renewed != record && !self.rewrite(index, renewed).await? {
            return Ok(self.conflict());
        }
        self.send(index, &entries).await
    }

    /// The record as it goes out now. The time of the first attempt is renewed only where the batch was certainly
    /// not posted. A channel that became public makes the batch private: Discord recognises the nonce, not the body.
    async fn renewed(&mut self, index: usize, record: &InFlight, fate: Fate, old: bool) -> InFlight {
        let subscription = self.seats[index].subscription.clone();
        let mut renewed = record.clone();
        renewed.private |= self.privacy(&subscription).await == Privacy::Private;
        if fate == Fate::NotPosted && (old || record.attempts == 0) {
            renewed.first_attempt = self.shared.parts.clock.now();
            renewed.attempts = 1;
        } else if self.shared.is_unwritable() {
            // Nothing is sent before the store has taken a write again.
            renewed.attempts = record.attempts.saturating_add(1);
        }
        renewed
    }

    /// The events of a batch that are still there.
    async fn entries_of(&self, index: usize, record: &InFlight) -> Stored<Vec<Entry>> {
        let seat = &self.seats[index];
        let store = &self.shared.parts.deliveries;
        match record.source {
            Source::Journal => store.entries(&seat.subscription.workspace, &record.numbers).await,
            Source::DeadLetter(id) => {
                let letters = store.dead_letters(seat.subscription.guild).await?;
                let letter = letters.into_iter().find(|letter| letter.id == id);
                Ok(letter
                    .map(|letter| Entry { number: letter.number, event: letter.event })
                    .into_iter()
                    .collect())
            }
        }
    }

    async fn look_for(&mut self, index: usize, entries: &[Entry]) -> Stored<LaneStep> {
        match self.find(index, entries).await? {
            FindOutcome::Found(message) => self.settle(index, Verdict::Posted(Some(message))).await,
            FindOutcome::Absent => self.start_over(index).await,
            FindOutcome::Unreadable => self.send_unseen(index).await,
            FindOutcome::Unavailable => {
                self.wait_before_repeat(index);
                Ok(LaneStep::Again)
            }
        }
    }

    /// Looks from a minute before the first attempt; where that finds nothing also from the oldest message known to
    /// be ours, for the record's time is worth nothing if this machine's clock was wrong.
    async fn find(&self, index: usize, entries: &[Entry]) -> Stored<FindOutcome> {
        let seat = &self.seats[index];
        let (Some(flight), Some(first)) = (&seat.flight, entries.first()) else {
            return Ok(FindOutcome::Absent);
        };
        let parts = &self.shared.parts;
        let channel = self.door.channel;
        let reference = Reference::of(&first.event.id, seat.subscription.id);
        let known = parts.deliveries.own_messages(channel).await?;
        let since = UnixMillis(flight.record.first_attempt.0 - LOOK_BACK_MS);
        let found = parts.messenger.find(channel, since, &reference, &known).await;
        let oldest = known.last().map(|message| message.made_at()).filter(|made| *made < since);
        let (FindOutcome::Absent, Some(oldest)) = (found, oldest) else { return Ok(found) };
        Ok(match parts.messenger.find(channel, oldest, &reference, &known).await {
            FindOutcome::Unreadable => FindOutcome::Absent,
            found => found,
        })
    }

    /// It was not posted: the same again, as if for the first time.
    async fn start_over(&mut self, index: usize) -> Stored<LaneStep> {
        let Some(record) = self.seats[index].flight.as_ref().map(|flight| flight.record.clone()) else {
            return Ok(LaneStep::Again);
        };
        let renewed = InFlight { first_attempt: self.shared.parts.clock.now(), attempts: 1, ..record };
        if !self.rewrite(index, renewed).await? {
            return Ok(self.conflict());
        }
        if let Some(flight) = &mut self.seats[index].flight {
            flight.fate = Fate::NotPosted;
            flight.begun = Instant::now();
            flight.failures = 0;
        }
        Ok(LaneStep::Again)
    }

    /// Nobody can look. If that is because the channel is closed, its fate stays open until it is not.
    async fn send_unseen(&mut self, index: usize) -> Stored<LaneStep> {
        if let Standing::Closed(reason) = self.standing().await {
            self.suspend(reason).await?;
            return Ok(LaneStep::Again);
        }
        let subscription = self.seats[index].subscription.id.0;
        tracing::warn!(
            channel.id = self.door.channel.0,
            subscription.id = subscription,
            "a message may be posted twice: its fate is unknown and the channel's history cannot be read"
        );
        self.shared.parts.status.count_possible_duplicate();
        // Its fate stays open: if it is refused now, it may stand there all the same.
        if let Some(flight) = &mut self.seats[index].flight {
            flight.unseen = Some(Instant::now());
        }
        Ok(LaneStep::Again)
    }
}
