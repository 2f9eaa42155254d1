//! A channel that takes no messages: its subscriptions go on hold, it is probed ever more rarely, and what waited is
//! posted when it works again.
//!
//! Being closed is a property of the channel, so all its running subscriptions are held and taken up together. The
//! first message after a hold is one line that says what follows; it is the probe.

use std::time::Duration;

use deskbell_desk::announcement::{back_notice, on_hold_notice};
use deskbell_desk::channel::Obstacle;
use deskbell_desk::delivery::{InFlight, Nonce, Verdict};
use deskbell_desk::ids::GuildId;
use deskbell_desk::port::channels::ChannelError;
use deskbell_desk::port::messenger::PostOutcome;
use deskbell_desk::port::store::{ChangeOutcome, Stored};
use deskbell_desk::subscription::{Subscription, SubscriptionState, SuspendReason, Suspension};
use deskbell_desk::time::UnixMillis;
use tokio::time::Instant;

use super::door::NoticeRight;
use super::errand::{Errand, Purpose};
use super::lane::{Fate, Lane, LaneStep, Seat};
use super::notices::{as_one, channel_for_notice};
use super::retry;

/// A channel that is closed again so soon after a hold is probed as rarely as before.
const RELAPSE: Duration = Duration::from_hours(1);
/// How often a probe without an answer is repeated before the next one is planned.
const PROBE_REPEATS: u32 = 5;

/// When a channel on hold is tried again.
#[derive(Debug, Default)]
pub(super) struct Hold {
    at: Option<Instant>,
    probes: u32,
    ended: Option<Instant>,
    /// The nonce of the line that probes: the same until its fate is known.
    nonce: Option<Nonce>,
    failures: u32,
    /// What was in the way when Discord's settings last told.
    seen: Option<Obstacle>,
}

/// Discord did not tell whether anything is in the way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Untold;

impl Hold {
    /// When the next probe is, if one is planned.
    pub(super) fn probe_at(&self) -> Option<Instant> {
        self.at
    }

    /// Something changed: what is on hold is tried at once.
    pub(super) fn probe_now(&mut self, now: Instant) {
        self.at = Some(now);
    }

    /// The channel itself changed: a thread that was closed may be open now, which its permissions do not tell.
    pub(super) fn channel_changed(&mut self, seats: &[Seat], now: Instant) {
        let is_closed_thread =
            |hold: &Suspension| hold.reason == SuspendReason::Channel(Obstacle::ThreadClosed);
        if seats.iter().filter_map(Seat::probed_hold).any(is_closed_thread) {
            self.probe_now(now);
        }
    }

    /// Takes the plan from what is stored, where none is in memory; the wall clock may have been set, so no probe
    /// is further away than its turn allows.
    pub(super) fn plan(&mut self, seats: &[Seat], wall: UnixMillis, now: Instant) {
        let first = seats.iter().filter_map(Seat::probed_hold).min_by_key(|hold| hold.next_probe);
        let Some(hold) = first else {
            self.at = None;
            return;
        };
        self.probes = self.probes.max(hold.probes);
        if self.at.is_none() {
            let seconds = u64::try_from(hold.next_probe.0 - wall.seconds().0).unwrap_or(0);
            self.at = Some(now + Duration::from_secs(seconds).min(retry::before_probe(hold.probes)));
        }
    }

    /// A batch was settled; one that was posted proves that the channel works.
    pub(super) fn posted(&mut self, verdict: &Verdict) {
        if matches!(verdict, Verdict::Posted(_)) && self.ended.is_some_and(|at| Instant::now() > at + RELAPSE)
        {
            self.probes = 0;
        }
    }

    fn begin(&mut self, now: Instant) -> Duration {
        let relapse = self.ended.is_some_and(|ended| now < ended + RELAPSE);
        self.probes = if relapse { self.probes.saturating_add(1) } else { 0 };
        self.wait(now)
    }

    fn failed(&mut self, now: Instant) -> Duration {
        self.probes = self.probes.saturating_add(1);
        self.wait(now)
    }

    fn wait(&mut self, now: Instant) -> Duration {
        let delay = retry::before_probe(self.probes);
        self.at = Some(now + delay);
        self.failures = 0;
        delay
    }

    fn end(&mut self, now: Instant) {
        self.at = None;
        self.nonce = None;
        self.failures = 0;
        self.ended = Some(now);
    }
}

impl Lane {
    pub(super) fn probe_is_due(&self, now: Instant) -> bool {
        self.hold.probe_at().is_some_and(|at| at <= now)
            && self.seats.iter().any(|s| s.probed_hold().is_some())
    }

    /// Puts the channel's running subscriptions on hold. A batch in flight stays; that it was certainly not posted
    /// is written down, so that it need not be looked for later.
    pub(super) async fn suspend(&mut self, obstacle: Obstacle) -> Stored<()> {
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
    pub(super) async fn look_at_access(&mut self) {
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
    pub(super) async fn probe(&mut self) -> Stored<LaneStep> {
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
    pub(super) async fn mark_told(&mut self) -> Stored<()> {
        for index in 0..self.seats.len() {
            if let Some(hold) = self.seats[index].probed_hold().filter(|hold| !hold.told).cloned() {
                let told = Suspension { told: true, ..hold };
                self.change_state(index, SubscriptionState::Suspended(told)).await?;
            }
        }
        Ok(())
    }

    /// What is in the way of posting, as far as Discord's settings tell.
    pub(super) async fn obstacle(&self) -> Result<Option<Obstacle>, Untold> {
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
