//! News of servers and channels: kept in the directory, told to delivery.

use std::collections::BTreeSet;
use std::sync::Arc;

use async_trait::async_trait;
use deskbell_commands::BotContext;
use deskbell_discord::directory::Directory;
use deskbell_discord::messenger::OwnId;
use deskbell_discord::permission::{RoleKind, Roles, ToldRole};
use deskbell_domain::ids::{ApplicationId, ChannelId, GuildId, MemberId, RoleId};
use deskbell_domain::shard::{Shard, ShardCount};
use poise::serenity_prelude as serenity;
use serde_json::Value;
use serenity::{ConnectionStage, Context, GuildChannel};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tracing::{debug, info, warn};

/// Linked servers that the log names one by one.
const MOST_NAMED: usize = 10;

/// Who is told what happens to servers and channels.
#[async_trait]
pub trait GuildListener: Send + Sync {
    /// A shard is connected, and the bot is in these of its servers.
    fn joined(&self, shard: Shard, guilds: BTreeSet<GuildId>);
    /// Waits until it is known which servers are connected to a workspace.
    async fn settled(&self);
    /// The servers that are connected to a workspace; of others nothing is told.
    fn guilds(&self) -> BTreeSet<GuildId>;
    /// Whether a server is one of them.
    fn is_connected(&self, guild: GuildId) -> bool;
    /// The bot is in this server (again).
    fn guild_here(&self, guild: GuildId);
    /// The bot was removed from this server.
    fn guild_gone(&self, guild: GuildId);
    /// A channel, a role or the bot's own roles changed, and with it perhaps what the bot may do.
    fn access_changed(&self, guild: GuildId);
    /// A channel or thread changed, and with it perhaps whether it is locked.
    fn channel_changed(&self, guild: GuildId, channel: ChannelId);
    /// A channel was deleted.
    fn channel_gone(&self, guild: GuildId, channel: ChannelId);
}

/// The handler that serenity calls, for every shard.
pub struct Events {
    /// How many shards there are.
    pub shards: ShardCount,
    /// Where channels and roles are kept.
    pub directory: Arc<Directory>,
    /// Where the bot's own id is kept.
    pub own: OwnId,
    /// Who serves the servers; of those that nobody serves nothing is kept.
    pub listener: Arc<dyn GuildListener>,
    /// What the registration of commands needs.
    pub bot: Arc<BotContext>,
    /// Starts the registration of commands.
    pub tracker: TaskTracker,
    /// Ends its waiting, however long Discord refuses them.
    pub stop: CancellationToken,
}

impl Events {
    fn shard(&self, ctx: &Context) -> Shard {
        self.shards.shard(ctx.shard_id.0)
    }

    /// For the log, where there is more than one.
    fn number(&self, shard: Shard) -> Option<u32> {
        (self.shards > ShardCount::ONE).then_some(shard.number())
    }

    fn linked(&self, guild: serenity::GuildId) -> Option<GuildId> {
        let guild = GuildId(guild.get());
        self.listener.is_connected(guild).then_some(guild)
    }

    fn channel(&self, channel: &GuildChannel) {
        if let Some(guild) = self.linked(channel.guild_id) {
            self.directory.channel_changed(guild, ChannelId(channel.id.get()));
            self.listener.access_changed(guild);
            self.listener.channel_changed(guild, ChannelId(channel.id.get()));
        }
    }

    fn gone(&self, guild: serenity::GuildId, channel: serenity::ChannelId) {
        if let Some(guild) = self.linked(guild) {
            let channel = ChannelId(channel.get());
            self.directory.channel_changed(guild, channel);
            self.listener.channel_gone(guild, channel);
        }
    }

    fn roles(&self, guild: serenity::GuildId) {
        if let Some(guild) = self.linked(guild) {
            self.directory.roles_changed(guild);
            self.listener.access_changed(guild);
        }
    }
}

/// The servers that the workspace belongs to, that a shard tells of, and that the bot is not in.
fn absent(shard: Shard, linked: &BTreeSet<GuildId>, joined: &BTreeSet<GuildId>) -> BTreeSet<GuildId> {
    linked.difference(joined).copied().filter(|guild| shard.tells_of(*guild)).collect()
}

fn told_role(role: &serenity::Role) -> ToldRole {
    let kind = match role.tags.bot_id {
        Some(_) => RoleKind::Bot,
        None if role.managed => RoleKind::Managed,
        None => RoleKind::Given,
    };
    ToldRole { id: RoleId(role.id.get()), permissions: role.permissions.bits(), kind }
}

/// As Discord sent it, which is what the directory reads.
fn raw(value: &impl serde::Serialize) -> Value {
    serde_json::to_value(value).unwrap_or(Value::Null)
}

