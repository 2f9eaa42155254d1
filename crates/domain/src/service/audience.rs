//! Who can read a channel: what Discord's settings say of it, and what a person said of a small server.
//!
//! Where at most fifty people are in a server, somebody who manages it may say that all of them are the team. Then a
//! channel that everyone can read shows nothing to a crowd, until the server outgrows that number.

use std::time::Duration;

use tokio::time::timeout;

use crate::access::Access;
use crate::audit::{Action, Deed};
use crate::channel::{Audience, ChannelView};
use crate::crowd::{Everybody, Headcount, TeamAnswer};
use crate::home::Home;
use crate::ids::{ChannelId, GuildId};
use crate::port::channels::{ChannelError, Channels};
use crate::port::store::{AccessLists, ShortLived, ShortLivedKey, Stored, Subscriptions};
use crate::service::access::{Edited, edit, written};
use crate::service::request::{NotDone, Request};
use crate::subscription::Subscription;
use crate::time::{Timestamp, UnixMillis};

/// How old the number of a server's members may be where nobody waits for news of it, and what is known of a channel.
const LATELY: Duration = Duration::from_mins(10);
/// How old a number may be for a person who decides by it.
const JUST_NOW: Duration = Duration::from_secs(10);
/// How long the sizes of roles may take; a size that is not told by then may be any.
const PATIENCE: Duration = Duration::from_secs(5);
/// How long it is remembered what people were told of a channel.
const REMEMBERED_MS: i64 = 400 * 24 * 3600 * 1000;

/// A channel with its true audience, as far as it is known: numbers of members may be some minutes old.
pub async fn view(
    channels: &dyn Channels,
    access: &dyn AccessLists,
    home: &Home,
    channel: ChannelId,
) -> Result<ChannelView, ChannelError> {
    let mut view = channels.view(home.guild, channel).await?;
    if view.audience == Audience::Everyone && everybody_is_the_team(channels, access, home).await {
        view.audience = Audience::Some;
    }
    Ok(view)
}

/// The same for a person who decides by it: numbers of members are asked for anew, and settings where Discord's last word
/// on them is some minutes old.
pub async fn view_now(
    channels: &dyn Channels,
    access: &dyn AccessLists,
    home: &Home,
    channel: ChannelId,
) -> Result<ChannelView, ChannelError> {
    channels.forget_older_than(home.guild, channel, LATELY);
    channels.headcount(home.guild, JUST_NOW).await;
    view(channels, access, home, channel).await
}

/// Who can read a notification's channel, as far as Discord tells.
pub async fn readers(
    channels: &dyn Channels,
    access: &dyn AccessLists,
    subscription: &Subscription,
) -> Option<Audience> {
    let view = view(channels, access, &subscription.home(), subscription.channel).await;
    view.ok().map(|view| view.audience)
}

/// Whether somebody who asks in this channel may be a stranger: everyone in the server can read it, or the channel of a
/// notification. Where Discord does not tell, they may.
pub async fn strangers_may_ask(
    channels: &dyn Channels,
    access: &dyn AccessLists,
    subscriptions: &dyn Subscriptions,
    home: &Home,
    asked_in: ChannelId,
) -> Stored<bool> {
    match view(channels, access, home, asked_in).await {
        Ok(here) if here.audience != Audience::Everyone => {}
        _ => return Ok(true),
    }
    for subscription in subscriptions.guild_subscriptions(home).await? {
        if readers(channels, access, &subscription).await.is_none_or(|readers| readers == Audience::Everyone)
        {
            return Ok(true);
        }
    }
    Ok(false)
}

/// The sizes of a server and its roles for a person who decides by them; what Discord does not tell in time is left out.
pub async fn headcount_in_time(channels: &dyn Channels, guild: GuildId) -> Headcount {
    timeout(PATIENCE, channels.headcount(guild, JUST_NOW)).await.unwrap_or_default()
}

