//! The calls of all workspaces of one app together: Intercom counts them for the app, so they have one bucket.
//!
//! It fills evenly and holds a second's worth of calls, so that Intercom's windows of ten seconds never see more than
//! their share. Where it is empty, whoever asks waits. The kinds of calls take turns as they do within a workspace: commands
//! go first, but while a poll waits they take at most 60 %, and walks have every tenth turn of the polls. Of those who ask
//! for the same the workspace goes first that was served with it longest ago. So none that asks for much holds up another,
//! and polls come as often as the bucket allows.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{
        Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::Duration,
};

use tokio::{
    sync::oneshot,
    time::{Instant, sleep_until, timeout},
};

use crate::throttle::{COMMAND_PATIENCE, Denied, Turns, Urgency};

/// So long has a poll to wait before it is told that the bucket does not suffice.
const TOLD_AFTER: Duration = Duration::from_secs(1);

/// The bucket of one app.
pub struct AppCalls {
    /// How long one call takes to come back.
    interval: Duration,
    /// How many calls may follow each other at once.
    burst: u32,
    state: Mutex<State>,
    held_up: AtomicU64,
    was_told: AtomicBool,
}

/// A workspace, as the bucket tells them apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Share(pub(crate) usize);

#[derive(Default)]
struct State {
    /// When the bucket is full again.
    full_at: Option<Instant>,
    waiting: BTreeMap<u64, Waiting>,
    /// Whether somebody waits for the next call; the others wait for that one.
    has_head: bool,
    numbers: u64,
    /// Whose turn it was lately, over all workspaces.
    turns: Turns,
    /// When each workspace was last served with what it asks for, while somebody waited, as a number that only grows.
    served: BTreeMap<(Urgency, Share), u64>,
}

struct Waiting {
    share: Share,
    urgency: Urgency,
    is_next: oneshot::Sender<()>,
}

impl AppCalls {
    /// Lets so many calls through a minute.
    pub fn new(calls_per_minute: u32) -> Self {
        let calls = calls_per_minute.max(1);
        Self {
            interval: Duration::from_mins(1) / calls,
            burst: (calls / 60).max(1),
            state: Mutex::default(),
            held_up: AtomicU64::new(0),
            was_told: AtomicBool::new(false),
        }
    }

    /// How many calls had to wait since the start.
    pub fn held_up(&self) -> u64 {
        self.held_up.load(Ordering::Relaxed)
    }

    /// Waits for a call. Dropping the future gives the place up.
    ///
    /// # Errors
    /// A command learns after ten seconds that it would wait longer.
    pub(crate) async fn acquire(&self, share: Share, urgency: Urgency) -> Result<(), Denied> {
        let Some(mut place) = self.queue_up(share, urgency) else { return Ok(()) };
        self.held_up.fetch_add(1, Ordering::Relaxed);
        let begun = Instant::now();
        if urgency == Urgency::Command {
            let waited = timeout(COMMAND_PATIENCE, place.wait()).await;
            return waited.map_err(|_| Denied::Busy { after: COMMAND_PATIENCE });
        }
        place.wait().await;
        if begun.elapsed() >= TOLD_AFTER && !self.was_told.swap(true, Ordering::Relaxed) {
            tracing::warn!(
                "all workspaces together ask for more calls than INTERCOM_APP_CALLS_PER_MINUTE allows; polls come as often as it \
                 does"
            );
        }
        Ok(())
    }

    /// None where a call is there at once.
    fn queue_up(&self, share: Share, urgency: Urgency) -> Option<Place<'_>> {
        let mut state = self.state();
        if !state.has_head && self.take(&mut state).is_ok() {
            state.turns.took(urgency);
            return None;
        }
        state.numbers += 1;
        let number = state.numbers;
        let (is_next, next) = oneshot::channel();
        state.waiting.insert(number, Waiting { share, urgency, is_next });
        if !state.has_head {
            state.call_next();
        }
        Some(Place { calls: self, number, share, urgency, next, is_served: false })
    }

    /// Takes a call out of the bucket; else when there is one.
    fn take(&self, state: &mut State) -> Result<(), Instant> {
        let now = Instant::now();
        let full_at = state.full_at.map_or(now, |at| at.max(now));
        let free_at = full_at.checked_sub(self.interval * (self.burst - 1)).unwrap_or(now);
        if free_at > now {
            return Err(free_at);
        }
        state.full_at = Some(full_at + self.interval);
        Ok(())
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    /// Has the first of those who wait look for the next call.
    fn call_next(&mut self) {
        let next = self.next_urgency();
        let place = |(number, one): &(&u64, &Waiting)| {
            (self.served.get(&(one.urgency, one.share)).copied(), **number)
        };
        let waiting = self.waiting.iter().filter(|(_, one)| Some(one.urgency) == next);
        let first = waiting.min_by_key(place).map(|(number, _)| *number);
        let first = first.and_then(|number| self.waiting.remove(&number));
        self.has_head = first.is_some();
        match first {
            // Whoever is called keeps the other end until they have said that they are gone.
            Some(first) => drop(first.is_next.send(())),
            None => self.served.clear(),
        }
    }

    /// What the next call is for: that before which nobody goes who waits.
    fn next_urgency(&self) -> Option<Urgency> {
        let waiting: BTreeSet<_> = self.waiting.values().map(|one| one.urgency).collect();
        let is_first = |one: &Urgency| self.turns.before(*one).iter().all(|other| !waiting.contains(other));
        waiting.iter().copied().find(is_first)
    }
}

