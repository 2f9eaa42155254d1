//! The throttle's book: which calls count, who waits, and whose turn it is. No waiting happens here.

use std::{collections::VecDeque, time::Duration};

use deskbell_desk::port::intercom::Usage;
use tokio::time::Instant;

use super::pace::Pace;
use super::{Caller, Person, Purpose, Urgency};

/// The span over which calls are counted.
const WINDOW: Duration = Duration::from_mins(1);
/// Calls kept free for commands, at most.
const MOST_RESERVED: u32 = 20;
/// How many calls one person has in a window, and how many of them may be for suggestions.
const PERSONS_CALLS: u32 = 20;
const PERSONS_SUGGESTIONS: u32 = 12;
/// Every so many turns of those who are in no hurry a waiting walk goes before a waiting poll.
const WALKS_TURN: u32 = 10;
/// Where both could always go, three commands go to two calls of those who are in no hurry: each command costs two, each
/// of the others gives three back, and from this many on commands stand back.
const COMMANDS_STAND_BACK: u32 = 6;

/// Names one call, from the queue to the end of its window.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Ticket {
    number: u64,
    caller: Caller,
}

/// What the holder of a ticket may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Turn {
    /// Go.
    Now,
    /// Look again at this time, or earlier if something changes.
    At(Instant),
    /// Wait for a change: somebody else goes first, or every call that counts is still running.
    WhenChanged,
}

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

/// A call that counts.
struct Counted {
    ticket: Ticket,
    begun: Instant,
    ended: Option<Instant>,
}

pub(super) struct State {
    shares: Shares,
    counted: VecDeque<Counted>,
    commands: VecDeque<Ticket>,
    polls: VecDeque<Ticket>,
    /// The walk over all users and exports, which take turns.
    walks: VecDeque<Ticket>,
    next_number: u64,
    pace: Pace,
    polls_in_a_row: u32,
    /// How far commands are ahead of their share of the turns.
    commands_ahead: u32,
    paused_until: Option<Instant>,
    pub(super) latency: Option<Duration>,
}

impl State {
    pub(super) fn new(calls_per_minute: u32) -> Self {
        Self {
            shares: Shares::of(calls_per_minute),
            counted: VecDeque::new(),
            commands: VecDeque::new(),
            polls: VecDeque::new(),
            walks: VecDeque::new(),
            next_number: 0,
            pace: Pace::default(),
            polls_in_a_row: 0,
            commands_ahead: 0,
            paused_until: None,
            latency: None,
        }
    }

    /// A place in the queue; where the person's own limit is reached, how long it is.
    pub(super) fn queue_up(&mut self, caller: Caller, now: Instant) -> Result<Ticket, Duration> {
        self.forget_old(now);
        if let Some(after) = caller.person.and_then(|person| self.limited_for(person, now)) {
            return Err(after);
        }
        let ticket = Ticket { number: self.next_number, caller };
        self.next_number += 1;
        self.queue(caller.urgency).push_back(ticket);
        Ok(ticket)
    }

    pub(super) fn leave(&mut self, ticket: Ticket) {
        self.queue(ticket.caller.urgency).retain(|waiting| *waiting != ticket);
    }

    /// Whether it is this ticket's turn; if so the call is counted from now on.
    pub(super) fn turn(&mut self, ticket: Ticket, now: Instant) -> Turn {
        self.forget_old(now);
        let urgency = ticket.caller.urgency;
        if self.queue(urgency).front() != Some(&ticket) {
            return self.behind_others(urgency, now);
        }
        match self.earliest(urgency, now) {
            Turn::Now if self.is_preceded(urgency, now) => Turn::WhenChanged,
            Turn::Now => {
                self.let_through(ticket, now);
                Turn::Now
            }
            later => later,
        }
    }

    pub(super) fn ended(&mut self, ticket: Ticket, now: Instant) {
        if let Some(call) = self.counted.iter_mut().find(|call| call.ticket == ticket) {
            call.ended = Some(now);
        }
    }

    pub(super) fn pause_until(&mut self, until: Instant) {
        self.paused_until = Some(self.paused_until.map_or(until, |known| known.max(until)));
    }

    pub(super) fn usage(&self, now: Instant) -> Usage {
        let recent = self.counted.iter().filter(|call| now.duration_since(call.begun) < WINDOW).count();
        Usage {
            last_minute: u32::try_from(recent).unwrap_or(u32::MAX),
            limit: self.shares.all,
            latency: self.latency,
            unreadable: 0,
        }
    }

    fn queue(&mut self, urgency: Urgency) -> &mut VecDeque<Ticket> {
        match urgency {
            Urgency::Command => &mut self.commands,
            Urgency::Poll => &mut self.polls,
            Urgency::Background | Urgency::Export => &mut self.walks,
        }
    }

    /// A place behind the front learns at once if even the front has to wait, so that a command can give up early.
    fn behind_others(&self, urgency: Urgency, now: Instant) -> Turn {
        match self.earliest(urgency, now) {
            Turn::Now => Turn::WhenChanged,
            later => later,
        }
    }

    fn forget_old(&mut self, now: Instant) {
        self.counted.retain(|call| call.ended.is_none_or(|ended| now.duration_since(ended) < WINDOW));
    }

    fn let_through(&mut self, ticket: Ticket, now: Instant) {
        let urgency = ticket.caller.urgency;
        self.queue(urgency).pop_front();
        self.counted.push_back(Counted { ticket, begun: now, ended: None });
        match urgency {
            Urgency::Command => {
                self.commands_ahead = (self.commands_ahead + 2).min(COMMANDS_STAND_BACK + 1);
                return;
            }
            Urgency::Poll => self.polls_in_a_row += 1,
            Urgency::Background | Urgency::Export => self.polls_in_a_row = 0,
        }
        self.commands_ahead = self.commands_ahead.saturating_sub(3);
        self.pace.took(now, self.interval());
    }

