//! What a worker reads: its subscriptions and how far they have come, what waits for them, and, when nothing does, the
//! cursors that can be moved on.

use std::collections::BTreeMap;

use deskbell_domain::ids::{AmendmentNumber, SubscriptionId};
use deskbell_domain::port::store::{DeliveryOutcome, Look, Progress, StoreError, Stored};
use deskbell_domain::subscription::Subscription;
use tokio::time::Instant;

use super::consumer::{Bound, Consumer};
use super::consumers::Consumers;
use super::sender::Sender;
use crate::deliver::batch::LOOK_AHEAD;
use crate::deliver::binding;

/// Reads the channel's subscriptions and their progress anew; each consumer keeps what only memory knows.
pub(crate) async fn reload(sender: &Sender, consumers: &mut Consumers) -> Stored<()> {
    let mut read = Vec::new();
    for subscription in subscriptions(sender).await? {
        let subscription = binding::bind(&sender.shared, subscription).await?;
        if let Some(progress) = progress(sender, &subscription).await? {
            read.push((subscription, progress));
        }
    }
    let now = Instant::now();
    let former = std::mem::replace(&mut consumers.all, Vec::with_capacity(read.len()));
    let mut former: BTreeMap<SubscriptionId, Consumer> =
        former.into_iter().map(|consumer| (consumer.subscription.id, consumer)).collect();
    for (subscription, progress) in read {
        let known = former.remove(&subscription.id);
        let mut consumer = Consumer::new(subscription, progress, known, now);
        if sender.shared.misbinding(&consumer.subscription).is_some() {
            consumer.bound = Bound::Elsewhere;
        }
        consumers.all.push(consumer);
    }
    read_dead_letters(sender, consumers).await
}

async fn subscriptions(sender: &Sender) -> Stored<Vec<Subscription>> {
    let subscriptions = &sender.shared.parts.subscriptions;
    let all = match sender.handle.guild() {
        Some(guild) => subscriptions.guild_subscriptions(&sender.shared.home(guild)).await?,
        None => subscriptions.workspace_subscriptions(&sender.shared.parts.workspace.id).await?,
    };
    let here: Vec<_> = all.into_iter().filter(|one| one.channel == sender.channel()).collect();
    if let Some(first) = here.first() {
        sender.handle.belongs_to(first.guild);
    }
    Ok(here)
}

/// A progress that cannot be read holds up its own subscription only.
async fn progress(sender: &Sender, subscription: &Subscription) -> Stored<Option<Progress>> {
    match sender.shared.parts.deliveries.progress(&subscription.home(), subscription.id).await {
        Err(StoreError::Unreadable { key }) => {
            tracing::error!(
                subscription.id = subscription.id.0,
                key,
                "a notification cannot be served: its stored progress cannot be read"
            );
            Ok(None)
        }
        answer => answer,
    }
}

async fn read_dead_letters(sender: &Sender, consumers: &mut Consumers) -> Stored<()> {
    let Some(home) = consumers.all.first().map(|consumer| consumer.subscription.home()) else {
        return Ok(());
    };
    for letter in sender.shared.parts.deliveries.dead_letters(&home).await? {
        let owner = consumers.position(letter.subscription).filter(|_| letter.retry);
        if let Some(index) = owner {
            consumers.all[index].try_again.push(letter);
        }
    }
    Ok(())
}

/// Looks up what waits, where that is not known. While a batch is on its way no other is begun, so what the others wait
/// for is not held meanwhile: it could be for as long as Discord does not answer.
pub(crate) async fn look(sender: &Sender, consumers: &mut Consumers) -> Stored<()> {
    if consumers.is_any_in_flight() {
        consumers.forget_looks();
        return Ok(());
    }
    for consumer in consumers.all.iter_mut().filter(|consumer| consumer.look.is_none()) {
        let look = match consumer.bound {
            Bound::Elsewhere => {
                Look { head: consumer.cursor, amended: AmendmentNumber::NONE, waiting: Vec::new() }
            }
            Bound::Here => {
                let limit = if consumer.is_serving() { LOOK_AHEAD } else { 1 };
                let deliveries = &sender.shared.parts.deliveries;
                deliveries.look(&consumer.subscription, consumer.cursor, limit).await?
            }
        };
        consumer.looked(look);
    }
    Ok(())
}

/// Moves a cursor over what is not for it, where that is worth a write by now.
pub(crate) async fn advance(
    sender: &Sender,
    consumer: &mut Consumer,
    now: Instant,
) -> Stored<DeliveryOutcome> {
    let Some(to) = consumer.due_advance(now) else { return Ok(DeliveryOutcome::Done) };
    let (home, id) = (consumer.subscription.home(), consumer.subscription.id);
    let outcome = sender.shared.parts.deliveries.advance(&home, id, to).await?;
    if outcome == DeliveryOutcome::Done {
        consumer.advanced(to, now);
    }
    Ok(outcome)
}