/// Whether a person said so, and the server has not outgrown it. A server that has is noted, so that the answer does not
/// come back when some members leave.
async fn everybody_is_the_team(channels: &dyn Channels, access: &dyn AccessLists, home: &Home) -> bool {
    let Ok(said) = access.access(home).await else { return false };
    if said.team.is_none_or(|answer| answer.everybody != Everybody::IsTheTeam) {
        return false;
    }
    let headcount = channels.headcount(home.guild, LATELY).await;
    if headcount.is_small() {
        return true;
    }
    if headcount.members.is_some() {
        let outgrown = |access: &mut Access| {
            let answer = access.team.as_mut().filter(|answer| answer.everybody == Everybody::IsTheTeam);
            if let Some(answer) = answer {
                answer.everybody = Everybody::Outgrown;
            }
        };
        // Where it cannot be written now it is found again with the next look.
        let _found_again = edit(access, home, None, outgrown).await;
    }
    false
}

/// Whether a person is to be asked who everybody in the server is: it is small, and nobody has said.
pub fn must_ask_who_everybody_is(access: &Access, headcount: &Headcount) -> bool {
    headcount.is_small() && access.team.is_none_or(|answer| answer.everybody == Everybody::Outgrown)
}

/// How many members a server has, where a person is to be asked whether all of them are the team.
pub async fn members_to_ask_about(request: &Request<'_>) -> Stored<Option<u64>> {
    let access = request.access.access(&request.home).await?;
    if access.team.is_some_and(|answer| answer.everybody != Everybody::Outgrown) {
        return Ok(None);
    }
    let headcount = headcount_in_time(request.channels, request.home.guild).await;
    Ok(headcount.members.filter(|_| must_ask_who_everybody_is(&access, &headcount)))
}

/// Takes what a person said of everybody in the server, and has its channels looked at anew.
pub async fn say_who_everybody_is(request: &Request<'_>, everybody: Everybody) -> Result<(), NotDone> {
    if everybody == Everybody::IsTheTeam {
        let headcount = headcount_in_time(request.channels, request.home.guild).await;
        if !headcount.is_small() {
            return Err(NotDone::TooLargeForATeam);
        }
    }
    let at = request.time.local().seconds();
    let deed = request.deed(Action::EverybodyIs { everybody });
    written(answer(request.access, &request.home, everybody, &deed, at).await?)?;
    request.outbox.wake_guild(request.home.guild);
    request.did(&deed);
    Ok(())
}

/// Keeps what a person said of everybody in the server.
pub async fn answer(
    access: &dyn AccessLists,
    home: &Home,
    everybody: Everybody,
    deed: &Deed,
    at: Timestamp,
) -> Stored<Edited> {
    let by = deed.member;
    edit(access, home, Some(deed), |access| {
        if access.team.is_none_or(|present| present.everybody != everybody) {
            access.team = Some(TeamAnswer { everybody, by, at });
        }
    })
    .await
}

/// What people were last told of who reads a channel, or did not need to be told: a crowd, or a team.
pub async fn told(
    short_lived: &dyn ShortLived,
    home: &Home,
    channel: ChannelId,
    now: UnixMillis,
) -> Option<Audience> {
    let kept = short_lived.kept(&told_key(home, channel), now).await.ok().flatten()?;
    serde_json::from_str(&kept).ok()
}

/// Remembers it. How many the crowd are is not: that changes every day.
pub async fn remember_told(
    short_lived: &dyn ShortLived,
    home: &Home,
    channel: ChannelId,
    audience: Audience,
    now: UnixMillis,
) -> Stored<()> {
    let text = if audience.is_public() { r#""everyone""# } else { r#""some""# };
    short_lived.keep(&told_key(home, channel), text, UnixMillis(now.0 + REMEMBERED_MS)).await
}

fn told_key(home: &Home, channel: ChannelId) -> ShortLivedKey {
    ShortLivedKey::AudienceTold { home: home.clone(), channel }
}

#[cfg(test)]
mod tests;
