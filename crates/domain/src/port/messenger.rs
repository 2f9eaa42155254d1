//! The Messenger: posts messages in channels and finds them again. Every answer of Discord becomes one of few
//! outcomes, each with one reaction.

use std::time::Duration;

use async_trait::async_trait;

use crate::channel::Obstacle;
use crate::delivery::{Nonce, Reference};
use crate::ids::{ChannelId, MessageId};
use crate::message::Message;
use crate::time::UnixMillis;

/// Posts messages and looks for them.
#[cfg_attr(feature = "mock", mockall::automock)]
#[async_trait]
pub trait Messenger: Send + Sync {
    /// Sends one Create Message with `enforce_nonce`. Never repeats by itself. Ends within 15 s.
    async fn post(&self, channel: ChannelId, message: &Message, nonce: &Nonce) -> PostOutcome;

    /// Looks in the channel's history, from a moment to the present (at most 20 pages of 100), for a message of the
    /// bot's own that shows a batch: by its reference, else by its plain line. Unless the history shows anything or a
    /// message known to be ours can be fetched, reading counts as impossible, for without Read Message History Discord
    /// answers an empty list.
    async fn find(&self, channel: ChannelId, sought: &Sought) -> FindOutcome;

    /// Puts cards and controls in the place of those of a message of the bot's own; its plain line stays as it was pushed,
    /// and nobody is pinged. Never repeats by itself. Ends within 15 s.
    async fn edit(&self, channel: ChannelId, message: MessageId, shown: &Message) -> EditOutcome;

    /// Asks for a channel's settings, which changes nothing: whether Discord itself answers just now, whatever becomes
    /// of a single message. Ends within 15 s.
    async fn probe(&self, channel: ChannelId) -> Probed;
}

/// Whether Discord itself answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Probed {
    /// It does, be it with a refusal.
    Answered,
    /// It does not, or what stands before it turns the call away.
    Unanswered,
}

/// A message that is looked for.
#[derive(Debug, Clone, PartialEq)]
pub struct Sought {
    /// Stands in the footer of its first card and in the `custom_id` of its first control.
    pub reference: Reference,
    /// Where in the history the look begins.
    pub since: UnixMillis,
    /// As what it may have been sent. A moderator can remove the cards of a message, and then only its plain line and
    /// its controls are left; one that bears no reference any more is recognised by the line of one of these.
    pub forms: Vec<Message>,
    /// Only a message younger than this one can be recognised by its line: those up to it are known to show others.
    pub line_after: MessageId,
    /// Messages known to be ours that show others.
    pub known: Vec<MessageId>,
}

/// How a post ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PostOutcome {
    /// It stands in the channel. The id is missing where the answer could not be read. `pace` is what the
    /// rate-limit headers said of the channel's next message.
    Posted {
        /// The message.
        message: Option<MessageId>,
        /// What the headers said.
        pace: Pace,
    },
    /// Nobody knows: a 5xx, a timeout, a reset, an answer cut before its status. To be repeated with the same nonce.
    Unknown,
    /// Certainly not posted; to be repeated after `after`.
    RateLimited {
        /// How long to wait.
        after: Duration,
        /// Who must wait.
        scope: LimitScope,
    },
    /// What stands before Discord turned the call away, and would turn any away: this says nothing of the channel, nor
    /// of the message. To be repeated with the same nonce after a pause.
    TurnedAway {
        /// The pause that it asks for.
        after: Option<Duration>,
        /// Whether the call may have passed all the same.
        passed: Passed,
    },
    /// Certainly not posted; this very message never will be. Error code and refused paths, no text of the message.
    Refused {
        /// For the log and the dead letter.
        reason: String,
    },
    /// Certainly not posted. Discord refused it with a code that nobody knows: it may speak of this message, or of the
    /// channel.
    Unexplained {
        /// For the log and the dead letter, as of what is refused.
        reason: String,
    },
    /// Certainly not posted; nothing can be posted there until somebody changes something.
    Closed(Obstacle),
    /// The token is refused: nothing can be posted anywhere.
    Unauthorized,
}

/// How an edit ended. It may be repeated, whatever became of it: it leaves the message in one state.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum EditOutcome {
    /// It shows so now.
    Edited {
        /// What the headers said of the channel's next edit.
        pace: Pace,
    },
    /// The message is not there any more.
    Gone,
    /// Not now: a limit, an outage, or nobody knows. To be repeated after `after`.
    Later {
        /// The pause that Discord asks for.
        after: Option<Duration>,
    },
    /// This state of the message is refused and always will be. Error code and refused paths, no text of the message.
    Refused {
        /// For the log.
        reason: String,
    },
    /// Nothing can be edited there until somebody changes something.
    Closed,
    /// The token is refused.
    Unauthorized,
}

/// Whether a call that was turned away before Discord may have passed all the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Passed {
    /// It certainly did not.
    No,
    /// Nobody knows.
    Perhaps,
}

/// What Discord's rate-limit headers said.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Pace {
    /// Nothing.
    #[default]
    Unsaid,
    /// That many messages may follow until the window ends.
    Left {
        /// `X-RateLimit-Limit`.
        limit: u32,
        /// `X-RateLimit-Remaining`.
        remaining: u32,
        /// `X-RateLimit-Reset-After`.
        reset_after: Duration,
    },
}

/// Who must wait after a 429.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LimitScope {
    /// This channel.
    Channel,
    /// Every channel: the bot's own limit, or a ban of the address.
    Everywhere,
}

/// How a search in a channel's history ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FindOutcome {
    /// It stands there.
    Found(MessageId),
    /// The history could be read, and it is not there.
    Absent,
    /// The history cannot be read, or does not tell it from another.
    Unreadable,
    /// Discord did not answer; ask again later.
    Unavailable,
    /// What stands before Discord turned the call away; ask again after a pause.
    TurnedAway {
        /// The pause that it asks for.
        after: Option<Duration>,
    },
}
