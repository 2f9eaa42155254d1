//! `/access`: which roles may see customers.

use std::time::Duration;

use deskbell_domain::access::{Export, Grant, Level, ManageServer};
use deskbell_domain::crowd::Headcount;
use deskbell_domain::ids::{AdminId, GuildId, MemberId, RoleId};
use deskbell_domain::message::Message;
use deskbell_domain::press::who::WhoPress;
use deskbell_domain::service::access::{
    self as service, Allowing, WishedGrant, Withdrawal, without_everyone,
};
use deskbell_domain::service::audience::headcount_in_time;
use deskbell_domain::service::desk::{act_as_nobody, have_act_as, teammates};
use deskbell_text as text;
use deskbell_text::access::Teammate;
use deskbell_text::command::CommandName;
use futures::future::join_all;
use poise::serenity_prelude as serenity;
use tokio::time::timeout;

use crate::desk::identity::name_of;
use crate::interaction::asker::{Asker, held_with};
use crate::interaction::context::{CommandContext, Ctx};
use crate::interaction::error::{CommandError, Refusal};
use crate::interaction::request;
use crate::interaction::session::Session;
use crate::notify::begun;

/// How long is waited for what members are called.
const PATIENCE: Duration = Duration::from_secs(2);

/// Choose who may see customers
#[poise::command(
    slash_command,
    guild_only,
    default_member_permissions = "MANAGE_GUILD",
    subcommands("add", "remove", "list")
)]
#[expect(clippy::unused_async, reason = "poise asks for it; the body of a parent never runs")]
pub(crate) async fn access(_: Ctx<'_>) -> Result<(), CommandError> {
    Ok(())
}

/// How far a role may go; append only, Discord keeps the index.
#[derive(Debug, Clone, Copy, poise::ChoiceParameter)]
enum LevelChoice {
    #[name = "Look"]
    Look,
    #[name = "Act"]
    Act,
}

impl From<LevelChoice> for Level {
    fn from(choice: LevelChoice) -> Self {
        match choice {
            LevelChoice::Look => Self::Look,
            LevelChoice::Act => Self::Act,
        }
    }
}

/// Let a role see customers, and answer them
#[poise::command(slash_command, guild_only)]
async fn add(
    ctx: Ctx<'_>,
    #[description = "A role that only your team has"] role: serenity::RoleId,
    #[description = "Look: see them; Act (the default): also change them and answer"] level: Option<
        LevelChoice,
    >,
    #[description = "Whether it may also export all leads as a file"] export: Option<bool>,
) -> Result<(), CommandError> {
    let session = begun(ctx).await?;
    let export = export.map(|may| if may { Export::Allowed } else { Export::Forbidden });
    let wish = WishedGrant { level: level.map(Level::from), export };
    let headcount = headcount(&session.context, session.asker.guild).await;
    let reply = allow(&session.context, &session.asker, RoleId(role.get()), wish, &headcount).await?;
    session.answer.give(reply).await
}

/// Take that away from a role
#[poise::command(slash_command, guild_only)]
async fn remove(
    ctx: Ctx<'_>,
    #[description = "Which role"] role: serenity::Role,
) -> Result<(), CommandError> {
    let session = begun(ctx).await?;
    let manage = held_with(role.permissions);
    let reply = withdraw(&session.context, &session.asker, RoleId(role.id.get()), manage).await?;
    session.answer.give(reply).await
}

/// Show who may see customers
#[poise::command(slash_command, guild_only)]
async fn list(ctx: Ctx<'_>) -> Result<(), CommandError> {
    let session = begun(ctx).await?;
    let list = listed(&session, 0).await?;
    session.answer.give(list).await
}

async fn listed(session: &Session<'_>, page: u32) -> Result<Message, CommandError> {
    let headcount = headcount(&session.context, session.asker.guild).await;
    let home = session.context.home(session.asker.guild);
    let access = session.context.store().access(&home).await?;
    let access = without_everyone(access, session.asker.guild);
    let list = text::access::list(session.context.around(), &access, &headcount);
    let list = text::audience::with_answer(list, access.team);
    let here: Vec<_> =
        access.teammates.iter().filter(|(_, acts_as)| acts_as.workspace == home.workspace).collect();
    let pages: Vec<_> = here.chunks(text::access::MOST_TEAMMATES).collect();
    // Somebody may have been forgotten since, and with them the last page.
    let last = pages.len().saturating_sub(1);
    let page = usize::try_from(page).unwrap_or(usize::MAX).min(last);
    let shown = pages.get(page).copied().unwrap_or_default();
    let members: Vec<_> = shown.iter().map(|(member, _)| **member).collect();
    let called = called(session, &members).await;
    let mut teammates = Vec::new();
    for ((member, acts_as), called) in shown.iter().zip(called) {
        let name = name_of(session, acts_as.admin.as_str()).await;
        teammates.push(Teammate { member: **member, called, name });
    }
    let count = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
    Ok(text::access::with_teammates(list, &teammates, count(page), count(pages.len())))
}

