//! Notifications that show no personal data only because a crowd can read their channel: what a person can do then.
//!
//! The question stands in a channel or below an old reply, so each choice looks at how things stand now. What moves to
//! another channel is made there before it ends here, so that no event falls between the two.

use crate::channel::{Audience, ChannelView};
use crate::ids::ChannelId;
use crate::port::store::{Leftover, Stored};
use crate::press::Held;
use crate::service::audience::readers;
use crate::service::notify::add::{Exposure, PublicDecision, SubscribePoint, Wish};
use crate::service::notify::change::{Relocated, relocate};
use crate::service::notify::run::{self, take_away};
use crate::service::notify::standing;
use crate::service::request::{NotDone, Request};
use crate::subscription::Subscription;
use crate::workspace::Workspace;

/// Whether personal data is left out only because a crowd can read the channel.
pub fn is_held_back(subscription: &Subscription, audience: Option<Audience>) -> bool {
    audience.is_some_and(|audience| subscription.is_held_back_from(audience))
}

/// Notifications of one channel that are held back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HeldBack {
    /// Which.
    pub subscriptions: Vec<Subscription>,
    /// Who reads their channel.
    pub audience: Audience,
}

/// Those that are meant and held back now.
pub async fn held_back(request: &Request<'_>, held: Held) -> Stored<HeldBack> {
    let mut meant = request.subscriptions.guild_subscriptions(&request.home).await?;
    meant.retain(|one| match held {
        Held::In(channel) => one.channel == channel,
        Held::One(id) => one.id == id,
    });
    let Some(first) = meant.first() else {
        return Ok(HeldBack { subscriptions: Vec::new(), audience: Audience::Some });
    };
    let audience = readers(request.channels, request.access, first).await.unwrap_or(Audience::Everyone);
    meant.retain(|one| is_held_back(one, Some(audience)));
    Ok(HeldBack { subscriptions: meant, audience })
}

/// [Post everything anyway]: the notifications that show everything now.
pub async fn show_everything(request: &Request<'_>, held: Held) -> Result<HeldBack, NotDone> {
    let held_back = held_back(request, held).await?;
    let mut shown = Vec::new();
    for one in &held_back.subscriptions {
        shown.push(run::show_everything(request, one.id).await?);
    }
    Ok(HeldBack { subscriptions: shown, ..held_back })
}

/// How a move to another channel ended.
#[derive(Debug)]
pub enum Move {
    /// Nothing is held back any more.
    NothingHeldBack,
    /// The channel is the one that they are in.
    SameChannel(Vec<Subscription>),
    /// This one has events that are not in its channel, and would be dropped: nothing is moved.
    Unposted(Box<Subscription>, Leftover),
    /// A crowd can read the other channel too: nothing is moved.
    ToDecide(Wish, ChannelView, Exposure),
    /// All of them are posted there now.
    Moved {
        /// As they were.
        moved: Vec<Subscription>,
        /// What was dropped with them.
        dropped: Leftover,
    },
    /// The first of them are.
    MovedInPart {
        /// As they were.
        moved: Vec<Subscription>,
        /// What was dropped with them.
        dropped: Leftover,
        /// The others.
        rest: Vec<Subscription>,
        /// Why the others are not.
        why: WhyNot,
    },
}

/// Why some could not be moved when others were.
#[derive(Debug)]
pub enum WhyNot {
    /// It could not be done.
    NotDone(NotDone),
    /// A crowd can read the other channel by now.
    Crowd,
}

/// The channel that was chosen after [Choose another channel]: the notifications are made there, and end here.
pub async fn move_to(
    request: &Request<'_>,
    workspace: &Workspace,
    held: Held,
    channel: ChannelId,
    point: SubscribePoint,
) -> Result<Move, NotDone> {
    let held_back = held_back(request, held).await?.subscriptions;
    if held_back.is_empty() {
        return Ok(Move::NothingHeldBack);
    }
    if held_back.iter().any(|one| one.channel == channel) {
        return Ok(Move::SameChannel(held_back));
    }
    // What is not posted there would go with the old notification.
    for one in &held_back {
        let leftover = standing(request.deliveries, one.clone()).await?.leftover();
        if leftover.count() > 0 {
            return Ok(Move::Unposted(Box::new(one.clone()), leftover));
        }
    }
    let mut dropped = Leftover::default();
    for (index, one) in held_back.iter().enumerate() {
        match move_one(request, workspace, one, channel, point.clone()).await {
            Ok(OneMove::Moved(with_it)) => dropped += with_it,
            Ok(OneMove::ToDecide(wish, view, exposure)) if index == 0 => {
                return Ok(Move::ToDecide(wish, view, exposure));
            }
            Err(why) if index == 0 => return Err(why),
            not_moved => {
                let why = not_moved.map_or_else(WhyNot::NotDone, |_| WhyNot::Crowd);
                let (moved, rest) = held_back.split_at(index);
                return Ok(Move::MovedInPart { moved: moved.to_vec(), dropped, rest: rest.to_vec(), why });
            }
        }
    }
    Ok(Move::Moved { moved: held_back, dropped })
}

enum OneMove {
    /// It is posted there now; what was dropped with it.
    Moved(Leftover),
    /// A crowd can read the other channel too.
    ToDecide(Wish, ChannelView, Exposure),
}

async fn move_one(
    request: &Request<'_>,
    workspace: &Workspace,
    one: &Subscription,
    channel: ChannelId,
    point: SubscribePoint,
) -> Result<OneMove, NotDone> {
    Ok(match relocate(request, workspace, one, (channel, PublicDecision::Open), point).await? {
        Relocated::Done { dropped, .. } => OneMove::Moved(dropped),
        Relocated::AlreadyThere(_) => OneMove::Moved(take_away(request, one.clone()).await?.dropped),
        Relocated::ToDecide(view, exposure) => OneMove::ToDecide(Wish::of(one), view, exposure),
    })
}

#[cfg(test)]
mod tests;
