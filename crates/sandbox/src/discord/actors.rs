//! People who use the bot: they type commands, press buttons, choose from lists and fill in forms.
//!
//! A person is refused what Discord's own client refuses: a command that is hidden from them, a channel they cannot see, a
//! button that is greyed. Everything else becomes an `INTERACTION_CREATE`, and a [`Reply`] tells what the bot made of it.

mod component;
mod names;
mod payload;
mod reply;
mod slash;

use std::fmt;

use serde_json::Value;

pub use self::reply::Reply;
use self::{names::Names, payload::Act};
use super::{
    Choice, Discord, Message,
    ids::{ChannelId, GuildId, UserId},
    interaction::Deed,
    permissions::Permissions,
    state::State,
    watch::Waited,
};

/// Why a person got nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Failure {
    /// No such command is registered for this server.
    UnknownCommand(String),
    /// The command is there, but not for this person.
    CommandHidden(String),
    /// The person cannot see the channel or the message.
    Hidden,
    /// The text is not a use of the command; the reason is told.
    BadText(String),
    /// The message has no such button or list, or it is greyed; what it has is told.
    NoSuchComponent(String),
    /// "The application did not respond": no answer within 3 s. What is known is told.
    DidNotRespond(String),
    /// The bot answered, but what was waited for did not come.
    Waited(Waited),
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::UnknownCommand(name) => write!(f, "there is no command /{name}"),
            Self::CommandHidden(name) => write!(f, "/{name} is hidden from this person"),
            Self::Hidden => f.write_str("this person cannot see that"),
            Self::BadText(reason) => f.write_str(reason),
            Self::NoSuchComponent(there) => {
                write!(f, "no such button or list, or it is greyed; there is: {there}")
            }
            Self::DidNotRespond(known) => write!(f, "The application did not respond ({known})"),
            Self::Waited(waited) => waited.fmt(f),
        }
    }
}

impl std::error::Error for Failure {}

/// A member of a server, acting.
#[derive(Clone, Debug)]
pub struct Person {
    discord: Discord,
    guild: GuildId,
    user: UserId,
    locale: String,
}

