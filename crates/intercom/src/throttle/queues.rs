//! Who waits, and who of those that wait is next.

use std::collections::VecDeque;

use super::turn::Ticket;
use super::{Caller, Urgency};

/// Every so many turns of those who are in no hurry a waiting walk goes before a waiting poll.
const WALKS_TURN: u32 = 10;
/// Every so many turns of walks a waiting export goes before the waiting walk over all users.
const EXPORTS_TURN: u32 = 5;
/// Where both could always go, three commands go to two calls of those who are in no hurry: each command costs two, each
/// of the others gives three back, and from this many on commands stand back.
const COMMANDS_STAND_BACK: u32 = 6;

/// Who waits, in the order in which they came.
#[derive(Default)]
pub(super) struct Queues {
    commands: VecDeque<Ticket>,
    polls: VecDeque<Ticket>,
    background: VecDeque<Ticket>,
    exports: VecDeque<Ticket>,
}

impl Queues {
    pub(super) fn join(&mut self, ticket: Ticket) {
        self.of(ticket.caller.urgency).push_back(ticket);
    }

    pub(super) fn leave(&mut self, ticket: Ticket) {
        self.of(ticket.caller.urgency).retain(|waiting| *waiting != ticket);
    }

    pub(super) fn polls_wait(&self) -> bool {
        !self.polls.is_empty()
    }

    /// How many commands of these callers wait.
    pub(super) fn commands(&self, of: impl Fn(Caller) -> bool) -> usize {
        self.commands.iter().filter(|ticket| of(ticket.caller)).count()
    }

    /// Who is served first of those who ask for the same: among commands whoever has the first place, and else whoever
    /// came first.
    pub(super) fn first<Place: Ord>(
        &self,
        urgency: Urgency,
        place: impl Fn(&Ticket) -> Place,
    ) -> Option<Ticket> {
        match urgency {
            Urgency::Command => {
                self.commands.iter().min_by_key(|ticket| (place(ticket), ticket.number)).copied()
            }
            Urgency::Poll => self.polls.front().copied(),
            Urgency::Background => self.background.front().copied(),
            Urgency::Export => self.exports.front().copied(),
        }
    }

    fn of(&mut self, urgency: Urgency) -> &mut VecDeque<Ticket> {
        match urgency {
            Urgency::Command => &mut self.commands,
            Urgency::Poll => &mut self.polls,
            Urgency::Background => &mut self.background,
            Urgency::Export => &mut self.exports,
        }
    }
}

/// Whose turn it was lately, so that nobody who goes first goes always.
#[derive(Default)]
pub(crate) struct Turns {
    polls_in_a_row: u32,
    background_in_a_row: u32,
    /// How far commands are ahead of their share of the turns.
    commands_ahead: u32,
}

impl Turns {
    pub(crate) fn took(&mut self, urgency: Urgency) {
        if urgency == Urgency::Command {
            self.commands_ahead = (self.commands_ahead + 2).min(COMMANDS_STAND_BACK + 1);
            return;
        }
        self.commands_ahead = self.commands_ahead.saturating_sub(3);
        self.polls_in_a_row = if urgency == Urgency::Poll { self.polls_in_a_row + 1 } else { 0 };
        match urgency {
            Urgency::Background => self.background_in_a_row += 1,
            Urgency::Export => self.background_in_a_row = 0,
            Urgency::Command | Urgency::Poll => {}
        }
    }

    pub(super) fn walks_are_due(&self) -> bool {
        self.polls_in_a_row >= WALKS_TURN - 1
    }

    /// Who goes before a caller, if ready.
    pub(crate) fn before(&self, urgency: Urgency) -> &'static [Urgency] {
        use Urgency::{Background, Command, Export, Poll};
        let commands_stand_back = self.commands_ahead >= COMMANDS_STAND_BACK;
        let export_is_due = self.background_in_a_row >= EXPORTS_TURN - 1;
        let order: &[Urgency] = match (self.walks_are_due(), export_is_due) {
            (false, false) => &[Command, Poll, Background, Export],
            (false, true) => &[Command, Poll, Export, Background],
            (true, false) => &[Command, Background, Export, Poll],
            (true, true) => &[Command, Export, Background, Poll],
        };
        let place = order.iter().position(|one| *one == urgency).unwrap_or_default();
        match (commands_stand_back, urgency) {
            (true, Command) => &order[1..],
            (true, _) => &order[1..place],
            (false, _) => &order[..place],
        }
    }
}
