//! Roles: made, changed and deleted.

use serde_json::json;

use super::{GuildHandle, role};
use crate::discord::{
    Discord,
    ids::{GuildId, RoleId},
    permissions::Permissions,
    state::{Guild, Role, RoleMention, RoleSize, State},
};

/// One role of a server.
#[derive(Clone, Copy, Debug)]
pub struct RoleHandle<'a> {
    discord: &'a Discord,
    guild: GuildId,
    role: RoleId,
}

impl<'a> GuildHandle<'a> {
    /// One role of the server; the role @everyone has the server's number.
    pub fn role(self, role: RoleId) -> RoleHandle<'a> {
        RoleHandle { discord: self.discord, guild: self.guild, role }
    }

    /// Makes a role.
    pub fn create_role(self, name: &str, permissions: Permissions) -> RoleId {
        let now = self.discord.shared.now();
        let id = self.discord.shared.write(|state| {
            let id = RoleId::new(state.snowflakes.next(now));
            if let Some(guild) = state.guilds.get_mut(&self.guild) {
                guild.roles.insert(id, role(id, name.trim_start_matches('@'), permissions));
            }
            id
        });
        self.role(id).announce("GUILD_ROLE_CREATE");
        id
    }

    /// The server's role of this name, with or without `@`.
    pub fn role_named(self, name: &str) -> Option<RoleId> {
        self.discord.shared.read(|state| Some(state.guilds.get(&self.guild)?.role_named(name)?.id))
    }
}

impl RoleHandle<'_> {
    /// Changes what the role may do.
    pub fn set_permissions(self, permissions: Permissions) {
        self.discord.shared.write(|state| {
            if let Some(role) = self.found(state) {
                role.permissions = permissions;
            }
        });
        self.announce("GUILD_ROLE_UPDATE");
    }

    /// Lets anyone mention the role, or only whoever may mention everyone.
    pub fn set_mention(self, mention: RoleMention) {
        self.discord.shared.write(|state| {
            if let Some(role) = self.found(state) {
                role.mention = mention;
            }
        });
        self.announce("GUILD_ROLE_UPDATE");
    }

    /// Deletes the role and takes it from everyone.
    pub fn delete(self) {
        let Self { discord, guild, role } = self;
        discord.shared.write(|state| {
            if let Some(guild) = state.guilds.get_mut(&guild) {
                guild.roles.remove(&role);
                guild.members.values_mut().for_each(|member| member.roles.retain(|held| *held != role));
            }
        });
        discord
            .shared
            .announce(guild, "GUILD_ROLE_DELETE", |_| Some(json!({"guild_id": guild, "role_id": role})));
    }

    /// Says how many members hold the role. Nothing tells the bot of it, as nothing does at Discord without a
    /// privileged intent.
    pub fn set_size(self, size: RoleSize) {
        self.discord.shared.write(|state| {
            if let Some(role) = self.found(state) {
                role.size = size;
            }
        });
    }

    fn found(self, state: &mut State) -> Option<&mut Role> {
        state.guilds.get_mut(&self.guild)?.roles.get_mut(&self.role)
    }

    fn announce(self, name: &'static str) {
        let Self { discord, guild, role } = self;
        discord.shared.announce(guild, name, |state| {
            let roles = &state.guild(guild).ok()?.roles;
            let position = roles.keys().position(|id| *id == role)?;
            Some(json!({"guild_id": guild, "role": roles[&role].json(position)}))
        });
    }
}

impl Guild {
    pub(crate) fn role_named(&self, name: &str) -> Option<&Role> {
        let bare = |name: &str| name.trim_start_matches('@').to_owned();
        self.roles.values().find(|role| bare(&role.name) == bare(name))
    }
}
