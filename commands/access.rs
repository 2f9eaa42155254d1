//! `/access`: which roles may see customers.

use std::time::Duration;

use deskbell_desk::access::{Access, Grant};
use deskbell_desk::crowd::Headcount;
use deskbell_desk::ids::{GuildId, RoleId};
use deskbell_desk::service::access::{self as service, Edited};
use deskbell_desk::service::audience::headcount_now;
use poise::serenity_prelude as serenity;

use crate::Ctx;
use crate::audit::{self, Action};
use crate::desk::Desk;
use crate::error::{CommandError, Refusal};
use crate::guard::Asker;
use crate::notify::begun;
use crate::reply::{self, Reply};
use crate::session::Session;

/// How long the sizes of roles may take; a size that is not told by then may be any.
const PATIENCE: Duration = Duration::from_secs(5);

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

/// Let a role use /lead and /user
#[poise::command(slash_command, guild_only)]
async fn add(
    ctx: Ctx<'_>,
    #[description = "A role that only your team has"] role: serenity::RoleId,
    #[description = "Whether it may also export all leads as a file"] export: Option<bool>,
) -> Result<(), CommandError> {
    let session = begun(ctx).await?;
    let grant = export.map(|may| if may { Grant::LookAndExport } else { Grant::Look });
    let headcount = headcount(session.desk, session.asker.guild).await;
    let reply = allow(session.desk, &session.asker, RoleId(role.get()), grant, &headcount).await?;
    session.answer.give(reply).await
}

/// Take that away from a role
#[poise::command(slash_command, guild_only)]
async fn remove(
    ctx: Ctx<'_>,
    #[description = "Which role"] role: serenity::RoleId,
) -> Result<(), CommandError> {
    let session = begun(ctx).await?;
    let reply = withdraw(session.desk, &session.asker, RoleId(role.get())).await?;
    session.answer.give(reply).await
}

/// Show who may see customers
#[poise::command(slash_command, guild_only)]
async fn list(ctx: Ctx<'_>) -> Result<(), CommandError> {
    let session = begun(ctx).await?;
    let headcount = headcount(session.desk, session.asker.guild).await;
    let access = session.desk.ports.store.access(session.asker.guild).await?;
    let access = without_everyone(access, &session.asker);
    let list = reply::access::list(session.desk.around(), &access, &headcount);
    session.answer.give(reply::audience::with_answer(list, access.team)).await
}

/// @everyone never counts, whatever is stored.
pub(crate) fn without_everyone(mut access: Access, asker: &Asker) -> Access {
    access.roles.remove(&asker.guild.everyone());
    access
}

/// Gives a role access, unless it is @everyone or a crowd. Without a grant it keeps the one that it has.
pub(crate) async fn allow(
    desk: &Desk,
    asker: &Asker,
    role: RoleId,
    grant: Option<Grant>,
    headcount: &Headcount,
) -> Result<Reply, CommandError> {
    refuse_everyone(asker, role)?;
    if headcount.is_crowd(role) {
        return Ok(reply::access::crowd(role, grant.unwrap_or(Grant::Look), headcount));
    }
    let given = give(desk, asker, role, grant).await?;
    Ok(reply::access::added(role, given, headcount))
}

/// [Allow anyway].
pub(crate) async fn allow_anyway(
    session: &Session<'_>,
    role: RoleId,
    grant: Grant,
) -> Result<Reply, CommandError> {
    refuse_everyone(&session.asker, role)?;
    let given = give(session.desk, &session.asker, role, Some(grant)).await?;
    Ok(reply::access::added(role, given, &headcount(session.desk, session.asker.guild).await))
}

fn refuse_everyone(asker: &Asker, role: RoleId) -> Result<(), CommandError> {
    if role != asker.guild.everyone() {
        return Ok(());
    }
    Err(Refusal::Said { kind: "everyone", reply: Box::new(reply::access::everyone()) }.into())
}

async fn give(desk: &Desk, asker: &Asker, role: RoleId, grant: Option<Grant>) -> Result<Grant, CommandError> {
    let edited = service::edit(&*desk.ports.store, asker.guild, |access| match grant {
        Some(grant) => drop(access.roles.insert(role, grant)),
        None => drop(access.roles.entry(role).or_insert(Grant::Look)),
    });
    let access = written(edited.await?)?;
    let given = access.roles.get(&role).copied().unwrap_or(Grant::Look);
    audit::log(asker, Action::AccessGiven(role, given));
    Ok(given)
}

/// Takes all access from a role.
pub(crate) async fn withdraw(desk: &Desk, asker: &Asker, role: RoleId) -> Result<Reply, CommandError> {
    let edited = service::edit(&*desk.ports.store, asker.guild, |access| {
        access.roles.remove(&role);
    });
    match edited.await? {
        Edited::Needless(_) => Ok(reply::access::had_none(role)),
        done => {
            written(done)?;
            audit::log(asker, Action::AccessTaken(role));
            Ok(reply::access::removed(role))
        }
    }
}

/// The list as it is now.
pub(crate) fn written(edited: Edited) -> Result<Access, CommandError> {
    match edited {
        Edited::Done(access) | Edited::Needless(access) => Ok(access),
        Edited::Contended => Err(Refusal::Busy.into()),
    }
}

/// How many members hold each role; what Discord does not tell in time is left out.
pub(crate) async fn headcount(desk: &Desk, guild: GuildId) -> Headcount {
    let counted = headcount_now(&*desk.ports.channels, guild);
    tokio::time::timeout(PATIENCE, counted).await.unwrap_or_default()
}

#[cfg(test)]
mod tests;
