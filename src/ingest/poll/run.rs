//! The loops of a workspace, and how a poll is concluded: what is told on the board, in the log, and when the next one
//! begins.

use std::sync::atomic::Ordering;
use std::time::Duration;

use deskbell_domain::port::store::Stream;
use deskbell_domain::status::{StoreState, Verdict};
use deskbell_domain::trouble::Part;
use deskbell_domain::webhook::Coverage;
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
            self.waiting.run(shutdown, &self.health),
        );
    }

    /// Somebody subscribed: streams that nobody had subscribed to are walked at once.
    pub fn nudge(&self) {
        for stream in Stream::ALL {
            self.walker(stream).nudged.notify_one();
        }
        self.waiting.nudge();
    }

    async fn run_polls(&self, stream: Stream, shutdown: &CancellationToken, pulse: Pulse) {
        let mut due = None;
        loop {
            pulse.beat();
            let started = Instant::now();
            // Whoever was told to begin sooner is not late.
            if let Some(late) = due.and_then(|due| started.checked_duration_since(due)) {
                self.source.metrics.poll_began(stream, late);
            }
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
            let mut doubted = std::pin::pin!(self.source.webhooks.doubted());
            // Before looking how long to wait, so that neither is missed.
            resumed.as_mut().enable();
            doubted.as_mut().enable();
            // Time that a long poll took beyond the interval is not caught up.
            let coverage = self.coverage(stream, &report);
            let next = started + self.wait_after(stream, &report, started);
            due = Some(next);
            tokio::select! {
                biased;
                () = shutdown.cancelled() => return,
                () = self.walker(stream).nudged.notified(), if may_wait_for_long(&report, coverage) => {}
                () = resumed => {}
                () = doubted, if coverage == Coverage::Covered => {}
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
                BaselineStep::Failed(_) => self.intervals.poll.max(BASELINE_RETRY),
                BaselineStep::Finished => {
                    tracing::info!(workspace = %self.source.workspace, "every user was seen once; changes are told in full from now on");
                    self.intervals.poll
                }
                BaselineStep::Idle | BaselineStep::Held => self.intervals.poll,
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
    fn wait_after(&self, stream: Stream, report: &TickReport, started: Instant) -> Duration {
        if self.source.board.store() != StoreState::Writable {
            return self.intervals.poll.min(STORE_RETRY);
        }
        let rest = self.health.troubles().rests_until(stream.into());
        match (report.skipped, self.health.troubles().next_probe(), rest) {
            (Some(Skipped::NoSubscriber), ..) => self.intervals.poll,
            (_, Some(probe), _) => probe.saturating_duration_since(started).max(SHORTEST_WAIT),
            (_, None, Some(rest)) => rest.saturating_duration_since(started).max(self.intervals.poll),
            (_, None, None) => match self.coverage(stream, report) {
                Coverage::Covered => self.intervals.reconcile,
                Coverage::Uncovered => self.intervals.poll,
            },
        }
    }

    /// Whether webhooks bring what the stream would until the next poll. A poll that did not come to its end leaves that
    /// open.
    fn coverage(&self, stream: Stream, report: &TickReport) -> Coverage {
        self.source.webhooks.covers(stream, &report.topics)
    }

    fn warn_if_the_throttle_is_too_narrow(&self, demand: &Demand) {
        let allowed = self.source.intercom.usage().for_polls;
        let streams = Stream::ALL.into_iter().filter(|stream| demand.since(*stream).is_some()).count();
        let calls = u32::try_from(streams).unwrap_or(u32::MAX);
        let per_minute = f64::from(calls) * 60.0 / self.intervals.poll.as_secs_f64().max(0.001);
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
        self.source.count(&report.appended);
        self.source.webhooks.found(stream, &report.appended.records);
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
        let wait = self.wait_after(stream, report, Instant::now());
        self.health.plan(part, wait);
        tracing::debug!(calls = report.calls, appended = report.appended_in_all(), "a poll ended");
    }
}

/// Whether a new subscription is polled for at once: it may ask for what no webhook tells of.
fn may_wait_for_long(report: &TickReport, coverage: Coverage) -> bool {
    report.skipped == Some(Skipped::NoSubscriber) || coverage == Coverage::Covered
}
