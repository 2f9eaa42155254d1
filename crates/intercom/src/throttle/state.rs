//! The throttle's book: which calls count, who waits, and whose turn it is. No waiting happens here.

use std::{collections::VecDeque, time::Duration};

use deskbell_desk::port::intercom::Usage;
use tokio::time::Instant;

use super::Urgency;

/// The span over which calls are counted.
const WINDOW: Duration = Duration::from_mins(1);
/// Calls kept free for commands, at most.
const MOST_RESERVED: u32 = 20;
/// Every so many turns a waiting background walk goes before a waiting poll.
const BACKGROUND_TURN: u32 = 4;

/// Names one call, from the queue to the end of its window.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Ticket {
    number: u64,
    urgency: Urgency,
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
    unhurried: u32,
    background: u32,
}

impl Shares {
    fn of(calls_per_minute: u32) -> Self {
        let all = calls_per_minute.max(1);
        let unhurried = all - MOST_RESERVED.min(all / 5);
        Self { all, unhurried, background: (all / 3).max(1) }
    }

    /// The mean distance of unhurried calls.
    fn interval(self) -> Duration {
        WINDOW / self.unhurried
    }

    /// How many unhurried calls may follow each other at once.
    fn burst(self) -> u32 {
        (self.unhurried / 8).max(1)
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
    background: VecDeque<Ticket>,
    next_number: u64,
    /// When the next unhurried call would be due if all came evenly (the generic cell rate algorithm).
    due: Option<Instant>,
    polls_in_a_row: u32,
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
            background: VecDeque::new(),
            next_number: 0,
            due: None,
            polls_in_a_row: 0,
            paused_until: None,
            latency: None,
        }
    }

    pub(super) fn queue_up(&mut self, urgency: Urgency) -> Ticket {
        let ticket = Ticket { number: self.next_number, urgency };
        self.next_number += 1;
        self.queue(urgency).push_back(ticket);
        ticket
    }

    pub(super) fn leave(&mut self, ticket: Ticket) {
        self.queue(ticket.urgency).retain(|waiting| *waiting != ticket);
    }

    /// Whether it is this ticket's turn; if so the call is counted from now on.
    pub(super) fn turn(&mut self, ticket: Ticket, now: Instant) -> Turn {
        self.forget_old(now);
        if self.queue(ticket.urgency).front() != Some(&ticket) {
            return self.behind_others(ticket.urgency, now);
        }
        match self.earliest(ticket.urgency, now) {
            Turn::Now if self.is_preceded(ticket.urgency, now) => Turn::WhenChanged,
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
        }
    }

    fn queue(&mut self, urgency: Urgency) -> &mut VecDeque<Ticket> {
        match urgency {
            Urgency::Command => &mut self.commands,
            Urgency::Poll => &mut self.polls,
            Urgency::Background => &mut self.background,
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
        self.queue(ticket.urgency).pop_front();
        self.counted.push_back(Counted { ticket, begun: now, ended: None });
        match ticket.urgency {
            Urgency::Command => return,
            Urgency::Poll => self.polls_in_a_row += 1,
            Urgency::Background => self.polls_in_a_row = 0,
        }
        self.due = Some(self.due.map_or(now, |due| due.max(now)) + self.shares.interval());
    }

    /// Whether somebody else who may go now goes first.
    fn is_preceded(&self, urgency: Urgency, now: Instant) -> bool {
        let ready = |other: Urgency, queue: &VecDeque<Ticket>| {
            !queue.is_empty() && self.earliest(other, now) == Turn::Now
        };
        let background_is_due = self.polls_in_a_row >= BACKGROUND_TURN - 1;
        match urgency {
            Urgency::Command => false,
            Urgency::Poll => {
                ready(Urgency::Command, &self.commands)
                    || (background_is_due && ready(Urgency::Background, &self.background))
            }
            Urgency::Background => {
                ready(Urgency::Command, &self.commands)
                    || (!background_is_due && ready(Urgency::Poll, &self.polls))
            }
        }
    }

    /// When a call of this kind may go, were it the only one that waits.
    fn earliest(&self, urgency: Urgency, now: Instant) -> Turn {
        let pause = self.paused_until.filter(|until| *until > now).map_or(Turn::Now, Turn::At);
        let all = self.room(now, self.shares.all, |_| true);
        if urgency == Urgency::Command {
            return later(pause, all);
        }
        let unhurried = self.room(now, self.shares.unhurried, |kind| kind != Urgency::Command);
        let turn = later(later(pause, all), later(unhurried, self.pace(now)));
        if urgency == Urgency::Poll {
            return turn;
        }
        later(turn, self.room(now, self.shares.background, |kind| kind == Urgency::Background))
    }

    /// Whether fewer than `most` calls of these kinds count now; else when the one ends whose end makes room.
    fn room(&self, now: Instant, most: u32, of: impl Fn(Urgency) -> bool) -> Turn {
        let counting = self.counted.iter().filter(|call| of(call.ticket.urgency));
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
        let too_many = (ends.len() + running + 1).saturating_sub(most);
        if too_many == 0 {
            return Turn::Now;
        }
        ends.sort_unstable();
        ends.get(too_many - 1).map_or(Turn::WhenChanged, |ended| Turn::At(*ended + WINDOW))
    }

    fn pace(&self, now: Instant) -> Turn {
        let ahead = self.shares.interval() * (self.shares.burst() - 1);
        match self.due {
            Some(due) if due > now + ahead => Turn::At(due - ahead),
            _ => Turn::Now,
        }
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
