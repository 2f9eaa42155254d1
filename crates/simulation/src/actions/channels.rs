//! What happens in Discord's servers, and what the gateway tells of it.

use deskbell::gateway::GuildListener as _;
use deskbell_domain::channel::Obstacle;
use deskbell_domain::ids::{ChannelId, GuildId};

use crate::discord::News;
use crate::process::Process;
use crate::script::ChannelAction;
use crate::world::World;

/// Does one of the actions; a process that lives hears of it where the gateway tells.
pub(crate) fn change_channels(world: &World, process: Option<&Process>, action: &ChannelAction) {
    world.tell(format_args!("Discord: {action:?}"));
    match action {
        ChannelAction::Close(channel, reason) => set_closed(world, process, *channel, Some(reason.clone())),
        ChannelAction::Open(channel) => set_closed(world, process, *channel, None),
        ChannelAction::DeleteChannel(channel) => delete_channel(world, process, *channel),
        ChannelAction::Public(channel, public, News::Told) => set_public(world, process, *channel, *public),
        ChannelAction::Public(channel, public, News::Lost) => set_public_unheard(world, *channel, *public),
        ChannelAction::Unreadable(channel, hidden) => world.discord.set_unreadable(*channel, *hidden),
        ChannelAction::DeleteMessage(channel) => {
            let deleted = world.discord.delete_a_message(*channel);
            world.tell(format_args!("#{channel}: a moderator deletes {deleted:?}"));
        }
        ChannelAction::StripMessage(channel, left) => {
            let stripped = world.discord.strip_a_message(*channel, *left);
            world.tell(format_args!("#{channel}: a moderator removes the embeds of {stripped:?}"));
        }
        ChannelAction::LoseAnswer(lost) => world.discord.lose_the_next_answer(lost.clone()),
        ChannelAction::Leave(guild) => set_joined(world, process, *guild, Joined::No),
        ChannelAction::Join(guild) => set_joined(world, process, *guild, Joined::Yes),
        ChannelAction::Weather(weather) => world.discord.set_weather(*weather),
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Joined {
    Yes,
    No,
}

fn set_closed(world: &World, process: Option<&Process>, channel: ChannelId, reason: Option<Obstacle>) {
    let guild = {
        let mut servers = world.discord.servers();
        let Some(known) = servers.channels.get_mut(&channel).filter(|one| !one.deleted) else { return };
        known.closed = reason;
        known.guild
    };
    if let Some(process) = process {
        process.workspaces.access_changed(guild);
    }
}

fn delete_channel(world: &World, process: Option<&Process>, channel: ChannelId) {
    if let Some(known) = world.discord.servers().channels.get_mut(&channel) {
        known.deleted = true;
        known.closed = Some(Obstacle::ChannelGone);
    }
    if let Some(process) = process {
        let guild = world.discord.servers().channels.get(&channel).map(|one| one.guild);
        if let Some(guild) = guild {
            process.workspaces.channel_gone(guild, channel);
        }
    }
}

fn set_joined(world: &World, process: Option<&Process>, guild: GuildId, joined: Joined) {
    let is_joined = joined == Joined::Yes;
    if world.discord.servers().guilds.insert(guild, is_joined) == Some(is_joined) {
        return;
    }
    let Some(process) = process else { return };
    match joined {
        Joined::Yes => process.workspaces.guild_here(guild),
        Joined::No => process.workspaces.guild_gone(guild),
    }
}

fn set_public(world: &World, process: Option<&Process>, channel: ChannelId, public: bool) {
    let now = world.time.true_now();
    let guild = {
        let mut servers = world.discord.servers();
        let Some(known) = servers.channels.get_mut(&channel) else { return };
        known.set_public(public, now);
        known.outdated = None;
        known.guild
    };
    if let Some(process) = process {
        process.workspaces.access_changed(guild);
    }
}

/// The bot believes what it was told before.
fn set_public_unheard(world: &World, channel: ChannelId, public: bool) {
    let now = world.time.true_now();
    let mut servers = world.discord.servers();
    let Some(known) = servers.channels.get_mut(&channel) else { return };
    let believed = known.public_since.is_some();
    known.set_public(public, now);
    known.outdated.get_or_insert((believed, now));
}
