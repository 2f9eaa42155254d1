//! Servers, channels, roles and people: how tests and the demo make and change them.
//!
//! Every change is told to the bot through the gateway, as Discord does.

mod channels;
mod people;

use serde_json::json;

use super::{
    Discord,
    existence::Existence,
    ids::{GuildId, RoleId},
    permissions::{Permissions, Target},
    sessions::Event,
    state::{Guild, GuildMember, Role, RoleSize, State, person},
};

impl Discord {
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
        self.invite_bot(id);
        id
    }

    /// Lets the bot into a server (`GUILD_CREATE`), with a role of its own that has the invite's permissions.
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

    /// Removes the bot from a server (`GUILD_DELETE`). Its role and its overwrites go with it.
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

    /// Tells the bot that a server is out of reach for a while (`GUILD_DELETE` with `unavailable`).
    pub fn announce_unavailable(&self, guild: GuildId) {
        self.announce(guild, "GUILD_DELETE", |_| Some(json!({"id": guild, "unavailable": true})));
    }

    /// Tells the bot that a server is back (`GUILD_CREATE`).
    pub fn announce_available(&self, guild: GuildId) {
        self.announce(guild, "GUILD_CREATE", |state| {
            state.joined_guild(guild).map(|guild| state.guild_create_json(guild)).ok()
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
    Role { id, name: name.to_owned(), permissions, bot: None, size: RoleSize::Named }
}
