//! The task of one channel. Each step looks afresh at what there is and does the one thing that comes first: write
//! what became of the last message, obey an order, repeat a batch whose fate is open, post an errand, probe a channel
//! on hold, post the next batch. So a lane can be dropped at any moment and a new one goes on from the store.
//!
//! At most one batch of the lane is in flight, and while one is, no other is begun.

mod errand;
mod load;
mod order;
mod privacy;
mod refuse;
mod send;
mod suspend;

use std::sync::Arc;
use std::time::Duration;

use deskbell_desk::announcement::Announcement;
use deskbell_desk::delivery::{Nonce, Settlement};
use deskbell_desk::ids::MessageId;
use deskbell_desk::port::messenger::PostOutcome;
use deskbell_desk::port::store::{StoreError, Stored};
use tokio::time::{Instant, sleep_until, timeout};
use tokio_util::sync::CancellationToken;

use super::door::Door;
use super::hold::Hold;
use super::pace::ChannelPace;
use super::parts::Shared;
use super::privacy::AudienceMemory;
use super::registry::Retired;
use super::retry;
use super::seat::Seat;
use super::wall::{self, Blocked, Failure};

/// How long a message in flight may take to end when the bot stops.
const STOP_GRACE: Duration = Duration::from_secs(4);
/// The Messenger ends within 15 s; a lane does not stand still should it not.
const POST_PATIENCE: Duration = Duration::from_secs(20);
/// How long a lane without subscriptions stays.
const IDLE_LIFE: Duration = Duration::from_mins(1);

/// What a lane does after a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum LaneStep {
    /// Another step at once.
    Again,
    /// Nothing until the bell rings.
    Idle,
    /// Nothing until then, or until the bell rings.
    WaitUntil(Instant),
    /// It ends.
    Stop,
}

/// One channel's lane.
pub(super) struct Lane {
    pub(super) shared: Arc<Shared>,
    pub(super) door: Arc<Door>,
    /// The channel's subscriptions, by id.
    pub(super) seats: Vec<Seat>,
    pub(super) hold: Hold,
    pub(super) audience: AudienceMemory,
    pub(super) pace: ChannelPace,
    /// A slot of the global pace, taken and not used yet.
    slot: Option<Instant>,
    /// What became of a batch, not written yet: nothing else happens before it is.
    unsettled: Option<Box<Settlement>>,
    loaded: Loaded,
    failures: u32,
    conflicts: u32,
    empty_since: Option<Instant>,
    last_went: Went,
    /// What kept the last message back, if it did not get through.
    pub(super) blocked: Option<Blocked>,
}

/// What went last of the two that would keep each other from going.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Went {
    Batch,
    Errand,
}

/// Whether what the lane knows of its subscriptions is still to be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Loaded {
    Yes,
    No,
}

/// The one thing that comes first.
enum Work {
    Resend(usize),
    Errand,
    Probe,
    TryAgain(usize),
    Batch(usize),
    Later(Instant),
    Nothing,
}

impl Lane {
    pub(super) fn new(shared: Arc<Shared>, door: Arc<Door>) -> Self {
        Self {
            shared,
            door,
            seats: Vec::new(),
            hold: Hold::default(),
            audience: AudienceMemory::default(),
            pace: ChannelPace::default(),
            slot: None,
            unsettled: None,
            loaded: Loaded::No,
            failures: 0,
            conflicts: 0,
            empty_since: None,
            last_went: Went::Batch,
            blocked: None,
        }
    }

    /// Steps until told to stop. A step that runs then gets a few seconds to end.
    pub(super) async fn run(&mut self, stop: &CancellationToken) {
        let door = Arc::clone(&self.door);
        loop {
            let mut bell = std::pin::pin!(door.bell());
            // Before looking, so that what comes while it looks rings too.
            bell.as_mut().enable();
            let step = self.tick_within(stop).await;
            let until = match step {
                LaneStep::Stop => return,
                LaneStep::Again if stop.is_cancelled() => return,
                LaneStep::Again => continue,
                LaneStep::Idle => None,
                LaneStep::WaitUntil(until) => Some(until),
            };
            tokio::select! {
                biased;
                () = stop.cancelled() => return,
                () = bell => {}
                () = wait_until(until) => {}
            }
        }
    }

