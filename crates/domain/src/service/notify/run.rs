//! `/notify pause`, `resume` and `remove`, [Try now] and [Skip to now]: what becomes of notifications that are there.
//!
//! Each change is written before the channel is woken, and it is the channel of the changed notification that is. What
//! waited during a pause is posted from where the notification stood; only who says so skips it, and then it is dropped
//! before the notification runs again, for afterwards the first of it might be on its way.

use std::collections::BTreeSet;
use std::time::Duration;

use tokio::time::sleep;

use crate::audit::entry::{Begun, Outcome};
use crate::audit::{Action, Notification};
use crate::ids::{ChannelId, SubscriptionId};
use crate::port::store::{Leftover, Stored, SubscriptionRemoved};
use crate::service::as_before;
use crate::service::notify::{Edited, Standing, edit, find, standing};
use crate::service::posting::is_closed;
use crate::service::request::{NotDone, Request};
use crate::subscription::{PublicChoice, Subscription, SubscriptionState};
use crate::time::Timestamp;

/// From so many waiting events on, a person is asked what becomes of them.
const ASK_FROM: u64 = 20;
/// The channels' tasks need a moment to ask Discord whether something can be posted again.
const UNTIL_TRIED: Duration = Duration::from_secs(2);

/// Which notifications are meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Target {
    /// Every one of the server.
    All,
    /// This one.
    One(SubscriptionId),
}

/// What becomes of the events that came during a pause.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Missed {
    /// They are posted.
    Post,
    /// They are not.
    Skip,
}

/// The notifications that are meant, in the order of the list.
pub(super) async fn meant(request: &Request<'_>, target: Target) -> Result<Vec<Subscription>, NotDone> {
    let all = request.subscriptions.guild_subscriptions(&request.home).await?;
    match target {
        Target::All if all.is_empty() => Err(NotDone::NoNotifications),
        Target::All => Ok(all),
        Target::One(id) => {
            let one = all.into_iter().find(|subscription| subscription.id == id);
            Ok(vec![one.ok_or(NotDone::UnknownNotification)?])
        }
    }
}

/// The notification as it is now; its channel is told to look at it anew.
pub(super) fn written(request: &Request<'_>, edited: Edited) -> Result<Subscription, NotDone> {
    match edited {
        Edited::Done(subscription) | Edited::Needless(subscription) => {
            request.outbox.wake(subscription.channel);
            Ok(subscription)
        }
        Edited::Gone => Err(NotDone::UnknownNotification),
        Edited::Contended => Err(NotDone::Contended),
    }
}

/// What a pause did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Paused {
    /// Those that were meant, as they were before.
    pub meant: Vec<Subscription>,
    /// Those that were not paused before, as they are now.
    pub done: Vec<Subscription>,
}

/// Pauses notifications: what comes meanwhile is kept.
pub async fn pause(request: &Request<'_>, target: Target) -> Result<Paused, NotDone> {
    let since = request.time.local().seconds();
    let paused = SubscriptionState::Paused { by: Some(request.member), since };
    let meant = meant(request, target).await?;
    let mut done = Vec::new();
    for subscription in meant.iter().filter(|one| !one.is_paused()) {
        let by = request.by(Action::Paused);
        let edited = edit(request.subscriptions, &request.home, subscription.id, Some(by), |one| {
            if !one.is_paused() {
                one.state = paused.clone();
            }
        });
        done.push(written(request, edited.await?)?);
        request.did(&by.deed(subscription));
    }
    Ok(Paused { meant, done })
}

/// How a resumption ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Resumption {
    /// Many wait, and nothing was said about them: nothing is done yet.
    ToDecide {
        /// How many.
        waiting: u64,
        /// The time of the first.
        since: Option<Timestamp>,
    },
    /// They run, or are tried again.
    Resumed(Resumed),
}

/// What a resumption did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Resumed {
    /// Those that were meant, as they were before.
    pub meant: Vec<Subscription>,
    /// Those that did not run, as they were before.
    pub done: Vec<Subscription>,
    /// What became of what came meanwhile.
    pub missed: Missed,
    /// How many events that waited are posted, or were skipped.
    pub waited: u64,
    /// Channels of the paused ones that take no messages now: a pause forgets that one was on hold.
    pub closed: BTreeSet<ChannelId>,
}

