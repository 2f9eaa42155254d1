//! [Share here]: a card from a reply, shown to everyone in the channel.

use deskbell_desk::access::ManageServer;
use deskbell_desk::channel::ChannelView;
use deskbell_desk::ids::{ChannelId, ContactId, GuildId};
use deskbell_desk::port::channels::ChannelError;
use deskbell_desk::port::messenger::{ClosedReason, PostOutcome};
use deskbell_desk::service::audience::view_now;
use deskbell_desk::service::companies::resolve_names;
use deskbell_desk::service::look_up::{LookUp, by_id};

use crate::audit::{self, Action};
use crate::contact::shown;
use crate::desk::Desk;
use crate::error::{CommandError, NotPosted, Obstacle, ObstacleReason, Refusal};
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
    let obstacle =
        |reason| CommandError::from(Refusal::Channel(Box::new(Obstacle { channel, reason, again })));
    let view = view_now(&*desk.ports.channels, &*desk.ports.store, guild, channel).await;
    let view = view.map_err(|error| {
        obstacle(match error {
            ChannelError::Gone => ObstacleReason::Gone,
            ChannelError::Hidden => ObstacleReason::Hidden,
            ChannelError::NotInGuild => ObstacleReason::NotInGuild,
            ChannelError::Unavailable => ObstacleReason::Unavailable,
        })
    })?;
    if !view.kind.takes_messages() {
        return Err(obstacle(ObstacleReason::Kind(view.kind)));
    }
    let lacking: Vec<_> =
        view.lacking.iter().flatten().copied().filter(|permission| prevents_posting(*permission)).collect();
    if lacking.is_empty() { Ok(view) } else { Err(obstacle(ObstacleReason::Lacking(lacking))) }
}

/// Whether a channel certainly takes no messages now.
pub(crate) async fn is_closed(desk: &Desk, guild: GuildId, channel: ChannelId) -> bool {
    match desk.ports.channels.view(guild, channel).await {
        Ok(view) => {
            !view.kind.takes_messages() || view.lacking.iter().flatten().any(|one| prevents_posting(*one))
        }
        Err(ChannelError::Unavailable) => false,
        Err(ChannelError::Gone | ChannelError::Hidden | ChannelError::NotInGuild) => true,
    }
}

/// Without Read Message History a message can still be posted; it only cannot be found again after a crash.
fn prevents_posting(permission: deskbell_desk::channel::Permission) -> bool {
    permission != deskbell_desk::channel::Permission::ReadMessageHistory
}

/// Whether a message stands in the channel now.
pub(crate) fn posted(
    outcome: PostOutcome,
    channel: ChannelId,
    again: &'static str,
) -> Result<(), CommandError> {
    let obstacle = |reason| Refusal::Channel(Box::new(Obstacle { channel, reason, again }));
    let refusal = match outcome {
        PostOutcome::Posted { .. } => return Ok(()),
        PostOutcome::Unknown => Refusal::NotPosted(NotPosted::Unknown),
        PostOutcome::RateLimited { after, .. } => Refusal::NotPosted(NotPosted::RateLimited(after)),
        PostOutcome::Walled { .. } => Refusal::NotPosted(NotPosted::Walled),
        PostOutcome::Refused { .. } => Refusal::NotPosted(NotPosted::Refused),
        PostOutcome::Unauthorized => Refusal::NotPosted(NotPosted::Unauthorized),
        PostOutcome::Closed(ClosedReason::MissingPermissions(lacking)) => {
            obstacle(ObstacleReason::Lacking(lacking))
        }
        PostOutcome::Closed(ClosedReason::ChannelGone) => obstacle(ObstacleReason::Gone),
        PostOutcome::Closed(ClosedReason::ChannelUnfit) => {
            obstacle(ObstacleReason::Kind(deskbell_desk::channel::ChannelKind::Other))
        }
        PostOutcome::Closed(ClosedReason::ThreadClosed) => obstacle(ObstacleReason::ThreadClosed),
        PostOutcome::Closed(ClosedReason::NotInGuild) => obstacle(ObstacleReason::NotInGuild),
    };
    Err(refusal.into())
}
