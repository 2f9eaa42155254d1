//! People who use the bot: they type commands, press buttons, choose from lists and fill in forms.
//!
//! A person is refused what Discord's own client refuses: a command that is hidden from them, a channel they cannot see, a
//! button that is greyed. Everything else becomes an `INTERACTION_CREATE`, and a [`Reply`] tells what the bot made of it.

mod component;
mod failure;
mod names;
mod payload;
mod person;
mod reply;
mod slash;

use serde_json::{Map, Value, json};

pub use self::{failure::Failure, person::Person, reply::Reply};
use self::{names::Names, payload::Act};
use super::{
    Choice, Message, commands::Command, ids::ChannelId, interaction::Deed, permissions::Permissions,
    state::State,
};

impl Person {
    /// Types a command, such as `/lead create email:ada@acme.io name:"Ada Lovelace"`. A value reaches to the next option's
    /// name; channels, roles and people are named `#sales`, `@Sales`, `@ada`; a choice by what a person reads.
    pub fn slash(&self, channel: ChannelId, text: &str) -> Result<Reply, Failure> {
        let data = self.discord.shared.read(|state| {
            let command = self.visible_command(state, channel, text)?;
            let typed = slash::Typed { state, guild: self.guild, channel, user: self.user, focused: None };
            typed.data(command, text)
        })?;
        Ok(self.act(&Act { deed: Deed::Command, channel, data, source: None, opener: None }))
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
        self.act(&Act { deed: Deed::Autocomplete, channel, data, source: None, opener: None }).choices().await
    }

    /// Uses a command on a message: the message, → Apps.
    pub fn use_on(&self, message: &Message, name: &str) -> Result<Reply, Failure> {
        let data = self.discord.shared.read(|state| {
            let message = self.visible_message(state, message)?;
            let command = state.commands.visible_on_messages(self.guild, name);
            let command = command.ok_or_else(|| Failure::UnknownCommand(name.to_owned()))?;
            let messages = Map::from_iter([(message.id.to_string(), state.message_json(message))]);
            Ok(json!({
                "id": command.id, "name": name, "type": 3, "target_id": message.id, "resolved": {"messages": messages},
            }))
        })?;
        Ok(self.act(&Act { deed: Deed::Command, channel: message.channel, data, source: None, opener: None }))
    }

    /// Uses a command on a member of the server: the member, → Apps.
    pub fn use_on_member(&self, channel: ChannelId, who: &Person, name: &str) -> Result<Reply, Failure> {
        let data = self.discord.shared.read(|state| {
            let command = state.commands.visible_on_members(self.guild, name);
            let command = command.ok_or_else(|| Failure::UnknownCommand(name.to_owned()))?;
            let user = state.user(who.user);
            let member = state.guilds.get(&self.guild).and_then(|guild| guild.members.get(&who.user));
            let mut member = member.ok_or(Failure::Hidden)?.partial_json();
            member["permissions"] = json!(state.permissions(channel, who.user));
            let id = who.user.to_string();
            let users = Map::from_iter([(id.clone(), user.json())]);
            let members = Map::from_iter([(id, member)]);
            Ok(json!({
                "id": command.id, "name": name, "type": 2, "target_id": who.user,
                "resolved": {"users": users, "members": members},
            }))
        })?;
        Ok(self.act(&Act { deed: Deed::Command, channel, data, source: None, opener: None }))
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
        Ok(self.act(&Act {
            deed: Deed::ModalSubmit,
            channel,
            data,
            source,
            opener: Some(reply.interaction()),
        }))
    }

    fn act_on(&self, message: &Message, data: Value) -> Reply {
        let act = Act {
            deed: Deed::Component,
            channel: message.channel,
            data,
            source: Some(message.clone()),
            opener: None,
        };
        self.act(&act)
    }

    fn visible_command<'a>(
        &self,
        state: &'a State,
        channel: ChannelId,
        text: &str,
    ) -> Result<&'a Command, Failure> {
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
