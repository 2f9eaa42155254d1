//! What a command hands to a service (who asks, and the ports of this bot), and what it makes of a service's no.

use async_trait::async_trait;
use deskbell_domain::channel::Permission;
use deskbell_domain::ids::ChannelId;
use deskbell_domain::port::channels::ChannelError;
use deskbell_domain::port::rights::PostingRights;
use deskbell_domain::service::notify::add::SubscribePoint;
use deskbell_domain::service::request::{NotDone, Request};
use deskbell_text as text;
use deskbell_text::announcement::MESSAGES;
use deskbell_text::command::CommandName;
use deskbell_text::notify;

use crate::interaction::asker::Asker;
use crate::interaction::context::CommandContext;
use crate::interaction::error::{ClosedChannel, CommandError, Refusal};
use crate::interaction::refusal::Said;
use crate::interaction::rights::lacking;

/// The asker, as the services know them.
pub(crate) fn of<'a>(context: &'a CommandContext, asker: &'a Asker) -> Request<'a> {
    let store = context.store();
    Request {
        home: context.home(asker.guild),
        member: asker.member,
        rights: Box::new(RightsOf { context, asker }),
        journal: store,
        deliveries: store,
        subscriptions: store,
        access: store,
        audit: store,
        short_lived: store,
        outbox: &*context.workspace.ports.outbox,
        channels: context.channels(),
        time: &context.workspace.ports.time,
        messages: MESSAGES,
    }
}

/// The moment of a request, to be taken before anything else is waited for.
pub(crate) async fn subscribe_point(
    context: &CommandContext,
    asker: &Asker,
) -> Result<SubscribePoint, CommandError> {
    let workspace = &context.workspace.workspace;
    Ok(SubscribePoint::of(&of(context, asker), workspace, asker.asked_at).await?)
}

/// What a service did not do. `again` is the command to try again with.
pub(crate) fn refused(context: &CommandContext, again: CommandName, not_done: NotDone) -> CommandError {
    let said = |kind, reply| Refusal::Said { kind, reply: Box::new(reply) };
    let refusal = match not_done {
        NotDone::Store(error) => return error.into(),
        NotDone::Closed { channel, kind, why } => {
            Refusal::Channel(Box::new(ClosedChannel { channel, kind, why, again }))
        }
        NotDone::MayNotPost(channel, lacking) => Refusal::MayNotPost { channel, lacking },
        NotDone::NotPosted(why) => Refusal::NotPosted(why),
        NotDone::FirstMessageUnclear(channel) => {
            said(Said::TestMessageUnclear, notify::test_unclear(context.around(), channel))
        }
        NotDone::UnknownNotification => {
            said(Said::UnknownNotification, notify::no_such_notification(context.around()))
        }
        NotDone::NoNotifications => said(Said::NoNotifications, notify::nothing_yet(context.around())),
        NotDone::UnknownFailedEvent => said(Said::UnknownFailedEvent, notify::no_such_letter()),
        NotDone::Everyone => said(Said::Everyone, text::access::everyone()),
        NotDone::TooLargeForATeam => said(Said::TooLargeForATeam, text::audience::too_large_for_a_team()),
        NotDone::Busy => Refusal::Busy,
        NotDone::Contended => Refusal::Contended,
    };
    refusal.into()
}

struct RightsOf<'a> {
    context: &'a CommandContext,
    asker: &'a Asker,
}

#[async_trait]
impl PostingRights for RightsOf<'_> {
    async fn lacking(&self, channel: ChannelId) -> Result<Vec<Permission>, ChannelError> {
        lacking(self.context, self.asker, channel).await
    }
}
