//! When each server's token is asked next whose it is.

use std::collections::BTreeMap;
use std::time::Duration;

use deskbell_domain::backoff::Backoff;
use deskbell_domain::ids::GuildId;
use deskbell_domain::status::Verdict;
use tokio::time::Instant;

/// How long a token may go unused before it is asked.
pub(super) const ASK_EVERY: Duration = Duration::from_hours(1);
/// Before one that was refused is tried again.
const AFTER_REFUSALS: Backoff = Backoff::new(Duration::from_secs(30), Duration::from_hours(1));

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
pub(super) struct Schedule(BTreeMap<GuildId, Turn>);

#[derive(Clone, Copy)]
struct Turn {
    at: Instant,
    /// How often in a row it was refused.
    refusals: u32,
}

impl Schedule {
    /// These are the servers there are.
    pub(super) fn follow(&mut self, servers: impl IntoIterator<Item = (GuildId, FirstLook)>, now: Instant) {
        let turn = |first| {
            let wait = match first {
                FirstLook::InItsTurn => ASK_EVERY,
                FirstLook::AtOnce => Duration::ZERO,
            };
            Turn { at: now + wait, refusals: 0 }
        };
        let known = std::mem::take(&mut self.0);
        let servers = servers.into_iter();
        self.0 = servers
            .map(|(guild, first)| (guild, known.get(&guild).copied().unwrap_or_else(|| turn(first))))
            .collect();
    }

    /// The servers whose turn it is.
    pub(super) fn due(&self, now: Instant) -> Vec<GuildId> {
        self.0.iter().filter(|(_, turn)| turn.at <= now).map(|(guild, _)| *guild).collect()
    }

    /// When the next turn is.
    pub(super) fn next(&self) -> Option<Instant> {
        self.0.values().map(|turn| turn.at).min()
    }

    /// Intercom took a server's token then, or refused it now.
    pub(super) fn asked(&mut self, guild: GuildId, verdict: Verdict, at: Instant) {
        let refusals = match verdict {
            Verdict::Accepted => 0,
            Verdict::Refused => self.0.get(&guild).map_or(0, |turn| turn.refusals).saturating_add(1),
        };
        let wait = if refusals == 0 { ASK_EVERY } else { AFTER_REFUSALS.after(refusals) };
        self.0.insert(guild, Turn { at: at + wait, refusals });
    }

    /// Intercom could not be asked.
    pub(super) fn unanswered(&mut self, guild: GuildId, now: Instant) {
        let turn = self.0.entry(guild).or_insert(Turn { at: now, refusals: 0 });
        turn.at = now + AFTER_REFUSALS.after(turn.refusals.max(1));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ONE: GuildId = GuildId(1);
    const TWO: GuildId = GuildId(2);

    #[test]
    fn a_token_that_is_taken_is_asked_every_hour_and_one_that_is_refused_ever_more_rarely() {
        let (mut schedule, start) = (Schedule::default(), Instant::now());
        schedule.follow([(ONE, FirstLook::AtOnce), (TWO, FirstLook::InItsTurn)], start);
        assert_eq!((schedule.due(start), schedule.next()), (vec![ONE], Some(start)));
        let mut waits = Vec::new();
        for _ in 0..9 {
            schedule.asked(ONE, Verdict::Refused, start);
            waits.push((schedule.next().unwrap() - start).as_secs());
        }
        assert_eq!(waits, [30, 60, 120, 240, 480, 960, 1920, 3600, 3600]);
        schedule.asked(ONE, Verdict::Accepted, start);
        assert_eq!(schedule.due(start + ASK_EVERY), [ONE, TWO]);
    }

    #[test]
    fn who_is_looked_at_already_keeps_its_turn_and_who_is_gone_has_none() {
        let (mut schedule, start) = (Schedule::default(), Instant::now());
        schedule.follow([(ONE, FirstLook::InItsTurn), (TWO, FirstLook::InItsTurn)], start);
        schedule.follow([(ONE, FirstLook::AtOnce)], start + Duration::from_mins(1));
        assert_eq!(schedule.next(), Some(start + ASK_EVERY));
        assert_eq!(schedule.due(start + ASK_EVERY), [ONE]);
    }
}
