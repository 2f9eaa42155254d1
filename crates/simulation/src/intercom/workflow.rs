//! Whether the bot of a Workflow has a conversation, kept by those who speak in it: it has what is given to it, and what it
//! went on with when a customer had answered it within an hour. The record says nothing of it.

use deskbell_domain::time::Timestamp;

use super::desk::Deed;

/// So soon, in seconds, a customer answers it.
const ANSWERS: i64 = 3600;

/// What a Workflow's bot is doing in a conversation.
#[derive(Debug, Default)]
pub(crate) struct Workflow {
    /// Whether it was given to the bot.
    is_given: bool,
    /// Whether it was given to people.
    is_peoples: bool,
    /// When the bot spoke, if nobody has spoken since.
    said: Option<Timestamp>,
    /// Whether a customer answered it.
    is_answered: bool,
    /// Whether it went on then.
    goes_on: bool,
    /// Whether it said nothing to what a customer said after that.
    is_silent: bool,
    /// Whether somebody said something that readings show late.
    is_blurred: bool,
}

impl Workflow {
    pub(super) fn take(&mut self, deed: Deed, at: Timestamp) {
        match deed {
            Deed::BotTakes => *self = Self { is_given: true, ..Self::default() },
            Deed::Assign | Deed::AssignWithWords => *self = Self { is_peoples: true, ..Self::default() },
            Deed::Unassign => *self = Self::default(),
            Deed::TeammateSays | Deed::Close => {
                *self = Self { is_peoples: self.is_peoples, ..Self::default() }
            }
            Deed::BotSays if !self.is_given && !self.is_peoples => self.says(at),
            Deed::CustomerSays => self.hears(at),
            Deed::CustomerSaysUnseen(_) => {
                self.hears(at);
                self.is_blurred = true;
            }
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

    /// Whether the bot has it and is expected to speak, so that nobody waits for people.
    pub(super) fn has_it(&self) -> bool {
        self.is_given || (self.goes_on && !self.is_silent)
    }

    /// Whether some readings show it otherwise.
    pub(super) fn is_blurred(&self) -> bool {
        self.is_blurred
    }
}