    /// One step. When the bot stops it may end within a few seconds; then it is dropped, which the records allow.
    async fn tick_within(&mut self, stop: &CancellationToken) -> LaneStep {
        // Boxed, so that the many lanes that wait do not each keep room for the largest step.
        let mut tick = Box::pin(self.tick());
        tokio::select! {
            biased;
            step = &mut tick => return step,
            () = stop.cancelled() => {}
        }
        timeout(STOP_GRACE, tick).await.unwrap_or(LaneStep::Stop)
    }

    /// One step; the loop only calls it.
    pub(super) async fn tick(&mut self) -> LaneStep {
        match self.step().await {
            Ok(step) => {
                self.failures = 0;
                step
            }
            Err(StoreError::Closed) => LaneStep::Stop,
            Err(error) => self.store_failed(&error),
        }
    }

    fn store_failed(&mut self, error: &StoreError) -> LaneStep {
        self.failures += 1;
        if self.failures == 1 {
            let reason = std::error::Error::source(error).map(ToString::to_string);
            tracing::error!(channel.id = self.door.channel.0, %error, reason,
                "a channel's task stands still until the store can be used");
        }
        LaneStep::WaitUntil(
            Instant::now() + retry::WRITE.jittered_after(self.failures, &*self.shared.parts.random),
        )
    }

    async fn step(&mut self) -> Stored<LaneStep> {
        if self.shared.halted.is_cancelled() {
            return Ok(LaneStep::Stop);
        }
        self.write_settlement().await?;
        self.read_news().await?;
        self.follow_orders().await?;
        self.look().await?;
        let now = Instant::now();
        match self.next_work(now) {
            Work::Nothing => self.rest(now).await,
            Work::Later(at) => Ok(LaneStep::WaitUntil(at)),
            work => match self.wait_for_pace(now) {
                Some(at) => Ok(LaneStep::WaitUntil(at)),
                None => self.perform(work).await,
            },
        }
    }

    fn next_work(&self, now: Instant) -> Work {
        let serving = || self.seats.iter().enumerate().filter(|(_, seat)| seat.is_serving());
        let flying = || serving().filter_map(|(index, seat)| Some((index, seat.flight.as_ref()?.not_before)));
        if let Some((index, _)) = flying().find(|(_, not_before)| *not_before <= now) {
            return Work::Resend(index);
        }
        let waiting = serving().filter_map(|(index, seat)| Some((seat.first_waiting()?, index)));
        let batch = waiting.min().map(|(_, index)| Work::Batch(index));
        let again =
            serving().find(|(_, seat)| !seat.try_again.is_empty()).map(|(index, _)| Work::TryAgain(index));
        let probe = self.probe_is_due(now).then_some(Work::Probe);
        let own = probe.or(again).or(batch);
        // Whoever has messages posted without end must not keep the channel's events waiting.
        let own_is_due = self.last_went == Went::Errand && own.is_some() && flying().next().is_none();
        if self.door.has_errand() && !own_is_due {
            return Work::Errand;
        }
        if let Some(at) = flying().map(|(_, not_before)| not_before).min() {
            return Work::Later(at);
        }
        own.unwrap_or(Work::Nothing)
    }

    async fn perform(&mut self, work: Work) -> Stored<LaneStep> {
        match work {
            Work::Errand => self.last_went = Went::Errand,
            Work::Batch(_) | Work::TryAgain(_) | Work::Probe => self.last_went = Went::Batch,
            _ => {}
        }
        match work {
            Work::Resend(index) => self.resend(index).await,
            Work::Errand => self.run_errand().await,
            Work::Probe => self.probe().await,
            Work::TryAgain(index) => self.begin_again(index).await,
            Work::Batch(index) => self.begin_batch(index).await,
            Work::Later(_) | Work::Nothing => Ok(LaneStep::Idle),
        }
    }

