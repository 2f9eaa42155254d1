//! Channels and threads: made, hidden, opened, locked and deleted.

use crate::discord::{
    Discord,
    existence::Existence,
    ids::{ChannelId, GuildId, MessageId, RoleId},
    message::SUPPRESS_EMBEDS,
    permissions::{Overwrite, Permissions, Target},
    state::{Channel, ChannelKind, Lock},
};

impl Discord {
    /// Makes a channel that everyone in the server can read.
    pub fn create_channel(&self, guild: GuildId, name: &str, kind: ChannelKind) -> ChannelId {
        self.add_channel(guild, name, kind, None)
    }

    /// Makes a thread in a channel.
    pub fn create_thread(&self, parent: ChannelId, name: &str, kind: ChannelKind) -> ChannelId {
        let guild = self.shared.read(|state| state.channels[&parent].guild);
        self.add_channel(guild, name, kind, Some(parent))
    }

    fn add_channel(
        &self,
        guild: GuildId,
        name: &str,
        kind: ChannelKind,
        parent: Option<ChannelId>,
    ) -> ChannelId {
        let now = self.shared.now();
        let id = self.shared.write(|state| {
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
        self.announce_channel(id, if kind.is_thread() { "THREAD_CREATE" } else { "CHANNEL_CREATE" });
        id
    }

    /// Sets what a channel allows and denies a role or a member, in place of what it did.
    pub fn set_overwrite(&self, channel: ChannelId, overwrite: Overwrite) {
        self.change_channel(channel, |channel| {
            channel.overwrites.retain(|one| one.target != overwrite.target);
            channel.overwrites.push(overwrite);
        });
    }

    /// Takes the overwrites for a role or a member away.
    pub fn clear_overwrite(&self, channel: ChannelId, target: Target) {
        self.change_channel(channel, |channel| channel.overwrites.retain(|one| one.target != target));
    }

    /// Denies the bot these permissions in one channel, and allows it the rest of its invite's again.
    pub fn deny_bot(&self, channel: ChannelId, deny: Permissions) {
        let target = Target::Member(self.bot());
        self.set_overwrite(channel, Overwrite { target, allow: Permissions::INVITE & !deny, deny });
    }

    /// Allows the bot everything of its invite in one channel.
    pub fn allow_bot(&self, channel: ChannelId) {
        self.deny_bot(channel, Permissions::NONE);
    }

    /// Hides a channel from @everyone; the bot and these roles still see it.
    pub fn make_private(&self, channel: ChannelId, roles: &[RoleId]) {
        let everyone = self.everyone_of(channel);
        let (allow, deny) = (Permissions::NONE, Permissions::VIEW_CHANNEL);
        self.allow_bot(channel);
        for role in roles {
            let target = Target::Role(*role);
            self.set_overwrite(channel, Overwrite { target, allow: Permissions::VIEW_CHANNEL, deny: allow });
        }
        self.set_overwrite(channel, Overwrite { target: Target::Role(everyone), allow, deny });
    }

    /// Lets everyone in the server read a channel.
    pub fn make_public(&self, channel: ChannelId) {
        self.clear_overwrite(channel, Target::Role(self.everyone_of(channel)));
    }

    /// Locks or opens a thread.
    pub fn set_lock(&self, thread: ChannelId, lock: Lock) {
        self.change_channel(thread, |channel| channel.lock = lock);
    }

    /// Adds the bot to a private thread.
    pub fn add_bot_to_thread(&self, thread: ChannelId) {
        let bot = self.bot();
        self.change_channel(thread, |channel| channel.thread_members.push(bot));
    }

    /// Gives a channel another name.
    pub fn rename_channel(&self, channel: ChannelId, name: &str) {
        self.change_channel(channel, |channel| name.trim_start_matches('#').clone_into(&mut channel.name));
    }

    /// Deletes a channel; what was posted in it stays known to the stand-in.
    pub fn delete_channel(&self, channel: ChannelId) {
        let is_thread = self.shared.read(|state| state.channels[&channel].kind.is_thread());
        self.announce_channel(channel, if is_thread { "THREAD_DELETE" } else { "CHANNEL_DELETE" });
        self.shared.write(|state| {
            let gone = state.channels.values_mut();
            let gone = gone.filter(|it| it.id == channel || it.parent == Some(channel));
            gone.filter(|it| it.id == channel || it.kind.is_thread())
                .for_each(|channel| channel.existence = Existence::Gone);
        });
    }

    /// Deletes a message, as a moderator does.
    pub fn delete_message(&self, channel: ChannelId, message: MessageId) {
        self.shared.write(|state| {
            if let Ok(message) = state.message_mut(channel, message) {
                message.existence = Existence::Gone;
            }
        });
    }

    /// Removes the embeds of a message, as a moderator does: its text and its controls stay.
    pub fn remove_embeds(&self, channel: ChannelId, message: MessageId) {
        self.shared.write(|state| {
            if let Ok(message) = state.message_mut(channel, message) {
                message.embeds.clear();
                message.flags |= SUPPRESS_EMBEDS;
            }
        });
    }

    /// Removes all of a message but its text.
    pub fn strip_to_text(&self, channel: ChannelId, message: MessageId) {
        self.remove_embeds(channel, message);
        self.shared.write(|state| {
            if let Ok(message) = state.message_mut(channel, message) {
                message.components.clear();
            }
        });
    }

    /// The server's channel of this name, with or without `#`.
    pub fn channel_named(&self, guild: GuildId, name: &str) -> Option<ChannelId> {
        let name = name.trim_start_matches('#');
        self.shared.read(|state| state.channels_of(guild).find(|it| it.name == name).map(|it| it.id))
    }

    /// The name of a channel, without `#`.
    pub fn channel_name(&self, channel: ChannelId) -> Option<String> {
        self.shared.read(|state| state.channels.get(&channel).map(|channel| channel.name.clone()))
    }

    fn everyone_of(&self, channel: ChannelId) -> RoleId {
        self.shared.read(|state| RoleId::new(state.channels[&channel].guild.get()))
    }

    fn change_channel(&self, id: ChannelId, change: impl FnOnce(&mut Channel)) {
        let is_thread = self.shared.write(|state| {
            let channel = state.channels.get_mut(&id)?;
            change(channel);
            Some(channel.kind.is_thread())
        });
        if let Some(is_thread) = is_thread {
            self.announce_channel(id, if is_thread { "THREAD_UPDATE" } else { "CHANNEL_UPDATE" });
        }
    }

    fn announce_channel(&self, id: ChannelId, name: &'static str) {
        let guild = self.shared.read(|state| state.channels.get(&id).map(|channel| channel.guild));
        if let Some(guild) = guild {
            self.announce(guild, name, |state| Some(state.channel_json(state.channels.get(&id)?)));
        }
    }
}
