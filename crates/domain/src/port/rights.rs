//! What somebody who asks may do in Discord themselves.

use async_trait::async_trait;

use crate::channel::Permission;
use crate::ids::ChannelId;
use crate::port::channels::ChannelError;

/// The rights of the one who asks for something, as Discord tells them.
#[cfg_attr(any(test, feature = "mock"), mockall::automock)]
#[async_trait]
pub trait PostingRights: Send + Sync {
    /// What they lack to post in a channel; empty where they may.
    async fn lacking(&self, channel: ChannelId) -> Result<Vec<Permission>, ChannelError>;
}
