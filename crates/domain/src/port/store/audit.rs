//! Who did what in each server.

use std::collections::BTreeMap;
use std::ops::Range;

use async_trait::async_trait;

use super::error::Stored;
use crate::audit::Deed;
use crate::audit::chain::{AuditKey, Link};
use crate::audit::entry::{Anchor, Begun, Book, Outcome, Unposted};
use crate::home::Home;
use crate::ids::{ChannelId, ContactId, GuildId};
use crate::time::UnixMillis;

/// What pruning audits did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct PrunedAudit {
    /// Entries thrown away.
    pub entries: u64,
    /// Whether there is more to do.
    pub more: bool,
}

/// The audit of each server: a chain of entries that is only added to. What has its effect in the store is written down by
/// the operation that does it, in the same write; here is what has its effect elsewhere, and how the audit is read.
#[cfg_attr(any(test, feature = "mock"), mockall::automock)]
#[async_trait]
pub trait Audit: Send + Sync {
    /// Writes down what is about to be done where the store does not reach.
    async fn begin_deed(&self, home: &Home, deed: Deed) -> Stored<Begun>;

    /// Writes down how it ended, with what is known of it by now; only the first word counts.
    async fn end_deed(&self, home: &Home, begun: Begun, outcome: Outcome) -> Stored<()>;

    /// Writes down of everything of which only the beginning is there that nobody knows how it ended, and says of how much.
    /// Nothing may be under way meanwhile.
    async fn close_deeds(&self) -> Stored<u64>;

    /// Writes down something that is done and leaves nothing else in the store.
    async fn note_deed(&self, guild: GuildId, deed: Deed) -> Stored<()>;

    /// What a server's audit is, and its key; none where nothing was ever written down.
    async fn audit_book(&self, guild: GuildId) -> Stored<Option<(Book, AuditKey)>>;

    /// Every server's, without the keys.
    async fn audit_books(&self) -> Stored<BTreeMap<GuildId, Book>>;

    /// The entries with these numbers, ascending.
    async fn audit_links(&self, guild: GuildId, numbers: Range<u64>) -> Stored<Vec<Link>>;

    /// Whom the entries with these numbers are about, where that is still known.
    async fn audit_targets(&self, guild: GuildId, numbers: Range<u64>) -> Stored<BTreeMap<u64, ContactId>>;

    /// Chooses where the head is posted once a day; none is nowhere.
    async fn post_anchors_in(&self, guild: GuildId, channel: Option<ChannelId>, by: Deed) -> Stored<()>;

    /// Remembers that it cannot be posted there. Since when counts from the first time on.
    async fn anchor_not_posted(&self, guild: GuildId, unposted: Unposted) -> Stored<()>;

    /// Remembers what was posted.
    async fn anchor_posted(&self, guild: GuildId, anchor: Anchor) -> Stored<()>;

    /// Throws away entries that were written before, a bounded piece at a time; to be called again while it says so. Where
    /// something was thrown away a checkpoint says how far.
    async fn prune_audit(&self, before: UnixMillis) -> Stored<PrunedAudit>;
}
