//! When a channel that takes no messages is tried again: ever more rarely.

use std::time::Duration;

use deskbell_desk::channel::Obstacle;
use deskbell_desk::delivery::{Nonce, Verdict};
use deskbell_desk::subscription::{SuspendReason, Suspension};
use deskbell_desk::time::UnixMillis;
use tokio::time::Instant;

use super::retry;
use super::seat::Seat;

/// A channel that is closed again so soon after a hold is probed as rarely as before.
const RELAPSE: Duration = Duration::from_hours(1);
/// When a channel on hold is tried again.
#[derive(Debug, Default)]
pub(super) struct Hold {
    pub(super) at: Option<Instant>,
    pub(super) probes: u32,
    pub(super) ended: Option<Instant>,
    /// The nonce of the line that probes: the same until its fate is known.
    pub(super) nonce: Option<Nonce>,
    pub(super) failures: u32,
    /// What was in the way when Discord's settings last told.
    pub(super) seen: Option<Obstacle>,
}

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

    /// The channel is closed: the first probe is that much later.
    pub(super) fn begin(&mut self, now: Instant) -> Duration {
        let relapse = self.ended.is_some_and(|ended| now < ended + RELAPSE);
        self.probes = if relapse { self.probes.saturating_add(1) } else { 0 };
        self.wait(now)
    }

    /// A probe failed: the next one is that much later.
    pub(super) fn failed(&mut self, now: Instant) -> Duration {
        self.probes = self.probes.saturating_add(1);
        self.wait(now)
    }

    fn wait(&mut self, now: Instant) -> Duration {
        let delay = retry::before_probe(self.probes);
        self.at = Some(now + delay);
        self.failures = 0;
        delay
    }

    /// The channel works again.
    pub(super) fn end(&mut self, now: Instant) {
        self.at = None;
        self.nonce = None;
        self.failures = 0;
        self.ended = Some(now);
    }
}
