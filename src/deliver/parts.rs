//! What delivery is made of: the ports, the workspace, and what all workers share.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::sync::{Arc, PoisonError, RwLock};

use deskbell_domain::card::chosen::CardFields;
use deskbell_domain::event::Entry;
use deskbell_domain::home::Home;
use deskbell_domain::ids::GuildId;
use deskbell_domain::links::Links;
use deskbell_domain::port::channels::Channels;
use deskbell_domain::port::messenger::Messenger;
use deskbell_domain::port::random::Random;
use deskbell_domain::port::store::{
    AccessLists, Cluster, Deliveries, Edits, Journal, ShortLived, Subscriptions,
};
use deskbell_domain::sight::Sights;
use deskbell_domain::status::{StatusBoard, StoreState};
use deskbell_domain::subscription::{Subscription, SuspendReason};
use deskbell_domain::time::{Clock, ServerTime, UnixMillis};
use deskbell_domain::workspace::Workspace;
use deskbell_text::card::Shown;
use deskbell_text::command::CommandIds;
use tokio_util::sync::CancellationToken;

use super::holds::HoldNotices;
use super::pace::GlobalPace;
use super::registry::Registry;
use crate::metrics::Metrics;

/// Names the day of a moment in the workspace's time zone, as `2026-11-23`.
pub type DayOf = Arc<dyn Fn(UnixMillis) -> String + Send + Sync>;

/// The ports and settings that delivery is built of.
pub struct DeliveryParts {
    /// Progress, batches, dead letters.
    pub deliveries: Arc<dyn Deliveries>,
    /// Messages that no longer show what is true.
    pub edits: Arc<dyn Edits>,
    /// Subscriptions.
    pub subscriptions: Arc<dyn Subscriptions>,
    /// Who may see customers, and who everybody in a server is.
    pub access: Arc<dyn AccessLists>,
    /// What people were told of who reads a channel.
    pub short_lived: Arc<dyn ShortLived>,
    /// Whether this process still has the work.
    pub cluster: Arc<dyn Cluster>,
    /// Only for the journal's head, to which a skip goes.
    pub journal: Arc<dyn Journal>,
    /// Discord's messages.
    pub messenger: Arc<dyn Messenger>,
    /// Discord's channels.
    pub channels: Arc<dyn Channels>,
    /// The wall clock, for what is written down; waiting is tokio's.
    pub clock: Arc<dyn Clock>,
    /// Intercom's clock, by which what is kept grows old.
    pub time: Arc<ServerTime>,
    /// Jitter and the nonces of notices.
    pub random: Arc<dyn Random>,
    /// Where it is told how delivery stands, and how the store.
    pub status: Arc<StatusBoard>,
    /// The bot's own limit; one for all deliveries of a token.
    pub pace: Arc<GlobalPace>,
    /// The workspace whose events are posted.
    pub workspace: Workspace,
    /// Links into it.
    pub links: Links,
    /// What cards of leads and users show beside the fields that always stand there.
    pub card_fields: CardFields,
    /// The day for the counters.
    pub day: DayOf,
    /// What makes commands clickable.
    pub command_ids: Arc<CommandIds>,
    /// What is counted.
    pub metrics: Arc<Metrics>,
    /// What servers see of the workspace.
    pub sights: Arc<Sights>,
}

impl DeliveryParts {
    /// Events as a server sees them.
    pub(super) fn seen<'a>(&self, guild: GuildId, entries: &'a [Entry]) -> Cow<'a, [Entry]> {
        let sight = self.sights.of(guild);
        if sight.names_all() {
            return Cow::Borrowed(entries);
        }
        let mut entries = entries.to_vec();
        for entry in &mut entries {
            sight.limit(&mut entry.event.record);
        }
        Cow::Owned(entries)
    }

    /// What all cards of the workspace need.
    pub(super) fn shown(&self) -> Shown<'_> {
        Shown { workspace_name: &self.workspace.name, links: &self.links, fields: &self.card_fields }
    }
}

/// What all workers share.
pub(super) struct Shared {
    pub(super) parts: DeliveryParts,
    pub(super) registry: Registry,
    /// What is to be told of channels that take no messages.
    pub(super) holds: HoldNotices,
    /// Cancelled once Discord refused the token.
    pub(super) halted: CancellationToken,
    linked: RwLock<BTreeSet<GuildId>>,
}

impl Shared {
    pub(super) fn new(parts: DeliveryParts) -> Self {
        Self {
            parts,
            registry: Registry::default(),
            holds: HoldNotices::default(),
            halted: CancellationToken::new(),
            linked: RwLock::default(),
        }
    }

    /// A server, and the workspace that is served here.
    pub(super) fn home(&self, guild: GuildId) -> Home {
        Home::new(&self.parts.workspace.id, guild)
    }

    /// Answers which were linked before.
    pub(super) fn set_linked(&self, linked: BTreeSet<GuildId>) -> BTreeSet<GuildId> {
        std::mem::replace(&mut *self.linked.write().unwrap_or_else(PoisonError::into_inner), linked)
    }

    pub(super) fn is_linked(&self, guild: GuildId) -> bool {
        self.linked.read().unwrap_or_else(PoisonError::into_inner).contains(&guild)
    }

    /// Why a subscription must not be served here at all, if so.
    pub(super) fn misbinding(&self, subscription: &Subscription) -> Option<SuspendReason> {
        if subscription.workspace != self.parts.workspace.id {
            return Some(SuspendReason::OtherWorkspace);
        }
        if !self.is_linked(subscription.guild) {
            return Some(SuspendReason::GuildNotLinked);
        }
        self.parts.sights.of(subscription.guild).bar(subscription.kind)
    }

    pub(super) fn is_unwritable(&self) -> bool {
        matches!(self.parts.status.store(), StoreState::Unwritable { .. })
    }
}
