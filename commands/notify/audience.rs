//! What becomes of notifications whose channel a crowd can read, and who everybody in a small server is, as people see
//! it.

use deskbell_domain::crowd::Everybody;
use deskbell_domain::ids::ChannelId;
use deskbell_domain::message::Message;
use deskbell_domain::press::{AudienceChoice, Held};
use deskbell_domain::service::audience as service;
use deskbell_domain::service::notify::add::SubscribePoint;
use deskbell_domain::service::notify::held_back::{self, Move, WhyNot, held_back};
use deskbell_text as text;
use deskbell_text::command::CommandName;
use deskbell_text::failure::Effect;
use deskbell_text::notify::ask_about_public;
use deskbell_text::refusal::Settings;

use crate::interaction::asker::Asker;
use crate::interaction::context::CommandContext;
use crate::interaction::error::CommandError;
use crate::interaction::guard;
use crate::interaction::request;
use crate::interaction::session::Session;
use crate::interaction::tell::log;
use crate::interaction::words;

/// The command that errors name.
const AGAIN: CommandName = CommandName::NotifyAdd;

/// One of the three buttons was pressed.
pub(crate) async fn choose(
    session: &Session<'_>,
    held: Held,
    choice: AudienceChoice,
) -> Result<(), CommandError> {
    guard::may_set_up(&session.asker, Settings::Notifications)?;
    session.answer.begin().await?;
    let reply = chosen(&session.context, &session.asker, held, choice).await?;
    session.answer.give(reply).await
}

/// What a choice leads to.
pub(crate) async fn chosen(
    context: &CommandContext,
    asker: &Asker,
    held: Held,
    choice: AudienceChoice,
) -> Result<Message, CommandError> {
    let request = request::of(context, asker);
    let found = match choice {
        AudienceChoice::Everything => {
            let shown = held_back::show_everything(&request, held).await;
            shown.map_err(|not_done| request::refused(context, AGAIN, not_done))?
        }
        AudienceChoice::WithoutPersonalData | AudienceChoice::AnotherChannel => {
            held_back(&request, held).await?
        }
    };
    if found.subscriptions.is_empty() {
        return Ok(text::audience::nothing_held_back(context.around()));
    }
    Ok(match choice {
        AudienceChoice::WithoutPersonalData => text::audience::stays_private(&found.subscriptions),
        AudienceChoice::AnotherChannel => text::audience::choose_channel(held, &found.subscriptions),
        AudienceChoice::Everything => text::audience::shows_everything(&found.subscriptions, found.audience),
    })
}

/// The channel that was chosen after [Choose another channel]: the notifications are made there, and end here.
pub(crate) async fn move_to(
    context: &CommandContext,
    asker: &Asker,
    held: Held,
    channel: ChannelId,
    point: SubscribePoint,
) -> Result<Message, CommandError> {
    let workspace = &context.workspace.workspace;
    let moved = held_back::move_to(&request::of(context, asker), workspace, held, channel, point).await;
    Ok(match moved.map_err(|not_done| request::refused(context, AGAIN, not_done))? {
        Move::NothingHeldBack => text::audience::nothing_held_back(context.around()),
        Move::SameChannel(there) => text::audience::choose_channel(held, &there),
        Move::Unposted(one, leftover) => text::audience::not_moved(context.around(), &one, leftover),
        Move::ToDecide(wish, view, exposure) => ask_about_public(wish, view.id, view.audience, exposure),
        Move::Moved { moved, dropped } => text::audience::moved(context.around(), &moved, channel, dropped),
        Move::MovedInPart { moved, dropped, rest, why } => {
            let why = match why {
                WhyNot::Crowd => text::audience::crowd_by_now(channel),
                WhyNot::NotDone(why) => told(context, &request::refused(context, AGAIN, why)),
            };
            text::audience::moved_in_part(context.around(), &moved, channel, dropped, &rest, why)
        }
    })
}

/// What is said of a failure, which is logged.
fn told(context: &CommandContext, failure: &CommandError) -> Message {
    let reference = log(&context.bot, "move", failure);
    words::failure(context.around(), failure, &Effect::Read { again: None }, &reference)
}

/// Whether everybody in the server is the team was answered.
pub(crate) async fn say_who_everybody_is(
    context: &CommandContext,
    asker: &Asker,
    everybody: Everybody,
) -> Result<Message, CommandError> {
    let said = service::say_who_everybody_is(&request::of(context, asker), everybody).await;
    said.map_err(|not_done| request::refused(context, CommandName::AccessList, not_done))?;
    Ok(text::audience::everybody_is(context.around(), everybody))
}

#[cfg(test)]
mod tests;
