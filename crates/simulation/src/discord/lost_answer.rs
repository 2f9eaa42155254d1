//! A message whose answer is lost, and what happens before the bot asks again: the channel is closed, a rule of the
//! server refuses it, somebody takes its embeds away or deletes it.

use deskbell_domain::channel::Obstacle;
use deskbell_domain::time::UnixMillis;

/// The answer to the next message with cards is lost.
#[derive(Debug, Clone)]
pub(crate) struct LostAnswer {
    /// For so many milliseconds every further post in the channel fails with a 5xx.
    pub(crate) silent_ms: i64,
    /// What happens at once.
    pub(crate) then: Afterwards,
}

/// What happens to a channel or a message of which the bot does not know.
#[derive(Debug, Clone)]
pub(crate) enum Afterwards {
    /// Nothing can be posted in the channel, for so many milliseconds.
    Closed(Obstacle, i64),
    /// A rule of the server refuses whatever is posted in the channel, for so many milliseconds.
    Refused(i64),
    /// The message's embeds are removed.
    Stripped(Left),
    /// The message is deleted.
    Deleted,
}

/// What somebody leaves of a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Left {
    /// Its line and its buttons.
    Controls,
    /// Its line.
    Line,
    /// Nothing by which it can be known.
    Nothing,
}

/// What is wrong with a channel, and until when.
#[derive(Debug, Clone, Default)]
pub(super) struct Trouble {
    pub(super) silent_until: UnixMillis,
    pub(super) refusing_until: UnixMillis,
    pub(super) closed: Option<(Obstacle, UnixMillis)>,
}

impl Trouble {
    pub(super) fn refuses_at(&self, now: UnixMillis) -> bool {
        self.refusing_until > now
    }

    pub(super) fn closed_at(&self, now: UnixMillis) -> Option<&Obstacle> {
        self.closed.as_ref().filter(|(_, until)| *until > now).map(|(reason, _)| reason)
    }
}
