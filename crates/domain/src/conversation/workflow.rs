//! A bot that is no AI agent, such as a Workflow's: the record of a conversation says nothing of it, and only its parts tell
//! whether it has the conversation.
//!
//! It has one that is assigned to it, and one in which it went on when a customer had answered it. A bot that greets, or
//! says when the team is back, has nothing: what a customer wrote it leaves to people, and nobody else would tell them. It
//! has the conversation until that is assigned, be it to nobody, or until a teammate speaks.

use super::counted::Stretches;
use super::thread::{began_with_people, is_anybodys};
use super::{Extent, Holder, Part, Speaker, Thread};
use crate::time::Timestamp;

/// So soon, in seconds, words answer the bot that spoke before; later they begin something new.
const ANSWERS: i64 = 3600;

/// Has it say of itself that such a bot has it, where one does.
pub fn note_bot(thread: &mut Thread) {
    let is_with_bot = has_it(thread);
    if let Some(now) = &mut thread.conversation.now {
        now.is_with_bot |= is_with_bot;
    }
}

/// Whether nobody waits for a person, since a bot has it that has not left the customer's last words alone.
pub(super) fn answers(thread: &Thread) -> bool {
    has_it(thread) && after(thread).unheard.is_none()
}

fn has_it(thread: &Thread) -> bool {
    !thread.bot_took_part && !is_anybodys(thread) && after(thread).has_it()
}

/// Where the words of a customer stand that were said to a bot.
pub(super) fn said_to_bot(thread: &Thread) -> Vec<usize> {
    let mut course = Course::of(thread);
    let mut places = Vec::new();
    for (place, part) in thread.parts.iter().enumerate().filter(|_| !thread.bot_took_part) {
        course.go_on(part);
        if part.is_said_by(Speaker::Customer) && course.is_spoken_to() {
            places.push(place);
        }
    }
    places
}

/// When a wait counts that began at this moment, by these parts: while such a bot does not have it. One that falls silent
/// has left the customer's words alone.
pub(super) fn counted(thread: &Thread, parts: &[Part], moment: Timestamp) -> Stretches {
    let mut course = Course::of(thread);
    let mut counted = Stretches::of(Some(moment), course.holder == Holder::People);
    for part in parts {
        let had_it = course.has_it();
        course.go_on(part);
        let at = part.at.max(moment);
        if course.has_it() {
            counted.close(at);
        } else if had_it || course.holder == Holder::People {
            counted.go_on(at);
        }
    }
    let left_alone = course.unheard.filter(|_| !is_anybodys(thread));
    counted.or_since(left_alone.map(|at| at.max(moment)))
}

fn after(thread: &Thread) -> Course {
    let mut course = Course::of(thread);
    for part in &thread.parts {
        course.go_on(part);
    }
    course
}

/// How it goes between a bot, a customer and the team.
struct Course {
    holder: Holder,
    talk: Talk,
    /// Since when a bot that has it by its words leaves a customer's alone.
    unheard: Option<Timestamp>,
}

/// How far a bot that nothing is assigned to is in a talk with the customer.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Talk {
    /// It has not begun.
    Silent,
    /// It spoke last, then.
    Spoke(Timestamp),
    /// The customer answered it.
    Answered,
    /// It went on.
    GoesOn,
}

impl Course {
    fn of(thread: &Thread) -> Self {
        let is_peoples = thread.extent == Extent::Cut || began_with_people(thread);
        let holder = if is_peoples { Holder::People } else { Holder::Nobody };
        Self { holder, talk: Talk::Silent, unheard: None }
    }

    fn has_it(&self) -> bool {
        self.holder == Holder::Bot || self.talk == Talk::GoesOn
    }

    fn is_spoken_to(&self) -> bool {
        self.has_it() || self.talk == Talk::Answered
    }

    fn go_on(&mut self, part: &Part) {
        if let Some(to) = part.assigned {
            self.falls_to(to);
        }
        if !part.is_message() {
            return;
        }
        match part.speaker {
            Speaker::Teammate if self.holder == Holder::Bot => self.falls_to(Holder::Nobody),
            Speaker::Teammate => self.falls_to(self.holder),
            Speaker::Bot if self.holder == Holder::Nobody => self.bot_says(part.at),
            Speaker::Customer => self.customer_says(part.at),
            Speaker::Bot | Speaker::Nobody => {}
        }
    }

    fn falls_to(&mut self, holder: Holder) {
        (self.holder, self.talk, self.unheard) = (holder, Talk::Silent, None);
    }

    fn bot_says(&mut self, at: Timestamp) {
        self.unheard = None;
        self.talk = match self.talk {
            Talk::Answered | Talk::GoesOn => Talk::GoesOn,
            Talk::Silent | Talk::Spoke(_) => Talk::Spoke(at),
        };
    }

    fn customer_says(&mut self, at: Timestamp) {
        match self.talk {
            Talk::GoesOn => _ = self.unheard.get_or_insert(at),
            Talk::Spoke(said) if at.0 - said.0 <= ANSWERS => self.talk = Talk::Answered,
            Talk::Spoke(_) => self.talk = Talk::Silent,
            Talk::Silent | Talk::Answered => {}
        }
    }
}

#[cfg(test)]
mod tests;
