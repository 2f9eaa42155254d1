//! Who asks, as the interaction itself tells.

use std::collections::BTreeMap;

use deskbell_domain::access::ManageServer;
use deskbell_domain::ids::{ChannelId, GuildId, MemberId, RoleId, snowflake_made_at};
use deskbell_domain::time::UnixMillis;
use poise::serenity_prelude as serenity;

use crate::interaction::error::{CommandError, Refusal};

/// Who asks, where, and when by Discord's clock.
#[derive(Debug, Clone)]
pub(crate) struct Asker {
    pub(crate) asked_at: UnixMillis,
    pub(crate) guild: GuildId,
    pub(crate) channel: ChannelId,
    pub(crate) member: MemberId,
    pub(crate) roles: Vec<RoleId>,
    pub(crate) manage: ManageServer,
    pub(crate) rights: Rights,
    pub(crate) name: PersonName,
}

/// What somebody is called, which no log line tells.
#[derive(Clone, Default)]
pub(crate) struct PersonName(pub(crate) String);

impl std::fmt::Debug for PersonName {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("PersonName")
    }
}

impl Asker {
    /// From a command or its autocomplete.
    pub(crate) fn of_command(interaction: &serenity::CommandInteraction) -> Result<Self, CommandError> {
        let resolved = &interaction.data.resolved;
        Self::of(interaction.id, interaction.member.as_deref(), interaction.channel_id, resolved)
    }

    /// Whoever pressed a button or chose from a select.
    pub(crate) fn of_press(press: &serenity::ComponentInteraction) -> Result<Self, CommandError> {
        Self::of(press.id, press.member.as_ref(), press.channel_id, &press.data.resolved)
    }

    /// From a form that was sent.
    pub(crate) fn of_form(form: &serenity::ModalInteraction) -> Result<Self, CommandError> {
        let nothing = serenity::CommandDataResolved::default();
        Self::of(form.id, form.member.as_ref(), form.channel_id, &nothing)
    }

    fn of(
        interaction: serenity::InteractionId,
        member: Option<&serenity::Member>,
        channel: serenity::ChannelId,
        resolved: &serenity::CommandDataResolved,
    ) -> Result<Self, CommandError> {
        let member = member.ok_or(Refusal::NotInServer)?;
        let channel = ChannelId(channel.get());
        Ok(Self {
            asked_at: snowflake_made_at(interaction.get()),
            guild: GuildId(member.guild_id.get()),
            channel,
            rights: Rights::of(channel, member, resolved),
            name: PersonName(member.display_name().to_owned()),
            member: MemberId(member.user.id.get()),
            roles: member.roles.iter().map(|role| RoleId(role.get())).collect(),
            manage: held_with(member.permissions.unwrap_or_default()),
        })
    }
}

/// Whether whoever has these permissions manages the server.
pub(crate) fn held_with(permissions: serenity::Permissions) -> ManageServer {
    if permissions.manage_guild() || permissions.administrator() {
        ManageServer::Holds
    } else {
        ManageServer::Lacks
    }
}

/// The permissions that an interaction tells, as Discord's bits.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Rights(pub(crate) BTreeMap<ChannelId, u64>);

impl Rights {
    /// From the interaction's own channel and those that were chosen.
    pub(crate) fn of(
        here: ChannelId,
        member: &serenity::Member,
        resolved: &serenity::CommandDataResolved,
    ) -> Self {
        let chosen = resolved.channels.iter().map(|(id, channel)| (ChannelId(id.get()), channel.permissions));
        let told = chosen.chain([(here, member.permissions)]);
        Self(told.filter_map(|(channel, held)| Some((channel, held?.bits()))).collect())
    }
}
