//! The loop of a workspace, and how a poll is concluded: what is told on the board, in the log, and when the next one
//! begins.

use std::time::Duration;

use deskbell_desk::port::intercom::IntercomError;
use deskbell_desk::port::store::Stream;
use deskbell_desk::status::{PollStatus, StoreState};
use deskbell_desk::time::UnixMillis;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;
use tracing::Instrument as _;

use super::WorkspacePoll;
use super::baseline::BaselineStep;
use super::demand::Demand;
use super::report::{LinkNotice, Skipped, TickReport};
use super::walk::WalkError;
use crate::supervisor::Pulse;

/// How soon a store that could not be written is tried again.
const STORE_RETRY: Duration = Duration::from_secs(5);
/// How soon a page of the walk over all users is tried again.
const BASELINE_RETRY: Duration = Duration::from_secs(30);
/// Calls a minute that the throttle keeps free for commands (design section 4).
const KEPT_FREE: u32 = 20;

impl WorkspacePoll {
    /// Polls, first at once, until shutdown; beside it goes the walk over all users, if one is needed. Being dropped
    /// does no harm: every write is whole, and what was not written is read again.
    pub async fn run(&self, shutdown: &CancellationToken, pulse: Pulse) {
        tokio::join!(self.run_polls(shutdown, pulse), self.run_baseline(shutdown));
    }

    /// Somebody subscribed: where nobody had, the next poll begins at once.
    pub fn nudge(&self) {
        self.nudged.notify_one();
    }

    async fn run_polls(&self, shutdown: &CancellationToken, pulse: Pulse) {
        let mut warned = false;
        loop {
            pulse.beat();
            let started = Instant::now();
            let report = tokio::select! {
                biased;
                () = shutdown.cancelled() => return,
                report = self.tick().instrument(tracing::info_span!("poll", workspace = %self.workspace)) => report,
            };
            if !warned && report.skipped.is_none() {
                warned = true;
                self.warn_if_the_throttle_is_too_narrow(&report);
            }
            pulse.rest();
            // Time that a long poll took beyond the interval is not caught up.
            let next = started + self.wait_after(&report, started);
            tokio::select! {
                biased;
                () = shutdown.cancelled() => return,
                () = self.nudged.notified(), if report.skipped == Some(Skipped::NoSubscriber) => {}
                () = tokio::time::sleep_until(next) => {}
            }
        }
    }

    async fn run_baseline(&self, shutdown: &CancellationToken) {
        loop {
            let step = tokio::select! {
                biased;
                () = shutdown.cancelled() => return,
                step = self.baseline_step() => step,
            };
            let pause = match step {
                // The throttle sets the pace; a source that never waits must still let the others run.
                BaselineStep::Page => Duration::from_millis(1),
                BaselineStep::Failed(_) => self.interval.max(BASELINE_RETRY),
                BaselineStep::Finished => {
                    tracing::info!(workspace = %self.workspace, "every user was seen once; changes are told in full from now on");
                    self.interval
                }
                BaselineStep::Idle | BaselineStep::Held => self.interval,
            };
            tokio::select! {
                biased;
                () = shutdown.cancelled() => return,
                () = tokio::time::sleep(pause) => {}
            }
        }
    }

    /// How long after the start of a poll the next one begins.
    fn wait_after(&self, report: &TickReport, started: Instant) -> Duration {
        if self.parts.board.store() != StoreState::Writable {
            return self.interval.min(STORE_RETRY);
        }
        match (report.skipped, self.trouble.next_probe()) {
            (Some(Skipped::NoSubscriber), _) | (_, None) => self.interval,
            (_, Some(probe)) => probe.saturating_duration_since(started),
        }
    }

