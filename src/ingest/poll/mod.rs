//! What to read of Intercom, and when.
//!
//! One [`WorkspacePoll`] serves all servers of a workspace. It walks up to three streams, each in a loop of its own
//! ([`run`](WorkspacePoll::run)), so that none waits for another that is slow, refused or broken, and writes what it
//! found with its seen-keys. What was appended stays appended whatever happens; a walk that fails moves no mark and is done again.
//! Promised: an event is journaled once, and none that happened at or after the earliest floor of its kind is missed,
//! however late the search shows it (up to 48 h). Not promised: what cannot be seen between two polls.

mod apart;
mod baseline;
mod gap;
mod health;
mod page_sizes;
mod pages;
mod report;
mod run;
mod searches;
mod source;
mod stream;
mod trouble;
mod waiting;
mod walk;
mod window;

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

use deskbell_domain::port::intercom::IntercomError;
use deskbell_domain::port::store::Stream;
use deskbell_domain::status::StoreState;
use deskbell_domain::topic::Topic;
use deskbell_domain::trouble::Part;
use tokio::sync::{Mutex, Notify};

pub use self::baseline::BaselineStep;
pub use self::report::{Skipped, StreamOutcome, TickReport};
pub use self::source::Source;
pub use self::walk::WalkError;
pub use self::window::Depth;

use self::baseline::BaselineWalk;
use self::health::PollHealth;
use self::stream::Streams;
use self::trouble::Gate;
use self::waiting::WaitingCustomers;
use super::demand::Demand;
use super::names::{LookUps, LookedUpFor};

/// The polling of one workspace.
pub struct WorkspacePoll {
    source: Arc<Source>,
    intervals: Intervals,
    health: PollHealth,
    streams: Streams,
    baseline: BaselineWalk,
    waiting: WaitingCustomers,
    walkers: [Walker; 3],
    /// Told with each poll that users are asked for: a walk over all of them may have been begun.
    users_polled: Notify,
    warned: AtomicBool,
}

/// How long it is from the start of one poll to the start of the next.
#[derive(Debug, Clone, Copy)]
pub struct Intervals {
    /// Where only polls find what happens.
    pub poll: Duration,
    /// Where webhooks tell of it.
    pub reconcile: Duration,
}

/// What the loop of one stream has of its own.
#[derive(Default)]
struct Walker {
    running: Mutex<()>,
    nudged: Notify,
}

impl WorkspacePoll {
    /// Polls a workspace that often.
    pub fn new(source: Arc<Source>, intervals: Intervals) -> Self {
        let (workspace, board, time) =
            (source.workspace.clone(), source.board.clone(), source.server_time.clone());
        Self {
            intervals,
            health: PollHealth::new(workspace, board, time),
            streams: Streams::of(Arc::clone(&source)),
            baseline: BaselineWalk::of(Arc::clone(&source)),
            waiting: WaitingCustomers::of(Arc::clone(&source), intervals.poll),
            source,
            walkers: Default::default(),
            users_polled: Notify::new(),
            warned: AtomicBool::new(false),
        }
    }

    /// Walks every stream that somebody subscribed to, once, one after the other. Being dropped in the middle does no
    /// harm.
    pub async fn tick(&self) -> TickReport {
        let [first, others @ ..] = Stream::ALL;
        let mut report = self.tick_stream(first).await;
        for stream in others {
            report = report.joined(self.tick_stream(stream).await);
        }
        report
    }

    /// Walks one stream once, if somebody subscribed to what it brings.
    pub(super) async fn tick_stream(&self, stream: Stream) -> TickReport {
        let Ok(_running) = self.walker(stream).running.try_lock() else {
            return TickReport::skipped(Skipped::Running);
        };
        if !self.store_takes_writes().await {
            return TickReport::skipped(Skipped::StoreUnwritable);
        }
        let demand = match self.source.demand().await {
            Ok(demand) => demand,
            Err(error) => {
                self.health.note_failure(stream.into(), &error.into());
                return TickReport::skipped(Skipped::StoreFailed);
            }
        };
        let mut report = TickReport::default();
        // A refused token is tried for streams that nobody needs too: commands need it.
        let may_ask = self.may_ask(stream.into(), &mut report).await;
        if may_ask || demand.since(stream).is_none() {
            self.walk(stream, &demand, &mut report).await;
        }
        self.conclude(stream, &demand, &report);
        report
    }

