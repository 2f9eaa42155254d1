//! A batch whose fate is open: sent again with the same nonce while Discord recognises it, looked for in the channel
//! when it does not any more. What is not found there, or cannot be looked for, is sent again, and counted: somebody may
//! have deleted it (promise 1 a).

use deskbell_desk::announcement::{Announcement, for_batch};
use deskbell_desk::delivery::{InFlight, Reference, Source, Verdict};
use deskbell_desk::event::Entry;
use deskbell_desk::ids::MessageId;
use deskbell_desk::port::messenger::{FindOutcome, Passed, Sought};
use deskbell_desk::port::store::Stored;
use deskbell_desk::subscription::Subscription;
use deskbell_desk::time::UnixMillis;
use tokio::time::Instant;

use super::lane::{Lane, LaneStep};
use super::parts::DeliveryParts;
use super::privacy::Privacy;
use super::seat::{Counted, Fate, Refused};
use super::wall::Failure;

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
        let refused = flight.refused.clone();
        let entries = self.entries_of(index, &record).await?;
        if entries.is_empty() {
            return self.settle(index, Verdict::Vanished).await;
        }
        if let Some(refused) = refused {
            return self.decide(index, &entries, refused).await;
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
            later => Ok(self.look_later(index, later).await),
        }
    }

    /// What was refused after a try of unknown fate: it counts as refused only if it was not posted before.
    async fn decide(&mut self, index: usize, entries: &[Entry], refused: Refused) -> Stored<LaneStep> {
        match self.find(index, entries).await? {
            FindOutcome::Found(message) => self.settle(index, Verdict::Posted(Some(message))).await,
            FindOutcome::Absent => match &mut self.seats[index].flight {
                Some(flight) if Instant::now() < flight.comes_until() => {
                    flight.not_before = flight.comes_until();
                    Ok(LaneStep::Again)
                }
                _ => self.give_up(index, entries, refused).await,
            },
            FindOutcome::Unreadable => self.give_up_unseen(index, entries, refused).await,
            later => Ok(self.look_later(index, later).await),
        }
    }

    /// Discord did not answer what was asked of the history.
    async fn look_later(&mut self, index: usize, outcome: FindOutcome) -> LaneStep {
        if let FindOutcome::Walled { after } = outcome {
            self.did_not_pass(Failure::TurnedAway(after, Passed::No)).await;
            self.try_later(index);
        } else {
            self.did_not_pass(Failure::Unanswered).await;
            self.wait_before_repeat(index);
        }
        LaneStep::Again
    }

    /// It is refused, and nobody can look whether it was posted before: what becomes of it bears that in mind.
    async fn give_up_unseen(
        &mut self,
        index: usize,
        entries: &[Entry],
        refused: Refused,
    ) -> Stored<LaneStep> {
        if let Ok(Some(obstacle)) = self.obstacle().await {
            if let Some(flight) = &mut self.seats[index].flight {
                flight.refused = None;
            }
            self.suspend(obstacle).await?;
            return Ok(LaneStep::Again);
        }
        if let Some(flight) = &mut self.seats[index].flight {
            flight.record.may_stand.get_or_insert(flight.record.first_attempt);
        }
        self.give_up(index, entries, refused).await
    }

    /// Looks from a minute before the first attempt; where that finds nothing also from the oldest message known to
    /// be ours, for the record's time is worth nothing if this machine's clock was wrong. Then nobody can tell by the
    /// time which messages are older than the batch, so only its reference counts; one that bears none and says the same
    /// may be it.
    async fn find(&self, index: usize, entries: &[Entry]) -> Stored<FindOutcome> {
        let seat = &self.seats[index];
        let (Some(flight), Some(first)) = (&seat.flight, entries.first()) else {
            return Ok(FindOutcome::Absent);
        };
        let parts = &self.shared.parts;
        let channel = self.door.channel;
        let known = parts.deliveries.own_messages(channel).await?;
        let (begun, oldest) = (flight.record.first_attempt, known.last().map(|message| message.made_at()));
        let older = known.iter().filter(|message| message.made_at() <= begun).max().copied();
        let since = UnixMillis(begun.0.saturating_sub(LOOK_BACK_MS));
        let sought = Sought {
            reference: Reference::of(&first.event.id, seat.subscription.id),
            since,
            forms: forms(parts, &seat.subscription, &flight.record, entries),
            line_after: older.unwrap_or(MessageId(0)),
            known,
        };
        let found = parts.messenger.find(channel, &sought).await;
        let (FindOutcome::Absent, Some(oldest)) = (found, oldest.filter(|oldest| *oldest < since)) else {
            return Ok(found);
        };
        let by_reference = Sought { since: oldest, forms: Vec::new(), ..sought.clone() };
        match parts.messenger.find(channel, &by_reference).await {
            FindOutcome::Unreadable => return Ok(FindOutcome::Absent),
            FindOutcome::Absent => {}
            found => return Ok(found),
        }
        let by_line = Sought { since: oldest, line_after: MessageId(0), ..sought };
        Ok(match parts.messenger.find(channel, &by_line).await {
            FindOutcome::Found(_) => FindOutcome::Unreadable,
            found => found,
        })
    }

    /// It does not stand there: the same again, as if for the first time. Whether it was never posted, or somebody deleted
    /// it meanwhile, nobody can tell, so it is counted.
    async fn start_over(&mut self, index: usize) -> Stored<LaneStep> {
        let Some(record) = self.seats[index].flight.as_ref().map(|flight| flight.record.clone()) else {
            return Ok(LaneStep::Again);
        };
        let first_attempt = self.shared.parts.clock.now();
        let renewed = InFlight { first_attempt, attempts: 1, may_stand: None, ..record };
        if !self.rewrite(index, renewed).await? {
            return Ok(self.conflict());
        }
        if let Some(flight) = &mut self.seats[index].flight {
            flight.fate = Fate::NotPosted;
            flight.begun = Instant::now();
            flight.failures = 0;
        }
        count_absent(self, index);
        Ok(LaneStep::Again)
    }

    /// Nobody can look. If that is because the channel is closed, its fate stays open until it is not.
    async fn send_unseen(&mut self, index: usize) -> Stored<LaneStep> {
        if let Ok(Some(obstacle)) = self.obstacle().await {
            self.suspend(obstacle).await?;
            return Ok(LaneStep::Again);
        }
        count_possible_duplicate(self, index);
        // Its fate stays open: if it is refused now, it may stand there all the same.
        if let Some(flight) = &mut self.seats[index].flight {
            flight.unseen = Some(Instant::now());
        }
        Ok(LaneStep::Again)
    }
}

