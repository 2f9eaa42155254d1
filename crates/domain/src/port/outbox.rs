//! The way for a command to have something posted: through the channel's own task, so that order and pace hold.

use async_trait::async_trait;

use crate::being_made::BeingMade;
use crate::ids::{ChannelId, GuildId, SubscriptionId};
use crate::message::Message;
use crate::port::messenger::PostOutcome;
use crate::time::Timestamp;

/// Hands messages to the tasks that post, and wakes them.
#[cfg_attr(any(test, feature = "mock"), mockall::automock)]
#[async_trait]
pub trait Outbox: Send + Sync {
    /// Posts one message in a channel between the batches, once: an unknown outcome is not retried. Answers when
    /// Discord did, or after 10 s with [`PostOutcome::Unknown`].
    async fn post_once(&self, channel: ChannelId, message: Message) -> PostOutcome;

    /// A notification is being made, whose floor will not lie before this: what is found until then is for it, too.
    fn making(&self, earliest: Timestamp) -> BeingMade;

    /// Something of this channel's subscriptions changed: look at once.
    fn wake(&self, channel: ChannelId);

    /// The bot came (back) into this server, or its subscriptions changed as a whole.
    fn wake_guild(&self, guild: GuildId);

    /// A record was hinted at in the workspace's inbox: look at once, so that its cards are soon true.
    fn look_at_hints(&self) {}

    /// Drops what waits for a subscription, between two of its batches, so that it goes on from now. Answers how
    /// many events were dropped; 0 where it could not be done.
    async fn skip_to_now(&self, guild: GuildId, id: SubscriptionId) -> u64;
}
