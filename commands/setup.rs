//! `/setup`: the whole set-up in one message of five selects, on a phone too.
//!
//! Each choice acts at once, through the same code as `/notify add` and `/access add`, and the message is drawn anew
//! from what is stored. What a select showed as chosen stands in its `custom_id`: only that can be taken away by not
//! choosing it, so that an old message never removes what somebody else added since.

use std::collections::BTreeSet;
use std::str::FromStr;

use deskbell_domain::event::EventKind;
use deskbell_domain::ids::{ChannelId, SubscriptionId};
use deskbell_domain::message::Message;
use deskbell_domain::service::access::without_everyone;
use deskbell_domain::service::audience::members_to_ask_about;
use deskbell_domain::service::notify::add::SubscribePoint;
use deskbell_domain::service::notify::listed;
use deskbell_domain::service::request::NotDone;
use deskbell_domain::service::setup::{self as service, ChannelChoice, ChannelNews, RoleChoice, RoleNews};
use deskbell_text as text;
use deskbell_text::command::CommandName;
use deskbell_text::failure::Effect;
use deskbell_text::setup::{Linked, Picture};

use crate::interaction::asker::Asker;
use crate::interaction::context::{CommandContext, Ctx};
use crate::interaction::error::{CommandError, Refusal};
use crate::interaction::request;
use crate::interaction::session::Session;
use crate::interaction::tell::log;
use crate::interaction::words;
use crate::notify::begun;

/// The command that errors name.
const AGAIN: CommandName = CommandName::Setup;

/// Set up everything in one message
#[poise::command(slash_command, guild_only, default_member_permissions = "MANAGE_GUILD")]
pub(crate) async fn setup(ctx: Ctx<'_>) -> Result<(), CommandError> {
    let session = begun(ctx).await?;
    let picture = draw(&session.context, &session.asker).await?;
    session.answer.give(picture).await?;
    match who_everybody_is(&session.context, &session.asker).await? {
        Some(question) => session.answer.add(question).await.map_err(CommandError::Discord),
        None => Ok(()),
    }
}

/// The question whether everybody in the server is the team, where it is to be asked.
pub(crate) async fn who_everybody_is(
    context: &CommandContext,
    asker: &Asker,
) -> Result<Option<Message>, CommandError> {
    let members = members_to_ask_about(&request::of(context, asker)).await?;
    Ok(members.map(text::audience::ask_who_everybody_is))
}

/// The message as things stand now.
pub(crate) async fn draw(context: &CommandContext, asker: &Asker) -> Result<Message, CommandError> {
    let listed = listed(&request::of(context, asker)).await?;
    let access = without_everyone(context.store().access(&context.home(asker.guild)).await?, asker.guild);
    let workspace_name = context.workspace.name();
    let troubles = &context.workspace.ports.board.poll().troubles;
    let linked = match context.bot.dependencies.workspaces.only_server() {
        Some(only) if only == asker.guild => Linked::AsTheOnlyServer,
        _ => Linked::ByName,
    };
    Ok(text::setup::picture(&Picture { workspace_name, listed: &listed, access: &access, troubles, linked }))
}

/// Channels were chosen for a kind.
pub(crate) async fn channels(
    session: &Session<'_>,
    kind: EventKind,
    shown: Option<SubscriptionId>,
    chosen: &[String],
    point: SubscribePoint,
) -> Result<(), CommandError> {
    let chosen = ids(chosen)?;
    let told = choose_channels(&session.context, &session.asker, kind, shown, &chosen, point).await?;
    conclude(session, told).await
}

/// What is told after a choice of channels.
pub(crate) async fn choose_channels(
    context: &CommandContext,
    asker: &Asker,
    kind: EventKind,
    shown: Option<SubscriptionId>,
    chosen: &BTreeSet<ChannelId>,
    point: SubscribePoint,
) -> Result<Vec<Message>, CommandError> {
    let workspace = &context.workspace.workspace;
    let choice = ChannelChoice { workspace, kind, shown, chosen, point };
    let news = service::choose_channels(&request::of(context, asker), choice).await;
    let news = news.map_err(|not_done| request::refused(context, AGAIN, not_done))?;
    Ok(news.into_iter().map(|one| channel_news(context, one)).collect())
}

fn channel_news(context: &CommandContext, news: ChannelNews) -> Message {
    match news {
        ChannelNews::NotAdded(not_done) => failed(context, not_done),
        ChannelNews::HeldBack(made, audience) => text::audience::ask_about(&made, audience),
        ChannelNews::AsBefore(made) => text::setup::as_before(context.around(), &made),
        ChannelNews::AskBeforeRemoving(standing) => text::notify::ask_before_removing(&standing),
        ChannelNews::Dropped(removed) => text::notify::removed(&removed.subscription, removed.dropped),
    }
}

/// Roles were chosen: who may see customers from now on.
pub(crate) async fn roles(
    session: &Session<'_>,
    version: u64,
    chosen: &[String],
) -> Result<(), CommandError> {
    let (context, chosen) = (&session.context, ids(chosen)?);
    let choice = RoleChoice { version, shown: text::setup::shown_roles, chosen: &chosen };
    let news = service::choose_roles(&request::of(context, &session.asker), choice).await;
    let news = news.map_err(|not_done| request::refused(context, AGAIN, not_done))?;
    conclude(session, news.into_iter().map(|one| role_news(context, one)).collect()).await
}

fn role_news(context: &CommandContext, news: RoleNews) -> Message {
    match news {
        RoleNews::Crowd(role, grant, headcount) => text::access::crowd(role, grant, &headcount),
        RoleNews::AsBefore(role, grant) => text::access::as_before(role, grant),
        RoleNews::NotGiven(not_done) => failed(context, not_done),
    }
}

/// Draws the message anew, and tells in messages of their own what did not work or is to be asked.
async fn conclude(session: &Session<'_>, told: Vec<Message>) -> Result<(), CommandError> {
    session.answer.give(draw(&session.context, &session.asker).await?).await?;
    for reply in told {
        session.answer.add(reply).await.map_err(CommandError::Discord)?;
    }
    Ok(())
}

/// What did not work is to be chosen here again, not with the command whose service did it.
fn failed(context: &CommandContext, not_done: NotDone) -> Message {
    let failure = request::refused(context, AGAIN, not_done);
    let reference = log(&context.bot, AGAIN.name(), &failure);
    words::failure(context.around(), &failure, &Effect::Write, &reference)
}

fn ids<Id: FromStr + Ord>(chosen: &[String]) -> Result<BTreeSet<Id>, CommandError> {
    chosen.iter().map(|id| id.parse().map_err(|_| Refusal::OldButton.into())).collect()
}

#[cfg(test)]
mod tests;
