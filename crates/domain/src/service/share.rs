//! [Share here]: a card from a reply, shown to everyone in the channel.

use crate::access::ManageServer;
use crate::audit::entry::Outcome;
use crate::audit::{Action, Deed};
use crate::channel::Audience;
use crate::ids::{ChannelId, ContactId};
use crate::message::Message;
use crate::service::posting::{fit_channel, may_post, posted, remember_shared};
use crate::service::request::{NotDone, NotPosted, Request};

/// What a person decided about a channel that a crowd can read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ShareDecision {
    /// Nothing yet.
    Open,
    /// To show the card all the same.
    Anyway,
}

/// How it ended, where nothing refused it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sharing {
    /// The card stands in the channel.
    Shared,
    /// A crowd can read the channel, and only somebody with Manage Server may decide that: nothing is posted.
    NotTheirs(Audience),
    /// A crowd can read the channel: nothing is posted before the asker decides.
    ToDecide(Audience),
}

/// Why a card was not shared.
#[derive(Debug)]
pub enum NotShared<E> {
    /// By Discord, the store, or the asker's rights.
    NotDone(NotDone),
    /// There is no card to show.
    NoCard(E),
}

impl<E> From<NotDone> for NotShared<E> {
    fn from(not_done: NotDone) -> Self {
        Self::NotDone(not_done)
    }
}

/// A contact, and a channel in which its card shall be shown.
#[derive(Debug, Clone, Copy)]
pub struct Share<'a> {
    /// Who.
    pub contact: &'a ContactId,
    /// Where.
    pub channel: ChannelId,
    /// Whether the asker holds Manage Server.
    pub manage: ManageServer,
    /// What the asker decided.
    pub decision: ShareDecision,
}

/// Posts the card. It is looked up only when all is checked.
pub async fn share<E>(
    request: &Request<'_>,
    share: Share<'_>,
    card: impl Future<Output = Result<Message, E>> + Send,
) -> Result<Sharing, NotShared<E>> {
    let view = fit_channel(request, share.channel).await?;
    may_post(request, share.channel).await?;
    if view.audience.is_public() {
        match (share.manage, share.decision) {
            (ManageServer::Lacks, _) => return Ok(Sharing::NotTheirs(view.audience)),
            (ManageServer::Holds, ShareDecision::Open) => return Ok(Sharing::ToDecide(view.audience)),
            (ManageServer::Holds, ShareDecision::Anyway) => {}
        }
    }
    let card = card.await.map_err(NotShared::NoCard)?;
    let deed = Deed::about(request.member, Action::Shared { channel: share.channel }, share.contact);
    let begun = request.begin(deed).await.map_err(NotDone::from)?;
    let posted = posted(request.outbox.post_once(share.channel, card).await, share.channel);
    let outcome = match &posted {
        Ok(_) => Outcome::Done,
        Err(NotDone::NotPosted(NotPosted::Unknown)) => Outcome::Unknown,
        Err(_) => Outcome::Failed,
    };
    request.end(begun, outcome).await;
    if let Some(message) = posted? {
        remember_shared(request, share.contact, (share.channel, message)).await;
    }
    Ok(Sharing::Shared)
}

#[cfg(test)]
mod tests;
