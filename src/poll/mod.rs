//! From Intercom into the journal: what to ask for, what is new, what changed (design section 4).
//!
//! One [`WorkspacePoll`] serves all servers of a workspace. Each [`tick`](WorkspacePoll::tick) walks up to three
//! streams, one after the other, and writes what it found with its seen-keys; the loop in [`run`](WorkspacePoll::run)
//! only calls it. What was appended stays appended whatever happens; a walk that fails moves no mark and is done again.
//! Promised: an event is journaled once, and none that happened at or after the earliest floor of its kind is missed,
//! however late the search shows it (up to 48 h). Not promised: what cannot be seen between two polls.

mod append;
mod baseline;
mod demand;
mod finding;
mod gap;
mod judge;
mod names;
mod pages;
mod report;
mod retention;
mod run;
mod stream;
mod trouble;
mod walk;
mod window;

use std::sync::Arc;
use std::time::Duration;

use deskbell_desk::difference::UpdateFields;
use deskbell_desk::ids::WorkspaceId;
use deskbell_desk::names::Names;
use deskbell_desk::port::intercom::{Intercom, IntercomError};
use deskbell_desk::port::store::{JournalStore, SettingsStore, StoreError, Stored, Stream};
use deskbell_desk::status::{StatusBoard, StoreState};
use deskbell_desk::time::ServerTime;
use tokio::sync::{Mutex, Notify};

pub use self::baseline::BaselineStep;
pub use self::report::{JournalListener, LinkNotice, Skipped, StreamOutcome, TickReport};
pub use self::retention::Retention;
pub use self::walk::WalkError;
pub use self::window::Depth;

use self::demand::Demand;
use self::names::{Directory, LookUps};
use self::stream::PageSizes;
use self::trouble::{Gate, Trouble};

/// What polling works with.
pub struct PollParts {
    /// The journal.
    pub journal: Arc<dyn JournalStore>,
    /// The subscriptions.
    pub settings: Arc<dyn SettingsStore>,
    /// Intercom, with the urgency of polls.
    pub intercom: Arc<dyn Intercom>,
    /// Intercom, with the urgency of the walk over all users: at most a third of the throttle.
    pub background: Arc<dyn Intercom>,
    /// Intercom's clock.
    pub server_time: Arc<ServerTime>,
    /// The workspace's names, shared with commands.
    pub names: Arc<Names>,
    /// Where it is told how polling stands.
    pub board: Arc<StatusBoard>,
    /// Who is told of new events.
    pub listener: Arc<dyn JournalListener>,
}

/// The streams in the order in which they are walked. Contacts come before updates, so that a new user is known when
/// the second walk sees it too.
const STREAMS: [Stream; 3] = [Stream::Contacts, Stream::Conversations, Stream::UserUpdates];

/// The polling of one workspace.
pub struct WorkspacePoll {
    parts: PollParts,
    workspace: WorkspaceId,
    interval: Duration,
    fields: UpdateFields,
    directory: Directory,
    trouble: Trouble,
    sizes: PageSizes,
    gaps: gap::Gaps,
    position: baseline::Position,
    running: Mutex<()>,
    /// Held from judging users to writing the verdicts.
    users: Mutex<()>,
    nudged: Notify,
}

impl WorkspacePoll {
    /// Polls `workspace` every `interval`; changes of `fields` are announced.
    pub fn new(parts: PollParts, workspace: WorkspaceId, interval: Duration, fields: UpdateFields) -> Self {
        Self {
            directory: Directory::new(Arc::clone(&parts.names)),
            parts,
            workspace,
            interval,
            fields,
            trouble: Trouble::default(),
            sizes: PageSizes::default(),
            gaps: gap::Gaps::default(),
            position: baseline::Position::default(),
            running: Mutex::new(()),
            users: Mutex::new(()),
            nudged: Notify::new(),
        }
    }

