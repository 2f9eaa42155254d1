//! What is kept of a single lead or user, and how it is erased.
//!
//! An erasure leaves nothing by which anybody could tell who it was: of the contact's id and of the ids of its events only
//! a keyed digest stays. By that the contact is known again: whatever Intercom tells of it from then on is passed over, as
//! if it had been told before, until the erasure is taken back.

use async_trait::async_trait;
use serde::{Deserialize, Serialize};

use super::error::Stored;
use crate::contact::Role;
use crate::delivery::{DeadLetter, PostedMessage};
use crate::difference::StoredSnapshot;
use crate::event::{Actor, Entry};
use crate::home::Home;
use crate::ids::{ChannelId, ContactId, GuildId, MessageId, WorkspaceId};
use crate::time::UnixMillis;

/// All that is kept of a lead or user in a workspace.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct KeptOf {
    /// What was journaled about it, its conversations too.
    pub events: Vec<Entry>,
    /// What changes are compared with.
    pub snapshots: Vec<StoredSnapshot>,
    /// What could not be posted, in all servers of the workspace.
    pub failed: Vec<DeadLetter>,
    /// Who made it with a command, if that is still kept.
    pub actor: Option<Actor>,
    /// How often Intercom told of it what was not looked at yet.
    pub hints: u64,
    /// The messages that show it, in all servers of the workspace. Of one that was erased, those of servers that did not
    /// ask for it.
    pub messages: Vec<PostedMessage>,
    /// Those of them that show others, too.
    pub with_others: Vec<MessageId>,
    /// When it was erased, if it is.
    pub erased: Option<UnixMillis>,
}

/// How much of a contact is erased.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Extent {
    /// What one server has: its messages, and what could not be posted there.
    Server,
    /// All that is kept in the workspace, and the messages of the server.
    Workspace,
}

/// How far an erasure has come.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Erased {
    /// Events that went from the journal in this call.
    pub events: u64,
    /// Those that some notification still waited for, once for each, and those that could not be posted: they are dropped,
    /// and counted by [`Deliveries::dropped`](super::Deliveries::dropped).
    pub dropped: u64,
    /// Events that are on their way just now: they are settled first, and go with a later call.
    pub in_flight: u64,
}

/// What is kept of single contacts.
#[cfg_attr(any(test, feature = "mock"), mockall::automock)]
#[async_trait]
pub trait Erasure: Send + Sync {
    /// All that is kept of a contact.
    async fn kept_of(&self, workspace: &WorkspaceId, contact: &ContactId) -> Stored<KeptOf>;

    /// Begins an erasure that a server asks for. With [`Extent::Workspace`] nothing new is kept of the contact from then
    /// on. The messages that it concerns are edited no more. It has to be brought to its end: [`Erasure::erase_contact`].
    async fn begin_erasure(&self, home: &Home, contact: &ContactId, extent: Extent) -> Stored<()>;

    /// Erases what can be erased by now; the messages of the server that asked are to be deleted from then on
    /// ([`Deletions`]). To be called again while something is on its way. One that was not begun, or is at its end,
    /// erases nothing.
    async fn erase_contact(&self, workspace: &WorkspaceId, contact: &ContactId) -> Stored<Erased>;

    /// The contacts of which an erasure was begun and is not at its end.
    async fn unfinished_erasures(&self, workspace: &WorkspaceId) -> Stored<Vec<ContactId>>;

    /// Announces a contact again from now on. What happened before is not announced: a user's first sight is silent, and a
    /// lead can still become a user. `false` where it was not erased.
    async fn take_erasure_back(
        &self,
        workspace: &WorkspaceId,
        contact: &ContactId,
        role: Option<Role>,
    ) -> Stored<bool>;
}

/// A message of ours that is to be deleted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct Unwanted {
    /// The server.
    pub guild: GuildId,
    /// The channel.
    pub channel: ChannelId,
    /// The message.
    pub message: MessageId,
}

/// Messages with cards that stand in a server.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct StandingCards {
    /// How many.
    pub messages: u64,
    /// When the first of them was posted.
    pub since: Option<UnixMillis>,
}

impl From<&PostedMessage> for Unwanted {
    fn from(posted: &PostedMessage) -> Self {
        Self { guild: posted.guild, channel: posted.channel, message: posted.message }
    }
}

/// The messages that are to be deleted: numbers alone, which outlive the workspace whose cards they show.
#[cfg_attr(any(test, feature = "mock"), mockall::automock)]
#[async_trait]
pub trait Deletions: Send + Sync {
    /// The first messages that are to be deleted after one, by server and channel, at most `limit`.
    async fn unwanted(&self, after: Option<Unwanted>, limit: usize) -> Stored<Vec<Unwanted>>;

    /// Those of one server.
    async fn unwanted_in(&self, guild: GuildId) -> Stored<Vec<Unwanted>>;

    /// The messages with cards that stand in a server, of the workspaces that it had before, too, as far as that is still
    /// known.
    async fn standing(&self, home: &Home) -> Stored<StandingCards>;

    /// A message is gone, or can never be deleted.
    async fn settled_deletion(&self, message: Unwanted) -> Stored<()>;
}
