//! One stream in one poll: read its pages, judge what they hold, write it with the new mark; or leave the stream
//! because nobody subscribes to it any more.

use std::sync::Arc;
use std::time::Duration;

use deskbell_domain::port::intercom::Intercom;
use deskbell_domain::port::store::{Stream, StreamMove, StreamState};
use deskbell_domain::time::{ServerTime, Timestamp, UnixMillis};
use tokio::time::Instant;

use super::gap::Gap;
use super::pages::{CreatedContacts, MovedConversations, UpdatedUsers};
use super::report::{StreamOutcome, TickReport};
use super::searches::Searches;
use super::source::Source;
use super::walk::{Bounds, WalkError, Walked};
use super::window::Window;
use crate::ingest::Records;
use crate::ingest::demand::Demand;
use crate::ingest::names::LookUps;
use crate::ingest::recorder::Closing;

/// What a walk read, and how.
struct ReadPages {
    records: Records,
    pages: u32,
    gap: Option<Gap>,
}

/// When a walk began. Before the first answer Intercom's time may be known badly (our clock was set, the bot was just
/// started), so the time is taken again after the walk, and the earlier of the two counts: the mark must not run ahead.
struct WalkStart {
    guess: UnixMillis,
    instant: Instant,
}

impl WalkStart {
    fn now(time: &ServerTime) -> Self {
        Self { guess: time.now(), instant: Instant::now() }
    }

    fn confirmed(&self, time: &ServerTime, elapsed: Duration) -> Timestamp {
        let elapsed = i64::try_from(elapsed.as_millis()).unwrap_or(i64::MAX);
        self.guess.min(UnixMillis(time.now().0.saturating_sub(elapsed))).seconds()
    }
}

/// The reading of the streams of a workspace.
pub(super) struct Streams {
    source: Arc<Source>,
    searches: Searches,
}

impl Streams {
    /// Nothing was read yet.
    pub(super) fn of(source: Arc<Source>) -> Self {
        Self { searches: Searches::of(Arc::clone(&source)), source }
    }

    /// Walks a stream, or leaves it; none where there is nothing to do.
    pub(super) async fn follow(
        &self,
        stream: Stream,
        demand: &Demand,
        look_ups: &mut LookUps<'_>,
        report: &mut TickReport,
    ) -> Option<StreamOutcome> {
        let state = match self.source.journal.stream(&self.source.workspace, stream).await {
            Ok(state) => state,
            Err(error) => return Some(StreamOutcome::Failed(error.into())),
        };
        let outcome = match (demand.since(stream), state) {
            (Some(floor), state) => {
                let window = Window::of(state, floor, self.source.server_time.now().seconds());
                self.walk_stream(stream, (&window, state), demand, look_ups, report).await
            }
            (None, Some(state)) => self.leave(stream, state).await,
            (None, None) => return None,
        };
        Some(outcome.unwrap_or_else(StreamOutcome::Failed))
    }

    async fn walk_stream(
        &self,
        stream: Stream,
        (window, state): (&Window, Option<StreamState>),
        demand: &Demand,
        look_ups: &mut LookUps<'_>,
        report: &mut TickReport,
    ) -> Result<StreamOutcome, WalkError> {
        let start = WalkStart::now(&self.source.server_time);
        let ReadPages { records, pages, gap } = self.read(stream, demand, window.bounds()).await?;
        report.calls += pages;
        self.searches.pass_over(stream.into(), gap)?;
        let demand = match stream {
            Stream::Conversations => demand.clone(),
            Stream::Contacts | Stream::UserUpdates => self.source.demand_of_users().await?,
        };
        let next = window.walked(start.confirmed(&self.source.server_time, start.instant.elapsed()));
        let moved = StreamMove { stream, expected: state, next: Some(next) };
        let closing = Closing { stream: Some(moved), baseline: None };
        self.source.ingest.take(records, closing, &demand, look_ups, &mut report.appended).await?;
        Ok(StreamOutcome::Walked { depth: window.depth, pages })
    }

    async fn read(&self, stream: Stream, demand: &Demand, bounds: Bounds) -> Result<ReadPages, WalkError> {
        let intercom: &dyn Intercom = &*self.source.intercom;
        let part = stream.into();
        Ok(match stream {
            Stream::Contacts => {
                let pages = CreatedContacts::since(intercom, demand.contact_role(), bounds.boundary);
                counted(self.searches.walk(part, &pages, bounds).await?, Records::Contacts)
            }
            Stream::Conversations => {
                let pages = MovedConversations::since(intercom, bounds.boundary);
                counted(self.searches.walk(part, &pages, bounds).await?, Records::Conversations)
            }
            Stream::UserUpdates => {
                let pages = UpdatedUsers::since(intercom, bounds.boundary);
                counted(self.searches.walk(part, &pages, bounds).await?, Records::Updates)
            }
        })
    }

    /// Forgets how far a stream was read: whoever subscribes next starts at their own floor.
    async fn leave(&self, stream: Stream, state: StreamState) -> Result<StreamOutcome, WalkError> {
        self.source.ingest.move_stream(StreamMove { stream, expected: Some(state), next: None }).await?;
        Ok(StreamOutcome::Left)
    }
}

fn counted<T>(walked: Walked<T>, sort: impl FnOnce(Vec<T>) -> Records) -> ReadPages {
    ReadPages { records: sort(walked.records), pages: walked.pages, gap: walked.gap }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use deskbell_domain::time::MockClock;

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_clock_that_ran_ahead_does_not_carry_the_mark_with_it() {
        let mut clock = MockClock::new();
        clock.expect_now().returning(|| UnixMillis(3_700_000));
        let time = ServerTime::new(Arc::new(clock));
        let start = WalkStart::now(&time);
        time.observe(Timestamp(100), UnixMillis(3_700_000), UnixMillis(3_700_000));
        assert_eq!(start.confirmed(&time, Duration::from_secs(2)), Timestamp(98));
    }

    #[tokio::test(start_paused = true)]
    async fn the_time_that_a_walk_took_is_not_claimed() {
        let mut clock = MockClock::new();
        clock.expect_now().returning(|| UnixMillis(1_060_000));
        let time = ServerTime::new(Arc::new(clock));
        let start = WalkStart::now(&time);
        tokio::time::advance(Duration::from_mins(1)).await;
        assert_eq!(start.confirmed(&time, Duration::from_mins(1)), Timestamp(1060));
    }
}
