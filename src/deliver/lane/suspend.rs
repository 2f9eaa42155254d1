//! A channel that takes no messages: its subscriptions go on hold, it is probed ever more rarely, and what waited is
//! posted when it works again.
//!
//! Being closed is a property of the channel, so all its running subscriptions are held and taken up together. The
//! first message after a hold is one line that says what follows; it is the probe.

use std::time::Duration;

use deskbell_desk::announcement::{back_notice, on_hold_notice};
use deskbell_desk::channel::Obstacle;
use deskbell_desk::delivery::{InFlight, Nonce};
use deskbell_desk::ids::GuildId;
use deskbell_desk::port::channels::ChannelError;
use deskbell_desk::port::messenger::PostOutcome;
use deskbell_desk::port::store::{ChangeOutcome, Stored};
use deskbell_desk::subscription::{Subscription, SubscriptionState, SuspendReason, Suspension};
use tokio::time::Instant;

use super::{Lane, LaneStep};
use crate::deliver::door::NoticeRight;
use crate::deliver::errand::{Errand, Purpose};
use crate::deliver::notices::{as_one, channel_for_notice};
use crate::deliver::retry;
use crate::deliver::seat::{Fate, Seat};

/// How often a probe without an answer is repeated before the next one is planned.
const PROBE_REPEATS: u32 = 5;

/// Discord did not tell whether anything is in the way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Untold;

impl Lane {
    pub(crate) fn probe_is_due(&self, now: Instant) -> bool {
        self.hold.probe_at().is_some_and(|at| at <= now)
            && self.seats.iter().any(|s| s.probed_hold().is_some())
    }

    /// Puts the channel's running subscriptions on hold. A batch in flight stays; that it was certainly not posted
    /// is written down, so that it need not be looked for later.
    pub(crate) async fn suspend(&mut self, obstacle: Obstacle) -> Stored<()> {
        let reason = SuspendReason::Channel(self.with_permissions(obstacle).await);
        for index in 0..self.seats.len() {
            self.note_not_posted(index).await?;
        }
        if !self.seats.iter().any(Seat::is_serving) {
            return Ok(());
        }
        let delay = self.hold.begin(Instant::now());
        let hold = self.suspension(reason, delay);
        tracing::warn!(channel.id = self.door.channel.0, reason = ?hold.reason,
            "a channel takes no messages; its notifications are on hold");
        for index in 0..self.seats.len() {
            if self.seats[index].is_serving() {
                self.change_state(index, SubscriptionState::Suspended(hold.clone())).await?;
            }
        }
        self.show_standing();
        self.tell_elsewhere().await
    }

    fn suspension(&self, reason: SuspendReason, delay: Duration) -> Suspension {
        let since = self.shared.parts.clock.now().seconds();
        let next_probe = since.plus(i64::try_from(delay.as_secs()).unwrap_or(i64::MAX));
        Suspension { reason, since, probes: self.hold.probes, next_probe, told: false }
    }

    /// Which permissions lack, where Discord's refusal did not say.
    async fn with_permissions(&mut self, obstacle: Obstacle) -> Obstacle {
        let Obstacle::MissingPermissions(said) = &obstacle else { return obstacle };
        match self.look_at_channel().await {
            Ok(Some(known @ Obstacle::MissingPermissions(_))) if said.is_empty() => known,
            _ => obstacle,
        }
    }

    async fn look_at_channel(&mut self) -> Result<Option<Obstacle>, Untold> {
        let obstacle = self.obstacle().await;
        if let Ok(seen) = &obstacle {
            self.hold.seen.clone_from(seen);
        }
        obstacle
    }

    /// The server's permissions may have changed: a channel on hold that was closed and is open now is tried at once.
    /// One that looked open all the time is not: what Discord refuses there no setting tells, and servers change often.
    pub(crate) async fn look_at_access(&mut self) {
        if !self.seats.iter().any(|seat| seat.probed_hold().is_some()) {
            return;
        }
        let was_closed = self.hold.seen.is_some();
        if self.look_at_channel().await == Ok(None) && was_closed {
            self.hold.probe_now(Instant::now());
        }
    }

    async fn note_not_posted(&mut self, index: usize) -> Stored<()> {
        let flight = self.seats[index].flight.as_ref();
        let certain = flight.filter(|flight| flight.fate == Fate::NotPosted && flight.record.attempts > 0);
        let Some(record) = certain.map(|flight| flight.record.clone()) else { return Ok(()) };
        if !self.rewrite(index, InFlight { attempts: 0, ..record }).await? {
            self.conflict();
        }
        Ok(())
    }

    /// Writes a subscription's new state; where somebody else changed it, it is read again instead.
    async fn change_state(&mut self, index: usize, state: SubscriptionState) -> Stored<()> {
        let changed = Subscription { state, ..self.seats[index].subscription.clone() };
        let written = self.shared.parts.settings.change_subscription(changed.clone()).await;
        match written? {
            ChangeOutcome::Changed => {
                let version = changed.version + 1;
                self.seats[index].subscription = Subscription { version, ..changed };
            }
            ChangeOutcome::Conflict => {
                self.conflict();
            }
        }
        Ok(())
    }

    /// Tries a channel on hold.
    pub(crate) async fn probe(&mut self) -> Stored<LaneStep> {
        let seen = self.look_at_channel().await;
        if let Ok(Some(obstacle)) = seen {
            return self.probe_failed(Some(obstacle)).await;
        }
        let Some(line) = as_one(self.back_lines().await?) else {
            return match seen {
                Ok(_) => self.take_up().await,
                Err(Untold) => self.probe_failed(None).await,
            };
        };
        if self.door.claim_notice() == NoticeRight::Spent {
            // The hour's line was posted here, so the channel worked a short while ago: the batch itself is the probe.
            return self.take_up().await;
        }
        let random = &self.shared.parts.random;
        let nonce = self.hold.nonce.get_or_insert_with(|| Nonce::of_notice(random.number())).clone();
        let outcome = self.post(&line, &nonce).await;
        self.probe_answered(outcome).await
    }

