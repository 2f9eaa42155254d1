//! What becomes of notifications whose channel a crowd can read, and who everybody in a small server is.
//!
//! The question stands in a channel or below an old reply, so each press looks at how things stand now.

use deskbell_desk::channel::Audience;
use deskbell_desk::crowd::Everybody;
use deskbell_desk::ids::ChannelId;
use deskbell_desk::port::store::Leftover;
use deskbell_desk::press::{AudienceChoice, Held};
use deskbell_desk::service::audience as service;
use deskbell_desk::service::notify::add::{Addition, PublicDecision, SubscribePoint, Wish};
use deskbell_desk::service::notify::{edit, standing};
use deskbell_desk::subscription::{PublicChoice, Subscription, SubscriptionState};

use crate::access::{self, headcount};
use crate::audit::{self, Action};
use crate::desk::Desk;
use crate::error::{CommandError, Refusal, log};
use crate::guard::{self, Asker};
use crate::notify_add::{try_to_add, written};
use crate::notify_run;
use crate::reply::notify::{ask_about_public, is_held_back};
use crate::reply::{self, Reply};
use crate::session::Session;

/// One of the three buttons was pressed.
pub(crate) async fn choose(
    session: &Session<'_>,
    held: Held,
    choice: AudienceChoice,
) -> Result<(), CommandError> {
    guard::may_set_up(session.desk, &session.asker, guard::CHANGE_NOTIFICATIONS)?;
    session.answer.begin().await?;
    let reply = chosen(session.desk, &session.asker, held, choice).await?;
    session.answer.give(reply).await
}

/// What a choice leads to.
pub(crate) async fn chosen(
    desk: &Desk,
    asker: &Asker,
    held: Held,
    choice: AudienceChoice,
) -> Result<Reply, CommandError> {
    let standing = HeldBack::find(desk, asker, held).await?;
    if standing.subscriptions.is_empty() {
        return Ok(reply::audience::nothing_held_back(desk.around()));
    }
    match choice {
        AudienceChoice::WithoutPersonalData => Ok(reply::audience::stays_private(&standing.subscriptions)),
        AudienceChoice::AnotherChannel => Ok(reply::audience::choose_channel(held, &standing.subscriptions)),
        AudienceChoice::Everything => show_everything(desk, asker, standing).await,
    }
}

/// Notifications of one channel that show no personal data only because a crowd can read it.
struct HeldBack {
    subscriptions: Vec<Subscription>,
    audience: Audience,
}

impl HeldBack {
    async fn find(desk: &Desk, asker: &Asker, held: Held) -> Result<Self, CommandError> {
        let mut meant = desk.ports.store.guild_subscriptions(asker.guild).await?;
        meant.retain(|one| match held {
            Held::In(channel) => one.channel == channel,
            Held::One(id) => one.id == id,
        });
        let Some(first) = meant.first() else {
            return Ok(Self { subscriptions: Vec::new(), audience: Audience::Some });
        };
        let audience = notify_run::audience(desk, first).await.unwrap_or(Audience::Everyone);
        meant.retain(|one| is_held_back(one, Some(audience)));
        Ok(Self { subscriptions: meant, audience })
    }
}

async fn show_everything(desk: &Desk, asker: &Asker, held_back: HeldBack) -> Result<Reply, CommandError> {
    let mut shown = Vec::new();
    for one in &held_back.subscriptions {
        let settings = &*desk.ports.store;
        let edited = edit(settings, asker.guild, one.id, |one| one.public = PublicChoice::Everything);
        shown.push(written(desk, edited.await?)?);
        audit::log(asker, Action::Opened(one.id));
    }
    Ok(reply::audience::shows_everything(&shown, held_back.audience))
}

/// The channel that was chosen after [Choose another channel]: the notifications are made there, and end here.
pub(crate) async fn move_to(
    desk: &Desk,
    asker: &Asker,
    held: Held,
    channel: ChannelId,
    point: SubscribePoint,
) -> Result<Reply, CommandError> {
    let held_back = HeldBack::find(desk, asker, held).await?.subscriptions;
    if held_back.is_empty() {
        return Ok(reply::audience::nothing_held_back(desk.around()));
    }
    if held_back.iter().any(|one| one.channel == channel) {
        return Ok(reply::audience::choose_channel(held, &held_back));
    }
    // What is not posted there would go with the old notification.
    for one in &held_back {
        let leftover = standing(&*desk.ports.store, one.clone()).await?.leftover();
        if leftover.count() > 0 {
            return Ok(reply::audience::not_moved(desk.around(), one, leftover));
        }
    }
    let mut dropped = Leftover::default();
    for (index, one) in held_back.iter().enumerate() {
        let wish = Wish { kind: one.kind, detail: Some(one.detail), alert: Some(one.alert) };
        // What happened before the press and was not found yet belongs to the notification wherever it stands.
        let added =
            try_to_add(desk, asker, wish, channel, PublicDecision::Open, point.since(one.floor)).await;
        let added = match added {
            Err(failure) if index > 0 => {
                let reference = log(desk, "move", &failure);
                let (moved, rest) = held_back.split_at(index);
                return Ok(reply::audience::moved_in_part(moved, channel, dropped, rest, &reference));
            }
            added => added?,
        };
        match added {
            // The first of them is asked about, so nothing is moved.
            Addition::ToDecide(view) => return Ok(ask_about_public(wish, view.id, view.audience)),
            Addition::Added(new, _) => stay_paused(desk, asker, one, &new).await?,
            Addition::AlreadyThere(..) => {}
        }
        dropped += notify_run::take_away(desk, asker, one).await?;
    }
    Ok(reply::audience::moved(&held_back, channel, dropped))
}

/// What was paused stays so in its new channel.
async fn stay_paused(
    desk: &Desk,
    asker: &Asker,
    old: &Subscription,
    new: &Subscription,
) -> Result<(), CommandError> {
    if !matches!(old.state, SubscriptionState::Paused { .. }) {
        return Ok(());
    }
    let settings = &*desk.ports.store;
    let edited = edit(settings, asker.guild, new.id, |one| one.state = old.state.clone());
    written(desk, edited.await?).map(drop)
}

/// Whether everybody in the server is the team was answered.
pub(crate) async fn say_who_everybody_is(
    desk: &Desk,
    asker: &Asker,
    everybody: Everybody,
) -> Result<Reply, CommandError> {
    let is_too_large = everybody == Everybody::IsTheTeam && !headcount(desk, asker.guild).await.is_small();
    if is_too_large {
        let reply = Box::new(reply::audience::too_large_for_a_team());
        return Err(Refusal::Said { kind: "too large for a team", reply }.into());
    }
    let at = desk.now().seconds();
    let edited = service::answer(&*desk.ports.store, asker.guild, everybody, asker.member, at).await?;
    access::written(edited)?;
    desk.ports.courier.wake_guild(asker.guild);
    audit::log(asker, Action::EverybodyIs(everybody));
    Ok(reply::audience::everybody_is(desk.around(), everybody))
}

#[cfg(test)]
mod tests;
