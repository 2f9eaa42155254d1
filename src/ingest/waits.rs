//! Who waits for an answer, and when that is to be told. Nothing of it is stored: after a restart it is found anew, and
//! what was told is known by its event. A conversation whose customer waits on is read again only when the next step of
//! the wait is over, or when it has moved. What was read by itself is believed until then, whatever the search shows:
//! whether it finds everybody whose words only a bot answered is not said.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use deskbell_domain::conversation::{Conversation, Counted, Due, Happening, Thread};
use deskbell_domain::ids::ConversationId;
use deskbell_domain::office_hours::OpenTime;
use deskbell_domain::threshold::Threshold;
use deskbell_domain::time::{ServerTime, Timestamp};
use tokio::sync::Notify;

/// Beyond so many conversations all are forgotten, which costs readings, and who waits unseen by the search.
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
    /// Whether the search has shown it.
    is_shown: bool,
    /// When it counts, where it was read by itself that somebody waits.
    counted: Option<Counted>,
}

impl Waiting {
    /// Whether the search shows it as it was before it was read by itself.
    fn was_read_since(&self, shown: AsOf) -> bool {
        self.counted.is_some() && self.as_of.updated_at >= shown.updated_at
    }

    /// Whether what was read of it is not over yet.
    fn is_to_be_told(&self) -> bool {
        self.counted.is_some() && self.next.is_some()
    }

