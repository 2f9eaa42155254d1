//! What a command is given: by poise, and by us.

use std::sync::Arc;

use deskbell_domain::home::Home;
use deskbell_domain::ids::GuildId;
use deskbell_domain::port::channels::Channels;
use deskbell_domain::port::store::Store;
use deskbell_domain::time::UnixMillis;
use deskbell_text::around::Around;

use crate::interaction::bot::BotContext;
use crate::interaction::error::CommandError;
use crate::interaction::workspace::WorkspaceContext;

/// What poise hands to a command; only slash commands exist.
pub(crate) type Ctx<'a> = poise::ApplicationContext<'a, Arc<BotContext>, CommandError>;

/// A command as poise keeps it.
pub type Command = poise::Command<Arc<BotContext>, CommandError>;

/// The bot, and the workspace of the server that the command came from.
#[derive(Clone)]
pub(crate) struct CommandContext {
    pub(crate) bot: Arc<BotContext>,
    pub(crate) workspace: Arc<WorkspaceContext>,
}

impl CommandContext {
    pub(crate) fn store(&self) -> &dyn Store {
        &*self.bot.dependencies.store
    }

    /// A server of this workspace.
    pub(crate) fn home(&self, guild: GuildId) -> Home {
        Home::new(&self.workspace.workspace.id, guild)
    }

    pub(crate) fn channels(&self) -> &dyn Channels {
        &*self.bot.dependencies.channels
    }

    /// What sentences need of the world around them.
    pub(crate) fn around(&self) -> Around<'_> {
        self.bot.around()
    }

    /// Now, by our own clock.
    pub(crate) fn now(&self) -> UnixMillis {
        self.bot.now()
    }
}
