//! The Messenger: posts messages in channels and finds them again. Every answer of Discord becomes one of few
//! outcomes, each with one reaction (facts of Discord, section 4).

use std::time::Duration;

use async_trait::async_trait;

use crate::announcement::Announcement;
use crate::channel::Permission;
use crate::delivery::{Nonce, Reference};
use crate::ids::{ChannelId, MessageId};
use crate::time::UnixMillis;

/// Posts messages and looks for them.
#[cfg_attr(feature = "mock", mockall::automock)]
#[async_trait]
pub trait Messenger: Send + Sync {
    /// Sends one Create Message with `enforce_nonce`. Never repeats by itself. Ends within 15 s.
    async fn post(&self, channel: ChannelId, message: &Announcement, nonce: &Nonce) -> PostOutcome;

    /// Looks in the channel's history, from `since` to the present (at most 20 pages of 100), for a message of the
    /// bot's own with this reference. `known` are messages known to be ours: unless one can be fetched or
    /// the history shows anything, reading counts as impossible, for without Read Message History Discord answers an
    /// empty list.
    async fn find(
        &self,
        channel: ChannelId,
        since: UnixMillis,
        reference: &Reference,
        known: &[MessageId],
    ) -> FindOutcome;
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
    /// Certainly not posted; this very message never will be. Error code and refused paths, no text of the message.
    Refused {
        /// For the log and the dead letter.
        reason: String,
    },
    /// Certainly not posted; nothing can be posted there until somebody changes something.
    Closed(ClosedReason),
    /// The token is refused: nothing can be posted anywhere.
    Unauthorized,
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

/// Why nothing can be posted in a channel.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ClosedReason {
    /// 50001, 50013: these permissions, where Discord or the channel's settings tell.
    MissingPermissions(Vec<Permission>),
    /// 10003: the channel is unknown.
    ChannelGone,
    /// 50008, 50024, 40058, 160005: the wrong kind of channel, or a locked thread.
    ChannelUnfit,
    /// 10004: the server is unknown.
    NotInGuild,
}

/// How a search in a channel's history ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FindOutcome {
    /// It stands there.
    Found(MessageId),
    /// The history could be read, and it is not there.
    Absent,
    /// The history cannot be read.
    Unreadable,
    /// Discord did not answer; ask again later.
    Unavailable,
}
