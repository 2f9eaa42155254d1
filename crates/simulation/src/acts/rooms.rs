//! What happens in Discord's rooms, and what the gateway tells of it.

use deskbell_domain::channel::Obstacle;
use deskbell_domain::ids::{ChannelId, GuildId};

use crate::process::Process;
use crate::script::Room;
use crate::world::World;

/// Does one of the acts; a process that lives hears of it where the gateway tells.
pub(crate) fn change_rooms(world: &World, process: Option<&Process>, room: &Room) {
    world.tell(format_args!("Discord: {room:?}"));
    match room {
        Room::Close(channel, reason) => set_closed(world, process, *channel, Some(reason.clone())),
        Room::Open(channel) => set_closed(world, process, *channel, None),
        Room::DeleteChannel(channel) => delete_channel(world, process, *channel),
        Room::Public(channel, public) => set_public(world, process, *channel, *public),
        Room::Unreadable(channel, hidden) => world.discord.set_unreadable(*channel, *hidden),
        Room::DeleteMessage(channel) => {
            let deleted = world.discord.delete_a_message(*channel);
            world.tell(format_args!("#{channel}: a moderator deletes {deleted:?}"));
        }
        Room::StripMessage(channel, left) => {
            let stripped = world.discord.strip_a_message(*channel, *left);
            world.tell(format_args!("#{channel}: a moderator removes the embeds of {stripped:?}"));
        }
        Room::LoseAnswer(lost) => world.discord.lose_the_next_answer(lost.clone()),
        Room::Leave(guild) => set_joined(world, process, *guild, Joined::No),
        Room::Join(guild) => set_joined(world, process, *guild, Joined::Yes),
        Room::Weather(weather) => world.discord.set_weather(*weather),
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Joined {
    Yes,
    No,
}

fn set_closed(world: &World, process: Option<&Process>, channel: ChannelId, reason: Option<Obstacle>) {
    let guild = {
        let mut rooms = world.discord.rooms();
        let Some(room) = rooms.channels.get_mut(&channel).filter(|room| !room.deleted) else { return };
        room.closed = reason;
        room.guild
    };
    if let Some(process) = process {
        process.runtime.delivery().access_changed(guild);
    }
}

fn delete_channel(world: &World, process: Option<&Process>, channel: ChannelId) {
    if let Some(room) = world.discord.rooms().channels.get_mut(&channel) {
        room.deleted = true;
        room.closed = Some(Obstacle::ChannelGone);
    }
    if let Some(process) = process {
        process.runtime.delivery().channel_gone(channel);
    }
}

fn set_joined(world: &World, process: Option<&Process>, guild: GuildId, joined: Joined) {
    let is_joined = joined == Joined::Yes;
    if world.discord.rooms().guilds.insert(guild, is_joined) == Some(is_joined) {
        return;
    }
    let Some(process) = process.filter(|_| world.linked().contains(&guild)) else { return };
    match joined {
        Joined::Yes => process.guild_is_back(guild),
        Joined::No => process.runtime.delivery().guild_gone(guild),
    }
}

fn set_public(world: &World, process: Option<&Process>, channel: ChannelId, public: bool) {
    let now = world.time.true_now();
    let guild = {
        let mut rooms = world.discord.rooms();
        let Some(room) = rooms.channels.get_mut(&channel) else { return };
        room.public_since = public.then(|| room.public_since.unwrap_or(now));
        room.guild
    };
    if let Some(process) = process {
        process.runtime.delivery().access_changed(guild);
    }
}