/// A place among those who wait.
struct Place<'a> {
    calls: &'a AppCalls,
    number: u64,
    share: Share,
    urgency: Urgency,
    next: oneshot::Receiver<()>,
    is_served: bool,
}

impl Place<'_> {
    async fn wait(&mut self) {
        // The other end is only ever dropped with the whole bucket.
        let _called = (&mut self.next).await;
        loop {
            let free_at = {
                let mut state = self.calls.state();
                match self.calls.take(&mut state) {
                    Ok(()) => {
                        self.is_served = true;
                        state.numbers += 1;
                        let turn = state.numbers;
                        state.served.insert((self.urgency, self.share), turn);
                        state.turns.took(self.urgency);
                        return state.call_next();
                    }
                    Err(free_at) => free_at,
                }
            };
            sleep_until(free_at).await;
        }
    }
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        if self.is_served {
            return;
        }
        let mut state = self.calls.state();
        // Who does not wait any more was called: it is the next one's turn.
        if state.waiting.remove(&self.number).is_none() {
            state.call_next();
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use tokio::task::JoinSet;

    use super::*;

    /// So many calls of a workspace at once; when each was let through, in seconds.
    fn ask(calls: &Arc<AppCalls>, share: usize, urgency: Urgency, count: usize) -> JoinSet<u64> {
        let (mut asking, begun) = (JoinSet::new(), Instant::now());
        for _ in 0..count {
            let calls = Arc::clone(calls);
            asking.spawn(async move {
                calls.acquire(Share(share), urgency).await.unwrap();
                begun.elapsed().as_secs()
            });
        }
        asking
    }

    #[tokio::test(start_paused = true)]
    async fn a_workspace_that_asks_for_much_holds_up_no_other_and_no_command() {
        let calls = Arc::new(AppCalls::new(60));
        let much = ask(&calls, 1, Urgency::Poll, 100);
        tokio::time::sleep(Duration::from_millis(10_500)).await;
        let little = ask(&calls, 2, Urgency::Poll, 3).join_all();
        let (mut little, command) = tokio::join!(little, ask(&calls, 1, Urgency::Command, 1).join_all());
        little.sort_unstable();
        assert_eq!(command, [1], "the next but one, since somebody waited for the next");
        assert!(little[0] <= 2 && little[2] <= 6, "they take turns: {little:?}");
        let mut much = much.join_all().await;
        much.sort_unstable();
        assert_eq!(much.last(), Some(&103), "one call a second, for whomever");
        assert!(calls.held_up() > 100);
    }

    #[tokio::test(start_paused = true)]
    async fn polls_have_two_fifths_however_many_commands_of_other_workspaces_wait() {
        let calls = Arc::new(AppCalls::new(60));
        ask(&calls, 1, Urgency::Command, 1).join_all().await;
        let (mut commands, mut polls) = (JoinSet::new(), JoinSet::new());
        for share in 1..=6 {
            commands.spawn(ask(&calls, share, Urgency::Command, 1).join_all());
        }
        tokio::task::yield_now().await;
        polls.spawn(ask(&calls, 7, Urgency::Poll, 4).join_all());
        let mut polls = polls.join_all().await.concat();
        polls.sort_unstable();
        assert!(polls[0] <= 4 && polls[1] <= 6, "{polls:?}");
        let commands = commands.join_all().await.concat();
        assert_eq!(commands.len(), 6, "and every command within its patience: {commands:?}");
    }

    #[tokio::test(start_paused = true)]
    async fn a_workspace_whose_people_ask_for_much_is_polled_as_often_as_others() {
        let calls = Arc::new(AppCalls::new(60));
        ask(&calls, 1, Urgency::Command, 1).join_all().await;
        let commands = ask(&calls, 1, Urgency::Command, 4);
        tokio::task::yield_now().await;
        let (other, own) = (ask(&calls, 2, Urgency::Poll, 4), ask(&calls, 1, Urgency::Poll, 1));
        let (mut other, own, _commands) = tokio::join!(other.join_all(), own.join_all(), commands.join_all());
        other.sort_unstable();
        assert!(own[0] < other[2], "its poll at {own:?}, the other's at {other:?}");
    }

    #[tokio::test(start_paused = true)]
    async fn whoever_goes_away_gives_its_turn_to_the_next() {
        let calls = Arc::new(AppCalls::new(60));
        ask(&calls, 1, Urgency::Poll, 1).join_all().await;
        let (mut gone, stays) = (ask(&calls, 1, Urgency::Poll, 2), ask(&calls, 2, Urgency::Poll, 1));
        tokio::time::sleep(Duration::from_millis(100)).await;
        gone.shutdown().await;
        assert_eq!(stays.join_all().await, [1]);
        assert_eq!(ask(&calls, 3, Urgency::Poll, 1).join_all().await, [1]);
    }

    #[tokio::test(start_paused = true)]
    async fn ten_seconds_see_no_more_than_their_part_of_a_minute() {
        let calls = Arc::new(AppCalls::new(9000));
        let made = ask(&calls, 1, Urgency::Poll, 5000).join_all().await;
        assert!(made.iter().filter(|second| **second < 10).count() <= 1650);
        assert_eq!(ask(&calls, 1, Urgency::Command, 1).join_all().await, [0]);
    }
}
