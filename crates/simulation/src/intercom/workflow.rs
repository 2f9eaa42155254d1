//! Whether the bot of a Workflow has a conversation, kept by those who speak in it: it has what is given to it, and what it
//! went on with when a customer had answered it within an hour. The record says nothing of it.

use std::collections::BTreeSet;

use deskbell_domain::ids::PartId;
use deskbell_domain::time::Timestamp;

use super::desk::{Deed, Doing};

/// So soon, in seconds, a customer answers it.
const ANSWERS: i64 = 3600;

/// What a Workflow's bot is doing in a conversation.
#[derive(Debug, Default)]
pub(crate) struct Workflow {
    turn: Turn,
    /// The words of customers that were said to it.
    heard: BTreeSet<PartId>,
    /// When something was done after which the bot had it, last.
    had_last: Option<Timestamp>,
    /// Whether people had it from the beginning, of which the record tells and no part does.
    is_begun_by_people: bool,
    /// Whether somebody said something that readings show late, or was given what people had without a part.
    is_blurred: bool,
}

/// How far it is since it was last given to anybody.
#[derive(Debug, Default)]
struct Turn {
    /// Whether it was given to the bot.
    is_given: bool,
    /// Whether people have it.
    is_peoples: bool,
    /// When the bot spoke, if nobody has spoken since.
    said: Option<Timestamp>,
    /// Whether a customer answered it.
    is_answered: bool,
    /// Whether it went on then.
    goes_on: bool,
    /// Whether it said nothing to what a customer said after that.
    is_silent: bool,
}

impl Workflow {
    /// Of a conversation that begins, and that people may have.
    pub(super) fn of(is_peoples: bool) -> Self {
        let turn = Turn { is_peoples, ..Turn::default() };
        Self { turn, is_begun_by_people: is_peoples, ..Self::default() }
    }

    pub(super) fn take(&mut self, doing: &Doing<'_>) {
        let deed = doing.deed;
        self.turn.take(deed, doing.at);
        let is_said = matches!(deed, Deed::CustomerSays | Deed::CustomerSaysUnseen(_));
        if is_said && self.turn.is_spoken_to() {
            self.heard.insert(doing.part.clone());
        }
        if self.turn.has_it() {
            self.had_last = Some(doing.at);
        }
        let is_given = matches!(deed, Deed::BotTakes | Deed::Assign | Deed::AssignWithWords | Deed::Unassign);
        self.is_blurred |=
            matches!(deed, Deed::CustomerSaysUnseen(_)) || (is_given && self.is_begun_by_people);
    }

    /// Whether the bot has it and is expected to speak, so that nobody waits for people.
    pub(super) fn is_expected(&self) -> bool {
        self.turn.has_it() && !self.turn.is_silent
    }

    /// Whether people have it.
    pub(super) fn is_peoples(&self) -> bool {
        self.turn.is_peoples
    }

    /// Whether some readings show it otherwise.
    pub(crate) fn is_blurred(&self) -> bool {
        self.is_blurred
    }

    /// Whether these words of a customer were said to it.
    pub(crate) fn heard(&self, part: &PartId) -> bool {
        self.heard.contains(part)
    }

    /// Whether the bot had it then or at any time later.
    pub(crate) fn had_since(&self, at: Timestamp) -> bool {
        self.had_last.is_some_and(|last| last >= at)
    }
}

impl Turn {
    fn take(&mut self, deed: Deed, at: Timestamp) {
        match deed {
            Deed::BotTakes => *self = Self { is_given: true, ..Self::default() },
            Deed::Assign | Deed::AssignWithWords => *self = Self { is_peoples: true, ..Self::default() },
            Deed::Unassign => *self = Self::default(),
            Deed::TeammateSays | Deed::Close => {
                *self = Self { is_peoples: self.is_peoples, ..Self::default() }
            }
            Deed::BotSays if !self.is_given && !self.is_peoples => self.says(at),
            Deed::CustomerSays | Deed::CustomerSaysUnseen(_) => self.hears(at),
            _ => {}
        }
    }

    fn says(&mut self, at: Timestamp) {
        self.goes_on |= self.is_answered;
        (self.said, self.is_silent) = (Some(at), false);
    }

    fn hears(&mut self, at: Timestamp) {
        self.is_silent = self.goes_on;
        if let Some(said) = self.said.take() {
            self.is_answered |= at.0 - said.0 <= ANSWERS;
        }
    }

    fn has_it(&self) -> bool {
        self.is_given || self.goes_on
    }

    fn is_spoken_to(&self) -> bool {
        self.has_it() || self.is_answered
    }
}
