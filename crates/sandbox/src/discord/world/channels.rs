//! Channels and threads: made, renamed, locked and deleted.

use super::GuildHandle;
use crate::discord::{
    Discord,
    existence::Existence,
    ids::{ChannelId, UserId},
    shared::Shared,
    state::{Channel, ChannelKind, Lock},
};

/// One channel or thread.
#[derive(Clone, Copy, Debug)]
pub struct ChannelHandle<'a> {
    discord: &'a Discord,
    channel: ChannelId,
}

impl Discord {
    /// One channel or thread.
    pub fn channel(&self, channel: ChannelId) -> ChannelHandle<'_> {
        ChannelHandle { discord: self, channel }
    }
}

impl GuildHandle<'_> {
    /// Makes a channel that everyone in the server can read.
    pub fn create_channel(self, name: &str, kind: ChannelKind) -> ChannelId {
        self.add_channel(name, kind, None)
    }

    /// The server's channel of this name, with or without `#`.
    pub fn channel_named(self, name: &str) -> Option<ChannelId> {
        let name = name.trim_start_matches('#');
        self.discord
            .shared
            .read(|state| state.channels_of(self.guild).find(|it| it.name == name).map(|it| it.id))
    }

    fn add_channel(self, name: &str, kind: ChannelKind, parent: Option<ChannelId>) -> ChannelId {
        let Self { discord, guild } = self;
        let now = discord.shared.now();
        let id = discord.shared.write(|state| {
            let id = ChannelId::new(state.snowflakes.next(now));
            let channel = Channel {
                id,
                guild,
                kind,
                name: name.trim_start_matches('#').to_owned(),
                parent,
                overwrites: Vec::new(),
                existence: Existence::Present,
                lock: Lock::Open,
                thread_members: state.guilds.get(&guild).map(|guild| guild.owner).into_iter().collect(),
                messages: Vec::new(),
                handed_out: 0,
            };
            state.channels.insert(id, channel);
            id
        });
        discord
            .shared
            .announce_channel(id, if kind.is_thread() { "THREAD_CREATE" } else { "CHANNEL_CREATE" });
        id
    }
}

impl ChannelHandle<'_> {
    /// Makes a thread in the channel.
    pub fn create_thread(self, name: &str, kind: ChannelKind) -> ChannelId {
        let guild = self.discord.shared.read(|state| state.channels[&self.channel].guild);
        self.discord.guild(guild).add_channel(name, kind, Some(self.channel))
    }

    /// Locks or opens the thread.
    pub fn set_lock(self, lock: Lock) {
        self.change(|channel| channel.lock = lock);
    }

    /// Adds the bot to the private thread.
    pub fn add_bot(self) {
        let bot = self.discord.application().bot();
        self.change(|channel| channel.thread_members.push(bot));
    }

    /// Invites people into the private thread.
    pub fn invite(self, people: impl IntoIterator<Item = UserId>) {
        self.change(|thread| thread.thread_members.extend(people));
    }

    /// Gives the channel another name.
    pub fn rename(self, name: &str) {
        self.change(|channel| name.trim_start_matches('#').clone_into(&mut channel.name));
    }

    /// Deletes the channel; what was posted in it stays known to the stand-in.
    pub fn delete(self) {
        let Self { discord, channel } = self;
        let is_thread = discord.shared.read(|state| state.channels[&channel].kind.is_thread());
        discord.shared.announce_channel(channel, if is_thread { "THREAD_DELETE" } else { "CHANNEL_DELETE" });
        discord.shared.write(|state| {
            let gone = state.channels.values_mut();
            let gone = gone.filter(|it| it.id == channel || it.parent == Some(channel));
            gone.filter(|it| it.id == channel || it.kind.is_thread())
                .for_each(|channel| channel.existence = Existence::Gone);
        });
    }

    /// The name of the channel, without `#`.
    pub fn name(self) -> Option<String> {
        self.discord
            .shared
            .read(|state| state.channels.get(&self.channel).map(|channel| channel.name.clone()))
    }

    fn change(self, change: impl FnOnce(&mut Channel)) {
        self.discord.shared.change_channel(self.channel, change);
    }
}

impl Shared {
    pub(super) fn change_channel(&self, id: ChannelId, change: impl FnOnce(&mut Channel)) {
        let is_thread = self.write(|state| {
            let channel = state.channels.get_mut(&id)?;
            change(channel);
            Some(channel.kind.is_thread())
        });
        if let Some(is_thread) = is_thread {
            self.announce_channel(id, if is_thread { "THREAD_UPDATE" } else { "CHANNEL_UPDATE" });
        }
    }

    fn announce_channel(&self, id: ChannelId, name: &'static str) {
        let guild = self.read(|state| state.channels.get(&id).map(|channel| channel.guild));
        if let Some(guild) = guild {
            self.announce(guild, name, |state| Some(state.channel_json(state.channels.get(&id)?)));
        }
    }
}
