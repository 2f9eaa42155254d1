//! The throttle's book: which calls count, who waits, and whose turn it is. No waiting happens here.

use std::time::Duration;

use deskbell_domain::ids::{GuildId, MemberId};
use deskbell_domain::port::intercom::Usage;
use tokio::time::Instant;

use super::pace::Pace;
use super::queues::{Queues, Turns};
use super::turn::{Ticket, Turn};
use super::window::{WINDOW, Window};
use super::{Caller, Person, Purpose, Urgency};

/// Calls kept free for commands, at most.
const MOST_RESERVED: u32 = 20;
/// How many calls one person has in a window, and how many of them may be for suggestions.
const PERSONS_CALLS: u32 = 20;
const PERSONS_SUGGESTIONS: u32 = 12;
/// What a server leaves to the others of a workspace beside what they had.
const MORE_FOR_OTHER_SERVERS: u32 = 10;

/// How many calls each kind may have in a window.
#[derive(Debug, Clone, Copy)]
struct Shares {
    all: u32,
    /// Commands, while there are polls.
    commands: u32,
    /// Polls and walks together, and commands where there are no polls: the rest is kept free for the other side.
    most_of_all: u32,
    background: u32,
}

impl Shares {
    fn of(calls_per_minute: u32) -> Self {
        let all = calls_per_minute.max(1);
        let most_of_all = all - MOST_RESERVED.min(all / 5);
        Self { all, commands: (all * 3 / 5).max(1), most_of_all, background: (all / 3).max(1) }
    }

    /// The mean distance of unhurried calls where commands took so many: they are even over a window with the burst at
    /// its beginning, so that no pause comes at its end.
    fn interval(self, commands: u32) -> Duration {
        let left = self.all.saturating_sub(commands).min(self.most_of_all);
        WINDOW / (left + 1).saturating_sub(self.burst()).max(1)
    }

    /// How many unhurried calls may follow each other at once.
    fn burst(self) -> u32 {
        (self.most_of_all / 8).max(1)
    }
}

pub(super) struct State {
    shares: Shares,
    pub(super) window: Window,
    pub(super) queues: Queues,
    turns: Turns,
    next_number: u64,
    pace: Pace,
    paused_until: Option<Instant>,
    pub(super) latency: Option<Duration>,
}

impl State {
    pub(super) fn new(calls_per_minute: u32) -> Self {
        Self {
            shares: Shares::of(calls_per_minute),
            window: Window::default(),
            queues: Queues::default(),
            turns: Turns::default(),
            next_number: 0,
            pace: Pace::default(),
            paused_until: None,
            latency: None,
        }
    }

    /// A place in the queue; where the person's own limit is reached, how long it is.
    pub(super) fn queue_up(&mut self, caller: Caller, now: Instant) -> Result<Ticket, Duration> {
        self.window.forget_old(now);
        if let Some(after) = caller.person.and_then(|person| self.limited_for(person, now)) {
            return Err(after);
        }
        let ticket = Ticket { number: self.next_number, caller };
        self.next_number += 1;
        self.queues.join(ticket);
        Ok(ticket)
    }

    /// Whether it is this ticket's turn; if so the call is counted from now on.
    pub(super) fn turn(&mut self, ticket: Ticket, now: Instant) -> Turn {
        self.window.forget_old(now);
        let Caller { urgency, .. } = ticket.caller;
        match self.earliest(ticket.caller, now) {
            Turn::Now if self.first(urgency) != Some(ticket) => Turn::WhenChanged,
            Turn::Now if self.is_preceded(urgency, now) => Turn::WhenChanged,
            Turn::Now => {
                self.let_through(ticket, now);
                Turn::Now
            }
            later => later,
        }
    }

    /// Whether a caller could go now, had the caller's own person not had so many calls.
    pub(super) fn only_own_calls_hinder(&self, caller: Caller, now: Instant) -> bool {
        let Some(person) = caller.person else { return false };
        let somebody_else = Caller::person(person.guild, MemberId(0), person.purpose);
        self.earliest(caller, now) != Turn::Now && self.earliest(somebody_else, now) == Turn::Now
    }

    pub(super) fn pause_until(&mut self, until: Instant) {
        self.paused_until = Some(self.paused_until.map_or(until, |known| known.max(until)));
    }

    pub(super) fn usage(&self, now: Instant) -> Usage {
        Usage {
            for_polls: self.shares.most_of_all,
            last_minute: self.window.begun_lately(now),
            limit: self.shares.all,
            latency: self.latency,
            unreadable: 0,
        }
    }

    fn let_through(&mut self, ticket: Ticket, now: Instant) {
        let urgency = ticket.caller.urgency;
        self.queues.leave(ticket);
        self.window.begin(ticket, now);
        self.turns.took(urgency);
        if urgency != Urgency::Command {
            self.pace.took(now, self.interval());
        }
    }

    /// Of the servers that share a workspace one that has had half of what commands may have goes after the others, and of
    /// people whoever had the fewest calls goes first, so that nobody waits behind all that others typed at once.
    fn first(&self, urgency: Urgency) -> Option<Ticket> {
        let (people, servers) = (self.window.calls_of_people(), self.window.calls_of_servers());
        let half = self.most_commands().div_ceil(2);
        self.queues.first(urgency, |ticket| {
            let person = ticket.caller.person;
            let has_had_half = person.and_then(|one| servers.get(&one.guild)).is_some_and(|had| *had >= half);
            (has_had_half, person.and_then(|one| people.get(&one.member)).copied())
        })
    }

