//! `/notify list`, `pause`, `resume`, `remove` and `test` as people see them.

use deskbell_domain::channel::Audience;
use deskbell_domain::ids::SubscriptionId;
use deskbell_domain::message::Message;
use deskbell_domain::press::panel::Drawn;
use deskbell_domain::service::audience::readers;
use deskbell_domain::service::notify::run::{self as service, Missed, Resumed, Resumption, Target};
use deskbell_domain::service::notify::sample::{self, Samples};
use deskbell_domain::service::notify::{in_reading_order, listed};
use deskbell_domain::service::request::{NotDone, SampleCalls};
use deskbell_domain::subscription::Subscription;
use deskbell_text as text;
use deskbell_text::command::CommandName;
use deskbell_text::delivery::Undelivered;
use deskbell_text::notify::{self as sentences, ListPlace, Listing, Wrong};

use crate::interaction::asker::Asker;
use crate::interaction::context::CommandContext;
use crate::interaction::error::{CommandError, Refusal};
use crate::interaction::request;

/// The command that errors name.
const REMOVE: CommandName = CommandName::NotifyRemove;

/// `/notify list`, a page of it.
pub(crate) async fn list(
    context: &CommandContext,
    asker: &Asker,
    page: u32,
) -> Result<Message, CommandError> {
    list_at(context, asker, ListPlace::Page(page)).await
}

/// The same, wherever it is to begin.
pub(crate) async fn list_at(
    context: &CommandContext,
    asker: &Asker,
    place: ListPlace,
) -> Result<Message, CommandError> {
    let mut listed = listed(&request::of(context, asker)).await?;
    in_reading_order(&mut listed);
    let failed = context.store().dead_letters(&context.home(asker.guild)).await?.len() as u64;
    let troubles = context.workspace.ports.board.poll().troubles;
    let undelivered = Undelivered::at(&context.workspace.ports.board, context.now());
    let listing = Listing {
        workspace_name: context.workspace.name(),
        listed: &listed,
        wrong: Wrong { intercom: &troubles, discord: &undelivered },
        failed,
        drawn: Drawn(context.bot.dependencies.clock.now()),
    };
    Ok(sentences::list(context.around(), &listing, place))
}

/// Who can read a notification's channel, as far as Discord tells.
pub(crate) async fn audience(context: &CommandContext, subscription: &Subscription) -> Option<Audience> {
    readers(context.channels(), context.store(), subscription).await
}

/// [Try now]: whoever is on hold is tried at once, and the list is shown again. Each try may be refused by Discord, which
/// bans a bot after too many refusals: pressed again at once it only shows the list.
pub(crate) async fn try_now(context: &CommandContext, asker: &Asker) -> Result<Message, CommandError> {
    if context.bot.may_try_now(asker.guild) {
        service::try_now(&request::of(context, asker)).await?;
    }
    list(context, asker, 1).await
}

/// `/notify pause`.
pub(crate) async fn pause(
    context: &CommandContext,
    asker: &Asker,
    target: Target,
) -> Result<Message, CommandError> {
    let paused = service::pause(&request::of(context, asker), target).await;
    let paused = paused.map_err(|not_done| request::refused(context, CommandName::NotifyPause, not_done))?;
    Ok(sentences::paused(context.around(), &paused.meant, &paused.done))
}

/// `/notify resume`: asks where many wait and nothing was said about them.
pub(crate) async fn resume(
    context: &CommandContext,
    asker: &Asker,
    target: Target,
    missed: Option<Missed>,
) -> Result<Message, CommandError> {
    let resumption = service::resume(&request::of(context, asker), target, missed).await;
    let resumed = match resumption
        .map_err(|not_done| request::refused(context, CommandName::NotifyResume, not_done))?
    {
        Resumption::ToDecide { waiting, since } => {
            return Ok(sentences::ask_what_becomes_of(target, waiting, since));
        }
        Resumption::Resumed(resumed) => resumed,
    };
    Ok(how_it_resumed(context, &resumed))
}

/// How a resumption that asked nobody ended.
pub(crate) fn how_it_resumed(context: &CommandContext, resumed: &Resumed) -> Message {
    let reply = match resumed.missed {
        Missed::Post => sentences::resumed(&resumed.meant, &resumed.done, resumed.waited),
        Missed::Skip => sentences::resumed_from_now(&resumed.meant, &resumed.done, resumed.waited),
    };
    sentences::with_closed(context.around(), reply, &resumed.closed)
}

/// `/notify remove`: names what waits and asks.
pub(crate) async fn ask_before_removing(
    context: &CommandContext,
    asker: &Asker,
    id: SubscriptionId,
) -> Result<Message, CommandError> {
    let standing = service::what_would_go(&request::of(context, asker), id).await;
    let standing = standing.map_err(|not_done| request::refused(context, REMOVE, not_done))?;
    Ok(sentences::ask_before_removing(&standing))
}

/// [Skip to now]: names what waits and asks.
pub(crate) async fn ask_before_skipping(
    context: &CommandContext,
    asker: &Asker,
    id: SubscriptionId,
) -> Result<Message, CommandError> {
    let standing = service::what_would_go(&request::of(context, asker), id).await;
    let standing = standing.map_err(|not_done| old_button(context, not_done))?;
    Ok(sentences::ask_before_skipping(&standing))
}

/// [Skip them], which was asked. The channel's own task does it, between two messages.
pub(crate) async fn skip_to_now(
    context: &CommandContext,
    asker: &Asker,
    id: SubscriptionId,
) -> Result<Message, CommandError> {
    let skipped = service::skip_to_now(&request::of(context, asker), id).await;
    let skipped = skipped.map_err(|not_done| old_button(context, not_done))?;
    Ok(text::channel::skipped(skipped.count, skipped.subscription.channel))
}

/// Below a message in a channel, a notification that is gone is one of a button that is old.
fn old_button(context: &CommandContext, not_done: NotDone) -> CommandError {
    match not_done {
        NotDone::UnknownNotification => Refusal::OldButton.into(),
        other => request::refused(context, CommandName::NotifyList, other),
    }
}

/// `[Remove]`, which was asked.
pub(crate) async fn remove(
    context: &CommandContext,
    asker: &Asker,
    id: SubscriptionId,
) -> Result<Message, CommandError> {
    let removed = service::remove(&request::of(context, asker), id).await;
    let removed = removed.map_err(|not_done| request::refused(context, REMOVE, not_done))?;
    Ok(sentences::removed(&removed.subscription, removed.dropped))
}

/// `/notify test`: a sample in each channel, and how each went. Asks where nothing was said of whether they call whom a
/// real message would call.
pub(crate) async fn test(
    context: &CommandContext,
    asker: &Asker,
    target: Target,
    calls: Option<SampleCalls>,
) -> Result<Message, CommandError> {
    let workspace = &context.workspace.workspace;
    let fields = &context.bot.facts.card_fields;
    let samples = sample::test(&request::of(context, asker), workspace, fields, target, calls).await;
    let refused = |not_done| request::refused(context, CommandName::NotifyTest, not_done);
    Ok(match samples.map_err(refused)? {
        Samples::ToDecide(role) => sentences::ask_whom_samples_mention(target, role.as_ref()),
        Samples::Tried(tried) => sentences::tested(context.around(), &tried),
    })
}

#[cfg(test)]
mod tests;
