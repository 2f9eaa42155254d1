//! [Share here]: a card from a reply, shown to everyone in the channel.

use deskbell_domain::ids::ContactId;
use deskbell_domain::message::Message;
use deskbell_domain::service::companies::resolve_names;
use deskbell_domain::service::look_up::{LookUp, by_id};
use deskbell_domain::service::share::{self as service, NotShared, Share, ShareDecision, Sharing};
use deskbell_text as text;
use deskbell_text::command::CommandName;

use crate::contact::shown;
use crate::interaction::error::{CommandError, Refusal};
use crate::interaction::request;
use crate::interaction::session::Session;

/// Posts a contact's card in the channel of the press. The asker was checked already.
pub(crate) async fn share(
    session: &Session<'_>,
    id: &ContactId,
    decision: ShareDecision,
) -> Result<(), CommandError> {
    session.answer.begin().await?;
    let (context, asker) = (&session.context, &session.asker);
    let channel = asker.channel;
    let share = Share { contact: id, channel, manage: asker.manage, decision };
    let sharing = service::share(&request::of(context, asker), share, Box::pin(card(session, id))).await;
    let sharing = sharing.map_err(|not_shared| match not_shared {
        NotShared::NotDone(not_done) => request::refused(context, CommandName::LeadGet, not_done),
        NotShared::NoCard(failure) => failure,
    })?;
    match sharing {
        Sharing::Shared => session.answer.give(text::channel::shared(channel)).await,
        Sharing::NotTheirs(audience) => Err(Refusal::PublicChannel(channel, audience).into()),
        Sharing::ToDecide(audience) => {
            session.answer.give(text::channel::ask_before_public_share(channel, audience, id)).await
        }
    }
}

/// The contact as it is now, as everyone in the channel will see it.
async fn card(session: &Session<'_>, id: &ContactId) -> Result<Message, CommandError> {
    let mut contact = match session.answer.patiently(by_id(&*session.intercom, id)).await? {
        LookUp::Found(contact) | LookUp::Merged(contact) => *contact,
        _ => return Err(Refusal::Gone.into()),
    };
    resolve_names(&*session.intercom, &session.context.workspace.ports.names, &mut contact).await;
    Ok(text::contact::shared_card(shown(&session.context), &contact, session.asker.member))
}
