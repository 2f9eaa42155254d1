//! The loops of a workspace, and how a poll is concluded: what is told on the board, in the log, and when the next one
//! begins.

use std::sync::atomic::Ordering;
use std::time::Duration;

use deskbell_domain::port::store::Stream;
use deskbell_domain::status::{StoreState, Verdict};
use deskbell_domain::trouble::Part;
use deskbell_text::trouble;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;
use tracing::Instrument as _;

use super::WorkspacePoll;
use super::baseline::BaselineStep;
use super::report::{Skipped, StreamOutcome, TickReport};
use crate::ingest::demand::Demand;
use crate::supervisor::Pulse;

/// A probe that is due but could not be made, since the store failed, is no reason to try without a pause.
const SHORTEST_WAIT: Duration = Duration::from_secs(1);
/// How soon a store that could not be written is tried again.
const STORE_RETRY: Duration = Duration::from_secs(5);
/// How soon a page of the walk over all users is tried again.
const BASELINE_RETRY: Duration = Duration::from_secs(30);

impl WorkspacePoll {
    /// Polls each of [`Stream::ALL`] with its pulse, first at once, until shutdown; beside them goes the walk over all
    /// users, if one is needed. Being dropped does no harm: every write is whole, and what was not written is read
    /// again.
    pub async fn run(&self, shutdown: &CancellationToken, pulses: [Pulse; 3]) {
        let [contacts, conversations, updates] = Stream::ALL;
        let [first, second, third] = pulses;
        tokio::join!(
            self.run_polls(contacts, shutdown, first),
            self.run_polls(conversations, shutdown, second),
            self.run_polls(updates, shutdown, third),
            self.run_baseline(shutdown),
            self.follow_verdicts(shutdown),
        );
    }

    /// Somebody subscribed: streams that nobody had subscribed to are walked at once.
    pub fn nudge(&self) {
        for stream in Stream::ALL {
            self.walker(stream).nudged.notify_one();
        }
    }

    async fn run_polls(&self, stream: Stream, shutdown: &CancellationToken, pulse: Pulse) {
        loop {
            pulse.beat();
            let started = Instant::now();
            let reads = trouble::part(stream.into());
            let span = tracing::info_span!("poll", workspace = %self.source.workspace, reads);
            // Boxed, so that the many loops that wait do not each keep room for a walk.
            let poll = Box::pin(self.tick_stream(stream));
            let report = tokio::select! {
                biased;
                () = shutdown.cancelled() => return,
                report = poll.instrument(span) => report,
            };
            pulse.rest();
            let mut resumed = std::pin::pin!(self.health.troubles().resumed());
            // Before looking how long to wait, so that no acceptance is missed.
            resumed.as_mut().enable();
            // Time that a long poll took beyond the interval is not caught up.
            let next = started + self.wait_after(stream, report.skipped, started);
            tokio::select! {
                biased;
                () = shutdown.cancelled() => return,
                () = self.walker(stream).nudged.notified(), if report.skipped == Some(Skipped::NoSubscriber) => {}
                () = resumed => {}
                () = tokio::time::sleep_until(next) => {}
            }
        }
    }

    /// Whoever's call succeeds ends the wait of a refused token, and a command that is refused begins one, so that it
    /// is told everywhere before there is anything to poll for.
    async fn follow_verdicts(&self, shutdown: &CancellationToken) {
        let mut verdicts = self.source.accepted.follow();
        loop {
            let verdict = tokio::select! {
                biased;
                () = shutdown.cancelled() => return,
                verdict = verdicts.next() => verdict,
            };
            match verdict {
                Some(Verdict::Accepted) => self.health.take_acceptance(),
                Some(Verdict::Refused) => self.health.take_refusal(),
                None => return,
            }
        }
    }

    async fn run_baseline(&self, shutdown: &CancellationToken) {
        loop {
            let step = tokio::select! {
                biased;
                () = shutdown.cancelled() => return,
                step = Box::pin(self.baseline_step()) => step,
            };
            match step {
                BaselineStep::Page => self.health.note_success(Part::AllUsers),
                BaselineStep::Finished | BaselineStep::Idle => self.health.troubles().forget(Part::AllUsers),
                BaselineStep::Held | BaselineStep::Failed(_) => {}
            }
            let pause = match step {
                // The throttle sets the pace; a source that never waits must still let the others run.
                BaselineStep::Page => Duration::from_millis(1),
                BaselineStep::Failed(_) => self.interval.max(BASELINE_RETRY),
                BaselineStep::Finished => {
                    tracing::info!(workspace = %self.source.workspace, "every user was seen once; changes are told in full from now on");
                    self.interval
                }
                BaselineStep::Idle | BaselineStep::Held => self.interval,
            };
            tokio::select! {
                biased;
                () = shutdown.cancelled() => return,
                () = self.users_polled.notified(), if matches!(step, BaselineStep::Idle) => {}
                () = tokio::time::sleep(pause) => {}
            }
        }
    }

    /// How long after the start of a poll the next one begins.
    fn wait_after(&self, stream: Stream, skipped: Option<Skipped>, started: Instant) -> Duration {
        if self.source.board.store() != StoreState::Writable {
            return self.interval.min(STORE_RETRY);
        }
        let rest = self.health.troubles().rests_until(stream.into());
        match (skipped, self.health.troubles().next_probe(), rest) {
            (Some(Skipped::NoSubscriber), ..) | (_, None, None) => self.interval,
            (_, Some(probe), _) => probe.saturating_duration_since(started).max(SHORTEST_WAIT),
            (_, None, Some(rest)) => rest.saturating_duration_since(started).max(self.interval),
        }
    }

    fn warn_if_the_throttle_is_too_narrow(&self, demand: &Demand) {
        let allowed = self.source.intercom.usage().for_polls;
        let streams = Stream::ALL.into_iter().filter(|stream| demand.since(*stream).is_some()).count();
        let calls = u32::try_from(streams).unwrap_or(u32::MAX);
        let per_minute = f64::from(calls) * 60.0 / self.interval.as_secs_f64().max(0.001);
        let too_many = allowed > 0 && per_minute > f64::from(allowed);
        if too_many && !self.warned.swap(true, Ordering::Relaxed) {
            tracing::warn!(
                workspace = %self.source.workspace,
                calls_per_minute = per_minute,
                allowed,
                "POLL_INTERVAL asks for more calls than INTERCOM_CALLS_PER_MINUTE allows; polls come as often as it does"
            );
        }
    }

    /// Draws the conclusions from a poll.
    pub(super) fn conclude(&self, stream: Stream, demand: &Demand, report: &TickReport) {
        let part = Part::from(stream);
        match report.streams.get(&stream) {
            Some(StreamOutcome::Walked { .. }) => {
                self.warn_if_the_throttle_is_too_narrow(demand);
                self.health.note_success(part);
            }
            Some(StreamOutcome::Failed(error)) => self.health.note_failure(part, error),
            Some(StreamOutcome::Left) => self.health.troubles().forget(part),
            None if report.skipped == Some(Skipped::NoSubscriber) => self.health.troubles().forget(part),
            None => {}
        }
        let wait = self.wait_after(stream, report.skipped, Instant::now());
        self.health.plan(part, wait);
        tracing::debug!(calls = report.calls, appended = report.appended_in_all(), "a poll ended");
    }
}
