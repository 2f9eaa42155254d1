//! Notifications as people see and set them: how each stands, and changes of a record that others change too.
//!
//! A change is read, edited and written back with the version it was read with; whoever was faster is not overwritten,
//! the edit is made again on what they wrote.

use crate::ids::{GuildId, SubscriptionId};
use crate::port::store::{Backlogged, ChangeOutcome, DeliveryStore, SettingsStore, Stored};
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
    /// How many events were dropped because they waited too long (promise 1 b).
    pub dropped: u64,
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
    settings: &dyn SettingsStore,
    deliveries: &dyn DeliveryStore,
    guild: GuildId,
) -> Stored<Vec<Standing>> {
    let mut standings = Vec::new();
    for subscription in settings.guild_subscriptions(guild).await? {
        standings.push(standing(deliveries, subscription).await?);
    }
    Ok(standings)
}

/// How one stands. One that was removed meanwhile has nothing waiting.
pub async fn standing(deliveries: &dyn DeliveryStore, subscription: Subscription) -> Stored<Standing> {
    let (guild, id) = (subscription.guild, subscription.id);
    let Some(progress) = deliveries.progress(guild, id).await? else {
        return Ok(Standing { subscription, waiting: Backlogged::default(), last_posted: None, dropped: 0 });
    };
    let waiting = deliveries.backlog(&subscription, progress.cursor).await?;
    let dropped = deliveries.dropped(guild, id).await?;
    Ok(Standing { subscription, waiting, last_posted: progress.last_posted, dropped })
}

/// A server's notification by id.
pub async fn find(
    settings: &dyn SettingsStore,
    guild: GuildId,
    id: SubscriptionId,
) -> Stored<Option<Subscription>> {
    let subscriptions = settings.guild_subscriptions(guild).await?;
    Ok(subscriptions.into_iter().find(|subscription| subscription.id == id))
}

/// Edits a server's notification.
pub async fn edit(
    settings: &dyn SettingsStore,
    guild: GuildId,
    id: SubscriptionId,
    edit: impl Fn(&mut Subscription) + Send + Sync,
) -> Stored<Edited> {
    for _ in 0..TRIES {
        let Some(present) = find(settings, guild, id).await? else { return Ok(Edited::Gone) };
        let mut wanted = present.clone();
        edit(&mut wanted);
        if wanted == present {
            return Ok(Edited::Needless(present));
        }
        if settings.change_subscription(wanted.clone()).await? == ChangeOutcome::Changed {
            return Ok(Edited::Done(wanted));
        }
    }
    Ok(Edited::Contended)
}

#[cfg(test)]
mod tests;