/// A message is sent again that the history does not show: it was not posted, or others have deleted it. Once is enough for
/// one message, however often it is sent again.
pub(super) fn count_absent(lane: &mut Lane, index: usize) {
    let counted = lane.seats[index].flight.as_ref().map(|flight| flight.counted);
    if counted == Some(Counted::No) {
        count_possible_duplicate(lane, index);
    }
}

fn count_possible_duplicate(lane: &mut Lane, index: usize) {
    let seat = &mut lane.seats[index];
    if let Some(flight) = &mut seat.flight {
        flight.counted = Counted::Yes;
    }
    tracing::warn!(
        channel.id = lane.door.channel.0,
        subscription.id = seat.subscription.id.0,
        "a message is sent again that may have been posted: the channel's history does not show it"
    );
    lane.shared.parts.status.count_possible_duplicate();
}

/// As what a batch may have been sent: it turns private when its channel becomes public between two tries. A dead letter
/// is known by its reference alone: what says the same may be a later message, and to take that for it loses the event.
fn forms(
    parts: &DeliveryParts,
    subscription: &Subscription,
    record: &InFlight,
    entries: &[Entry],
) -> Vec<Announcement> {
    let form = |private| {
        let record = InFlight { private, ..record.clone() };
        for_batch(subscription, &record, entries, &parts.workspace.name, &parts.links)
    };
    match record.source {
        Source::Journal => vec![form(false), form(true)],
        Source::DeadLetter(_) => Vec::new(),
    }
}
