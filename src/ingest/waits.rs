//! Who waits for an answer, and when that is to be told. Nothing of it is stored: after a restart it is found anew, and
//! what was told is known by its event. A conversation whose customer waits on is read again only when the next step of
//! the wait is over, or when it has moved.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use deskbell_domain::conversation::{Conversation, Due, Happening, Thread};
use deskbell_domain::ids::ConversationId;
use deskbell_domain::office_hours::OpenTime;
use deskbell_domain::threshold::Threshold;
use deskbell_domain::time::{ServerTime, Timestamp};
use tokio::sync::Notify;

/// Beyond so many conversations all are forgotten, which costs readings and nothing else.
const MOST_KNOWN: usize = 20_000;
/// How long, in seconds, the search may not show a conversation that was read.
const INDEX_LAG: i64 = 600;
/// How soon, in seconds, one is to be read again that was not: Intercom may have given nothing of it.
const AGAIN: i64 = 600;

/// Who waits in a workspace, as far as this process knows.
pub(crate) struct Waits {
    server_time: Arc<ServerTime>,
    known: Mutex<Known>,
    changed: Notify,
}

#[derive(Default)]
struct Known {
    /// When the workspace is open; none before it was asked for.
    open: Option<OpenTime>,
    steps: BTreeSet<Threshold>,
    all: BTreeMap<ConversationId, Waiting>,
}

/// A conversation whose customer may wait.
struct Waiting {
    as_of: AsOf,
    /// When it is to be read; none where nothing of it is to be told before it moves.
    next: Option<Timestamp>,
    /// Whether it was told.
    is_told: bool,
}

/// Of a conversation, what tells whether it moved.
#[derive(Clone, Copy, PartialEq, Eq)]
struct AsOf {
    waiting_since: Option<Timestamp>,
    updated_at: Timestamp,
}

impl AsOf {
    fn of(conversation: &Conversation) -> Self {
        let waiting_since = conversation.now.as_ref().and_then(|now| now.waiting_since);
        Self { waiting_since, updated_at: conversation.updated_at }
    }
}

impl Waits {
    /// Nothing is known yet.
    pub(super) fn new(server_time: Arc<ServerTime>) -> Self {
        Self { server_time, known: Mutex::default(), changed: Notify::new() }
    }

    /// Told when something is to be read sooner than before.
    pub(super) async fn changed(&self) {
        self.changed.notified().await;
    }

    /// When the workspace is open; none before it was asked for.
    pub(super) fn open_time(&self) -> Option<OpenTime> {
        self.known().open.clone()
    }

    /// When the workspace is open is known now.
    pub(super) fn opens(&self, open: OpenTime) {
        let mut known = self.known();
        if known.open.as_ref() != Some(&open) {
            known.all.clear();
            known.open = Some(open);
        }
    }

    /// What of a conversation that was read is to be told now.
    pub(super) fn judge(&self, thread: &Thread, steps: &BTreeSet<Threshold>) -> Vec<Happening> {
        let mut known = self.known();
        let Some(open) = known.open.clone().filter(|_| !steps.is_empty()) else { return Vec::new() };
        let now = self.server_time.now().seconds();
        let wait = thread.wait();
        let due = wait.as_ref().map(|wait| Due::of(&wait.counted, steps.iter().copied(), &open, now));
        let next = due.as_ref().and_then(|due| due.next);
        let is_told = due.as_ref().is_some_and(|due| !due.over.is_empty());
        let waiting = Waiting { as_of: AsOf::of(&thread.conversation), next, is_told };
        known.note(&thread.conversation.id, waiting);
        if next.is_some() {
            self.changed.notify_one();
        }
        let told = wait.zip(due).into_iter().flat_map(|(wait, due)| {
            due.over.into_iter().map(move |(step, at)| thread.unanswered(&wait, step, at))
        });
        told.collect()
    }

    /// What the search found; nothing that was over before `since` is to be told.
    pub(super) fn found(&self, found: &[Conversation], steps: &BTreeSet<Threshold>, since: Timestamp) {
        let mut known = self.known();
        if known.steps != *steps {
            known.all.clear();
            known.steps.clone_from(steps);
        }
        let Some(open) = known.open.clone() else { return };
        for conversation in found {
            let as_of = AsOf::of(conversation);
            let before = known.all.get(&conversation.id);
            if before.is_some_and(|before| before.as_of == as_of) {
                continue;
            }
            let is_told = before.is_some_and(|before| before.is_told);
            let over = |begun: Timestamp, step: &Threshold| open.over(begun, step.seconds());
            let ends = as_of.waiting_since.into_iter().flat_map(|begun| {
                steps.iter().filter_map(move |step| over(begun, step)).filter(|at| *at >= since)
            });
            let waiting = Waiting { as_of, next: ends.min(), is_told };
            known.note(&conversation.id, waiting);
        }
    }

    /// Forgets those that wait no more, since a search found all; answers which of them were told.
    pub(super) fn keep_only(&self, found: &BTreeSet<ConversationId>) -> Vec<ConversationId> {
        let just_read = self.server_time.now().seconds().minus(INDEX_LAG);
        let mut over = Vec::new();
        self.known().all.retain(|id, waiting| {
            let stays =
                found.contains(id) || (waiting.next.is_some() && waiting.as_of.updated_at >= just_read);
            if !stays && waiting.is_told {
                over.push(id.clone());
            }
            stays
        });
        over
    }

    /// Those that are to be read by now.
    pub(super) fn due(&self) -> Vec<ConversationId> {
        let now = self.server_time.now().seconds();
        let known = self.known();
        let due = known.all.iter().filter(|(_, waiting)| waiting.next.is_some_and(|next| next <= now));
        due.map(|(id, _)| id.clone()).collect()
    }

