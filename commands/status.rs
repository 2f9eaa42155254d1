//! `/status`: how the bot is, for whoever may see customers; one sentence for everybody else.

use deskbell_domain::access::Needed;
use deskbell_domain::message::Message;
use deskbell_domain::service::status as service;
use deskbell_text as text;
use deskbell_text::delivery::Undelivered;
use deskbell_text::status::Picture;

use crate::interaction::asker::Asker;
use crate::interaction::context::{CommandContext, Ctx};
use crate::interaction::error::{CommandError, Refusal};
use crate::interaction::guard;
use crate::interaction::request;
use crate::interaction::session::Session;

/// Show how the bot is
#[poise::command(slash_command, guild_only)]
pub(crate) async fn status(ctx: Ctx<'_>) -> Result<(), CommandError> {
    let session = Session::of_command(ctx)?;
    // Counting what waits behind a long pause takes a while.
    session.answer.begin().await?;
    let reply = status_for(&session.context, &session.asker).await?;
    session.answer.give(reply).await
}

/// What the asker may know.
pub(crate) async fn status_for(context: &CommandContext, asker: &Asker) -> Result<Message, CommandError> {
    match guard::may(context, asker, Needed::Look).await {
        Ok(()) => draw(context, asker).await,
        Err(CommandError::Refused(Refusal::NoAccess { .. })) => Ok(text::status::without_access()),
        Err(other) => Err(other),
    }
}

async fn draw(context: &CommandContext, asker: &Asker) -> Result<Message, CommandError> {
    let day = (context.workspace.ports.day)(context.now());
    let reading = service::read(&request::of(context, asker), context.now().seconds(), &day).await?;
    Ok(text::status::status(
        context.around(),
        &Picture {
            workspace_name: context.workspace.name(),
            region: context.workspace.region,
            poll: context.workspace.ports.board.poll(),
            store: context.workspace.ports.board.store(),
            undelivered: Undelivered::at(&context.workspace.ports.board, context.now()),
            possible_duplicates: context.workspace.ports.board.possible_duplicates(),
            unreadable: context.workspace.ports.board.unreadable()
                + context.workspace.ports.intercom.usage().unreadable,
            unreadable_notifications: context.workspace.ports.board.unreadable_notifications(),
            stored: &reading,
            usage: context.workspace.ports.intercom.usage(),
            shards: context.bot.dependencies.shards.connected_shards(),
            told: context.workspace.ports.webhooks.told(),
            poll_interval: context.bot.facts.poll_interval,
            version: context.bot.facts.version,
            started_at: context.bot.facts.started_at,
            manage: asker.manage,
        },
    ))
}

#[cfg(test)]
mod tests;
