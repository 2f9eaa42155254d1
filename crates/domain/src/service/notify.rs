//! Notifications as people see and set them: how each stands, and changes of a record that others change too.
//!
//! A change is read, edited and written back with the version it was read with; whoever was faster is not overwritten,
//! the edit is made again on what they wrote.

pub mod add;
pub mod failed;
pub mod held_back;
pub mod run;
pub mod sample;

use crate::channel::Audience;
use crate::delivery::DeadLetter;
use crate::home::Home;
use crate::ids::SubscriptionId;
use crate::port::store::{Backlogged, ChangeOutcome, Deliveries, Leftover, Stored, Subscriptions};
use crate::service::audience::readers;
use crate::service::request::{By, Request};
use crate::subscription::Subscription;
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

/// A notification on a list: how it stands, and who can read its channel, as far as Discord tells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// How it stands.
    pub standing: Standing,
    /// Who can read its channel; none where Discord does not tell.
    pub audience: Option<Audience>,
}

/// All notifications of the asker's server, as `/notify list` and `/setup` show them.
pub async fn listed(request: &Request<'_>) -> Stored<Vec<Listed>> {
    let mut listed = Vec::new();
    for standing in standings(request.subscriptions, request.deliveries, &request.home).await? {
        let audience = readers(request.channels, request.access, &standing.subscription).await;
        listed.push(Listed { standing, audience });
    }
    Ok(listed)
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
