//! The task of one channel. Each step looks afresh at what there is and does the one thing that comes first: write
//! what became of the last message, follow a control, go on with a batch whose fate is open, post a one-off message,
//! probe a suspended channel, post the next batch; and where nothing is to be sent, edit a card that became untrue. So a worker can be dropped at any moment and a new one goes on from
//! the store.
//!
//! At most one batch of the channel is in flight, and while one is, no other is begun.

use std::sync::Arc;
use std::time::Duration;

use deskbell_domain::port::store::{DeliveryOutcome, StoreError, Stored};
use tokio::time::{Instant, sleep_until, timeout};
use tokio_util::sync::CancellationToken;

use super::audience::shows_personal_data;
use super::consumer::Consumer;
use super::consumers::{Consumers, Knowledge};
use super::edit::{self, EditSchedule, Edited};
use super::effect::Effect;
use super::handle::ChannelHandle;
use super::probes::ProbeSchedule;
use super::sender::Sender;
use super::work::{Beside, Turn, Work};
use super::{announce, control, load, reconcile, send, settle, suspend};
use crate::deliver::parts::Shared;
use crate::deliver::registry::Retired;
use crate::deliver::retry;

/// How long a message in flight may take to end when the bot stops.
const STOP_GRACE: Duration = Duration::from_secs(4);
/// How long a worker without subscriptions stays.
const IDLE_LIFE: Duration = Duration::from_mins(1);
/// So often in a row it is read again at once where the store holds something else than was believed.
const CONFLICTS_AT_ONCE: u32 = 3;

/// What a worker does after a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Step {
    /// Another step at once.
    Again,
    /// Nothing until it is woken.
    Idle,
    /// Nothing until then, or until it is woken.
    WaitUntil(Instant),
    /// The worker ends: nothing is left for it.
    Stop,
}

/// Serves one channel: one message on its way at a time, in order.
pub(crate) struct ChannelWorker {
    sender: Sender,
    consumers: Consumers,
    probes: ProbeSchedule,
    /// How often in a row the store failed.
    failures: u32,
    empty_since: Option<Instant>,
    last: Turn,
    edits: EditSchedule,
}

impl ChannelWorker {
    pub(crate) fn new(shared: Arc<Shared>, handle: Arc<ChannelHandle>) -> Self {
        Self {
            sender: Sender::new(shared, handle),
            consumers: Consumers::default(),
            probes: ProbeSchedule::default(),
            failures: 0,
            empty_since: None,
            last: Turn::Own,
            edits: EditSchedule::default(),
        }
    }

    /// Steps until told to stop. A step that runs then gets a few seconds to end.
    pub(crate) async fn run(&mut self, stop: &CancellationToken) {
        let handle = Arc::clone(&self.sender.handle);
        loop {
            let mut woken = std::pin::pin!(handle.woken());
            // Before looking, so that what comes while it looks wakes too.
            woken.as_mut().enable();
            let step = self.tick_within(stop).await;
            let until = match step {
                Step::Stop => return,
                Step::Again if stop.is_cancelled() => return,
                Step::Again => continue,
                Step::Idle => None,
                Step::WaitUntil(until) => Some(until),
            };
            tokio::select! {
                biased;
                () = stop.cancelled() => return,
                () = woken => {}
                () = wait_until(until) => {}
            }
        }
    }

    /// One step. When the bot stops it may end within a few seconds; then it is dropped, which the records allow.
    async fn tick_within(&mut self, stop: &CancellationToken) -> Step {
        // Boxed, so that the many workers that wait do not each keep room for the largest step.
        let mut tick = Box::pin(self.tick());
        tokio::select! {
            biased;
            step = &mut tick => return step,
            () = stop.cancelled() => {}
        }
        timeout(STOP_GRACE, tick).await.unwrap_or(Step::Stop)
    }

    /// One step; the loop only calls it.
    pub(crate) async fn tick(&mut self) -> Step {
        match self.step().await {
            Ok(step) => {
                self.failures = 0;
                step
            }
            Err(StoreError::Closed) => Step::Stop,
            Err(error) => self.store_failed(&error),
        }
    }

    fn store_failed(&mut self, error: &StoreError) -> Step {
        self.failures += 1;
        if self.failures == 1 {
            let reason = std::error::Error::source(error).map(ToString::to_string);
            tracing::error!(channel.id = self.sender.channel().0, %error, reason,
                "a channel's task stands still until the store can be used");
        }
        self.write_later(self.failures)
    }

    fn write_later(&self, failures: u32) -> Step {
        let delay = retry::WRITE.jittered_after(failures, &*self.sender.shared.parts.random);
        Step::WaitUntil(Instant::now() + delay)
    }

    async fn step(&mut self) -> Stored<Step> {
        if self.sender.shared.halted.is_cancelled() {
            return Ok(Step::Stop);
        }
        self.write_settlement().await?;
        self.take_changes().await?;
        control::follow_all(&mut self.sender, &mut self.consumers, &mut self.probes).await?;
        load::look(&self.sender, &mut self.consumers).await?;
        self.consumers.rebind(|one| self.sender.shared.misbinding(one).is_some());
        let now = Instant::now();
        match self.next_work(now) {
            Work::Nothing => self.rest(now).await,
            Work::Later(at) => Ok(Step::WaitUntil(at)),
            work => match self.sender.wait_for_pace(now) {
                Some(at) => Ok(Step::WaitUntil(at)),
                None => self.perform(work).await,
            },
        }
    }