    /// Whether somebody else who may go now goes first.
    fn is_preceded(&self, urgency: Urgency, now: Instant) -> bool {
        self.turns.before(urgency).iter().any(|other| {
            self.first(*other).is_some_and(|first| self.earliest(first.caller, now) == Turn::Now)
        })
    }

    /// When a call may go, were it the only one that waits.
    fn earliest(&self, caller: Caller, now: Instant) -> Turn {
        let pause = self.paused_until.filter(|until| *until > now).map_or(Turn::Now, Turn::At);
        let open = later(pause, self.window.room(now, self.shares.all, |_| true));
        let kind = match caller.urgency {
            Urgency::Command => self.room_for_command(caller, now),
            Urgency::Poll => self.unhurried(now, self.shares.burst()),
            Urgency::Export => self.left_by_polls(now),
            Urgency::Background => later(
                self.left_by_polls(now),
                self.window.room(now, self.shares.background, |caller| caller.urgency == Urgency::Background),
            ),
        };
        later(open, kind)
    }

    /// Polls that came in the last minute will come again: what they need is kept from commands all the while, since a
    /// poll that finds the window full has to wait until the first of its calls is a minute old.
    ///
    /// Of the rest nobody gets more calls than are left to others: a person's own count twice. Four who flood leave as
    /// many as each of them had to a fifth.
    fn room_for_command(&self, caller: Caller, now: Instant) -> Turn {
        let most = self.most_commands();
        let member = |caller: Caller| caller.person.map(|person| person.member);
        let room = self.window.room_beside(0, now, most, |other| match other.urgency {
            Urgency::Command if member(other).is_some() && member(other) == member(caller) => 2,
            Urgency::Command => 1,
            _ => 0,
        });
        caller.person.map_or(room, |person| later(room, self.room_beside_other_servers(person.guild, now)))
    }

    /// Where people of other servers ask too, a server leaves them twice what they had lately and some more, until each side
    /// has half.
    fn room_beside_other_servers(&self, guild: GuildId, now: Instant) -> Turn {
        let theirs = |caller: Caller| caller.person.is_some_and(|one| one.guild == guild);
        let others = |caller: Caller| caller.person.is_some_and(|one| one.guild != guild);
        let waiting = u32::try_from(self.queues.commands(others)).unwrap_or(u32::MAX);
        let asked = self.window.count(others).saturating_add(waiting);
        if asked == 0 {
            return Turn::Now;
        }
        let most = self.most_commands();
        let left = asked.saturating_mul(2).saturating_add(MORE_FOR_OTHER_SERVERS);
        self.window.room(now, most.saturating_sub(left).max(most.div_ceil(2)), theirs)
    }

    fn most_commands(&self) -> u32 {
        let polls = self.window.count(|caller| caller.urgency == Urgency::Poll);
        let there_are_polls = self.queues.polls_wait() || polls > 0;
        if there_are_polls { self.shares.commands } else { self.shares.most_of_all }
    }

    /// What polls and walks have together, of which so many may follow each other at once.
    fn unhurried(&self, now: Instant, burst: u32) -> Turn {
        let kept_for_others = self.shares.burst() - burst;
        let most = self.shares.most_of_all - kept_for_others;
        let room = self.window.room(now, most, |caller| caller.urgency != Urgency::Command);
        later(room, self.pace.earliest(now, self.interval(), burst))
    }

    /// Polls slow down evenly where commands take more than is kept free for them; else they would use up what is left
    /// and then wait for the rest of the minute.
    fn interval(&self) -> Duration {
        self.shares.interval(self.window.count(|caller| caller.urgency == Urgency::Command))
    }

    /// Walks go evenly and leave polls their burst, so that a poll finds its calls free; on their own turn they have the
    /// same right as a poll.
    fn left_by_polls(&self, now: Instant) -> Turn {
        self.unhurried(now, if self.turns.walks_are_due() { self.shares.burst() } else { 1 })
    }

    /// For how long a person gets no more calls. What waits counts too, or a hundred commands typed at once would all
    /// wait in front of everybody else's. What is only looked at afterwards does not: it was not asked for, and whoever
    /// changes things would have half as many changes.
    fn limited_for(&self, person: Person, now: Instant) -> Option<Duration> {
        let theirs = |caller: Caller| caller.person.filter(|one| one.member == person.member);
        let suggested = |caller| theirs(caller).is_some_and(|one| one.purpose == Purpose::Suggestion);
        let counts = |caller| theirs(caller).is_some_and(|one| one.purpose != Purpose::Look);
        let all = self.room_with(now, PERSONS_CALLS, counts);
        let turn = match person.purpose {
            Purpose::Look => Turn::Now,
            Purpose::Asked => all,
            Purpose::Suggestion => later(all, self.room_with(now, PERSONS_SUGGESTIONS, suggested)),
        };
        match turn {
            Turn::Now => None,
            Turn::At(at) => Some(at - now),
            Turn::WhenChanged => Some(WINDOW),
        }
    }

    /// Room for one more of these callers, where the commands that wait count as well.
    fn room_with(&self, now: Instant, most: u32, of: impl Fn(Caller) -> bool) -> Turn {
        let waiting = self.queues.commands(&of);
        self.window.room_beside(waiting, now, most, |caller| usize::from(of(caller)))
    }
}

/// The later of two; what waits for a change is not known to end.
fn later(one: Turn, other: Turn) -> Turn {
    match (one, other) {
        (Turn::WhenChanged, _) | (_, Turn::WhenChanged) => Turn::WhenChanged,
        (Turn::At(one), Turn::At(other)) => Turn::At(one.max(other)),
        (Turn::At(at), Turn::Now) | (Turn::Now, Turn::At(at)) => Turn::At(at),
        (Turn::Now, Turn::Now) => Turn::Now,
    }
}
