//! `/notify failed`: events that could not be posted. A person looks at them, tries them again or drops them.

use std::collections::BTreeSet;

use crate::audit::Action;
use crate::delivery::{DeadLetter, DeadLetterId};
use crate::ids::ChannelId;
use crate::port::store::Stored;
use crate::service::posting::lacking;
use crate::service::request::{NotDone, Request};
use crate::subscription::Subscription;

/// Which failed events are meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Letters {
    /// Every one of the server.
    All,
    /// This one.
    One(DeadLetterId),
}

/// An event that could not be posted.
#[derive(Debug, Clone, PartialEq)]
pub struct Failed {
    /// It.
    pub letter: DeadLetter,
    /// Its notification; none where that was removed.
    pub subscription: Option<Subscription>,
}

/// The failed events of the server, oldest first.
pub async fn all(request: &Request<'_>) -> Stored<Vec<Failed>> {
    let letters = request.deliveries.dead_letters(&request.home).await?;
    let subscriptions = request.subscriptions.guild_subscriptions(&request.home).await?;
    let beside = |letter: DeadLetter| {
        let subscription = subscriptions.iter().find(|one| one.id == letter.subscription).cloned();
        Failed { letter, subscription }
    };
    Ok(letters.into_iter().map(beside).collect())
}

/// How many failed events of the server's notifications are no longer kept.
pub async fn too_old(request: &Request<'_>) -> Stored<u64> {
    let mut count: u64 = 0;
    for subscription in request.subscriptions.guild_subscriptions(&request.home).await? {
        let dropped = request.deliveries.dropped(&request.home, subscription.id).await?;
        count = count.saturating_add(dropped.failed);
    }
    Ok(count)
}

/// One of them.
pub async fn one(request: &Request<'_>, id: DeadLetterId) -> Result<Failed, NotDone> {
    let found = all(request).await?.into_iter().find(|failed| failed.letter.id == id);
    found.ok_or(NotDone::UnknownFailedEvent)
}

async fn meant(request: &Request<'_>, letters: Letters) -> Result<Vec<Failed>, NotDone> {
    let is_meant = |failed: &Failed| match letters {
        Letters::All => true,
        Letters::One(id) => failed.letter.id == id,
    };
    let meant: Vec<_> = all(request).await?.into_iter().filter(is_meant).collect();
    if meant.is_empty() { Err(NotDone::UnknownFailedEvent) } else { Ok(meant) }
}

/// What became of a wish to try events again.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TriedAgain {
    /// How many are on their way once more.
    pub asked: u64,
    /// How many are not, because their notification was removed.
    pub orphaned: u64,
    /// The channels of those that are not, because whoever asked may not post there.
    pub forbidden: BTreeSet<ChannelId>,
}

/// [Try again]: through the channel's own task. One whose notification is gone cannot be.
pub async fn try_again(request: &Request<'_>, letters: Letters) -> Result<TriedAgain, NotDone> {
    let mut tried = TriedAgain::default();
    for Failed { letter, subscription } in meant(request, letters).await? {
        let Some(subscription) = subscription else {
            tried.orphaned += 1;
            continue;
        };
        if !lacking(request, subscription.channel).await?.is_empty() {
            tried.forbidden.insert(subscription.channel);
            continue;
        }
        let deed = request.deed(Action::TriedAgain { letter: letter.id });
        if request.deliveries.retry_dead_letter(&request.home, letter.id, Some(deed.clone())).await? {
            request.outbox.wake(subscription.channel);
            request.did(&deed);
            tried.asked += 1;
        }
    }
    Ok(tried)
}

/// How a wish to drop events ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dropping {
    /// So many are dropped; others were posted or dropped meanwhile.
    Dropped(u64),
    /// So many are meant: to be asked first.
    ToDecide(u64),
}

/// [Drop]: at once where it is one; several are asked about.
pub async fn drop_letters(request: &Request<'_>, letters: Letters) -> Result<Dropping, NotDone> {
    match meant(request, letters).await?.as_slice() {
        [only] => Ok(Dropping::Dropped(drop_one(request, only.letter.id).await?)),
        several => Ok(Dropping::ToDecide(several.len() as u64)),
    }
}

/// [Drop them]: how many were dropped.
pub async fn drop_all(request: &Request<'_>) -> Stored<u64> {
    let mut dropped = 0;
    for letter in request.deliveries.dead_letters(&request.home).await? {
        dropped += drop_one(request, letter.id).await?;
    }
    Ok(dropped)
}

async fn drop_one(request: &Request<'_>, id: DeadLetterId) -> Stored<u64> {
    let deed = request.deed(Action::Dropped { letter: id });
    let was_there = request.deliveries.drop_dead_letter(&request.home, id, Some(deed.clone())).await?;
    if was_there {
        request.did(&deed);
    }
    Ok(u64::from(was_there))
}

#[cfg(test)]
mod tests;
