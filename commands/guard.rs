//! Who may do what. Everything is judged by what the interaction itself says of the member, so no call is needed but
//! the store's; autocomplete and presses pass here too.

use deskbell_desk::access::{Grant, ManageServer};
use deskbell_desk::ids::{ChannelId, GuildId, MemberId, RoleId};
use poise::serenity_prelude as serenity;

use crate::desk::Desk;
use crate::error::{CommandError, Refusal};

/// Who asks, and where.
#[derive(Debug, Clone)]
pub(crate) struct Asker {
    pub(crate) guild: GuildId,
    pub(crate) channel: ChannelId,
    pub(crate) member: MemberId,
    pub(crate) roles: Vec<RoleId>,
    pub(crate) manage: ManageServer,
}

impl Asker {
    /// From a command or its autocomplete.
    pub(crate) fn of_command(interaction: &serenity::CommandInteraction) -> Result<Self, CommandError> {
        Self::of(interaction.member.as_deref(), interaction.channel_id)
    }

    /// From a press.
    pub(crate) fn of_press(press: &serenity::ComponentInteraction) -> Result<Self, CommandError> {
        Self::of(press.member.as_ref(), press.channel_id)
    }

    /// From a form.
    pub(crate) fn of_form(form: &serenity::ModalInteraction) -> Result<Self, CommandError> {
        Self::of(form.member.as_ref(), form.channel_id)
    }

    fn of(member: Option<&serenity::Member>, channel: serenity::ChannelId) -> Result<Self, CommandError> {
        let member = member.ok_or(Refusal::NotInServer)?;
        let permissions = member.permissions.unwrap_or_default();
        let manages = permissions.manage_guild() || permissions.administrator();
        Ok(Self {
            guild: GuildId(member.guild_id.get()),
            channel: ChannelId(channel.get()),
            member: MemberId(member.user.id.get()),
            roles: member.roles.iter().map(|role| RoleId(role.get())).collect(),
            manage: if manages { ManageServer::Holds } else { ManageServer::Lacks },
        })
    }
}

/// The server must be linked to the workspace.
pub(crate) fn linked(desk: &Desk, asker: &Asker) -> Result<(), CommandError> {
    if desk.connection.is_linked(asker.guild) {
        return Ok(());
    }
    Err(Refusal::NotLinked { guild: asker.guild, manage: asker.manage }.into())
}

/// The asker must be allowed to see customers (and to export them).
pub(crate) async fn may_look(desk: &Desk, asker: &Asker, needed: Grant) -> Result<(), CommandError> {
    linked(desk, asker)?;
    if asker.manage == ManageServer::Holds {
        return Ok(());
    }
    let access = desk.ports.store.access(asker.guild).await?;
    if access.allows(asker.guild, &asker.roles, asker.manage, needed) {
        return Ok(());
    }
    let allowing =
        access.roles.iter().filter(|(role, grant)| **role != asker.guild.everyone() && **grant >= needed);
    let purpose = if needed == Grant::Look { "see customers" } else { "export customers" };
    Err(Refusal::NoAccess { purpose, roles: allowing.map(|(role, _)| *role).collect() }.into())
}

/// The asker must be allowed to set the bot up.
pub(crate) fn may_set_up(desk: &Desk, asker: &Asker) -> Result<(), CommandError> {
    linked(desk, asker)?;
    match asker.manage {
        ManageServer::Holds => Ok(()),
        ManageServer::Lacks => Err(Refusal::NotManager.into()),
    }
}

/// The same as a question, for what is shown rather than done.
pub(crate) async fn looks_allowed(desk: &Desk, asker: &Asker) -> bool {
    may_look(desk, asker, Grant::Look).await.is_ok()
}