    /// It will be read. If nothing comes of that it is to be read again; if it was read meanwhile, what that told stands.
    pub(super) fn will_be_read(&self, id: &ConversationId) {
        let now = self.server_time.now().seconds();
        let mut known = self.known();
        let next = known.all.get_mut(id).and_then(|waiting| waiting.next.as_mut());
        if let Some(next) = next.filter(|next| **next <= now) {
            *next = now.plus(AGAIN);
        }
    }

    /// When the next is to be read.
    pub(super) fn next(&self) -> Option<Timestamp> {
        self.known().all.values().filter_map(|waiting| waiting.next).min()
    }

    fn known(&self) -> MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Known {
    fn note(&mut self, id: &ConversationId, waiting: Waiting) {
        if self.all.len() >= MOST_KNOWN {
            self.all.clear();
        }
        self.all.insert(id.clone(), waiting);
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use deskbell_domain::conversation::Now;
    use deskbell_domain::office_hours::Schedule;
    use deskbell_domain::time::{MockClock, UnixMillis};

    use super::*;

    const NOW: i64 = 1_795_793_400;

    fn conversation(since: i64) -> Conversation {
        let text = format!(r#"{{"id":"5","created_at":{since},"updated_at":{since}}}"#);
        let mut conversation: Conversation = serde_json::from_str(&text).expect("the rest has defaults");
        let waiting_since = Some(Timestamp(since));
        conversation.now = Some(Box::new(Now { waiting_since, ..Now::default() }));
        conversation
    }

    fn waits(open: Option<OpenTime>) -> Waits {
        let mut clock = MockClock::new();
        clock.expect_now().returning(|| UnixMillis(NOW * 1000));
        let waits = Waits::new(Arc::new(ServerTime::new(Arc::new(clock))));
        if let Some(open) = open {
            waits.opens(open);
        }
        waits
    }

    fn steps() -> BTreeSet<Threshold> {
        BTreeSet::from([Threshold::USUAL])
    }

    fn told(waits: &Waits, since: i64) -> usize {
        waits.judge(&Thread::whole(conversation(since), Vec::new()), &steps()).len()
    }

    #[test]
    fn nobody_is_told_of_before_it_is_known_when_the_workspace_is_open() {
        assert_eq!(told(&waits(None), NOW - 3600), 0);
        assert_eq!(told(&waits(Some(OpenTime::RoundTheClock)), NOW - 3600), 1);
    }

    #[test]
    fn hours_in_which_the_workspace_is_closed_do_not_count() {
        let never = Schedule::new("Etc/UTC", &[], Vec::new()).expect("a zone");
        assert_eq!(told(&waits(Some(OpenTime::Scheduled(Box::new(never)))), NOW - 3600), 0);
    }

    #[test]
    fn one_that_waits_on_is_read_when_its_step_is_over_and_not_again_before_it_moves() {
        let waits = waits(Some(OpenTime::RoundTheClock));
        let since = Timestamp(NOW - 48 * 3600);
        waits.found(&[conversation(NOW - 800)], &steps(), since);
        assert_eq!((waits.due().len(), waits.next()), (0, Some(Timestamp(NOW + 100))));
        let late = conversation(NOW - 1_000);
        waits.found(std::slice::from_ref(&late), &steps(), since);
        assert_eq!(waits.due(), std::slice::from_ref(&late.id));
        waits.will_be_read(&late.id);
        waits.found(std::slice::from_ref(&late), &steps(), since);
        assert_eq!(waits.due(), []);
        let moved = Conversation { updated_at: Timestamp(NOW), ..late };
        waits.found(&[moved], &steps(), since);
        assert_eq!(waits.due().len(), 1);
    }

    #[tokio::test(start_paused = true)]
    async fn one_of_which_nothing_came_is_read_again_though_it_has_not_moved() {
        let waits = waits(Some(OpenTime::RoundTheClock));
        let late = conversation(NOW - 1_000);
        let find = || waits.found(std::slice::from_ref(&late), &steps(), Timestamp(NOW - 48 * 3600));
        find();
        waits.will_be_read(&late.id);
        assert_eq!((waits.due().len(), waits.next()), (0, Some(Timestamp(NOW + AGAIN))));
        tokio::time::advance(Duration::from_secs(AGAIN.unsigned_abs())).await;
        find();
        assert_eq!(waits.due(), std::slice::from_ref(&late.id));
        assert_eq!(told(&waits, NOW - 1_000), 1);
        waits.will_be_read(&late.id);
        assert_eq!(
            (waits.due().len(), waits.next()),
            (0, None),
            "it was read, and nothing is to be told later"
        );
    }

    #[test]
    fn what_was_over_before_anybody_asked_is_not_read() {
        let waits = waits(Some(OpenTime::RoundTheClock));
        waits.found(&[conversation(NOW - 5_000)], &steps(), Timestamp(NOW - 60));
        assert_eq!(waits.due(), []);
    }

    #[test]
    fn one_that_was_told_is_read_once_it_is_found_no_more() {
        let waits = waits(Some(OpenTime::RoundTheClock));
        assert_eq!(told(&waits, NOW - 3600), 1);
        let id = ConversationId::new("5");
        assert_eq!(waits.keep_only(&BTreeSet::from([id.clone()])), []);
        assert_eq!(waits.keep_only(&BTreeSet::new()), [id]);
        assert_eq!(waits.keep_only(&BTreeSet::new()), []);
    }
}
