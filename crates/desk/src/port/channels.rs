//! What is known of Discord's channels and roles.

use async_trait::async_trait;

use crate::channel::ChannelView;
use crate::ids::{ChannelId, GuildId};

/// Looks channels up: from what the gateway told, else by asking Discord.
#[cfg_attr(feature = "mock", mockall::automock)]
#[async_trait]
pub trait Channels: Send + Sync {
    /// A channel of a server, as it is now.
    async fn view(&self, guild: GuildId, channel: ChannelId) -> Result<ChannelView, ChannelError>;
}

/// Why a channel could not be looked up.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ChannelError {
    /// It does not exist, or belongs to another server.
    #[error("the channel does not exist in this server")]
    Gone,
    /// The bot may not see it.
    #[error("the channel cannot be seen")]
    Hidden,
    /// The bot is not in the server.
    #[error("the bot is not in the server")]
    NotInGuild,
    /// Discord did not answer; ask again later.
    #[error("discord did not answer")]
    Unavailable,
}
