//! Who wants what: the subscriptions.

use async_trait::async_trait;

use super::change::ChangeOutcome;
use super::error::Stored;
use crate::home::Home;
use crate::ids::{JournalNumber, SubscriptionId, WorkspaceId};
use crate::subscription::Subscription;

/// A subscription to be made; the store gives it its id and its place in the journal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewSubscription {
    /// As it shall be; `id`, `after` and `version` are set by the store.
    pub subscription: Subscription,
    /// The journal's head when its floor was taken, if that was earlier: what was journaled since is for it.
    pub head: Option<JournalNumber>,
}

/// How making a subscription ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SubscriptionAdded {
    /// It is made.
    Added(Subscription),
    /// One of this kind stands in this channel already.
    AlreadyThere(Subscription),
}

/// How removing a subscription ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SubscriptionRemoved {
    /// It is removed, and with it these events, which are never posted.
    Removed(Leftover),
    /// It was gone already.
    AlreadyGone,
}

/// The events of a subscription that are not in its channel. Whoever ends it drops them.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Leftover {
    /// Those that wait, with those that may be on their way just now.
    pub waiting: u64,
    /// Its dead letters: those that could not be posted.
    pub failed: u64,
}

impl Leftover {
    /// All of them.
    pub fn count(self) -> u64 {
        self.waiting.saturating_add(self.failed)
    }
}

impl std::ops::AddAssign for Leftover {
    fn add_assign(&mut self, other: Self) {
        self.waiting = self.waiting.saturating_add(other.waiting);
        self.failed = self.failed.saturating_add(other.failed);
    }
}

/// The subscriptions of all servers.
#[cfg_attr(any(test, feature = "mock"), mockall::automock)]
#[async_trait]
pub trait Subscriptions: Send + Sync {
    /// The subscriptions of a server, by id. Where the server was connected to another workspace before, those to that
    /// one may be among them: whoever serves them looks at [`Subscription::workspace`].
    async fn guild_subscriptions(&self, home: &Home) -> Stored<Vec<Subscription>>;

    /// The subscriptions to a workspace, by id. One that cannot be read is left out and logged.
    async fn workspace_subscriptions(&self, workspace: &WorkspaceId) -> Stored<Vec<Subscription>>;

    /// Makes a subscription; its cursor starts at the given head, or at the present one.
    async fn add_subscription(&self, new: NewSubscription) -> Stored<SubscriptionAdded>;

    /// Replaces a subscription (detail, alert, state, …) if its version is still the given record's; the stored
    /// version is one higher afterwards. Id, guild, workspace, kind, floor and `after` cannot be changed.
    async fn change_subscription(&self, subscription: Subscription) -> Stored<ChangeOutcome>;

    /// Removes a subscription with its cursor, its in-flight record and its dead letters, and says what went with it.
    async fn remove_subscription(&self, home: &Home, id: SubscriptionId) -> Stored<SubscriptionRemoved>;
}
