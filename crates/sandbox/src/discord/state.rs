//! What the stand-in for Discord knows: servers, channels, people, messages, commands and interactions.
//!
//! Pure state with look-ups and the one computation that everything needs, a user's permissions in a channel. What may be
//! asked over HTTP, and how it is answered, is the business of `rest`; nothing here waits.

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::{
    commands::Registry,
    error::ApiError,
    existence::Existence,
    ids::{ApplicationId, ChannelId, GuildId, InteractionId, MessageId, RoleId, Snowflakes, UserId},
    interaction::Interaction,
    message::Message,
    permissions::{self, Holder, Overwrite, Permissions},
};

/// The kinds of channel, with Discord's numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChannelKind {
    /// An ordinary text channel.
    Text = 0,
    /// A voice channel, which has a text chat too.
    Voice = 2,
    /// A category: it groups channels and takes no messages.
    Category = 4,
    /// An announcement channel.
    Announcement = 5,
    /// A thread that everyone who sees its parent can see.
    PublicThread = 11,
    /// A thread for those who were added.
    PrivateThread = 12,
    /// A forum: it takes posts, no messages.
    Forum = 15,
}

impl ChannelKind {
    pub(crate) const fn number(self) -> u8 {
        self as u8
    }

    pub(crate) const fn is_thread(self) -> bool {
        matches!(self, Self::PublicThread | Self::PrivateThread)
    }

    /// The permission that sending needs in such a channel.
    pub(crate) const fn sending(self) -> Permissions {
        if self.is_thread() { Permissions::SEND_MESSAGES_IN_THREADS } else { Permissions::SEND_MESSAGES }
    }
}

#[derive(Clone, Debug)]
pub(crate) struct User {
    pub(crate) id: UserId,
    pub(crate) name: String,
    pub(crate) is_bot: bool,
}

#[derive(Clone, Debug)]
pub(crate) struct Role {
    pub(crate) id: RoleId,
    pub(crate) name: String,
    pub(crate) permissions: Permissions,
    /// The bot whose own role this is.
    pub(crate) bot: Option<UserId>,
    /// How many hold it.
    pub(crate) size: RoleSize,
    /// Who may mention it.
    pub(crate) mention: RoleMention,
}

/// Who may mention a role.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RoleMention {
    /// Whoever may mention everyone.
    Some,
    /// Whoever may write.
    Anyone,
}

/// How many members Discord says hold a role.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RoleSize {
    /// As many as the stand-in knows by name.
    Named,
    /// So many, of whom most are not known by name.
    People(u64),
    /// It does not say.
    Untold,
}

#[derive(Clone, Debug)]
pub(crate) struct GuildMember {
    pub(crate) roles: Vec<RoleId>,
    pub(crate) joined: Timestamp,
}

#[derive(Clone, Debug)]
pub(crate) struct Guild {
    pub(crate) id: GuildId,
    pub(crate) name: String,
    pub(crate) owner: UserId,
    pub(crate) roles: BTreeMap<RoleId, Role>,
    pub(crate) members: BTreeMap<UserId, GuildMember>,
    pub(crate) locale: &'static str,
    /// How many members it has, where most of them are not known by name.
    pub(crate) size: Option<u64>,
    /// Whether the bot is in it.
    pub(crate) bot: Existence,
}

impl Guild {
    pub(crate) fn everyone(&self) -> RoleId {
        RoleId::new(self.id.get())
    }

    /// How many members it has.
    pub(crate) fn size(&self) -> u64 {
        self.size.unwrap_or(self.members.len() as u64)
    }

    /// How many members hold a role, if Discord says so.
    pub(crate) fn size_of(&self, role: &Role) -> Option<u64> {
        match role.size {
            RoleSize::Named => {
                Some(self.members.values().filter(|member| member.roles.contains(&role.id)).count() as u64)
            }
            RoleSize::People(people) => Some(people),
            RoleSize::Untold => None,
        }
    }

    /// What a member may do before any channel's overwrites.
    pub(crate) fn base_permissions(&self, user: UserId) -> Permissions {
        if user == self.owner {
            return Permissions::ALL;
        }
        let Some(member) = self.members.get(&user) else { return Permissions::NONE };
        let held = member.roles.iter().copied().chain([self.everyone()]);
        let held = held.filter_map(|role| self.roles.get(&role));
        let base = held.fold(Permissions::NONE, |sum, role| sum | role.permissions);
        if base.contains(Permissions::ADMINISTRATOR) { Permissions::ALL } else { base }
    }
}

#[derive(Clone, Debug)]
pub(crate) struct Channel {
    pub(crate) id: ChannelId,
    pub(crate) guild: GuildId,
    pub(crate) kind: ChannelKind,
    pub(crate) name: String,
    /// The category of a channel, the channel of a thread.
    pub(crate) parent: Option<ChannelId>,
    pub(crate) overwrites: Vec<Overwrite>,
    pub(crate) existence: Existence,
    pub(crate) lock: Lock,
    /// Who was added to a private thread.
    pub(crate) thread_members: Vec<UserId>,
    /// Everything ever posted, ephemeral replies too, oldest first.
    pub(crate) messages: Vec<Message>,
    /// How many of them `next_message` has handed out.
    pub(crate) handed_out: usize,
}

/// Whether a thread takes messages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lock {
    /// It does.
    Open,
    /// A moderator locked it.
    Locked,
}