    /// When a message may leave; none where it may now.
    fn wait_for_pace(&mut self, now: Instant) -> Option<Instant> {
        let ready = self.pace.ready_at(now);
        if ready > now {
            return Some(ready);
        }
        let global = &self.shared.parts.pace;
        let slot = match self.slot.filter(|slot| global.is_good(*slot, now)) {
            Some(slot) => slot,
            None => global.reserve(now),
        };
        self.slot = Some(slot);
        (slot > now).then_some(slot)
    }

    /// Sends one message and keeps what its outcome says of the pace.
    pub(super) async fn post(&mut self, message: &Announcement, nonce: &Nonce) -> PostOutcome {
        self.slot = None;
        self.pace.spend(Instant::now());
        let sent = self.shared.parts.messenger.post(self.door.channel, message, nonce);
        let outcome = timeout(POST_PATIENCE, sent).await.unwrap_or(PostOutcome::Unknown);
        self.blocked = None;
        let channel = self.door.channel;
        wall::answered(&self.shared, channel, &mut self.pace, &outcome);
        match &outcome {
            PostOutcome::Posted { pace, .. } => self.pace.told(*pace, Instant::now()),
            PostOutcome::RateLimited { after, scope } => {
                wall::limited(&self.shared, channel, &mut self.pace, *after, *scope);
                self.door.hold(self.pace.ready_at(Instant::now()));
            }
            PostOutcome::Walled { after, passed } => {
                self.did_not_pass(Failure::TurnedAway(*after, *passed)).await;
            }
            PostOutcome::Unknown => self.did_not_pass(Failure::Unanswered).await,
            PostOutcome::Unauthorized => {
                tracing::error!("Discord refuses the token; nothing can be posted");
                self.shared.halted.cancel();
            }
            PostOutcome::Refused { .. } | PostOutcome::Closed(_) => {}
        }
        outcome
    }

    /// Takes note of what keeps messages back.
    pub(super) async fn did_not_pass(&mut self, failure: Failure) {
        let blocked = wall::failed(&self.shared, self.door.channel, &mut self.pace, failure).await;
        self.blocked = Some(blocked);
    }

    /// Remembers a message of ours that shows no event. Failing costs no more than one way to read the history.
    pub(super) async fn remember(&self, message: MessageId) {
        let remembered = self.shared.parts.deliveries.remember_own_message(self.door.channel, message).await;
        if let Err(error) = remembered {
            tracing::warn!(channel.id = self.door.channel.0, %error, "a message of ours was not remembered");
        }
    }

    /// What the store holds is not what the lane believed: read it again, at once or, should that not help, in a
    /// while.
    pub(super) fn conflict(&mut self) -> LaneStep {
        self.loaded = Loaded::No;
        self.conflicts += 1;
        if self.conflicts < 3 {
            return LaneStep::Again;
        }
        LaneStep::WaitUntil(
            Instant::now() + retry::WRITE.jittered_after(self.conflicts, &*self.shared.parts.random),
        )
    }

    /// Ends a lane that has nothing to serve.
    fn retire_when_empty(&mut self, now: Instant) -> LaneStep {
        let since = *self.empty_since.get_or_insert(now);
        if now < since + IDLE_LIFE {
            return LaneStep::WaitUntil(since + IDLE_LIFE);
        }
        match self.shared.registry.retire(&self.door) {
            Retired::Yes => LaneStep::Stop,
            Retired::No => LaneStep::Again,
        }
    }
}

async fn wait_until(until: Option<Instant>) {
    match until {
        Some(until) => sleep_until(until).await,
        None => std::future::pending().await,
    }
}
