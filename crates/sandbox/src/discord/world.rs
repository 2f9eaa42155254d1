//! Servers, channels, roles and people: how tests and the demo make and change them.
//!
//! Every change is told to the bot through the gateway, as Discord does.

mod channels;
mod messages;
mod people;
mod permissions;
mod roles;

use serde_json::{Value, json};

pub use self::{channels::ChannelHandle, permissions::PermissionsHandle, roles::RoleHandle};
use super::{
    Discord,
    existence::Existence,
    ids::{GuildId, RoleId},
    permissions::{Permissions, Target},
    sessions::Event,
    shared::Shared,
    state::{Guild, GuildMember, Role, RoleMention, RoleSize, State, person},
};

/// One server.
#[derive(Clone, Copy, Debug)]
pub struct GuildHandle<'a> {
    pub(super) discord: &'a Discord,
    pub(super) guild: GuildId,
}

impl Discord {
    /// One server: its channels, its roles, its members, and whether the bot is in it.
    pub fn guild(&self, guild: GuildId) -> GuildHandle<'_> {
        GuildHandle { discord: self, guild }
    }

    /// Makes a server with an owner and with the bot in it, as its invite link lets it in.
    pub fn create_guild(&self, name: &str) -> GuildId {
        let now = self.shared.now();
        let id = self.shared.write(|state| {
            let id = GuildId::new(state.snowflakes.next(now));
            let owner = person(state, "owner", now);
            let everyone = role(RoleId::new(id.get()), "@everyone", Permissions::NEW_SERVER);
            let guild = Guild {
                id,
                name: name.to_owned(),
                owner,
                roles: [(everyone.id, everyone)].into(),
                members: [(owner, GuildMember { roles: Vec::new(), joined: now })].into(),
                locale: "en-US",
                size: None,
                bot: Existence::Gone,
            };
            state.guilds.insert(id, guild);
            id
        });
        self.guild(id).invite_bot();
        id
    }
}

impl GuildHandle<'_> {
    /// Lets the bot into the server (`GUILD_CREATE`), with a role of its own that has the invite's permissions.
    pub fn invite_bot(self) {
        let now = self.discord.shared.now();
        self.discord.shared.write(|state| {
            let bot = state.application.bot;
            let name = state.application.name.clone();
            let own = Role {
                bot: Some(bot),
                ..role(RoleId::new(state.snowflakes.next(now)), &name, Permissions::INVITE)
            };
            if let Some(guild) = state.guilds.get_mut(&self.guild) {
                guild.members.insert(bot, GuildMember { roles: vec![own.id], joined: now });
                guild.roles.insert(own.id, own);
                guild.bot = Existence::Present;
            }
        });
        self.announce("GUILD_CREATE", |state| {
            state.guild(self.guild).map(|guild| state.guild_create_json(guild)).ok()
        });
    }

    /// Removes the bot from the server (`GUILD_DELETE`). Its role and its overwrites go with it.
    pub fn kick_bot(self) {
        self.discord.shared.write(|state| {
            let bot = state.application.bot;
            if let Some(guild) = state.guilds.get_mut(&self.guild) {
                guild.members.remove(&bot);
                guild.roles.retain(|_, role| role.bot != Some(bot));
                guild.bot = Existence::Gone;
            }
            let channels = state.channels.values_mut().filter(|channel| channel.guild == self.guild);
            channels.for_each(|it| it.overwrites.retain(|one| one.target != Target::Member(bot)));
        });
        self.announce("GUILD_DELETE", |_| Some(json!({"id": self.guild})));
    }

    /// Tells the bot that the server is out of reach for a while (`GUILD_DELETE` with `unavailable`).
    pub fn announce_unavailable(self) {
        self.announce("GUILD_DELETE", |_| Some(json!({"id": self.guild, "unavailable": true})));
    }

    /// Tells the bot that the server is back (`GUILD_CREATE`).
    pub fn announce_available(self) {
        self.announce("GUILD_CREATE", |state| {
            state.joined_guild(self.guild).map(|guild| state.guild_create_json(guild)).ok()
        });
    }

    /// Says how many members the server has. Nothing tells the bot of it.
    pub fn set_size(self, members: u64) {
        self.discord.shared.write(|state| {
            if let Some(guild) = state.guilds.get_mut(&self.guild) {
                guild.size = Some(members);
            }
        });
    }

    fn announce(self, name: &'static str, data: impl FnOnce(&State) -> Option<Value>) {
        self.discord.shared.announce(self.guild, name, data);
    }
}

impl Shared {
    /// Dispatches an event about a server, unless the bot is not in it.
    fn announce(&self, guild: GuildId, name: &'static str, data: impl FnOnce(&State) -> Option<Value>) {
        let data = self.read(|state| {
            let is_told = name == "GUILD_DELETE" || state.joined_guild(guild).is_ok();
            is_told.then(|| data(state)).flatten()
        });
        if let Some(data) = data {
            self.gateway(|gateway| gateway.dispatch(&Event { name, guild, data }));
        }
    }
}

fn role(id: RoleId, name: &str, permissions: Permissions) -> Role {
    Role {
        id,
        name: name.to_owned(),
        permissions,
        bot: None,
        size: RoleSize::Named,
        mention: RoleMention::Some,
    }
}
