//! What is kept for a while only.

use async_trait::async_trait;

use super::error::Stored;
use crate::event::EventKind;
use crate::home::Home;
use crate::ids::{ChannelId, RoleId};
use crate::time::UnixMillis;

/// What a text is kept under.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ShortLivedKey {
    /// The state behind the buttons of a reply, which does not fit their 100 characters: those bear `key`.
    Buttons {
        /// Where the reply is: a key from elsewhere finds nothing.
        home: Home,
        /// Short, and guessable by nobody.
        key: String,
    },
    /// Words that a member sends to Intercom.
    Outgoing {
        /// Where they were typed.
        home: Home,
        /// Short, and guessable by nobody.
        key: String,
    },
    /// What people of a server were last told of who reads a channel.
    AudienceTold {
        /// The server.
        home: Home,
        /// The channel.
        channel: ChannelId,
    },
    /// The settings of a notification that was removed.
    RemovedNotification {
        /// The server.
        home: Home,
        /// What it showed.
        kind: EventKind,
        /// Where.
        channel: ChannelId,
    },
    /// What a role might do whose access was taken.
    TakenAccess {
        /// The server.
        home: Home,
        /// The role.
        role: RoleId,
    },
    /// The workspace that Intercom told for a token. It names no workspace, since that is what it finds.
    TokenWorkspace {
        /// Of the token and of the address that told it; the token cannot be had from it.
        digest: String,
    },
    /// What somebody was given to connect a server in a browser. It names no workspace: which one is allowed, they say there.
    ConnectState {
        /// Of the state; nobody who reads the key can use it.
        digest: String,
    },
    /// The server that the operator's workspace was given to because the bot was in no other.
    OperatorServer,
}

/// Where words are kept that a member sends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutgoingKey {
    /// Where they were typed.
    pub home: Home,
    /// Their own key.
    pub key: String,
}

impl From<OutgoingKey> for ShortLivedKey {
    fn from(OutgoingKey { home, key }: OutgoingKey) -> Self {
        Self::Outgoing { home, key }
    }
}

/// What pruning short-lived texts did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct PrunedKept {
    /// Texts thrown away.
    pub texts: u64,
    /// Whether there is more to do.
    pub more: bool,
}

/// Short texts, each kept until a time.
#[cfg_attr(any(test, feature = "mock"), mockall::automock)]
#[async_trait]
pub trait ShortLived: Send + Sync {
    /// Keeps a text until a time, in place of what was kept under this key.
    async fn keep(&self, key: &ShortLivedKey, text: &str, until: UnixMillis) -> Stored<()>;

    /// A text that was kept, if its time is not over.
    async fn kept(&self, key: &ShortLivedKey, now: UnixMillis) -> Stored<Option<String>>;

    /// The same, and throws it away: of several who ask, one gets it.
    async fn take(&self, key: &ShortLivedKey, now: UnixMillis) -> Stored<Option<String>>;

    /// Throws a text away before its time.
    async fn forget(&self, key: &ShortLivedKey) -> Stored<()>;

    /// The keys of all words that members send, in all workspaces.
    async fn outgoing(&self) -> Stored<Vec<OutgoingKey>>;

    /// Throws away the texts of all workspaces whose time is over, a bounded piece at a time; to be called again while
    /// it says so.
    async fn prune_kept(&self, now: UnixMillis) -> Stored<PrunedKept>;
}