/// Takes notifications out of their pause, from where they stood. Asks where many events wait and nothing was said of
/// them. One on hold is tried at once: whether it runs is its channel's to say.
pub async fn resume(
    request: &Request<'_>,
    target: Target,
    missed: Option<Missed>,
) -> Result<Resumption, NotDone> {
    let meant = meant(request, target).await?;
    let mut resting = Vec::new();
    for subscription in meant.iter().filter(|one| !one.is_active()) {
        resting.push(standing(request.deliveries, subscription.clone()).await?);
    }
    let waiting: u64 = resting.iter().map(|standing| standing.waiting.count).sum();
    if missed.is_none() && waiting >= ASK_FROM {
        let since = resting.iter().filter_map(|standing| standing.waiting.since).min();
        return Ok(Resumption::ToDecide { waiting, since });
    }
    let missed = missed.unwrap_or(Missed::Post);
    let mut skipped = 0;
    for standing in &resting {
        if missed == Missed::Skip {
            skipped += skip(request, standing).await?;
        }
        wake_up(request, &standing.subscription).await?;
    }
    let done: Vec<_> = resting.into_iter().map(|standing| standing.subscription).collect();
    let closed = closed_channels(request, &done).await;
    let waited = if missed == Missed::Skip { skipped } else { waiting };
    Ok(Resumption::Resumed(Resumed { meant, done, missed, waited, closed }))
}

async fn closed_channels(request: &Request<'_>, done: &[Subscription]) -> BTreeSet<ChannelId> {
    let mut closed = BTreeSet::new();
    for one in done.iter().filter(|one| one.is_paused()) {
        if is_closed(request.channels, request.home.guild, one.channel).await {
            closed.insert(one.channel);
        }
    }
    closed
}

/// Drops what waits, through the channel's own task: none of it may be on its way meanwhile.
async fn skip(request: &Request<'_>, standing_before: &Standing) -> Result<u64, NotDone> {
    let (subscription, waiting) = (&standing_before.subscription, standing_before.waiting.count);
    if waiting == 0 {
        return Ok(0);
    }
    let begun = begin_to_skip(request, subscription).await?;
    let mut skipped = request.outbox.skip_to_now(request.home.guild, subscription.id).await;
    if skipped == 0 {
        let now = match standing(request.deliveries, subscription.clone()).await {
            Ok(now) => now,
            Err(error) => {
                request.end(begun, Outcome::Unknown).await;
                return Err(error.into());
            }
        };
        if now.waiting.count >= waiting {
            request.end(begun, Outcome::Failed).await;
            return Err(NotDone::Busy);
        }
        skipped = waiting;
    }
    request.end(begun.counted(skipped), Outcome::Done).await;
    Ok(skipped)
}

/// What waits is dropped by the channel's own task, which knows nobody.
async fn begin_to_skip(request: &Request<'_>, subscription: &Subscription) -> Result<Begun, NotDone> {
    let notification = Notification::from(subscription);
    Ok(request.begin(request.deed(Action::Skipped { notification, events: 0 })).await?)
}

async fn wake_up(request: &Request<'_>, subscription: &Subscription) -> Result<(), NotDone> {
    let by = request.by(Action::Resumed);
    let edited = edit(request.subscriptions, &request.home, subscription.id, Some(by), |one| {
        if one.is_paused() {
            one.state = SubscriptionState::Active;
        }
    });
    written(request, edited.await?)?;
    request.did(&by.deed(subscription));
    Ok(())
}

/// [Skip to now]: what waits for a notification is dropped, and it goes on from now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Skipped {
    /// Which.
    pub subscription: Subscription,
    /// How many events were dropped.
    pub count: u64,
}

