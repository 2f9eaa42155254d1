//! When a channel that takes no messages is tried again: ever more rarely.

use std::time::Duration;

use deskbell_domain::channel::Obstacle;
use deskbell_domain::delivery::{Nonce, Verdict};
use deskbell_domain::port::random::Random;
use deskbell_domain::subscription::{SuspendReason, Suspension};
use deskbell_domain::time::UnixMillis;
use tokio::time::Instant;

use super::consumer::Consumer;
use crate::deliver::retry;

/// A channel that is closed again so soon after a suspension is probed as rarely as before.
const RELAPSE: Duration = Duration::from_hours(1);
/// How often a probe without an answer is repeated before the next one is planned.
const PROBE_REPEATS: u32 = 5;

/// When a suspended channel is tried again.
#[derive(Debug, Default)]
pub(crate) struct ProbeSchedule {
    at: Option<Instant>,
    pub(crate) probes: u32,
    ended: Option<Instant>,
    /// The nonce of the line that probes: the same until its fate is known.
    nonce: Option<Nonce>,
    failures: u32,
    /// What was in the way when Discord's settings last told.
    pub(crate) seen: Option<Obstacle>,
}

impl ProbeSchedule {
    /// When the next probe is, if one is planned.
    pub(crate) fn probe_at(&self) -> Option<Instant> {
        self.at
    }

    /// Something changed: what is suspended is tried at once.
    pub(crate) fn probe_now(&mut self, now: Instant) {
        self.at = Some(now);
    }

    /// The channel itself changed: a thread that was closed may be open now, which its permissions do not tell.
    pub(crate) fn channel_changed(&mut self, consumers: &[Consumer], now: Instant) {
        let is_closed_thread =
            |suspension: &Suspension| suspension.reason == SuspendReason::Channel(Obstacle::ThreadClosed);
        if consumers.iter().filter_map(Consumer::probed_suspension).any(is_closed_thread) {
            self.probe_now(now);
        }
    }

    /// Takes the plan from what is stored, where none is in memory; the wall clock may have been set, so no probe
    /// is further away than its turn allows.
    pub(crate) fn plan(&mut self, consumers: &[Consumer], wall: UnixMillis, now: Instant) {
        let first = consumers
            .iter()
            .filter_map(Consumer::probed_suspension)
            .min_by_key(|suspension| suspension.next_probe);
        let Some(suspension) = first else {
            self.at = None;
            return;
        };
        self.probes = self.probes.max(suspension.probes);
        if self.at.is_none() {
            let seconds = u64::try_from(suspension.next_probe.0 - wall.seconds().0).unwrap_or(0);
            self.at = Some(now + Duration::from_secs(seconds).min(retry::before_probe(suspension.probes)));
        }
    }

    /// A batch was settled; one that was posted proves that the channel works.
    pub(crate) fn posted(&mut self, verdict: &Verdict) {
        if matches!(verdict, Verdict::Posted(_)) && self.ended.is_some_and(|at| Instant::now() > at + RELAPSE)
        {
            self.probes = 0;
        }
    }

    /// The channel is closed: the first probe is that much later.
    pub(crate) fn begin(&mut self, now: Instant) -> Duration {
        let relapse = self.ended.is_some_and(|ended| now < ended + RELAPSE);
        self.probes = if relapse { self.probes.saturating_add(1) } else { 0 };
        self.wait(now)
    }

    /// A probe failed: the next one is that much later.
    pub(crate) fn failed(&mut self, now: Instant) -> Duration {
        self.probes = self.probes.saturating_add(1);
        self.wait(now)
    }

    fn wait(&mut self, now: Instant) -> Duration {
        let delay = retry::before_probe(self.probes);
        self.at = Some(now + delay);
        self.failures = 0;
        delay
    }

    /// The nonce of the line that probes: the same until its fate is known.
    pub(crate) fn nonce(&mut self, random: &dyn Random) -> Nonce {
        self.nonce.get_or_insert_with(|| Nonce::of_notice(random.number())).clone()
    }

    /// Whether a probe without an answer was repeated often enough.
    pub(crate) fn is_unanswered_for_good(&self) -> bool {
        self.failures >= PROBE_REPEATS
    }

    /// A probe got no answer: the same in a while.
    pub(crate) fn unanswered(&mut self, random: &dyn Random, now: Instant) {
        self.failures += 1;
        self.at = Some(now + retry::REPEAT.jittered_after(self.failures, random));
    }

    /// The channel works again.
    pub(crate) fn end(&mut self, now: Instant) {
        self.at = None;
        self.nonce = None;
        self.failures = 0;
        self.ended = Some(now);
    }
}
