//! Roles and people.

use serde_json::json;

use super::role;
use crate::discord::{
    Discord,
    ids::{ChannelId, GuildId, RoleId, UserId},
    permissions::Permissions,
    state::{Guild, GuildMember, Role, RoleSize, person},
};

impl Discord {
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
            if let Some(role) = state.guilds.get_mut(&guild).and_then(|guild| guild.roles.get_mut(&role)) {
                role.permissions = permissions;
            }
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

    /// Says how many members hold a role. Nothing tells the bot of it, as nothing does at Discord without a privileged
    /// intent.
    pub fn set_role_size(&self, guild: GuildId, role: RoleId, size: RoleSize) {
        self.shared.write(|state| {
            if let Some(role) = state.guilds.get_mut(&guild).and_then(|guild| guild.roles.get_mut(&role)) {
                role.size = size;
            }
        });
    }

    /// Says how many members a server has. Nothing tells the bot of it.
    pub fn set_guild_size(&self, guild: GuildId, members: u64) {
        self.shared.write(|state| {
            if let Some(guild) = state.guilds.get_mut(&guild) {
                guild.size = Some(members);
            }
        });
    }

    /// Gives a member these roles in place of all others.
    pub fn set_member_roles(&self, guild: GuildId, member: UserId, roles: &[RoleId]) {
        self.shared.write(|state| {
            let member = state.guilds.get_mut(&guild).and_then(|guild| guild.members.get_mut(&member));
            if let Some(member) = member {
                member.roles = roles.to_vec();
            }
        });
    }

    /// Adds a person with these roles; a person of the same name in another server is the same person.
    pub fn create_member(&self, guild: GuildId, name: &str, roles: &[RoleId]) -> UserId {
        let now = self.shared.now();
        self.shared.write(|state| {
            let user = person(state, name.trim_start_matches('@'), now);
            let member = GuildMember { roles: roles.to_vec(), joined: now };
            if let Some(guild) = state.guilds.get_mut(&guild) {
                guild.members.insert(user, member);
            }
            user
        })
    }

    /// The server's role of this name, with or without `@`.
    pub fn role_named(&self, guild: GuildId, name: &str) -> Option<RoleId> {
        self.shared.read(|state| Some(state.guilds.get(&guild)?.role_named(name)?.id))
    }

    /// The name of a person, without `@`.
    pub fn user_name(&self, user: UserId) -> Option<String> {
        self.shared.read(|state| state.users.get(&user).map(|user| user.name.clone()))
    }

    /// What a user may do in a channel.
    pub fn permissions_of(&self, channel: ChannelId, user: UserId) -> Permissions {
        self.shared.read(|state| state.permissions(channel, user))
    }

    fn announce_role(&self, guild: GuildId, role: RoleId, name: &'static str) {
        self.announce(guild, name, |state| {
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