/// Drops what waits for a notification that runs.
pub async fn skip_to_now(request: &Request<'_>, id: SubscriptionId) -> Result<Skipped, NotDone> {
    let found = find(request.subscriptions, &request.home, id).await?;
    let subscription = found.ok_or(NotDone::UnknownNotification)?;
    let begun = begin_to_skip(request, &subscription).await?;
    let count = request.outbox.skip_to_now(request.home.guild, id).await;
    let outcome = if count > 0 { Outcome::Done } else { Outcome::Failed };
    request.end(begun.counted(count), outcome).await;
    let progress = request.deliveries.progress(&request.home, id).await?;
    let progress = progress.ok_or(NotDone::UnknownNotification)?;
    if count == 0 && request.deliveries.backlog(&subscription, progress.cursor).await?.count > 0 {
        return Err(NotDone::Busy);
    }
    Ok(Skipped { subscription, count })
}

/// [Try now]: the channels of what is on hold are tried at once. Returns when they had time to ask Discord.
pub async fn try_now(request: &Request<'_>) -> Stored<()> {
    let subscriptions = request.subscriptions.guild_subscriptions(&request.home).await?;
    let on_hold = |one: &&Subscription| matches!(one.state, SubscriptionState::Suspended(_));
    for subscription in subscriptions.iter().filter(on_hold) {
        request.outbox.wake(subscription.channel);
    }
    sleep(UNTIL_TRIED).await;
    Ok(())
}

/// What would go with a notification, to be named before it is removed, or before what waits for it is skipped.
pub async fn what_would_go(request: &Request<'_>, id: SubscriptionId) -> Result<Standing, NotDone> {
    let found = find(request.subscriptions, &request.home, id).await?;
    Ok(standing(request.deliveries, found.ok_or(NotDone::UnknownNotification)?).await?)
}

/// A notification that is gone, and what was dropped with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Removed {
    /// As it was.
    pub subscription: Subscription,
    /// What went with it.
    pub dropped: Leftover,
}

/// Removes a notification.
pub async fn remove(request: &Request<'_>, id: SubscriptionId) -> Result<Removed, NotDone> {
    let found = find(request.subscriptions, &request.home, id).await?;
    take_away(request, found.ok_or(NotDone::UnknownNotification)?).await
}

/// How a removal ended that nobody was asked about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Removal {
    /// Something would go with it: it is there as before.
    ToDecide(Box<Standing>),
    /// It is gone. What came in since nobody was asked about, and is to be named at least.
    Removed(Box<Removed>),
}

/// Removes a notification, unless something would go with it.
pub async fn remove_unless_asked(request: &Request<'_>, id: SubscriptionId) -> Result<Removal, NotDone> {
    let found = find(request.subscriptions, &request.home, id).await?;
    take_away_unless_asked(request, found.ok_or(NotDone::UnknownNotification)?).await
}

/// The same of one that was just read.
pub(in crate::service) async fn take_away_unless_asked(
    request: &Request<'_>,
    subscription: Subscription,
) -> Result<Removal, NotDone> {
    let standing = standing(request.deliveries, subscription).await?;
    if standing.leftover().count() > 0 {
        return Ok(Removal::ToDecide(Box::new(standing)));
    }
    Ok(Removal::Removed(Box::new(take_away(request, standing.subscription).await?)))
}

/// Removes one that was just read; what was dropped with it is to be named.
pub(in crate::service) async fn take_away(
    request: &Request<'_>,
    subscription: Subscription,
) -> Result<Removed, NotDone> {
    let notification = Notification::from(&subscription);
    let deed = request.deed(Action::Removed { notification, events: 0 });
    let by = Some(deed.clone());
    match request.subscriptions.remove_subscription(&request.home, subscription.id, by).await? {
        SubscriptionRemoved::AlreadyGone => Err(NotDone::UnknownNotification),
        SubscriptionRemoved::Removed(dropped) => {
            request.outbox.wake(subscription.channel);
            as_before::remember_notification(request, &subscription).await;
            request.did(&deed.with(|action| action.counted(dropped.count())));
            Ok(Removed { subscription, dropped })
        }
    }
}

/// [Post everything anyway], of a notification that is there.
pub async fn show_everything(request: &Request<'_>, id: SubscriptionId) -> Result<Subscription, NotDone> {
    let by = request.by(Action::Opened);
    let edited = edit(request.subscriptions, &request.home, id, Some(by), |one| {
        one.public = PublicChoice::Everything;
    });
    let subscription = written(request, edited.await?)?;
    request.did(&by.deed(&subscription));
    Ok(subscription)
}

#[cfg(test)]
mod tests;