/// What members are called, in their order; none for those whom Discord does not tell in time.
async fn called(session: &Session<'_>, members: &[MemberId]) -> Vec<Option<String>> {
    let (channels, guild) = (session.context.channels(), session.asker.guild);
    let name = async |member| timeout(PATIENCE, channels.member_name(guild, member)).await.ok().flatten();
    join_all(members.iter().map(|member| name(*member))).await
}

/// A manager looks at who is who in Intercom, or changes it.
pub(crate) async fn who(
    session: &Session<'_>,
    press: WhoPress,
    chosen: &[String],
) -> Result<Message, CommandError> {
    match press {
        WhoPress::List(page) => listed(session, page).await,
        WhoPress::Member => {
            let member = chosen.first().and_then(|id| id.parse().ok()).ok_or(Refusal::OldButton)?;
            who_is(session, member, 0).await
        }
        WhoPress::Page(page, member) => who_is(session, member, page).await,
        WhoPress::Nobody(member) => acts_as_nobody(session, member).await,
        WhoPress::Is(member) => {
            let teammates = session.answer.patiently(teammates(&*session.intercom)).await?;
            let found = teammates.into_iter().find(|admin| chosen.first() == Some(&admin.id));
            let admin = AdminId::new(found.ok_or(Refusal::OldButton)?.id);
            let (context, asker) = (&session.context, &session.asker);
            let home = context.home(asker.guild);
            let done = have_act_as(context.store(), &home, asker.member, (member, admin)).await;
            done.map_err(|not_done| request::refused(context, CommandName::AccessList, not_done))?;
            listed(session, 0).await
        }
    }
}

async fn who_is(session: &Session<'_>, member: MemberId, page: u32) -> Result<Message, CommandError> {
    let teammates = session.answer.patiently(teammates(&*session.intercom)).await?;
    Ok(text::access::who_is(member, &teammates, page))
}

/// A member is no teammate in Intercom any more; the list as it is then.
pub(crate) async fn acts_as_nobody(session: &Session<'_>, of: MemberId) -> Result<Message, CommandError> {
    let (context, asker) = (&session.context, &session.asker);
    let home = context.home(asker.guild);
    let done = act_as_nobody(context.store(), &home, asker.member, of).await;
    done.map_err(|not_done| request::refused(context, CommandName::AccessList, not_done))?;
    listed(session, 0).await
}

/// Gives a role access, unless it is @everyone or a crowd. What was not said stays as it is.
pub(crate) async fn allow(
    context: &CommandContext,
    asker: &Asker,
    role: RoleId,
    wish: WishedGrant,
    headcount: &Headcount,
) -> Result<Message, CommandError> {
    let allowing = service::allow(&request::of(context, asker), role, wish, headcount).await;
    let allowing =
        allowing.map_err(|not_done| request::refused(context, CommandName::AccessAdd, not_done))?;
    Ok(told(role, allowing, headcount))
}

fn told(role: RoleId, allowing: Allowing, headcount: &Headcount) -> Message {
    match allowing {
        Allowing::Given(given) => text::access::added(role, given, headcount),
        Allowing::Already(given) => text::access::already(role, given),
        Allowing::Crowd(grant) => text::access::crowd(role, grant, headcount),
    }
}

/// [Allow anyway] was pressed: a role that many have, or of unknown size, is given this.
pub(crate) async fn allow_anyway(
    session: &Session<'_>,
    role: RoleId,
    grant: Grant,
) -> Result<Message, CommandError> {
    let (context, asker) = (&session.context, &session.asker);
    let allowing = service::allow_anyway(&request::of(context, asker), role, grant).await;
    let allowing =
        allowing.map_err(|not_done| request::refused(context, CommandName::AccessAdd, not_done))?;
    Ok(told(role, allowing, &headcount(context, asker.guild).await))
}

/// Takes all access from a role; `manage` is what the role itself holds in the server.
pub(crate) async fn withdraw(
    context: &CommandContext,
    asker: &Asker,
    role: RoleId,
    manage: ManageServer,
) -> Result<Message, CommandError> {
    let withdrawal = service::withdraw(&request::of(context, asker), role).await;
    Ok(
        match withdrawal.map_err(|not_done| request::refused(context, CommandName::AccessRemove, not_done))? {
            Withdrawal::Taken => text::access::removed(role, manage),
            Withdrawal::HadNone => text::access::had_none(role, manage),
        },
    )
}

/// How many members hold each role; what Discord does not tell in time is left out.
pub(crate) async fn headcount(context: &CommandContext, guild: GuildId) -> Headcount {
    headcount_in_time(context.channels(), guild).await
}

#[cfg(test)]
mod tests;
