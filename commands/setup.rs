//! `/setup`: the whole set-up in one message of five selects, on a phone too.
//!
//! Each choice acts at once, through the same code as `/notify add` and `/access add`, and the message is drawn anew
//! from what is stored. What a select showed as chosen stands in its `custom_id`: only that can be taken away by not
//! choosing it, so that an old message never removes what somebody else added since.

use std::collections::BTreeSet;
use std::str::FromStr;

use deskbell_desk::access::Grant;
use deskbell_desk::crowd::Everybody;
use deskbell_desk::event::EventKind;
use deskbell_desk::ids::{ChannelId, RoleId, SubscriptionId};
use deskbell_desk::service::audience::must_ask_who_everybody_is;
use deskbell_desk::service::notify as service;
use deskbell_desk::service::notify::add::{Addition, PublicDecision, SubscribePoint, Wish};

use crate::Ctx;
use crate::access::{self, headcount, without_everyone};
use crate::desk::Desk;
use crate::error::{ClosedChannel, CommandError, Effect, Refusal, log};
use crate::guard::Asker;
use crate::notify::begun;
use crate::notify_add::try_to_add;
use crate::notify_run;
use crate::reply::notify::{Listed, is_held_back};
use crate::reply::setup::Picture;
use crate::reply::{self, Reply};
use crate::session::Session;

/// Set up everything in one message
#[poise::command(slash_command, guild_only, default_member_permissions = "MANAGE_GUILD")]
pub(crate) async fn setup(ctx: Ctx<'_>) -> Result<(), CommandError> {
    let session = begun(ctx).await?;
    let picture = draw(session.desk, &session.asker).await?;
    session.answer.give(picture).await?;
    match who_everybody_is(session.desk, &session.asker).await? {
        Some(question) => session.answer.add(question).await.map_err(CommandError::Discord),
        None => Ok(()),
    }
}

/// The question whether everybody in the server is the team, where it is to be asked.
pub(crate) async fn who_everybody_is(desk: &Desk, asker: &Asker) -> Result<Option<Reply>, CommandError> {
    let access = desk.ports.store.access(asker.guild).await?;
    if access.team.is_some_and(|answer| answer.everybody != Everybody::Outgrown) {
        return Ok(None);
    }
    let headcount = headcount(desk, asker.guild).await;
    let members = headcount.members.filter(|_| must_ask_who_everybody_is(&access, &headcount));
    Ok(members.map(reply::audience::ask_who_everybody_is))
}

/// The message as things stand now.
pub(crate) async fn draw(desk: &Desk, asker: &Asker) -> Result<Reply, CommandError> {
    let mut listed = Vec::new();
    let store = &*desk.ports.store;
    for standing in service::standings(store, store, asker.guild).await? {
        let audience = notify_run::audience(desk, &standing.subscription).await;
        listed.push(Listed { standing, audience });
    }
    let access = without_everyone(desk.ports.store.access(asker.guild).await?, asker);
    let workspace_name = &desk.connection.workspace()?.name;
    let troubles = &desk.ports.board.poll().troubles;
    Ok(reply::setup::picture(&Picture { workspace_name, listed: &listed, access: &access, troubles }))
}

/// Channels were chosen for a kind.
pub(crate) async fn channels(
    session: &Session<'_>,
    kind: EventKind,
    shown: &[SubscriptionId],
    chosen: &[String],
    point: SubscribePoint,
) -> Result<(), CommandError> {
    let chosen = ids(chosen)?;
    let told = choose_channels(session.desk, &session.asker, kind, shown, &chosen, point).await?;
    conclude(session, told).await
}

