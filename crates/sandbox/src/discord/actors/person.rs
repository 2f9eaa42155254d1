//! Who uses the bot: a member of a server.

use crate::discord::{
    Discord,
    ids::{GuildId, UserId},
    world::GuildHandle,
};

/// A member of a server, acting.
#[derive(Clone, Debug)]
pub struct Person {
    pub(super) discord: Discord,
    pub(super) guild: GuildId,
    pub(super) user: UserId,
    pub(super) locale: String,
}

impl GuildHandle<'_> {
    /// The member of this name, added without any role if there is none.
    pub fn member(self, name: &str) -> Person {
        let Self { discord, guild } = self;
        let name = name.trim_start_matches('@');
        let known = discord.shared.read(|state| {
            let members = state.guilds.get(&guild)?.members.keys();
            members.copied().find(|user| state.user(*user).name == name)
        });
        let user = known.unwrap_or_else(|| self.create_member(name, &[]));
        Person { discord: discord.clone(), guild, user, locale: "en-US".to_owned() }
    }
}

impl Person {
    /// The person's user.
    pub fn id(&self) -> UserId {
        self.user
    }

    /// The same person with Discord in another language.
    #[must_use]
    pub fn speaking(mut self, locale: &str) -> Self {
        locale.clone_into(&mut self.locale);
        self
    }
}
