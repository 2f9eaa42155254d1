//! `/setup`: what was chosen in one of its selects becomes so.
//!
//! Each choice acts at once, through the services of `/notify` and `/access`. Only what a select showed as chosen can be
//! taken away by not choosing it, so that an old message never removes what somebody else added since.

use std::collections::BTreeSet;

use crate::access::{Access, Grant};
use crate::channel::Audience;
use crate::crowd::Headcount;
use crate::event::EventKind;
use crate::ids::{ChannelId, RoleId, SubscriptionId};
use crate::service::access::{Allowing, allow_as_before, withdraw, without_everyone};
use crate::service::audience::headcount_in_time;
use crate::service::notify::Standing;
use crate::service::notify::add::{Addition, PublicDecision, SubscribePoint, Wanted, Wish, add};
use crate::service::notify::held_back::is_held_back;
use crate::service::notify::run::{Removal, Removed, take_away_unless_asked};
use crate::service::request::{NotDone, Request};
use crate::subscription::Subscription;
use crate::workspace::Workspace;

/// The channels that were chosen for a kind.
#[derive(Debug, Clone)]
pub struct ChannelChoice<'a> {
    /// The workspace whose events are posted.
    pub workspace: &'a Workspace,
    /// Which events.
    pub kind: EventKind,
    /// The last of the notifications that the select showed as chosen: all of the kind up to it were, since they are
    /// shown by id.
    pub shown: Option<SubscriptionId>,
    /// The channels that are chosen now.
    pub chosen: &'a BTreeSet<ChannelId>,
    /// When that was.
    pub point: SubscribePoint,
}

/// What a person is to be told of, or asked, after a choice of channels.
#[derive(Debug)]
pub enum ChannelNews {
    /// A notification was not made.
    NotAdded(NotDone),
    /// One was made that shows no personal data, since so many can read its channel.
    HeldBack(Box<Subscription>, Audience),
    /// One was made as it was before it was removed.
    AsBefore(Box<Subscription>),
    /// One that is no longer chosen has events that would be dropped: it stays until a person says so.
    AskBeforeRemoving(Box<Standing>),
    /// One was removed, and what came for it since nobody was asked about.
    Dropped(Box<Removed>),
}

/// Adds what is new and takes away what is no longer chosen.
pub async fn choose_channels(
    request: &Request<'_>,
    choice: ChannelChoice<'_>,
) -> Result<Vec<ChannelNews>, NotDone> {
    let ChannelChoice { workspace, kind, shown, chosen, point } = choice;
    let mut present = request.subscriptions.guild_subscriptions(&request.home).await?;
    present.retain(|one| one.kind == kind);
    let (mut news, mut questions) = (Vec::new(), Vec::new());
    for channel in chosen.iter().filter(|channel| present.iter().all(|one| one.channel != **channel)) {
        let (wish, decision) = (Wish::plain(kind), PublicDecision::WithoutPersonalData);
        let point = point.clone();
        let wanted = Wanted { workspace, wish, channel: *channel, decision, point, state: None };
        match add(request, wanted).await {
            Ok(Addition::Added(made, view)) => {
                if !wish.is_as_in(&made) {
                    questions.push(ChannelNews::AsBefore(made.clone()));
                }
                if is_held_back(&made, Some(view.audience)) {
                    questions.push(ChannelNews::HeldBack(made, view.audience));
                }
            }
            Ok(Addition::AlreadyThere(..) | Addition::ToDecide(..)) => {}
            Err(not_done) => news.push(ChannelNews::NotAdded(not_done)),
        }
    }
    // What was not added leaves the others as they were: a channel that cannot be posted in must not cost one that can.
    if news.is_empty() {
        present.retain(|one| shown.is_some_and(|last| one.id <= last) && !chosen.contains(&one.channel));
        take_those_away(request, present, &mut news).await?;
    }
    news.append(&mut questions);
    Ok(news)
}

async fn take_those_away(
    request: &Request<'_>,
    unchosen: Vec<Subscription>,
    news: &mut Vec<ChannelNews>,
) -> Result<(), NotDone> {
    for one in unchosen {
        match take_away_unless_asked(request, one).await? {
            Removal::ToDecide(standing) => news.push(ChannelNews::AskBeforeRemoving(standing)),
            Removal::Removed(removed) if removed.dropped.count() > 0 => {
                news.push(ChannelNews::Dropped(removed));
            }
            Removal::Removed(_) => {}
        }
    }
    Ok(())
}

/// The roles that were chosen.
#[derive(Debug, Clone, Copy)]
pub struct RoleChoice<'a> {
    /// The version of the access list that the select showed.
    pub version: u64,
    /// Which of its roles a select shows as chosen.
    pub shown: fn(&Access) -> Vec<RoleId>,
    /// The roles that are chosen now.
    pub chosen: &'a BTreeSet<RoleId>,
}

/// What a person is to be told of, or asked, after a choice of roles.
#[derive(Debug)]
pub enum RoleNews {
    /// So many hold the role that it is given access only by a person who says so again.
    Crowd(RoleId, Grant, Headcount),
    /// It may again what it might before.
    AsBefore(RoleId, Grant),
    /// It got no access.
    NotGiven(NotDone),
}

/// Gives access to what is new, and takes it from what is no longer chosen.
pub async fn choose_roles(request: &Request<'_>, choice: RoleChoice<'_>) -> Result<Vec<RoleNews>, NotDone> {
    let present = request.access.access(&request.home).await?;
    let present = without_everyone(present, request.home.guild);
    let mut news = Vec::new();
    let is_new = |role: &&RoleId| !present.roles.contains_key(role);
    let added: Vec<_> = choice.chosen.iter().filter(is_new).copied().collect();
    if !added.is_empty() {
        let headcount = headcount_in_time(request.channels, request.home.guild).await;
        for role in added {
            match allow_as_before(request, role, &headcount).await {
                Ok(Allowing::Given(grant)) if grant != Grant::default() => {
                    news.push(RoleNews::AsBefore(role, grant));
                }
                Ok(Allowing::Given(_) | Allowing::Already(_)) => {}
                Ok(Allowing::Crowd(grant)) => news.push(RoleNews::Crowd(role, grant, headcount.clone())),
                Err(not_done) => news.push(RoleNews::NotGiven(not_done)),
            }
        }
    }
    // A role that was not given access costs none that has it. Nor is anything taken away from a list that was changed
    // since the message was drawn.
    let is_given = |one: &RoleNews| matches!(one, RoleNews::AsBefore(..));
    if news.iter().all(is_given) && present.version == choice.version {
        for role in (choice.shown)(&present).into_iter().filter(|role| !choice.chosen.contains(role)) {
            withdraw(request, role).await?;
        }
    }
    Ok(news)
}

#[cfg(test)]
mod tests;