/// Adds what is new, takes away what is no longer chosen, and asks first where something waits.
pub(crate) async fn choose_channels(
    desk: &Desk,
    asker: &Asker,
    kind: EventKind,
    shown: &[SubscriptionId],
    chosen: &BTreeSet<ChannelId>,
    point: SubscribePoint,
) -> Result<Vec<Reply>, CommandError> {
    let present = desk.ports.store.guild_subscriptions(asker.guild).await?;
    let present: Vec<_> = present.into_iter().filter(|one| one.kind == kind).collect();
    let (mut told, mut questions) = (Vec::new(), Vec::new());
    for channel in chosen.iter().filter(|channel| present.iter().all(|one| one.channel != **channel)) {
        let decision = PublicDecision::WithoutPersonalData;
        match try_to_add(desk, asker, Wish::plain(kind), *channel, decision, point).await {
            Ok(Addition::Added(made, view)) if is_held_back(&made, Some(view.audience)) => {
                questions.push(reply::audience::ask_about(&made, view.audience));
            }
            Ok(Addition::Added(..) | Addition::AlreadyThere(..) | Addition::ToDecide(_)) => {}
            Err(failure) => told.push(failed(desk, &seen_from_here(failure))),
        }
    }
    // What was not added leaves the others as they were: a channel that cannot be posted in must not cost one that can.
    if !told.is_empty() {
        told.append(&mut questions);
        return Ok(told);
    }
    for one in present.into_iter().filter(|one| shown.contains(&one.id) && !chosen.contains(&one.channel)) {
        let standing = service::standing(&*desk.ports.store, one).await?;
        if standing.leftover().count() > 0 {
            told.push(reply::notify::ask_before_removing(&standing));
            continue;
        }
        // What came since nobody was asked about: its number is told at least.
        let dropped = notify_run::take_away(desk, asker, &standing.subscription).await?;
        if dropped.count() > 0 {
            told.push(reply::notify::removed(&standing.subscription, dropped));
        }
    }
    told.append(&mut questions);
    Ok(told)
}

/// Roles were chosen.
pub(crate) async fn roles(
    session: &Session<'_>,
    version: u64,
    chosen: &[String],
) -> Result<(), CommandError> {
    let (desk, asker) = (session.desk, &session.asker);
    let chosen: BTreeSet<RoleId> = ids(chosen)?;
    let present = without_everyone(desk.ports.store.access(asker.guild).await?, asker);
    let mut told = Vec::new();
    let added: Vec<_> = chosen.iter().filter(|role| !present.roles.contains_key(role)).copied().collect();
    if !added.is_empty() {
        let headcount = headcount(desk, asker.guild).await;
        for role in added {
            if headcount.is_crowd(role) && role != asker.guild.everyone() {
                told.push(reply::access::crowd(role, Grant::Look, &headcount));
            } else if let Err(failure) = access::allow(desk, asker, role, None, &headcount).await {
                told.push(failed(desk, &failure));
            }
        }
    }
    // A list that was changed since the message was drawn: what it did not show is not taken away.
    if present.version == version {
        let shown = reply::setup::shown_roles(&present);
        for role in shown.into_iter().filter(|role| !chosen.contains(role)) {
            access::withdraw(desk, asker, role).await?;
        }
    }
    conclude(session, told).await
}

/// Draws the message anew, and tells in messages of their own what did not work or is to be asked.
async fn conclude(session: &Session<'_>, told: Vec<Reply>) -> Result<(), CommandError> {
    session.answer.give(draw(session.desk, &session.asker).await?).await?;
    for reply in told {
        session.answer.add(reply).await.map_err(CommandError::Discord)?;
    }
    Ok(())
}

/// A channel that cannot be posted in is to be chosen here again, not with the command whose code did it.
fn seen_from_here(failure: CommandError) -> CommandError {
    match failure {
        CommandError::Refused(Refusal::Channel(closed)) => {
            Refusal::Channel(Box::new(ClosedChannel { again: "setup", ..*closed })).into()
        }
        other => other,
    }
}

fn failed(desk: &Desk, failure: &CommandError) -> Reply {
    let reference = log(desk, "setup", failure);
    reply::failure(desk.around(), failure, &Effect::Write, &reference)
}

fn ids<Id: FromStr + Ord>(chosen: &[String]) -> Result<BTreeSet<Id>, CommandError> {
    chosen.iter().map(|id| id.parse().map_err(|_| Refusal::OldButton.into())).collect()
}

#[cfg(test)]
mod tests;