#[async_trait]
impl serenity::EventHandler for Events {
    async fn ready(&self, ctx: Context, ready: serenity::Ready) {
        self.own.set(MemberId(ready.user.id.get()));
        let shard = self.shard(&ctx);
        self.directory.session_began(shard);
        info!(servers = ready.guilds.len(), shard = self.number(shard), "connected to Discord");
        let joined: BTreeSet<_> = ready.guilds.iter().map(|guild| GuildId(guild.id.get())).collect();
        let absent = absent(shard, &self.listener.guilds(), &joined);
        self.listener.joined(shard, joined);
        for absent in absent {
            warn!(
                guild.id = %absent,
                "the bot is not in this server: invite it, or correct DISCORD_GUILD_ID; deskbell check has both"
            );
        }
        // All shards have the same commands.
        if shard.number() > 0 {
            return;
        }
        let (http, bot, stop) = (ctx.http.clone(), self.bot.clone(), self.stop.clone());
        let application = ApplicationId(ready.application.id.get());
        self.tracker.spawn(async move {
            deskbell_commands::register_until_done(&http, &bot, application, &stop).await;
        });
    }

    async fn resume(&self, ctx: Context, _: serenity::ResumedEvent) {
        info!(shard = self.number(self.shard(&ctx)), "the connection to Discord was taken up again");
    }

    async fn shard_stage_update(&self, ctx: Context, event: serenity::ShardStageUpdateEvent) {
        let shard = self.shard(&ctx);
        debug!(old = %event.old, new = %event.new, shard = shard.number(), "the connection to Discord changed");
        self.directory.connection_changed(shard, event.new == ConnectionStage::Connected);
        if event.new == ConnectionStage::Disconnected {
            info!(
                shard = self.number(shard),
                "the connection to Discord is lost; it is being taken up again"
            );
        }
    }

    async fn guild_create(&self, _: Context, guild: serenity::Guild, _: Option<bool>) {
        self.listener.settled().await;
        let Some(id) = self.linked(guild.id) else { return };
        if self.listener.guilds().len() <= MOST_NAMED {
            info!(guild.id = %id, guild.name = guild.name, "linked");
        }
        let roles = guild.roles.values().map(told_role);
        let own = self.own.get().and_then(|own| guild.members.get(&serenity::UserId::new(own.0)));
        let own_roles = own.map(|member| member.roles.iter().map(|role| RoleId(role.get())).collect());
        let channels = guild.channels.values().chain(&guild.threads).map(raw);
        self.directory.guild_told(id, Roles::of(id, roles), own_roles, channels);
        self.directory.members_told(id, guild.member_count);
        self.listener.guild_here(id);
    }

    async fn guild_delete(
        &self,
        ctx: Context,
        guild: serenity::UnavailableGuild,
        _: Option<serenity::Guild>,
    ) {
        let Some(id) = self.linked(guild.id).filter(|id| self.shard(&ctx).tells_of(*id)) else { return };
        if guild.unavailable {
            debug!(guild.id = %id, "the server cannot be reached for now");
            return;
        }
        info!(guild.id = %id, "the bot was removed from the server");
        self.directory.guild_gone(id);
        self.listener.guild_gone(id);
    }

    async fn channel_create(&self, _: Context, channel: GuildChannel) {
        self.channel(&channel);
    }

    async fn channel_update(&self, _: Context, _: Option<GuildChannel>, channel: GuildChannel) {
        self.channel(&channel);
    }

    async fn channel_delete(&self, _: Context, channel: GuildChannel, _: Option<Vec<serenity::Message>>) {
        self.gone(channel.guild_id, channel.id);
    }

    async fn thread_create(&self, _: Context, thread: GuildChannel) {
        self.channel(&thread);
    }

    async fn thread_update(&self, _: Context, _: Option<GuildChannel>, thread: GuildChannel) {
        self.channel(&thread);
    }

    async fn thread_delete(
        &self,
        _: Context,
        thread: serenity::PartialGuildChannel,
        _: Option<GuildChannel>,
    ) {
        self.gone(thread.guild_id, thread.id);
    }

    async fn guild_role_create(&self, _: Context, role: serenity::Role) {
        self.roles(role.guild_id);
    }

    async fn guild_role_update(&self, _: Context, _: Option<serenity::Role>, role: serenity::Role) {
        self.roles(role.guild_id);
    }

    async fn guild_role_delete(
        &self,
        _: Context,
        guild: serenity::GuildId,
        _: serenity::RoleId,
        _: Option<serenity::Role>,
    ) {
        self.roles(guild);
    }

    async fn guild_member_update(
        &self,
        _: Context,
        _: Option<serenity::Member>,
        _: Option<serenity::Member>,
        event: serenity::GuildMemberUpdateEvent,
    ) {
        if self.own.get().is_some_and(|own| own.0 == event.user.id.get()) {
            self.roles(event.guild_id);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_server_that_the_bot_was_never_invited_to_is_named() {
        let linked = BTreeSet::from([GuildId(7), GuildId(8)]);
        let joined = BTreeSet::from([GuildId(7), GuildId(9)]);
        assert_eq!(absent(Shard::ONLY, &linked, &joined), BTreeSet::from([GuildId(8)]));
    }

    #[test]
    fn a_server_of_another_shard_is_not_missed() {
        let two = ShardCount::new(2).expect("two are some");
        let [here, there] = [GuildId(2 << 22), GuildId(3 << 22)];
        let linked = BTreeSet::from([here, there]);
        assert_eq!(absent(two.of(here), &linked, &BTreeSet::new()), BTreeSet::from([here]));
    }
}