    fn walker(&self, stream: Stream) -> &Walker {
        let [contacts, conversations, updates] = &self.walkers;
        match stream {
            Stream::Contacts => contacts,
            Stream::Conversations => conversations,
            Stream::UserUpdates => updates,
        }
    }

    async fn walk(&self, stream: Stream, demand: &Demand, report: &mut TickReport) {
        // Whoever judges users has to know whether the walk over all of them has begun.
        if stream != Stream::Conversations
            && let Err(error) = self.source.ingest.follow_demand_for_users(self.source.demand()).await
        {
            report.streams.insert(stream, StreamOutcome::Failed(error.into()));
            return;
        }
        if stream != Stream::Conversations {
            self.users_polled.notify_one();
        }
        let mut look_ups =
            LookUps::of(LookedUpFor::Events, self.source.ingest.names(), &*self.source.intercom);
        let outcome = self.streams.follow(stream, demand, &mut look_ups, report).await;
        report.calls += look_ups.calls;
        self.health.note_look_ups(&look_ups);
        if matches!(outcome, Some(StreamOutcome::Walked { .. })) {
            self.name_late(report).await;
            report.topics = self.topics(stream, demand).await;
        }
        match outcome {
            Some(outcome) => drop(report.streams.insert(stream, outcome)),
            None => report.skipped = Some(Skipped::NoSubscriber),
        }
    }

    /// The topics that tell of all that is asked for of a stream. Users are left to the polls until all of them were seen.
    async fn topics(&self, stream: Stream, demand: &Demand) -> BTreeSet<Topic> {
        let topics = demand.topics(stream);
        let are_users_left = topics.iter().any(|topic| topic.is_about_users())
            && !matches!(self.source.ingest.baseline().await, Ok(Some(baseline)) if baseline.finished);
        if are_users_left { BTreeSet::new() } else { topics }
    }

    /// Names are worth no failure of a poll; the next one looks again.
    async fn name_late(&self, report: &mut TickReport) {
        let mut look_ups =
            LookUps::of(LookedUpFor::LateNames, self.source.ingest.names(), &*self.source.intercom);
        if let Err(error) = self.source.ingest.name_late(&mut look_ups).await {
            let error = &error as &dyn std::error::Error;
            tracing::warn!(workspace = %self.source.workspace, error, "names that came late were not kept");
        }
        report.calls += look_ups.calls;
        self.health.note_look_ups(&look_ups);
    }

    /// Whether a part may be read: where the token was refused, `GET /me` is asked first, if it is time.
    async fn may_ask(&self, part: Part, report: &mut TickReport) -> bool {
        let gate = self.health.troubles().gate(part);
        if gate == Gate::Open {
            return true;
        }
        if gate == Gate::Probe && self.probe(report).await {
            return self.health.troubles().gate(part) == Gate::Open;
        }
        let resting = self.health.troubles().gate(part) == Gate::Resting;
        report.skipped = Some(if resting { Skipped::Resting } else { Skipped::TokenRefused });
        false
    }

    async fn probe(&self, report: &mut TickReport) -> bool {
        self.health.troubles().probing();
        report.calls += 1;
        match self.source.intercom.workspace().await {
            // That a token may not name its workspace is no refusal of it.
            Ok(_) | Err(IntercomError::Forbidden { .. }) => {
                self.health.take_acceptance();
                true
            }
            Err(IntercomError::Refused { .. }) => {
                self.health.token_refused();
                false
            }
            Err(_) => false,
        }
    }

    /// Reads the next page of the walk over all users, if one is under way.
    pub async fn baseline_step(&self) -> BaselineStep {
        let may_ask = self.health.troubles().gate(Part::AllUsers) == Gate::Open;
        if self.source.board.store() != StoreState::Writable || !may_ask {
            return BaselineStep::Held;
        }
        match self.baseline.step().await {
            Ok(step) => step,
            Err(error) => {
                self.health.note_failure(Part::AllUsers, &error);
                BaselineStep::Failed(error)
            }
        }
    }

    /// Whether the store can be written. Where it could not, a small write is tried first.
    async fn store_takes_writes(&self) -> bool {
        if self.source.board.store() == StoreState::Writable {
            return true;
        }
        self.source.health.probe().await.is_ok()
    }
}

#[cfg(test)]
mod tests;
