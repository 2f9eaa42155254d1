//! Notifications as people see and set them: how each stands, and changes of a record that others change too.
//!
//! A change is read, edited and written back with the version it was read with; whoever was faster is not overwritten,
//! the edit is made again on what they wrote.

pub mod add;
pub mod after;
pub mod change;
pub mod failed;
pub mod held_back;
pub mod run;
pub mod sample;

use crate::channel::Audience;
use crate::delivery::DeadLetter;
use crate::event::EventKind;
use crate::home::Home;
use crate::ids::SubscriptionId;
use crate::mention::Whom;
use crate::port::channels::{Channels, RoleCall};
use crate::port::store::{Backlogged, ChangeOutcome, Deliveries, Leftover, Stored, Subscriptions};
use crate::service::audience::view;
use crate::service::request::{By, Request};
use crate::subscription::{Subscription, SubscriptionState};
use crate::time::UnixMillis;

/// How often an edit is made anew. Each time somebody else was faster, so that more is a fault of ours.
const TRIES: u32 = 20;

/// How a notification stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    /// Which.
    pub subscription: Subscription,
    /// What waits for it.
    pub waiting: Backlogged,
    /// When something was last posted for it.
    pub last_posted: Option<UnixMillis>,
    /// What was dropped because it was older than it is kept.
    pub dropped: Leftover,
    /// How many events of it could not be posted.
    pub failed: u64,
}

impl Standing {
    /// What is dropped if it is removed now.
    pub fn leftover(&self) -> Leftover {
        Leftover { waiting: self.waiting.count, failed: self.failed, erased: 0 }
    }
}

/// How an edit of a notification ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Edited {
    /// It is written.
    Done(Subscription),
    /// It was so already.
    Needless(Subscription),
    /// There is no such notification (any more).
    Gone,
    /// Others changed it all the while.
    Contended,
}

/// How each of a server's notifications stands, by id.
pub async fn standings(
    subscriptions: &dyn Subscriptions,
    deliveries: &dyn Deliveries,
    home: &Home,
) -> Stored<Vec<Standing>> {
    let letters = deliveries.dead_letters(home).await?;
    let mut standings = Vec::new();
    for subscription in subscriptions.guild_subscriptions(home).await? {
        standings.push(beside(deliveries, subscription, &letters).await?);
    }
    Ok(standings)
}

/// A notification on a list: how it stands, and what its channel is called and who can read it, as far as Discord tells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// How it stands.
    pub standing: Standing,
    /// Who can read its channel; none where Discord does not tell.
    pub audience: Option<Audience>,
    /// What its channel is called; none where Discord does not tell.
    pub channel_name: Option<String>,
    /// Whether the role that it calls can be called there; none where it calls none, or Discord does not tell.
    pub role_call: Option<RoleCall>,
}

/// All notifications of the asker's server, as `/notify list` and `/setup` show them.
pub async fn listed(request: &Request<'_>) -> Stored<Vec<Listed>> {
    let mut listed = Vec::new();
    for standing in standings(request.subscriptions, request.deliveries, &request.home).await? {
        listed.push(beside_its_channel(request, standing).await);
    }
    Ok(listed)
}

/// In the order in which they are looked over: what is on hold first, then by kind, the name of the channel and,
/// of waits, after how long they are told.
pub fn in_reading_order(listed: &mut [Listed]) {
    listed.sort_by_cached_key(|one| {
        let subscription = &one.standing.subscription;
        let runs = !matches!(subscription.state, SubscriptionState::Suspended(_));
        let kind = EventKind::ALL.iter().position(|kind| *kind == subscription.kind);
        let name = one.channel_name.as_deref().map(str::to_lowercase);
        (runs, kind, name, subscription.channel, subscription.waits)
    });
}

/// One of them, if it is there.
pub async fn listed_one(request: &Request<'_>, id: SubscriptionId) -> Stored<Option<Listed>> {
    let Some(subscription) = find(request.subscriptions, &request.home, id).await? else { return Ok(None) };
    let standing = standing(request.deliveries, subscription).await?;
    Ok(Some(beside_its_channel(request, standing).await))
}

async fn beside_its_channel(request: &Request<'_>, standing: Standing) -> Listed {
    let channel = standing.subscription.channel;
    let view = view(request.channels, request.access, &request.home, channel).await.ok();
    let audience = view.as_ref().map(|view| view.audience);
    let role_call = role_call(request.channels, &standing.subscription).await;
    Listed { standing, audience, channel_name: view.map(|view| view.name), role_call }
}

/// Whether the role that a notification calls can be called in its channel; none where it calls none, or Discord does
/// not tell.
pub async fn role_call(channels: &dyn Channels, one: &Subscription) -> Option<RoleCall> {
    let Whom::Role(role) = one.mention?.whom else { return None };
    channels.role_call(one.guild, one.channel, role).await.ok()
}

/// How one stands. One that was removed meanwhile has nothing waiting.
pub async fn standing(deliveries: &dyn Deliveries, subscription: Subscription) -> Stored<Standing> {
    let letters = deliveries.dead_letters(&subscription.home()).await?;
    beside(deliveries, subscription, &letters).await
}

/// The same, where the server's dead letters are known.
async fn beside(
    deliveries: &dyn Deliveries,
    subscription: Subscription,
    letters: &[DeadLetter],
) -> Stored<Standing> {
    let (home, id) = (subscription.home(), subscription.id);
    let Some(progress) = deliveries.progress(&home, id).await? else {
        let (waiting, dropped) = (Backlogged::default(), Leftover::default());
        return Ok(Standing { subscription, waiting, last_posted: None, dropped, failed: 0 });
    };
    let waiting = deliveries.backlog(&subscription, progress.cursor).await?;
    let dropped = deliveries.dropped(&home, id).await?;
    let failed = letters.iter().filter(|letter| letter.subscription == id).count() as u64;
    Ok(Standing { subscription, waiting, last_posted: progress.last_posted, dropped, failed })
}

/// A server's notification by id.
pub async fn find(
    subscriptions: &dyn Subscriptions,
    home: &Home,
    id: SubscriptionId,
) -> Stored<Option<Subscription>> {
    let all = subscriptions.guild_subscriptions(home).await?;
    Ok(all.into_iter().find(|subscription| subscription.id == id))
}

/// Edits a server's notification. It is written down who did it, if somebody did.
pub async fn edit(
    subscriptions: &dyn Subscriptions,
    home: &Home,
    id: SubscriptionId,
    by: Option<By>,
    edit: impl Fn(&mut Subscription) + Send + Sync,
) -> Stored<Edited> {
    for _ in 0..TRIES {
        let Some(present) = find(subscriptions, home, id).await? else { return Ok(Edited::Gone) };
        let mut wanted = present.clone();
        edit(&mut wanted);
        if wanted == present {
            return Ok(Edited::Needless(present));
        }
        if subscriptions.change_subscription(wanted.clone(), by.map(|by| by.deed(&wanted))).await?
            == ChangeOutcome::Changed
        {
            return Ok(Edited::Done(wanted));
        }
    }
    Ok(Edited::Contended)
}

#[cfg(test)]
mod tests;
