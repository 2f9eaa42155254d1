//! Whether something can be posted in a channel for somebody, and whether it then stands there.

use crate::channel::{ChannelKind, ChannelView, Permission};
use crate::ids::{ChannelId, ContactId, GuildId, MessageId};
use crate::port::channels::{ChannelError, Channels};
use crate::port::messenger::PostOutcome;
use crate::service::audience::view_now;
use crate::service::request::{NotDone, NotPosted, Request};

/// A channel in which messages can be posted now.
pub(super) async fn fit_channel(request: &Request<'_>, channel: ChannelId) -> Result<ChannelView, NotDone> {
    let view = view_now(request.channels, request.access, &request.home, channel).await;
    let view = view.map_err(|why| NotDone::Closed { channel, kind: ChannelKind::Other, why })?;
    match view.obstacle() {
        Some(obstacle) => {
            Err(NotDone::Closed { channel, kind: view.kind, why: ChannelError::Closed(obstacle) })
        }
        None => Ok(view),
    }
}

/// Whether a channel certainly takes no messages now.
pub(super) async fn is_closed(channels: &dyn Channels, guild: GuildId, channel: ChannelId) -> bool {
    match channels.view(guild, channel).await {
        Ok(view) => view.obstacle().is_some(),
        Err(ChannelError::Unavailable) => false,
        Err(ChannelError::Closed(_)) => true,
    }
}

/// What the asker lacks to post in a channel. Where Discord does not tell, nothing may be posted for them.
pub(super) async fn lacking(request: &Request<'_>, channel: ChannelId) -> Result<Vec<Permission>, NotDone> {
    request.rights.lacking(channel).await.or_else(|error| match error {
        why @ ChannelError::Unavailable => Err(NotDone::Closed { channel, kind: ChannelKind::Other, why }),
        // The bot cannot post there either, and its own reason is told.
        ChannelError::Closed(_) => Ok(Vec::new()),
    })
}

/// Refuses whoever may not post in a channel themselves.
pub(super) async fn may_post(request: &Request<'_>, channel: ChannelId) -> Result<(), NotDone> {
    let lacking = lacking(request, channel).await?;
    if lacking.is_empty() { Ok(()) } else { Err(NotDone::MayNotPost(channel, lacking)) }
}

/// A message that stands in the channel for certain; its id is missing where Discord's answer could not be read.
pub(super) fn posted(outcome: PostOutcome, channel: ChannelId) -> Result<Option<MessageId>, NotDone> {
    let not_posted = |why| Err(NotDone::NotPosted(why));
    match outcome {
        PostOutcome::Posted { message, .. } => Ok(message),
        PostOutcome::Unknown => not_posted(NotPosted::Unknown),
        PostOutcome::RateLimited { after, .. } => not_posted(NotPosted::RateLimited(after)),
        PostOutcome::TurnedAway { .. } => not_posted(NotPosted::TurnedAway),
        PostOutcome::Refused { .. } | PostOutcome::Unexplained { .. } => not_posted(NotPosted::Refused),
        PostOutcome::Unauthorized => not_posted(NotPosted::Unauthorized),
        PostOutcome::Closed(obstacle) => {
            let (kind, why) = (ChannelKind::Other, ChannelError::Closed(obstacle));
            Err(NotDone::Closed { channel, kind, why })
        }
    }
}

/// A card that somebody showed is found again when its contact is erased, or the cards of the server are.
pub(super) async fn remember_shared(
    request: &Request<'_>,
    contact: &ContactId,
    (channel, message): (ChannelId, MessageId),
) {
    let remembered = request.deliveries.remember_shared(&request.home, contact, channel, message).await;
    if let Err(cause) = remembered {
        tracing::warn!(
            %cause,
            channel.id = %channel,
            message.id = %message,
            "where a shared card stands could not be remembered: erasing its contact does not delete it"
        );
    }
}

/// A message known to be ours lets a later search tell an unreadable history from an empty one.
pub(super) async fn remember(request: &Request<'_>, channel: ChannelId, message: MessageId) {
    if let Err(cause) = request.deliveries.remember_own_message(&request.home, channel, message).await {
        tracing::warn!(%cause, "a message of ours could not be remembered");
    }
}
