//! `/conversation get`: what was said in a conversation, with the buttons that its card has.

use deskbell_domain::access::Needed;
use deskbell_domain::conversation::Conversation;
use deskbell_domain::ids::ConversationId;
use deskbell_domain::message::Message;
use deskbell_domain::nameable::Nameable;
use deskbell_domain::service::conversations::{Meant, meant};
use deskbell_domain::service::look_up::announced_conversation;
use deskbell_text as text;

use crate::contact::retry::{self, Asked};
use crate::contact::shown;
use crate::interaction::complete::complete_conversation;
use crate::interaction::context::Ctx;
use crate::interaction::error::{CommandError, Refusal};
use crate::interaction::guard;
use crate::interaction::session::Session;
use crate::interaction::tell::tell;

/// Read conversations, and act in them
#[poise::command(slash_command, guild_only, subcommands("get"))]
#[expect(clippy::unused_async, reason = "poise asks for it; the body of a parent never runs")]
pub(crate) async fn conversation(_: Ctx<'_>) -> Result<(), CommandError> {
    Ok(())
}

/// Read what was said in a conversation, and act in it
#[poise::command(slash_command, guild_only)]
async fn get(
    ctx: Ctx<'_>,
    #[description = "Pick one while typing, or give its link or id, or words of it"]
    #[max_length = 255]
    #[autocomplete = "complete_conversation"]
    conversation: String,
) -> Result<(), CommandError> {
    let session = Session::of_command(ctx)?;
    guard::may(&session.context, &session.asker, Needed::Look).await?;
    look_up(&session, &conversation).await
}

/// Shows the one that is meant by what was typed or picked. The asker was checked already.
pub(crate) async fn look_up(session: &Session<'_>, typed: &str) -> Result<(), CommandError> {
    session.answer.begin().await?;
    let Err(failure) = looked_up(session, typed).await else { return Ok(()) };
    let effect =
        retry::effect(session, &Asked::Conversation { conversation: typed.to_owned() }, &failure).await;
    tell(session, "conversation", &failure, &effect).await;
    Ok(())
}

async fn looked_up(session: &Session<'_>, typed: &str) -> Result<(), CommandError> {
    match session.answer.patiently(meant(&*session.intercom, typed)).await? {
        Meant::One(id) => read(session, &id).await,
        Meant::Several(several) => session.answer.give(text::transcript::pick(&several)).await,
        Meant::None => Err(Refusal::NoSuchConversation(typed.to_owned()).into()),
    }
}

/// Shows what was said in a conversation. The asker was checked already.
pub(crate) async fn read(session: &Session<'_>, id: &ConversationId) -> Result<(), CommandError> {
    session.answer.begin().await?;
    let found = session.answer.patiently(session.intercom.conversation(id)).await?;
    let reply = if let Some(mut thread) = found {
        name_holders(session, &mut thread.conversation).await;
        text::transcript::transcript(shown(&session.context), &thread)
    } else {
        deleted(session, id).await?
    };
    session.answer.give(reply).await
}

/// Shows a conversation's full card. The asker was checked already.
pub(crate) async fn show(session: &Session<'_>, id: &ConversationId) -> Result<(), CommandError> {
    session.answer.begin().await?;
    let found = session.answer.patiently(session.intercom.conversation(id)).await?;
    let reply = match found {
        Some(thread) => text::conversation::card(shown(&session.context), thread.conversation),
        None => deleted(session, id).await?,
    };
    session.answer.give(reply).await
}

/// What is still kept of a conversation that Intercom does not know any more.
async fn deleted(session: &Session<'_>, id: &ConversationId) -> Result<Message, CommandError> {
    let context = &session.context;
    let known = announced_conversation(context.store(), context.workspace.id(), id).await?;
    let mut known = *known.ok_or(Refusal::UnknownConversation)?;
    session.sight().limit_conversation(&mut known);
    Ok(text::conversation::deleted(shown(context), known))
}

/// Fills in who has it, as far as the server's token may read that.
async fn name_holders(session: &Session<'_>, conversation: &mut Conversation) {
    if let Some(id) = &conversation.admin_id {
        conversation.admin_name = name(session, Nameable::Admin(id.clone())).await;
    }
    if let Some(id) = &conversation.team_id {
        conversation.team_name = name(session, Nameable::Team(id.clone())).await;
    }
}

async fn name(session: &Session<'_>, of: Nameable) -> Option<String> {
    match session.context.workspace.ports.names.name(&of) {
        Some(known) => Some(known),
        None => session.answer.patiently(session.intercom.name(&of)).await.ok().flatten(),
    }
}
