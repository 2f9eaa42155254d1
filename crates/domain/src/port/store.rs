//! The store, as ports by what is kept: whoever needs a part of it asks for that part only.
//!
//! Every operation is one request with a clear outcome and may be repeated: a store of many processes can implement it,
//! and a caller that was dropped half-way does no harm. When an operation answers `Ok`, what it wrote survives a power
//! cut. Each names the workspace that it is about, by itself or as a [`Home`](crate::home::Home), so that a store of
//! many machines can divide by it; what the bot keeps for itself is all in [`RegisteredCommands`] and [`StoreHealth`].

pub use crate::stream::Stream;
pub use access_lists::AccessLists;
pub use audit::{Audit, PrunedAudit};
pub use change::ChangeOutcome;
pub use cluster::Cluster;
pub use connections::{Cards, Connections, Disconnected, Erasing};
pub use deliveries::{Backlogged, Deliveries, DeliveryOutcome, Look, Progress, Waiting};
pub use edits::{EditEnd, Edits, WantedEdit};
pub use erasure::{Deletions, Erased, Erasure, Extent, KeptOf, StandingCards, Unwanted};
pub use error::{StoreError, Stored};
pub use health::StoreHealth;
pub use inbox::{Hint, Hinted, HintedKind, Inbox, Reading};
pub use journal::{
    Alias, Append, AppendOutcome, Baseline, Journal, Learnt, Naming, Pruned, SnapshotMode, SnapshotWrite,
    StreamMove, StreamState,
};
pub use registered_commands::RegisteredCommands;
pub use remains::{Departure, Remains};
pub use short_lived::{OutgoingKey, PrunedKept, ShortLived, ShortLivedKey};
pub use subscriptions::{
    Leftover, NewSubscription, SubscriptionAdded, SubscriptionRemoved, Subscriptions, new_subscription_id,
};
#[cfg(any(test, feature = "mock"))]
pub use {
    access_lists::MockAccessLists, audit::MockAudit, connections::MockConnections,
    deliveries::MockDeliveries, edits::MockEdits, erasure::MockDeletions, erasure::MockErasure,
    health::MockStoreHealth, inbox::MockInbox, journal::MockJournal,
    registered_commands::MockRegisteredCommands, remains::MockRemains, short_lived::MockShortLived,
    subscriptions::MockSubscriptions,
};

mod access_lists;
mod audit;
mod change;
mod cluster;
mod connections;
mod deliveries;
mod edits;
mod erasure;
mod error;
mod health;
mod inbox;
mod journal;
mod registered_commands;
mod remains;
mod short_lived;
mod subscriptions;

/// The whole store.
pub trait Store:
    Journal
    + Inbox
    + Deliveries
    + Edits
    + Subscriptions
    + Connections
    + Erasure
    + Deletions
    + Remains
    + AccessLists
    + Audit
    + ShortLived
    + RegisteredCommands
    + StoreHealth
    + Cluster
{
}

impl<T> Store for T where
    T: Journal
        + Inbox
        + Deliveries
        + Edits
        + Subscriptions
        + Connections
        + Erasure
        + Deletions
        + Remains
        + AccessLists
        + Audit
        + ShortLived
        + RegisteredCommands
        + StoreHealth
        + Cluster
{
}
