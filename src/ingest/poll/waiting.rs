//! Looks for customers who wait, while somebody asks for them: a search of its own, since nothing tells of a wait that
//! goes on. It finds those whose first step is over before the next search, too, so that each is told on time. What it finds
//! is read by itself before it is told, like whatever is worth a look.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use deskbell_domain::bounds::DEEPEST_WALK;
use deskbell_domain::conversation::{Answer, Conversation, Start, State as Standing};
use deskbell_domain::event::EventKind;
use deskbell_domain::ids::ConversationId;
use deskbell_domain::port::intercom::IntercomError;
use deskbell_domain::port::store::{Hinted, Stored};
use deskbell_domain::threshold::Threshold;
use deskbell_domain::time::Timestamp;
use deskbell_domain::trouble::Part;
use tokio::sync::{Mutex, Notify};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use super::health::PollHealth;
use super::pages::{MovedConversations, WaitingConversations};
use super::searches::Searches;
use super::source::Source;
use super::trouble::Gate;
use super::walk::{Bounds, PAGE_SIZE, WalkError};
use crate::ingest::demand::Demand;

/// So long is it from one search to the next, whatever the interval of polls.
const LEAST_PAUSE: Duration = Duration::from_secs(60);
/// How soon something is looked for again that failed.
const RETRY: Duration = Duration::from_secs(30);
/// How often it is asked when the workspace is open.
const HOURS_HOLD: Duration = Duration::from_secs(24 * 3600);
/// How soon again where that was refused: whoever may not know it counts every hour, and may be given the right soon.
const HOURS_REFUSED: Duration = Duration::from_secs(3600);
/// How many a search reads, four pages; the next goes on where it ended.
const MOST_AT_ONCE: usize = 4 * PAGE_SIZE as usize;

/// Looks for the customers of a workspace who wait.
pub(super) struct WaitingCustomers {
    source: Arc<Source>,
    searches: Searches,
    every: Duration,
    nudged: Notify,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    steps: BTreeSet<Threshold>,
    next_search: Option<Instant>,
    hours_until: Option<Instant>,
    /// Where the search before ended without an end.
    from: Option<Timestamp>,
    /// What was found since the search began at the longest wait.
    found: BTreeSet<ConversationId>,
    /// Whether those were looked for since the start whom no search for waits shows.
    has_looked_back: bool,
}

impl WaitingCustomers {
    /// In a workspace that is polled so often.
    pub(super) fn of(source: Arc<Source>, interval: Duration) -> Self {
        Self {
            searches: Searches::of(Arc::clone(&source)),
            source,
            every: interval.max(LEAST_PAUSE),
            nudged: Notify::new(),
            state: Mutex::default(),
        }
    }

    /// Somebody subscribed.
    pub(super) fn nudge(&self) {
        self.nudged.notify_one();
    }

    /// Looks until shutdown, as long as Intercom may be asked.
    pub(super) async fn run(&self, shutdown: &CancellationToken, health: &PollHealth) {
        loop {
            let pause = tokio::select! {
                biased;
                () = shutdown.cancelled() => return,
                pause = Box::pin(self.look(health)) => pause,
            };
            tokio::select! {
                biased;
                () = shutdown.cancelled() => return,
                () = self.nudged.notified() => {}
                () = self.source.ingest.waits().changed() => {}
                () = tokio::time::sleep(pause) => {}
            }
        }
    }

    /// Looks once; answers how soon again.
    pub(super) async fn look(&self, health: &PollHealth) -> Duration {
        let Ok(demand) = self.source.demand().await else { return RETRY };
        if demand.thresholds().is_empty() {
            health.troubles().forget(Part::Waits);
            return self.every;
        }
        if health.troubles().gate(Part::Waits) == Gate::Open
            && let Err(error) = self.follow(&demand, health).await
        {
            health.note_failure(Part::Waits, &error);
            self.state.lock().await.next_search = Some(Instant::now() + RETRY);
        }
        if self.have_read(self.source.ingest.waits().due()).await.is_err() {
            return RETRY;
        }
        self.pause().await
    }

    async fn pause(&self) -> Duration {
        let now = Instant::now();
        let search =
            self.state.lock().await.next_search.map_or(RETRY, |at| at.saturating_duration_since(now));
        let until = |at: Timestamp| {
            let seconds = at.0.saturating_sub(self.source.server_time.now().seconds().0);
            Duration::from_secs(seconds.max(1).unsigned_abs())
        };
        self.source
            .ingest
            .waits()
            .next()
            .map_or(search, |next| search.min(until(next)))
            .max(Duration::from_secs(1))
    }

    /// Searches, if it is time.
    async fn follow(&self, demand: &Demand, health: &PollHealth) -> Result<(), WalkError> {
        let mut state = self.state.lock().await;
        let now = Instant::now();
        if state.steps != *demand.thresholds() {
            let steps = demand.thresholds().clone();
            let State { hours_until, has_looked_back, .. } = *state;
            *state = State { steps, hours_until, has_looked_back, ..State::default() };
        }
        if state.next_search.is_some_and(|next| next > now) {
            return Ok(());
        }
        if state.hours_until.is_none_or(|until| until <= now) {
            state.hours_until = self.ask_when_open().await?.map(|hold| now + hold);
        }
        self.search(&mut state, demand).await?;
        if !state.has_looked_back {
            self.look_back(&state).await?;
            state.has_looked_back = true;
        }
        health.note_success(Part::Waits);
        state.next_search = Some(now + self.every);
        Ok(())
    }