impl Discord {
    /// The member of this name, added without any role if there is none.
    pub fn member(&self, guild: GuildId, name: &str) -> Person {
        let name = name.trim_start_matches('@');
        let known = self.shared.read(|state| {
            let members = state.guilds.get(&guild)?.members.keys();
            members.copied().find(|user| state.user(*user).name == name)
        });
        let user = known.unwrap_or_else(|| self.create_member(guild, name, &[]));
        Person { discord: self.clone(), guild, user, locale: "en-US".to_owned() }
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

    /// Types a command, such as `/lead create email:ada@acme.io name:"Ada Lovelace"`. A value reaches to the next option's
    /// name; channels, roles and people are named `#sales`, `@Sales`, `@ada`; a choice by what a person reads.
    pub fn slash(&self, channel: ChannelId, text: &str) -> Result<Reply, Failure> {
        let data = self.discord.shared.read(|state| {
            let command = self.visible_command(state, channel, text)?;
            let typed = slash::Typed { state, guild: self.guild, channel, user: self.user, focused: None };
            typed.data(command, text)
        })?;
        Ok(self.act(&Act { deed: Deed::Command, channel, data, source: None }))
    }

    /// Types a command up to the option `focused` and looks at what the bot suggests for it.
    pub async fn autocomplete(
        &self,
        channel: ChannelId,
        text: &str,
        focused: &str,
    ) -> Result<Vec<Choice>, Failure> {
        let data = self.discord.shared.read(|state| {
            let command = self.visible_command(state, channel, text)?;
            let focused = Some(focused);
            let typed = slash::Typed { state, guild: self.guild, channel, user: self.user, focused };
            typed.data(command, text)
        })?;
        self.act(&Act { deed: Deed::Autocomplete, channel, data, source: None }).choices().await
    }

    /// Presses a button, named by its label (with or without its emoji) or its `custom_id`.
    pub fn press(&self, message: &Message, button: &str) -> Result<Reply, Failure> {
        let (message, data) = self.discord.shared.read(|state| {
            let message = self.visible_message(state, message)?;
            Ok((message.clone(), component::pressed(message, button)?))
        })?;
        Ok(self.act_on(&message, data))
    }

    /// Presses a button that the message does not have: Discord sends on what a modified client makes up.
    pub fn press_forged(&self, message: &Message, custom_id: &str) -> Result<Reply, Failure> {
        let message = self.discord.shared.read(|state| self.visible_message(state, message).cloned())?;
        Ok(self.act_on(&message, component::forged(custom_id)))
    }

    /// Chooses from a list, named by its placeholder or its `custom_id`. Values are what a person reads: labels, `#sales`,
    /// `@Sales`, `@ada`.
    pub fn select(&self, message: &Message, list: &str, values: &[&str]) -> Result<Reply, Failure> {
        let (message, data) = self.discord.shared.read(|state| {
            let message = self.visible_message(state, message)?;
            let names = Names { state, guild: self.guild, channel: message.channel, user: self.user };
            Ok((message.clone(), component::selected(&names, message, list, values)?))
        })?;
        Ok(self.act_on(&message, data))
    }

    /// Fills in the form that a reply opened: each field by its label or its `custom_id`.
    pub async fn submit_modal(&self, reply: &Reply, fields: &[(&str, &str)]) -> Result<Reply, Failure> {
        let form = reply.modal().await?;
        let data = component::filled_in(&form, fields)?;
        let (channel, source) = reply.place();
        let source =
            source.and_then(|id| self.discord.shared.read(|state| state.message(channel, id).ok().cloned()));
        Ok(self.act(&Act { deed: Deed::ModalSubmit, channel, data, source }))
    }

    fn act_on(&self, message: &Message, data: Value) -> Reply {
        let act =
            Act { deed: Deed::Component, channel: message.channel, data, source: Some(message.clone()) };
        self.act(&act)
    }

    fn visible_command<'a>(
        &self,
        state: &'a State,
        channel: ChannelId,
        text: &str,
    ) -> Result<&'a super::commands::Command, Failure> {
        let here = state.permissions(channel, self.user);
        if !here.contains(Permissions::VIEW_CHANNEL) {
            return Err(Failure::Hidden);
        }
        let name = slash::command_name(text)?;
        let hidden = || Failure::CommandHidden(name.to_owned());
        let unknown = || Failure::UnknownCommand(name.to_owned());
        let command = state.commands.visible(self.guild, name).ok_or_else(unknown)?;
        if !here.contains(Permissions::USE_APPLICATION_COMMANDS) {
            return Err(hidden());
        }
        let needed = command.body["default_member_permissions"].as_str().and_then(|bits| bits.parse().ok());
        match needed.map(Permissions::from_bits) {
            // None at all means administrators only.
            Some(Permissions::NONE) if !here.contains(Permissions::ADMINISTRATOR) => Err(hidden()),
            Some(needed) if !here.contains(needed) => Err(hidden()),
            _ => Ok(command),
        }
    }

    /// The message as it stands now, if this person sees it.
    fn visible_message<'a>(&self, state: &'a State, message: &Message) -> Result<&'a Message, Failure> {
        let message = state.message(message.channel, message.id).map_err(|_| Failure::Hidden)?;
        let for_whom = message.interaction.and_then(|id| state.interactions.get(&id)).map(|it| it.user);
        let is_theirs = !message.is_ephemeral() || for_whom == Some(self.user);
        let sees = state.permissions(message.channel, self.user).contains(Permissions::VIEW_CHANNEL);
        if is_theirs && sees { Ok(message) } else { Err(Failure::Hidden) }
    }
}

#[cfg(test)]
mod tests;
