//! The commands' way to delivery. Where a command changed a channel's notifications, the poll loop is told too: the
//! first one of a workspace is polled for at once.

use std::sync::Arc;

use async_trait::async_trait;
use deskbell_domain::being_made::{BeingMade, InTheMaking};
use deskbell_domain::ids::{ChannelId, GuildId, SubscriptionId};
use deskbell_domain::message::Message;
use deskbell_domain::port::messenger::PostOutcome;
use deskbell_domain::port::outbox::Outbox;
use deskbell_domain::time::Timestamp;

use crate::deliver::Delivery;
use crate::ingest::HintedRecords;
use crate::ingest::poll::WorkspacePoll;

/// Delivery, as commands see it.
pub(super) struct CommandOutbox {
    pub(super) delivery: Arc<Delivery>,
    pub(super) poll: Arc<WorkspacePoll>,
    pub(super) hints: Arc<HintedRecords>,
    /// What polls judge by, too.
    pub(super) in_the_making: InTheMaking,
}

#[async_trait]
impl Outbox for CommandOutbox {
    async fn post_once(&self, channel: ChannelId, message: Message) -> PostOutcome {
        self.delivery.post_once(channel, message).await
    }

    fn making(&self, earliest: Timestamp) -> BeingMade {
        self.in_the_making.begin(earliest)
    }

    fn wake(&self, channel: ChannelId) {
        self.delivery.wake(channel);
        self.poll.nudge();
    }

    fn wake_guild(&self, guild: GuildId) {
        self.delivery.wake_guild(guild);
        self.poll.nudge();
    }

    fn look_at_hints(&self) {
        self.hints.nudge();
    }

    async fn skip_to_now(&self, guild: GuildId, id: SubscriptionId) -> u64 {
        self.delivery.skip_to_now(guild, id).await
    }
}
