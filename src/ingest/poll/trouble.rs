//! What cannot be read, since when and why, and when each part is tried again.
//!
//! A token that is refused stops everything: `GET /me` is tried after 30 s, 1, 2, 4 … min up to 1 h, and the first call
//! that succeeds, whoever made it, ends the wait. Everything else concerns one part. A part that the token may not read
//! rests and is tried by itself, ever more rarely up to 5 min, since `GET /me` says nothing about a permission. So does
//! a part whose token is refused although Intercom takes it elsewhere. All others are read again with the next poll.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use deskbell_domain::backoff::Backoff;
use deskbell_domain::port::store::Stream;
use deskbell_domain::status::{LinkState, PollStatus};
use deskbell_domain::time::UnixMillis;
use deskbell_domain::trouble::{Cause, Part, Trouble};
use tokio::sync::Notify;
use tokio::time::Instant;

/// Before a refused token is tried again.
const PROBE: Backoff = Backoff::new(Duration::from_secs(30), Duration::from_hours(1));
/// Before a part that the token may not read is: a permission is given by a person who then waits for the effect, and the
/// try is one call.
const REST: Backoff = Backoff::new(Duration::from_secs(30), Duration::from_mins(5));

/// Whether a part may be read now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Gate {
    /// It may.
    Open,
    /// It may if `GET /me` succeeds.
    Probe,
    /// The token is refused.
    Closed,
    /// This part rests.
    Resting,
}

/// What a failure adds to what is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum News {
    /// It did work until now, or it did not for another cause.
    New,
    /// Nothing.
    Known,
}

/// What is known of every part that somebody needs.
#[derive(Default)]
pub(super) struct Troubles {
    state: Mutex<State>,
    resumed: Notify,
}

#[derive(Default)]
struct State {
    refusal: Option<TokenRefusal>,
    parts: BTreeMap<Part, Condition>,
    last_read: Option<UnixMillis>,
}

/// The token is refused.
#[derive(Clone, Copy)]
struct TokenRefusal {
    since: UnixMillis,
    refused: u32,
    probe_at: Instant,
}

/// How a part is.
#[derive(Default)]
struct Condition {
    next: Option<UnixMillis>,
    /// Its token was refused since it was last read.
    doubted: bool,
    read: bool,
    illness: Option<Illness>,
}

/// A part cannot be read.
struct Illness {
    trouble: Trouble,
    causes: BTreeSet<Cause>,
    refused: u32,
    rests_until: Option<Instant>,
}

impl Troubles {
    /// Whether a part may be read now.
    pub(super) fn gate(&self, part: Part) -> Gate {
        let (state, now) = (self.lock(), Instant::now());
        match (&state.refusal, state.rests_until(part)) {
            (Some(refusal), _) if now >= refusal.probe_at => Gate::Probe,
            (Some(_), _) => Gate::Closed,
            (None, Some(until)) if now < until => Gate::Resting,
            (None, _) => Gate::Open,
        }
    }

    /// When the token is tried next, if it is refused.
    pub(super) fn next_probe(&self) -> Option<Instant> {
        self.lock().refusal.map(|refusal| refusal.probe_at)
    }

    /// Until when a part rests, if it does.
    pub(super) fn rests_until(&self, part: Part) -> Option<Instant> {
        self.lock().rests_until(part)
    }

    /// The token is tried now. Whatever comes of it but an acceptance or a refusal, it is tried again in half a minute.
    pub(super) fn probing(&self) {
        if let Some(refusal) = &mut self.lock().refusal {
            refusal.probe_at = Instant::now() + PROBE.after(1);
        }
    }

    /// The token was tried and refused.
    pub(super) fn token_refused(&self, now: UnixMillis) -> News {
        self.lock().refuse_token(now)
    }

    /// A command was refused. Where that is known already it changes nothing: people who try again and again must not
    /// put off the next try of our own.
    pub(super) fn token_doubted(&self, now: UnixMillis) -> News {
        let mut state = self.lock();
        if state.refusal.is_some() { News::Known } else { state.refuse_token(now) }
    }