    fn warn_if_the_throttle_is_too_narrow(&self, report: &TickReport) {
        let limit = self.parts.intercom.usage().limit;
        let calls = u32::try_from(report.streams.len()).unwrap_or(u32::MAX);
        let per_minute = f64::from(calls) * 60.0 / self.interval.as_secs_f64().max(0.001);
        if limit > 0 && per_minute > f64::from(limit.saturating_sub(KEPT_FREE)) {
            tracing::warn!(
                workspace = %self.workspace,
                calls_per_minute = per_minute,
                allowed = limit.saturating_sub(KEPT_FREE),
                "POLL_INTERVAL asks for more calls than INTERCOM_CALLS_PER_MINUTE allows; polls come as often as it does"
            );
        }
    }

    /// Draws the conclusions from a poll.
    pub(super) fn conclude(&self, demand: &Demand, report: &mut TickReport) {
        if demand.is_empty() && report.went_well() {
            report.skipped = Some(Skipped::NoSubscriber);
        }
        let now = self.parts.server_time.local();
        for (stream, error) in report.failures() {
            self.tell_failure(stream, error);
        }
        report.notice = report.notice.or_else(|| self.link_after(report, now));
        if let Some(notice) = report.notice {
            self.tell_link(notice);
        }
        self.write_status(report, now);
        tracing::debug!(calls = report.calls, appended = report.appended_in_all(), "a poll ended");
    }

    fn link_after(&self, report: &TickReport, now: UnixMillis) -> Option<LinkNotice> {
        if report.went_well() {
            return self.trouble.well();
        }
        let failed = |of: fn(&IntercomError) -> bool| {
            report.failures().any(|(_, error)| matches!(error, WalkError::Intercom(error) if of(error)))
        };
        if failed(|error| matches!(error, IntercomError::Refused { .. } | IntercomError::Forbidden { .. })) {
            return self.trouble.refused(now);
        }
        if failed(|error| matches!(error, IntercomError::Unavailable(_))) {
            return self.trouble.silent(now);
        }
        None
    }

    fn tell_failure(&self, stream: Stream, error: &WalkError) {
        match error {
            WalkError::Store(error) => self.note_store_failure(error),
            // Told once, by the notice.
            WalkError::Intercom(IntercomError::Refused { .. } | IntercomError::Forbidden { .. }) => {}
            error => tracing::warn!(
                workspace = %self.workspace,
                ?stream,
                error = error as &dyn std::error::Error,
                "a stream could not be read; the next poll reads it again"
            ),
        }
    }

    pub(super) fn note_baseline_failure(&self, error: &WalkError) {
        match error {
            WalkError::Store(error) => self.note_store_failure(error),
            WalkError::Intercom(IntercomError::Refused { .. } | IntercomError::Forbidden { .. }) => {
                if let Some(notice) = self.trouble.refused(self.parts.server_time.local()) {
                    self.tell_link(notice);
                }
            }
            error => tracing::warn!(
                workspace = %self.workspace,
                error = error as &dyn std::error::Error,
                "the walk over all users pauses; it goes on where it stands"
            ),
        }
    }

    fn tell_link(&self, notice: LinkNotice) {
        match notice {
            LinkNotice::Refused { .. } => tracing::error!(
                workspace = %self.workspace,
                "intercom refuses the token: polling stands still until it is accepted; check INTERCOM_ACCESS_TOKEN"
            ),
            LinkNotice::Accepted { .. } => tracing::info!(
                workspace = %self.workspace,
                "intercom accepts the token again; polling goes on"
            ),
            LinkNotice::Down { .. } => tracing::warn!(
                workspace = %self.workspace,
                "intercom has not answered for a quarter of an hour; nothing is lost"
            ),
            LinkNotice::Back { .. } => tracing::info!(
                workspace = %self.workspace,
                "intercom answers again"
            ),
        }
        self.parts.listener.link_changed(&self.workspace, notice);
    }

    fn write_status(&self, report: &TickReport, now: UnixMillis) {
        let wait = self.wait_after(report, Instant::now());
        let next = now.0.saturating_add(i64::try_from(wait.as_millis()).unwrap_or(i64::MAX));
        let last_check = if report.went_well() { Some(now) } else { self.parts.board.poll().last_check };
        let link = self.trouble.link();
        self.parts.board.set_poll(PollStatus { last_check, next_check: Some(UnixMillis(next)), link });
    }
}
