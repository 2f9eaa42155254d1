//! When each server's token is asked next whose it is.

use std::collections::BTreeMap;
use std::time::Duration;

use deskbell_domain::backoff::Backoff;
use deskbell_domain::ids::GuildId;
use deskbell_domain::status::Verdict;
use deskbell_domain::workspace::Region;
use tokio::time::Instant;

/// How long a token may go unused before it is asked.
pub(super) const ASK_EVERY: Duration = Duration::from_hours(1);
/// Before one is tried again that was refused, or of which nothing was found out.
const AFTER_FAILURES: Backoff = Backoff::new(Duration::from_secs(30), Duration::from_hours(1));

/// So many tokens of one region are asked at the same time. A region that hangs delays none of another one.
const AT_ONCE: usize = 8;

/// What is known of a server that has not been looked at yet.
#[derive(Clone, Copy)]
pub(super) enum FirstLook {
    /// Its token was looked at lately.
    InItsTurn,
    /// It is refused, or what it may do was not looked at for long.
    AtOnce,
}

/// The servers, each with its next turn.
#[derive(Default)]
pub(super) struct Schedule {
    turns: BTreeMap<GuildId, Turn>,
    /// What was heard of servers that were connected since the last look.
    news: BTreeMap<GuildId, Verdict>,
}

#[derive(Clone, Copy)]
struct Turn {
    region: Region,
    at: Instant,
    /// How often in a row it was refused, or nothing was found out.
    failures: u32,
    /// What Intercom made of its token when it was used, until that is looked at.
    news: Option<Verdict>,
    is_asked: bool,
}

impl Turn {
    fn first(region: Region, look: FirstLook, now: Instant) -> Self {
        let wait = match look {
            FirstLook::InItsTurn => ASK_EVERY,
            FirstLook::AtOnce => Duration::ZERO,
        };
        Self { region, at: now + wait, failures: 0, news: None, is_asked: false }
    }

    fn is_due(&self, now: Instant) -> bool {
        !self.is_asked && (self.news.is_some() || self.at <= now)
    }
}

/// A server whose turn it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Due {
    pub(super) guild: GuildId,
    /// What was heard of its token; none where it is only time to ask.
    pub(super) news: Option<Verdict>,
}

impl Schedule {
    /// These are the servers there are.
    pub(super) fn follow(
        &mut self,
        servers: impl IntoIterator<Item = (GuildId, Region, FirstLook)>,
        now: Instant,
    ) {
        let known = std::mem::take(&mut self.turns);
        let mut news = std::mem::take(&mut self.news);
        let turn = |(guild, region, look)| {
            let mut turn = known.get(&guild).copied().unwrap_or_else(|| Turn::first(region, look, now));
            turn.region = region;
            turn.news = news.remove(&guild).or(turn.news);
            (guild, turn)
        };
        self.turns = servers.into_iter().map(turn).collect();
    }

    /// What Intercom made of a server's token is looked at as soon as there is room.
    pub(super) fn heard(&mut self, guild: GuildId, verdict: Verdict) {
        match self.turns.get_mut(&guild) {
            Some(turn) => turn.news = Some(verdict),
            None => drop(self.news.insert(guild, verdict)),
        }
    }

    /// Takes the server that has been due for longest out of those whose region has room. It stays taken until it is said
    /// what came of it.
    pub(super) fn take(&mut self, now: Instant) -> Option<Due> {
        let mut asked: BTreeMap<&str, usize> = BTreeMap::new();
        for turn in self.turns.values().filter(|turn| turn.is_asked) {
            *asked.entry(turn.region.code()).or_default() += 1;
        }
        let has_room = |turn: &Turn| asked.get(turn.region.code()).is_none_or(|count| *count < AT_ONCE);
        let due = self.turns.iter_mut().filter(|(_, turn)| turn.is_due(now) && has_room(turn));
        let (guild, turn) = due.min_by_key(|(_, turn)| (turn.news.is_none(), turn.at))?;
        turn.is_asked = true;
        Some(Due { guild: *guild, news: turn.news.take() })
    }

    /// When a look is due, for the next turn or for what was heard of a server that is not known yet.
    pub(super) fn next(&self, now: Instant) -> Option<Instant> {
        let turns = self.turns.values().filter(|turn| !turn.is_asked).map(|turn| turn.at);
        turns.chain((!self.news.is_empty()).then_some(now)).min()
    }

    /// Nothing had to be asked: its turn stays as it was.
    pub(super) fn passed_over(&mut self, guild: GuildId) {
        if let Some(turn) = self.turns.get_mut(&guild) {
            turn.is_asked = false;
        }
    }