    /// Ends when the token is accepted after it was refused.
    pub(super) fn resumed(&self) -> tokio::sync::futures::Notified<'_> {
        self.resumed.notified()
    }

    /// Intercom took the token. Tells since when it had not, if it had not.
    pub(super) fn token_accepted(&self) -> Option<UnixMillis> {
        let mut state = self.lock();
        let refusal = state.refusal.take()?;
        for condition in state.parts.values_mut() {
            if let Some(illness) =
                condition.illness.as_mut().filter(|one| one.trouble.cause == Cause::TokenRefused)
            {
                illness.rests_until = None;
            }
        }
        drop(state);
        self.resumed.notify_waiters();
        Some(refusal.since)
    }

    /// A part could not be read.
    pub(super) fn failed(&self, part: Part, cause: Cause, now: UnixMillis) -> News {
        let mut state = self.lock();
        if cause == Cause::TokenRefused {
            let condition = state.parts.entry(part).or_default();
            let accepted_elsewhere = std::mem::replace(&mut condition.doubted, true);
            if state.refusal.is_some() {
                return News::Known;
            }
            if !accepted_elsewhere {
                return state.refuse_token(now);
            }
        }
        state.parts.entry(part).or_default().fail(part, cause, now)
    }

    /// A part was read. Tells what was wrong with it, if something was.
    pub(super) fn read(&self, part: Part, now: UnixMillis) -> Option<Trouble> {
        let mut state = self.lock();
        if part.brings_events() {
            state.last_read = Some(now);
        }
        let condition = state.parts.entry(part).or_default();
        (condition.read, condition.doubted) = (true, false);
        condition.illness.take().map(|illness| illness.trouble)
    }

    /// Nobody needs a part any more.
    pub(super) fn forget(&self, part: Part) {
        self.lock().parts.remove(&part);
    }

    /// A part is read next at that time.
    pub(super) fn plan(&self, part: Part, next: UnixMillis) {
        if let Some(condition) = self.lock().parts.get_mut(&part) {
            condition.next = Some(next);
        }
    }

    /// What is to be told of all this.
    pub(super) fn status(&self) -> PollStatus {
        let state = self.lock();
        PollStatus {
            last_check: state.last_read,
            next_check: state.parts.values().filter_map(|condition| condition.next).min(),
            link: state.link(),
            troubles: state.troubles(),
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn rests_until(&self, part: Part) -> Option<Instant> {
        self.parts.get(&part)?.illness.as_ref()?.rests_until
    }

    fn refuse_token(&mut self, now: UnixMillis) -> News {
        let (since, refused) = self.refusal.map_or((now, 0), |known| (known.since, known.refused));
        let news = if self.refusal.is_none() { News::New } else { News::Known };
        let refused = refused.saturating_add(1);
        self.refusal = Some(TokenRefusal { since, refused, probe_at: Instant::now() + PROBE.after(refused) });
        news
    }

    /// While the token is refused nothing else is tried, so that is all there is to tell.
    fn troubles(&self) -> Vec<Trouble> {
        match &self.refusal {
            Some(TokenRefusal { since, .. }) => {
                vec![Trouble { part: Part::Everything, cause: Cause::TokenRefused, since: *since }]
            }
            None => self.illnesses().map(|illness| illness.trouble).collect(),
        }
    }

    fn illnesses(&self) -> impl Iterator<Item = &Illness> {
        self.parts.values().filter_map(|condition| condition.illness.as_ref())
    }

    fn link(&self) -> LinkState {
        if let Some(refusal) = &self.refusal {
            return LinkState::Refused { since: refusal.since };
        }
        let streams = [Stream::Contacts, Stream::Conversations, Stream::UserUpdates].map(Part::from);
        let wanted = || streams.iter().filter_map(|part| self.parts.get(part));
        let ill: Vec<_> = wanted().filter_map(|condition| condition.illness.as_ref()).collect();
        match ill.iter().map(|illness| illness.trouble.since).max() {
            Some(since) if ill.len() == wanted().count() => LinkState::Down { since },
            _ if wanted().any(|condition| condition.read) => LinkState::Connected,
            None if self.last_read.is_some() => LinkState::Connected,
            _ => LinkState::Starting,
        }
    }
}

impl Condition {
    fn fail(&mut self, part: Part, cause: Cause, now: UnixMillis) -> News {
        let illness = self.illness.get_or_insert_with(|| Illness {
            trouble: Trouble { part, cause, since: now },
            causes: BTreeSet::new(),
            refused: 0,
            rests_until: None,
        });
        illness.trouble.cause = cause;
        if cause.is_refusal() {
            illness.refused = illness.refused.saturating_add(1);
            illness.rests_until = Some(Instant::now() + REST.after(illness.refused));
        } else {
            (illness.refused, illness.rests_until) = (0, None);
        }
        if illness.causes.insert(cause) { News::New } else { News::Known }
    }
}

#[cfg(test)]
mod tests {
    use deskbell_domain::port::intercom::{Lack, Unanswered};

    use super::*;

    const PLAN: Cause = Cause::Lacks(Lack::Plan);
    const FAILING: Cause = Cause::Unanswered(Unanswered::Failing);

    #[test]
    fn a_refused_token_is_tried_ever_more_rarely_up_to_an_hour_and_a_part_up_to_five_minutes() {
        let waits =
            |backoff: Backoff| (1..=9).map(|refused| backoff.after(refused).as_secs()).collect::<Vec<_>>();
        assert_eq!(waits(PROBE), [30, 60, 120, 240, 480, 960, 1920, 3600, 3600]);
        assert_eq!(waits(REST)[..5], [30, 60, 120, 240, 300]);
    }

    #[tokio::test(start_paused = true)]
    async fn a_refused_token_closes_everything_until_any_call_succeeds() {
        let troubles = Troubles::default();
        assert_eq!(troubles.failed(Part::Contacts, Cause::TokenRefused, UnixMillis(1)), News::New);
        assert_eq!(troubles.failed(Part::Conversations, Cause::TokenRefused, UnixMillis(2)), News::Known);
        assert_eq!(troubles.gate(Part::Conversations), Gate::Closed);
        tokio::time::advance(Duration::from_secs(30)).await;
        assert_eq!(troubles.gate(Part::UserUpdates), Gate::Probe);
        assert_eq!(troubles.token_refused(UnixMillis(3)), News::Known);
        assert_eq!(troubles.status().link, LinkState::Refused { since: UnixMillis(1) });
        assert_eq!(troubles.token_accepted(), Some(UnixMillis(1)));
        assert_eq!((troubles.token_accepted(), troubles.gate(Part::Contacts)), (None, Gate::Open));
    }

    #[tokio::test(start_paused = true)]
    async fn a_token_that_is_refused_for_one_part_only_stops_that_part_only() {
        let troubles = Troubles::default();
        for part in [Part::Contacts, Part::Conversations] {
            assert_eq!(troubles.read(part, UnixMillis(1)), None);
        }
        assert_eq!(troubles.failed(Part::Contacts, Cause::TokenRefused, UnixMillis(2)), News::New);
        assert_eq!(troubles.token_accepted(), Some(UnixMillis(2)));
        assert_eq!(troubles.failed(Part::Contacts, Cause::TokenRefused, UnixMillis(3)), News::New);
        assert_eq!(troubles.gate(Part::Contacts), Gate::Resting);
        assert_eq!(troubles.gate(Part::Conversations), Gate::Open);
        assert_eq!(troubles.status().link, LinkState::Connected);
    }

    #[tokio::test(start_paused = true)]
    async fn a_part_that_may_not_be_read_rests_alone_and_its_first_success_ends_that() {
        let troubles = Troubles::default();
        assert_eq!(troubles.failed(Part::Conversations, PLAN, UnixMillis(1)), News::New);
        assert_eq!(troubles.gate(Part::Conversations), Gate::Resting);
        assert_eq!(troubles.gate(Part::Contacts), Gate::Open);
        tokio::time::advance(Duration::from_secs(30)).await;
        assert_eq!(troubles.gate(Part::Conversations), Gate::Open);
        assert_eq!(troubles.failed(Part::Conversations, PLAN, UnixMillis(2)), News::Known);
        let known = Trouble { part: Part::Conversations, cause: PLAN, since: UnixMillis(1) };
        assert_eq!(troubles.status().troubles, [known]);
        assert_eq!(troubles.read(Part::Conversations, UnixMillis(3)), Some(known));
        assert_eq!(troubles.gate(Part::Conversations), Gate::Open);
    }

    #[tokio::test(start_paused = true)]
    async fn what_fails_without_a_refusal_is_read_again_with_the_next_poll_and_is_news_once_for_each_cause() {
        let troubles = Troubles::default();
        let news = [FAILING, Cause::NotAccepted, FAILING, Cause::NotAccepted]
            .map(|cause| troubles.failed(Part::Contacts, cause, UnixMillis(1)));
        assert_eq!(news, [News::New, News::New, News::Known, News::Known]);
        assert_eq!(troubles.gate(Part::Contacts), Gate::Open);
    }

    #[test]
    fn it_is_connected_while_something_can_be_read_and_down_when_nothing_can() {
        let troubles = Troubles::default();
        assert_eq!(troubles.status().link, LinkState::Starting);
        assert_eq!(troubles.read(Part::Contacts, UnixMillis(1)), None);
        troubles.failed(Part::Conversations, FAILING, UnixMillis(2));
        assert_eq!(troubles.status().link, LinkState::Connected);
        troubles.failed(Part::Contacts, FAILING, UnixMillis(3));
        assert_eq!(troubles.status().link, LinkState::Down { since: UnixMillis(3) });
        troubles.forget(Part::Contacts);
        assert_eq!(troubles.status().link, LinkState::Down { since: UnixMillis(2) });
    }
}