    /// Whether somebody else who may go now goes first.
    fn is_preceded(&self, urgency: Urgency, now: Instant) -> bool {
        let ready = |queue: &VecDeque<Ticket>| {
            queue.front().is_some_and(|first| self.earliest(first.caller.urgency, now) == Turn::Now)
        };
        let commands_stand_back = self.commands_ahead >= COMMANDS_STAND_BACK;
        let command_goes = !commands_stand_back && ready(&self.commands);
        match urgency {
            Urgency::Command => commands_stand_back && (ready(&self.polls) || ready(&self.walks)),
            Urgency::Poll => command_goes || (self.walks_are_due() && ready(&self.walks)),
            Urgency::Background | Urgency::Export => {
                command_goes || (!self.walks_are_due() && ready(&self.polls))
            }
        }
    }

    fn walks_are_due(&self) -> bool {
        self.polls_in_a_row >= WALKS_TURN - 1
    }

    /// When a call of this kind may go, were it the only one that waits.
    fn earliest(&self, urgency: Urgency, now: Instant) -> Turn {
        let pause = self.paused_until.filter(|until| *until > now).map_or(Turn::Now, Turn::At);
        let open = later(pause, self.room(now, self.shares.all, |_| true));
        let kind = match urgency {
            Urgency::Command => self.room_for_commands(now),
            Urgency::Poll => self.unhurried(now, self.shares.burst()),
            Urgency::Export => self.left_by_polls(now),
            Urgency::Background => later(
                self.left_by_polls(now),
                self.room(now, self.shares.background, |caller| caller.urgency == Urgency::Background),
            ),
        };
        later(open, kind)
    }

    /// Polls that came in the last minute will come again: what they need is kept from commands all the while, since a
    /// poll that finds the window full has to wait until the first of its calls is a minute old.
    fn room_for_commands(&self, now: Instant) -> Turn {
        let has_polled = |call: &Counted| call.ticket.caller.urgency == Urgency::Poll;
        let there_are_polls = !self.polls.is_empty() || self.counted.iter().any(has_polled);
        let most = if there_are_polls { self.shares.commands } else { self.shares.most_of_all };
        self.room(now, most, |caller| caller.urgency == Urgency::Command)
    }

    /// What polls and walks have together, of which so many may follow each other at once.
    fn unhurried(&self, now: Instant, burst: u32) -> Turn {
        let kept_for_others = self.shares.burst() - burst;
        let most = self.shares.most_of_all - kept_for_others;
        let room = self.room(now, most, |caller| caller.urgency != Urgency::Command);
        later(room, self.pace.earliest(now, self.interval(), burst))
    }

    /// Polls slow down evenly where commands take more than is kept free for them; else they would use up what is left
    /// and then wait for the rest of the minute.
    fn interval(&self) -> Duration {
        let commands = self.counted.iter().filter(|call| call.ticket.caller.urgency == Urgency::Command);
        self.shares.interval(u32::try_from(commands.count()).unwrap_or(u32::MAX))
    }

    /// Walks go evenly and leave polls their burst, so that a poll finds its calls free; on their own turn they have the
    /// same right as a poll.
    fn left_by_polls(&self, now: Instant) -> Turn {
        self.unhurried(now, if self.walks_are_due() { self.shares.burst() } else { 1 })
    }

    /// For how long a person gets no more calls. What waits counts too, or a hundred commands typed at once would all
    /// wait in front of everybody else's.
    fn limited_for(&self, person: Person, now: Instant) -> Option<Duration> {
        let theirs = |caller: Caller| caller.person.filter(|one| one.member == person.member);
        let suggested = |caller| theirs(caller).is_some_and(|one| one.purpose == Purpose::Suggestion);
        let all = self.room_with(now, PERSONS_CALLS, |caller| theirs(caller).is_some());
        let turn = match person.purpose {
            Purpose::Asked => all,
            Purpose::Suggestion => later(all, self.room_with(now, PERSONS_SUGGESTIONS, suggested)),
        };
        match turn {
            Turn::Now => None,
            Turn::At(at) => Some(at - now),
            Turn::WhenChanged => Some(WINDOW),
        }
    }

    /// Whether fewer than `most` calls of these callers count now; else when the one ends whose end makes room.
    fn room(&self, now: Instant, most: u32, of: impl Fn(Caller) -> bool) -> Turn {
        self.room_beside(0, now, most, of)
    }

    /// The same, where the commands that wait count as well.
    fn room_with(&self, now: Instant, most: u32, of: impl Fn(Caller) -> bool) -> Turn {
        let waiting = self.commands.iter().filter(|ticket| of(ticket.caller)).count();
        self.room_beside(waiting, now, most, of)
    }

    fn room_beside(&self, waiting: usize, now: Instant, most: u32, of: impl Fn(Caller) -> bool) -> Turn {
        let counting = self.counted.iter().filter(|call| of(call.ticket.caller));
        let counting =
            counting.filter(|call| call.ended.is_none_or(|ended| now.duration_since(ended) < WINDOW));
        let (mut ends, mut running) = (Vec::new(), 0_usize);
        for call in counting {
            match call.ended {
                Some(ended) => ends.push(ended),
                None => running += 1,
            }
        }
        let most = usize::try_from(most).unwrap_or(usize::MAX);
        let too_many = (ends.len() + running + waiting + 1).saturating_sub(most);
        if too_many == 0 {
            return Turn::Now;
        }
        ends.sort_unstable();
        ends.get(too_many - 1).map_or(Turn::WhenChanged, |ended| Turn::At(*ended + WINDOW))
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
