//! `/notify list`, `pause`, `resume`, `remove` and `test`: what becomes of notifications that are there.

use std::collections::BTreeSet;

use deskbell_desk::announcement::sample;
use deskbell_desk::channel::Audience;
use deskbell_desk::ids::{ChannelId, SubscriptionId};
use deskbell_desk::port::messenger::PostOutcome;
use deskbell_desk::port::store::{Leftover, SubscriptionRemoved};
use deskbell_desk::service::audience as service_audience;
use deskbell_desk::service::notify::{self as service, Standing};
use deskbell_desk::subscription::{Alert, Detail, Subscription, SubscriptionState, Suspension};

use crate::audit::{self, Action};
use crate::desk::Desk;
use crate::error::{CommandError, Refusal};
use crate::guard::Asker;
use crate::notify_add::{gone, remember, written};
use crate::reply::Reply;
use crate::reply::delivery::Undelivered;
use crate::reply::notify::{self as sentences, Attempt, Listed, Tried, Wrong};
use crate::rights::lacking;
use crate::set_up_press::{Missed, Target};
use crate::share::is_closed;

/// From so many waiting events on, a person is asked what becomes of them.
const ASK_FROM: u64 = 20;

/// `/notify list`, a page of it.
pub(crate) async fn list(desk: &Desk, asker: &Asker, page: u32) -> Result<Reply, CommandError> {
    let store = &*desk.ports.store;
    let standings = service::standings(store, store, asker.guild).await?;
    let failed = store.dead_letters(asker.guild).await?.len() as u64;
    let mut listed = Vec::with_capacity(standings.len());
    for standing in standings {
        let audience = audience(desk, &standing.subscription).await;
        listed.push(Listed { standing, audience });
    }
    let name = &desk.connection.workspace()?.name;
    let troubles = desk.ports.board.poll().troubles;
    let undelivered = Undelivered::at(&desk.ports.board, desk.now());
    let wrong = Wrong { intercom: &troubles, discord: &undelivered };
    Ok(sentences::list(desk.around(), name, &listed, &wrong, failed, page))
}

/// Who can read a notification's channel, as far as Discord tells.
pub(crate) async fn audience(desk: &Desk, subscription: &Subscription) -> Option<Audience> {
    let (channels, store) = (&*desk.ports.channels, &*desk.ports.store);
    let view = service_audience::view(channels, store, subscription.guild, subscription.channel).await;
    view.ok().map(|view| view.audience)
}

/// [Try now]: whoever is on hold is tried at once, and the list is shown again. Each try may be refused by Discord, which
/// bans a bot after too many refusals: pressed again at once it only shows the list.
pub(crate) async fn try_now(desk: &Desk, asker: &Asker) -> Result<Reply, CommandError> {
    if !desk.may_try_now(asker.guild) {
        return list(desk, asker, 1).await;
    }
    let subscriptions = desk.ports.store.guild_subscriptions(asker.guild).await?;
    for subscription in subscriptions.iter().filter(|one| on_hold(one).is_some()) {
        desk.ports.courier.wake(subscription.channel);
    }
    // The channels' tasks need a moment to ask Discord; what they find is on the list then.
    tokio::time::sleep(std::time::Duration::from_secs(2)).await;
    list(desk, asker, 1).await
}

fn on_hold(subscription: &Subscription) -> Option<&Suspension> {
    match &subscription.state {
        SubscriptionState::Suspended(hold) => Some(hold),
        _ => None,
    }
}

/// The notifications that are meant, in the order of the list.
async fn meant(desk: &Desk, asker: &Asker, target: Target) -> Result<Vec<Subscription>, CommandError> {
    let all = desk.ports.store.guild_subscriptions(asker.guild).await?;
    match target {
        Target::All if all.is_empty() => {
            let reply = sentences::nothing_yet(desk.around());
            Err(Refusal::Said { kind: "no notifications", reply: Box::new(reply) }.into())
        }
        Target::All => Ok(all),
        Target::One(id) => {
            let one = all.into_iter().find(|subscription| subscription.id == id);
            Ok(vec![one.ok_or_else(|| gone(desk))?])
        }
    }
}

/// `/notify pause`.
pub(crate) async fn pause(desk: &Desk, asker: &Asker, target: Target) -> Result<Reply, CommandError> {
    let paused = SubscriptionState::Paused { by: Some(asker.member), since: desk.now().seconds() };
    let mut done = Vec::new();
    let all = meant(desk, asker, target).await?;
    for subscription in all.iter().filter(|one| !is_paused(one)) {
        let edited = service::edit(&*desk.ports.store, asker.guild, subscription.id, |one| {
            if !is_paused(one) {
                one.state = paused.clone();
            }
        });
        done.push(written(desk, edited.await?)?);
        audit::log(asker, Action::Paused(subscription.id));
    }
    Ok(sentences::paused(desk.around(), &all, &done))
}

fn is_paused(subscription: &Subscription) -> bool {
    matches!(subscription.state, SubscriptionState::Paused { .. })
}

