//! `/help`: what the asker may use, and nothing else.

use deskbell_domain::access::{Export, Grant, Level, ManageServer, Needed};
use deskbell_domain::message::Message;
use deskbell_text as text;
use deskbell_text::help::Reach;

use crate::interaction::asker::Asker;
use crate::interaction::context::{CommandContext, Ctx};
use crate::interaction::error::{CommandError, Refusal};
use crate::interaction::guard;
use crate::interaction::session::Session;

/// Show what you can do here
#[poise::command(slash_command, guild_only)]
pub(crate) async fn help(ctx: Ctx<'_>) -> Result<(), CommandError> {
    let session = Session::of_command(ctx)?;
    let reply = help_for(&session.context, &session.asker).await?;
    session.answer.give(reply).await
}

/// What the asker may use.
pub(crate) async fn help_for(context: &CommandContext, asker: &Asker) -> Result<Message, CommandError> {
    match guard::may(context, asker, Needed::Look).await {
        Ok(()) => {}
        Err(CommandError::Refused(Refusal::NoAccess { team, .. })) => {
            return Ok(text::help::without_access(&team));
        }
        Err(other) => return Err(other),
    }
    let reach = if asker.manage == ManageServer::Holds {
        Reach::SetUp
    } else {
        let acts = guard::may(context, asker, Needed::Act).await.is_ok();
        let exports = guard::may(context, asker, Needed::Export).await.is_ok();
        Reach::Team(Grant {
            level: if acts { Level::Act } else { Level::Look },
            export: if exports { Export::Allowed } else { Export::Forbidden },
        })
    };
    Ok(text::help::help(context.around(), reach))
}

#[cfg(test)]
mod tests;
