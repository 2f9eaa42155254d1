//! Servers, channels, roles and people: how tests and the demo make and change them.
//!
//! Every change is told to the bot through the gateway, as Discord does.

use serde_json::json;

use super::{
    Discord,
    gateway::Event,
    ids::{ChannelId, GuildId, MessageId, RoleId, UserId},
    permissions::{Overwrite, Permissions, Target},
    state::{Channel, ChannelKind, Existence, Guild, GuildMember, Lock, Role, State, User},
};

impl Discord {
    /// Makes a server with an owner and with the bot in it, as its invite link lets it in.
    pub fn create_guild(&self, name: &str) -> GuildId {
        let now = self.shared.now();
        let id = self.shared.write(|state| {
            let id = GuildId::new(state.snowflakes.next(now));
            let owner = state.person("owner", now);
            let everyone = role(RoleId::new(id.get()), "@everyone", Permissions::NEW_SERVER);
            let guild = Guild {
                id,
                name: name.to_owned(),
                owner,
                roles: [(everyone.id, everyone)].into(),
                members: [(owner, GuildMember { roles: Vec::new(), joined: now })].into(),
                locale: "en-US",
                bot: Existence::Gone,
            };
            state.guilds.insert(id, guild);
            id
        });
        self.invite_bot(id);
        id
    }

    /// Lets the bot into a server (GUILD_CREATE), with a role of its own that has the invite's permissions.
    pub fn invite_bot(&self, guild: GuildId) {
        let now = self.shared.now();
        self.shared.write(|state| {
            let bot = state.application.bot;
            let name = state.application.name.clone();
            let own = Role {
                bot: Some(bot),
                ..role(RoleId::new(state.snowflakes.next(now)), &name, Permissions::INVITE)
            };
            if let Some(guild) = state.guilds.get_mut(&guild) {
                guild.members.insert(bot, GuildMember { roles: vec![own.id], joined: now });
                guild.roles.insert(own.id, own);
                guild.bot = Existence::Present;
            }
        });
        self.announce(guild, "GUILD_CREATE", |state| {
            state.guild(guild).map(|guild| state.guild_create_json(guild)).ok()
        });
    }

    /// Removes the bot from a server (GUILD_DELETE). Its role and its overwrites go with it.
    pub fn kick_bot(&self, guild: GuildId) {
        self.shared.write(|state| {
            let bot = state.application.bot;
            if let Some(guild) = state.guilds.get_mut(&guild) {
                guild.members.remove(&bot);
                guild.roles.retain(|_, role| role.bot != Some(bot));
                guild.bot = Existence::Gone;
            }
            let channels = state.channels.values_mut().filter(|channel| channel.guild == guild);
            channels.for_each(|it| it.overwrites.retain(|one| one.target != Target::Member(bot)));
        });
        self.announce(guild, "GUILD_DELETE", |_| Some(json!({"id": guild})));
    }

    /// Tells the bot that a server is out of reach for a while (GUILD_DELETE with `unavailable`).
    pub fn announce_unavailable(&self, guild: GuildId) {
        self.announce(guild, "GUILD_DELETE", |_| Some(json!({"id": guild, "unavailable": true})));
    }

    /// Tells the bot that a server is back (GUILD_CREATE).
    pub fn announce_available(&self, guild: GuildId) {
        self.announce(guild, "GUILD_CREATE", |state| {
            state.joined_guild(guild).map(|guild| state.guild_create_json(guild)).ok()
        });
    }

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

    /// Makes a role.
    pub fn create_role(&self, guild: GuildId, name: &str, permissions: Permissions) -> RoleId {
        let now = self.shared.now();
        let id = self.shared.write(|state| {
            let id = RoleId::new(state.snowflakes.next(now));
            if let Some(guild) = state.guilds.get_mut(&guild) {
                guild.roles.insert(id, role(id, name.trim_start_matches('@'), permissions));
            }
            id
        });
        self.announce_role(guild, id, "GUILD_ROLE_CREATE");
        id
    }