    /// Asks when the workspace is open; answers how long that holds. Where it is known nothing that fails changes it, and
    /// who may not know it counts every hour.
    async fn ask_when_open(&self) -> Result<Option<Duration>, IntercomError> {
        let waits = self.source.ingest.waits();
        match self.source.intercom.open_time().await {
            Ok(open) => {
                waits.opens(open);
                Ok(Some(HOURS_HOLD))
            }
            Err(IntercomError::Forbidden { .. } | IntercomError::Missing | IntercomError::Invalid { .. }) => {
                waits.opens(waits.open_time().unwrap_or_default());
                Ok(Some(HOURS_REFUSED))
            }
            Err(error) if waits.open_time().is_none() => Err(error),
            Err(_) => Ok(None),
        }
    }

    /// Those that were read are known before it is judged what could not be: one record hides no others.
    async fn search(&self, state: &mut State, demand: &Demand) -> Result<(), WalkError> {
        let (Some(shortest), Some(longest)) = (state.steps.first(), state.steps.last()) else {
            return Ok(());
        };
        let waits = self.source.ingest.waits();
        let now = self.source.server_time.now().seconds();
        let (news, earliest) = self.reaches_back(*longest);
        let ahead = i64::try_from(self.every.as_secs()).unwrap_or(i64::MAX).saturating_add(5);
        let before = now.minus(shortest.seconds()).plus(ahead);
        if state.from.is_none() {
            state.found.clear();
        }
        let after = state.from.unwrap_or(earliest);
        let pages = WaitingConversations::between(&*self.source.intercom, after, before, MOST_AT_ONCE);
        let bounds =
            Bounds { boundary: WaitingConversations::BOUNDARY, mark: WaitingConversations::BOUNDARY };
        let walked = self.searches.walk(Part::Waits, &pages, bounds).await?;
        waits.found(&walked.records, &state.steps, since(demand, news));
        state.found.extend(walked.records.iter().map(|one| one.id.clone()));
        let last = walked.records.iter().filter_map(|one| one.now.as_ref()?.waiting_since).max();
        // Several may wait since the same second.
        state.from = last.filter(|_| pages.is_cut()).map(|last| last.minus(1));
        self.searches.pass_over(Part::Waits, walked.gap)?;
        if state.from.is_none() {
            drop(self.have_read(waits.keep_only(&state.found)).await);
        }
        Ok(())
    }

    /// Before when nothing that was over is news, and since when somebody waits at most who is to be told.
    fn reaches_back(&self, longest: Threshold) -> (Timestamp, Timestamp) {
        let news = self.source.server_time.now().seconds().minus(DEEPEST_WALK);
        let open = self.source.ingest.waits().open_time().unwrap_or_default();
        (news, open.earliest_start(news, longest.seconds()))
    }

    /// After a start, has those read in whom somebody may wait whom the search does not show: what parts told of them was
    /// known to a process that ended. What cannot be given is told by the walk over conversations.
    async fn look_back(&self, state: &State) -> Result<(), WalkError> {
        let Some(longest) = state.steps.last() else { return Ok(()) };
        let (news, earliest) = self.reaches_back(*longest);
        let pages = MovedConversations::since(&*self.source.intercom, news);
        let bounds = Bounds { boundary: news, mark: news };
        let walked = self.searches.walk(Part::Conversations, &pages, bounds).await?;
        let waits = self.source.ingest.waits();
        let unseen = walked.records.iter().filter(|one| may_wait_unseen(one, earliest));
        let unread = unseen.map(|one| &one.id).filter(|id| !waits.is_known(id)).cloned().collect();
        Ok(self.have_read(unread).await?)
    }

    async fn have_read(&self, conversations: Vec<ConversationId>) -> Stored<()> {
        let ingest = &self.source.ingest;
        for id in conversations {
            ingest.have_read(&Hinted::Conversation(id.clone())).await?;
            ingest.waits().will_be_read(&id);
        }
        Ok(())
    }
}

/// Whether somebody may wait whom a search for those who wait since then does not show. Where a teammate has answered and
/// nobody is said to wait, nobody does.
fn may_wait_unseen(one: &Conversation, earliest: Timestamp) -> bool {
    let is_of_customer = !matches!(one.start, Start::Team | Start::Ticket | Start::Bot(Answer::None));
    let Some(now) = one.now.as_ref().filter(|now| now.state == Standing::Open && !now.is_with_bot) else {
        return false;
    };
    is_of_customer && now.waiting_since.map_or(now.answered_at.is_none(), |since| since <= earliest)
}

/// What was over before it is not told.
fn since(demand: &Demand, news: Timestamp) -> Timestamp {
    demand.floor(EventKind::Unanswered).unwrap_or_default().max(news)
}
