//! What the asker may do in a channel: what the bot posts for a person needs that person's own right to post there.
//!
//! An interaction tells what its member may do in its own channel and in the channels that were chosen with it, as Discord
//! computed it. For other channels it is computed from the member's roles. To manage the server is not to post in each of
//! its channels; the owner and administrators may everything, which the permissions of any channel tell.

use std::collections::BTreeMap;

use deskbell_desk::channel::Permission;
use deskbell_desk::ids::ChannelId;
use deskbell_desk::port::channels::ChannelError;
use deskbell_discord::permission::{is_administrator, lacking_to_post};
use poise::serenity_prelude as serenity;

use crate::desk::Desk;
use crate::guard::Asker;

/// The permissions that an interaction tells, as Discord's bits.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Rights(BTreeMap<ChannelId, u64>);

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

/// What the asker lacks to post in a channel.
pub(crate) async fn lacking(
    desk: &Desk,
    asker: &Asker,
    channel: ChannelId,
) -> Result<Vec<Permission>, ChannelError> {
    if asker.rights.0.values().any(|held| is_administrator(*held)) {
        return Ok(Vec::new());
    }
    let channels = &desk.ports.channels;
    match asker.rights.0.get(&channel) {
        Some(held) => channels.view(asker.guild, channel).await.map(|view| lacking_to_post(*held, view.kind)),
        None => channels.lacking_of(asker.guild, channel, asker.member, &asker.roles).await,
    }
}

#[cfg(test)]
mod tests;
