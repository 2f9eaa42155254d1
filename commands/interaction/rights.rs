//! What the asker may do in a channel: what the bot posts for a person needs that person's own right to post there.
//!
//! An interaction tells what its member may do in its own channel and in the channels that were chosen with it, as Discord
//! computed it. For other channels it is computed from the member's roles. To manage the server is not to post in each of
//! its channels; the owner and administrators may everything, which the permissions of any channel tell.

use deskbell_discord::permission::{is_administrator, lacking_to_post};
use deskbell_domain::channel::Permission;
use deskbell_domain::ids::ChannelId;
use deskbell_domain::port::channels::ChannelError;

use crate::interaction::asker::Asker;
use crate::interaction::context::CommandContext;

/// What the asker lacks to post in a channel.
pub(crate) async fn lacking(
    context: &CommandContext,
    asker: &Asker,
    channel: ChannelId,
) -> Result<Vec<Permission>, ChannelError> {
    if asker.rights.0.values().any(|held| is_administrator(*held)) {
        return Ok(Vec::new());
    }
    let channels = context.channels();
    match asker.rights.0.get(&channel) {
        Some(held) => channels.view(asker.guild, channel).await.map(|view| lacking_to_post(*held, view.kind)),
        None => channels.lacking_of(asker.guild, channel, asker.member, &asker.roles).await,
    }
}

#[cfg(test)]
mod tests;