    /// Changes what a role may do; the role @everyone has the server's number.
    pub fn set_role_permissions(&self, guild: GuildId, role: RoleId, permissions: Permissions) {
        self.shared.write(|state| {
            let role = state.guilds.get_mut(&guild).and_then(|guild| guild.roles.get_mut(&role));
            role.into_iter().for_each(|role| role.permissions = permissions);
        });
        self.announce_role(guild, role, "GUILD_ROLE_UPDATE");
    }

    /// Deletes a role and takes it from everyone.
    pub fn delete_role(&self, guild: GuildId, role: RoleId) {
        self.shared.write(|state| {
            if let Some(guild) = state.guilds.get_mut(&guild) {
                guild.roles.remove(&role);
                guild.members.values_mut().for_each(|member| member.roles.retain(|held| *held != role));
            }
        });
        self.announce(guild, "GUILD_ROLE_DELETE", |_| Some(json!({"guild_id": guild, "role_id": role})));
    }

    /// Adds a person with these roles; a person of the same name in another server is the same person.
    pub fn create_member(&self, guild: GuildId, name: &str, roles: &[RoleId]) -> UserId {
        let now = self.shared.now();
        self.shared.write(|state| {
            let user = state.person(name.trim_start_matches('@'), now);
            let member = GuildMember { roles: roles.to_vec(), joined: now };
            let guild = state.guilds.get_mut(&guild);
            guild.into_iter().for_each(|guild| drop(guild.members.insert(user, member.clone())));
            user
        })
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
            let found = state.message_mut(channel, message);
            found.into_iter().for_each(|message| message.existence = Existence::Gone);
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

    /// The server's role of this name, with or without `@`.
    pub fn role_named(&self, guild: GuildId, name: &str) -> Option<RoleId> {
        self.shared.read(|state| Some(state.guilds.get(&guild)?.role_named(name)?.id))
    }

    /// What a user may do in a channel.
    pub fn permissions_of(&self, channel: ChannelId, user: UserId) -> Permissions {
        self.shared.read(|state| state.permissions(channel, user))
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

    fn announce_role(&self, guild: GuildId, role: RoleId, name: &'static str) {
        self.announce(guild, name, |state| {
            let roles = &state.guild(guild).ok()?.roles;
            let position = roles.keys().position(|id| *id == role)?;
            Some(json!({"guild_id": guild, "role": roles[&role].json(position)}))
        });
    }

    /// Dispatches an event about a server, unless the bot is not in it.
    fn announce(
        &self,
        guild: GuildId,
        name: &'static str,
        data: impl FnOnce(&State) -> Option<serde_json::Value>,
    ) {
        let data = self.shared.read(|state| {
            let is_told = name == "GUILD_DELETE" || state.joined_guild(guild).is_ok();
            is_told.then(|| data(state)).flatten()
        });
        if let Some(data) = data {
            self.shared.gateway(|gateway| gateway.dispatch(&Event { name, guild, data }));
        }
    }
}

fn role(id: RoleId, name: &str, permissions: Permissions) -> Role {
    Role { id, name: name.to_owned(), permissions, bot: None }
}

impl Guild {
    pub(crate) fn role_named(&self, name: &str) -> Option<&Role> {
        let bare = |name: &str| name.trim_start_matches('@').to_owned();
        self.roles.values().find(|role| bare(&role.name) == bare(name))
    }
}

impl State {
    /// The person of this name, made if there is none.
    fn person(&mut self, name: &str, now: jiff::Timestamp) -> UserId {
        if let Some(known) = self.users.values().find(|user| user.name == name && !user.is_bot) {
            return known.id;
        }
        let id = UserId::new(self.snowflakes.next(now));
        self.users.insert(id, User { id, name: name.to_owned(), is_bot: false });
        id
    }
}