    /// Intercom took a server's token then, or refused it now.
    pub(super) fn asked(&mut self, guild: GuildId, verdict: Verdict, at: Instant) {
        match verdict {
            Verdict::Accepted => self.ended(guild, |turn| {
                turn.failures = 0;
                at + ASK_EVERY
            }),
            Verdict::Refused => self.failed(guild, at),
        }
    }

    /// Intercom could not be asked.
    pub(super) fn unanswered(&mut self, guild: GuildId, now: Instant) {
        self.failed(guild, now);
    }

    fn failed(&mut self, guild: GuildId, now: Instant) {
        self.ended(guild, |turn| {
            turn.failures = turn.failures.saturating_add(1);
            now + AFTER_FAILURES.after(turn.failures)
        });
    }

    /// Who is gone meanwhile has no turn any more.
    fn ended(&mut self, guild: GuildId, next: impl FnOnce(&mut Turn) -> Instant) {
        if let Some(turn) = self.turns.get_mut(&guild) {
            turn.at = next(turn);
            turn.is_asked = false;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ONE: GuildId = GuildId(1);
    const TWO: GuildId = GuildId(2);

    fn due(schedule: &mut Schedule, now: Instant) -> Vec<GuildId> {
        let taken = std::iter::from_fn(|| schedule.take(now).map(|due| due.guild));
        taken.collect()
    }

    /// The waits after each of nine turns that end so.
    fn waits(end: impl Fn(&mut Schedule, Instant)) -> Vec<u64> {
        let (mut schedule, start) = (Schedule::default(), Instant::now());
        schedule.follow([(ONE, Region::Us, FirstLook::AtOnce)], start);
        let mut waits = Vec::new();
        for _ in 0..9 {
            end(&mut schedule, start);
            waits.push((schedule.next(start).unwrap() - start).as_secs());
        }
        waits
    }

    #[test]
    fn a_token_that_is_taken_is_asked_every_hour_and_one_that_is_refused_or_unclear_ever_more_rarely() {
        let steps = [30, 60, 120, 240, 480, 960, 1920, 3600, 3600];
        assert_eq!(waits(|schedule, now| schedule.asked(ONE, Verdict::Refused, now)), steps);
        assert_eq!(waits(|schedule, now| schedule.unanswered(ONE, now)), steps);
        assert_eq!(waits(|schedule, now| schedule.asked(ONE, Verdict::Accepted, now)), [3600; 9]);
    }

    #[test]
    fn who_is_looked_at_already_keeps_its_turn_and_who_is_gone_has_none() {
        let (mut schedule, start) = (Schedule::default(), Instant::now());
        let first = |guild, look| (guild, Region::Us, look);
        schedule.follow([first(ONE, FirstLook::InItsTurn), first(TWO, FirstLook::InItsTurn)], start);
        schedule.follow([first(ONE, FirstLook::AtOnce)], start + Duration::from_mins(1));
        assert_eq!(schedule.next(start), Some(start + ASK_EVERY));
        assert_eq!(due(&mut schedule, start + ASK_EVERY), [ONE]);
        assert_eq!(due(&mut schedule, start + ASK_EVERY), [], "it is asked once at a time");
    }

    #[test]
    fn a_region_that_hangs_delays_no_token_of_another_and_news_go_first() {
        let (mut schedule, start) = (Schedule::default(), Instant::now());
        let hanging = (10..100).map(|id| (GuildId(id), Region::Us, FirstLook::AtOnce));
        let others = [(ONE, Region::Eu, FirstLook::AtOnce), (TWO, Region::Eu, FirstLook::InItsTurn)];
        schedule.heard(TWO, Verdict::Refused);
        assert_eq!(schedule.next(start), Some(start), "what is heard of somebody new makes for a look");
        schedule.follow(hanging.chain(others), start);
        assert_eq!(schedule.take(start), Some(Due { guild: TWO, news: Some(Verdict::Refused) }));
        let asked = due(&mut schedule, start);
        assert_eq!(asked.len(), AT_ONCE + 1);
        assert!(asked.contains(&ONE), "{asked:?}");
        schedule.unanswered(asked[AT_ONCE], start);
        assert_eq!(due(&mut schedule, start).len(), 1, "each that ends makes room for one");
    }

    #[test]
    fn what_is_heard_of_a_server_while_it_is_asked_is_looked_at_after_that() {
        let (mut schedule, start) = (Schedule::default(), Instant::now());
        schedule.follow([(ONE, Region::Us, FirstLook::AtOnce)], start);
        assert_eq!(due(&mut schedule, start), [ONE]);
        schedule.heard(ONE, Verdict::Refused);
        schedule.asked(ONE, Verdict::Accepted, start);
        assert_eq!(schedule.take(start), Some(Due { guild: ONE, news: Some(Verdict::Refused) }));
        schedule.passed_over(ONE);
        assert_eq!((schedule.take(start), schedule.next(start)), (None, Some(start + ASK_EVERY)));
    }
}
