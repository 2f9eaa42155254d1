//! `/notify failed` as people see it: events that could not be posted.

use deskbell_domain::delivery::DeadLetterId;
use deskbell_domain::message::Message;
use deskbell_domain::service::notify::failed::{self as service, Dropping, Letters};
use deskbell_domain::service::request::NotDone;
use deskbell_text::command::CommandName;
use deskbell_text::notify as sentences;

use crate::interaction::asker::Asker;
use crate::interaction::context::CommandContext;
use crate::interaction::error::CommandError;
use crate::interaction::request;

/// A page of them.
pub(crate) async fn list(
    context: &CommandContext,
    asker: &Asker,
    page: u32,
) -> Result<Message, CommandError> {
    let request = request::of(context, asker);
    let too_old = service::too_old(&request).await?;
    Ok(sentences::failed(&service::all(&request).await?, too_old, page))
}

/// One event that could not be posted, by its id.
pub(crate) async fn one(
    context: &CommandContext,
    asker: &Asker,
    id: DeadLetterId,
) -> Result<Message, CommandError> {
    let failed = service::one(&request::of(context, asker), id).await;
    Ok(sentences::failed_one(&failed.map_err(|not_done| refused(context, not_done))?))
}

/// [Try again]: through the channel's own task. One whose notification is gone cannot be.
pub(crate) async fn try_again(
    context: &CommandContext,
    asker: &Asker,
    letters: Letters,
) -> Result<Message, CommandError> {
    let tried = service::try_again(&request::of(context, asker), letters).await;
    Ok(sentences::tried_again(&tried.map_err(|not_done| refused(context, not_done))?))
}

/// [Drop]: at once where it is one, after a question where it is several.
pub(crate) async fn drop_letters(
    context: &CommandContext,
    asker: &Asker,
    letters: Letters,
) -> Result<Message, CommandError> {
    let dropping = service::drop_letters(&request::of(context, asker), letters).await;
    Ok(match dropping.map_err(|not_done| refused(context, not_done))? {
        Dropping::Dropped(count) => sentences::dropped(count),
        Dropping::ToDecide(count) => sentences::ask_before_dropping(count),
    })
}

/// [Drop them] was pressed, after the number was named.
pub(crate) async fn drop_all(context: &CommandContext, asker: &Asker) -> Result<Message, CommandError> {
    Ok(sentences::dropped(service::drop_all(&request::of(context, asker)).await?))
}

fn refused(context: &CommandContext, not_done: NotDone) -> CommandError {
    request::refused(context, CommandName::NotifyFailed, not_done)
}

#[cfg(test)]
mod tests;