    /// Walks every stream that somebody subscribed to, once. Being dropped in the middle does no harm.
    pub async fn tick(&self) -> TickReport {
        let Ok(_running) = self.running.try_lock() else { return TickReport::skipped(Skipped::Running) };
        if !self.store_takes_writes().await {
            return TickReport::skipped(Skipped::StoreUnwritable);
        }
        let demand = match self.demand().await {
            Ok(demand) => demand,
            Err(error) => {
                self.note_store_failure(&error);
                return TickReport::skipped(Skipped::StoreFailed);
            }
        };
        let mut report = TickReport::default();
        if demand.is_empty() || self.may_ask(&mut report).await {
            self.walk_streams(&demand, &mut report).await;
        }
        self.conclude(&demand, &mut report);
        report
    }

    async fn demand(&self) -> Stored<Demand> {
        let subscriptions = self.parts.settings.workspace_subscriptions(&self.workspace).await?;
        Ok(Demand::of(&subscriptions))
    }

    async fn walk_streams(&self, demand: &Demand, report: &mut TickReport) {
        if let Err(error) = self.follow_demand_for_users(demand).await {
            report.streams.insert(Stream::UserUpdates, StreamOutcome::Failed(error));
            return;
        }
        let mut look_ups = LookUps::of_poll(&self.directory, &*self.parts.intercom);
        for stream in STREAMS {
            if let Some(outcome) = self.follow_stream(stream, demand, &mut look_ups, report).await {
                let is_over = is_refused_for_all(&outcome);
                report.streams.insert(stream, outcome);
                if is_over {
                    break;
                }
            }
        }
        report.calls += look_ups.calls;
    }

    /// Whether the token may be used: where it was refused, `GET /me` is asked first, if it is time.
    async fn may_ask(&self, report: &mut TickReport) -> bool {
        match self.trouble.gate() {
            Gate::Open => true,
            Gate::Closed => {
                report.skipped = Some(Skipped::TokenRefused);
                false
            }
            Gate::Probe => self.probe(report).await,
        }
    }

    async fn probe(&self, report: &mut TickReport) -> bool {
        self.trouble.probing();
        report.calls += 1;
        let Err(error) = self.parts.intercom.workspace().await else { return true };
        report.skipped = Some(Skipped::TokenRefused);
        report.notice = match error {
            IntercomError::Refused { .. } | IntercomError::Forbidden { .. } => {
                self.trouble.refused(self.parts.server_time.local())
            }
            IntercomError::Unavailable(_) => self.trouble.silent(self.parts.server_time.local()),
            _ => None,
        };
        false
    }

    /// Whether the store can be written. Where it could not, a small write is tried first.
    async fn store_takes_writes(&self) -> bool {
        if self.parts.board.store() == StoreState::Writable {
            return true;
        }
        let now = self.parts.server_time.local();
        match self.parts.settings.keep("poll:writable", "", now).await {
            Ok(()) => {
                self.parts.board.set_store(StoreState::Writable);
                tracing::info!(workspace = %self.workspace, "the store can be written again; polling goes on");
                true
            }
            Err(error) => {
                self.note_store_failure(&error);
                false
            }
        }
    }

    fn note_store_failure(&self, error: &StoreError) {
        let known = self.parts.board.store();
        if matches!(error, StoreError::Unwritable(_)) && known == StoreState::Writable {
            let since = self.parts.server_time.local();
            self.parts.board.set_store(StoreState::Unwritable { since });
            tracing::error!(
                workspace = %self.workspace,
                error = error as &dyn std::error::Error,
                "the store cannot be written; polling stands still until it can"
            );
        } else if !matches!(error, StoreError::Unwritable(_)) {
            tracing::error!(
                workspace = %self.workspace,
                error = error as &dyn std::error::Error,
                "the store did not answer the poll loop"
            );
        }
    }
}

/// A token that Intercom does not know at all is refused for every stream; one that lacks a permission (403) only for
/// some.
fn is_refused_for_all(outcome: &StreamOutcome) -> bool {
    matches!(outcome, StreamOutcome::Failed(WalkError::Intercom(IntercomError::Refused { .. })))
}

#[cfg(test)]
mod tests;
