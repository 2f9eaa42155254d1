//! The bot's entry in the developer portal: its ids, its token and its commands.

use serde_json::Value;

use super::{
    Discord,
    ids::{ApplicationId, UserId},
    state::InvitedBy,
};

/// The application that the bot belongs to.
#[derive(Clone, Copy, Debug)]
pub struct ApplicationHandle<'a> {
    discord: &'a Discord,
}

impl Discord {
    /// The application that the bot belongs to.
    pub fn application(&self) -> ApplicationHandle<'_> {
        ApplicationHandle { discord: self }
    }
}

impl ApplicationHandle<'_> {
    /// The application's own number.
    pub fn id(self) -> ApplicationId {
        self.discord.shared.read(|state| state.application.id)
    }

    /// The bot's user.
    pub fn bot(self) -> UserId {
        self.discord.shared.read(|state| state.application.bot)
    }

    /// The token that the bot must show.
    pub fn token(self) -> String {
        self.discord.shared.read(|state| state.application.token.clone())
    }

    /// Makes another token the right one, as a reset in the developer portal does.
    pub fn reset_token(self, token: &str) {
        self.discord.shared.write(|state| token.clone_into(&mut state.application.token));
    }

    /// Switches the public bot on or off.
    pub fn set_invited_by(self, who: InvitedBy) {
        self.discord.shared.write(|state| state.application.invited_by = who);
    }

    /// How often a whole list of commands was registered.
    pub fn command_puts(self) -> usize {
        self.discord.shared.read(|state| state.commands.puts)
    }

    /// The global commands as Discord answers them.
    pub fn global_commands(self) -> Vec<Value> {
        self.discord
            .shared
            .read(|state| state.commands.list(None).iter().map(|command| command.body.clone()).collect())
    }
}
