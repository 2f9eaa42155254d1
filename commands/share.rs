//! [Share here]: a card from a reply, shown to everyone in the channel.

use deskbell_desk::access::ManageServer;
use deskbell_desk::channel::{ChannelKind, ChannelView};
use deskbell_desk::ids::{ChannelId, ContactId, GuildId};
use deskbell_desk::port::channels::ChannelError;
use deskbell_desk::port::messenger::PostOutcome;
use deskbell_desk::service::audience::view_now;
use deskbell_desk::service::companies::resolve_names;
use deskbell_desk::service::look_up::{LookUp, by_id};

use crate::audit::{self, Action};
use crate::contact::shown;
use crate::desk::Desk;
use crate::error::{ClosedChannel, CommandError, NotPosted, Refusal};
use crate::reply;
use crate::rights::may_post;
use crate::session::Session;

/// What a person decided about a channel that everyone can read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Decision {
    /// Nothing yet.
    Open,
    /// To show the card all the same.
    Anyway,
}

/// Posts a contact's card in the channel of the press. The asker was checked already.
pub(crate) async fn share(
    session: &Session<'_>,
    id: &ContactId,
    decision: Decision,
) -> Result<(), CommandError> {
    session.answer.begin().await?;
    let channel = session.asker.channel;
    let view = fit_channel(session.desk, session.asker.guild, channel, "lead get").await?;
    may_post(session.desk, &session.asker, channel).await?;
    if view.audience.is_public() {
        match (session.asker.manage, decision) {
            (ManageServer::Lacks, _) => return Err(Refusal::PublicChannel(channel, view.audience).into()),
            (ManageServer::Holds, Decision::Open) => {
                let question = reply::ask_before_public_share(channel, view.audience, id);
                return session.answer.give(question).await;
            }
            (ManageServer::Holds, Decision::Anyway) => {}
        }
    }
    let ports = &session.desk.ports;
    let mut contact = match session.answer.patiently(by_id(&*session.intercom, id)).await? {
        LookUp::Found(contact) | LookUp::Merged(contact) => *contact,
        _ => {
            let role = deskbell_desk::contact::Role::Lead;
            return Err(Refusal::Unknown { role, text: id.to_string() }.into());
        }
    };
    resolve_names(&*session.intercom, &ports.names, &mut contact).await;
    let message = reply::shared_card(shown(session.desk)?, &contact, session.asker.member);
    posted(ports.courier.hand_over(channel, message).await, channel, "lead get")?;
    audit::log(&session.asker, Action::Shared(id, channel));
    session.answer.give(reply::shared(channel)).await
}

/// A channel in which messages can be posted now. `again` is the command that an error names.
pub(crate) async fn fit_channel(
    desk: &Desk,
    guild: GuildId,
    channel: ChannelId,
    again: &'static str,
) -> Result<ChannelView, CommandError> {
    let closed = |kind, why| Refusal::Channel(Box::new(ClosedChannel { channel, kind, why, again }));
    let view = view_now(&*desk.ports.channels, &*desk.ports.store, guild, channel).await;
    let view = view.map_err(|why| closed(ChannelKind::Other, why))?;
    match view.obstacle() {
        Some(obstacle) => Err(closed(view.kind, ChannelError::Closed(obstacle)).into()),
        None => Ok(view),
    }
}

/// Whether a channel certainly takes no messages now.
pub(crate) async fn is_closed(desk: &Desk, guild: GuildId, channel: ChannelId) -> bool {
    match desk.ports.channels.view(guild, channel).await {
        Ok(view) => view.obstacle().is_some(),
        Err(ChannelError::Unavailable) => false,
        Err(ChannelError::Closed(_)) => true,
    }
}

/// Whether a message stands in the channel now.
pub(crate) fn posted(
    outcome: PostOutcome,
    channel: ChannelId,
    again: &'static str,
) -> Result<(), CommandError> {
    let refusal = match outcome {
        PostOutcome::Posted { .. } => return Ok(()),
        PostOutcome::Unknown => Refusal::NotPosted(NotPosted::Unknown),
        PostOutcome::RateLimited { after, .. } => Refusal::NotPosted(NotPosted::RateLimited(after)),
        PostOutcome::Walled { .. } => Refusal::NotPosted(NotPosted::Walled),
        PostOutcome::Refused { .. } => Refusal::NotPosted(NotPosted::Refused),
        PostOutcome::Unauthorized => Refusal::NotPosted(NotPosted::Unauthorized),
        PostOutcome::Closed(obstacle) => {
            let (kind, why) = (ChannelKind::Other, ChannelError::Closed(obstacle));
            Refusal::Channel(Box::new(ClosedChannel { channel, kind, why, again }))
        }
    };
    Err(refusal.into())
}
