//! What the asker may do in a channel: what the bot posts for a person needs that person's own right to post there.
//!
//! An interaction tells what its member may do in its own channel and in the channels that were chosen with it, as Discord
//! computed it. For other channels it is computed from the member's roles. To manage the server is not to post in each of
//! its channels; the owner and administrators may everything, which the permissions of any channel tell.

use std::collections::BTreeMap;

use deskbell_desk::channel::{ChannelKind, Permission};
use deskbell_desk::ids::ChannelId;
use deskbell_desk::port::channels::ChannelError;
use deskbell_discord::permission::{is_administrator, lacking_to_post};
use poise::serenity_prelude as serenity;

use crate::desk::Desk;
use crate::error::{ClosedChannel, CommandError, Refusal};
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

/// Refuses whoever may not post in a channel themselves.
pub(crate) async fn may_post(desk: &Desk, asker: &Asker, channel: ChannelId) -> Result<(), CommandError> {
    let lacking = lacking(desk, asker, channel).await?;
    if lacking.is_empty() { Ok(()) } else { Err(Refusal::MayNotPost { channel, lacking }.into()) }
}

/// What the asker lacks to post in a channel.
pub(crate) async fn lacking(
    desk: &Desk,
    asker: &Asker,
    channel: ChannelId,
) -> Result<Vec<Permission>, CommandError> {
    if asker.rights.0.values().any(|held| is_administrator(*held)) {
        return Ok(Vec::new());
    }
    let channels = &desk.ports.channels;
    let lacking = match asker.rights.0.get(&channel) {
        Some(held) => channels.view(asker.guild, channel).await.map(|view| lacking_to_post(*held, view.kind)),
        None => channels.lacking_of(asker.guild, channel, asker.member, &asker.roles).await,
    };
    lacking.or_else(|why| match why {
        ChannelError::Unavailable => {
            let (kind, again) = (ChannelKind::Other, "notify list");
            Err(Refusal::Channel(Box::new(ClosedChannel { channel, kind, why, again })).into())
        }
        // The bot cannot post there either, and says why in its own words.
        ChannelError::Closed(_) => Ok(Vec::new()),
    })
}

#[cfg(test)]
mod tests;