    async fn probe_answered(&mut self, outcome: PostOutcome) -> Stored<LaneStep> {
        if let PostOutcome::Posted { message, .. } = outcome {
            if let Some(message) = message {
                self.remember(message).await;
            }
            return self.take_up().await;
        }
        self.door.return_notice();
        match outcome {
            PostOutcome::Closed(obstacle) => self.probe_failed(Some(obstacle)).await,
            PostOutcome::Unknown if self.hold.failures >= PROBE_REPEATS => self.probe_failed(None).await,
            PostOutcome::Unknown => {
                self.hold.failures += 1;
                let delay = retry::REPEAT.jittered_after(self.hold.failures, &*self.shared.parts.random);
                self.hold.at = Some(Instant::now() + delay);
                Ok(LaneStep::Again)
            }
            PostOutcome::Unauthorized => Ok(LaneStep::Stop),
            // A refusal is about the line, not about the channel.
            PostOutcome::Refused { .. } => self.take_up().await,
            PostOutcome::RateLimited { .. } | PostOutcome::Walled { .. } | PostOutcome::Posted { .. } => {
                Ok(LaneStep::Again)
            }
        }
    }

    /// A line for each subscription on hold for which something waits.
    async fn back_lines(&self) -> Stored<Vec<deskbell_desk::announcement::Announcement>> {
        let mut lines = Vec::new();
        for seat in self.seats.iter().filter(|seat| seat.probed_hold().is_some()) {
            let backlog = self.shared.parts.deliveries.backlog(&seat.subscription, seat.cursor).await?;
            if let Some(since) = backlog.since {
                lines.push(back_notice(seat.subscription.kind, backlog.count, since));
            }
        }
        Ok(lines)
    }

    /// It works again.
    async fn take_up(&mut self) -> Stored<LaneStep> {
        for index in 0..self.seats.len() {
            if self.seats[index].probed_hold().is_some() {
                self.change_state(index, SubscriptionState::Active).await?;
            }
        }
        tracing::info!(channel.id = self.door.channel.0, "a channel takes messages again");
        self.hold.end(Instant::now());
        self.show_standing();
        Ok(LaneStep::Again)
    }

    async fn probe_failed(&mut self, obstacle: Option<Obstacle>) -> Stored<LaneStep> {
        let delay = self.hold.failed(Instant::now());
        for index in 0..self.seats.len() {
            let Some(present) = self.seats[index].probed_hold().cloned() else { continue };
            let reason = obstacle.clone().map_or_else(|| present.reason.clone(), SuspendReason::Channel);
            let planned = self.suspension(reason, delay);
            let hold = Suspension { since: present.since, told: present.told, ..planned };
            self.change_state(index, SubscriptionState::Suspended(hold)).await?;
        }
        self.tell_elsewhere().await?;
        Ok(LaneStep::Again)
    }

    /// Tells in another working channel what is on hold here; where there is none it is tried with the next probe.
    async fn tell_elsewhere(&mut self) -> Stored<()> {
        let Some(guild) = self.untold_guild() else { return Ok(()) };
        let mut lines = Vec::new();
        for seat in &self.seats {
            if let Some(hold) = seat.probed_hold().filter(|hold| !hold.told) {
                let waiting =
                    self.shared.parts.deliveries.backlog(&seat.subscription, seat.cursor).await?.count;
                let list = (self.shared.parts.mention)("notify list");
                let (kind, channel) = (seat.subscription.kind, seat.subscription.channel);
                lines.push(on_hold_notice(kind, channel, &hold.reason, waiting, &list));
            }
        }
        let Some(message) = as_one(lines) else { return Ok(()) };
        if let Some(door) = channel_for_notice(&self.shared, guild, Some(self.door.channel)) {
            let nonce = Nonce::of_notice(self.shared.parts.random.number());
            let purpose = Purpose::OnHold { about: self.door.channel };
            door.hand_in(Errand { message, nonce, purpose });
        }
        Ok(())
    }

    fn untold_guild(&self) -> Option<GuildId> {
        let untold = self.seats.iter().find(|seat| seat.probed_hold().is_some_and(|hold| !hold.told))?;
        Some(untold.subscription.guild)
    }

    /// The notice was posted.
    pub(crate) async fn mark_told(&mut self) -> Stored<()> {
        for index in 0..self.seats.len() {
            if let Some(hold) = self.seats[index].probed_hold().filter(|hold| !hold.told).cloned() {
                let told = Suspension { told: true, ..hold };
                self.change_state(index, SubscriptionState::Suspended(told)).await?;
            }
        }
        Ok(())
    }

    /// What is in the way of posting, as far as Discord's settings tell.
    pub(crate) async fn obstacle(&self) -> Result<Option<Obstacle>, Untold> {
        let guild = self.door.guild().ok_or(Untold)?;
        match self.shared.parts.channels.view(guild, self.door.channel).await {
            Ok(view) => match view.obstacle() {
                None if view.lacking.is_none() => Err(Untold),
                obstacle => Ok(obstacle),
            },
            Err(ChannelError::Closed(obstacle)) => Ok(Some(obstacle)),
            Err(ChannelError::Unavailable) => Err(Untold),
        }
    }
}