    /// Finds out anew when it is to be read. What is over by now may not have been told.
    fn reckon(&mut self, steps: &BTreeSet<Threshold>, open: &OpenTime, now: Timestamp) {
        let Some(counted) = &self.counted else { return };
        let due = Due::of(counted, steps.iter().copied(), open, now);
        self.next = if due.over.is_empty() { due.next } else { Some(now) };
    }
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
            known.open = Some(open);
            known.reckon(self.server_time.now().seconds());
        }
    }

    /// What of a conversation that was read is to be told now.
    pub(super) fn judge(&self, thread: &Thread, steps: &BTreeSet<Threshold>) -> Vec<Happening> {
        if steps.is_empty() {
            return Vec::new();
        }
        let mut known = self.known();
        let now = self.server_time.now().seconds();
        known.ask_for(steps, now);
        let wait = thread.wait();
        // Before it is known when the workspace is open nothing is due, and it is reckoned then.
        let open = known.open.clone();
        let due_of = |counted| Some(Due::of(counted, steps.iter().copied(), open.as_ref()?, now));
        let due = wait.as_ref().and_then(|wait| due_of(&wait.counted));
        let next = due.as_ref().and_then(|due| due.next);
        let is_told = due.as_ref().is_some_and(|due| !due.over.is_empty());
        let counted = wait.as_ref().map(|wait| wait.counted.clone());
        let (id, as_of) = (&thread.conversation.id, AsOf::of(&thread.conversation));
        let is_shown = known.all.get(id).is_some_and(|before| before.is_shown);
        known.note(id, Waiting { as_of, next, is_told, is_shown, counted });
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
        known.ask_for(steps, self.server_time.now().seconds());
        let Some(open) = known.open.clone() else { return };
        for conversation in found {
            let as_of = AsOf::of(conversation);
            let before = known.all.get(&conversation.id);
            if before.is_some_and(|before| before.as_of == as_of || before.was_read_since(as_of)) {
                continue;
            }
            let is_told = before.is_some_and(|before| before.is_told);
            let was_read = before.filter(|before| before.is_to_be_told());
            let (counted, read) = was_read.map_or((None, None), |read| (read.counted.clone(), read.next));
            let over = |begun: Timestamp, step: &Threshold| open.over(begun, step.seconds());
            let ends = as_of.waiting_since.into_iter().flat_map(|begun| {
                steps.iter().filter_map(move |step| over(begun, step)).filter(|at| *at >= since)
            });
            let next = ends.chain(read).min();
            known.note(&conversation.id, Waiting { as_of, next, is_told, is_shown: true, counted });
        }
    }

    /// Forgets those that wait no more, since a search found all; answers which of them were told and shown before. What was
    /// read by itself stays until its next step is over.
    pub(super) fn keep_only(&self, found: &BTreeSet<ConversationId>) -> Vec<ConversationId> {
        let just_read = self.server_time.now().seconds().minus(INDEX_LAG);
        let mut over = Vec::new();
        self.known().all.retain(|id, waiting| {
            let is_found = found.contains(id);
            let may_be_shown_late = waiting.next.is_some() && waiting.as_of.updated_at >= just_read;
            let stays = is_found || may_be_shown_late || waiting.is_to_be_told();
            if !stays && waiting.is_told && waiting.is_shown {
                over.push(id.clone());
            }
            waiting.is_shown |= is_found;
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

    /// It will be read. If nothing comes of that it is to be read again, as long as the search shows it; if it was read
    /// meanwhile, what that told stands.
    pub(super) fn will_be_read(&self, id: &ConversationId) {
        let now = self.server_time.now().seconds();
        let mut known = self.known();
        let Some(waiting) = known.all.get_mut(id) else { return };
        if waiting.next.is_some_and(|next| next <= now) {
            (waiting.next, waiting.counted) = (Some(now.plus(AGAIN)), None);
        }
    }

    /// Whether it was read by itself since the start, and somebody waits.
    pub(super) fn is_known(&self, id: &ConversationId) -> bool {
        self.known().all.get(id).is_some_and(Waiting::is_to_be_told)
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

    fn ask_for(&mut self, steps: &BTreeSet<Threshold>, now: Timestamp) {
        if self.steps != *steps {
            self.steps.clone_from(steps);
            self.reckon(now);
        }
    }

    /// Forgets what is found anew, since the steps or the hours are others, and reckons what was read by itself.
    fn reckon(&mut self, now: Timestamp) {
        self.all.retain(|_, waiting| waiting.counted.is_some());
        let Some(open) = &self.open else { return };
        for waiting in self.all.values_mut() {
            waiting.reckon(&self.steps, open, now);
        }
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
    fn one_that_was_read_is_believed_until_its_step_is_over_whatever_the_search_shows() {
        let waits = waits(Some(OpenTime::RoundTheClock));
        let since = Timestamp(NOW - 48 * 3600);
        assert_eq!(told(&waits, NOW - 800), 0);
        assert_eq!(waits.keep_only(&BTreeSet::new()), []);
        assert_eq!(waits.next(), Some(Timestamp(NOW + 100)));
        let as_before = conversation(NOW - 900);
        waits.found(&[as_before], &steps(), since);
        assert_eq!((waits.due(), waits.next()), (Vec::new(), Some(Timestamp(NOW + 100))), "the index lags");
        let unseen = Conversation { now: None, updated_at: Timestamp(NOW), ..conversation(NOW - 800) };
        waits.found(&[unseen], &steps(), since);
        assert_eq!(waits.next(), Some(Timestamp(NOW + 100)), "it moved, and is read for that");
    }

    #[test]
    fn what_was_read_is_reckoned_anew_when_the_hours_or_the_steps_are_others() {
        let waits = waits(None);
        assert_eq!(told(&waits, NOW - 800), 0);
        waits.opens(OpenTime::RoundTheClock);
        assert_eq!(waits.next(), Some(Timestamp(NOW + 100)), "it was read before the hours were known");
        let never = Schedule::new("Etc/UTC", &[], Vec::new()).expect("a zone");
        waits.opens(OpenTime::Scheduled(Box::new(never)));
        assert_eq!(waits.next(), None);
        waits.opens(OpenTime::RoundTheClock);
        assert_eq!(waits.next(), Some(Timestamp(NOW + 100)));
        let soon = Threshold::of_seconds(300).expect("a threshold");
        waits.found(&[], &BTreeSet::from([soon]), Timestamp(NOW - 48 * 3600));
        assert_eq!(waits.due(), [ConversationId::new("5")], "the step is over already");
    }

    #[test]
    fn one_that_was_to_be_read_and_is_nowhere_is_forgotten() {
        let waits = waits(Some(OpenTime::RoundTheClock));
        assert_eq!(told(&waits, NOW - 800), 0);
        let id = ConversationId::new("5");
        waits.known().all.get_mut(&id).expect("it was read").next = Some(Timestamp(NOW));
        waits.will_be_read(&id);
        assert_eq!((waits.keep_only(&BTreeSet::new()), waits.next()), (Vec::new(), None));
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
