//! Who did what.

use std::collections::BTreeMap;
use std::ops::Range;

use async_trait::async_trait;
use deskbell_domain::audit::Deed;
use deskbell_domain::audit::chain::{AuditKey, Link};
use deskbell_domain::audit::entry::{Anchor, Begun, Book, Outcome, Unposted};
use deskbell_domain::home::Home;
use deskbell_domain::ids::{ChannelId, ContactId, GuildId};
use deskbell_domain::port::store::{Audit, PrunedAudit, Stored};
use deskbell_domain::time::UnixMillis;

use super::StorePort;
use crate::power::Operation;

/// Nothing dies around what is only kept and read: it passes the same sites of the engine as everything else.
#[async_trait]
impl Audit for StorePort {
    async fn begin_deed(&self, home: &Home, deed: Deed) -> Stored<Begun> {
        self.world.power.around(Operation::BeginDeed, self.store.begin_deed(home, deed)).await
    }

    async fn end_deed(&self, home: &Home, begun: Begun, outcome: Outcome) -> Stored<()> {
        self.world.power.around(Operation::EndDeed, self.store.end_deed(home, begun, outcome)).await
    }

    async fn close_deeds(&self) -> Stored<u64> {
        self.store.close_deeds().await
    }

    async fn note_deed(&self, guild: GuildId, deed: Deed) -> Stored<()> {
        self.store.note_deed(guild, deed).await
    }

    async fn audit_book(&self, guild: GuildId) -> Stored<Option<(Book, AuditKey)>> {
        self.store.audit_book(guild).await
    }

    async fn audit_books(&self) -> Stored<BTreeMap<GuildId, Book>> {
        self.store.audit_books().await
    }

    async fn audit_links(&self, guild: GuildId, numbers: Range<u64>) -> Stored<Vec<Link>> {
        self.store.audit_links(guild, numbers).await
    }

    async fn audit_targets(&self, guild: GuildId, numbers: Range<u64>) -> Stored<BTreeMap<u64, ContactId>> {
        self.store.audit_targets(guild, numbers).await
    }

    async fn post_anchors_in(&self, guild: GuildId, channel: Option<ChannelId>, by: Deed) -> Stored<()> {
        self.store.post_anchors_in(guild, channel, by).await
    }

    async fn anchor_not_posted(&self, guild: GuildId, unposted: Unposted) -> Stored<()> {
        self.store.anchor_not_posted(guild, unposted).await
    }

    async fn anchor_posted(&self, guild: GuildId, anchor: Anchor) -> Stored<()> {
        self.store.anchor_posted(guild, anchor).await
    }

    async fn prune_audit(&self, before: UnixMillis) -> Stored<PrunedAudit> {
        self.store.prune_audit(before).await
    }
}