    async fn write_settlement(&mut self) -> Stored<()> {
        settle::write(&self.sender, &mut self.consumers, &mut self.probes).await
    }

    /// Takes what changed since the last step.
    async fn take_changes(&mut self) -> Stored<()> {
        let dirty = self.sender.handle.take_dirty();
        if dirty.journal {
            self.consumers.forget_looks();
        }
        if dirty.settings {
            self.consumers.knowledge = Knowledge::Stale;
            self.consumers.agree();
            self.probes.probe_now(Instant::now());
        }
        if dirty.access {
            self.sender.audience.forget();
            suspend::look_at_access(&self.sender, &self.consumers, &mut self.probes).await;
        }
        if self.consumers.knowledge == Knowledge::Stale {
            self.reload().await?;
            self.consumers.knowledge = Knowledge::Current;
        }
        Ok(())
    }

    async fn reload(&mut self) -> Stored<()> {
        load::reload(&self.sender, &mut self.consumers).await?;
        let wall = self.sender.shared.parts.clock.now();
        self.probes.plan(&self.consumers.all, wall, Instant::now());
        self.sender.publish(&self.consumers);
        let Sender { shared, handle, audience, .. } = &mut self.sender;
        audience.note_at_first(shared, handle, &self.consumers.all).await;
        Ok(())
    }

    fn next_work(&self, now: Instant) -> Work {
        let beside = Beside {
            one_off: self.sender.handle.inbox.has_message(),
            probe: self.consumers.is_any_probed() && self.probes.probe_at().is_some_and(|at| at <= now),
            last: self.last,
        };
        Work::choose(&self.consumers.all, beside, now)
    }

    async fn perform(&mut self, work: Work) -> Stored<Step> {
        self.last = work.turn().unwrap_or(self.last);
        let (sender, all) = (&mut self.sender, &mut self.consumers.all);
        let effect = match work {
            Work::Resume(index) => reconcile::resume(sender, &mut all[index]).await?,
            Work::TryAgain(index) => send::begin_again(sender, &mut all[index]).await?,
            Work::Batch(index) => send::begin_batch(sender, &mut all[index]).await?,
            Work::Probe => suspend::probe(sender, &mut self.consumers, &mut self.probes).await?,
            Work::OneOff => {
                announce::post_next(sender).await?;
                Effect::LookAgain
            }
            Work::Later(_) | Work::Nothing => return Ok(Step::Idle),
        };
        self.carry_out(effect).await
    }

    async fn carry_out(&mut self, effect: Effect) -> Stored<Step> {
        match effect {
            Effect::LookAgain => {}
            Effect::WriteSettlement => self.write_settlement().await?,
            Effect::Conflict => return Ok(self.conflict()),
            Effect::Suspend(obstacle) => {
                suspend::suspend(&self.sender, &mut self.consumers, &mut self.probes, obstacle).await?;
            }
            Effect::Halt => return Ok(Step::Stop),
        }
        Ok(Step::Again)
    }

    /// What the store holds is not what was believed: it is read again, at once or, should that not help, in a while.
    fn conflict(&mut self) -> Step {
        let conflicts = self.consumers.conflict();
        if conflicts < CONFLICTS_AT_ONCE { Step::Again } else { self.write_later(conflicts) }
    }

    /// Nothing is to be sent: moves cursors on, and tells when to look again.
    async fn rest(&mut self, now: Instant) -> Stored<Step> {
        if self.consumers.all.is_empty() {
            return Ok(self.retire_when_empty(now));
        }
        self.empty_since = None;
        self.consumers.agree();
        for consumer in &mut self.consumers.all {
            if load::advance(&self.sender, consumer, now).await? == DeliveryOutcome::Conflict {
                return Ok(self.conflict());
            }
        }
        let look = self.sender.audience.next_look();
        let watched = shows_personal_data(&self.consumers.all);
        if let (Some(guild), true) = (watched, look.is_some_and(|at| at <= now)) {
            let Sender { shared, handle, audience, .. } = &mut self.sender;
            audience.look_in_turn(shared, handle, guild).await;
            return Ok(Step::Again);
        }
        let edit = match edit::edit_next(&mut self.sender, &self.consumers, &mut self.edits, now).await? {
            Edited::One => return Ok(Step::Again),
            Edited::Later(at) => Some(at),
            Edited::Nothing => None,
        };
        let advances = self.consumers.all.iter().filter_map(Consumer::next_advance);
        let advances = advances.map(|advance| advance.due);
        // A probe that was planned is none any more where what it was for is not served here now.
        let probe = self.probes.probe_at().filter(|_| self.consumers.is_any_probed());
        let next = advances.chain(probe).chain(watched.and(look)).chain(edit).min();
        Ok(next.map_or(Step::Idle, Step::WaitUntil))
    }

    /// Ends a worker that has nothing to serve.
    fn retire_when_empty(&mut self, now: Instant) -> Step {
        let since = *self.empty_since.get_or_insert(now);
        if now < since + IDLE_LIFE {
            return Step::WaitUntil(since + IDLE_LIFE);
        }
        match self.sender.shared.registry.retire(&self.sender.handle) {
            Retired::Yes => Step::Stop,
            Retired::No => Step::Again,
        }
    }
}

async fn wait_until(until: Option<Instant>) {
    match until {
        Some(until) => sleep_until(until).await,
        None => std::future::pending().await,
    }
}
