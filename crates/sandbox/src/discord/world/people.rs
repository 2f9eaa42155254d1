//! The members of a server, and people by name.

use super::GuildHandle;
use crate::discord::{
    Discord,
    ids::{RoleId, UserId},
    state::{GuildMember, person},
};

impl Discord {
    /// The name of a person, without `@`.
    pub fn user_name(&self, user: UserId) -> Option<String> {
        self.shared.read(|state| state.users.get(&user).map(|user| user.name.clone()))
    }
}

impl GuildHandle<'_> {
    /// Gives a member these roles in place of all others.
    pub fn set_member_roles(self, member: UserId, roles: &[RoleId]) {
        self.discord.shared.write(|state| {
            let member = state.guilds.get_mut(&self.guild).and_then(|guild| guild.members.get_mut(&member));
            if let Some(member) = member {
                member.roles = roles.to_vec();
            }
        });
    }

    /// Adds a person with these roles; a person of the same name in another server is the same person.
    pub fn create_member(self, name: &str, roles: &[RoleId]) -> UserId {
        let now = self.discord.shared.now();
        self.discord.shared.write(|state| {
            let user = person(state, name.trim_start_matches('@'), now);
            let member = GuildMember { roles: roles.to_vec(), joined: now };
            if let Some(guild) = state.guilds.get_mut(&self.guild) {
                guild.members.insert(user, member);
            }
            user
        })
    }
}