/// `/notify resume`: asks where many wait and nothing was said about them.
pub(crate) async fn resume(
    desk: &Desk,
    asker: &Asker,
    target: Target,
    missed: Option<Missed>,
) -> Result<Reply, CommandError> {
    let all = meant(desk, asker, target).await?;
    let mut resting = Vec::new();
    for subscription in all.iter().filter(|one| !one.is_active()) {
        resting.push(service::standing(&*desk.ports.store, subscription.clone()).await?);
    }
    let waiting: u64 = resting.iter().map(|standing| standing.waiting.count).sum();
    let missed = match missed {
        None if waiting >= ASK_FROM => {
            let since = resting.iter().filter_map(|standing| standing.waiting.since).min();
            return Ok(sentences::ask_what_becomes_of(target, waiting, since));
        }
        missed => missed.unwrap_or(Missed::Post),
    };
    let mut skipped = 0;
    for standing in &resting {
        if missed == Missed::Skip {
            let count = skip(desk, standing).await?;
            if count > 0 {
                audit::log(asker, Action::Skipped(standing.subscription.id, count));
            }
            skipped += count;
        }
        wake_up(desk, asker, &standing.subscription).await?;
    }
    let done: Vec<_> = resting.into_iter().map(|standing| standing.subscription).collect();
    let closed = closed_channels(desk, &done).await;
    let reply = match missed {
        Missed::Post => sentences::resumed(&all, &done, waiting),
        Missed::Skip => sentences::resumed_from_now(&all, &done, skipped),
    };
    Ok(sentences::with_closed(desk.around(), reply, &closed))
}

/// The channels of paused notifications in which nothing can be posted now: a pause forgets that one was on hold.
async fn closed_channels(desk: &Desk, done: &[Subscription]) -> BTreeSet<ChannelId> {
    let mut closed = BTreeSet::new();
    for one in done.iter().filter(|one| is_paused(one)) {
        if is_closed(desk, one.guild, one.channel).await {
            closed.insert(one.channel);
        }
    }
    closed
}

/// Drops what waits, before the notification runs again: afterwards the first of it might be on its way.
async fn skip(desk: &Desk, standing: &Standing) -> Result<u64, CommandError> {
    let subscription = &standing.subscription;
    if standing.waiting.count == 0 {
        return Ok(0);
    }
    let skipped = desk.ports.courier.skip_to_now(subscription.guild, subscription.id).await;
    if skipped > 0 {
        return Ok(skipped);
    }
    let now = service::standing(&*desk.ports.store, subscription.clone()).await?;
    if now.waiting.count >= standing.waiting.count {
        Err(Refusal::Busy.into())
    } else {
        Ok(standing.waiting.count)
    }
}

/// Takes a notification out of its pause. One on hold is tried at once: whether it runs is its channel's to say.
async fn wake_up(desk: &Desk, asker: &Asker, subscription: &Subscription) -> Result<(), CommandError> {
    let edited = service::edit(&*desk.ports.store, asker.guild, subscription.id, |one| {
        if is_paused(one) {
            one.state = SubscriptionState::Active;
        }
    });
    written(desk, edited.await?)?;
    audit::log(asker, Action::Resumed(subscription.id));
    Ok(())
}

/// `/notify remove`: names what waits and asks.
pub(crate) async fn ask_before_removing(
    desk: &Desk,
    asker: &Asker,
    id: SubscriptionId,
) -> Result<Reply, CommandError> {
    let store = &*desk.ports.store;
    let Some(subscription) = service::find(store, asker.guild, id).await? else { return Err(gone(desk)) };
    Ok(sentences::ask_before_removing(&service::standing(store, subscription).await?))
}

/// `[Remove]`, which was asked.
pub(crate) async fn remove(desk: &Desk, asker: &Asker, id: SubscriptionId) -> Result<Reply, CommandError> {
    let store = &*desk.ports.store;
    let Some(subscription) = service::find(store, asker.guild, id).await? else { return Err(gone(desk)) };
    let dropped = take_away(desk, asker, &subscription).await?;
    Ok(sentences::removed(&subscription, dropped))
}

/// Removes a notification; what was dropped with it is to be named.
pub(crate) async fn take_away(
    desk: &Desk,
    asker: &Asker,
    subscription: &Subscription,
) -> Result<Leftover, CommandError> {
    match desk.ports.store.remove_subscription(asker.guild, subscription.id).await? {
        SubscriptionRemoved::AlreadyGone => Err(gone(desk)),
        SubscriptionRemoved::Removed(dropped) => {
            desk.ports.courier.wake(subscription.channel);
            audit::log(asker, Action::Removed(subscription.id, dropped.count()));
            Ok(dropped)
        }
    }
}

/// `/notify test`: a sample in each channel, and how each went.
pub(crate) async fn test(desk: &Desk, asker: &Asker, target: Target) -> Result<Reply, CommandError> {
    let name = &desk.connection.workspace()?.name;
    let mut tried = Vec::new();
    for subscription in meant(desk, asker, target).await? {
        let lacking = lacking(desk, asker, subscription.channel).await?;
        if !lacking.is_empty() {
            tried.push(Tried { subscription, attempt: Attempt::Forbidden(lacking) });
            continue;
        }
        let detail = shown_detail(desk, &subscription).await;
        let message = sample(subscription.kind, detail, Alert::Silent, name);
        let outcome = desk.ports.courier.hand_over(subscription.channel, message).await;
        if let PostOutcome::Posted { message: Some(message), .. } = outcome {
            remember(desk, subscription.channel, message).await;
        }
        tried.push(Tried { subscription, attempt: Attempt::Sent(outcome) });
    }
    Ok(sentences::tested(desk.around(), &tried))
}

/// What a card would show: a channel that a crowd can read (or that cannot be looked at) gets no personal data.
async fn shown_detail(desk: &Desk, subscription: &Subscription) -> Detail {
    if !subscription.depends_on_audience() {
        return subscription.detail;
    }
    subscription.detail_for(audience(desk, subscription).await.unwrap_or(Audience::Everyone))
}

#[cfg(test)]
mod tests;
