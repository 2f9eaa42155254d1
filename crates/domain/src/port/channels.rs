//! What is known of Discord's channels and roles.

use std::time::Duration;

use async_trait::async_trait;

use crate::channel::{ChannelView, Obstacle, Permission};
use crate::crowd::Headcount;
use crate::ids::{ChannelId, GuildId, MemberId, RoleId};

/// Looks channels up: from what the gateway told, else by asking Discord.
#[cfg_attr(any(test, feature = "mock"), mockall::automock)]
#[async_trait]
pub trait Channels: Send + Sync {
    /// A channel of a server, as it is now.
    async fn view(&self, guild: GuildId, channel: ChannelId) -> Result<ChannelView, ChannelError>;

    /// Forgets what Discord told longer ago than `max_age` of who may read a channel, so that the next look asks again:
    /// news that it changed can be lost on its way. Answers how many questions that leaves to ask.
    fn forget_older_than(&self, guild: GuildId, channel: ChannelId, max_age: Duration) -> usize;

    /// Its name alone, without `#`: nothing is asked of its readers.
    async fn name(&self, guild: GuildId, channel: ChannelId) -> Result<String, ChannelError> {
        self.view(guild, channel).await.map(|view| view.name)
    }

    /// How many members a server and its roles have. Discord is asked again unless it told within `max_age`; what it
    /// does not tell now is what it last told, up to a day ago.
    async fn headcount(&self, guild: GuildId, max_age: Duration) -> Headcount;

    /// What a member with these roles lacks to post in a channel; empty where they may.
    async fn lacking_of(
        &self,
        guild: GuildId,
        channel: ChannelId,
        member: MemberId,
        roles: &[RoleId],
    ) -> Result<Vec<Permission>, ChannelError>;

    /// What a member is called in a server; none where Discord does not tell, or they have left.
    async fn member_name(&self, guild: GuildId, member: MemberId) -> Option<String>;

    /// The roles of a server that a message can call, by name: all but @everyone and those of bots.
    async fn named_roles(&self, guild: GuildId) -> Result<Vec<NamedRole>, ChannelError>;

    /// Whether a message of ours in a channel can call a role.
    async fn role_call(
        &self,
        guild: GuildId,
        channel: ChannelId,
        role: RoleId,
    ) -> Result<RoleCall, ChannelError>;
}

/// A role, as people know it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NamedRole {
    /// Its id.
    pub id: RoleId,
    /// What it is called.
    pub name: String,
    /// Whether whoever may write may call it.
    pub everybody_may: bool,
    /// Whether it is a bot's own, which no person has.
    pub is_bots: bool,
}

/// Whether a message of ours can call a role.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RoleCall {
    /// It can: whoever has it is called.
    Rings,
    /// It cannot: Discord would show the name and call nobody.
    IsQuiet,
    /// There is no such role (any more).
    Gone,
}

/// Why a channel could not be looked up.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ChannelError {
    /// Nothing can be posted there either.
    #[error("the channel is not there for the bot")]
    Closed(Obstacle),
    /// Discord did not answer; ask again later.
    #[error("discord did not answer")]
    Unavailable,
}