/// Who may invite the bot: what the developer portal calls a public bot.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum InvitedBy {
    /// Anybody, as it is until somebody switches it off.
    #[default]
    Anybody,
    /// The application's owner.
    ItsOwner,
}

#[derive(Clone, Debug)]
pub(crate) struct Application {
    pub(crate) id: ApplicationId,
    pub(crate) name: String,
    pub(crate) token: String,
    pub(crate) bot: UserId,
    pub(crate) invited_by: InvitedBy,
}

#[derive(Debug)]
pub(crate) struct State {
    pub(crate) snowflakes: Snowflakes,
    pub(crate) application: Application,
    pub(crate) users: BTreeMap<UserId, User>,
    pub(crate) guilds: BTreeMap<GuildId, Guild>,
    pub(crate) channels: BTreeMap<ChannelId, Channel>,
    pub(crate) commands: Registry,
    pub(crate) interactions: BTreeMap<InteractionId, Interaction>,
    pub(crate) nonce_window: std::time::Duration,
}

impl State {
    pub(crate) fn guild(&self, id: GuildId) -> Result<&Guild, ApiError> {
        self.guilds.get(&id).ok_or(ApiError::UNKNOWN_GUILD)
    }

    /// A server as the bot may see it.
    pub(crate) fn joined_guild(&self, id: GuildId) -> Result<&Guild, ApiError> {
        let guild = self.guild(id)?;
        if guild.bot == Existence::Gone { Err(ApiError::MISSING_ACCESS) } else { Ok(guild) }
    }

    pub(crate) fn channel(&self, id: ChannelId) -> Result<&Channel, ApiError> {
        let channel = self.channels.get(&id).ok_or(ApiError::UNKNOWN_CHANNEL)?;
        if channel.existence == Existence::Gone { Err(ApiError::UNKNOWN_CHANNEL) } else { Ok(channel) }
    }

    /// A channel that the bot can view, with what it may do there.
    pub(crate) fn viewed_channel(&self, id: ChannelId) -> Result<(&Channel, Permissions), ApiError> {
        let channel = self.channel(id)?;
        self.joined_guild(channel.guild)?;
        let permissions = self.permissions(id, self.application.bot);
        if permissions.contains(Permissions::VIEW_CHANNEL) {
            Ok((channel, permissions))
        } else {
            Err(ApiError::MISSING_ACCESS)
        }
    }

    pub(crate) fn user(&self, id: UserId) -> &User {
        self.users.get(&id).unwrap_or_else(|| &self.users[&self.application.bot])
    }

    /// What a user may do in a channel; nothing where there is no such channel or member.
    pub(crate) fn permissions(&self, channel: ChannelId, user: UserId) -> Permissions {
        let Some(channel) = self.channels.get(&channel) else { return Permissions::NONE };
        let Some(guild) = self.guilds.get(&channel.guild) else { return Permissions::NONE };
        let Some(member) = guild.members.get(&user) else { return Permissions::NONE };
        let holder = Holder {
            user,
            everyone: guild.everyone(),
            roles: &member.roles,
            base: guild.base_permissions(user),
        };
        let computed = permissions::in_channel(&holder, self.overwrites_of(channel), channel.kind.sending());
        let hidden = channel.kind == ChannelKind::PrivateThread
            && !channel.thread_members.contains(&user)
            && !computed.contains(Permissions::MANAGE_THREADS);
        if hidden { Permissions::NONE } else { computed }
    }

    /// A thread has its parent's overwrites.
    pub(crate) fn overwrites_of<'a>(&'a self, channel: &'a Channel) -> &'a [Overwrite] {
        let parent = channel.parent.filter(|_| channel.kind.is_thread());
        parent.and_then(|parent| self.channels.get(&parent)).map_or(&channel.overwrites, |it| &it.overwrites)
    }

    pub(crate) fn message(&self, channel: ChannelId, id: MessageId) -> Result<&Message, ApiError> {
        let messages = &self.channel(channel)?.messages;
        let found = messages.iter().rev().find(|message| message.id == id);
        found.filter(|message| !message.is_deleted()).ok_or(ApiError::UNKNOWN_MESSAGE)
    }

    pub(crate) fn message_mut(
        &mut self,
        channel: ChannelId,
        id: MessageId,
    ) -> Result<&mut Message, ApiError> {
        let messages = &mut self.channels.get_mut(&channel).ok_or(ApiError::UNKNOWN_CHANNEL)?.messages;
        let found = messages.iter_mut().rev().find(|message| message.id == id);
        found.filter(|message| !message.is_deleted()).ok_or(ApiError::UNKNOWN_MESSAGE)
    }

    /// The channels of a server that still exist, in the order in which they were made.
    pub(crate) fn channels_of(&self, guild: GuildId) -> impl Iterator<Item = &Channel> {
        self.channels
            .values()
            .filter(move |channel| channel.guild == guild && channel.existence == Existence::Present)
    }

    /// The servers that the bot is in.
    pub(crate) fn joined_guilds(&self) -> impl Iterator<Item = &Guild> {
        self.guilds.values().filter(|guild| guild.bot == Existence::Present)
    }
}

/// The person of this name, made if there is none.
pub(super) fn person(state: &mut State, name: &str, now: jiff::Timestamp) -> UserId {
    if let Some(known) = state.users.values().find(|user| user.name == name && !user.is_bot) {
        return known.id;
    }
    let id = UserId::new(state.snowflakes.next(now));
    state.users.insert(id, User { id, name: name.to_owned(), is_bot: false });
    id
}
